"""Runs Splink 5 on DuckDB over the population of population.py, with the blocking and the comparisons of link.toml.

    python splink_run.py --data DIR --out DIR [--threads N] [--chunks N]

Tuned by Splink's own guide: no intermediate columns kept, so that the level of each comparison is worked out once
(its CASE is hoisted), training without term frequencies, and prediction in chunks. Writes pairs.parquet, clusters.parquet
and run.json with what the whole took from the records to the written files; imports are left out, which favours Splink.
"""
import argparse
import json
import logging
import os
import resource
import time

import duckdb
import splink
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

EXACT = dict(term_frequency_adjustments=True)
NAME = [0.92, 0.88, 0.7]
COMPARISONS = [
    cl.JaroWinklerAtThresholds("given_name", NAME).configure(**EXACT),
    cl.JaroWinklerAtThresholds("surname", NAME).configure(**EXACT),
    cl.DamerauLevenshteinAtThresholds("dob", 1),
    cl.ExactMatch("sex"),
    cl.JaroWinklerAtThresholds("address", 0.9).configure(**EXACT),
    cl.ExactMatch("city").configure(**EXACT),
    cl.DamerauLevenshteinAtThresholds("postal_code", 1).configure(**EXACT),
    cl.DamerauLevenshteinAtThresholds("phone", 1),
    cl.DamerauLevenshteinAtThresholds("identifier", 1),
]
YEAR = "substr(dob, 1, 4)"
BLOCKING = [
    block_on("identifier"), block_on("phone"), block_on("given_name", "surname"), block_on("dob"),
    block_on("surname", YEAR), block_on("postal_code", YEAR),
]


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--chunks", type=int, default=2)
    given = arguments.parse_args()
    os.makedirs(given.out, exist_ok=True)
    logging.getLogger("splink").setLevel(logging.ERROR)
    begun, (cpu_before, _) = time.perf_counter(), used()
    connection = duckdb.connect()
    connection.execute(f"set threads = {given.threads}")
    connection.execute(f"create table records as select * from read_parquet('{given.data}/records.parquet')")
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="unique_id", comparisons=COMPARISONS,
        blocking_rules_to_generate_predictions=BLOCKING,
        retain_intermediate_calculation_columns=False, retain_matching_columns=False)
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register(connection.sql("select * from records")), settings)
    stages, at = {}, begun

    def stage(name):
        nonlocal at
        now = time.perf_counter()
        stages[name], at = round(now - at, 2), now

    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("identifier"), block_on("given_name", "surname", "dob")], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("dob"), block_on("given_name", "surname")):
        training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    stage("train")
    chunks = dict(num_chunks_left=given.chunks, num_chunks_right=1) if given.chunks > 1 else {}
    pairs = linker.inference.predict(threshold_match_probability=0.01, **chunks)
    stage("predict")
    pairs.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_weight, match_probability").to_parquet(
        f"{given.out}/pairs.parquet")
    stage("write")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
    clusters.as_duckdbpyrelation().project("cluster_id, unique_id").to_parquet(f"{given.out}/clusters.parquet")
    stage("cluster")
    seconds, (cpu, rss) = time.perf_counter() - begun, used()
    written = connection.execute(f"select count(*) from read_parquet('{given.out}/pairs.parquet')").fetchone()[0]
    with open(f"{given.out}/run.json", "w") as file:
        json.dump({"engine": f"Splink {splink.__version__} on DuckDB {duckdb.__version__}", "seconds": seconds,
                   "cpu_seconds": cpu - cpu_before, "peak_rss_bytes": rss, "pairs_written": written, "stages": stages}, file)


if __name__ == "__main__":
    main()
