//! The story of one case in immigration court, from the charging paper to the day of the extracts.

use jiff::civil::{Date, date};

use crate::calendar::{AS_OF, court_day, plus};
use crate::chance::Chance;

/// Days from an order to the day an appeal is due (8 CFR 1003.38, as the release records it).
const APPEAL_PERIOD_DAYS: i32 = 30;

/// No charging paper is older than this, so that the extracts are of one age.
const FIRST_CHARGE: Date = date(2021, 3, 1);

/// How a case went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No order; a hearing lies ahead.
    Pending,
    /// Ordered removed in absence; nothing has changed since.
    AbsentiaStands,
    /// Ordered removed in absence; a motion to reopen was denied.
    AbsentiaMotionDenied,
    /// Ordered removed in absence; a motion undid the order, a hearing lies ahead.
    AbsentiaUndone,
    /// As before, and a newer order followed.
    AbsentiaUndoneNewOrder,
    /// Ordered removed; nobody appealed in time.
    RemovalFinal,
    /// Ordered removed; the appeal is undecided.
    AppealPending,
    /// Ordered removed; the right to appeal is reserved and the period still runs.
    AppealPeriodRuns,
    /// Ordered removed; the appeal was dismissed.
    AppealDismissed,
    /// Ordered removed; the Board sent the case back, a hearing lies ahead.
    Remanded,
    /// Relief was granted.
    Relief,
    /// The proceeding was terminated.
    Terminated,
    /// Voluntary departure was granted, and the person left in time.
    VoluntaryDeparture,
}

/// Cases by outcome, per thousand.
const OUTCOMES: &[(Outcome, u32)] = &[
    (Outcome::Pending, 260),
    (Outcome::AbsentiaStands, 80),
    (Outcome::AbsentiaMotionDenied, 60),
    (Outcome::AbsentiaUndone, 115),
    (Outcome::AbsentiaUndoneNewOrder, 25),
    (Outcome::RemovalFinal, 70),
    (Outcome::AppealPending, 75),
    (Outcome::AppealPeriodRuns, 45),
    (Outcome::AppealDismissed, 45),
    (Outcome::Remanded, 50),
    (Outcome::Relief, 75),
    (Outcome::Terminated, 75),
    (Outcome::VoluntaryDeparture, 25),
];

/// One hearing on the docket.
#[derive(Debug, Clone)]
pub(crate) struct Hearing {
    /// The day it is set for.
    pub(crate) on: Date,
    /// Individual hearing on the merits; otherwise a master calendar hearing.
    pub(crate) is_individual: bool,
    /// Which proceeding of the case it belongs to, from 0.
    pub(crate) proceeding: usize,
}

/// How a proceeding ended.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    /// `COMP_DATE`
    pub(crate) on: Date,
    /// `DEC_CODE`: X removal, R relief, T terminated, V voluntary departure.
    pub(crate) code: &'static str,
    /// `ABSENTIA`
    pub(crate) in_absentia: bool,
    /// `APPEAL_RSVD`: A if the person reserved the right to appeal, O if it was waived, else blank.
    pub(crate) appeal_reserved: &'static str,
}

impl Decision {
    /// `DATE_APPEAL_DUE_STATUS`
    pub(crate) fn appeal_due_on(&self) -> Date {
        plus(self.on, APPEAL_PERIOD_DAYS)
    }
}

/// A motion before the court.
#[derive(Debug, Clone)]
pub(crate) struct Motion {
    /// `REC_TYPE`, which in this table holds the code of the motion: MA or RD.
    pub(crate) kind: &'static str,
    /// `MOTION_RECD_DATE`
    pub(crate) received_on: Date,
    /// `COMP_DATE`
    pub(crate) decided_on: Date,
    /// `DEC`: G granted, D denied.
    pub(crate) decision: &'static str,
}

/// An appeal to the Board.
#[derive(Debug, Clone)]
pub(crate) struct Appeal {
    /// `datAppealFiled`
    pub(crate) filed_on: Date,
    /// `datBIADecision` and `strBIADecision`, once decided.
    pub(crate) decided: Option<(Date, &'static str)>,
}

/// A case with all that happened in it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// How it went.
    pub(crate) outcome: Outcome,
    /// `OSC_DATE`: the day of the charging paper.
    pub(crate) charged_on: Date,
    /// Hearings in the order of their days.
    pub(crate) hearings: Vec<Hearing>,
    /// One or two proceedings; an open one has no decision.
    pub(crate) proceedings: Vec<Option<Decision>>,
    /// At most one motion.
    pub(crate) motion: Option<Motion>,
    /// At most one appeal.
    pub(crate) appeal: Option<Appeal>,
    /// The day from which an order is final, if one is.
    pub(crate) final_order_on: Option<Date>,
}

