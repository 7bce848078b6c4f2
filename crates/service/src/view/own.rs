//! Single things of a person's own file: a statement to contest, a receipt to keep.

use redress_casefile::{Event, StatementRef};
use redress_ports::{AccessPurpose, Receipt, Recorded};
use redress_statement::{LogIndex, PersonId};

use super::{
    Reader, RecordView, StatementView, account,
    record::{Names, held, view},
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
    let held = held(&app.store.holds_of(person).await?);
    let record = view(&Names::load(app).await?, record, &[reference], &held);
    let statement =
        record.statements.iter().find(|s| s.reference == reference).cloned().ok_or_else(missing)?;
    Ok((record, statement))
}

/// The receipt of an act in the person's own file, and its place in the log.
///
/// # Errors
/// When there is none, or the act is in somebody else's file.
pub async fn own_receipt(app: &App, person: PersonId, seq: i64) -> Result<(Receipt, LogIndex), ServiceError> {
    let missing = || ServiceError::not_found(format!("receipt {seq}"));
    let events = app.store.events(seq.checked_sub(1).ok_or_else(missing)?, 1).await?;
    let Some(Recorded { event, log_index: Some(index), .. }) = events.into_iter().find(|e| e.seq == seq)
    else {
        return Err(missing());
    };
    if person_of(app, &event).await? != Some(person) {
        return Err(missing());
    }
    let receipt = app.store.receipt(seq).await?.ok_or_else(missing)?;
    Ok((receipt, index))
}

async fn person_of(app: &App, event: &Event) -> Result<Option<PersonId>, ServiceError> {
    person_of_event(app, event).await
}
