"""Full names as bags of words, for the peer of splink_registers.py: what to prepare in SQL, and how two names are compared.

As in Splink's own example of company names, a name becomes an array of its words, and beside it stand the words with their shares of
all words, so that a word in common counts by how rare it is. Words that are written otherwise are alike from a Jaro-Winkler similarity
of 0.88, and an initial is like every word that begins with it.
"""
import splink.comparison_level_library as cll
import splink.comparison_library as cl

CYRILLIC = [("щ", "shch"), ("ж", "zh"), ("х", "kh"), ("ц", "ts"), ("ч", "ch"), ("ш", "sh"), ("ю", "yu"), ("я", "ya"), ("ё", "yo")]


def words(text, left_out=()):
    """The words of a text without accents, in their order."""
    kept = ", ".join(f"'{word}'" for word in ("", *left_out))
    return f"list_filter(string_split_regex(lower(strip_accents(replace({text}, 'đ', 'd'))), '[^\\p{{L}}]+'), x -> x not in ({kept}))"


def latin(text):
    """A text whose Cyrillic letters are written in Latin ones."""
    text = f"lower({text})"
    for letter, written in CYRILLIC:
        text = f"replace({text}, '{letter}', '{written}')"
    return f"translate({text}, 'абвгдезийклмнопрстуфэыьъ', 'abvgdeziyklmnoprstufey')"


def in_words(to, words_of):
    """Statements that give `records` the sorted words, the text of them and the words with their shares."""
    return [f"create or replace table records as select *, list_sort({words_of}) as {to}, array_to_string(list_sort({words_of}), ' ') as {to}_text from records",
            f"create or replace table shares as with each as (select unnest({to}) as word from records) "
            "select word, count(*)::double / (select count(*) from each) as share from each group by word",
            f"create or replace table records as select r.*, s.{to}_shares from records r left join (select unique_id, list({{'word': word, 'share': share}} "
            f"order by word) as {to}_shares from (select unique_id, unnest(list_distinct({to})) as word from records) join shares using (word) "
            "group by unique_id) s using (unique_id)"]


def in_couples(words_of):
    """A statement that gives `records` every two words of a name, to block by; initials are left out."""
    long = f"list_sort(list_filter({words_of}, x -> length(x) > 1))"
    after = f"list_transform(({long})[z[2] + 1:], y -> z[1] || ' ' || y)"
    each = f"list_zip({long}, range(1, len({long}) + 1))"
    return f"create or replace table records as select *, list_distinct(flatten(list_transform({each}, z -> {after}))) as couples from records"


def levels(column, *conditions):
    """A comparison of these levels in their order, and one for all else."""
    made = [cll.CustomLevel(level) if isinstance(level, str) else level for level in conditions]
    return cl.CustomComparison(output_column_name=column, comparison_levels=[*made, cll.ElseLevel()])


def exactly(column):
    return cll.ExactMatchLevel(column, term_frequency_adjustments=True)


def n_alike(column):
    """How many words of the shorter name are like one of the other."""
    def found(a, b):
        is_initial = "((length(x) = 1 or length(y) = 1) and substr(x, 1, 1) = substr(y, 1, 1))"
        return f"len(list_filter({a}, x -> len(list_filter({b}, y -> jaro_winkler_similarity(x, y) >= 0.88 or {is_initial})) > 0))"
    l, r = f"{column}_l", f"{column}_r"
    return f"(case when len({l}) <= len({r}) then {found(l, r)} else {found(r, l)} end)"


def by_words(column):
    n, shorter = n_alike(column), f"least(len({column}_l), len({column}_r))"
    return levels(column, cll.NullLevel(column), exactly(f"{column}_text"), f"{n} >= 3", f"{n} = {shorter} and {shorter} = 2", f"{n} = 2", f"{n} = 1")


def by_words_and_shares(column):
    n, shorter = n_alike(column), f"least(len({column}_l), len({column}_r))"
    common = f"list_transform(list_intersect({column}_shares_l, {column}_shares_r), x -> x.share)"
    share = f"list_reduce(list_concat([1.0::double], {common}), (p, q) -> p * q)"
    return levels(column, cll.NullLevel(column), exactly(f"{column}_text"), f"{n} >= 3 and {share} < 1e-6", f"{n} >= 3",
                  *(f"{n} = {shorter} and {share} < {most}" for most in ("1e-5", "1e-3", "2")), f"{share} < 1e-4", f"{n} >= 2", f"{share} < 1e-2", f"{n} = 1")


def by_parts_of_date(column, january=False):
    """A date by how many of its parts agree; where `january`, the first of that month stands for a day that is not known."""
    l, r = f"{column}_l", f"{column}_r"
    same = [f"substr({l}, {at}, {n}) = substr({r}, {at}, {n})" for at, n in ((1, 4), (6, 2), (9, 2))]
    n_same, year = f"({' + '.join(f'({part})::int' for part in same)})", same[0]
    exact = [cll.ExactMatchLevel(column)]
    if january:
        exact = [f"{l} = {r} and {l} not like '%-01-01'", f"{l} = {r}", f"{year} and ({l} like '%-01-01' or {r} like '%-01-01')"]
    exchanged = f"{year} and substr({l}, 6, 2) = substr({r}, 9, 2) and substr({l}, 9, 2) = substr({r}, 6, 2)"
    return levels(column, cll.NullLevel(column), *exact, f"damerau_levenshtein({l}, {r}) <= 1 and {n_same} = 2", exchanged, f"{n_same} = 2 and {year}",
                  f"{n_same} = 2", year, f"{n_same} = 1")