impl Case {
    /// A case charged some time after the entry.
    pub(crate) fn invent(entry: Date, chance: &mut Chance) -> Self {
        let outcome = chance.weighted(OUTCOMES);
        let earliest = plus(entry, 5).max(FIRST_CHARGE);
        let charged_on = chance.day(earliest, plus(earliest, 400));
        let first = court_day(plus(charged_on, chance.between(45, 200)));
        let second = court_day(plus(first, chance.between(90, 240)));
        let mut case = Self {
            outcome,
            charged_on,
            hearings: vec![master(first, 0), master(second, 0)],
            proceedings: vec![None],
            motion: None,
            appeal: None,
            final_order_on: None,
        };
        case.play(second, chance);
        case
    }

    /// Whether the story ends with a hearing that lies ahead.
    pub(crate) fn has_hearing_ahead(&self) -> bool {
        self.hearings.iter().any(|hearing| hearing.on > AS_OF)
    }

    /// The day from which the court knew that a hearing would be held: the hearing before it, or what reopened the case.
    pub(crate) fn known_on(&self, hearing: &Hearing) -> Date {
        let before = self.hearings.iter().filter(|other| other.on < hearing.on).map(|other| other.on);
        let motion = self.motion.iter().map(|motion| motion.decided_on);
        let appeal = self.appeal.iter().filter_map(|appeal| appeal.decided).map(|(on, _)| on);
        let events = before.chain(motion).chain(appeal).filter(|on| *on < hearing.on);
        events.max().unwrap_or(self.charged_on)
    }

    /// The last day on which anything was decided, if the case is over.
    pub(crate) fn ended_on(&self) -> Option<Date> {
        if self.has_hearing_ahead() {
            return None;
        }
        let decided = self.proceedings.iter().flatten().map(|decision| decision.on);
        let motion = self.motion.iter().map(|motion| motion.decided_on);
        let appeal = self.appeal.iter().filter_map(|appeal| appeal.decided).map(|(on, _)| on);
        decided.chain(motion).chain(appeal).chain(self.final_order_on).max()
    }

    fn play(&mut self, second: Date, chance: &mut Chance) {
        match self.outcome {
            Outcome::Pending => self.set_ahead(0, chance),
            Outcome::AbsentiaStands => self.final_order_on = Some(self.order_in_absence(second)),
            Outcome::AbsentiaMotionDenied => {
                self.final_order_on = Some(self.order_in_absence(second));
                self.decide_motion("D", chance);
            }
            Outcome::AbsentiaUndone => {
                self.order_in_absence(second);
                self.decide_motion("G", chance);
                self.reopen(chance);
            }
            Outcome::AbsentiaUndoneNewOrder => {
                self.order_in_absence(second);
                let reopened = self.decide_motion("G", chance);
                let merits = court_day(plus(reopened, chance.between(30, 80)));
                self.hearings.push(Hearing { on: merits, is_individual: true, proceeding: 1 });
                self.proceedings.push(Some(order(merits, "X", "O")));
                self.final_order_on = Some(merits);
            }
            Outcome::RemovalFinal => {
                let decided = self.decide_on_merits(second, "X", "", chance);
                self.final_order_on = Some(plus(decided, APPEAL_PERIOD_DAYS));
            }
            Outcome::AppealPending => {
                self.decide_on_merits(second, "X", "A", chance);
                self.file_appeal(None, chance);
            }
            Outcome::AppealPeriodRuns => self.decide_lately(chance),
            Outcome::AppealDismissed => {
                self.decide_on_merits(second, "X", "A", chance);
                self.final_order_on = self.file_appeal(Some("DIS"), chance);
            }
            Outcome::Remanded => {
                self.decide_on_merits(second, "X", "A", chance);
                self.file_appeal(Some("REM"), chance);
                self.reopen(chance);
            }
            Outcome::Relief => drop(self.decide_on_merits(second, "R", "", chance)),
            Outcome::Terminated => drop(self.decide_on_merits(second, "T", "", chance)),
            Outcome::VoluntaryDeparture => drop(self.decide_on_merits(second, "V", "O", chance)),
        }
    }

