//! A model that was fitted to some evidence, and how its comparisons hang together beyond it.

use crate::class_table::ClassTable;
use crate::dependence::{self, Among, Dependence, dependences};
use crate::expectation_maximization::{Evidence, Parameters, Training, estimate, estimate_again};
use crate::mixture::Mixture;
use crate::model::Model;
use crate::seen::Seen;

/// What was learned of some evidence.
pub(crate) struct Fitted {
    pub(crate) mixture: Mixture,
    pub(crate) parameters: Parameters,
    pub(crate) training: Training,
    /// What the starting point farthest from the chosen one came to.
    pub(crate) farthest: Parameters,
}

impl Fitted {
    pub(crate) fn of(evidence: &Evidence<'_>) -> Self {
        let mixture = Mixture::new(evidence.comparisons, evidence.n_records);
        let (parameters, training, farthest) = estimate(&mixture, evidence);
        Self { mixture, parameters, training, farthest }
    }

    /// What is learned from other evidence of the same pairs, from where this came to.
    pub(crate) fn anew(&self, evidence: &Evidence<'_>, carry: impl Fn(&Parameters) -> Parameters) -> Self {
        let mixture = Mixture::new(evidence.comparisons, evidence.n_records);
        let (parameters, training) =
            estimate_again(&mixture, evidence, carry(&self.parameters), &self.training);
        Self { mixture, parameters, training, farthest: carry(&self.farthest) }
    }

    /// How comparisons hang together beyond it, the closest first.
    pub(crate) fn dependences(
        &self,
        evidence: &Evidence<'_>,
        seen: &Seen<'_>,
        levels_of: impl Fn(u128) -> Vec<u8>,
    ) -> Vec<Dependence> {
        let Self { mixture, parameters, training, .. } = self;
        let model = Model::new(evidence.comparisons.to_vec(), mixture, parameters, training.clone());
        let learned = (mixture, &ClassTable::new(mixture, parameters));
        let width = evidence.comparisons.len();
        let compared = || evidence.levels.chunks(width).zip(seen.counts.n_pairs.iter().copied());
        let mut found = dependences(Among::OnePerson, learned, &model, compared());
        // Who is not one person is mostly not proposed; where rules propose all pairs, those are all that there are.
        found.extend(match &seen.all {
            None => dependences(Among::DifferentPeople, learned, &model, compared()),
            Some(drawn) => {
                let levels: Vec<u8> = drawn.keys.iter().flat_map(|key| levels_of(*key)).collect();
                let drawn = levels.chunks(width).zip(drawn.n_pairs.iter().copied());
                dependences(Among::DifferentPeople, learned, &model, drawn)
            }
        });
        dependence::sort(&mut found);
        found
    }
}
