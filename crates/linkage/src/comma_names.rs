//! Names that stand in one column as "SURNAME, Given": the comma says which part is which, so that they are read as two columns.
//!
//! As one name, two of a family differ in one word of two or three, and nothing says that this word is what tells them apart. The two
//! parts are columns of their own in the configuration and in the inputs, so that all that reads columns reads them like any other.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};

use crate::column::TextColumn;
use crate::config::{Column, Config};
use crate::guess::words;
use crate::guess_words::is_of_a_relative;
use crate::kind::Kind;
use crate::table::Input;

/// Share of the filled cells of every file with a comma between two names from which a column is divided.
const DIVIDED_FROM: f64 = 0.95;
/// Fewest filled cells of a file that decide.
const FILLED_MIN: usize = 20;
/// Cells of a file that are looked at.
const CELLS_MAX: usize = 20_000;

/// The configuration with its column of whole names divided in two, and the name of that column, where nearly all names of every file
/// are written "SURNAME, Given". A configuration that has a family or given name elsewhere, several columns of whole names, or a rule or
/// comparison for the column, is left as it is.
///
/// `party = "full_name"` over cells such as `OKAFOR, Ada` becomes `"party (surname)" = { kind = "family_name", before_comma_of = "party" }`
/// and `"party (given names)" = { kind = "given_name", after_comma_of = "party" }`.
#[must_use]
pub fn with_divided_names(config: Config, inputs: &[Input]) -> (Config, Option<String>) {
    let Some(name) = whole_name(&config).filter(|name| is_divided(inputs, name)) else {
        return (config, None);
    };
    let mut divided = config.clone();
    divided.columns.remove(&name);
    let surname = Column { before_comma_of: Some(name.clone()), ..Column::of(Kind::FamilyName) };
    let given = Column { after_comma_of: Some(name.clone()), ..Column::of(Kind::GivenName) };
    let parts = [(format!("{name} (surname)"), surname), (format!("{name} (given names)"), given)];
    if parts.iter().any(|(part, _)| has_column(inputs, part)) {
        return (config, None);
    }
    divided.columns.extend(parts);
    // A rule or comparison of its own names the whole column.
    if divided.check().is_ok() { (divided, Some(name)) } else { (config, None) }
}

/// The one column of whole names of a configuration without other names of the person.
fn whole_name(config: &Config) -> Option<String> {
    let own = |kind: Kind| config.of_kind(kind).filter(|name| !is_of_a_relative(&words(name)));
    let has_parts = [Kind::FamilyName, Kind::GivenName].into_iter().any(|kind| own(kind).next().is_some());
    let mut whole = own(Kind::FullName);
    let name = whole.next().filter(|_| !has_parts)?;
    whole.next().is_none().then(|| name.to_owned())
}

fn has_column(inputs: &[Input], name: &str) -> bool {
    inputs.iter().flat_map(|input| &input.batches).any(|batch| batch.column_by_name(name).is_some())
}

/// Whether nearly all names of every file are written with a comma; a file of few names follows the others.
fn is_divided(inputs: &[Input], name: &str) -> bool {
    let counts: Vec<(usize, usize)> = inputs.iter().map(|input| with_comma(input, name)).collect();
    let decided = || counts.iter().filter(|(n_filled, _)| *n_filled >= FILLED_MIN);
    decided().next().is_some()
        && decided().all(|(n_filled, n_divided)| *n_divided as f64 >= DIVIDED_FROM * *n_filled as f64)
}

/// How many of the first cells of a file are filled, and how many hold a comma between two names.
fn with_comma(input: &Input, name: &str) -> (usize, usize) {
    let (mut n_filled, mut n_divided) = (0, 0);
    for batch in &input.batches {
        let Some(column) = batch.column_by_name(name).and_then(|array| TextColumn::try_new(array).ok())
        else {
            continue;
        };
        let cells = (0..batch.num_rows()).filter_map(|row| column.get(row));
        for cell in cells.filter(|cell| !cell.trim().is_empty()).take(CELLS_MAX - n_filled) {
            n_filled += 1;
            let is_name = |part: &str| part.chars().any(char::is_alphabetic);
            n_divided += usize::from(cell.split_once(',').is_some_and(|(a, b)| is_name(a) && is_name(b)));
        }
    }
    (n_filled, n_divided)
}

/// The inputs with the parts of names that a configuration reads out of another column. Inputs that have them already, or lack the
/// column, are left as they are.
#[must_use]
pub fn with_parts_of_names(config: &Config, mut inputs: Vec<Input>) -> Vec<Input> {
    for (name, column) in &config.columns {
        let Some(whole) = column.read_from() else { continue };
        let is_surname = column.before_comma_of.is_some();
        for batch in inputs.iter_mut().flat_map(|input| &mut input.batches) {
            if let Some(with_part) = with_part(batch, (name, whole), is_surname) {
                *batch = with_part;
            }
        }
    }
    inputs
}

