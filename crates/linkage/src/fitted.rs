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
        let compared = |each: f64| {
            let n_pairs = seen.counts.n_pairs.iter().map(move |n| *n as f64 * each);
            evidence.levels.chunks(width).zip(n_pairs)
        };
        let mut found = dependences(Among::OnePerson, learned, &model, compared(1.0));
        // A random draw from all pairs: those that no rule proposes as they were drawn, and of the others as many as the draw would have held.
        let (levels, n_drawn, each) = match &seen.all {
            None => (Vec::new(), &[][..], 1.0),
            Some(drawn) => {
                let rest = seen.n_pairs_all - seen.counts.total();
                let levels: Vec<u8> = drawn.keys.iter().flat_map(|key| levels_of(*key)).collect();
                (levels, &drawn.n_pairs[..], drawn.total() as f64 / rest as f64)
            }
        };
        let drawn = levels.chunks(width).zip(n_drawn.iter().map(|n| *n as f64));
        found.extend(dependences(Among::DifferentPeople, learned, &model, drawn.chain(compared(each))));
        dependence::sort(&mut found);
        found
    }
}
