//! What holds for every check of the registry, whatever a case file says.
//!
//! Case files are made at random from every attribute that there is, so that a new check is under these laws
//! without being named here.

use proptest::prelude::*;
use redress_casefile::CaseFile;
use redress_statement::{Attribute, Statement, ValueKind};
use redress_testkit::parse_case_file;

use crate::{
    Discrepancy, Family, NoHolders, Parameters, World,
    fixture::{KeptFacts, READ_COUNTRIES, TODAY, sources},
    registry, run_all,
};

const DAYS: [&str; 10] = [
    "1990-03-04",
    "2019-05-06",
    "2024-02-03",
    "2025-02-03",
    "2025-06-10",
    "2026-03-02",
    "2026-10-20",
    "2026-10-31",
    "2027-02-03",
    "2204-06-30",
];

const CODES: [&str; 52] = [
    "ACTIVE",
    "CLOSED",
    "7-DIED",
    "8-REMOVED",
    "A-TERMINATED",
    "B-GRANTED",
    "[5A] X",
    "[5B] X",
    "[5C] X",
    "[1C] X",
    "X",
    "D",
    "E",
    "V",
    "R",
    "T",
    "U",
    "F",
    "K",
    "G",
    "A",
    "I",
    "MA",
    "RD",
    "O",
    "AC",
    "C",
    "REM",
    "SUS",
    "DIS",
    "CASE APPEAL",
    "BOND APPEAL",
    "0T",
    "ODI",
    "DS",
    "ASYL",
    "TPS",
    "WITHHOLDING",
    "XAA",
    "XBB",
    "XC",
    "I-485",
    "I-539",
    "I-918",
    "I-512",
    "APPROVED",
    "ABANDONED",
    "PENDING",
    "BOOKED",
    "FLOWN_MANIFEST",
    "D/S",
    "NAME",
];

/// A value that fits an attribute.
fn value(attribute: Attribute) -> BoxedStrategy<&'static str> {
    match attribute.kind() {
        ValueKind::Date => prop::sample::select(&DAYS[..]).boxed(),
        ValueKind::Code => prop::sample::select(&CODES[..]).boxed(),
        ValueKind::Mark => prop::sample::select(&["yes", "no"][..]).boxed(),
        ValueKind::Identifier => {
            prop::sample::select(&["200000017", "200000071", "X1234567", "K0"][..]).boxed()
        }
        ValueKind::Name => prop::sample::select(&["Ruiz", "Ana", "García", "FNU"][..]).boxed(),
        ValueKind::Address => prop::sample::select(&["12 Oak Street", "33101", "FL", "Miami"][..]).boxed(),
    }
}

fn statements() -> impl Strategy<Value = String> {
    let statement = prop::sample::select(Attribute::ALL).prop_flat_map(|attribute| {
        value(attribute).prop_map(move |value| format!("  {attribute} {value}\n"))
    });
    prop::collection::vec(statement, 0..24).prop_map(|lines| lines.concat())
}

/// A case file of some records of one person, which say anything, and rows attached to the first.
fn any_case_file() -> impl Strategy<Value = CaseFile> {
    let who = "  family_name Ruiz\n  given_name Ana\n  birth_date 1990-03-04\n  a_number 200000017\n";
    let source = prop::sample::select(&["benefits", "border", "court", "status"][..]);
    let standing = prop::sample::select(&["", " possible"][..]);
    let records = prop::collection::vec((source, standing, any::<bool>(), statements()), 1..4);
    let rows = prop::collection::vec(statements(), 0..4);
    (records, rows).prop_map(move |(records, rows)| {
        let mut text = String::new();
        for (place, (source, standing, is_described, statements)) in records.iter().enumerate() {
            let (source, standing) = if place == 0 { ("court", "") } else { (*source, *standing) };
            let who = if place == 0 || *is_described { who } else { "" };
            text += &format!("{source} table K{place}{standing}\n{who}{statements}");
        }
        for (place, row) in rows.iter().enumerate() {
            text += &format!("court rows R{place} about K0\n{row}");
        }
        parse_case_file(&text)
    })
}

fn found(case: &CaseFile) -> Vec<Discrepancy> {
    let sources = sources();
    let kept = KeptFacts::default();
    let world = World { today: TODAY, sources: &sources, holders: &NoHolders, keeping: &kept };
    run_all(case, &world, &Parameters::built_in().unwrap())
}

fn in_words(found: &[Discrepancy]) -> Vec<String> {
    found.iter().map(|discrepancy| format!("{discrepancy:?}")).collect()
}

