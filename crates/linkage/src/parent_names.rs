//! Which columns of full names hold a parent's name: what brothers and sisters share, and not what tells one of them from another.

use crate::guess;
use crate::guess_words;
use crate::kind::Kind;
use crate::rarity;
use crate::table::{Attribute, Table};

/// Records that are looked at.
const ROWS_MAX: usize = 2_000;
/// Records with all names from which it can be told whether the one repeats the others.
const ROWS_MIN: usize = 20;
/// Share of the records in which a person's full name holds their given and their family name, at least.
const HOLDS_OWN_SHARE_MIN: f64 = 0.2;

/// The places of the attributes that hold the full name of a parent: those that are called so; of several others all but the one of
/// most different values, because brothers and sisters share a parent's name; and one that seldom holds the given and the family
/// name of its own record.
pub(crate) fn of_parents(table: &Table) -> Vec<usize> {
    let full = || of_kind(table, Kind::FullName);
    let own = full().filter(|slot| !is_of_a_relative(&table.attributes()[*slot]));
    let own = own.max_by_key(|slot| (n_values(table, *slot), std::cmp::Reverse(*slot)));
    full().filter(|slot| own != Some(*slot) || seldom_holds_own(table, *slot)).collect()
}

fn of_kind(table: &Table, kind: Kind) -> impl Iterator<Item = usize> + '_ {
    let attributes = table.attributes().iter().enumerate();
    attributes.filter(move |(_, attribute)| attribute.kind == kind).map(|(slot, _)| slot)
}

fn is_of_a_relative(attribute: &Attribute) -> bool {
    attribute.columns.iter().any(|column| guess_words::is_of_a_relative(&guess::words(column)))
}

fn n_values(table: &Table, slot: usize) -> usize {
    let dictionary = table.attributes()[slot].dictionary;
    let n_codes = dictionary.map_or(0, |idx| table.dictionaries()[idx].len());
    let counts = rarity::counts(table.codes_of(slot), n_codes);
    counts.iter().filter(|count| **count > 0).count()
}

/// Whether a full name is another's than that of the given and the family name beside it.
fn seldom_holds_own(table: &Table, full: usize) -> bool {
    let own = |kind| of_kind(table, kind).find(|slot| !is_of_a_relative(&table.attributes()[*slot]));
    let (Some(given), Some(family)) = (own(Kind::GivenName), own(Kind::FamilyName)) else { return false };
    let step = table.n_records().div_ceil(ROWS_MAX).max(1);
    let (mut n_rows, mut n_hold) = (0, 0);
    for record in (0..table.n_records() as u32).step_by(step) {
        let value = |slot| table.value(slot, record);
        if let (Some(full), Some(given), Some(family)) = (value(full), value(given), value(family)) {
            n_rows += 1;
            n_hold += usize::from(holds(&full, &given) && holds(&full, &family));
        }
    }
    n_rows >= ROWS_MIN && (n_hold as f64) < HOLDS_OWN_SHARE_MIN * n_rows as f64
}

/// Whether a word of a name stands in a full name, or its initial does.
fn holds(full: &str, name: &str) -> bool {
    let is_one = |a: &str, b: &str| a == b || a.len() == 1 && b.starts_with(a);
    name.split(' ').any(|word| full.split(' ').any(|other| is_one(other, word)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;
    use crate::config::Config;
    use crate::table::Input;

    /// Name, kind, and the value of a row.
    type Named<'a> = (&'a str, &'a str, fn(usize) -> String);

    /// The columns with their kinds; each row is a given name, a family name, and the full name that `full` makes of the row's number.
    fn check(columns: &[Named<'_>], expected: &[&str]) {
        let names = columns.iter().map(|(name, kind, _)| format!("{name} = \"{kind}\"\n"));
        let config = format!("unique_id = \"id\"\n[columns]\n{}", names.collect::<String>());
        let id: fn(usize) -> String = |row| format!("r{row:03}");
        let all = std::iter::once(("id", id)).chain(columns.iter().map(|(name, _, of)| (*name, *of)));
        let column =
            |of: fn(usize) -> String| Arc::new(StringArray::from_iter_values((0..60).map(of))) as ArrayRef;
        let batch = RecordBatch::try_from_iter(all.map(|(name, of)| (name, column(of)))).unwrap();
        let input = Input { name: "people.csv".to_owned(), batches: vec![batch], n_set_aside: 0 };
        let table = Table::try_new(&Config::from_toml(&config).unwrap(), vec![input]).unwrap();
        let found: Vec<&str> =
            of_parents(&table).into_iter().map(|slot| table.attributes()[slot].name.as_str()).collect();
        assert_eq!(found, expected, "{config}");
    }

    fn given(row: usize) -> String {
        ["Ana", "Luis", "Rosa", "Hugo", "Elsa"][row % 5].to_owned()
    }

    fn family(row: usize) -> String {
        ["Diaz", "Lopez", "Soto"][row % 3].to_owned()
    }

    fn own(row: usize) -> String {
        format!("{} {}", &given(row)[..1], family(row))
    }

    fn fathers(row: usize) -> String {
        format!("{} {}", ["Raul", "Jorge"][row % 2], family(row))
    }

    #[test]
    fn a_parents_name_is_known_by_its_words_or_by_what_it_holds() {
        let parts: [Named<'_>; 2] = [("first", "given_name", given), ("last", "family_name", family)];
        let beside = |name, of| [parts[0], parts[1], (name, "full_name", of)];
        check(&beside("father_name", own), &["father_name"]);
        check(&beside("nombre_madre", own), &["nombre_madre"]);
        check(&beside("name", own), &[]);
        check(&beside("household", fathers), &["household"]);
        check(&[("name", "full_name", own), ("vater", "full_name", fathers)], &["vater"]);
        check(&[("name", "full_name", own), ("head", "full_name", fathers)], &["head"]);
        check(&[("household", "full_name", fathers), ("last", "family_name", family)], &[]);
    }
}
