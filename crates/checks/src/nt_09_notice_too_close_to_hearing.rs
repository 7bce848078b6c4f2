//! NT-09: notice too close to the hearing.
//!
//! A first hearing may not be held before the tenth day after the charging paper was served, so that the person
//! can find counsel (8 U.S.C. 1229(b)(1)). A later notice that is still in the post on the day of the hearing
//! tells nobody.
//!
//! The rule reports a charging paper served less than ten days before the hearing that it names, and another
//! notice that was mailed so late that it cannot have arrived.
//!
//! It stays silent when the person signed a waiver, when the charging paper of a custody docket was handed over,
//! and when another notice of the same hearing was in time.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::{Notice, Served, cases, notices},
    wording::{counted, spoken_day},
};

/// Dockets of people in custody (`tbllookupSchedule_Type`).
const CUSTODY_DOCKETS: [&str; 6] = ["CD", "DC", "ID", "MD", "PD", "RD"];

/// The check.
pub(crate) struct NoticeTooCloseToHearing;

static SPEC: Spec = Spec {
    id: "NT-09",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Notice too close to the hearing",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NoticeKind,
        Attribute::NoticeMailedOn,
        Attribute::NoticeHearingOn,
        Attribute::NoticeServed,
        Attribute::NoticeTimeWaived,
        Attribute::HearingOn,
        Attribute::ScheduleType,
    ],
    parameters: &["nt_01_notice_days", "nt_09_mail_days"],
    rule: "A charging paper was served less than {nt_01_notice_days} days before the hearing that it names, or another notice was \
           mailed less than {nt_09_mail_days} days before.",
    not_when: &[
        "the person signed a waiver of the period",
        "the charging paper of a custody docket was handed over",
        "another notice of the same hearing was in time",
        "a later notice was handed over or served on counsel",
    ],
    harm_in_words: "No time to find counsel, or a hearing missed because the letter was still in the post.",
    evidence_shown: "The day of service, the day of the hearing and the days between.",
    route: Route {
        actor: "the person or counsel",
        instrument: "a request for a later hearing; an objection",
        deadline: "before the pleadings close",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "8 U.S.C. 1229(b)(1)",
};

impl Check for NoticeTooCloseToHearing {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let days = |name| parameters.days(name, world.today);
        let (Ok(first), Ok(mail)) = (days("nt_01_notice_days"), days("nt_09_mail_days")) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for lead in cases(case) {
            let notices = notices(case, lead);
            for notice in &notices {
                let Some(hearing_on) = notice.hearing_on.filter(|day| *day >= notice.sent_on) else {
                    continue;
                };
                let needed = |notice: &Notice<'_>| match (notice.is_charging_paper, notice.served) {
                    (true, _) => first,
                    (false, Served::Mail) => mail,
                    (false, _) => 0,
                };
                let is_in_time = |other: &Notice<'_>| {
                    other.hearing_on == Some(hearing_on) && other.is_before(hearing_on, needed(other))
                };
                if !notices.iter().any(is_in_time) && !is_excused(notice, hearing_on, case, lead) {
                    found.push(report(notice, hearing_on, needed(notice), world.today));
                }
            }
        }
        found
    }
}

fn is_excused(notice: &Notice<'_>, hearing_on: Date, case: &CaseFile, lead: &CaseRecord) -> bool {
    let is_custody_docket = |row: &CaseRecord| {
        let docket = row.record.value(Attribute::ScheduleType);
        row.record.day(Attribute::HearingOn) == Some(hearing_on)
            && docket.is_some_and(|docket| CUSTODY_DOCKETS.contains(&docket))
    };
    notice.record.record.mark(Attribute::NoticeTimeWaived) == Some(true)
        || (notice.served == Served::InPerson && case.attached(lead.id).any(is_custody_docket))
}

fn report(notice: &Notice<'_>, hearing_on: Date, needed: i32, today: Date) -> Discrepancy {
    let n_days = (hearing_on - notice.sent_on).get_days();
    let (what, why) = if notice.is_charging_paper {
        ("charging paper was served", "the law wants")
    } else {
        ("notice was mailed", "the post needs")
    };
    let sentence = format!(
        "The {what} on {}, {} before the hearing on {}; {why} {needed}.",
        spoken_day(notice.sent_on),
        counted(n_days.unsigned_abs() as usize, "day", "days"),
        spoken_day(hearing_on),
    );
    let inputs = [
        (notice.record, Attribute::NoticeMailedOn),
        (notice.record, Attribute::NoticeHearingOn),
        (notice.record, Attribute::NoticeKind),
        (notice.record, Attribute::NoticeServed),
    ];
    Discrepancy::new(&SPEC, notice.record, &inputs, sentence, Some(hearing_on).filter(|day| *day >= today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        court names 11
          family_name Ruiz
        court schedule 1 about 11
          hearing_on 2026-12-09
        court notices N1 about 11
          notice_kind NTA
          notice_mailed_on 2026-11-30
          notice_hearing_on 2026-12-09
          notice_served P\n";

    const FOUND: &str = "court/notices:N1: The charging paper was served on 30 November 2026, 9 days before the \
                         hearing on 9 December 2026; the law wants 10.";

    #[test]
    fn fires() {
        check(&NoticeTooCloseToHearing, FILE, &[FOUND]);
        let later = FILE
            .replace("NTA", "HEARING")
            .replace("2026-11-30", "2026-12-07")
            .replace("served P", "served M");
        let expected = "court/notices:N1: The notice was mailed on 7 December 2026, 2 days before the hearing on 9 \
                        December 2026; the post needs 3.";
        check(&NoticeTooCloseToHearing, &later, &[expected]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("ten days", "2026-11-30", "2026-11-29"),
            ("waived", "notice_served P", "notice_served P\n          notice_time_waived yes"),
            ("handed over", "notice_kind NTA", "notice_kind HEARING"),
            (
                "custody docket",
                "hearing_on 2026-12-09\n        court notices",
                "hearing_on 2026-12-09\n          schedule_type MD\n        court notices",
            ),
            ("after the hearing", "2026-11-30", "2026-12-10"),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&NoticeTooCloseToHearing, &text, &[]);
        }
        let before = "        court notices N0 about 11\n          notice_kind NTA\n          notice_mailed_on 2026-11-01\n          notice_hearing_on 2026-12-09\n          notice_served M\n";
        check(&NoticeTooCloseToHearing, &format!("{FILE}{before}"), &[]);
    }
}
