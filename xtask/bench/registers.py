"""Invents registers of several kinds (kinds.py), or takes over a public set, for the measurement of accuracy without labels.

    python registers.py --kind voters --seed 1 --out DIR      python registers.py --public FOLDER --out DIR      python registers.py --list

Writes DIR/records.parquet in shuffled order, DIR/truth.parquet (unique_id, entity_id, and the source where a person has one record in
each source at most) and DIR/link.toml, which says nothing but what each column is about. A public set is a folder with records.csv, of
which the column entity_id is the truth, and its link.toml.
"""
import argparse
import os
import shutil
import tomllib

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from kinds import KINDS


def invented(kind, seed, out):
    generate, columns, sources = KINDS[kind]
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    rows = list(generate(rng))
    rows = [rows[at] for at in rng.permutation(len(rows))]
    ids = [f"r{at:06d}" for at in range(len(rows))]
    cells = {name: pa.array([row.get(name) for _, _, row in rows], pa.string()) for name in columns}
    truth = {"unique_id": ids, "entity_id": [str(person) for person, _, _ in rows]}
    lines = ['unique_id = "unique_id"']
    if sources:
        cells["source"] = [source for _, source, _ in rows]
        lines.append('source = "source"')
    if sources == "one_per_source":
        truth["source"] = cells["source"]
        lines.append("one_per_source = true")
    lines += ["[columns]", *(f'{name} = "{about}"' for name, about in columns.items())]
    pq.write_table(pa.table({"unique_id": ids, **cells}), f"{out}/records.parquet")
    pq.write_table(pa.table(truth), f"{out}/truth.parquet")
    with open(f"{out}/link.toml", "w") as file:
        file.write("\n".join(lines) + "\n")


def public(folder, out):
    with open(f"{folder}/link.toml", "rb") as file:
        config = tomllib.load(file)
    names = pa.csv.read_csv(f"{folder}/records.csv").column_names
    options = pa.csv.ConvertOptions(column_types={name: pa.string() for name in names}, strings_can_be_null=True)
    table = pa.csv.read_csv(f"{folder}/records.csv", convert_options=options)
    truth = {"unique_id": table["unique_id"], "entity_id": table["entity_id"]}
    if config.get("one_per_source"):
        truth["source"] = table[config["source"]]
    pq.write_table(table.drop_columns(["entity_id"]), f"{out}/records.parquet")
    pq.write_table(pa.table(truth), f"{out}/truth.parquet")
    shutil.copy(f"{folder}/link.toml", f"{out}/link.toml")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--kind", choices=KINDS)
    arguments.add_argument("--public")
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--out")
    given = arguments.parse_args()
    if given.list:
        print("\n".join(KINDS))
        return
    os.makedirs(given.out, exist_ok=True)
    if given.public:
        public(given.public, given.out)
    else:
        invented(given.kind, given.seed, given.out)


if __name__ == "__main__":
    main()
