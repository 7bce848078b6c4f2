//! What was learned: the probabilities of each level, the prior, and what each agreement pattern is worth.

use serde::{Deserialize, Serialize};

use crate::at_bound::{AtBound, at_bounds};
use crate::by_shift::ByShift;
use crate::calibration::Redraws;
use crate::class_table::ClassTable;
use crate::comparison::Comparison;
use crate::dependence::Dependence;
use crate::expectation_maximization::{Parameters, Training};
use crate::follows::Follows;
use crate::interval::outward;
use crate::label_calibration::LabelCalibration;
use crate::level_pairs::LevelPairs;
use crate::mixture::{Mixture, PairClass, Relation};
use crate::shared_numbers::SharedNumbers;

/// Version of the form of `model.json`.
pub const MODEL_VERSION: u32 = 1;

/// A trained model. Serializes to `model.json`: no times, no machine, the same bytes for the same input and seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// [`MODEL_VERSION`].
    pub version: u32,
    /// The comparisons with their levels.
    pub comparisons: Vec<Comparison>,
    /// The classes of pairs.
    pub classes: Vec<Class>,
    /// For each comparison and level: Pr(level | same person). 1 for null.
    pub m: Vec<Vec<f64>>,
    /// For each comparison and level: Pr(level | different people). 1 for null.
    pub u: Vec<Vec<f64>>,
    /// Pr(two random records are of one person).
    pub prior: f64,
    /// Every pattern of a written pair; `pattern` of `pairs.parquet` is an index of this list.
    pub patterns: Vec<Pattern>,
    /// What redraws of the counts made of the probabilities; empty in models of before they were kept.
    #[serde(default, skip_serializing_if = "Redraws::is_empty")]
    pub redraws: Redraws,
    /// How the training went.
    pub training: Training,
    /// Whether all compared pairs show one and the same pattern, so that nothing parts one person from two: then the
    /// training has not converged, whatever its figures, and every interval is 0 to 1.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_one_pattern: bool,
    /// The pairs that were compared and are not written; `None` in models of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unwritten: Option<Unwritten>,
    /// For each comparison and level what its m and u rest on; empty in models of before this was kept.
    #[serde(default)]
    pub level_pairs: Vec<Vec<LevelPairs>>,
    /// The comparisons that follow from others because pairs showed it, and not by their kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<Follows>,
    /// How each two comparisons hang together beyond what the model says, the closest first; empty in models of before
    /// this was kept, and where no two are known together in pairs enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependences: Vec<Dependence>,
    /// What each blocking rule proposed.
    pub rules: Vec<RuleYield>,
    /// Estimate of the share of same-person pairs that blocking proposed at all, by capture and recapture over the
    /// rules (Chao 1987), if the model's probabilities hold and the rules find pairs independently; `None` where there are too few
    /// rules or pairs to tell.
    pub blocking_recall: Option<f64>,
    /// Its range: the 95 % interval of counting, and what the rules guess without each other; `None` in models of before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking_recall_interval: Option<(f64, f64)>,
    /// Probabilities that a bound holds; empty in models of before this was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_bounds: Vec<AtBound>,
    /// What spoke against relying on the run before it began, one clause each: kinds of columns that were guessed from little.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// What the records say of numbers and addresses that are taken for one person's; empty in models of before this was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_numbers: Vec<SharedNumbers>,
    /// The map from match weights to probabilities that clerical labels gave; `None` without labels, where the
    /// probability is the model's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_calibration: Option<LabelCalibration>,
}

/// The pairs that were compared and are not written, because their probability is below the least that is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Unwritten {
    /// How many.
    pub n_pairs: u64,
    /// How many of them the model, before any labels, expects to be of one person. Nothing confirms it so far down: no cluster holds such a
    /// pair, and no label is drawn there.
    pub expected_true: ByShift,
}

/// One class of pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// What the pairs of the class have in common.
    pub relation: Relation,
    /// The comparisons of what tells people apart that are exceptions: it may differ where the records are of one person,
    /// and agrees where they are of relatives. At most two.
    pub except: Vec<String>,
    /// Share among all pairs of records.
    pub share: f64,
    /// For each comparison and level the probability in this class; 1 for null.
    pub probabilities: Vec<Vec<f64>>,
}

/// An agreement pattern and what it is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// The level of each comparison.
    pub levels: Vec<u8>,
    /// Candidate pairs that show it.
    pub n_pairs: u64,
    /// Log2 of the odds that the records are of one person.
    pub match_weight_bits: f64,
    /// The calibrated probability.
    pub match_probability: f64,
    /// Lower end of the 95 % interval of the probability.
    pub reliability_low: f64,
    /// Upper end.
    pub reliability_high: f64,
}

