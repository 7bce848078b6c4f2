//! Strata that only the records of a person together show: a name written in two scripts or spelled in two ways of one sound, a
//! changed name, a hyphen that comes and goes, an address that is not fixed.
//!
//! They need to be told which records are of one person, so they can be made where the truth is known. Nothing is inferred about
//! the person: each stratum is a fact about what the records say.

use std::collections::HashMap;

use redress_statement::name::skeleton;

use super::original::for_each_record;
use super::strata::{Dimension, dimension, is_latin};
use crate::config::Config;
use crate::hashing::{FixedState, hash_bytes};
use crate::kind::Kind;
use crate::normal::normalized;
use crate::similarity::jaro_winkler_similarity;
use crate::table::{Input, Table};

/// Two family names without a word in common and less alike than this (Jaro–Winkler) are two names, not two spellings.
const OTHER_NAME_BELOW: f64 = 0.8;
/// Most spellings of one person's name that are held against each other.
const SPELLINGS_MAX: usize = 32;
/// Fewest letters of a skeleton that says something.
const SKELETON_LETTERS_MIN: usize = 2;

/// What one record says.
#[derive(Clone, Copy, Default)]
struct Facts {
    /// Number of the normalized name, from 1; 0 without one.
    spelling: u32,
    /// Whether the name is written in Latin letters; `None` without letters.
    is_latin: Option<bool>,
    has_hyphen: bool,
    /// Hash of the normalized address; 0 without one.
    address: u64,
}

/// The normalized names, by number less one.
#[derive(Default)]
struct Spellings {
    numbers: HashMap<String, u32, FixedState>,
    texts: Vec<String>,
}

impl Spellings {
    fn number(&mut self, text: String) -> u32 {
        let next = self.texts.len() as u32 + 1;
        *self.numbers.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        })
    }

    fn text(&self, number: u32) -> &str {
        &self.texts[number as usize - 1]
    }
}

/// The dimensions of persons, for each record of the table; `person_of` gives for each record its person, `None` where that is
/// not known. A dimension that parts nothing is left out, and one that needs a column which the configuration does not have.
#[must_use]
pub fn person_strata(
    config: &Config,
    inputs: &[Input],
    table: &Table,
    person_of: &[Option<u32>],
) -> Vec<Dimension> {
    let family = config.of_kind(Kind::FamilyName).next();
    let name = family.or_else(|| config.of_kind(Kind::FullName).next());
    let address = [Kind::PostalCode, Kind::AddressLine]
        .into_iter()
        .find_map(|kind| Some((config.of_kind(kind).next()?, kind)));
    let columns: Vec<&str> = name.into_iter().chain(address.map(|(column, _)| column)).collect();
    let mut spellings = Spellings::default();
    let mut facts = vec![Facts::default(); table.n_records()];
    for_each_record(config, inputs, table, &columns, |record, texts| {
        let mut texts = texts.iter();
        let facts = &mut facts[record as usize];
        if let Some(text) = name.and_then(|_| texts.next()).and_then(|text| text.as_deref()) {
            facts.spelling = normalized(Kind::FamilyName, text).map_or(0, |text| spellings.number(text));
            facts.is_latin = is_latin(text);
            facts.has_hyphen = text.contains('-');
        }
        let written = texts.next().and_then(|text| text.as_deref()).zip(address);
        let address = written.and_then(|(text, (_, kind))| normalized(kind, text));
        facts.address = address.map_or(0, |text| hash_bytes(text.as_bytes()).max(1));
    });
    let mut dimensions = Vec::new();
    if name.is_some() {
        dimensions.extend(by("transliterated name", &TRANSLITERATED, person_of, &facts, |own| {
            transliterated(own, &spellings)
        }));
        dimensions.extend(by("hyphen over the records", &HYPHEN, person_of, &facts, hyphen));
    }
    if family.is_some() {
        dimensions
            .extend(by("changed family name", &CHANGED, person_of, &facts, |own| changed(own, &spellings)));
    }
    if address.is_some() {
        dimensions.extend(by("fixed address", &ADDRESS, person_of, &facts, fixed_address));
    }
    dimensions
}

