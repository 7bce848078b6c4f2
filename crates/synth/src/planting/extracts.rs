//! What becomes of the record itself. PR-07: rows that were changed at once. PR-01: a row that the newest extract no longer has. PR-03: rows that a partial extract
//! does not have. PR-05: a row that is kept too long. PR-06: a protected class in the open file. PR-08: a value that calls itself derived.

use jiff::civil::Date;

use super::Block;
use crate::calendar::{AS_OF, AS_OF_BEFORE, AS_OF_OLDER, DayForm, plus};
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// Protections whose very existence the law keeps secret (8 U.S.C. 1367).
const SECRET: [&str; 3] = ["T", "U", "VAWA"];

pub(super) fn plant_values(dossier: &mut Dossier, chance: &mut Chance) {
    protected_class(dossier, chance);
    derived_value(dossier, chance);
}

fn protected_class(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = dossier.free_row(Table::StatusExtract).filter(|_| dossier.n_checked == 0) else {
        return;
    };
    let row = &dossier.rows[status];
    let is_plain = row.get("protection_kind").is_empty()
        && row.get("final_order") == "NO"
        && row.get("departed_on").is_empty()
        && dossier.life.case.is_none();
    if is_plain && chance.permille(rate("PR-06")) {
        let from = plus(AS_OF, -chance.between(200, 900));
        dossier.rows[status].set("protection_from", DayForm::Iso.write(from));
        dossier.plant(status, "PR-06", "protection_kind", chance.pick(&SECRET));
        dossier.n_checked += 1;
    }
}

fn derived_value(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(at) = dossier.free_row(Table::I94Records).filter(|_| dossier.n_checked == 0) else { return };
    if chance.permille(rate("PR-08")) {
        let class = dossier.rows[at].get("class_of_admission").to_owned();
        dossier.plant(at, "PR-08", "class_derived", class);
        dossier.n_checked += 1;
    }
}

/// Rows that the extract before had. Their share is met in each block, as it says whether anything follows from their absence:
/// of the applications no more than [`rate`] of a thousand are gone, of the register no fewer.
pub(super) fn plant_absence(block: &mut Block, chance: &mut Chance) {
    let share = |block: &Block, table: Table, check_id: &str| {
        let n_rows: usize = block.dossiers.iter().map(|dossier| dossier.rows_of(table).len()).sum();
        n_rows as f64 * f64::from(rate(check_id)) / 1_000.0
    };
    let n_vanished = share(block, Table::Applications, "PR-01").floor() as usize;
    take_out(block, Table::Applications, "PR-01", n_vanished, chance);
    let n_left_out = share(block, Table::AddressRegister, "PR-03").ceil() as usize;
    take_out(block, Table::AddressRegister, "PR-03", n_left_out, chance);
}

/// Takes so many free rows of a table out of the newest extract, of people without an error of the checks.
fn take_out(block: &mut Block, table: Table, check_id: &'static str, n: usize, chance: &mut Chance) {
    let mut order: Vec<usize> = (0..block.dossiers.len()).collect();
    chance.shuffle(&mut order);
    let mut n_left = n;
    for at in order {
        let dossier = &mut block.dossiers[at];
        let row = dossier.free_row(table).filter(|_| dossier.n_checked == 0 && n_left > 0);
        let Some(row) = row.filter(|row| stood_before(dossier, *row)) else { continue };
        dossier.note(row, check_id, "", String::new(), String::new());
        dossier.rows[row].is_gone = true;
        dossier.n_checked += 1;
        n_left -= 1;
    }
}

/// Entries of the register that a much older extract had: they are kept longer than the agreement allows. The row itself stays as it
/// is.
pub(super) fn plant_kept_too_long(block: &mut Block, chance: &mut Chance) {
    for dossier in &mut block.dossiers {
        let was_there = |at: &usize| {
            dossier.rows[*at].used == Use::Free
                && received_on(dossier, *at).is_some_and(|on| on <= AS_OF_OLDER)
        };
        let row = dossier.rows_of(Table::AddressRegister).into_iter().find(was_there);
        let Some(row) = row.filter(|_| dossier.n_checked == 0) else { continue };
        if chance.permille(rate("PR-05")) {
            dossier.note(row, "PR-05", "", String::new(), String::new());
            dossier.rows[row].stood_long_before = true;
            dossier.n_checked += 1;
        }
    }
}

/// A population with fewer people has no change of many records: so many are not changed at once in it.
const PEOPLE_MIN: u64 = 5_000;

/// Files at the agency that one rule opened again in one night: the newest row stays as it is, and the day before said otherwise. The
/// share is met in each block, as it is their number that is found.
pub(super) fn plant_changed_at_once(block: &mut Block) {
    let n_people = if block.n_people < PEOPLE_MIN { 0 } else { block.dossiers.len() };
    let mut n_left = n_people * rate("PR-07") as usize / 1_000;
    for dossier in &mut block.dossiers {
        let row = dossier.free_row(Table::StatusExtract).filter(|_| dossier.has_room() && n_left > 0);
        let Some(row) = row.filter(|row| dossier.rows[*row].get("case_status") == "ACTIVE") else { continue };
        dossier.note(row, "PR-07", "case_status", "CLOSED".to_owned(), "ACTIVE".to_owned());
        dossier.rows[row].status_before = Some("CLOSED");
        dossier.n_checked += 1;
        n_left -= 1;
    }
}

/// Whether a row stood in the extract before: what an office received later cannot.
fn stood_before(dossier: &Dossier, at: usize) -> bool {
    received_on(dossier, at).is_some_and(|on| on <= AS_OF_BEFORE)
}

fn received_on(dossier: &Dossier, at: usize) -> Option<Date> {
    let table = dossier.rows[at].table;
    let nth = dossier.rows_of(table).iter().position(|other| *other == at)?;
    match table {
        Table::Applications => dossier.life.filings.get(nth).map(|filing| filing.filed_on),
        Table::AddressRegister => dossier.life.registrations.get(nth).map(|entry| entry.received_on),
        _ => None,
    }
}

/// Marks the rows of the tables of which there is an extract before that stood in it already.
pub(super) fn mark_earlier(dossier: &mut Dossier) {
    for table in Table::WITH_EXTRACT_BEFORE {
        for at in dossier.rows_of(table) {
            dossier.rows[at].stood_before = stood_before(dossier, at);
        }
    }
}
