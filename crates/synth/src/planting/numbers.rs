//! ID-01: an application under a stranger's A-number. ID-03: an A-number one keystroke off.

use super::Block;
use super::mistyping::keystrokes_off;
use crate::calendar::{digits_apart, exchanged, fields_apart};
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::household::Person;
use crate::key;
use crate::names::are_variants;
use crate::rates::rate;
use crate::row::Use;
use crate::spelling::spelled;
use crate::table::{Spelling, Table};

/// Strangers looked at before an application is left as it is.
const STRANGER_TRIES_MAX: u32 = 40;

/// Share of mistyped numbers that belong to somebody else, where one does, per thousand.
const HELD_BY_SOMEBODY: u32 = 850;

/// Applications that bear the A-number of a stranger.
pub(super) fn plant_strangers(block: &mut Block, chance: &mut Chance) {
    for at in 0..block.dossiers.len() {
        if !chance.permille(rate("ID-01")) {
            continue;
        }
        let own = key::number(block.dossiers[at].person.index);
        let Some(application) = application_to_misfile(&block.dossiers[at], &own) else { continue };
        let stranger = (0..STRANGER_TRIES_MAX).find_map(|_| {
            let other = chance.below(block.dossiers.len() as u32) as usize;
            is_donor(&block.dossiers[other], &block.dossiers[at], &own).then_some(other)
        });
        let Some(other) = stranger else { continue };
        let number = key::number(block.dossiers[other].person.index);
        let lender = &mut block.dossiers[other];
        lender.lent_number = true;
        for row in bearing(lender, &number) {
            lender.keep(row);
        }
        let dossier = &mut block.dossiers[at];
        dossier.plant(application, "ID-01", "a_number", number);
        dossier.n_checked += 1;
        for row in bearing(dossier, &own) {
            dossier.keep(row);
        }
    }
}

/// A free application that bears the person's own number, beside another record that does.
fn application_to_misfile(dossier: &Dossier, own: &str) -> Option<usize> {
    let bearing = bearing(dossier, own);
    let is_fit =
        |at: &usize| dossier.rows[*at].table == Table::Applications && dossier.rows[*at].used == Use::Free;
    let may = dossier.has_room() && !dossier.lent_number && bearing.len() >= 2;
    bearing.into_iter().find(is_fit).filter(|_| may)
}

fn is_donor(stranger: &Dossier, dossier: &Dossier, own: &str) -> bool {
    let number = key::number(stranger.person.index);
    !stranger.lent_number
        && stranger.person.household != dossier.person.household
        && stranger.n_checked == 0
        && bearing(stranger, &number).len() >= 2
        && are_unlike(&stranger.person, &dossier.person)
        && !keystrokes_off(own).contains(&number)
}

/// Records without error that bear a number.
fn bearing(dossier: &Dossier, number: &str) -> Vec<usize> {
    let bears = |at: &usize| {
        let row = &dossier.rows[*at];
        let column = row.identity().and_then(|columns| columns.number);
        row.used != Use::Planted && column.is_some_and(|column| row.get(column) == number)
    };
    dossier.identity_rows().into_iter().filter(bears).collect()
}

/// Whether nobody could take one person for the other: other initials, other surname, another birth date by more
/// than a slip.
fn are_unlike(left: &Person, right: &Person) -> bool {
    let folded = |text: &str| spelled(text, Spelling::Upper);
    let own = |person: &Person| {
        let given = if person.name.given.is_empty() { &person.name.surnames[0] } else { &person.name.given };
        folded(given)
    };
    let (l, r) = (own(left), own(right));
    l.chars().next() != r.chars().next()
        && !are_variants(&l, &r)
        && folded(&left.name.family()) != folded(&right.name.family())
        && fields_apart(left.birth, right.birth) >= 2
        && digits_apart(left.birth, right.birth) >= 3
        && exchanged(left.birth) != Some(right.birth)
}

/// Records whose A-number is one keystroke off.
pub(super) fn plant_keystrokes(block: &mut Block, chance: &mut Chance) {
    for at in 0..block.dossiers.len() {
        if !chance.permille(rate("ID-03")) {
            continue;
        }
        let dossier = &block.dossiers[at];
        let own = key::number(dossier.person.index);
        let mut rows = bearing(dossier, &own);
        if rows.len() < 3 || !dossier.has_room() {
            continue;
        }
        chance.shuffle(&mut rows);
        let Some(row) = rows.into_iter().find(|row| dossier.rows[*row].used == Use::Free) else { continue };
        let Some(wrong) = mistyped(block, at, &own, chance) else { continue };
        let dossier = &mut block.dossiers[at];
        let Some(column) = dossier.rows[row].identity().and_then(|columns| columns.number) else { continue };
        dossier.plant(row, "ID-03", column, wrong);
        dossier.n_checked += 1;
        for other in bearing(dossier, &own).into_iter().take(2) {
            dossier.keep(other);
        }
    }
}

/// A number one keystroke off: mostly that of an unlike person of the block, else one that was never allotted.
fn mistyped(block: &Block, at: usize, own: &str, chance: &mut Chance) -> Option<String> {
    let person = &block.dossiers[at].person;
    let first = block.dossiers[0].person.index;
    let (mut held, mut never_allotted) = (Vec::new(), Vec::new());
    for number in keystrokes_off(own) {
        let holder = key::holder(&number);
        let Some(index) = holder.filter(|index| *index < block.n_people) else {
            never_allotted.push(number);
            continue;
        };
        let other = index.checked_sub(first).and_then(|at| block.dossiers.get(at as usize));
        let is_fit = |other: &&Dossier| {
            other.person.household != person.household
                && other.n_checked == 0
                && !other.lent_number
                && are_unlike(&other.person, person)
                && !bearing(other, &number).is_empty()
        };
        if other.filter(is_fit).is_some() {
            held.push(number);
        }
    }
    let from = if !held.is_empty() && chance.permille(HELD_BY_SOMEBODY) { &held } else { &never_allotted };
    (!from.is_empty()).then(|| chance.pick(from).clone())
}
