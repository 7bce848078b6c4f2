//! ID-07: day and month exchanged, or one digit wrong.
//!
//! One form asks for the month first, the next one for the day. A clerk exchanges them, or strikes the
//! neighboring key, and the person has two dates of birth. Under one set of prints the inspector general
//! found 14 combinations (DHS OIG-12-111).
//!
//! The rule compares the dates of birth of the records in the file. Two differ by a slip when one is the
//! other with day and month exchanged, or when exactly one of their eight digits differs. The record at fault
//! is the one that stands against most others; of two alone, the one without a birth document, then the later
//! one.
//!
//! It stays silent when both dates rest on birth documents (then there are two papers to explain), when one
//! is a default of 1 January or cannot be at all (ID-06), and when name or number say that the two are
//! different people: brothers are born on like dates, and so, now and then, are namesakes. A finding may end a protection that hangs on age, so it
//! stays inside until charter 4 is met.

use std::cmp::Reverse;

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord, Standing};
use redress_statement::{Attribute, PartialDate, name::PersonName};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::{Agreement, a_numbers, any_accepted, birth_date_of, exchanged, name_of, names},
    majority::odd_ones,
    schedule::next_day,
    sequence::in_order,
    wording::{counted, spoken},
};

/// The check.
pub(crate) struct DayAndMonthExchanged;

static SPEC: Spec = Spec {
    id: "ID-07",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Day and month exchanged, or one digit wrong",
    family: Family::Identity,
    harm: Harm::H3,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::BirthDate,
        Attribute::BirthDocument,
        Attribute::ANumber,
        Attribute::PassportNumber,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["id_06_year", "id_07_probability"],
    rule: "The birth date of a record differs from that of the other records exactly by day and month \
           exchanged, both possible, or by one digit.",
    not_when: &[
        "both dates are supported by birth documents",
        "one of the dates is 1 January from a source that writes it by default (ID-06)",
        "one of the dates lies in the future or before {id_06_year} (ID-06)",
        "the records disagree in name or A-number: another person",
        "a link waits for review, and the model holds it to be less likely than not, or neither A-number nor passport number \
         is shared: a namesake born on a like day",
    ],
    harm_in_words: "Two systems hold two people; protection that hangs on age is lost.",
    evidence_shown: "Both dates with their papers, and the order of day and month in each source.",
    route: Route {
        actor: "the office that derived the date",
        instrument: "correct the derived record and keep the history",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-12-111",
};

impl Check for DayAndMonthExchanged {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let number = |name| parameters.number(name, world.today);
        let (Ok(year), Ok(probability)) = (number("id_06_year"), number("id_07_probability")) else {
            return Vec::new();
        };
        let is_likely = |record: &&CaseRecord| match record.standing {
            Standing::Accepted => true,
            Standing::Possible { evidence, .. } => evidence.match_probability >= probability,
        };
        let born: Vec<Born<'_>> = in_order(case.identities())
            .filter(is_likely)
            .filter_map(Born::of)
            .filter(|born| born.can_be(year as i16, world))
            .collect();
        let pairs = (0..born.len()).flat_map(|a| (a + 1..born.len()).map(move |b| (a, b)));
        let conflicts: Vec<_> = pairs.filter(|&(a, b)| born[a].slipped_from(&born[b])).collect();
        odd_ones(&conflicts, |place| born[place].doubt())
            .into_iter()
            .filter_map(|(odd, against)| {
                let others: Vec<&Born<'_>> = against.iter().map(|place| &born[*place]).collect();
                let records = others.iter().map(|other| other.record);
                any_accepted(born[odd].record, records).then(|| report(&born[odd], &others, case, world))?
            })
            .collect()
    }
}

/// A record with its date of birth and what else says whose it is.
struct Born<'a> {
    record: &'a CaseRecord,
    birth_date: PartialDate,
    name: PersonName,
    has_document: bool,
}

impl<'a> Born<'a> {
    fn of(record: &'a CaseRecord) -> Option<Self> {
        let birth_date = birth_date_of(record)?;
        let has_document = record.record.mark(Attribute::BirthDocument) == Some(true);
        Some(Self { record, birth_date, name: name_of(record), has_document })
    }

    /// Neither impossible nor a default: those are ID-06's.
    fn can_be(&self, least_year: i16, world: &World<'_>) -> bool {
        let is_default = world.source(&self.record.record.key.source).writes_by_default(self.birth_date);
        let is_possible = self.birth_date.year().is_some_and(|year| year >= least_year)
            && self.birth_date.to_civil().is_some_and(|day| day <= world.today);
        is_possible && !is_default
    }

    fn slipped_from(&self, other: &Self) -> bool {
        let (a, b) = (self.birth_date, other.birth_date);
        (exchanged(a, b) || a.differs_by_one_digit(b))
            && names(&self.name, &other.name) == Agreement::Agree
            && a_numbers(self.record, other.record) != Agreement::Disagree
            && !(self.has_document && other.has_document)
            && (self.record.is_accepted() && other.record.is_accepted() || self.shares_number(other))
    }

    /// Whether the two bear one A-number or one passport number: of a link that waits for review, a name and a like day
    /// are not enough, as namesakes are born on like days now and then.
    fn shares_number(&self, other: &Self) -> bool {
        let passport = |born: &Self| born.record.record.value(Attribute::PassportNumber).map(str::to_owned);
        a_numbers(self.record, other.record) == Agreement::Agree
            || passport(self).is_some() && passport(self) == passport(other)
    }

