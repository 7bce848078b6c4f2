//! A correction request with its clocks and what was done.

use jiff::civil::Date;
use redress_casefile::{
    CaseRecord, DECIDE_APPEAL_WITHIN, Event, PastAct, Reviewer, StatementRef, StreamId,
    correction::{CorrectionEvent, Determination},
    hold,
};
use redress_ports::{AccessPurpose, FindingRow, Recorded, RequestRow};
use redress_statement::{Attribute, RequestId};

use super::{
    HistoryLine, Reader, RecordView, account,
    desk::title,
    finding::history_line,
    marks::{Correction, Marks},
    record::{Names, view},
};
use crate::{
    App, ServiceError,
    carry_correction::{HolderLine, holder_lines},
    correct_record::{allowed_words, newest_hold, other_parts},
    history::{load_correction, load_hold},
    inputs_of,
};

/// A refusal, and where it can be appealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalView {
    /// Who refused.
    pub by: Reviewer,
    /// The day.
    pub on: Date,
    /// The office that reviews it, with its address.
    pub review_office: String,
    /// Until when the hold stands at least, so that an appeal finds it in place.
    pub held_until: Date,
}

/// What a request's page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestView {
    /// The request.
    pub row: RequestRow,
    /// The contested statement.
    pub statement: StatementRef,
    /// What the person wrote: what is wrong, what is right, the papers, how to reach them.
    pub answers: [Option<String>; 4],
    /// What the value was corrected to. None unless it was granted.
    pub corrected: Option<String>,
    /// For a value that says what was done: what was found wrong with it, and what is right. None unless it was granted.
    pub found_wrong: Option<String>,
    /// The other parts of the address that the value is a part of: they are corrected together. Each with what it says now.
    pub parts: Vec<AddressPart>,
    /// What is asked of a corrected value, in words. Empty where any words do.
    pub allowed: &'static str,
    /// The act that the value tells of. None where it says how something is.
    pub past_act: Option<PastAct>,
    /// The record, with the contested statement marked. None once it left the file.
    pub record: Option<RecordView>,
    /// The first refusal. None unless there was one.
    pub refusal: Option<RefusalView>,
    /// Who holds the corrected value, the owner first, with how far each was told. Empty unless the correction was granted.
    pub holders: Vec<HolderLine>,
    /// How the hold of the request can end now.
    pub hold_end: HoldEnd,
    /// What was done, with the end of the hold.
    pub history: Vec<HistoryLine>,
    /// Findings in the same file that rest on the value, with what they say. For a reviewer only.
    pub findings: Vec<(FindingRow, &'static str)>,
}

/// A part of an address, which is corrected with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressPart {
    /// Which.
    pub attribute: Attribute,
    /// Its name in plain words.
    pub name: &'static str,
    /// What the source wrote.
    pub now: String,
}

impl RequestView {
    /// Whether the person got what was asked for.
    #[must_use]
    pub const fn is_granted(&self) -> bool {
        self.corrected.is_some() || self.found_wrong.is_some()
    }

    /// Whether the person contests a value of the record, or has attached words of disagreement to one: the letters to the holders
    /// say so.
    #[must_use]
    pub fn is_contested_besides(&self) -> bool {
        let statements = self.record.iter().flat_map(|record| &record.statements);
        statements.into_iter().any(|said| said.is_held || said.disagreement.is_some())
    }

    /// What the form for the determination begins with: the person's own answer to what would be right. Empty where there is
    /// none, or it is longer than the form takes.
    #[must_use]
    pub fn suggested(&self) -> &str {
        let answer = self.answers[1].as_deref().unwrap_or_default().trim();
        if answer.chars().nth(SUGGESTED_CHARS_MAX).is_some() { "" } else { answer }
    }
}

/// The longest answer that a form begins with, in characters.
const SUGGESTED_CHARS_MAX: usize = 400;

/// The other parts of an address that a record states.
fn parts(record: &CaseRecord, about: Attribute) -> Vec<AddressPart> {
    let said = other_parts(record, about).into_iter().filter_map(|reference| {
        let said = record.record.statement(reference.attribute)?;
        Some(AddressPart {
            attribute: reference.attribute,
            name: reference.attribute.plain_name(),
            now: said.original.to_string(),
        })
    });
    said.collect()
}

/// How the hold of a request can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldEnd {
    /// Not yet, or it has ended.
    None,
    /// The person can be told that it will.
    Announce,
    /// The person was told; it can be lifted once the time for it is over.
    Lift,
}

async fn hold_end(app: &App, row: &RequestRow) -> Result<HoldEnd, ServiceError> {
    if !matches!(row.state.as_str(), "refused" | "final" | "withdrawn") {
        return Ok(HoldEnd::None);
    }
    let hold = newest_hold(app, row.request).await?;
    Ok(match load_hold(app, hold).await?.state {
        hold::State::Placed(_) => HoldEnd::Announce,
        hold::State::LiftAnnounced { .. } => HoldEnd::Lift,
        hold::State::Unplaced | hold::State::Lifted { .. } => HoldEnd::None,
    })
}

