//! DP-01: left, and the file stays open. DP-03: came twice, and the departure between is missing.

use crate::calendar::{AS_OF, DayForm, plus};
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::life::Role;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    open_file(dossier, chance);
    missing_departure(dossier, chance);
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
    let Some(bridge) = bridge.filter(|_| noted && left && dossier.has_room()) else { return };
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
