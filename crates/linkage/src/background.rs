//! Random pairs that no rule proposes: from them the model learns how alike two people are by chance.
//!
//! Pairs drawn from all pairs hardly ever bear the same names once there are many records: of five million million pairs each of
//! 65,536 draws stands for seventy-five million, and the hundred million pairs of namesakes are seen in none of them. Then nothing but
//! candidate pairs would tell what namesakes have in common, and candidates are those namesakes who have something else in common too:
//! they would be taken for one person. So pairs that share a name are drawn besides, and every pair counts by how often the draws
//! together were to be expected to find it (the balance heuristic of Veach and Guibas 1995 on the weights of Horvitz and Thompson 1952).

use std::collections::HashMap;

use rayon::prelude::*;

use crate::blocking::Blocking;
use crate::comparison::Comparison;
use crate::hashing::{FixedState, Stream};
use crate::kind::Kind;
use crate::pattern::{Bench, Comparer, PatternCounts};
use crate::table::Table;

/// Groups of records drawn from all, of which every pair is compared: what the single levels are learned from ...
const GROUPS: u64 = 1 << 10;
/// ... and the records of a group. Pairs of a group cost a tenth of pairs drawn one by one, and say nearly as much of single levels.
const GROUP_RECORDS: usize = 1 << 5;
/// Pairs drawn from all pairs one by one: what hangs together is learned from them.
const SHAPE_PAIRS: u64 = 1 << 16;
/// Pairs drawn from those that share a name, for each way to share one.
const NAMESAKE_PAIRS: u64 = 1 << 15;
/// Most ways to share a name.
const WAYS_MAX: usize = 8;
/// Pairs that one task draws.
const CHUNK_PAIRS: u64 = 1 << 14;
/// Stream of random numbers of the pairs drawn from all.
const SAMPLE_STREAM: u64 = 1;
/// Stream of the groups.
const GROUP_STREAM: u64 = 2;
/// Stream of those drawn from the pairs of the first way to share a name; the other ways follow.
const NAMESAKE_STREAM: u64 = 0x6e61_6d00;

/// Random pairs that no rule proposes.
pub(crate) struct Background {
    /// Patterns of which the classes are learned.
    pub(crate) shape: Shape,
    /// Patterns of the pairs of the groups: what the single levels are learned from.
    pub(crate) all: PatternCounts,
}

/// Patterns of drawn pairs, in order of their numbers.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) keys: Vec<u128>,
    /// How many draws showed each.
    pub(crate) n_draws: Vec<f64>,
    /// How many pairs each stands for.
    pub(crate) n_pairs: Vec<f64>,
}

/// Draws by pattern and by the ways in which the pair shares a name, one bit each.
type Draws = HashMap<(u128, u8), u64, FixedState>;

