//! Numbers that several people share: of a court file, a family's file, a household; and addresses of e-mail.
//!
//! A column of the kind identifier or e-mail is taken for what belongs to one person, so that two records with one number are of one person almost
//! certainly. Where the number is a family's, that makes one person of its members, and the run is sure of it. The records say so
//! themselves: those of one number bear other given names and other birth dates.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use serde::{Deserialize, Serialize};

use crate::birth_level;
use crate::column::TextColumn;
use crate::comparison::{Comparison, comparisons};
use crate::config::{Column, Config};
use crate::full_name;
use crate::guess::words;
use crate::guess_words::is_of_a_relative;
use crate::hashing::hash_bytes;
use crate::html;
use crate::kind::{Kind, Role};
use crate::pattern::Comparer;
use crate::table::{Input, Table};

/// Rows that are looked at, about: of more, those of some of the numbers, which are all their rows.
const ROWS_MAX: usize = 100_000;
/// Records of one number of which each is held against the first.
const RECORDS_OF_NUMBER_MAX: usize = 10;
/// Share of the numbers with two records or more that several people bear, from which a column is compared as what a family shares ...
const SHARED_FROM: f64 = 0.2;
/// ... and from which it is told of.
const TOLD_FROM: f64 = 0.05;
/// Fewest such numbers that say anything.
const NUMBERS_MIN: usize = 5;

/// What the records say of a column whose values are taken for one person's each: a column of the kind identifier or e-mail, as given or guessed.
///
/// ```
/// # use redress_linkage::{Kind, SharedNumbers};
/// let docket = SharedNumbers {
///     column: "docket".to_owned(),
///     given_as: Kind::Identifier,
///     n_tested: 50,
///     n_untested: 3,
///     n_shared: 20,
///     is_category: true,
/// };
/// assert!(docket.are_of_families() && docket.contradiction().is_none() && docket.doubt().is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedNumbers {
    /// The column.
    pub column: String,
    /// What its values were taken for: identifiers or addresses of e-mail.
    pub given_as: Kind,
    /// Of the rows looked at, values that two or more records bear whose names and birth dates can be compared.
    pub n_tested: usize,
    /// Values that two or more records bear, none of which can be compared by name and birth date.
    pub n_untested: usize,
    /// Of those tested, values that records of another given name and another birth date bear.
    pub n_shared: usize,
    /// Whether the run compares the column as a category, what the members of a family share.
    pub is_category: bool,
}

impl SharedNumbers {
    /// Whether so many are shared that the number is a family's or a file's, and not a person's.
    #[must_use]
    pub fn are_of_families(&self) -> bool {
        self.are_told() && self.n_shared as f64 >= SHARED_FROM * self.n_tested as f64
    }

    /// Whether more are shared than mistakes in a person's own number would explain.
    fn are_told(&self) -> bool {
        self.n_shared >= NUMBERS_MIN && self.n_shared as f64 >= TOLD_FROM * self.n_tested as f64
    }

    /// Why a run that takes them for one person's cannot be relied on, as a clause; `None` where that does not follow.
    #[must_use]
    pub fn contradiction(&self) -> Option<String> {
        (self.are_of_families() && !self.is_category).then(|| {
            format!(
                "{}, and the configuration keeps it as a person's own: whoever shares one is taken for one person",
                self.in_words()
            )
        })
    }

    /// What speaks against trusting a run, as a clause: that values are shared, or that nothing can tell whether they are.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        if self.contradiction().is_some() {
            return None;
        }
        if self.n_tested < NUMBERS_MIN && self.n_untested >= NUMBERS_MIN && !self.is_category {
            return Some(format!(
                "`{}` is taken for a person's own, and nothing tells whether it is: no given (or whole) names and birth dates can be compared \
                 for {} of the {} values that several records bear",
                self.column,
                html::count(self.n_untested as u64),
                html::count((self.n_tested + self.n_untested) as u64)
            ));
        }
        let made = if self.is_category {
            "so it is taken for the number of a family or of a file, and compared as one of the things that its members share; a [[comparison]] \
             for it in a file for --config keeps it a person's, and the run is then not to be relied on"
        } else {
            "which a person's own number would hardly do: pairs that share one may be of two people, more of them than is expected"
        };
        self.are_told().then(|| format!("{}: {made}", self.in_words()))
    }

    /// How many are shared, as a clause.
    fn in_words(&self) -> String {
        let tested = html::count(self.n_tested as u64);
        let of = match self.n_untested {
            0 => format!("of {tested} values of `{}` that several records bear", self.column),
            _ => format!(
                "of {tested} values of `{}` that several records with names and birth dates bear",
                self.column
            ),
        };
        format!(
            "{of}, {} stand in records of other given names and other birth dates",
            html::count(self.n_shared as u64)
        )
    }
}

