//! The record packet: the same paper for everybody, accounted for, and only while it may be given.

use redress_casefile::{StatementRef, finding::Outcome, packet::PacketReader};
use redress_ports::Page;
use redress_service::{
    Answers, GivenBy, Quiet, ServiceError, attach_disagreement, decide_finding, file_request, record_packet,
    run_checks,
    view::{Reader, find_usage, person_view},
};
use redress_statement::{Attribute, PersonId, RecordId};
use redress_testkit::{RecordFile, oversight, record, reviewer};

use crate::office::{ANA, Office, form_of, with_agreement};

const NAME: StatementRef = StatementRef { record: RecordId(1), attribute: Attribute::FamilyName, ordinal: 0 };

/// What is given to a reader by the desk: the error, or what the person reads of it.
async fn told_after(
    office: &Office,
    by: GivenBy<'_>,
    reader: PacketReader,
    recipient: &str,
) -> Result<Vec<String>, ServiceError> {
    record_packet(&office.app, ANA, by, reader, recipient).await?;
    let reads = office.app.store.accesses_of(ANA, Page { offset: 0, limit: 9 }).await?;
    Ok(reads
        .iter()
        .map(|read| format!("{} by {} {:?}", read.receiver, read.user_code, read.purpose))
        .collect())
}

#[tokio::test]
async fn the_person_is_told_who_was_given_the_packet() {
    let ada = reviewer();
    for (by, reader, recipient, told) in [
        (GivenBy::Own, PacketReader::Person, "", "the person concerned by self OwnAccess"),
        (
            GivenBy::Staff(&ada),
            PacketReader::Court,
            " Court of Appeals ",
            "Court of Appeals by r-ada Disclosure",
        ),
        (GivenBy::Staff(&ada), PacketReader::Person, "", "the person concerned by r-ada Disclosure"),
        (GivenBy::Staff(&ada), PacketReader::Representative, "Vera Lind", "Vera Lind by r-ada Disclosure"),
    ] {
        let office = with_agreement().await;
        assert_eq!(told_after(&office, by, reader, recipient).await.unwrap(), [told]);
    }
}

#[tokio::test]
async fn each_recipient_stands_in_the_account_by_name_and_each_read_counts_once() {
    let (office, ada) = (with_agreement().await, reviewer());
    let app = &office.app;
    for recipient in ["Vera Lind", "Office Z", "Office Z", "Court"] {
        record_packet(app, ANA, GivenBy::Staff(&ada), PacketReader::Officer, recipient).await.unwrap();
    }
    run_checks(app, &Quiet).await.unwrap();
    let view = person_view(app, &Reader::Person(ANA), ANA).await.unwrap();
    let mut others: Vec<_> = view.others_reads().map(|line| (line.receiver.as_str(), line.n_reads)).collect();
    others.sort_unstable();
    let run = "this office's own run";
    assert_eq!(others, [("Court", 1), ("Office Z", 2), ("Vera Lind", 1), (run, 1)]);
    // One number for one moment: of the page, of the paper, of what is kept back, and of the interface.
    let paper = record_packet(app, ANA, GivenBy::Own, PacketReader::Person, "").await.unwrap();
    let n_told: u64 = paper.reads.iter().map(|read| read.n_reads).sum();
    assert_eq!(n_told, 7, "{:?}", paper.reads);
    let kept =
        record_packet(app, ANA, GivenBy::Staff(&ada), PacketReader::Court, "Court").await.unwrap().withheld;
    assert_eq!(kept.iter().map(|kept| kept.n).collect::<Vec<_>>(), [8]);
    let usages = find_usage(app, ANA, (0, i64::MAX), (0, 100)).await.unwrap();
    assert_eq!(usages.n_total, 9, "with the question itself");
}

