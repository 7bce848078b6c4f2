//! Closings after a departure: what the evidence allows, and that nothing happens by itself.

use jiff::civil::date;
use redress_casefile::{
    Actor, Event, NoticeWay, StreamId,
    closing::{Allowed, Posture, Rung},
    packet::PacketReader,
    person::PersonEvent,
    step::Stage,
};
use redress_ports::{Append, NewEvent, Page};
use redress_service::{
    App, GivenBy, ListKind, ListMarker, Quiet, ServiceError, approve_closing, carry_out_closing,
    departure_editions, ledger, make_departure_edition, notice_closing, propose_closing, record_packet,
    run_checks, undo_closing,
    view::{Reader, closing_view},
};
use redress_statement::{Attribute, ClosingId, Digest, FindingId, PersonId, RecordId};
use redress_testkit::{RecordFile, another_reviewer, oversight, possible_evidence, record, reviewer};

use crate::office::{Office, TODAY, office};

/// Dora, who left, by some record.
const DORA: PersonId = PersonId(3);

const REASON: &str = "the manifest and the officer's note agree";

type Says<'a> = &'a [(Attribute, &'a str)];

/// Imports one record of Dora, and answers its number.
async fn import(app: &App, source: &str, table: &str, key: &str, says: Says<'_>) -> RecordId {
    let mut built = record(source, table, key)
        .says(Attribute::FamilyName, "Ruiz")
        .says(Attribute::GivenName, "Dora")
        .says(Attribute::BirthDate, "1990-03-04");
    for (attribute, value) in says {
        built = built.says(*attribute, value);
    }
    // Each file of a source is another version of it: `I2` stands in the second.
    let version = key.bytes().last().map_or(1, |digit| u32::from(digit - b'0'));
    let mut file = RecordFile::new(source, table, version, vec![built.build()]);
    app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    app.store.record_by_key(&source.parse().unwrap(), key).await.unwrap().unwrap().id
}

async fn append(app: &App, expected_version: u64, event: PersonEvent) {
    let actor = Actor::Model { model: Digest::of(b"model") };
    let events = vec![NewEvent { event: Event::Person(event), actor }];
    let append = Append { stream: StreamId::Person(DORA), expected_version, events };
    app.store.append(vec![append], 1, TODAY).await.unwrap();
}

/// An office that holds a border record and an active status record of Dora.
async fn with_departure(border: Says<'_>, status: Says<'_>) -> Office {
    let office = office().await;
    let app = &office.app;
    let mut of_status = vec![(Attribute::CaseStatus, "ACTIVE"), (Attribute::NextCheckInOn, "2040-01-10")];
    of_status.extend_from_slice(status);
    let first = import(app, "border", "i94_records", "I1", border).await;
    let second = import(app, "status", "extract", "S1", &of_status).await;
    let model = Digest::of(b"model");
    append(
        app,
        0,
        PersonEvent::PersonFormed { person: DORA, records: vec![first, second], model, weakest: None },
    )
    .await;
    run_checks(app, &Quiet).await.unwrap();
    office
}

/// The first finding of a check in Dora's file.
async fn finding(app: &App, check: &str) -> Option<FindingId> {
    let rows = app.store.findings_of(DORA).await.unwrap();
    rows.into_iter().find(|row| row.check == check).map(|row| row.finding)
}

const FLOWN: Says<'_> =
    &[(Attribute::DepartedOn, "2026-06-09"), (Attribute::DepartureBasis, "FLOWN_MANIFEST")];
const BOOKED: Says<'_> = &[(Attribute::DepartedOn, "2026-06-09"), (Attribute::DepartureBasis, "BOOKED")];
const NOTED: Says<'_> = &[
    (Attribute::Departed, "yes"),
    (Attribute::DepartedOn, "2026-06-11"),
    (Attribute::DepartureBasis, "FOREIGN_ENTRY_STAMP"),
];
const NOT_SAID_HOW: Says<'_> = &[(Attribute::Departed, "yes"), (Attribute::DepartedOn, "2026-06-11")];

async fn closed(office: &Office) -> ClosingId {
    let app = &office.app;
    let id = propose_closing(app, &reviewer(), finding(app, "DP-01").await.unwrap()).await.unwrap();
    approve_closing(app, &another_reviewer(), id, Posture::OutstandingOrder, REASON).await.unwrap();
    notice_closing(app, &reviewer(), id, NoticeWay::Post).await.unwrap();
    office.clock.advance_days(31);
    carry_out_closing(app, &reviewer(), id).await.unwrap();
    id
}

#[tokio::test]
async fn the_page_shows_each_item_what_ends_and_what_stays() {
    let office = with_departure(FLOWN, NOTED).await;
    let order: Says<'_> = &[(Attribute::FinalOrder, "yes"), (Attribute::FinalOrderOn, "2025-01-02")];
    let third = import(&office.app, "court", "orders", "O1", order).await;
    let model = Digest::of(b"model");
    append(
        &office.app,
        1,
        PersonEvent::RecordsJoined { person: DORA, records: vec![third], model, weakest: None },
    )
    .await;
    let id = closed(&office).await;
    let view = closing_view(&office.app, &Reader::Person(DORA), id).await.unwrap();
    let ladder = view.ladder.as_ref().unwrap();
    assert_eq!((ladder.rung, view.rung, view.allowed()), (Rung::A, Rung::A, Allowed::ProposeClosing));
    let items: Vec<_> = ladder.items.iter().map(|item| (item.on.to_string(), item.has_happened)).collect();
    assert_eq!(items, [("2026-06-09".to_owned(), true), ("2026-06-11".to_owned(), true)]);
    assert!(ladder.items.iter().all(|item| item.is_official) && ladder.presences.is_empty());
    let ended: Vec<_> = view.items.iter().map(|item| item.statement.attribute).collect();
    assert_eq!(ended, [Attribute::CaseStatus, Attribute::NextCheckInOn]);
    let left: Vec<_> = view.left_open.iter().map(|left| (left.what, left.on.unwrap().to_string())).collect();
    assert_eq!(left, [("marked as finally ordered", "2025-01-02".to_owned())]);
}

#[tokio::test]
async fn a_packet_shows_the_closing_among_the_steps_of_the_case() {
    let office = with_departure(FLOWN, NOTED).await;
    let app = &office.app;
    let closing_step = async || {
        let made = record_packet(app, DORA, GivenBy::Own, PacketReader::Person, "").await.unwrap();
        let step = made.steps.into_iter().find(|step| step.stage == Stage::Closed).unwrap();
        let remedies: Vec<String> = step.remedies.iter().map(|remedy| remedy.what.clone()).collect();
        (step.what, remedies.join("; "))
    };
    let id = closed(&office).await;
    let (what, remedies) = closing_step().await;
    for said in [&id.to_string(), "an order was outstanding", "Approved by ", "Carried out by "] {
        assert!(what.contains(said), "{said}: {what}");
    }
    assert!(remedies.contains("undone"), "{remedies}");
    undo_closing(app, &reviewer(), id, "the person came to the office and showed the ticket").await.unwrap();
    let (what, remedies) = closing_step().await;
    assert!(what.contains("was undone by") && remedies.is_empty(), "{what} {remedies}");
}

#[tokio::test]
async fn an_entry_of_an_offices_own_list_is_struck_while_its_task_is_closed() {
    let office = with_departure(FLOWN, NOTED).await;
    let app = &office.app;
    let marker = |kind| ListMarker::try_new(app, reviewer(), "status".parse().unwrap(), kind).unwrap();
    assert_eq!(marker(ListKind::CheckIns).mark("S1", None).await.unwrap().word(), "");
    let id = closed(&office).await;
    for (kind, word) in
        [(ListKind::CheckIns, "struck"), (ListKind::Notices, "struck"), (ListKind::Hearings, "")]
    {
        assert_eq!(marker(kind).mark("S1", None).await.unwrap().word(), word, "{kind:?}");
    }
    let mut marker = marker(ListKind::CheckIns);
    for key in ["S1", "S1", "S2", "K1"] {
        marker.mark(key, None).await.unwrap();
    }
    assert_eq!(marker.n_read(), 1, "one file, once; a key of another source finds nothing");
    let reason = "the person came to the office and showed the ticket back";
    undo_closing(app, &reviewer(), id, reason).await.unwrap();
    assert_eq!(marker.mark("S1", None).await.unwrap().word(), "");
    // A role that reads no file is told so, whatever stands on the list.
    let source = "status".parse().unwrap();
    let refused = ListMarker::try_new(app, oversight(), source, ListKind::CheckIns).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "the role oversight may not do `mark_list`: ask a reviewer or an appeal officer"
    );
}

