//! Records: whole files, their numbers, their versions, and the case files made of them.

use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use redress_casefile::{
    Event, StatementRef, StreamId,
    finding::FindingEvent,
    person::{ErasureBasis, PersonEvent},
};
use redress_ports::{Append, LogReader as _, PossibleLink, ReadError, RecordReader, Store, StoreError};
use redress_statement::{Attribute, FindingId, PersonId, Record, RecordId, SourceId};
use redress_testkit::{RecordFile, possible_evidence, record, reviewer};

use crate::{
    happenings::{DAY, STATEMENT, append, decided, formed, import, judged_different, opened_at, records},
    place::{Place, reopened},
};

fn file(version: u32, records: Vec<Record>) -> RecordFile {
    RecordFile::new("benefits", "applications", version, records)
}

async fn n_records(store: &impl Store) -> usize {
    store.identity_records(None, 10_000).await.unwrap().len()
}

pub(crate) async fn a_file_is_stored_whole_or_not_at_all(place: &impl Place) {
    let store = place.open().await;
    for breaks_after in [0, 500, 1_500] {
        let mut broken = file(1, records(2_000, "Okafor")).breaking_off_after(breaks_after);
        let refused = store.import(&mut broken, 1, &|_| {}).await;
        assert!(matches!(refused, Err(StoreError::Read(ReadError::Input(_)))), "{refused:?}");
        assert_eq!(n_records(&*store).await, 0, "broken off after {breaks_after}");
    }
    let store = reopened(place, store).await;
    let whole = store.import(&mut file(1, records(2_000, "Okafor")), 2, &|_| {}).await.unwrap();
    assert_eq!((whole.was_known, whole.n_new), (false, 2_000));
    assert!(store.identity_records(None, 3).await.unwrap().iter().map(|stored| stored.id.0).eq(1..=3));
}

pub(crate) async fn a_stored_snapshot_is_passed_over(place: &impl Place) {
    let store = place.open().await;
    let first = store.import(&mut file(1, records(20, "Okafor")), 1, &|_| {}).await.unwrap();
    let store = reopened(place, store).await;
    let again = store.import(&mut file(1, records(20, "Okafor")), 2, &|_| {}).await.unwrap();
    assert!(again.was_known);
    assert_eq!((again.n_new, again.snapshot), (first.n_new, first.snapshot));
    assert_eq!(n_records(&*store).await, 20);
    let next = store.import(&mut file(2, records(21, "Okafor")), 3, &|_| {}).await.unwrap();
    assert_eq!((next.n_new, next.n_same, next.n_changed, next.n_vanished), (1, 20, 0, 0));
}

pub(crate) async fn a_file_that_comes_again_is_taken_for_what_it_shows(place: &impl Place) {
    let store = place.open().await;
    let later = DAY.saturating_add(30.days());
    // Name in the only row, and the day that it describes; whether it was stored already, the name then known, and the day
    // on which it was last seen.
    for (name, day, was_known, now, last_seen) in [
        ("Núñez", DAY, false, "Núñez", DAY),
        ("Núñez", DAY, true, "Núñez", DAY),
        ("N", DAY, false, "N", DAY),
        // The good file again, after the broken one.
        ("Núñez", DAY, false, "Núñez", DAY),
        ("Núñez", DAY, true, "Núñez", DAY),
        ("Núñez", later, false, "Núñez", later),
        // An earlier delivery, sent again, changes nothing.
        ("Núñez", DAY, true, "Núñez", later),
    ] {
        let version = if name == "N" { 2 } else { 1 };
        let imported = store.import(&mut as_of(day, version, name), 1, &|_| {}).await.unwrap();
        let record = store.record(RecordId(1)).await.unwrap().unwrap().record;
        assert_eq!(imported.was_known, was_known, "{name} {day}");
        assert_eq!((record.value(Attribute::FamilyName), record.last_seen), (Some(now), last_seen));
    }
    let empty = |table: &str| RecordFile::new("benefits", table, 1, Vec::new());
    let mut same_bytes = empty("notices");
    store.import(&mut empty("payments"), 1, &|_| {}).await.unwrap();
    assert!(!store.import(&mut same_bytes, 1, &|_| {}).await.unwrap().was_known, "of another table");
}

