//! What the store tells the checks of the record itself: for how long it is kept, what left, what was changed at once.

use jiff::{ToSpan as _, civil::date};
use redress_casefile::StatementRef;
use redress_ports::{Access, AccessPurpose, Agreement};
use redress_service::{Answers, Quiet, disclose_source, file_request, run_checks};
use redress_statement::{Attribute, PersonId, Record, RecordId};
use redress_testkit::{RecordFile, SEEN_ON, record};

use crate::office::{ANA, Office, TODAY, form, office, until, with_agreement};

/// Records of which a check reports something, as the person whose file they are in is shown them.
async fn reported(office: &Office, check: &str) -> Vec<RecordId> {
    run_checks(&office.app, &Quiet).await.unwrap();
    let mut at = Vec::new();
    for row in office.app.store.findings(None, 500).await.unwrap() {
        if row.check == check && row.state != "no_longer_seen" {
            at.push(row.at);
        }
    }
    at
}

#[tokio::test]
async fn a_record_is_kept_until_the_schedule_of_its_source_is_over() {
    let office = office().await;
    // The first row says something else in an extract two days later: it is as old as before.
    let later = SEEN_ON.saturating_add(2.days());
    let mut file =
        RecordFile::new("benefits", "applications", 2, vec![said("K1", "Nunez", later)]).as_of(later);
    office.app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    let age_days = u32::try_from(SEEN_ON.until(TODAY).unwrap().get_days()).unwrap();
    let of_both = vec![RecordId(1), RecordId(2)];
    for (keep_days, retain_until, wanted) in [
        (None, None, vec![]),
        (Some(age_days), None, vec![]),
        (Some(age_days - 1), None, of_both.clone()),
        (None, Some(TODAY), vec![]),
        (None, Some(TODAY.saturating_sub(1.day())), of_both.clone()),
        (Some(age_days), Some(TODAY.saturating_sub(1.day())), of_both),
    ] {
        let agreement = Agreement { keep_days, retain_until, ..until(date(2026, 12, 31)) };
        office.app.store.put_agreement(&agreement).await.unwrap();
        assert_eq!(reported(&office, "PR-05").await, wanted, "{keep_days:?} {retain_until:?}");
    }
}

fn said(key: &str, family: &str, on: jiff::civil::Date) -> Record {
    let record = record("benefits", "applications", key).says(Attribute::FamilyName, family);
    record.says(Attribute::GivenName, "Ana").seen(on, on).build()
}

const NAME: StatementRef = StatementRef { record: RecordId(1), attribute: Attribute::FamilyName, ordinal: 0 };

/// Gives the records of the office's source away, a day after whatever came before.
async fn give(office: &Office) {
    office.clock.advance_days(1);
    let source = "benefits".parse().unwrap();
    disclose_source(&office.app, &source, "Court Records Office", &mut |_| Ok(())).await.unwrap();
}

#[tokio::test]
async fn what_leaves_while_it_is_contested_bears_its_mark_or_is_found() {
    let office = with_agreement().await;
    give(&office).await;
    office.clock.advance_days(1);
    let answers = Answers { what_is_wrong: "it is wrong".to_owned(), ..Answers::default() };
    file_request(&office.app, ANA, NAME, answers).await.unwrap();
    give(&office).await;
    assert_eq!(reported(&office, "PR-04").await, [], "before the contest, and with the mark");
    office.clock.advance_days(1);
    for (user_code, marked_up_to, wanted) in [
        ("export benefits", None, vec![]),
        ("export status", Some(1), vec![]),
        ("export benefits", Some(i64::MAX), vec![]),
        ("export benefits", Some(1), vec![RecordId(1)]),
    ] {
        let access = Access {
            person: ANA,
            at_us: office.app.clock.now_us(),
            day: office.clock_day(),
            user_code: user_code.to_owned(),
            receiver: "Supervision Office".to_owned(),
            purpose: AccessPurpose::Disclosure,
            marked_up_to,
        };
        office.app.store.put_accesses(&[access]).await.unwrap();
        assert_eq!(reported(&office, "PR-04").await, wanted, "{user_code} {marked_up_to:?}");
    }
}

/// One more than the number from which a change of many records is looked at.
const MANY: i64 = 101;

/// An extract of the agency with so many open files, and the others closed.
fn extract(version: u32, n_days: i64, n_open: i64) -> RecordFile {
    let on = SEEN_ON.saturating_add(n_days.days());
    let row = |n: i64| {
        let row = record("status", "extract", &format!("S{n}"));
        let row = row.says(Attribute::CaseStatus, if n <= n_open { "ACTIVE" } else { "CLOSED" });
        row.says(Attribute::FamilyName, "Ruiz").says(Attribute::AddressCity, &format!("Town {version}"))
    };
    let rows = (1..=MANY + 2).map(|n| row(n).seen(on, on).build()).collect();
    RecordFile::new("status", "extract", version, rows).as_of(on).declaring_its_columns()
}

#[tokio::test]
async fn a_status_that_was_changed_in_many_records_within_a_day_is_found_in_each() {
    // Of the second extract: days after the first, files that are still open, whether it says of notices and reviews; and how
    // many of two persons' records are found to be changed with many others.
    for (n_days, n_open, is_noticed, is_reviewed, n_found) in [
        (1, 2, false, false, 1),
        (1, 3, false, false, 0),
        (2, 2, false, false, 0),
        (1, 2, true, false, 0),
        (1, 2, false, true, 0),
    ] {
        let office = office().await;
        let store = &office.app.store;
        store.import(&mut extract(1, 0, MANY + 2), 1, &|_| {}).await.unwrap();
        let mut second = extract(2, n_days, n_open).said_of_changes(is_noticed, is_reviewed);
        let changed = store.import(&mut second, 1, &|_| {}).await.unwrap().changed;
        assert_eq!(changed[&Attribute::CaseStatus]["CLOSED"], (MANY + 2 - n_open) as u64);
        assert_eq!(changed.len(), 1, "towns are counted nowhere");
        // The first row of the extract stays as it was, the last is changed.
        for (person, key) in [(3, "S1"), (4, "S103")] {
            let key = store.record_by_key(&"status".parse().unwrap(), key).await.unwrap().unwrap();
            form(&office.app, PersonId(person), key.id).await;
        }
        let found = reported(&office, "PR-07").await;
        assert_eq!(found.len(), n_found, "{n_days} {n_open} {is_noticed} {is_reviewed}: {found:?}");
        if n_found == 1 {
            // The same file says later that each record was looked at.
            let mut again = extract(2, n_days, n_open).said_of_changes(false, true);
            store.import(&mut again, 1, &|_| {}).await.unwrap();
            assert_eq!(reported(&office, "PR-07").await, []);
        }
    }
}
