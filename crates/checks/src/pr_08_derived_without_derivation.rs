//! PR-08: a derived value has no derivation.
//!
//! Files of public releases hold columns that are called derived or calculated, beside the columns that they
//! may have been derived from, and nobody says by which rule (the border agency's `_derived` columns). Nobody
//! can check such a value, and nobody can say that it is wrong.
//!
//! The rule reads the names of the columns that a record's statements stand in. It reports a value in a
//! column whose name says that it is derived, calculated or computed, when inputs, rule and day of the
//! derivation are not on file.
//!
//! It stays silent when the derivation is on file, when a column merely contains such a word within another
//! word, and when the cell is blank.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World, keeping::ANY,
};

/// Words by which a column says that its values are derived.
const DERIVED_WORDS: [&str; 3] = ["derived", "calculated", "computed"];

/// The check.
pub(crate) struct DerivedWithoutDerivation;

static SPEC: Spec = Spec {
    id: "PR-08",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Derived value without its derivation",
    family: Family::Process,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: ANY,
    parameters: &[],
    rule: "A value stands in a column that calls itself derived, calculated or computed, and inputs, rule and \
           day of the derivation are not on file.",
    not_when: &[
        "inputs, rule and day of the derivation are on file",
        "the column merely contains such a word within another word",
        "the cell is blank",
    ],
    harm_in_words: "A value counts against somebody, and nobody can say how it came about.",
    evidence_shown: "The column as the source spells it, the value, the columns beside it.",
    route: Route {
        actor: "the owner of the column",
        instrument: "mark the value as derived by an unknown rule; it may be an input of no other check and \
                     of no decision",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "LED 2016/680 Art. 7; Deportation Data Project, CBP codebook: columns that end in _derived",
};

impl Check for DerivedWithoutDerivation {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.records
            .iter()
            .filter_map(|record| {
                let (attribute, column) = first_derived(record, world)?;
                let sentence = format!(
                    "This value stands in the column {column}, which calls itself derived, and nothing says \
                     from what and by which rule."
                );
                Some(Discrepancy::new(&SPEC, record, &[(record, attribute)], sentence, None))
            })
            .collect()
    }
}

/// The first value of a record in a column that calls itself derived and has no derivation.
fn first_derived<'a>(record: &'a CaseRecord, world: &World<'_>) -> Option<(Attribute, &'a str)> {
    record
        .record
        .statements
        .iter()
        .filter(|statement| !statement.original.trim().is_empty() && is_derived(&statement.column))
        .find(|statement| !world.keeping.has_derivation(&record.record.key.source, &statement.column))
        .map(|statement| (statement.attribute, &*statement.column))
}

fn is_derived(column: &str) -> bool {
    let lower = column.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| DERIVED_WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use redress_testkit::parse_case_file;

    use super::*;
    use crate::fixture::{KeptFacts, in_words, run_kept};

    /// A record whose one statement stands in a column of this name.
    fn in_column(column: &str, original: &str) -> CaseFile {
        let mut case = parse_case_file("border encounters E1\n  case_status OPEN");
        for statement in &mut case.records[0].record.statements {
            statement.column = column.into();
            statement.original = original.into();
        }
        case
    }

    #[test]
    fn fires_on_columns_that_call_themselves_derived() {
        for (column, original, fires) in [
            ("status_derived", "OPEN", true),
            ("STATUS DERIVED", "OPEN", true),
            ("Calculated Status", "OPEN", true),
            ("status", "OPEN", false),
            ("underived_status", "OPEN", false),
            ("status_derived", " ", false),
        ] {
            let case = in_column(column, original);
            let found = in_words(&case, &run_kept(&DerivedWithoutDerivation, &case, &KeptFacts::default()));
            let expected = format!(
                "border/E1: This value stands in the column {column}, which calls itself derived, and \
                 nothing says from what and by which rule."
            );
            assert_eq!(found, if fires { vec![expected] } else { Vec::new() }, "{column}");
            let known = KeptFacts { has_derivation: true, ..KeptFacts::default() };
            assert_eq!(run_kept(&DerivedWithoutDerivation, &case, &known), [], "{column}");
        }
    }
}
