//! Why a pair is worth what it is worth: the prior, then what each comparison adds, in bits, in words and as a picture.
//!
//! The classes of the model make the comparisons depend on each other, so a step's m and u are those of its level given
//! the levels of the steps before it. The steps add up to the match weight exactly.

use std::{cell::RefCell, fmt::Write as _};

use crate::comparison::{Comparison, comparisons};
use crate::config::{Config, ConfigError};
use crate::model::{Model, probability};
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
    /// The probability of those odds.
    pub match_probability: f64,
}

/// What one comparison adds.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The comparison's name.
    pub comparison: String,
    /// Normalized value of the first record; `None` where there is none.
    pub value_l: Option<String>,
    /// Normalized value of the second record.
    pub value_r: Option<String>,
    /// The level, in words.
    pub level: String,
    /// Whether the attribute could not be compared.
    pub is_null: bool,
    /// Pr(level | same person, the steps before).
    pub m: f64,
    /// Pr(level | different people, the steps before).
    pub u: f64,
    /// Log2(m / u).
    pub bits: f64,
}

/// Accounts for pairs of one table with one model: what does not depend on the pair is made once.
pub struct Explainer<'a> {
    model: &'a Model,
    table: &'a Table,
    comparer: Comparer<'a>,
    bench: RefCell<Bench>,
}

impl<'a> Explainer<'a> {
    /// Over the records of a table, with a model.
    ///
    /// # Errors
    /// The configuration does not fit the table, or the model was made with other comparisons.
    pub fn try_new(model: &'a Model, table: &'a Table, config: &Config) -> Result<Self, ConfigError> {
        let expected = comparisons(config, table)?;
        if expected != model.comparisons {
            let names =
                |all: &[Comparison]| all.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ");
            let allowed = format!("the columns and levels of the model: {}", names(&model.comparisons));
            return Err(ConfigError::value("columns", names(&expected), allowed));
        }
        let comparer = Comparer::new(&model.comparisons, table);
        let bench = RefCell::new(comparer.bench());
        Ok(Self { model, table, comparer, bench })
    }

    /// The account of a pair of rows.
    #[must_use]
    pub fn pair(&self, l: u32, r: u32) -> Waterfall {
        let key = self.comparer.pattern(&mut self.bench.borrow_mut(), l, r);
        account(self.model, self.table, &self.comparer.levels_of(key), l, r)
    }
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

fn account(model: &Model, table: &Table, levels: &[u8], l: u32, r: u32) -> Waterfall {
    let mut weights: Vec<f64> = model.classes.iter().map(|class| class.share).collect();
    let sum = |weights: &[f64], same: bool| -> f64 {
        let of_kind =
            weights.iter().zip(&model.classes).filter(|(_, class)| class.relation.is_same_person() == same);
        of_kind.map(|(weight, _)| weight).sum::<f64>().max(f64::MIN_POSITIVE)
    };
    let prior_bits = (sum(&weights, true) / sum(&weights, false)).log2();
    let mut total_bits = prior_bits;
    let mut steps = Vec::new();
    for (slot, comparison) in model.comparisons.iter().enumerate() {
        let level = usize::from(levels[slot]);
        let before = (sum(&weights, true), sum(&weights, false));
        for (weight, class) in weights.iter_mut().zip(&model.classes) {
            *weight *= class.probabilities[slot][level];
        }
        let (m, u) = (sum(&weights, true) / before.0, sum(&weights, false) / before.1);
        let bits = (m / u).log2();
        total_bits += bits;
        let known = &comparison.levels[level];
        steps.push(Step {
            comparison: comparison.name.clone(),
            value_l: table.value(slot, l),
            value_r: table.value(slot, r),
            level: known.label.clone(),
            is_null: known.is_null,
            m,
            u,
            bits,
        });
    }
    Waterfall { prior_bits, steps, total_bits, match_probability: probability(total_bits) }
}

impl Waterfall {
    /// How many attributes agree (positive weight), disagree (zero or negative weight) and cannot be compared.
    #[must_use]
    pub fn counts(&self) -> (u16, u16, u16) {
        let count = |of: &dyn Fn(&Step) -> bool| self.steps.iter().filter(|step| of(step)).count() as u16;
        let null = count(&|step| step.is_null);
        let agree = count(&|step| !step.is_null && step.bits > 0.0);
        (agree, self.steps.len() as u16 - agree - null, null)
    }

