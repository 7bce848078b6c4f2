//! The queue is sorted by harm, days to the next irreversible date and age; nothing of a person has a part in it.

use jiff::ToSpan;
use redress_casefile::finding::{Direction, Harm};
use redress_statement::{Attribute, Record};
use redress_testkit::{record, reviewer};

use crate::office::{Caller, Office, Planned, TODAY, reference};

/// Attributes of a person that could be thought to matter: name, country, sex, birth date.
type Attributes = [&'static str; 4];

const PEOPLE: [Attributes; 4] = [
    ["Aldo", "ITA", "M", "1950-01-02"],
    ["Inés", "MEX", "F", "1990-05-06"],
    ["Thuy", "VNM", "F", "2009-07-08"],
    ["Zahra", "AFG", "M", "1931-09-10"],
];

/// The harm of a finding, the days from today to its irreversible date, the days that it is open.
type Planning = (Harm, Option<i64>, i64);

/// Findings as they are planned, and the order in which the desk must show them.
const PLAN: [Planning; 4] =
    [(Harm::H3, Some(3), 9), (Harm::H5, None, 8), (Harm::H5, Some(60), 8), (Harm::H5, Some(60), 9)];
const SHOWN: [&str; 4] = ["F-4", "F-3", "F-2", "F-1"];

fn row(key: usize, [name, country, sex, birth]: Attributes) -> Record {
    record("benefits", "applications", &format!("K{key}"))
        .says(Attribute::GivenName, name)
        .says(Attribute::CitizenshipCountry, country)
        .says(Attribute::Sex, sex)
        .says(Attribute::BirthDate, birth)
        .build()
}

/// The findings in the order of the desk's page, when the people are these.
async fn shown(people: [Attributes; 4]) -> Vec<String> {
    let office = Office::empty().await;
    let records = people.into_iter().enumerate().map(|(key, person)| row(key, person)).collect();
    office.import("benefits", "applications", records).await;
    for (number, (harm, days_left, days_open)) in (1..).zip(PLAN) {
        office.form(number, &[number]).await;
        let planned = Planned {
            person: number,
            check: "ID-07",
            inputs: vec![reference(number, Attribute::BirthDate)],
            harm,
            next_on: days_left.map(|days| TODAY.saturating_add(days.days())),
            on: TODAY.saturating_sub(days_open.days()),
            is_possible: false,
            direction: Direction::FavoursPerson,
        };
        office.find(number, planned).await;
    }
    let page = office.get(&Caller::Staff(reviewer()), "/desk").await.text;
    let list: Vec<String> = page
        .split("<li>")
        .filter_map(|item| item.split_once(" · F-").and_then(|(_, rest)| rest.split_once(' ')))
        .map(|(number, _)| format!("F-{number}"))
        .collect();
    for value in people.iter().flat_map(|[name, country, _, birth]| [name, country, birth]) {
        assert!(!page.contains(value), "the queue tells that a person is {value}");
    }
    list
}

#[tokio::test]
async fn the_order_does_not_change_with_the_people() {
    // Every way in which the four people can stand behind the four findings.
    for first in 0..4 {
        for second in (0..4).filter(|at| *at != first) {
            for third in (0..4).filter(|at| ![first, second].contains(at)) {
                let last = 6 - first - second - third;
                let people = [first, second, third, last].map(|at| PEOPLE[at]);
                assert_eq!(shown(people).await, SHOWN, "{people:?}");
            }
        }
    }
}
