//! What a source's code means, in words that the person concerned can follow.
//!
//! Only codes whose meaning their publisher states are here; one that is missing is shown as it was written.

use crate::{Attribute, Record};

/// Kinds of case in which a judge decides whether somebody has to leave: the same letter means something else in others.
const REMOVAL_CASES: [&str; 3] = ["RMV", "DEP", "EXC"];

/// A code and its meaning.
type Meaning = (&'static str, &'static str);

const SEXES: &[Meaning] = &[("M", "male"), ("F", "female"), ("X", "another, or not stated")];

/// Forms of Citizenship and Immigration Services.
const FORMS: &[Meaning] = &[
    ("I-129", "petition for a worker"),
    ("I-130", "petition for a relative"),
    ("I-485", "application for permanent residence"),
    ("I-539", "application to stay longer or to change status"),
    ("I-589", "application for asylum"),
    ("I-765", "application for a work permit"),
    ("I-821", "application for temporary protected status"),
    ("N-400", "application for citizenship"),
];

/// Classes of admission (8 CFR 214.1, 212.5).
const CLASSES: &[Meaning] = &[
    ("B1", "visitor for business"),
    ("B2", "visitor for pleasure"),
    ("DT", "paroled in by a district office"),
    ("F1", "student"),
    ("H1B", "worker in a specialty occupation"),
    ("J1", "exchange visitor"),
    ("WB", "visitor for business without a visa"),
    ("WT", "visitor for pleasure without a visa"),
];

/// The immigration court's `tblLookupCaseType`.
const CASES: &[Meaning] = &[
    ("AOC", "asylum only"),
    ("CFR", "review of a credible fear decision"),
    ("DEP", "deportation"),
    ("EXC", "exclusion"),
    ("RFR", "review of a reasonable fear decision"),
    ("RMV", "removal"),
    ("WHO", "withholding of removal only"),
];

/// The immigration court's `tblLookupCourtDecision`, for cases of removal, deportation and exclusion.
const DECISIONS: &[Meaning] = &[
    ("D", "deportation ordered"),
    ("E", "exclusion ordered"),
    ("R", "relief granted"),
    ("T", "the case was ended"),
    ("U", "the judge dismissed the case"),
    ("V", "leave to depart on one's own"),
    ("X", "removal ordered"),
];

/// The immigration court's `tblLookup_Appeal_Filed_By`.
const SIDES: &[Meaning] = &[("A", "the person"), ("B", "both sides"), ("I", "the government")];

/// The Board's `tblLookupBIADecision` and `tblLookupFedDecision`.
const APPEALS: &[Meaning] = &[
    ("ACR", "sent back to the court to complete the file"),
    ("BCR", "sent back for a background check"),
    ("DIS", "dismissed"),
    ("REM", "sent back"),
    ("SUS", "the appeal was granted"),
];

/// The immigration court's `tblLookupMotionType`.
const MOTIONS: &[Meaning] = &[
    ("C", "to set the case for a hearing again"),
    ("CV", "to move the case to another court"),
    ("MA", "to reopen after an order in absence"),
    ("MC", "to reopen because the home country has changed"),
    ("O", "to reopen"),
    ("RD", "to take the order back"),
    ("RS", "to set the case for a hearing again"),
    ("SA", "to set the order aside"),
    ("VO", "to vacate the order"),
];

const MOTION_DECISIONS: &[Meaning] = &[("D", "denied"), ("G", "granted"), ("W", "withdrawn")];

const NOTICES: &[Meaning] =
    &[("HEARING", "notice of a hearing"), ("NTA", "Notice to Appear, the charging paper")];

const SERVICE: &[Meaning] = &[("C", "given to the lawyer"), ("M", "mailed"), ("P", "handed over in person")];

const GROUNDS: &[Meaning] = &[("name", "the name alone"), ("number", "the A-number")];

const STAYS: &[Meaning] = &[("D/S", "as long as the status lasts")];

/// The immigration court's `tblAdjournmentCodes`: why a hearing was put off, in plain words.
const ADJOURNMENTS: &[Meaning] = &[
    ("01", "the person was to look for a lawyer"),
    ("02", "the person or the lawyer needed time to prepare"),
    ("03", "the government needed time to prepare"),
    ("04", "the government's file was not there"),
    ("05", "the person was to file for asylum"),
    ("06", "the person was to file another application"),
    ("07", "an application was still being handled"),
    ("08", "an answer of the State Department was not in the file"),
    ("09", "the person was in custody and was not brought to the hearing"),
    ("10", "the notice was sent or served incorrectly"),
    ("11", "somebody did not come"),
    ("12", "the person or the lawyer asked for it"),
    ("13", "there was not enough time to finish"),
    ("14", "for reasons of the court's own work or security"),
    ("16", "the person was released from custody"),
    ("17", "set for a hearing on the merits"),
    ("18", "there was no interpreter"),
    ("19", "the judge was away unexpectedly"),
    ("21", "the application for asylum was to be added to"),
    ("30", "to join the cases of a family"),
    ("32", "no interpreter had been ordered"),
    ("33", "the interpreter did not come"),
    ("34", "the judge was on leave"),
    ("46", "the video did not work"),
    ("59", "the court was closed"),
    ("64", "another judge took the case"),
    ("74", "for public health"),
    ("99", "an error of data entry"),
];

