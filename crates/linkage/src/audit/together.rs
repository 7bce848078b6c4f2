//! Which people are drawn anew together.
//!
//! Redraws of people take them to be independent of each other. Those of one household are not: they share a family name, an address and
//! a telephone, and what goes wrong with these goes wrong for all of them; and both ends of a false link are one mistake. Where groups run in
//! families, as nationality and district do, redraws of people by themselves would show differences that chance makes. So people who share an
//! address, a telephone, an e-mail address or a parent's name, whom a pair of some probability connects, or who are in one cluster, count as
//! one unit (cluster bootstrap, Field and Welsh 2007).

use std::collections::HashMap;

use super::person::REVIEW_FROM;
use crate::clustering::root;
use crate::evaluation::{Truth, WeighedPair};
use crate::hashing::FixedState;
use crate::kind::Kind;
use crate::parent_names;
use crate::table::Table;

/// Most records that bear a value by which people are held to be of one household: what more bear, such as the telephone of an office, says
/// nothing.
pub const HOUSEHOLD_RECORDS_MAX: usize = 20;
/// Most people of one unit: beyond it, what connects them is no household any more.
pub const UNIT_PEOPLE_MAX: u32 = 50;

/// Records of a table that share what a household shares, group by group.
#[must_use]
pub fn households(table: &Table) -> Vec<Vec<u32>> {
    let parents = parent_names::of_parents(table);
    let is_shared = |slot: &usize| {
        let kind = table.attributes()[*slot].kind;
        matches!(kind, Kind::AddressLine | Kind::Phone | Kind::Email) || parents.contains(slot)
    };
    let mut found = Vec::new();
    for slot in (0..table.attributes().len()).filter(is_shared) {
        let mut bearers: HashMap<u32, Vec<u32>, FixedState> = HashMap::default();
        for (record, code) in (0..).zip(table.codes_of(slot)).filter(|(_, code)| *code != 0) {
            bearers.entry(code).or_default().push(record);
        }
        let mut groups: Vec<Vec<u32>> =
            bearers.into_values().filter(|of| (2..=HOUSEHOLD_RECORDS_MAX).contains(&of.len())).collect();
        groups.sort_unstable();
        found.extend(groups);
    }
    found
}

/// For each record of a truth the number of the unit with which it is drawn; records of one person have the same. `households` are groups of
/// records, `cluster_of` gives for each record its cluster.
#[must_use]
pub fn drawn_together(
    truth: &Truth,
    pairs: &[WeighedPair],
    cluster_of: Option<&[u32]>,
    households: &[Vec<u32>],
) -> Vec<u32> {
    let mut units = Units::of_people(&truth.entity_of);
    let strong = pairs.iter().filter(|pair| pair.match_probability >= REVIEW_FROM);
    strong.for_each(|pair| units.join(pair.l, pair.r));
    let mut clustered: Vec<(u32, u32)> = cluster_of.unwrap_or_default().iter().copied().zip(0..).collect();
    clustered.sort_unstable();
    for same in clustered.chunk_by(|a, b| a.0 == b.0) {
        same.windows(2).for_each(|two| units.join(two[0].1, two[1].1));
    }
    for household in households {
        household.windows(2).for_each(|two| units.join(two[0], two[1]));
    }
    (0..truth.entity_of.len() as u32).map(|record| root(&mut units.parent, record)).collect()
}

/// Records joined to units.
struct Units {
    parent: Vec<u32>,
    /// Of a root the people of its unit.
    n_people: Vec<u32>,
}

impl Units {
    fn of_people(entity_of: &[u32]) -> Self {
        let mut first: HashMap<u32, u32, FixedState> = HashMap::default();
        let parent = (0..).zip(entity_of).map(|(record, entity)| *first.entry(*entity).or_insert(record));
        let parent: Vec<u32> = parent.collect();
        let n_people = vec![1; parent.len()];
        Self { parent, n_people }
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (root(&mut self.parent, a), root(&mut self.parent, b));
        let n_people = self.n_people[a as usize] + self.n_people[b as usize];
        if a != b && n_people <= UNIT_PEOPLE_MAX {
            self.parent[a.max(b) as usize] = a.min(b);
            self.n_people[a.min(b) as usize] = n_people;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pairs: &[(u32, u32, f64)], clusters: Option<&[u32]>, households: &[&[u32]], expected: &[u32]) {
        // Two records each of people 0, 1 and 2, then three people of one record.
        let truth = Truth { entity_of: vec![0, 0, 1, 1, 2, 2, 3, 4, 5], ..Truth::default() };
        let pairs: Vec<WeighedPair> = pairs
            .iter()
            .map(|(l, r, match_probability)| WeighedPair {
                l: *l,
                r: *r,
                match_weight_bits: 0.0,
                match_probability: *match_probability,
            })
            .collect();
        let households: Vec<Vec<u32>> = households.iter().map(|of| of.to_vec()).collect();
        assert_eq!(drawn_together(&truth, &pairs, clusters, &households), expected);
    }

    #[test]
    fn people_of_a_household_and_of_a_false_link_are_one_unit() {
        let alone = [0, 0, 2, 2, 4, 4, 6, 7, 8];
        check(&[], None, &[], &alone);
        check(&[(1, 2, 0.05)], None, &[], &alone);
        check(&[(1, 2, 0.2)], None, &[], &[0, 0, 0, 0, 4, 4, 6, 7, 8]);
        check(&[], None, &[&[3, 4, 8]], &[0, 0, 2, 2, 2, 2, 6, 7, 2]);
        check(&[], Some(&[1, 2, 3, 4, 5, 6, 7, 7, 8]), &[], &[0, 0, 2, 2, 4, 4, 6, 6, 8]);
    }

    #[test]
    fn a_unit_holds_so_many_people_at_most() {
        let n = UNIT_PEOPLE_MAX + 10;
        let truth = Truth { entity_of: (0..n).collect(), ..Truth::default() };
        let everybody: Vec<u32> = (0..n).collect();
        let units = drawn_together(&truth, &[], None, &[everybody]);
        let of_first = units.iter().filter(|unit| **unit == 0).count();
        assert_eq!(of_first, UNIT_PEOPLE_MAX as usize);
    }
}
