"""Records to ask an index about, and whether its answers are those of the run.

    python index.py draw --n 20000 --records records.parquet --out asked.parquet
    python index.py compare --asked asked.parquet --run RUN --answers OUT

`draw` takes records by a hash of their ids, so that the same records are asked about each time. `compare` prints one JSON object:
pairs with the same match weight, probability and interval as in the run, pairs with others, pairs of the run that the index did
not give, and pairs that only the index gave.
"""
import argparse
import json

import duckdb

NUMBERS = ("match_weight_bits", "match_probability", "reliability_low", "reliability_high")
COMPARE = """
with asked as (select unique_id from read_parquet('{asked}')),
of_run as (select * from read_parquet('{run}/pairs.parquet')
    where unique_id_l in (select unique_id from asked) or unique_id_r in (select unique_id from asked)),
both_sides as (select {same} as is_same, r.unique_id_l is not null as in_run, a.unique_id_l is not null as in_answers
    from of_run r full join read_parquet('{answers}/pairs.parquet') a using (unique_id_l, unique_id_r))
select count(*) filter (in_run and in_answers and is_same), count(*) filter (in_run and in_answers and not is_same),
    count(*) filter (in_run and not in_answers), count(*) filter (in_answers and not in_run) from both_sides
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    tasks = arguments.add_subparsers(dest="task", required=True)
    draw = tasks.add_parser("draw")
    draw.add_argument("--n", type=int, required=True)
    compare = tasks.add_parser("compare")
    for task, names in ((draw, ("records", "out")), (compare, ("asked", "run", "answers"))):
        for name in names:
            task.add_argument(f"--{name}", required=True)
    given = arguments.parse_args()
    db = duckdb.connect()
    if given.task == "draw":
        db.execute(f"copy (select * from read_parquet('{given.records}') order by md5(unique_id) limit {given.n}) "
                   f"to '{given.out}' (format parquet)")
        return
    same = " and ".join(f"r.{name} = a.{name}" for name in NUMBERS)
    found = db.execute(COMPARE.format(asked=given.asked, run=given.run, answers=given.answers, same=same)).fetchone()
    print(json.dumps(dict(zip(("equal", "differ", "missing", "beyond"), found))))


if __name__ == "__main__":
    main()
