//! Which office knows which address, and where the court's notices went.

use jiff::civil::Date;

use super::{Life, Role};
use crate::calendar::{AS_OF, days_between, plus};
use crate::case::{Case, Hearing};
use crate::chance::Chance;
use crate::household::Household;
use crate::place::Address;
use crate::rates::rate;

/// Days between the receipt of an address and a notice to the old one, from which the notice is beyond question late.
pub(crate) const SUPERSEDED_DAYS_MIN: i32 = 6;

/// Days in which a move may be reported to the other offices.
const REPORT_DAYS: i32 = 10;

/// Days before a hearing by which a second notice still counts as notice.
const RESERVICE_DAYS_MIN: i32 = 20;

/// An office that receives addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Office {
    Court,
    Benefits,
    Supervision,
}

impl Office {
    /// The word in the register.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Benefits => "benefits",
            Self::Supervision => "supervision",
        }
    }
}

/// An address that an office received.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) office: Office,
    pub(crate) address: Address,
    pub(crate) received_on: Date,
}

/// A notice of a hearing.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// `NTA` or `HEARING`
    pub(crate) kind: &'static str,
    pub(crate) mailed_on: Date,
    pub(crate) hearing_on: Date,
    /// `M` mailed, `P` in person, `C` on counsel.
    pub(crate) served: &'static str,
    pub(crate) address: Address,
}

/// The addresses that offices received after the moves of the household.
pub(crate) fn registrations(
    life: &Life,
    is_supervised: bool,
    home: &Household,
    chance: &mut Chance,
) -> Vec<Registration> {
    let last = plus(life.left_on.unwrap_or(AS_OF), -1);
    let mut entries = Vec::new();
    for residence in home.residences.iter().skip(1) {
        for (office, share) in [
            (Office::Court, if life.role == Role::Respondent { 780 } else { 0 }),
            (Office::Benefits, if life.role == Role::Applicant { 600 } else { 100 }),
            (Office::Supervision, if is_supervised { 300 } else { 0 }),
        ] {
            let received_on = plus(residence.from, chance.between(3, 21));
            let is_told = life.has_number && chance.permille(share);
            let is_late = office == Office::Court
                && life.case.as_ref().is_none_or(|case| residence.from <= case.charged_on);
            if is_told && !is_late && received_on <= last {
                entries.push(Registration { office, address: residence.address.clone(), received_on });
            }
        }
    }
    entries
}

impl Life {
    /// Position of the newest address that any office received.
    pub(crate) fn newest_registration(&self) -> Option<usize> {
        let entries = &self.registrations;
        (0..entries.len()).max_by_key(|nth| (entries[*nth].received_on, *nth))
    }

    /// Positions of the newest entry of each office that was not told of the newest address.
    pub(crate) fn offices_not_told(&self) -> Vec<usize> {
        let entries = &self.registrations;
        let Some(newest) = self.newest_registration() else { return Vec::new() };
        let is_last = |nth: &usize| {
            let office = entries[*nth].office;
            entries.iter().enumerate().all(|(other, entry)| entry.office != office || other <= *nth)
        };
        (0..entries.len())
            .filter(is_last)
            .filter(|nth| entries[*nth].address != entries[newest].address)
            .collect()
    }

    /// Of the people who told one office of a move and not another that they told of an earlier one, the stated share
    /// remains, if the days to report the move have passed; of the others one office never heard.
    pub(super) fn tell_the_other_offices(&mut self, chance: &mut Chance) {
        while let Some(&stale) = self.offices_not_told().first() {
            let Some(newest) = self.newest_registration() else { return };
            let is_past = days_between(self.registrations[newest].received_on, AS_OF) > REPORT_DAYS;
            if is_past && chance.permille(rate("NT-02")) {
                return;
            }
            let is_court = self.registrations[stale].office == Office::Court;
            self.registrations.remove(if is_court { newest } else { stale });
        }
    }

    /// The address that the court knows at the start of a day, and since when, if it was told of a change.
    pub(crate) fn court_address<'a>(
        &'a self,
        case: &Case,
        home: &'a Household,
        day: Date,
    ) -> (&'a Address, Option<Date>) {
        let told = self.registrations.iter().filter(|entry| entry.office == Office::Court);
        let last = told.filter(|entry| entry.received_on < day).max_by_key(|entry| entry.received_on);
        match last {
            Some(entry) => (&entry.address, Some(entry.received_on)),
            None => (home.address_on(case.charged_on), None),
        }
    }
}

