//! Whether blocking proposes a pair: asked of the blocking of a run, made again.

use crate::blocking::Blocking;
use crate::config::{Config, ConfigError};
use crate::rule;
use crate::table::Table;

/// The blocking of a run.
pub struct Proposed(Blocking);

impl Proposed {
    /// Makes the blocking of a configuration and a table again.
    ///
    /// # Errors
    /// The configuration does not fit the table.
    pub fn new(config: &Config, table: &Table) -> Result<Self, ConfigError> {
        let n = table.n_records() as u64;
        let rules = rule::rules(config, table, n * n.saturating_sub(1) / 2)?;
        Ok(Self(Blocking::new(&rules, table, config.one_per_source)))
    }

    /// Whether a pair is compared; the order of the records does not matter.
    #[must_use]
    pub fn holds(&self, l: u32, r: u32) -> bool {
        self.0.proposes(l.min(r), l.max(r))
    }

    /// How many blocking rules cannot reach a record, and of how many: they have no key of it, because a value is missing or
    /// because too many records are alike and only neighbours among them are compared.
    #[must_use]
    pub fn rules_without_key(&self, record: u32) -> (u32, u32) {
        self.0.rules_without_key(record)
    }
}
