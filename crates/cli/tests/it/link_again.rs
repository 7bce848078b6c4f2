//! Linking again: judgements that bind, clusters that keep their ids, in one piece, in shards and against an index.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, cast::AsArray};
use redress_sources::tabular;

use crate::office::{Done, Office};

const CONFIG: &str =
    "unique_id = \"id\"\n[columns]\nname = \"full_name\"\nborn = \"date_of_birth\"\ntown = \"city\"\n";
const HEADER: &str =
    "source_l,unique_id_l,source_r,unique_id_r,judgement,labeller,judged_at,stratum,inclusion_probability\n";

/// Invented people, each written twice.
pub(crate) fn people(n: usize) -> String {
    let given = ["Ana", "Luis", "Marta", "Iker", "Olga", "Pavel", "Ruth", "Simon", "Tara", "Uma", "Vera"];
    let family = ["Alada", "Bereck", "Corison", "Danova", "Erulu", "Falente", "Garin", "Holott", "Ivaro"];
    let row = |at: usize| {
        let person = at / 2;
        let (given, family) = (given[person % 11], family[person / 11 % 9]);
        let born =
            format!("19{:02}-{:02}-{:02}", 20 + person * 31 % 75, 1 + person % 12, 1 + person * 17 % 28);
        let town = ["Lima", "Quito", "Bogota", "La Paz"][person % 4];
        format!("p{person:03}-{},{given} {family},{born},{town}\n", at % 2)
    };
    format!("id,name,born,town\n{}", (0..2 * n).map(row).collect::<String>())
}

/// An office with people to link.
fn prepared() -> Office {
    let office = Office::new();
    fs::write(office.path("link.toml"), CONFIG).unwrap();
    fs::write(office.path("people.csv"), people(90)).unwrap();
    office
}

