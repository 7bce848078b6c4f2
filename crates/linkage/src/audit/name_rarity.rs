//! How common the names of records are, counted over people: a person with three records does not make the own name common, or the
//! stratum would be made of the outcome that it is to part.

use std::collections::BTreeMap;

use super::strata::{Dimension, dimension};

/// Parts of the people by how common their name is.
const PARTS: usize = 10;

/// Tenths of the people from the commonest names to the rarest, for each record. `names` gives of each record the number of its name, 0
/// without one, and `people` whose record it is. Names that as many people bear are in one stratum, whichever was read first.
pub(super) fn name_rarity(names: &[u32], people: &[u32], name: &str) -> Option<Dimension> {
    let n_bearers = bearers(names, people);
    let mut people_by_bearers: BTreeMap<u32, u64> = BTreeMap::new();
    for n in n_bearers.iter().filter(|n| **n > 0) {
        *people_by_bearers.entry(*n).or_default() += u64::from(*n);
    }
    let total: u64 = people_by_bearers.values().sum();
    let (mut before, mut first_parts, mut stratum_of) = (0, Vec::<usize>::new(), BTreeMap::new());
    for (n, n_people) in people_by_bearers.iter().rev() {
        let part = (before * PARTS as u64 / total) as usize;
        if first_parts.last() != Some(&part) {
            first_parts.push(part);
        }
        stratum_of.insert(*n, first_parts.len() as u16);
        before += n_people;
    }
    let next = first_parts.iter().copied().skip(1).chain([PARTS]);
    let strata = first_parts.iter().zip(next).map(|(first, next)| stratum(*first, next));
    let strata = ["no name".to_owned()].into_iter().chain(strata).collect();
    let of_record = names.iter().map(|code| match code {
        0 => 0,
        code => stratum_of[&n_bearers[*code as usize]],
    });
    dimension(&format!("how common the {name} is"), strata, of_record.collect())
}

/// Of each name how many people bear it.
fn bearers(names: &[u32], people: &[u32]) -> Vec<u32> {
    let mut borne: Vec<(u32, u32)> =
        names.iter().copied().zip(people.iter().copied()).filter(|(code, _)| *code > 0).collect();
    borne.sort_unstable();
    borne.dedup();
    let n_names = borne.last().map_or(0, |(code, _)| *code as usize);
    let mut n_bearers = vec![0; n_names + 1];
    borne.iter().for_each(|(code, _)| n_bearers[*code as usize] += 1);
    n_bearers
}

/// The tenths from one to before another, in words.
fn stratum(first: usize, next: usize) -> String {
    let tenths =
        if next - first == 1 { format!("tenth {next}") } else { format!("tenths {} to {next}", first + 1) };
    match (first, next) {
        (0, _) => format!("{tenths}, the commonest names"),
        (_, PARTS) => format!("{tenths}, the rarest names"),
        _ => tenths,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stratum of each record; of a record are given its name and its person.
    #[track_caller]
    fn check(records: &[(u32, u32)], expected: &[&str]) {
        let (names, people): (Vec<u32>, Vec<u32>) = records.iter().copied().unzip();
        let found = name_rarity(&names, &people, "family name");
        let said: Vec<&str> = found
            .iter()
            .flat_map(|found| {
                found.of_record.iter().map(|stratum| found.strata[usize::from(*stratum)].as_str())
            })
            .collect();
        assert_eq!(said, expected, "{records:?}");
    }

    #[test]
    fn names_are_counted_over_people() {
        const COMMON: &str = "tenths 1 to 5, the commonest names";
        const RARE: &str = "tenths 6 to 10, the rarest names";
        // Two people bear name 1; of name 2 there are three records, all of one person.
        check(&[(1, 0), (1, 1), (2, 2), (2, 2), (2, 2), (3, 3)], &[COMMON, COMMON, RARE, RARE, RARE, RARE]);
        // In another order, and one person under two names.
        check(&[(3, 3), (2, 2), (2, 2), (1, 1), (1, 0), (1, 0)], &[RARE, RARE, RARE, COMMON, COMMON, COMMON]);
        check(&[(1, 0), (1, 1), (2, 1), (3, 2), (0, 4)], &[COMMON, COMMON, RARE, RARE, "no name"]);
        // One name each, however many records: there is nothing to part.
        check(&[(1, 0), (1, 0), (2, 1), (3, 2)], &[]);
        check(&[], &[]);
        check(&[(0, 1), (0, 2)], &[]);
    }

    #[test]
    fn every_tenth_has_its_stratum_where_names_are_many() {
        // Names 1 to 60, name n of n people: 1,830 people.
        let records: Vec<(u32, u32)> =
            (1..=60).flat_map(|name| (0..name).map(move |at| (name, name * 100 + at))).collect();
        let (names, people): (Vec<u32>, Vec<u32>) = records.iter().copied().unzip();
        let found = name_rarity(&names, &people, "family name").unwrap();
        assert_eq!(found.strata.len(), PARTS);
        assert_eq!(
            [found.strata[0].as_str(), &found.strata[1], &found.strata[9]],
            ["tenth 1, the commonest names", "tenth 2", "tenth 10, the rarest names"]
        );
    }
}