/// The immigration court's `tblLookupNotice`: the notice printed for a hearing.
const HEARING_NOTICES: &[Meaning] = &[
    ("N3", "notice of a hearing in removal proceedings, without dates"),
    ("NH", "notice of a hearing in removal proceedings, saying how it is held"),
    ("U3", "notice of a hearing in removal proceedings"),
    ("V3", "notice of a hearing in removal proceedings, with dates"),
];

/// The immigration court's `tblLanguage`.
const LANGUAGES: &[Meaning] = &[
    ("ARA", "Arabic"),
    ("BEN", "Bengali"),
    ("BUR", "Burmese"),
    ("CRE", "Haitian Creole"),
    ("DAR", "Dari"),
    ("ENG", "English"),
    ("FRE", "French"),
    ("IND", "Indonesian"),
    ("MAN", "Mandarin Chinese"),
    ("NEP", "Nepali"),
    ("POR", "Portuguese"),
    ("PUN", "Punjabi"),
    ("RUS", "Russian"),
    ("SP", "Spanish"),
    ("UKR", "Ukrainian"),
    ("VIE", "Vietnamese"),
];

/// The immigration court's `tblLookupBaseCity`: the city of a court.
const COURTS: &[Meaning] = &[
    ("ATL", "Atlanta"),
    ("BAL", "Baltimore"),
    ("BOS", "Boston"),
    ("CHI", "Chicago"),
    ("CHL", "Charlotte"),
    ("CLE", "Cleveland"),
    ("DAL", "Dallas"),
    ("DEN", "Denver"),
    ("DET", "Detroit"),
    ("ELP", "El Paso"),
    ("HOU", "Houston"),
    ("LOS", "Los Angeles"),
    ("LVG", "Las Vegas"),
    ("MEM", "Memphis"),
    ("MIA", "Miami"),
    ("NEW", "Newark"),
    ("NOL", "New Orleans"),
    ("NYC", "New York City"),
    ("OMA", "Omaha"),
    ("ORL", "Orlando"),
    ("PHI", "Philadelphia"),
    ("PHO", "Phoenix"),
    ("SEA", "Seattle"),
    ("SFR", "San Francisco"),
    ("SLC", "Salt Lake City"),
    ("SNA", "San Antonio"),
    ("SND", "San Diego"),
];

/// ISO 3166-1 alpha-3.
const COUNTRIES: &[Meaning] = &[
    ("AFG", "Afghanistan"),
    ("BGD", "Bangladesh"),
    ("BLR", "Belarus"),
    ("BRA", "Brazil"),
    ("CAN", "Canada"),
    ("CHN", "China"),
    ("COL", "Colombia"),
    ("CUB", "Cuba"),
    ("DOM", "Dominican Republic"),
    ("ECU", "Ecuador"),
    ("EGY", "Egypt"),
    ("ETH", "Ethiopia"),
    ("GHA", "Ghana"),
    ("GTM", "Guatemala"),
    ("HND", "Honduras"),
    ("HTI", "Haiti"),
    ("IDN", "Indonesia"),
    ("IND", "India"),
    ("IRN", "Iran"),
    ("IRQ", "Iraq"),
    ("JAM", "Jamaica"),
    ("MEX", "Mexico"),
    ("MMR", "Myanmar"),
    ("NGA", "Nigeria"),
    ("NIC", "Nicaragua"),
    ("NPL", "Nepal"),
    ("PAK", "Pakistan"),
    ("PER", "Peru"),
    ("PHL", "Philippines"),
    ("RUS", "Russia"),
    ("SDN", "Sudan"),
    ("SLV", "El Salvador"),
    ("SYR", "Syria"),
    ("TTO", "Trinidad and Tobago"),
    ("TUR", "Türkiye"),
    ("UKR", "Ukraine"),
    ("VEN", "Venezuela"),
    ("VNM", "Vietnam"),
    ("YEM", "Yemen"),
];

