//! The ledger of what closings and corrections saved and cost, counted anew from the events whenever it is asked for.

use std::collections::BTreeMap;

use jiff::civil::Date;
use redress_casefile::{
    Actor, Event, NoticeGiven,
    closing::{ClosedItem, ClosingEvent, ListKind},
    correction::{CorrectionEvent, Determination},
    finding::{FindingEvent, Outcome},
    hold::HoldEvent,
};
use redress_ports::{PAGE_ROWS_MAX, Recorded};
use redress_report::Ledger;
use redress_statement::{Attribute, ClosingId, FindingId, RecordId, RequestId};

use crate::{App, ServiceError};

/// The name under which the newest ledger is kept for the public page.
pub const LEDGER_REPORT: &str = "ledger";

/// Counts the ledger from the first event on.
///
/// # Errors
/// When the store fails.
pub async fn ledger(app: &App) -> Result<Ledger, ServiceError> {
    let mut told = Told { as_of: app.clock.today().to_string(), ..Told::default() };
    loop {
        let events = app.store.events(told.through, PAGE_ROWS_MAX).await?;
        if events.is_empty() {
            break;
        }
        events.iter().for_each(|recorded| told.hear(recorded));
    }
    let mut days = BTreeMap::new();
    for (item, closed_on) in told.closed_items() {
        days.insert(item, named_day(app, item, closed_on).await?);
    }
    Ok(told.ledger(&days))
}

/// The day that an item named in its record on a day. None where no record gives it any more.
pub(crate) async fn named_day(app: &App, item: ClosedItem, on: Date) -> Result<Option<Date>, ServiceError> {
    let versions = app.store.record_versions(item.record).await?;
    let shown = versions.iter().filter(|version| version.first_seen <= on);
    let shown = shown.max_by_key(|version| version.first_seen);
    Ok(shown.and_then(|version| version.day(item.statement.attribute)))
}

/// An entry of a list of some office: what the list is of, the record that it stands for, and the day that it is for.
type Entry = (ListKind, RecordId, Option<Date>);

/// What the events tell.
#[derive(Default)]
struct Told {
    as_of: String,
    through: i64,
    /// What each closing would end, and the day on which it took effect, while it stands.
    closings: BTreeMap<ClosingId, (Vec<ClosedItem>, Option<Date>)>,
    /// The entries that came back struck for a closing that stands, with the day on which their list was first brought.
    struck: BTreeMap<ClosingId, BTreeMap<Entry, Date>>,
    decided: BTreeMap<FindingId, Outcome>,
    /// Whether a request was granted, by its last determination.
    requests: BTreeMap<RequestId, bool>,
    counts: Ledger,
}

impl Told {
    fn hear(&mut self, recorded: &Recorded) {
        self.through = recorded.seq;
        // A list is one act, however many of its entries come back struck.
        let is_entry = matches!(recorded.event, Event::Closing(ClosingEvent::EntryStruck { .. }));
        self.counts.acts_by_hand += u64::from(matches!(recorded.actor, Actor::Staff(_)) && !is_entry);
        match &recorded.event {
            Event::Closing(event) => self.hear_closing(event),
            Event::Finding(event) => self.hear_finding(event),
            Event::Correction(event) => self.hear_request(event),
            Event::Hold(HoldEvent::LiftAnnounced { .. }) => self.counts.notices_given += 1,
            Event::Hold(_) | Event::Person(_) => {}
        }
    }

    /// A notice that somebody gave: a letter only where it went out by post or e-mail.
    fn notice(&mut self, given: Option<&NoticeGiven>) {
        self.counts.notices_given += 1;
        self.counts.letters_sent += u64::from(given.is_some_and(|given| given.way.is_sent()));
    }

    fn hear_closing(&mut self, event: &ClosingEvent) {
        match event {
            ClosingEvent::ClosingProposed { closing, items, .. } => {
                self.closings.insert(*closing, (items.clone(), None));
            }
            ClosingEvent::Closed { closing, on, .. } => {
                if let Some((_, closed_on)) = self.closings.get_mut(closing) {
                    *closed_on = Some(*on);
                }
            }
            ClosingEvent::ClosingUndone { closing, .. } => {
                self.closings.remove(closing);
                self.struck.remove(closing);
                self.counts.closings_undone += 1;
            }
            ClosingEvent::ClosingObjected { .. } => self.counts.closings_objected += 1,
            ClosingEvent::ClosingDeclined { .. } => self.counts.closings_declined += 1,
            ClosingEvent::ClosingNoticed { given, .. } => self.notice(given.as_ref()),
            ClosingEvent::EntryStruck { closing, list, record, day, on } => {
                self.struck.entry(*closing).or_default().entry((*list, *record, *day)).or_insert(*on);
            }
            ClosingEvent::ClosingApproved { .. } => {}
        }
    }

