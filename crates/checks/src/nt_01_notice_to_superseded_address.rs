//! NT-01: notice mailed to a superseded address.
//!
//! A person tells the court of a move, the court goes on writing to the old address, the person misses the
//! hearing and is ordered removed in absence. 15 % of such orders of 2008 to 2018 were undone by motion
//! (Eagly and Shafer, 168 U. Pa. L. Rev. 817). Notice is due to the last address that the person gave (8
//! U.S.C. 1229(a)), from the day it was given.
//!
//! The rule reads each notice that the court mailed, and the addresses that the court had received from the
//! same person before that day. It reports a notice that went elsewhere than to the newest of these. The duty
//! knows no grace; how long an office may need to enter an address is said beside it.
//!
//! It stays silent when the notice was served in person or on counsel, when it was served again at the right
//! address in time, when the difference is a misspelling of the same address (NT-03), and when the notice
//! went to an address that some office received later: then the court knew more than the register shows.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    address::same_address,
    agreement::same_person,
    keeping::absence_speaks,
    wording::{counted, spoken_day},
};

/// The office whose notices the rule reads, as the register of addresses names it.
const COURT: &str = "COURT";

/// Served by mail.
const MAILED: &str = "M";

/// A charging paper, which needs a period before the hearing.
const CHARGING_PAPER: &str = "NTA";

/// The check.
pub(crate) struct NoticeToSupersededAddress;

static SPEC: Spec = Spec {
    id: "NT-01",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Notice mailed to an old address",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NoticeKind,
        Attribute::NoticeMailedOn,
        Attribute::NoticeHearingOn,
        Attribute::NoticeServed,
        Attribute::AddressLine,
        Attribute::AddressPostalCode,
        Attribute::AddressOffice,
        Attribute::AddressReceivedOn,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
    ],
    parameters: &["nt_01_grace_days", "nt_01_processing_days", "nt_01_notice_days"],
    rule: "A notice was mailed to an address other than the newest one that the court had received from the \
           person before that day.",
    not_when: &[
        "the notice was served in person or on counsel of record",
        "it was served again at the right address before the hearing, a charging paper with the legal notice \
         time",
        "the two differ by a misspelling or a missing unit only (NT-03)",
        "the notice went to an address that an office received later",
        "the newest extract of the notices does not say that it has every one, or is held to be \
         cut off (PR-03) and has the record for the first time",
    ],
    harm_in_words: "The person does not learn of the hearing and is ordered removed in absence.",
    evidence_shown: "The addresses as a line of time with the day each office received them, and the notices \
                     on it.",
    route: Route {
        actor: "before the hearing the person or counsel, and the court; after an order the person or counsel",
        instrument: "before the hearing: tell the court, which sends the notice again; after an order: a \
                     motion to reopen the case, or to take the order back, because no notice came",
        deadline: "before the hearing; after an order in absence any time (8 U.S.C. 1229a(b)(5)(C)(ii))",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "8 U.S.C. 1229(a)(1)(F), (c); 8 CFR 1003.15(d)(2); 8 CFR 1003.23(b)(4)(ii)",
};

impl Check for NoticeToSupersededAddress {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let days = |name| parameters.days(name, world.today);
        let (Ok(grace), Ok(processing), Ok(notice)) =
            (days("nt_01_grace_days"), days("nt_01_processing_days"), days("nt_01_notice_days"))
        else {
            return Vec::new();
        };
        let rule = Rule { case, today: world.today, grace, processing, notice };
        let notices = case.records.iter().filter_map(Notice::of);
        let notices = notices.filter(|notice| absence_speaks(notice.record, world));
        notices.filter_map(|notice| rule.apply(&notice)).collect()
    }
}

/// A notice that was mailed, served again or handed over.
struct Notice<'a> {
    record: &'a CaseRecord,
    sent_on: Date,
    hearing_on: Option<Date>,
}

impl<'a> Notice<'a> {
    fn of(record: &'a CaseRecord) -> Option<Self> {
        let sent_on = record.record.day(Attribute::NoticeMailedOn)?;
        Some(Self { record, sent_on, hearing_on: record.record.day(Attribute::NoticeHearingOn) })
    }

    fn is_mailed(&self) -> bool {
        self.record.record.value(Attribute::NoticeServed) == Some(MAILED)
    }

    fn is_charging_paper(&self) -> bool {
        self.record.record.value(Attribute::NoticeKind) == Some(CHARGING_PAPER)
    }
}

/// An address with the day on which an office received it.
struct Received<'a> {
    record: &'a CaseRecord,
    on: Date,
    by_court: bool,
}

struct Rule<'a> {
    case: &'a CaseFile,
    today: Date,
    grace: i32,
    processing: i32,
    notice: i32,
}

