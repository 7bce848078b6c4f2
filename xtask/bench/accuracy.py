"""How well written pairs and clusters agree with a truth, and how honest the probabilities are.

    python accuracy.py --truth truth.parquet --pairs pairs.parquet --clusters clusters.parquet

All true pairs count, those that no blocking rule proposes too; where the truth names sources, only those across sources. The best F1
is over all thresholds of the match weight. `ece10` is the expected calibration error over the pairs of probability 0.01 or more, in ten
bins of equal width. `component_f1` is what chains of the pairs of probability 0.95 or more come to, `cluster_f1` what the engine's own
clusters do. `bins_inside` is the share of N_MASS_BINS bins of equal mass, over the same pairs by probability, whose rate of true pairs lies inside
the mean of their 95 % intervals; null where there are none. Prints one JSON object.
"""
import argparse
import json

import duckdb
import numpy as np

N_BINS = 10
N_MASS_BINS = 20
PROBABILITY_MIN = 0.01
LINKED_MIN = 0.95


def best_f1(weight, is_true, n_true):
    """The greatest F1 over thresholds between weights that differ."""
    order = np.argsort(-weight, kind="stable")
    weight, found = weight[order], np.cumsum(is_true[order])
    last = np.append(weight[1:] != weight[:-1], True) if len(weight) else np.zeros(0, bool)
    f1 = 2 * found[last] / (np.flatnonzero(last) + 1 + n_true)
    return float(f1.max()) if len(f1) else 0.0


def calibration_error(p, is_true):
    bins = np.minimum((p * N_BINS).astype(int), N_BINS - 1)
    said, so = np.bincount(bins, p, N_BINS), np.bincount(bins, is_true, N_BINS)
    return float(np.abs(said - so).sum() / max(len(p), 1))


def bins_inside(p, is_true, low, high):
    """The share of bins of equal mass whose rate lies inside their mean interval."""
    bins = [rows for rows in np.array_split(np.argsort(p, kind="stable"), N_MASS_BINS) if len(rows)]
    inside = [low[rows].mean() <= is_true[rows].mean() <= high[rows].mean() for rows in bins]
    return float(np.mean(inside)) if bins else None


def components(n, pairs):
    """The lowest record that chains of pairs lead to, for each record."""
    parent = list(range(n))

    def root(at):
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at
    for a, b in pairs:
        a, b = root(a), root(b)
        parent[max(a, b)] = min(a, b)
    return np.array([root(at) for at in range(n)])


def n_pairs(*keys):
    """Pairs of rows that agree on every key."""
    counts = np.unique(np.stack(keys), axis=1, return_counts=True)[1].astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())


def f1_of_parts(part, entity, source):
    """Pairwise F1 of a partition; pairs within a source do not count."""
    together, right, true = n_pairs(part), n_pairs(part, entity), n_pairs(entity)
    if source is not None:
        together, right, true = (n - n_pairs(*keys, source) for n, keys in (
            (together, (part,)), (right, (part, entity)), (true, (entity,))))
    return 2 * right / max(together + true, 1)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("truth", "pairs", "clusters"):
        arguments.add_argument(f"--{name}", required=True)
    given = arguments.parse_args()
    db = duckdb.connect()
    db.execute(f"create table truth as select row_number() over () - 1 as place, * from read_parquet('{given.truth}')")
    columns = [row[0] for row in db.execute("describe truth").fetchall()]
    codes = lambda name: np.unique(db.execute(f"select {name}::varchar as v from truth order by place").fetchnumpy()["v"].astype(str),
                                   return_inverse=True)[1]
    entity, source = codes("entity_id"), codes("source") if "source" in columns else None
    n_true = n_pairs(entity) - (n_pairs(entity, source) if source is not None else 0)
    columns = [row[0] for row in db.execute(f"describe select * from read_parquet('{given.pairs}')").fetchall()]
    weight = "match_weight_bits" if "match_weight_bits" in columns else "match_weight"
    has_ends = "reliability_low" in columns
    ends = ", p.reliability_low as low, p.reliability_high as high" if has_ends else ""
    pairs = db.execute(f"select a.place as a, b.place as b, p.match_probability as p, p.{weight} as weight{ends} from read_parquet('{given.pairs}') p "
                       "join truth a on a.unique_id = p.unique_id_l join truth b on b.unique_id = p.unique_id_r").fetchnumpy()
    a, b, p, weight = (np.asarray(pairs[name]) for name in ("a", "b", "p", "weight"))
    is_true = entity[a] == entity[b]
    undecided, linked = p >= PROBABILITY_MIN, p >= LINKED_MIN
    low, high = (np.asarray(pairs[name])[undecided] for name in ("low", "high")) if has_ends else (None, None)
    inside = bins_inside(p[undecided], is_true[undecided], low, high) if has_ends else None
    part = np.asarray(db.execute("select dense_rank() over (order by c.cluster_id) as part from truth t join "
                                 f"read_parquet('{given.clusters}') c using (unique_id) order by t.place").fetchnumpy()["part"])
    chained = components(len(entity), zip(a[linked].tolist(), b[linked].tolist()))
    print(json.dumps({"records": len(entity), "true_pairs": n_true, "best_f1": best_f1(weight, is_true, n_true),
                      "recall_written": float(is_true.sum()) / max(n_true, 1), "ece10": calibration_error(p[undecided], is_true[undecided]),
                      "bins_inside": inside, "cluster_f1": f1_of_parts(part, entity, source), "component_f1": f1_of_parts(chained, entity, source)}))


if __name__ == "__main__":
    main()