/// The stratum of people of whom one record is known, of whom nothing can be seen that takes two.
pub(super) const ONE_RECORD: &str = "one record with a name";
const TRANSLITERATED: [&str; 4] =
    [ONE_RECORD, "no sign of it", "several spellings of one skeleton", "more than one script"];
const HYPHEN: [&str; 4] = [ONE_RECORD, "in none", "in some", "in all"];
const CHANGED: [&str; 3] = [ONE_RECORD, "one name", "another name in some records"];
const ADDRESS: [&str; 4] = ["one, in every record", "missing in some records", "missing in all", "several"];

/// The records parted by what `of` says of the records of their person; records of nobody known are in the first stratum.
fn by(
    name: &str,
    strata: &[&str],
    person_of: &[Option<u32>],
    facts: &[Facts],
    of: impl Fn(&[Facts]) -> usize,
) -> Option<Dimension> {
    let mut records: Vec<(u32, usize)> =
        person_of.iter().enumerate().filter_map(|(record, person)| Some(((*person)?, record))).collect();
    records.sort_unstable();
    let mut of_record = vec![0; person_of.len()];
    for own in records.chunk_by(|a, b| a.0 == b.0) {
        let own_facts: Vec<Facts> = own.iter().map(|(_, record)| facts[*record]).collect();
        let stratum = of(&own_facts) as u16;
        own.iter().for_each(|(_, record)| of_record[*record] = stratum);
    }
    dimension(name, strata.iter().map(|stratum| (*stratum).to_owned()).collect(), of_record)
}

/// The spellings of a person's name, each once; `None` with fewer than two records that have a name.
fn spellings_of(own: &[Facts]) -> Option<Vec<u32>> {
    let mut named: Vec<u32> = own.iter().map(|facts| facts.spelling).filter(|number| *number > 0).collect();
    let n_named = named.len();
    named.sort_unstable();
    named.dedup();
    named.truncate(SPELLINGS_MAX);
    (n_named >= 2).then_some(named)
}

fn any_two(numbers: &[u32], holds: impl Fn(u32, u32) -> bool) -> bool {
    numbers.iter().enumerate().any(|(at, a)| numbers[at + 1..].iter().any(|b| holds(*a, *b)))
}

fn transliterated(own: &[Facts], spellings: &Spellings) -> usize {
    let Some(numbers) = spellings_of(own) else { return 0 };
    let mut scripts = own.iter().filter_map(|facts| facts.is_latin);
    let first = scripts.next();
    if scripts.any(|is_latin| Some(is_latin) != first) {
        return 3;
    }
    let bones = |number: u32| spellings.text(number).split(' ').map(skeleton).collect::<String>();
    let is_one_sound = |a: u32, b: u32| {
        let of_a = bones(a);
        of_a.len() >= SKELETON_LETTERS_MIN && of_a == bones(b)
    };
    1 + usize::from(any_two(&numbers, is_one_sound))
}

fn hyphen(own: &[Facts]) -> usize {
    if spellings_of(own).is_none() {
        return 0;
    }
    let named = || own.iter().filter(|facts| facts.spelling > 0);
    match (named().any(|facts| facts.has_hyphen), named().all(|facts| facts.has_hyphen)) {
        (false, _) => 1,
        (true, false) => 2,
        (true, true) => 3,
    }
}

fn changed(own: &[Facts], spellings: &Spellings) -> usize {
    let Some(numbers) = spellings_of(own) else { return 0 };
    let is_other = |a: u32, b: u32| {
        let (a, b) = (spellings.text(a), spellings.text(b));
        let shares_a_word = a.split(' ').any(|word| b.split(' ').any(|other| word == other));
        let joined = |text: &str| text.replace(' ', "");
        !shares_a_word && jaro_winkler_similarity(&joined(a), &joined(b)) < OTHER_NAME_BELOW
    };
    1 + usize::from(any_two(&numbers, is_other))
}

