//! ID-13: evidence of citizenship or permanent residence contradicts the record.
//!
//! Of people arrested, 674 were potential citizens between 2015 and 2020, and 70 of them were removed; the
//! citizenship field was not updated after evidence had come in (GAO-21-487). A child can be a citizen through
//! a parent without a paper that says so (8 U.S.C. 1431).
//!
//! The rule reads the file for any indication: a certificate, a passport, a birth in the United States, a
//! parent's naturalization, a claim, the mark of a permanent resident, a hearing put off for a claim of
//! citizenship (reason 54), a case status of relief or residence granted (B, L, Z). It reports the record on
//! which an enforcement status is still open beside it: an active case, a final order, a check-in ahead.
//!
//! It stays silent when the named office has decided on that evidence, with its reason, after it came in. It
//! concludes nothing: the citizenship is disputed until somebody decides.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    schedule::next_day, sequence::in_order, wording::spoken_day,
};

/// A hearing was put off for a claim to citizenship (`tblAdjournmentCodes`).
const CLAIM_AT_HEARING: &str = "54";

/// Case statuses that say that relief or residence was granted.
const GRANTED_STATUSES: [&str; 3] = ["B", "L", "Z"];

/// Evidence of citizenship that counts, as sources write it, and what it is.
const EVIDENCE: [(&str, &str); 9] = [
    ("N-550", "a certificate of naturalization"),
    ("N550", "a certificate of naturalization"),
    ("N-560", "a certificate of citizenship"),
    ("N560", "a certificate of citizenship"),
    ("PASSPORT", "a passport of the United States"),
    ("US_BIRTH", "a birth in the United States"),
    ("PARENT", "a parent naturalized before the person was 18"),
    ("CLAIM", "a claim to citizenship"),
    ("USC", "a claim to citizenship"),
];

/// The United States, as sources write it.
const UNITED_STATES: [&str; 2] = ["USA", "US"];

/// The check.
pub(crate) struct CitizenshipEvidenceContradicted;

static SPEC: Spec = Spec {
    id: "ID-13",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Evidence of citizenship or permanent residence contradicts the record",
    family: Family::Identity,
    harm: Harm::H5,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::CitizenshipEvidence,
        Attribute::CitizenshipEvidenceOn,
        Attribute::CitizenshipDecidedOn,
        Attribute::PermanentResident,
        Attribute::BirthCountry,
        Attribute::AdjournmentReason,
        Attribute::CaseStatus,
        Attribute::FinalOrder,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "A record holds any indication of citizenship or permanent residence while an enforcement status is \
           open: an active case, a final order or a check-in ahead.",
    not_when: &[
        "the named office decided on the evidence, with its reason, after it came in",
        "no enforcement status is open",
        "the indication stands in a record that is only possibly of the person",
    ],
    harm_in_words: "A citizen or permanent resident is detained or removed.",
    evidence_shown: "The indication, its source and day, and who has looked at it.",
    route: Route {
        actor: "the agency that carries the status, at once; counsel and the civil rights office the same day",
        instrument: "citizenship: disputed; every mark derived from it suspended; at the court a motion to \
                     terminate",
        deadline: "the same day",
    },
    data: &[DataClass::Public, DataClass::Agency, DataClass::OwnPapers],
    citation: "GAO-21-487; 8 U.S.C. 1401, 1431",
};

impl Check for CitizenshipEvidenceContradicted {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let decided_on = case.accepted().filter_map(|r| r.record.day(Attribute::CitizenshipDecidedOn)).max();
        let is_open = |indication: &Indication<'_>| decided_on.is_none_or(|day| day < indication.on);
        let Some(indication) = in_order(case.accepted()).filter_map(Indication::of).find(is_open) else {
            return Vec::new();
        };
        let open = case.accepted().filter_map(|record| Some((record, enforcement(record, world.today)?)));
        open.map(|(record, status)| report(record, status, &indication, case, world)).collect()
    }
}

/// Something that speaks for citizenship or permanent residence.
struct Indication<'a> {
    record: &'a CaseRecord,
    attribute: Attribute,
    what: String,
    on: Date,
}

impl<'a> Indication<'a> {
    fn of(record: &'a CaseRecord) -> Option<Self> {
        let value = |attribute| record.record.value(attribute).unwrap_or_default();
        let evidence = EVIDENCE.iter().find(|(code, _)| *code == value(Attribute::CitizenshipEvidence));
        let seen_on = record.record.first_seen;
        let indication = |attribute, what: &str, on: Option<Date>| {
            Some(Self { record, attribute, what: what.to_owned(), on: on.unwrap_or(seen_on) })
        };
        if let Some((_, what)) = evidence {
            let on = record.record.day(Attribute::CitizenshipEvidenceOn);
            return indication(Attribute::CitizenshipEvidence, what, on);
        }
        if UNITED_STATES.contains(&value(Attribute::BirthCountry)) {
            return indication(Attribute::BirthCountry, "a birth in the United States", None);
        }
        if record.record.mark(Attribute::PermanentResident) == Some(true) {
            return indication(Attribute::PermanentResident, "permanent residence", None);
        }
        if value(Attribute::AdjournmentReason) == CLAIM_AT_HEARING {
            let on = record.record.day(Attribute::HearingOn);
            return indication(Attribute::AdjournmentReason, "a claim to citizenship at a hearing", on);
        }
        has_granted_status(record)
            .then(|| indication(Attribute::CaseStatus, "relief or residence granted", None))?
    }
}

