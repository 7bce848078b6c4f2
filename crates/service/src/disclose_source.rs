//! Gives the records of a source to a recipient: each value with its mark, each read accounted for.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::civil::Date;
use redress_casefile::{
    ADDRESS_PARTS, Event, PastAct, StatementRef,
    correction::{CorrectionEvent, Determination},
    hold::HoldEvent,
};
use redress_ports::{
    Access, AccessPurpose, Disclosed, PAGE_ROWS_MAX, Page, ReadError, SourceRow, StoredRecord, ValueMark,
};
use redress_statement::{Attribute, HoldId, PersonId, Record, RecordId, RequestId, SourceId, Statement};

use crate::{App, ServiceError, import_source::check_in_force};

/// Records that are read at a time.
const BATCH_RECORDS: u32 = 1_000;
/// Longest name of a recipient, in characters.
const RECIPIENT_CHARS_MAX: usize = 200;
/// The run's name in the accounting of reads, before the name of the source.
pub(crate) const RUN: &str = "export";
/// Stands where words were erased.
const ERASED: &str = "the text was erased";

/// What was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// Records that were given.
    pub n_records: u64,
    /// Records that were kept back, because they are in nobody's file: no person could be told of the disclosure.
    pub n_kept_back: u64,
    /// Marks of contested values that were handed over with the records.
    pub n_contested: u64,
    /// The newest extract, by the day that it describes.
    pub as_of: Option<Date>,
    /// What that extract says it covers. Of anything else the disclosure says nothing.
    pub sections: Vec<String>,
}

/// Hands every record of a source to `sink`, with the marks of its values.
///
/// Before a record is handed over, the read is accounted for in the file of its person, with the recipient's name. The
/// records of nobody are kept back and counted.
///
/// # Errors
/// [`ReadError::Refused`] when the agreement of the source is not in force, [`ReadError::Call`] when the source is not
/// stored or the recipient has no name, [`ReadError::System`] when `sink` fails.
pub async fn disclose_source(
    app: &App,
    source: &SourceId,
    recipient: &str,
    sink: &mut (dyn FnMut(&Disclosed) -> io::Result<()> + Send),
) -> Result<Disclosure, ServiceError> {
    let recipient = named_recipient(recipient)?;
    let row = stored_source(app, source).await?;
    check_in_force(app, &row.agreement)?;
    let mut marks = Marks::default();
    let mut given =
        Disclosure { as_of: row.as_of, sections: row.agreement.sections, ..Disclosure::default() };
    let (mut after, mut told) = (None, BTreeSet::new());
    loop {
        let batch = app.store.records_of(source, after, BATCH_RECORDS).await?;
        let Some(last) = batch.last() else { return Ok(given) };
        after = Some(last.id);
        // What was contested by the time that a read is accounted for leaves with its mark.
        let at_us = app.clock.now_us();
        marks.read(app).await?;
        account(app, source, &batch, (recipient, at_us, marks.up_to), &mut told).await?;
        for stored in batch {
            if stored.person.is_none() {
                given.n_kept_back += 1;
                continue;
            }
            let disclosed = marks.disclosed(stored);
            given.n_records += 1;
            given.n_contested += disclosed.marks.values().filter(|mark| mark.is_contested).count() as u64;
            sink(&disclosed).map_err(|error| {
                ReadError::System(format!("the export of source `{source}` cannot be written: {error}"))
            })?;
        }
    }
}

/// The name of a recipient, as it is accounted for.
///
/// # Errors
/// [`ReadError::Call`] when there is none, or it is too long to be shown.
pub(crate) fn named_recipient(recipient: &str) -> Result<&str, ServiceError> {
    let recipient = recipient.trim();
    if !recipient.is_empty() && recipient.chars().nth(RECIPIENT_CHARS_MAX).is_none() {
        return Ok(recipient);
    }
    Err(ReadError::Call(format!(
        "the recipient `{recipient}` is not named in 1 to {RECIPIENT_CHARS_MAX} characters: each person is told to \
         whom the records were given"
    ))
    .into())
}

/// For each extract of a source, by the day that it describes, the time at which it says that its own source was observed.
///
/// # Errors
/// When the store fails.
pub async fn observed_times(app: &App, source: &SourceId) -> Result<BTreeMap<Date, String>, ServiceError> {
    let (mut times, mut offset) = (BTreeMap::new(), 0);
    loop {
        let page = app.store.snapshots(Page { offset, limit: PAGE_ROWS_MAX }).await?;
        if page.is_empty() {
            return Ok(times);
        }
        offset += page.len() as u32;
        for row in page.into_iter().filter(|row| row.report.snapshot.source == *source) {
            if let Some(observed) = row.report.columns.observed_at {
                times.insert(row.report.snapshot.as_of, observed);
            }
        }
    }
}

/// The name of a run that gives out a source, in the accounting of reads.
pub(crate) fn run_of(source: &SourceId) -> String {
    format!("{RUN} {source}")
}

async fn stored_source(app: &App, source: &SourceId) -> Result<SourceRow, ServiceError> {
    let stored = app.store.sources().await?;
    let names: Vec<String> = stored.iter().map(|row| row.agreement.source.to_string()).collect();
    stored.into_iter().find(|row| row.agreement.source == *source).ok_or_else(|| {
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        ReadError::Call(format!("source `{source}` is not stored; stored are: {known}")).into()
    })
}