#[tokio::test]
async fn a_booking_or_one_unconfirmed_record_proposes_nothing() {
    for (border, status, says) in [
        (BOOKED, &[][..], "ask the person"),
        (FLOWN, &[][..], "rung C"),
        (NOTED, BOOKED, "rung C"),
        (FLOWN, NOT_SAID_HOW, "rung C"),
    ] {
        let office = with_departure(border, status).await;
        let app = &office.app;
        assert_eq!(finding(app, "DP-01").await, None, "{border:?}");
        // Nor from a finding of another check in the same file.
        let rows = app.store.findings_of(DORA).await.unwrap();
        for row in rows {
            let refused = propose_closing(app, &reviewer(), row.finding).await.unwrap_err();
            let ServiceError::Refused(refusal) = refused else { unreachable!("{refused}") };
            assert!(refusal.to_string().contains(says), "{refusal}");
        }
    }
}

#[tokio::test]
async fn a_return_that_comes_to_light_stops_a_closing_at_each_step() {
    for n_steps in [1, 3] {
        let office = with_departure(FLOWN, NOTED).await;
        let app = &office.app;
        let id = propose_closing(app, &reviewer(), finding(app, "DP-01").await.unwrap()).await.unwrap();
        if n_steps == 3 {
            approve_closing(app, &another_reviewer(), id, Posture::NoProceeding, REASON).await.unwrap();
            notice_closing(app, &reviewer(), id, NoticeWay::Post).await.unwrap();
            office.clock.advance_days(31);
        }
        let third = import(app, "border", "i94_records", "I2", &[(Attribute::ArrivedOn, "2026-08-01")]).await;
        let model = Digest::of(b"model");
        append(
            app,
            1,
            PersonEvent::RecordsJoined { person: DORA, records: vec![third], model, weakest: None },
        )
        .await;
        let refused = match n_steps {
            1 => approve_closing(app, &another_reviewer(), id, Posture::NoProceeding, REASON).await,
            _ => carry_out_closing(app, &reviewer(), id).await,
        };
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("the person was here"), "{refused}");
        let view = closing_view(app, &Reader::Staff(reviewer()), id).await.unwrap();
        assert_eq!((view.allowed(), view.ladder.unwrap().presences.len()), (Allowed::Ask, 1));
    }
}

