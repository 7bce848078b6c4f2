//! How long steps tell where they are.

/// Somebody who watches a long step.
pub trait Progress: Send + Sync {
    /// `done` of `total` (None where it is not known) in the step `name`.
    fn at(&self, name: &'static str, done: u64, total: Option<u64>);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn at(&self, _: &'static str, _: u64, _: Option<u64>) {}
}
