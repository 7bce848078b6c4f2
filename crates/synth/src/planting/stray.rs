//! Records that stand for somebody they are not. ID-02: a second A-number of one person. ID-11: a record made to try a
//! system out.

use std::collections::BTreeSet;

use super::Block;
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::key;
use crate::names::Structure;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// What testers write for a family name.
const TEST_NAMES: [&str; 3] = ["Test", "Testcase", "Dummy"];

/// A-numbers that errors put into records of others.
pub(super) fn wrong_numbers(block: &Block) -> BTreeSet<String> {
    let planted = block.dossiers.iter().flat_map(|dossier| &dossier.planted);
    planted
        .filter(|error| ["ID-01", "ID-03"].contains(&error.check_id))
        .map(|error| error.planted.clone())
        .collect()
}

pub(super) fn plant(dossier: &mut Dossier, wrong_numbers: &BTreeSet<String>, chance: &mut Chance) {
    second_number(dossier, wrong_numbers, chance);
    test_record(dossier, chance);
}

/// Address columns of the tables that have an A-number beside an address.
fn address(dossier: &Dossier, at: usize) -> Option<[&str; 2]> {
    let row = &dossier.rows[at];
    let columns = match row.table {
        Table::Applications | Table::AddressRegister => ["address_line", "zip"],
        Table::CourtNames => ["ADDRESS_LINE", "ZIP"],
        _ => return None,
    };
    Some(columns.map(|column| row.get(column)))
}

/// A new A-number on an application, beside another record with the old number and the same address.
fn second_number(dossier: &mut Dossier, wrong_numbers: &BTreeSet<String>, chance: &mut Chance) {
    let Some(at) = dossier.free_row(Table::Applications).filter(|_| dossier.n_checked == 0) else { return };
    // One name says too little, and a helper's address is nobody's own.
    if dossier.person.structure == Structure::SingleName || dossier.rows[at].get("contact_role") != "SELF" {
        return;
    }
    let own = key::number(dossier.person.index);
    let has_number = |row: usize| {
        let row = &dossier.rows[row];
        row.used != Use::Planted
            && row.identity().is_some_and(|columns| row.get(columns.number.unwrap_or(columns.birth)) == own)
    };
    let place = address(dossier, at).map(|place| place.map(str::to_uppercase));
    let has_place = |row: usize| address(dossier, row).map(|place| place.map(str::to_uppercase)) == place;
    let bearing: Vec<usize> =
        dossier.identity_rows().into_iter().filter(|row| *row != at && has_number(*row)).collect();
    let beside = bearing.iter().copied().find(|row| has_place(*row));
    let is_lent = wrong_numbers.contains(&own);
    let is_whole = has_number(at) && dossier.person.birth.day() != 1 && bearing.len() >= 2 && !is_lent;
    let Some(beside) = beside.filter(|_| is_whole && chance.permille(rate("ID-02"))) else { return };
    dossier.plant(at, "ID-02", "a_number", key::second_number(dossier.person.index));
    dossier.n_checked += 1;
    dossier.keep(beside);
}

/// The family name of an entry in the address register is that of a test.
fn test_record(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(at) = dossier.free_row(Table::AddressRegister).filter(|_| dossier.n_checked == 0) else {
        return;
    };
    // Who told an office of a new name has two surnames already.
    let applications = dossier.rows_of(Table::Applications);
    let has_new_name =
        applications.iter().any(|application| dossier.rows[*application].get("name_change_document") == "Y");
    if !has_new_name && chance.permille(rate("ID-11")) {
        let name = dossier.rows[at].spelled(chance.pick(&TEST_NAMES));
        dossier.plant(at, "ID-11", "family_name", name);
        dossier.n_checked += 1;
    }
}
