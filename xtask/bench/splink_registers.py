"""Runs Splink 5, configured by hand for it, over one of the registers of registers.py or one of the public sets.

    python splink_registers.py --kind census --data DIR --out DIR [--threads N]

Comparisons and blocking follow Splink's guides: names by Jaro-Winkler with term frequencies (forename and surname together in the FEBRL sets,
which exchange them), dates by its comparison of birth dates or by their parts, u from random pairs, m trained on blocks of two or more kinds.
Writes pairs.parquet and clusters.parquet (connected components at 0.95).

For all but the FEBRL sets several configurations were tried against the truth of seed 1, which Redress is not given, and the best was kept.
So was the recall of the sure rules, from which Splink takes how many pairs are of one person: it is what the truth says. With the best F1 of pairs
and the F1 of clusters of configurations left out, and last of what is kept:

noise        the guide's comparisons (0.79, 0.54); dates by their parts and more blocking (0.87, 0.58); a beginning of a given name as a level of its
             own and the right recall (0.87, 0.75).
historical   forename and surname together as in the guide (0.59, 0.34); both apart (0.61, 0.54); a first of January that stands for a year alone
             (0.62, 0.59); more blocking, near years too, and the right recall (0.72, 0.72).
immigration  the guide's comparisons (0.87, 0.84); names as words with their shares (0.90, 0.87), for the nationality says what they say; names
             apart, surnames by words, telephone and address as one (0.93, 0.92).
voters       address, city and postal code apart (0.62, 0.41), which counts one move three times; together (0.65, 0.49); m from blocks of names, as those
             of an address or telephone find households (0.89, 0.82); the telephone with the address and four blocks (0.93, 0.91).
census       the guide's comparisons (0.71, 0.65); street and village as one, first names by their first word (0.77, 0.72), m from four narrower
             blocks (0.83, 0.81).
north        full names by rare words in common (0.90, 0.87), by subsets of words (0.92, 0.92), by words alike without Cyrillic letters read as
             Latin (0.93, 0.94), with them and blocked by any two words (0.96, 0.97).
few_names    words alike (0.81, 0.59), with shares of words (0.83, 0.65), without the citizenship, which names say already (0.85, 0.62); m from narrower
             blocks than a date or a name (0.87, 0.81).
keyboard     names and five columns apart (0.97, 0.94); the home as one comparison, dates by edits and not missing where they are no days
             (0.99, 1.00); names exchanged or misspelled as levels of one comparison (1.00, 1.00).
two_files    rare words in common (0.90, 0.88), words alike (0.95, 0.94), first and last names apart (0.94, 0.91); the first name apart, as siblings
             share all the others (0.97, 0.96).
fake_1000    the guide's comparisons and blocking (0.84, 0.84), with blocks of beginnings (0.91, 0.89); names together, exchanged or not (0.93, 0.92).
"""
import argparse
import logging
import os

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from splink_words import by_parts_of_date, by_words, by_words_and_shares, exactly, in_couples, in_words, latin, levels, words

TERMS = dict(term_frequency_adjustments=True)
YEARS = levels("birth_year", cll.NullLevel("birth_year"), *(f"abs(birth_year_l - birth_year_r) <= {most}" for most in (0, 1, 2, 3, 5, 10)))


def date(column, form="%Y-%m-%d"):
    return cl.DateOfBirthComparison(column, input_is_string=True, datetime_format=form, invalid_dates_as_null=True)


def name(column):
    return cl.NameComparison(column).configure(**TERMS)


def exact(column):
    return cl.ExactMatch(column).configure(**TERMS)


def febrl(link, select):
    return dict(
        select=f"{select}, given_name || ' ' || surname as both_names", link=link,
        comparisons=[cl.ForenameSurnameComparison("given_name", "surname", forename_surname_concat_col_name="both_names"), date("date_of_birth", "%Y%m%d"),
                     cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), exact("street_number"),
                     cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(**TERMS), cl.JaroWinklerAtThresholds("address_1", [0.9]).configure(**TERMS)],
        blocking=[block_on("soc_sec_id"), block_on("given_name", "surname"), "l.given_name = r.surname and l.surname = r.given_name",
                  block_on("date_of_birth"), block_on("postcode", "street_number"), block_on("address_1", "street_number"),
                  block_on("surname", "postcode"), block_on("suburb", "substr(date_of_birth, 1, 4)"), block_on("given_name", "postcode")],
        sure=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.9,
        train=[block_on("date_of_birth"), block_on("postcode")])


