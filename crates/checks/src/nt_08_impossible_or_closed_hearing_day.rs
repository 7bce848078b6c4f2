//! NT-08: hearing on an impossible day, or on one when the court does not sit.
//!
//! On 31 January 2019 more than a thousand people came to courts that had no hearing for them; notices named 31
//! September, midnight and Sundays. Whoever stays at home risks an order in absence, whoever goes loses a day.
//!
//! The rule reads the day and the time that a notice or a charging paper names. It reports a day that is not in
//! the calendar, a Saturday or Sunday, a federal holiday, a time of day at which no court sits, a day on which
//! the docket says that the court was closed, and a day ahead of which the docket knows nothing.
//!
//! It stays silent about courts that sit at night or at weekends: a night-court case, a docket of people in
//! custody. It never says that the person need not come: until the court confirms in writing, the paper counts.

use jiff::civil::{Date, Weekday, date};
use redress_casefile::{CaseFile, CaseRecord, working_day::observed_holiday};
use redress_statement::{Attribute, Record};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::{cases, notices},
    sequence::in_order,
    wording::spoken_day,
};

/// The court was closed (`tblAdjournmentCodes`).
const CLOSED: &str = "59";

/// The night court (`tblLookUpCaseIdentifier`).
const NIGHT_COURT: &str = "NC";

/// Dockets of people in custody, which may sit at weekends (`tbllookupSchedule_Type`).
const CUSTODY_DOCKETS: [&str; 6] = ["CD", "DC", "ID", "MD", "PD", "RD"];

/// Days that a paper names, with the time of day beside them.
const NAMED: [(Attribute, Option<Attribute>); 2] =
    [(Attribute::NoticeHearingOn, Some(Attribute::NoticeHearingTime)), (Attribute::NtaHearingOn, None)];

/// Minutes of an hour.
const MINUTES: u16 = 60;

/// The check.
pub(crate) struct ImpossibleOrClosedHearingDay;

static SPEC: Spec = Spec {
    id: "NT-08",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Hearing on an impossible or closed day",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NoticeHearingOn,
        Attribute::NoticeHearingTime,
        Attribute::NoticeMailedOn,
        Attribute::NtaHearingOn,
        Attribute::HearingOn,
        Attribute::AdjournmentReason,
        Attribute::ScheduleType,
        Attribute::CaseIdentifier,
    ],
    parameters: &["nt_08_hour_from", "nt_08_hour_to"],
    rule: "A paper names a day that is not in the calendar, a weekend or a federal holiday, a time at which no \
           court sits, a day on which the court was closed, or a day ahead that is not on the case's docket.",
    not_when: &[
        "the case is one of a night court",
        "the docket of that day is one of people in custody, which may sit at weekends",
        "no docket of the case is at hand, or the court sent another notice later: then a day that is not on the \
         docket says nothing",
    ],
    harm_in_words: "A wasted journey, or an order in absence at another hearing that no paper named.",
    evidence_shown: "The paper beside the docket.",
    route: Route {
        actor: "the court",
        instrument: "a confirmation in writing, and a letter for the person to carry: attend unless the court \
                     writes otherwise",
        deadline: "before the day named",
    },
    data: &[DataClass::Public, DataClass::Agency, DataClass::OwnPapers],
    citation: "5 U.S.C. 6103(a); press reports on 31 January 2019",
};

impl Check for ImpossibleOrClosedHearingDay {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let hour = |name| parameters.number(name, world.today).map(|hour| hour as u16 * MINUTES);
        let (Ok(from), Ok(to)) = (hour("nt_08_hour_from"), hour("nt_08_hour_to")) else { return Vec::new() };
        let courts: Vec<&CaseRecord> = cases(case).collect();
        let is_night = |lead: &&CaseRecord| {
            case.attached(lead.id).any(|row| row.record.value(Attribute::CaseIdentifier) == Some(NIGHT_COURT))
        };
        // A possible record is read in the file that it is accepted in.
        case.accepted()
            .filter_map(|record| {
                let lead = courts.iter().find(|lead| record.lead == Some(lead.id)).copied();
                if lead.is_some_and(|lead| is_night(&lead)) {
                    return None;
                }
                let docket = lead.map(|lead| docket(case, lead)).unwrap_or_default();
                let is_replaced = lead.is_some_and(|lead| has_later_notice(record, case, lead));
                let rule = Rule { docket: &docket, is_replaced, today: world.today, from, to };
                NAMED.iter().find_map(|(day, time)| rule.apply(record, *day, *time))
            })
            .collect()
    }
}