impl Rule<'_> {
    fn apply(&self, notice: &Notice<'_>) -> Option<Discrepancy> {
        let lead = self.case.record(notice.record.lead?)?;
        if !notice.is_mailed() || notice.record.record.value(Attribute::AddressLine).is_none() {
            return None;
        }
        let received = self.received_from(lead);
        let known = self.known_on(notice.sent_on, &received)?;
        let newer = received.iter().filter(|other| other.on >= known.on);
        let went_to_a_newer_one = newer.into_iter().any(|other| same_address(other.record, notice.record));
        if went_to_a_newer_one || self.was_served_again(notice, &received) {
            return None;
        }
        Some(self.report(notice, known))
    }

    fn received_from(&self, lead: &CaseRecord) -> Vec<Received<'_>> {
        let entry = |record| {
            let record: &CaseRecord = record;
            let on = record.record.day(Attribute::AddressReceivedOn)?;
            record.record.value(Attribute::AddressLine)?;
            let by_court = record.record.value(Attribute::AddressOffice) == Some(COURT);
            same_person(record, lead).then_some(Received { record, on, by_court })
        };
        self.case.identities().filter_map(entry).collect()
    }

    /// The newest address that the court had received before a day.
    fn known_on<'a>(&self, day: Date, received: &'a [Received<'a>]) -> Option<&'a Received<'a>> {
        received
            .iter()
            .filter(|entry| entry.by_court && entry.on.saturating_add(self.grace.days()) < day)
            .max_by_key(|entry| (entry.on, entry.record.id))
    }

    fn was_served_again(&self, notice: &Notice<'_>, received: &[Received<'_>]) -> bool {
        self.case
            .records
            .iter()
            .filter(|record| record.id != notice.record.id && record.lead == notice.record.lead)
            .filter_map(Notice::of)
            .filter(|other| other.hearing_on == notice.hearing_on && self.is_in_time(other))
            .filter(|other| other.sent_on >= notice.sent_on)
            .any(|other| {
                let reached = || {
                    let known = self.known_on(other.sent_on, received);
                    known.is_some_and(|entry| same_address(entry.record, other.record))
                };
                !other.is_mailed() || reached()
            })
    }

    fn is_in_time(&self, notice: &Notice<'_>) -> bool {
        let n_days = if notice.is_charging_paper() && notice.is_mailed() { self.notice } else { 1 };
        notice.hearing_on.is_none_or(|hearing| notice.sent_on.saturating_add(n_days.days()) <= hearing)
    }

    fn report(&self, notice: &Notice<'_>, known: &Received<'_>) -> Discrepancy {
        let line =
            |record: &CaseRecord| record.record.value(Attribute::AddressLine).unwrap_or_default().to_owned();
        let n_days = (notice.sent_on - known.on).get_days();
        let within = if n_days > self.processing { "more than" } else { "within" };
        let hearing = notice.hearing_on.map(|day| format!(" for the hearing on {}", spoken_day(day)));
        let sentence = format!(
            "The notice of {}{} went to {}, but the court had received the address {}, {} before. That is \
             {within} the {} that an office may need to enter an address.",
            spoken_day(notice.sent_on),
            hearing.unwrap_or_default(),
            line(notice.record),
            line(known.record),
            counted(n_days.unsigned_abs() as usize, "day", "days"),
            counted(self.processing.unsigned_abs() as usize, "day", "days"),
        );
        let inputs = [
            (notice.record, Attribute::AddressLine),
            (notice.record, Attribute::NoticeMailedOn),
            (notice.record, Attribute::NoticeHearingOn),
            (known.record, Attribute::AddressLine),
            (known.record, Attribute::AddressReceivedOn),
            (known.record, Attribute::AddressOffice),
        ];
        let next = notice.hearing_on.filter(|day| *day >= self.today);
        Discrepancy::new(&SPEC, notice.record, &inputs, sentence, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{KeptFacts, check, check_kept, run};

    const FILE: &str = "
        court court_names 4711
          family_name Ruiz
          given_name Ana
          a_number 200000017
        addresses register E1
          family_name Ruiz
          given_name Ana
          a_number 200000017
          address_office COURT
          address_line 9 Elm Avenue
          address_postal_code 60601
          address_received_on 2026-03-01
        court court_notices N1 about 4711
          notice_kind HEARING
          notice_mailed_on 2026-05-03
          notice_hearing_on 2026-12-09
          notice_served M
          address_line 12 Oak Street
          address_postal_code 60614\n";

    const FOUND: &str = "court/court_notices:N1: The notice of 3 May 2026 for the hearing on 9 December 2026 \
                         went to 12 Oak Street, but the court had received the address 9 Elm Avenue, 63 days \
                         before. That is more than the 5 days that an office may need to enter an address.";

    fn again(mailed_on: &str, served: &str, line: &str) -> String {
        format!(
            "{FILE}
        court court_notices N2 about 4711
          notice_kind HEARING
          notice_mailed_on {mailed_on}
          notice_hearing_on 2026-12-09
          notice_served {served}
          address_line {line}
          address_postal_code 60601\n"
        )
    }

    #[test]
    fn fires_on_a_notice_to_the_old_address() {
        check(&NoticeToSupersededAddress, FILE, &[FOUND]);
        let within = FOUND.replace("63 days", "2 days").replace("more than", "within");
        check(&NoticeToSupersededAddress, &FILE.replace("2026-03-01", "2026-05-01"), &[&within]);
        let case = redress_testkit::parse_case_file(FILE);
        let found = run(&NoticeToSupersededAddress, &case, &[]);
        assert_eq!(found[0].next_irreversible_on, Some(date(2026, 12, 9)));
        // That it was the court which had received the address can be seen, and not only read in the sentence.
        let proves = found[0].inputs.iter().find(|input| input.attribute == Attribute::AddressOffice);
        let row = proves.and_then(|input| case.record(input.record)).unwrap();
        assert_eq!(row.record.value(Attribute::AddressOffice), Some(COURT));
    }

    #[test]
    fn a_new_service_that_comes_too_late_or_goes_wrong_changes_nothing() {
        check(&NoticeToSupersededAddress, &again("2026-12-09", "M", "9 Elm Avenue"), &[FOUND]);
        check(&NoticeToSupersededAddress, &again("2026-04-09", "M", "9 Elm Avenue"), &[FOUND]);
        let charging = again("2026-12-02", "M", "9 Elm Avenue").replace("HEARING", "NTA");
        check(&NoticeToSupersededAddress, &charging, &[FOUND]);
        let elsewhere = again("2026-06-09", "M", "77 Ash Road").replace("60601", "60605");
        let second = FOUND
            .replace("N1", "N2")
            .replace("3 May", "9 June")
            .replace("12 Oak Street", "77 Ash Road")
            .replace("63", "100");
        check(&NoticeToSupersededAddress, &elsewhere, &[FOUND, &second]);
    }

    #[test]
    fn stays_silent_where_it_was_served_again() {
        check(&NoticeToSupersededAddress, &again("2026-12-02", "M", "9 Elm Avenue"), &[]);
        check(&NoticeToSupersededAddress, &again("2026-12-02", "P", "12 Oak Street"), &[]);
        let charging = again("2026-11-29", "M", "9 Elm Avenue").replace("HEARING", "NTA");
        check(&NoticeToSupersededAddress, &charging, &[]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("served in person", "notice_served M", "notice_served P"),
            ("served on counsel", "notice_served M", "notice_served C"),
            ("received on the day", "2026-03-01", "2026-05-03"),
            ("received later", "2026-03-01", "2026-06-01"),
            ("received by another office", "address_office COURT", "address_office BENEFITS"),
            ("the right address", "12 Oak Street\n          address_postal_code 60614", "9 ELM AVENUE"),
            ("a misspelling", "12 Oak Street\n          address_postal_code 60614", "9 Elm Avenu"),
            ("no unit", "12 Oak Street", "9 Elm Avenue Apt 4"),
            (
                "another way of writing the street",
                "12 Oak Street\n          address_postal_code 60614",
                "9 Elm Av.\n          address_postal_code 60601",
            ),
            (
                "the register entry of a brother",
                "given_name Ana\n          a_number 200000017\n          address_office",
                "given_name Luis\n          a_number 200000444\n          address_office",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            let text = text.replace("60614", if why == "no unit" { "60601" } else { "60614" });
            check(&NoticeToSupersededAddress, &text, &[]);
        }
    }

    #[test]
    fn stays_silent_where_the_notice_went_to_an_address_received_later() {
        let entry = &FILE[FILE.find("addresses").unwrap()..FILE.find("court court_notices").unwrap()];
        let later = entry
            .replace("E1", "E2")
            .replace("9 Elm Avenue", "12 Oak Street")
            .replace("60601", "60614")
            .replace("2026-03-01", "2026-05-20");
        check(&NoticeToSupersededAddress, &format!("{FILE}        {later}"), &[]);
        let earlier = later.replace("2026-05-20", "2025-05-20");
        check(&NoticeToSupersededAddress, &format!("{FILE}        {earlier}"), &[FOUND]);
    }

    #[test]
    fn stays_silent_where_the_extract_is_not_whole() {
        check_kept(&NoticeToSupersededAddress, FILE, &KeptFacts::complete(), &[FOUND]);
        check_kept(&NoticeToSupersededAddress, FILE, &KeptFacts::partial(), &[]);
        check_kept(&NoticeToSupersededAddress, FILE, &KeptFacts::cut_off_of_a_part(), &[]);
    }
}
