//! Events of every machine, as they happen to four records of three persons.

use jiff::civil::{Date, date};
use redress_casefile::{
    Actor, Event, StatementRef, StreamId, Words,
    closing::{ClosedItem, ClosingEvent, Posture, Rung},
    correction::CorrectionEvent,
    finding::{Direction, FindingEvent, Harm, Outcome},
    hold::{HoldEvent, HoldGround},
    person::PersonEvent,
};
use redress_ports::{Append, NewEvent, Store};
use redress_statement::{
    Attribute, ClosingId, Digest, FindingId, HoldId, PersonId, Record, RecordId, RequestId,
};
use redress_testkit::{RecordFile, another_reviewer, record, reviewer};

/// The day on which all happens.
pub(crate) const DAY: Date = date(2026, 11, 2);

pub(crate) const STATEMENT: StatementRef =
    StatementRef { record: RecordId(1), attribute: Attribute::FamilyName, ordinal: 0 };

/// Records `K1` to `Kn`, which say their family name.
pub(crate) fn records(n: usize, family_name: &str) -> Vec<Record> {
    (1..=n)
        .map(|at| {
            record("benefits", "applications", &format!("K{at}"))
                .says(Attribute::FamilyName, family_name)
                .build()
        })
        .collect()
}

/// Imports `n` records under the numbers 1 to n.
pub(crate) async fn import(store: &impl Store, n: usize) {
    let mut file = RecordFile::new("benefits", "applications", 1, records(n, "Núñez"));
    store.import(&mut file, 1, &|_| {}).await.unwrap();
}

/// A person of records.
pub(crate) fn formed(person: i64, records: &[i64]) -> Append {
    let event = PersonEvent::PersonFormed {
        person: PersonId(person),
        records: records.iter().copied().map(RecordId).collect(),
        model: Digest::of(b"model"),
        weakest: None,
    };
    append(StreamId::Person(PersonId(person)), 0, [Event::Person(event)])
}

/// Events of one stream.
pub(crate) fn append(
    stream: StreamId,
    expected_version: u64,
    events: impl IntoIterator<Item = Event>,
) -> Append {
    let events = events.into_iter().map(|event| NewEvent { event, actor: Actor::Clock }).collect();
    Append { stream, expected_version, events }
}

/// A decision on a finding, with words.
pub(crate) fn decided(finding: i64, words: &str) -> Event {
    Event::Finding(FindingEvent::FindingDecided {
        finding: FindingId(finding),
        outcome: Outcome::Explained,
        by: reviewer(),
        reason: Words::said(words),
    })
}

/// Four records, three persons, and something of every machine.
pub(crate) fn happenings() -> Vec<Append> {
    let mut all = vec![formed(1, &[1, 2]), formed(2, &[3]), formed(3, &[4])];
    all.extend(judgements());
    all.extend(findings());
    all.extend(contested());
    all.push(closing());
    all
}

/// Record 3 is linked to the first person and taken out again; record 4 is of somebody else.
fn judgements() -> Vec<Append> {
    let (first, second, moved) = (PersonId(1), PersonId(2), vec![RecordId(3)]);
    let (by, reason) = (reviewer(), Words::said("the birth certificate names both"));
    let linked = PersonEvent::RecordLinked {
        person: first,
        records: moved.clone(),
        from: second,
        evidence: None,
        by,
        reason: reason.clone(),
    };
    let left = PersonEvent::RecordsLeft { person: second, records: moved.clone(), to: first };
    let unmerged = PersonEvent::Unmerged {
        person: first,
        records: moved.clone(),
        to: second,
        by: another_reviewer(),
        reason,
    };
    let arrived = PersonEvent::RecordsArrived { person: second, records: moved, from: first };
    let different = judged_different(1, 1, 4);
    let of = |person, version, event| append(StreamId::Person(person), version, [Event::Person(event)]);
    vec![
        of(first, 1, linked),
        of(second, 1, left),
        of(first, 2, unmerged),
        of(second, 2, arrived),
        of(first, 3, different),
    ]
}

