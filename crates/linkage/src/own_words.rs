//! What a record writes, in its own words, and what was made of it before it was compared.
//!
//! A table keeps the forms that are compared, and no more. Whoever accounts for a pair reads the words of its two records again.

use std::collections::BTreeMap;

use crate::birth::Birth;
use crate::column::TextColumn;
use crate::config::Config;
use crate::date_default::is_first_of_january;
use crate::dictionary::NULL;
use crate::kind::Kind;
use crate::normal::PHONE_DIGITS_MAX;
use crate::spelling::is_of_other_script;
use crate::table::{Attribute, Input};

/// What one record writes of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWords {
    /// As it stands in the record.
    pub text: String,
    /// What was made of it, where that is not plain: "taken as the year 1966 only …".
    pub note: Option<String>,
}

/// A cell of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellText {
    /// As the record writes it.
    pub original: String,
    /// As the table read it; `None` where it was given nothing to read.
    pub read: Option<String>,
}

impl CellText {
    /// A cell that the table read as it is written.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self { original: text.to_owned(), read: Some(text.to_owned()) }
    }
}

/// The cells of the record with a source and an id, by column, as the files have them; `None` when there is no such record.
/// Without a source column the source is empty.
#[must_use]
pub fn cells_of(
    config: &Config,
    inputs: &[Input],
    source: &str,
    unique_id: &str,
) -> Option<BTreeMap<String, String>> {
    for batch in inputs.iter().flat_map(|input| &input.batches) {
        let column = |name: &str| TextColumn::try_new(batch.column_by_name(name)?).ok();
        let ids = column(&config.unique_id)?;
        let sources = config.source.as_deref().map(column);
        let is_of_source = |row| match &sources {
            Some(sources) => {
                sources.as_ref().and_then(|sources| sources.get(row)).unwrap_or_default() == source
            }
            None => source.is_empty(),
        };
        let is_wanted = |row: &usize| ids.get(*row).is_some_and(|id| id == unique_id) && is_of_source(*row);
        let Some(row) = (0..batch.num_rows()).find(is_wanted) else { continue };
        let cell = |name: &String| Some((name.clone(), column(name)?.get(row)?.into_owned()));
        return Some(config.columns.keys().filter_map(cell).collect());
    }
    None
}

/// What a record writes of an attribute, and what was made of it; `None` where it writes nothing. `code` is that of the table.
pub(crate) fn of_attribute(
    attribute: &Attribute,
    code: u32,
    value: Option<&str>,
    cell: &dyn Fn(&str) -> Option<CellText>,
) -> Option<OwnWords> {
    let original = |column: &String| cell(column).map(|cell| cell.original);
    let is_filled = |text: &String| !text.trim().is_empty();
    let texts: Vec<String> = attribute.columns.iter().filter_map(original).filter(is_filled).collect();
    if texts.is_empty() {
        return None;
    }
    let text = printable(&texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" "));
    let read = |column: &String| cell(column).and_then(|cell| cell.read).filter(is_filled);
    let note = match (attribute.birth_as_written(read), value) {
        (Some(written), _) => birth_note(&text, written, Birth(code)),
        (None, None) => (code == NULL).then(|| not_known(attribute.kind, &text)),
        (None, Some(value)) => text_note(attribute.kind, &text, value),
    };
    Some(OwnWords { text, note })
}

