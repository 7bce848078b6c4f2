//! Whether a run can be relied on: what contradicts it, what it expects to get wrong, and of which pairs.

use std::fmt::Write as _;

use crate::chart;
use crate::clustered::Clustered;
use crate::error_estimate::ErrorEstimates;
use crate::expectation_maximization::{NEAR_BEST, Rest, Training};
use crate::grade::{Grade, strong_with_other_dates};
use crate::html;
use crate::label_evaluation::Estimate;
use crate::link::Linked;
use crate::model::Model;
use crate::repeated_mistakes::agreements;
use crate::waterfall::escaped;

/// Another starting point that leads to fewer or more pairs of one person by less than this share leads to the same.
const ALIKE_BELOW: f64 = 0.005;

/// Rows of that table, the greatest differences.
const AGREEMENTS_SHOWN_MAX: usize = 12;

pub(super) fn section(page: &mut String, linked: &Linked, estimates: &ErrorEstimates) {
    page.push_str("<h2 id=\"trust\">Can this run be relied on?</h2>");
    let class = if estimates.grade == Grade::Unreliable { " class=\"warn\"" } else { "" };
    let _ = write!(
        page,
        "<p{class}>Trust in what follows: <strong>{}</strong>, because:</p><ul>",
        estimates.grade.as_str()
    );
    for reason in &estimates.reasons {
        let _ = write!(page, "<li>{}</li>", escaped(reason));
    }
    page.push_str("</ul>");
    clustered(page, estimates);
    training(page, linked);
    at_bounds(page, &linked.model);
    let _ = write!(
        page,
        "<p>Pairs of which the run is as good as sure: {}.</p>",
        estimates.saturation.in_words()
    );
    if linked.model.label_calibration.is_none() {
        page.push_str(
            "<p>No label calibrates this run. <code>redress review sample</code> draws the pairs that teach most, \
             <code>redress review judge</code> takes judgements, and <code>redress link --labels</code> puts measured probabilities in \
             the place of those that the model believes.</p>",
        );
    }
}

/// The check that needs no label: probabilities and clusters speak of the same pairs.
fn clustered(page: &mut String, estimates: &ErrorEstimates) {
    // What a run that is not to be relied on expects stands nowhere, unless it is what contradicts it.
    let is_told = |clustered: &&Clustered| clustered.is_contradiction || estimates.grade != Grade::Unreliable;
    let Some(clustered) = estimates.clustered.as_ref().filter(is_told) else { return };
    let _ = write!(
        page,
        "<p>Probabilities against clusters: {}. In sound runs it is about 1 or a little more, because clusters leave open pairs apart; where the strong pairs \
         alone are above {} for each, both cannot be right{}.</p>",
        clustered.in_words(),
        clustered.ratio_max,
        if clustered.is_contradiction { ", and this run is above it" } else { "" }
    );
}

fn training(page: &mut String, linked: &Linked) {
    let training = &linked.model.training;
    let (class, outcome) = match (linked.stats.n_pairs_compared, training.rest()) {
        (0, _) => {
            ("warn", "No two records were compared, so nothing was learned: all figures are starting values")
        }
        _ if linked.model.is_one_pattern => {
            ("warn", "All compared pairs are alike, so nothing was learned: all figures are starting values")
        }
        (_, Rest::Converged) => ("good", "The training converged"),
        (_, Rest::ButForStrangers) => (
            "good",
            "The training came to rest in all that concerns one person, and still parted strangers in other ways that fit alike",
        ),
        (_, Rest::Unsettled) => ("warn", "The training did NOT converge: its figures may still be moving"),
    };
    let _ = write!(
        page,
        "<p><span class=\"{class}\">{outcome}</span> after {} iterations; in the last one a probability moved by {:.1e}, \
         and the log-likelihood by {:.1}. It has converged when both stand still, or when all that concerns one person and relatives does; \
         that says that figures no longer move, not that they are right.</p>",
        training.iterations, training.last_change, training.last_gain
    );
    if !linked.model.follows.is_empty() {
        page.push_str(
            "<p>It was learned twice: first with every column by itself, from the starting points below, and then on from there with what follows from what. Iterations and \
             log-likelihood are of the second time.</p>",
        );
    }
    let likelihoods = &training.restart_log_likelihoods;
    if likelihoods.len() > 1 {
        let best = likelihoods.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let near = likelihoods.iter().filter(|l| best - **l <= NEAR_BEST * best.abs()).count();
        let _ = write!(
            page,
            "<p>It was begun from {} starting points; {near} of them came within a thousandth of the best log-likelihood, and number {} \
             was followed to the end. {}Strangers were drawn with one seed: another `--seed` draws others.{}</p>",
            likelihoods.len(),
            training.restart_chosen + 1,
            other_explanation(training),
            if near * 2 < likelihoods.len() {
                " The starting points disagree: another start could give another model, and labels should settle it."
            } else {
                ""
            }
        );
    }
}