pub(crate) async fn what_vanished_is_counted_against_the_extract_before(place: &impl Place) {
    let store = place.open().await;
    let other = RecordFile::new("benefits", "notices", 1, Vec::new());
    store.import(&mut { other }, 1, &|_| {}).await.unwrap();
    // How many rows each extract has, of one table and the same source, and how many are gone since the one before.
    for (version, n_rows, n_vanished) in [(1, 20, 0), (2, 18, 2), (3, 18, 0), (4, 17, 1), (5, 20, 0)] {
        let day = DAY.saturating_add(i64::from(version).days());
        let rows = records(n_rows, "Okafor");
        let imported = store.import(&mut file(version, rows).as_of(day), 1, &|_| {}).await.unwrap();
        assert_eq!(imported.n_vanished, n_vanished, "extract {version}");
    }
}

pub(crate) async fn a_row_that_was_set_aside_is_not_gone(place: &impl Place) {
    let store = place.open().await;
    let on = |days: i64| DAY.saturating_add(days.days());
    store.import(&mut file(1, records(3, "Okafor")).as_of(on(1)), 1, &|_| {}).await.unwrap();
    store.append(vec![formed(1, &[1, 2, 3])], 1, on(1)).await.unwrap();
    let source = "benefits".parse().unwrap();
    // Of each extract the rows that it has, those of which only the key can be read, how many are gone since the one before,
    // and the first that is missing.
    for (version, n_rows, unread, n_vanished, missing) in [
        (2, 2, &["K3", "K9"][..], 0, None),
        (3, 1, &["K2"], 1, Some(3)),
        (4, 3, &[], 0, None),
        (5, 2, &[], 1, Some(3)),
    ] {
        let day = on(i64::from(version));
        let mut extract = file(version, records(n_rows, "Okafor")).as_of(day).setting_aside(unread);
        let imported = store.import(&mut extract, 1, &|_| {}).await.unwrap();
        assert_eq!((imported.n_vanished, imported.n_changed), (n_vanished, 0), "extract {version}");
        let found = store.first_missing(&source, "applications", day).await.unwrap();
        assert_eq!(found, missing.map(RecordId), "extract {version}");
        let known = unread.iter().filter(|key| **key != "K9");
        let present = store.present_unread(&source, "applications", day, None, 10).await.unwrap();
        assert_eq!(present.len(), known.count(), "extract {version}: {present:?}");
        // What it says was seen when it was read.
        let last = store.record_by_key(&source, "K3").await.unwrap().unwrap().record.last_seen;
        assert_eq!(last, on(if version < 4 { 1 } else { 4 }), "extract {version}");
    }
    for (after, present) in [(2, &[RecordId(3)][..]), (3, &[])] {
        let after = Some(RecordId(after));
        let found = store.present_unread(&source, "applications", on(2), after, 10).await.unwrap();
        assert_eq!(found, present, "after {after:?}");
    }
}

pub(crate) async fn what_a_record_said_before_is_known(place: &impl Place) {
    let store = place.open().await;
    let on = |days: i64| DAY.saturating_add(days.days());
    // Of each extract: the day, the name in its first row, and the marks that its second row states.
    for (version, days, name, marks) in
        [(1, 0, "Okafor", &[Attribute::Departed][..]), (2, 1, "Okafor", &[]), (3, 2, "OKAFOR", &[])]
    {
        let row = |key: &str| record("benefits", "applications", key).says(Attribute::CaseStatus, "OPEN");
        let marked = marks.iter().fold(row("K2"), |row, mark| row.says(*mark, "yes"));
        let rows =
            vec![row("K1").says(Attribute::FamilyName, name).build(), marked.build(), row("K3").build()];
        let mut extract = file(version, rows).as_of(on(days));
        let changed = store.import(&mut extract, 1, &|_| {}).await.unwrap().changed;
        let counted = changed.get(&Attribute::Departed).and_then(|values| values.get("")).copied();
        assert_eq!(counted, (version == 2).then_some(1), "extract {version}");
        assert_eq!(changed.len(), usize::from(version == 2), "a name is counted nowhere");
    }
    let store = reopened(place, store).await;
    let source: SourceId = "benefits".parse().unwrap();
    for (since, after, wanted) in
        [(0, None, vec![1, 2]), (2, None, vec![1]), (0, Some(1), vec![2]), (3, None, vec![])]
    {
        let page =
            store.changed_since(&source, "applications", on(since), after.map(RecordId), 9).await.unwrap();
        assert_eq!(
            page.iter().map(|changed| changed.record.0).collect::<Vec<_>>(),
            wanted,
            "{since} {after:?}"
        );
        for changed in page {
            let (on_day, values) = match changed.record.0 {
                1 => (on(2), vec![(Attribute::FamilyName, Some("OKAFOR".to_owned()))]),
                _ => (on(1), vec![(Attribute::Departed, None)]),
            };
            assert_eq!((changed.on, changed.values), (on_day, values));
        }
    }
    for (day, after, wanted) in [(0, None, vec![]), (1, None, vec![1, 2]), (9, Some(1), vec![2])] {
        let page = store.first_shown_before(&source, on(day), after.map(RecordId), 9).await.unwrap();
        let wanted: Vec<(RecordId, Date)> = wanted.into_iter().map(|id| (RecordId(id), on(0))).collect();
        assert_eq!(page, wanted, "{day} {after:?}");
    }
}