    fn hear_finding(&mut self, event: &FindingEvent) {
        match event {
            FindingEvent::FindingDecided { finding, outcome, .. } => {
                self.decided.insert(*finding, *outcome);
            }
            FindingEvent::FindingReopened { finding, .. } => drop(self.decided.remove(finding)),
            FindingEvent::PersonNoticed { given, .. } => self.notice(given.as_ref()),
            _ => {}
        }
    }

    fn hear_request(&mut self, event: &CorrectionEvent) {
        match event {
            CorrectionEvent::RequestAcknowledged { .. } => self.counts.notices_given += 1,
            CorrectionEvent::RequestDetermined { request, determination, .. } => {
                let is_granted = matches!(determination, Determination::Granted { .. });
                self.counts.notices_given += 1;
                self.counts.requests_refused += u64::from(!is_granted);
                self.requests.insert(*request, is_granted);
            }
            CorrectionEvent::AppealDetermined { request, determination, .. } => {
                let is_granted = matches!(determination, Determination::Granted { .. });
                self.counts.notices_given += 1;
                self.counts.refusals_overturned += u64::from(is_granted);
                self.requests.insert(*request, is_granted);
            }
            CorrectionEvent::HoldersNamed { holders, .. } => {
                self.counts.holders_to_tell += holders.len() as u64;
            }
            CorrectionEvent::HolderTold { way, .. } => {
                self.counts.holders_to_tell = self.counts.holders_to_tell.saturating_sub(1);
                self.counts.holders_told += 1;
                self.counts.letters_sent += u64::from(way.is_sent());
            }
            CorrectionEvent::HolderConfirmed { .. } => self.counts.holders_confirmed += 1,
            _ => {}
        }
    }

    /// Counts each entry of the lists that offices brought once, by the day that it is for.
    fn count_entries(&self, ledger: &mut Ledger) {
        let mut first: BTreeMap<Entry, Date> = BTreeMap::new();
        for (entry, on) in self.struck.values().flatten() {
            first.entry(*entry).and_modify(|known| *known = (*known).min(*on)).or_insert(*on);
        }
        for ((list, _, day), brought_on) in first {
            let is_ahead = day.map(|day| day > brought_on);
            match (list, is_ahead) {
                (ListKind::Notices, Some(true)) => ledger.letters_avoided += 1,
                (ListKind::Notices, Some(false)) => ledger.letters_too_late += 1,
                (ListKind::Notices, None) => ledger.letters_not_known += 1,
                (ListKind::Hearings, Some(true)) => ledger.hearings_avoided += 1,
                // The journey is counted by the check-in that was closed.
                (ListKind::Hearings | ListKind::CheckIns, _) => {}
            }
        }
    }

    /// The items that are closed, with the day on which they were.
    fn closed_items(&self) -> impl Iterator<Item = (ClosedItem, Date)> {
        let closed = self.closings.values().filter_map(|(items, on)| Some((items, (*on)?)));
        closed.flat_map(|(items, on)| items.iter().map(move |item| (*item, on)))
    }

    /// The ledger, given the day that each closed item names.
    fn ledger(&self, days: &BTreeMap<ClosedItem, Option<Date>>) -> Ledger {
        let mut ledger =
            Ledger { as_of: self.as_of.clone(), through_event: self.through, ..self.counts.clone() };
        // What two closings ended was ended once: by the first.
        let mut first: BTreeMap<ClosedItem, Date> = BTreeMap::new();
        for (item, on) in self.closed_items() {
            first.entry(item).and_modify(|known| *known = (*known).min(on)).or_insert(on);
        }
        for (item, closed_on) in first {
            ledger.tasks_closed += 1;
            let day = days.get(&item).copied().flatten();
            let is_ahead = day.is_some_and(|day| day > closed_on);
            match item.statement.attribute {
                Attribute::NextCheckInOn if day.is_none() => ledger.check_ins_not_known += 1,
                Attribute::NextCheckInOn if is_ahead => ledger.journeys_avoided += 1,
                Attribute::NextCheckInOn => ledger.check_ins_too_late += 1,
                Attribute::HearingOn | Attribute::NoticeHearingOn => {
                    ledger.hearings_avoided += u64::from(is_ahead);
                }
                Attribute::NoticeMailedOn => ledger.letters_avoided += u64::from(is_ahead),
                _ => {}
            }
        }
        self.count_entries(&mut ledger);
        for outcome in self.decided.values() {
            match outcome {
                Outcome::Corrected => ledger.errors_corrected += 1,
                Outcome::NotAnError => ledger.findings_not_errors += 1,
                Outcome::Explained | Outcome::Uncertain => ledger.findings_without_result += 1,
            }
        }
        ledger.requests_granted = self.requests.values().filter(|is_granted| **is_granted).count() as u64;
        ledger
    }
}
