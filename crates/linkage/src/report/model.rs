//! The model: its classes of pairs, and for each comparison m, u and weight.

use std::fmt::Write as _;

use crate::chart;
use crate::html;
use crate::model::Model;

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
        let kind = comparison.kind.as_str().replace('_', " ");
        let _ = write!(
            page,
            "<h3>{} <span class=\"soft\">({kind})</span></h3>",
            crate::waterfall::escaped(&comparison.name)
        );
        let bars: Vec<(String, f64)> = levels
            .iter()
            .map(|level| (comparison.levels[*level].label.clone(), model.level_bits(slot, *level as u8)))
            .filter(|(_, bits)| bits.is_finite())
            .collect();
        html::figure(
            page,
            &chart::bars(&format!("Weights of {}, in bits", comparison.name), &bars),
            "Weight of each level on its own, in bits: right for one person, left against.",
        );
        let _ = write!(
            page,
            "<details><summary>m and u of {}</summary>",
            crate::waterfall::escaped(&comparison.name)
        );
        html::table(
            page,
            &format!("{}: how often each level is seen", comparison.name),
            &["level", "#m: one person", "#u: different people", "#weight, bits"],
            levels.iter().map(|level| {
                let (m, u) = (model.m[slot][*level], model.u[slot][*level]);
                let bits = model.level_bits(slot, *level as u8);
                vec![
                    comparison.levels[*level].label.clone(),
                    format!("{m:.4}"),
                    format!("{u:.2e}"),
                    format!("{bits:+.2}"),
                ]
            }),
        );
        page.push_str("</details>");
    }
}
