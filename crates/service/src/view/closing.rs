//! A closing with its evidence, its items and what was done.

use std::collections::BTreeSet;

use redress_casefile::{
    Event, Reviewer, StreamId,
    closing::{ClosedItem, ClosingEvent, Rung},
};
use redress_ports::{AccessPurpose, ClosingRow};
use redress_statement::{ClosingId, FindingId, RecordId};

use super::{
    HistoryLine, Reader, RecordView, account,
    finding::history_line,
    marks::Marks,
    record::{Names, view},
};
use crate::{App, ServiceError};

/// What a closing's page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosingView {
    /// The closing.
    pub row: ClosingRow,
    /// The finding that shows the departure.
    pub finding: FindingId,
    /// How good the evidence is.
    pub rung: Rung,
    /// Who proposed it: somebody else approves it.
    pub proposed_by: Reviewer,
    /// What it ends.
    pub items: Vec<ClosedItem>,
    /// The records that carry the items, each once.
    pub records: Vec<RecordView>,
    /// What was done.
    pub history: Vec<HistoryLine>,
}

/// Shows a closing to its person or to a reviewer.
///
/// # Errors
/// When it is not there, or not the reader's own.
pub async fn closing_view(app: &App, reader: &Reader, id: ClosingId) -> Result<ClosingView, ServiceError> {
    let events = app.store.load(StreamId::Closing(id)).await?;
    let Some(Event::Closing(ClosingEvent::ClosingProposed { person, finding, rung, items, by, .. })) =
        events.first().map(|recorded| recorded.event.clone())
    else {
        return Err(ServiceError::not_found(id));
    };
    let purpose = match reader {
        Reader::Person(own) if *own == person => AccessPurpose::OwnAccess,
        Reader::Person(_) => return Err(ServiceError::not_found(id)),
        Reader::Staff(_) => AccessPurpose::FindingReview,
    };
    account(app, reader, person, purpose).await?;
    let row = app.store.closings_of(person).await?.into_iter().find(|row| row.closing == id);
    let row = row.ok_or_else(|| ServiceError::not_found(id))?;
    let case = app.store.case_file(person).await?.ok_or_else(|| ServiceError::not_found(person))?;
    let names = Names::load(app).await?;
    let marks = Marks::load(app, person).await?;
    let inputs: Vec<_> = items.iter().map(|item| item.statement).collect();
    let ids: BTreeSet<RecordId> = items.iter().map(|item| item.record).collect();
    let records = ids.into_iter().filter_map(|id| case.record(id));
    let records = records.map(|record| view(&names, record, &inputs, &marks)).collect();
    Ok(ClosingView {
        row,
        finding,
        rung,
        proposed_by: by,
        items,
        records,
        history: events.iter().map(history_line).collect(),
    })
}
