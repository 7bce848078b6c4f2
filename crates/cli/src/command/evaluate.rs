//! `redress evaluate`: a linkage run held against the truth, or against clerical labels, or against itself.

mod audit;
mod label_groups;
mod pairs;
mod truth;

use std::path::{Path, PathBuf};

use clap::Args;
use redress_linkage::{
    Accuracy, Audit, AuditRules, Dimension, ESTIMABLE_PEOPLE_MIN, ErrorEstimates, Estimate, Evaluation,
    Label, LabelEvaluation, Margins, WeighedLabel, WeighedPair, error_estimates, evaluate, evaluate_labels,
    gathered,
};
use serde::Serialize;

use label_groups::{LabelGroup, label_groups};
pub(crate) use pairs::numbers_in;
use truth::KnownRecords;

use crate::{
    command::{say, tell},
    failure::{Exit, Failure},
    labels,
    linkage_run::LinkageRun,
    outputs, record_groups,
};

/// Thresholds at which accuracy is stated.
const THRESHOLDS: [f64; 4] = [0.5, 0.9, 0.95, 0.99];

/// Arguments of `redress evaluate`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// pairs.parquet of a linkage run.
    #[arg(long)]
    pairs: PathBuf,
    /// The truth: columns unique_id, entity_id and, where the run has sources, source. Without it, figures come from
    /// labels, or are estimates of the run itself.
    #[arg(long)]
    truth: Option<PathBuf>,
    /// Clerical labels (redress review) in place of the truth. May be given more than once.
    #[arg(long)]
    labels: Vec<PathBuf>,
    /// clusters.parquet; the one beside the pairs when it is not given.
    #[arg(long)]
    clusters: Option<PathBuf>,
    /// Count only pairs across sources as true.
    #[arg(long)]
    link: bool,
    /// Records with columns to tell groups apart, under the id (and source) that the run calls them by, or as `unique_id` (and
    /// `source`).
    #[arg(long, requires = "group")]
    records: Option<PathBuf>,
    /// A column of the groups. May be given more than once.
    #[arg(long, requires = "records")]
    group: Vec<String>,
    /// Probability at or above which a pair is a link, for the audit.
    #[arg(long, default_value_t = 0.95)]
    threshold: f64,
    /// A difference between groups below this is held to be none, as a number from 0 to 1 for every measure or as MEASURE=NUMBER
    /// for one, such as people_missed=0.01; false links are counted per person. May be given more than once; without it each
    /// measure has a margin of its own. Declare it before looking.
    #[arg(long)]
    margin: Vec<String>,
    /// The seed of the redraws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write what was found here: evaluation.json, and the audit, without the truth of outcomes alone, as audit.json, audit.parquet, audit_strata.parquet,
    /// audit.html.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// All that was found. The evaluation against the truth stands at the top, as it always has.
#[derive(Serialize, Default)]
struct Found {
    #[serde(flatten)]
    evaluation: Option<Evaluation>,
    saturation: Option<Saturation>,
    labels: Option<LabelEvaluation>,
    label_groups: Vec<LabelGroup>,
    estimates: Option<ErrorEstimates>,
    audit: Option<Audit>,
}

/// The pairs at the greatest probability.
#[derive(Serialize)]
struct Saturation {
    match_probability: f64,
    n_pairs: u64,
    share: f64,
    n_wrong: u64,
}

/// Refuses numbers out of range, and groups with nothing to hold them against.
fn check(arguments: &Arguments) -> Result<(), Failure> {
    let threshold = arguments.threshold;
    if !(0.0..=1.0).contains(&threshold) {
        return Err(Failure::new(Exit::Call, format!("--threshold {threshold}: a number from 0 to 1")));
    }
    let has_nothing = arguments.truth.is_none() && arguments.labels.is_empty() && arguments.out.is_none();
    if !arguments.group.is_empty() && has_nothing {
        let text = "--group has nothing to be held against: give --truth for the audit, --labels for the accuracy of each group, or --out \
                    for an audit of outcomes alone";
        return Err(Failure::new(Exit::Call, text));
    }
    Ok(())
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    check(arguments)?;
    let margins = audit::margins(&arguments.margin)?;
    let folder = arguments.pairs.parent().map(PathBuf::from).unwrap_or_default();
    let run = match LinkageRun::open(&folder) {
        Ok(run) => Some(run),
        Err(why) => {
            eprintln!(
                "the run itself cannot be read, so that structure and blocking are not looked at: {why}"
            );
            None
        }
    };
    let rows = pairs::read(&arguments.pairs)?;
    let mut found = Found::default();
    if let Some(path) = &arguments.truth {
        let known = KnownRecords::read(path, arguments.link, rows.has_sources)?;
        let pairs = rows.weighed(&known)?;
        let clusters = {
            let number = |name: &labels::Name| known.number(name);
            truth::clusters(arguments, &folder, known.names.len(), number, rows.has_sources)?
        };
        let groups = groups_of(arguments, &folder, &known.names, rows.has_sources)?;
        let truth = known.truth(groups.first());
        found.evaluation = Some(evaluate(&pairs, &truth, clusters.as_deref()));
        found.saturation = saturation(&pairs, &truth);
        let rules = rules(arguments, margins);
        if arguments.out.is_some() || !groups.is_empty() {
            let input =
                audit::Input { known: &known, truth: &truth, pairs: &pairs, run: run.as_ref(), rules };
            found.audit = Some(audit::audited(&input, clusters.as_deref(), groups)?);
        }
    }
    if !arguments.labels.is_empty() {
        let (of_all, of_groups) = from_labels(arguments, &folder, &rows)?;
        (found.labels, found.label_groups) = (Some(of_all), of_groups);
    }
    if let (None, Some(_), Some(run)) = (&arguments.truth, &arguments.out, &run) {
        found.audit = audit_without_truth(arguments, &folder, run, margins, rows.has_sources)?;
    }
    found.estimates = run.as_ref().map(|run| error_estimates(&run.model, &THRESHOLDS, arguments.seed));
    if let Some(out) = &arguments.out {
        outputs::make_folder(out)?;
        outputs::write_text(out, "evaluation.json", &serde_json::to_string_pretty(&found)?)?;
        found.audit.as_ref().map_or(Ok(()), |audit| audit::write(out, audit))?;
    }
    if arguments.json { say(serde_json::to_string(&found)?) } else { shown(&found) }
}

