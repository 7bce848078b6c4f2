//! Single things of a person's own file: a statement to contest, a receipt to keep.

use redress_casefile::StatementRef;
use redress_ports::{AccessPurpose, Receipt};
use redress_statement::{LogIndex, PersonId};

use super::{
    HistoryLine, Reader, RecordView, StatementView, account,
    finding::history_line,
    marks::Marks,
    record::{Names, view},
};
use crate::{App, ServiceError, subject::person_of_event};

/// A statement of the person's own file, with its record.
///
/// # Errors
/// When it is not there or not the person's own: the two look alike on purpose.
pub async fn own_statement(
    app: &App,
    person: PersonId,
    reference: StatementRef,
) -> Result<(RecordView, StatementView), ServiceError> {
    account(app, &Reader::Person(person), person, AccessPurpose::OwnAccess).await?;
    let missing = || ServiceError::not_found(format!("that value of {}", reference.record));
    let case = app.store.case_file(person).await?.ok_or_else(missing)?;
    let record = case.record(reference.record).filter(|record| record.is_accepted()).ok_or_else(missing)?;
    let marks = Marks::load(app, person).await?;
    let record = view(&Names::load(app).await?, record, &[reference], &marks);
    let statement =
        record.statements.iter().find(|s| s.reference == reference).cloned().ok_or_else(missing)?;
    Ok((record, statement))
}

/// A receipt with what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnReceipt {
    /// The act, in words.
    pub line: HistoryLine,
    /// Its place in the log.
    pub index: LogIndex,
    /// The receipt.
    pub receipt: Receipt,
    /// The keys of the log and of its witnesses.
    pub verifier_keys: Vec<String>,
}

/// The receipt of an act in the person's own file.
///
/// # Errors
/// When there is none, or the act is in somebody else's file: the two look alike on purpose.
pub async fn own_receipt(app: &App, person: PersonId, seq: i64) -> Result<OwnReceipt, ServiceError> {
    let missing = || ServiceError::not_found(format!("receipt {seq}"));
    let events = app.store.events(seq.checked_sub(1).ok_or_else(missing)?, 1).await?;
    let recorded = events.into_iter().find(|recorded| recorded.seq == seq).ok_or_else(missing)?;
    if person_of_event(app, &recorded.event).await? != Some(person) {
        return Err(missing());
    }
    let index = recorded.log_index.ok_or_else(missing)?;
    account(app, &Reader::Person(person), person, AccessPurpose::OwnAccess).await?;
    let receipt = app.store.receipt(seq).await?.ok_or_else(missing)?;
    let verifier_keys = app.store.verifier_keys().await?;
    Ok(OwnReceipt { line: history_line(&recorded), index, receipt, verifier_keys })
}
