//! ID-06: default or impossible birth date.
//!
//! Many programs write 1 January when only the year of birth is known: 15 % of the refugees of one program
//! are recorded as born on that day. Whoever compares such dates merges strangers, and a child may be treated
//! as grown up. Other dates cannot be: the inspector general counted 25,000 of them, 2049 among the years
//! (DHS OIG-12-111).
//!
//! The rule reports a birth date on the day that its source declares to write by default, or on 1 January in
//! a source that has that day three times as often as chance gives it. It reports, too, a year in the future,
//! a year before 1900, and a birth after the same person's entry.
//!
//! It stays silent when a birth document gives that very day, and when another source that declares no
//! default states the same day: people are born on 1 January, and where two offices agree on a birth after an
//! entry, it is the entry that is in doubt. A finding may end a protection that hangs on
//! age, so it stays inside until charter 4 is met.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, PartialDate};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, SourceFacts, Spec, World,
    agreement::{Agreement, birth_date_of, exchanged, name_of, names},
    schedule::next_day,
    sequence::in_order,
    wording::{spoken, spoken_day},
};

/// The check.
pub(crate) struct DefaultOrImpossibleBirthDate;

static SPEC: Spec = Spec {
    id: "ID-06",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Default or impossible birth date",
    family: Family::Identity,
    harm: Harm::H3,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::BirthDate,
        Attribute::BirthDocument,
        Attribute::ArrivedOn,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["id_06_first_of_january_share", "id_06_year"],
    rule: "The birth date is the day that its source writes by default, or 1 January in a source where that \
           day exceeds three times its share of a year; or it lies in the future, before {id_06_year}, or after the \
           person's entry.",
    not_when: &[
        "a birth document with that day is on file",
        "another source, which declares no default, states the same day",
        "a birth after an entry, and another source states the same birth date: the entry is in doubt",
    ],
    harm_in_words: "Protection that hangs on age is lost, and strangers who share the day are taken for one \
                    person.",
    evidence_shown: "The source and the day of its first appearance, the source's default, the other dates \
                     on record.",
    route: Route {
        actor: "the office that keeps the record",
        instrument: "keep the year alone (precision: year); the day does not count in any comparison",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-12-111",
};

impl Check for DefaultOrImpossibleBirthDate {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let (Ok(share), Ok(year)) = (
            parameters.number("id_06_first_of_january_share", world.today),
            parameters.number("id_06_year", world.today),
        ) else {
            return Vec::new();
        };
        let rule = Rule { case, world, share, year: year as i16 };
        // A possible record is read in the file that it is accepted in.
        case.identities()
            .filter(|record| record.is_accepted())
            .filter_map(|record| rule.apply(record))
            .collect()
    }
}

struct Rule<'a> {
    case: &'a CaseFile,
    world: &'a World<'a>,
    share: f64,
    year: i16,
}

