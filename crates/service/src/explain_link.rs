//! Why two records are, or are not, held to be of one person.

use redress_casefile::LinkEvidence;
use redress_linkage::{Model, Table, Waterfall, explain};
use redress_ports::StoredRecord;
use redress_statement::RecordId;

use crate::{LinkInput, RunModel, ServiceError, link_records::linkage_error};

/// Explains pairs under one model.
pub struct LinkExplainer<'a> {
    model: &'a Model,
    table: &'a Table,
    records: &'a [StoredRecord],
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
        Self { model, table: &input.table, records: &input.records }
    }

    /// The waterfall of a pair. None when one of the records takes no part in linkage.
    ///
    /// # Errors
    /// When the engine cannot compare them.
    pub fn waterfall(&self, left: RecordId, right: RecordId) -> Result<Option<Waterfall>, ServiceError> {
        let row = |id| self.records.binary_search_by_key(&id, |record| record.id).ok();
        match (row(left), row(right)) {
            (Some(left), Some(right)) => self.rows(left, right).map(Some),
            _ => Ok(None),
        }
    }

    /// The evidence of a pair of rows that the run did not propose.
    pub(crate) fn evidence(&self, left: usize, right: usize) -> Result<LinkEvidence, ServiceError> {
        let waterfall = self.rows(left, right)?;
        Ok(LinkEvidence {
            match_probability: waterfall.match_probability,
            reliability_low: waterfall.reliability_low,
            reliability_high: waterfall.reliability_high,
            n_agree: waterfall.n_agree,
            n_disagree: waterfall.n_disagree,
            n_not_comparable: waterfall.n_not_comparable,
        })
    }

    fn rows(&self, left: usize, right: usize) -> Result<Waterfall, ServiceError> {
        explain(self.model, self.table, left as u32, right as u32).map_err(linkage_error)
    }
}
