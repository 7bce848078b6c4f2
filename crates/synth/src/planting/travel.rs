//! DP-06: two admissions at once. DP-04: a journey with permission read as abandonment. DP-05: an overstay counted without a last day. ID-10: the code of a
//! state that is no more.

use jiff::civil::Date;

use crate::calendar::{AS_OF, DayForm, plus};
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::names::Structure;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// Neighbors on which the checks must stay silent, per thousand of those who could be one.
const NEIGHBORS: u32 = 150;

/// Duration of status: an admission without a last day.
const NO_LAST_DAY: &str = "D/S";

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    left_with_permission(dossier, chance);
    no_overstay(dossier, chance);
    former_state(dossier, chance);
}

/// The first departure that the border saw, on a record that is as it should be.
fn seen_departure(dossier: &Dossier) -> Option<Date> {
    let rows = dossier.rows_of(Table::I94Records);
    rows.iter().zip(&dossier.life.visits).find_map(|(at, visit)| {
        let departure = visit.departure.as_ref().filter(|departure| departure.basis != "booked")?;
        (dossier.rows[*at].used != Use::Planted).then_some(departure.on)
    })
}

fn left_with_permission(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(left_on) = seen_departure(dossier).filter(|_| dossier.n_checked == 0) else { return };
    let rows = dossier.rows_of(Table::Applications);
    let found = rows
        .iter()
        .zip(&dossier.life.filings)
        .find(|(at, filing)| dossier.rows[**at].used == Use::Free && filing.filed_on < left_on);
    let Some((&at, _)) = found else { return };
    let days = chance.between(10, 200);
    let is_planted = chance.permille(rate("DP-04"));
    if !is_planted && !chance.permille(NEIGHBORS) {
        return;
    }
    // The neighbor's permission had ended before the journey.
    let until = plus(left_on, if is_planted { days } else { -days });
    dossier.rows[at].set("permit_kind", "I-512");
    dossier.rows[at].set("permit_until", DayForm::MonthFirst.write(until));
    if is_planted {
        dossier.plant(at, "DP-04", "status", "Abandoned");
        dossier.n_checked += 1;
    } else {
        dossier.rows[at].set("status", "Abandoned");
    }
}

fn no_overstay(dossier: &mut Dossier, chance: &mut Chance) {
    let rows = dossier.rows_of(Table::I94Records);
    let has = |at: &usize, column: &str, text: &str| dossier.rows[*at].get(column) == text;
    let unlimited = rows
        .iter()
        .copied()
        .find(|at| dossier.rows[*at].used == Use::Free && has(at, "admitted_until", NO_LAST_DAY));
    let stayed = rows.iter().zip(&dossier.life.visits).find(|(at, visit)| {
        let is_past = visit.admitted_until.is_some_and(|until| until < AS_OF);
        is_past && has(at, "departed_on", "") && dossier.rows[**at].used == Use::Free
    });
    let stayed = stayed.map(|(at, _)| *at).filter(|_| dossier.life.filings.is_empty());
    match (unlimited, stayed) {
        (Some(at), _) if dossier.n_checked == 0 && chance.permille(rate("DP-05")) => {
            dossier.plant(at, "DP-05", "overstay", "YES");
            dossier.n_checked += 1;
        }
        // The neighbor stayed on, and nothing extended the admission.
        (_, Some(at)) if chance.permille(NEIGHBORS) => dossier.rows[at].set("overstay", "YES"),
        _ => {}
    }
}

/// The second admission on a passport begins while the first one has not ended (DP-06).
pub(super) fn plant_overlap(dossier: &mut Dossier, chance: &mut Chance) {
    let rows = dossier.rows_of(Table::I94Records);
    let ([first, second], [before, after]) = (&rows[..], &dossier.life.visits[..]) else { return };
    let (first, second) = (*first, *second);
    let is_seen = |visit: &crate::life::Visit| {
        visit.departure.as_ref().filter(|departure| departure.basis != "booked").map(|departure| departure.on)
    };
    let Some(left_on) = is_seen(before) else { return };
    let same_passport = dossier.anchored_to(first).contains(&second);
    let both_free = [first, second].iter().all(|at| dossier.rows[*at].used == Use::Free);
    let room = crate::calendar::days_between(before.arrived_on, left_on) - 2;
    let is_fit = same_passport && both_free && room > 0 && is_seen(after).is_some() && dossier.n_checked == 0;
    if is_fit && chance.permille(rate("DP-06")) {
        let on = plus(left_on, -chance.between(1, room));
        dossier.plant(second, "DP-06", "arrived_on", DayForm::Iso.write(on));
        dossier.n_checked += 1;
        dossier.keep(first);
    }
}

/// Sources whose country is written by hand from a paper.
fn former_state(dossier: &mut Dossier, chance: &mut Chance) {
    if dossier.person.structure != Structure::Slavic || dossier.n_checked > 0 {
        return;
    }
    let tables = [Table::StatusExtract, Table::I94Records];
    let Some(at) = tables.into_iter().find_map(|table| dossier.free_row(table)) else { return };
    if chance.permille(rate("ID-10")) {
        dossier.plant(at, "ID-10", "citizenship_country", "SUN");
        dossier.n_checked += 1;
    }
}
