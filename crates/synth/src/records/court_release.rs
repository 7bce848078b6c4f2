//! The five tables of the court's monthly release.
//!
//! Columns that the release leaves blank in nearly all rows stay blank. Columns that the charter refuses are
//! filled, so that a reader can show that it drops them.

use jiff::civil::Date;

use crate::calendar::{AS_OF, DayForm, plus};
use crate::case::{Case, Decision};
use crate::chance::Chance;
use crate::household::{Household, Person};
use crate::key;
use crate::life::{Life, Office};
use crate::row::Row;
use crate::table::Table;

/// What the rows of one case share.
struct Shared<'a> {
    person: &'a Person,
    case: &'a Case,
    court: &'static str,
    judge: &'static str,
    custody: &'static str,
}

/// All rows of a case.
pub(super) fn rows(
    person: &Person,
    home: &Household,
    life: &Life,
    case: &Case,
    chance: &mut Chance,
) -> Vec<Row> {
    let shared = Shared {
        person,
        case,
        court: home.address_on(case.charged_on).city.court,
        judge: chance.pick(&["AJM", "BKL", "CDR", "EFS", "GHT", "JNP", "MOW", "RSV"]),
        custody: custody(case, chance),
    };
    let mut rows = vec![case_row(&shared, home, life, chance)];
    for nth in 0..case.proceedings.len() {
        rows.push(proceeding_row(&shared, nth, chance));
    }
    for nth in 0..case.hearings.len() {
        rows.push(schedule_row(&shared, nth, chance));
    }
    rows.extend(motion_row(&shared));
    rows.extend(appeal_row(&shared));
    rows
}

/// Custody: never, released, detained. Nobody in custody is ordered removed in absence, unless by an error (NT-12).
fn custody(case: &Case, chance: &mut Chance) -> &'static str {
    let drawn = chance.weighted(&[("N", 84), ("R", 14), ("D", 2)]);
    let in_absence = case.proceedings.iter().flatten().any(|decision| decision.in_absentia);
    if drawn == "D" && in_absence { "N" } else { drawn }
}

fn stamp(day: Date) -> String {
    DayForm::Stamp.write(day)
}

impl Shared<'_> {
    fn case_key(&self) -> String {
        key::court(self.person.index, 0)
    }

    fn proceeding_key(&self, nth: usize) -> String {
        key::court(self.person.index, nth as u64)
    }
}

fn case_row(shared: &Shared<'_>, home: &Household, life: &Life, chance: &mut Chance) -> Row {
    let (person, case) = (shared.person, shared.case);
    let mut row = Row::new(Table::Case);
    row.set("IDNCASE", shared.case_key());
    let address = life.court_address(case, home, plus(AS_OF, 1)).0;
    row.spell("ALIEN_CITY", address.city.name);
    row.set("ALIEN_STATE", address.city.state);
    let tick = if chance.permille(20) { "`" } else { "" };
    row.set("ALIEN_ZIPCODE", format!("{tick}{}", address.zip));
    row.set("NAT", person.country.court);
    row.set("LANG", person.country.language);
    row.set("CUSTODY", shared.custody);
    row.set("SITE_TYPE", chance.pick(&["M", "", ""]));
    row.set("CASE_TYPE", "RMV");
    row.set("UPDATE_SITE", shared.court);
    if let Some(last) = case.hearings.last() {
        row.set("LATEST_HEARING", stamp(last.on));
        row.set("LATEST_TIME", if last.is_individual { "1300" } else { "0830" });
        row.set("LATEST_CAL_TYPE", if last.is_individual { "I" } else { "M" });
    }
    if chance.permille(640) {
        row.set("DATE_OF_ENTRY", stamp(home.entry));
    }
    if chance.permille(530) {
        row.set("C_BIRTHDATE", format!("{}/{}", person.birth.month(), person.birth.year()));
    }
    let told = life.registrations.iter().filter(|entry| entry.office == Office::Court);
    if let Some(last) = told.map(|entry| entry.received_on).max() {
        row.set("ADDRESS_CHANGEDON", stamp(last));
    }
    row.set("Sex", person.sex.letter());
    row.set("LPR", if chance.permille(80) { "0" } else { "" });
    if shared.custody != "N" {
        row.set("DATE_DETAINED", stamp(case.charged_on));
        row.set("DETENTION_DATE", stamp(case.charged_on));
        row.set("DETENTION_LOCATION", "INVENTED SERVICE PROCESSING CENTER");
        row.set("DETENTION_FACILITY_TYPE", "SPC");
        row.set("DCO_LOCATION", "INVENTED");
        row.set("CORRECTIONAL_FAC", "F");
        row.set("INMATE_HOUSING", "A12");
    }
    if shared.custody == "R" {
        row.set("DATE_RELEASED", stamp(plus(case.charged_on, 20)));
    }
    row.set("CASEPRIORITY_CODE", chance.weighted(&[("", 950), ("UC", 25), ("AWC/ATD", 25)]));
    row
}

fn proceeding_row(shared: &Shared<'_>, nth: usize, chance: &mut Chance) -> Row {
    let (person, case) = (shared.person, shared.case);
    let mut row = Row::new(Table::Proceeding);
    row.set("IDNPROCEEDING", shared.proceeding_key(nth));
    row.set("IDNCASE", shared.case_key());
    row.set("OSC_DATE", stamp(case.charged_on));
    row.set("INPUT_DATE", stamp(plus(case.charged_on, 12)));
    row.set("BASE_CITY_CODE", shared.court);
    row.set("HEARING_LOC_CODE", shared.court);
    row.set("IJ_CODE", shared.judge);
    if let Some(first) = case.hearings.iter().find(|hearing| hearing.proceeding == nth) {
        row.set("HEARING_DATE", stamp(first.on));
        row.set("HEARING_TIME", if first.is_individual { "1300" } else { "0830" });
    }
    if let Some(decision) = &case.proceedings[nth] {
        decide(&mut row, decision, person);
    }
    row.set("CUSTODY", shared.custody);
    row.set("CASE_TYPE", "RMV");
    row.set("NAT", person.country.court);
    row.set("LANG", person.country.language);
    row.set("CORRECTIONAL_FAC", if shared.custody == "N" { "" } else { "F" });
    row.set("CRIM_IND", if chance.permille(70) { "Y" } else { "N" });
    row.set("AGGRAVATE_FELON", "0");
    row
}

