//! What a row that a source sends by itself must have in it to be the record whole.
//!
//! Such a row takes the place of what its record said before. A member that is not there would therefore take a value away
//! without a word: each declared member is there, with a value or with null, or the row is set aside.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::Table;
use crate::header;
use crate::slip;

/// Unknown names of a row that are held against a missing one.
const COMPARED_NAMES_MAX: usize = 64;
/// Members that a reason names.
const NAMED_MAX: usize = 8;

/// The members that the rows of a table must have.
#[derive(Clone, Debug, Default)]
pub(crate) struct WholeRow {
    /// Members that may not be left out, in the order of the contract.
    needed: Vec<String>,
    /// Other names of members, with the name under which each is declared.
    names: BTreeMap<String, String>,
    key: String,
    table: Option<Table>,
    known: BTreeSet<String>,
}

impl WholeRow {
    /// The rule of a table.
    pub(crate) fn of(table: &Table) -> Self {
        let may_be_left_out =
            |name: &str| table.columns.iter().any(|column| column.name == name && column.may_be_left_out);
        let mut needed: Vec<String> = Vec::new();
        for name in header::named(table).filter(|name| !may_be_left_out(name)) {
            if !needed.iter().any(|known| known == name) {
                needed.push(name.to_owned());
            }
        }
        // An erasure looks for the key under the name that the contract gives it.
        let renamed = table.columns.iter().filter(|column| column.name != table.key);
        let names = renamed
            .flat_map(|column| column.aliases.iter().map(|alias| (alias.clone(), column.name.clone())));
        Self {
            needed,
            names: names.collect(),
            key: table.key.clone(),
            known: header::wanted(table),
            table: Some(table.clone()),
        }
    }

    /// The name under which a member is declared.
    pub(crate) fn declared<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// Why a row of these members is not the record whole. None where it is, and where its key is missing: that has an error of
    /// its own.
    pub(crate) fn fault<'a>(&self, members: impl Iterator<Item = &'a str>) -> Option<String> {
        let table = self.table.as_ref()?;
        let (mut there, mut unknown) = (BTreeSet::new(), Vec::new());
        for name in members {
            let declared = self.declared(name);
            if !there.insert(declared) {
                return Some(format!(
                    "the member {declared:?} stands twice, under two of its names: name it once"
                ));
            }
            if !self.known.contains(name) && header::ground(table, name).is_none() {
                unknown.push(name);
            }
        }
        let gone: Vec<&str> =
            self.needed.iter().map(String::as_str).filter(|name| !there.contains(name)).collect();
        if gone.is_empty() || gone.contains(&self.key.as_str()) {
            return None;
        }
        let named: Vec<String> = gone.iter().take(NAMED_MAX).map(|name| self.shown(name, &unknown)).collect();
        let more = gone.len().saturating_sub(NAMED_MAX);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let (members, are) = if gone.len() == 1 { ("member", "is") } else { ("members", "are") };
        Some(format!(
            "the {members} {}{more} {are} not there: a row takes the place of the whole record, so name each member as the \
             contract does, and give null where nothing is recorded",
            named.join(", ")
        ))
    }

    /// A missing member, beside the unknown one that may be meant by it.
    fn shown(&self, gone: &str, unknown: &[&str]) -> String {
        let unknown = unknown.iter().take(COMPARED_NAMES_MAX);
        let near = unknown.filter_map(|name| slip::n_edits(gone, name).map(|n_edits| (n_edits, *name))).min();
        match near {
            Some((_, name)) => format!("{gone:?} (here {name:?}, which the contract does not know)"),
            None => format!("{gone:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use redress_testkit::contract_text;

    use super::*;
    use crate::contract::Contract;

    const TABLE: &str = r#"
[[table]]
name = "council"
file = "council.jsonl"
format = "json_lines"
lead = true
key = "person_no"
about = "case.no"
identity = true
[table.columns]
last_name = { attribute = "family_name", aliases = ["surname"] }
first_name = { attribute = "given_name" }
birth_date = { attribute = "birth_date" }
middle = { attribute = "middle_name", optional = true }
[table.refused]
birth_plate = "vehicle (charter 1)"
"#;

    /// What the reason says of a row of these members.
    #[track_caller]
    fn check(members: &str, expected: Option<&str>) {
        let text = contract_text("council", "Council", TABLE);
        let contract = Contract::from_toml(&text, "council.toml").unwrap();
        let fault = WholeRow::of(&contract.tables()[0]).fault(members.split(' '));
        match (&fault, expected) {
            (Some(fault), Some(says)) => assert!(fault.contains(says), "`{says}` is not said in {fault}"),
            _ => assert_eq!(fault.as_deref(), expected, "{members}"),
        }
    }

    #[test]
    fn a_row_is_the_record_whole() {
        check("person_no case.no last_name first_name birth_date", None);
        check("person_no case.no surname first_name birth_date middle height", None);
        check(
            "person_no case.no lastname frst_name birth_date",
            Some(
                "the members \"first_name\" (here \"frst_name\", which the contract does not know), \"last_name\" (here \
                 \"lastname\", which the contract does not know) are not there",
            ),
        );
        check(
            "person_no case.no last_name first_name born",
            Some("the member \"birth_date\" is not there: a row takes the place of the whole record"),
        );
        // What the charter refuses is never taken for a slip.
        check(
            "person_no case.no last_name first_name birth_plate",
            Some("member \"birth_date\" is not there"),
        );
        check("person_no last_name first_name birth_date", Some("member \"case.no\" is not there"));
        check("person_no last_name surname", Some("the member \"last_name\" stands twice"));
        check("last_name", None);
    }
}
