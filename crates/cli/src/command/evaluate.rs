//! `redress evaluate`: a linkage run held against the truth, or against clerical labels, or against itself.

mod audit;
mod expectations;
mod label_groups;
mod of_labels;
mod pairs;
mod truth;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use redress_linkage::{
    Accuracy, Audit, AuditRules, Dimension, ESTIMABLE_PEOPLE_MIN, ErrorEstimates, Estimate, Evaluation,
    ExpectedAndFound, Grade, GroupEvaluation, LabelEvaluation, Margins, Saturation, Truth, WeighedPair,
    evaluate, evaluate_groups,
};
use serde::Serialize;

use label_groups::LabelGroup;
use pairs::PairRows;
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
    /// The accuracy of each group of each column asked for; `by_group` has those of the first.
    by_column: BTreeMap<String, BTreeMap<String, GroupEvaluation>>,
    saturation: Option<Saturation>,
    labels: Option<LabelEvaluation>,
    label_groups: Vec<LabelGroup>,
    estimates: Option<ErrorEstimates>,
    /// What the run expects, of which labels or the truth say something.
    expectations: Vec<ExpectedAndFound>,
    audit: Option<Audit>,
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
    let run = opened(&folder);
    let rows = pairs::read(&arguments.pairs)?;
    let known =
        arguments.truth.as_ref().map(|path| Known::read(arguments, path, &folder, &rows)).transpose()?;
    let mut found = Found::default();
    if let Some(known) = &known {
        found.of_truth(arguments, &rows, known, run.as_ref(), margins)?;
    }
    if !arguments.labels.is_empty() {
        let (of_all, of_groups) = of_labels::found(arguments, &folder, &rows, run.as_ref())?;
        (found.labels, found.label_groups) = (Some(of_all), of_groups);
    }
    if let (None, Some(_), Some(run)) = (&arguments.truth, &arguments.out, &run) {
        found.audit = audit_without_truth(arguments, &folder, run, margins, rows.has_sources)?;
    }
    let of_labels = found.labels.as_ref().and_then(|labels| labels.saturation);
    let saturation = found.saturation.unwrap_or_else(|| rows.saturation(None).with(of_labels));
    found.saturation = Some(saturation);
    if let Some((run, estimates)) = run.as_ref().and_then(|run| Some((run, run.estimates.clone()?))) {
        let saturation = saturation.expecting(estimates.saturation.expected_wrong);
        let estimates = ErrorEstimates { saturation, ..estimates };
        found.saturation = Some(saturation);
        found.expectations = expectations::held(
            &estimates,
            &rows,
            run,
            known.as_ref().zip(found.evaluation.as_ref()),
            found.labels.as_ref(),
        )?;
        found.estimates = Some(estimates);
    }
    if let Some(out) = &arguments.out {
        outputs::make_folder(out)?;
        outputs::write_text(out, "evaluation.json", &serde_json::to_string_pretty(&found)?)?;
        found.audit.as_ref().map_or(Ok(()), |audit| audit::write(out, audit))?;
    }
    if arguments.json { say(serde_json::to_string(&found)?) } else { shown(&found, arguments.out.as_deref()) }
}

/// The run beside the pairs; told of where it cannot be read.
fn opened(folder: &Path) -> Option<LinkageRun> {
    let run = LinkageRun::open(folder);
    if let Err(why) = &run {
        tell(format!(
            "the run itself cannot be read, so that structure and blocking are not looked at: {why}"
        ));
    }
    run.ok()
}

/// The truth of a run, with what the run says of the same records.
struct Known {
    records: KnownRecords,
    truth: Truth,
    pairs: Vec<WeighedPair>,
    cluster_of: Option<Vec<u32>>,
    groups: Vec<Dimension>,
}

impl Known {
    fn read(arguments: &Arguments, path: &Path, folder: &Path, rows: &PairRows) -> Result<Self, Failure> {
        let records = KnownRecords::read(path, arguments.link, rows.has_sources)?;
        let pairs = rows.weighed(&records)?;
        let number = |name: &labels::Name| records.number(name);
        let cluster_of = truth::clusters(arguments, folder, records.names.len(), number, rows.has_sources)?;
        let groups = groups_of(arguments, folder, &records.names, rows.has_sources)?;
        let truth = records.truth(groups.first());
        Ok(Self { records, truth, pairs, cluster_of, groups })
    }
}

