//! Extracts of several files: what an interrupted run leaves, and what an agreement refuses.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{ToSpan as _, civil::Date};
use redress_ports::{Agreement, ColumnReport, Page, ReadError, RecordBatchEnd, RecordReader, StoreError};
use redress_service::{App, Quiet, ServiceError, import_source, link_records, run_checks};
use redress_statement::{Attribute, PersonId, Record, RecordId, Snapshot};
use redress_testkit::{RecordFile, SEEN_ON, StillClock, record};

use crate::office::{ANA, BILAL, TODAY, form, office};

fn agreement(signed: Date, expires: Date) -> Agreement {
    Agreement {
        source: "court".parse().unwrap(),
        title: "Court".to_owned(),
        owner: "Court Records Office (invented)".to_owned(),
        purpose: "finding errors".to_owned(),
        authority: "Order 7 (invented)".to_owned(),
        accuracy_assessment: "sampled yearly".to_owned(),
        elements: vec!["names".to_owned()],
        signed,
        expires,
        keep_days: None,
        retain_until: None,
        birth_date_default: None,
        sections: vec!["cases".to_owned()],
        is_public_release: false,
    }
}

fn in_force() -> Agreement {
    agreement(TODAY, TODAY)
}

/// The cases of an extract, and its names, which may break off.
fn extract(names_break_off: bool) -> Vec<Box<dyn RecordReader>> {
    let of = |table: &str, n: usize| {
        let records = (0..n).map(|at| record("court", table, &format!("{table}{at}")).build()).collect();
        RecordFile::new("court", table, 1, records)
    };
    let names = of("names", 1_200);
    let names = if names_break_off { names.breaking_off_after(500) } else { names };
    vec![Box::new(of("cases", 3)), Box::new(names)]
}

