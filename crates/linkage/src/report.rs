//! The report of a run as one self-contained page: what was learned, how sure it is, what was not compared, and what could
//! be wrong with all of it.

mod model;
mod structure;

use std::fmt::Write as _;

use crate::apart::Apart;
use crate::audit::Structure;
use crate::chart::{self, Point};
use crate::error_estimate::{ErrorEstimates, Grade, error_estimates};
use crate::html;
use crate::label_calibration::{LabelCalibration, Method};
use crate::label_evaluation::Estimate;
use crate::link::{Linked, Pair};
use crate::resample::wilson;
use crate::table::Table;

/// Thresholds at which expected errors are stated.
const THRESHOLDS: [f64; 4] = [0.5, 0.9, 0.95, 0.99];
/// Lower ends of the bands of probability in which written pairs are counted.
const BANDS: [f64; 12] = [0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];
/// Seed of the redraws behind the expected errors: a report is the same for the same run.
const SEED: u64 = 1;

/// What was learned and done, as HTML without scripts or outside references. `structure` parts the records.
#[must_use]
pub fn report_html(linked: &Linked, table: &Table, structure: &Structure) -> String {
    let estimates = error_estimates(&linked.model, &THRESHOLDS, SEED);
    let mut page = html::opened("Linkage report");
    page.push_str("<h1>Linkage report</h1>");
    summary(&mut page, linked, table, &estimates);
    columns(&mut page, table);
    trust(&mut page, linked, &estimates);
    errors(&mut page, linked, &estimates);
    probabilities(&mut page, linked);
    calibration(&mut page, linked);
    model::section(&mut page, &linked.model);
    blocking(&mut page, linked);
    clusters(&mut page, linked);
    not_compared(&mut page, linked);
    structure::section(&mut page, linked, table, structure);
    page.push_str(html::CLOSED);
    page
}

fn summary(page: &mut String, linked: &Linked, table: &Table, estimates: &ErrorEstimates) {
    page.push_str(
        "<p class=\"lead\">Which records may be of one person, how sure that is, and what this run cannot know. Everything here is a \
         proposal for people to judge; nothing here decides about anybody.</p>",
    );
    let sizes = linked.clusters.sizes();
    let joined: usize = sizes.iter().filter(|(size, _)| *size > 1).map(|(_, n)| n).sum();
    html::facts(
        page,
        &[
            ("records", html::count(table.n_records() as u64)),
            ("broken rows set aside", html::count(table.n_set_aside())),
            ("possible pairs", html::count(linked.stats.n_pairs_all)),
            ("pairs compared", html::count(linked.stats.n_pairs_compared)),
            ("pairs written", html::count(linked.pairs.len() as u64)),
            ("clusters of two or more", html::count(joined as u64)),
            ("trust in the estimates", in_words(estimates.grade).to_owned()),
        ],
    );
    page.push_str(
        "<nav aria-label=\"parts of this page\"><ul><li><a href=\"#trust\">Can this run be relied on?</a></li><li><a \
         href=\"#errors\">Expected errors</a></li><li><a href=\"#probabilities\">The written pairs</a></li><li><a \
         href=\"#calibration\">Calibration</a></li><li><a href=\"#model\">The model</a></li><li><a href=\"#blocking\">Blocking</a></li>\
         <li><a href=\"#clusters\">Clusters</a></li><li><a href=\"#not-compared\">What was not compared</a></li><li><a \
         href=\"#structure\">By structure of the record</a></li></ul></nav>",
    );
}

const fn in_words(grade: Grade) -> &'static str {
    match grade {
        Grade::Labelled => "from labels",
        Grade::Fair => "fair",
        Grade::Weak => "weak",
    }
}