fn with_part(batch: &RecordBatch, (name, whole): (&str, &str), is_surname: bool) -> Option<RecordBatch> {
    if batch.column_by_name(name).is_some() {
        return None;
    }
    let column = TextColumn::try_new(batch.column_by_name(whole)?).ok()?;
    let part = |row: usize| {
        let text = column.get(row)?;
        part_of(&text, is_surname).map(str::to_owned)
    };
    let part: ArrayRef = Arc::new((0..batch.num_rows()).map(part).collect::<StringArray>());
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, array)| (field.name().as_str(), array.clone(), true));
    RecordBatch::try_from_iter_with_nullable(columns.chain([(name, part, true)])).ok()
}

/// The part of a name; without a comma all of it is taken for the surname.
fn part_of(text: &str, is_surname: bool) -> Option<&str> {
    let (surname, given) = match text.split_once(',') {
        Some((surname, given)) => (surname, Some(given)),
        None => (text, None),
    };
    let part = if is_surname { Some(surname) } else { given };
    part.map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str, cells: &[&str]) -> Input {
        let ids: ArrayRef = Arc::new((0..cells.len()).map(|n| Some(n.to_string())).collect::<StringArray>());
        let names: ArrayRef = Arc::new(cells.iter().map(|cell| Some(*cell)).collect::<StringArray>());
        let batch = RecordBatch::try_from_iter([("id", ids), ("party", names)]).unwrap();
        Input { name: name.to_owned(), batches: vec![batch], n_set_aside: 0 }
    }

    fn config(columns: &str, rest: &str) -> Config {
        Config::from_toml(&format!("unique_id = 'id'\n[columns]\n{columns}\n{rest}")).unwrap()
    }

    fn check(columns: &str, rest: &str, files: &[&[&str]], is_divided: bool) {
        let config = config(columns, rest);
        let inputs: Vec<Input> = files.iter().map(|cells| input("court", cells)).collect();
        let (divided, name) = with_divided_names(config.clone(), &inputs);
        assert_eq!(name.is_some(), is_divided, "{columns} {rest} {:?}", files[0].first());
        assert_eq!(divided == config, !is_divided);
        assert_eq!(Config::from_toml(&divided.to_toml()), Ok(divided), "it can be written and read again");
    }

    #[test]
    fn a_column_is_divided_where_the_comma_says_how() {
        let (comma, none) = (["OKAFOR, Ada"; 40], ["Ada Okafor"; 40]);
        let few = |n: usize| [vec!["OKAFOR, Ada"; 40 - n], vec!["Ada Okafor"; n]].concat();
        let whole = "party = 'full_name'";
        for (columns, rest, files, is_divided) in [
            (whole, "", &[&comma[..]][..], true),
            (whole, "", &[&few(2), &comma], true),
            (whole, "", &[&few(3)], false),
            (whole, "", &[&comma, &none], false),
            (whole, "", &[&comma, &none[..5]], true),
            (whole, "", &[&comma[..5]], false),
            (whole, "", &[&["Okafor, 1987"; 40]], false),
            ("party = 'text'", "", &[&comma], false),
            ("party = 'full_name'\nmother = 'full_name'", "", &[&comma], true),
            ("party = 'full_name'\nother = 'full_name'", "", &[&comma], false),
            ("party = 'full_name'\nsurname = 'family_name'", "", &[&comma], false),
            (whole, "[[blocking]]\nkeys = ['party']", &[&comma], false),
            (whole, "[[comparison]]\ncolumn = 'party'\nlevels = ['exact', 'else']", &[&comma], false),
        ] {
            check(columns, rest, files, is_divided);
        }
    }

    #[test]
    fn the_parts_are_columns_of_the_inputs() {
        let cells = ["OKAFOR, Ada B.", " de la Cruz ,Ana", "SMITH, John, Jr", "Madonna", "OKAFOR,", ""];
        let filler = vec!["A, B"; 200];
        let inputs = vec![input("court", &[cells.to_vec(), filler].concat())];
        let (config, _) = with_divided_names(config("party = 'full_name'", ""), &inputs);
        let once = with_parts_of_names(&config, inputs);
        let twice = with_parts_of_names(&config, once.clone());
        assert_eq!(once[0].batches, twice[0].batches);
        for (part, expected) in [
            (
                "party (surname)",
                [Some("OKAFOR"), Some("de la Cruz"), Some("SMITH"), Some("Madonna"), Some("OKAFOR"), None],
            ),
            ("party (given names)", [Some("Ada B."), Some("Ana"), Some("John, Jr"), None, None, None]),
        ] {
            let column = TextColumn::try_new(once[0].batches[0].column_by_name(part).unwrap()).unwrap();
            let found: Vec<Option<String>> =
                (0..cells.len()).map(|row| column.get(row).map(|text| text.into_owned())).collect();
            assert_eq!(found, expected.map(|text| text.map(str::to_owned)), "{part}");
        }
    }
}
