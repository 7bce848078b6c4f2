//! The stored model, opened once, to explain pairs on a page.

use redress_linkage::{Apart, Model, Waterfall, kept_apart};
use redress_statement::RecordId;
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::{App, LinkExplainer, LinkInput, ServiceError, link_records::linkage_error};

/// Name of the report that holds model.json.
pub const MODEL_REPORT: &str = "model";

/// The records as the engine reads them and the newest model, loaded at the first question and kept until
/// the model changes.
#[derive(Default)]
pub struct WaterfallBook {
    open: RwLock<Option<Open>>,
}

struct Open {
    at_us: i64,
    input: LinkInput,
    model: Model,
}

impl WaterfallBook {
    /// The waterfall of a pair under the newest model. None before the first linkage run, or when one of
    /// the records takes no part in linkage.
    ///
    /// # Errors
    /// When the store or the engine fails.
    pub async fn waterfall(
        &self,
        app: &App,
        left: RecordId,
        right: RecordId,
    ) -> Result<Option<Waterfall>, ServiceError> {
        Ok(self.waterfalls(app, &[(left, right)]).await?.pop().flatten())
    }

    /// The waterfalls of several pairs, in their order: the engine is made ready once for all of them.
    ///
    /// # Errors
    /// As [`WaterfallBook::waterfall`].
    pub async fn waterfalls(
        &self,
        app: &App,
        pairs: &[(RecordId, RecordId)],
    ) -> Result<Vec<Option<Waterfall>>, ServiceError> {
        match self.opened(app).await? {
            Some(open) => {
                let explainer = LinkExplainer::try_new(&open.input, &open.model)?;
                Ok(pairs.iter().map(|(left, right)| explainer.waterfall(*left, *right)).collect())
            }
            None => Ok(vec![None; pairs.len()]),
        }
    }

    /// What keeps two records apart whatever they weigh, under the newest model. None where nothing does, before the first
    /// linkage run, and when one of the records takes no part in linkage.
    ///
    /// # Errors
    /// As [`WaterfallBook::waterfall`].
    pub async fn kept_apart(
        &self,
        app: &App,
        left: RecordId,
        right: RecordId,
    ) -> Result<Option<Apart>, ServiceError> {
        let open = self.opened(app).await?;
        Ok(open.and_then(|open| {
            let Open { input, model, .. } = &*open;
            let row = |id| Some(input.row(input.records.binary_search_by_key(&id, |record| record.id).ok()?));
            kept_apart(model, &input.table, &input.config, row(left)?, row(right)?)
        }))
    }

    /// The records and the newest model, loaded where they are not. None before the first linkage run.
    async fn opened(&self, app: &App) -> Result<Option<RwLockReadGuard<'_, Open>>, ServiceError> {
        let Some(report) = app.store.report(MODEL_REPORT).await? else { return Ok(None) };
        let is_current = |open: &Option<Open>| open.as_ref().is_some_and(|open| open.at_us == report.at_us);
        if !is_current(&*self.open.read().await) {
            let model = serde_json::from_str(&report.json)
                .map_err(|source| ServiceError::Report { name: MODEL_REPORT, source })?;
            let input = LinkInput::load(app).await?;
            *self.open.write().await = Some(Open { at_us: report.at_us, input, model });
        }
        let open = RwLockReadGuard::try_map(self.open.read().await, Option::as_ref);
        open.map(Some).map_err(|_| linkage_error("the model was closed while it was being read"))
    }
}
