//! DP-01: left, and the file stays open. DP-02: stayed, and a departure is on record. DP-03: came twice, and the
//! departure between is missing. DP-07: left before the arrival, on paper.

use crate::calendar::{AS_OF, DayForm, plus};
use crate::case::Outcome;
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::life::{Role, Visit};
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    departure_by_booking(dossier);
    open_file(dossier, chance);
    missing_departure(dossier, chance);
    departure_before_arrival(dossier, chance);
}

/// Everybody whose departure rests on a booking stayed: each such departure is wrong.
fn departure_by_booking(dossier: &mut Dossier) {
    for at in dossier.rows_of(Table::I94Records) {
        let row = &dossier.rows[at];
        if row.get("departure_basis") == "booked" {
            let planted = row.get("departed_on").to_owned();
            dossier.note(at, "DP-02", "departed_on", String::new(), planted);
            dossier.n_checked += 1;
        }
    }
}

/// A visitor's departure with a day before the arrival.
fn departure_before_arrival(dossier: &mut Dossier, chance: &mut Chance) {
    if !matches!(dossier.life.role, Role::Visitor | Role::Student) || !dossier.has_room() {
        return;
    }
    let rows = dossier.rows_of(Table::I94Records);
    let of_visit = |(at, visit): (&usize, &Visit)| {
        let is_seen = visit.departure.as_ref().is_some_and(|departure| departure.basis != "booked");
        (is_seen && dossier.rows[*at].used == Use::Free).then_some((*at, visit.arrived_on))
    };
    let Some((at, arrived_on)) = rows.iter().zip(&dossier.life.visits).find_map(of_visit) else { return };
    if chance.permille(rate("DP-07")) {
        let on = plus(arrived_on, -chance.between(3, 40));
        dossier.plant(at, "DP-07", "departed_on", DayForm::Iso.write(on));
        dossier.n_checked += 1;
    }
}

fn open_file(dossier: &mut Dossier, chance: &mut Chance) {
    let noted = dossier.life.supervision.as_ref().is_some_and(|file| file.departed_on.is_some());
    let left = dossier.life.left_on.is_some();
    let Some(status) = dossier.free_row(Table::StatusExtract) else { return };
    let Some(border) = dossier.rows_of(Table::I94Records).pop() else { return };
    let bridge = dossier.anchored_to(border).into_iter().find(|at| {
        let row = &dossier.rows[*at];
        row.table == Table::Applications && !row.get("a_number").is_empty()
    });
    // A terminated case would be wrong for two reasons at once (OR-07).
    let is_over = dossier.life.case.as_ref().is_some_and(|case| case.outcome == Outcome::Terminated);
    let may_plant = noted && left && !is_over && dossier.has_room();
    let Some(bridge) = bridge.filter(|_| may_plant) else { return };
    if !chance.permille(rate("DP-01")) {
        return;
    }
    let check_in = plus(AS_OF, chance.between(10, 200));
    dossier.rows[status].set("next_check_in_on", DayForm::Iso.write(check_in));
    dossier.plant(status, "DP-01", "case_status", "ACTIVE");
    dossier.n_checked += 1;
    dossier.keep(border);
    dossier.keep(bridge);
}

fn missing_departure(dossier: &mut Dossier, chance: &mut Chance) {
    let rows = dossier.rows_of(Table::I94Records);
    let [first, second] = rows[..] else { return };
    let is_seen = matches!(dossier.rows[first].get("departure_basis"), "flown_manifest" | "exit_record");
    let same_passport = dossier.anchored_to(first).contains(&second);
    let settled_and_returned = dossier.life.role != Role::Visitor
        && dossier.life.supervision.as_ref().is_some_and(|file| file.departed_on.is_some());
    let is_free = dossier.rows[first].used == Use::Free && dossier.has_room();
    if is_free && is_seen && same_passport && !settled_and_returned && chance.permille(rate("DP-03")) {
        dossier.rows[first].set("departure_basis", "");
        dossier.rows[first].set("departure_mode", "");
        dossier.plant(first, "DP-03", "departed_on", "");
        dossier.n_checked += 1;
        dossier.keep(second);
    }
}
