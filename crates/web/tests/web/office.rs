//! An invented office with a store on disk, three persons, and one browser for each kind of user.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use jiff::civil::{Date, date};
use redress_casefile::{
    Actor, Event, Reviewer, StatementRef, StreamId, Words,
    finding::{Direction, FindingEvent, Harm},
    person::PersonEvent,
};
use redress_checks::Parameters;
use redress_ports::{
    Agreement, Append, Clock, ColumnReport, NewEvent, PossibleLink, ReadError, RecordBatchEnd, RecordReader,
};
use redress_service::{App, Sample, WaterfallBook};
use redress_statement::{Attribute, Digest, FindingId, PersonId, Record, RecordId, Snapshot};
use redress_store::SqlStore;
use redress_testkit::{CountingEntropy, HeldSample, StillClock, possible_evidence, record};
use redress_web::{Grant, SignInKey, WebState, Who, router};
use tower::ServiceExt;

/// The day of the office's clock.
pub(crate) const TODAY: Date = date(2026, 11, 2);

/// The last day of its sign-in links.
pub(crate) const LINKS_UNTIL: Date = date(2026, 12, 31);

/// The office that reviews refusals.
const REVIEW_OFFICE: &str = "Office of Appeals, 9 Elm Court, Springfield";

/// A file of records.
struct Extract {
    snapshot: Snapshot,
    records: Vec<Record>,
    report: ColumnReport,
}

impl Extract {
    fn new(source: &str, table: &str, records: Vec<Record>, as_of: Date) -> Self {
        let file = format!("{table}.csv");
        let snapshot = Snapshot {
            digest: Digest::of(format!("{source}/{table}/{as_of}").as_bytes()),
            source: source.parse().unwrap(),
            table: table.into(),
            file: file.as_str().into(),
            length_bytes: 1,
            as_of,
            states_coverage: true,
            is_confirmed: false,
        };
        let report = ColumnReport { n_rows: records.len() as u64, ..ColumnReport::default() };
        Self { snapshot, records, report }
    }
}

impl RecordReader for Extract {
    fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    fn read(&mut self, into: &mut Vec<Record>, _: usize) -> Result<RecordBatchEnd, ReadError> {
        into.append(&mut self.records);
        Ok(RecordBatchEnd::Done)
    }

    fn report(&self) -> &ColumnReport {
        &self.report
    }
}

/// A finding to be opened.
pub(crate) struct Planned {
    pub(crate) person: i64,
    pub(crate) check: &'static str,
    pub(crate) inputs: Vec<StatementRef>,
    pub(crate) harm: Harm,
    pub(crate) next_on: Option<Date>,
    pub(crate) on: Date,
    pub(crate) is_possible: bool,
    pub(crate) direction: Direction,
}

/// The office.
pub(crate) struct Office {
    pub(crate) app: App,
    pub(crate) clock: Arc<StillClock>,
    pub(crate) key: SignInKey,
    pub(crate) router: Router,
    _folder: tempfile::TempDir,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Nobody,
    Staff(Reviewer),
    Person(i64),
}

pub(crate) fn reference(record: i64, attribute: Attribute) -> StatementRef {
    StatementRef { record: RecordId(record), attribute, ordinal: 0 }
}

impl Office {
    /// Person 1 has the records 1 (benefits), 3 (border) and 4 (status); person 2 has record 5 (status), which may be
    /// of person 1 as well; person 3 has record 2 (benefits). Three findings are in the file of person 1: F-1 on the
    /// birth date, F-2 on a departure, F-3 on the birth date of record 5.
    pub(crate) async fn open() -> Self {
        Self::filled(Self::empty().await).await
    }

    /// As [`Office::open`], with a drawn sample that is judged at the desk.
    pub(crate) async fn open_with(sample: &HeldSample) -> Self {
        Self::filled(Self::empty_with(Some(sample)).await).await
    }

