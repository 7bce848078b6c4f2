//! What keeps records apart or holds them together whatever the evidence: valid numbers that differ, and judgements.

use std::collections::BTreeSet;

use arrow_array::StringArray;

use crate::set::{batch, input, page_of};
use redress_linkage::{
    Config, Judgement, Linked, Options, SourceColumns, Structure, Table, UNSEEN_PATTERN, link,
};

const CONFIG: &str = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nborn = 'date_of_birth'\n\
                      number = 'identifier'\ntown = 'city'\nroad = 'address_line'\n";
const NAMES: [&str; 7] = ["id", "given", "family", "born", "number", "town", "road"];

/// id, given, family, born, number, town, road
type Row = [String; 7];

/// 400 invented people with two records each; of one in `several`, both records have numbers of their own (0 for nobody).
fn people(several: usize) -> Vec<Row> {
    let given = ["Ana", "Luis", "Marta", "Iker", "Olga", "Pavel", "Ruth", "Simon", "Tara", "Uma", "Vera"];
    let heads = ["Al", "Ber", "Cor", "Dan", "Er", "Fal", "Gar", "Hol", "Iv", "Jan", "Kor", "Lam", "Mor"];
    let tails = ["ada", "eck", "ison", "ova", "ulu", "ente", "aro", "ink", "ott"];
    let row = |person: usize, copy: usize| {
        let number = 200_000_000 + person * 1_237_431 % 99_999_989;
        let number = if several > 0 && copy == 1 && person.is_multiple_of(several) {
            number + 44_440_444
        } else {
            number
        };
        [
            format!("p{person:03}-{copy}"),
            given[person % 11].to_owned(),
            format!("{}{}", heads[person / 11 % 13], tails[person * 5 / 7 % 9]),
            format!("19{:02}-{:02}-{:02}", 20 + person * 31 % 75, 1 + person % 12, 1 + person * 17 % 28),
            number.to_string(),
            ["Lima", "Quito", "Bogota", "La Paz", "Santiago"][person % 5].to_owned(),
            if copy == 1 && person.is_multiple_of(6) {
                String::new()
            } else {
                format!("{} Sol St", 1 + person % 83)
            },
        ]
    };
    (0..800).map(|at| row(at / 2, at % 2)).collect()
}

/// Records that agree in everything but the number, of which some have none.
fn alike(id: &str, numbers: &[&str]) -> Vec<Row> {
    let row = |(at, number): (usize, &&str)| {
        let cells = [&format!("{id}{at}"), "Zoe", "Winterbottom", "1971-03-09", number, "Lima", "7 Mar St"];
        cells.map(str::to_owned)
    };
    numbers.iter().enumerate().map(row).collect()
}

fn linked(rows: &[Row], judgements: Vec<Judgement>) -> (Table, Linked) {
    let column =
        |at: usize| rows.iter().map(move |row| Some(row[at].as_str()).filter(|v| !v.is_empty())).collect();
    let columns: Vec<(&str, Vec<Option<&str>>)> =
        NAMES.iter().enumerate().map(|(at, name)| (*name, column(at))).collect();
    let config = Config::from_toml(CONFIG).unwrap();
    let table = Table::try_new(&config, input(batch(&columns))).unwrap();
    let linked = link(&table, &config, &Options { judgements, ..Options::default() }).unwrap();
    (table, linked)
}

fn cluster(table: &Table, linked: &Linked, id: &str) -> u32 {
    linked.clusters.cluster_of[table.find("", id).unwrap() as usize]
}

fn judge(l: &str, r: &str, same: bool) -> Judgement {
    Judgement { left: (String::new(), l.to_owned()), right: (String::new(), r.to_owned()), same }
}

/// Whether the first and the last of some records that are otherwise alike end in one cluster.
#[track_caller]
fn check(several: usize, numbers: &[&str], together: bool) {
    let rows = [people(several), alike("z", numbers)].concat();
    let (table, linked) = linked(&rows, Vec::new());
    let last = format!("z{}", numbers.len() - 1);
    let found = cluster(&table, &linked, "z0") == cluster(&table, &linked, &last);
    assert_eq!(found, together, "{numbers:?}, {:?}", linked.clusters.binding_identifiers);
}