def alike(column, least):
    return cll.JaroWinklerLevel(column, least)


def exploded(column, *others):
    """Records that have a member of an array in common, and the other columns."""
    return block_on(column, *others, arrays_to_explode=[column])


def exchanged(first, last):
    return f"l.{first} = r.{last} and l.{last} = r.{first}"


PARTICLES = ("da", "de", "dos")
GIVEN_BY_EAR = levels("given_name", cll.NullLevel("given_name"), exactly("given_name"), alike("given_name", 0.88), alike("given_name", 0.7),
                      "substr(given_name_l, 1, 1) = substr(given_name_r, 1, 1)")
SURNAME_BY_EAR = levels("surname", cll.NullLevel("surname"), exactly("surname"), alike("surname", 0.92), alike("surname", 0.84), alike("surname", 0.7))
BORN_OR_RECKONED = levels(
    "born", cll.NullLevel("born"), "born_l = born_r and born_l not like '%-01-01'", "year_l = year_r and (born_l like '%-01-01' or born_r like '%-01-01')",
    "year_l = year_r", "substr(born_l, 6) = substr(born_r, 6) and born_l not like '%-01-01'", *(f"abs(year_l - year_r) <= {most}" for most in (1, 2, 5, 10)))
MIDDLE_OR_INITIAL = levels(
    "middle_name", cll.NullLevel("middle_name"), exactly("middle_name"), alike("middle_name", 0.92),
    "substr(middle_name_l, 1, 1) = substr(middle_name_r, 1, 1) and (length(middle_name_l) = 1 or length(middle_name_r) = 1)")
YEARS_OF_ROLLS = levels("birth_year", cll.NullLevel("birth_year"), cll.ExactMatchLevel("birth_year"), "abs(birth_year_l - birth_year_r) = 1",
                        "abs(birth_year_l - birth_year_r) = 10")
HOUSEHOLD = levels("home", "address_l is null or address_r is null", "address_l = address_r and phone_l = phone_r", "address_l = address_r",
                   alike("address", 0.95), "phone_l = phone_r", exactly("zip"), exactly("city"))
SURNAMES_BY_WORDS = levels(
    "family_name", cll.NullLevel("family_name"), exactly("family_name"),
    "regexp_replace(family_name_l, '[ -]', '', 'g') = regexp_replace(family_name_r, '[ -]', '', 'g')",
    "len(list_intersect(string_split_regex(family_name_l, '[ -]'), string_split_regex(family_name_r, '[ -]'))) > 0",
    alike("family_name", 0.88), alike("family_name", 0.75))
ADDRESS_OR_TELEPHONE = levels(
    "home", "(address_l is null or address_r is null) and (phone_l is null or phone_r is null)", "address_l = address_r and phone_l = phone_r",
    "phone_l = phone_r", "address_l = address_r", alike("address", 0.92), exactly("zip"), exactly("city"))
MISSPELLED_OR_EXCHANGED = levels(
    "names", cll.And(cll.NullLevel("vorname"), cll.NullLevel("nachname")), exactly("both_names"), cll.And(alike("vorname", 0.92), alike("nachname", 0.92)),
    cll.And(alike("vorname", 0.8), alike("nachname", 0.8)),
    "jaro_winkler_similarity(vorname_l, nachname_r) >= 0.85 and jaro_winkler_similarity(nachname_l, vorname_r) >= 0.85",
    alike("nachname", 0.88), alike("vorname", 0.88))
FIRST_OF_NAMES = levels("given_name", cll.NullLevel("given_name"), exactly("given_name"),
                        "string_split(given_name_l, ' ')[1] = string_split(given_name_r, ' ')[1]", alike("given_name", 0.88), alike("given_name", 0.75))