/// Shows a request to its person or to a reviewer.
///
/// # Errors
/// When it is not there, or not the reader's own.
pub async fn request_view(app: &App, reader: &Reader, id: RequestId) -> Result<RequestView, ServiceError> {
    let row = app.store.request(id).await?.ok_or_else(|| ServiceError::not_found(id))?;
    let purpose = match reader {
        Reader::Person(own) if *own == row.person => AccessPurpose::OwnAccess,
        Reader::Person(_) => return Err(ServiceError::not_found(id)),
        Reader::Staff(_) => AccessPurpose::CorrectionRequest,
    };
    account(app, reader, row.person, purpose).await?;
    let events = app.store.load(StreamId::Correction(id)).await?;
    let (statement, answers) = filed_in(id, &events)?;
    let marks = Marks::load(app, row.person).await?;
    let case = app.store.case_file(row.person).await?;
    let names = Names::load(app).await?;
    let record = case.as_ref().and_then(|case| case.record(statement.record));
    let correction = match record {
        Some(record) => marks.correction(record, statement),
        // The record has left the file: what was decided is told all the same.
        None => marks.corrected(statement).map(|to| Correction::Corrected(to.to_owned())),
    };
    let (corrected, found_wrong) = Correction::into_fields(correction);
    Ok(RequestView {
        hold_end: hold_end(app, &row).await?,
        holders: holder_lines(app, &load_correction(app, id).await?.state).await?,
        statement,
        corrected,
        found_wrong,
        parts: record.map(|record| parts(record, statement.attribute)).unwrap_or_default(),
        allowed: allowed_words(statement.attribute),
        past_act: record.and_then(|record| PastAct::of(&record.record, statement.attribute)),
        answers,
        record: record.map(|record| view(&names, record, &[statement], &marks)),
        refusal: events.iter().find_map(|recorded| refusal(&recorded.event)),
        history: history(app, &row, &events).await?,
        findings: match reader {
            Reader::Staff(_) => findings_on(app, &row, statement).await?,
            Reader::Person(_) => Vec::new(),
        },
        row,
    })
}

/// The contested statement and what the person wrote about it: what is wrong, what is right, the papers, how to reach them.
type Filed = (StatementRef, [Option<String>; 4]);

/// What was filed in a request.
pub(crate) async fn filed(app: &App, id: RequestId) -> Result<Filed, ServiceError> {
    filed_in(id, &app.store.load(StreamId::Correction(id)).await?)
}

fn filed_in(id: RequestId, events: &[Recorded]) -> Result<Filed, ServiceError> {
    let Some(Event::Correction(CorrectionEvent::RequestFiled {
        statement,
        what_is_wrong,
        what_is_right,
        papers,
        reach,
        ..
    })) = events.first().map(|recorded| &recorded.event)
    else {
        return Err(ServiceError::Replay {
            stream: id.to_string(),
            what: "its first event files nothing".into(),
        });
    };
    let answers = [what_is_wrong, what_is_right, papers, reach].map(|words| words.text().map(str::to_owned));
    Ok((*statement, answers))
}

/// The request's own events, and how its hold ended.
async fn history(app: &App, row: &RequestRow, events: &[Recorded]) -> Result<Vec<HistoryLine>, ServiceError> {
    let hold = newest_hold(app, row.request).await?;
    let of_hold = app.store.load(StreamId::Hold(hold)).await?;
    let ends = of_hold.iter().filter(|recorded| recorded.event.kind() != "hold_placed");
    let mut lines: Vec<HistoryLine> = events.iter().chain(ends).map(history_line).collect();
    lines.sort_by_key(|line| line.seq);
    Ok(lines)
}

/// The findings that rest on a value: what the checks make of it belongs beside what the person says to it.
async fn findings_on(
    app: &App,
    row: &RequestRow,
    statement: StatementRef,
) -> Result<Vec<(FindingRow, &'static str)>, ServiceError> {
    let mut on_it = Vec::new();
    for finding in app.store.findings_of(row.person).await? {
        if inputs_of(app, finding.finding).await?.contains(&statement) {
            let title = title(&finding.check);
            on_it.push((finding, title));
        }
    }
    Ok(on_it)
}

fn refusal(event: &Event) -> Option<RefusalView> {
    let Event::Correction(CorrectionEvent::RequestDetermined {
        determination: Determination::Refused { review_office },
        on,
        by,
        ..
    }) = event
    else {
        return None;
    };
    let held_until = DECIDE_APPEAL_WITHIN.last_day(*on);
    Some(RefusalView { by: by.clone(), on: *on, review_office: review_office.clone(), held_until })
}