#[test]
fn two_valid_numbers_keep_people_apart_where_one_person_has_one_number() {
    const NEVER: usize = 0;
    let between = |a: &'static str, b: &'static str| [a, "", "", "", "", b];
    check(NEVER, &between("219014155", "219014155"), true);
    check(NEVER, &between("219014155", "345671200"), false);
    check(NEVER, &between("219014155", "219014165"), true);
    check(NEVER, &between("219014155", "219041155"), true);
    check(NEVER, &between("219014155", "9014"), true);
    check(NEVER, &between("219014155", "N0012345"), true);
    check(NEVER, &between("219014155", "999999999"), true);
}

#[test]
fn numbers_of_which_a_person_has_several_keep_nobody_apart() {
    check(5, &["219014155", "", "", "", "", "345671200"], true);
}

#[test]
fn the_report_names_the_columns_that_keep_apart() {
    let (table, linked) = linked(&people(0), Vec::new());
    assert_eq!(linked.clusters.binding_identifiers, ["number"]);
    assert!(
        page_of(&linked, &table, &Structure::default())
            .contains("One person is taken to have one number in number")
    );
}

#[test]
fn what_is_judged_holds_whatever_the_evidence() {
    let rows = [people(0), alike("z", &["219014155", "219014155", "345671200", ""])].concat();
    let judgements = vec![
        judge("z0", "z1", false),
        judge("z0", "z2", true),
        judge("p000-0", "p001-1", true),
        judge("p002-0", "nobody", false),
    ];
    let (table, mut linked) = linked(&rows, judgements);
    let of = |linked: &Linked, id| cluster(&table, linked, id);
    assert_ne!(of(&linked, "z0"), of(&linked, "z1"), "the same in everything, judged different");
    assert_eq!(of(&linked, "z0"), of(&linked, "z2"), "judged the same although the numbers differ");
    let joined: BTreeSet<u32> = ["p000-0", "p000-1", "p001-0", "p001-1"].map(|id| of(&linked, id)).into();
    assert_eq!(joined.len(), 1, "two people judged to be one: {joined:?}");
    assert_eq!((linked.judgements.pairs.len(), linked.judgements.n_absent), (3, 1));

    let find = |id: &str| table.find("", id).unwrap();
    let pair = |linked: &Linked, l: &str, r: &str| {
        let (l, r) = (find(l), find(r));
        linked.pairs.iter().find(|pair| (pair.l, pair.r) == (l, r)).copied()
    };
    assert!(pair(&linked, "z0", "z1").unwrap().match_probability > 0.9, "the model's own word");
    linked.hold_judgements(0.01);
    assert_eq!(pair(&linked, "z0", "z1"), None);
    let held = pair(&linked, "p000-0", "p001-1").unwrap();
    assert_eq!((held.match_probability, held.reliability_low, held.pattern), (1.0, 1.0, UNSEEN_PATTERN));
    assert!(held.match_weight_bits < 0.0, "the weight stays the model's");
    assert!(linked.pairs.windows(2).all(|w| (w[0].l, w[0].r) < (w[1].l, w[1].r)));
    let batch = linked.pairs_batch(&table, SourceColumns::Without).unwrap();
    assert_eq!(batch.column_by_name("judgement").unwrap().null_count(), batch.num_rows() - 2);
    let n_unseen = batch.column_by_name("pattern").unwrap().null_count();
    assert_eq!(n_unseen, 1, "two people judged to be one are too improbable for a pattern of the model");
}

#[test]
fn judgements_hold_with_new_records_and_a_new_model() {
    let judgements = || vec![judge("z0", "z1", false), judge("z0", "z2", true)];
    for (several, more) in [(0, 0), (5, 0), (0, 4), (5, 4)] {
        let numbers = vec!["219014155"; 3 + more];
        let (table, linked) = linked(&[people(several), alike("z", &numbers)].concat(), judgements());
        let of = |id| cluster(&table, &linked, id);
        assert_ne!(of("z0"), of("z1"), "{several} {more}");
        assert_eq!(of("z0"), of("z2"), "{several} {more}");
    }
}

#[test]
fn judgements_that_contradict_each_other_merge_nobody_and_are_counted() {
    let rows = [people(0), alike("z", &["219014155"; 3])].concat();
    let judgements = vec![judge("z0", "z1", true), judge("z1", "z2", true), judge("z0", "z2", false)];
    let (table, linked) = linked(&rows, judgements);
    assert_ne!(cluster(&table, &linked, "z0"), cluster(&table, &linked, "z2"));
    assert_eq!(linked.judgements.n_contradicted, 1);
}

