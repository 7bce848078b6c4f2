//! Values that are kept as they were written though no rule can read them, and days that cannot have come yet: counted, and
//! told in the report of whoever takes rows in, be it a file or a body that a source sends.

use std::collections::BTreeMap;

use jiff::civil::Date;
use redress_statement::{Attribute, Statement, vocabulary};

/// What was counted, by attribute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubts {
    counts: BTreeMap<Attribute, Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    n_unknown: u64,
    n_ahead: u64,
}

impl Doubts {
    /// Counts what the statements of a record leave in doubt; `as_of` is the day that the source describes.
    pub(crate) fn note(&mut self, statements: &[Statement], as_of: Date) {
        let as_of = as_of.to_string();
        for said in statements {
            let Some(value) = said.normalized.as_deref() else { continue };
            let counts = Counts {
                n_unknown: u64::from(!vocabulary::is_known(said.attribute, value)),
                n_ahead: u64::from(is_ahead(said.attribute, value, &as_of, statements)),
            };
            if counts.n_unknown + counts.n_ahead > 0 {
                let sum = self.counts.entry(said.attribute).or_default();
                sum.n_unknown += counts.n_unknown;
                sum.n_ahead += counts.n_ahead;
            }
        }
    }

    /// What is told of them. `column` names the column that states an attribute.
    pub(crate) fn remarks(&self, as_of: Date, column: impl Fn(Attribute) -> String) -> Vec<String> {
        let mut remarks = Vec::new();
        for (attribute, counts) in &self.counts {
            let name = column(*attribute);
            if counts.n_unknown > 0 {
                remarks.push(format!(
                    "column {name:?}: {} that no rule knows: kept as written, and nothing is concluded from it; known are {}",
                    counted(counts.n_unknown, "value"),
                    vocabulary::known_in_words(*attribute)
                ));
            }
            if counts.n_ahead > 0 {
                remarks.push(format!(
                    "column {name:?}: {} after {as_of}, the day that is described: kept as written; ask the source, as what \
                     it states has not happened yet",
                    counted(counts.n_ahead, "day")
                ));
            }
        }
        remarks
    }
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Whether a day of what has happened lies after `as_of`. Both are in ISO 8601, the value at the precision that it has: a
/// month or a year that has begun is not ahead.
fn is_ahead(attribute: Attribute, value: &str, as_of: &str, statements: &[Statement]) -> bool {
    vocabulary::is_of_the_past(attribute)
        && as_of.get(..value.len()).is_some_and(|begun| value > begun)
        && !(attribute == Attribute::DepartedOn && vocabulary::is_planned(statements))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The remarks on a record of these values.
    #[track_caller]
    fn check(values: &[(Attribute, &str)], expected: &[&str]) {
        let statements: Vec<Statement> = values
            .iter()
            .map(|(attribute, value)| Statement {
                attribute: *attribute,
                ordinal: 0,
                column: "c".into(),
                original: (*value).into(),
                normalized: Some((*value).into()),
            })
            .collect();
        let mut doubts = Doubts::default();
        let as_of = date(2026, 10, 31);
        doubts.note(&statements, as_of);
        let remarks = doubts.remarks(as_of, |attribute| attribute.to_string());
        assert_eq!(remarks.len(), expected.len(), "{values:?}: {remarks:?}");
        for (remark, says) in remarks.iter().zip(expected) {
            assert!(remark.contains(says), "`{says}` is not said in {remark}");
        }
    }

    #[test]
    fn unknown_words_and_days_ahead_are_counted_and_never_repeated() {
        use Attribute as A;
        check(
            &[(A::DepartureBasis, "EXIT_RECORD"), (A::DepartedOn, "2026-10-31"), (A::OrderCode, "ZZZ")],
            &[],
        );
        check(
            &[(A::DepartureBasis, "TELEPATHY")],
            &["column \"departure_basis\": 1 value that no rule knows: kept as written"],
        );
        check(
            &[(A::CitizenshipCountry, "U5A"), (A::CitizenshipCountry, "1"), (A::BirthCountry, "GTM")],
            &["2 values that no rule knows"],
        );
        check(
            &[(A::DepartedOn, "2026-11-01")],
            &["1 day after 2026-10-31, the day that is described: kept as written"],
        );
        check(&[(A::DepartedOn, "2026-11-01"), (A::DepartureBasis, "BOOKED")], &[]);
        check(&[(A::BirthDate, "2049")], &["column \"birth_date\": 1 day after"]);
        check(&[(A::BirthDate, "2026"), (A::BirthDate, "2026-10"), (A::HearingOn, "2031-01-06")], &[]);
        check(&[(A::BirthDate, "2026-11"), (A::OrderOn, "2027-01-01")], &["birth_date", "order_on"]);
    }
}
