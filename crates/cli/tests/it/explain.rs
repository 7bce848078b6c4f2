//! `redress explain`: what is said of two records, and where they are drawn.

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::{link_again::people, office::Office};

const CONFIG: &str =
    "unique_id = \"id\"\n[columns]\nname = \"full_name\"\nborn = \"date_of_birth\"\ntown = \"city\"\n";

/// An office with a run over invented people, some of whose records are written otherwise or say nothing.
fn linked() -> Office {
    let office = Office::new();
    let written = people(90)
        .replace("p000-1,Ana Alada", "p000-1,Ana-ALADA")
        .replace("p001-1,Luis Alada", "p001-1,FNU LNU")
        .replace("p002-1,Marta Alada", "p002-1,Marta van Alada");
    fs::write(office.path("link.toml"), CONFIG).unwrap();
    fs::write(office.path("people.csv"), written).unwrap();
    let [config, out, file] = ["link.toml", "run", "people.csv"].map(|name| at(&office, name));
    office.redress(&["link", "--config", &config, "--out", &out, "--seed", "1", &file]).ended(0, &[]);
    office
}

fn at(office: &Office, name: &str) -> String {
    office.path(name).to_str().unwrap().to_owned()
}

#[test]
fn a_pair_is_told_in_its_own_words_and_drawn() {
    let office = linked();
    let run = at(&office, "run");
    for (l, r, code, says) in [
        ("p000-0", "p000-1", 0, "“Ana Alada” and “Ana-ALADA”, which differ by capital letters and a hyphen"),
        ("p001-0", "p001-1", 0, "the other says “FNU LNU”, which stands for no name. So it says nothing"),
        ("p002-0", "p002-1", 0, "which differ by a part (“van”) that one record has and the other has not"),
        ("p004-0", "p005-0", 0, "in different clusters, because their own probability, "),
        ("p000-0", "p000-0", 2, "both names are of one record, p000-0: name two records to compare"),
        ("p000-0", "nobody", 2, "no record has the id `nobody`"),
    ] {
        office.redress(&["explain", "--out", &run, l, r]).ended(code, &[says]);
    }
    let drawn = fs::read_dir(office.path("run")).unwrap().map(|entry| entry.unwrap().file_name());
    let drawn = drawn.filter(|name| name.to_str().unwrap().starts_with("explain-")).count();
    assert_eq!(drawn, 4, "each pair has a picture of its own");
    let picture = at(&office, "picture.svg");
    office
        .redress(&["explain", "--out", &run, "--svg", &picture, "p000-0", "p000-1"])
        .ended(0, &["picture.svg"]);
    let picture = fs::read_to_string(picture).unwrap();
    for shown in
        ["p000-0 and p000-1", "“Ana Alada” · “Ana-ALADA”", "This run holds both records in one cluster."]
    {
        assert!(picture.contains(shown), "{shown} is not in {picture}");
    }
}

#[test]
fn a_record_is_known_by_its_id_where_one_source_has_it() {
    let office = Office::new();
    let rows = people(90);
    let (header, rows) = rows.split_once('\n').unwrap();
    // The second records of all people are of the court, and the first ones of another office; one id stands in both.
    let of_source = |row: &str| {
        let source = if row.split(',').next().unwrap().ends_with("-1") { "court" } else { "aid" };
        format!("{source},{row}\n").replace("p003-1,", "p003-0,")
    };
    let written: String = rows.lines().map(of_source).collect();
    fs::write(office.path("link.toml"), format!("source = \"desk\"\n{CONFIG}")).unwrap();
    fs::write(office.path("people.csv"), format!("desk,{header}\n{written}")).unwrap();
    let [config, run, file] = ["link.toml", "run", "people.csv"].map(|name| at(&office, name));
    office.redress(&["link", "--config", &config, "--out", &run, "--seed", "1", &file]).ended(0, &[]);
    for (l, r, code, says) in [
        ("p000-0", "p000-1", 0, "Ana Alada"),
        ("aid/p000-0", "p000-1", 0, "Ana Alada"),
        ("aid/p003-0", "court/p003-0", 0, "waterfall"),
        (
            "p000-0",
            "p003-0",
            2,
            "2 sources have the id `p003-0`: say which record is meant, `aid/p003-0` or `court/p003-0`",
        ),
        ("court/p000-0", "p000-1", 2, "no record has the id `court/p000-0`, nor as SOURCE/ID"),
    ] {
        office.redress(&["explain", "--out", &run, l, r]).ended(code, &[says]);
    }
}

#[test]
fn a_reader_who_has_read_enough_is_no_failure() {
    let office = linked();
    let mut program = Command::new(env!("CARGO_BIN_EXE_redress"))
        .args(["explain", "--out", &at(&office, "run"), "p000-0", "p000-1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before anything is read.
    drop(program.stdout.take());
    let done = program.wait_with_output().unwrap();
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(0), ""));
    let drawn = fs::read_dir(office.path("run")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut drawn = drawn.filter(|name| name.to_str().unwrap().starts_with("explain-"));
    assert!(drawn.next().is_some(), "the work is done all the same");
}