/// A text in which no sign steers a screen or turns the direction of what is written: such a sign is shown as one that cannot be
/// shown.
pub(crate) fn printable(text: &str) -> String {
    let steers = |c: char| {
        let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        c.is_control() || turns || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// What was made of a date of birth.
fn birth_note(text: &str, written: Birth, taken: Birth) -> Option<String> {
    let is_first = written.is_complete() && is_first_of_january(written);
    if taken == Birth::NONE {
        let only_fills = is_first || fills_a_field(text);
        let says = if only_fills { "only fills the field" } else { "cannot be read as a date" };
        Some(format!("which {says}"))
    } else if is_first && !taken.is_complete() {
        Some(format!("taken as the year {} only: 1 January is often filled in", taken.text()))
    } else if is_ambiguous(text, taken) {
        Some(format!("read as {}", taken.text()))
    } else {
        None
    }
}

/// Whether a text is one digit repeated, or of the year 9999.
fn fills_a_field(text: &str) -> bool {
    let mut digits = text.chars().filter(char::is_ascii_digit);
    let first = digits.next();
    text.contains("9999") || (first.is_some() && digits.all(|digit| Some(digit) == first))
}

/// Whether day and month could be read the other way round.
fn is_ambiguous(text: &str, taken: Birth) -> bool {
    const MONTHS: u32 = 12;
    let is_either = taken.is_complete() && taken.day() <= MONTHS && taken.day() != taken.month();
    let is_in_numbers = !text.chars().any(char::is_alphabetic);
    is_either && is_in_numbers && !text.starts_with(&format!("{:04}", taken.year()))
}

/// Why a text is no value.
fn not_known(kind: Kind, text: &str) -> String {
    let has_digits = text.chars().any(|c| c.is_ascii_digit());
    match kind {
        kind if kind.is_name() => "which stands for no name".to_owned(),
        Kind::Phone if has_digits => "which is no telephone number".to_owned(),
        Kind::Identifier if has_digits => "which only fills the field".to_owned(),
        _ => "which says that it is not known".to_owned(),
    }
}

/// What was made of a text.
fn text_note(kind: Kind, text: &str, value: &str) -> Option<String> {
    let foreign: Vec<char> = text.chars().filter(|c| is_of_other_script(*c)).collect();
    if kind == Kind::Phone {
        let n_digits = text.chars().filter(char::is_ascii_digit).count();
        return (n_digits > PHONE_DIGITS_MAX)
            .then(|| format!("of which the last {PHONE_DIGITS_MAX} digits are compared"));
    }
    let what = match foreign.first()? {
        c if c.is_alphanumeric() => "written in another script",
        _ => "written with signs",
    };
    Some(format!("{what}: compared as “{value}”"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;
    use crate::table::Table;

    const CONFIG: &str = "unique_id = 'id'\nsource = 'office'\n[columns]\nname = 'full_name'\nborn = { kind = 'date_of_birth', \
                          format = '%d/%m/%Y' }\ntel = 'phone'\nno = 'identifier'\nsex = 'sex'";

    /// Twenty records of people born on other days, ten born on 1 January, and those of the test.
    fn inputs(last: &[[&str; 5]]) -> Vec<Input> {
        let mut columns: [Vec<String>; 7] = Default::default();
        let mut push = |cells: [&str; 5]| {
            let id = columns[0].len().to_string();
            let row = [id.as_str(), "a", cells[0], cells[1], cells[2], cells[3], cells[4]];
            columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell.to_owned()));
        };
        (0..20).for_each(|n| push(["Ana", &format!("14/03/{}", 1950 + n), "", "", ""]));
        (0..10).for_each(|n| push(["Ana", &format!("01/01/{}", 1950 + n), "", "", ""]));
        last.iter().for_each(|cells| push(*cells));
        let column = |name, at: usize| (name, Arc::new(StringArray::from(columns[at].clone())) as ArrayRef);
        let names = ["id", "office", "name", "born", "tel", "no", "sex"];
        let batch = RecordBatch::try_from_iter((0..7).map(|at| column(names[at], at))).unwrap();
        vec![Input { name: "records".to_owned(), batches: vec![batch], n_set_aside: 0 }]
    }

    fn check(column: &str, text: &str, note: &str) {
        let config = Config::from_toml(CONFIG).unwrap();
        let cells = ["name", "born", "tel", "no", "sex"].map(|name| if name == column { text } else { "" });
        let inputs = inputs(&[cells]);
        let table = Table::try_new(&config, inputs.clone()).unwrap();
        let cells = cells_of(&config, &inputs, "a", "30").unwrap();
        let record = table.find("a", "30").unwrap();
        let slot = table.attribute_of(column).unwrap();
        let (attribute, value) = (&table.attributes()[slot], table.value(slot, record));
        let cell = |name: &str| cells.get(name).map(|text| CellText::of(text));
        let words = of_attribute(attribute, table.code(slot, record), value.as_deref(), &cell);
        let found = words.map(|words| (words.text, words.note.unwrap_or_default()));
        assert_eq!(found, Some((text.to_owned(), note.to_owned())), "{column}");
    }

    #[test]
    fn says_what_was_made_of_a_text() {
        for (column, text, note) in [
            ("name", "Garcia-Lopez", ""),
            ("name", "FNU", "which stands for no name"),
            ("name", "Ольга", "written in another script: compared as “olga”"),
            ("name", "😀", "written with signs: compared as “grinning”"),
            ("born", "01/01/1966", "taken as the year 1966 only: 1 January is often filled in"),
            ("born", "04/07/1985", "read as 1985-07-04"),
            ("born", "14/07/1985", ""),
            ("born", "1985", ""),
            ("born", "99/99/9999", "which only fills the field"),
            ("born", "soon", "which cannot be read as a date"),
            ("tel", "(428) 482-8647", "of which the last 9 digits are compared"),
            ("tel", "482-8647", ""),
            ("tel", "000", "which is no telephone number"),
            ("no", "000000000", "which only fills the field"),
            ("no", "unknown", "which says that it is not known"),
            ("sex", "U", "which says that it is not known"),
        ] {
            check(column, text, note);
        }
    }

    #[test]
    fn no_text_of_a_record_steers_a_screen() {
        for (text, expected) in [
            ("Ana\u{1b}[2J", "Ana\u{fffd}[2J"),
            ("Ana\u{202e}ecnerolF", "Ana\u{fffd}ecnerolF"),
            ("José 😀 علي", "José 😀 علي"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }

    #[test]
    fn finds_the_cells_of_a_record_by_source_and_id() {
        let (config, inputs) = (Config::from_toml(CONFIG).unwrap(), inputs(&[]));
        for (source, id, born) in
            [("a", "3", Some("14/03/1953")), ("b", "3", None), ("a", "99", None), ("", "3", None)]
        {
            let cells = cells_of(&config, &inputs, source, id);
            assert_eq!(cells.as_ref().map(|cells| cells["born"].as_str()), born, "{source} {id}");
        }
    }
}