/// The configuration with identifiers and addresses of e-mail that families share compared as what a family shares (kind `category`), and what the
/// records say of every such column. A column with a comparison of its own keeps its kind.
#[must_use]
pub fn with_shared_numbers(config: Config, inputs: &[Input]) -> (Config, Vec<SharedNumbers>) {
    let mut found = tested(&config, inputs);
    let mut shared = config.clone();
    for numbers in found.iter().filter(|numbers| numbers.are_of_families()) {
        let is_named = config.comparison.iter().any(|comparison| comparison.column == numbers.column);
        if let Some(column) = shared.columns.get_mut(&numbers.column).filter(|_| !is_named) {
            *column = Column { given_as: Some(numbers.given_as), ..Column::of(Kind::Category) };
        }
    }
    // A blocking rule may ask for what only a number has.
    let config = if shared.check().is_ok() { shared } else { config };
    for numbers in &mut found {
        numbers.is_category =
            config.columns.get(&numbers.column).is_some_and(|column| column.kind == Kind::Category);
    }
    (config, found)
}

/// What the records say of each column of identifiers and of e-mail, or that was given as one.
fn tested(config: &Config, inputs: &[Input]) -> Vec<SharedNumbers> {
    let given = |column: &Column| {
        let given_as = column.given_as.unwrap_or(column.kind);
        matches!(given_as, Kind::Identifier | Kind::Email).then_some(given_as)
    };
    let columns = config.columns.iter().filter_map(|(name, column)| Some((name, given(column)?)));
    columns.filter_map(|(name, given_as)| counted(config, inputs, (name, given_as))).collect()
}

/// The column with what tells people apart: their own names and birth dates.
fn narrowed(config: &Config, (column, given_as): (&str, Kind)) -> Config {
    let tells = |name: &str, column: &Column| {
        let is_name =
            matches!(column.kind, Kind::GivenName | Kind::FullName) && !is_of_a_relative(&words(name));
        is_name || column.kind.is_birth()
    };
    let known = config.columns.iter().filter(|(name, known)| tells(name, known) && *name != column);
    let known = known.map(|(name, known)| (name.clone(), known.clone()));
    Config {
        unique_id: config.unique_id.clone(),
        source: None,
        one_per_source: false,
        columns: known.chain([(column.to_owned(), Column::of(given_as))]).collect(),
        blocking: Vec::new(),
        comparison: Vec::new(),
        output: config.output.clone(),
    }
}

/// How many numbers of a column are shared; `None` where its rows cannot be read.
fn counted(config: &Config, inputs: &[Input], (column, given_as): (&str, Kind)) -> Option<SharedNumbers> {
    let config = narrowed(config, (column, given_as));
    let rows = rows_of_some_numbers(&config, inputs, column)?;
    let table = Table::try_new(&config, vec![rows]).ok()?;
    let comparisons = comparisons(&config, &table).ok()?;
    let slot = table.attribute_of(column)?;
    let mut records: Vec<u32> = (0..table.n_records() as u32).filter(|r| table.code(slot, *r) != 0).collect();
    records.sort_by_key(|record| table.code(slot, *record));
    let comparer = Comparer::new(&comparisons, &table);
    let mut bench = comparer.bench();
    let mut counts = SharedNumbers {
        column: column.to_owned(),
        given_as,
        n_tested: 0,
        n_untested: 0,
        n_shared: 0,
        is_category: false,
    };
    let of_numbers = records.chunk_by(|a, b| table.code(slot, *a) == table.code(slot, *b));
    for of_number in of_numbers.filter(|records| records.len() > 1) {
        let others = of_number.iter().skip(1).take(RECORDS_OF_NUMBER_MAX);
        let said = others.filter_map(|other| {
            let levels = comparer.levels_of(comparer.pattern(&mut bench, of_number[0], *other));
            are_two_people(&comparisons, &levels)
        });
        let said: Vec<bool> = said.collect();
        counts.n_tested += usize::from(!said.is_empty());
        counts.n_untested += usize::from(said.is_empty());
        counts.n_shared += usize::from(said.contains(&true));
    }
    Some(counts)
}