/// Draws pairs that no rule proposes, and compares them.
pub(crate) fn background(
    comparer: &Comparer<'_>,
    comparisons: &[Comparison],
    blocking: &Blocking,
    table: &Table,
    seed: u64,
) -> Background {
    let n_records = table.n_records() as u64;
    let ways: Vec<Namesakes> =
        ways(comparisons).into_iter().filter_map(|slots| Namesakes::new(table, slots)).collect();
    let draws =
        |n_draws: u64, stream: u64, pair: &(dyn Fn(&mut Stream) -> (u32, u32) + Sync)| -> Vec<Draws> {
            let chunk = |chunk: u64| {
                let mut stream = Stream::new(seed, stream << 32 | chunk);
                let mut bench = comparer.bench();
                let mut found = Draws::default();
                for _ in 0..CHUNK_PAIRS {
                    let (a, b) = pair(&mut stream);
                    let (l, r) = (a.min(b), a.max(b));
                    if l != r && blocking.is_admissible(l, r) && !blocking.proposes(l, r) {
                        let shared = ways.iter().enumerate().filter(|(_, way)| way.holds(table, l, r));
                        let shared = shared.fold(0, |bits, (way, _)| bits | 1 << way);
                        *found.entry((comparer.pattern(&mut bench, l, r), shared)).or_default() += 1;
                    }
                }
                found
            };
            (0..n_draws / CHUNK_PAIRS).into_par_iter().map(chunk).collect()
        };
    let mut shape = draws(SHAPE_PAIRS, SAMPLE_STREAM, &|stream| {
        (stream.below(n_records) as u32, stream.below(n_records) as u32)
    });
    for (way, namesakes) in ways.iter().enumerate() {
        shape.extend(draws(NAMESAKE_PAIRS, NAMESAKE_STREAM + way as u64, &|stream| namesakes.draw(stream)));
    }
    let expected = |shared: u8| {
        let of_ways = ways.iter().enumerate().filter(|(way, _)| shared >> way & 1 == 1);
        let of_ways = of_ways.map(|(_, way)| NAMESAKE_PAIRS as f64 / way.n_pairs() as f64);
        // Two draws of a record each find a pair in either order.
        2.0 * SHAPE_PAIRS as f64 / (n_records as f64).powi(2) + of_ways.sum::<f64>()
    };
    let of_group = |bench: &mut Bench, group: u64| {
        let mut stream = Stream::new(seed, GROUP_STREAM << 32 | group);
        of_group(comparer, bench, blocking, &group_of(n_records, &mut stream))
    };
    let groups = (0..GROUPS).into_par_iter().map_init(|| comparer.bench(), of_group);
    let all = groups.collect::<Vec<_>>().into_iter().flatten().collect();
    Background { shape: Shape::merged(shape, expected), all: PatternCounts::merged(all) }
}

/// Some records, each pair of them as probable as any other; fewer where a record was drawn twice.
fn group_of(n_records: u64, stream: &mut Stream) -> Vec<u32> {
    let mut group: Vec<u32> = (0..GROUP_RECORDS).map(|_| stream.below(n_records) as u32).collect();
    group.sort_unstable();
    group.dedup();
    group
}

/// The patterns of the pairs of a group that no rule proposes, with how many show each.
fn of_group(
    comparer: &Comparer<'_>,
    bench: &mut Bench,
    blocking: &Blocking,
    group: &[u32],
) -> Vec<(u128, u64)> {
    comparer.gather(bench, group);
    let mut found: HashMap<u128, u64, FixedState> = HashMap::default();
    for left in 0..group.len() {
        let is_stranger = |right: &u32| {
            let (l, r) = (group[left], group[*right as usize]);
            blocking.is_admissible(l, r) && !blocking.proposes(l, r)
        };
        let rights: Vec<u32> = (left as u32 + 1..group.len() as u32).filter(is_stranger).collect();
        for key in comparer.patterns_in_block(bench, left, &rights) {
            *found.entry(*key).or_default() += 1;
        }
    }
    found.into_iter().collect()
}

impl Shape {
    /// Adds up draws; `expected` says how often a pair that shares names so was to be found.
    fn merged(draws: Vec<Draws>, expected: impl Fn(u8) -> f64) -> Self {
        let mut all: Vec<((u128, u8), u64)> = draws.into_iter().flatten().collect();
        all.sort_unstable();
        let mut shape = Self::default();
        for same in all.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
            shape.keys.push(same[0].0.0);
            shape.n_draws.push(same.iter().map(|(_, n)| *n as f64).sum());
            shape.n_pairs.push(same.iter().map(|((_, shared), n)| *n as f64 / expected(*shared)).sum());
        }
        shape
    }
}

/// The ways to share a name: each given with each family name, and each name by itself; where they are more than [`WAYS_MAX`], the
/// first of them. What a way left out would have found is found among all pairs, only more seldom.
fn ways(comparisons: &[Comparison]) -> Vec<Vec<usize>> {
    let of = |wanted: fn(Kind) -> bool| -> Vec<usize> {
        (0..comparisons.len()).filter(|slot| wanted(comparisons[*slot].kind)).collect()
    };
    let given = of(|kind| kind == Kind::GivenName);
    let family = of(|kind| kind == Kind::FamilyName);
    let both = given.iter().flat_map(|given| family.iter().map(|family| vec![*given, *family]));
    let single = of(Kind::is_name).into_iter().map(|slot| vec![slot]);
    both.chain(single).take(WAYS_MAX).collect()
}

