//! Misspelt members of objects in a file: a row that lacks a declared member and has an unknown one by nearly its name.
//!
//! A member that is null may be left out of an object, so one that is not there says nothing by itself. Beside an unknown name
//! that may be meant by it, it is a slip, and the value would be lost without a word.

use std::collections::{BTreeSet, HashMap};

use rapidfuzz::distance::levenshtein;

use crate::contract::Table;
use crate::header;

/// Longest name that is held against another, in characters.
const COMPARED_CHARS_MAX: usize = 64;
/// Edits by which any name may differ from one that may be meant; of a long name a third of its signs may.
const EDITS_MIN: usize = 2;
/// Unknown names of which it is kept what may be meant by them. Those beyond are no slips.
const UNKNOWN_MAX: usize = 1_000;

/// How many letters and digits are inserted, left out or changed between a name and one that may be meant by it, whatever their
/// case and signs. None where they are too far apart for that.
pub(crate) fn n_edits(name: &str, other: &str) -> Option<usize> {
    let folded = |name: &str| -> Vec<char> {
        let signs = name.chars().filter(|sign| sign.is_alphanumeric()).take(COMPARED_CHARS_MAX);
        signs.flat_map(char::to_lowercase).collect()
    };
    let limit = (name.chars().count() / 3).max(EDITS_MIN);
    Some(levenshtein::distance(folded(name), folded(other))).filter(|n_edits| *n_edits <= limit)
}

/// The slips of one file.
#[derive(Debug, Default)]
pub(crate) struct Slips {
    table: Option<Table>,
    /// For each declared column the names that it may have.
    columns: Vec<Vec<String>>,
    known: BTreeSet<String>,
    /// For each unknown name that was met the column that may be meant by it.
    meant: HashMap<String, Option<usize>>,
}

impl Slips {
    /// Those that objects of a table may have.
    pub(crate) fn of(table: &Table) -> Self {
        Self {
            // A key that is not there has an error of its own.
            columns: header::columns(table).into_iter().filter(|names| !names.contains(&table.key)).collect(),
            known: header::wanted(table),
            table: Some(table.clone()),
            meant: HashMap::new(),
        }
    }

    /// Takes notice of an object that is read ahead. An unknown name that stands beside the one that could be meant by it is a
    /// column of its own.
    pub(crate) fn learn(&mut self, members: &[&str]) {
        for name in members {
            if let Some(column) = self.meant_by(name)
                && self.has(members, column)
            {
                self.meant.insert((*name).to_owned(), None);
            }
        }
    }

    /// The slip of an object: the names of the column that it lacks, and the reason. None where it has none.
    pub(crate) fn fault(&mut self, members: &[&str]) -> Option<(&[String], String)> {
        let found = members.iter().find_map(|name| {
            let column = self.meant_by(name).filter(|column| !self.has(members, *column))?;
            Some((*name, column))
        });
        let (name, column) = found?;
        let names = self.columns.get(column)?;
        let reason = format!(
            "the member {:?} is not there, and {name:?} is, which the contract does not know: correct the name, or give it as an alias \
             in the contract",
            names.first()?
        );
        Some((names, reason))
    }

    fn has(&self, members: &[&str], column: usize) -> bool {
        let names = self.columns.get(column).map(Vec::as_slice).unwrap_or_default();
        members.iter().any(|member| names.iter().any(|name| name == member))
    }

    /// The column that may be meant by an unknown name.
    fn meant_by(&mut self, name: &str) -> Option<usize> {
        let table = self.table.as_ref()?;
        if self.known.contains(name) {
            return None;
        }
        if let Some(meant) = self.meant.get(name) {
            return *meant;
        }
        if self.meant.len() >= UNKNOWN_MAX || header::ground(table, name).is_some() {
            return None;
        }
        let near = |names: &Vec<String>| names.iter().filter_map(|declared| n_edits(declared, name)).min();
        let columns = self.columns.iter().enumerate();
        let nearest = columns.filter_map(|(column, names)| Some((near(names)?, column))).min();
        let meant = nearest.map(|(_, column)| column);
        self.meant.insert(name.to_owned(), meant);
        meant
    }
}

#[cfg(test)]
mod tests {
    use redress_testkit::contract_text;

    use super::*;
    use crate::contract::Contract;

    #[test]
    fn names_are_near_by_their_letters() {
        for (a, b, expected) in [
            ("last_name", "LastName", Some(0)),
            ("first_name", "frst_name", Some(1)),
            ("birth_date", "birth", None),
            ("", "abc", None),
            ("no", "on", Some(2)),
        ] {
            assert_eq!(n_edits(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_slip_is_an_unknown_name_in_the_place_of_a_known_one() {
        let text = "[[table]]\nname = \"t\"\nfile = \"t\"\nformat = \"json_lines\"\nlead = true\nkey = \"id\"\n[table.columns]\n\
                    address = { attribute = \"address_line\", aliases = [\"street\"] }\nfirst_name = { attribute = \"given_name\" }\n";
        let contract = Contract::from_toml(&contract_text("court", "Court", text), "court.toml").unwrap();
        let mut slips = Slips::of(&contract.tables()[0]);
        slips.learn(&["id", "address", "address2", "frst_name"]);
        for (members, expected) in [
            (&["id", "address", "first_name"][..], None),
            (&["id"], None),
            (&["id", "address2"], None),
            (&["id", "adress"], Some("the member \"address\" is not there, and \"adress\" is")),
            (&["id", "stret"], Some("the member \"address\" is not there, and \"stret\" is")),
            (&["id", "street", "stret"], None),
            (
                &["id", "frst_name", "height"],
                Some("the member \"first_name\" is not there, and \"frst_name\" is"),
            ),
            (&["id", "fist_name", "first_name"], None),
            (&["di", "address"], None),
        ] {
            let fault = slips.fault(members).map(|(_, reason)| reason);
            assert_eq!(fault.is_some(), expected.is_some(), "{members:?}: {fault:?}");
            assert!(fault.unwrap_or_default().contains(expected.unwrap_or_default()), "{members:?}");
        }
    }
}
