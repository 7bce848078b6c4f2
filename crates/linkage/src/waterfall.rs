//! Why a pair is worth what it is worth: the prior, then what each comparison adds, in bits, in words and as a picture.
//!
//! The classes of the model make the comparisons depend on each other, so a step's m and u are those of its level given
//! the levels of the steps before it. The steps add up to the match weight exactly.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use crate::comparison::{self, Comparison, comparisons_following};
use crate::config::{Config, ConfigError};
use crate::hashing::FixedState;
use crate::initials::has_initial;
use crate::kind::Kind;
use crate::mixture::Relation;
use crate::model::{Class, Model, Pattern};
use crate::own_words::{self, CellText, OwnWords};
use crate::pattern::{Bench, Comparer};
use crate::table::Table;

/// The account of one pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// Log2 odds of two random records.
    pub prior_bits: f64,
    /// One step for each comparison, in the order of the model.
    pub steps: Vec<Step>,
    /// Log2 odds of this pair.
    pub total_bits: f64,
    /// The probability of those odds, or what labels say of pairs with such odds.
    pub match_probability: f64,
    /// Its 95 % interval; `None` where the run wrote no pair of this pattern.
    pub reliability: Option<(f64, f64)>,
    /// Labelled pairs from which the probability is taken; 0 where it is the model's own.
    pub n_labels: usize,
}

/// What one comparison adds.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The comparison's name.
    pub comparison: String,
    /// What the attribute is about.
    pub kind: Kind,
    /// How common the value is on which both agree; `None` where they do not agree on a text.
    pub bearers: Option<Bearers>,
    /// Normalized value of the first record; `None` where there is none.
    pub value_l: Option<String>,
    /// Normalized value of the second record.
    pub value_r: Option<String>,
    /// What the records themselves write, the first and the second; `None` where the account was made without their words.
    pub words: Option<[Option<OwnWords>; 2]>,
    /// The level, in words.
    pub level: String,
    /// Whether the attribute could not be compared.
    pub is_null: bool,
    /// Whether the attribute agrees: by itself it speaks for one person, or both records say the same. What the steps before
    /// it say, and so `bits`, does not matter to it.
    pub is_agreed: bool,
    /// Pr(level | same person, the steps before).
    pub m: f64,
    /// Pr(level | different people, the steps before).
    pub u: f64,
    /// Log2(m / u).
    pub bits: f64,
    /// What the level alone would say, were nothing else known: log2(m / u) over all pairs.
    pub bits_alone: f64,
    /// What two different people who have in common what the steps before say most likely are to each other.
    pub rival: Relation,
}

/// How many records bear a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearers {
    /// Records that bear it, both of the pair among them; of a name with an initial, those too that bear a name which it may stand for.
    pub n: u64,
    /// Records that bear any value of the attribute.
    pub n_with_any: u64,
    /// All records.
    pub n_records: u64,
    /// Whether the value is a name with an initial: `p okafor`.
    pub of_initial: bool,
}

/// The cell of a column in a record; `None` where there is none.
pub type Cell<'a> = &'a dyn Fn(&str) -> Option<CellText>;

/// Accounts for pairs of one table with one model: what does not depend on the pair is made once.
pub struct Explainer<'a> {
    model: &'a Model,
    table: &'a Table,
    comparer: Comparer<'a>,
    bench: RefCell<Bench>,
    /// For each comparison how many records bear each value, and any: counted when it is first asked for.
    bearers: Vec<OnceCell<(Vec<u32>, u64)>>,
    /// The interval of each pattern that the run wrote, by its levels: a large run has hundreds of thousands, and accounts are
    /// given by the million.
    reliability: HashMap<&'a [u8], (f64, f64), FixedState>,
}

impl<'a> Explainer<'a> {
    /// Over the records of a table, with a model.
    ///
    /// # Errors
    /// The configuration does not fit the table, or the model was made with other comparisons.
    pub fn try_new(model: &'a Model, table: &'a Table, config: &Config) -> Result<Self, ConfigError> {
        let expected = comparisons_following(config, table, &model.follows)?;
        if expected != model.comparisons {
            let names =
                |all: &[Comparison]| all.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ");
            let allowed = format!("the columns and levels of the model: {}", names(&model.comparisons));
            return Err(ConfigError::value("columns", names(&expected), allowed));
        }
        let comparer = Comparer::new(&model.comparisons, table);
        let bench = RefCell::new(comparer.bench());
        let bearers = expected.iter().map(|_| OnceCell::new()).collect();
        let interval =
            |pattern: &'a Pattern| (&*pattern.levels, (pattern.reliability_low, pattern.reliability_high));
        let reliability = model.patterns.iter().map(interval).collect();
        Ok(Self { model, table, comparer, bench, bearers, reliability })
    }

    /// The account of a pair of rows, with the values as they are compared.
    #[must_use]
    pub fn pair(&self, l: u32, r: u32) -> Waterfall {
        let key = self.comparer.pattern(&mut self.bench.borrow_mut(), l, r);
        self.account(&self.comparer.levels_of(key), l, r)
    }

