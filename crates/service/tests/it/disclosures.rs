//! Records that are given to a recipient: marked, accounted for, and only those of somebody.

use redress_casefile::StatementRef;
use redress_ports::{AccessPurpose, Disclosed, Page, ValueMark};
use redress_service::{
    Answers, Disclosure, ServiceError, attach_disagreement, determine_request, disclose_source, file_request,
    view::{Reader, person_view},
};
use redress_statement::{Attribute, PersonId, RecordId, RequestId};
use redress_testkit::{RecordFile, record, reviewer};

use crate::office::{ANA, BILAL, Office, TODAY, import, with_agreement};

const RECIPIENT: &str = "Court Records Office";

const NAME: StatementRef = StatementRef { record: RecordId(1), attribute: Attribute::FamilyName, ordinal: 0 };

async fn disclose(office: &Office, recipient: &str) -> Result<(Disclosure, Vec<Disclosed>), ServiceError> {
    let mut given = Vec::new();
    let source = "benefits".parse().unwrap();
    let mut sink = |disclosed: &Disclosed| {
        given.push(disclosed.clone());
        Ok(())
    };
    let done = disclose_source(&office.app, &source, recipient, &mut sink).await?;
    Ok((done, given))
}

async fn contest(office: &Office) -> RequestId {
    let answers = Answers { what_is_wrong: "it is wrong".to_owned(), ..Answers::default() };
    file_request(&office.app, ANA, NAME, answers).await.unwrap()
}

/// The mark of Ana's family name on its way out.
async fn mark(office: &Office) -> Option<ValueMark> {
    let (_, given) = disclose(office, RECIPIENT).await.unwrap();
    let said = given[0].record.statement(Attribute::FamilyName).unwrap();
    assert_eq!(
        given[0].marks.len(),
        usize::from(given[0].mark(said).is_some()),
        "one value is marked at most"
    );
    assert_eq!(given[1].marks.len(), 0);
    given[0].mark(said).cloned()
}

#[tokio::test]
async fn a_contested_value_bears_its_mark_and_later_the_persons_words() {
    let office = with_agreement().await;
    assert_eq!(mark(&office).await, None);
    let id = contest(&office).await;
    let contested = ValueMark { is_contested: true, ..ValueMark::default() };
    assert_eq!(mark(&office).await, Some(contested.clone()));
    determine_request(&office.app, &reviewer(), id, None, "the passport says otherwise", "Appeals")
        .await
        .unwrap();
    attach_disagreement(&office.app, ANA, id, "My passport was misread.").await.unwrap();
    let words = Some("My passport was misread.".to_owned());
    assert_eq!(mark(&office).await, Some(ValueMark { disagreement: words, ..contested }));
}

#[tokio::test]
async fn a_value_that_came_in_contested_is_shown_as_contested() {
    let office = with_agreement().await;
    let mut said = record("benefits", "applications", "K1")
        .says(Attribute::FamilyName, "Núñez")
        .says(Attribute::GivenName, "Ana")
        .build();
    said.statements[0].column = "Person:lastName; dispute_state=contested; dispute_statement=no".into();
    said.statements[1].column = "Person:firstName; dispute_state=upheld".into();
    let mut file = RecordFile::new("benefits", "applications", 2, vec![said]);
    office.app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    let view = person_view(&office.app, &Reader::Person(ANA), ANA).await.unwrap();
    let held: Vec<bool> = view.groups[0].records[0].statements.iter().map(|said| said.is_held).collect();
    assert_eq!(held, [true, false]);
}

#[tokio::test]
async fn a_granted_correction_goes_out_until_the_source_says_the_same() {
    let office = with_agreement().await;
    let id = contest(&office).await;
    determine_request(
        &office.app,
        &reviewer(),
        id,
        Some("Nunez".into()),
        "the passport was shown",
        "Appeals",
    )
    .await
    .unwrap();
    let corrected = Some("Nunez".to_owned());
    assert_eq!(mark(&office).await, Some(ValueMark { corrected, ..ValueMark::default() }));
    import(&office.app, 2, &[("K1", "Nunez", "Ana"), ("K2", "Haddad", "Bilal")]).await;
    assert_eq!(mark(&office).await, None);
}

#[tokio::test]
async fn each_person_concerned_is_told_and_the_records_of_nobody_stay() {
    let office = with_agreement().await;
    let (done, given) = disclose(&office, " Court Records Office ").await.unwrap();
    let keys: Vec<&str> = given.iter().map(|disclosed| &*disclosed.record.key.key).collect();
    assert_eq!(keys, ["K1", "K2"]);
    assert_eq!((done.n_records, done.n_kept_back, done.n_contested), (2, 1, 0));
    assert_eq!(done.sections, ["applications"]);
    for (person, wanted) in [(ANA, 1), (BILAL, 1), (PersonId(3), 0)] {
        let reads = office.app.store.accesses_of(person, Page { offset: 0, limit: 9 }).await.unwrap();
        assert_eq!(reads.len(), wanted, "{person}");
        for read in reads {
            assert_eq!((read.receiver.as_str(), read.purpose), (RECIPIENT, AccessPurpose::Disclosure));
        }
    }
}

#[tokio::test]
async fn without_a_recipient_a_source_or_an_agreement_nothing_is_given() {
    let office = with_agreement().await;
    for (recipient, wanted) in [(" ", "is not named"), (&*"x".repeat(201), "in 1 to 200 characters")] {
        let error = disclose(&office, recipient).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
    let source = "border".parse().unwrap();
    let error = disclose_source(&office.app, &source, RECIPIENT, &mut |_| Ok(())).await.unwrap_err();
    assert_eq!(error.to_string(), "source `border` is not stored; stored are: benefits");
    office.clock.advance_days(60);
    let error = disclose(&office, RECIPIENT).await.unwrap_err().to_string();
    assert!(error.contains("is in force from 2026-01-01 to 2026-12-31"), "{error}");
    assert!(office.clock_day() > TODAY);
    assert_eq!(office.app.store.accesses_of(ANA, Page { offset: 0, limit: 9 }).await.unwrap(), []);
}
