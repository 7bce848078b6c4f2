//! What clerical labels did to the pairs from which clusters are made.

use crate::model::{Model, probability};

/// A map from labels is told of loudly where it leaves less than this share of the pairs that would make clusters without it.
const SHARE_LEFT_MIN: f64 = 0.75;

/// How many compared pairs reach the probability from which clusters are made, with labels and without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelsEffect {
    /// The probability from which clusters are made.
    pub cluster_probability: f64,
    /// Pairs that people decided.
    pub n_decided: usize,
    /// Pairs that reach it by the model alone.
    pub n_without: u64,
    /// Pairs that reach it by what the labels say of their match weight.
    pub n_with: u64,
}

impl LabelsEffect {
    /// Counts over the patterns of a model; `None` where no labels calibrated it.
    pub(crate) fn of(model: &Model, cluster_probability: f64) -> Option<Self> {
        let n_decided = model.label_calibration.as_ref()?.n_decided;
        let (mut n_without, mut n_with) = (0, 0);
        for pattern in &model.patterns {
            let count = |p: f64| if p >= cluster_probability { pattern.n_pairs } else { 0 };
            n_without += count(probability(pattern.match_weight_bits));
            n_with += count(pattern.match_probability);
        }
        Some(Self { cluster_probability, n_decided, n_without, n_with })
    }

    /// What must be known before such clusters are used; `None` where the labels leave three quarters of the pairs.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let Self { cluster_probability, n_decided, n_without, n_with } = *self;
        if n_with as f64 >= SHARE_LEFT_MIN * n_without as f64 {
            return None;
        }
        let with = if n_with == 0 {
            "no pair but a judged one reaches".to_owned()
        } else {
            format!("only {n_with} pairs reach")
        };
        Some(format!(
            "with the probabilities of these {n_decided} labels {with} output.cluster_probability, {cluster_probability}; without them it \
             was {n_without}: clusters fall apart that the model holds together. Either the model is too sure of such pairs, or too few of them \
             were judged, or judged wrongly: judge more pairs above {cluster_probability} and have those judged different looked at again \
             before these clusters are used; if the labels stand, the model was wrong and they are right"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(n_without: u64, n_with: u64, says: Option<&str>) {
        let effect = LabelsEffect { cluster_probability: 0.95, n_decided: 40, n_without, n_with };
        let warning = effect.warning();
        assert_eq!(warning.is_some(), says.is_some(), "{warning:?}");
        assert!(warning.unwrap_or_default().contains(says.unwrap_or_default()));
    }

    #[test]
    fn labels_that_part_most_clusters_are_told_of() {
        check(0, 0, None);
        check(1_500, 1_400, None);
        check(1_500, 1_125, None);
        check(
            1_500,
            1_124,
            Some("only 1124 pairs reach output.cluster_probability, 0.95; without them it was 1500"),
        );
        check(1_500, 0, Some("no pair but a judged one reaches"));
    }
}