fn trust(page: &mut String, linked: &Linked, estimates: &ErrorEstimates) {
    let training = &linked.model.training;
    page.push_str("<h2 id=\"trust\">Can this run be relied on?</h2>");
    let (class, outcome) = match (linked.stats.n_pairs_compared, training.converged) {
        (0, _) => {
            ("warn", "No two records were compared, so nothing was learned: all figures are starting values")
        }
        _ if linked.model.is_one_pattern => {
            ("warn", "All compared pairs are alike, so nothing was learned: all figures are starting values")
        }
        (_, true) => ("good", "The training converged"),
        (_, false) => ("warn", "The training did NOT converge: its figures may still be moving"),
    };
    let _ = write!(
        page,
        "<p><span class=\"{class}\">{outcome}</span> after {} iterations; the largest change of a probability in the last one was \
         {:.1e}.</p>",
        training.iterations, training.last_change
    );
    let likelihoods = &training.restart_log_likelihoods;
    if likelihoods.len() > 1 {
        let best = likelihoods.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let near = likelihoods.iter().filter(|l| best - **l < 0.001 * best.abs()).count();
        let _ = write!(
            page,
            "<p>It was begun from {} starting points; {near} of them came within a thousandth of the best log-likelihood, and number {} \
             was followed to the end.{}</p>",
            likelihoods.len(),
            training.restart_chosen + 1,
            if near * 2 < likelihoods.len() {
                " The starting points disagree: another start could give another model, and labels should settle it."
            } else {
                ""
            }
        );
    }
    let _ = write!(
        page,
        "<p>Trust in what follows: <strong>{}</strong>, because:</p><ul>",
        in_words(estimates.grade)
    );
    for reason in &estimates.reasons {
        let _ = write!(page, "<li>{}</li>", crate::waterfall::escaped(reason));
    }
    page.push_str("</ul>");
    if let Some((top, share, wrong)) = estimates.saturation {
        let _ = write!(
            page,
            "<p>Saturation: {} of the written pairs share the greatest probability, {}. Of these the model expects {} to be wrong; only \
             labels can tell.</p>",
            html::percent(share),
            html::percent(top),
            html::percent(wrong)
        );
    }
    if linked.model.label_calibration.is_none() {
        page.push_str(
            "<p>No person has judged any pair for this run. <code>redress review sample</code> draws the pairs that teach most, \
             <code>redress review judge</code> takes judgements, and <code>redress link --labels</code> puts measured probabilities in \
             the place of those that the model believes.</p>",
        );
    }
}

