//! A million records under a cap of 512 MB: either the run comes to its end within it, or it says so and leaves nothing behind.

use std::{fmt::Write as _, fs};

use crate::office::Office;

const N_RECORDS: u32 = 1_000_000;
const LIMIT: u64 = 512 << 20;

/// What becomes of a million rows of which the cells after the id are given.
fn check(columns: &str, cells: impl Fn(u32) -> String, code: i32, says: &[&str]) {
    let office = Office::new();
    let mut rows = String::from("id,given_name,surname,dob,city\n");
    for row in 0..N_RECORDS {
        let _ = writeln!(rows, "{row},{}", cells(row));
    }
    fs::write(office.path("rows.csv"), rows).unwrap();
    fs::write(office.path("rows.toml"), format!("unique_id = \"id\"\n[columns]\n{columns}")).unwrap();
    let [config, out, file] =
        ["rows.toml", "found", "rows.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let arguments = ["link", "--config", &config, "--out", &out, "--memory-max", "512M", &file];
    office.redress(&arguments).ended(code, says);
    let found: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    if code != 0 {
        assert!(found.is_empty(), "{found:?}");
        return;
    }
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(office.path("found/run.json")).unwrap()).unwrap();
    let peak = run["peak_rss_bytes"].as_u64().unwrap();
    assert!(peak <= LIMIT, "{peak} bytes");
    assert_eq!(run["records"], N_RECORDS);
}

#[test]
fn records_that_are_all_the_same_fit() {
    let columns = "given_name = \"given_name\"\nsurname = \"family_name\"\ndob = \"date_of_birth\"\n";
    check(columns, |_| "ana,lane,1980-02-03,leeds".to_owned(), 0, &["nothing was learned"]);
}

#[test]
fn records_that_all_differ_do_not_fit_and_leave_nothing() {
    let columns = "given_name = \"family_name\"\nsurname = \"family_name\"\ncity = \"address_line\"\n";
    let mixed = |row: u32, of: u32| row.wrapping_mul(2_654_435_761).rotate_left(of);
    let cells = |row: u32| {
        let part = |of| format!("{:08x}", mixed(row, of));
        format!("{} {},{} {},1980-02-03,{}", part(1), part(7), part(13), part(19), part(25))
    };
    check(columns, cells, 4, &["--memory-max is 536870912", "raise"]);
}
