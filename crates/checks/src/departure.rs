//! The evidence that somebody left, gathered from a case file: which records may speak, before the ladder weighs them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use redress_casefile::{CaseFile, CaseRecord, closing::Ladder};
use redress_statement::{Attribute, SourceId};

use crate::{ParameterError, Parameters, SourceFacts, agreement::same_person, sequence::in_order};

/// Which records may bear a departure out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Those held to be of the person, and those whose link waits for clerical review: for a finding, which says so.
    PossibleToo,
    /// Only those held to be of the person: for whatever a closing rests on.
    AcceptedOnly,
}

/// How far apart two records of one departure may lie, in days.
///
/// # Errors
/// When the parameter has no value on `today`.
pub fn departure_days_apart(parameters: &Parameters, today: Date) -> Result<i32, ParameterError> {
    parameters.days("dp_01_days_apart", today)
}

/// The ladder of the person that `about` describes. None where no record states a departure.
///
/// Only records that speak of that person count, whatever linkage made of them: a case file may hold two people
/// (ID-01). Signs of presence are read from possible links too, because the careful side is to close nothing.
/// Sources of one owner are one voice.
#[must_use]
pub fn departure_ladder<'a>(
    about: &CaseRecord,
    case: &'a CaseFile,
    sources: &BTreeMap<SourceId, SourceFacts>,
    days_apart: i32,
    which: Evidence,
) -> Option<Ladder<'a>> {
    let of_person = of_person(about, case);
    let evidence = that_may_speak(&of_person, which);
    Ladder::climb(&evidence, &of_person, days_apart, &|a, b| has_same_owner(sources, a, b))
}

/// Every departure in a case file, person by person where it holds two people, each on its own ladder.
#[must_use]
pub fn departures_of<'a>(
    case: &'a CaseFile,
    sources: &BTreeMap<SourceId, SourceFacts>,
    days_apart: i32,
    which: Evidence,
) -> Vec<Ladder<'a>> {
    let mut ladders: Vec<Ladder<'a>> = Vec::new();
    let states_one = |record: &&CaseRecord| {
        let mut rows = std::iter::once(*record).chain(case.attached(record.id));
        rows.any(|row| row.record.day(Attribute::DepartedOn).is_some())
    };
    let on_a_ladder = |ladders: &[Ladder<'_>], record: &CaseRecord| {
        ladders.iter().flat_map(|ladder| &ladder.items).any(|item| item.record.id == record.id)
    };
    for about in in_order(case.identities().filter(states_one)) {
        if about.record.day(Attribute::DepartedOn).is_some() && on_a_ladder(&ladders, about) {
            continue;
        }
        let of_person = of_person(about, case);
        let mut evidence = that_may_speak(&of_person, which);
        evidence.retain(|record| !on_a_ladder(&ladders, record));
        let found = Ladder::every(&evidence, &of_person, days_apart, &|a, b| has_same_owner(sources, a, b));
        ladders.extend(found);
    }
    ladders
}

/// The records of a case file that speak of one person, whatever linkage made of them.
fn of_person<'a>(about: &CaseRecord, case: &'a CaseFile) -> Vec<&'a CaseRecord> {
    in_order(case.identities())
        .filter(|record| record.id == about.id || same_person(record, about))
        .flat_map(|record| std::iter::once(record).chain(in_order(case.attached(record.id))))
        .collect()
}

fn that_may_speak<'a>(records: &[&'a CaseRecord], which: Evidence) -> Vec<&'a CaseRecord> {
    let may_speak = |record: &&CaseRecord| which == Evidence::PossibleToo || record.is_accepted();
    records.iter().copied().filter(may_speak).collect()
}

fn has_same_owner(sources: &BTreeMap<SourceId, SourceFacts>, a: &SourceId, b: &SourceId) -> bool {
    let owner = |source: &SourceId| sources.get(source).and_then(|facts| facts.owner);
    owner(a).is_some() && owner(a) == owner(b)
}

#[cfg(test)]
mod tests {
    use redress_casefile::closing::{Allowed, Rung};
    use redress_testkit::parse_case_file;

    use super::*;

    const DAYS_APART: i32 = 7;

    /// A record of Ana, of a source, with statements.
    fn record(source: &str, key: &str, standing: &str, statements: &[&str]) -> String {
        let mut text = format!("{source} table {key} {standing}\n");
        for statement in
            ["family_name Ruiz", "given_name Ana", "birth_date 1990-03-04"].iter().chain(statements)
        {
            text.push_str(&format!("  {statement}\n"));
        }
        text
    }