impl Rule<'_> {
    fn apply(&self, record: &CaseRecord) -> Option<Discrepancy> {
        let born = birth_date_of(record)?;
        let said = spoken(born);
        if let Some(why) = self.impossible(born) {
            let sentence = format!("The birth date here is {said}, {why}.");
            return Some(self.report(record, &[(record, Attribute::BirthDate)], sentence));
        }
        if let Some((entry, arrived_on)) = self.entry_before_birth(record, born) {
            let day = spoken_day(arrived_on);
            let sentence = format!("The birth date here is {said}, after an arrival on {day}.");
            let inputs = [(record, Attribute::BirthDate), (entry, Attribute::ArrivedOn)];
            return Some(self.report(record, &inputs, sentence));
        }
        if !self.is_default(record, born)
            || self.is_documented(born)
            || self.is_stated_without_default(record, born)
        {
            return None;
        }
        let sentence = format!(
            "The birth date here is {said}, the day that this source writes when only the year is known, and \
             nothing else supports the day."
        );
        let inputs: Vec<_> = std::iter::once(record)
            .chain(in_order(self.case.accepted()).filter(|other| other.id != record.id))
            .map(|record| (record, Attribute::BirthDate))
            .collect();
        Some(self.report(record, &inputs, sentence))
    }

    fn impossible(&self, born: PartialDate) -> Option<String> {
        let today = self.world.today;
        let is_future = born.to_civil().is_some_and(|day| day > today) || born.year()? > today.year();
        match born.year()? {
            _ if is_future => Some("a day in the future".to_owned()),
            year if year < self.year => Some(format!("before the year {}", self.year)),
            _ => None,
        }
    }

    /// An arrival of the same person before the birth, unless the birth date of another record is one slip of
    /// a finger away: then that slip is the error (ID-07). Nor where another source states the same day: then it
    /// is the arrival that is in doubt.
    fn entry_before_birth(&self, record: &CaseRecord, born: PartialDate) -> Option<(&CaseRecord, Date)> {
        let born_on = born.to_civil()?;
        let slipped = |other: &CaseRecord| {
            birth_date_of(other).is_some_and(|date| exchanged(date, born) || date.differs_by_one_digit(born))
        };
        let source = &record.record.key.source;
        let states_the_day = |other: &CaseRecord| {
            other.record.key.source != *source
                && birth_date_of(other) == Some(born)
                && !self.is_default(other, born)
        };
        if self.of_the_same_name(record).any(|other| slipped(other) || states_the_day(other)) {
            return None;
        }
        self.of_the_same_name(record)
            .filter_map(|other| Some((other, other.record.day(Attribute::ArrivedOn)?)))
            .filter(|(_, arrived_on)| *arrived_on < born_on)
            .min_by_key(|(other, arrived_on)| (*arrived_on, other.id))
    }

    fn of_the_same_name(&self, record: &CaseRecord) -> impl Iterator<Item = &CaseRecord> {
        let name = name_of(record);
        self.case
            .identities()
            .filter(move |other| other.id == record.id || names(&name_of(other), &name) == Agreement::Agree)
    }

    fn is_default(&self, record: &CaseRecord, born: PartialDate) -> bool {
        let facts = self.world.source(&record.record.key.source);
        facts.writes_by_default(born) || (born.is_first_of_january() && self.exceeds_chance(facts))
    }

    fn exceeds_chance(&self, facts: SourceFacts) -> bool {
        facts.first_of_january_share.is_some_and(|share| share > self.share)
    }

    fn is_documented(&self, born: PartialDate) -> bool {
        self.case.identities().any(|other| {
            birth_date_of(other) == Some(born) && other.record.mark(Attribute::BirthDocument) == Some(true)
        })
    }

    fn is_stated_without_default(&self, record: &CaseRecord, born: PartialDate) -> bool {
        self.case.identities().any(|other| {
            let source = &other.record.key.source;
            *source != record.record.key.source
                && birth_date_of(other) == Some(born)
                && self.world.source(source).birth_date_default.is_none()
                && !self.exceeds_chance(self.world.source(source))
        })
    }

    fn report(
        &self,
        record: &CaseRecord,
        inputs: &[(&CaseRecord, Attribute)],
        sentence: String,
    ) -> Discrepancy {
        Discrepancy::new(&SPEC, record, inputs, sentence, next_day(self.case, self.world.today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{check, run, sources};

    const BORDER: &str = "
        border i94_records I1
          family_name Ruiz
          given_name Ana
          birth_date 1990-01-01
          arrived_on 2019-05-06\n";

    const DEFAULT: &str = "border/I1: The birth date here is 1 January 1990, the day that this source writes \
                           when only the year is known, and nothing else supports the day.";

    fn benefits(birth_date: &str) -> String {
        format!(
            "
        benefits applications IOE1
          family_name Ruiz
          given_name Ana
          birth_date {birth_date}\n"
        )
    }

    #[test]
    fn fires_on_a_declared_default() {
        check(&DefaultOrImpossibleBirthDate, BORDER, &[DEFAULT]);
        check(&DefaultOrImpossibleBirthDate, &format!("{BORDER}{}", benefits("1990-03-04")), &[DEFAULT]);
    }

    #[test]
    fn stays_silent_where_the_day_is_supported() {
        let stated = format!("{BORDER}{}", benefits("1990-01-01"));
        check(&DefaultOrImpossibleBirthDate, &stated, &[]);
        let documented = format!("{BORDER}{}          birth_document yes", BORDER.replace("I1", "I2"));
        check(&DefaultOrImpossibleBirthDate, &documented, &[]);
    }

    #[test]
    fn another_source_with_a_default_supports_nothing() {
        let text = format!("{BORDER}{}", BORDER.replace("border i94_records I1", "status extract S1"));
        let status = DEFAULT.replace("border/I1", "status/S1");
        check(&DefaultOrImpossibleBirthDate, &text, &[DEFAULT, &status]);
    }

    #[test]
    fn stays_silent_on_another_day_another_source_and_a_possible_record() {
        check(&DefaultOrImpossibleBirthDate, &BORDER.replace("1990-01-01", "1990-01-02"), &[]);
        check(&DefaultOrImpossibleBirthDate, &benefits("1990-01-01"), &[]);
        let possible = format!("{}{}", benefits("1990-03-04"), BORDER.replace("I1", "I1 possible"));
        check(&DefaultOrImpossibleBirthDate, &possible, &[]);
    }

    #[test]
    fn fires_where_a_source_has_the_day_too_often() {
        let case = redress_testkit::parse_case_file(&benefits("1990-01-01"));
        for (share, n_found) in [(0.02, 1), (0.005, 0)] {
            let mut facts = sources();
            facts.get_mut(&"benefits".parse().unwrap()).unwrap().first_of_january_share = Some(share);
            let world = World {
                today: crate::fixture::TODAY,
                sources: &facts,
                holders: &crate::NoHolders,
                keeping: &crate::NothingKept,
            };
            let parameters = Parameters::built_in().unwrap();
            assert_eq!(
                DefaultOrImpossibleBirthDate.run(&case, &world, &parameters).len(),
                n_found,
                "{share}"
            );
        }
        assert!(run(&DefaultOrImpossibleBirthDate, &case, &[]).is_empty());
    }

    #[test]
    fn fires_on_dates_that_cannot_be() {
        for (birth_date, said) in [
            ("2049-03-04", "4 March 2049, a day in the future"),
            ("1899-03-04", "4 March 1899, before the year 1900"),
            ("2019-05-07", "7 May 2019, after an arrival on 6 May 2019"),
        ] {
            let text = BORDER.replace("1990-01-01", birth_date);
            check(
                &DefaultOrImpossibleBirthDate,
                &text,
                &[&format!("border/I1: The birth date here is {said}.")],
            );
        }
        check(&DefaultOrImpossibleBirthDate, &BORDER.replace("1990-01-01", "2019-05-06"), &[]);
    }

    #[test]
    fn a_day_that_another_office_states_throws_the_doubt_on_the_entry() {
        let late = |birth_date: &str| {
            format!("{}{}", BORDER.replace("1990-01-01", birth_date), benefits("2019-09-16"))
        };
        check(&DefaultOrImpossibleBirthDate, &late("2019-09-16"), &[]);
        let border = "border/I1: The birth date here is 28 December 2021, after an arrival on 6 May 2019.";
        let other =
            "benefits/IOE1: The birth date here is 16 September 2019, after an arrival on 6 May 2019.";
        check(&DefaultOrImpossibleBirthDate, &late("2021-12-28"), &[border, other]);
    }

    #[test]
    fn a_slip_of_a_finger_past_the_arrival_is_not_impossible() {
        let text = format!("{}{}", BORDER.replace("1990-01-01", "2019-08-06"), benefits("2010-08-06"));
        check(&DefaultOrImpossibleBirthDate, &text, &[]);
    }
}
