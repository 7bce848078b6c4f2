//! What a judge ordered, and what can be done against it.

use jiff::civil::Date;
use redress_casefile::CaseRecord;
use redress_statement::{Attribute, code};

use super::{Reading, Remedy, Stage, Step, Term, remedy::at_any_time};
use crate::{
    agency::says_anything,
    docket::{appeals_the_order, has_order_to_leave_after, orders_to_leave},
    or_01_undone_order_still_active::undone_on,
    or_02_vacated_order_still_active::taken_away_on,
    wording::spoken_day,
};

/// The judge allowed the person to leave on their own.
const VOLUNTARY_DEPARTURE: &str = "V";

/// Who may have kept the right to appeal so that the person has it: the person, both sides.
const RESERVED_BY_PERSON: [&str; 2] = ["A", "B"];

impl Reading<'_> {
    pub(super) fn orders(&self, row: &CaseRecord) -> Option<Step> {
        let on = row.record.day(Attribute::OrderOn)?;
        let lead = self.lead(row);
        let permission = self.permission(row, lead, on);
        if permission == Permission::ToldElsewhere {
            return None;
        }
        let in_absence = row.record.mark(Attribute::InAbsentia) == Some(true);
        let by_motion = undone_on(lead, on, self.case).filter(|_| in_absence);
        let undone = by_motion.map(|undone| ("the court", undone));
        let undone = undone.or_else(|| taken_away_on(lead, on, self.case));
        let read = [
            Attribute::OrderOn,
            Attribute::OrderCode,
            Attribute::OtherCompletion,
            Attribute::InAbsentia,
            Attribute::AppealReserved,
            Attribute::AppealDueOn,
        ];
        let is_in_force =
            orders_to_leave(row) && undone.is_none() && !has_order_to_leave_after(lead, on, self.case);
        let mut what = in_words(row, on, in_absence, undone);
        let leave_by = match permission {
            Permission::Until(grant, last) => Some((grant, last)),
            _ => None,
        };
        if let Some((_, last)) = leave_by.filter(|_| undone.is_none()) {
            what.push_str(&leave_by_in_words(last, last < self.today));
        }
        let mut step =
            Step::new(Stage::Order, Some(on), what, row, &read).decided_by("the immigration judge");
        step.rests_on
            .extend(leave_by.and_then(|(grant, _)| grant.reference(Attribute::VoluntaryDepartureUntil)));
        let leaving = leave_by.into_iter().flat_map(|(_, last)| before_the_last_day(last));
        Some(if is_in_force {
            step.with(leaving.chain(self.against(row, lead, on, in_absence)))
        } else {
            step
        })
    }

    /// Until when a decision lets the person leave on their own. A court that keeps its permissions in rows of their own tells of one
    /// decision twice: then it is told where the decision stands.
    fn permission<'r>(&'r self, row: &'r CaseRecord, lead: &CaseRecord, on: Date) -> Permission<'r> {
        if row.record.value(Attribute::OrderCode) != Some(VOLUNTARY_DEPARTURE) {
            return Permission::None;
        }
        let of_decision = || {
            self.case.attached(lead.id).filter(|other| {
                other.record.day(Attribute::OrderOn) == Some(on)
                    && other.record.value(Attribute::OrderCode) == Some(VOLUNTARY_DEPARTURE)
            })
        };
        let states_day = |row: &CaseRecord| says_anything(row, Attribute::VoluntaryDepartureUntil);
        if states_day(row) && of_decision().any(|other| !states_day(other)) {
            return Permission::ToldElsewhere;
        }
        let dated = std::iter::once(row)
            .chain(of_decision())
            .filter_map(|row| Some((row, row.record.day(Attribute::VoluntaryDepartureUntil)?)));
        dated
            .max_by_key(|(row, _)| row.id)
            .map_or(Permission::None, |(row, last)| Permission::Until(row, last))
    }

    fn against(&self, row: &CaseRecord, lead: &CaseRecord, on: Date, in_absence: bool) -> Vec<Remedy> {
        let mut remedies = Vec::new();
        if in_absence {
            remedies.extend(self.within(
                "Ask the judge to take the order back because something exceptional prevented coming",
                "path_absence_days",
                on,
            ));
            remedies.push(at_any_time(
                "Ask the judge to take the order back because no notice arrived, or because of custody. \
                 While the judge has not answered, the order may not be carried out",
                "8 U.S.C. 1229a(b)(5)(C)",
            ));
        } else if may_appeal(row) && !self.was_appealed(lead, on) {
            remedies.extend(self.appeal(row, on));
        }
        remedies.extend(self.within(
            "Ask the judge to think again, because the law or the facts were misread",
            "path_reconsider_days",
            on,
        ));
        remedies.extend(self.within(
            "Ask the judge to reopen the case, with facts that could not be shown before",
            "path_reopen_days",
            on,
        ));
        remedies
    }

    /// Whether an appeal against an order of that day, or a later one, was filed.
    fn was_appealed(&self, lead: &CaseRecord, ordered_on: Date) -> bool {
        self.case.attached(lead.id).filter(|row| appeals_the_order(row)).any(|row| {
            row.record.day(Attribute::AppealFiledOn).is_some_and(|filed_on| filed_on >= ordered_on)
        })
    }

    /// The last day that the court states, or the period of the day of the order.
    fn appeal(&self, row: &CaseRecord, on: Date) -> Option<Remedy> {
        let counted = self.within(
            "Appeal to the Board of Immigration Appeals. The appeal must be there on the last day",
            "or_04_appeal_days",
            on,
        )?;
        Some(match row.record.day(Attribute::AppealDueOn) {
            Some(stated) => Remedy { term: Term::Until(stated), ..counted },
            None => counted,
        })
    }
}

