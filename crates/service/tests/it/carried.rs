//! A correction is carried to everybody who holds the wrong value, and to nobody else.

use redress_casefile::{NoticeWay, correction::HolderStanding, letter::Told, packet::PacketReader};
use redress_ports::{Disclosed, Page};
use redress_service::{
    Answers, GivenBy, Quiet, attach_disagreement, confirm_holder, correction_letter, determine_request,
    disclose_source, file_request, ledger, record_packet, run_checks, tell_holder,
    view::{Reader, RequestView, request_view, requests_view},
};
use redress_statement::{Attribute, RecordId, RequestId};
use redress_testkit::{oversight, reviewer};

use crate::office::{ANA, BILAL, Office, with_agreement};

const REASON: &str = "the passport that was shown says otherwise";
const RECEIVER: &str = "Partner Agency";

/// Gives the source of the office to a recipient.
async fn export(office: &Office, recipient: &str) {
    let mut sink = |_: &Disclosed| Ok(());
    disclose_source(&office.app, &"benefits".parse().unwrap(), recipient, &mut sink).await.unwrap();
}

/// Has the family name of Ana corrected.
async fn corrected(office: &Office) -> RequestId {
    let about =
        redress_casefile::StatementRef { record: RecordId(1), attribute: Attribute::FamilyName, ordinal: 0 };
    let answers = Answers { what_is_wrong: "it lacks a mark".to_owned(), ..Answers::default() };
    let id = file_request(&office.app, ANA, about, answers).await.unwrap();
    determine_request(&office.app, &reviewer(), id, Some("Nunez".into()), REASON, "Appeals").await.unwrap();
    id
}

async fn view(office: &Office, id: RequestId) -> RequestView {
    request_view(&office.app, &Reader::Person(ANA), id).await.unwrap()
}

/// The holders on the page of the request, each with how far it was told.
async fn holders(office: &Office, id: RequestId) -> Vec<(String, HolderStanding)> {
    view(office, id).await.holders.into_iter().map(|line| (line.holder.name, line.standing)).collect()
}

/// What waits at the desk.
async fn tasks(office: &Office) -> Vec<(RequestId, &'static str)> {
    let view = requests_view(&office.app, Page { offset: 0, limit: 9 }).await.unwrap();
    view.lines.iter().map(|line| (line.row.request, line.what())).collect()
}

#[tokio::test]
async fn the_owner_and_each_recipient_are_named_told_and_confirm() {
    let office = with_agreement().await;
    let app = &office.app;
    export(&office, RECEIVER).await;
    // What the person takes for herself makes nobody a holder.
    record_packet(app, ANA, GivenBy::Own, PacketReader::Person, "").await.unwrap();
    record_packet(app, ANA, GivenBy::Staff(&reviewer()), PacketReader::Court, "Court").await.unwrap();
    record_packet(app, BILAL, GivenBy::Staff(&reviewer()), PacketReader::Court, "Other Court").await.unwrap();
    let id = corrected(&office).await;
    let untold = |name: &str| (name.to_owned(), HolderStanding::ToTell);
    assert_eq!(holders(&office, id).await, ["Benefits Office", "Court", RECEIVER].map(untold));
    assert_eq!(tasks(&office).await, [(id, "was corrected: whoever holds it is to be told")]);
    // Whoever gets it from now on gets the correction with it.
    export(&office, "Later Agency").await;
    assert_eq!(holders(&office, id).await.len(), 3);
    for name in ["Court", RECEIVER, "Benefits Office"] {
        tell_holder(app, &reviewer(), id, name, NoticeWay::Post).await.unwrap();
    }
    assert_eq!(tasks(&office).await.len(), 1, "they have not confirmed");
    for name in ["Court", RECEIVER, "Benefits Office"] {
        confirm_holder(app, &reviewer(), id, name).await.unwrap();
    }
    assert_eq!(tasks(&office).await, []);
    let counts = ledger(app).await.unwrap();
    assert_eq!((counts.holders_told, counts.holders_confirmed, counts.holders_to_tell), (3, 3, 0));
    assert_eq!(counts.letters_sent, 3);
    let told: Vec<String> = view(&office, id).await.history.into_iter().map(|line| line.what).collect();
    assert!(
        told.iter().any(|what| what.contains("told Partner Agency of the correction, by post")),
        "{told:?}"
    );
}

#[tokio::test]
async fn each_holder_has_a_letter_of_its_own() {
    let office = with_agreement().await;
    export(&office, RECEIVER).await;
    let id = corrected(&office).await;
    for (nth, to, to_owner) in [(0, "Benefits Office", true), (1, RECEIVER, false)] {
        let letter = correction_letter(&office.app, &reviewer(), id, nth).await.unwrap();
        assert_eq!(letter.to, to);
        let Told::Correction { to_owner: is_owner, values, place, .. } = letter.tells else { unreachable!() };
        assert_eq!((is_owner, values.len()), (to_owner, 1));
        assert_eq!(values[0].corrected.as_deref(), Some("Nunez"));
        assert!(place.contains("applications.csv, line 2, with the key K1"), "{place}");
    }
    let beyond = correction_letter(&office.app, &reviewer(), id, 2).await.unwrap_err();
    assert!(beyond.to_string().contains("is not there"), "{beyond}");
    let refused = correction_letter(&office.app, &oversight(), id, 0).await.unwrap_err();
    assert!(refused.to_string().contains("is not there"), "{refused}");
}

#[tokio::test]
async fn the_persons_words_go_with_a_correction_of_the_same_record() {
    let office = with_agreement().await;
    export(&office, RECEIVER).await;
    let app = &office.app;
    let about =
        redress_casefile::StatementRef { record: RecordId(1), attribute: Attribute::GivenName, ordinal: 0 };
    let answers = Answers { what_is_wrong: "I was never Ana".to_owned(), ..Answers::default() };
    let refused = file_request(app, ANA, about, answers).await.unwrap();
    let id = corrected(&office).await;
    // While it is contested and nothing is decided, after the refusal, and with the person's words.
    for (step, words) in [(0, None), (1, None), (2, Some("I was never Ana.".to_owned()))] {
        match step {
            1 => determine_request(app, &reviewer(), refused, None, REASON, "Appeals").await.unwrap(),
            2 => attach_disagreement(app, ANA, refused, "I was never Ana.").await.unwrap(),
            _ => {}
        }
        let letter = correction_letter(app, &reviewer(), id, 1).await.unwrap();
        let Told::Correction { contested, .. } = letter.tells else { unreachable!() };
        let told: Vec<_> = contested.into_iter().map(|line| (line.original, line.disagreement)).collect();
        assert_eq!(told, [("Ana".to_owned(), words)], "step {step}");
    }
}

#[tokio::test]
async fn a_holder_that_was_told_and_does_not_confirm_is_a_finding_after_its_time() {
    let office = with_agreement().await;
    export(&office, RECEIVER).await;
    let id = corrected(&office).await;
    tell_holder(&office.app, &reviewer(), id, RECEIVER, NoticeWay::Email).await.unwrap();
    for (n_days, n_findings) in [(30, 0), (1, 1)] {
        office.clock.advance_days(n_days);
        run_checks(&office.app, &Quiet).await.unwrap();
        let rows = office.app.store.findings_of(ANA).await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.check == "PR-02").count(), n_findings, "after {n_days} more");
    }
}
