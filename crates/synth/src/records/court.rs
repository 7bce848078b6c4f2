//! The court's names, notices and grants of voluntary departure, which no public release holds.

use jiff::Span;

use super::{direct, identify};
use crate::calendar::{AS_OF, DayForm, plus};
use crate::case::Case;
use crate::household::{Household, Person};
use crate::key;
use crate::life::Life;
use crate::row::Row;
use crate::table::Table;

/// The address columns of the court's own tables.
pub(crate) const ADDRESS: [&str; 4] = ["ADDRESS_LINE", "CITY", "STATE", "ZIP"];

/// From this age on a paper is served on oneself (8 CFR 103.8(c)(2)(ii)).
const ADULT_AT_YEARS: i64 = 14;

/// Who the case is about, at the address that the court knows now.
pub(super) fn names(person: &Person, home: &Household, life: &Life, case: &Case) -> Row {
    let mut row = Row::new(Table::CourtNames);
    row.set("IDNCASE", key::court(person.index, 0));
    identify(&mut row, person, true);
    row.set("COUNTRY", person.country.iso);
    direct(&mut row, ADDRESS, life.court_address(case, home, plus(AS_OF, 1)).0);
    row
}

/// Days from a grant of voluntary departure to the last day on which to leave; nobody of the population leaves later.
const DAYS_TO_LEAVE: i32 = 60;

/// The grant of voluntary departure, with the last day on which to leave.
pub(super) fn departure(person: &Person, case: &Case) -> Option<Row> {
    let granted = case.proceedings.iter().flatten().find(|decision| decision.code == "V")?;
    let mut row = Row::new(Table::CourtDepartures);
    row.set("GRANT_ID", key::grant(person.index));
    row.set("IDNCASE", key::court(person.index, 0));
    row.set("GRANTED_ON", DayForm::Compact.write(granted.on));
    row.set("DECISION", granted.code);
    row.set("LEAVE_BY", DayForm::Compact.write(plus(granted.on, DAYS_TO_LEAVE)));
    Some(row)
}

/// The notices that were served.
pub(super) fn notices(person: &Person, life: &Life) -> Vec<Row> {
    let hearings = || life.case.iter().flat_map(|case| &case.hearings);
    let row = |(nth, notice): (usize, &crate::life::Notice)| {
        let mut row = Row::new(Table::CourtNotices);
        row.set("NOTICE_ID", key::notice(person.index, nth as u64));
        row.set("IDNCASE", key::court(person.index, 0));
        row.set("NOTICE_KIND", notice.kind);
        row.set("MAILED_ON", DayForm::Compact.write(notice.mailed_on));
        row.set("HEARING_ON", DayForm::Compact.write(notice.hearing_on));
        let hearing = hearings().find(|hearing| hearing.on == notice.hearing_on);
        let is_individual = hearing.is_some_and(|hearing| hearing.is_individual);
        row.set("HEARING_TIME", if is_individual { "1300" } else { "0830" });
        row.set("SERVED", notice.served);
        let is_child = person
            .birth
            .checked_add(Span::new().years(ADULT_AT_YEARS))
            .is_ok_and(|adult| notice.mailed_on < adult);
        if notice.kind == "NTA" && is_child {
            row.set("SERVED_ON_GUARDIAN", "Y");
        }
        direct(&mut row, ADDRESS, &notice.address);
        row
    };
    life.notices.iter().enumerate().map(row).collect()
}
