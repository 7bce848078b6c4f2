//! PR-06: a protected class is visible where it must not be.
//!
//! That somebody asked for protection as a victim is secret (8 U.S.C. 1367), and so is much of an asylum
//! case (8 CFR 208.6). The existence of such a record can put a life in danger, whatever the record says.
//!
//! The rule reads the records of the open case file for kinds of application or protection that belong in
//! the sealed compartment, and what the keeper knows of values that were seen by a role that need not know
//! them, in a key on which records are joined, in a view of a household, or in a small count.
//!
//! It stays silent when nothing of that kind stands in the open file and no such view is known. The sentence
//! never says which class, which value or which paper it is.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agency::{is_of_form, is_one_of},
    keeping::{ANY, SeenIn},
};

/// Applications of the sealed classes.
const SEALED_FORMS: [&str; 5] = ["I-914", "I-914A", "I-918", "I-918A", "I-929"];

/// Protections of the sealed classes.
const SEALED_PROTECTIONS: [&str; 3] = ["T", "U", "VAWA"];

/// The check.
pub(crate) struct ProtectedClassVisible;

static SPEC: Spec = Spec {
    id: "PR-06",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Protected class visible where it must not be",
    family: Family::Process,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: ANY,
    parameters: &[],
    rule: "A value of a class that the law keeps secret stands in the open case file, or was seen by a role \
           that need not know it, in a join key, in a view of a household or in a small count.",
    not_when: &[
        "the value stands in the sealed compartment only",
        "the kind of application or protection is not one that the law keeps secret",
        "no such view of the value is known",
    ],
    harm_in_words: "Somebody from whom the person needs protection learns of it.",
    evidence_shown: "To those who must know it alone: the value, and where it was seen.",
    route: Route {
        actor: "the privacy officer",
        instrument: "seal the value, open an incident, tell the person by the safe contact only",
        deadline: "at once",
    },
    data: &[DataClass::Agency],
    citation: "8 U.S.C. 1367(a)(2), (c); 8 CFR 208.6, 1208.6",
};

impl Check for ProtectedClassVisible {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        case.records
            .iter()
            .filter_map(|record| {
                let (attribute, place) = in_the_open_file(record).or_else(|| seen(record, world))?;
                let sentence =
                    format!("A value of this record belongs in the sealed compartment and {place}.");
                Some(Discrepancy::new(&SPEC, record, &[(record, attribute)], sentence, None))
            })
            .collect()
    }
}

/// Whether a record tells that somebody is of a class whose existence the law keeps secret (8 U.S.C. 1367; 8 CFR 208.6).
///
/// ```
/// use redress_testkit::parse_case_file;
///
/// let case = parse_case_file("benefits a B1\n  application_form I-918\nbenefits a B2\n  application_form I-130");
/// assert!(redress_checks::is_of_secret_class(&case.records[0]));
/// assert!(!redress_checks::is_of_secret_class(&case.records[1]));
/// ```
#[must_use]
pub fn is_of_secret_class(record: &CaseRecord) -> bool {
    in_the_open_file(record).is_some()
}

fn in_the_open_file(record: &CaseRecord) -> Option<(Attribute, &'static str)> {
    const PLACE: &str = "stands in the open case file";
    if is_of_form(record, &SEALED_FORMS) {
        return Some((Attribute::ApplicationForm, PLACE));
    }
    let is_sealed = is_one_of(record, Attribute::ProtectionKind, &SEALED_PROTECTIONS);
    is_sealed.then_some((Attribute::ProtectionKind, PLACE))
}

fn seen(record: &CaseRecord, world: &World<'_>) -> Option<(Attribute, &'static str)> {
    let exposures = world.keeping.exposures(record.id);
    let (attribute, place) =
        exposures.into_iter().find(|(attribute, _)| record.record.statement(*attribute).is_some())?;
    let place = match place {
        SeenIn::Role => "was seen by a role that need not know it",
        SeenIn::JoinKey => "stands in a key on which records are joined",
        SeenIn::Household => "stands in the view of a household",
        SeenIn::SmallCount => "can be read from a small count",
    };
    Some((attribute, place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{KeptFacts, check_kept};

    const OPEN: &str = "benefits/IOE1: A value of this record belongs in the sealed compartment and stands in \
                        the open case file.";

    #[test]
    fn fires_on_sealed_kinds_in_the_open_file() {
        for (says, is_sealed) in [
            ("application_form I-918", true),
            ("application_form I-914A", true),
            ("application_form I918", true),
            ("application_form i 914 a", true),
            ("application_form I-9181", false),
            ("protection_kind VAWA", true),
            ("protection_kind TPS", false),
            ("application_form I-765", false),
            ("application_form I-589", false),
            ("family_name T", false),
        ] {
            let expected: &[&str] = if is_sealed { &[OPEN] } else { &[] };
            let text = format!("benefits applications IOE1\n  {says}\n");
            check_kept(&ProtectedClassVisible, &text, &KeptFacts::default(), expected);
        }
    }

    #[test]
    fn fires_on_each_place_where_a_value_was_seen() {
        let text = "benefits applications IOE1\n  application_form I-589\n";
        for (place, in_words) in [
            (SeenIn::Role, "was seen by a role that need not know it"),
            (SeenIn::JoinKey, "stands in a key on which records are joined"),
            (SeenIn::Household, "stands in the view of a household"),
            (SeenIn::SmallCount, "can be read from a small count"),
        ] {
            let seen = |attribute| KeptFacts { exposures: vec![(attribute, place)], ..KeptFacts::default() };
            let found = OPEN.replace("stands in the open case file", in_words);
            check_kept(&ProtectedClassVisible, text, &seen(Attribute::ApplicationForm), &[&found]);
            check_kept(&ProtectedClassVisible, text, &seen(Attribute::ProtectionKind), &[]);
        }
    }

    #[test]
    fn the_sentence_keeps_class_and_value_to_itself() {
        for word in SEALED_FORMS.iter().chain(&["VAWA", "victim", "asylum"]) {
            assert!(!OPEN.to_lowercase().contains(&word.to_lowercase()), "{word}");
        }
    }
}
