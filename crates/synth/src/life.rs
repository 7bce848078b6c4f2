//! What happened to a person, as far as the five sources would know of it.

mod border;
mod mail;
mod supervision;

pub(crate) use border::Visit;
pub(crate) use mail::{Notice, Office, Registration, SUPERSEDED_DAYS_MIN};
pub(crate) use supervision::Supervision;

use jiff::civil::{Date, date};

use crate::calendar::{AS_OF, plus};
use crate::case::{Case, Outcome};
use crate::chance::Chance;
use crate::household::{Household, Person};

/// Identity-bearing records of a person before errors are planted, at most.
pub(crate) const RECORDS_PER_PERSON_MAX: usize = 5;

/// Nothing is filed before this day, so that the extracts are of one age.
const FIRST_FILING: Date = date(2021, 1, 1);

/// The application for asylum.
pub(crate) const ASYLUM: &str = "I-589";

/// Where an application for asylum stands beside a case in court: the grant ends the case, and an order to leave says that
/// none was made.
const fn asylum(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Relief => "Approved",
        Outcome::Pending
        | Outcome::AbsentiaUndone
        | Outcome::AppealPending
        | Outcome::AppealPeriodRuns
        | Outcome::Remanded
        | Outcome::Terminated => "Pending",
        Outcome::AbsentiaStands
        | Outcome::AbsentiaMotionDenied
        | Outcome::AbsentiaUndoneNewOrder
        | Outcome::RemovalFinal
        | Outcome::AppealDismissed
        | Outcome::VoluntaryDeparture => "Denied",
    }
}

/// How the records of a person came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Comes and goes; has no A-number.
    Visitor,
    /// Admitted to study or work; often without an A-number.
    Student,
    /// Asks for a benefit.
    Applicant,
    /// Has a case in immigration court.
    Respondent,
    /// Known to the supervising agency, without a case in court.
    Supervised,
}

/// People by role, per thousand.
const ROLES: &[(Role, u32)] = &[
    (Role::Visitor, 80),
    (Role::Student, 70),
    (Role::Applicant, 265),
    (Role::Respondent, 450),
    (Role::Supervised, 135),
];

/// One benefit application.
#[derive(Debug)]
pub(crate) struct Filing {
    /// Number of the form.
    pub(crate) form: &'static str,
    /// The day it was received.
    pub(crate) filed_on: Date,
    /// Where it stands.
    pub(crate) status: &'static str,
    /// It bears the A-number.
    pub(crate) has_number: bool,
    /// It bears the passport number.
    pub(crate) has_passport: bool,
    /// A birth document is on file.
    pub(crate) has_birth_document: bool,
}

/// A life as the sources know it.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) role: Role,
    /// Whether an A-number was allotted.
    pub(crate) has_number: bool,
    /// Admissions in the order of their days.
    pub(crate) visits: Vec<Visit>,
    pub(crate) filings: Vec<Filing>,
    pub(crate) case: Option<Case>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) supervision: Option<Supervision>,
    /// Addresses that offices received, in the order of their days.
    pub(crate) registrations: Vec<Registration>,
    /// The day of leaving for good, by a departure that the border saw.
    pub(crate) left_on: Option<Date>,
}

impl Life {
    /// The life of a person of the household.
    pub(crate) fn invent(person: &Person, home: &Household, chance: &mut Chance) -> Self {
        let mut role = chance.weighted(ROLES);
        if role == Role::Student && person.birth > date(2008, 1, 1) {
            role = Role::Applicant;
        }
        let case = (role == Role::Respondent).then(|| Case::invent(home.entry, chance));
        let is_supervised = chance.permille(match role {
            Role::Respondent => 850,
            Role::Supervised => 1000,
            Role::Applicant => 250,
            Role::Visitor | Role::Student => 0,
        });
        let left_on = if is_supervised { leaving(role, case.as_ref(), chance) } else { None };
        let has_number = match role {
            Role::Visitor => false,
            Role::Student => chance.permille(500),
            Role::Applicant | Role::Respondent | Role::Supervised => true,
        };
        let mut life = Self {
            role,
            has_number,
            visits: border::visits(role, person, home, left_on, chance),
            filings: Vec::new(),
            case,
            notices: Vec::new(),
            supervision: None,
            registrations: Vec::new(),
            left_on,
        };
        life.filings = life.file(person, home, chance);
        life.registrations = mail::registrations(&life, is_supervised, home, chance);
        life.keep_within_bound(is_supervised, home);
        life.tell_the_other_offices(chance);
        life.notices = life.case.as_ref().map_or(Vec::new(), |case| mail::notices(case, &life, home, chance));
        life.supervision = is_supervised.then(|| Supervision::invent(&life, home, chance));
        life
    }

