//! Walks a machine through every sequence of commands up to a length.

use std::fmt::Debug;

use jiff::{Span, civil::Date};
use redress_casefile::{EvolveError, Refusal};

/// A machine under test.
pub(crate) struct Machine<S, C, E> {
    pub(crate) initial: S,
    pub(crate) decide: fn(&S, C) -> Result<Vec<E>, Refusal>,
    pub(crate) evolve: fn(S, &E) -> Result<S, EvolveError>,
    pub(crate) is_final: fn(&S) -> bool,
}

/// Where a walk has come to.
pub(crate) struct Step<'a, S, C, E> {
    /// The state.
    pub(crate) state: &'a S,
    /// The commands that were accepted, in order.
    pub(crate) accepted: &'a [C],
    /// What happened, in order.
    pub(crate) events: &'a [E],
}

impl<S, C, E> Machine<S, C, E>
where
    S: Clone + PartialEq + Debug,
    C: Clone + Debug,
    E: Clone + Debug,
{
    /// Calls `see` after every accepted step of every sequence of `alphabet` up to `length`, and answers
    /// how many accepted steps there were.
    ///
    /// All sequences are covered: a refused command cannot change the state (`decide` borrows it), so what
    /// follows it is what follows without it, and is walked there.
    ///
    /// On the way: what was decided evolves; the history replays to the same state; and a state that is
    /// not final accepts some command of the alphabet that changes it.
    pub(crate) fn walk(&self, alphabet: &[C], length: usize, see: &mut dyn FnMut(&Step<'_, S, C, E>)) -> u64 {
        self.walk_on(&self.initial, alphabet, length, &mut Vec::new(), &mut Vec::new(), see)
    }

    fn walk_on(
        &self,
        state: &S,
        alphabet: &[C],
        length: usize,
        accepted: &mut Vec<C>,
        events: &mut Vec<E>,
        see: &mut dyn FnMut(&Step<'_, S, C, E>),
    ) -> u64 {
        let mut n_steps = 0;
        let mut is_dead_end = true;
        for command in alphabet {
            let Ok(decided) = (self.decide)(state, command.clone()) else { continue };
            is_dead_end &= decided.is_empty();
            if length == 0 {
                continue;
            }
            let next = decided.iter().try_fold(state.clone(), self.evolve).unwrap();
            let n_before = events.len();
            accepted.push(command.clone());
            events.extend(decided);
            let replayed = events.iter().try_fold(self.initial.clone(), self.evolve).unwrap();
            assert_eq!(replayed, next, "the history of {accepted:?} replays to another state");
            see(&Step { state: &next, accepted, events });
            n_steps += 1 + self.walk_on(&next, alphabet, length - 1, accepted, events, see);
            accepted.pop();
            events.truncate(n_before);
        }
        assert!(!is_dead_end || (self.is_final)(state), "{state:?} after {accepted:?}");
        n_steps
    }
}

/// The days of ten years after `first`, weekends and leap days included.
pub(crate) fn ten_years_after(first: Date) -> impl Iterator<Item = Date> {
    first.series(Span::new().days(1)).take(3_653)
}
