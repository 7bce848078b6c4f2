//! The report of a run as one self-contained page: what was learned, how sure it is, what was not compared, and what could
//! be wrong with all of it.

mod columns;
mod model;
mod run;
mod structure;
mod trust;
mod words;

use std::fmt::Write as _;

use crate::apart::Apart;
use crate::audit::{Probe, ProbedRun, Structure, probe_section, probes};
use crate::chart::{self, Point};
use crate::columns_not_read::{ColumnNotRead, of_no_use, together};
use crate::config::Config;
use crate::error_estimate::ErrorEstimates;
use crate::grade::Grade;
use crate::html;
use crate::label_calibration::LabelCalibration;
use crate::link::{Linked, Pair};
use crate::not_compared::ExpectedLost;
use crate::resample::wilson;
use crate::table::{Input, Table};

pub use run::{FileRead, RunFacts};

/// What the report of a run is made from.
#[derive(Debug, Clone, Copy)]
pub struct Reported<'a> {
    /// What was learned and done.
    pub linked: &'a Linked,
    /// The records.
    pub table: &'a Table,
    /// What parts the records.
    pub structure: &'a Structure,
    /// What the same slip does to names of each stratum ([`probes_of_run`](crate::probes_of_run)); none where it was not asked.
    pub probes: &'a [Probe],
    /// What the run expects of itself ([`estimates_of_run`](crate::estimates_of_run)).
    pub estimates: &'a ErrorEstimates,
    /// Which run this is.
    pub run: &'a RunFacts,
}

impl Reported<'_> {
    /// The columns of the files that the run did not compare, or of which no value was of use, by name.
    #[must_use]
    pub fn columns_not_read(&self) -> Vec<ColumnNotRead> {
        together([of_no_use(self.table.readings()), self.run.columns_not_read.clone()])
    }
}

/// Probes linked pairs of a run, as its report does: pairs of records that were looked at by structure, at or above the probability
/// from which the report counts links. `inputs` are the rows as written, or the sample of them.
#[must_use]
pub fn probes_of_run(
    linked: &Linked,
    table: &Table,
    config: &Config,
    inputs: &[Input],
    structure: &Structure,
    seed: u64,
) -> Vec<Probe> {
    let is_looked_at = |record: u32| !structure.is_sample || structure.records.binary_search(&record).is_ok();
    let accepted: Vec<(u32, u32)> = linked
        .pairs
        .iter()
        .filter(|pair| pair.match_probability >= structure::LINKED_FROM)
        .map(|pair| (pair.l, pair.r))
        .filter(|(l, r)| is_looked_at(*l) && is_looked_at(*r))
        .collect();
    let run = ProbedRun { model: &linked.model, config, inputs, table };
    probes(&run, &accepted, &structure.dimensions, structure::LINKED_FROM, seed)
}

/// What was learned and done, as HTML without scripts or outside references.
#[must_use]
pub fn report_html(reported: &Reported<'_>) -> String {
    let Reported { linked, table, estimates, run, .. } = *reported;
    let mut page = html::opened("Linkage report");
    page.push_str("<h1>Linkage report</h1>");
    labels_effect(&mut page, linked);
    summary(&mut page, linked, table, estimates);
    run::section(&mut page, run, table);
    columns::section(&mut page, (table, &linked.model), reported.columns_not_read());
    trust::section(&mut page, linked, estimates);
    trust::errors(&mut page, linked, estimates);
    trust::probabilities(&mut page, estimates);
    calibration(&mut page, linked);
    labels_effect(&mut page, linked);
    model::section(&mut page, &linked.model);
    blocking(&mut page, linked, estimates.grade);
    clusters(&mut page, linked);
    not_compared(&mut page, linked);
    structure::section(&mut page, reported);
    probe_section(&mut page, reported.probes, structure::LINKED_FROM);
    page.push_str(html::CLOSED);
    page
}

