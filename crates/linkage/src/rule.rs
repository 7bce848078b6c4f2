//! Blocking rules: the configured ones, or defaults chosen from the kinds so that no rule proposes too many pairs.

use serde::{Deserialize, Serialize};

use crate::config::{Config, ConfigError};
use crate::key::KeyMaker;
use crate::kind::Kind;
use crate::table::Table;
use crate::term::{Part, Term};

/// With at most this many pairs in all, every pair is compared and nothing is blocked.
pub const ALL_PAIRS_MAX: u64 = 2_000_000;
/// All default rules together propose about this many pairs at most ...
const PAIRS_MIN: u64 = 15_000_000;
/// ... and this many more for each record.
const PAIRS_PER_RECORD: u64 = 30;
/// What a single rule may propose of that: one part in so many, because rules overlap and most propose few.
const RULE_PARTS: u64 = 10;
/// Terms that narrow a rule, at most.
const NARROWING_TERMS_MAX: usize = 3;

/// A condition that makes two records a candidate pair: agreement on all terms. No term at all proposes every pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) terms: Vec<Term>,
}

impl Rule {
    pub(crate) fn label(&self) -> String {
        if self.terms.is_empty() {
            return "every pair".to_owned();
        }
        self.terms.iter().map(Term::label).collect::<Vec<_>>().join(" + ")
    }

    /// Whether the rule looks for a value of one column in another.
    pub(crate) fn is_crossed(&self) -> bool {
        self.terms.iter().any(|term| term.other.is_some())
    }
}

/// The rules of a run.
pub(crate) fn rules(config: &Config, table: &Table, n_pairs_all: u64) -> Result<Vec<Rule>, ConfigError> {
    if !config.blocking.is_empty() {
        let parse = |keys: &crate::config::BlockingKeys| {
            let terms: Result<Vec<Term>, ConfigError> =
                keys.keys.iter().map(|key| Term::parse(key, config)).collect();
            terms.map(|terms| Rule { terms })
        };
        return config.blocking.iter().map(parse).collect();
    }
    if n_pairs_all <= ALL_PAIRS_MAX {
        return Ok(vec![Rule { terms: Vec::new() }]);
    }
    let budget = (PAIRS_MIN + PAIRS_PER_RECORD * table.n_records() as u64) / RULE_PARTS;
    let mut rules: Vec<Rule> = Vec::new();
    for base in Columns::of(table).bases() {
        let rule = narrowed(base, table, config, budget);
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    Ok(rules)
}

/// A rule within the budget: the base, or the base with further terms.
fn narrowed(terms: Vec<Term>, table: &Table, config: &Config, budget: u64) -> Rule {
    let mut rule = Rule { terms };
    let base_columns: Vec<String> = rule.terms.iter().map(|term| term.column.clone()).collect();
    let mut further =
        Columns::of(table).narrowing().into_iter().filter(|term| !base_columns.contains(&term.column));
    for _ in 0..NARROWING_TERMS_MAX {
        if KeyMaker::new(&rule, table).n_pairs(table, config.one_per_source) <= budget {
            break;
        }
        match further.next() {
            Some(term) => rule.terms.push(term),
            None => break,
        }
    }
    rule
}

/// The columns of a table by what blocking uses them for.
struct Columns<'a> {
    given: Vec<&'a str>,
    family: Vec<&'a str>,
    full: Vec<&'a str>,
    births: Vec<&'a str>,
    postal: Vec<&'a str>,
    places: Vec<&'a str>,
    numbers: Vec<&'a str>,
    texts: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    fn of(table: &'a Table) -> Self {
        let of = |kinds: &[Kind]| -> Vec<&'a str> {
            let listed = table.attributes().iter().filter(|attribute| kinds.contains(&attribute.kind));
            listed.map(|attribute| attribute.columns[0].as_str()).collect()
        };
        Self {
            given: of(&[Kind::GivenName]),
            family: of(&[Kind::FamilyName]),
            full: of(&[Kind::FullName]),
            births: of(&[Kind::DateOfBirth]),
            postal: of(&[Kind::PostalCode]),
            places: of(&[Kind::AddressLine, Kind::City]),
            numbers: of(&[Kind::Identifier, Kind::Phone, Kind::Email]),
            texts: of(&[Kind::Text]),
        }
    }

    /// Rules before they are narrowed, the most telling first.
    fn bases(&self) -> Vec<Vec<Term>> {
        let whole = |column: &str| Term::new(column, Part::Whole);
        let mut bases: Vec<Vec<Term>> = self.numbers.iter().map(|column| vec![whole(column)]).collect();
        let names: Vec<&str> = self.family.iter().chain(&self.given).chain(&self.full).copied().collect();
        for (given, family) in
            self.given.iter().flat_map(|given| self.family.iter().map(move |family| (given, family)))
        {
            bases.push(vec![whole(given), whole(family)]);
            bases.push(vec![Term::crossed(given, family), Term::crossed(family, given)]);
            bases.push(vec![Term::new(given, Part::Skeleton), Term::new(family, Part::Skeleton)]);
        }
        for birth in &self.births {
            bases.push(vec![whole(birth)]);
            for name in &names {
                bases.push(vec![Term::new(name, Part::Token), Term::new(birth, Part::Year)]);
                let day = [Term::new(birth, Part::Month), Term::new(birth, Part::Day)];
                bases.push([vec![Term::new(name, Part::Skeleton)], day.to_vec()].concat());
            }
        }
        for place in self.postal.iter().chain(&self.places) {
            names.iter().for_each(|name| bases.push(vec![whole(place), Term::new(name, Part::Token)]));
            self.births.iter().for_each(|birth| bases.push(vec![whole(place), Term::new(birth, Part::Year)]));
        }
        names.iter().for_each(|name| bases.push(vec![Term::new(name, Part::Skeleton)]));
        self.full.iter().for_each(|name| bases.push(vec![Term::new(name, Part::Token)]));
        self.places.iter().chain(&self.texts).for_each(|column| bases.push(vec![whole(column)]));
        bases.truncate(crate::config::BLOCKING_RULES_MAX);
        bases
    }

    /// Terms that narrow a rule, the most reliable first.
    fn narrowing(&self) -> Vec<Term> {
        let first = |columns: &[&str], n| {
            columns.iter().map(move |c| Term::new(c, Part::First(n))).collect::<Vec<_>>()
        };
        let years = self.births.iter().map(|birth| Term::new(birth, Part::Year));
        let whole = self.postal.iter().chain(&self.places).map(|column| Term::new(column, Part::Whole));
        first(&self.given, 1)
            .into_iter()
            .chain(years)
            .chain(first(&self.family, 2))
            .chain(first(&self.full, 2))
            .chain(whole)
            .collect()
    }
}