fn errors(page: &mut String, linked: &Linked, estimates: &ErrorEstimates) {
    page.push_str("<h2 id=\"errors\">Expected errors</h2>");
    let _ = write!(
        page,
        "<p>{} Intervals of 95 % hold what counting and the model’s own error leave open; they do not hold a model that is wrong in \
         kind.</p>",
        if estimates.grade == Grade::Labelled {
            "From probabilities that clerical labels gave."
        } else {
            "These are estimates that the model makes of itself, without any label."
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
        &["#taken from", "#pairs", "#of them false", "#true pairs left out"],
        estimates.at.iter().map(|at| {
            let n = html::count(at.n_proposed);
            vec![at.threshold.to_string(), n, estimate(at.false_discovery), estimate(at.false_negative)]
        }),
    );
    relatives_among(page, linked);
    match estimates.blocking_recall {
        Some(recall) => {
            let _ = write!(
                page,
                "<p>“Left out” counts pairs that were written. Pairs that blocking never proposed come on top: by capture and recapture \
                 over the rules, blocking proposed about {} of the true pairs. That is an upper bound, because rules miss the same \
                 hard pairs together.</p>",
                html::percent(recall)
            );
        }
        None => page.push_str(
            "<p>How many true pairs blocking never proposed cannot be estimated here: that needs at least three rules and pairs that \
             two of them propose.</p>",
        ),
    }
}

/// Pairs that the model is sure of and the clusters are not: they stand against its expected errors.
fn relatives_among(page: &mut String, linked: &Linked) {
    let kept = &linked.clusters.kept_apart;
    if kept.by_relatives > 0 {
        let _ = write!(
            page,
            "<p>Of the {} pairs from which clusters are made, {} look like two members of a family: twins, or parent and child. The model \
             does not know that, and counts them as true; were all of them false, that alone would be {} of these pairs. In the \
             clusters they are kept apart.</p>",
            html::count(kept.n_strong),
            html::count(kept.by_relatives),
            html::percent(kept.by_relatives as f64 / kept.n_strong.max(1) as f64)
        );
    }
}

fn probabilities(page: &mut String, linked: &Linked) {
    page.push_str("<h2 id=\"probabilities\">The written pairs</h2>");
    let of_band = |band: usize| {
        let (from, to) = (BANDS[band], BANDS.get(band + 1).copied().unwrap_or(f64::INFINITY));
        linked.pairs.iter().filter(move |pair| (from..to).contains(&pair.match_probability))
    };
    let rows: Vec<(String, f64)> =
        (0..BANDS.len()).map(|band| (BANDS[band].to_string(), of_band(band).count() as f64)).collect();
    html::figure(
        page,
        &chart::columns("Written pairs by match probability", &rows),
        "Written pairs by match probability (each band from the value below it to the next), counts on a logarithmic scale.",
    );
    let sum = |band: usize, of: fn(&Pair) -> f64| of_band(band).map(of).sum::<f64>();
    html::table(
        page,
        "How many of them are expected to be of one person, with what the intervals leave open",
        &["#from", "#pairs", "#expected true", "#at least", "#at most"],
        (0..BANDS.len()).map(|band| {
            let one = |value: f64| format!("{:.1}", value + 0.0);
            vec![
                BANDS[band].to_string(),
                html::count(of_band(band).count() as u64),
                one(sum(band, |pair| pair.match_probability)),
                one(sum(band, |pair| pair.reliability_low)),
                one(sum(band, |pair| pair.reliability_high)),
            ]
        }),
    );
}

fn calibration(page: &mut String, linked: &Linked) {
    page.push_str("<h2 id=\"calibration\">Calibration</h2>");
    let Some(labels) = &linked.model.label_calibration else {
        page.push_str(
            "<p>A probability is calibrated when, of the pairs said to be 0.8, eight in ten are of one person. Without labels that \
             cannot be observed. What can be shown is how wide the model’s own intervals are:</p>",
        );
        let points = expected(linked);
        html::figure(
            page,
            &chart::calibration(
                "Estimated calibration",
                "match probability said",
                "what the interval allows",
                &points,
            ),
            "Estimated, not observed: dots lie on the diagonal because nothing else is known; bars are the mean 95 % intervals of the \
             pairs of each tenth.",
        );
        return;
    };
    observed(page, labels);
}

/// Without labels: tenths of the probability with their mean intervals.
fn expected(linked: &Linked) -> Vec<Point> {
    let of_tenth = |tenth: usize| {
        let pairs: Vec<&Pair> = linked
            .pairs
            .iter()
            .filter(|pair| ((pair.match_probability * 10.0) as usize).min(9) == tenth)
            .collect();
        let n = pairs.len() as f64;
        let mean = |of: fn(&Pair) -> f64| pairs.iter().map(|pair| of(pair)).sum::<f64>() / n;
        (!pairs.is_empty()).then(|| {
            let said = mean(|pair| pair.match_probability);
            let (low, high) = (mean(|pair| pair.reliability_low), mean(|pair| pair.reliability_high));
            Point { said, seen: said, low, high }
        })
    };
    (0..10).filter_map(of_tenth).collect()
}

fn observed(page: &mut String, labels: &LabelCalibration) {
    let method = match labels.method {
        Method::Isotonic => "monotone regression",
        Method::Beta => "beta calibration",
        Method::Mean => "the mean of monotone regression and beta calibration",
    };
    let _ = write!(
        page,
        "<p>{} pairs are labelled, {} of them decided. Probabilities come from {method}, which cross-validation chose; intervals hold \
         the Venn–Abers range and labels drawn anew within their strata.</p>",
        html::count(labels.n_pairs as u64),
        html::count(labels.n_decided as u64)
    );
    let point = |bin: &crate::label_calibration::LabelBin| {
        let (low, high) = wilson(bin.seen * bin.n_pairs as f64, bin.n_pairs as f64);
        Point { said: bin.said, seen: bin.seen, low, high }
    };
    html::figure(
        page,
        &chart::calibration(
            "Observed calibration",
            "match probability said",
            "share that labellers hold to be of one person",
            &labels.bins.iter().map(point).collect::<Vec<_>>(),
        ),
        "Observed on the labels, with 95 % intervals of Wilson; the dashed line is right. These labels also made the map, so the \
         agreement is a little better than on new ones.",
    );
    html::table(
        page,
        "What was said and what labellers found, each label with its weight",
        &["#labelled pairs", "#the model said", "#now said", "#found"],
        labels.bins.iter().map(|bin| {
            let share = |share: f64| format!("{share:.3}");
            vec![bin.n_pairs.to_string(), share(bin.said_before), share(bin.said), share(bin.seen)]
        }),
    );
    let losses = labels
        .log_losses
        .iter()
        .map(|(method, loss)| vec![format!("{method:?}").to_lowercase(), format!("{loss:.4}")]);
    let before = vec!["the model’s own probabilities".to_owned(), format!("{:.4}", labels.log_loss_before)];
    html::table(
        page,
        "Log-loss on labels left out, in nats a pair: smaller is better",
        &["map", "#log-loss"],
        losses.chain([before]),
    );
}

fn blocking(page: &mut String, linked: &Linked) {
    page.push_str(
        "<h2 id=\"blocking\">Blocking</h2><p>Only pairs that a rule proposes are compared. A pair counts for the first rule that \
         proposes it; “alone” counts pairs that no other rule would have found, and shows what would be lost without the rule.</p>",
    );
    html::table(
        page,
        "Blocking rules",
        &["rule", "#pairs proposed first", "#expected true pairs", "#of these found by it alone"],
        linked.model.rules.iter().map(|rule| {
            let number = |value: f64| format!("{value:.1}");
            vec![
                rule.rule.clone(),
                html::count(rule.n_pairs),
                number(rule.expected_matches),
                number(rule.expected_matches_alone),
            ]
        }),
    );
}

fn clusters(page: &mut String, linked: &Linked) {
    page.push_str("<h2 id=\"clusters\">Clusters</h2>");
    let sizes = linked.clusters.sizes();
    let rows: Vec<(String, f64)> =
        sizes.iter().take(30).map(|(size, n)| (size.to_string(), *n as f64)).collect();
    html::figure(
        page,
        &chart::columns("Clusters by size", &rows),
        "Clusters by the number of their records, counts on a logarithmic scale. Sizes far above what a person can have are wrong \
         merges, and belong to clerical review.",
    );
    bindings(page, linked);
    let mut members = vec![0usize; linked.clusters.n_clusters()];
    linked.clusters.cluster_of.iter().for_each(|cluster| members[*cluster as usize] += 1);
    let mut firmness: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
    for (cluster, probability) in
        linked.clusters.cluster_of.iter().zip(&linked.clusters.membership_probability)
    {
        *firmness.entry(members[*cluster as usize]).or_default() += probability;
    }
    let firm = |size: &usize, n: usize| firmness.get(size).copied().unwrap_or(0.0) / (size * n).max(1) as f64;
    html::table(
        page,
        "Cluster sizes",
        &["#records", "#clusters", "#mean membership probability"],
        sizes.iter().take(40).map(|(size, n)| {
            vec![
                size.to_string(),
                html::count(*n as u64),
                if *size == 1 { "–".to_owned() } else { format!("{:.4}", firm(size, *n)) },
            ]
        }),
    );
}

/// What a run without names cannot do.
fn without_names(page: &mut String, table: &Table) {
    if table.readings().iter().all(|reading| !reading.kind.is_name()) {
        page.push_str(
            "<p class=\"warn\">No column was taken for a name. So nothing that is known of names helps here (order, hyphens, short forms, \
             other scripts), relatives are not kept apart, and the audit has no part by names. If a column holds names, say so in a \
             configuration.</p>",
        );
    }
}

/// How much of each column could be read.
fn columns(page: &mut String, table: &Table) {
    if table.readings().is_empty() {
        return;
    }
    page.push_str("<h2 id=\"columns\">What the columns hold</h2>");
    without_names(page, table);
    html::table(
        page,
        "A value that cannot be read as one of its kind, or that only says that it is not known, is taken as not there",
        &["column", "kind", "#records with a value", "#of these not readable"],
        table.readings().iter().map(|reading| {
            vec![
                reading.column.clone(),
                reading.kind.as_str().to_owned(),
                html::count(reading.n_filled),
                html::count(reading.n_unread),
            ]
        }),
    );
}

/// What kept records apart or held them together beside the evidence.
fn bindings(page: &mut String, linked: &Linked) {
    let columns = &linked.clusters.binding_identifiers;
    if !columns.is_empty() {
        let _ = write!(
            page,
            "<p>One person has one number in {}, as this run shows: records whose valid numbers differ there are in no cluster \
             together.</p>",
            crate::waterfall::escaped(&columns.join(", "))
        );
    }
    kept_apart(page, linked);
    let held = &linked.judgements;
    if held.pairs.is_empty() && held.n_absent == 0 {
        return;
    }
    let n_same = held.pairs.iter().filter(|judged| judged.same).count();
    let _ = write!(
        page,
        "<p>Judgements bind: {} pairs were judged to be of one person, {} to be of different people. {} judgements name a record \
         that is not there, and wait; {} judgements <i>same</i> do not hold, because others contradict them.</p>",
        html::count(n_same as u64),
        html::count((held.pairs.len() - n_same) as u64),
        html::count(held.n_absent),
        html::count(held.n_contradicted)
    );
}

/// How many strong pairs are not in one cluster, and why.
fn kept_apart(page: &mut String, linked: &Linked) {
    let kept = &linked.clusters.kept_apart;
    if kept.n_apart() == 0 {
        return;
    }
    html::table(
        page,
        &format!(
            "Of {} pairs strong enough for a cluster, {} are in different clusters",
            html::count(kept.n_strong),
            html::count(kept.n_apart())
        ),
        &["what keeps them apart", "#pairs"],
        [
            ("the other records of their clusters speak against it", kept.by_others),
            (Apart::Relatives.in_words(), kept.by_relatives),
            (Apart::Identifiers.in_words(), kept.by_identifiers),
            (Apart::OneSource.in_words(), kept.by_source),
            ("people judged them to be different", kept.by_judgement),
        ]
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(reason, n)| vec![reason.to_owned(), html::count(n)]),
    );
}