impl Found {
    /// What the truth says: of all, of each group, and by the audit where one is asked for.
    fn of_truth(
        &mut self,
        arguments: &Arguments,
        rows: &PairRows,
        known: &Known,
        run: Option<&LinkageRun>,
        margins: Margins,
    ) -> Result<(), Failure> {
        let Known { records, truth, pairs, cluster_of, groups } = known;
        let evaluation = evaluate(pairs, truth, cluster_of.as_deref());
        self.saturation = Some(rows.saturation(Some((pairs, truth))));
        let of_column =
            |group: &Dimension| (group.name.clone(), evaluate_groups(pairs, &records.truth(Some(group))));
        // The truth holds the groups of the first column: these figures are there already.
        let first = groups.iter().take(1).map(|group| (group.name.clone(), evaluation.by_group.clone()));
        self.by_column = first.chain(groups.iter().skip(1).map(of_column)).collect();
        self.evaluation = Some(evaluation);
        if arguments.out.is_some() || !groups.is_empty() {
            let rules = rules(arguments, margins);
            let input = audit::Input { known: records, truth, pairs, run, rules };
            self.audit = Some(audit::audited(&input, cluster_of.as_deref(), groups.clone())?);
        }
        Ok(())
    }
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

fn shown(found: &Found, out: Option<&Path>) -> Result<(), Failure> {
    if let Some(result) = &found.evaluation {
        shown_evaluation(result)?;
    }
    for (column, groups) in &found.by_column {
        shown_groups(column, groups)?;
    }
    if let Some(top) = &found.saturation {
        say(top.in_words())?;
    }
    if let Some(labels) = &found.labels {
        of_labels::shown(labels)?;
        label_groups::shown(&found.label_groups)?;
    }
    if let Some(estimates) = &found.estimates {
        shown_estimates(estimates)?;
    }
    let is_calibrated = found.estimates.as_ref().is_some_and(|estimates| estimates.grade == Grade::Labelled);
    if is_calibrated && found.labels.is_some() {
        say(
            "the probabilities of this run were learned from labels: where these are among the labels given here, that the two agree confirms \
             nothing; judge other pairs for that",
        )?;
    }
    expectations::shown(&found.expectations)?;
    if let Some(audit) = &found.audit {
        audit::shown(audit, out)?;
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
    Ok(())
}

/// The accuracy of each group of a column.
fn shown_groups(column: &str, groups: &BTreeMap<String, GroupEvaluation>) -> Result<(), Failure> {
    for (name, group) in groups {
        let name = if name.is_empty() { "(nothing written)" } else { name };
        let Some(n) = group.n_true_pairs else {
            say(format!(
                "{column} {name}: not estimable (fewer than {ESTIMABLE_PEOPLE_MIN} people, or hidden with such a group)"
            ))?;
            continue;
        };
        for (probability, accuracy) in &group.at_probability {
            let said = accuracy.as_ref().map_or_else(|| format!("not estimable (n={n})"), shares);
            say(format!("{column} {name} (n={n}), at {probability}: {said}"))?;
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

fn shown_estimates(estimates: &ErrorEstimates) -> Result<(), Failure> {
    say(format!(
        "what the run expects of itself, without the truth (trust: {}; {})",
        estimates.grade.as_str(),
        estimates.reasons.join("; ")
    ))?;
    if let Some(clustered) = &estimates.clustered {
        say(clustered.in_words())?;
    }
    if estimates.grade == Grade::Unreliable {
        return say("the error rates that it expects are left out: they would be believed");
    }
    for at in &estimates.at {
        say(format!(
            "at {}: {} pairs proposed, of them false {}, true written pairs left out {}, true pairs missed in all {}",
            at.threshold,
            at.n_proposed,
            in_words(at.false_discovery),
            in_words(at.false_negative),
            in_words(at.missed)
        ))?;
    }
    if let Some(told) = estimates.unwritten.and_then(|unwritten| unwritten.in_words()) {
        say(told)?;
    }
    let (Some(recall), Some((low, high))) = (estimates.blocking_recall, estimates.blocking_recall_interval)
    else {
        return Ok(());
    };
    if low >= 1.0 {
        return say("all possible pairs were compared: blocking missed none");
    }
    say(format!(
        "blocking proposed about {:.2} % of the true pairs ({:.2} % to {:.2} %; capture and recapture, if the model's probabilities hold \
         and the rules find pairs independently)",
        recall * 100.0,
        low * 100.0,
        high * 100.0
    ))
}