    /// The account of a pair of rows that quotes what the records themselves write: `cells` gives the text of each column of the
    /// first record and of the second.
    #[must_use]
    pub fn pair_in_own_words(&self, l: u32, r: u32, cells: [Cell<'_>; 2]) -> Waterfall {
        let mut waterfall = self.pair(l, r);
        for ((slot, step), attribute) in waterfall.steps.iter_mut().enumerate().zip(self.table.attributes()) {
            let of = |record, value: &Option<String>, cell| {
                own_words::of_attribute(attribute, self.table.code(slot, record), value.as_deref(), cell)
            };
            step.words = Some([of(l, &step.value_l, cells[0]), of(r, &step.value_r, cells[1])]);
        }
        waterfall
    }

    fn account(&self, levels: &[u8], l: u32, r: u32) -> Waterfall {
        let (model, table) = (self.model, self.table);
        let mut weights: Vec<f64> = model.classes.iter().map(|class| class.share).collect();
        let sum = |weights: &[f64], same: bool| -> f64 {
            let of_kind = weights
                .iter()
                .zip(&model.classes)
                .filter(|(_, class)| class.relation.is_same_person() == same);
            of_kind.map(|(weight, _)| weight).sum::<f64>().max(f64::MIN_POSITIVE)
        };
        let prior_bits = (sum(&weights, true) / sum(&weights, false)).log2();
        let mut total_bits = prior_bits;
        let mut steps = Vec::new();
        for (slot, comparison) in model.comparisons.iter().enumerate() {
            let level = usize::from(levels[slot]);
            let before = (sum(&weights, true), sum(&weights, false));
            let rival = rival(&weights, &model.classes);
            for (weight, class) in weights.iter_mut().zip(&model.classes) {
                *weight *= class.probabilities[slot][level];
            }
            let (m, u) = (sum(&weights, true) / before.0, sum(&weights, false) / before.1);
            let bits = (m / u).log2();
            total_bits += bits;
            let known = &comparison.levels[level];
            steps.push(Step {
                comparison: comparison.name.clone(),
                kind: comparison.kind,
                bearers: if known.is_exact { self.bearers(slot, l) } else { None },
                value_l: table.value(slot, l),
                value_r: table.value(slot, r),
                words: None,
                level: self.level_in_words(slot, levels),
                is_null: known.is_null,
                is_agreed: model.is_agreed(slot, levels[slot]),
                m,
                u,
                bits,
                bits_alone: model.level_bits(slot, levels[slot]),
                rival,
            });
        }
        Waterfall {
            prior_bits,
            steps,
            total_bits,
            match_probability: model.probability_of(total_bits),
            reliability: self.reliability.get(levels).copied(),
            n_labels: model.label_calibration.as_ref().map_or(0, |labels| labels.n_decided),
        }
    }

    /// The level of a comparison in words, with the state of what the attribute goes with: the town of a postal code.
    fn level_in_words(&self, slot: usize, levels: &[u8]) -> String {
        let comparison = &self.model.comparisons[slot];
        let known = &comparison.levels[usize::from(levels[slot])];
        let is_shown = self.model.follows.iter().any(|follows| follows.comparison == comparison.name);
        let has_states = (comparison.is_default() || is_shown) && !known.is_null;
        let Some((other, agrees)) = comparison.condition.decided_by(levels).filter(|_| has_states) else {
            return known.label.clone();
        };
        let n_levels = usize::from(comparison.null()) / comparison.condition.n_contexts();
        let plain = &comparison.levels[usize::from(levels[slot]) % n_levels].label;
        let other = &self.model.comparisons[other];
        let other = if is_shown { format!("value of {}", other.name) } else { in_words(other.kind) };
        format!("{plain} (the {other} {})", if agrees { "agrees" } else { "differs" })
    }

    /// How many records bear the value of a record's attribute.
    fn bearers(&self, slot: usize, record: u32) -> Option<Bearers> {
        let dictionary = self.table.attributes()[slot].dictionary?;
        let known =
            self.bearers[slot].get_or_init(|| comparison::bearers(slot, self.table).unwrap_or_default());
        let code = self.table.code(slot, record);
        let value = self.table.dictionaries()[dictionary].value(code);
        Some(Bearers {
            n: u64::from(known.0[code as usize]),
            n_with_any: known.1,
            n_records: self.table.n_records() as u64,
            of_initial: self.table.attributes()[slot].kind.is_name() && has_initial(value),
        })
    }
}

/// The relation that most of the pairs of different people have, by the weights of the classes.
fn rival(weights: &[f64], classes: &[Class]) -> Relation {
    let weight_of = |relation: Relation| -> f64 {
        weights
            .iter()
            .zip(classes)
            .filter(|(_, class)| class.relation == relation)
            .map(|(weight, _)| weight)
            .sum()
    };
    let relations = [Relation::Strangers, Relation::Compatriots, Relation::Relatives];
    let heaviest = |a: &Relation, b: &Relation| weight_of(*a).total_cmp(&weight_of(*b));
    relations.into_iter().max_by(heaviest).unwrap_or(Relation::Strangers)
}

/// Accounts for a pair of records with a model. For many pairs make one [`Explainer`].
///
/// # Errors
/// The configuration does not fit the table, or the model was made with other comparisons.
pub fn explain(
    model: &Model,
    table: &Table,
    config: &Config,
    l: u32,
    r: u32,
) -> Result<Waterfall, ConfigError> {
    Ok(Explainer::try_new(model, table, config)?.pair(l, r))
}

impl Waterfall {
    /// How many attributes agree, disagree and cannot be compared: the three counts that a run or an index gives of the pair.
    #[must_use]
    pub fn counts(&self) -> (u16, u16, u16) {
        let count = |of: &dyn Fn(&Step) -> bool| self.steps.iter().filter(|step| of(step)).count() as u16;
        let null = count(&|step| step.is_null);
        let agree = count(&|step| step.is_agreed);
        (agree, self.steps.len() as u16 - agree - null, null)
    }
}

impl Waterfall {
    /// Whether both records bear one date of birth.
    #[must_use]
    pub fn is_of_one_birth_date(&self) -> bool {
        let is_same = |step: &Step| !step.is_null && step.value_l == step.value_r;
        self.steps.iter().any(|step| step.kind == Kind::DateOfBirth && is_same(step))
    }
}

/// A kind in words.
pub(crate) fn in_words(kind: Kind) -> String {
    kind.as_str().replace('_', " ")
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