#[test]
fn a_judgement_moves_only_its_own_component() {
    let rows = [people(0), alike("z", &["219014155"; 4])].concat();
    let (table, before) = linked(&rows, Vec::new());
    let (_, after) =
        linked(&rows, vec![judge("z0", "z1", false), judge("z1", "z2", false), judge("z1", "z3", false)]);
    let of = |linked: &Linked, record: u32| {
        let same = |other: &u32| {
            linked.clusters.cluster_of[*other as usize] == linked.clusters.cluster_of[record as usize]
        };
        let members: Vec<u32> = (0..table.n_records() as u32).filter(same).collect();
        (members, linked.clusters.membership_probability[record as usize].to_bits())
    };
    for record in 0..table.n_records() as u32 {
        let is_judged = table.unique_id(record).starts_with('z');
        assert!(is_judged || of(&before, record) == of(&after, record), "{}", table.unique_id(record));
    }
    assert_eq!(of(&after, table.find("", "z1").unwrap()).0.len(), 1);
    assert!(before.pairs == after.pairs && before.model == after.model);
}

#[test]
fn bridges_are_the_pairs_on_which_a_cluster_hangs() {
    let rows = [people(0), alike("z", &["219014155"; 4])].concat();
    let (table, mut linked) = linked(&rows, vec![judge("z0", "p000-0", false)]);
    assert_eq!(linked.bridges(), [], "clusters of two, and one in which every pair is there");
    let find = |id: &str| table.find("", id).unwrap();
    let kept = [("z0", "z1"), ("z0", "z2"), ("z1", "z2"), ("z2", "z3")].map(|(l, r)| (find(l), find(r)));
    linked.pairs.retain(|pair| table.unique_id(pair.l).starts_with('p') || kept.contains(&(pair.l, pair.r)));
    let bridges = linked.bridges();
    let found: Vec<_> =
        bridges.iter().map(|b| ((b.pair.l, b.pair.r), b.n_records_l, b.n_records_r)).collect();
    assert_eq!(found, [((find("z2"), find("z3")), 3, 1)]);
    let ids = linked.clusters.ids(&table, SourceColumns::Without, None);
    let batch = linked.bridges_batch(&table, SourceColumns::Without, &ids).unwrap();
    assert_eq!(batch.num_rows(), 1);
}

/// What keeps written pairs of the records `z…` apart, after it was checked that exactly the strong pairs of two clusters say so.
#[track_caller]
fn check_words(rows: &[Row], judgements: Vec<Judgement>, expected: &[&str]) {
    let (table, mut linked) = linked(rows, judgements);
    linked.hold_judgements(0.01);
    let batch = linked.pairs_batch(&table, SourceColumns::Without).unwrap();
    let words = batch.column_by_name("kept_apart").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
    let cluster = |record: u32| linked.clusters.cluster_of[record as usize];
    let (mut found, mut n_words) = (Vec::new(), 0);
    for (pair, word) in linked.pairs.iter().zip(words) {
        let is_apart = pair.match_probability >= 0.95 && cluster(pair.l) != cluster(pair.r);
        assert_eq!(word.is_some(), is_apart, "{word:?} {pair:?}");
        n_words += u64::from(is_apart);
        found.extend(word.filter(|_| [pair.l, pair.r].iter().all(|r| table.unique_id(*r).starts_with('z'))));
    }
    let n_judged_different = linked.judgements.pairs.iter().filter(|judged| !judged.same).count() as u64;
    let kept = linked.clusters.kept_apart;
    assert_eq!(
        kept.n_apart(),
        n_words + n_judged_different,
        "what is judged different is not written: {kept:?}"
    );
    assert_eq!(found, expected, "{kept:?}");
}

#[test]
fn a_strong_pair_of_two_clusters_says_what_keeps_it_apart() {
    let z = |numbers: &[&str]| [people(0), alike("z", numbers)].concat();
    let number = "219014155";
    check_words(&z(&[number, number]), Vec::new(), &[]);
    check_words(&z(&[number; 3]), vec![judge("z0", "z1", false)], &["others"]);
    let judged = vec![judge("z0", "z1", true), judge("z1", "z2", true), judge("z0", "z2", false)];
    check_words(&z(&[number; 3]), judged, &["judgement"]);
}