/// The pairs of records that have the same values in some columns.
struct Namesakes {
    slots: Vec<usize>,
    /// Records with the same values side by side.
    records: Vec<u32>,
    /// Where the records of each value begin and end; values of one record are not there.
    values: Vec<(u32, u32)>,
    /// Pairs of this value and of all before it.
    up_to: Vec<u64>,
}

impl Namesakes {
    /// `None` where no two records are alike.
    fn new(table: &Table, slots: Vec<usize>) -> Option<Self> {
        let mut records: Vec<u32> = (0..table.n_records() as u32)
            .filter(|record| slots.iter().all(|slot| table.code(*slot, *record) != 0))
            .collect();
        for slot in slots.iter().rev() {
            let n_values = table.dictionaries()[table.attributes()[*slot].dictionary?].len();
            records = ordered(&records, n_values, |record| table.code(*slot, record));
        }
        let values = |record: u32| slots.iter().map(move |slot| table.code(*slot, record));
        let (mut begin, mut n_pairs, mut ranges, mut up_to) = (0, 0, Vec::new(), Vec::new());
        for same in records.chunk_by(|a, b| values(*a).eq(values(*b))) {
            let (n, end) = (same.len() as u64, begin + same.len() as u32);
            if n > 1 {
                n_pairs += n * (n - 1) / 2;
                ranges.push((begin, end));
                up_to.push(n_pairs);
            }
            begin = end;
        }
        (n_pairs > 0).then_some(Self { slots, records, values: ranges, up_to })
    }

    fn n_pairs(&self) -> u64 {
        self.up_to.last().copied().unwrap_or(0)
    }

    /// Any of the pairs, each as often as any other.
    fn draw(&self, stream: &mut Stream) -> (u32, u32) {
        let pair = stream.below(self.n_pairs());
        let (begin, end) = self.values[self.up_to.partition_point(|up_to| *up_to <= pair)];
        let of_value = &self.records[begin as usize..end as usize];
        let n = of_value.len() as u64;
        let (a, b) = (stream.below(n), stream.below(n - 1));
        (of_value[a as usize], of_value[(b + u64::from(b >= a)) as usize])
    }

    /// Whether a pair is one of them.
    fn holds(&self, table: &Table, l: u32, r: u32) -> bool {
        self.slots
            .iter()
            .all(|slot| table.code(*slot, l) != 0 && table.code(*slot, l) == table.code(*slot, r))
    }
}

