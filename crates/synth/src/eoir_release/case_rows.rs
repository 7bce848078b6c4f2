//! One case of the release after the other.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::columns::Release;
use super::owed::Owed;
use super::release_files::{ReleaseFiles, ReleaseRow};
use super::{ReleasePlan, scaled};
use crate::calendar::{DayForm, court_day, plus};
use crate::plan::SynthError;

/// Days of the longest gap between a charging paper and its first hearing (release of October 2025).
const LONGEST_GAP_DAYS: i32 = 65_861;
/// Of so many orders in absence one is made while the person is in custody.
const ORDERS_PER_CUSTODY: u64 = 20;
/// Of so many cases one is transferred without a new notice, has a motion that nobody decides, or a motion decided
/// before it came.
const CASES_PER_TRANSFER: u64 = 150;
const CASES_PER_STANDSTILL: u64 = 100;
const CASES_PER_TURNED_DAYS: u64 = 500;
/// Of so many cases one has its third hearing on a Saturday.
const CASES_PER_SATURDAY: u64 = 60;

/// In the next release one of so many rows is gone or changed, of the tables concerned.
const APPLICATIONS_PER_VANISHED: u64 = 1_000;
const HEARINGS_PER_ADJOURNED: u64 = 100;

/// Which of the rows of a table are shifted: one in so many, and how many in all.
#[derive(Debug)]
struct Shifted {
    n_left: u64,
    every: u64,
    n_seen: u64,
}

impl Shifted {
    fn new(n: u64, n_rows: u64) -> Self {
        Self { n_left: n, every: (n_rows / n).max(1), n_seen: 0 }
    }

    fn next(&mut self) -> bool {
        self.n_seen += 1;
        let is_due = self.n_left > 0 && self.n_seen.is_multiple_of(self.every);
        self.n_left -= u64::from(is_due);
        is_due
    }
}

/// The court: what it owes to the published shares, and what it has planted.
#[derive(Debug)]
pub(super) struct Court {
    cases: u64,
    faults: u64,
    seed: u64,
    is_next: bool,
    planted: BTreeMap<String, u64>,
    keys: [u64; Release::ALL.len()],
    mailed: Owed,
    in_person: Owed,
    represented: Owed,
    address_changed: Owed,
    not_resident: Owed,
    resident: Owed,
    second_proceeding: Owed,
    open: Owed,
    not_prosecuted: Owed,
    in_absence: Owed,
    undone: Owed,
    fourth_hearing: Owed,
    no_notice_code: Owed,
    motions: Owed,
    appeals: Owed,
    federal_courts: Owed,
    remanded: Owed,
    custody: Owed,
    detained: Owed,
    applications: Owed,
    charges: Owed,
    bonds: Owed,
    representatives: Owed,
    shifted_cases: Shifted,
    shifted_proceedings: Shifted,
    shifted_applications: Shifted,
    shifted_bonds: Shifted,
    n_in_absence: u64,
}

/// What the rows of one case share.
struct Days {
    number: u64,
    key: String,
    /// The day of its charging paper, and the day that the file gives for it.
    filed: Date,
    stated_filed: Date,
    order: Option<Order>,
    proceedings: Vec<String>,
    is_open: bool,
}

#[derive(Clone, Copy)]
struct Order {
    on: Date,
    in_absence: bool,
    is_undone: bool,
    in_custody: bool,
}

fn stamp(day: Date) -> String {
    DayForm::Stamp.write(day)
}

