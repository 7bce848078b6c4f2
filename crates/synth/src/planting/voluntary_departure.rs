//! OR-09: somebody left in the time that a judge allowed, and the agency's file speaks of a removal or a flight.

use crate::case::Outcome;
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// Neighbors on which the check must stay silent, per thousand of those who could be one.
const NEIGHBORS: u32 = 500;

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    let left_in_time =
        dossier.life.case.as_ref().is_some_and(|case| case.outcome == Outcome::VoluntaryDeparture);
    let Some(status) = dossier.free_row(Table::StatusExtract) else { return };
    let is_as_it_should_be = |table| {
        let rows = dossier.rows_of(table);
        !rows.is_empty() && rows.iter().all(|at| dossier.rows[*at].used != Use::Planted)
    };
    let is_recognized = is_as_it_should_be(Table::CourtNames) && is_as_it_should_be(Table::I94Records);
    if !left_in_time || !is_recognized || !dossier.has_room() {
        return;
    }
    if chance.permille(rate("OR-09")) {
        if chance.permille(500) {
            dossier.plant(status, "OR-09", "case_status", "8-Excluded/Deported/Removed - Inadmissibility");
        } else {
            dossier.plant(status, "OR-09", "case_category", "[5B] Removable - Fugitive");
        }
        dossier.n_checked += 1;
        for table in [Table::CourtNames, Table::I94Records] {
            dossier.rows_of(table).into_iter().for_each(|at| dossier.keep(at));
        }
    } else if chance.permille(NEIGHBORS) {
        dossier.rows[status].set("case_status", "3-Voluntary Departure Confirmed");
    }
}
