//! The records of a person in the five sources, as the sources write them when they make no mistake.

mod court;
mod court_release;

pub(crate) use court::ADDRESS as COURT_ADDRESS;

use crate::calendar::DayForm;
use crate::chance::Chance;
use crate::household::{Household, Person};
use crate::key;
use crate::life::{Filing, Life, Registration, Supervision, Visit};
use crate::place::Address;
use crate::row::Row;
use crate::table::Table;

/// All records of a person without any error, the identity-bearing ones first.
pub(crate) fn records(person: &Person, home: &Household, life: &Life, chance: &mut Chance) -> Vec<Row> {
    let mut rows = Vec::new();
    for (nth, filing) in life.filings.iter().enumerate() {
        rows.push(application(person, home, filing, nth as u64, chance));
    }
    for (nth, visit) in life.visits.iter().enumerate() {
        rows.push(admission(person, visit, nth as u64, chance));
    }
    rows.extend(life.supervision.as_ref().map(|file| status(person, file, chance)));
    for (nth, registration) in life.registrations.iter().enumerate() {
        rows.push(register_entry(person, registration, nth as u64));
    }
    if let Some(case) = &life.case {
        rows.push(court::names(person, home, life, case));
        rows.extend(court::notices(person, life));
        rows.extend(court::departure(person, case));
        rows.extend(court_release::rows(person, home, life, case, chance));
    }
    rows
}

/// Writes the cells that say who a record is about.
fn identify(row: &mut Row, person: &Person, has_number: bool) {
    let Some(columns) = row.identity() else { return };
    row.spell(columns.family, &person.name.family());
    row.spell(columns.given, &person.name.given);
    if let Some(middle) = columns.middle {
        row.spell(middle, &person.name.middle);
    }
    row.set(columns.birth, row.layout().day_form.write(person.birth));
    if let Some(sex) = columns.sex {
        row.set(sex, person.sex.letter());
    }
    if let Some(number) = columns.number.filter(|_| has_number) {
        row.set(number, key::number(person.index));
    }
}

/// Writes an address under four columns: line, city, state, ZIP.
pub(crate) fn direct(row: &mut Row, columns: [&str; 4], address: &Address) {
    let [line, city, state, zip] = columns;
    row.spell(line, &address.line);
    row.spell(city, address.city.name);
    row.set(state, address.city.state);
    row.set(zip, address.zip.as_str());
}

/// The address columns of the sources in lower case.
const ADDRESS: [&str; 4] = ["address_line", "city", "state", "zip"];

fn application(person: &Person, home: &Household, filing: &Filing, nth: u64, chance: &mut Chance) -> Row {
    let mut row = Row::new(Table::Applications);
    row.set("receipt_number", key::receipt(person.index, nth));
    identify(&mut row, person, filing.has_number);
    if filing.has_passport {
        row.set("passport_number", key::passport(person.index, false));
    }
    row.set("form_type", filing.form);
    row.set("filed_on", DayForm::MonthFirst.write(filing.filed_on));
    row.set("birth_document", if filing.has_birth_document { "Y" } else { "" });
    row.set("birth_country", person.country.iso);
    row.set("citizenship_country", person.country.iso);
    direct(&mut row, ADDRESS, home.address_on(filing.filed_on));
    row.set("notice_email", format!("p{}@mail.example", person.index));
    row.set("contact_role", "SELF");
    row.set("preferred_language", person.country.language);
    row.set("status", filing.status);
    row.set("hair_color", chance.pick(&["BLK", "BRO", "GRY", ""]));
    row.set("eye_color", chance.pick(&["BRO", "BLK", "HAZ", ""]));
    row.set("priority", chance.pick(&["1", "2", "3", ""]));
    row
}

fn admission(person: &Person, visit: &Visit, nth: u64, chance: &mut Chance) -> Row {
    let mut row = Row::new(Table::I94Records);
    row.set("i94_number", key::admission(person.index, nth));
    identify(&mut row, person, false);
    row.set("passport_number", key::passport(person.index, visit.on_renewed_passport));
    row.set("citizenship_country", person.country.iso);
    row.set("class_of_admission", visit.class);
    row.set("arrived_on", DayForm::Iso.write(visit.arrived_on));
    let mode = chance.weighted(&[("air", 80), ("land", 15), ("sea", 5)]);
    row.set("arrival_mode", mode);
    row.set(
        "admitted_until",
        visit.admitted_until.map_or("D/S".to_owned(), |until| DayForm::Iso.write(until)),
    );
    if let Some(departure) = &visit.departure {
        row.set("departed_on", DayForm::Iso.write(departure.on));
        row.set("departure_basis", departure.basis);
        row.set("departure_mode", if departure.basis == "exit_record" { "land" } else { "air" });
    }
    row.set("port_of_entry", chance.pick(&["HOU", "MIA", "LOS", "NYC", "ATL", "SYS"]));
    if mode == "land" {
        row.set("vehicle_plate", format!("ZZZ{:04}", chance.below(10_000)));
    }
    row
}

fn status(person: &Person, file: &Supervision, chance: &mut Chance) -> Row {
    let day = DayForm::Iso;
    let mut row = Row::new(Table::StatusExtract);
    row.set("file_number", key::file(person.index));
    identify(&mut row, person, true);
    row.set("citizenship_country", person.country.iso);
    row.set("case_status", if file.is_closed { "CLOSED" } else { "ACTIVE" });
    row.set("final_order", if file.final_order_on.is_some() { "YES" } else { "NO" });
    row.set("final_order_on", day.write_if(file.final_order_on));
    if file.departed_on.is_some() {
        row.set("departed", "YES");
        // The office's own ground: the border's manifest is another.
        row.set("departure_basis", "foreign_entry_stamp");
    }
    row.set("departed_on", day.write_if(file.departed_on));
    if let Some(paper) = &file.charging_paper {
        row.set("nta_issued_on", day.write(paper.issued_on));
        row.set("nta_hearing_on", day.write(paper.hearing_on));
        row.set("nta_court", paper.court);
    }
    row.set("next_check_in_on", day.write_if(file.next_check_in_on));
    if let Some(matched_by) = file.matched_by {
        row.set("matched_idncase", key::court(person.index, 0));
        row.set("matched_by", matched_by);
    }
    row.set("threat_level", chance.pick(&["", "1", "2", "3"]));
    row.set("photo_id", format!("IMG{:06}", chance.below(1_000_000)));
    row.set("tattoos", chance.pick(&["", "", "", "N", "Y"]));
    row
}

fn register_entry(person: &Person, entry: &Registration, nth: u64) -> Row {
    let mut row = Row::new(Table::AddressRegister);
    row.set("entry_id", key::entry(person.index, nth));
    identify(&mut row, person, true);
    row.set("office", entry.office.word());
    direct(&mut row, ADDRESS, &entry.address);
    row.set("received_on", DayForm::DayFirst.write(entry.received_on));
    row
}