/// The groups that were asked for, of records by name.
fn groups_of(
    arguments: &Arguments,
    folder: &Path,
    names: &[labels::Name],
    has_sources: bool,
) -> Result<Vec<Dimension>, Failure> {
    record_groups::groups(arguments.records.as_deref(), &arguments.group, folder, names, has_sources)
}

fn rules(arguments: &Arguments, margins: Margins) -> AuditRules {
    AuditRules { threshold: arguments.threshold, margins, seed: arguments.seed, ..AuditRules::default() }
}

/// The audit of a run of which the truth is not known; `None` where the run has no clusters.
fn audit_without_truth(
    arguments: &Arguments,
    folder: &Path,
    run: &LinkageRun,
    margins: Margins,
    has_sources: bool,
) -> Result<Option<Audit>, Failure> {
    let names = run.names();
    let number = |(source, id): &labels::Name| run.table.find(source, id);
    let clusters = truth::clusters(arguments, folder, names.len(), number, has_sources)?;
    let Some(cluster_of) = clusters else {
        tell("the run has no clusters.parquet beside its pairs, so that it is not audited");
        return Ok(None);
    };
    let groups = groups_of(arguments, folder, &names, has_sources)?;
    audit::audited_without_truth(run, &cluster_of, groups, rules(arguments, margins)).map(Some)
}

/// What the labels say of all, and of each group that was asked for.
fn from_labels(
    arguments: &Arguments,
    folder: &Path,
    rows: &pairs::PairRows,
) -> Result<(LabelEvaluation, Vec<LabelGroup>), Failure> {
    let labels = drawn_by_a_plan(labels::read(&arguments.labels)?);
    let numbers = labels::numbered(labels.iter().flat_map(|label| [&label.left, &label.right]));
    let gathered = gathered(&labels, |name| numbers.get(name).copied()).map_err(|(_, id)| {
        Failure::new(Exit::Input, format!("a label names `{id}`, which cannot be numbered"))
    })?;
    let probabilities = rows.probabilities(&numbers);
    let weighed: Vec<WeighedLabel> = gathered
        .into_iter()
        .map(|label| {
            let match_probability = probabilities.get(&(label.l, label.r)).copied().unwrap_or(0.0);
            WeighedLabel { label, match_probability }
        })
        .collect();
    let of_all = evaluate_labels(&weighed, &labels, &THRESHOLDS, arguments.seed);
    let mut names: Vec<(u32, labels::Name)> =
        numbers.into_iter().map(|(name, number)| (number, name)).collect();
    names.sort_unstable();
    let names: Vec<labels::Name> = names.into_iter().map(|(_, name)| name).collect();
    let groups = groups_of(arguments, folder, &names, rows.has_sources)?;
    if arguments.truth.is_none() && (arguments.out.is_some() || !groups.is_empty()) {
        tell(
            "labels are of a sample of pairs, from which nobody's records are all known: the audit by person needs --truth; of each \
             --group the labels give precision and recall",
        );
    }
    Ok((of_all, label_groups(&weighed, &groups, arguments.seed)))
}

/// The labels that a plan drew, where it drew any: beside them others, such as bridges, would count as if they stood for a
/// share of the pairs.
fn drawn_by_a_plan(labels: Vec<Label>) -> Vec<Label> {
    let (drawn, others): (Vec<Label>, Vec<Label>) =
        labels.into_iter().partition(|label| !label.stratum.is_empty());
    if drawn.is_empty() {
        return others;
    }
    if !others.is_empty() {
        let n = others.len();
        tell(format!("{n} labels have no stratum: no plan drew them, and they are left out of the figures"));
    }
    drawn
}