    /// Of two records alone: no birth document, then only a possible link, then the later one.
    fn doubt(&self) -> impl Ord + use<> {
        (Reverse(self.has_document), Reverse(self.record.is_accepted()), self.record.id)
    }
}

fn report(odd: &Born<'_>, others: &[&Born<'_>], case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    let other = others.first()?;
    let records = std::iter::once(odd.record).chain(others.iter().map(|other| other.record));
    let inputs: Vec<_> = records.map(|record| (record, Attribute::BirthDate)).collect();
    let what = if exchanged(odd.birth_date, other.birth_date) {
        "day and month are exchanged"
    } else {
        "one digit differs"
    };
    let sentence = format!(
        "The birth date here is {}; in {} it is {}: {what}.",
        spoken(odd.birth_date),
        counted(others.len(), "other record", "other records"),
        spoken(other.birth_date),
    );
    Some(Discrepancy::new(&SPEC, odd.record, &inputs, sentence, next_day(case, world.today)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    fn record(source: &str, given_name: &str, birth_date: &str) -> String {
        format!("{source}\n  family_name Ruiz\n  given_name {given_name}\n  birth_date {birth_date}\n")
    }

    /// Two records of Ana, and one record of the border as given.
    fn file(given_name: &str, birth_date: &str) -> String {
        record("benefits applications IOE1", "Ana", "1990-03-04")
            + &record("border i94_records I1", given_name, birth_date)
            + &record("court court_names 11", "Ana", "1990-03-04")
    }

    #[test]
    fn fires_on_an_exchange_and_on_one_digit() {
        for (birth_date, expected) in [
            (
                "1990-04-03",
                "3 April 1990; in 2 other records it is 4 March 1990: day and month are exchanged.",
            ),
            ("1990-03-14", "14 March 1990; in 2 other records it is 4 March 1990: one digit differs."),
            ("1980-03-04", "4 March 1980; in 2 other records it is 4 March 1990: one digit differs."),
        ] {
            let expected = format!("border/I1: The birth date here is {expected}");
            check(&DayAndMonthExchanged, &file("Ana", birth_date), &[&expected]);
        }
    }

    #[test]
    fn of_two_records_the_one_without_a_birth_document_is_at_fault() {
        let (one, two) = (
            record("benefits applications IOE1", "Ana", "1990-03-04"),
            record("court court_names 11", "Ana", "1990-04-03"),
        );
        let court = "court/11: The birth date here is 3 April 1990; in 1 other record it is 4 March 1990: \
                     day and month are exchanged.";
        let benefits = "benefits/IOE1: The birth date here is 4 March 1990; in 1 other record it is 3 April \
                        1990: day and month are exchanged.";
        check(&DayAndMonthExchanged, &format!("{one}{two}"), &[court]);
        check(&DayAndMonthExchanged, &format!("{one}{two}  birth_document yes"), &[benefits]);
    }

    #[test]
    fn stays_silent() {
        for (given_name, birth_date) in [
            ("Ana", "1990-03-04"),
            ("Ana", "1990-03-15"),
            ("Ana", "1991-04-03"),
            ("Ana", "1990"),
            ("Luis", "1990-04-03"),
        ] {
            check(&DayAndMonthExchanged, &file(given_name, birth_date), &[]);
        }
        let another = file("Ana", "1990-04-03\n  a_number 200009999");
        let numbered = another.replace("1990-03-04", "1990-03-04\n  a_number 200000017");
        check(&DayAndMonthExchanged, &numbered, &[]);
    }

    #[test]
    fn stays_silent_where_nothing_that_disagrees_is_held_to_be_of_this_person() {
        let other = record("status extract S1", "Luis", "1962-11-23");
        let possible = record("benefits applications IOE1 possible", "Ana", "1990-03-04")
            + &record("court court_names 11 possible", "Ana", "1990-04-03");
        check(&DayAndMonthExchanged, &format!("{other}{possible}"), &[]);
    }

    #[test]
    fn stays_silent_where_both_have_documents_or_one_is_a_default_or_cannot_be() {
        let documented = "  birth_document yes\n";
        let two = record("benefits applications IOE1", "Ana", "1990-03-04")
            + documented
            + &record("benefits applications IOE2", "Ana", "1990-04-03")
            + documented;
        check(&DayAndMonthExchanged, &two, &[]);
        let of = |text: &str| file("Ana", text).replace("1990-03-04", "1999-01-11");
        check(&DayAndMonthExchanged, &of("1999-01-01"), &[]);
        check(&DayAndMonthExchanged, &of("1899-01-11"), &[]);
        let future = file("Ana", "2039-03-04").replace("1990-03-04", "2009-03-04");
        check(&DayAndMonthExchanged, &future, &[]);
    }

    /// Over a link that waits for review a name and a like day are not enough: it takes a number.
    #[test]
    fn a_waiting_link_needs_a_shared_number() {
        let pair = |more: &str, other: &str| {
            record("benefits applications IOE1", "Ana", "1990-03-04")
                + more
                + &record("border i94_records I1 possible", "Ana", "1990-04-03")
                + other
        };
        let found = "border/I1: The birth date here is 3 April 1990; in 1 other record it is 4 March 1990: day and \
                     month are exchanged.";
        let (passport, number) = ("  passport_number X1234567\n", "  a_number 200000017\n");
        for (more, other, expected) in [
            ("", "", &[][..]),
            (passport, "", &[]),
            (passport, "  passport_number Y7654321\n", &[]),
            (passport, passport, &[found][..]),
            (number, number, &[found]),
        ] {
            check(&DayAndMonthExchanged, &pair(more, other), expected);
        }
    }
}