/// Runs `redress link` with words of which those that name a file or a folder of the office are told by a leading `@`.
fn link(office: &Office, words: &str) -> Done {
    let words = words.split(' ').map(|word| match word.strip_prefix('@') {
        Some(name) => office.path(name).to_str().unwrap().to_owned(),
        None => word.to_owned(),
    });
    let words: Vec<String> = std::iter::once("link".to_owned()).chain(words).collect();
    office.redress(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn read(office: &Office, name: &str) -> RecordBatch {
    let (_, batches) = tabular::read(&office.path(name)).unwrap();
    assert_eq!(batches.len(), 1, "{name}");
    batches.into_iter().next().unwrap()
}

fn texts(batch: &RecordBatch, name: &str) -> Vec<String> {
    let column = batch.column_by_name(name).unwrap();
    let column = column.as_string::<i32>();
    column.iter().map(|text| text.unwrap_or("-").to_owned()).collect()
}

/// Record to cluster.
fn clusters(office: &Office, folder: &str) -> BTreeMap<String, String> {
    let batch = read(office, &format!("{folder}/clusters.parquet"));
    texts(&batch, "unique_id").into_iter().zip(texts(&batch, "cluster_id")).collect()
}

/// Pairs with the judgement and the probability of each.
fn pairs(office: &Office, folder: &str) -> BTreeMap<(String, String), (String, f64)> {
    let batch = read(office, &format!("{folder}/pairs.parquet"));
    let names = texts(&batch, "unique_id_l").into_iter().zip(texts(&batch, "unique_id_r"));
    let probabilities = batch.column_by_name("match_probability").unwrap();
    let probabilities = probabilities.as_primitive::<arrow_array::types::Float64Type>().values().to_vec();
    names.zip(texts(&batch, "judgement").into_iter().zip(probabilities)).collect()
}

fn pair(l: &str, r: &str) -> (String, String) {
    (l.to_owned(), r.to_owned())
}

#[test]
fn judgements_bind_in_one_piece_and_in_shards() {
    let office = prepared();
    let judged = format!(
        "{HEADER},p001-0,,p001-1,same,ada,2026-01-01T09:00:00Z,,\n,p001-1,,p001-0,different,ada,2026-02-01T09:00:00Z,,\n\
         ,p002-0,,p003-0,same,ada,2026-02-01T09:00:00Z,,\n,p004-0,,nobody,different,ada,2026-02-01T09:00:00Z,,\n\
         ,p005-0,,p005-1,unsure,ada,2026-02-01T09:00:00Z,,\n"
    );
    fs::write(office.path("judged.csv"), judged).unwrap();
    let call = "--config @link.toml --seed 1 --threads 2";
    link(&office, &format!("{call} --out @one --judgements @judged.csv @people.csv")).ended(
        0,
        &[
            "1 judgement names a record that is not among the records: it waits for it",
            "probabilities stay the model's own",
        ],
    );
    let of = clusters(&office, "one");
    assert_ne!(of["p001-0"], of["p001-1"], "the later judgement of one labeller counts");
    assert_eq!((&of["p002-0"], &of["p002-1"]), (&of["p003-0"], &of["p003-1"]));
    assert_eq!(of["p005-0"], of["p005-1"], "who cannot tell holds nothing apart");
    let found = pairs(&office, "one");
    assert_eq!(found[&pair("p002-0", "p003-0")], ("same".to_owned(), 1.0));
    assert!(!found.contains_key(&pair("p001-0", "p001-1")));
    let run = office.path("one");
    for (other, says) in [
        ("p003-0", "This run holds both records in one cluster."),
        ("p002-1", "This run holds both records in one cluster."),
        ("p004-0", "This run keeps the two records in different clusters, because their own probability, "),
    ] {
        let explained = office.redress(&["explain", "--out", run.to_str().unwrap(), "p002-0", other]);
        explained.ended(0, &[says]);
        assert_eq!(explained.out.contains("Reviewers judged"), other == "p003-0", "{}", explained.out);
    }
    office
        .redress(&["review", "sample", "--n", "100000", "--out", run.to_str().unwrap()])
        .ended(0, &["pairs drawn"]);
    let drawn = fs::read_to_string(office.path("one/sample.csv")).unwrap();
    assert_eq!(
        drawn.lines().count(),
        found.len(),
        "the header, and all pairs but the one that was judged the same"
    );
    assert!(!drawn.contains(",p002-0,,p003-0,"), "what was judged is not drawn again");

    let refused = link(
        &office,
        &format!("{call} --out @two --shard 1/2 --phase count --judgements @judged.csv @people.csv"),
    );
    refused.ended(2, &["redress link merge"]);
    for phase in ["count", "emit"] {
        for shard in ["1/2", "2/2"] {
            link(&office, &format!("{call} --out @two --shard {shard} --phase {phase} @people.csv"))
                .ended(0, &[]);
        }
    }
    link(&office, "merge --judgements @judged.csv @two").ended(0, &[]);
    for file in ["pairs.parquet", "clusters.parquet", "not_compared.parquet", "bridges.parquet", "model.json"]
    {
        let bytes = |folder: &str| fs::read(office.path(&format!("{folder}/{file}"))).unwrap();
        assert!(bytes("one") == bytes("two"), "{file} differs in shards");
    }
}

#[test]
fn a_folder_with_judgements_is_not_linked_over() {
    let office = prepared();
    fs::write(office.path("other.csv"), format!("{HEADER},p007-0,,p008-0,same,ada,,,\n")).unwrap();
    let call = "--config @link.toml --out @out @people.csv";
    let judged = format!("{HEADER},p001-0,,p001-1,same,ada,,,\n,p002-0,,p003-0,unsure,ben,,,\n");
    link(&office, call).ended(0, &[]);
    fs::write(office.path("out/labels.csv"), HEADER).unwrap();
    link(&office, call).ended(0, &[]);
    fs::write(office.path("out/labels.csv"), &judged).unwrap();
    let before = fs::read(office.path("out/run.json")).unwrap();
    for given in ["", " --judgements @other.csv"] {
        let refused = link(&office, &format!("{call}{given}"));
        refused.ended(
            2,
            &["labels.csv: people judged 2 pairs of the run in this folder", "--out", "--judgements"],
        );
    }
    assert_eq!(fs::read(office.path("out/run.json")).unwrap(), before, "a refused run changes nothing");
    link(&office, &format!("{call} --judgements @out/labels.csv"))
        .ended(2, &["lie beside the pairs of another"]);
    assert_eq!(fs::read_to_string(office.path("out/labels.csv")).unwrap(), judged);
    fs::rename(office.path("out/labels.csv"), office.path("labels.csv")).unwrap();
    fs::write(office.path("out/sample.csv"), HEADER).unwrap();
    link(&office, call)
        .ended(2, &["sample.csv: pairs of the run in this folder were drawn", "remove the sample"]);
    fs::remove_file(office.path("out/sample.csv")).unwrap();
    link(&office, &format!("{call} --judgements @labels.csv")).ended(0, &[]);
    link(&office, call).ended(2, &["judgements_kept.csv: people judged 2 pairs", "--previous"]);
    link(&office, &format!("{call} --judgements @labels.csv")).ended(0, &[]);
    link(&office, &format!("{call} --previous @out")).ended(0, &["1 judgement taken over"]);
}

#[test]
fn a_run_of_another_kind_is_not_replaced() {
    let office = prepared();
    link(&office, "--config @link.toml --out @run @people.csv").ended(0, &[]);
    fs::write(office.path("new.csv"), people(4).replace("\np", "\nn")).unwrap();
    let pairs = fs::read(office.path("run/pairs.parquet")).unwrap();
    link(&office, "--against @run --out @run @new.csv").ended(2, &["is the run that --against names"]);
    link(&office, "--config @link.toml --out @other @people.csv").ended(0, &[]);
    link(&office, "--against @run --out @other @new.csv").ended(2, &["holds a linkage run"]);
    assert_eq!(
        fs::read(office.path("run/pairs.parquet")).unwrap(),
        pairs,
        "a refused answer changes nothing"
    );
    link(&office, "--against @run --out @answer @new.csv").ended(0, &[]);
    link(&office, "--config @link.toml --out @answer @people.csv")
        .ended(2, &["holds an answer of --against"]);
    link(&office, "--config @link.toml --previous @answer --out @next @people.csv")
        .ended(2, &["holds an answer of --against", "the run that answered is"]);
    let answer = office.path("answer").to_str().unwrap().to_owned();
    office
        .redress(&["explain", "--out", &answer, "n001-0", "p001-0"])
        .ended(2, &["holds an answer of --against", "redress explain --out NEXT"]);
}

#[test]
fn an_unmerge_is_kept_whoever_said_the_other_before() {
    let office = prepared();
    let call = "--config @link.toml --out";
    fs::write(office.path("un.csv"), "unique_id_l,unique_id_r,judgement\np001-0,p001-1,different\n").unwrap();
    let said = |time: &str| format!("{HEADER},p001-0,,p001-1,same,ada,{time},,\n");
    fs::write(office.path("old.csv"), said("2026-01-01T09:00:00Z")).unwrap();
    link(&office, &format!("{call} @first --judgements @un.csv --judgements @old.csv @people.csv"))
        .ended(0, &[]);
    let kept = fs::read_to_string(office.path("first/judgements_kept.csv")).unwrap();
    assert!(kept.contains("different,,2") && !kept.contains("same"), "it bears the time of its run: {kept}");
    link(&office, &format!("{call} @second --previous @first --judgements @old.csv @people.csv"))
        .ended(0, &["1 judgement taken over"]);
    for folder in ["first", "second"] {
        let of = clusters(&office, folder);
        assert_ne!(of["p001-0"], of["p001-1"], "{folder}");
    }
    fs::write(office.path("disputed.csv"), said("") + ",p001-0,,p001-1,different,ben,,,\n").unwrap();
    link(&office, &format!("{call} @third --judgements @disputed.csv @people.csv"))
        .ended(0, &["labellers disagree about 1 pair, and nothing binds there: p001-0 and p001-1"]);
}

#[test]
fn judgements_without_sources_find_the_one_record_of_their_id() {
    let office = prepared();
    fs::write(office.path("link.toml"), format!("source = \"source\"\n{CONFIG}")).unwrap();
    let rows = people(90);
    let rows = rows.lines().enumerate().map(|(at, row)| {
        let source = if at == 0 {
            "source"
        } else if row.contains("-0,") {
            "court"
        } else {
            "border"
        };
        format!("{source},{row}\n")
    });
    fs::write(
        office.path("people.csv"),
        rows.collect::<String>() + "border,p004-0,Nobody Else,1901-01-01,Lima\n",
    )
    .unwrap();
    let call = "--config @link.toml --judgements @un.csv --out";
    let judged = |l: &str, r: &str| {
        fs::write(office.path("un.csv"), format!("unique_id_l,unique_id_r,judgement\n{l},{r},different\n"))
    };
    judged("p001-0", "p001-1").unwrap();
    link(&office, &format!("{call} @out @people.csv")).ended(0, &[]);
    let of = clusters(&office, "out");
    assert_ne!(of["p001-0"], of["p001-1"]);
    judged("p004-0", "p004-1").unwrap();
    link(&office, &format!("{call} @again @people.csv"))
        .ended(3, &["`p004-0` without a source", "source_l and source_r"]);
}

#[test]
fn an_answer_says_which_records_are_paired_with_two_people() {
    let office = prepared();
    fs::write(office.path("un.csv"), "unique_id_l,unique_id_r,judgement\np001-0,p001-1,different\n").unwrap();
    link(&office, "--config @link.toml --judgements @un.csv --out @run @people.csv").ended(0, &[]);
    fs::write(office.path("new.csv"), people(4).replace("\np", "\nn")).unwrap();
    let answer = link(&office, "--against @run --out @answer @new.csv");
    answer.ended(
        0,
        &["n001-0 is paired with p001-0 and with p001-1, which were judged to be of different people"],
    );
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(office.path("answer/run.json")).unwrap()).unwrap();
    let first = serde_json::json!({"record": "n001-0", "judged_different": ["p001-0", "p001-1"]});
    assert_eq!(run["paired_with_both"][0], first);
}

#[test]
fn shards_of_two_runs_are_not_laid_together() {
    let office = prepared();
    let call = "--config @link.toml --out @out --shard";
    link(&office, &format!("{call} 1/2 --phase count @people.csv")).ended(0, &[]);
    link(&office, &format!("{call} 1/2 --phase emit @people.csv"))
        .ended(2, &["shard 2 of 2 has not run its phase count", "run --shard 2/2 --phase count first"]);
    link(&office, &format!("{call} 2/3 --phase count @people.csv"))
        .ended(2, &["with another number of shards"]);
    fs::write(office.path("fewer.csv"), people(80)).unwrap();
    link(&office, &format!("{call} 2/2 --phase count @fewer.csv")).ended(2, &["with other files", "remove"]);
    link(&office, &format!("{call} 2/2 --phase count @people.csv")).ended(0, &[]);
    link(&office, "merge @out").ended(2, &["shard 1 of 2 has not run its phase emit (2 shards have not)"]);
}

#[test]
fn judgements_bind_new_records_against_an_index() {
    let office = prepared();
    link(&office, "--config @link.toml --out @run @people.csv").ended(0, &[]);
    fs::write(office.path("new.csv"), people(4).replace("\np", "\nn")).unwrap();
    let judged = format!(
        "{HEADER},p001-0,,n001-0,different,ada,,,\n,p050-0,,n002-0,same,ada,,,\n,x,,n002-0,same,ada,,,\n"
    );
    fs::write(office.path("judged.csv"), judged).unwrap();
    link(&office, "--against @run --out @new --judgements @judged.csv @new.csv")
        .ended(0, &["1 judgement names a record that is not among the records: it waits for it"]);
    let found = pairs(&office, "new");
    assert!(!found.contains_key(&pair("n001-0", "p001-0")), "judged different");
    assert_eq!(found[&pair("n001-0", "p001-1")].0, "-", "its other record is as it was");
    assert_eq!(found[&pair("n002-0", "p050-0")], ("same".to_owned(), 1.0));
}

#[test]
fn judgements_hold_in_the_runs_after() {
    let office = prepared();
    let judged = format!(
        "{HEADER},p002-0,,p002-1,different,ada,2026-02-01T09:00:00Z,,\n,p003-0,,p004-0,same,ada,2026-02-01T09:00:00Z,,\n\
         ,p005-0,,n001-0,same,ada,2026-02-01T09:00:00Z,,\n"
    );
    fs::write(office.path("judged.csv"), judged).unwrap();
    link(&office, "--config @link.toml --judgements @judged.csv --out @first @people.csv").ended(0, &[]);
    fs::remove_file(office.path("judged.csv")).unwrap();
    let call = "--config @link.toml --previous";
    let holds = "3 judgements taken over from the run before";
    link(&office, &format!("{call} @first --out @second @people.csv")).ended(0, &[holds]);
    assert_eq!(clusters(&office, "second"), clusters(&office, "first"), "nothing is undone");
    let run = fs::read_to_string(office.path("second/run.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&run).unwrap()["judgements_carried"], 3);

    fs::write(
        office.path("later.csv"),
        format!(
            "{HEADER},p002-1,,p002-0,same,ben,2026-03-01T09:00:00Z,,\n,p003-0,,p004-0,different,ben,2026-01-01T09:00:00Z,,\n"
        ),
    )
    .unwrap();
    link(&office, &format!("{call} @second --judgements @later.csv --out @third @people.csv"))
        .ended(0, &["2 judgements taken over from the run before"]);
    let third = clusters(&office, "third");
    assert_eq!(third["p002-0"], third["p002-1"], "what was said later counts");
    assert_eq!(third["p003-0"], third["p004-0"], "what was said earlier does not");

    fs::write(office.path("new.csv"), people(4).replace("\np", "\nn")).unwrap();
    link(&office, "--against @third --out @new @new.csv").ended(0, &[]);
    let found = pairs(&office, "new");
    assert_eq!(found[&pair("n001-0", "p005-0")], ("same".to_owned(), 1.0), "it waited for its record");
    for phase in ["count", "emit"] {
        let call = "--config @link.toml --out @parts --shard 1/1 --phase";
        link(&office, &format!("{call} {phase} @people.csv")).ended(0, &[]);
    }
    link(&office, "merge --previous @first @parts").ended(0, &[holds]);
    let bytes = |folder: &str| fs::read(office.path(&format!("{folder}/clusters.parquet"))).unwrap();
    assert!(bytes("second") == bytes("parts"), "clusters.parquet differs in shards");
}

#[test]
fn clusters_keep_their_ids() {
    let office = prepared();
    link(&office, "--config @link.toml --out @first @people.csv").ended(0, &[]);
    let first = clusters(&office, "first");
    // A new record that sorts before the others of its cluster, a cluster that a judgement parts, and one that it joins.
    let more = people(90) + "a-new,Luis Alada,1951-02-18,Quito\n";
    fs::write(office.path("more.csv"), more).unwrap();
    fs::write(
        office.path("judged.csv"),
        format!("{HEADER},p002-0,,p002-1,different,ada,,,\n,p003-0,,p004-0,same,ada,,,\n"),
    )
    .unwrap();
    let call = "--config @link.toml --judgements @judged.csv --previous @first";
    link(&office, &format!("{call} --out @second @more.csv")).ended(0, &[]);
    let second = clusters(&office, "second");
    assert_eq!(second["a-new"], second["p001-0"], "the new record joins");
    for (record, id) in &first {
        let is_moved = ["p002-1", "p004-0", "p004-1"].contains(&record.as_str());
        assert_eq!(second[record] != *id, is_moved, "{record}: {id}, {}", second[record]);
    }
    let events = read(&office, "second/cluster_events.parquet");
    let rows = texts(&events, "kind").into_iter().zip(texts(&events, "previous_cluster_id"));
    let rows: Vec<(String, String)> = rows.filter(|(kind, _)| kind != "kept").collect();
    let expected = [("split", "p002-0"), ("merged", "p004-0")].map(|(kind, id)| pair(kind, id));
    assert_eq!(rows, expected);
    link(&office, &format!("{call} --out @again --threads 1 @more.csv")).ended(0, &[]);
    for phase in ["count", "emit"] {
        for shard in ["1/2", "2/2"] {
            let call = format!(
                "--config @link.toml --out @parts --shard {shard} --phase {phase} --threads 4 @more.csv"
            );
            link(&office, &call).ended(0, &[]);
        }
    }
    link(&office, "merge --judgements @judged.csv --previous @first @parts").ended(0, &[]);
    for file in ["clusters.parquet", "cluster_events.parquet", "not_compared.parquet", "bridges.parquet"] {
        let bytes = |folder: &str| fs::read(office.path(&format!("{folder}/{file}"))).unwrap();
        assert!(bytes("second") == bytes("again"), "{file} differs at another number of threads");
        assert!(bytes("second") == bytes("parts"), "{file} differs in shards");
    }
    link(&office, "--config @link.toml --previous @second --out @third @more.csv").ended(0, &[]);
    let third = read(&office, "third/cluster_events.parquet");
    let retired = texts(&third, "kind").into_iter().zip(texts(&third, "previous_cluster_id"));
    assert!(
        retired.into_iter().any(|row| row == pair("retired", "p004-0")),
        "an id that was given up is not used again"
    );
}

#[test]
fn bridges_are_drawn_for_review() {
    let office = prepared();
    link(&office, "--config @link.toml --out @run @people.csv").ended(0, &[]);
    let text = |values: [&str; 2]| Arc::new(StringArray::from_iter_values(values)) as ArrayRef;
    let bridges = RecordBatch::try_from_iter([
        ("unique_id_l", text(["p001-0", "p002-0"])),
        ("unique_id_r", text(["p005-0", "p007-1"])),
        ("match_probability", Arc::new(Float64Array::from(vec![0.99, 0.7])) as ArrayRef),
    ]);
    tabular::write_parquet(&office.path("run/bridges.parquet"), &bridges.unwrap()).unwrap();
    let run = office.path("run").to_str().unwrap().to_owned();
    office.redress(&["review", "sample", "--bridges", "--out", &run]).ended(0, &["2 of 2 pairs drawn into"]);
    let sample = fs::read_to_string(office.path("run/sample.csv")).unwrap();
    let drawn: Vec<&str> = sample.lines().skip(1).collect();
    assert_eq!(
        drawn,
        [",p002-0,,p007-1,,,,,1", ",p001-0,,p005-0,,,,,1"],
        "the least probable first, without a stratum"
    );
    let planned = format!("{HEADER},p001-0,,p001-1,,,,4,0.5\n");
    fs::write(office.path("run/sample.csv"), &planned).unwrap();
    fs::write(office.path("run/labels.csv"), planned.replace(",,,,4", ",same,ada,,4")).unwrap();
    office
        .redress(&["review", "sample", "--bridges", "--out", &run])
        .ended(2, &["is a planned draw with 1 judgement in", "another folder"]);
    assert_eq!(fs::read_to_string(office.path("run/sample.csv")).unwrap(), planned);
}

#[test]
fn an_earlier_run_that_is_none_is_told() {
    let office = prepared();
    link(&office, "--config @link.toml --out @out --previous @nowhere @people.csv")
        .ended(2, &["clusters.parquet is not there", "--previous"]);
    fs::write(office.path("judged.csv"), "unique_id_l,unique_id_r,judgement\np001-0,p001-1,perhaps\n")
        .unwrap();
    link(&office, "--config @link.toml --out @out --judgements @judged.csv @people.csv")
        .ended(3, &["\"perhaps\"", "same, different, unsure"]);
}

/// Entries that one traveler hands over are that traveler's, whatever a model can tell of a store that holds nothing else.
#[test]
fn the_entries_of_one_travel_history_are_one_persons() {
    let office = Office::new();
    let folder = office.path("travels");
    fs::create_dir_all(&folder).unwrap();
    let manifest = "as_of = \"2026-10-31\"\nsections = [\"travels\"]\n[traveler]\nfamily_name = \"Ruiz Soto\"\ngiven_name = \"Ana\"\n\
                    birth_date = \"1990-03-04\"\npassport_number = \"X123\"\n";
    fs::write(folder.join("manifest.toml"), manifest).unwrap();
    let entries = "1\t2025-06-30\tDeparture\tJFK\n2\t2025-01-02\tArrival\tJFK\n3\t2024-05-06\tDeparture\tJFK\n4\t2023-01-02\tArrival\tJFK\n";
    fs::write(folder.join("travel_history.txt"), entries).unwrap();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/travel_history.toml");
    let [contract, store, extract] =
        [contract, office.path("alone"), folder].map(|path| path.to_str().unwrap().to_owned());
    office.redress(&["import", "--contract", &contract, "--store", &store, &extract]).ended(0, &["4 new"]);
    office
        .redress(&["check", "--store", &store])
        .ended(0, &["1 persons formed, 0 kept; 0 links wait for review"]);
}