#[tokio::test]
async fn the_ledger_follows_from_the_events_and_counts_what_came_to_nothing() {
    let office = with_departure(FLOWN, NOTED).await;
    let app = &office.app;
    let before = ledger(app).await.unwrap();
    assert_eq!((before.tasks_closed, before.acts_by_hand, before.notices_given), (0, 0, 0));
    let id = closed(&office).await;
    let while_closed = ledger(app).await.unwrap();
    // The mark of the active case and the check-in of 2040; four acts, one notice; the finding is put right by it.
    assert_eq!((while_closed.tasks_closed, while_closed.journeys_avoided), (2, 1));
    assert_eq!((while_closed.hearings_avoided, while_closed.letters_avoided), (0, 0));
    assert_eq!(
        (while_closed.errors_corrected, while_closed.notices_given, while_closed.letters_sent),
        (1, 1, 1)
    );
    assert!(while_closed.acts_by_hand >= 4, "{while_closed:?}");
    assert_eq!(ledger(app).await.unwrap(), while_closed, "counted again, it is the same");
    undo_closing(app, &reviewer(), id, "the person came to the office and showed the ticket").await.unwrap();
    let undone = ledger(app).await.unwrap();
    assert_eq!((undone.tasks_closed, undone.journeys_avoided, undone.closings_undone), (0, 0, 1));
    assert_eq!(undone.errors_corrected, 0);
}

