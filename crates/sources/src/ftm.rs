//! FollowTheMoney statements: one line a value, with the entity and the property that it belongs to.
//!
//! The layout is that of `followthemoney` 4.11 (`statement/serialize.py`): fourteen columns, as comma-separated text or
//! JSON Lines. Redress adds columns of its own after them, above all the mark of a contested value.

mod reader;
mod sealed;
mod writer;

use sha1::{Digest as _, Sha1};

pub(crate) use reader::{ABOUT_COLUMN, Ftm, KEY_COLUMN, Kinds};
pub use writer::{FtmForm, FtmWriter};

/// The columns, those of FollowTheMoney first, in the order in which they are written.
pub(crate) const COLUMNS: [&str; 24] = [
    "canonical_id",
    "entity_id",
    "prop",
    "prop_type",
    "schema",
    "value",
    "dataset",
    "origin",
    "lang",
    "original_value",
    "external",
    "first_seen",
    "last_seen",
    "id",
    "valid_from",
    "valid_to",
    "recorded_at",
    "source_record_pointer",
    "dispute_state",
    "dispute_statement",
    "corrected_value",
    "supersedes",
    "retain_until",
    "legal_effect",
];

/// Columns that a value keeps as they are, as its notes.
const KEPT: [&str; 14] = [
    "origin",
    "lang",
    "original_value",
    "first_seen",
    "valid_from",
    "valid_to",
    "recorded_at",
    "source_record_pointer",
    "dispute_state",
    "dispute_statement",
    "corrected_value",
    "supersedes",
    "retain_until",
    "legal_effect",
];

/// Columns of which a value notes that nothing stands in them: what is filled in for a record that came in otherwise is not
/// made up for one that came in as statements.
const BLANK_IS_NOTED: [&str; 2] = ["first_seen", "last_seen"];
/// The note of their names, with a space between them.
const BLANK: &str = "blank";
/// The note of the property by which an attached entity belongs to its owner, and that of all that is noted of this statement
/// where it is not what is noted of the value.
const BELONGS_BY: &str = "belongs_by";
const BELONGS_WITH: &str = "belongs_with";

/// What `external` is written as when it is set.
const TRUE: [&str; 4] = ["t", "true", "True", "1"];

/// The identifier of a statement: the same value of the same entity has one over all releases.
///
/// Source: `Statement.make_key` of `followthemoney` 4.11.
fn make_key(
    dataset: &str,
    entity_id: &str,
    prop: &str,
    value: &str,
    lang: &str,
    is_external: bool,
) -> String {
    let mut key = format!("{dataset}.{entity_id}.{prop}.{value}");
    if !lang.is_empty() {
        key.push('@');
        key.push_str(lang);
    }
    if is_external {
        key.push_str(".ext");
    }
    Sha1::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The type of a property, for those that a contract is likely to read. Others are text.
fn type_of(prop: &str) -> &'static str {
    match prop {
        "name" | "alias" | "weakAlias" | "previousName" => "name",
        "birthDate" | "deathDate" | "date" | "startDate" | "endDate" | "filingDate" | "closeDate" => "date",
        "nationality" | "citizenship" | "country" | "birthCountry" => "country",
        "idNumber" | "passportNumber" | "number" | "caseNumber" => "identifier",
        "gender" => "gender",
        "address" => "address",
        "email" => "email",
        "phone" => "phone",
        "addressEntity" | "holder" | "party" | "case" => "entity",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_the_identifier_that_followthemoney_gives_it() {
        // printf 'ds.e1.birthDate.1990-03-04' | sha1sum, and so on.
        for (lang, is_external, expected) in [
            ("", false, "abfa7d0a51e6def507cf6c55a5391fa05d2118be"),
            ("spa", false, "e9a28fcde211d70b8535d1e7e83fc509277b224f"),
            ("spa", true, "41808efa0646334993447099c4c9a8ab24beaf72"),
        ] {
            assert_eq!(make_key("ds", "e1", "birthDate", "1990-03-04", lang, is_external), expected);
        }
    }
}
