//! Why two records are, or are not, held to be of one person.

use redress_casefile::LinkEvidence;
use redress_linkage::{Model, Waterfall, explain};
use redress_statement::RecordId;

use crate::{LinkInput, RunModel, ServiceError, link_records::linkage_error};

/// Explains pairs under one model.
pub struct LinkExplainer<'a> {
    model: &'a Model,
    input: &'a LinkInput,
}

impl<'a> LinkExplainer<'a> {
    /// Over the records of a run, with its model.
    #[must_use]
    pub fn of(run: &'a RunModel) -> Self {
        Self::new(&run.input, &run.linked.model)
    }

    /// Over loaded records, with a stored model.
    #[must_use]
    pub fn new(input: &'a LinkInput, model: &'a Model) -> Self {
        Self { model, input }
    }

    /// The waterfall of a pair. None when one of the records takes no part in linkage.
    ///
    /// # Errors
    /// When the engine cannot compare them.
    pub fn waterfall(&self, left: RecordId, right: RecordId) -> Result<Option<Waterfall>, ServiceError> {
        let row = |id| self.input.records.binary_search_by_key(&id, |record| record.id).ok();
        match (row(left), row(right)) {
            (Some(left), Some(right)) => self.rows(left, right).map(Some),
            _ => Ok(None),
        }
    }

    /// The evidence of a pair of rows that the run did not propose: it has no interval, so nothing is claimed of its
    /// lower end.
    pub(crate) fn evidence(&self, left: usize, right: usize) -> Result<LinkEvidence, ServiceError> {
        let waterfall = self.rows(left, right)?;
        let (n_agree, n_disagree, n_not_comparable) = waterfall.counts();
        Ok(LinkEvidence {
            match_probability: waterfall.match_probability,
            reliability_low: 0.0,
            reliability_high: waterfall.match_probability,
            n_agree,
            n_disagree,
            n_not_comparable,
        })
    }

    fn rows(&self, left: usize, right: usize) -> Result<Waterfall, ServiceError> {
        let (left, right) = (self.input.row(left), self.input.row(right));
        explain(self.model, &self.input.table, &self.input.config, left, right).map_err(linkage_error)
    }
}
