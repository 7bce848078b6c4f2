//! What a run expects of itself, held against what labels or the truth say.

use redress_linkage::{
    ErrorEstimates, ExpectedAndFound, KnownBy, LabelEvaluation, Proposed, expected_and_labelled,
    expected_and_true,
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
    known: Option<&Known>,
    labels: Option<&LabelEvaluation>,
) -> Result<Vec<ExpectedAndFound>, Failure> {
    let mut held = Vec::new();
    if let Some(known) = known {
        let blocking = blocking(run, known)?;
        held.extend(expected_and_true(estimates, &rows.unjudged(&known.pairs, &known.truth), blocking));
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

/// Tells which figures are contradicted, or that none is.
pub(super) fn shown(held: &[ExpectedAndFound]) -> Result<(), Failure> {
    for (known_by, name) in [(KnownBy::Truth, "the truth"), (KnownBy::Labels, "the labels")] {
        let of = || held.iter().filter(|held| held.known_by == known_by);
        let (n, n_wrong) = (of().count(), of().filter(|held| held.is_contradiction).count());
        match (n, n_wrong) {
            (0, _) => continue,
            (_, 0) => say(format!(
                "held against {name}, none of the {n} figures that the run expects of itself is contradicted"
            ))?,
            _ => say(format!(
                "{} contradicts {n_wrong} of the {n} figures that the run expects of itself (the 95 % intervals have nothing in common; of so \
                 many figures one may by chance). Unless {name} {} wrong, the run is:",
                if known_by == KnownBy::Truth { "the truth" } else { "what the labels say" },
                if known_by == KnownBy::Truth { "is" } else { "are" }
            ))?,
        }
        for held in of().filter(|held| held.is_contradiction) {
            say(format!("  {}", held.in_words()))?;
        }
    }
    Ok(())
}
