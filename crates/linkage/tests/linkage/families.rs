//! Whether relatives are kept apart, by whether the run shows that it holds families.

use crate::recovery::Draw;
use crate::set::linked_rows;
use redress_linkage::{Grade, estimates_of_run};

const CONFIG: &str = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nborn = 'date_of_birth'\n\
                      number = 'identifier'\ntown = 'city'\nroad = 'address_line'\n";
const PEOPLE: u64 = 600;
/// Percent of second records in which the value was replaced.
const REPLACED_GIVEN: u64 = 12;
const REPLACED_NUMBER: u64 = 10;

/// id, given, family, born, number, town, road; of a person with two records the ids differ in the last letter.
const NAMES: [&str; 7] = ["id", "given", "family", "born", "number", "town", "road"];
type Row = [String; 7];

/// Names so unlike each other that only equality is agreement.
fn name(draw: u64) -> String {
    let syllable = |n: u64| {
        format!("{}{}", b"bdfgklmnprstvz"[n as usize % 14] as char, b"aeiou"[n as usize / 14 % 5] as char)
    };
    format!("{}{}{}", syllable(draw), syllable(draw * 11 + 5), syllable(draw * 29 + 13))
}

/// People without relatives, written twice each, and as many twins of the first of them.
fn rows(n_twins: u64) -> Vec<Row> {
    let mut draw = Draw::new(5);
    let mut people: Vec<[String; 6]> = Vec::new();
    for _ in 0..PEOPLE {
        let born = format!("19{}-{:02}-{:02}", 40 + draw.below(60), 1 + draw.below(12), 1 + draw.below(28));
        let (given, family) = (name(draw.below(60)), name(100 + draw.below(300)));
        let (town, road) =
            (name(500 + draw.below(30)), format!("{} {} road", draw.below(200), name(600 + draw.below(90))));
        people.push([given, family, born, (1_000_000 + draw.below(8_999_999)).to_string(), town, road]);
    }
    for twin in 0..n_twins {
        let mut person = people[twin as usize].clone();
        person[0] = format!("{}{}", name(60 + twin), name(200 + twin));
        person[3] = (1_000_000 + draw.below(8_999_999)).to_string();
        people.push(person);
    }
    let mut rows = Vec::new();
    for (nth, person) in people.into_iter().enumerate() {
        for copy in ["a", "b"] {
            let [mut given, family, born, mut number, town, road] = person.clone();
            if copy == "b" && draw.happens(REPLACED_GIVEN) {
                given = name(draw.below(60));
            }
            if copy == "b" && draw.happens(REPLACED_NUMBER) {
                number = (1_000_000 + draw.below(8_999_999)).to_string();
            }
            rows.push([format!("{nth:04}{copy}"), given, family, born, number, town, road]);
        }
    }
    rows
}

/// People of whom both records are in one cluster, twins who are, and pairs kept apart as relatives.
fn counted(n_twins: u64) -> (usize, usize, u64) {
    let (table, linked) = linked_rows(CONFIG, NAMES, &rows(n_twins));
    let of = |id: String| linked.clusters.cluster_of[table.find("", &id).unwrap() as usize];
    let n_whole =
        (0..PEOPLE).filter(|person| of(format!("{person:04}a")) == of(format!("{person:04}b"))).count();
    let n_mixed =
        (0..n_twins).filter(|twin| of(format!("{twin:04}a")) == of(format!("{:04}a", PEOPLE + twin))).count();
    (n_whole, n_mixed, linked.clusters.kept_apart.by_relatives)
}

#[test]
fn nobody_is_a_relative_in_a_run_without_families() {
    let (n_whole, _, by_relatives) = counted(0);
    assert_eq!((n_whole, by_relatives), (PEOPLE as usize, 0));
}

#[test]
fn a_few_twins_among_strangers_stay_apart() {
    let (n_whole, n_mixed, by_relatives) = counted(12);
    assert!(n_mixed == 0 && by_relatives > 0, "{n_mixed} {by_relatives}");
    assert!(n_whole > PEOPLE as usize * 97 / 100, "{n_whole}");
}

#[test]
fn a_list_in_which_nobody_stands_twice_gives_no_rate_that_would_be_believed() {
    for (n_twins, what) in [(0, "strangers"), (200, "twins")] {
        let mut once = rows(n_twins);
        once.retain(|row| row[0].ends_with('a'));
        let estimates = estimates_of_run(&linked_rows(CONFIG, NAMES, &once).1);
        assert_eq!(estimates.grade, Grade::Unreliable, "{what}: {:?}", estimates.reasons);
        assert!(estimates.at.iter().all(|at| at.false_discovery.is_none() && at.missed.is_none()), "{what}");
        assert!(estimates.saturation.expected_wrong.is_none(), "{what}");
    }
}