/// One notice for each hearing, to the address that the court knew; sometimes a first one to the old address and
/// then another in good time.
pub(crate) fn notices(case: &Case, life: &Life, home: &Household, chance: &mut Chance) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (at, hearing) in case.hearings.iter().enumerate() {
        let mailed_on = mailing_day(at, hearing, case, life, chance);
        let kind = if at == 0 { "NTA" } else { "HEARING" };
        let served = if at == 0 {
            chance.weighted(&[("P", 55), ("M", 45)])
        } else {
            chance.weighted(&[("M", 88), ("C", 8), ("P", 4)])
        };
        let (address, told_on) = life.court_address(case, home, mailed_on);
        let notice = Notice { kind, mailed_on, hearing_on: hearing.on, served, address: address.clone() };
        let superseded = told_on
            .filter(|told| days_between(*told, mailed_on) >= SUPERSEDED_DAYS_MIN)
            .map(|told| life.court_address(case, home, told).0);
        let known_still = |on| life.court_address(case, home, on).0 == address;
        notices.extend(with_history(notice, superseded, known_still, chance));
    }
    notices
}

fn mailing_day(at: usize, hearing: &Hearing, case: &Case, life: &Life, chance: &mut Chance) -> Date {
    if at == 0 {
        return case.charged_on;
    }
    let before = plus(hearing.on, -chance.between(25, 50));
    let known = case.known_on(hearing);
    let mut day = before.max(plus(known, 1)).min(plus(hearing.on, -2));
    if day > plus(AS_OF, -2) {
        day = chance.day(plus(known, 1).max(plus(AS_OF, -75)), plus(AS_OF, -2));
    }
    while life.registrations.iter().any(|entry| entry.received_on == day) && day > plus(known, -3) {
        day = plus(day, -1);
    }
    day
}

/// The notice as served, given the address that it would have superseded and whether its own is still the one
/// known on a later day: on counsel at counsel's office, in person whatever the address, or mailed.
fn with_history(
    mut notice: Notice,
    superseded: Option<&Address>,
    known_still: impl Fn(Date) -> bool,
    chance: &mut Chance,
) -> Vec<Notice> {
    if notice.served == "C" {
        notice.address = Address::any(chance);
        return vec![notice];
    }
    let Some(old) = superseded else {
        return vec![notice];
    };
    if notice.served == "P" && chance.permille(500) {
        notice.address = old.clone();
        return vec![notice];
    }
    let again_on = plus(notice.mailed_on, chance.between(7, 12));
    let in_time = again_on < AS_OF
        && known_still(again_on)
        && days_between(again_on, notice.hearing_on) >= RESERVICE_DAYS_MIN;
    if notice.served == "M" && in_time && chance.permille(120) {
        let again = Notice { mailed_on: again_on, ..notice.clone() };
        notice.address = old.clone();
        return vec![notice, again];
    }
    vec![notice]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Purpose;

    fn notice(served: &'static str, chance: &mut Chance) -> Notice {
        let mailed_on = plus(AS_OF, -60);
        let address = Address::any(chance);
        Notice { kind: "HEARING", mailed_on, hearing_on: plus(mailed_on, 90), served, address }
    }

    #[test]
    fn nothing_is_served_again_at_an_address_that_has_been_superseded_since() {
        let mut chance = Chance::new(1, Purpose::Block, 0);
        for _ in 0..500 {
            let old = Address::any(&mut chance);
            let sent = with_history(notice("M", &mut chance), Some(&old), |_| false, &mut chance);
            assert!(sent.len() == 1 && sent[0].address != old);
        }
    }

    #[test]
    fn a_mailed_notice_to_an_old_address_is_always_served_again_in_good_time() {
        let mut chance = Chance::new(1, Purpose::Block, 0);
        let mut served_again = 0;
        for _ in 0..500 {
            let old = Address::any(&mut chance);
            let sent = with_history(notice("M", &mut chance), Some(&old), |_| true, &mut chance);
            if sent[0].address == old {
                served_again += 1;
                assert_eq!(sent.len(), 2);
                assert_ne!(sent[1].address, old);
                assert!(days_between(sent[1].mailed_on, sent[1].hearing_on) >= RESERVICE_DAYS_MIN);
            }
        }
        assert!(served_again > 20);
    }
}
