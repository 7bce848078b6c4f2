//! What the supervising agency has on file.

use jiff::civil::Date;

use super::Life;
use crate::calendar::{AS_OF, court_day, plus};
use crate::case::Outcome;
use crate::chance::Chance;
use crate::household::Household;

/// A charging paper as the agency recorded it.
#[derive(Debug)]
pub(crate) struct ChargingPaper {
    pub(crate) issued_on: Date,
    pub(crate) hearing_on: Date,
    /// Base city code of the court named on the paper.
    pub(crate) court: &'static str,
}

/// The agency's file on one person.
#[derive(Debug)]
pub(crate) struct Supervision {
    pub(crate) is_closed: bool,
    pub(crate) final_order_on: Option<Date>,
    /// The day of departure that the agency noted.
    pub(crate) departed_on: Option<Date>,
    pub(crate) charging_paper: Option<ChargingPaper>,
    pub(crate) next_check_in_on: Option<Date>,
    /// How the agency matched its file to a court case: `number` or `name`; nothing if it did not.
    pub(crate) matched_by: Option<&'static str>,
}

impl Supervision {
    /// A file without error.
    pub(crate) fn invent(life: &Life, home: &Household, chance: &mut Chance) -> Self {
        let outcome = life.case.as_ref().map(|case| case.outcome);
        let returned_from = life.returned_after(home);
        let is_closed = life.left_on.is_some()
            || matches!(outcome, Some(Outcome::Relief | Outcome::Terminated))
            || (outcome.is_none() && returned_from.is_none() && chance.permille(150));
        let departed_on = match life.left_on {
            Some(on) => chance.permille(930).then(|| plus(on, chance.between(0, 1))),
            None => returned_from,
        };
        let matched_by = life
            .case
            .as_ref()
            .filter(|_| chance.permille(960))
            .map(|_| if chance.permille(50) { "name" } else { "number" });
        Self {
            is_closed,
            final_order_on: life.case.as_ref().and_then(|case| case.final_order_on),
            departed_on,
            charging_paper: charging_paper(life, home, chance),
            next_check_in_on: (!is_closed && chance.permille(650))
                .then(|| plus(AS_OF, chance.between(5, 300))),
            matched_by,
        }
    }
}

/// The paper that opened the case; or, without a case, one whose hearing lies ahead or less than a month back.
fn charging_paper(life: &Life, home: &Household, chance: &mut Chance) -> Option<ChargingPaper> {
    if let Some(case) = &life.case {
        return chance.permille(750).then(|| ChargingPaper {
            issued_on: case.charged_on,
            hearing_on: case.hearings[0].on,
            court: home.address_on(case.charged_on).city.court,
        });
    }
    let may_bear_one = life.left_on.is_none() && life.returned_after(home).is_none();
    if !may_bear_one || !chance.permille(110) {
        return None;
    }
    let issued_on = plus(AS_OF, -chance.between(60, 150));
    Some(ChargingPaper {
        issued_on,
        hearing_on: court_day(plus(AS_OF, chance.between(-25, 200))),
        court: home.address_on(issued_on).city.court,
    })
}