fn fixed_address(own: &[Facts]) -> usize {
    let mut known: Vec<u64> = own.iter().map(|facts| facts.address).filter(|hash| *hash > 0).collect();
    let n_known = known.len();
    known.sort_unstable();
    known.dedup();
    match (known.len(), n_known) {
        (0, _) => 2,
        (1, n) if n == own.len() => 0,
        (1, _) => 1,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};

    use super::*;

    /// The strata of one person whose records say these (family name, postal code), beside another person with one record.
    #[track_caller]
    fn check(records: &[(&str, &str)], expected: [&str; 4]) {
        let config = Config::from_toml(
            "unique_id = \"id\"\n[columns]\nname = \"family_name\"\npostcode = \"postal_code\"\n",
        )
        .unwrap();
        // Somebody else in every stratum, so that no dimension is left out.
        let others = [
            ("Alada", "11111"),
            ("Alada", "11111"),
            ("Berek-Olo", "1"),
            ("Berek-Olo", ""),
            ("Corisa", ""),
            ("Zultam", "3"),
            ("Zultam", "4"),
            ("Zultam", ""),
        ];
        let people = [1, 1, 2, 2, 3, 4, 4, 4];
        let rows: Vec<(&str, &str)> = records.iter().copied().chain(others).collect();
        let of = |value: fn(&(&str, &str)) -> String| -> ArrayRef {
            Arc::new(
                rows.iter()
                    .map(|row| Some(value(row)).filter(|text| !text.is_empty()))
                    .collect::<StringArray>(),
            )
        };
        let ids: ArrayRef =
            Arc::new((0..rows.len()).map(|k| Some(format!("r{k:02}"))).collect::<StringArray>());
        let columns =
            [("id", ids), ("name", of(|row| row.0.to_owned())), ("postcode", of(|row| row.1.to_owned()))];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let input = || Input { name: "t".to_owned(), batches: vec![batch.clone()], n_set_aside: 0 };
        let table = Table::try_new(&config, vec![input()]).unwrap();
        let person_of: Vec<Option<u32>> = (0..table.n_records() as u32)
            .map(|record| {
                let row: usize = table.unique_id(record)[1..].parse().unwrap();
                Some(row.checked_sub(records.len()).map_or(0, |at| people[at]))
            })
            .collect();
        let found = person_strata(&config, &[input()], &table, &person_of);
        let place = table.find("", "r00").unwrap() as usize;
        let said: Vec<&str> = found
            .iter()
            .map(|dimension| dimension.strata[usize::from(dimension.of_record[place])].as_str())
            .collect();
        assert_eq!(said, expected, "{records:?}");
    }

    #[test]
    fn strata_of_persons_as_tabled() {
        const ONE: &str = "one record with a name";
        let same = ["no sign of it", "in none", "one name", "one, in every record"];
        check(&[("Okafor", "1000"), ("Okafor", "1000")], same);
        check(&[("Okafor", "1000"), ("Okabor", "1000")], same);
        check(&[("Okafor", "1000")], [ONE, ONE, ONE, same[3]]);
        check(&[("Okafor", "1000"), ("", "")], [ONE, ONE, ONE, "missing in some records"]);
        check(
            &[("Kovaleva", ""), ("Ковалева", "")],
            ["more than one script", "in none", "one name", "missing in all"],
        );
        let spelled = ["several spellings of one skeleton", "in none", "one name", "several"];
        check(&[("Mohammed", "1000"), ("Muhamad", "2000")], spelled);
        check(&[("Garin-Olo", "1000"), ("Garin Olo", "1000")], [same[0], "in some", same[2], same[3]]);
        check(&[("Garin-Olo", "1000"), ("Garin-Olo", "1000")], [same[0], "in all", same[2], same[3]]);
        check(&[("Garin", "1000"), ("Garin-Olo", "1000")], [same[0], "in some", same[2], same[3]]);
        check(
            &[("Okafor", "1000"), ("Lindemu", "1000")],
            [same[0], "in none", "another name in some records", same[3]],
        );
    }
}