fn saturation(pairs: &[WeighedPair], truth: &redress_linkage::Truth) -> Option<Saturation> {
    let top = pairs.iter().map(|pair| pair.match_probability).reduce(f64::max)?;
    let at_top: Vec<&WeighedPair> = pairs.iter().filter(|pair| pair.match_probability >= top).collect();
    let is_wrong =
        |pair: &&&WeighedPair| truth.entity_of[pair.l as usize] != truth.entity_of[pair.r as usize];
    Some(Saturation {
        match_probability: top,
        n_pairs: at_top.len() as u64,
        share: at_top.len() as f64 / pairs.len() as f64,
        n_wrong: at_top.iter().filter(is_wrong).count() as u64,
    })
}

fn shown(found: &Found) -> Result<(), Failure> {
    if let Some(result) = &found.evaluation {
        shown_evaluation(result)?;
    }
    if let Some(top) = &found.saturation {
        say(format!(
            "{} of the written pairs ({:.2} %) are at the top value {:.6}; {} of these are wrong",
            top.n_pairs,
            top.share * 100.0,
            top.match_probability,
            top.n_wrong
        ))?;
    }
    if let Some(labels) = &found.labels {
        shown_labels(labels)?;
        label_groups::shown(&found.label_groups)?;
    }
    if let Some(estimates) = &found.estimates {
        shown_estimates(estimates)?;
    }
    if let Some(audit) = &found.audit {
        audit::shown(audit)?;
    }
    Ok(())
}

fn shown_evaluation(result: &Evaluation) -> Result<(), Failure> {
    say(format!(
        "{} true pairs; best F1 {:.4} ({}) at probability {:.4}; calibration error (ten bins, p >= 0.01) {:.4}",
        result.n_true_pairs,
        result.best.f1,
        shares(&result.best),
        result.best_threshold_probability,
        result.ece10
    ))?;
    for (probability, accuracy) in &result.at_probability {
        say(format!("at {probability}: {}, F1 {:.4}", shares(accuracy), accuracy.f1))?;
    }
    if let Some(clusters) = &result.clusters {
        say(format!("clusters: {}, F1 {:.4}", shares(clusters), clusters.f1))?;
    }
    for (name, group) in &result.by_group {
        let name = if name.is_empty() { "(nothing written)" } else { name };
        let Some(n) = group.n_true_pairs else {
            say(format!(
                "{name}: not estimable (fewer than {ESTIMABLE_PEOPLE_MIN} people, or hidden with such a group)"
            ))?;
            continue;
        };
        for (probability, accuracy) in &group.at_probability {
            let said = accuracy.as_ref().map_or_else(|| format!("not estimable (n={n})"), shares);
            say(format!("{name} (n={n}), at {probability}: {said}"))?;
        }
    }
    Ok(())
}

/// Precision and recall; of no proposed pair, or no true one, neither can be said.
fn shares(accuracy: &Accuracy) -> String {
    let share = |share: Option<f64>, what: &str| {
        share.map_or_else(|| format!("not estimable (no {what} pair)"), |share| format!("{share:.4}"))
    };
    format!("precision {}, recall {}", share(accuracy.precision, "proposed"), share(accuracy.recall, "true"))
}

fn in_words(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "not estimable".to_owned(),
        |Estimate { value, low, high }| format!("{value:.4} ({low:.4} to {high:.4})"),
    )
}

fn shown_labels(labels: &LabelEvaluation) -> Result<(), Failure> {
    say(format!(
        "{} pairs are labelled, {} decided, {} disputed; figures are over the written pairs, 95 % intervals in brackets",
        labels.n_pairs, labels.n_decided, labels.n_disputed
    ))?;
    for at in &labels.at {
        say(format!(
            "at {}: precision {}, recall {}, F1 {}",
            at.threshold,
            in_words(at.precision),
            in_words(at.recall),
            in_words(at.f.map(|f| f[1]))
        ))?;
    }
    if let Some(wrong) = &labels.saturation {
        say(format!("share of the pairs at the top value that is wrong {}", in_words(Some(*wrong))))?;
    }
    for agreement in &labels.agreement {
        say(format!(
            "{} and {} judged {} pairs alike in {:.1} %; kappa {}",
            agreement.labellers.0,
            agreement.labellers.1,
            agreement.n_pairs,
            agreement.share * 100.0,
            in_words(agreement.kappa)
        ))?;
    }
    Ok(())
}

fn shown_estimates(estimates: &ErrorEstimates) -> Result<(), Failure> {
    let grade = match estimates.grade {
        redress_linkage::Grade::Labelled => "from labels",
        redress_linkage::Grade::Fair => "fair",
        redress_linkage::Grade::Weak => "weak",
    };
    say(format!(
        "what the run expects of itself, without the truth (reliability of these estimates: {grade}; {})",
        estimates.reasons.join("; ")
    ))?;
    for at in &estimates.at {
        say(format!(
            "at {}: {} pairs proposed, of them false {}, true pairs left out {}",
            at.threshold,
            at.n_proposed,
            in_words(at.false_discovery),
            in_words(at.false_negative)
        ))?;
    }
    if let Some(recall) = estimates.blocking_recall {
        say(format!(
            "blocking proposed about {:.2} % of the true pairs at most (capture and recapture)",
            recall * 100.0
        ))?;
    }
    Ok(())
}
