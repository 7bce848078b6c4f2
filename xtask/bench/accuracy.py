"""Pairwise F1 of written pairs and of clusters against the truth of population.py.

    python accuracy.py --truth truth.parquet --pairs pairs.parquet --clusters clusters.parquet

All true pairs count, those that no blocking rule proposes too. The best F1 is over all thresholds of the match probability.
Prints one JSON object.
"""
import argparse
import json

import duckdb

BEST = """
with pairs as (
    select coalesce(p.{order}, 0) as p, (a.entity_id = b.entity_id)::int as is_true
    from read_parquet('{pairs}') p
    join truth a on a.unique_id = p.unique_id_l join truth b on b.unique_id = p.unique_id_r),
levels as (select p, sum(is_true) as found, count(*) as written from pairs group by p),
sums as (select p, sum(found) over w as found, sum(written) over w as written from levels window w as (order by p desc))
select max(2.0 * found / (written + {n_true})), max(found) from sums
"""
CLUSTERS = """
with member as (
    select c.cluster_id, t.entity_id from read_parquet('{clusters}') c join truth t using (unique_id)),
together as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from member group by cluster_id)),
right_ones as (select sum(n * (n - 1) / 2) as n from (select count(*) as n from member group by cluster_id, entity_id))
select 2.0 * right_ones.n / (together.n + {n_true}) from together, right_ones
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("truth", "pairs", "clusters"):
        arguments.add_argument(f"--{name}", required=True)
    given = arguments.parse_args()
    db = duckdb.connect()
    db.execute(f"create table truth as select * from read_parquet('{given.truth}')")
    n_true = db.execute(
        "select sum(n * (n - 1) / 2) from (select count(*) as n from truth group by entity_id)").fetchone()[0]
    columns = [row[0] for row in db.execute(f"describe select * from read_parquet('{given.pairs}')").fetchall()]
    order = "match_weight_bits" if "match_weight_bits" in columns else "match_weight"
    best, found = db.execute(BEST.format(order=order, pairs=given.pairs, n_true=n_true)).fetchone()
    clusters = db.execute(CLUSTERS.format(clusters=given.clusters, n_true=n_true)).fetchone()[0]
    print(json.dumps({"best_f1": best, "cluster_f1": clusters, "recall_written": found / n_true}))


if __name__ == "__main__":
    main()
