//! NT-14: hearing moved earlier or elsewhere after the notice.
//!
//! A court advances a hearing, or sends the case to another court. The person holds a notice of the old day and
//! the old place.
//!
//! The rule reads the docket: a hearing that was advanced (reasons 55, 5A, 9B) with the earlier one that took
//! its place, or a transfer with the next hearing at the new court. It reports the new hearing when no notice
//! sent after the change and at least ten days before is on file.
//!
//! It stays silent when the docket names a notice that was printed for the new hearing: to which hearing such a
//! code belongs is not known, so nothing is concluded from it. It stays silent, too, while ten days are left.

use jiff::{ToSpan, civil::Date, civil::date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::{cases, notices},
    sequence::{in_order, once_each},
    wording::spoken_day,
};

/// The hearing was advanced (`tblAdjournmentCodes`).
const ADVANCED: [&str; 3] = ["55", "5A", "9B"];

/// The check.
pub(crate) struct HearingMovedAfterTheNotice;

static SPEC: Spec = Spec {
    id: "NT-14",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Hearing moved earlier or elsewhere after the notice",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::HearingOn,
        Attribute::ScheduledOn,
        Attribute::AdjournmentReason,
        Attribute::HearingNoticeCode,
        Attribute::TransferredOn,
        Attribute::CourtCity,
        Attribute::NoticeKind,
        Attribute::NoticeServed,
        Attribute::NoticeMailedOn,
        Attribute::NoticeHearingOn,
    ],
    parameters: &["nt_14_notice_days"],
    rule: "A hearing was advanced, or the case went to another court, and no notice sent after the change and at \
           least {nt_14_notice_days} days before the new hearing is on file.",
    not_when: &[
        "a notice of the new hearing was sent after the change and ten days before",
        "the docket names a notice printed for the new hearing: shown, not concluded from",
        "ten days are still left before the new hearing",
        "the hearing was put off to a later day",
    ],
    harm_in_words: "The person comes on the old day or to the old place, and is ordered removed in absence.",
    evidence_shown: "The days in their order: notice, change, new hearing, and what the docket says was printed.",
    route: Route {
        actor: "the court; after an order the person or counsel",
        instrument: "send a notice again; after an order a motion to reopen for lack of notice",
        deadline: "before the new hearing; after an order any time (8 U.S.C. 1229a(b)(5)(C)(ii))",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 U.S.C. 1229(a)(2): a change of time or place needs a written notice",
};

impl Check for HearingMovedAfterTheNotice {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let Ok(n_days) = parameters.days("nt_14_notice_days", world.today) else { return Vec::new() };
        let mut found = Vec::new();
        for lead in cases(case) {
            let docket = docket(case, lead);
            let changes = advanced(&docket).into_iter().chain(transferred(case, lead, &docket));
            let unnoticed = changes.filter(|change| {
                let is_due = change.hearing_on.saturating_add((-n_days).days()) < world.today;
                is_due && !is_noticed(case, lead, change, n_days)
            });
            found.extend(unnoticed.map(|change| report(&change, world.today)));
        }
        once_each(found)
    }
}

/// A hearing that took the place of another, or the first one at another court.
struct Change<'a> {
    /// What was before.
    from: &'a CaseRecord,
    stated_by: Attribute,
    /// The day of the change.
    on: Date,
    /// The new hearing.
    to: &'a CaseRecord,
    hearing_on: Date,
    what: String,
}

/// The hearings of a case with their days.
fn docket<'a>(case: &'a CaseFile, lead: &CaseRecord) -> Vec<(&'a CaseRecord, Date)> {
    in_order(case.attached(lead.id))
        .filter_map(|row| Some((row, row.record.day(Attribute::HearingOn)?)))
        .collect()
}

fn advanced<'a>(docket: &[(&'a CaseRecord, Date)]) -> Vec<Change<'a>> {
    let is_advanced = |row: &CaseRecord| {
        row.record.value(Attribute::AdjournmentReason).is_some_and(|reason| ADVANCED.contains(&reason))
    };
    let mut changes = Vec::new();
    for (old, old_on) in docket.iter().filter(|(row, _)| is_advanced(row)) {
        let set_on = |row: &CaseRecord| row.record.day(Attribute::ScheduledOn);
        let Some(old_set_on) = set_on(old) else { continue };
        let earlier = docket.iter().filter(|(row, on)| row.id != old.id && on < old_on);
        let new = earlier
            .filter_map(|(row, on)| Some((*row, *on, set_on(row).filter(|set| *set >= old_set_on)?)))
            .max_by_key(|(row, _, set_on)| (*set_on, row.id));
        let Some((new, hearing_on, changed_on)) = new else { continue };
        let what =
            format!("The hearing of {} was advanced to {}", spoken_day(*old_on), spoken_day(hearing_on));
        changes.push(Change {
            from: old,
            stated_by: Attribute::AdjournmentReason,
            on: changed_on,
            to: new,
            hearing_on,
            what,
        });
    }
    changes
}