async fn n_records(app: &App) -> u64 {
    app.store.n_records_of(&"court".parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_run_that_broke_off_takes_up_where_it_was() {
    let office = office().await;
    let app = &office.app;
    let broken = import_source(app, &in_force(), &mut extract(true), &Quiet).await;
    assert!(matches!(broken, Err(ServiceError::Store(StoreError::Read(ReadError::Input(_))))), "{broken:?}");
    assert_eq!(n_records(app).await, 3, "the file before it stays");
    let again = import_source(app, &in_force(), &mut extract(false), &Quiet).await.unwrap();
    let was_known: Vec<bool> = again.iter().map(|report| report.was_known).collect();
    assert_eq!((was_known, n_records(app).await), (vec![true, false], 1_203));
}

/// A file during whose reading midnight passes.
struct OverMidnight {
    file: Box<dyn RecordReader>,
    clock: Arc<StillClock>,
}

impl RecordReader for OverMidnight {
    fn snapshot(&self) -> &Snapshot {
        self.file.snapshot()
    }

    fn read(&mut self, into: &mut Vec<Record>, n_max: usize) -> Result<RecordBatchEnd, ReadError> {
        let end = self.file.read(into, n_max.min(500))?;
        self.clock.set(TODAY.tomorrow().unwrap());
        Ok(end)
    }

    fn report(&self) -> &ColumnReport {
        self.file.report()
    }
}

#[tokio::test]
async fn an_agreement_that_ends_while_a_file_is_read_refuses_that_file_and_the_next_call_goes_on_there() {
    let office = office().await;
    let app = &office.app;
    let mut files = extract(false);
    let names = OverMidnight { file: files.remove(1), clock: office.clock.clone() };
    files.push(Box::new(names));
    let refused = import_source(app, &in_force(), &mut files, &Quiet).await.unwrap_err();
    assert!(matches!(refused, ServiceError::Store(StoreError::Read(ReadError::Refused(_)))), "{refused:?}");
    let says = std::error::Error::source(&refused).map_or(refused.to_string(), ToString::to_string);
    for part in ["is in force from", "Nothing of names.csv was stored", "the same call goes on there"] {
        assert!(says.contains(part), "`{part}` is not said in {says}");
    }
    assert_eq!(n_records(app).await, 3, "the file before it stays, and nothing of this one");
    check_refused(import_source(app, &in_force(), &mut extract(false), &Quiet).await, &in_force());
    let renewed = agreement(TODAY, TODAY + 1.year());
    let again = import_source(app, &renewed, &mut extract(false), &Quiet).await.unwrap();
    let was_known: Vec<bool> = again.iter().map(|report| report.was_known).collect();
    assert_eq!((was_known, n_records(app).await), (vec![true, false], 1_203));
}

/// Agreements that ended yesterday or begin tomorrow.
fn not_in_force() -> [Agreement; 2] {
    let (yesterday, tomorrow) = (TODAY.yesterday().unwrap(), TODAY.tomorrow().unwrap());
    [agreement(TODAY - 1.year(), yesterday), agreement(tomorrow, TODAY + 1.year())]
}

#[track_caller]
fn check_refused<T>(outcome: Result<T, ServiceError>, agreement: &Agreement) {
    let refused = outcome.err().unwrap();
    assert!(matches!(refused, ServiceError::Read(ReadError::Refused(_))), "{refused:?}");
    assert!(refused.to_string().contains(&agreement.expires.to_string()), "{refused}");
}

#[tokio::test]
async fn an_agreement_that_is_not_in_force_refuses_the_import() {
    let office = office().await;
    let app = &office.app;
    for agreement in not_in_force() {
        check_refused(import_source(app, &agreement, &mut extract(false), &Quiet).await, &agreement);
        assert_eq!(app.store.sources().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn a_stored_agreement_that_is_not_in_force_refuses_every_run() {
    for agreement in not_in_force() {
        let office = office().await;
        let app = &office.app;
        app.store.put_agreement(&agreement).await.unwrap();
        check_refused(link_records(app, &Quiet).await, &agreement);
        check_refused(run_checks(app, &Quiet).await, &agreement);
        let reads = app.store.accesses_of(ANA, Page { offset: 0, limit: 50 }).await.unwrap();
        assert_eq!(reads, [], "nothing was read, so nothing is accounted for");
    }
}

/// The checks that report Bilal's record when the newest extract of its table has all rows but that one.
async fn checks_of_the_missing_record(of_next: impl Fn(RecordFile) -> RecordFile) -> Vec<String> {
    let office = office().await;
    let app = &office.app;
    let rows = |n: usize, without: Option<&str>| -> Vec<_> {
        let keys = ["K1".to_owned(), "K2".to_owned()].into_iter().chain((3..n).map(|at| format!("N{at}")));
        let keys = keys.filter(|key| Some(key.as_str()) != without);
        keys.map(|key| {
            let row = record("benefits", "applications", &key);
            row.says(Attribute::FamilyName, "Haddad").says(Attribute::GivenName, "Bilal").build()
        })
        .collect()
    };
    for (version, without, as_of) in [(2, None, SEEN_ON), (3, Some("K2"), TODAY)] {
        let file = RecordFile::new("benefits", "applications", version, rows(400, without)).as_of(as_of);
        app.store.import(&mut of_next(file), 1, &|_| {}).await.unwrap();
    }
    run_checks(app, &Quiet).await.unwrap();
    let found = app.store.findings_of(BILAL).await.unwrap();
    found.into_iter().map(|row| row.check).collect()
}

/// Extracts of one table, each of the day after the one before: how many rows each has of the first hundred, and a `!` for
/// one that its source confirmed; expected are the checks that report, each with the number of its findings.
async fn check_cut_off(extracts: &[&str], expected: &[(&str, usize)]) {
    let office = office().await;
    let app = &office.app;
    for (at, extract) in (0..).zip(extracts) {
        let n: usize = extract.trim_end_matches('!').parse().unwrap();
        let row = |at: usize| {
            let row = record("benefits", "applications", &format!("N{at}"));
            row.says(Attribute::FamilyName, "Haddad").says(Attribute::GivenName, "Bilal").build()
        };
        // What the office holds already is in every extract.
        let held = ["K1", "K2", "K3"].map(|key| record("benefits", "applications", key).build());
        let rows = held.into_iter().chain((0..n).map(row)).collect();
        let file = RecordFile::new("benefits", "applications", 100 + n as u32, rows);
        let file = if extract.ends_with('!') { file.confirmed() } else { file };
        app.store.import(&mut file.as_of(SEEN_ON + i64::from(at + 1).days()), 1, &|_| {}).await.unwrap();
        if at == 0 {
            for number in 0..n as i64 {
                form(app, PersonId(10 + number), RecordId(4 + number)).await;
            }
        }
        run_checks(app, &Quiet).await.unwrap();
    }
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for row in app.store.findings(None, 500).await.unwrap() {
        if row.state == "open" && row.check.starts_with("PR-") {
            *found.entry(row.check).or_default() += 1;
        }
    }
    let found: Vec<(&str, usize)> = found.iter().map(|(check, n)| (check.as_str(), *n)).collect();
    assert_eq!(found, expected, "{extracts:?}");
}

#[tokio::test]
async fn an_extract_that_was_cut_off_is_one_finding_until_its_source_confirms_it() {
    check_cut_off(&["197", "178"], &[("PR-03", 19)]).await;
    check_cut_off(&["197", "177"], &[("PR-03", 20)]).await;
    check_cut_off(&["197", "176"], &[("PR-03", 1)]).await;
    check_cut_off(&["197", "7"], &[("PR-03", 1)]).await;
    check_cut_off(&["197", "7", "8"], &[("PR-03", 1)]).await;
    check_cut_off(&["197", "7", "197"], &[]).await;
    check_cut_off(&["197", "100", "100!"], &[("PR-01", 97)]).await;
}

#[tokio::test]
async fn what_a_table_lacks_says_something_only_where_the_extract_has_all_of_it() {
    assert_eq!(checks_of_the_missing_record(|file| file).await, ["PR-01"]);
    assert_eq!(checks_of_the_missing_record(RecordFile::not_said_to_be_whole).await, ["PR-03"]);
}
