"""Judges drawn pairs by the truth, as clerks would who never err.

    python judged.py --sample sample.csv --truth truth.parquet --out labels.csv

The sample is that of `redress review sample`; ids are unique over all sources of the truth.
"""
import argparse

import duckdb


def judged(sample, truth, out):
    duckdb.sql(f"""
        COPY (SELECT d.* REPLACE (CASE WHEN l.entity_id = r.entity_id THEN 'same' ELSE 'different' END AS judgement,
                                  'truth' AS labeller, '2026-01-01T00:00:00Z' AS judged_at)
              FROM read_csv('{sample}', all_varchar = true) d
              JOIN '{truth}' l ON d.unique_id_l = l.unique_id
              JOIN '{truth}' r ON d.unique_id_r = r.unique_id
              ORDER BY d.unique_id_l, d.unique_id_r)
        TO '{out}' (HEADER, DELIMITER ',')""")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("sample", "truth", "out"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    judged(given.sample, given.truth, given.out)


if __name__ == "__main__":
    main()
