//! What clerical labels say of a run: of all, and of each group.

use std::{collections::HashMap, path::Path};

use redress_linkage::{
    Estimate, LABELLED_PAIRS_MIN, Label, LabelAccuracy, LabelEvaluation, ProbedRun, WeighedLabel,
    evaluate_labels, gathered, model_probabilities,
};

use super::{
    Arguments, THRESHOLDS, groups_of, in_words,
    label_groups::{LabelGroup, label_groups},
    pairs::PairRows,
};
use crate::{
    command::{say, tell},
    failure::{Exit, Failure},
    labels,
    linkage_run::LinkageRun,
};

/// What the labels say of all, and of each group that was asked for.
pub(super) fn found(
    arguments: &Arguments,
    folder: &Path,
    rows: &PairRows,
    run: Option<&LinkageRun>,
) -> Result<(LabelEvaluation, Vec<LabelGroup>), Failure> {
    let labels = drawn_by_a_plan(labels::read(&arguments.labels)?);
    let numbers = labels::numbered(labels.iter().flat_map(|label| [&label.left, &label.right]));
    let gathered = gathered(&labels, |name| numbers.get(name).copied()).map_err(|(_, id)| {
        Failure::new(Exit::Input, format!("a label names `{id}`, which cannot be numbered"))
    })?;
    let mut probabilities = rows.probabilities(&numbers);
    if let Some(run) = run {
        probabilities.extend(by_the_model(run, &numbers));
    }
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

/// The probabilities that the model gives the pairs that bound the run: in the written pairs they are what was judged, and a label
/// held against itself is always right.
fn by_the_model(run: &LinkageRun, numbers: &HashMap<labels::Name, u32>) -> HashMap<(u32, u32), f64> {
    let probed = ProbedRun { model: &run.model, config: &run.config, inputs: &run.inputs, table: &run.table };
    let pairs: Vec<(u32, u32)> = run.judgements().into_iter().map(|(pair, _)| pair).collect();
    let number = |record: u32| {
        let name = (run.table.source(record).to_owned(), run.table.unique_id(record).to_owned());
        numbers.get(&name).copied()
    };
    let found = pairs.iter().zip(model_probabilities(&probed, &pairs)).filter_map(|((l, r), probability)| {
        let (a, b) = (number(*l)?, number(*r)?);
        Some(((a.min(b), a.max(b)), probability))
    });
    found.collect()
}

/// Tells what all labels say.
pub(super) fn shown(labels: &LabelEvaluation) -> Result<(), Failure> {
    say(format!(
        "{} pairs are labelled, {} decided, {} disputed; figures are over the written pairs, 95 % intervals in brackets; of pairs that bind \
         the run the model's own probability counts",
        labels.n_pairs, labels.n_decided, labels.n_disputed
    ))?;
    if labels.agreement.iter().all(|agreement| agreement.n_pairs == 0) {
        say(
            "no pair was judged by two labellers: how often they err is not known, and no interval holds their mistakes",
        )?;
    }
    for at in &labels.at {
        say(format!(
            "at {}: precision {}, recall {}, F1 {}",
            at.threshold,
            said(labels, at, at.precision),
            said(labels, at, at.recall),
            said(labels, at, at.f.map(|f| f[1]))
        ))?;
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

/// A figure, or why there is none and what it would need.
pub(super) fn said(labels: &LabelEvaluation, at: &LabelAccuracy, figure: Option<Estimate>) -> String {
    match figure {
        Some(_) => in_words(figure),
        None if labels.n_decided < LABELLED_PAIRS_MIN => {
            format!("not estimable ({} decided pairs; {LABELLED_PAIRS_MIN} are needed)", labels.n_decided)
        }
        None if at.n_decided < LABELLED_PAIRS_MIN => format!(
            "not estimable ({} decided pairs at {} or more; {LABELLED_PAIRS_MIN} are needed)",
            at.n_decided, at.threshold
        ),
        None => "not estimable (no true pair is labelled)".to_owned(),
    }
}