/// A reviewer judged in the file of a person that two records are of different persons.
pub(crate) fn judged_different(person: i64, left: i64, right: i64) -> PersonEvent {
    PersonEvent::JudgedDifferent {
        person: PersonId(person),
        left: RecordId(left),
        right: RecordId(right),
        on: DAY,
        by: reviewer(),
        reason: Words::said("the birth certificate names both"),
    }
}

/// A finding at a record, in the file of the first person.
pub(crate) fn opened_at(finding: i64, at: i64, next_irreversible_on: Option<Date>) -> Event {
    Event::Finding(FindingEvent::FindingOpened {
        finding: FindingId(finding),
        person: PersonId(1),
        check: "ID-04".to_owned(),
        version: 1,
        rule_effective_from: DAY,
        at: RecordId(at),
        inputs: vec![STATEMENT],
        harm: Harm::H3,
        direction: Direction::FavoursPerson,
        next_irreversible_on,
        rests_on_possible_link: false,
        sentence: Words::said("the family name lost its mark"),
        basis: None,
    })
}

fn findings() -> Vec<Append> {
    let opened = |finding, next_irreversible_on| opened_at(finding, 1, next_irreversible_on);
    let started = FindingEvent::ReviewStarted { finding: FindingId(1), by: reviewer() };
    let gone = FindingEvent::NoLongerSeen { finding: FindingId(2), last_seen: DAY };
    vec![
        append(
            StreamId::Finding(FindingId(1)),
            0,
            [opened(1, Some(DAY)), Event::Finding(started), decided(1, "the passport shows it")],
        ),
        append(StreamId::Finding(FindingId(2)), 0, [opened(2, None), Event::Finding(gone)]),
        append(StreamId::Finding(FindingId(3)), 0, [opened(3, None)]),
    ]
}

/// A request with its hold, acknowledged and withdrawn; the hold is lifted.
fn contested() -> Vec<Append> {
    let (request, hold, person) = (RequestId(1), HoldId(1), PersonId(1));
    let filed = CorrectionEvent::RequestFiled {
        request,
        person,
        statement: STATEMENT,
        hold,
        what_is_wrong: Words::said("my name has a tilde"),
        what_is_right: Words::said("Núñez"),
        papers: Words::said("passport"),
        reach: Words::said("by letter"),
        through_helper: true,
        on: DAY,
        acknowledge_by: DAY,
    };
    let acknowledged = CorrectionEvent::RequestAcknowledged { request, on: DAY, by: None };
    let withdrawn = CorrectionEvent::RequestWithdrawn { request, on: DAY };
    let placed = HoldEvent::HoldPlaced {
        hold,
        person,
        statements: vec![STATEMENT],
        ground: HoldGround::Contested { request },
        on: DAY,
    };
    let announced = HoldEvent::LiftAnnounced { hold, on: DAY };
    let lifted =
        HoldEvent::HoldLifted { hold, on: DAY, by: reviewer(), reason: Words::said("it was withdrawn") };
    vec![
        append(StreamId::Correction(request), 0, [filed, acknowledged, withdrawn].map(Event::Correction)),
        append(StreamId::Hold(hold), 0, [placed, announced, lifted].map(Event::Hold)),
    ]
}

/// A closing that the person objects to.
fn closing() -> Append {
    let closing = ClosingId(1);
    let proposed = ClosingEvent::ClosingProposed {
        closing,
        person: PersonId(1),
        finding: FindingId(1),
        rung: Rung::A,
        items: vec![ClosedItem { record: RecordId(1), statement: STATEMENT }],
        by: reviewer(),
        on: DAY,
    };
    let approved = ClosingEvent::ClosingApproved {
        closing,
        posture: Posture::NoOrder,
        by: another_reviewer(),
        reason: Words::said("two sources show the departure"),
        on: DAY,
    };
    let noticed = ClosingEvent::ClosingNoticed { closing, on: DAY, object_until: DAY, given: None };
    let objected = ClosingEvent::ClosingObjected { closing, words: Words::said("I never left"), on: DAY };
    append(StreamId::Closing(closing), 0, [proposed, approved, noticed, objected].map(Event::Closing))
}
