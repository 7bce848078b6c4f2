//! An office with a store, a clock that stands still, and two invented persons.

use std::sync::Arc;

use jiff::civil::{Date, date};
use redress_casefile::{Actor, Event, StreamId, person::PersonEvent};
use redress_checks::Parameters;
use redress_ports::{Agreement, Append, NewEvent, Store};
use redress_service::App;
use redress_statement::{Attribute, Digest, PersonId, RecordId};
use redress_store::SqlStore;
use redress_testkit::{CountingEntropy, RecordFile, StillClock, record};

pub(crate) const TODAY: Date = date(2026, 11, 2);

/// Ana holds the first record, Bilal the second; the third is of nobody yet.
pub(crate) const ANA: PersonId = PersonId(1);
pub(crate) const BILAL: PersonId = PersonId(2);

pub(crate) struct Office {
    pub(crate) app: App,
    pub(crate) clock: Arc<StillClock>,
    _dir: tempfile::TempDir,
}

/// An office with three imported records, two of them of persons.
pub(crate) async fn office() -> Office {
    let dir = tempfile::tempdir().unwrap();
    let store = SqlStore::open(dir.path(), Arc::new(CountingEntropy::default()), "office.example/log");
    let store: Arc<dyn Store> = Arc::new(store.await.unwrap());
    let clock = Arc::new(StillClock::at(TODAY));
    let parameters = Arc::new(Parameters::built_in().unwrap());
    let app = App { store, clock: clock.clone(), parameters };
    import(&app, 1, &[("K1", "Núñez", "Ana"), ("K2", "Haddad", "Bilal"), ("K3", "Tran", "Chi")]).await;
    form(&app, ANA, RecordId(1)).await;
    form(&app, BILAL, RecordId(2)).await;
    Office { app, clock, _dir: dir }
}

/// The same office, with an agreement for its source that is in force until the end of the year.
pub(crate) async fn with_agreement() -> Office {
    let office = office().await;
    office.app.store.put_agreement(&until(date(2026, 12, 31))).await.unwrap();
    office
}

/// The agreement of the office's source, in force from the beginning of the year until a day.
pub(crate) fn until(expires: Date) -> Agreement {
    let text = |text: &str| text.to_owned();
    Agreement {
        source: "benefits".parse().unwrap(),
        title: text("Benefits"),
        owner: text("Benefits Office"),
        purpose: text("errors"),
        authority: text("Order 7"),
        accuracy_assessment: text("sampled"),
        elements: vec![text("names")],
        signed: date(2026, 1, 1),
        expires,
        keep_days: None,
        retain_until: None,
        birth_date_default: None,
        sections: vec![text("applications")],
        is_public_release: false,
    }
}

/// Imports records by key, family name and given name.
pub(crate) async fn import(app: &App, version: u32, names: &[(&str, &str, &str)]) {
    let records = names
        .iter()
        .map(|(key, family, given)| {
            record("benefits", "applications", key)
                .says(Attribute::FamilyName, family)
                .says(Attribute::GivenName, given)
                .says(Attribute::BirthDate, "1988-07-19")
                .build()
        })
        .collect();
    let mut file = RecordFile::new("benefits", "applications", version, records);
    app.store.import(&mut file, 1, &|_| {}).await.unwrap();
}

/// Forms a person of one record.
pub(crate) async fn form(app: &App, person: PersonId, record: RecordId) {
    form_of(app, person, vec![record]).await;
}

/// Forms a person of several records.
pub(crate) async fn form_of(app: &App, person: PersonId, records: Vec<RecordId>) {
    let model = Digest::of(b"model");
    let event = PersonEvent::PersonFormed { person, records, model, weakest: None };
    let events = vec![NewEvent { event: Event::Person(event), actor: Actor::Model { model } }];
    let append = Append { stream: StreamId::Person(person), expected_version: 0, events };
    app.store.append(vec![append], 1, TODAY).await.unwrap();
}

impl Office {
    /// The day on which the clock stands.
    pub(crate) fn clock_day(&self) -> Date {
        self.app.clock.today()
    }
}