STREET_OR_VILLAGE = levels("home", "(street_l is null and village_l is null) or (street_r is null and village_r is null)",
                           "street_l = street_r and village_l = village_r", exactly("village"))


def begun(column):
    """A given name, of which the one may be the beginning of the other."""
    l, r = f"{column}_l", f"{column}_r"
    return levels(column, cll.NullLevel(column), exactly(column), alike(column, 0.92), f"starts_with({l}, {r}) or starts_with({r}, {l})", alike(column, 0.8))


def both_or_exchanged(first, last):
    """Given and family name in one comparison, in which they may have changed places; of `both_names` term frequencies are taken."""
    def across(least):
        return f"jaro_winkler_similarity({first}_l, {last}_r) >= {least} and jaro_winkler_similarity({last}_l, {first}_r) >= {least}"
    return levels("names", cll.And(cll.NullLevel(first), cll.NullLevel(last)), exactly("both_names"), across(1), cll.And(alike(first, 0.88), alike(last, 0.88)),
                  across(0.85), exactly(last), exactly(first), alike(last, 0.88), alike(first, 0.88), f"{first}_l = {last}_r or {last}_l = {first}_r")


def home_by_parts():
    """How many of street, number, postal code and town agree, numbers exactly or but for one edit."""
    def n_agreeing(edits):
        agreeing = [f"jaro_winkler_similarity({name}_l, {name}_r) >= 0.9" for name in ("street", "town")]
        agreeing += [f"damerau_levenshtein({name}_l, {name}_r) <= {edits}" for name in ("number", "postcode")]
        return " + ".join(f"coalesce(({one})::int, 0)" for one in agreeing)
    is_empty = " and ".join(f"({name}_l is null or {name}_r is null)" for name in ("street", "number", "postcode"))
    return levels("home", is_empty, *(f"{n_agreeing(edits)} >= {n}" for n, edits in ((4, 0), (4, 1), (3, 0), (3, 1), (2, 1))))