/// Where the starting point farthest from the chosen one leads, as a sentence; nothing where that is not known.
fn other_explanation(training: &Training) -> String {
    let Some(ratio) = training.other_ratio.filter(|ratio| ratio.is_finite() && *ratio > 0.0) else {
        return String::new();
    };
    let change = ratio - 1.0;
    if change.abs() < ALIKE_BELOW {
        return "The one farthest from it leads to as many pairs of one person. ".to_owned();
    }
    format!(
        "The one farthest from it leads to {} {} pairs of one person: the counts have another explanation, and the intervals hold both. ",
        html::percent(change.abs()),
        if change > 0.0 { "more" } else { "fewer" }
    )
}

/// The probabilities whose figures are a bound's.
fn at_bounds(page: &mut String, model: &Model) {
    let held = model.at_bounds.iter().map(|at| (at, model.shown_labels(at)));
    let held: Vec<_> = held.filter(|(_, levels)| !levels.is_empty()).collect();
    if held.is_empty() {
        page.push_str("<p>No probability of the model is held at a bound.</p>");
        return;
    }
    page.push_str(
        "<p>Each class of pairs keeps to its meaning by bounds. A probability at its bound is the bound’s, not the data’s: the data ask \
         for more, and what counting leaves open says nothing about it.</p><details><summary>Probabilities held at a bound</summary>",
    );
    html::table(
        page,
        "Probabilities held at a bound; the last column says how much of m, over all pairs of one person, rests on it",
        &["column", "levels, together", "in pairs of", "#held at", "#share of m"],
        held.into_iter().map(|(at, levels)| {
            let share = if at.share_of_m > 0.0 { html::percent(at.share_of_m) } else { "–".to_owned() };
            vec![at.comparison.clone(), levels.join("; "), at.of_pairs.clone(), at.bound.to_string(), share]
        }),
    );
    page.push_str("</details>");
}

