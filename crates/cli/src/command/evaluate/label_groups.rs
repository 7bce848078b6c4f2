//! What labels say of each group: the same figures as for all, over the labelled pairs with a record of the group.

use std::collections::BTreeSet;

use redress_linkage::{Dimension, LABELLED_PAIRS_MIN, LabelEvaluation, WeighedLabel, evaluate_labels};
use serde::Serialize;

use super::{THRESHOLDS, of_labels::said};
use crate::{command::say, failure::Failure};

/// The labels of one group.
#[derive(Serialize)]
pub(super) struct LabelGroup {
    column: String,
    group: String,
    /// Labelled pairs with a record of the group; a pair of two groups counts in both.
    n_pairs: usize,
    /// What they say, each weighed by the probability with which it was drawn; `None` for fewer than 30 pairs.
    evaluation: Option<LabelEvaluation>,
}

/// The figures of every group of every column.
pub(super) fn label_groups(pairs: &[WeighedLabel], dimensions: &[Dimension], seed: u64) -> Vec<LabelGroup> {
    dimensions.iter().flat_map(|dimension| of_dimension(pairs, dimension, seed)).collect()
}

fn of_dimension(pairs: &[WeighedLabel], dimension: &Dimension, seed: u64) -> Vec<LabelGroup> {
    let strata =
        |pair: &WeighedLabel| [pair.label.l, pair.label.r].map(|record| dimension.of_record[record as usize]);
    let groups: BTreeSet<u16> = pairs.iter().flat_map(strata).collect();
    let of_group = |group: u16| {
        let inside: Vec<WeighedLabel> =
            pairs.iter().filter(|pair| strata(pair).contains(&group)).cloned().collect();
        let is_enough = inside.len() >= LABELLED_PAIRS_MIN;
        LabelGroup {
            column: dimension.name.clone(),
            group: dimension.strata[usize::from(group)].clone(),
            n_pairs: inside.len(),
            evaluation: is_enough.then(|| evaluate_labels(&inside, &[], &THRESHOLDS, seed)),
        }
    };
    groups.into_iter().map(of_group).collect()
}

/// Tells the figures of the groups; those of too few pairs by their number alone.
pub(super) fn shown(groups: &[LabelGroup]) -> Result<(), Failure> {
    for group in groups {
        let Some(found) = &group.evaluation else { continue };
        for at in &found.at {
            say(format!(
                "{} {} ({} labelled pairs), at {}: precision {}, recall {}",
                group.column,
                group.group,
                group.n_pairs,
                at.threshold,
                said(found, at, at.precision),
                said(found, at, at.recall)
            ))?;
        }
    }
    let n_small = groups.iter().filter(|group| group.evaluation.is_none()).count();
    if n_small > 0 {
        say(format!("{n_small} groups have fewer than {LABELLED_PAIRS_MIN} labelled pairs: not estimable"))?;
    }
    Ok(())
}
