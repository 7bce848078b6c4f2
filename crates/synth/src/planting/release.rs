//! Quirks of the court's monthly release: shifted rows, NUL bytes, short rows.
//!
//! They befall only people without an error of the checks, so that no figure of a check depends on a repair.

use super::Block;
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::population::PEOPLE_PER_BLOCK;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// Rows of the whole release that no single shift repairs. They stand in the first block, if it is a full one: a
/// reader may refuse a file of which more than a hundredth is broken.
const BEYOND_REPAIR: usize = 2;

/// A time of day where a language belongs: what makes a shifted row beyond repair.
const STRAY_TIME: &str = "0930";

pub(super) fn plant(block: &mut Block, chance: &mut Chance) {
    let is_first_and_full = block.number == 0 && block.n_people >= PEOPLE_PER_BLOCK;
    let mut beyond_repair = if is_first_and_full { BEYOND_REPAIR } else { 0 };
    for dossier in block.dossiers.iter_mut().filter(|dossier| dossier.n_checked == 0) {
        let Some(at) = dossier.free_row(Table::Case) else { continue };
        if beyond_repair > 0 {
            if shift(dossier, at) {
                dossier.rows[at].set("LANG", STRAY_TIME);
                beyond_repair -= 1;
            }
        } else if chance.permille(rate("PR-shift")) {
            shift(dossier, at);
        } else if chance.permille(rate("PR-nul")) {
            insert_nul(dossier, at);
        }
        for table in [Table::Case, Table::Schedule] {
            if chance.permille(rate("PR-short")) {
                cut_short(dossier, table);
            }
        }
    }
}

/// Puts a tab into a city of several words; false if the city is one word.
fn shift(dossier: &mut Dossier, at: usize) -> bool {
    let city = dossier.rows[at].get("ALIEN_CITY").to_owned();
    let Some((first, _)) = city.split_once(' ') else { return false };
    dossier.rows[at].set("ALIEN_CITY", city.replacen(' ', "\t", 1));
    dossier.note(at, "PR-shift", "ALIEN_CITY", city.clone(), first.to_owned());
    true
}

/// Puts a NUL byte after the third letter of the city.
fn insert_nul(dossier: &mut Dossier, at: usize) {
    let city = dossier.rows[at].get("ALIEN_CITY");
    let (head, tail) = city.split_at(city.char_indices().nth(3).map_or(0, |(byte, _)| byte));
    let with_nul = format!("{head}\0{tail}");
    dossier.plant(at, "PR-nul", "ALIEN_CITY", with_nul);
}

/// Leaves out the blank cells at the end of a row.
fn cut_short(dossier: &mut Dossier, table: Table) {
    let is_free = |at: &usize| dossier.rows[*at].used == Use::Free;
    let Some(at) = dossier.rows_of(table).into_iter().find(is_free) else { return };
    let cells = dossier.rows[at].cells();
    let n_filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(1, |last| last + 1);
    if n_filled < cells.len() {
        dossier.rows[at].n_written = n_filled;
        let column = table.layout().columns[n_filled];
        dossier.note(at, "PR-short", column, String::new(), String::new());
    }
}
