//! OR-01: an order undone is still marked. OR-04: an order under appeal is marked final.

use crate::calendar::DayForm;
use crate::case::Outcome;
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::rates::rate;
use crate::table::Table;

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(case) = &dossier.life.case else { return };
    let check_id = match case.outcome {
        Outcome::AbsentiaUndone => "OR-01",
        Outcome::AppealPending | Outcome::AppealPeriodRuns => "OR-04",
        _ => return,
    };
    let Some(ordered_on) = case.proceedings[0].as_ref().map(|decision| decision.on) else { return };
    let Some(status) = dossier.free_row(Table::StatusExtract) else { return };
    if dossier.has_room() && chance.permille(rate(check_id)) {
        dossier.rows[status].set("final_order_on", DayForm::Iso.write(ordered_on));
        dossier.plant(status, check_id, "final_order", "YES");
        dossier.n_checked += 1;
        for at in dossier.rows_of(Table::CourtNames) {
            dossier.keep(at);
        }
    }
}
