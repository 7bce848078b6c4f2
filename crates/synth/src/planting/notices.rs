//! NT-01: a notice to a superseded address. NT-02: an office that was not told of a move. NT-10: a charging paper
//! without a case.

use crate::calendar::{AS_OF, DayForm, court_day, days_between, plus};
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::household::Household;
use crate::life::SUPERSEDED_DAYS_MIN;
use crate::place::Address;
use crate::rates::rate;
use crate::records::{COURT_ADDRESS, direct};
use crate::table::Table;

pub(super) fn plant(dossier: &mut Dossier, home: &Household, chance: &mut Chance) {
    offices_not_told(dossier);
    superseded_address(dossier, home, chance);
    paper_without_case(dossier, home, chance);
}

/// Notes the entries of offices that were not told of the newest address. Life left them so at the stated rate.
fn offices_not_told(dossier: &mut Dossier) {
    let entries = dossier.rows_of(Table::AddressRegister);
    let Some(newest) = dossier.life.newest_registration() else { return };
    let Some(right) = entries.get(newest).map(|at| dossier.rows[*at].get("address_line").to_owned()) else {
        return;
    };
    for nth in dossier.life.offices_not_told() {
        let Some(&at) = entries.get(nth) else { continue };
        let stale = dossier.rows[at].get("address_line").to_owned();
        dossier.note(at, "NT-02", "address_line", right.clone(), stale);
        dossier.n_checked += 1;
    }
}

fn superseded_address(dossier: &mut Dossier, home: &Household, chance: &mut Chance) {
    let Some((nth, old)) = late_notice(dossier, home) else { return };
    let Some(&at) = dossier.rows_of(Table::CourtNotices).get(nth) else { return };
    if !dossier.has_room() || !chance.permille(rate("NT-01")) {
        return;
    }
    let row = &mut dossier.rows[at];
    let right = row.get("ADDRESS_LINE").to_owned();
    direct(row, COURT_ADDRESS, &old);
    let wrong = row.get("ADDRESS_LINE").to_owned();
    dossier.note(at, "NT-01", "ADDRESS_LINE", right, wrong);
    dossier.n_checked += 1;
    let names = dossier.rows_of(Table::CourtNames);
    let register = dossier.rows_of(Table::AddressRegister);
    for at in names.into_iter().chain(register) {
        dossier.keep(at);
    }
}

/// The last notice that was the only one of its hearing, mailed well after the court received the address that it
/// went to; with the address before.
fn late_notice(dossier: &Dossier, home: &Household) -> Option<(usize, Address)> {
    let life = &dossier.life;
    let case = life.case.as_ref()?;
    let (nth, notice) = life.notices.iter().enumerate().rfind(|(_, notice)| {
        let of_hearing = life.notices.iter().filter(|other| other.hearing_on == notice.hearing_on).count();
        let (known, told_on) = life.court_address(case, home, notice.mailed_on);
        let days = told_on.map_or(0, |told| days_between(told, notice.mailed_on));
        let is_late = days >= SUPERSEDED_DAYS_MIN && notice.address == *known;
        notice.kind == "HEARING" && notice.served == "M" && of_hearing == 1 && is_late
    })?;
    let told_on = life.court_address(case, home, notice.mailed_on).1?;
    Some((nth, life.court_address(case, home, told_on).0.clone()))
}

fn paper_without_case(dossier: &mut Dossier, home: &Household, chance: &mut Chance) {
    let life = &dossier.life;
    let Some(file) = &life.supervision else { return };
    let is_eligible = life.case.is_none()
        && !file.is_closed
        && file.departed_on.is_none()
        && file.charging_paper.is_none()
        && dossier.has_room();
    let Some(at) = dossier.free_row(Table::StatusExtract).filter(|_| is_eligible) else { return };
    if !chance.permille(rate("NT-10")) {
        return;
    }
    let issued_on = plus(AS_OF, -chance.between(200, 600));
    let hearing_on = court_day(plus(issued_on, chance.between(60, 150)));
    let row = &mut dossier.rows[at];
    row.set("nta_issued_on", DayForm::Iso.write(issued_on));
    row.set("nta_court", home.address_on(issued_on).city.court);
    dossier.plant(at, "NT-10", "nta_hearing_on", DayForm::Iso.write(hearing_on));
    dossier.n_checked += 1;
}
