//! What an event changes in the tables that can be rebuilt.
//!
//! [`project`] is the whole of it. It reads nothing but the event, so that replaying the events makes the same
//! tables again. It holds no rule: what may happen was decided before the event was stored.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use redress_casefile::{
    Event, StatementRef,
    closing::ClosingEvent,
    correction::{CorrectionEvent, Determination},
    finding::FindingEvent,
    hold::HoldEvent,
    person::PersonEvent,
};
use redress_ports::{Recorded, StoreError};
use redress_statement::{ClosingId, FindingId, PersonId, RecordId, RequestId};
use serde::Serialize;

use crate::{
    session::{Session, places},
    value::{Value, values},
};

/// The tables that follow from the events, each with the order of its rows.
pub(crate) const PROJECTED: &[(&str, &str)] = &[
    ("person_record", "record"),
    ("judgement", "left_record, right_record"),
    ("finding", "finding"),
    ("request", "request"),
    ("hold", "hold"),
    ("closing", "closing"),
    ("event_count", "kind"),
];

/// One statement that changes a projected table.
pub(crate) struct Change {
    sql: Cow<'static, str>,
    values: Vec<Value>,
}

/// Projects events in their order.
pub(crate) async fn apply(session: &mut Session<'_>, events: &[Recorded]) -> Result<(), StoreError> {
    let mut counts = BTreeMap::<&str, i64>::new();
    for event in events {
        *counts.entry(event.event.kind()).or_default() += 1;
        for Change { sql, values } in project(event) {
            session.run(sql, values).await?;
        }
    }
    for (kind, n_events) in counts {
        let sql = "INSERT INTO event_count (kind, n_events) VALUES ($1, $2) \
             ON CONFLICT (kind) DO UPDATE SET n_events = event_count.n_events + excluded.n_events";
        session.run(sql, values![kind, n_events]).await?;
    }
    Ok(())
}

/// The changes that an event brings about, but for the counts of events.
fn project(recorded: &Recorded) -> Vec<Change> {
    match &recorded.event {
        Event::Person(event) => person(event),
        Event::Finding(event) => finding(event, recorded.day),
        Event::Correction(event) => request(event),
        Event::Hold(event) => hold(event),
        Event::Closing(event) => closing(event),
    }
}