/// The rows of a case that set a hearing, with its day.
fn docket<'a>(case: &'a CaseFile, lead: &CaseRecord) -> Vec<(&'a CaseRecord, Date)> {
    in_order(case.attached(lead.id))
        .filter_map(|row| Some((row, row.record.day(Attribute::HearingOn)?)))
        .collect()
}

fn has_later_notice(record: &CaseRecord, case: &CaseFile, lead: &CaseRecord) -> bool {
    let sent_on = record.record.day(Attribute::NoticeMailedOn);
    notices(case, lead).iter().any(|other| sent_on.is_some_and(|sent| other.sent_on > sent))
}

/// Whether a row of a docket sets a hearing on a day on which no court sits: a weekend or a federal holiday, and not on a
/// docket of people in custody, which sit on any day.
pub(crate) fn sets_closed_day(row: &Record) -> bool {
    let in_custody =
        row.value(Attribute::ScheduleType).is_some_and(|docket| CUSTODY_DOCKETS.contains(&docket));
    let is_closed = |on: Date| {
        matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday) || observed_holiday(on).is_some()
    };
    !in_custody && row.day(Attribute::HearingOn).is_some_and(is_closed)
}

struct Rule<'a> {
    docket: &'a [(&'a CaseRecord, Date)],
    /// Whether the court sent another notice later.
    is_replaced: bool,
    today: Date,
    /// Minutes after midnight from which, and up to which, a court sits.
    from: u16,
    to: u16,
}

impl Rule<'_> {
    fn apply(&self, record: &CaseRecord, day: Attribute, time: Option<Attribute>) -> Option<Discrepancy> {
        let stated = record.record.statement(day)?;
        let Some(on) = record.record.day(day) else {
            let sentence =
                format!("The paper names {}, a day that is not in the calendar.", stated.original.trim());
            return is_no_day(&stated.original)
                .then(|| Discrepancy::new(&SPEC, record, &[(record, day)], sentence, None));
        };
        let row = self.docket.iter().find(|(_, set)| *set == on).map(|(row, _)| *row);
        let in_custody = row.and_then(|row| row.record.value(Attribute::ScheduleType));
        if in_custody.is_some_and(|docket| CUSTODY_DOCKETS.contains(&docket)) {
            return None;
        }
        let at = time.and_then(|time| record.record.value(time)).and_then(minutes);
        let what = self.closed(on, at, row).or_else(|| {
            let is_paper_of_court = day == Attribute::NoticeHearingOn;
            let is_unknown =
                on >= self.today && row.is_none() && !self.docket.is_empty() && !self.is_replaced;
            (is_paper_of_court && is_unknown)
                .then(|| "a day ahead that the court's docket does not have".to_owned())
        })?;
        let sentence = format!("The paper names a hearing on {}, {what}.", spoken_day(on));
        let mut inputs = vec![(record, day)];
        inputs.extend(time.map(|time| (record, time)));
        inputs.extend(self.docket.iter().map(|(row, _)| (*row, Attribute::HearingOn)));
        inputs.extend(row.map(|row| (row, Attribute::AdjournmentReason)));
        Some(Discrepancy::new(&SPEC, record, &inputs, sentence, Some(on).filter(|on| *on >= self.today)))
    }

    fn closed(&self, on: Date, at: Option<u16>, row: Option<&CaseRecord>) -> Option<String> {
        match on.weekday() {
            Weekday::Saturday => return Some("a Saturday".to_owned()),
            Weekday::Sunday => return Some("a Sunday".to_owned()),
            _ => {}
        }
        if let Some(holiday) = observed_holiday(on) {
            return Some(format!("a federal holiday ({holiday})"));
        }
        if let Some(at) = at.filter(|at| !(self.from..=self.to).contains(at)) {
            return Some(format!("at {:02}:{:02}, when no court sits", at / MINUTES, at % MINUTES));
        }
        let is_closed = row.is_some_and(|row| row.record.value(Attribute::AdjournmentReason) == Some(CLOSED));
        is_closed.then(|| "when the court was closed".to_owned())
    }
}

/// A time of day written `HHMM` or `HH:MM`, in minutes after midnight. None when it is no time.
fn minutes(text: &str) -> Option<u16> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_written = text.chars().all(|sign| sign.is_ascii_digit() || sign == ':') && digits.len() == 4;
    let number: u16 = digits.parse().ok().filter(|_| is_written)?;
    (number / 100 < 24 && number % 100 < MINUTES).then_some(number / 100 * MINUTES + number % 100)
}