pub(crate) async fn a_key_that_stands_twice_refuses_the_file(place: &impl Place) {
    let store = place.open().await;
    // Beside each other, and so far apart that they are stored in different batches.
    for n in [2, 3_000] {
        let mut twice = records(n, "Okafor");
        twice.push(record("benefits", "applications", "K1").line(n as u64 + 2).build());
        let refused = store.import(&mut file(1, twice), 1, &|_| {}).await;
        let Err(StoreError::Read(ReadError::Input(text))) = refused else { panic!("{refused:?}") };
        assert!(text.contains("`K1`") && text.contains(&format!("line {}", n + 2)), "{text}");
        assert_eq!(n_records(&*store).await, 0);
    }
}

/// One record of an extract that describes `day`.
fn of_day(day: Date, family_name: &str) -> Vec<Record> {
    let record = record("benefits", "applications", "K1").says(Attribute::FamilyName, family_name);
    vec![record.seen(day, day).build()]
}

pub(crate) async fn a_record_that_changes_keeps_its_number_and_its_history(place: &impl Place) {
    let store = place.open().await;
    let mut files = Vec::new();
    for (version, name) in [(1, "Nunez"), (2, "Núñez")] {
        let imported = store.import(&mut file(version, of_day(DAY, name)), 1, &|_| {}).await.unwrap();
        assert_eq!((imported.n_new, imported.n_changed), ((version == 1).into(), (version == 2).into()));
        files.push(imported.snapshot.digest);
    }
    let source: SourceId = "benefits".parse().unwrap();
    let newest = store.record_by_key(&source, "K1").await.unwrap().unwrap();
    assert_eq!((newest.id, newest.record.value(Attribute::FamilyName)), (RecordId(1), Some("Núñez")));
    // Both lines lead to the record: that of the file that said it first, and that of the one that changed it.
    let line = newest.record.locator.line;
    for (file, line, found) in [
        (files[0], line, vec![RecordId(1)]),
        (files[1], line, vec![RecordId(1)]),
        (files[0], line + 1, vec![]),
    ] {
        assert_eq!(store.records_at(file, line).await.unwrap(), found, "{file}, line {line}");
    }
    let versions = store.record_versions(RecordId(1)).await.unwrap();
    let said: Vec<_> = versions.iter().map(|version| version.value(Attribute::FamilyName)).collect();
    assert_eq!(said, [Some("Núñez"), Some("Nunez")]);
}

pub(crate) async fn a_late_extract_tells_what_was(place: &impl Place) {
    let store = place.open().await;
    let (earlier, later) = (date(2026, 1, 31), date(2026, 10, 31));
    store.import(&mut as_of(later, 1, "Núñez"), 1, &|_| {}).await.unwrap();
    store.import(&mut as_of(earlier, 2, "Nunez"), 2, &|_| {}).await.unwrap();
    let newest = store.record(RecordId(1)).await.unwrap().unwrap().record;
    assert_eq!((newest.value(Attribute::FamilyName), newest.last_seen), (Some("Núñez"), later));
    assert_eq!(store.record_versions(RecordId(1)).await.unwrap().len(), 2);
}

fn as_of(day: Date, version: u32, name: &str) -> RecordFile {
    file(version, of_day(day, name)).as_of(day)
}

