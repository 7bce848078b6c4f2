//! Invented people, two records each, as a table of the engine.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use redress_linkage::{Config, Input, Table};

use crate::draw::Draw;

/// Columns of a record, the id first.
pub(crate) const COLUMNS: [&str; 6] = ["id", "given", "family", "born", "street", "city"];

/// Kinds of the columns; blocking and levels are the engine's own.
const CONFIG: &str = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nborn = 'date_of_birth'\n\
    street = 'address_line'\ncity = 'city'";

/// Names there are to be called by.
const N_GIVEN_NAMES: usize = 800;
const N_FAMILY_NAMES: usize = 6_000;
const N_CITIES: usize = 300;

/// One cell for each of [`COLUMNS`].
pub(crate) type Row = [String; 6];

/// So many records: of each person one, and another in which a name is mistyped or the address is another.
pub(crate) fn rows(n_records: usize) -> Vec<Row> {
    let mut draw = Draw::new(20_261);
    let words = |draw: &mut Draw, n: usize, n_syllables: u64| -> Vec<String> {
        (0..n).map(|idx| draw.word(n_syllables + idx as u64 % 2)).collect()
    };
    let given = words(&mut draw, N_GIVEN_NAMES, 2);
    let family = words(&mut draw, N_FAMILY_NAMES, 3);
    let cities = words(&mut draw, N_CITIES, 3);
    // The smaller of two draws: some names are borne by many.
    let one_of = |draw: &mut Draw, names: &[String]| {
        let n = names.len() as u64;
        names[draw.below(n).min(draw.below(n)) as usize].clone()
    };
    let mut rows = Vec::with_capacity(n_records);
    for person in 0..n_records.div_ceil(2) {
        let born = format!("{}-{:02}-{:02}", 1940 + draw.below(65), 1 + draw.below(12), 1 + draw.below(28));
        let street = format!("{} {} street", 1 + draw.below(200), draw.word(3));
        let city = one_of(&mut draw, &cities);
        let first = [
            format!("{person}-a"),
            one_of(&mut draw, &given),
            one_of(&mut draw, &family),
            born,
            street,
            city,
        ];
        let mut second = first.clone();
        second[0] = format!("{person}-b");
        match draw.below(4) {
            0 => second[1] = draw.mistyped(&second[1]),
            1 => second[2] = draw.mistyped(&second[2]),
            2 => second[4] = format!("{} {} road", 1 + draw.below(200), draw.word(3)),
            _ => {}
        }
        rows.extend([first, second]);
    }
    rows.truncate(n_records);
    rows
}

/// The configuration of [`rows`].
pub(crate) fn config() -> Config {
    Config::from_toml(CONFIG).unwrap()
}

/// Named columns as the one input of a table.
pub(crate) fn input(columns: Vec<(&str, Vec<&str>)>) -> Vec<Input> {
    let arrays = columns.into_iter().map(|(name, values)| {
        let array: ArrayRef = Arc::new(StringArray::from(values));
        (name, array)
    });
    let batch = RecordBatch::try_from_iter(arrays).unwrap();
    vec![Input { name: "records.csv".to_owned(), batches: vec![batch], n_set_aside: 0 }]
}

/// The input of [`rows`].
pub(crate) fn input_of(rows: &[Row]) -> Vec<Input> {
    let column = |idx: usize| rows.iter().map(|row| row[idx].as_str()).collect();
    input(COLUMNS.iter().enumerate().map(|(idx, name)| (*name, column(idx))).collect())
}

/// The table of [`rows`].
pub(crate) fn table(rows: &[Row]) -> Table {
    Table::try_new(&config(), input_of(rows)).unwrap()
}
