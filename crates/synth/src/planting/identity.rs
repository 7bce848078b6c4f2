//! ID-12: matched by name alone. ID-06: default birth date. ID-07: day and month exchanged, or one digit wrong.

use jiff::civil::{Date, date};

use super::Block;
use super::mistyping::one_digit_off;
use crate::calendar::{AS_OF, digits_apart, exchanged, in_year};
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::household::Household;
use crate::key;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// How much more often a namesake's case is matched than the rate says.
const NAMESAKE_FACTOR: u32 = 20;

/// Tries to draw a wrong date that could be a birth date.
const WRONG_DATE_TRIES_MAX: u32 = 12;

/// Files of the supervising agency without A-number and birth date, matched to a court case by name.
pub(super) fn plant_weak_matches(block: &mut Block, chance: &mut Chance) {
    for nth in 0..block.namesakes.len() {
        let (one, other) = block.namesakes[nth];
        for (namesake, owner) in [(one, other), (other, one)] {
            let has_case = block.dossiers[owner].life.case.is_some();
            if has_case && chance.permille(rate("ID-12") * NAMESAKE_FACTOR) {
                let case = key::court(block.dossiers[owner].person.index, 0);
                match_by_name(&mut block.dossiers[namesake], case);
            }
        }
    }
    for dossier in &mut block.dossiers {
        if dossier.life.case.is_some() && chance.permille(rate("ID-12")) {
            let case = key::court(dossier.person.index, 0);
            match_by_name(dossier, case);
        }
    }
}

fn match_by_name(dossier: &mut Dossier, case: String) {
    let Some(at) = dossier.free_row(Table::StatusExtract) else { return };
    let row = &mut dossier.rows[at];
    let is_plain = row.get("departed").is_empty() && row.get("case_status") == "ACTIVE";
    if !is_plain || row.get("matched_by") == "name" || dossier.n_checked > 0 {
        return;
    }
    for column in ["a_number", "birth_date", "final_order_on", "nta_issued_on", "nta_hearing_on", "nta_court"]
    {
        row.set(column, "");
    }
    row.set("final_order", "NO");
    row.set("matched_idncase", case);
    dossier.plant(at, "ID-12", "matched_by", "name");
    dossier.n_checked += 1;
}

/// Records of the sources that write 1 January when they do not know better.
pub(super) fn plant_default_dates(dossier: &mut Dossier, chance: &mut Chance) {
    if !dossier.has_room() || !chance.permille(rate("ID-06")) {
        return;
    }
    let birth = dossier.person.birth;
    let is_impossible = chance.permille(100);
    let wrong = if is_impossible {
        in_year(birth, if chance.permille(500) { 2049 } else { 1899 })
    } else {
        date(birth.year(), 1, 1)
    };
    if digits_apart(birth, wrong) < 2 {
        return;
    }
    let mut rows = dossier.identity_rows();
    chance.shuffle(&mut rows);
    let n_needed = if is_impossible { 2 } else { 1 };
    let chosen = rows.into_iter().find(|at| {
        let row = &dossier.rows[*at];
        let defaults = matches!(row.table, Table::I94Records | Table::StatusExtract);
        defaults && row.used == Use::Free && dossier.anchored_to(*at).len() >= n_needed
    });
    if let Some(at) = chosen {
        misdate(dossier, at, "ID-06", wrong);
    }
}

/// Records with day and month exchanged, or one digit of the date wrong.
pub(super) fn plant_exchanged_dates(dossier: &mut Dossier, home: &Household, chance: &mut Chance) {
    if !dossier.has_room() || !chance.permille(rate("ID-07")) {
        return;
    }
    let mut rows = dossier.identity_rows();
    chance.shuffle(&mut rows);
    let chosen = rows.into_iter().find(|at| {
        let row = &dossier.rows[*at];
        let is_documented = row.table == Table::Applications && row.get("birth_document") == "Y";
        row.used == Use::Free && !is_documented && dossier.anchored_to(*at).len() >= 2
    });
    let Some(at) = chosen else { return };
    if let Some(wrong) = wrong_birth(dossier, home, chance) {
        misdate(dossier, at, "ID-07", wrong);
    }
}

fn wrong_birth(dossier: &Dossier, home: &Household, chance: &mut Chance) -> Option<Date> {
    let birth = dossier.person.birth;
    let first_seen = dossier.life.visits.iter().map(|visit| visit.arrived_on).min();
    let latest = first_seen.map_or(home.entry, |on| on.min(home.entry)).min(AS_OF);
    let is_possible = |wrong: &Date| {
        let is_new_year = wrong.month() == 1 && wrong.day() == 1;
        let is_a_relatives = home.people.iter().any(|person| person.birth == *wrong);
        *wrong != birth && !is_new_year && !is_a_relatives && wrong.year() >= 1940 && *wrong < latest
    };
    if chance.permille(600)
        && let Some(wrong) = exchanged(birth).filter(is_possible)
    {
        return Some(wrong);
    }
    (0..WRONG_DATE_TRIES_MAX).find_map(|_| one_digit_off(birth, chance).filter(is_possible))
}

fn misdate(dossier: &mut Dossier, at: usize, check_id: &'static str, wrong: Date) {
    let evidence = dossier.anchored_to(at);
    let row = &dossier.rows[at];
    let Some(column) = row.identity().map(|columns| columns.birth) else { return };
    let text = row.layout().day_form.write(wrong);
    dossier.plant(at, check_id, column, text);
    dossier.n_checked += 1;
    for at in evidence.into_iter().take(2) {
        dossier.keep(at);
    }
}