pub(super) fn errors(page: &mut String, linked: &Linked, estimates: &ErrorEstimates) {
    page.push_str("<h2 id=\"errors\">Expected errors</h2>");
    let basis = match estimates.grade {
        Grade::Labelled => "From probabilities that clerical labels gave. ",
        Grade::Unreliable => {
            "This run is not to be relied on: what it expects of itself is left out, because it would be believed. "
        }
        Grade::Fair | Grade::Weak => {
            "These are estimates that the model makes of itself, without any label. "
        }
    };
    let _ = write!(
        page,
        "<p>{basis}Intervals of 95 % hold what counting and the model’s own error leave open; they do not hold a model that is wrong in \
         kind: they take the mistakes in one pair to say nothing of those in the next. Where all records under one document or of one stay repeat a mistake \
         (an alias, a copied transcription), more true pairs may be left out than is said. Counted are the written pairs that nobody judged{}.</p>",
        match estimates.n_judged {
            0 => String::new(),
            n => format!("; {} pairs were judged, and of them nothing is estimated", html::count(n)),
        }
    );
    let estimate = |estimate: Option<Estimate>| {
        estimate.map_or("–".to_owned(), |e| {
            format!("{} ({} to {})", html::percent(e.value), html::percent(e.low), html::percent(e.high))
        })
    };
    html::table(
        page,
        "By the probability at or above which pairs are taken",
        &[
            "#taken from",
            "#pairs",
            "#of them false",
            "#true written pairs left out",
            "#true pairs missed in all",
        ],
        estimates.at.iter().map(|at| {
            let n = html::count(at.n_proposed);
            // Where no pair is taken, all are left out, whatever the model says.
            let left_out = if at.n_proposed == 0 { "all".to_owned() } else { estimate(at.false_negative) };
            vec![at.threshold.to_string(), n, estimate(at.false_discovery), left_out, estimate(at.missed)]
        }),
    );
    unwritten(page, estimates);
    relatives_among(page, linked);
    repeated_mistakes(page, linked);
    blocking_recall(page, linked, estimates);
}

/// The pairs that were compared and are nowhere in the figures of the written ones.
fn unwritten(page: &mut String, estimates: &ErrorEstimates) {
    let Some(unwritten) = estimates.unwritten.filter(|unwritten| unwritten.n_pairs > 0) else { return };
    let (how, counted) = match (unwritten.expected_true, estimates.grade) {
        (Some(expected), _) => (
            format!(
                " The model expects {} of them ({} to {}) to be of one person. Hardly anything confirms it: no label is drawn there and few clusters hold one, so that a kind \
                 of pair that the model underrates is missed here unseen. To see and judge them, link with <code>min_probability = 0.0001</code> or less.",
                html::one_decimal(expected.value),
                html::one_decimal(expected.low),
                html::one_decimal(expected.high)
            ),
            " “Missed in all” counts these too, in every redraw, and what blocking never proposed, by the ends of its range.",
        ),
        (None, Grade::Labelled) => (
            " No label is drawn there, so that nothing is expected of them, nor of what is missed in all: where labels correct the model above, it errs there too. To see and judge \
             them, link <em>without</em> these labels and with <code>min_probability = 0.0001</code> or less, and draw labels anew: the map of these labels says nothing so far down."
                .to_owned(),
            "",
        ),
        (None, _) => (String::new(), ""),
    };
    let _ = write!(
        page,
        "<p>“Left out” counts pairs that were written. {} pairs were compared and are not written, because the model’s own probability, before any labels, is below \
         <code>output.min_probability</code>.{how}{counted}</p>",
        html::count(unwritten.n_pairs)
    );
}

/// How much blocking found, which is a guess and no bound.
fn blocking_recall(page: &mut String, linked: &Linked, estimates: &ErrorEstimates) {
    if linked.stats.n_pairs_compared == linked.stats.n_pairs_all {
        page.push_str("<p>All possible pairs were compared, so that blocking missed none.</p>");
        return;
    }
    if estimates.grade == Grade::Unreliable {
        page.push_str("<p>How many true pairs blocking never proposed is not estimated either: that rests on the probabilities.</p>");
        return;
    }
    let Some(recall) = estimates.blocking_recall else {
        page.push_str(
            "<p>How many true pairs blocking never proposed cannot be estimated here: that needs at least three rules and pairs that \
             two of them propose.</p>",
        );
        return;
    };
    let interval = match estimates.blocking_recall_interval {
        Some((low, high)) => format!(" ({} to {})", html::percent(low), html::percent(high)),
        None => String::new(),
    };
    let _ = write!(
        page,
        "<p>Pairs that blocking never proposed come on top: by capture and recapture over \
         the rules, blocking proposed {} of the true pairs{interval}, if the model’s probabilities hold and the rules find pairs \
         independently. The range holds what the rules guess without each other too. Rules that miss the same hard pairs together make it less, \
         rules that seldom propose the same pair make it more.</p>",
        html::percent(recall)
    );
}