    /// The account in plain sentences, one for the prior, one for each comparison, one for the sum.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![format!(
            "Two records taken at random are of one person about once in {:.0} times ({:+.1} bits).",
            self.prior_bits.exp2().recip() + 1.0,
            self.prior_bits
        )];
        sentences.extend(self.steps.iter().map(Step::sentence));
        sentences.push(format!(
            "Together {:+.1} bits: the probability that both records are of one person is {}.",
            self.total_bits,
            percent(self.match_probability)
        ));
        sentences
    }

    /// The account as a self-contained SVG picture: bars to the right speak for one person, to the left against.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let (row, left, width) = (26.0, 230.0, 460.0);
        let mut ends = vec![0.0, self.prior_bits];
        self.steps.iter().for_each(|step| ends.push(ends[ends.len() - 1] + step.bits));
        let low = ends.iter().copied().fold(0.0, f64::min);
        let high = ends.iter().copied().fold(0.0, f64::max);
        let x = |bits: f64| left + (bits - low) / (high - low).max(1.0) * width;
        let height = row * (self.steps.len() as f64 + 3.0);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 780 {height}\" role=\"img\" font-family=\"sans-serif\" \
             font-size=\"12\"><title>{}</title>",
            escaped(&self.sentences()[self.steps.len() + 1])
        );
        let zero = x(0.0);
        let _ =
            write!(svg, "<line x1=\"{zero:.1}\" x2=\"{zero:.1}\" y1=\"0\" y2=\"{height}\" stroke=\"#888\"/>");
        let prior = ("prior".to_owned(), self.prior_bits);
        let bars = std::iter::once(prior)
            .chain(self.steps.iter().map(|s| (format!("{}: {}", s.comparison, s.level), s.bits)));
        for (idx, (label, bits)) in bars.enumerate() {
            let (from, to, y) = (x(ends[idx]), x(ends[idx + 1]), row * (idx as f64 + 0.5));
            bar(&mut svg, &label, bits, (from, to), y);
        }
        let y = row * (self.steps.len() as f64 + 1.5);
        bar(
            &mut svg,
            &format!("sum, {}", percent(self.match_probability)),
            self.total_bits,
            (zero, x(self.total_bits)),
            y,
        );
        svg.push_str("</svg>");
        svg
    }
}

fn bar(svg: &mut String, label: &str, bits: f64, (from, to): (f64, f64), y: f64) {
    let color = if bits > 0.0 { "#1b6e3c" } else { "#8a3b12" };
    let shown: String = label.chars().take(38).collect();
    let (x, width) = (from.min(to), (to - from).abs().max(0.5));
    let _ = write!(
        svg,
        "<text x=\"4\" y=\"{:.1}\">{}</text><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"16\" \
         fill=\"{color}\"/><text x=\"700\" y=\"{:.1}\">{bits:+.1}</text>",
        y + 12.0,
        escaped(&shown),
        y + 12.0
    );
}

impl Step {
    fn sentence(&self) -> String {
        let value = |value: &Option<String>| {
            value.as_ref().map_or("nothing".to_owned(), |value| format!("“{value}”"))
        };
        let (l, r) = (value(&self.value_l), value(&self.value_r));
        if self.is_null {
            return format!("{}: {l} and {r} cannot be compared; this says nothing.", self.comparison);
        }
        let times = self.bits.abs().exp2();
        let more = if self.bits > 0.0 { "one person" } else { "different people" };
        let (name, level) = (&self.comparison, &self.level);
        format!(
            "{name}: {l} and {r}, {level}; seen {times:.1} times as often for {more} ({:+.1} bits).",
            self.bits
        )
    }
}

/// A probability as a percentage that is never rounded up to certainty.
fn percent(probability: f64) -> String {
    let percent = probability * 100.0;
    if percent > 99.9 {
        format!("{:.3} %", (percent * 1000.0).floor() / 1000.0)
    } else {
        format!("{percent:.1} %")
    }
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
