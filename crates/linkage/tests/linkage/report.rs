//! The report of a run says what its figures rest on, what can be said of each stratum, and what of it is a sample.

use redress_linkage::{
    ColumnNotRead, FileRead, Judgement, Linked, Options, Reported, RunFacts, Structure, Table,
    columns_not_read, estimates_of_run, link, probes_of_run, report_html, sampled_rows, structure,
};

use crate::set::{Set, input, page_of};

/// The page of a run, of whose rows at most so many are looked at by structure.
fn page(set: &Set, table: &Table, linked: &Linked, rows_max: usize) -> String {
    let (rows, _) = sampled_rows(&set.config, &input(set.batch.clone()), rows_max, 1);
    page_of(linked, table, &structure(&set.config, &rows, table, Some(&linked.clusters.cluster_of)))
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

#[test]
fn a_slip_is_probed_in_every_kind_of_name() {
    let set = Set::read("fake_1000");
    let table = set.table();
    let linked = set.link(&table, 2);
    let (estimates, run) = (estimates_of_run(&linked), RunFacts::default());
    for (rows_max, n_least) in [(usize::MAX, 100), (600, 30)] {
        let (rows, _) = sampled_rows(&set.config, &input(set.batch.clone()), rows_max, 1);
        let structure = structure(&set.config, &rows, &table, Some(&linked.clusters.cluster_of));
        let probes = probes_of_run(&linked, &table, &set.config, &rows, &structure, 1);
        let most = probes.iter().filter(|probe| probe.fallen.is_some()).map(|probe| probe.n_pairs).max();
        assert!(most >= Some(n_least), "{most:?} pairs of one stratum");
        let (linked, table, structure) = (&linked, &table, &structure);
        let page = report_html(&Reported {
            linked,
            table,
            structure,
            probes: &probes,
            estimates: &estimates,
            run: &run,
        });
        for said in
            ["href=\"#probes\"", "one letter lost", "mean change of the match weight, in bits", "most lost"]
        {
            assert!(page.contains(said), "{said}");
        }
    }
    assert!(page_of(&linked, &table, &Structure::default()).contains("Nothing could be probed"));
}

#[test]
fn judged_pairs_are_in_no_estimate() {
    let set = Set::read("fake_1000");
    let table = set.table();
    let before = set.link(&table, 2);
    let name = |record: u32| (table.source(record).to_owned(), table.unique_id(record).to_owned());
    let sure = before.pairs.iter().filter(|pair| pair.match_probability > 0.9999).take(24).enumerate();
    let judgements: Vec<Judgement> =
        sure.map(|(at, pair)| Judgement { left: name(pair.l), right: name(pair.r), same: at > 2 }).collect();
    let mut linked = link(&table, &set.config, &Options { judgements, ..Options::default() }).unwrap();
    let estimates = estimates_of_run(&linked);
    linked.hold_judgements(set.config.output.min_probability);
    assert_eq!(estimates_of_run(&linked), estimates, "whether the judgements stand in the pairs or not");
    let n_judged = linked.judgements.pairs.len() as u64;
    assert_eq!((estimates.n_judged, n_judged), (24, 24));
    let found = |linked: &Linked, least: f64| {
        linked.pairs.iter().filter(|pair| pair.match_probability >= least).count() as u64
    };
    for at in &estimates.at {
        assert_eq!(at.n_proposed, found(&before, at.threshold) - 24, "{}", at.threshold);
    }
    let known = estimates.saturation.known.unwrap();
    assert_eq!((estimates.saturation.n_pairs, known.n_pairs), (found(&before, 0.9999) - 24, 24));
    assert_eq!(known.n_wrong, 3);
    let page = page_of(&linked, &table, &Structure::default());
    assert!(page.contains("of 24 such pairs of which it is known, 3 are wrong: 12.5 % (4.3 % to 31.0 %)"));
}

#[test]
fn a_page_names_its_run_and_the_columns_it_did_not_read() {
    let mut set = Set::read("fake_1000");
    set.config.columns.remove("city");
    let table = set.table();
    let linked = set.link(&table, 2);
    let inputs = input(set.batch.clone());
    let not_read = columns_not_read(&set.config, &inputs, false);
    assert!(
        not_read.iter().any(|column| column.column == "city" && column.reason.contains("does not name it"))
    );
    let guessed = columns_not_read(&set.config, &inputs, true);
    assert!(guessed.iter().any(|column| column.reason.contains("no kind could be guessed")), "{guessed:?}");
    let file = FileRead { file: "people.csv".to_owned(), sha256: "a1b2".to_owned(), n_rows: Some(1_000) };
    let run = RunFacts {
        inputs: vec![file],
        configuration: set.config.to_toml(),
        previous: Some("last <week>".to_owned()),
        columns_not_read: vec![ColumnNotRead { column: "city".to_owned(), reason: "left <out>".to_owned() }],
        ..RunFacts::default()
    };
    let estimates = estimates_of_run(&linked);
    let structure = Structure::default();
    let reported = Reported {
        linked: &linked,
        table: &table,
        structure: &structure,
        probes: &[],
        estimates: &estimates,
        run: &run,
    };
    let page = report_html(&reported);
    for said in ["people.csv", "a1b2", ">1,000<", "last &lt;week&gt;", "left &lt;out&gt;", "given_name&quot;"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert_eq!(report_html(&reported), page);
}
