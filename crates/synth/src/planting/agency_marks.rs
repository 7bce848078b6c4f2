//! What the supervising agency's file and the rest contradict. ID-08: a new surname read as a second identity. ID-13: evidence of citizenship. OR-05: a protection. OR-06: a
//! status was granted and the case is open. OR-08: a paused case as a no-show. OR-11: a departure to another country.
//! OR-12: a death.

use crate::calendar::{AS_OF, DayForm, plus};
use crate::case::Outcome;
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::life::ASYLUM;
use crate::names::Structure;
use crate::rates::rate;
use crate::row::Use;
use crate::table::Table;

/// Neighbors on which the checks must stay silent, per thousand of those who could be one.
const NEIGHBORS: u32 = 150;

/// Countries to which an invented removal goes by mistake.
const ELSEWHERE: [&str; 4] = ["GTM", "IND", "NGA", "MEX"];

/// Surnames that people of the population take on.
const NEW_SURNAMES: [&str; 5] = ["Aldridge", "Fontaine", "Keller", "Quimby", "Thorne"];

/// Entries of the address register beside a new surname: of several, one may wait for review, and then it stands apart from
/// the new surname too.
const ENTRIES_MAX: usize = 1;

/// The free status row of a person without an error of the checks.
fn free_status(dossier: &Dossier) -> Option<usize> {
    dossier.free_row(Table::StatusExtract).filter(|_| dossier.n_checked == 0)
}

/// Whether the court's names are as they should be, so that agency and court are seen to speak of one person.
fn court_is_recognized(dossier: &Dossier) -> bool {
    dossier.rows_of(Table::CourtNames).iter().all(|at| dossier.rows[*at].used != Use::Planted)
}

pub(super) fn plant_scarce(dossier: &mut Dossier, chance: &mut Chance) {
    paused_as_no_show(dossier, chance);
    granted_and_open(dossier, chance);
    to_another_country(dossier, chance);
}

pub(super) fn plant(dossier: &mut Dossier, chance: &mut Chance) {
    death(dossier, chance);
    protection(dossier, chance);
    new_surname(dossier, chance);
    citizenship(dossier, chance);
}

/// The row of the proceeding, in a case that went one of these ways.
fn of_outcome(dossier: &Dossier, outcomes: &[Outcome]) -> Option<usize> {
    let outcome = dossier.life.case.as_ref()?.outcome;
    let at = dossier.free_row(Table::Proceeding)?;
    (outcomes.contains(&outcome) && court_is_recognized(dossier)).then_some(at)
}

/// Takes the decision of a judge out of a proceeding.
fn undecide(dossier: &mut Dossier, proceeding: usize) {
    for column in ["DEC_TYPE", "DEC_CODE", "ABSENTIA", "APPEAL_RSVD", "DATE_APPEAL_DUE_STATUS"] {
        dossier.rows[proceeding].set(column, "");
    }
}

fn paused_as_no_show(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = free_status(dossier) else { return };
    let Some(proceeding) = of_outcome(dossier, &[Outcome::Relief, Outcome::Terminated]) else { return };
    if chance.permille(rate("OR-08")) {
        undecide(dossier, proceeding);
        dossier.rows[proceeding].set("OTHER_COMP", "A");
        dossier.plant(status, "OR-08", "case_category", "[5B] Removable - Fugitive");
        dossier.n_checked += 1;
        dossier.keep(proceeding);
    }
}

/// Relief was granted at the last hearing, and the court's file does not say so: it goes on with a hearing ahead.
fn granted_and_open(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = free_status(dossier) else { return };
    let Some(proceeding) = of_outcome(dossier, &[Outcome::Pending]) else { return };
    let heard = dossier.life.case.iter().flat_map(|case| &case.hearings).map(|hearing| hearing.on);
    let Some(granted_on) = heard.filter(|on| *on < AS_OF).max() else { return };
    if chance.permille(rate("OR-06")) {
        dossier.rows[status].set("case_status", "B-Relief Granted");
        dossier.rows[status].set("next_check_in_on", "");
        let original = DayForm::Stamp.write(granted_on);
        dossier.note(proceeding, "OR-06", "COMP_DATE", original, String::new());
        dossier.n_checked += 1;
        dossier.keep(status);
    }
}

fn to_another_country(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = free_status(dossier).filter(|_| dossier.life.case.is_none()) else { return };
    if dossier.life.left_on.is_none() || dossier.rows[status].get("departed_on").is_empty() {
        return;
    }
    let own = dossier.person.country.iso;
    let elsewhere = chance.pick(&ELSEWHERE);
    if elsewhere != own && chance.permille(rate("OR-11")) {
        dossier.rows[status].set("case_status", "6-Deported/Removed - Deportability");
        dossier.plant(status, "OR-11", "departure_country", elsewhere);
        dossier.n_checked += 1;
    } else if chance.permille(NEIGHBORS) {
        dossier.rows[status].set("case_status", "6-Deported/Removed - Deportability");
        dossier.rows[status].set("departure_country", own);
    }
}