#[tokio::test]
async fn a_list_that_an_office_brings_is_counted_by_its_struck_entries() {
    let office = with_departure(FLOWN, NOTED).await;
    let app = &office.app;
    let id = closed(&office).await;
    let before = ledger(app).await.unwrap();
    let bring_for = async |kind, key: &str, day: Option<jiff::civil::Date>| {
        let mut marker = ListMarker::try_new(app, reviewer(), "status".parse().unwrap(), kind).unwrap();
        marker.mark(key, day).await.unwrap().word()
    };
    let bring = async |kind, key: &str| bring_for(kind, key, None).await;
    // Brought again it is the same letter; a key that is not there, a check-in and a hearing count for none.
    for (kind, key, word, n_letters) in [
        (ListKind::Notices, "S1", "struck", 1),
        (ListKind::Notices, "S1", "struck", 1),
        (ListKind::Notices, "S9", "", 1),
        (ListKind::CheckIns, "S1", "struck", 1),
        (ListKind::Hearings, "S1", "", 1),
    ] {
        assert_eq!(bring(kind, key).await, word, "{kind:?} {key}");
        let counted = ledger(app).await.unwrap();
        assert_eq!((counted.letters_avoided, counted.hearings_avoided), (n_letters, 0), "{kind:?} {key}");
        assert_eq!(counted.acts_by_hand, before.acts_by_hand, "{kind:?} {key}");
    }
    office.clock.advance_days(7);
    let today = office.app.clock.today();
    // On another day too; only a letter for another day is another letter, and only one for a day to come was avoided.
    for (day, n_letters, n_too_late) in [
        (None, 1, 0),
        (Some(date(2040, 1, 10)), 1, 0),
        (Some(date(2040, 2, 7)), 2, 0),
        (Some(today), 2, 1),
        (Some(today.yesterday().unwrap()), 2, 2),
        (Some(today.tomorrow().unwrap()), 3, 2),
        (Some(today), 3, 2),
    ] {
        assert_eq!(bring_for(ListKind::Notices, "S1", day).await, "struck", "{day:?}");
        let counted = ledger(app).await.unwrap();
        assert_eq!((counted.letters_avoided, counted.letters_too_late), (n_letters, n_too_late), "{day:?}");
        assert_eq!((counted.letters_not_known, counted.journeys_avoided), (0, before.journeys_avoided));
    }
    undo_closing(app, &reviewer(), id, "the person came to the office and showed the ticket").await.unwrap();
    assert_eq!(bring(ListKind::Notices, "S1").await, "");
    assert_eq!(ledger(app).await.unwrap().letters_avoided, 0, "an undone closing saves nothing");
}

#[tokio::test]
async fn a_check_in_that_was_over_before_the_closing_saved_no_journey() {
    let office = with_departure(FLOWN, NOTED).await;
    let soon: Says<'_> = &[(Attribute::NextCheckInOn, "2026-11-20")];
    let third = import(&office.app, "status", "extract", "S2", soon).await;
    let model = Digest::of(b"model");
    append(
        &office.app,
        1,
        PersonEvent::RecordsJoined { person: DORA, records: vec![third], model, weakest: None },
    )
    .await;
    closed(&office).await;
    let ledger = ledger(&office.app).await.unwrap();
    assert_eq!((ledger.tasks_closed, ledger.journeys_avoided, ledger.check_ins_too_late), (3, 1, 1));
}

#[tokio::test]
async fn an_edition_counts_each_departure_once_and_is_accounted_for() {
    for (border, status, expected) in [
        (FLOWN, NOTED, [1, 0, 0]),
        (FLOWN, NOT_SAID_HOW, [0, 1, 0]),
        (FLOWN, &[][..], [0, 1, 0]),
        (BOOKED, &[], [0, 0, 1]),
        (FLOWN, &[(Attribute::PresentOn, "2026-07-01")], [0, 0, 1]),
        (&[], &[], [0, 0, 0]),
    ] {
        let office = with_departure(border, status).await;
        let app = &office.app;
        let editions = make_departure_edition(app, &Quiet).await.unwrap();
        let newest = editions.newest().unwrap();
        let counted = newest.rows.iter().fold([0; 3], |mut sums, row| {
            (0..3).for_each(|at| sums[at] += row.counts[at].n);
            sums
        });
        assert_eq!(counted, expected, "{border:?} {status:?}");
        assert!(
            newest.rows.iter().all(|row| row.month == "2026" && row.shown().all.to_string() == "1 to 10")
        );
        assert_eq!(departure_editions(app).await.unwrap(), editions, "it is kept");
        let reads = app.store.accesses_of(DORA, Page { offset: 0, limit: 10 }).await.unwrap();
        assert!(reads.iter().any(|read| read.user_code == "departures"), "{reads:?}");
    }
}

