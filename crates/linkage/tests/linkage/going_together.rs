//! Columns that go together: found in the pairs, weighed once, and the same in every way to run.

use std::collections::BTreeMap;

use crate::determinism::in_shards;
use crate::real_time::{index_of, of_index, of_run};
use crate::recovery::Draw;
use crate::set::{batch, input, page_of};
use redress_linkage::{Among, Config, Dependence, Linked, Options, Structure, Table, explain, link};

const CONFIG: &str = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nborn = 'date_of_birth'\n\
                      employer = 'category'\noccupation = 'text'\ntown = 'city'\n";
const NAMES: [&str; 7] = ["id", "given", "family", "born", "employer", "occupation", "town"];
const PEOPLE: u64 = 700;
/// Percent of second records of who works elsewhere.
const MOVED: u64 = 35;

/// Words so unlike each other that only equality is agreement.
fn word(draw: u64) -> String {
    let syllable = |n: u64| {
        format!("{}{}", b"bdfgklmnprstvz"[n as usize % 14] as char, b"aeiou"[n as usize / 14 % 5] as char)
    };
    format!("{}{}{}", syllable(draw), syllable(draw * 11 + 5), syllable(draw * 29 + 13))
}

fn long_word(draw: u64) -> String {
    word(draw) + &word(draw * 37 + 11)
}

/// What two columns of a register have to do with each other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Job {
    /// Who changes the employer changes the occupation too.
    Whole,
    /// Either changes by itself.
    InParts,
}

/// People written twice each.
fn rows(job: Job) -> Vec<[String; 7]> {
    let mut draw = Draw::new(77);
    let mut rows = Vec::new();
    for person in 0..PEOPLE {
        let born = format!("19{}-{:02}-{:02}", 40 + draw.below(60), 1 + draw.below(12), 1 + draw.below(28));
        let (given, family, town) =
            (word(draw.below(60)), word(100 + draw.below(300)), word(500 + draw.below(30)));
        let (mut employer, mut occupation) = (draw.below(40), draw.below(25));
        for copy in ["a", "b"] {
            if copy == "b" {
                let leaves = draw.happens(MOVED);
                let changes = if job == Job::Whole { leaves } else { draw.happens(MOVED) };
                employer = if leaves { draw.below(40) } else { employer };
                occupation = if changes { draw.below(25) } else { occupation };
            }
            let given = if copy == "b" && draw.happens(8) { word(draw.below(60)) } else { given.clone() };
            let (employer, occupation) = (long_word(employer), long_word(700 + occupation));
            let id = format!("{person:04}{copy}");
            rows.push([id, given, family.clone(), born.clone(), employer, occupation, town.clone()]);
        }
    }
    rows
}

fn table(rows: &[[String; 7]]) -> (Config, Table) {
    let column = |at: usize| rows.iter().map(|row| Some(row[at].as_str())).collect::<Vec<_>>();
    let columns: Vec<_> = NAMES.iter().enumerate().map(|(at, name)| (*name, column(at))).collect();
    let config = Config::from_toml(CONFIG).unwrap();
    let table = Table::try_new(&config, input(batch(&columns))).unwrap();
    (config, table)
}

fn linked(config: &Config, table: &Table, threads: usize) -> Linked {
    link(table, config, &Options { threads, ..Options::default() }).unwrap()
}

/// What follows from what, and that hardly a pair is left in which employer and occupation differ together beyond it.
fn check(job: Job, follows: &[(&str, &str)]) -> Linked {
    let (config, table) = table(&rows(job));
    let linked = linked(&config, &table, 2);
    let found: Vec<(&str, &str)> =
        linked.model.follows.iter().map(|follows| (&*follows.comparison, &*follows.from[0])).collect();
    assert_eq!(found, follows, "{job:?}: {:?}", linked.model.dependences);
    let of_jobs = |known: &&Dependence| {
        known.among == Among::OnePerson && known.first == "employer" && known.second == "occupation"
    };
    let left = linked.model.dependences.iter().find(of_jobs).unwrap();
    assert!(left.correlation.abs() < 0.15, "{job:?}: {left:?}");
    linked
}

/// The steps of the occupation where both records of a person name other employers and occupations: what it says by itself, and in what words.
fn occupations_of_who_moved(linked: &Linked, job: Job) -> Vec<(f64, String)> {
    let rows = rows(job);
    let (config, table) = table(&rows);
    let moved = rows.chunks(2).filter(|pair| pair[0][4] != pair[1][4] && pair[0][5] != pair[1][5]);
    let step = |pair: &[[String; 7]]| {
        let [l, r] = [&pair[0][0], &pair[1][0]].map(|id| table.find("", id).unwrap());
        let waterfall = explain(&linked.model, &table, &config, l, r).unwrap();
        let step = waterfall.steps.into_iter().find(|step| step.comparison == "occupation").unwrap();
        (step.bits_alone, step.level)
    };
    moved.map(step).filter(|(_, level)| level.starts_with("something else")).collect()
}

#[test]
fn what_changes_together_counts_once() {
    let (apart, whole) = (check(Job::InParts, &[]), check(Job::Whole, &[("occupation", "employer")]));
    let shown = &whole.model.follows[0].shown;
    assert!(shown.beyond > 0.5 * shown.both && shown.correlation > 0.5, "{shown:?}");
    for (linked, job, bits_min, bits_max) in
        [(&apart, Job::InParts, -3.0, -1.0), (&whole, Job::Whole, -0.3, 0.3)]
    {
        let steps = occupations_of_who_moved(linked, job);
        assert!(steps.len() > 50, "{}", steps.len());
        for (bits, level) in steps {
            assert!((bits_min..bits_max).contains(&bits), "{job:?}: {bits} {level}");
            assert_eq!(level.ends_with("(the value of employer differs)"), job == Job::Whole, "{level}");
        }
    }
    let table = table(&rows(Job::Whole)).1;
    let told = "<p>`occupation` is compared as following from `employer`, because it goes together with that";
    assert!(page_of(&whole, &table, &Structure::default()).contains(told));
}

#[test]
fn what_follows_from_what_is_the_same_in_every_way_to_run() {
    let rows = rows(Job::Whole);
    let (config, table) = table(&rows);
    let one = linked(&config, &table, 1);
    assert!(!one.model.follows.is_empty());
    assert!(one == linked(&config, &table, 4), "threads");
    assert!(one == in_shards(&config, &table, 3, 2), "shards");
    let cell = |row: &[String; 7]| -> BTreeMap<String, String> {
        NAMES.iter().zip(row).skip(1).map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    };
    let cells: BTreeMap<_, _> = rows.iter().step_by(20).map(|row| (row[0].clone(), cell(row))).collect();
    let (mut built, mut opened) = index_of(self::table(&rows), &one);
    let mut expected = of_run(&table, &one);
    expected.retain(|(l, r), _| cells.contains_key(l) || cells.contains_key(r));
    assert!(expected.len() > 30, "{}", expected.len());
    assert!(of_index(&mut built, &cells) == expected, "the index");
    assert!(of_index(&mut opened, &cells) == expected, "the index from its bytes");
}
