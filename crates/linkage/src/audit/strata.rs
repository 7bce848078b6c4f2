//! Structural strata: what can be seen in a record itself, so that an audit needs no attribute of the person.
//!
//! Script of origin, words, hyphens and particles, single names, length, how common the family name is, gaps in the birth
//! date, empty attributes, source. No ethnicity, religion or nationality is inferred: a script is a fact about the record.

use std::collections::HashMap;

use crate::audit::name_rarity::name_rarity;
use crate::audit::original::for_each_record;
use crate::audit::particle::has_particle;
use crate::birth::Birth;
use crate::config::Config;
use crate::date_default::is_first_of_january;
use crate::hashing::FixedState;
use crate::kind::Kind;
use crate::table::{Input, Table};

/// One way to part the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// What it parts by, in words.
    pub name: String,
    /// The strata, in their order.
    pub strata: Vec<String>,
    /// For each record of the table its stratum.
    pub of_record: Vec<u16>,
}

/// Names of at most this many letters are short, ...
const SHORT_MAX: usize = 4;
/// ... and of more than this many long.
const LONG_MIN: usize = 10;

/// What one record's name looks like.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    script: Script,
    n_words: u8,
    joint: Joint,
    is_single: bool,
    n_letters: u16,
    n_missing: u8,
    /// Code of the family name, 0 without one.
    name: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    #[default]
    None,
    Latin,
    LatinWithMarks,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Indic,
    EastAsian,
    Other,
    Mixed,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Joint {
    #[default]
    Plain,
    Hyphen,
    Apostrophe,
    Particle,
}

impl Script {
    const NAMES: [&'static str; 11] = [
        "no letters",
        "Latin, A to Z",
        "Latin with marks",
        "Cyrillic",
        "Greek",
        "Arabic",
        "Hebrew",
        "Indic",
        "East Asian",
        "other",
        "mixed",
    ];

    fn of_char(c: char) -> Self {
        match c {
            'a'..='z' | 'A'..='Z' => Self::Latin,
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{300}'..='\u{36f}' => Self::LatinWithMarks,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Greek,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            '\u{590}'..='\u{5ff}' => Self::Hebrew,
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' => Self::Arabic,
            '\u{900}'..='\u{dff}' => Self::Indic,
            '\u{1100}'..='\u{11ff}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}' => Self::EastAsian,
            _ => Self::Other,
        }
    }

    fn of_text(text: &str) -> Self {
        let mut script = Self::None;
        for c in text.chars().filter(|c| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(c)) {
            script = match (script, Self::of_char(c)) {
                (Self::None, new) => new,
                (old, new) if old == new => old,
                (Self::Latin | Self::LatinWithMarks, Self::Latin | Self::LatinWithMarks) => {
                    Self::LatinWithMarks
                }
                _ => return Self::Mixed,
            };
        }
        script
    }
}

/// Whether a text is written in Latin letters only; `None` without letters.
pub(super) fn is_latin(text: &str) -> Option<bool> {
    match Script::of_text(text) {
        Script::None => None,
        script => Some(matches!(script, Script::Latin | Script::LatinWithMarks)),
    }
}

/// The records of a table parted by structure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Structure {
    /// The records that were looked at, ascending; a sample where `is_sample` says so.
    pub records: Vec<u32>,
    /// Whether records were left out.
    pub is_sample: bool,
    /// The dimensions, for each record of the table; what they say of records that were not looked at means nothing.
    pub dimensions: Vec<Dimension>,
}

/// The structural dimensions of the records of a table, as by [`structure`].
#[must_use]
pub fn structural_strata(
    config: &Config,
    inputs: &[Input],
    table: &Table,
    people: Option<&[u32]>,
) -> Vec<Dimension> {
    structure(config, inputs, table, people).dimensions
}