    fn set_ahead(&mut self, proceeding: usize, chance: &mut Chance) {
        let on = court_day(plus(AS_OF, chance.between(20, 420)));
        self.hearings.push(Hearing { on, is_individual: chance.permille(500), proceeding });
    }

    fn order_in_absence(&mut self, on: Date) -> Date {
        self.proceedings[0] = Some(Decision { on, code: "X", in_absentia: true, appeal_reserved: "" });
        on
    }

    fn decide_motion(&mut self, decision: &'static str, chance: &mut Chance) -> Date {
        let ordered = self.hearings[self.hearings.len() - 1].on;
        let received_on = plus(ordered, chance.between(20, 110));
        let decided_on = court_day(plus(received_on, chance.between(15, 55)));
        let kind = if chance.permille(700) { "MA" } else { "RD" };
        self.motion = Some(Motion { kind, received_on, decided_on, decision });
        decided_on
    }

    fn reopen(&mut self, chance: &mut Chance) {
        self.proceedings.push(None);
        self.set_ahead(1, chance);
    }

    fn decide_on_merits(
        &mut self,
        after: Date,
        code: &'static str,
        appeal_reserved: &'static str,
        chance: &mut Chance,
    ) -> Date {
        let on = court_day(plus(after, chance.between(60, 140)));
        self.hearings.push(Hearing { on, is_individual: true, proceeding: 0 });
        self.proceedings[0] = Some(order(on, code, appeal_reserved));
        on
    }

    /// An order so recent that the appeal period still runs on the day of the extracts.
    fn decide_lately(&mut self, chance: &mut Chance) {
        let on = court_day(plus(AS_OF, -chance.between(3, 12)));
        self.hearings.push(Hearing { on, is_individual: true, proceeding: 0 });
        self.proceedings[0] = Some(order(on, "X", "A"));
    }

    fn file_appeal(&mut self, decision: Option<&'static str>, chance: &mut Chance) -> Option<Date> {
        let ordered = self.hearings[self.hearings.len() - 1].on;
        let filed_on = plus(ordered, chance.between(5, 28));
        let decided = decision.map(|code| (court_day(plus(filed_on, chance.between(90, 150))), code));
        self.appeal = Some(Appeal { filed_on, decided });
        decided.map(|(on, _)| on)
    }
}

fn master(on: Date, proceeding: usize) -> Hearing {
    Hearing { on, is_individual: false, proceeding }
}

fn order(on: Date, code: &'static str, appeal_reserved: &'static str) -> Decision {
    Decision { on, code, in_absentia: false, appeal_reserved }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Purpose;

    #[test]
    fn every_story_runs_forward_and_ends_by_the_day_of_the_extracts() {
        for number in 0..5000 {
            let mut chance = Chance::new(1, Purpose::Household, number);
            let entry = chance.day(date(2008, 1, 1), date(2023, 6, 30));
            let case = Case::invent(entry, &mut chance);
            let hearings: Vec<Date> = case.hearings.iter().map(|hearing| hearing.on).collect();
            assert!(entry < case.charged_on && case.charged_on < hearings[0], "{case:?}");
            assert!(hearings.is_sorted(), "{case:?}");
            for decision in case.proceedings.iter().flatten() {
                assert!(decision.on <= AS_OF && hearings.contains(&decision.on), "{case:?}");
            }
            if let Some(motion) = &case.motion {
                assert!(motion.received_on <= motion.decided_on && motion.decided_on <= AS_OF, "{case:?}");
            }
            if let Some((on, _)) = case.appeal.as_ref().and_then(|appeal| appeal.decided) {
                assert!(on <= AS_OF, "{case:?}");
            }
            let open = case.proceedings.last().is_some_and(Option::is_none);
            assert_eq!(open, case.has_hearing_ahead(), "{case:?}");
        }
    }

    #[test]
    fn an_appeal_period_that_runs_ends_on_or_after_the_day_of_the_extracts() {
        let mut seen = 0;
        for number in 0..3000 {
            let case = Case::invent(date(2022, 1, 1), &mut Chance::new(1, Purpose::Household, number));
            let decision = case.proceedings[0].as_ref();
            let due = decision.map(Decision::appeal_due_on);
            let reserved = decision.is_some_and(|decision| decision.appeal_reserved == "A");
            if reserved && due.is_some_and(|due| due >= AS_OF) {
                seen += 1;
                assert_eq!(case.outcome, Outcome::AppealPeriodRuns);
            }
        }
        assert!(seen > 50);
    }
}
