//! Extracts of several files: what an interrupted run leaves, and what an agreement refuses.

use jiff::{ToSpan as _, civil::Date};
use redress_ports::{Agreement, ReadError, RecordReader, StoreError};
use redress_service::{App, Quiet, ServiceError, import_source};
use redress_testkit::{RecordFile, record};

use crate::office::{TODAY, office};

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
        birth_date_default: None,
        sections: vec!["cases".to_owned()],
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
    let sources = app.store.sources().await.unwrap();
    sources.iter().find(|row| row.agreement.source.as_str() == "court").map_or(0, |row| row.n_records)
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

#[tokio::test]
async fn an_agreement_that_is_not_in_force_refuses_the_run() {
    let office = office().await;
    let app = &office.app;
    let (yesterday, tomorrow) = (TODAY.yesterday().unwrap(), TODAY.tomorrow().unwrap());
    for (signed, expires) in [(TODAY - 1.year(), yesterday), (tomorrow, TODAY + 1.year())] {
        let refused =
            import_source(app, &agreement(signed, expires), &mut extract(false), &Quiet).await.unwrap_err();
        assert!(matches!(refused, ServiceError::Read(ReadError::Refused(_))), "{refused:?}");
        assert!(refused.to_string().contains(&expires.to_string()), "{refused}");
        assert_eq!(app.store.sources().await.unwrap().len(), 0);
    }
}