    /// The case file of the status record S1 and of records `SOURCE BASIS DAY [STANDING]` or `SOURCE arrived DAY` and
    /// `SOURCE present DAY`.
    fn case_of(lines: &[&str]) -> CaseFile {
        let mut text = record("status", "S1", "", &["case_status ACTIVE"]);
        for (nth, line) in lines.iter().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (source, what, day) = (words[0], words[1], words[2]);
            let standing = words.get(3).copied().unwrap_or("");
            let day = match what {
                "arrived" => vec![format!("arrived_on {day}")],
                "present" => vec![format!("present_on {day}")],
                "noted" => vec![format!("departed_on {day}")],
                basis => vec![format!("departed_on {day}"), format!("departure_basis {basis}")],
            };
            let statements: Vec<&str> = day.iter().map(String::as_str).collect();
            text.push_str(&record(source, &format!("K{nth}"), standing, &statements));
        }
        parse_case_file(&text)
    }

    #[track_caller]
    fn check(lines: &[&str], expected: Option<(Rung, usize, usize, Allowed)>) {
        let case = case_of(lines);
        let ladder = departure_ladder(
            &case.records[0],
            &case,
            &crate::fixture::sources(),
            DAYS_APART,
            Evidence::AcceptedOnly,
        );
        let found = ladder.map(|l| (l.rung, l.items.len(), l.presences.len(), l.allows()));
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn each_rung_allows_what_it_allows() {
        use Allowed::{Ask, PauseCheckIns, ProposeClosing};
        for (lines, expected) in [
            (&[][..], None),
            // A: an exit that happened, and a record of another owner that rests on something else.
            (
                &["border FLOWN_MANIFEST 2026-06-09", "status FOREIGN_ENTRY_STAMP 2026-06-11"],
                Some((Rung::A, 2, 0, ProposeClosing)),
            ),
            // Another office that does not say how it knows may have copied the first, and so may one with the same manifest.
            (
                &["border FLOWN_MANIFEST 2026-06-09", "status noted 2026-06-11"],
                Some((Rung::C, 2, 0, PauseCheckIns)),
            ),
            (
                &["border FLOWN_MANIFEST 2026-06-09", "benefits FLOWN_MANIFEST 2026-06-09"],
                Some((Rung::C, 2, 0, PauseCheckIns)),
            ),
            (&["status CONSULAR_CONFIRMATION 2026-06-11"], Some((Rung::C, 1, 0, PauseCheckIns))),
            (
                &["border EXIT_RECORD 2026-06-09", "benefits FLOWN_MANIFEST 2026-06-16"],
                Some((Rung::A, 2, 0, ProposeClosing)),
            ),
            // Too far apart, or of one source: each stands alone.
            (
                &["border FLOWN_MANIFEST 2026-06-09", "status FOREIGN_ENTRY_STAMP 2026-06-17"],
                Some((Rung::C, 1, 0, PauseCheckIns)),
            ),
            (
                &["border FLOWN_MANIFEST 2026-06-09", "border EXIT_RECORD 2026-06-09"],
                Some((Rung::C, 2, 0, PauseCheckIns)),
            ),
            // B: the person's own word, or counsel's, wherever it is kept.
            (
                &["border FLOWN_MANIFEST 2026-06-09", "border SELF_REPORTED 2026-06-08"],
                Some((Rung::B, 2, 0, ProposeClosing)),
            ),
            (
                &["border EXIT_RECORD 2026-06-09", "court COUNSEL_REPORTED 2026-06-08"],
                Some((Rung::B, 2, 0, ProposeClosing)),
            ),
            // C: offices that do not say how they know, be they two.
            (&["status noted 2026-06-11"], Some((Rung::C, 1, 0, PauseCheckIns))),
            (&["status noted 2026-06-11", "court noted 2026-06-11"], Some((Rung::C, 2, 0, PauseCheckIns))),
            (
                &["status noted 2026-06-11", "court SELF_REPORTED 2026-06-11"],
                Some((Rung::C, 2, 0, PauseCheckIns)),
            ),
            // D: plans and words, however many of them.
            (&["border BOOKED 2026-06-09"], Some((Rung::D, 1, 0, Ask))),
            (&["border NOT_BOARDED 2026-06-09"], Some((Rung::D, 1, 0, Ask))),
            (
                &["border BOOKED 2026-06-09", "court SELF_REPORTED 2026-06-09", "status RESERVED 2026-06-09"],
                Some((Rung::D, 3, 0, Ask)),
            ),
            // A plan lifts nothing.
            (
                &["border FLOWN_MANIFEST 2026-06-09", "status BOOKED 2026-06-09"],
                Some((Rung::C, 2, 0, PauseCheckIns)),
            ),
        ] {
            check(lines, expected);
        }
    }

    #[test]
    fn whoever_was_here_afterwards_is_asked() {
        let gone = ["border FLOWN_MANIFEST 2026-06-09", "status FOREIGN_ENTRY_STAMP 2026-06-11"];
        for (line, n_presences) in [
            ("border arrived 2026-06-08", 0),
            ("border arrived 2026-06-09", 1),
            ("border arrived 2027-01-01 possible", 1),
            ("court present 2026-06-09", 0),
            ("court present 2026-06-10", 1),
        ] {
            // The record of the departure itself gives 11 June; the ladder counts from the exit that happened.
            let allowed = if n_presences == 0 { Allowed::ProposeClosing } else { Allowed::Ask };
            check(&[gone[0], gone[1], line], Some((Rung::A, 2, n_presences, allowed)));
        }
    }

    #[test]
    fn the_last_confirmed_departure_counts_and_a_possible_link_confirms_none() {
        check(
            &[
                "border FLOWN_MANIFEST 2020-06-09",
                "status FOREIGN_ENTRY_STAMP 2020-06-09",
                "border FLOWN_MANIFEST 2026-06-09",
                "court CONSULAR_CONFIRMATION 2026-06-10",
            ],
            Some((Rung::A, 2, 0, Allowed::ProposeClosing)),
        );
        let possible = ["border FLOWN_MANIFEST 2026-06-09", "status FOREIGN_ENTRY_STAMP 2026-06-11 possible"];
        check(&possible, Some((Rung::C, 1, 0, Allowed::PauseCheckIns)));
        let case = case_of(&possible);
        let ladder = departure_ladder(
            &case.records[0],
            &case,
            &crate::fixture::sources(),
            DAYS_APART,
            Evidence::PossibleToo,
        );
        assert_eq!(ladder.map(|ladder| ladder.rung), Some(Rung::A));
    }

    #[test]
    fn two_sources_of_one_owner_are_one_voice() {
        let case = case_of(&["border FLOWN_MANIFEST 2026-06-09", "status FOREIGN_ENTRY_STAMP 2026-06-11"]);
        let mut sources = crate::fixture::sources();
        let rung = |sources: &BTreeMap<SourceId, SourceFacts>| {
            departure_ladder(&case.records[0], &case, sources, DAYS_APART, Evidence::AcceptedOnly)
                .map(|ladder| ladder.rung)
        };
        for (border, status, expected) in
            [(None, None, Rung::A), (Some(1), Some(2), Rung::A), (Some(1), Some(1), Rung::C)]
        {
            sources.get_mut(&"border".parse::<SourceId>().unwrap()).unwrap().owner = border;
            sources.get_mut(&"status".parse::<SourceId>().unwrap()).unwrap().owner = status;
            assert_eq!(rung(&sources), Some(expected), "{border:?} {status:?}");
        }
    }

    #[test]
    fn every_departure_stands_on_one_ladder() {
        let case = case_of(&[
            "border FLOWN_MANIFEST 2020-06-09",
            "status FOREIGN_ENTRY_STAMP 2020-06-10",
            "border arrived 2021-01-01",
            "court present 2021-05-05",
            "border EXIT_RECORD 2022-03-03",
            "court present 2022-04-04",
            "border BOOKED 2026-06-09",
        ]);
        let found = departures_of(&case, &crate::fixture::sources(), DAYS_APART, Evidence::AcceptedOnly);
        let found: Vec<_> = found
            .iter()
            .map(|ladder| (ladder.departure.on.to_string(), ladder.rung, ladder.is_contradicted()))
            .collect();
        let expected =
            [("2020-06-09", Rung::A, false), ("2022-03-03", Rung::C, true), ("2026-06-09", Rung::D, false)];
        assert_eq!(found, expected.map(|(day, rung, is)| (day.to_owned(), rung, is)));
    }

    #[test]
    fn the_order_of_the_records_changes_nothing() {
        let lines = [
            "border FLOWN_MANIFEST 2026-06-09",
            "status noted 2026-06-11",
            "court SELF_REPORTED 2026-06-10",
            "border BOOKED 2026-06-08",
        ];
        let case = case_of(&lines);
        let mut turned = case.clone();
        turned.records.reverse();
        let of = |case: &CaseFile| {
            let about = case.records.iter().find(|record| &*record.record.key.key == "S1").unwrap();
            let sources = crate::fixture::sources();
            let ladder = departure_ladder(about, case, &sources, DAYS_APART, Evidence::AcceptedOnly).unwrap();
            let ids: Vec<_> = ladder.items.iter().map(|item| item.record.id).collect();
            (ladder.rung, ladder.departure.record.id, ladder.support.map(|s| s.record.id), ids)
        };
        assert_eq!(of(&case), of(&turned));
    }
}
