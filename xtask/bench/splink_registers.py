"""Runs Splink 5, configured by hand for it, over one of three registers of registers.py (noise, immigration, census) or one of the public
sets (fake_1000, febrl1 to febrl4).

    python splink_registers.py --kind census --data DIR --out DIR [--threads N]

Comparisons and blocking follow Splink's guides: names by Jaro-Winkler with term frequencies (forename and surname together in the FEBRL sets,
which exchange them), dates by its comparison of birth dates, u from random pairs, m trained on blocks of two kinds. Writes pairs.parquet and clusters.parquet (connected components at 0.95).
"""
import argparse
import logging
import os

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

TERMS = dict(term_frequency_adjustments=True)
YEARS = cl.CustomComparison(output_column_name="birth_year", comparison_levels=[
    cll.NullLevel("birth_year"), cll.ExactMatchLevel("birth_year"), cll.AbsoluteDifferenceLevel("birth_year", 1),
    cll.AbsoluteDifferenceLevel("birth_year", 2), cll.AbsoluteDifferenceLevel("birth_year", 5), cll.ElseLevel()])


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


KINDS = {
    **{f"febrl{n}": febrl("dedupe_only", "*") for n in (1, 2, 3)},
    "febrl4": febrl("link_only", "* rename (source_dataset as source)"),
    "fake_1000": dict(
        select="*", link="dedupe_only",
        comparisons=[name("first_name"), name("surname"), date("dob"), exact("city"), cl.EmailComparison("email").configure(**TERMS)],
        blocking=[block_on("first_name", "surname"), block_on("dob"), block_on("email"), block_on("surname", "city"), block_on("first_name", "city"),
                  "l.first_name = r.surname and l.surname = r.first_name"],
        sure=[block_on("email"), block_on("first_name", "surname", "dob")], recall=0.7,
        train=[block_on("dob"), block_on("first_name", "surname")]),
    "noise": dict(
        select="*, year || '-' || month || '-' || day as born", link="dedupe_only",
        comparisons=[name("first"), name("last"), cl.DamerauLevenshteinAtThresholds("born", [1, 2])],
        blocking=[block_on("first", "last"), block_on("born"), block_on("first", "year"), block_on("last", "year"), block_on("last", "month", "day"),
                  "l.first = r.last and l.last = r.first"],
        sure=[block_on("first", "last", "born")], recall=0.3, train=[block_on("born"), block_on("first", "last")]),
    "immigration": dict(
        select="*", link="dedupe_only",
        comparisons=[name("given_name"), name("family_name"), date("birth_date"), cl.ExactMatch("sex"), exact("nationality"), exact("city"),
                     cl.DamerauLevenshteinAtThresholds("a_number", [1, 2]), cl.JaroWinklerAtThresholds("address", [0.9]).configure(**TERMS),
                     cl.ExactMatch("phone")],
        blocking=[block_on("a_number"), block_on("phone", "birth_date"), block_on("given_name", "family_name"), block_on("birth_date"),
                  block_on("address", "given_name"), block_on("family_name", "substr(birth_date, 1, 4)")],
        sure=[block_on("a_number"), block_on("given_name", "family_name", "birth_date")], recall=0.7,
        train=[block_on("birth_date"), block_on("given_name", "family_name")]),
    "census": dict(
        select="* replace (cast(birth_year as integer) as birth_year)", link="link_only",
        comparisons=[name("given_name"), name("surname"), YEARS, cl.ExactMatch("sex"), exact("birthplace"), exact("village"), exact("street")],
        blocking=[block_on("given_name", "surname"), block_on("surname", "birth_year"), block_on("given_name", "birthplace"), block_on("street", "village"),
                  block_on("surname", "birthplace"), block_on("given_name", "birth_year", "sex")],
        sure=[block_on("given_name", "surname", "birthplace", "birth_year")], recall=0.2,
        train=[block_on("given_name", "surname", "birthplace"), block_on("surname", "birth_year", "sex")]),
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
    connection.execute(f"create table records as select {kind['select']} from read_parquet('{given.data}/records.parquet')")
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
    training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in kind["train"]:
        training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.0001)
    pairs.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_weight, match_probability").to_parquet(f"{given.out}/pairs.parquet")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
    clusters.as_duckdbpyrelation().project("cluster_id, unique_id").to_parquet(f"{given.out}/clusters.parquet")


if __name__ == "__main__":
    main()