fn death(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = free_status(dossier).filter(|_| dossier.life.case.is_none()) else { return };
    let died_on = plus(AS_OF, -chance.between(1, 6));
    let life = &dossier.life;
    let last_visit = life
        .visits
        .iter()
        .flat_map(|visit| [Some(visit.arrived_on), visit.departure.as_ref().map(|departure| departure.on)]);
    let registered = life.registrations.iter().map(|entry| Some(entry.received_on));
    let is_over = last_visit.chain(registered).flatten().all(|on| on < died_on);
    let is_active = dossier.rows[status].get("case_status") == "ACTIVE";
    if is_over && is_active && chance.permille(rate("OR-12")) {
        dossier.plant(status, "OR-12", "died_on", DayForm::Iso.write(died_on));
        dossier.n_checked += 1;
    } else if is_over && !is_active && chance.permille(NEIGHBORS) {
        dossier.rows[status].set("died_on", DayForm::Iso.write(died_on));
    }
}

fn protection(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = free_status(dossier).filter(|_| dossier.life.case.is_none()) else { return };
    if dossier.life.left_on.is_some() || !dossier.rows[status].get("departed_on").is_empty() {
        return;
    }
    let from = plus(AS_OF, -chance.between(200, 900));
    let is_planted = chance.permille(rate("OR-05"));
    if is_planted || chance.permille(NEIGHBORS) {
        dossier.rows[status].set("protection_kind", "TPS");
        dossier.rows[status].set("protection_from", DayForm::Iso.write(from));
    }
    if is_planted {
        let ordered_on = plus(from, -chance.between(100, 400));
        dossier.rows[status].set("final_order_on", DayForm::Iso.write(ordered_on));
        dossier.plant(status, "OR-05", "final_order", "YES");
        dossier.n_checked += 1;
    }
}

/// Asylum was granted on an application that was filed after the order, and the agency's mark stands.
pub(super) fn plant_granted_asylum(dossier: &mut Dossier) {
    let Some(status) = dossier.free_row(Table::StatusExtract).filter(|_| dossier.has_room()) else { return };
    let ordered_on = dossier.life.case.as_ref().and_then(|case| case.final_order_on);
    let row = &dossier.rows[status];
    let is_marked = row.get("final_order") == "YES" && row.get("case_status") == "ACTIVE";
    let Some(ordered_on) = ordered_on.filter(|_| is_marked && court_is_recognized(dossier)) else { return };
    let number = row.get("a_number").to_owned();
    let rows = dossier.rows_of(Table::Applications);
    let found = rows.iter().zip(&dossier.life.filings).find(|(at, filing)| {
        let application = &dossier.rows[**at];
        let is_recognized = !number.is_empty() && application.get("a_number") == number;
        let is_free = application.used == Use::Free && is_recognized;
        is_free && filing.form == ASYLUM && filing.filed_on > ordered_on
    });
    let Some((&application, _)) = found else { return };
    dossier.rows[application].set("status", "Approved");
    dossier.note(status, "OR-05", "final_order", "NO".to_owned(), "YES".to_owned());
    dossier.n_checked += 1;
    dossier.keep(application);
}

/// The agency holds the surname after a marriage for a second identity; an application has the day of the change.
fn new_surname(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = free_status(dossier) else { return };
    // Who bears one name only has no surname to change; a row with a day of its own may be older than the change.
    let n_entries = dossier.rows_of(Table::AddressRegister).len();
    let is_dated = ["nta_issued_on", "final_order_on", "departed_on"]
        .iter()
        .any(|column| !dossier.rows[status].get(column).is_empty());
    if dossier.person.structure == Structure::SingleName || n_entries > ENTRIES_MAX || is_dated {
        return;
    }
    let rows = dossier.rows_of(Table::Applications);
    let found = rows.iter().zip(&dossier.life.filings).find(|(at, filing)| {
        let number = dossier.rows[**at].get("a_number");
        let is_recognized = !number.is_empty() && number == dossier.rows[status].get("a_number");
        dossier.rows[**at].used == Use::Free && is_recognized && filing.filed_on < plus(AS_OF, -60)
    });
    let Some((&application, filing)) = found else { return };
    let changed_on = plus(filing.filed_on, chance.between(10, 50));
    let surname = dossier.rows[status].spelled(chance.pick(&NEW_SURNAMES));
    let own = dossier.rows[application].name_key().map(|[family, ..]| family).unwrap_or_default();
    let is_planted = chance.permille(rate("ID-08"));
    if own.contains(surname.as_str()) || !(is_planted || chance.permille(NEIGHBORS)) {
        return;
    }
    // The neighbor told the benefits office of a change too, and nobody holds it for another identity.
    dossier.rows[application].set("name_change_document", "Y");
    dossier.rows[application].set("name_changed_on", DayForm::MonthFirst.write(changed_on));
    if is_planted {
        dossier.rows[status].set("second_identity", "YES");
        dossier.plant(status, "ID-08", "family_name", surname);
        dossier.n_checked += 1;
        dossier.keep(application);
    }
}

fn citizenship(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(status) = free_status(dossier) else { return };
    let row = &dossier.rows[status];
    let is_active = row.get("case_status") == "ACTIVE";
    let is_settled = !is_active && row.get("final_order") == "NO" && row.get("next_check_in_on").is_empty();
    let on = plus(AS_OF, -chance.between(30, 600));
    let code = chance.pick(&["N-550", "N-560"]);
    if is_active && chance.permille(rate("ID-13")) {
        dossier.rows[status].set("citizenship_evidence_on", DayForm::Iso.write(on));
        dossier.plant(status, "ID-13", "citizenship_evidence", code);
        dossier.n_checked += 1;
    } else if is_settled && chance.permille(NEIGHBORS) {
        dossier.rows[status].set("citizenship_evidence_on", DayForm::Iso.write(on));
        dossier.rows[status].set("citizenship_evidence", code);
    }
}
