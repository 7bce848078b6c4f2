"""Invents a population of the kind that immigration records hold, for measurements of linkage alone.

    python population.py --rows 1000000 --seed 1 --out DIR

Writes DIR/records.parquet (unique_id and the columns to compare) and DIR/truth.parquet (unique_id, entity_id). Names are made of
syllables by the habits of six naming traditions, with frequencies that fall off as those of real names do. Households share
surname, address and telephone; a person has one to five records, with moves, typing errors, cut names and missing cells. The
rows come in chunks, so that ten million need no more memory than half a million.
"""
import argparse
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CHUNK_ROWS = 500_000
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
STREETS = [f"{name} {kind}" for name in
           "oak elm maple high church mill park station victoria green north south main lake hill cedar pine walnut river "
           "spring king queen bridge water union garden meadow forest highland laurel willow chestnut cherry poplar".split()
           for kind in ("street", "road", "avenue", "lane", "drive", "court")]
# Onsets, vowels and endings of each tradition, how many given names and surnames it has, whether a person bears two surnames,
# and what a woman's surname ends in.
TRADITIONS = [
    ("m r l c g j f d p v s t ch".split(), "a e i o ia ie".split(), "no na rez do lo la nda ras".split(), 900, 4000, True, ""),
    ("b w h st br cl th gr m j d r".split(), "a e i o ea oo".split(), "n son ton ley ford ard ris man".split(), 1500, 20000, False, ""),
    ("v k s p iv dm zh b g n l m".split(), "a o i e u ya".split(), "lov nin rov chev skov din nov".split(), 500, 8000, False, "a"),
    ("ng th tr ph l h d v q m".split(), "a uye o ie u anh".split(), "n ng m nh t".split(), 400, 220, False, ""),
    ("s r k p b j g m v d sh".split(), "a aa i u ee o".split(), "sh ndra nda jit kar meen ri al".split(), 1500, 6000, False, ""),
    ("m h kh s z f b j r t q".split(), "a i u aa ou e".split(), "mad him lid san far rim id ra".split(), 700, 5000, False, ""),
]


def invented(rng, onsets, vowels, endings, n):
    """`n` distinct names of one tradition, the most frequent first."""
    names = {}
    while len(names) < n:
        k = rng.integers(1, 4)
        middle = "".join(rng.choice(onsets) + rng.choice(vowels) for _ in range(k))
        names[middle + rng.choice(endings)] = None
    return np.array(list(names), dtype=object)


def cumulative(n, fall):
    weights = 1 / (np.arange(n) + 3.0) ** fall
    return np.cumsum(weights) / weights.sum()


class Names:
    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.given, self.surname = [], []
        for onsets, vowels, endings, n_given, n_surnames, _, _ in TRADITIONS:
            self.given.append([invented(rng, onsets, vowels, endings, n_given) for _ in range(2)])
            self.surname.append(invented(rng, onsets, vowels, endings, n_surnames))

    def draw(self, rng, names, size):
        return names[np.minimum(np.searchsorted(cumulative(len(names), 0.85), rng.random(size)), len(names) - 1)]


def mistyped(rng, text):
    """One keystroke wrong: a letter replaced, left out, doubled or exchanged with the next."""
    if len(text) < 2:
        return text
    at, how = int(rng.integers(len(text) - 1)), rng.random()
    new = str(rng.integers(10)) if text[at].isdigit() else str(rng.choice(LETTERS))
    if how < 0.4:
        return text[:at] + new + text[at + 1:]
    if how < 0.6:
        return text[:at] + text[at + 1:]
    if how < 0.8:
        return text[:at] + new + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def some(rng, column, share, change):
    """Changes a share of the cells."""
    for at in np.flatnonzero(rng.random(len(column)) < share):
        if column[at] is not None:
            column[at] = change(column[at])


def emptied(rng, column, share):
    column[rng.random(len(column)) < share] = None


def homes(rng, n):
    city = rng.zipf(1.3, n) % 900
    number, street = rng.integers(1, 2000, n), rng.integers(len(STREETS), size=n)
    flat = np.where(rng.random(n) < 0.4, rng.integers(1, 60, n), 0)
    address = np.array([f"{a} {STREETS[s]}" + (f" apt {f}" if f else "") for a, s, f in zip(number, street, flat)], dtype=object)
    names = np.array([f"{STREETS[c % len(STREETS)].split()[0]}{'ville' if c % 3 else 'field'} {c // 60}".strip() for c in range(900)], dtype=object)
    postal = np.array([f"{10000 + c * 90 + p:05d}" for c, p in zip(city, rng.integers(0, 90, n))], dtype=object)
    phone = np.array([f"{a}555{b:07d}" for a, b in zip(rng.integers(200, 989, n), rng.integers(0, 10_000_000, n))], dtype=object)
    return address, names[city], postal, phone