/// The case file in which every record has a blank cell for every attribute that it says nothing of.
fn with_blank_cells(case: &CaseFile) -> CaseFile {
    let mut case = case.clone();
    for record in &mut case.records {
        let blank = Attribute::ALL.iter().filter(|a| record.record.statement(**a).is_none());
        let blank: Vec<Statement> = blank.map(|attribute| says(*attribute, " ", None)).collect();
        record.record.statements.extend(blank);
    }
    case
}

fn says(attribute: Attribute, original: &str, normalized: Option<&str>) -> Statement {
    Statement {
        attribute,
        ordinal: 0,
        column: attribute.wire_name().to_uppercase().into(),
        original: original.into(),
        normalized: normalized.map(Into::into),
    }
}

/// The case file in which every record says this of an attribute, and nothing else of it.
fn saying(case: &CaseFile, attribute: Attribute, value: &str) -> CaseFile {
    let mut case = case.clone();
    for record in &mut case.records {
        record.record.statements.retain(|statement| statement.attribute != attribute);
        record.record.statements.push(says(attribute, value, Some(value)));
    }
    case
}

/// The findings that must not change with who somebody is: all but those of the checks about countries, and of
/// the checks of the record itself, which point at any statement.
fn blind_to_who_somebody_is(found: &[Discrepancy]) -> Vec<String> {
    let of_process = |id: &str| {
        registry().iter().any(|check| check.spec().id == id && check.spec().family == Family::Process)
    };
    let is_blind = |found: &&Discrepancy| !READ_COUNTRIES.contains(&found.check) && !of_process(found.check);
    found.iter().filter(is_blind).map(|discrepancy| format!("{discrepancy:?}")).collect()
}

proptest! {
    #[test]
    fn the_order_of_records_changes_nothing(case in any_case_file()) {
        let mut reversed = case.clone();
        reversed.records.reverse();
        prop_assert_eq!(in_words(&found(&case)), in_words(&found(&reversed)));
    }

    #[test]
    fn a_finding_points_at_statements_that_are_there(case in any_case_file()) {
        for discrepancy in found(&case) {
            prop_assert_eq!(discrepancy.inputs.first().map(|input| input.record), Some(discrepancy.at));
            for input in &discrepancy.inputs {
                let record = case.record(input.record).unwrap();
                prop_assert!(record.reference(input.attribute).is_some(), "{discrepancy:?}");
            }
            prop_assert!(discrepancy.sentence.ends_with('.'), "{}", discrepancy.sentence);
        }
    }

    #[test]
    fn a_blank_cell_says_no_more_than_no_cell(case in any_case_file()) {
        // A finding may show a blank cell beside the others; it may not say anything else for it.
        let said = |found: Vec<Discrepancy>| -> Vec<_> {
            found.into_iter().map(|d| (d.check, d.at, d.sentence, d.next_irreversible_on)).collect()
        };
        prop_assert_eq!(said(found(&case)), said(found(&with_blank_cells(&case))));
    }

    #[test]
    fn where_nothing_can_be_read_nothing_is_found(case in any_case_file()) {
        let mut silent = case;
        for statement in silent.records.iter_mut().flat_map(|record| &mut record.record.statements) {
            statement.original = "".into();
            statement.normalized = None;
        }
        prop_assert_eq!(found(&silent), []);
    }

    #[test]
    fn sex_and_country_change_no_finding(case in any_case_file()) {
        const FIRST: [(Attribute, &str); 3] = [
            (Attribute::Sex, "F"),
            (Attribute::CitizenshipCountry, "XAA"),
            (Attribute::BirthCountry, "XAA"),
        ];
        let first = FIRST.iter().fold(case, |case, (attribute, value)| saying(&case, *attribute, value));
        let expected = blind_to_who_somebody_is(&found(&first));
        for (attribute, value) in [
            (Attribute::Sex, "M"),
            (Attribute::CitizenshipCountry, "XBB"),
            (Attribute::BirthCountry, "XBB"),
        ] {
            let other = saying(&first, attribute, value);
            prop_assert_eq!(&blind_to_who_somebody_is(&found(&other)), &expected, "{}", attribute);
        }
    }

    #[test]
    fn no_text_makes_a_check_fail(
        case in any_case_file(),
        texts in prop::collection::vec((prop::sample::select(Attribute::ALL), any::<String>(), any::<Option<String>>()), 0..12),
    ) {
        let mut case = case;
        for (attribute, original, normalized) in &texts {
            for record in &mut case.records {
                record.record.statements.retain(|statement| statement.attribute != *attribute);
                record.record.statements.push(says(*attribute, original, normalized.as_deref()));
            }
        }
        prop_assert!(found(&case).is_sorted());
    }
}
