//! What pages write beside a value: that it is contested, what it was corrected to, what the person said to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use redress_casefile::{
    ADDRESS_PARTS, CaseRecord, Event, PastAct, StatementRef, StreamId,
    closing::ClosingEvent,
    correction::{CorrectionEvent, Determination},
};
use redress_ports::HoldRow;
use redress_statement::{ClosingId, PersonId};

use crate::{App, ServiceError};

/// What stands beside a value after a correction was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Correction {
    /// The value that stands from now on.
    Corrected(String),
    /// The value says what was done, and stays; what was wrong with it, in words.
    FoundWrong(String),
}

impl Correction {
    /// As two fields of a view: what the value was corrected to, and what was found wrong with it.
    pub(crate) fn into_fields(correction: Option<Self>) -> (Option<String>, Option<String>) {
        match correction {
            None => (None, None),
            Some(Self::Corrected(to)) => (Some(to), None),
            Some(Self::FoundWrong(words)) => (None, Some(words)),
        }
    }
}

/// The marks of one person's file. A value never leaves without them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    held: BTreeSet<StatementRef>,
    corrected: BTreeMap<StatementRef, String>,
    disagreement: BTreeMap<StatementRef, String>,
    ended: BTreeMap<StatementRef, (ClosingId, Date)>,
}

/// Stands where the words of a correction were erased.
const ERASED: &str = "the text was erased";

impl Marks {
    /// The marks of a person's file.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn load(app: &App, person: PersonId) -> Result<Self, ServiceError> {
        let mut marks = Self { held: held(&app.store.holds_of(person).await?), ..Self::default() };
        for row in app.store.requests_of(person).await? {
            let events = app.store.load(StreamId::Correction(row.request)).await?;
            marks.read(events.into_iter().map(|recorded| recorded.event));
        }
        for row in app.store.closings_of(person).await? {
            let events = app.store.load(StreamId::Closing(row.closing)).await?;
            marks.read_closing(events.into_iter().map(|recorded| recorded.event));
        }
        Ok(marks)
    }

    /// Whether nobody may rely on the value while a hold stands.
    pub(crate) fn is_held(&self, statement: StatementRef) -> bool {
        self.held.contains(&statement)
    }

    /// What stands beside a value of `record` after a correction was granted. None where none was.
    pub(crate) fn correction(&self, record: &CaseRecord, statement: StatementRef) -> Option<Correction> {
        let right = self.corrected(statement)?;
        let Some(act) = PastAct::of(&record.record, statement.attribute) else {
            return Some(Correction::Corrected(right.to_owned()));
        };
        if act != PastAct::NoticeSentTo {
            return Some(Correction::FoundWrong(act.found_wrong(right)));
        }
        let parts = ADDRESS_PARTS.iter().filter_map(|part| self.corrected(record.reference(*part)?));
        let whole: Vec<&str> = parts.collect();
        Some(Correction::FoundWrong(act.found_wrong(&whole.join(", "))))
    }

    /// What the value was corrected to. None where no correction was granted.
    pub(crate) fn corrected(&self, statement: StatementRef) -> Option<&str> {
        self.corrected.get(&statement).map(String::as_str)
    }

    /// The person's statement of disagreement. None where there is none.
    pub(crate) fn disagreement(&self, statement: StatementRef) -> Option<&str> {
        self.disagreement.get(&statement).map(String::as_str)
    }

    /// The closing that ended what the value says, and the day. None where none did, or it was undone.
    pub(crate) fn ended(&self, statement: StatementRef) -> Option<(ClosingId, Date)> {
        self.ended.get(&statement).copied()
    }

    /// Reads one closing's events.
    fn read_closing(&mut self, events: impl Iterator<Item = Event>) {
        let mut of_closing = Vec::new();
        for event in events {
            let Event::Closing(event) = event else { continue };
            match event {
                ClosingEvent::ClosingProposed { items, .. } => {
                    of_closing = items.into_iter().map(|item| item.statement).collect();
                }
                ClosingEvent::Closed { closing, on, .. } => {
                    self.ended.extend(of_closing.iter().map(|statement| (*statement, (closing, on))));
                }
                ClosingEvent::ClosingUndone { closing, .. } => {
                    self.ended.retain(|_, (by, _)| *by != closing);
                }
                _ => {}
            }
        }
    }

    /// Reads one request's events. A later determination replaces an earlier one.
    fn read(&mut self, events: impl Iterator<Item = Event>) {
        let mut about = None;
        for event in events {
            let Event::Correction(event) = event else { continue };
            match event {
                CorrectionEvent::RequestFiled { statement, .. } => about = Some(statement),
                CorrectionEvent::RequestDetermined { determination, .. }
                | CorrectionEvent::AppealDetermined { determination, .. } => {
                    let (Some(statement), Determination::Granted { corrected, with }) =
                        (about, determination)
                    else {
                        continue;
                    };
                    let with = with.into_iter().map(|part| (part.statement, part.corrected));
                    for (statement, corrected) in std::iter::once((statement, corrected)).chain(with) {
                        self.corrected.insert(statement, corrected.text().unwrap_or(ERASED).to_owned());
                    }
                }
                CorrectionEvent::StatementOfDisagreementAttached { words, .. } => {
                    if let Some(statement) = about {
                        self.disagreement.insert(statement, words.text().unwrap_or(ERASED).to_owned());
                    }
                }
                _ => {}
            }
        }
    }
}

/// The statements under a hold that stands.
fn held(holds: &[HoldRow]) -> BTreeSet<StatementRef> {
    let standing = holds.iter().filter(|hold| hold.lifted_on.is_none());
    standing.flat_map(|hold| hold.statements.iter().copied()).collect()
}
