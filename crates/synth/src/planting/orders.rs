//! OR-01: an order undone is still marked. OR-02: an order sent back is still marked. OR-03 and OR-10: a motion
//! lies undecided, and the order that it stays is marked. OR-04: an order under appeal is marked final. OR-07: a
//! terminated case stays active.

use crate::calendar::{AS_OF, DayForm, plus};
use crate::case::Outcome;
use crate::chance::Chance;
use crate::dossier::{CHECKED_ERRORS_PER_PERSON_MAX, Dossier};
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// Days for which a motion must have lain to count as undecided for long.
const UNDECIDED_DAYS_MIN: i32 = 91;

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(case) = &dossier.life.case else { return };
    match case.outcome {
        Outcome::AbsentiaUndone => marked_order("OR-01", dossier, chance),
        Outcome::Remanded => marked_order("OR-02", dossier, chance),
        Outcome::AppealPending | Outcome::AppealPeriodRuns => marked_order("OR-04", dossier, chance),
        Outcome::AbsentiaMotionDenied => undecided_motion(dossier, chance),
        Outcome::Terminated => active_case(dossier, chance),
        _ => {}
    }
}

/// An order that is not final is marked as final.
fn marked_order(check_id: &'static str, dossier: &mut Dossier, chance: &mut Chance) {
    let first = dossier.life.case.as_ref().and_then(|case| case.proceedings[0].as_ref());
    let Some(ordered_on) = first.map(|decision| decision.on) else { return };
    let Some(status) = dossier.free_row(Table::StatusExtract) else { return };
    if dossier.has_room() && chance.permille(rate(check_id)) {
        dossier.rows[status].set("final_order_on", DayForm::Iso.write(ordered_on));
        dossier.plant(status, check_id, "final_order", "YES");
        dossier.n_checked += 1;
        keep_names(dossier);
    }
}

/// The decision on a motion is missing, so that the motion goes on staying the order that the agency marks.
fn undecided_motion(dossier: &mut Dossier, chance: &mut Chance) {
    let motion = dossier.life.case.as_ref().and_then(|case| case.motion.as_ref());
    let has_lain = motion.is_some_and(|motion| motion.received_on < plus(AS_OF, -UNDECIDED_DAYS_MIN));
    let Some(&at) = dossier.rows_of(Table::Motions).first() else { return };
    let status = dossier.rows_of(Table::StatusExtract).pop();
    let may_plant = status.is_none_or(|status| dossier.rows[status].used == Use::Free)
        && dossier.n_checked + 2 <= CHECKED_ERRORS_PER_PERSON_MAX;
    if !has_lain || !may_plant || !chance.permille(rate("OR-10")) {
        return;
    }
    dossier.rows[at].set("DEC", "");
    dossier.plant(at, "OR-10", "COMP_DATE", "");
    dossier.n_checked += 1;
    if let Some(status) = status {
        // What stood there rightly after the decision is wrong before it.
        dossier.note(status, "OR-03", "final_order", "NO".to_owned(), "YES".to_owned());
        dossier.n_checked += 1;
        keep_names(dossier);
    }
}

/// The agency's file on a terminated case stays active.
fn active_case(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = dossier.free_row(Table::StatusExtract) else { return };
    let may_plant = dossier.life.left_on.is_none() && dossier.has_room();
    if may_plant && chance.permille(rate("OR-07")) {
        dossier.plant(status, "OR-07", "case_status", "ACTIVE");
        dossier.n_checked += 1;
        keep_names(dossier);
    }
}

/// The court's names stay as they are: by them agency and court are seen to speak of one person.
fn keep_names(dossier: &mut Dossier) {
    for at in dossier.rows_of(Table::CourtNames) {
        dossier.keep(at);
    }
}
