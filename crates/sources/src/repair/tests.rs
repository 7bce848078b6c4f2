use proptest::prelude::*;

use super::*;
use crate::{Contract, header};

const CONTRACT: &str = r#"
[source]
id = "court"
title = "Court"
owner = "Office (invented)"

[[table]]
name = "cases"
file = "cases.csv"
format = "delimited"
lead = true
key = "id"

[table.columns]
id = { required = true, pattern = '^[0-9]+$' }
city = { attribute = "address_city" }
state = { attribute = "address_state", pattern = '^[A-Z]{2}$' }
born = { attribute = "birth_date", format = "%Y" }
note = { attribute = "address_line" }
"#;

fn binding() -> Binding {
    let contract = Contract::from_toml(CONTRACT, "court.toml").unwrap();
    let names = ["id", "city", "state", "born", "note", "other"].map(str::to_owned);
    header::bind(&names, &contract.tables()[0], "cases.csv", "line 1").unwrap()
}

fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> Row {
    let mut row = Row::default();
    row.start(2);
    cells.into_iter().for_each(|cell| row.push(cell));
    row
}

/// The repaired row, its cells with `|` between them; `sound`, or the reason.
#[track_caller]
fn check(cells: &str, expected: &str) {
    let found = match settle(&row(cells.split('|')), &binding()) {
        Settled::Sound => "sound".to_owned(),
        Settled::Repaired { row, .. } => row.cells().collect::<Vec<_>>().join("|"),
        Settled::Broken(broken) => broken.reason.split(&[';', ','][..]).next().unwrap_or_default().to_owned(),
    };
    assert_eq!(found, expected, "{cells}");
}

#[test]
fn rows_are_settled_as_tabled() {
    check("1|NEW YORK|NY|1980|n|o", "sound");
    check("1|NEW|YORK|NY|1980|n|o", "1|NEW YORK|NY|1980|n|o");
    check("1|NEW|YORK|CITY|NY|1980|n|o", "1|NEW YORK CITY|NY|1980|n|o");
    // Cut to length after the shift: state and year are right one column to the left.
    check("1|NEW|YORK|NY|1980|n", "1|NEW YORK|NY|1980|n|");
    // The note or the last column may hold the tab.
    check("1|CITY|NY|1980|n|o|p", "7 cells");
    // An empty cell more, of which no reading makes a difference.
    check("1|CITY||||||", "1|CITY||||");
    // One broken value and nothing that a shift would put right.
    check(
        "1|CITY|NY|year|n|o",
        "date \"year\" does not fit the format \"%Y\" at character 1: correct the date",
    );
    check("x|CITY|NY|1980|n|o", "value \"x\" does not fit the pattern ^[0-9]+$");
    check("|CITY|NY|1980|n|o", "nothing is recorded");
    check("1|CITY|NY", "1|CITY|NY|||");
    check("1|CITY|NYC", "3 cells");
    check("1|2|3|4|5|6|7|8|9|10|11", "11 cells");
}

fn sound_rows() -> impl Strategy<Value = Vec<String>> {
    (
        "[1-9][0-9]{0,2}",
        "[A-Z]{2} [A-Z]{2}",
        "([A-Z]{2})?",
        "([0-9]{4})?",
        "([a-zA-Z]{1,2} [A-Z0-9]{1,4})?",
        "[a-z0-9]{0,3}",
    )
        .prop_map(|(id, city, state, born, note, other)| vec![id, city, state, born, note, other])
}

proptest! {
    /// The honest reading of a shifted row is always among those tried, so a repair can only be the row as it was.
    #[test]
    fn a_shifted_row_becomes_what_it_was_or_is_set_aside(cells in sound_rows(), in_note in any::<bool>(), is_cut in any::<bool>()) {
        let binding = binding();
        let whole = row(cells.iter().map(String::as_str));
        prop_assume!(settle(&whole, &binding) == Settled::Sound);
        let mut shifted: Vec<&str> = Vec::new();
        for (idx, cell) in cells.iter().enumerate() {
            let is_split = idx == if in_note { 4 } else { 1 };
            if is_split { shifted.extend(cell.split(' ')) } else { shifted.push(cell) }
        }
        let is_cut = is_cut && cells[5].is_empty() && shifted.len() > 6;
        if is_cut {
            shifted.truncate(6);
        }
        match settle(&row(shifted.iter().copied()), &binding) {
            Settled::Repaired { row, .. } => prop_assert_eq!(row, whole),
            Settled::Broken(_) => {}
            // A row cut to length may be sound as it stands: nothing tells that it was shifted.
            Settled::Sound => prop_assert!(is_cut || shifted.len() == 6),
        }
    }

    #[test]
    fn missing_trailing_cells_come_back_empty(cells in sound_rows(), n_kept in 1_usize..6) {
        let binding = binding();
        let kept = || cells.iter().take(n_kept).map(String::as_str);
        if let Settled::Repaired { row: padded, .. } = settle(&row(kept()), &binding) {
            prop_assert_eq!(padded, row(kept().chain(std::iter::repeat_n("", 6 - n_kept))));
        } else {
            prop_assert!(false, "a short row of sound cells is padded");
        }
    }
}
