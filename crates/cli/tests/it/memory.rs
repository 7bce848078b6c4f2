//! A million records under a cap of 512 MB: either the run comes to its end within it, or it says so and leaves nothing behind.

use std::{collections::HashSet, fmt::Write as _, fs};

use arrow_array::cast::AsArray as _;

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
    let (_, batches) = redress_sources::tabular::read(&office.path("found/clusters.parquet")).unwrap();
    let ids: HashSet<String> = batches
        .iter()
        .flat_map(|batch| batch["unique_id"].as_string::<i32>().iter().flatten().map(str::to_owned))
        .collect();
    let n_rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    assert_eq!((n_rows, ids.len()), (N_RECORDS as usize, N_RECORDS as usize), "every record once");
}

#[test]
fn records_that_are_all_the_same_fit() {
    let columns = "given_name = \"given_name\"\nsurname = \"family_name\"\ndob = \"date_of_birth\"\n";
    check(columns, |_| "ana,lane,1980-02-03,leeds".to_owned(), 0, &["nothing was learned"]);
}

/// Names of syllables, of which some are borne by many; a person's second record has another city or lacks the last letter of the name.
#[test]
fn ordinary_records_fit() {
    const SYLLABLES: [&str; 16] =
        ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve"];
    let columns = "given_name = \"given_name\"\nsurname = \"family_name\"\ndob = \"date_of_birth\"\ncity = \"city\"\n\
        [[blocking]]\nkeys = [\"given_name\", \"surname\"]\n[[blocking]]\nkeys = [\"given_name\", \"dob\"]\n\
        [[blocking]]\nkeys = [\"surname\", \"dob:year\"]\n";
    let mixed =
        |person: u32, of: u32| (person.wrapping_mul(2_654_435_761) ^ of).wrapping_mul(0x9e37_79b1) >> 8;
    // The smaller of two draws, so that the first names are frequent ones.
    let drawn = |person: u32, of: u32, n: u32| (mixed(person, of) % n).min(mixed(person, of + 1) % n);
    let name = |number: u32, n_syllables: u32| -> String {
        (0..n_syllables).map(|place| SYLLABLES[(number >> (4 * place) & 15) as usize]).collect()
    };
    let cells = |row: u32| {
        let (person, is_second) = (row / 2, row % 2 == 1);
        let given = name(drawn(person, 1, 1 << 12), 3);
        let mut surname = name(drawn(person, 3, 1 << 16), 4);
        if is_second && person % 3 == 0 {
            surname.pop();
        }
        let (year, month, day) =
            (1930 + drawn(person, 5, 80), 1 + mixed(person, 7) % 12, 1 + mixed(person, 8) % 28);
        let moved = u32::from(is_second && person % 4 == 0);
        format!("{given},{surname},{year}-{month:02}-{day:02},{}", name(mixed(person, 9 + moved) % 512, 3))
    };
    check(columns, cells, 0, &[]);
}

#[test]
fn records_that_all_differ_do_not_fit_and_leave_nothing() {
    let columns = "given_name = \"family_name\"\nsurname = \"family_name\"\ncity = \"address_line\"\n";
    let mixed = |row: u32, of: u32| row.wrapping_mul(2_654_435_761).rotate_left(of);
    let cells = |row: u32| {
        let part = |of| format!("{:08x}", mixed(row, of));
        format!("{} {},{} {},1980-02-03,{}", part(1), part(7), part(13), part(19), part(25))
    };
    check(columns, cells, 4, &["--memory-max is 512M", "raise"]);
}
