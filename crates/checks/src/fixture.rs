//! Runs one check on one case file written as text, and on every variant of it that must change nothing.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, PersonId, RecordId, SourceId, Statement};
use redress_testkit::parse_case_file;

use crate::{
    Check, Discrepancy, Holder, Holders, Keeping, NoHolders, Parameters, SourceFacts, World,
    keeping::{BulkChange, Contest, Correction, Disclosed, Extract, Loss, Schedule, SeenIn},
};

/// The day on which fixtures are checked.
pub(crate) const TODAY: Date = date(2026, 11, 2);

/// The checks that compare the countries of one person's records; no other may read a country of a person.
pub(crate) const READ_COUNTRIES: [&str; 3] = ["ID-10", "ID-13", "OR-11"];

/// The day that the extracts of fixtures describe.
const AS_OF: Date = date(2026, 10, 31);

/// Somebody outside the case file who holds a number: an A-number or that of a travel document.
#[derive(Clone, Copy)]
pub(crate) struct Outsider {
    pub(crate) a_number: &'static str,
    pub(crate) family_name: &'static str,
    pub(crate) given_name: &'static str,
    pub(crate) birth_date: &'static str,
}

impl Holders for &[Outsider] {
    fn holders(&self, a_number: &str) -> Cow<'_, [Holder]> {
        let holding = self.iter().filter(|outsider| outsider.a_number == a_number);
        holding
            .map(|outsider| Holder {
                person: PersonId(900),
                record: RecordId(900),
                family_name: Some(outsider.family_name.to_owned()),
                given_name: Some(outsider.given_name.to_owned()),
                birth_date: outsider.birth_date.parse().ok(),
            })
            .collect()
    }

    fn passport_holders(&self, number: &str) -> Cow<'_, [Holder]> {
        self.holders(number)
    }
}

/// What is known of the sources of fixtures: `border` and `status` declare 1 January as a default.
pub(crate) fn sources() -> BTreeMap<SourceId, SourceFacts> {
    let facts = |default| SourceFacts {
        as_of: Some(AS_OF),
        birth_date_default: default,
        first_of_january_share: None,
        owner: None,
    };
    ["addresses", "benefits", "border", "court", "status"]
        .into_iter()
        .map(|source| {
            let declares = ["border", "status"].contains(&source);
            (source.parse().unwrap(), facts(declares.then_some((1, 1))))
        })
        .collect()
}

/// What was done with the records of a fixture: the same for each of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptFacts {
    pub(crate) extract: Option<Extract>,
    pub(crate) corrections: Vec<Correction>,
    pub(crate) contests: Vec<Contest>,
    pub(crate) disclosures: Vec<Disclosed>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) erased_inputs: Vec<(Attribute, Date)>,
    pub(crate) exposures: Vec<(Attribute, SeenIn)>,
    pub(crate) bulk_change: Option<BulkChange>,
    pub(crate) has_derivation: bool,
    /// No extract says that it has every row.
    pub(crate) covers_nothing: bool,
    /// The newest extract has the rows, and could not read them.
    pub(crate) is_unread: bool,
}

impl KeptFacts {
    /// The newest extract is complete, and nothing else vanished from it.
    pub(crate) fn complete() -> Self {
        Self::dropping(0, 1000)
    }

    /// The newest extract says what it covers, and so many rows vanished of those before.
    pub(crate) fn dropping(n_vanished: u64, n_rows_before: u64) -> Self {
        let extract = Extract {
            as_of: AS_OF,
            states_coverage: true,
            is_confirmed: false,
            n_vanished,
            n_rows_before,
            loss: None,
        };
        Self { extract: Some(extract), ..Self::default() }
    }

    /// So many rows are missing in the newest extract that it is held to be cut off, which is told in the file of one record.
    pub(crate) fn cut_off(told_at: Option<RecordId>) -> Self {
        let mut kept = Self::dropping(950, 1000);
        if let Some(extract) = &mut kept.extract {
            extract.loss =
                Some(Loss { since: AS_OF.saturating_sub(31.days()), states_coverage: true, told_at });
        }
        kept
    }

    /// The same, and no extract before says what it covers.
    pub(crate) fn cut_off_of_a_part() -> Self {
        let mut kept = Self::cut_off(None);
        if let Some(loss) = kept.extract.as_mut().and_then(|extract| extract.loss.as_mut()) {
            loss.states_coverage = false;
        }
        Self { covers_nothing: true, ..kept }
    }

    /// As many rows are missing, and the source confirmed that the extract is whole.
    pub(crate) fn confirmed() -> Self {
        let mut kept = Self::dropping(950, 1000);
        if let Some(extract) = &mut kept.extract {
            extract.is_confirmed = true;
        }
        kept
    }

    /// The newest extract does not say what it covers.
    pub(crate) fn partial() -> Self {
        let mut kept = Self::complete();
        if let Some(extract) = &mut kept.extract {
            extract.states_coverage = false;
        }
        Self { covers_nothing: true, ..kept }
    }
}

impl Keeping for KeptFacts {
    fn is_present_unread(&self, _: RecordId) -> bool {
        self.is_unread
    }

    fn extract(&self, _: &SourceId, _: &str) -> Option<Extract> {
        self.extract
    }

    fn covered(&self, _: Attribute) -> Option<Date> {
        (!self.covers_nothing).then_some(AS_OF)
    }

    fn corrections(&self, _: RecordId) -> Vec<Correction> {
        self.corrections.clone()
    }

