//! NT-07: charging paper without time or place.
//!
//! For years charging papers said "to be determined" where the law wants the time and place of the hearing (8
//! U.S.C. 1229(a)(1)(G)(i)). One document with both is needed to stop the clock (*Pereira*, *Niz-Chavez*), an
//! objection must come in time (*Matter of Fernandes*), and an order in absence stands if the later notice for
//! that very hearing was complete and received (*Campos-Chaves*).
//!
//! The rule reads a charging paper whose day, time or court is stated as not set. It says what may depend on
//! it, hearing by hearing, and never that an order is void.
//!
//! It stays silent where a column is merely blank: the file cannot tell a paper without a time from a time that
//! was not recorded. Where the hearing of an order had its own complete notice, only the clock and the objection
//! are named.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::fold};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::{CHARGING_PAPER, Notice, cases, notices, orders_in_absence},
    schedule::next_day,
    sequence::in_order,
    wording::spoken_day,
};

/// What a paper says where a day, a time or a place is not set, folded.
const NOT_SET: [&str; 9] = [
    "tbd",
    "tba",
    "to be determined",
    "to be set",
    "to be announced",
    "a date to be set",
    "a time to be set",
    "none",
    "not stated",
];

/// The columns of a paper that say when and where.
const WHEN_AND_WHERE: [(Attribute, &str); 3] = [
    (Attribute::NoticeHearingOn, "day"),
    (Attribute::NoticeHearingTime, "time"),
    (Attribute::NoticeCourt, "court"),
];

/// The check.
pub(crate) struct ChargingPaperWithoutTimeOrPlace;

static SPEC: Spec = Spec {
    id: "NT-07",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Charging paper without time or place",
    family: Family::Notice,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NoticeKind,
        Attribute::NoticeMailedOn,
        Attribute::NoticeHearingOn,
        Attribute::NoticeHearingTime,
        Attribute::NoticeCourt,
        Attribute::NoticeServed,
        Attribute::NoticeReturnedOn,
        Attribute::InAbsentia,
        Attribute::OrderOn,
        Attribute::HearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "A charging paper says that the day, the time or the court of the hearing is not set.",
    not_when: &[
        "a column is blank: the file cannot tell a paper without a time from a time not recorded",
        "the paper is another notice than the charging paper",
        "the hearing of an order in absence had its own complete notice that did not come back: then only the \
         clock and the objection are named",
    ],
    harm_in_words: "A work or residence clock is stopped by a paper that cannot stop it, and the time to object \
                    passes unseen.",
    evidence_shown: "The paper, the later notices, and for each missed hearing which notice it had.",
    route: Route {
        actor: "counsel",
        instrument: "a list of what depends on it, to discuss with counsel: the clock, the objection, and \
                     notice of each missed hearing",
        deadline: "an objection before the pleadings close (Matter of Fernandes)",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "8 U.S.C. 1229(a)(1)(G)(i); Pereira, 585 U.S. 198; Niz-Chavez, 593 U.S. 155; Campos-Chaves, 602 \
               U.S. 447; Matter of Fernandes, 28 I&N Dec. 605",
};

impl Check for ChargingPaperWithoutTimeOrPlace {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let is_paper = |row: &&CaseRecord| row.record.value(Attribute::NoticeKind) == Some(CHARGING_PAPER);
        cases(case)
            .flat_map(|lead| {
                in_order(case.attached(lead.id)).filter(is_paper).filter_map(|paper| {
                    let unset = unset(paper);
                    (!unset.is_empty()).then(|| report(paper, &unset, case, lead, world))
                })
            })
            .collect()
    }
}

/// What a paper says is not set.
fn unset(paper: &CaseRecord) -> Vec<(Attribute, &'static str)> {
    let says_not_set = |(attribute, _): &(Attribute, &str)| {
        paper
            .record
            .statement(*attribute)
            .is_some_and(|stated| NOT_SET.contains(&fold(&stated.original).as_str()))
    };
    WHEN_AND_WHERE.into_iter().filter(says_not_set).collect()
}