impl Court {
    pub(super) fn new(plan: &ReleasePlan) -> Self {
        let cases = plan.cases;
        let scaled = |published: u64| scaled(published * plan.faults, cases);
        // Shares of the release of October 2025, of 12,134,816 cases and 15,560,000 proceedings.
        Self {
            cases,
            faults: plan.faults,
            seed: plan.seed,
            is_next: plan.is_next,
            planted: BTreeMap::new(),
            keys: [0; Release::ALL.len()],
            mailed: Owed::new(0.404_4),
            in_person: Owed::new(0.063_07),
            represented: Owed::new(0.384_7),
            address_changed: Owed::new(0.346),
            not_resident: Owed::new(0.073_47),
            resident: Owed::new(7_018.0 / 12_134_816.0),
            second_proceeding: Owed::new(0.283),
            open: Owed::new(0.228),
            not_prosecuted: Owed::new(370_352.0 / 15_560_000.0),
            in_absence: Owed::new(0.13),
            undone: Owed::new(0.15),
            fourth_hearing: Owed::new(0.6),
            no_notice_code: Owed::new(0.452_8),
            motions: Owed::new(0.6),
            appeals: Owed::new(0.12),
            federal_courts: Owed::new(0.014_6),
            remanded: Owed::new(0.035_68),
            custody: Owed::new(0.79),
            detained: Owed::new(0.228_7),
            applications: Owed::new(1.27),
            charges: Owed::new(1.49),
            bonds: Owed::new(0.128),
            representatives: Owed::new(2.03),
            shifted_cases: Shifted::new(scaled(99), cases),
            shifted_proceedings: Shifted::new(scaled(71), cases),
            shifted_applications: Shifted::new(scaled(15), cases),
            shifted_bonds: Shifted::new(scaled(7), (cases / 8).max(1)),
            n_in_absence: 0,
        }
    }

    pub(super) fn into_planted(self) -> BTreeMap<String, u64> {
        self.planted
    }

    fn plant(&mut self, what: &str, n: u64) {
        *self.planted.entry(what.to_owned()).or_default() += n;
    }

    fn key(&mut self, table: Release) -> String {
        let Some(key) =
            Release::ALL.iter().position(|other| *other == table).and_then(|at| self.keys.get_mut(at))
        else {
            return String::new();
        };
        *key += 1;
        key.to_string()
    }

    /// Whether this is the next release and the newest row of a table is one of those, one in `every`, that are no longer
    /// as they were. Rows of new cases are as they are.
    fn is_due_next(&self, days: &Days, table: Release, every: u64) -> bool {
        let key = Release::ALL.iter().position(|other| *other == table).and_then(|at| self.keys.get(at));
        self.is_next && days.number < self.cases && key.is_some_and(|key| key % every == 1)
    }

    /// Writes all rows of a case.
    pub(super) fn write_case(&mut self, number: u64, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let mut days = self.days(number);
        let is_beyond_repair = number < scaled(2 * self.faults, self.cases);
        self.write_case_row(&days, is_beyond_repair, files)?;
        if is_beyond_repair {
            // The reader sets the row aside; rows about the case would have no case.
            return Ok(());
        }
        self.write_proceedings(&mut days, files)?;
        self.write_hearings(&days, files)?;
        self.write_motions(&days, files)?;
        self.write_appeal(&days, files)?;
        self.write_custody(&days, files)?;
        self.write_applications(&days, files)?;
        self.write_rest(&days, files)
    }

