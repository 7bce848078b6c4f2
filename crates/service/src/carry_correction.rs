//! Carries a correction to everybody who holds the wrong value: its owner, and each recipient of a disclosure (5 U.S.C.
//! 552a(c)(4)). Each is named when the correction is granted, told by a member of staff, and confirms.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use redress_casefile::{
    ADDRESS_PARTS, Actor, CaseRecord, Event, NoticeWay, Reviewer, StreamId,
    correction::{self, Command, CorrectionEvent, Holder, HolderStanding, Request, State},
    packet::PacketReader,
};
use redress_ports::{Access, AccessPurpose};
use redress_statement::{RequestId, SourceId};

use crate::{
    App, ServiceError,
    disclose_source::{RUN, run_of},
    history::{append_of, load_correction, store},
    view::each_read,
};

/// Names the holders of a value whose correction is being granted: the event that follows the grant.
///
/// # Errors
/// When the store fails. Nothing is named where the record has left the file.
pub(crate) async fn name_holders(app: &App, state: &State) -> Result<Vec<CorrectionEvent>, ServiceError> {
    let on = app.clock.today();
    let Some((request, ..)) = state.holders() else { return Ok(Vec::new()) };
    let holders = holders_of(app, request).await?;
    if holders.is_empty() {
        return Ok(Vec::new());
    }
    let days = app.parameters.days("pr_02_days", on)?;
    let tell_by = on.checked_add(i64::from(days).days()).unwrap_or(Date::MAX);
    Ok(correction::decide(state, Command::NameHolders { holders, tell_by, on })?)
}

/// Who holds the value that a request is about, as far as contracts and the accounting of disclosures tell: the owner first.
pub(crate) async fn holders_of(app: &App, request: &Request) -> Result<Vec<Holder>, ServiceError> {
    let case = app.store.case_file(request.person).await?;
    let Some(record) = case.as_ref().and_then(|case| case.record(request.statement.record)) else {
        return Ok(Vec::new());
    };
    let source = &record.record.key.source;
    let sources = app.store.sources().await?;
    let owner = sources.into_iter().find(|row| row.agreement.source == *source);
    let mut holders: Vec<Holder> =
        owner.map(|row| Holder { name: row.agreement.owner, is_owner: true }).into_iter().collect();
    let mut recipients = BTreeSet::new();
    let given = |read: Access| {
        if was_given(&read, record, source, request) {
            recipients.insert(read.receiver);
        }
        recipients.len() < correction::HOLDERS_MAX - 1
    };
    each_read(app, request.person, given).await?;
    let others = recipients.into_iter().filter(|name| holders.iter().all(|owner| owner.name != *name));
    let others: Vec<Holder> = others.map(|name| Holder { name, is_owner: false }).collect();
    holders.extend(others);
    Ok(holders)
}

/// Whether a read gave the value to somebody: an export of its source, or a packet that had it. An officer's or a court's packet
/// has an address for notices only from the day on which somebody contests it.
fn was_given(read: &Access, record: &CaseRecord, source: &SourceId, request: &Request) -> bool {
    if read.purpose != AccessPurpose::Disclosure
        || read.day < record.record.first_seen
        || read.receiver == PacketReader::Person.title()
    {
        return false;
    }
    if read.user_code.split(' ').next() == Some(RUN) {
        // An export of an earlier edition does not say of which source it was.
        return read.user_code == RUN || read.user_code == run_of(source);
    }
    !ADDRESS_PARTS.contains(&request.statement.attribute) || read.day >= request.filed_on
}

/// Records that a holder was told of a correction, and how.
///
/// # Errors
/// [`ServiceError::Refused`] when nothing was granted, the holder is none of those that the request names or was told already, or
/// the role does not allow it.
pub async fn tell_holder(
    app: &App,
    by: &Reviewer,
    id: RequestId,
    holder: &str,
    way: NoticeWay,
) -> Result<(), ServiceError> {
    let on = app.clock.today();
    let command = Command::TellHolder { holder: holder.to_owned(), way, by: by.clone(), on };
    about_holder(app, by, id, command).await
}

/// Records that a holder confirmed that it has the correction.
///
/// # Errors
/// [`ServiceError::Refused`] when it was not told before, or has confirmed already.
pub async fn confirm_holder(
    app: &App,
    by: &Reviewer,
    id: RequestId,
    holder: &str,
) -> Result<(), ServiceError> {
    let command = Command::ConfirmHolder { holder: holder.to_owned(), by: by.clone(), on: app.clock.today() };
    about_holder(app, by, id, command).await
}

async fn about_holder(app: &App, by: &Reviewer, id: RequestId, command: Command) -> Result<(), ServiceError> {
    by.must_handle_cases(command.name())?;
    let loaded = load_correction(app, id).await?;
    if loaded.version == 0 {
        return Err(ServiceError::not_found(id));
    }
    let mut state = loaded.state;
    let mut events = Vec::new();
    // A correction that was granted by an earlier edition names its holders now.
    if state.holders().is_some_and(|(_, _, holders)| !holders.are_named()) {
        events = name_holders(app, &state).await?;
        state = events
            .iter()
            .try_fold(state, correction::evolve)
            .map_err(|error| ServiceError::Replay { stream: id.to_string(), what: error.to_string() })?;
    }
    events.extend(correction::decide(&state, command)?);
    let events = events.into_iter().map(Event::Correction);
    let actor = Actor::Staff(by.clone());
    store(app, vec![append_of(StreamId::Correction(id), loaded.version, &actor, events)]).await
}

/// A holder, for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderLine {
    /// The office.
    pub holder: Holder,
    /// How far it was told.
    pub standing: HolderStanding,
}

impl HolderLine {
    /// Whether nobody has told it yet.
    #[must_use]
    pub const fn is_to_tell(&self) -> bool {
        matches!(self.standing, HolderStanding::ToTell)
    }

    /// Whether it was told and has not confirmed.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        matches!(self.standing, HolderStanding::Told { .. })
    }
}

/// The holders of a corrected value with how far each was told. Empty where nothing was granted.
pub(crate) async fn holder_lines(app: &App, state: &State) -> Result<Vec<HolderLine>, ServiceError> {
    let Some((request, _, named)) = state.holders() else { return Ok(Vec::new()) };
    if named.are_named() {
        return Ok(named.each().map(|(holder, standing)| HolderLine { holder, standing }).collect());
    }
    let holders = holders_of(app, request).await?.into_iter();
    Ok(holders.map(|holder| HolderLine { holder, standing: HolderStanding::ToTell }).collect())
}