/// Whether two records are of two people by their names and birth dates; `None` where one of the two cannot be compared.
fn are_two_people(comparisons: &[Comparison], levels: &[u8]) -> Option<bool> {
    let (mut other_name, mut other_date) = (None, None);
    for (comparison, level) in comparisons.iter().zip(levels).filter(|(c, level)| **level != c.null()) {
        match comparison.kind {
            Kind::DateOfBirth => other_date = Some(birth_level::is_another(*level)),
            // Of several columns of names one that agrees in part is enough for one person.
            Kind::GivenName => other_name = Some(other_name.unwrap_or(true) && *level == 0),
            // That of a parent, or of the head of a household, is no name of this person.
            Kind::FullName if comparison.role == Role::Whole => {
                let is_other = *level == 0 || *level == full_name::LATER_SHARED;
                other_name = Some(other_name.unwrap_or(true) && is_other);
            }
            _ => {}
        }
    }
    // Both must be known whatever the first says: names that agree could be tested without dates, names that differ could not.
    let (other_name, other_date) = (other_name?, other_date?);
    Some(other_name && other_date)
}

/// The rows of a column's numbers, or of so many of them as [`ROWS_MAX`] allows, with the columns of the configuration as texts; `None` where
/// they cannot be read.
fn rows_of_some_numbers(config: &Config, inputs: &[Input], column: &str) -> Option<Input> {
    let n_rows: usize = inputs.iter().flat_map(|input| &input.batches).map(RecordBatch::num_rows).sum();
    let taken_below = u64::MAX as f64 * (ROWS_MAX as f64 / n_rows.max(1) as f64).min(1.0);
    let is_taken = |text: &str| {
        let text = text.trim();
        !text.is_empty() && hash_bytes(text.as_bytes()) as f64 <= taken_below
    };
    let mut batches = Vec::new();
    let mut n_taken = 0;
    for batch in inputs.iter().flat_map(|input| &input.batches) {
        let read = |name: &str| TextColumn::try_new(batch.column_by_name(name)?).ok();
        let numbers = read(column)?;
        let rows: Vec<usize> = (0..batch.num_rows())
            .filter(|row| numbers.get(*row).is_some_and(|text| is_taken(&text)))
            .collect();
        let ids: ArrayRef =
            Arc::new((0..rows.len()).map(|at| Some((n_taken + at).to_string())).collect::<StringArray>());
        n_taken += rows.len();
        let mut columns = vec![(config.unique_id.as_str(), ids, true)];
        for name in config.columns.keys() {
            let column = read(name)?;
            let texts: ArrayRef = Arc::new(rows.iter().map(|row| column.get(*row)).collect::<StringArray>());
            columns.push((name.as_str(), texts, true));
        }
        batches.push(RecordBatch::try_from_iter_with_nullable(columns).ok()?);
    }
    Some(Input { name: "numbers".to_owned(), batches, n_set_aside: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of number, given name and birth date, and how many of the numbers are shared.
    fn check(names: &str, rows: &[(String, &str, &str)], expected: Option<(usize, usize)>, kind: Kind) {
        let own = if rows.iter().any(|row| row.0.contains('@')) { "email" } else { "identifier" };
        let toml =
            format!("unique_id = 'id'\n[columns]\nfile = '{own}'\nname = '{names}'\nborn = 'date_of_birth'");
        let config = Config::from_toml(&toml).unwrap();
        let column = |text: &dyn Fn(usize) -> String| -> ArrayRef {
            Arc::new((0..rows.len()).map(|at| Some(text(at))).collect::<StringArray>())
        };
        let batch = RecordBatch::try_from_iter([
            ("id", column(&|at| at.to_string())),
            ("file", column(&|at| rows[at].0.clone())),
            ("name", column(&|at| rows[at].1.to_owned())),
            ("born", column(&|at| rows[at].2.to_owned())),
        ]);
        let input = Input { name: "files".to_owned(), batches: vec![batch.unwrap()], n_set_aside: 0 };
        let (found, tested) = with_shared_numbers(config, &[input]);
        let told = tested.iter().find(|numbers| numbers.are_told());
        let counts = told.map(|numbers| (numbers.n_tested, numbers.n_shared));
        assert_eq!((counts, found.columns["file"].kind), (expected, kind), "{names}: {:?}", rows.first());
    }

    /// Pairs of rows: so many of one person, with the same names, and so many of two people.
    fn pairs(n_one: usize, n_two: usize, [a, b]: [&str; 2]) -> Vec<(String, &str, &str)> {
        let of = |at: usize| {
            let other = if at < n_one { (a, "1950-02-01") } else { (b, "1987-11-23") };
            [(format!("F{at}"), a, "1950-02-01"), (format!("F{at}"), other.0, other.1)]
        };
        (0..n_one + n_two).flat_map(of).collect()
    }

    #[test]
    fn a_number_of_several_people_is_no_persons() {
        let given = ["Ada", "Chinonso"];
        check("given_name", &pairs(40, 10, given), Some((50, 10)), Kind::Category);
        check("given_name", &pairs(41, 9, given), Some((50, 9)), Kind::Identifier);
        check("given_name", &pairs(3, 4, given), None, Kind::Identifier);
        check("given_name", &pairs(96, 5, given), None, Kind::Identifier);
        check("given_name", &pairs(95, 5, given), Some((100, 5)), Kind::Identifier);
        // One person under another date of birth, or under another spelling.
        check("given_name", &pairs(0, 20, ["Ada", "Adah"]), None, Kind::Identifier);
        let mailed: Vec<_> =
            pairs(40, 10, given).into_iter().map(|(at, a, b)| (at + "@post.example", a, b)).collect();
        check("given_name", &mailed, Some((50, 10)), Kind::Category);
        check("full_name", &pairs(40, 10, ["Ada Okafor", "Chinonso Okafor"]), Some((50, 10)), Kind::Category);
        check("family_name", &pairs(0, 20, ["Okafor", "Okeke"]), None, Kind::Identifier);
    }

    #[test]
    fn what_is_shared_or_cannot_be_tested_is_said() {
        let of = |(n_tested, n_untested, n_shared), is_category| SharedNumbers {
            column: "file".to_owned(),
            given_as: Kind::Identifier,
            n_tested,
            n_untested,
            n_shared,
            is_category,
        };
        for (counts, is_category, doubts, contradicts) in [
            ((50, 0, 10), true, "compared as one of the things", false),
            ((50, 0, 10), false, "", true),
            ((50, 7, 9), false, "that several records with names and birth dates bear, 9 stand", false),
            ((500, 0, 9), false, "", false),
            ((4, 5, 0), false, "for 5 of the 9 values", false),
            ((4, 5, 0), true, "", false),
            ((0, 4, 0), false, "", false),
        ] {
            let numbers = of(counts, is_category);
            let doubt = numbers.doubt().unwrap_or_default();
            assert_eq!(doubt.is_empty(), doubts.is_empty(), "{counts:?} {doubt}");
            assert!(doubt.contains(doubts), "{counts:?} {doubt}");
            assert_eq!(numbers.contradiction().is_some(), contradicts, "{counts:?}");
        }
    }

    #[test]
    fn numbers_without_birth_dates_are_not_tested() {
        let config =
            Config::from_toml("unique_id = 'id'\n[columns]\nfile = 'identifier'\nname = 'given_name'")
                .unwrap();
        let texts = |text: fn(usize) -> String| -> ArrayRef {
            Arc::new((0..20).map(|at| Some(text(at))).collect::<StringArray>())
        };
        let batch = RecordBatch::try_from_iter([
            ("id", texts(|at| at.to_string())),
            ("file", texts(|at| format!("F{}", at / 2))),
            ("name", texts(|at| format!("Ada{}", at % 2))),
        ]);
        let input = Input { name: "files".to_owned(), batches: vec![batch.unwrap()], n_set_aside: 0 };
        let (found, tested) = with_shared_numbers(config, &[input]);
        assert_eq!(
            (found.columns["file"].kind, tested[0].n_tested, tested[0].n_untested),
            (Kind::Identifier, 0, 10)
        );
        assert!(tested[0].doubt().unwrap().contains("for 10 of the 10 values"), "{tested:?}");
    }
}