#[tokio::test]
async fn what_may_not_be_given_is_refused_and_leaves_no_read() {
    let office = with_agreement().await;
    let (ada, overseer) = (reviewer(), oversight());
    for (by, reader, recipient, wanted) in [
        (GivenBy::Staff(&ada), PacketReader::Court, " ", "is not named in 1 to 200 characters"),
        (
            GivenBy::Staff(&reviewer()),
            PacketReader::Officer,
            &"x".repeat(201),
            "is not named in 1 to 200 characters",
        ),
        (GivenBy::Staff(&overseer), PacketReader::Court, "Court", "P-1 is not there"),
    ] {
        let error = told_after(&office, by, reader, recipient).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
    office.clock.advance_days(60);
    for reader in [PacketReader::Officer, PacketReader::Court] {
        let error =
            told_after(&office, GivenBy::Staff(&reviewer()), reader, "Court").await.unwrap_err().to_string();
        assert!(error.contains("is in force from 2026-01-01 to 2026-12-31"), "{error}");
    }
    assert_eq!(office.app.store.accesses_of(ANA, Page { offset: 0, limit: 9 }).await.unwrap().len(), 0);
    // The person's own right depends on no agreement.
    for reader in [PacketReader::Person, PacketReader::Representative] {
        record_packet(&office.app, ANA, GivenBy::Staff(&reviewer()), reader, "Vera Lind").await.unwrap();
    }
    let error = record_packet(&office.app, PersonId(99), GivenBy::Own, PacketReader::Person, "").await;
    assert_eq!(error.unwrap_err().to_string(), "P-99 is not there");
}

#[tokio::test]
async fn a_contested_value_bears_its_mark_and_the_persons_words_for_every_reader() {
    let office = with_agreement().await;
    let answers = Answers {
        what_is_wrong: "it is wrong".to_owned(),
        what_is_right: "Nunez".to_owned(),
        ..Answers::default()
    };
    let request = file_request(&office.app, ANA, NAME, answers).await.unwrap();
    redress_service::determine_request(
        &office.app,
        &reviewer(),
        request,
        None,
        "the passport says otherwise",
        "Appeals",
    )
    .await
    .unwrap();
    attach_disagreement(&office.app, ANA, request, "My passport was misread.").await.unwrap();
    for reader in PacketReader::ALL {
        let packet =
            record_packet(&office.app, ANA, GivenBy::Staff(&reviewer()), reader, "Court").await.unwrap();
        let value = packet.records[0].values.iter().find(|value| value.reference == NAME).unwrap();
        assert!(value.is_contested, "{reader:?}");
        assert_eq!(value.disagreement.as_deref(), Some("My passport was misread."), "{reader:?}");
        let filed: Vec<_> =
            packet.requests.iter().map(|request| (request.about, request.words.right.as_deref())).collect();
        assert_eq!(filed, [(NAME, reader.is_of_person().then_some("Nunez"))], "{reader:?}");
    }
}

/// A notice of a hearing on 9 December that went to the old address of Dora, and the run of all checks.
async fn with_misdirected_notice() -> Office {
    let office = with_agreement().await;
    let of = |source: &str, table: &str, key: &str| record(source, table, key);
    let named = |row: redress_testkit::RecordBuilder| {
        row.says(Attribute::FamilyName, "Lind")
            .says(Attribute::GivenName, "Dora")
            .says(Attribute::ANumber, "200000017")
    };
    let case = named(of("court", "court_names", "4711"));
    let notice = of("court", "court_notices", "N1")
        .about("4711")
        .says(Attribute::NoticeKind, "HEARING")
        .says(Attribute::NoticeMailedOn, "2026-10-03")
        .says(Attribute::NoticeHearingOn, "2026-12-09")
        .says(Attribute::NoticeServed, "M")
        .says(Attribute::AddressLine, "12 OAK STREET")
        .says(Attribute::AddressPostalCode, "60614");
    let moved = named(of("addresses", "register", "E1"))
        .says(Attribute::AddressOffice, "COURT")
        .says(Attribute::AddressLine, "9 ELM AVENUE")
        .says(Attribute::AddressPostalCode, "60601")
        .says(Attribute::AddressReceivedOn, "2026-03-01");
    for (source, table, row) in
        [("court", "court_names", case), ("addresses", "register", moved), ("court", "court_notices", notice)]
    {
        let mut file = RecordFile::new(source, table, 1, vec![row.build()]);
        office.app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    }
    form_of(&office.app, DORA, vec![RecordId(4), RecordId(5)]).await;
    run_checks(&office.app, &Quiet).await.unwrap();
    office
}

/// What the person's own page says that can be done before the hearing, and what the packet of each reader says of it.
async fn told_before_hearing(office: &Office) -> (Vec<String>, Vec<String>) {
    let own = person_view(&office.app, &Reader::Person(DORA), DORA).await.unwrap();
    let before = own.findings.iter().filter_map(|finding| finding.before_hearing);
    let own = before.map(|before| before.in_words("you", "you")).collect();
    let mut papers = Vec::new();
    for reader in PacketReader::ALL {
        let by = GivenBy::Staff(&reviewer());
        let packet = record_packet(&office.app, DORA, by, reader, "Court").await.unwrap();
        let routes = packet.findings.iter().map(|finding| finding.route.clone());
        papers.extend(routes.filter(|route| route.starts_with("Before the hearing")));
    }
    (own, papers)
}

#[tokio::test]
async fn what_can_be_told_before_a_hearing_reaches_the_person_and_every_packet_until_the_hearing() {
    let office = with_misdirected_notice().await;
    let said = |who: &str, whom: &str| {
        format!(
            "Before the hearing on 9 December 2026 {who}, or whoever helps {whom}, can tell the court that the notice went to \
             an old address, and ask it to send the notice again. The hearing stands until the court says something else. \
             (8 U.S.C. 1229(a)(1), (2))"
        )
    };
    let (own, papers) = told_before_hearing(&office).await;
    assert_eq!(own, [said("you", "you")]);
    assert_eq!(papers, vec![said("the person", "the person"); PacketReader::ALL.len()]);
    // Once a reviewer has decided, and once the hearing has passed, it is not said any more.
    let finding =
        office.app.store.findings_of(DORA).await.unwrap().into_iter().find(|row| row.check == "NT-01");
    let finding = finding.unwrap().finding;
    let day = office.clock_day();
    office.clock.set(jiff::civil::date(2026, 12, 10));
    assert_eq!(told_before_hearing(&office).await, (vec![], vec![]));
    office.clock.set(day);
    decide_finding(&office.app, &reviewer(), finding, Outcome::Explained, "the court sent it again")
        .await
        .unwrap();
    assert_eq!(told_before_hearing(&office).await, (vec![], vec![]));
}

/// Dora, who has a plain application and, where `is_secret`, one whose existence the law keeps secret.
const DORA: PersonId = PersonId(3);

async fn with_dora(is_secret: bool) -> Office {
    let office = with_agreement().await;
    let named = |key: &str, form: &str, given: &str| {
        record("benefits", "petitions", key)
            .says(Attribute::FamilyName, "Lind")
            .says(Attribute::GivenName, given)
            .says(Attribute::ApplicationForm, form)
            .says(Attribute::ApplicationFiledOn, "2026-10-02")
            .build()
    };
    let mut rows = vec![named("D1", "I-130", "Dora")];
    if is_secret {
        rows.push(named("D2", "I-918", "Dora Maria"));
    }
    let records = (4..4 + rows.len() as i64).map(RecordId).collect();
    let mut file = RecordFile::new("benefits", "petitions", 1, rows);
    office.app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    form_of(&office.app, DORA, records).await;
    run_checks(&office.app, &Quiet).await.unwrap();
    office
}

#[tokio::test]
async fn what_the_law_keeps_secret_leaves_no_trace_in_an_officers_or_a_courts_packet() {
    let (plain, secret) = (with_dora(false).await, with_dora(true).await);
    for reader in PacketReader::ALL {
        let packet_of = async |office: &Office| {
            record_packet(&office.app, DORA, GivenBy::Staff(&reviewer()), reader, "Court").await.unwrap()
        };
        let (without, with) = (packet_of(&plain).await, packet_of(&secret).await);
        if reader.is_of_person() {
            assert_eq!(with.records.len(), 2, "{reader:?}: the person sees the own record");
            assert!(with.findings.iter().any(|finding| finding.title.contains("Protected class")));
        } else {
            assert_eq!(with, without, "{reader:?}");
        }
    }
}