fn transferred<'a>(
    case: &'a CaseFile,
    lead: &CaseRecord,
    docket: &[(&'a CaseRecord, Date)],
) -> Vec<Change<'a>> {
    let moved = in_order(case.attached(lead.id))
        .filter_map(|row| Some((row, row.record.day(Attribute::TransferredOn)?)));
    moved
        .filter_map(|(from, on)| {
            let next = docket.iter().filter(|(row, hearing_on)| *hearing_on >= on && row.id != from.id);
            let (to, hearing_on) = *next.min_by_key(|(row, hearing_on)| (*hearing_on, row.id))?;
            let what = format!(
                "The case went to another court on {}, and a hearing is set there for {}",
                spoken_day(on),
                spoken_day(hearing_on)
            );
            Some(Change { from, stated_by: Attribute::TransferredOn, on, to, hearing_on, what })
        })
        .collect()
}

fn is_noticed(case: &CaseFile, lead: &CaseRecord, change: &Change<'_>, n_days: i32) -> bool {
    let was_printed = change.to.record.value(Attribute::HearingNoticeCode).is_some();
    let was_sent = notices(case, lead).iter().any(|notice| {
        notice.hearing_on == Some(change.hearing_on)
            && notice.sent_on >= change.on
            && notice.is_before(change.hearing_on, n_days)
    });
    was_printed || was_sent
}

fn report(change: &Change<'_>, today: Date) -> Discrepancy {
    let sentence = format!("{}; no notice after the change and in time is on file.", change.what);
    let inputs = [
        (change.to, Attribute::HearingOn),
        (change.to, Attribute::ScheduledOn),
        (change.to, Attribute::CourtCity),
        (change.from, change.stated_by),
        (change.from, Attribute::HearingOn),
    ];
    let next = Some(change.hearing_on).filter(|day| *day >= today);
    Discrepancy::new(&SPEC, change.to, &inputs, sentence, next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const ADVANCED: &str = "
        court names 11
          family_name Ruiz
        court schedule 1 about 11
          hearing_on 2026-10-20
          scheduled_on 2026-01-05
          adjournment_reason 55
        court schedule 2 about 11
          hearing_on 2026-06-10
          scheduled_on 2026-05-04
        court notices N1 about 11
          notice_mailed_on 2026-01-06
          notice_hearing_on 2026-10-20\n";

    const FOUND: &str = "court/schedule:2: The hearing of 20 October 2026 was advanced to 10 June 2026; no notice after \
                         the change and in time is on file.";

    const MOVED: &str = "
        court names 11
          family_name Ruiz
        court proceedings 1 about 11
          transferred_on 2026-05-04
        court schedule 2 about 11
          hearing_on 2026-06-10\n";

    fn notice(mailed_on: &str, hearing_on: &str) -> String {
        format!(
            "        court notices N2 about 11\n          notice_mailed_on {mailed_on}\n          notice_hearing_on {hearing_on}\n"
        )
    }

    #[test]
    fn fires() {
        check(&HearingMovedAfterTheNotice, ADVANCED, &[FOUND]);
        for late in [
            notice("2026-06-01", "2026-06-10"),
            notice("2026-05-03", "2026-06-10"),
            notice("2026-05-10", "2026-06-11"),
        ] {
            check(&HearingMovedAfterTheNotice, &format!("{ADVANCED}{late}"), &[FOUND]);
        }
        let moved = "court/schedule:2: The case went to another court on 4 May 2026, and a hearing is set there for 10 \
                     June 2026; no notice after the change and in time is on file.";
        check(&HearingMovedAfterTheNotice, MOVED, &[moved]);
    }

    #[test]
    fn stays_silent() {
        check(&HearingMovedAfterTheNotice, &format!("{ADVANCED}{}", notice("2026-05-31", "2026-06-10")), &[]);
        for (from, to) in [
            ("adjournment_reason 55", "adjournment_reason 01"),
            ("hearing_on 2026-06-10", "hearing_on 2026-10-21"),
            ("scheduled_on 2026-05-04", "scheduled_on 2026-05-04\n          hearing_notice_code NH"),
            ("scheduled_on 2026-05-04", "scheduled_on 2026-01-04"),
        ] {
            check(&HearingMovedAfterTheNotice, &ADVANCED.replace(from, to), &[]);
        }
        let far = ADVANCED
            .replace("2026-10-20", "2026-12-20")
            .replace("hearing_on 2026-06-10", "hearing_on 2026-11-13");
        check(&HearingMovedAfterTheNotice, &far, &[]);
        check(
            &HearingMovedAfterTheNotice,
            &MOVED.replace("hearing_on 2026-06-10", "hearing_on 2026-05-03"),
            &[],
        );
        check(&HearingMovedAfterTheNotice, &format!("{MOVED}{}", notice("2026-05-05", "2026-06-10")), &[]);
    }
}