/// What a blocking rule proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleYield {
    /// The rule's terms.
    pub rule: String,
    /// Pairs that it was the first to propose.
    pub n_pairs: u64,
    /// Sum of the match probabilities of the written pairs that it was the first to propose.
    pub expected_matches: f64,
    /// The same, over pairs that no other rule proposes.
    pub expected_matches_alone: f64,
}

impl Class {
    /// What the pairs of the class have in common, in words.
    #[must_use]
    pub fn label(&self) -> String {
        let relation = match self.relation {
            Relation::Same => "one person",
            Relation::Renamed => "one person under another family name",
            Relation::Strangers => "strangers",
            Relation::Compatriots => "people of one culture",
            Relation::Relatives => "relatives",
        };
        let exceptions = self.except.join(" and ");
        match (exceptions.as_str(), self.relation.is_same_person()) {
            ("", _) => relation.to_owned(),
            (exceptions, true) => format!("{relation}, {exceptions} may differ"),
            (exceptions, false) => format!("{relation} who agree on {exceptions}"),
        }
    }
}

impl Model {
    pub(crate) fn new(
        comparisons: Vec<Comparison>,
        mixture: &Mixture,
        parameters: &Parameters,
        training: Training,
    ) -> Self {
        let class = |(class, pairs): (usize, &PairClass)| Class {
            relation: pairs.relation,
            except: pairs
                .except
                .into_iter()
                .chain(pairs.except_too)
                .map(|slot| comparisons[slot].name.clone())
                .collect(),
            share: parameters.shares[class],
            probabilities: mixture.tables[class]
                .iter()
                .map(|table| parameters.tables[*table].clone())
                .collect(),
        };
        let classes: Vec<Class> = mixture.classes.iter().enumerate().map(class).collect();
        let at_bounds = at_bounds(&comparisons, mixture, parameters);
        let mut model = Self {
            version: MODEL_VERSION,
            comparisons,
            m: Vec::new(),
            u: Vec::new(),
            prior: classes.iter().filter(|c| c.relation.is_same_person()).map(|c| c.share).sum(),
            classes,
            patterns: Vec::new(),
            redraws: Redraws::default(),
            training,
            is_one_pattern: false,
            unwritten: None,
            level_pairs: Vec::new(),
            follows: Vec::new(),
            dependences: Vec::new(),
            rules: Vec::new(),
            blocking_recall: None,
            blocking_recall_interval: None,
            at_bounds,
            doubts: Vec::new(),
            shared_numbers: Vec::new(),
            label_calibration: None,
        };
        model.m = model.averaged(true);
        model.u = model.averaged(false);
        model
    }

    /// What levels of a comparison that are held at a bound are called; none that no compared pair shows: of it nothing was asked.
    pub(crate) fn shown_labels(&self, at: &AtBound) -> Vec<&str> {
        let Some(slot) = self.comparisons.iter().position(|known| known.name == at.comparison) else {
            return Vec::new();
        };
        let pairs_of = self.level_pairs.get(slot);
        let is_shown = |level: &usize| pairs_of.is_none_or(|pairs| pairs[*level].n_pairs > 0);
        let label = |level: usize| self.comparisons[slot].levels[level].label.as_str();
        at.levels.iter().copied().filter(is_shown).map(label).collect()
    }

    /// Probabilities of the levels over all classes of the same person, or of different people.
    fn averaged(&self, same_person: bool) -> Vec<Vec<f64>> {
        let classes: Vec<&Class> =
            self.classes.iter().filter(|c| c.relation.is_same_person() == same_person).collect();
        let total: f64 = classes.iter().map(|c| c.share).sum::<f64>().max(f64::MIN_POSITIVE);
        let level = |comparison: usize, level: usize| {
            classes.iter().map(|c| c.share * c.probabilities[comparison][level]).sum::<f64>() / total
        };
        let levels = |comparison: usize| self.comparisons[comparison].levels.len();
        (0..self.comparisons.len()).map(|k| (0..levels(k)).map(|l| level(k, l)).collect()).collect()
    }

    /// The columns that were read and add nothing, a sentence each: full names whose parts stand in columns of their own.
    #[must_use]
    pub fn columns_that_add_nothing(&self) -> Vec<String> {
        let repeating = self.comparisons.iter().filter(|comparison| comparison.condition.repeats_all());
        repeating
            .map(|comparison| {
                format!(
                    "column `{}` adds nothing where the given and the family name are there: these are compared by themselves. If it holds \
                     somebody else's name, such as a parent's, call it so (`father_name`)",
                    comparison.name
                )
            })
            .collect()
    }

    /// Evidence of one level on its own, in bits; 0 for null.
    #[must_use]
    pub fn level_bits(&self, comparison: usize, level: u8) -> f64 {
        let level = usize::from(level);
        if self.comparisons[comparison].levels[level].is_null {
            return 0.0;
        }
        (self.m[comparison][level] / self.u[comparison][level]).log2()
    }