/// That labels part most clusters: at the head of the page, and where the map is shown.
fn labels_effect(page: &mut String, linked: &Linked) {
    if let Some(warning) = linked.clusters.labels_effect.and_then(|effect| effect.warning()) {
        let _ = write!(page, "<p><strong>Take care: {warning}.</strong></p>");
    }
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
            ("trust in the estimates", estimates.grade.as_str().to_owned()),
        ],
    );
    page.push_str(
        "<nav aria-label=\"parts of this page\"><ul><li><a href=\"#run\">This run</a></li><li><a href=\"#trust\">Can this run be relied on?</a></li><li><a \
         href=\"#errors\">Expected errors</a></li><li><a href=\"#probabilities\">The written pairs</a></li><li><a \
         href=\"#calibration\">Calibration</a></li><li><a href=\"#model\">The model</a></li><li><a href=\"#blocking\">Blocking</a></li>\
         <li><a href=\"#clusters\">Clusters</a></li><li><a href=\"#not-compared\">What was not compared</a></li><li><a \
         href=\"#structure\">By structure of the record</a></li><li><a href=\"#probes\">The same slip in every kind of name</a></li></ul></nav>",
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
    let method = words::of_map(labels.method);
    let _ = write!(
        page,
        "<p>{} pairs are labelled, {} of them decided. Probabilities come from {method}, which cross-validation chose; intervals hold \
         the Venn–Abers range and labels drawn anew within their strata. Of the labels, {}.</p>",
        html::count(labels.n_pairs as u64),
        html::count(labels.n_decided as u64),
        labels.labellers_in_words()
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
        .map(|(method, loss)| vec![words::of_map(*method).to_owned(), format!("{loss:.4}")]);
    let before = vec!["the model’s own probabilities".to_owned(), format!("{:.4}", labels.log_loss_before)];
    html::table(
        page,
        "Log-loss on labels left out, in nats a pair: smaller is better",
        &["map", "#log-loss"],
        losses.chain([before]),
    );
}

fn blocking(page: &mut String, linked: &Linked, grade: Grade) {
    page.push_str(
        "<h2 id=\"blocking\">Blocking</h2><p>Only pairs that a rule proposes are compared. A pair counts for the first rule that \
         proposes it; “alone” counts pairs that no other rule would have found, and shows what would be lost without the rule.</p>",
    );
    html::table(
        page,
        "Blocking rules",
        &[
            "two records must share",
            "#pairs proposed first",
            "#expected true pairs",
            "#of these found by it alone",
        ],
        linked.model.rules.iter().map(|rule| {
            let number = |value: f64| match grade {
                Grade::Unreliable => "–".to_owned(),
                _ => format!("{value:.1}"),
            };
            vec![
                words::of_rule(&rule.rule),
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

/// What kept records apart or held them together beside the evidence.
fn bindings(page: &mut String, linked: &Linked) {
    let columns = &linked.clusters.binding_identifiers;
    if !columns.is_empty() {
        let _ = write!(
            page,
            "<p>One person is taken to have one number in {}, as the pairs of this run do: records whose valid numbers differ there are in no cluster \
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
    let all = html::count(linked.stats.n_pairs_all);
    let _ = match never {
        0 => write!(page, "<p>All {all} possible pairs were compared.</p>"),
        never => write!(
            page,
            "<p>{} of {all} possible pairs were not compared. Most of them no rule proposes.</p>",
            html::count(never)
        ),
    };
    if linked.not_compared.is_empty() {
        page.push_str("<p>No block was too large.</p>");
        return;
    }
    let _ = write!(
        page,
        "<p>{} of {} records are in such a block. <a href=\"#structure\">By structure of the record</a> says how many of each kind.</p>",
        html::count(linked.records_in_cut_blocks.len() as u64),
        html::count(linked.stats.n_records)
    );
    let estimate = if linked.model.is_one_pattern {
        "how many of these are true pairs cannot be estimated, as nothing was learned".to_owned()
    } else {
        ExpectedLost::of(&linked.not_compared).in_words(linked.not_compared.len())
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
        &["two records share", "key", "#records", "#pairs left out", "#expected true pairs"],
        linked.not_compared.iter().map(|entry| {
            let expected = match entry.expected_matches {
                _ if linked.model.is_one_pattern => "not estimable".to_owned(),
                None => "not known".to_owned(),
                Some(expected) if entry.is_capped => format!("{expected:.2}, cut"),
                Some(expected) => format!("{expected:.2}"),
            };
            let (records, skipped) = (html::count(entry.records), html::count(entry.pairs_skipped));
            vec![words::of_rule(&entry.rule), entry.key_digest.clone(), records, skipped, expected]
        }),
    );
}