#[tokio::test]
async fn an_unsure_link_widens_the_interval_of_an_edition() {
    let office = office().await;
    let app = &office.app;
    let first = import(app, "border", "i94_records", "I1", FLOWN).await;
    let second = import(app, "status", "extract", "S1", NOTED).await;
    let (model, weakest) = (Digest::of(b"model"), Some(possible_evidence()));
    append(app, 0, PersonEvent::PersonFormed { person: DORA, records: vec![first, second], model, weakest })
        .await;
    let editions = make_departure_edition(app, &Quiet).await.unwrap();
    let [confirmed, probable, _] = editions.newest().unwrap().rows[0].counts;
    assert_eq!((confirmed.n, confirmed.low, confirmed.high), (1, 0, 1));
    assert_eq!((probable.n, probable.low, probable.high), (0, 0, 1));
}

/// Months of ten years.
const MONTHS: i32 = 120;

#[tokio::test]
async fn ten_years_close_nothing_and_escalate_nothing() {
    let office = with_departure(FLOWN, NOTED).await;
    let app = &office.app;
    let id = propose_closing(app, &reviewer(), finding(app, "DP-01").await.unwrap()).await.unwrap();
    approve_closing(app, &another_reviewer(), id, Posture::NoProceeding, REASON).await.unwrap();
    notice_closing(app, &reviewer(), id, NoticeWay::Post).await.unwrap();
    let before = app.store.event_counts().await.unwrap();
    let adverse = |rows: Vec<redress_ports::FindingRow>| {
        rows.into_iter().filter(|row| row.direction == redress_checks::Direction::AdversePossible).count()
    };
    let n_adverse = adverse(app.store.findings_of(DORA).await.unwrap());
    for _ in 0..MONTHS {
        office.clock.advance_days(31);
        run_checks(app, &Quiet).await.unwrap();
    }
    let after = app.store.event_counts().await.unwrap();
    for kind in before.keys().chain(after.keys()).filter(|kind| !kind.starts_with("finding")) {
        assert_eq!(before.get(kind), after.get(kind), "{kind}");
    }
    let open = app.store.closings_open(Page { offset: 0, limit: 10 }).await.unwrap();
    assert_eq!(open.iter().map(|row| row.state.as_str()).collect::<Vec<_>>(), ["noticed"]);
    assert_eq!(adverse(app.store.findings_of(DORA).await.unwrap()), n_adverse);
}

#[tokio::test]
async fn no_posture_denies_an_order_that_a_record_marks() {
    let marked =
        &[NOTED, &[(Attribute::FinalOrder, "yes"), (Attribute::FinalOrderOn, "2025-01-02")][..]].concat();
    let office = with_departure(FLOWN, marked).await;
    let app = &office.app;
    let id = propose_closing(app, &reviewer(), finding(app, "DP-01").await.unwrap()).await.unwrap();
    let refused =
        approve_closing(app, &another_reviewer(), id, Posture::NoProceeding, REASON).await.unwrap_err();
    assert!(refused.to_string().contains("marked as finally ordered"), "{refused}");
    approve_closing(app, &another_reviewer(), id, Posture::OutstandingOrder, REASON).await.unwrap();
}

#[tokio::test]
async fn a_posture_says_of_a_proceeding_what_the_records_say() {
    let case: Says<'_> = &[(Attribute::CaseType, "RMV")];
    for (of_court, denied, stands, says) in [
        (None, Posture::NoOrder, Posture::NoProceeding, "no record of this person names a proceeding"),
        (Some(case), Posture::NoProceeding, Posture::NoOrder, "names a proceeding before a court: say how"),
    ] {
        let office = with_departure(FLOWN, NOTED).await;
        let app = &office.app;
        if let Some(says) = of_court {
            let third = import(app, "court", "cases", "C1", says).await;
            let model = Digest::of(b"model");
            let joined =
                PersonEvent::RecordsJoined { person: DORA, records: vec![third], model, weakest: None };
            append(app, 1, joined).await;
        }
        let id = propose_closing(app, &reviewer(), finding(app, "DP-01").await.unwrap()).await.unwrap();
        let refused = approve_closing(app, &another_reviewer(), id, denied, REASON).await.unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
        approve_closing(app, &another_reviewer(), id, stands, REASON).await.unwrap();
        let view = closing_view(app, &Reader::Person(DORA), id).await.unwrap();
        let told = view.history.iter().any(|line| line.what.contains("no proceeding before a court"));
        assert_eq!(told, stands == Posture::NoProceeding, "{:?}", view.history);
    }
}
