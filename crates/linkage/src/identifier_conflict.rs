//! Two valid numbers that differ: when they say that two records are not of one person.
//!
//! A person may rightly hold several numbers (a passport for each decade, a case number for each case), and a number may be
//! mistyped. So a column of identifiers keeps records apart only where the run itself shows that one person has one number:
//!
//! * the model was learned from at least `EVIDENCE_PAIRS_MIN` expected pairs of one person that both carry a number, and
//! * at most `DISAGREE_SHARE_MAX` of these differ by more than two keystrokes (and, where it is still at most that share,
//!   by more than one);
//!
//! and then only numbers that are both *valid*: at least `CHARS_MIN` signs with a digit among them, held by at most
//! `RECORDS_MAX` records (more is a placeholder), and of one shape (letters and digits at the same places) that at least
//! one in `SHAPE_SHARE` numbers of the column has. Numbers of different shapes may be of different issuers, or cut off.

use std::collections::HashMap;

use crate::comparison::Comparison;
use crate::dictionary::NULL;
use crate::hashing::FixedState;
use crate::kind::Kind;
use crate::level;
use crate::model::Model;
use crate::rarity;
use crate::table::Table;

/// Fewest expected pairs of one person with both numbers from which a column is trusted.
const EVIDENCE_PAIRS_MIN: f64 = 200.0;
/// Greatest share of the pairs of one person whose numbers differ.
const DISAGREE_SHARE_MAX: f64 = 0.005;
/// A shorter number tells too little.
const CHARS_MIN: usize = 6;
/// A number that more records hold is nobody's.
const RECORDS_MAX: u32 = 100;
/// A shape is usual where at least one in so many numbers has it.
const SHAPE_SHARE: usize = 100;

/// The columns whose numbers keep records apart.
#[derive(Debug)]
pub(crate) struct IdentifierConflicts<'a> {
    table: &'a Table,
    columns: Vec<BindingColumn>,
}

#[derive(Debug)]
struct BindingColumn {
    slot: usize,
    /// The highest level that contradicts.
    level_max: u8,
    /// For each code the shape of a valid number; 0 for none.
    shapes: Vec<u32>,
}

impl<'a> IdentifierConflicts<'a> {
    /// The columns that the model shows to be one number for one person.
    pub(crate) fn new(table: &'a Table, model: &Model) -> Self {
        let binding = |(slot, comparison): (usize, &Comparison)| {
            let is_identifier = comparison.kind == Kind::Identifier && comparison.is_default();
            let level_max = is_identifier.then(|| contradicting(model, slot)).flatten()?;
            Some(BindingColumn { slot, level_max, shapes: shapes(table, slot) })
        };
        Self { table, columns: model.comparisons.iter().enumerate().filter_map(binding).collect() }
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> Vec<String> {
        let attributes = self.table.attributes();
        self.columns.iter().map(|column| attributes[column.slot].name.clone()).collect()
    }

    /// The valid numbers of a record, one code for each column; empty where it bears none.
    pub(crate) fn numbers(&self, record: u32) -> Vec<u32> {
        let number = |column: &BindingColumn| {
            let code = self.table.code(column.slot, record);
            if column.shapes[code as usize] == 0 { NULL } else { code }
        };
        let numbers: Vec<u32> = self.columns.iter().map(number).collect();
        if numbers.iter().all(|number| *number == NULL) { Vec::new() } else { numbers }
    }

    /// Whether the numbers of two records differ in any column in which both bear one.
    pub(crate) fn differ(&self, a: &[u32], b: &[u32]) -> bool {
        let mut columns = self.columns.iter().zip(a.iter().zip(b));
        columns.any(|(column, (a, b))| {
            let shape = column.shapes[*a as usize];
            if a == b || shape == 0 || shape != column.shapes[*b as usize] {
                return false;
            }
            let dictionary = self.table.attributes()[column.slot].dictionary;
            dictionary.is_some_and(|dictionary| {
                let dictionary = &self.table.dictionaries()[dictionary];
                level::number(dictionary.value(*a), dictionary.value(*b)) <= column.level_max
            })
        })
    }
}

/// The highest level of a column of numbers that contradicts one person; `None` where people have several numbers, or
/// where too few pairs show it.
fn contradicting(model: &Model, slot: usize) -> Option<u8> {
    let null = model.comparisons[slot].null();
    let comparable = model.patterns.iter().filter(|pattern| pattern.levels[slot] != null);
    let expected: f64 = comparable.map(|pattern| pattern.n_pairs as f64 * pattern.match_probability).sum();
    if expected < EVIDENCE_PAIRS_MIN || model.is_one_pattern {
        return None;
    }
    let m = &model.m[slot];
    let mut share = 0.0;
    let within = |level: &u8| {
        share += m[usize::from(*level)];
        share <= DISAGREE_SHARE_MAX
    };
    (0..level::NUMBER_NEAR).take_while(within).last()
}

/// For each code of a column the shape of its value where it is a valid number of a usual shape; 0 elsewhere.
fn shapes(table: &Table, slot: usize) -> Vec<u32> {
    let attribute = &table.attributes()[slot];
    let Some(dictionary) = attribute.dictionary.map(|place| &table.dictionaries()[place]) else {
        return Vec::new();
    };
    let counts = rarity::counts(table.codes_of(slot), dictionary.len());
    let mut known: HashMap<Vec<u8>, u32, FixedState> = HashMap::default();
    let mut n_of_shape = vec![0usize];
    let mut shapes = vec![0u32; dictionary.len()];
    for (code, count) in counts.iter().enumerate().skip(1) {
        let value = dictionary.value(code as u32);
        if !is_valid(value) || !(1..=RECORDS_MAX).contains(count) {
            continue;
        }
        let next = n_of_shape.len() as u32;
        let shape = *known.entry(shape_of(value)).or_insert(next);
        if shape == next {
            n_of_shape.push(0);
        }
        n_of_shape[shape as usize] += 1;
        shapes[code] = shape;
    }
    let n_valid: usize = n_of_shape.iter().sum();
    for shape in &mut shapes {
        if n_of_shape[*shape as usize] * SHAPE_SHARE < n_valid {
            *shape = 0;
        }
    }
    shapes
}

fn is_valid(value: &str) -> bool {
    value.chars().count() >= CHARS_MIN && value.bytes().any(|byte| byte.is_ascii_digit())
}

fn shape_of(value: &str) -> Vec<u8> {
    value.bytes().map(|byte| if byte.is_ascii_digit() { b'9' } else { b'a' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_valid_by_its_length_and_has_the_shape_of_its_signs() {
        for (value, valid, form) in [
            ("219014155", true, "999999999"),
            ("x1234567", true, "a9999999"),
            ("12345", false, "99999"),
            ("abcdefg", false, "aaaaaaa"),
        ] {
            assert_eq!((is_valid(value), shape_of(value)), (valid, form.as_bytes().to_vec()), "{value}");
        }
    }
}