fn decide(row: &mut Row, decision: &Decision, person: &Person) {
    row.set("DEC_TYPE", if decision.in_absentia { "W" } else { "O" });
    row.set("DEC_CODE", decision.code);
    row.set("COMP_DATE", stamp(decision.on));
    row.set("ABSENTIA", if decision.in_absentia { "Y" } else { "N" });
    row.set("APPEAL_RSVD", decision.appeal_reserved);
    row.set("DATE_APPEAL_DUE_STATUS", stamp(decision.appeal_due_on()));
    if decision.code == "X" {
        row.set("DEPORTED_1", person.country.court);
    }
}

fn schedule_row(shared: &Shared<'_>, nth: usize, chance: &mut Chance) -> Row {
    let case = shared.case;
    let hearing = &case.hearings[nth];
    let is_past = hearing.on <= AS_OF;
    let mut row = Row::new(Table::Schedule);
    row.set("IDNSCHEDULE", key::court(shared.person.index, nth as u64));
    row.set("IDNPROCEEDING", shared.proceeding_key(hearing.proceeding));
    row.set("IDNCASE", shared.case_key());
    row.set("OSC_DATE", stamp(case.charged_on));
    row.set("GENERATION", "99");
    row.set("REC_TYPE", "X");
    row.set("LANG", shared.person.country.language);
    row.set("HEARING_LOC_CODE", shared.court);
    row.set("BASE_CITY_CODE", shared.court);
    row.set("IJ_CODE", shared.judge);
    let known = case.known_on(hearing);
    row.set("INPUT_DATE", stamp(known));
    row.set("INPUT_TIME", "1015");
    row.set("UPDATE_DATE", stamp(if is_past { hearing.on } else { known }));
    row.set("UPDATE_TIME", "1430");
    row.set("CAL_TYPE", if hearing.is_individual { "I" } else { "M" });
    row.set("ADJ_DATE", stamp(hearing.on));
    row.set("ADJ_TIME_START", if hearing.is_individual { "1300" } else { "0830" });
    row.set("ADJ_TIME_STOP", if hearing.is_individual { "1530" } else { "0900" });
    let is_decided = case.proceedings.iter().flatten().any(|decision| decision.on == hearing.on);
    if is_past && !is_decided {
        row.set("ADJ_RSN", chance.pick(&["01", "02", "05", "17"]));
    }
    row.set("ADJ_MEDIUM", if is_past { chance.pick(&["P", "P", "V", "A"]) } else { "" });
    row.set("SCHEDULE_TYPE", if hearing.is_individual { "II" } else { "MM" });
    row.set("NOTICE_CODE", chance.pick(&["NH", "V3", ""]));
    row.set("BLNCLOCKOVERRIDE", "0");
    row
}

fn motion_row(shared: &Shared<'_>) -> Option<Row> {
    let motion = shared.case.motion.as_ref()?;
    let mut row = Row::new(Table::Motions);
    row.set("IDNMOTION", key::court(shared.person.index, 0));
    row.set("IDNPROCEEDING", shared.proceeding_key(0));
    row.set("IDNCASE", shared.case_key());
    row.set("OSC_DATE", stamp(shared.case.charged_on));
    row.set("REC_TYPE", motion.kind);
    row.set("GENERATION", "99");
    row.set("UPDATE_DATE", stamp(motion.decided_on));
    row.set("UPDATE_TIME", "1100");
    row.set("INPUT_DATE", stamp(motion.received_on));
    row.set("INPUT_TIME", "0945");
    row.set("BASE_CITY_CODE", shared.court);
    row.set("HEARING_LOC_CODE", shared.court);
    row.set("IJ_CODE", shared.judge);
    row.set("DEC", motion.decision);
    row.set("COMP_DATE", stamp(motion.decided_on));
    row.set("MOTION_RECD_DATE", stamp(motion.received_on));
    row.set("RESP_DUE_DATE", stamp(plus(motion.received_on, 10)));
    row.set("STRFILINGPARTY", "A");
    row.set("STRFILINGMETHOD", "W");
    row.set("STRCERTOFSERVICECODE", "P");
    row.set("strDJScenario", "0");
    Some(row)
}

fn appeal_row(shared: &Shared<'_>) -> Option<Row> {
    let appeal = shared.case.appeal.as_ref()?;
    let mut row = Row::new(Table::Appeal);
    row.set("idnAppeal", key::court(shared.person.index, 0));
    row.set("idncase", shared.case_key());
    row.set("idnProceeding", shared.proceeding_key(0));
    row.set("strAppealCategory", "IJ");
    row.set("strAppealType", "Case Appeal");
    row.set("datAppealFiled", stamp(appeal.filed_on));
    row.set("strFiledBy", "A");
    if let Some((on, code)) = appeal.decided {
        row.set("datBIADecision", stamp(on));
        row.set("strBIADecision", code);
        row.set("strBIADecisionType", "R");
    }
    row.set("strCaseType", "RMV");
    row.set("strLang", shared.person.country.language);
    row.set("strNat", shared.person.country.court);
    row.set("strCustody", shared.custody);
    Some(row)
}