    fn days(&mut self, number: u64) -> Days {
        let mixed = (number ^ (self.seed << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let filed = plus(date(2008, 1, 2), i32::try_from(mixed % 3_200).unwrap_or(0));
        let is_longest = number == self.cases / 2 && self.cases > 10;
        if is_longest {
            self.plant("DP-07", 1);
        }
        let stated_filed =
            if is_longest { plus(court_day(plus(filed, 60)), -LONGEST_GAP_DAYS) } else { filed };
        let key = (100_000 + number).to_string();
        Days { number, key, filed, stated_filed, order: None, proceedings: Vec::new(), is_open: false }
    }

    fn write_case_row(
        &mut self,
        days: &Days,
        is_beyond_repair: bool,
        files: &mut ReleaseFiles,
    ) -> Result<(), SynthError> {
        let number = days.number;
        let is_shifted = !is_beyond_repair && self.shifted_cases.next();
        let city = match (is_shifted || is_beyond_repair, number % 4) {
            (true, _) => "NEW\tYORK",
            (_, 0) => "LOS ANGELES",
            (_, 1) => "ESPAÑOLA",
            (_, 2) if number % 40 == 2 => "HOU\0STON",
            (_, 2) => "HOUSTON",
            _ => "MIAMI",
        };
        if is_shifted || is_beyond_repair {
            self.plant("shifted:A_TblCase", 1);
        }
        let mailed = self.mailed.next();
        let in_person = self.in_person.next_if(!mailed);
        let represented = if self.represented.next() { stamp(plus(days.filed, 40)) } else { String::new() };
        let changed = if self.address_changed.next() { stamp(plus(days.filed, 90)) } else { String::new() };
        let resident = self.resident.next();
        let not_resident = self.not_resident.next_if(!resident);
        files.write(
            Release::Case,
            &ReleaseRow {
                cells: &[
                    ("IDNCASE", &days.key),
                    ("ALIEN_CITY", city),
                    ("ALIEN_STATE", "NY"),
                    ("ALIEN_ZIPCODE", if number.is_multiple_of(50) { "`02139" } else { "10001" }),
                    ("NAT", if number.is_multiple_of(3) { "MX" } else { "GT" }),
                    ("LANG", if is_beyond_repair { "S\tP" } else { "SP" }),
                    ("CUSTODY", if number.is_multiple_of(4) { "R" } else { "N" }),
                    (
                        "SITE_TYPE",
                        if mailed {
                            "M"
                        } else if in_person {
                            "I"
                        } else {
                            ""
                        },
                    ),
                    ("E_28_DATE", &represented),
                    ("CASE_TYPE", "RMV"),
                    ("UPDATE_SITE", "NYC"),
                    ("LATEST_HEARING", &stamp(plus(days.filed, 400))),
                    ("ADDRESS_CHANGEDON", &changed),
                    ("Sex", if number.is_multiple_of(2) { "M" } else { "F" }),
                    (
                        "LPR",
                        if resident {
                            "1"
                        } else if not_resident {
                            "0"
                        } else {
                            ""
                        },
                    ),
                ],
                is_short: number % 97 == 5 && !is_beyond_repair,
            },
        )
    }

    fn write_proceedings(&mut self, days: &mut Days, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let n = 1 + u64::from(self.second_proceeding.next());
        for nth in 1..=n {
            let is_last = nth == n;
            let is_open = self.open.next_if(is_last);
            let in_absence = self.in_absence.next_if(is_last && !is_open);
            let is_dropped = self.not_prosecuted.next_if(is_last && !is_open && !in_absence);
            let on = plus(days.filed, if is_last { 430 } else { 150 });
            let (decision, other) = match (is_open, is_dropped, is_last) {
                (true, ..) => ("", ""),
                (_, true, _) => ("", "F"),
                (_, _, false) => ("", "C"),
                _ => (if in_absence || days.number.is_multiple_of(3) { "X" } else { "R" }, ""),
            };
            if !decision.is_empty() {
                days.order = Some(self.order(on, in_absence));
            }
            days.is_open |= is_open;
            let key = self.key(Release::Proceeding);
            let is_moved = is_last && is_transferred(days.number);
            let judge = if self.shifted_proceedings.next() {
                self.plant("shifted:B_TblProceeding", 1);
                "AJ\tM"
            } else {
                "AJM"
            };
            let completed = if is_open { String::new() } else { stamp(on) };
            files.write(
                Release::Proceeding,
                &ReleaseRow {
                    cells: &[
                        ("IDNPROCEEDING", &key),
                        ("IDNCASE", &days.key),
                        ("OSC_DATE", &stamp(days.stated_filed)),
                        ("BASE_CITY_CODE", "NYC"),
                        ("HEARING_LOC_CODE", "NYC"),
                        ("IJ_CODE", judge),
                        (
                            "TRANS_IN_DATE",
                            &if is_moved { stamp(plus(days.filed, 160)) } else { String::new() },
                        ),
                        ("DEC_CODE", decision),
                        ("OTHER_COMP", other),
                        ("COMP_DATE", &completed),
                        (
                            "ABSENTIA",
                            if is_open {
                                ""
                            } else if in_absence {
                                "Y"
                            } else {
                                "N"
                            },
                        ),
                        ("CUSTODY", "N"),
                        ("CASE_TYPE", "RMV"),
                        ("NAT", "GT"),
                        ("LANG", "SP"),
                        ("CRIM_IND", "N"),
                        ("AGGRAVATE_FELON", "0"),
                    ],
                    is_short: false,
                },
            )?;
            days.proceedings.push(key);
        }
        Ok(())
    }

    fn order(&mut self, on: Date, in_absence: bool) -> Order {
        if !in_absence {
            return Order { on, in_absence, is_undone: false, in_custody: false };
        }
        self.n_in_absence += 1;
        let is_undone = self.undone.next();
        let in_custody = self.n_in_absence.is_multiple_of(ORDERS_PER_CUSTODY);
        self.plant("orders_in_absence", 1);
        self.plant("OR-01", u64::from(is_undone));
        self.plant("NT-12", u64::from(in_custody));
        Order { on, in_absence, is_undone, in_custody }
    }

    fn write_hearings(&mut self, days: &Days, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let undone = days.order.filter(|order| order.is_undone);
        let mut offsets = vec![60, 200, 400];
        match undone {
            Some(_) => {
                self.fourth_hearing.was_given();
                offsets.push(630);
            }
            None if self.fourth_hearing.next() => offsets.push(300),
            None => {}
        }
        for offset in offsets {
            // The hearing after the transfer has no notice.
            let is_unnoticed = offset == 200 && is_transferred(days.number);
            let is_blank = if is_unnoticed {
                self.no_notice_code.was_given();
                self.plant("NT-14", 1);
                true
            } else {
                self.no_notice_code.next()
            };
            let is_closed = offset == 400 && days.number % CASES_PER_SATURDAY == 7;
            self.plant("NT-08", u64::from(is_closed));
            let planned = plus(days.filed, offset);
            let on = if is_closed { next_saturday(planned) } else { court_day(planned) };
            let key = self.key(Release::Schedule);
            let is_adjourned =
                self.is_due_next(days, Release::Schedule, HEARINGS_PER_ADJOURNED) && offset >= 400;
            self.plant("changed:tbl_schedule", u64::from(is_adjourned));
            files.write(
                Release::Schedule,
                &ReleaseRow {
                    cells: &[
                        ("IDNSCHEDULE", &key),
                        ("IDNPROCEEDING", days.proceedings.first().map_or("", String::as_str)),
                        ("IDNCASE", &days.key),
                        ("OSC_DATE", &stamp(days.stated_filed)),
                        ("GENERATION", "99"),
                        ("REC_TYPE", "X"),
                        ("LANG", "SP"),
                        ("HEARING_LOC_CODE", "NYC"),
                        ("BASE_CITY_CODE", "NYC"),
                        ("IJ_CODE", "AJM"),
                        ("INPUT_DATE", &stamp(plus(days.filed, 12))),
                        ("CAL_TYPE", "M"),
                        ("ADJ_DATE", &stamp(on)),
                        ("ADJ_TIME_START", "0830"),
                        ("ADJ_RSN", if offset < 400 || is_adjourned { "05" } else { "" }),
                        ("SCHEDULE_TYPE", "MM"),
                        ("NOTICE_CODE", if is_blank { "" } else { "NH" }),
                        ("BLNCLOCKOVERRIDE", "0"),
                    ],
                    is_short: false,
                },
            )?;
        }
        Ok(())
    }

    fn write_motions(&mut self, days: &Days, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let mut motions: Vec<(&str, Date, Option<Date>, &str)> = Vec::new();
        if self.motions.next() {
            motions.push(("CO", plus(days.filed, 70), Some(plus(days.filed, 75)), "G"));
        }
        if let Some(order) = days.order.filter(|order| order.in_absence) {
            let decision = if order.is_undone { "G" } else { "D" };
            if order.is_undone || days.number.is_multiple_of(2) {
                motions.push(("MA", plus(order.on, 30), Some(plus(order.on, 90)), decision));
            }
        }
        if days.number % CASES_PER_STANDSTILL == 17 {
            self.plant("OR-10", 1);
            motions.push(("CO", plus(days.filed, 80), None, ""));
        }
        if days.number % CASES_PER_TURNED_DAYS == 3 {
            self.plant("DP-07", 1);
            motions.push(("CO", plus(days.filed, 95), Some(plus(days.filed, 85)), "D"));
        }
        for (kind, received, decided, decision) in motions {
            let key = self.key(Release::Motions);
            files.write(
                Release::Motions,
                &ReleaseRow {
                    cells: &[
                        ("IDNMOTION", &key),
                        ("IDNPROCEEDING", days.proceedings.last().map_or("", String::as_str)),
                        ("IDNCASE", &days.key),
                        ("OSC_DATE", &stamp(days.stated_filed)),
                        ("REC_TYPE", kind),
                        ("GENERATION", "99"),
                        ("BASE_CITY_CODE", "NYC"),
                        ("DEC", decision),
                        ("COMP_DATE", &decided.map_or_else(String::new, stamp)),
                        ("MOTION_RECD_DATE", &stamp(received)),
                        ("STRFILINGPARTY", "A"),
                    ],
                    is_short: false,
                },
            )?;
        }
        Ok(())
    }

    fn write_appeal(&mut self, days: &Days, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let order = days.order.filter(|order| !order.in_absence);
        if let (true, Some(order)) = (self.appeals.next_if(order.is_some()), order) {
            let key = self.key(Release::Appeal);
            files.write(
                Release::Appeal,
                &ReleaseRow {
                    cells: &[
                        ("idnAppeal", &key),
                        ("idncase", &days.key),
                        ("idnProceeding", days.proceedings.last().map_or("", String::as_str)),
                        ("strAppealCategory", "IJ"),
                        ("strAppealType", "Case Appeal"),
                        ("datAppealFiled", &stamp(plus(order.on, 20))),
                        ("strFiledBy", "A"),
                        ("datBIADecision", &stamp(plus(order.on, 300))),
                        ("strBIADecision", "DIS"),
                    ],
                    is_short: false,
                },
            )?;
        }
        if self.federal_courts.next() {
            let key = self.key(Release::FederalCourts);
            let decision = if self.remanded.next() { "REM" } else { "" };
            let cells = [
                ("idnAppealFedCourts", &*key),
                ("datRequestedByOIL", &stamp(plus(days.filed, 800))),
                ("strFedCourtDecision", decision),
            ];
            files.write(Release::FederalCourts, &ReleaseRow { cells: &cells, is_short: false })?;
        }
        Ok(())
    }

    fn write_custody(&mut self, days: &Days, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let in_custody = days.order.filter(|order| order.in_custody);
        let has_row = match in_custody {
            Some(_) => {
                self.custody.was_given();
                true
            }
            None => self.custody.next(),
        };
        if !has_row {
            return Ok(());
        }
        let (from, until) = match in_custody {
            Some(order) => (stamp(plus(order.on, -10)), stamp(plus(order.on, 5))),
            None if self.detained.next() => (stamp(plus(days.filed, 1)), stamp(plus(days.filed, 20))),
            None => (String::new(), String::new()),
        };
        let key = self.key(Release::Custody);
        let cells = [
            ("IDNCUSTODY", &*key),
            ("IDNCASE", &days.key),
            ("CUSTODY", if from.is_empty() { "N" } else { "R" }),
            ("DATDETAINED", &from),
            ("DATRELEASED", &until),
        ];
        files.write(Release::Custody, &ReleaseRow { cells: &cells, is_short: false })
    }

    fn write_applications(&mut self, days: &Days, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        for _ in 0..self.applications.count() {
            let key = self.key(Release::Applications);
            let code = if self.shifted_applications.next() {
                self.plant("shifted:tbl_Court_Appln", 1);
                "AS\tYL"
            } else if self.is_due_next(days, Release::Applications, APPLICATIONS_PER_VANISHED) {
                self.plant("vanished:tbl_Court_Appln", 1);
                continue;
            } else {
                "ASYL"
            };
            let cells = [
                ("IDNPROCEEDINGAPPLN", &*key),
                ("IDNPROCEEDING", days.proceedings.last().map_or("", String::as_str)),
                ("IDNCASE", &days.key),
                ("APPL_CODE", code),
                ("APPL_RECD_DATE", &stamp(plus(days.filed, 90))),
                ("APPL_DEC", if days.is_open { "" } else { "D" }),
            ];
            files.write(Release::Applications, &ReleaseRow { cells: &cells, is_short: false })?;
        }
        Ok(())
    }

    fn write_rest(&mut self, days: &Days, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        for _ in 0..self.charges.count() {
            let proceeding = days.proceedings.first().map_or("", String::as_str);
            self.write_charge(&days.key, proceeding, files)?;
        }
        for _ in 0..self.bonds.count() {
            self.write_bond(&days.key, stamp(days.filed), files)?;
        }
        for _ in 0..self.representatives.count() {
            self.write_representative(&days.key, files)?;
        }
        Ok(())
    }

    fn write_charge(
        &mut self,
        case: &str,
        proceeding: &str,
        files: &mut ReleaseFiles,
    ) -> Result<(), SynthError> {
        let key = self.key(Release::Charges);
        let cells = [
            ("IDNPRCDCHG", &*key),
            ("IDNCASE", case),
            ("IDNPROCEEDING", proceeding),
            ("CHARGE", "212a6Ai"),
            ("CHG_STATUS", "S"),
        ];
        files.write(Release::Charges, &ReleaseRow { cells: &cells, is_short: false })
    }

    fn write_bond(&mut self, case: &str, filed: String, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let key = self.key(Release::Bonds);
        let city = if self.shifted_bonds.next() {
            self.plant("shifted:D_TblAssociatedBond", 1);
            "SALT\tLAKE CITY"
        } else {
            "SALT LAKE CITY"
        };
        let cells = [
            ("IDNASSOCBOND", &*key),
            ("IDNCASE", case),
            ("OSC_DATE", &filed),
            ("REC_TYPE", "B"),
            ("GENERATION", "99"),
            ("BASE_CITY_CODE", "NYC"),
            ("BASE_CITY_NAME", city),
            ("HEARING_LOC_CODE", "NYC"),
            ("DEC", "C"),
            ("BOND_HEAR_REQ_DATE", &filed),
        ];
        files.write(Release::Bonds, &ReleaseRow { cells: &cells, is_short: false })
    }

    fn write_representative(&mut self, case: &str, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let key = self.key(Release::Representatives);
        let cells = [
            ("IDNREPSASSIGNED", &*key),
            ("IDNCASE", case),
            ("STRATTYLEVEL", "COURT"),
            ("STRATTYTYPE", "ALIEN"),
            ("PARENT_TABLE", "A_TblCase"),
            ("PARENT_IDN", case),
            ("BLNPRIMEATTY", "1"),
        ];
        files.write(Release::Representatives, &ReleaseRow { cells: &cells, is_short: false })
    }

    /// Rows about cases, and charges of proceedings, that are not there.
    pub(super) fn write_orphans(&mut self, files: &mut ReleaseFiles) -> Result<(), SynthError> {
        let nowhere = |nth: u64| (900_000_000 + nth).to_string();
        let filed = date(2019, 5, 6);
        let [proceedings, charges, representatives, applications, bonds] =
            [271, 12_213, 3_687, 338, 107].map(|published| scaled(published * self.faults, self.cases));
        for nth in 0..proceedings {
            let key = self.key(Release::Proceeding);
            let cells = [
                ("IDNPROCEEDING", &*key),
                ("IDNCASE", &nowhere(nth)),
                ("OSC_DATE", &stamp(filed)),
                ("BASE_CITY_CODE", "NYC"),
                ("HEARING_LOC_CODE", "NYC"),
                ("CUSTODY", "N"),
            ];
            files.write(Release::Proceeding, &ReleaseRow { cells: &cells, is_short: false })?;
        }
        for nth in 0..charges {
            let case = (100_000 + (nth % self.cases).max(scaled(2 * self.faults, self.cases))).to_string();
            self.write_charge(&case, &nowhere(nth), files)?;
        }
        for nth in 0..representatives {
            self.write_representative(&nowhere(nth), files)?;
        }
        for nth in 0..applications {
            let key = self.key(Release::Applications);
            let cells = [
                ("IDNPROCEEDINGAPPLN", &*key),
                ("IDNCASE", &nowhere(nth)),
                ("APPL_CODE", "ASYL"),
                ("APPL_RECD_DATE", &stamp(filed)),
            ];
            files.write(Release::Applications, &ReleaseRow { cells: &cells, is_short: false })?;
        }
        for nth in 0..bonds {
            self.write_bond(&nowhere(nth), stamp(filed), files)?;
        }
        for (table, n) in [
            ("B_TblProceeding", proceedings),
            ("B_TblProceedCharges", charges),
            ("tbl_RepsAssigned", representatives),
            ("tbl_Court_Appln", applications),
            ("D_TblAssociatedBond", bonds),
        ] {
            self.plant(&format!("orphans:{table}"), n);
        }
        Ok(())
    }
}

fn next_saturday(day: Date) -> Date {
    plus(day, i32::from(6 - day.weekday().to_sunday_zero_offset()))
}

fn is_transferred(number: u64) -> bool {
    number % CASES_PER_TRANSFER == 31
}
