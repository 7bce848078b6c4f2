//! What a run expects of itself, held against what labels or the truth say.

use redress_linkage::{
    ErrorEstimates, Evaluation, ExpectedAndFound, KnownBy, KnownRun, LabelEvaluation, Proposed,
    expected_and_labelled, expected_and_true, left_open_by_labels,
};

use super::{Known, pairs::PairRows};
use crate::{
    command::say,
    failure::{Exit, Failure},
    linkage_run::LinkageRun,
};

/// Every figure of which both are given; of blocking where the truth is known.
pub(super) fn held(
    estimates: &ErrorEstimates,
    rows: &PairRows,
    run: &LinkageRun,
    known: Option<(&Known, &Evaluation)>,
    labels: Option<&LabelEvaluation>,
) -> Result<Vec<ExpectedAndFound>, Failure> {
    let mut held = Vec::new();
    if let Some((known, evaluation)) = known {
        let pairs = rows.known(&known.pairs, &known.truth, known.cluster_of.as_deref());
        let clusters = evaluation.clusters.as_ref();
        let known = KnownRun {
            pairs: &pairs,
            n_true: evaluation.n_true_pairs,
            clusters: clusters.map(|of| (of.false_positives, of.false_positives + of.true_positives)),
            blocking: blocking(run, known)?,
        };
        held.extend(expected_and_true(estimates, &known));
    }
    if let Some(labels) = labels {
        held.extend(expected_and_labelled(estimates, labels));
    }
    Ok(held)
}

/// How many true pairs blocking proposed, and how many there are.
fn blocking(run: &LinkageRun, known: &Known) -> Result<Option<(u64, u64)>, Failure> {
    let proposed = Proposed::new(&run.config, &run.table).map_err(|error| Failure::of(Exit::Call, &error))?;
    let in_run: Vec<Option<u32>> =
        known.records.names.iter().map(|(source, id)| run.table.find(source, id)).collect();
    let both = |l: u32, r: u32| in_run[l as usize].zip(in_run[r as usize]);
    Ok(known.truth.n_proposed(|l, r| both(l, r).is_some_and(|(l, r)| proposed.holds(l, r))))
}

/// Tells which figures are contradicted, or that none is, and then what that leaves open.
pub(super) fn shown(held: &[ExpectedAndFound]) -> Result<(), Failure> {
    for known_by in [KnownBy::Truth, KnownBy::Labels] {
        let of: Vec<ExpectedAndFound> =
            held.iter().copied().filter(|held| held.known_by == known_by).collect();
        let wrong = || of.iter().filter(|held| held.is_contradiction);
        match (of.len(), wrong().count()) {
            (0, _) => continue,
            (n, 0) => say(none_contradicted(known_by, n, &of))?,
            (n, n_wrong) => say(contradicted(known_by, n, n_wrong))?,
        }
        for held in wrong() {
            say(format!("  {}", held.in_words()))?;
        }
    }
    Ok(())
}

fn none_contradicted(known_by: KnownBy, n: usize, held: &[ExpectedAndFound]) -> String {
    let name = if known_by == KnownBy::Truth { "the truth" } else { "the labels" };
    let said = format!(
        "held against {name}, none of the {n} figures that the run expects of itself is contradicted"
    );
    left_open_by_labels(held).map_or_else(|| said.clone(), |left_open| format!("{said}; {left_open}"))
}

fn contradicted(known_by: KnownBy, n: usize, n_wrong: usize) -> String {
    let (who, how, unless) = match known_by {
        KnownBy::Truth => ("the truth", "it lies outside the run's 95 % intervals", "the truth is"),
        KnownBy::Labels => {
            ("what the labels say", "the 95 % intervals have nothing in common", "the labels are")
        }
    };
    format!(
        "{who} contradicts {n_wrong} of the {n} figures that the run expects of itself ({how}; of so many figures one may by chance). Unless \
         {unless} wrong, the run is:"
    )
}