/// Strong pairs with another birth date: a mistake in one person's records, or two of a family.
fn other_dates(page: &mut String, linked: &Linked) {
    let Some((n_dated, n_other)) =
        strong_with_other_dates(&linked.model, linked.clusters.cluster_probability)
    else {
        return;
    };
    if n_other > 0 {
        let _ = write!(
            page,
            "<p>Of {} pairs strong enough to make clusters of which both birth dates are known, {} ({}) have dates that have nothing in common. Some records of one person \
             do, and so do brothers and sisters; twins share their date, and are not seen by this.</p>",
            html::count(n_dated),
            html::count(n_other),
            html::percent(n_other as f64 / n_dated as f64)
        );
    }
}

/// Whether mistakes go with a number: what was looked at, where nothing was found too.
fn repeated_mistakes(page: &mut String, linked: &Linked) {
    let model = &linked.model;
    let found = agreements(&model.comparisons, &model.patterns, linked.clusters.cluster_probability);
    if found.is_empty() {
        return;
    }
    html::table(
        page,
        "Whether mistakes go together: of the pairs that make clusters, how often a column is equal where two records share another, and where they do not. Where the \
         first is much more than the second, all records under one number repeat a mistake",
        &[
            "what is shared",
            "column",
            "#pairs that share it",
            "#of them equal",
            "#pairs that do not",
            "#of them equal",
        ],
        found.iter().take(AGREEMENTS_SHOWN_MAX).map(|agreement| {
            let [same, other] = agreement.shares().map(html::percent);
            let (n_same, n_other) = (html::count(agreement.same.0), html::count(agreement.other.0));
            vec![agreement.shared.to_owned(), agreement.column.to_owned(), n_same, same, n_other, other]
        }),
    );
}

/// Pairs that the model is sure of and the clusters are not: they stand against its expected errors.
fn relatives_among(page: &mut String, linked: &Linked) {
    let kept = &linked.clusters.kept_apart;
    other_dates(page, linked);
    if kept.by_relatives > 0 {
        let _ = write!(
            page,
            "<p>Of the {} pairs from which clusters are made, {} look like two members of a family: twins, or parent and child (not brothers and sisters of other dates). The model \
             does not know that, and counts them as true; were all of them false, that alone would be {} of these pairs. Some may as well be \
             one person who is written under two given names. In the clusters they are kept apart: who is one person is missed there, and \
             only a human can tell.</p>",
            html::count(kept.n_strong),
            html::count(kept.by_relatives),
            html::percent(kept.by_relatives as f64 / kept.n_strong.max(1) as f64)
        );
    }
}

pub(super) fn probabilities(page: &mut String, estimates: &ErrorEstimates) {
    page.push_str("<h2 id=\"probabilities\">The written pairs</h2>");
    let bands = &estimates.bands;
    let rows: Vec<(String, f64)> =
        bands.iter().map(|band| (band.from.to_string(), band.n_pairs as f64)).collect();
    html::figure(
        page,
        &chart::columns("Written pairs by match probability", &rows),
        "Written pairs that nobody judged by match probability (each band from the value below it to the next), counts on a \
         logarithmic scale.",
    );
    html::table(
        page,
        "How many of them are expected to be of one person: means over the model’s own error, as in the expected errors, with intervals of 95 % (pairs that were judged come on top)",
        &["#from", "#pairs", "#expected true", "#at least", "#at most"],
        bands.iter().map(|band| {
            let figure = |of: fn(Estimate) -> f64| {
                band.expected_true.map_or_else(|| "–".to_owned(), |expected| html::one_decimal(of(expected)))
            };
            let [mean, low, high] = [
                figure(|expected| expected.value),
                figure(|expected| expected.low),
                figure(|expected| expected.high),
            ];
            vec![band.from.to_string(), html::count(band.n_pairs), mean, low, high]
        }),
    );
}
