//! The model: its classes of pairs, and for each comparison m, u and weight.

use std::fmt::Write as _;

use super::words;
use crate::at_bound::AtBound;
use crate::chart;
use crate::html;
use crate::model::Model;
use crate::resample::wilson;

pub(super) fn section(page: &mut String, model: &Model) {
    page.push_str("<h2 id=\"model\">The model</h2>");
    let _ = write!(
        page,
        "<p>Two records taken at random are of one person about once in {} times. Agreement is weighed by how much more often it is \
         seen in records of one person (m) than in records of different people (u); the weight is log2(m / u), in bits, and each bit \
         doubles the odds. Different people are not all strangers: people of one culture and relatives agree by more than chance, and records of one \
         person may differ in something that tells people apart: they are classes of their own.</p>",
        html::count((1.0 / model.prior.max(1e-18)).round() as u64)
    );
    html::table(
        page,
        "Classes of pairs, as shares of all possible pairs",
        &["class", "#share"],
        model.classes.iter().map(|class| vec![class.label(), format!("{:.3e}", class.share)]),
    );
    for (slot, comparison) in model.comparisons.iter().enumerate() {
        let levels: Vec<usize> =
            (0..comparison.levels.len()).rev().filter(|level| !comparison.levels[*level].is_null).collect();
        let kind = words::of_kind(comparison.kind);
        let _ = write!(
            page,
            "<h3>{} <span class=\"soft\">({kind})</span></h3>",
            crate::waterfall::escaped(&comparison.name)
        );
        let bars: Vec<(String, f64)> = levels
            .iter()
            .filter(|level| is_seen(model, slot, **level))
            .map(|level| (comparison.levels[*level].label.clone(), model.level_bits(slot, *level as u8)))
            .filter(|(_, bits)| bits.is_finite())
            .collect();
        html::figure(
            page,
            &chart::bars(&format!("Weights of {}, in bits", comparison.name), &bars),
            "Weight of each level that was seen, on its own, in bits: right for one person, left against.",
        );
        let _ = write!(
            page,
            "<details><summary>m and u of {}</summary>",
            crate::waterfall::escaped(&comparison.name)
        );
        html::table(
            page,
            &format!(
                "{}: how often each level is seen, and the compared pairs that this rests on; the interval of m is what counting the \
                 pairs expected to be of one person leaves open, 95 %; where m is held at its bound counting says nothing",
                comparison.name
            ),
            &[
                "level",
                "#pairs",
                "#of one person, expected",
                "#m: one person",
                "#u: different people",
                "#weight, bits",
            ],
            levels.iter().map(|level| cells(model, slot, *level)),
        );
        page.push_str("</details>");
    }
}

/// Whether any compared pair shows a level; where that was not kept every level counts as seen.
fn is_seen(model: &Model, slot: usize, level: usize) -> bool {
    model.level_pairs.get(slot).is_none_or(|pairs| pairs[level].n_pairs > 0)
}

fn cells(model: &Model, slot: usize, level: usize) -> Vec<String> {
    let comparison = &model.comparisons[slot];
    let label = comparison.levels[level].label.clone();
    if !is_seen(model, slot, level) {
        let none = || "–".to_owned();
        return vec![label, "never seen".to_owned(), none(), none(), none(), none()];
    }
    let (m, u) = (model.m[slot][level], model.u[slot][level]);
    let pairs = model.level_pairs.get(slot);
    let (n_pairs, expected) =
        pairs.map_or((None, None), |pairs| (Some(pairs[level].n_pairs), Some(pairs[level].expected_same)));
    // m is a share of the pairs of one person whose levels exclude this one; where no other does there is nothing to count.
    let context = comparison.levels[level].context;
    let is_of_context =
        |known: &usize| !comparison.levels[*known].is_null && comparison.levels[*known].context == context;
    let excluded: Vec<usize> = (0..comparison.levels.len()).filter(is_of_context).collect();
    let all = pairs
        .filter(|_| excluded.len() > 1)
        .map(|pairs| excluded.iter().map(|level| pairs[*level].expected_same).sum::<f64>());
    let is_held =
        |at: &AtBound| at.comparison == comparison.name && at.holds_m() && at.levels.contains(&level);
    let interval = match all {
        _ if model.at_bounds.iter().any(is_held) => "\nheld at its bound".to_owned(),
        None => String::new(),
        Some(all) => {
            let (low, high) = wilson(m * all, all);
            format!("\n{low:.4} to {high:.4}")
        }
    };
    vec![
        label,
        n_pairs.map_or_else(|| "–".to_owned(), html::count),
        expected.map_or_else(|| "–".to_owned(), |expected| format!("{expected:.1}")),
        format!("{m:.4}{interval}"),
        format!("{u:.2e}"),
        format!("{:+.2}", model.level_bits(slot, level as u8)),
    ]
}