    async fn filled(office: Self) -> Self {
        office.agree("benefits", "Benefit applications").await;
        office.agree("border", "Border arrivals and departures").await;
        office.agree("status", "Agency status extract").await;
        office.import("benefits", "applications", benefit_records()).await;
        office.import("border", "travel", border_records()).await;
        office.import("status", "extract", status_records()).await;
        // The persons have numbers, as those of a run have.
        office.app.store.take_numbers("person", 3).await.unwrap();
        office.form(1, &[1, 3, 4]).await;
        office.form(2, &[5]).await;
        office.form(3, &[2]).await;
        let link = PossibleLink { left: RecordId(1), right: RecordId(5), evidence: possible_evidence() };
        office.app.store.replace_possible_links(&[link]).await.unwrap();
        let birth = |record| reference(record, Attribute::BirthDate);
        let left = vec![reference(4, Attribute::DepartedOn), reference(3, Attribute::DepartedOn)];
        for (number, (check, inputs, is_possible)) in (1..).zip([
            ("ID-07", vec![birth(1), birth(3)], false),
            ("DP-01", left, false),
            ("ID-07", vec![birth(1), birth(5)], true),
        ]) {
            let planned = Planned {
                person: 1,
                check,
                inputs,
                harm: Harm::H4,
                next_on: Some(date(2026, 12, 1)),
                on: TODAY,
                is_possible,
                direction: Direction::FavoursPerson,
            };
            office.find(number, planned).await;
        }
        office.publish().await;
        office
    }

    /// Without a record.
    pub(crate) async fn empty() -> Self {
        Self::empty_with(None).await
    }

    /// Without a record, with a drawn sample where one is given.
    pub(crate) async fn empty_with(sample: Option<&HeldSample>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let entropy = Arc::new(CountingEntropy::default());
        let store = SqlStore::open(folder.path(), entropy, "redress.example/test").await.unwrap();
        let clock = Arc::new(StillClock::at(TODAY));
        let app = App {
            store: Arc::new(store),
            clock: clock.clone(),
            parameters: Arc::new(Parameters::built_in().unwrap()),
        };
        let key = SignInKey::try_new(&[7; 64]).unwrap();
        let state = WebState {
            app: app.clone(),
            book: Arc::new(WaterfallBook::default()),
            key: key.clone(),
            review_office: REVIEW_OFFICE.into(),
            intake: None,
            sample: sample.map(|sample| Arc::new(Sample::open(Box::new(sample.clone())).unwrap())),
        };
        Self { app, clock, key, router: router(state), _folder: folder }
    }

    async fn agree(&self, source: &str, title: &str) {
        let agreement = Agreement {
            source: source.parse().unwrap(),
            title: title.to_owned(),
            owner: format!("Office of {title}"),
            purpose: "to hold records against each other".to_owned(),
            authority: "an invented statute".to_owned(),
            accuracy_assessment: "not known".to_owned(),
            elements: vec!["names".to_owned()],
            signed: date(2026, 1, 1),
            expires: date(2027, 12, 31),
            keep_days: None,
            retain_until: None,
            birth_date_default: None,
            sections: Vec::new(),
            is_public_release: false,
        };
        self.app.store.put_agreement(&agreement).await.unwrap();
    }

    pub(crate) async fn import(&self, source: &str, table: &str, records: Vec<Record>) {
        let mut extract = Extract::new(source, table, records, self.clock.today());
        self.app.store.import(&mut extract, self.clock.now_us(), &|_| {}).await.unwrap();
    }

    pub(crate) async fn form(&self, person: i64, records: &[i64]) {
        let event = PersonEvent::PersonFormed {
            person: PersonId(person),
            records: records.iter().copied().map(RecordId).collect(),
            model: Digest::of(b"model"),
            weakest: None,
        };
        self.append(StreamId::Person(PersonId(person)), Event::Person(event), TODAY).await;
    }

    pub(crate) async fn find(&self, number: i64, planned: Planned) {
        let finding = FindingId(number);
        let event = FindingEvent::FindingOpened {
            finding,
            person: PersonId(planned.person),
            check: planned.check.to_owned(),
            version: 1,
            rule_effective_from: date(2020, 1, 1),
            at: planned.inputs[0].record,
            inputs: planned.inputs,
            harm: planned.harm,
            direction: planned.direction,
            next_irreversible_on: planned.next_on,
            rests_on_possible_link: planned.is_possible,
            sentence: Words::said(format!("The records of finding {number} differ.")),
            basis: None,
        };
        self.append(StreamId::Finding(finding), Event::Finding(event), planned.on).await;
    }