    /// The day on which a settled person left to come back later, so that the departure closes nothing.
    pub(crate) fn returned_after(&self, home: &Household) -> Option<Date> {
        let left = self.visits.first()?.departure.as_ref()?.on;
        (self.role != Role::Visitor && self.visits.len() == 2 && left > home.entry).then_some(left)
    }

    fn file(&self, person: &Person, home: &Household, chance: &mut Chance) -> Vec<Filing> {
        let (share, share_of_second) = match self.role {
            _ if self.left_on.is_some() => (880, 100),
            Role::Visitor => (40, 0),
            Role::Student => (800, 150),
            Role::Applicant => (1000, 350),
            Role::Respondent => (560, 150),
            Role::Supervised => (620, 150),
        };
        let born_on_new_year = person.birth.month() == 1 && person.birth.day() == 1;
        let mut filings = Vec::new();
        if born_on_new_year || chance.permille(share) {
            filings.push(self.filing(born_on_new_year, home, chance));
            if chance.permille(share_of_second) {
                filings.push(self.filing(born_on_new_year, home, chance));
            }
        }
        filings
    }

    fn filing(&self, born_on_new_year: bool, home: &Household, chance: &mut Chance) -> Filing {
        let forms: &[&'static str] = match self.role {
            Role::Visitor => &["I-539"],
            Role::Student => &["I-765", "I-539", "I-129"],
            Role::Applicant => &["I-485", "I-765", "I-130", "N-400"],
            Role::Respondent => &["I-589", "I-765"],
            Role::Supervised => &["I-765", "I-821"],
        };
        let earliest = plus(home.entry, 20).max(FIRST_FILING);
        let latest = plus(self.left_on.unwrap_or(AS_OF), -15).max(earliest);
        let form = chance.skewed(forms);
        let filed_on = chance.day(earliest, latest);
        let drawn = chance.weighted(&[("Pending", 40), ("Approved", 45), ("Denied", 15)]);
        Filing {
            form,
            filed_on,
            status: self.case.as_ref().filter(|_| form == ASYLUM).map_or(drawn, |case| asylum(case.outcome)),
            has_number: self.has_number && chance.permille(960),
            has_passport: chance.permille(880),
            has_birth_document: born_on_new_year || chance.permille(350),
        }
    }

    fn n_records(&self, is_supervised: bool) -> usize {
        usize::from(self.case.is_some())
            + usize::from(is_supervised)
            + self.visits.len()
            + self.filings.len()
            + self.registrations.len()
    }

    /// Drops the least telling records until the person has no more than the bound.
    fn keep_within_bound(&mut self, is_supervised: bool, home: &Household) {
        while self.n_records(is_supervised) > RECORDS_PER_PERSON_MAX {
            let beside_court = self.registrations.iter().rposition(|entry| entry.office != Office::Court);
            if let Some(at) = beside_court {
                self.registrations.remove(at);
            } else if self.filings.len() > 1 {
                self.filings.pop();
            } else if self.visits.len() > 1 && self.returned_after(home).is_none() {
                self.visits.remove(0);
            } else if self.registrations.pop().is_none() {
                break;
            }
        }
    }
}

/// The day of leaving for good, for the share of people who do.
fn leaving(role: Role, case: Option<&Case>, chance: &mut Chance) -> Option<Date> {
    let share = match (role, case.map(|case| case.outcome)) {
        (_, Some(Outcome::VoluntaryDeparture)) => 1000,
        (
            _,
            Some(
                Outcome::AbsentiaStands
                | Outcome::AbsentiaMotionDenied
                | Outcome::RemovalFinal
                | Outcome::AppealDismissed
                | Outcome::Terminated,
            ),
        ) => 350,
        (Role::Supervised, None) => 300,
        (Role::Applicant, None) => 150,
        _ => 0,
    };
    if !chance.permille(share) {
        return None;
    }
    let Some(case) = case else {
        return Some(chance.day(date(2024, 3, 1), plus(AS_OF, -30)));
    };
    let ended = case.ended_on()?;
    let latest = if case.outcome == Outcome::VoluntaryDeparture { plus(ended, 50) } else { plus(AS_OF, -8) };
    let earliest = plus(ended, 8);
    (earliest <= latest).then(|| chance.day(earliest, latest))
}
