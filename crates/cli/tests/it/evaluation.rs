//! `redress evaluate` and `redress review`: what is counted, what cannot be said, and what is refused.

use std::fs;

use crate::office::{Done, Office};

const CONFIG: &str =
    "unique_id = \"id\"\n[columns]\nname = \"full_name\"\nborn = \"date_of_birth\"\ntown = \"city\"\n";
const LABELS: &str =
    "source_l,unique_id_l,source_r,unique_id_r,judgement,labeller,judged_at,stratum,inclusion_probability\n";

/// An office with a run of invented people: each written twice, in one of four towns.
pub(crate) fn linked(n_people: usize) -> Office {
    let office = Office::new();
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
    let rows: String = (0..2 * n_people).map(row).collect();
    fs::write(office.path("link.toml"), CONFIG).unwrap();
    fs::write(office.path("people.csv"), format!("id,name,born,town\n{rows}")).unwrap();
    redress(&office, "link --config @link.toml --out @run @people.csv").ended(0, &[]);
    office
}

/// Runs the program with words of which those that name a file or a folder of the office are told by a leading `@`.
pub(crate) fn redress(office: &Office, words: &str) -> Done {
    let words = words.split(' ').map(|word| match word.strip_prefix('@') {
        Some(name) => office.path(name).to_str().unwrap().to_owned(),
        None => word.to_owned(),
    });
    let words: Vec<String> = words.collect();
    office.redress(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Evaluates the run with these arguments.
#[track_caller]
fn check(office: &Office, arguments: &str, code: i32, says: &[&str]) {
    redress(office, &format!("evaluate --pairs @run/pairs.parquet {arguments}")).ended(code, says);
}

#[test]
fn labels_are_counted_by_group_and_the_audit_asks_for_the_truth() {
    let office = linked(160);
    let same = (0..160).map(|at| format!(",p{at:03}-0,,p{at:03}-1,same,ada,,1,0.5\n"));
    let different = (0..150).map(|at| format!(",p{at:03}-0,,p{:03}-0,different,ada,,2,0.25\n", at + 4));
    let labels = format!("{LABELS}{}{}", same.collect::<String>(), different.collect::<String>());
    fs::write(office.path("labels.csv"), &labels).unwrap();
    let groups = "--records @people.csv --group town";
    check(
        &office,
        &format!("--labels @labels.csv {groups} --out @found"),
        0,
        &[
            "the audit by person needs --truth",
            "town Bogota (77 labelled pairs), at 0.5: precision 1.0000 (",
            "town La Paz (",
        ],
    );
    let found = fs::read_to_string(office.path("found/evaluation.json")).unwrap();
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["label_groups"].as_array().unwrap().len(), 4);
    check(&office, groups, 2, &["--group has nothing to be held against", "--truth", "--labels"]);
    fs::write(office.path("more.csv"), format!("{labels},p001-0,,p002-0,same,ada,,,\n")).unwrap();
    check(&office, "--labels @more.csv", 0, &["1 labels have no stratum", "310 pairs are labelled"]);
    let few: String = labels.lines().take(13).map(|line| format!("{line}\n")).collect();
    fs::write(office.path("few.csv"), few).unwrap();
    let says = "at 0.5: precision not estimable (12 decided pairs; 30 are needed)";
    check(&office, "--labels @few.csv", 0, &[says, "written pairs that nobody judged"]);
    fs::write(office.path("self.csv"), format!("{LABELS},p001-0,,p001-0,different,ada,,,\n")).unwrap();
    check(&office, "--labels @self.csv", 3, &["self.csv, row 1", "both records are \"p001-0\""]);
}

#[test]
fn records_are_known_by_the_id_of_the_run() {
    let office = linked(90);
    let truth = (0..180).map(|at| format!("p{:03}-{},{}\n", at / 2, at % 2, at / 2)).collect::<String>();
    fs::write(office.path("truth.csv"), format!("unique_id,entity_id\n{truth}")).unwrap();
    let call = "--truth @truth.csv --group town --records";
    check(&office, &format!("{call} @people.csv"), 0, &["Lima: not estimable (fewer than 30 people"]);
    fs::write(office.path("towns.csv"), "unique_id,town\np000-0,Lima\n").unwrap();
    check(
        &office,
        &format!("{call} @towns.csv"),
        0,
        &["179 of 180 records are not in", "Lima: not estimable"],
    );
    fs::write(office.path("towns.csv"), "number,town\np000-0,Lima\n").unwrap();
    check(&office, &format!("{call} @towns.csv"), 3, &["no column `id` or `unique_id`", "`number`, `town`"]);
}

#[test]
fn what_is_known_is_held_against_what_the_run_expects() {
    let office = linked(90);
    for (records_of_each, says, n_contradicted) in
        [(2, "held against the truth, none of the ", 0), (1, "the truth contradicts ", 7)]
    {
        let truth = (0..180).map(|at| format!("p{:03}-{},{}\n", at / 2, at % 2, at / records_of_each));
        let truth: String = truth.collect();
        fs::write(office.path("truth.csv"), format!("unique_id,entity_id\n{truth}")).unwrap();
        check(&office, "--truth @truth.csv --out @found", 0, &[says]);
        let found = fs::read_to_string(office.path("found/evaluation.json")).unwrap();
        let found: serde_json::Value = serde_json::from_str(&found).unwrap();
        let held = found["expectations"].as_array().unwrap();
        let contradicted = held.iter().filter(|held| held["is_contradiction"] == true).count();
        assert_eq!(contradicted, n_contradicted, "{held:#?}");
    }
    let different = (0..90).map(|at| format!(",p{at:03}-0,,p{at:03}-1,different,ada,,1,0.5\n"));
    fs::write(office.path("labels.csv"), format!("{LABELS}{}", different.collect::<String>())).unwrap();
    let says = ["what the labels say contradicts 4 of the ", "are of different people; the run expects"];
    check(&office, "--labels @labels.csv", 0, &says);
}

#[test]
fn every_group_column_has_its_figures() {
    let office = linked(160);
    let truth = (0..320).map(|at| format!("p{:03}-{},{}\n", at / 2, at % 2, at / 2)).collect::<String>();
    fs::write(office.path("truth.csv"), format!("unique_id,entity_id\n{truth}")).unwrap();
    let sides: String = (0..320)
        .map(|at| {
            format!(
                "p{:03}-{},{},{}\n",
                at / 2,
                at % 2,
                ["left", "right"][at / 2 % 2],
                ["a", "b"][at / 4 % 2]
            )
        })
        .collect();
    fs::write(office.path("sides.csv"), format!("id,side,half\n{sides}")).unwrap();
    check(
        &office,
        "--truth @truth.csv --records @sides.csv --group side --group half",
        0,
        &["side left (n=80), at 0.5: ", "half b (n=80), at 0.95: ", "of the groups asked for:"],
    );
}

#[test]
fn margins_are_declared_for_all_measures_or_for_one() {
    let office = linked(90);
    let truth = (0..180).map(|at| format!("p{:03}-{},{}\n", at / 2, at % 2, at / 2)).collect::<String>();
    fs::write(office.path("truth.csv"), format!("unique_id,entity_id\n{truth}")).unwrap();
    let call = "--truth @truth.csv --out @audit --margin";
    check(&office, &format!("{call} people_missed=0.01 --margin 0.03"), 0, &["tests in", "threshold 0.95"]);
    let text = fs::read_to_string(office.path("audit/audit.json")).unwrap();
    let audit: serde_json::Value = serde_json::from_str(&text).unwrap();
    let margins = &audit["rules"]["margins"];
    assert_eq!((&margins["people_missed"], &margins["false_links"]), (&0.01.into(), &0.03.into()));
    for (given, says) in [
        ("2", "a number from 0 to 1"),
        ("people_missed=x", "a number from 0 to 1"),
        ("harm=0.1", "there is no measure `harm`; there are people_missed, "),
    ] {
        check(&office, &format!("{call} {given}"), 2, &["--margin", says]);
    }
}

#[test]
fn a_run_is_audited_without_the_truth() {
    let office = linked(160);
    // Of everybody of one side the reviewers say that both rows are of two people.
    let is_left = |person: usize| person.is_multiple_of(2);
    let side = |at: usize| if is_left(at / 2) { "left" } else { "right" };
    let sides: String = (0..320).map(|at| format!("p{:03}-{},{}\n", at / 2, at % 2, side(at))).collect();
    fs::write(office.path("sides.csv"), format!("id,side\n{sides}")).unwrap();
    let word = |person: usize| if is_left(person) { "different" } else { "same" };
    let judged: String = (0..160).map(|at| format!("p{at:03}-0,p{at:03}-1,{}\n", word(at))).collect();
    fs::write(office.path("judged.csv"), format!("unique_id_l,unique_id_r,judgement\n{judged}")).unwrap();
    let audited = |office: &Office| {
        let call = "--records @sides.csv --group side --threshold 0.5 --out @audit";
        check(office, call, 0, &["clusters, without the truth, by", "tests in"]);
        for file in ["audit.parquet", "audit_strata.parquet"] {
            assert!(office.path(&format!("audit/{file}")).is_file(), "{file}");
        }
        let page = fs::read_to_string(office.path("audit/audit.html")).unwrap();
        assert!(page.contains("not who is at fault") && page.contains("The same slip in every kind of name"));
        let text = fs::read_to_string(office.path("audit/audit.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let audit = audited(&office);
    assert_eq!((&audit["is_without_truth"], &audit["n_records"]), (&true.into(), &320.into()));
    assert!(audit["probes"].as_array().unwrap().iter().any(|probe| !probe["change_bits"].is_null()));
    let of_side = &audit["dimensions"][0];
    assert_eq!((&of_side["name"], of_side["measures"].as_array().unwrap().len()), (&"side".into(), 5));
    redress(&office, "link --config @link.toml --judgements @judged.csv --out @run @people.csv")
        .ended(0, &[]);
    let audit = audited(&office);
    let measures = &audit["dimensions"][0]["measures"];
    assert_eq!(measures[3]["measure"], "rules_without_key");
    assert_eq!(measures[4]["measure"], "records_in_cut_blocks");
    let review = &measures[5];
    assert_eq!(review["measure"], "review_overturned");
    let said: Vec<_> =
        review["gaps"].as_array().unwrap().iter().map(|gap| [&gap["part"], &gap["whole"]]).collect();
    assert_eq!(
        said,
        [[80, 80], [0, 80]],
        "what was judged different was proposed, and what was judged the same too"
    );
}

#[test]
fn what_is_not_known_gives_no_figure() {
    let office = linked(90);
    let truth = |entity: &dyn Fn(usize) -> String| {
        let rows = (0..180).map(|at| format!("p{:03}-{},{}\n", at / 2, at % 2, entity(at)));
        fs::write(office.path("truth.csv"), format!("unique_id,entity_id\n{}", rows.collect::<String>()))
            .unwrap();
    };
    truth(&|at| if at < 3 { String::new() } else { at.to_string() });
    check(&office, "--truth @truth.csv", 3, &["3 of 180 records have no `entity_id`", "row 1, `p000-0`"]);
    let text = "unique_id_l,unique_id_r,judgement\n";
    let apart: String = (0..90).map(|at| format!("p{at:03}-0,p{at:03}-1,different\n")).collect();
    fs::write(office.path("judged.csv"), format!("{text}{apart}")).unwrap();
    redress(&office, "link --config @link.toml --judgements @judged.csv --out @run @people.csv")
        .ended(0, &[]);
    truth(&|at| (at / 2).to_string());
    let says = "at 0.99: precision not estimable (no proposed pair), recall 0.0000";
    check(&office, "--truth @truth.csv", 0, &[says]);
    truth(&|at| at.to_string());
    check(&office, "--truth @truth.csv", 0, &["recall not estimable (no true pair)"]);
}

#[test]
fn every_group_is_drawn_and_the_weights_stand_for_all_pairs() {
    let office = linked(160);
    for n in [6, 40, 90] {
        let call = format!("review sample --out @run --n {n} --records @people.csv --group town");
        let done = redress(&office, &call);
        done.ended(0, &["pairs drawn into"]);
        let (_, rest) = done.out.split_once(" of ").unwrap();
        let n_pairs: f64 = rest.split(' ').next().unwrap().parse().unwrap();
        let mut reader = csv::Reader::from_path(office.path("run/sample.csv")).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let all: f64 = rows.iter().map(|row| 1.0 / row[8].parse::<f64>().unwrap()).sum();
        assert!(
            rows.len() == n && (all - n_pairs).abs() < 1e-6,
            "{n} labels stand for {all} of {n_pairs} pairs"
        );
        let mut towns: Vec<usize> =
            rows.iter().map(|row| row[1][1..4].parse::<usize>().unwrap() % 4).collect();
        towns.sort_unstable();
        towns.dedup();
        assert!(n < 40 || towns.len() == 4, "every town is drawn: {towns:?}");
    }
}

#[test]
fn two_draws_do_not_mix() {
    let office = linked(160);
    let draw = "review sample --out @run --n 40 --seed";
    redress(&office, &format!("{draw} 1")).ended(0, &["40 of"]);
    let drawn = fs::read_to_string(office.path("run/sample.csv")).unwrap();
    let judged: String =
        drawn.lines().skip(1).map(|row| row.replacen(",,,,", ",same,ada,,", 1) + "\n").collect();
    fs::write(office.path("run/labels.csv"), format!("{LABELS}{judged}")).unwrap();
    let says = ["labels.csv: ", "judgements are of another draw", "--judgements"];
    redress(&office, &format!("{draw} 2")).ended(3, &says);
    redress(&office, &format!("{draw} 1 --n 60").replace(" --n 40", "")).ended(3, &says);
    assert_eq!(fs::read_to_string(office.path("run/sample.csv")).unwrap(), drawn, "it was not drawn");
    redress(&office, &format!("{draw} 1")).ended(0, &["40 of"]);
    let judge = "review judge --out @run --labeller";
    redress(&office, &format!("{judge} ada")).ended(0, &["nothing is left to judge"]);
    fs::rename(office.path("run/labels.csv"), office.path("labels.csv")).unwrap();
    redress(&office, &format!("{draw} 2")).ended(0, &["40 of"]);
    redress(&office, &format!("{judge} ada --labels @labels.csv")).ended(3, &says[..2]);
}
