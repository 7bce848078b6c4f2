//! What the events tell of requests and holds.

use std::collections::BTreeMap;

use jiff::civil::Date;
use redress_casefile::{
    Event, PastAct, StatementRef,
    correction::{CorrectionEvent, Determination},
    hold::HoldEvent,
};
use redress_checks::{Contest, Correction, ToldRecipient};
use redress_ports::{PAGE_ROWS_MAX, Recorded};
use redress_statement::{HoldId, RecordId, RequestId};

use crate::{App, ServiceError};

/// Minutes of a day: when a holder was told is kept to the day.
const MINUTES_OF_DAY: u64 = 24 * 60;

/// What the events tell of requests and holds.
#[derive(Default)]
pub(super) struct Told {
    contested: BTreeMap<RequestId, StatementRef>,
    granted: Vec<(RequestId, StatementRef, Date)>,
    /// By request, each holder that was told, with the day; without those that confirmed.
    waiting: BTreeMap<RequestId, BTreeMap<String, Option<Date>>>,
    pub(super) held: BTreeMap<HoldId, Held>,
}

impl Told {
    pub(super) async fn read(app: &App) -> Result<Self, ServiceError> {
        let mut told = Self::default();
        let mut after = 0;
        loop {
            let events = app.store.events(after, PAGE_ROWS_MAX).await?;
            let Some(last) = events.last() else { return Ok(told) };
            after = last.seq;
            events.into_iter().for_each(|recorded| told.hear(recorded));
        }
    }

    fn hear(&mut self, Recorded { seq, at_us, event, .. }: Recorded) {
        match event {
            Event::Correction(CorrectionEvent::RequestFiled { request, statement, .. }) => {
                self.contested.insert(request, statement);
            }
            Event::Correction(
                CorrectionEvent::RequestDetermined { request, determination, on, .. }
                | CorrectionEvent::AppealDetermined { request, determination, on, .. },
            ) => {
                if let (Determination::Granted { with, .. }, Some(about)) =
                    (determination, self.contested.get(&request))
                {
                    let with = with.into_iter().map(|part| part.statement);
                    self.granted.extend(
                        std::iter::once(*about).chain(with).map(|statement| (request, statement, on)),
                    );
                }
            }
            Event::Correction(CorrectionEvent::HolderTold { request, holder, on, .. }) => {
                self.waiting.entry(request).or_default().insert(holder, Some(on));
            }
            Event::Correction(CorrectionEvent::HolderConfirmed { request, holder, .. }) => {
                self.waiting.entry(request).or_default().insert(holder, None);
            }
            Event::Hold(HoldEvent::HoldPlaced { hold, statements, on, .. }) => {
                let placed = Moment { seq, at_us, day: on };
                self.held.insert(hold, Held { statements, placed, lifted: None });
            }
            Event::Hold(HoldEvent::HoldLifted { hold, on, .. }) => {
                if let Some(held) = self.held.get_mut(&hold) {
                    held.lifted = Some(Moment { seq, at_us, day: on });
                }
            }
            _ => {}
        }
    }

    /// Who was told of a correction, and how long each has not confirmed it.
    fn recipients(&self, request: RequestId, today: Date) -> Vec<ToldRecipient> {
        let waiting = self.waiting.get(&request).into_iter().flatten();
        let recipient = |(name, told_on): (&String, &Option<Date>)| ToldRecipient {
            name: name.clone(),
            waiting_minutes: told_on.map(|on| {
                let n_days = on.until(today).map_or(0, |span| i64::from(span.get_days()));
                u64::try_from(n_days).unwrap_or(0) * MINUTES_OF_DAY
            }),
        };
        waiting.map(recipient).collect()
    }

    pub(super) fn contests(&self) -> BTreeMap<RecordId, Vec<Contest>> {
        let mut contests: BTreeMap<RecordId, Vec<Contest>> = BTreeMap::new();
        for held in self.held.values() {
            for statement in &held.statements {
                let (from, until) = (held.placed.day, held.lifted.map(|lifted| lifted.day));
                let contest = Contest { attribute: statement.attribute, from, until };
                contests.entry(statement.record).or_default().push(contest);
            }
        }
        contests
    }
}

/// A hold, with the events that placed and lifted it.
pub(super) struct Held {
    pub(super) statements: Vec<StatementRef>,
    pub(super) placed: Moment,
    pub(super) lifted: Option<Moment>,
}

/// When something happened: the event's place in the one order, its time and its day.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) seq: i64,
    pub(super) at_us: i64,
    day: Date,
}

/// The granted corrections with the value that the source showed on the day of the determination, and who was told of them.
pub(super) async fn corrections(
    app: &App,
    told: &Told,
) -> Result<BTreeMap<RecordId, Vec<Correction>>, ServiceError> {
    let mut corrections: BTreeMap<RecordId, Vec<Correction>> = BTreeMap::new();
    for (request, statement, granted_on) in &told.granted {
        let versions = app.store.record_versions(statement.record).await?;
        let shown = versions
            .iter()
            .filter(|version| version.first_seen <= *granted_on)
            .max_by_key(|version| version.first_seen);
        // An extract that goes on saying what was done says no wrong value.
        let shown = shown.filter(|version| PastAct::of(version, statement.attribute).is_none());
        corrections.entry(statement.record).or_default().push(Correction {
            attribute: statement.attribute,
            wrong: shown.and_then(|version| version.value(statement.attribute)).map(str::to_owned),
            granted_on: *granted_on,
            is_stay: false,
            recipients: told.recipients(*request, app.clock.today()),
        });
    }
    Ok(corrections)
}