pub(crate) async fn case_files_hold_what_is_accepted_and_what_is_possible(place: &impl Place) {
    let store = place.open().await;
    import(&*store, 4).await;
    let mut attached = RecordFile::new(
        "benefits",
        "payments",
        1,
        vec![record("benefits", "payments", "P1").about("K2").build()],
    );
    assert_eq!(attached.snapshot().table.as_ref(), "payments");
    store.import(&mut attached, 1, &|_| {}).await.unwrap();
    store.append(vec![formed(1, &[1, 2]), formed(2, &[3])], 1, DAY).await.unwrap();
    let link = PossibleLink { left: RecordId(1), right: RecordId(4), evidence: possible_evidence() };
    store.replace_possible_links(std::slice::from_ref(&link)).await.unwrap();

    let file = store.case_file(PersonId(1)).await.unwrap().unwrap();
    let held: Vec<(i64, bool)> =
        file.records.iter().map(|record| (record.id.0, record.is_accepted())).collect();
    assert_eq!(held, [(1, true), (2, true), (4, false), (5, true)]);
    assert_eq!(store.person_of(RecordId(5)).await.unwrap(), Some(PersonId(1)), "as its lead");
    let source: SourceId = "benefits".parse().unwrap();
    let of_source = store.records_of(&source, Some(RecordId(1)), 3).await.unwrap();
    let numbers: Vec<_> = of_source.iter().map(|stored| (stored.id.0, stored.person)).collect();
    assert_eq!(numbers, [(2, Some(PersonId(1))), (3, Some(PersonId(2))), (4, None)]);
    assert_eq!(store.records_of(&"court".parse().unwrap(), None, 3).await.unwrap(), []);
    let all = store.case_files(None, 10).await.unwrap();
    assert_eq!(all[0], file);
    assert!(all.iter().map(|file| file.person.0).eq([1, 2]));
    assert_eq!(store.case_files(Some(PersonId(1)), 10).await.unwrap(), all[1..]);
    assert_eq!(store.case_file(PersonId(9)).await.unwrap(), None);

    assert_eq!(store.possible_link(RecordId(4), RecordId(1)).await.unwrap(), Some(link));
    store.replace_possible_links(&[]).await.unwrap();
    assert_eq!(store.case_file(PersonId(1)).await.unwrap().unwrap().records.len(), 3);
}

/// More than one statement asks for.
const MANY: i64 = 300;