/// Whether the status is B, L or Z, alone or before its words.
fn has_granted_status(record: &CaseRecord) -> bool {
    let status = record.record.value(Attribute::CaseStatus).unwrap_or_default();
    let code = status.split(['-', ' ']).next().unwrap_or_default();
    GRANTED_STATUSES.contains(&code)
}

/// What keeps an enforcement status open on a record.
fn enforcement(record: &CaseRecord, today: Date) -> Option<(Attribute, &'static str)> {
    if record.record.value(Attribute::CaseStatus) == Some("ACTIVE") {
        Some((Attribute::CaseStatus, "an active case"))
    } else if record.record.mark(Attribute::FinalOrder) == Some(true) {
        Some((Attribute::FinalOrder, "a final order"))
    } else {
        let ahead = record.record.day(Attribute::NextCheckInOn).is_some_and(|day| day >= today);
        ahead.then_some((Attribute::NextCheckInOn, "a check-in ahead"))
    }
}

fn report(
    record: &CaseRecord,
    (status, what): (Attribute, &str),
    indication: &Indication<'_>,
    case: &CaseFile,
    world: &World<'_>,
) -> Discrepancy {
    let sentence = format!(
        "This record shows {what}, but since {} the file holds {}; nobody has decided on it.",
        spoken_day(indication.on),
        indication.what,
    );
    let inputs = [
        (record, status),
        (indication.record, indication.attribute),
        (indication.record, Attribute::CitizenshipEvidenceOn),
    ];
    Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        status extract S1
          case_status ACTIVE
        benefits applications IOE1
          citizenship_evidence N-560
          citizenship_evidence_on 2024-05-06\n";

    const FOUND: &str = "status/S1: This record shows an active case, but since 6 May 2024 the file holds a \
                         certificate of citizenship; nobody has decided on it.";

    #[test]
    fn evidence_is_known_where_rows_are_taken_in() {
        let known = redress_statement::vocabulary::words(Attribute::CitizenshipEvidence).unwrap();
        assert_eq!(EVIDENCE.map(|(code, _)| code), *known);
    }

    #[test]
    fn fires_on_any_indication() {
        check(&CitizenshipEvidenceContradicted, FILE, &[FOUND]);
        let seen = FOUND.replace("6 May 2024", "30 June 2025");
        for (stated, said) in [
            ("birth_country USA", "a birth in the United States"),
            ("permanent_resident yes", "permanent residence"),
            ("citizenship_evidence PARENT", "a parent naturalized before the person was 18"),
        ] {
            let text = FILE
                .replace("citizenship_evidence N-560\n          citizenship_evidence_on 2024-05-06", stated);
            check(
                &CitizenshipEvidenceContradicted,
                &text,
                &[&seen.replace("a certificate of citizenship", said)],
            );
        }
        let hearing = FILE.replace(
            "citizenship_evidence N-560\n          citizenship_evidence_on",
            "adjournment_reason 54\n          hearing_on",
        );
        let said = FOUND.replace("a certificate of citizenship", "a claim to citizenship at a hearing");
        check(&CitizenshipEvidenceContradicted, &hearing, &[&said]);
        let granted = "status extract S1\n  case_status B-RELIEF GRANTED\n  final_order yes\n";
        let said = seen.replace("a certificate of citizenship", "relief or residence granted");
        check(&CitizenshipEvidenceContradicted, granted, &[&said.replace("an active case", "a final order")]);
    }

    #[test]
    fn fires_while_any_status_is_open() {
        for (status, said) in
            [("final_order yes", "a final order"), ("next_check_in_on 2026-12-01", "a check-in ahead")]
        {
            let text = FILE.replace("case_status ACTIVE", status);
            check(&CitizenshipEvidenceContradicted, &text, &[&FOUND.replace("an active case", said)]);
        }
        let before = format!("{FILE}          citizenship_decided_on 2024-05-05\n");
        check(&CitizenshipEvidenceContradicted, &before, &[FOUND]);
    }

    #[test]
    fn stays_silent() {
        for (from, to) in [
            ("ACTIVE", "CLOSED"),
            ("case_status ACTIVE", "next_check_in_on 2026-10-01"),
            ("N-560", "OTHER"),
            ("IOE1", "IOE1 possible"),
            (
                "citizenship_evidence_on 2024-05-06",
                "citizenship_evidence_on 2024-05-06\n          citizenship_decided_on 2024-05-06",
            ),
        ] {
            check(&CitizenshipEvidenceContradicted, &FILE.replace(from, to), &[]);
        }
    }
}