    /// Finding `number` in the file of person 1: the birth date of record 1 could be corrected to the person's harm.
    pub(crate) async fn find_adverse(&self, number: i64) {
        let planned = Planned {
            person: 1,
            check: "ID-07",
            inputs: vec![reference(1, Attribute::BirthDate), reference(3, Attribute::BirthDate)],
            harm: Harm::H4,
            next_on: None,
            on: TODAY,
            is_possible: false,
            direction: Direction::AdversePossible,
        };
        self.find(number, planned).await;
    }

    async fn append(&self, stream: StreamId, event: Event, on: Date) {
        let events = vec![NewEvent { event, actor: Actor::Clock }];
        let append = Append { stream, expected_version: 0, events };
        self.app.store.append(vec![append], self.clock.now_us(), on).await.unwrap();
    }

    pub(crate) async fn publish(&self) {
        self.app.store.publish(self.clock.now_us(), TODAY).await.unwrap();
    }

    /// Calls a route as somebody, with a form where there is one.
    pub(crate) async fn call(&self, caller: &Caller, method: &str, path: &str, form: Option<&str>) -> Answer {
        self.send(self.request(caller, method, path, form).await).await
    }

    pub(crate) async fn get(&self, caller: &Caller, path: &str) -> Answer {
        self.call(caller, "get", path, None).await
    }

    pub(crate) async fn post(&self, caller: &Caller, path: &str, form: &str) -> Answer {
        self.call(caller, "post", path, Some(form)).await
    }

    /// The call as a browser makes it, with the cookie that the caller's sign-in link gave.
    pub(crate) async fn request(
        &self,
        caller: &Caller,
        method: &str,
        path: &str,
        form: Option<&str>,
    ) -> Request<Body> {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        if let Some(cookie) = self.cookie(caller).await {
            request = request.header(header::COOKIE, cookie);
        }
        match form {
            Some(form) => request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form.to_owned()))
                .unwrap(),
            None => request.body(Body::empty()).unwrap(),
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// The path of the caller's sign-in link.
    pub(crate) fn link(&self, caller: &Caller) -> Option<String> {
        let who = match caller {
            Caller::Nobody => return None,
            Caller::Staff(reviewer) => Who::Staff(reviewer.clone()),
            Caller::Person(person) => Who::Person(PersonId(*person)),
        };
        Some(self.key.link(&Grant { who, until: LINKS_UNTIL }))
    }

    /// `name=value` of the cookie that the caller's link gives; only the way in is open without one.
    pub(crate) async fn cookie(&self, caller: &Caller) -> Option<String> {
        let link = self.link(caller)?;
        let answer = self.send(Request::get(link).body(Body::empty()).unwrap()).await;
        let cookie = answer.headers.get(header::SET_COOKIE)?.to_str().unwrap().to_owned();
        Some(cookie.split(';').next().unwrap_or_default().to_owned())
    }
}

fn benefit_records() -> Vec<Record> {
    let named = |key: &str, given: &str| {
        record("benefits", "applications", key)
            .says(Attribute::GivenName, given)
            .says(Attribute::FamilyName, "Núñez <Ortega>")
    };
    vec![
        named("IOE1", "Inés")
            .line(17)
            .says_as(Attribute::BirthDate, "15/11/1978", Some("1978-11-15"))
            .build(),
        named("IOE2", "Aldo").line(18).says(Attribute::BirthDate, "1950-02-03").build(),
    ]
}

fn border_records() -> Vec<Record> {
    let travel = record("border", "travel", "T1").says(Attribute::FamilyName, "NUNEZ ORTEGA");
    let travel = travel.says(Attribute::BirthDate, "1978-11-11").says(Attribute::DepartedOn, "2026-09-01");
    vec![travel.says(Attribute::DepartureBasis, "FLOWN_MANIFEST").build()]
}

fn status_records() -> Vec<Record> {
    let row = |key: &str| record("status", "extract", key).says(Attribute::FamilyName, "NUNEZ");
    vec![
        row("S1")
            .says(Attribute::BirthDate, "1978-11-11")
            .says(Attribute::DepartedOn, "2026-09-01")
            .says(Attribute::DepartureBasis, "FOREIGN_ENTRY_STAMP")
            .says(Attribute::CaseStatus, "ACTIVE")
            .says(Attribute::NextCheckInOn, "2027-01-20")
            .build(),
        row("S2").says(Attribute::GivenName, "Somebodyelse").says(Attribute::BirthDate, "1978-11-11").build(),
    ]
}