fn change(sql: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Vec<Change> {
    vec![Change { sql: sql.into(), values }]
}

fn person(event: &PersonEvent) -> Vec<Change> {
    match event {
        PersonEvent::PersonFormed { person, records, .. }
        | PersonEvent::RecordsJoined { person, records, .. }
        | PersonEvent::RecordsArrived { person, records, .. } => hold_to_be_of(*person, records),
        PersonEvent::RecordLinked { person, records, .. } => {
            let mut changes: Vec<_> =
                records.iter().flat_map(|record| same_as_first_of(*person, *record)).collect();
            changes.extend(hold_to_be_of(*person, records));
            changes
        }
        PersonEvent::RecordsLeft { person, records, .. } | PersonEvent::Unmerged { person, records, .. } => {
            no_longer_of(*person, records)
        }
        PersonEvent::JudgedDifferent { left, right, .. } => change(
            "INSERT INTO judgement (left_record, right_record, judged) VALUES ($1, $2, 'different') \
             ON CONFLICT (left_record, right_record) DO UPDATE SET judged = 'different'",
            pair(*left, *right),
        ),
        // The records themselves are erased beside the event; which are of the person stays.
        PersonEvent::RecordsErased { .. } => Vec::new(),
        PersonEvent::JudgementWithdrawn { left, right, .. } => change(
            "DELETE FROM judgement WHERE left_record = $1 AND right_record = $2 AND judged = 'different'",
            pair(*left, *right),
        ),
    }
}

/// Both records, the lower number first.
pub(crate) fn pair(one: RecordId, other: RecordId) -> Vec<Value> {
    values![one.min(other).0, one.max(other).0]
}

fn hold_to_be_of(person: PersonId, records: &[RecordId]) -> Vec<Change> {
    if records.is_empty() {
        return Vec::new();
    }
    let rows: Vec<_> = (2..records.len() + 2).map(|place| format!("(${place}, $1)")).collect();
    let sql = format!(
        "INSERT INTO person_record (record, person) VALUES {} \
         ON CONFLICT (record) DO UPDATE SET person = excluded.person",
        rows.join(", ")
    );
    change(sql, person_and(person, records))
}

/// A human held `record` to be of `person`: it is the same as the record that was there first.
fn same_as_first_of(person: PersonId, record: RecordId) -> Vec<Change> {
    change(
        "INSERT INTO judgement (left_record, right_record, judged) \
         SELECT CASE WHEN f.record < $2 THEN f.record ELSE $2 END, CASE WHEN f.record < $2 THEN $2 ELSE f.record END, \
                'same' \
         FROM (SELECT MIN(record) AS record FROM person_record WHERE person = $1) f \
         WHERE f.record <> $2 \
         ON CONFLICT (left_record, right_record) DO UPDATE SET judged = 'same'",
        values![person.0, record.0],
    )
}

/// The records are not of `person` any more, and what a human held to be the same there is so no longer.
fn no_longer_of(person: PersonId, records: &[RecordId]) -> Vec<Change> {
    if records.is_empty() {
        return Vec::new();
    }
    let (list, rest) = (places(2, records.len()), "(SELECT record FROM person_record WHERE person = $1)");
    let leave = format!("DELETE FROM person_record WHERE person = $1 AND record IN ({list})");
    let part = format!(
        "DELETE FROM judgement WHERE judged = 'same' AND ((left_record IN ({list}) AND right_record IN {rest}) \
         OR (right_record IN ({list}) AND left_record IN {rest}))"
    );
    let mut changes = change(leave, person_and(person, records));
    changes.extend(change(part, person_and(person, records)));
    changes
}

fn person_and(person: PersonId, records: &[RecordId]) -> Vec<Value> {
    std::iter::once(person.0).chain(records.iter().map(|record| record.0)).map(Value::from).collect()
}

fn finding(event: &FindingEvent, day: Date) -> Vec<Change> {
    let set = |finding: &FindingId, state: &str, outcome: Option<String>| {
        change(
            "UPDATE finding SET state = $2, outcome = $3 WHERE finding = $1",
            values![finding.0, state, outcome],
        )
    };
    match event {
        FindingEvent::FindingOpened {
            finding,
            person,
            check,
            version,
            at,
            harm,
            direction,
            next_irreversible_on,
            rests_on_possible_link,
            basis,
            ..
        } => change(
            "INSERT INTO finding (finding, person, check_id, check_version, at_record, harm, direction, \
             next_irreversible_on, rests_on_possible_link, opened_on, state, outcome, basis) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', NULL, $11)",
            values![
                finding.0,
                person.0,
                check.as_str(),
                i64::from(*version),
                at.0,
                word(harm),
                word(direction),
                *next_irreversible_on,
                *rests_on_possible_link,
                day,
                basis.map(|basis| basis.to_string()),
            ],
        ),
        FindingEvent::FindingRevised {
            finding,
            version,
            next_irreversible_on,
            rests_on_possible_link,
            basis,
            ..
        } => change(
            "UPDATE finding SET check_version = $2, next_irreversible_on = $3, rests_on_possible_link = $4, basis = $5 \
             WHERE finding = $1",
            values![
                finding.0,
                i64::from(*version),
                *next_irreversible_on,
                *rests_on_possible_link,
                Some(basis.to_string()),
            ],
        ),
        FindingEvent::ReviewStarted { finding, .. } | FindingEvent::FindingReopened { finding, .. } => {
            set(finding, "under_review", None)
        }
        FindingEvent::FindingDecided { finding, outcome, .. } => set(finding, "decided", Some(word(outcome))),
        FindingEvent::NoLongerSeen { finding, .. } => set(finding, "no_longer_seen", None),
        _ => Vec::new(),
    }
}

fn request(event: &CorrectionEvent) -> Vec<Change> {
    let set = |request: &RequestId, state: &str, due_on: Option<Date>| {
        change(
            "UPDATE request SET state = $2, due_on = $3 WHERE request = $1",
            values![request.0, state, due_on],
        )
    };
    match event {
        CorrectionEvent::RequestFiled { request, person, statement, on, acknowledge_by, .. } => change(
            "INSERT INTO request (request, person, record, state, filed_on, due_on) \
             VALUES ($1, $2, $3, 'filed', $4, $5)",
            values![request.0, person.0, statement.record.0, *on, *acknowledge_by],
        ),
        CorrectionEvent::RequestAcknowledged { request, .. } => set(request, "acknowledged", None),
        CorrectionEvent::RequestDetermined { request, determination, .. } => match determination {
            Determination::Granted { .. } => set(request, "granted", None),
            Determination::Refused { .. } => set(request, "refused", None),
        },
        CorrectionEvent::AppealFiled { request, decide_by, .. } => {
            set(request, "under_appeal", Some(*decide_by))
        }
        CorrectionEvent::AppealDetermined { request, .. } => set(request, "final", None),
        CorrectionEvent::StatementOfDisagreementAttached { .. } | CorrectionEvent::HolderTold { .. } => {
            Vec::new()
        }
        CorrectionEvent::HoldersNamed { request, tell_by, .. } => {
            change("UPDATE request SET due_on = $2 WHERE request = $1", values![request.0, *tell_by])
        }
        CorrectionEvent::HolderConfirmed { n_left: 0, request, .. } => {
            change("UPDATE request SET due_on = NULL WHERE request = $1", values![request.0])
        }
        CorrectionEvent::HolderConfirmed { .. } => Vec::new(),
        CorrectionEvent::RequestWithdrawn { request, .. } => set(request, "withdrawn", None),
    }
}

fn hold(event: &HoldEvent) -> Vec<Change> {
    match event {
        HoldEvent::HoldPlaced { hold, person, statements, on, .. } => change(
            "INSERT INTO hold (hold, person, statements, placed_on, lifted_on, record) VALUES ($1, $2, $3, $4, NULL, $5)",
            values![
                hold.0,
                person.0,
                statement_list(statements),
                *on,
                statements.first().map(|statement| statement.record.0),
            ],
        ),
        HoldEvent::LiftAnnounced { .. } => Vec::new(),
        HoldEvent::HoldLifted { hold, on, .. } => {
            change("UPDATE hold SET lifted_on = $2 WHERE hold = $1", values![hold.0, *on])
        }
    }
}

fn closing(event: &ClosingEvent) -> Vec<Change> {
    let set = |closing: &ClosingId, state: &str| {
        change("UPDATE closing SET state = $2 WHERE closing = $1", values![closing.0, state])
    };
    match event {
        ClosingEvent::ClosingProposed { closing, person, items, on, .. } => change(
            "INSERT INTO closing (closing, person, state, proposed_on, object_until, record) \
             VALUES ($1, $2, 'proposed', $3, NULL, $4)",
            values![closing.0, person.0, *on, items.first().map(|item| item.statement.record.0)],
        ),
        ClosingEvent::ClosingApproved { closing, .. } => set(closing, "approved"),
        ClosingEvent::ClosingNoticed { closing, object_until, .. } => change(
            "UPDATE closing SET state = 'noticed', object_until = $2 WHERE closing = $1",
            values![closing.0, *object_until],
        ),
        ClosingEvent::ClosingObjected { closing, .. } => set(closing, "objected"),
        ClosingEvent::Closed { closing, .. } => set(closing, "closed"),
        // It is counted from the events: nothing lists struck entries.
        ClosingEvent::EntryStruck { .. } => Vec::new(),
        ClosingEvent::ClosingDeclined { closing, .. } => set(closing, "declined"),
        ClosingEvent::ClosingUndone { closing, .. } => set(closing, "undone"),
    }
}

/// The word that serde spells for a variant without fields.
fn word(variant: &impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn statement_list(statements: &[StatementRef]) -> String {
    serde_json::to_string(statements).unwrap_or_default()
}