/// The structure of those records of a table of which the inputs have the rows. A dimension that parts nothing is left out.
///
/// `people` gives for each record of the table whose it is, and where that is not known its cluster: names are counted over them. Without
/// it every record counts as a person of its own.
#[must_use]
pub fn structure(config: &Config, inputs: &[Input], table: &Table, people: Option<&[u32]>) -> Structure {
    let n = table.n_records();
    let columns: Vec<(&str, Kind)> =
        config.columns.iter().map(|(name, column)| (name.as_str(), column.kind)).collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let has_kind = |wanted: Kind| columns.iter().any(|(_, kind)| *kind == wanted);
    let (is_whole, has_both_kinds) = (has_kind(Kind::FullName), has_kind(Kind::GivenName));
    let mut shapes: Vec<Option<Shape>> = vec![None; n];
    let mut codes: HashMap<String, u32, FixedState> = HashMap::default();
    for_each_record(config, inputs, table, &names, |record, texts| {
        let of = |wanted: &[Kind]| {
            let all = columns.iter().zip(texts).filter(|((_, kind), _)| wanted.contains(kind));
            all.filter_map(|(_, text)| text.as_deref()).collect::<Vec<_>>().join(" ")
        };
        let families = of(&[Kind::FamilyName, Kind::FullName]);
        let givens = of(&[Kind::GivenName, Kind::MiddleName]);
        let n_filled = texts.iter().flatten().count();
        let mut found = shape(&families, &givens, [is_whole, has_both_kinds], n_filled, texts.len());
        let folded = families.trim().to_lowercase();
        if !folded.is_empty() {
            let next = codes.len() as u32 + 1;
            found.name = *codes.entry(folded).or_insert(next);
        }
        shapes[record as usize] = Some(found);
    });
    let records: Vec<u32> = (0..n as u32).filter(|record| shapes[*record as usize].is_some()).collect();
    let looked_at: Vec<Shape> = shapes.into_iter().flatten().collect();
    let name = if is_whole { "whole name" } else { "family name" };
    let mut dimensions = of_shapes(&looked_at, name);
    let codes: Vec<u32> = looked_at.iter().map(|shape| shape.name).collect();
    let whose: Vec<u32> =
        records.iter().map(|record| people.map_or(*record, |people| people[*record as usize])).collect();
    dimensions.extend(name_rarity(&codes, &whose, name));
    dimensions.extend(birth(table, &records));
    dimensions.extend(sources(table, &records));
    for dimension in &mut dimensions {
        dimension.of_record = spread(&records, &dimension.of_record, n);
    }
    Structure { is_sample: records.len() < n, records, dimensions }
}

/// The strata of some records at their places among all; 0 for the others.
fn spread(records: &[u32], of_record: &[u16], n: usize) -> Vec<u16> {
    let mut all = vec![0; n];
    records.iter().zip(of_record).for_each(|(record, stratum)| all[*record as usize] = *stratum);
    all
}

/// `is_whole` where names stand whole, `has_both_kinds` where given names have a column of their own.
fn shape(
    families: &str,
    givens: &str,
    [is_whole, has_both_kinds]: [bool; 2],
    n_filled: usize,
    n_columns: usize,
) -> Shape {
    let words = || families.split_whitespace();
    let joint = if families.contains('-') {
        Joint::Hyphen
    } else if families.contains(['\'', '’', 'ʼ']) {
        Joint::Apostrophe
    } else if has_particle(families, is_whole) {
        Joint::Particle
    } else {
        Joint::Plain
    };
    let n_all = words().count() + givens.split_whitespace().count();
    Shape {
        script: Script::of_text(&format!("{families} {givens}")),
        n_words: words().count().min(4) as u8,
        joint,
        is_single: n_all == 1
            || has_both_kinds && n_all > 0 && (families.trim().is_empty() || givens.trim().is_empty()),
        n_letters: families.chars().filter(|c| c.is_alphabetic()).count().min(999) as u16,
        n_missing: (n_columns - n_filled).min(3) as u8,
        name: 0,
    }
}