/// Accounts for the reads of a batch, once a person.
async fn account(
    app: &App,
    source: &SourceId,
    batch: &[StoredRecord],
    (recipient, at_us, marked_up_to): (&str, i64, i64),
    told: &mut BTreeSet<PersonId>,
) -> Result<(), ServiceError> {
    let persons = batch.iter().filter_map(|stored| stored.person).filter(|person| told.insert(*person));
    let accesses: Vec<Access> = persons
        .map(|person| Access {
            person,
            at_us,
            day: app.clock.today(),
            user_code: run_of(source),
            receiver: recipient.to_owned(),
            purpose: AccessPurpose::Disclosure,
            marked_up_to: Some(marked_up_to),
        })
        .collect();
    Ok(app.store.put_accesses(&accesses).await?)
}

/// The marks of all values, as the events tell of them: whose file a record is in does not matter to its marks.
#[derive(Default)]
struct Marks {
    about: BTreeMap<RequestId, StatementRef>,
    held: BTreeMap<HoldId, Vec<StatementRef>>,
    /// How many holds stand on a value.
    n_holds: BTreeMap<StatementRef, u32>,
    /// The place of the last event that was heard.
    up_to: i64,
    of: BTreeMap<RecordId, BTreeMap<(Attribute, u16), ValueMark>>,
}

impl Marks {
    /// Reads what happened since it was read last.
    async fn read(&mut self, app: &App) -> Result<(), ServiceError> {
        loop {
            let events = app.store.events(self.up_to, PAGE_ROWS_MAX).await?;
            let Some(last) = events.last() else { return Ok(()) };
            self.up_to = last.seq;
            events.into_iter().for_each(|recorded| self.hear(recorded.event));
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Correction(CorrectionEvent::RequestFiled { request, statement, .. }) => {
                self.about.insert(request, statement);
            }
            Event::Correction(
                CorrectionEvent::RequestDetermined { request, determination, .. }
                | CorrectionEvent::AppealDetermined { request, determination, .. },
            ) => {
                if let (Some(statement), Determination::Granted { corrected, with }) =
                    (self.about.get(&request).copied(), determination)
                {
                    let with = with.into_iter().map(|part| (part.statement, part.corrected));
                    for (statement, corrected) in std::iter::once((statement, corrected)).chain(with) {
                        self.mark(statement).corrected = Some(corrected.text().unwrap_or(ERASED).to_owned());
                    }
                }
            }
            Event::Correction(CorrectionEvent::StatementOfDisagreementAttached {
                request, words, ..
            }) => {
                if let Some(statement) = self.about.get(&request) {
                    self.mark(*statement).disagreement = Some(words.text().unwrap_or(ERASED).to_owned());
                }
            }
            Event::Hold(HoldEvent::HoldPlaced { hold, statements, .. }) => {
                for statement in &statements {
                    self.mark(*statement).is_contested = true;
                    *self.n_holds.entry(*statement).or_default() += 1;
                }
                self.held.insert(hold, statements);
            }
            Event::Hold(HoldEvent::HoldLifted { hold, .. }) => {
                for statement in self.held.remove(&hold).unwrap_or_default() {
                    // Another hold may stand on the same value.
                    let n_holds = self.n_holds.entry(statement).or_default();
                    *n_holds = n_holds.saturating_sub(1);
                    self.mark(statement).is_contested = *n_holds > 0;
                }
            }
            _ => {}
        }
    }

    fn mark(&mut self, statement: StatementRef) -> &mut ValueMark {
        let of = self.of.entry(statement.record).or_default();
        of.entry((statement.attribute, statement.ordinal)).or_default()
    }

    /// A record with its marks. A value that its source has corrected itself is no longer marked as corrected.
    fn disclosed(&self, stored: StoredRecord) -> Disclosed {
        let record = stored.record;
        let mut marks = self.of.get(&stored.id).cloned().unwrap_or_default();
        keep_what_was_done(&record, &mut marks);
        for said in &record.statements {
            if let Some(mark) = marks.get_mut(&(said.attribute, said.ordinal)) {
                mark.corrected = mark.corrected.take().filter(|corrected| !says(said, corrected));
            }
        }
        marks.retain(|of, mark| {
            *mark != ValueMark::default()
                && record.statements.iter().any(|said| (said.attribute, said.ordinal) == *of)
        });
        Disclosed { record, marks }
    }
}

/// A value that says what was done is not replaced on its way out: what was found wrong with it goes out as words beside it, where
/// the formats have room for words.
fn keep_what_was_done(record: &Record, marks: &mut BTreeMap<(Attribute, u16), ValueMark>) {
    let right = |marks: &BTreeMap<(Attribute, u16), ValueMark>, part: &Attribute| {
        marks.get(&(*part, 0)).and_then(|mark| mark.corrected.clone())
    };
    let whole: Vec<String> = ADDRESS_PARTS.iter().filter_map(|part| right(marks, part)).collect();
    for ((attribute, _), mark) in marks.iter_mut() {
        let Some(act) = PastAct::of(record, *attribute) else { continue };
        let Some(value) = mark.corrected.take() else { continue };
        let right = if act == PastAct::NoticeSentTo { whole.join(", ") } else { value };
        let found = format!("Found in review: {}.", act.found_wrong(&right));
        let words = mark.disagreement.take();
        mark.disagreement = Some(words.map_or_else(|| found.clone(), |words| format!("{found} {words}")));
    }
}

fn says(said: &Statement, value: &str) -> bool {
    *said.original == *value || said.normalized.as_deref() == Some(value)
}
