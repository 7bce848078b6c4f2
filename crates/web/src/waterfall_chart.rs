//! The waterfall of a comparison, laid out so that it can be read on a narrow screen: each row is a label, a bar and a
//! value, which the style sheet sets side by side or one under the other.

use redress_linkage::{Step, Waterfall, signed};

/// The left end of a bar's drawing, whose width is [`WIDTH`].
const WIDTH: f64 = 1000.0;

/// The least width of a bar, so that one of no weight is still seen.
const BAR_MIN: f64 = 4.0;

/// A waterfall as a page draws it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart {
    /// Attributes that agree, disagree and cannot be compared.
    pub(crate) counts: (u16, u16, u16),
    /// The probability that both records are of one person.
    pub(crate) match_probability: f64,
    /// Where even odds lie.
    pub(crate) zero: f64,
    /// What is known before, one row for each attribute, and what comes of it together.
    pub(crate) rows: Vec<ChartRow>,
    /// The same in sentences.
    pub(crate) sentences: Vec<String>,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChartRow {
    /// The attribute.
    pub(crate) name: String,
    /// What was found.
    pub(crate) level: String,
    /// The weight in bits with its sign, or `says nothing`.
    pub(crate) value: String,
    /// The bar's left end, from 0 to [`WIDTH`].
    pub(crate) x: f64,
    /// Its width.
    pub(crate) width: f64,
    /// Its look: `for`, `against`, `none` or `sum`.
    pub(crate) tone: &'static str,
}

impl Chart {
    /// Of a waterfall.
    pub(crate) fn of(waterfall: &Waterfall) -> Self {
        let ends = ends(waterfall);
        let low = ends.iter().flat_map(|(from, to)| [*from, *to]).fold(0.0, f64::min);
        let high = ends.iter().flat_map(|(from, to)| [*from, *to]).fold(0.0, f64::max);
        let x = |bits: f64| (bits - low) / (high - low).max(1.0) * WIDTH;
        let last = ends.len() - 1;
        let row = |(at, (from, to)): (usize, &(f64, f64))| {
            let step = at.checked_sub(1).and_then(|at| waterfall.steps.get(at));
            let (name, level) = match step {
                Some(step) => (attribute(step), step.level.clone()),
                None if at == last => ("together".to_owned(), "all of the above".to_owned()),
                None => ("before anything is compared".to_owned(), "two records taken at random".to_owned()),
            };
            ChartRow {
                name,
                level,
                value: step
                    .filter(|step| step.is_null)
                    .map_or_else(|| format!("{} bits", signed(to - from)), |_| "says nothing".to_owned()),
                x: x(from.min(*to)).min(WIDTH - BAR_MIN),
                width: (x(from.max(*to)) - x(from.min(*to))).max(BAR_MIN),
                tone: match step {
                    None => "sum",
                    Some(step) if step.is_null => "none",
                    Some(step) if step.is_agreed => "for",
                    Some(_) => "against",
                },
            }
        };
        Self {
            counts: waterfall.counts(),
            match_probability: waterfall.match_probability,
            zero: x(0.0),
            rows: ends.iter().enumerate().map(row).collect(),
            sentences: waterfall.sentences(),
        }
    }
}

/// From where to where each bar goes, in bits: the prior, the steps, the total.
fn ends(waterfall: &Waterfall) -> Vec<(f64, f64)> {
    let mut at = waterfall.prior_bits;
    let mut ends = vec![(0.0, at)];
    for step in &waterfall.steps {
        ends.push((at, at + step.bits));
        at += step.bits;
    }
    ends.push((0.0, waterfall.total_bits));
    ends
}

/// The attribute in words, with the column in brackets where its name says more.
fn attribute(step: &Step) -> String {
    let kind = step.kind.as_str().replace('_', " ");
    let column = step.comparison.replace(['_', '-'], " ");
    if column.eq_ignore_ascii_case(&kind) { kind } else { format!("{kind} ({column})") }
}

#[cfg(test)]
mod tests {
    use redress_linkage::{Kind, Relation};

    use super::*;

    fn step(value_r: &str, is_null: bool, bits: f64) -> Step {
        Step {
            comparison: "city".to_owned(),
            kind: Kind::City,
            bearers: None,
            value_l: Some("york".to_owned()),
            value_r: Some(value_r.to_owned()),
            words: None,
            level: "a level".to_owned(),
            is_null,
            is_agreed: !is_null && value_r == "york",
            m: 0.5,
            u: 0.5,
            bits,
            bits_alone: bits,
            rival: Relation::Strangers,
        }
    }

    #[test]
    fn a_row_has_its_label_its_value_and_a_bar_inside_the_picture() {
        let steps = vec![step("york", false, -0.04), step("leeds", false, -3.0), step("", true, 0.0)];
        let waterfall = Waterfall {
            prior_bits: -10.0,
            steps,
            total_bits: -13.04,
            match_probability: 0.0,
            reliability: None,
            n_labels: 0,
        };
        let chart = Chart::of(&waterfall);
        let rows: Vec<(&str, &str, &str)> =
            chart.rows.iter().map(|row| (row.name.as_str(), row.value.as_str(), row.tone)).collect();
        assert_eq!(
            rows,
            [
                ("before anything is compared", "-10.0 bits", "sum"),
                ("city", "0.0 bits", "for"),
                ("city", "-3.0 bits", "against"),
                ("city", "says nothing", "none"),
                ("together", "-13.0 bits", "sum"),
            ]
        );
        assert_eq!(chart.counts, (1, 1, 1));
        for row in &chart.rows {
            assert!(row.x >= 0.0 && row.x + row.width <= WIDTH + BAR_MIN, "{row:?}");
        }
        assert!(chart.sentences.iter().all(|sentence| !sentence.contains("-0.0 bits")));
    }
}