/// `name` says what the words, joints and letters are of: where a column has names as a whole, no family name can be told.
fn of_shapes(shapes: &[Shape], name: &str) -> Vec<Dimension> {
    let by = |name: &str, strata: &[&str], of: &dyn Fn(&Shape) -> usize| {
        dimension(
            name,
            strata.iter().map(|s| (*s).to_owned()).collect(),
            shapes.iter().map(|s| of(s) as u16).collect(),
        )
    };
    let length = |shape: &Shape| match shape.n_letters as usize {
        0 => 0,
        n if n <= SHORT_MAX => 1,
        n if n <= LONG_MIN => 2,
        _ => 3,
    };
    [
        by("script of the name", &Script::NAMES, &|shape| shape.script as usize),
        by(&format!("words of the {name}"), &["none", "one", "two", "three", "four or more"], &|s| {
            s.n_words.into()
        }),
        by(&format!("joints of the {name}"), &["plain", "hyphen", "apostrophe", "particle"], &|s| {
            s.joint as usize
        }),
        by("single name", &["given and family name", "one name only"], &|s| s.is_single.into()),
        by(&format!("length of the {name}"), &["none", "1 to 4 letters", "5 to 10", "11 or more"], &length),
        by("empty attributes", &["none", "one", "two", "three or more"], &|s| s.n_missing.into()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A dimension with the strata that occur; `None` when fewer than two do.
pub(super) fn dimension(name: &str, strata: Vec<String>, of_record: Vec<u16>) -> Option<Dimension> {
    let mut number = vec![u16::MAX; strata.len()];
    of_record.iter().for_each(|stratum| number[usize::from(*stratum)] = 0);
    let mut kept = Vec::new();
    for (stratum, name) in strata.into_iter().enumerate() {
        if number[stratum] == 0 {
            number[stratum] = kept.len() as u16;
            kept.push(name);
        }
    }
    let of_record = of_record.into_iter().map(|stratum| number[usize::from(stratum)]).collect();
    (kept.len() >= 2).then(|| Dimension { name: name.to_owned(), strata: kept, of_record })
}

fn birth(table: &Table, records: &[u32]) -> Option<Dimension> {
    let slot = table.attributes().iter().position(|attribute| attribute.kind == Kind::DateOfBirth)?;
    let strata = ["complete", "complete, 1 January", "day or month missing", "missing"];
    let strata = strata.map(str::to_owned).to_vec();
    // Where a source defaults to 1 January the table already holds the day for missing; elsewhere a default may hide.
    let stratum = |code: u32| match Birth(code) {
        Birth::NONE => 3,
        birth if !birth.is_complete() => 2,
        birth => u16::from(is_first_of_january(birth)),
    };
    dimension("birth date", strata, records.iter().map(|record| stratum(table.code(slot, *record))).collect())
}

fn sources(table: &Table, records: &[u32]) -> Option<Dimension> {
    let mut names: Vec<&str> = (0..table.n_records() as u32).map(|record| table.source(record)).collect();
    names.dedup();
    let strata: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let of_record = records.iter().map(|record| table.source_index(*record) as u16).collect();
    (strata.len() <= usize::from(u16::MAX)).then(|| dimension("source", strata, of_record)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_by_what_is_written() {
        use Joint::{Apostrophe, Hyphen, Particle, Plain};
        for (family, given, script, n_words, joint, is_single) in [
            ("García-López", "Ana", Script::LatinWithMarks, 1, Hyphen, false),
            ("de la Cruz", "Ana", Script::Latin, 3, Particle, false),
            ("O'Brien", "Sean", Script::Latin, 1, Apostrophe, false),
            ("Иванова", "Анна", Script::Cyrillic, 1, Plain, false),
            ("", "Sukarno", Script::Latin, 0, Plain, true),
            ("王", "小明", Script::EastAsian, 1, Plain, false),
            ("Иванова Smith", "A", Script::Mixed, 2, Plain, false),
            ("", "", Script::None, 0, Plain, false),
        ] {
            let found = shape(family, given, [false, true], 2, 2);
            assert_eq!(
                (found.script, found.n_words, found.joint, found.is_single),
                (script, n_words, joint, is_single),
                "{given} {family}"
            );
        }
    }

    #[test]
    fn words_of_a_whole_name_are_not_those_of_a_family_name() {
        let shapes = ["Ana Cruz", "Li"].map(|name| shape(name, "", [true, false], 1, 1));
        let names: Vec<String> =
            of_shapes(&shapes, "whole name").into_iter().map(|found| found.name).collect();
        assert!(names.contains(&"words of the whole name".to_owned()), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("family name")), "{names:?}");
    }

    #[test]
    fn strata_that_do_not_occur_are_left_out() {
        let strata = || ["a", "b", "c"].map(str::to_owned).to_vec();
        let found = dimension("d", strata(), vec![2, 0, 2]).unwrap();
        assert_eq!((found.strata, found.of_record), (vec!["a".to_owned(), "c".to_owned()], vec![1, 0, 1]));
        assert_eq!(dimension("d", strata(), vec![1, 1]), None);
    }
}
