//! The contracts name the columns that the files have.

use std::collections::BTreeSet;
use std::fs;

use redress_synth::{CONTRACTS, Plan, generate};

#[test]
fn every_column_of_a_contract_stands_in_its_file_and_every_file_has_a_table() {
    let out = tempfile::tempdir().unwrap();
    generate(&Plan { people: 200, seed: 1, out: out.path().into() }, &|_| {}).unwrap();
    for (source, text) in CONTRACTS {
        let written = fs::read_to_string(out.path().join(format!("contracts/{source}.toml"))).unwrap();
        assert_eq!(&written, text);
        let contract: toml::Table = text.parse().unwrap();
        let tables = contract["table"].as_array().unwrap();
        let n_lead = tables.iter().filter(|table| table.get("lead").is_some()).count();
        assert_eq!(n_lead, 1, "{source}");
        let folder = out.path().join("extracts").join(source);
        let n_files = fs::read_dir(&folder).unwrap().count();
        let n_beside = 1 + usize::from(*source == "court");
        assert_eq!(tables.len() + n_beside, n_files, "{source}");
        for table in tables.iter().map(|table| table.as_table().unwrap()) {
            let file = table["file"].as_str().unwrap();
            let columns = columns(&folder.join(file));
            let named = |part: &str| table.get(part).and_then(|part| part.as_table()).into_iter().flatten();
            for (column, _) in named("columns").chain(named("refused")) {
                assert!(columns.contains(column), "{file} has no column {column}");
            }
            assert!(columns.contains(table["key"].as_str().unwrap()), "{file}");
        }
    }
}

fn columns(path: &std::path::Path) -> BTreeSet<String> {
    let name = path.display().to_string();
    if name.ends_with(".parquet") {
        let file = fs::File::open(path).unwrap();
        let builder = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        return builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    }
    let bytes = fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let first = text.lines().next().unwrap();
    if name.ends_with(".jsonl") {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(first).unwrap();
        return object.keys().cloned().collect();
    }
    first.split(['\t', ',']).map(str::to_owned).collect()
}
