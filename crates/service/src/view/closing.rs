//! A closing with its evidence, its items and what was done.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_casefile::{
    CaseRecord, Event, Reviewer, StreamId,
    closing::{Allowed, ClosedItem, ClosingEvent, Ladder, Rung},
};
use redress_ports::{AccessPurpose, ClosingRow};
use redress_statement::{Attribute, ClosingId, FindingId, RecordId};

use super::{
    HistoryLine, Reader, RecordView, account,
    finding::history_line,
    marks::Marks,
    record::{Names, view},
};
use crate::{
    App, ServiceError,
    departure_evidence::{ladder_of, left_open},
};

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
    /// What the records say of the departure today. None where none of them states one any more.
    pub ladder: Option<LadderView>,
    /// What it ends.
    pub items: Vec<ClosedItem>,
    /// What it does not end, though it is open.
    pub left_open: Vec<LeftOpenLine>,
    /// The records that carry the items, each once.
    pub records: Vec<RecordView>,
    /// What was done.
    pub history: Vec<HistoryLine>,
}

/// The ladder of evidence, for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderView {
    /// How good the evidence is today.
    pub rung: Rung,
    /// What it allows.
    pub allowed: Allowed,
    /// The records that state the departure.
    pub items: Vec<LadderLine>,
    /// Signs that the person was here afterwards.
    pub presences: Vec<LadderLine>,
}

impl LadderView {
    /// The rung as a letter.
    #[must_use]
    pub const fn rung_letter(&self) -> &'static str {
        self.rung.letter()
    }
}

impl ClosingView {
    /// What the records allow today: a question only, where none states the departure any more.
    #[must_use]
    pub fn allowed(&self) -> Allowed {
        self.ladder.as_ref().map_or(Allowed::Ask, |ladder| ladder.allowed)
    }
}

/// One item of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderLine {
    /// The source's name for people.
    pub source_title: String,
    /// What it says, in plain words.
    pub what: &'static str,
    /// The day that it gives.
    pub on: Date,
    /// What it rests on, in words. Empty for a sign of presence.
    pub basis: &'static str,
    /// Whether an office says so.
    pub is_official: bool,
    /// Whether it says that it took place, rather than that it was planned or noted.
    pub has_happened: bool,
}

/// Something open that no closing ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpenLine {
    /// The source's name for people.
    pub source_title: String,
    /// What is open, in plain words.
    pub what: &'static str,
    /// The day that it names.
    pub on: Option<Date>,
    /// Why it stays.
    pub why: &'static str,
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
    let ladder = ladder_of(app, finding, &case).await?.map(|ladder| shown(&names, &ladder));
    let left_open = left_open(&case, app.clock.today());
    let left_open = left_open.iter().map(|left| LeftOpenLine {
        source_title: case
            .record(left.statement.record)
            .map_or_else(String::new, |record| names.title(&record.record.key.source)),
        what: left.statement.attribute.plain_name(),
        on: left.on,
        why: left.why,
    });
    Ok(ClosingView {
        row,
        finding,
        rung,
        proposed_by: by,
        ladder,
        items,
        left_open: left_open.collect(),
        records,
        history: events.iter().map(history_line).collect(),
    })
}

fn shown(names: &Names, ladder: &Ladder<'_>) -> LadderView {
    let title = |record: &CaseRecord| names.title(&record.record.key.source);
    LadderView {
        rung: ladder.rung,
        allowed: ladder.allows(),
        items: ladder
            .items
            .iter()
            .map(|item| LadderLine {
                source_title: title(item.record),
                what: Attribute::DepartedOn.plain_name(),
                on: item.on,
                basis: item.basis.in_words(),
                is_official: item.basis.is_official(),
                has_happened: item.basis.has_happened(),
            })
            .collect(),
        presences: ladder
            .presences
            .iter()
            .map(|item| LadderLine {
                source_title: title(item.record),
                what: item.attribute.plain_name(),
                on: item.on,
                basis: "",
                is_official: true,
                has_happened: true,
            })
            .collect(),
    }
}