pub(crate) async fn many_are_answered_as_each_alone(place: &impl Place) {
    let store = place.open().await;
    import(&*store, MANY as usize).await;
    let opened =
        |n| append(StreamId::Finding(FindingId(n)), 0, [opened_at(n, n, None), decided(n, "in words")]);
    store
        .append((1..=MANY).map(|n| formed(n, &[n])).chain((1..=MANY).map(opened)).collect(), 1, DAY)
        .await
        .unwrap();
    // Not in their order, one twice, and one that is not there.
    let asked = || (1..=MANY).rev().chain([7, 9_999]);
    let (mut records, mut files, mut findings, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 1..=MANY {
        records.extend(store.record(RecordId(n)).await.unwrap());
        files.extend(store.case_file(PersonId(n)).await.unwrap());
        findings.extend(store.findings_of(PersonId(n)).await.unwrap());
        events.extend(store.load(StreamId::Person(PersonId(n))).await.unwrap());
        events.extend(store.load(StreamId::Finding(FindingId(n))).await.unwrap());
    }
    events.sort_by_key(|event| event.seq);
    let persons: Vec<PersonId> = asked().map(PersonId).collect();
    let of_persons = persons.iter().map(|person| StreamId::Person(*person));
    let streams: Vec<StreamId> = of_persons.chain(asked().map(|n| StreamId::Finding(FindingId(n)))).collect();
    assert_eq!(store.records(&asked().map(RecordId).collect::<Vec<_>>()).await.unwrap(), records);
    assert_eq!(store.case_files_of(&persons).await.unwrap(), files);
    assert_eq!(store.findings_of_all(&persons).await.unwrap(), findings);
    assert_eq!(store.load_all(&streams).await.unwrap(), events);
    assert_eq!([records.len(), files.len(), findings.len(), events.len()], [300, 300, 300, 900]);
    assert!(
        store.records(&[]).await.unwrap().is_empty() && store.case_files_of(&[]).await.unwrap().is_empty()
    );
}

/// A finding at one record that rests on another, with its reviewer's words.
fn reported(finding: i64, at: i64, rests_on: i64) -> Append {
    let mut opened = opened_at(finding, at, None);
    if let Event::Finding(FindingEvent::FindingOpened { inputs, .. }) = &mut opened {
        *inputs = vec![StatementRef { record: RecordId(rests_on), ..STATEMENT }];
    }
    append(StreamId::Finding(FindingId(finding)), 0, [opened, decided(finding, "the passport shows it")])
}

/// Whether the words of the second person's judgements are there, with their proofs.
async fn check_judged(store: &impl Store, are_there: [bool; 2]) {
    for (event, is_there) in
        store.load(StreamId::Person(PersonId(2))).await.unwrap()[1..].iter().zip(are_there)
    {
        let Event::Person(PersonEvent::JudgedDifferent { reason, .. }) = &event.event else {
            panic!("{event:?}")
        };
        assert_eq!(reason.text().is_some(), is_there, "{event:?}");
        assert_eq!(store.receipt(event.seq).await.unwrap().is_some(), is_there, "{event:?}");
    }
}

pub(crate) async fn erased_records_say_nothing_and_what_was_written_about_them_is_gone(place: &impl Place) {
    let store = place.open().await;
    for (version, name) in [(1, "Núñez"), (2, "Nunez")] {
        let mut rows = records(12, name);
        let row = record("benefits", "applications", "R1").about("K1").says(Attribute::FamilyName, name);
        rows.push(row.build());
        // A source may call its rows as it likes.
        rows.push(record("benefits", "applications", "erased:13").says(Attribute::FamilyName, name).build());
        // A row that describes the person, and shares a number with others of that person.
        let mut entry = record("benefits", "applications", "E1").says(Attribute::FamilyName, name).build();
        entry.about = Some("X123".into());
        rows.push(entry);
        store
            .import(&mut file(version, rows).as_of(DAY + i64::from(version).days()), 1, &|_| {})
            .await
            .unwrap();
    }
    let persons = [formed(1, &[1]), formed(2, &[2, 12])];
    // At an erased record; at another that rests on it; and two of records whose numbers begin alike.
    let findings = [reported(1, 1, 1), reported(2, 2, 1), reported(3, 2, 2), reported(4, 12, 12)];
    store.append(persons.into_iter().chain(findings).collect(), 1, DAY).await.unwrap();
    // Somebody else's file says why a record is of another person: of an erased one, and of two others.
    let judged = [judged_different(2, 1, 2), judged_different(2, 2, 11)].map(Event::Person);
    store.append(vec![append(StreamId::Person(PersonId(2)), 1, judged)], 1, DAY).await.unwrap();
    store.publish(1_000_000, DAY).await.unwrap();
    let erased = Event::Person(PersonEvent::RecordsErased {
        person: PersonId(1),
        n_records: 1,
        basis: ErasureBasis::Schedule,
        by: reviewer(),
    });
    let told = vec![append(StreamId::Person(PersonId(1)), 1, [erased.clone()])];
    let records = [RecordId(1), RecordId(13), RecordId(15)];
    let recorded = store.erase_records(PersonId(1), &records, told.clone(), 2, DAY).await.unwrap();
    assert_eq!(recorded[0].event, erased);
    // Its salt was not erased with those of the person's other events.
    store.publish(2_000_000, DAY).await.unwrap();
    assert!(store.receipt(recorded[0].seq).await.unwrap().is_some());
    // Told of a version that has passed, nothing is erased or told.
    let late = store.erase_records(PersonId(1), &records, told, 3, DAY).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    let state = store.state_digest().await.unwrap();
    let store = reopened(place, store).await;
    for (number, key, about, n_statements) in [
        (1, "erased:1 ", None, 0),
        (13, "erased:13 ", Some("erased:1 "), 0),
        (14, "erased:13", None, 1),
        (15, "erased:15 ", None, 0),
        (2, "K2", None, 1),
        (12, "K12", None, 1),
    ] {
        let versions = store.record_versions(RecordId(number)).await.unwrap();
        assert_eq!(versions.len(), 2);
        for version in versions {
            assert_eq!((&*version.key.key, version.about.as_deref()), (key, about));
            assert_eq!((version.statements.len(), version.is_identity), (n_statements, n_statements == 1));
        }
    }
    for (finding, is_there) in [(1, false), (2, false), (3, true), (4, true)] {
        let events = store.load(StreamId::Finding(FindingId(finding))).await.unwrap();
        let Event::Finding(FindingEvent::FindingDecided { reason, .. }) = &events[1].event else {
            panic!("{events:?}")
        };
        assert_eq!(reason.text().is_some(), is_there, "finding {finding}");
        assert_eq!(store.receipt(events[1].seq).await.unwrap().is_some(), is_there, "finding {finding}");
    }
    check_judged(&*store, [false, true]).await;
    let row = record("benefits", "applications", "erased:1").says(Attribute::FamilyName, "Okoro").build();
    store.import(&mut file(3, vec![row]).as_of(DAY + 3.days()), 3, &|_| {}).await.unwrap();
    assert_eq!(store.record_versions(RecordId(1)).await.unwrap().len(), 2, "a row of that name is another");
    store.rebuild().await.unwrap();
    assert_eq!(store.state_digest().await.unwrap(), state);
    place.close(store).await;
    assert_eq!(place.problems().await, [""; 0]);
}
