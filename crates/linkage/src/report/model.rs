//! The model: its classes of pairs, and for each comparison m, u and weight.

use std::fmt::Write as _;

use super::words;
use crate::at_bound::AtBound;
use crate::chart::{self, LevelSeen};
use crate::comparison::Comparison;
use crate::dependence::{Among, CORRELATION_MIN, PAIRS_BEYOND_MIN};
use crate::html;
use crate::model::Model;
use crate::resample::wilson;
use crate::waterfall::escaped;

/// The states of what a comparison follows from, as they stand before its levels in the picture.
const STATES: [&str; 3] = ["[not known] ", "[differs] ", "[agrees] "];
/// Rows of the table of what goes together, at most.
const DEPENDENCES_SHOWN_MAX: usize = 8;

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
    going_together(page, model);
    for (slot, comparison) in model.comparisons.iter().enumerate() {
        let levels: Vec<usize> =
            (0..comparison.levels.len()).rev().filter(|level| !comparison.levels[*level].is_null).collect();
        let kind = words::of_kind(comparison.kind);
        let _ = write!(page, "<h3>{} <span class=\"soft\">({kind})</span></h3>", escaped(&comparison.name));
        let seen: Vec<LevelSeen> = levels
            .iter()
            .filter(|level| is_seen(model, slot, **level))
            .map(|level| level_seen(model, slot, *level))
            .filter(|level| level.bits.is_finite())
            .collect();
        html::figure(
            page,
            &chart::levels(&format!("m, u and weights of {}", comparison.name), &seen),
            "Each level that was seen: its share of the pairs of one person (m, the wide line is its interval; hollow where a bound holds it) and of different people (u), on a \
             logarithmic scale, and its weight on its own, in bits: right for one person, left against. The farther the two marks are apart, the more it weighs. [agrees], [differs] and \
             [not known] say that of what the column follows from; shares are then within that state.",
        );
        let _ = write!(page, "<details><summary>m and u of {}</summary>", escaped(&comparison.name));
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

/// What follows from what, and what goes together beyond it.
fn going_together(page: &mut String, model: &Model) {
    for follows in &model.follows {
        let _ = write!(
            page,
            "<p>{}. It is weighed apart for each state of what it follows from.</p>",
            escaped(&follows.in_words())
        );
    }
    if model.dependences.is_empty() {
        page.push_str(
            "<p>Whether columns go together beyond what the model says of them cannot be looked at: no two are known together in pairs enough.</p>",
        );
        return;
    }
    let _ = write!(
        page,
        "<p>Beyond what follows from something else, a class takes columns as independent. Whether they are is asked of the pairs that the model takes for \
         one person, and of pairs of different people, as if drawn from all: the correlation is 0 where the model is right, and 1 where two columns say one thing. From {CORRELATION_MIN} and {PAIRS_BEYOND_MIN} pairs beyond the model on, the later follows from the earlier where neither says who somebody is; else, in pairs of one person, trust is weak. Below 0 may stand what \
         blocking makes rare, as pairs that differ in both are seldom proposed.</p>",
    );
    html::table(
        page,
        "Columns that go together beyond the model, the closest first: of pairs of one person those that differ in both, of different people those that agree or nearly agree in both",
        &[
            "column",
            "column",
            "in pairs of",
            "#pairs with both",
            "#so in both",
            "#of them beyond the model",
            "#correlation",
        ],
        model.dependences.iter().take(DEPENDENCES_SHOWN_MAX).map(|dependence| {
            let (first, second) = (dependence.first.clone(), dependence.second.clone());
            let among = match dependence.among {
                Among::OnePerson => "one person",
                Among::DifferentPeople => "different people",
            };
            let [n_pairs, both] = [dependence.n_pairs, dependence.both].map(html::one_decimal);
            let beyond = format!("{:+.1}", dependence.beyond);
            vec![
                first,
                second,
                among.to_owned(),
                n_pairs,
                both,
                beyond,
                format!("{:+.2}", dependence.correlation),
            ]
        }),
    );
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
    let pairs = model.level_pairs.get(slot);
    let (n_pairs, expected) =
        pairs.map_or((None, None), |pairs| (Some(pairs[level].n_pairs), Some(pairs[level].expected_same)));
    let seen = level_seen(model, slot, level);
    let interval = match seen.m_interval {
        _ if is_held(model, slot, level) => "\nheld at its bound".to_owned(),
        None => String::new(),
        Some((low, high)) => format!("\n{low:.4} to {high:.4}"),
    };
    vec![
        label,
        n_pairs.map_or_else(|| "–".to_owned(), html::count),
        expected.map_or_else(|| "–".to_owned(), |expected| format!("{expected:.1}")),
        format!("{:.4}{interval}", seen.m),
        format!("{:.2e}", seen.u),
        format!("{:+.2}", seen.bits),
    ]
}

/// A level with the state of what its comparison follows from before it, where it stands when the label is cut to its room.
fn label_in_state(comparison: &Comparison, level: usize) -> String {
    let known = &comparison.levels[level];
    // Those of sex have words of their own for each state.
    if comparison.condition.n_contexts() != STATES.len() || !comparison.is_of_texts() {
        return known.label.clone();
    }
    let n_levels = usize::from(comparison.null()) / STATES.len();
    let plain = &comparison.levels[level % n_levels].label;
    format!("{}{plain}", STATES[usize::from(known.context)])
}

/// m with its interval, u and the weight of a level.
fn level_seen(model: &Model, slot: usize, level: usize) -> LevelSeen {
    let comparison = &model.comparisons[slot];
    let m = model.m[slot][level];
    // m is a share of the pairs of one person whose levels exclude this one; where no other does there is nothing to count.
    let context = comparison.levels[level].context;
    let is_of_context =
        |known: &usize| !comparison.levels[*known].is_null && comparison.levels[*known].context == context;
    let excluded: Vec<usize> = (0..comparison.levels.len()).filter(is_of_context).collect();
    let is_held = is_held(model, slot, level);
    let pairs = model.level_pairs.get(slot).filter(|_| excluded.len() > 1 && !is_held);
    LevelSeen {
        label: label_in_state(comparison, level),
        m,
        is_held,
        // Counted pairs alone: m has imagined ones too, which make it more than any count where pairs are few.
        m_interval: pairs.map(|pairs| {
            let all = excluded.iter().map(|level| pairs[*level].expected_same).sum::<f64>();
            let (low, high) = wilson(pairs[level].expected_same.min(all), all);
            (low.min(m), high.max(m))
        }),
        u: model.u[slot][level],
        bits: model.level_bits(slot, level as u8),
    }
}

/// Whether m of a level is its bound's.
fn is_held(model: &Model, slot: usize, level: usize) -> bool {
    let is_held = |at: &AtBound| {
        at.comparison == model.comparisons[slot].name && at.holds_m() && at.levels.contains(&level)
    };
    model.at_bounds.iter().any(is_held)
}