def people(rng, names, n):
    """Persons, household by household: tradition, sex, given name, surname, birth date, home."""
    size = rng.choice([1, 1, 2, 3, 4, 5], size=n)
    size = size[: int(np.searchsorted(np.cumsum(size), n)) + 1]
    household = np.repeat(np.arange(len(size)), size)[:n]
    tradition_of = rng.integers(len(TRADITIONS), size=len(size))
    tradition, sex = tradition_of[household], rng.integers(2, size=n)
    given, surname = np.empty(n, dtype=object), np.empty(n, dtype=object)
    family = np.empty(len(size), dtype=object)
    for idx, (_, _, _, _, _, is_double, _) in enumerate(TRADITIONS):
        here = np.flatnonzero(tradition_of == idx)
        family[here] = names.draw(rng, names.surname[idx], len(here))
        if is_double:
            family[here] = family[here] + " " + names.draw(rng, names.surname[idx], len(here))
        for s in (0, 1):
            members = np.flatnonzero((tradition == idx) & (sex == s))
            given[members] = names.draw(rng, names.given[idx][s], len(members))
    surname[:] = family[household]
    own = np.flatnonzero(rng.random(n) < 0.15)
    surname[own] = family[rng.permutation(len(size))[household[own] % len(size)]]
    for idx in range(len(TRADITIONS)):
        if TRADITIONS[idx][6]:
            women = np.flatnonzero((tradition == idx) & (sex == 1))
            surname[women] = surname[women] + TRADITIONS[idx][6]
    born = rng.integers(-9000, 15500, n).astype("datetime64[D]")
    return household, sex, given, surname, born, homes(rng, len(size))


def records(rng, names, n_rows, first_entity):
    n_people = n_rows // 2
    household, sex, given, surname, born, home = people(rng, names, n_people)
    number = 200_000_000 + (np.arange(n_people, dtype=np.int64) + first_entity) * 3 + rng.integers(3, size=n_people)
    copies = rng.choice([1, 1, 2, 2, 3, 5], size=n_people)
    person = np.repeat(np.arange(n_people), copies)[:n_rows]
    n = len(person)
    other = homes(rng, n)
    moved = rng.random(n) < 0.2
    cells = [np.where(moved, there, here[household[person]]) for here, there in zip(home, other)]
    address, city, postal, phone = cells
    first, last = given[person].copy(), surname[person].copy()
    dates = np.datetime_as_string(born[person]).astype(object)
    sexes = np.array(["M", "F"], dtype=object)[sex[person]]
    identifier = number[person].astype(str).astype(object)
    typo = lambda text: mistyped(rng, text)
    some(rng, first, 0.06, typo), some(rng, last, 0.06, typo), some(rng, address, 0.08, typo)
    some(rng, first, 0.03, lambda text: text[0]), some(rng, last, 0.04, lambda text: text.split()[0])
    some(rng, dates, 0.04, lambda d: d[:5] + d[8:] + "-" + d[5:7] if d[8:] <= "12" else d[:9] + str((int(d[9]) + 1) % 10))
    some(rng, identifier, 0.03, typo), some(rng, phone, 0.02, typo), some(rng, postal, 0.02, typo)
    swapped = rng.random(n) < 0.01
    first[swapped], last[swapped] = last[swapped].copy(), first[swapped].copy()
    for column, share in [(dates, 0.03), (sexes, 0.03), (address, 0.1), (city, 0.05), (postal, 0.05), (phone, 0.35), (identifier, 0.45)]:
        emptied(rng, column, share)
    return person + first_entity, n_people, dict(given_name=first, surname=last, dob=dates, sex=sexes, address=address, city=city,
                                                 postal_code=postal, phone=phone, identifier=identifier)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, required=True)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--after", type=int, default=0, help="rows that were made before: other people of the same names follow")
    arguments.add_argument("--out", required=True)
    given = arguments.parse_args()
    os.makedirs(given.out, exist_ok=True)
    names, written, entities, writers = Names(given.seed), given.after, given.after, None
    end = given.after + given.rows
    while written < end:
        rng = np.random.default_rng([given.seed, written])
        entity, n_people, columns = records(rng, names, min(CHUNK_ROWS, end - written), entities)
        order = rng.permutation(len(entity))
        ids = [f"r{written + i:08d}" for i in range(len(entity))]
        table = pa.table({"unique_id": ids, **{name: pa.array(cells[order], pa.string()) for name, cells in columns.items()}})
        truth = pa.table({"unique_id": ids, "entity_id": pa.array(entity[order])})
        writers = writers or [pq.ParquetWriter(f"{given.out}/{name}.parquet", part.schema)
                              for name, part in (("records", table), ("truth", truth))]
        writers[0].write_table(table), writers[1].write_table(truth)
        written, entities = written + len(entity), entities + n_people
    for writer in writers or []:
        writer.close()
    print(f"{given.rows} records")


if __name__ == "__main__":
    main()
