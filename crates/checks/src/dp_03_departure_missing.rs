//! DP-03: departure missing, a false overstay.
//!
//! Land exits are mostly not recorded. Whoever left by land and came back by air has an admission that never
//! ended, and reads as somebody who overstayed. Of 1.6 million unmatched arrivals some 863,000 were closed on
//! review (GAO-13-683): they had left or changed status. The second arrival itself proves that a departure is
//! missing.
//!
//! The rule reads the admissions of one traveler in the order of their days. It reports an admission that
//! states no departure and is followed by a later admission.
//!
//! It stays silent about the last admission (its departure may lie ahead), when any record of the person
//! states a departure between the two, when the departure is stated but cannot be read, when both arrivals
//! fall on one day (one admission noted twice), and when the later admission is somebody else's.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::{Agreement, birth_date_of, birth_dates, name_of, names, same_person},
    keeping::absence_speaks,
    schedule::next_day,
    wording::spoken_day,
};

/// The check.
pub(crate) struct DepartureMissing;

static SPEC: Spec = Spec {
    id: "DP-03",
    version: 3,
    rule_effective_from: date(2026, 1, 1),
    title: "Departure missing before a later arrival",
    family: Family::Departure,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::ArrivedOn,
        Attribute::DepartedOn,
        Attribute::PassportNumber,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "An admission that states no departure is followed by a later admission of the same traveler, and \
           no record states a departure between the two.",
    not_when: &[
        "it is the last admission",
        "a record of the person states a departure between the two arrivals",
        "the departure is stated but cannot be read",
        "both arrivals fall on one day",
        "the later admission is somebody else's",
        "one of the two is only possibly of this person, and the two do not bear one passport",
        "the newest extract of the admissions does not say that it has every departure, or is held to be \
         cut off (PR-03) and has the record for the first time",
    ],
    harm_in_words: "The person reads as having overstayed: a visa, a status or a case is lost.",
    evidence_shown: "The admissions in the order of their days, with the gap.",
    route: Route {
        actor: "the border records office; the person",
        instrument: "a packet with evidence of the departure; a redress inquiry for an overstay by an \
                     arrival record that was not given back",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "GAO-13-683; 49 U.S.C. 44926",
};

impl Check for DepartureMissing {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let admissions: Vec<Admission<'_>> = case.identities().filter_map(Admission::of).collect();
        admissions
            .iter()
            .filter(|earlier| !says_departure(earlier.record) && absence_speaks(earlier.record, world))
            .filter_map(|earlier| {
                let later = next_admission(earlier, &admissions)?;
                (!has_departure_between(earlier, later, case)).then(|| report(earlier, later, case, world))
            })
            .collect()
    }
}

struct Admission<'a> {
    record: &'a CaseRecord,
    arrived_on: Date,
}

impl<'a> Admission<'a> {
    fn of(record: &'a CaseRecord) -> Option<Self> {
        Some(Self { record, arrived_on: record.record.day(Attribute::ArrivedOn)? })
    }
}

/// Whether a record states a departure, readable or not.
fn says_departure(record: &CaseRecord) -> bool {
    let statement = record.record.statement(Attribute::DepartedOn);
    statement.is_some_and(|statement| !statement.original.trim().is_empty())
}

fn next_admission<'a>(earlier: &Admission<'_>, all: &'a [Admission<'a>]) -> Option<&'a Admission<'a>> {
    all.iter()
        .filter(|later| later.arrived_on > earlier.arrived_on)
        .filter(|later| is_of_the_same(earlier.record, later.record))
        .min_by_key(|later| (later.arrived_on, later.record.id))
}

/// Whether both admissions are held to be of one person and speak of one traveler; or one of them is, the other possibly so, and
/// both bear one passport. In a large population somebody of the same name and date of birth has arrived later, too.
fn is_of_the_same(a: &CaseRecord, b: &CaseRecord) -> bool {
    match (a.is_accepted(), b.is_accepted()) {
        (true, true) => same_traveler(a, b),
        (false, false) => false,
        _ => same_passport(a, b) && same_traveler(a, b),
    }
}

fn same_passport(a: &CaseRecord, b: &CaseRecord) -> bool {
    let passport = |record: &CaseRecord| record.record.value(Attribute::PassportNumber).map(str::to_owned);
    passport(a).is_some() && passport(a) == passport(b)
}

/// The same person by name and date of birth, or the same passport under a name and date that do not
/// disagree.
fn same_traveler(a: &CaseRecord, b: &CaseRecord) -> bool {
    let agrees = names(&name_of(a), &name_of(b)) != Agreement::Disagree
        && birth_dates(birth_date_of(a), birth_date_of(b)) != Agreement::Disagree;
    same_person(a, b) || (same_passport(a, b) && agrees)
}

fn has_departure_between(earlier: &Admission<'_>, later: &Admission<'_>, case: &CaseFile) -> bool {
    let between = earlier.arrived_on..=later.arrived_on;
    case.identities()
        .filter(|record| record.id != later.record.id && same_traveler(record, earlier.record))
        .filter_map(|record| record.record.day(Attribute::DepartedOn))
        .any(|departed_on| between.contains(&departed_on))
}

