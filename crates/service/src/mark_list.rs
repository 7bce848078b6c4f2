//! Marks the entries of a list that an office brings, one at a time: what was closed, is held or is contested.
//!
//! Redress makes no list of its own. Whoever asks must already have the key of a record at its source; what is not
//! known comes back unmarked, like what is known and in order.

use std::collections::BTreeSet;

use jiff::civil::Date;
use redress_casefile::{
    Actor, CaseRecord, Event, OBJECT_WITHIN, Reviewer, StatementRef, StreamId,
    closing::{self, ClosedItem, Command, ListKind, State, closed_items},
};
use redress_ports::AccessPurpose;
use redress_statement::{Attribute, ClosingId, PersonId, SourceId};

use crate::{
    App, ServiceError,
    history::{Loaded, append_of, load_closing},
    ledger::named_day,
    view::{Reader, account, marks::Marks},
};

/// The open things that an entry of such a list stands for: when one of them is closed, the entry is.
const fn rests_on(kind: ListKind) -> &'static [Attribute] {
    match kind {
        ListKind::CheckIns | ListKind::Notices => &[Attribute::NextCheckInOn, Attribute::CaseStatus],
        ListKind::Hearings => &[Attribute::HearingOn, Attribute::NoticeHearingOn],
    }
}

/// What comes back beside an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryMark {
    /// The closing that ended what the entry stands for, and has not been undone.
    pub struck_by: Option<ClosingId>,
    /// What nobody may rely on while a hold stands, in plain words.
    pub held: BTreeSet<&'static str>,
    /// What the person disagrees with, in plain words.
    pub contested: BTreeSet<&'static str>,
}

impl EntryMark {
    /// The one word: `struck` before `held` before `contested`; empty where there is nothing to say.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.struck_by, self.held.is_empty(), self.contested.is_empty()) {
            (Some(_), _, _) => "struck",
            (None, false, _) => "held",
            (None, true, false) => "contested",
            (None, true, true) => "",
        }
    }

    /// Why, in words. Empty where there is nothing to say.
    #[must_use]
    pub fn reason(&self) -> String {
        let named = |what: &str, names: &BTreeSet<&'static str>| {
            let names: Vec<&str> = names.iter().copied().collect();
            (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")))
        };
        let struck = self.struck_by.map(|closing| {
            format!("closed after a departure, with notice and {OBJECT_WITHIN} to object ({closing})")
        });
        let held = named("contested and on hold, nobody may rely on it", &self.held);
        let contested = named("the person disagrees", &self.contested);
        [struck, held, contested].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// Marks the entries of one list. It remembers whose file it has read, so that each is accounted for once.
pub struct ListMarker<'a> {
    app: &'a App,
    by: Reviewer,
    source: SourceId,
    kind: ListKind,
    read: BTreeSet<PersonId>,
    n_known: u64,
}

impl<'a> ListMarker<'a> {
    /// For a list whose keys are those of `source`, brought by a member of staff.
    ///
    /// # Errors
    /// [`redress_casefile::Refusal::Role`] for a role that reads no file, whatever the list holds.
    pub fn try_new(
        app: &'a App,
        by: Reviewer,
        source: SourceId,
        kind: ListKind,
    ) -> Result<Self, ServiceError> {
        by.must_handle_cases("mark_list")?;
        Ok(Self { app, by, source, kind, read: BTreeSet::new(), n_known: 0 })
    }

    /// Files that were read so far, each accounted for and shown to its person.
    #[must_use]
    pub fn n_read(&self) -> usize {
        self.read.len()
    }

    /// Entries so far whose key the source has.
    #[must_use]
    pub fn n_known(&self) -> u64 {
        self.n_known
    }

    /// The mark of one entry, by the key of its record at the source. An empty mark where the record is not known,
    /// is of nobody yet, or is in order. `day` is the one that the entry is for, where the list names it; otherwise the
    /// record's own is counted by.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mark(&mut self, key: &str, day: Option<Date>) -> Result<EntryMark, ServiceError> {
        let Some(stored) = self.app.store.record_by_key(&self.source, key).await? else {
            return Ok(EntryMark::default());
        };
        self.n_known += 1;
        let Some(person) = stored.person else { return Ok(EntryMark::default()) };
        if self.read.insert(person) {
            let by = Reader::Staff(self.by.clone());
            account(self.app, &by, person, AccessPurpose::OwnList).await?;
        }
        let Some(case) = self.app.store.case_file(person).await? else { return Ok(EntryMark::default()) };
        // The record itself, and the rows that its source attaches to it. What another office holds is not told.
        let rows: Vec<&CaseRecord> =
            case.record(stored.id).into_iter().chain(case.attached(stored.id)).collect();
        let mut mark =
            EntryMark { struck_by: self.closing_of(person, &rows, day).await?, ..EntryMark::default() };
        let marks = Marks::load(self.app, person).await?;
        for (reference, name) in statements(&rows) {
            if marks.is_held(reference) {
                mark.held.insert(name);
            } else if marks.disagreement(reference).is_some() {
                mark.contested.insert(name);
            }
        }
        Ok(mark)
    }

    /// The closing that ended what the entry stands for, where one stands.
    async fn closing_of(
        &self,
        person: PersonId,
        rows: &[&CaseRecord],
        day: Option<Date>,
    ) -> Result<Option<ClosingId>, ServiceError> {
        for row in self.app.store.closings_of(person).await? {
            let loaded = load_closing(self.app, row.closing).await?;
            let items = closed_items([&loaded.state]).into_iter();
            let of_entry = items.filter(|item| rows.iter().any(|record| record.id == item.record));
            // What names a day comes first.
            let ended = of_entry
                .filter_map(|item| {
                    let place = rests_on(self.kind).iter().position(|it| *it == item.statement.attribute)?;
                    Some((place, item))
                })
                .min();
            if let Some((_, item)) = ended {
                self.count(row.closing, &loaded, item, day).await?;
                return Ok(Some(row.closing));
            }
        }
        Ok(None)
    }

    /// Counts the struck entry, once for the day that it is for, however often the list is brought.
    async fn count(
        &self,
        closing: ClosingId,
        loaded: &Loaded<State>,
        item: ClosedItem,
        day: Option<Date>,
    ) -> Result<(), ServiceError> {
        let (now, on) = (self.app.clock.now_us(), self.app.clock.today());
        let day = match day {
            Some(day) => Some(day),
            None => named_day(self.app, item, on).await?,
        };
        let command = Command::StrikeEntry { list: self.kind, record: item.record, day, on };
        let events = closing::decide(&loaded.state, command)?;
        if events.is_empty() {
            return Ok(());
        }
        let actor = Actor::Staff(self.by.clone());
        let events = events.into_iter().map(Event::Closing);
        let append = append_of(StreamId::Closing(closing), loaded.version, &actor, events);
        // Nothing of it is public, so nothing is published.
        self.app.store.append(vec![append], now, on).await?;
        Ok(())
    }
}

fn statements<'a>(rows: &'a [&CaseRecord]) -> impl Iterator<Item = (StatementRef, &'static str)> + 'a {
    rows.iter().flat_map(|row| {
        row.record.statements.iter().map(|statement| (row.refer(statement), statement.attribute.plain_name()))
    })
}