fn report(
    paper: &CaseRecord,
    unset: &[(Attribute, &'static str)],
    case: &CaseFile,
    lead: &CaseRecord,
    world: &World<'_>,
) -> Discrepancy {
    let notices = notices(case, lead);
    let orders = orders_in_absence(case, lead);
    let without = orders.iter().find(|(_, on)| {
        !notices.iter().any(|notice| notice.record.id != paper.id && is_complete_for(notice, *on))
    });
    let what: Vec<&str> = unset.iter().map(|(_, what)| *what).collect();
    let depends = match without {
        Some((_, on)) => format!(
            "no complete notice of the hearing on {} is on file, at which the person was ordered removed in \
             absence",
            spoken_day(*on)
        ),
        None => "what may depend on it is the stop of the clock and a timely objection".to_owned(),
    };
    let sentence =
        format!("This charging paper leaves the {} of the hearing open; {depends}.", what.join(" and the "));
    let mut inputs: Vec<_> = unset.iter().map(|(attribute, _)| (paper, *attribute)).collect();
    inputs.push((paper, Attribute::NoticeKind));
    inputs.extend(notices.iter().map(|notice| (notice.record, Attribute::NoticeHearingOn)));
    inputs.extend(without.map(|(order, _)| (*order, Attribute::OrderOn)));
    Discrepancy::new(&SPEC, paper, &inputs, sentence, next_day(case, world.today))
}

/// Whether a notice names a hearing whole and did not come back.
fn is_complete_for(notice: &Notice<'_>, hearing_on: jiff::civil::Date) -> bool {
    notice.hearing_on == Some(hearing_on)
        && unset(notice.record).is_empty()
        && notice.record.record.day(Attribute::NoticeReturnedOn).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    const FILE: &str = "
        court names 11
          family_name Ruiz
        court notices N1 about 11
          notice_kind NTA
          notice_mailed_on 2024-01-03
          notice_hearing_on TBD =>
          notice_hearing_time TO BE SET
          notice_court LOS\n";

    const FOUND: &str = "court/notices:N1: This charging paper leaves the day and the time of the hearing open; \
                         what may depend on it is the stop of the clock and a timely objection.";

    const ORDER: &str =
        "        court proceedings 1 about 11\n          order_on 2025-02-03\n          in_absentia yes\n";

    #[test]
    fn fires() {
        check(&ChargingPaperWithoutTimeOrPlace, FILE, &[FOUND]);
        let place = FILE
            .replace("TBD =>", "2024-05-06")
            .replace("TO BE SET", "0900")
            .replace("LOS", "To be determined");
        check(&ChargingPaperWithoutTimeOrPlace, &place, &[&FOUND.replace("day and the time", "court")]);
        let said = FOUND.replace(
            "what may depend on it is the stop of the clock and a timely objection",
            "no complete notice of the hearing on 3 February 2025 is on file, at which the person was ordered \
             removed in absence",
        );
        check(&ChargingPaperWithoutTimeOrPlace, &format!("{FILE}{ORDER}"), &[&said]);
    }

    #[test]
    fn a_good_notice_of_the_missed_hearing_leaves_the_clock_and_the_objection() {
        let notice = "        court notices N2 about 11\n          notice_kind HEARING\n          notice_mailed_on 2024-12-03\n          notice_hearing_on 2025-02-03\n";
        check(&ChargingPaperWithoutTimeOrPlace, &format!("{FILE}{ORDER}{notice}"), &[FOUND]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            ("another notice", "notice_kind NTA", "notice_kind HEARING"),
            ("blank", "notice_hearing_on TBD =>\n          notice_hearing_time TO BE SET", ""),
            (
                "set",
                "TBD =>\n          notice_hearing_time TO BE SET",
                "2024-05-06\n          notice_hearing_time 0900",
            ),
            ("possible", "names 11", "names 10\n          family_name Ruiz\n        court names 11 possible"),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&ChargingPaperWithoutTimeOrPlace, &text, &[]);
        }
    }
}
