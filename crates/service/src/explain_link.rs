//! Why two records are, or are not, held to be of one person.

use redress_casefile::LinkEvidence;
use redress_linkage::{CellText, Explainer, Model, Waterfall};
use redress_statement::RecordId;

use crate::{
    LinkInput, RunModel, ServiceError,
    link_records::{COLUMNS, linkage_error},
};

/// Explains pairs under one model.
pub struct LinkExplainer<'a> {
    explainer: Explainer<'a>,
    input: &'a LinkInput,
}

impl<'a> LinkExplainer<'a> {
    /// Over the records of a run, with its model.
    ///
    /// # Errors
    /// When the engine cannot compare them.
    pub fn of(run: &'a RunModel) -> Result<Self, ServiceError> {
        Self::try_new(&run.input, &run.linked.model)
    }

    /// Over loaded records, with a stored model.
    ///
    /// # Errors
    /// When the model was made with other comparisons.
    pub fn try_new(input: &'a LinkInput, model: &'a Model) -> Result<Self, ServiceError> {
        let explainer = Explainer::try_new(model, &input.table, &input.config).map_err(linkage_error)?;
        Ok(Self { explainer, input })
    }

    /// The waterfall of a pair, in the words of its records. None when one of them takes no part in linkage.
    #[must_use]
    pub fn waterfall(&self, left: RecordId, right: RecordId) -> Option<Waterfall> {
        let place = |id| self.input.records.binary_search_by_key(&id, |record| record.id).ok();
        let (left, right) = (place(left)?, place(right)?);
        let cell = |place: usize, column: &str| {
            let (_, attribute) = COLUMNS.iter().find(|(name, _)| *name == column)?;
            let statement = self.input.records[place].record.statement(*attribute)?;
            Some(CellText {
                original: statement.original.to_string(),
                read: statement.normalized.as_deref().map(str::to_owned),
            })
        };
        let (cell_l, cell_r) = (|column: &str| cell(left, column), |column: &str| cell(right, column));
        let (row_l, row_r) = (self.input.row(left), self.input.row(right));
        Some(self.explainer.pair_in_own_words(row_l, row_r, [&cell_l, &cell_r]))
    }

    /// The evidence of a pair of rows that the run did not propose: it has no interval, so nothing is claimed of its
    /// lower end.
    pub(crate) fn evidence(&self, left: usize, right: usize) -> LinkEvidence {
        let waterfall = self.rows(left, right);
        let (n_agree, n_disagree, n_not_comparable) = waterfall.counts();
        LinkEvidence {
            match_probability: waterfall.match_probability,
            reliability_low: 0.0,
            reliability_high: waterfall.match_probability,
            n_agree,
            n_disagree,
            n_not_comparable,
        }
    }

    fn rows(&self, left: usize, right: usize) -> Waterfall {
        self.explainer.pair(self.input.row(left), self.input.row(right))
    }
}