/// Records in the order of their codes, those of one code in the order given: a counting sort.
fn ordered(records: &[u32], n_codes: usize, code: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut next = vec![0u32; n_codes + 1];
    for record in records {
        next[code(*record) as usize + 1] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut ordered = vec![0; records.len()];
    for record in records {
        let place = &mut next[code(*record) as usize];
        ordered[*place as usize] = *record;
        *place += 1;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;
    use crate::comparison;
    use crate::config::Config;
    use crate::rule;
    use crate::table::Input;

    const CONFIG: &str = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nborn = 'birth_year'\n\
                          [[blocking]]\nkeys = ['given', 'family', 'born:year']";

    /// So many people of names and years that recur with periods of their own.
    fn table(n: usize) -> (Config, Table) {
        let config = Config::from_toml(CONFIG).unwrap();
        let column = |name: &str, of: &dyn Fn(usize) -> Option<String>| {
            (name.to_owned(), Arc::new(StringArray::from_iter((0..n).map(of))) as ArrayRef)
        };
        let name = |stem: &str, number: usize| {
            format!("{stem}{}", ["ana", "oro", "iku", "elu"][number % 4].repeat(1 + number / 4))
        };
        let batch = RecordBatch::try_from_iter([
            column("id", &|at| Some(at.to_string())),
            column("given", &|at| (at % 11 > 0).then(|| name("b", at * at % 13))),
            column("family", &|at| Some(name("f", at * 7 % 17 * (at % 3)))),
            column("born", &|at| Some((1950 + at % 9).to_string())),
        ]);
        let input = Input { name: "records".to_owned(), batches: vec![batch.unwrap()], n_set_aside: 0 };
        let table = Table::try_new(&config, vec![input]).unwrap();
        (config, table)
    }

    /// Pairs that no rule proposes, by whether given and family name are equal: all of them counted, and as the draws and the groups tell.
    fn check(n: usize) {
        let (config, table) = table(n);
        let comparisons = comparison::comparisons(&config, &table).unwrap();
        let rules = rule::rules(&config, &table, (n * (n - 1) / 2) as u64).unwrap();
        let blocking = Blocking::new(&rules, &table, false);
        let comparer = Comparer::new(&comparisons, &table);
        let place = |kind: Kind| comparisons.iter().position(|c| c.kind == kind).unwrap();
        let slots = [place(Kind::GivenName), place(Kind::FamilyName)];
        let equal =
            |levels: &[u8]| slots.map(|slot| comparisons[slot].levels[usize::from(levels[slot])].is_exact);
        let mut counted: HashMap<[bool; 2], f64> = HashMap::new();
        let mut bench = comparer.bench();
        for (l, r) in (0..n as u32).flat_map(|l| (l + 1..n as u32).map(move |r| (l, r))) {
            if !blocking.proposes(l, r) {
                let levels = comparer.levels_of(comparer.pattern(&mut bench, l, r));
                *counted.entry(equal(&levels)).or_default() += 1.0;
            }
        }
        let Background { shape, all } = background(&comparer, &comparisons, &blocking, &table, 1);
        let mut told: HashMap<[bool; 2], f64> = HashMap::new();
        for (key, n_pairs) in shape.keys.iter().zip(&shape.n_pairs) {
            *told.entry(equal(&comparer.levels_of(*key))).or_default() += n_pairs;
        }
        let mut grouped: HashMap<[bool; 2], f64> = HashMap::new();
        for (key, n_pairs) in all.keys.iter().zip(&all.n_pairs) {
            *grouped.entry(equal(&comparer.levels_of(*key))).or_default() += *n_pairs as f64;
        }
        assert_eq!(counted.len(), 4, "{counted:?}");
        let each = counted.values().sum::<f64>() / grouped.values().sum::<f64>();
        for (which, counted) in counted {
            let (told, grouped) = (told[&which], grouped[&which] * each);
            assert!((told / counted - 1.0).abs() < 0.03, "{n} records, {which:?}: {told}, not {counted}");
            assert!(
                (grouped / counted - 1.0).abs() < 0.03,
                "{n} records, {which:?}: {grouped}, not {counted}"
            );
        }
    }

    #[test]
    fn the_draws_stand_for_all_pairs_whatever_names_they_share() {
        check(60);
        check(700);
    }

    #[test]
    fn every_pair_of_namesakes_is_drawn_as_often_as_any_other() {
        let (_, table) = table(40);
        let namesakes = Namesakes::new(&table, vec![0, 1]).unwrap();
        let mut stream = Stream::new(3, 4);
        let mut drawn: HashMap<(u32, u32), u64> = HashMap::new();
        let each = 2_000;
        for _ in 0..namesakes.n_pairs() * each {
            let (a, b) = namesakes.draw(&mut stream);
            *drawn.entry((a.min(b), a.max(b))).or_default() += 1;
        }
        let all = (0..40).flat_map(|l| (l + 1..40).map(move |r| (l, r)));
        let all: Vec<(u32, u32)> = all.filter(|(l, r)| namesakes.holds(&table, *l, *r)).collect();
        assert_eq!(namesakes.n_pairs(), all.len() as u64);
        assert_eq!(drawn.len(), all.len());
        // Five standard deviations.
        assert!(all.iter().all(|pair| drawn[pair].abs_diff(each) < 225), "{drawn:?}");
    }

    #[test]
    fn names_that_nobody_shares_are_no_way_to_draw() {
        let (_, table) = table(2);
        assert!(Namesakes::new(&table, vec![0, 1]).is_none());
    }
}