KINDS = {
    **{f"febrl{n}": febrl("dedupe_only", "*") for n in (1, 2, 3)},
    "febrl4": febrl("link_only", "* rename (source_dataset as source)"),
    "fake_1000": dict(
        select="*, first_name || ' ' || surname as both_names", link="dedupe_only",
        comparisons=[both_or_exchanged("first_name", "surname"), by_parts_of_date("dob"), cl.JaroWinklerAtThresholds("city", [0.85]).configure(**TERMS),
                     cl.EmailComparison("email").configure(**TERMS)],
        blocking=[block_on("substr(first_name, 1, 3)"), block_on("substr(surname, 1, 3)"), block_on("substr(dob, 1, 7)"), block_on("substr(dob, 6, 5)"),
                  block_on("email"), block_on("city"), block_on("substr(email, 1, 4)"), exchanged("first_name", "surname"), "l.first_name = r.surname",
                  "l.surname = r.first_name"],
        sure=[block_on("email"), block_on("first_name", "surname", "dob")], recall=0.37,
        train=[block_on("dob"), block_on("first_name", "surname")]),
    "noise": dict(
        select="*, year || '-' || month || '-' || day as born", link="dedupe_only",
        comparisons=[begun("first"), name("last"), by_parts_of_date("born")],
        blocking=[block_on("first", "last"), block_on("born"), block_on("first", "year"), block_on("last", "year"), block_on("last", "month", "day"),
                  exchanged("first", "last"), block_on("substr(first, 1, 3)", "substr(last, 1, 3)", "year"), block_on("substr(last, 1, 3)", "month", "day"),
                  block_on("substr(first, 1, 3)", "month", "day"), block_on("substr(last, 1, 4)", "substr(first, 1, 2)"),
                  block_on("year", "month", "substr(last, 1, 2)"), block_on("year", "day", "substr(last, 1, 2)")],
        sure=[block_on("first", "last", "born")], recall=0.065, train=[block_on("born"), block_on("first", "last")]),
    "immigration": dict(
        select="*", link="dedupe_only", prepare=[*in_words("words", words("given_name || ' ' || family_name")), in_couples("words")],
        comparisons=[begun("given_name"), SURNAMES_BY_WORDS, by_parts_of_date("birth_date", january=True), cl.ExactMatch("sex"),
                     cl.DamerauLevenshteinAtThresholds("a_number", [1, 2]), ADDRESS_OR_TELEPHONE],
        blocking=[block_on("a_number"), block_on("phone", "birth_date"), block_on("given_name", "family_name"), block_on("birth_date"), block_on("phone"),
                  block_on("address", "given_name"), block_on("family_name", "substr(birth_date, 1, 4)"), block_on("address", "birth_date"),
                  block_on("given_name", "substr(birth_date, 1, 4)", "nationality"), block_on("given_name", "zip"),
                  block_on("family_name", "substr(birth_date, 6, 5)"), block_on("given_name", "substr(birth_date, 6, 5)"),
                  exchanged("given_name", "family_name"), exploded("words", "birth_date"), exploded("words", "substr(birth_date, 1, 7)"),
                  exploded("couples", "substr(birth_date, 1, 4)")],
        sure=[block_on("a_number"), block_on("given_name", "family_name", "birth_date")], recall=0.41,
        train=[block_on("birth_date", "sex"), block_on("given_name", "family_name", "sex"), block_on("given_name", "substr(birth_date, 1, 7)")]),
    "census": dict(
        select="* replace (cast(birth_year as integer) as birth_year)", link="link_only",
        comparisons=[FIRST_OF_NAMES, name("surname"), YEARS, cl.ExactMatch("sex"), exact("birthplace"), STREET_OR_VILLAGE],
        blocking=[block_on("given_name", "surname"), block_on("surname", "birth_year"), block_on("given_name", "birthplace"), block_on("street", "village"),
                  block_on("surname", "birthplace"), block_on("given_name", "birth_year", "sex"), block_on("given_name", "village", "sex"),
                  block_on("substr(surname, 1, 3)", "substr(given_name, 1, 2)", "birthplace"), block_on("street", "given_name"), block_on("surname", "village"),
                  "l.birthplace = r.birthplace and substr(l.given_name, 1, 3) = substr(r.given_name, 1, 3) and abs(l.birth_year - r.birth_year) <= 2",
                  "l.village = r.village and substr(l.given_name, 1, 3) = substr(r.given_name, 1, 3) and abs(l.birth_year - r.birth_year) <= 5"],
        sure=[block_on("given_name", "surname", "birthplace", "birth_year")], recall=0.1,
        train=[block_on("given_name", "surname", "birthplace"), block_on("given_name", "birth_year", "birthplace"),
               block_on("given_name", "birth_year", "surname"), block_on("given_name", "street", "village")]),
    "historical": dict(
        select="*, year(try_cast(born as date)) as year", link="dedupe_only",
        comparisons=[GIVEN_BY_EAR, SURNAME_BY_EAR, BORN_OR_RECKONED, cl.ExactMatch("sex"), exact("occupation"), exact("parish")],
        blocking=[block_on("given_name", "surname"), block_on("surname", "born"), block_on("given_name", "parish", "year"), block_on("surname", "parish"),
                  block_on("substr(surname, 1, 3)", "substr(given_name, 1, 1)", "parish"), block_on("surname", "year"), block_on("given_name", "born"),
                  block_on("surname", "substr(given_name, 1, 2)"), exchanged("given_name", "surname"), block_on("substr(surname, 1, 4)", "year", "parish"),
                  block_on("surname", "occupation"), block_on("given_name", "year"), block_on("given_name", "parish", "sex"),
                  block_on("substr(surname, 1, 2)", "substr(given_name, 1, 2)", "parish"), block_on("born", "substr(given_name, 1, 1)"),
                  block_on("given_name", "substr(surname, 1, 2)"), block_on("parish", "occupation", "year"), block_on("parish", "occupation", "given_name"),
                  "l.parish = r.parish and substr(l.given_name, 1, 1) = substr(r.given_name, 1, 1) and abs(l.year - r.year) <= 2",
                  "l.parish = r.parish and substr(l.surname, 1, 2) = substr(r.surname, 1, 2) and abs(l.year - r.year) <= 5"],
        sure=[block_on("given_name", "surname", "born"), block_on("given_name", "surname", "parish", "year")], recall=0.055,
        train=[block_on("given_name", "surname", "parish"), block_on("surname", "year"), block_on("given_name", "year", "parish")]),
    "voters": dict(
        select="* replace (cast(birth_year as integer) as birth_year)", link="dedupe_only",
        comparisons=[name("first_name"), name("last_name"), MIDDLE_OR_INITIAL, exact("suffix"), YEARS_OF_ROLLS, cl.ExactMatch("sex"),
                     exact("birth_state"), HOUSEHOLD],
        blocking=[block_on("first_name", "last_name", "birth_year"), block_on("phone"), block_on("first_name", "address"), block_on("last_name", "address"),
                  block_on("first_name", "middle_name", "birth_year"), block_on("first_name", "zip", "birth_year"), block_on("address", "birth_year"),
                  block_on("first_name", "last_name", "middle_name"), block_on("last_name", "birth_year", "birth_state"),
                  block_on("first_name", "last_name", "sex"), block_on("last_name", "zip", "birth_year"), block_on("last_name", "middle_name", "birth_year"),
                  "l.first_name = r.first_name and l.zip = r.zip and abs(l.birth_year - r.birth_year) <= 1",
                  "l.first_name = r.first_name and l.middle_name = r.middle_name and l.birth_state = r.birth_state and abs(l.birth_year - r.birth_year) <= 1",
                  block_on("first_name", "birth_year", "birth_state", "sex"), block_on("substr(first_name, 1, 3)", "substr(last_name, 1, 4)", "birth_year"),
                  block_on("substr(first_name, 1, 3)", "substr(last_name, 1, 4)", "sex")],
        sure=[block_on("first_name", "last_name", "birth_year", "birth_state"), block_on("first_name", "last_name", "phone")], recall=0.45,
        train=[block_on("first_name", "last_name", "birth_state"), block_on("first_name", "birth_year", "sex", "birth_state"),
               block_on("last_name", "middle_name", "birth_year"), block_on("first_name", "middle_name", "birth_state", "suffix")]),
    "north": dict(
        select=f"* replace ({latin('name')} as name)", link="dedupe_only", prepare=[*in_words("words", words("name")), in_couples("words")], pairs=1e6,
        comparisons=[by_words("words"), by_parts_of_date("birth_date"), cl.ExactMatch("sex"), exact("municipality"),
                     cl.DamerauLevenshteinAtThresholds("national_id", [1, 2]), exact("street")],
        blocking=[block_on("national_id"), block_on("birth_date"), block_on("words_text"), exploded("words", "municipality"), exploded("words", "street"),
                  exploded("words", "substr(birth_date, 1, 4)"), block_on("street", "municipality"), block_on("substr(national_id, 1, 6)"),
                  exploded("couples")],
        sure=[block_on("national_id"), block_on("words_text", "birth_date")], recall=0.51,
        train=[block_on("birth_date", "sex"), block_on("words_text", "municipality"), block_on("national_id")]),
    "few_names": dict(
        select="*, year(try_cast(dob as date)) as year", link="dedupe_only", prepare=[*in_words("words", words("full_name")), in_couples("words")], pairs=1e6,
        comparisons=[by_words_and_shares("words"), by_parts_of_date("dob", january=True), cl.ExactMatch("sex"), exact("residence")],
        blocking=[block_on("dob", "sex"), block_on("dob"), block_on("words_text"), exploded("words", "residence", "substr(dob, 1, 4)"),
                  exploded("words", "dob"), exploded("words", "substr(dob, 1, 7)"), exploded("words", "residence", "substr(dob, 6, 5)"),
                  block_on("dob", "residence"), block_on("substr(words_text, 1, 8)", "residence"), exploded("couples", "year")],
        sure=[block_on("words_text", "dob")], recall=0.29,
        train=[block_on("dob", "sex"), block_on("words_text", "residence"), block_on("words_text", "year")]),
    "keyboard": dict(
        select="*, vorname || ' ' || nachname as both_names", link="dedupe_only",
        comparisons=[MISSPELLED_OR_EXCHANGED, cl.DamerauLevenshteinAtThresholds("geburtsdatum", [1, 2]), home_by_parts(),
                     cl.DamerauLevenshteinAtThresholds("telefon", [1, 2])],
        blocking=[block_on("telefon"), block_on("vorname", "nachname"), block_on("geburtsdatum"), block_on("vorname", "street", "number"),
                  block_on("nachname", "street", "number"), block_on("postcode", "number", "street"), block_on("nachname", "postcode"),
                  block_on("vorname", "postcode"), block_on("vorname", "town", "number"), block_on("nachname", "town", "number"),
                  block_on("substr(telefon, 1, 6)"), block_on("substr(telefon, 6, 6)"), block_on("postcode", "street"), block_on("postcode", "number"),
                  block_on("street", "number", "town"), block_on("substr(nachname, 1, 4)", "substr(vorname, 1, 2)"), exchanged("vorname", "nachname"),
                  block_on("substr(geburtsdatum, 1, 7)", "town"), block_on("substr(nachname, 1, 3)", "number"), block_on("substr(vorname, 1, 3)", "number", "town")],
        sure=[block_on("telefon"), block_on("vorname", "nachname", "geburtsdatum")], recall=0.7, train=[block_on("geburtsdatum"), block_on("telefon")]),
    "two_files": dict(
        select=f"*, ({words('name', PARTICLES)})[1] as first", link="link_only", pairs=1e6,
        prepare=[*in_words("words", f"({words('name', PARTICLES)})[2:]"), *in_words("mothers", words("mother", PARTICLES)), in_couples("words || [first]")],
        comparisons=[name("first"), by_words("words"), by_words("mothers"), by_parts_of_date("born"), cl.ExactMatch("sex"), exact("city")],
        blocking=[block_on("born", "sex"), block_on("mothers_text", "sex"), block_on("first", "substr(born, 1, 7)"), block_on("first", "words_text"),
                  exploded("couples", "sex"), exploded("words", "substr(born, 1, 7)"), exploded("words", "substr(born, 1, 4)", "city")],
        sure=[block_on("first", "words_text", "born")], recall=0.33,
        train=[block_on("born", "sex"), block_on("first", "words_text", "sex"), block_on("first", "mothers_text")]),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--kind", choices=KINDS, required=True)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    kind = KINDS[given.kind]
    os.makedirs(given.out, exist_ok=True)
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute(f"set threads = {given.threads}")
    # Splink itself writes the arrow, which this version of DuckDB takes only when asked to.
    connection.execute("set lambda_syntax = 'ENABLE_SINGLE_ARROW'")
    connection.execute(f"create table records as select {kind['select']} from read_parquet('{given.data}/records.parquet')")
    for statement in kind.get("prepare", ()):
        connection.execute(statement)
    api, tables = DuckDBAPI(connection=connection), []
    if kind["link"] == "link_only":
        for (source,) in connection.execute("select distinct source from records order by 1").fetchall():
            rows = connection.sql(f"select * exclude (source) from records where source = '{source}'")
            tables.append(api.register(rows, dataset_display_name=f"of_{source}"))
    else:
        tables = api.register(connection.sql("select * from records"))
    linker = Linker(tables, SettingsCreator(
        link_type=kind["link"], unique_id_column_name="unique_id", comparisons=kind["comparisons"],
        blocking_rules_to_generate_predictions=kind["blocking"], retain_intermediate_calculation_columns=False, retain_matching_columns=False))
    training = linker.training
    training.estimate_probability_two_random_records_match(kind["sure"], recall=kind["recall"])
    training.estimate_u_using_random_sampling(max_pairs=kind.get("pairs", 5e6), seed=1)
    for rule in kind["train"]:
        training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.0001)
    pairs.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_weight, match_probability").to_parquet(f"{given.out}/pairs.parquet")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
    clusters.as_duckdbpyrelation().project("cluster_id, unique_id").to_parquet(f"{given.out}/clusters.parquet")


if __name__ == "__main__":
    main()