fn not_compared(page: &mut String, linked: &Linked) {
    page.push_str("<h2 id=\"not-compared\">What was not compared</h2>");
    let skipped: u64 = linked.not_compared.iter().map(|entry| entry.pairs_skipped).sum();
    let never = linked.stats.n_pairs_all.saturating_sub(linked.stats.n_pairs_compared);
    let _ = write!(
        page,
        "<p>{} of {} possible pairs were not compared. Most of them no rule proposes.</p>",
        html::count(never),
        html::count(linked.stats.n_pairs_all)
    );
    if linked.not_compared.is_empty() {
        page.push_str("<p>No block was too large.</p>");
        return;
    }
    let expected: f64 =
        linked.not_compared.iter().map(|entry| entry.expected_matches).fold(0.0, |a, b| a + b);
    let estimate = if linked.model.is_one_pattern {
        "how many of these are true pairs cannot be estimated, as nothing was learned".to_owned()
    } else {
        format!("at most about {expected:.1} true pairs are expected among these")
    };
    let _ = write!(
        page,
        "<p>Others lie in blocks that were too large. Counted by rule they are {}, and a pair that several rules leave out is counted \
         for each; {estimate}.</p>",
        html::count(skipped)
    );
    html::table(
        page,
        "Blocks of which pairs were left out; keys are shown as digests",
        &["rule", "key", "#records", "#pairs left out", "#expected true pairs"],
        linked.not_compared.iter().map(|entry| {
            let expected = if linked.model.is_one_pattern {
                "not estimable".to_owned()
            } else {
                format!("{:.2}", entry.expected_matches)
            };
            let (records, skipped) = (html::count(entry.records), html::count(entry.pairs_skipped));
            vec![entry.rule.clone(), entry.key_digest.clone(), records, skipped, expected]
        }),
    );
}