/// Whether a text has the form of a day, and no way of reading it gives a day of the calendar.
fn is_no_day(text: &str) -> bool {
    let groups: Vec<&str> =
        text.split(|sign: char| !sign.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let is_day = |year: &str, month: &str, day: &str| {
        let parts = (year.parse::<i16>(), month.parse::<i8>(), day.parse::<i8>());
        matches!(parts, (Ok(year), Ok(month), Ok(day)) if Date::new(year, month, day).is_ok())
    };
    match groups.as_slice() {
        [all, ..] if all.len() == 8 => !is_day(&all[..4], &all[4..6], &all[6..]),
        [year, month, day, ..] if year.len() == 4 => !is_day(year, month, day),
        [a, b, year, ..] if year.len() == 4 => !is_day(year, a, b) && !is_day(year, b, a),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        court names 11
          family_name Ruiz
        court schedule 1 about 11
          hearing_on 2026-12-03
        court notices N1 about 11
          notice_hearing_on 2026-12-03
          notice_hearing_time 0830\n";

    fn naming(day: &str) -> String {
        FILE.replace("notice_hearing_on 2026-12-03", &format!("notice_hearing_on {day}"))
    }

    #[test]
    fn fires() {
        for (day, said) in [
            ("20260931 =>", "20260931, a day that is not in the calendar"),
            ("2026-11-31 =>", "2026-11-31, a day that is not in the calendar"),
            ("31/11/2026 =>", "31/11/2026, a day that is not in the calendar"),
            ("2026-12-05", "a hearing on 5 December 2026, a Saturday"),
            ("2026-12-06", "a hearing on 6 December 2026, a Sunday"),
            ("2026-12-25", "a hearing on 25 December 2026, a federal holiday (Christmas Day)"),
            ("2026-07-03", "a hearing on 3 July 2026, a federal holiday (Independence Day)"),
            ("2026-12-04", "a hearing on 4 December 2026, a day ahead that the court's docket does not have"),
        ] {
            let expected = format!("court/notices:N1: The paper names {said}.");
            check(&ImpossibleOrClosedHearingDay, &naming(day), &[&expected]);
        }
        let midnight = FILE.replace("0830", "0000");
        let expected =
            "court/notices:N1: The paper names a hearing on 3 December 2026, at 00:00, when no court sits.";
        check(&ImpossibleOrClosedHearingDay, &midnight, &[expected]);
        let closed = FILE
            .replace("  hearing_on", "  adjournment_reason 59\n          hearing_on")
            .replace("0830", "18:00");
        let expected =
            "court/notices:N1: The paper names a hearing on 3 December 2026, when the court was closed.";
        check(&ImpossibleOrClosedHearingDay, &closed, &[expected]);
        let paper = "status extract S1\n  nta_hearing_on 2026-12-05\n";
        let expected = "status/S1: The paper names a hearing on 5 December 2026, a Saturday.";
        check(&ImpossibleOrClosedHearingDay, paper, &[expected]);
    }

    #[test]
    fn stays_silent() {
        check(&ImpossibleOrClosedHearingDay, FILE, &[]);
        check(&ImpossibleOrClosedHearingDay, &naming("TBD =>"), &[]);
        check(&ImpossibleOrClosedHearingDay, &naming("2025-12-04"), &[]);
        check(&ImpossibleOrClosedHearingDay, &FILE.replace("0830", "1800"), &[]);
        check(&ImpossibleOrClosedHearingDay, &FILE.replace("0830", "MORNING"), &[]);
        let custody = naming("2026-12-05")
            .replace("hearing_on 2026-12-03\n", "hearing_on 2026-12-05\n          schedule_type MD\n");
        check(&ImpossibleOrClosedHearingDay, &custody, &[]);
        let night = naming("2026-12-05").replace(
            "family_name Ruiz",
            "family_name Ruiz\n        court identifiers 3 about 11\n          case_identifier NC",
        );
        check(&ImpossibleOrClosedHearingDay, &night, &[]);
        let without_docket = naming("2026-12-04").replace("  hearing_on 2026-12-03\n", "  case_type RMV\n");
        check(&ImpossibleOrClosedHearingDay, &without_docket, &[]);
        let replaced = naming("2026-12-04\n          notice_mailed_on 2026-05-03")
            + "        court notices N2 about 11\n          notice_hearing_on 2026-12-03\n          notice_mailed_on 2026-05-04\n";
        check(&ImpossibleOrClosedHearingDay, &replaced, &[]);
    }
}