fn report(earlier: &Admission<'_>, later: &Admission<'_>, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let sentence = format!(
        "This admission of {} states no departure, but the same person arrived again on {}: a departure \
         between the two is missing.",
        spoken_day(earlier.arrived_on),
        spoken_day(later.arrived_on),
    );
    let inputs = [(earlier.record, Attribute::ArrivedOn), (later.record, Attribute::ArrivedOn)];
    Discrepancy::new(&SPEC, earlier.record, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{KeptFacts, check, check_kept};

    fn admission(key: &str, given_name: &str, arrived_on: &str, more: &str) -> String {
        format!(
            "border i94_records {key}\n  family_name Ruiz\n  given_name {given_name}\n  birth_date 1990-03-04\n  arrived_on {arrived_on}\n{more}"
        )
    }

    fn found(key: &str, earlier: &str, later: &str) -> String {
        format!(
            "border/{key}: This admission of {earlier} states no departure, but the same person arrived \
             again on {later}: a departure between the two is missing."
        )
    }

    #[test]
    fn fires_on_the_earlier_of_two_admissions() {
        let text = admission("I1", "Ana", "2019-05-06", "") + &admission("I2", "Ana", "2022-08-01", "");
        check(&DepartureMissing, &text, &[&found("I1", "6 May 2019", "1 August 2022")]);
        let third = admission("I3", "Ana", "2024-02-03", "");
        let both =
            [found("I1", "6 May 2019", "1 August 2022"), found("I2", "1 August 2022", "3 February 2024")];
        check(&DepartureMissing, &(text + &third), &[&both[0], &both[1]]);
    }

    #[test]
    fn fires_on_one_passport_without_a_date_of_birth() {
        let passport = "  passport_number X1234567\n";
        let text =
            admission("I1", "Ana", "2019-05-06", passport) + &admission("I2", "Ana", "2022-08-01", passport);
        let text = text.replacen("  birth_date 1990-03-04\n", "", 1);
        check(&DepartureMissing, &text, &[&found("I1", "6 May 2019", "1 August 2022")]);
        check(&DepartureMissing, &text.replacen("X1234567", "Y7654321", 1), &[]);
    }

    #[test]
    fn a_possible_record_is_of_the_same_traveler_by_its_passport() {
        let passport = "  passport_number X1234567\n";
        let text = admission("I1", "Ana", "2019-05-06", passport)
            + &admission("I2 possible", "Ana", "2022-08-01", passport);
        check(&DepartureMissing, &text, &[&found("I1", "6 May 2019", "1 August 2022")]);
        check(&DepartureMissing, &text.replacen("X1234567", "Y7654321", 1), &[]);
        check(&DepartureMissing, &text.replace(passport, ""), &[]);
    }

    #[test]
    fn stays_silent() {
        let open = admission("I1", "Ana", "2019-05-06", "");
        let left = |text: &str| admission("I1", "Ana", "2019-05-06", text);
        let again = admission("I2", "Ana", "2022-08-01", "");
        for (why, text) in [
            ("the last admission", open.clone()),
            ("a departure", left("  departed_on 2021-01-01\n") + &again),
            ("a departure that cannot be read", left("  departed_on 31/31/2021 =>\n") + &again),
            ("one day", open.clone() + &admission("I2", "Ana", "2019-05-06", "")),
            ("a twin", open.clone() + &admission("I2", "Luis", "2022-08-01", "")),
            (
                "a departure elsewhere",
                open.clone()
                    + &again
                    + "status extract S1\n  family_name Ruiz\n  given_name Ana\n  birth_date 1990-03-04\n  departed_on 2021-01-01\n",
            ),
        ] {
            assert!(!text.is_empty(), "{why}");
            check(&DepartureMissing, &text, &[]);
        }
    }

    #[test]
    fn stays_silent_where_the_extract_is_not_whole() {
        let text = admission("I1", "Ana", "2019-05-06", "") + &admission("I2", "Ana", "2022-08-01", "");
        let found = [found("I1", "6 May 2019", "1 August 2022")];
        check_kept(&DepartureMissing, &text, &KeptFacts::complete(), &[&found[0]]);
        check_kept(&DepartureMissing, &text, &KeptFacts::partial(), &[]);
        check_kept(&DepartureMissing, &text, &KeptFacts::cut_off_of_a_part(), &[]);
        // What the last whole extract showed stands as it stood; what only the one that was cut off shows says nothing.
        check_kept(&DepartureMissing, &text, &KeptFacts::cut_off(None), &[&found[0]]);
        let fresh = text.replace("i94_records I1", "i94_records I1 seen 2026-10-31 2026-10-31");
        check_kept(&DepartureMissing, &fresh, &KeptFacts::cut_off(None), &[]);
        check_kept(&DepartureMissing, &fresh, &KeptFacts::complete(), &[&found[0]]);
    }
}