/// Whether a decision lets the person leave on their own.
#[derive(PartialEq)]
enum Permission<'a> {
    /// It does not, or the last day is not known.
    None,
    /// Until a day, which this row states.
    Until(&'a CaseRecord, Date),
    /// Another row has the same decision.
    ToldElsewhere,
}

fn leave_by_in_words(last: Date, is_over: bool) -> String {
    let verb = if is_over { "was" } else { "is" };
    format!(
        " The last day to leave {verb} {}. A motion to reopen or to reconsider that is filed before it ends this permission (8 CFR \
         1240.26(e)(1)). Staying longer can cost a fine and, for ten years, several ways to stay (8 U.S.C. 1229c(d)).",
        spoken_day(last)
    )
}

fn before_the_last_day(last: Date) -> [Remedy; 2] {
    let until = |what: &str, citation: &str| Remedy {
        what: what.to_owned(),
        term: Term::Until(last),
        citation: citation.to_owned(),
    };
    [
        until(
            "Leave by that day and keep the proof, such as a stamp, the ticket or form I-392: then nobody was removed",
            "8 U.S.C. 1229c(b); 8 CFR 1240.26",
        ),
        until("Ask the agency, which alone can give it, for more time before that day", "8 CFR 1240.26(f)"),
    ]
}

/// Whether the person kept the right to appeal, or nobody wrote who did.
fn may_appeal(row: &CaseRecord) -> bool {
    !says_anything(row, Attribute::AppealReserved)
        || row.record.value(Attribute::AppealReserved).is_some_and(|by| RESERVED_BY_PERSON.contains(&by))
}

fn in_words(row: &CaseRecord, on: Date, in_absence: bool, undone: Option<(&'static str, Date)>) -> String {
    let day = spoken_day(on);
    let decision = row.record.value(Attribute::OrderCode);
    let meaning = decision.and_then(|code| code::meaning(&row.record, Attribute::OrderCode, code));
    let mut what = match (meaning, decision) {
        (Some(meaning), _) => format!("The court decided on {day}: {meaning}."),
        (None, Some(VOLUNTARY_DEPARTURE)) if says_anything(row, Attribute::VoluntaryDepartureUntil) => {
            format!("The court decided on {day}: leave to depart on one's own.")
        }
        (None, Some(code)) => format!("The court decided on {day}. Its code for the decision is {code}."),
        (None, None) => format!("The court completed the case on {day}."),
    };
    if in_absence {
        what.push_str(" It was made in the person’s absence.");
    }
    if let Some((who, undone)) = undone {
        what.push_str(&format!(
            " Later, on {}, {who} took this away or sent it back: the order no longer stands.",
            spoken_day(undone)
        ));
    }
    what
}