    fn contests(&self, _: RecordId) -> Vec<Contest> {
        self.contests.clone()
    }

    fn disclosures(&self, _: RecordId) -> Vec<Disclosed> {
        self.disclosures.clone()
    }

    fn schedule(&self, _: &CaseRecord) -> Option<Schedule> {
        self.schedule
    }

    fn erased_inputs(&self, _: RecordId) -> Vec<(Attribute, Date)> {
        self.erased_inputs.clone()
    }

    fn exposures(&self, _: RecordId) -> Vec<(Attribute, SeenIn)> {
        self.exposures.clone()
    }

    fn bulk_change(&self, _: RecordId) -> Option<BulkChange> {
        self.bulk_change.clone()
    }

    fn has_derivation(&self, _: &SourceId, _: &str) -> bool {
        self.has_derivation
    }
}

/// Runs a check on a case file among the fixtures' sources.
pub(crate) fn run(rule: &dyn Check, case: &CaseFile, outsiders: &[Outsider]) -> Vec<Discrepancy> {
    run_in(rule, case, &outsiders, &KeptFacts::default())
}

/// The same, with what was done with the records.
pub(crate) fn run_kept(rule: &dyn Check, case: &CaseFile, kept: &KeptFacts) -> Vec<Discrepancy> {
    run_in(rule, case, &NoHolders, kept)
}

fn run_in(rule: &dyn Check, case: &CaseFile, holders: &dyn Holders, kept: &KeptFacts) -> Vec<Discrepancy> {
    let sources = sources();
    let world = World { today: TODAY, sources: &sources, holders, keeping: kept };
    let mut found = rule.run(case, &world, &Parameters::built_in().unwrap());
    found.sort();
    found
}

/// Demands that a check reports exactly this, each as `KEY: SENTENCE`, by record.
pub(crate) fn check(rule: &dyn Check, text: &str, expected: &[&str]) {
    check_among(rule, text, &[], expected);
}

/// The same, with people outside the case file.
pub(crate) fn check_among(rule: &dyn Check, text: &str, outsiders: &[Outsider], expected: &[&str]) {
    check_in(rule, text, &outsiders, &KeptFacts::default(), expected);
}

/// The same, with what a test knows of everybody else.
pub(crate) fn check_with(rule: &dyn Check, text: &str, holders: &dyn Holders, expected: &[&str]) {
    check_in(rule, text, holders, &KeptFacts::default(), expected);
}

/// The same, with what was done with the records.
pub(crate) fn check_kept(rule: &dyn Check, text: &str, kept: &KeptFacts, expected: &[&str]) {
    check_in(rule, text, &NoHolders, kept, expected);
}

fn check_in(rule: &dyn Check, text: &str, holders: &dyn Holders, kept: &KeptFacts, expected: &[&str]) {
    let case = parse_case_file(text);
    let found = run_in(rule, &case, holders, kept);
    assert_eq!(in_words(&case, &found), expected, "{text}");
    for discrepancy in &found {
        let first = discrepancy.inputs.first().expect("a discrepancy sets statements side by side");
        assert_eq!(first.record, discrepancy.at, "the statement at fault comes first");
        assert_eq!(discrepancy.check, rule.spec().id);
    }
    for (what, variant) in variants(rule, &case) {
        let again = run_in(rule, &variant, holders, kept);
        assert_eq!(in_words(&variant, &again), expected, "{what} changed the findings of {text}");
    }
}

/// Findings as `KEY: SENTENCE`.
pub(crate) fn in_words(case: &CaseFile, found: &[Discrepancy]) -> Vec<String> {
    let key = |at| case.record(at).unwrap().record.key.to_string();
    found.iter().map(|discrepancy| format!("{}: {}", key(discrepancy.at), discrepancy.sentence)).collect()
}

/// Case files that differ from this one in nothing that the check may heed.
fn variants(rule: &dyn Check, case: &CaseFile) -> Vec<(&'static str, CaseFile)> {
    let inputs = rule.spec().inputs;
    let mut variants = vec![
        ("a second run", case.clone()),
        ("leaving out what the check does not read", without_others(case, inputs)),
        ("another order of records", reversed(case)),
        ("another sex", saying(case, Attribute::Sex, "F")),
    ];
    if !READ_COUNTRIES.contains(&rule.spec().id) {
        variants.push(("another citizenship", saying(case, Attribute::CitizenshipCountry, "XKX")));
        variants.push(("another country of birth", saying(case, Attribute::BirthCountry, "XKX")));
    }
    if rule.spec().id != "ID-04" {
        variants.push(("a middle initial", saying(case, Attribute::MiddleName, "Q")));
    }
    variants
}

fn without_others(case: &CaseFile, inputs: &[Attribute]) -> CaseFile {
    let mut case = case.clone();
    for record in &mut case.records {
        record.record.statements.retain(|statement| inputs.contains(&statement.attribute));
    }
    case
}

fn reversed(case: &CaseFile) -> CaseFile {
    let mut case = case.clone();
    case.records.reverse();
    case
}

/// The case file in which every record that describes a person says this of an attribute.
fn saying(case: &CaseFile, attribute: Attribute, value: &str) -> CaseFile {
    let mut case = case.clone();
    for record in case.records.iter_mut().filter(|record| record.record.is_identity) {
        record.record.statements.retain(|statement| statement.attribute != attribute);
        record.record.statements.push(Statement {
            attribute,
            ordinal: 0,
            column: attribute.wire_name().into(),
            original: value.into(),
            normalized: Some(value.into()),
        });
    }
    case
}