    /// Log2 odds of one person against different people for a pattern, from the classes of the model.
    #[must_use]
    pub fn pattern_bits(&self, levels: &[u8]) -> f64 {
        let of_class = |class: &Class| {
            let rows = class.probabilities.iter().zip(levels);
            rows.fold(class.share, |weight, (row, level)| weight * row[usize::from(*level)])
        };
        let sum = |same: bool| {
            let classes = self.classes.iter().filter(|class| class.relation.is_same_person() == same);
            classes.map(of_class).sum::<f64>().max(f64::MIN_POSITIVE)
        };
        (sum(true) / sum(false)).log2()
    }

    /// The calibrated probability of a match weight: by the labels where there are any, else by the model.
    #[must_use]
    pub fn probability_of(&self, match_weight_bits: f64) -> f64 {
        let calibration = self.label_calibration.as_ref();
        calibration.map_or_else(|| probability(match_weight_bits), |map| map.at(match_weight_bits).1)
    }

    /// Log2 odds of the calibrated probability of a match weight.
    pub(crate) fn calibrated_bits(&self, match_weight_bits: f64) -> f64 {
        if self.label_calibration.is_none() {
            return match_weight_bits;
        }
        let p = self.probability_of(match_weight_bits);
        (p / (1.0 - p)).log2()
    }

    /// Says that all pairs are alike: the probabilities are no more than starting values.
    pub(crate) fn give_up(&mut self) {
        self.is_one_pattern = true;
        self.training.converged = false;
        for pattern in &mut self.patterns {
            (pattern.reliability_low, pattern.reliability_high) = (0.0, 1.0);
        }
    }

    /// Takes the probabilities and intervals of all patterns from labels.
    pub(crate) fn calibrate(&mut self, calibration: LabelCalibration) {
        for pattern in &mut self.patterns {
            let (low, middle, high) = calibration.at(pattern.match_weight_bits);
            pattern.match_probability = middle;
            (pattern.reliability_low, pattern.reliability_high) = outward(low, high);
        }
        self.label_calibration = Some(calibration);
    }

    /// Whether two values at a level agree: by itself the level speaks for one person, or both records say the same. What
    /// everybody says weighs nothing, and is no disagreement for that. The one rule of every count of agreeing attributes,
    /// of a run, an index, an account and a page; what other comparisons of the pair say does not matter to it.
    pub(crate) fn is_agreed(&self, comparison: usize, level: u8) -> bool {
        let levels = &self.comparisons[comparison].levels;
        let known = &levels[usize::from(level)];
        // The first level of a context is that nothing agrees: where it is as frequent in one person's records as in others', its weight is around 0.
        let is_other =
            || levels.iter().position(|first| first.context == known.context) == Some(usize::from(level));
        !known.is_null && (known.is_exact || (self.level_bits(comparison, level) > 0.0 && !is_other()))
    }

    /// How many comparisons of a pattern agree (by themselves they speak for one person, or both values are the same), do
    /// not, and cannot be made.
    #[must_use]
    pub fn counts(&self, levels: &[u8]) -> (u16, u16, u16) {
        let mut counts = (0, 0, 0);
        for (comparison, level) in levels.iter().enumerate() {
            if self.comparisons[comparison].levels[usize::from(*level)].is_null {
                counts.2 += 1;
            } else if self.is_agreed(comparison, *level) {
                counts.0 += 1;
            } else {
                counts.1 += 1;
            }
        }
        counts
    }

    /// The words of each comparison's level in a pattern: comparison name, level.
    #[must_use]
    pub fn agreed(&self, pattern: u32) -> Vec<(&str, &str)> {
        let levels =
            self.patterns.get(pattern as usize).map(|pattern| pattern.levels.as_slice()).unwrap_or_default();
        let named = self.comparisons.iter().zip(levels);
        named.map(|(c, level)| (c.name.as_str(), c.levels[usize::from(*level)].label.as_str())).collect()
    }
}

/// Log2 odds of one person against different people for a pattern; `classes` is a place to work in.
pub(crate) fn weight_bits(mixture: &Mixture, table: &ClassTable, pattern: &[u8], classes: &mut [f64]) -> f64 {
    table.weigh(pattern, classes);
    odds_bits(classes, mixture.classes.iter().map(|class| class.relation))
}

/// Log2 odds of one person against different people from the classes with what their pairs have in common.
pub(crate) fn odds_bits(classes: &[f64], relations: impl Iterator<Item = Relation> + Clone) -> f64 {
    let sum = |same: bool| {
        let of = classes.iter().zip(relations.clone()).filter(|(_, of)| of.is_same_person() == same);
        of.map(|(class, _)| class).sum::<f64>().max(f64::MIN_POSITIVE)
    };
    (sum(true) / sum(false)).log2()
}

/// The probability of log2 odds.
#[must_use]
pub fn probability(weight_bits: f64) -> f64 {
    1.0 / (1.0 + (-weight_bits).exp2())
}