/// The meaning of a statement's value. None for a value that is no code or whose meaning is not published.
///
/// The record tells which table holds: the letter of a judge's decision depends on the kind of case.
#[must_use]
pub fn meaning(record: &Record, attribute: Attribute, value: &str) -> Option<&'static str> {
    let table = match attribute {
        Attribute::Sex => SEXES,
        Attribute::ApplicationForm => FORMS,
        Attribute::ClassOfAdmission => CLASSES,
        Attribute::AdmittedUntil => STAYS,
        Attribute::CaseType => CASES,
        Attribute::OrderCode if is_of_removal(record) => DECISIONS,
        Attribute::AppealReserved => SIDES,
        Attribute::AppealDecision | Attribute::FederalCourtDecision => APPEALS,
        Attribute::MotionKind => MOTIONS,
        Attribute::MotionDecision => MOTION_DECISIONS,
        Attribute::NoticeKind => NOTICES,
        Attribute::NoticeServed => SERVICE,
        Attribute::AssertedBy => GROUNDS,
        Attribute::AdjournmentReason => ADJOURNMENTS,
        Attribute::HearingNoticeCode => HEARING_NOTICES,
        Attribute::Language => LANGUAGES,
        Attribute::CourtCity | Attribute::NoticeCourt | Attribute::NtaCourt => COURTS,
        Attribute::BirthCountry
        | Attribute::CitizenshipCountry
        | Attribute::OrderedCountry
        | Attribute::ProtectedFromCountry
        | Attribute::DepartureCountry => COUNTRIES,
        _ => return None,
    };
    let is_meant = |code: &str| match attribute {
        Attribute::ApplicationForm => is_same_form(code, value),
        _ => code.eq_ignore_ascii_case(value.trim()),
    };
    table.iter().find(|(code, _)| is_meant(code)).map(|(_, words)| *words)
}

/// Whether two numbers of forms are one. Offices write `I-918`, `I918` and `i 918`: letters and digits alone count, whatever
/// their case. What has none is no number of a form, and the same as no other.
///
/// ```
/// use redress_statement::code::is_same_form;
/// assert!(is_same_form("I-918", " i918") && is_same_form("I-914A", "I 914 A"));
/// assert!(!is_same_form("I-918", "I-918A") && !is_same_form("-", ""));
/// ```
#[must_use]
pub fn is_same_form(a: &str, b: &str) -> bool {
    let signs = |text: &'_ str| -> Vec<char> {
        text.chars().filter(|sign| sign.is_alphanumeric()).map(|sign| sign.to_ascii_uppercase()).collect()
    };
    let (a, b) = (signs(a), signs(b));
    !a.is_empty() && a == b
}

fn is_of_removal(record: &Record) -> bool {
    record.value(Attribute::CaseType).is_some_and(|kind| REMOVAL_CASES.contains(&kind))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Digest, Locator, RecordKey, Statement};

    fn record(case_type: &str) -> Record {
        let day = date(2026, 10, 31);
        Record {
            key: RecordKey { source: "court".parse().unwrap(), key: "1".into() },
            table: "proceedings".into(),
            about: None,
            is_identity: false,
            locator: Locator { snapshot: Digest::of(b""), line: 1 },
            first_seen: day,
            last_seen: day,
            statements: vec![Statement {
                attribute: Attribute::CaseType,
                ordinal: 0,
                column: "CASE_TYPE".into(),
                original: case_type.into(),
                normalized: Some(case_type.into()),
            }],
        }
    }

    #[track_caller]
    fn check(case_type: &str, attribute: Attribute, value: &str, expected: Option<&str>) {
        assert_eq!(meaning(&record(case_type), attribute, value), expected);
    }

    #[test]
    fn a_code_is_said_as_its_publisher_explains_it() {
        check("RMV", Attribute::OrderCode, "X", Some("removal ordered"));
        check("RMV", Attribute::OrderCode, "V", Some("leave to depart on one's own"));
        check("CFR", Attribute::OrderCode, "V", None);
        check("RMV", Attribute::Sex, "m", Some("male"));
        check("RMV", Attribute::FamilyName, "M", None);
        check("RMV", Attribute::NoticeServed, "Q", None);
        check("RMV", Attribute::AdjournmentReason, "05", Some("the person was to file for asylum"));
        check("RMV", Attribute::AdjournmentReason, "ZZ", None);
        check(
            "RMV",
            Attribute::HearingNoticeCode,
            "V3",
            Some("notice of a hearing in removal proceedings, with dates"),
        );
        check("RMV", Attribute::Language, "ARA", Some("Arabic"));
        check("RMV", Attribute::CourtCity, "SFR", Some("San Francisco"));
        check("RMV", Attribute::CitizenshipCountry, "SDN", Some("Sudan"));
        check("RMV", Attribute::AdmittedUntil, "D/S", Some("as long as the status lasts"));
    }
}
