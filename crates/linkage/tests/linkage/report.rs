//! The report of a run says what its figures rest on, what can be said of each stratum, and what of it is a sample.

use redress_linkage::{Linked, Table, report_html, sampled_rows, structure};

use crate::set::{Set, input};

/// The page of a run, of whose rows at most so many are looked at by structure.
fn page(set: &Set, table: &Table, linked: &Linked, rows_max: usize) -> String {
    let (rows, _) = sampled_rows(&set.config, &input(set.batch.clone()), rows_max, 1);
    report_html(linked, table, &structure(&set.config, &rows, table))
}

#[test]
fn every_level_says_how_many_pairs_it_rests_on() {
    let set = Set::read("fake_1000");
    let table = set.table();
    let linked = set.link(&table, 2);
    let model = &linked.model;
    let expected: Vec<f64> =
        model.level_pairs.iter().map(|pairs| pairs.iter().map(|level| level.expected_same).sum()).collect();
    for (pairs, comparison) in model.level_pairs.iter().zip(&model.comparisons) {
        let n: u64 = pairs.iter().map(|level| level.n_pairs).sum();
        assert_eq!(n, linked.stats.n_pairs_compared, "{}", comparison.name);
    }
    assert!(expected.iter().all(|n| (n / expected[0] - 1.0).abs() < 1e-9 && *n > 100.0), "{expected:?}");
    let levels = model.level_pairs.iter().zip(&model.comparisons).flat_map(|(pairs, comparison)| {
        pairs.iter().zip(&comparison.levels).filter(|(_, level)| !level.is_null)
    });
    let n_unseen = levels.filter(|(pairs, _)| pairs.n_pairs == 0).count();
    let page = page(&set, &table, &linked, usize::MAX);
    assert_eq!(page.matches(">never seen<").count(), n_unseen);
    assert!(page.contains("#of one person".trim_start_matches('#')) && n_unseen > 0, "{n_unseen}");
}

#[test]
fn every_stratum_says_what_can_be_said_of_it() {
    let set = Set::read("fake_1000");
    let table = set.table();
    let linked = set.link(&table, 2);
    let whole = page(&set, &table, &linked, usize::MAX);
    for said in [
        "records without any written pair; largest difference",
        "inconclusive",
        "not estimable (n=",
        "Linked against unlinked records",
        "difference from everybody else, in points",
    ] {
        assert!(whole.contains(said), "{said}");
    }
    assert!(!whole.contains("looks at a sample"));
    let sample = page(&set, &table, &linked, 600);
    let from = sample.find("looks at a sample: ").unwrap() + "looks at a sample: ".len();
    let n: u32 = sample[from..].split(' ').next().unwrap().parse().unwrap();
    assert!((540..660).contains(&n) && sample[from..].contains("of 1,000 records"), "{n}");
}
