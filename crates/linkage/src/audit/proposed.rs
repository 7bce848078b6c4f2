//! Whether blocking proposes a pair: asked of the blocking of a run, made again.

use crate::blocking::{Blocking, share_key};
use crate::config::{Config, ConfigError};
use crate::key::KeyMaker;
use crate::rule;
use crate::table::Table;

/// The blocking of a run.
pub struct Proposed<'a> {
    blocking: Blocking,
    /// Of each rule the keys as they are before large blocks are split; none where every block was compared in full.
    unsplit: Vec<KeyMaker<'a>>,
}

impl<'a> Proposed<'a> {
    /// Makes the blocking of a configuration and a table again.
    ///
    /// # Errors
    /// The configuration does not fit the table.
    pub fn new(config: &Config, table: &'a Table) -> Result<Self, ConfigError> {
        let n = table.n_records() as u64;
        let rules = rule::rules(config, table, n * n.saturating_sub(1) / 2)?;
        let blocking = Blocking::new(&rules, table, config.one_per_source);
        let unsplit = if blocking.not_compared.iter().all(|(_, entry)| entry.pairs_skipped == 0) {
            Vec::new()
        } else {
            rules.iter().map(|rule| KeyMaker::new(rule, table)).collect()
        };
        Ok(Self { blocking, unsplit })
    }

    /// Whether a pair is compared; the order of the records does not matter.
    #[must_use]
    pub fn holds(&self, l: u32, r: u32) -> bool {
        self.blocking.proposes(l.min(r), l.max(r))
    }

    /// Whether a rule puts both records into one block that was too large to be compared in full, and the pair is among what was
    /// left out: it is not compared under any other rule either.
    #[must_use]
    pub fn leaves_out(&self, l: u32, r: u32) -> bool {
        let shares = |maker: &KeyMaker<'_>| {
            let keys = [l, r].map(|record| {
                let mut keys = vec![0; maker.n_slots()];
                maker.write(record, &mut keys);
                keys
            });
            share_key(&keys[0], &keys[1], maker.is_crossed())
        };
        self.blocking.is_admissible(l, r) && self.unsplit.iter().any(shares) && !self.holds(l, r)
    }

    /// Whether a record is in a block of which pairs were left out; other pairs of the record may be compared.
    #[must_use]
    pub fn is_in_cut_block(&self, record: u32) -> bool {
        self.blocking.is_in_cut_block(record)
    }

    /// How many blocking rules cannot reach a record, and of how many: they have no key of it, because a value is missing or
    /// because too many records are alike and only neighbours among them are compared.
    #[must_use]
    pub fn rules_without_key(&self, record: u32) -> (u32, u32) {
        self.blocking.rules_without_key(record)
    }
}
