//! What was done is never rewritten by a correction, and an address is corrected as a whole.

use std::collections::BTreeMap;

use jiff::civil::date;
use redress_casefile::{StatementRef, packet::PacketReader};
use redress_ports::{Disclosed, ValueMark};
use redress_service::{
    Answers, CorrectedValue, GivenBy, Quiet, determine_request, disclose_source, file_request, record_packet,
    run_checks,
    view::{Reader, StatementView, person_view, request_view},
};
use redress_statement::{Attribute, PersonId, RecordId, RequestId};
use redress_testkit::{RecordFile, record, reviewer};

use crate::office::{Office, form_of, office, until};

/// The person who moved.
const MOVER: PersonId = PersonId(4);

const REASON: &str = "the lease and the change of address were shown";

/// The address that stands on the record, and the one that is right.
const OLD: [(Attribute, &str); 3] = [
    (Attribute::AddressLine, "9 Old Road"),
    (Attribute::AddressCity, "Mesa"),
    (Attribute::AddressPostalCode, "85200"),
];
const RIGHT: [(Attribute, &str); 3] = [
    (Attribute::AddressLine, "1142 Silverleaf Rd"),
    (Attribute::AddressCity, "Mesa"),
    (Attribute::AddressPostalCode, "85201"),
];

/// An office whose record K4 of Ana has the old address; with `mailed_on` it is a notice that was sent there.
async fn with_address(mailed_on: Option<&str>) -> (Office, RecordId) {
    let office = office().await;
    office.app.store.put_agreement(&until(date(2026, 12, 31))).await.unwrap();
    let mut built = record("benefits", "applications", "K4");
    for (attribute, value) in OLD {
        built = built.says(attribute, value);
    }
    if let Some(day) = mailed_on {
        built = built.says(Attribute::NoticeMailedOn, day);
    }
    let mut file = RecordFile::new("benefits", "applications", 3, vec![built.build()]);
    office.app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    let id = office.app.store.record_by_key(&"benefits".parse().unwrap(), "K4").await.unwrap().unwrap().id;
    form_of(&office.app, MOVER, vec![id]).await;
    (office, id)
}

/// Grants that the street line is wrong, with the other parts as given.
async fn grant(office: &Office, record: RecordId, parts: &[(Attribute, &str)]) -> Result<i64, String> {
    let about = StatementRef { record, attribute: Attribute::AddressLine, ordinal: 0 };
    let answers = Answers { what_is_wrong: "I had moved".to_owned(), ..Answers::default() };
    let id = file_request(&office.app, MOVER, about, answers).await.map_err(|error| error.to_string())?;
    let parts: BTreeMap<_, _> = parts.iter().map(|(part, value)| (*part, (*value).to_owned())).collect();
    let value = CorrectedValue { value: RIGHT[0].1.to_owned(), parts };
    let done = determine_request(&office.app, &reviewer(), id, Some(value), REASON, "Appeals").await;
    done.map(|()| id.0).map_err(|error| error.to_string())
}

/// The values of the record as its person sees them.
async fn shown(office: &Office) -> Vec<StatementView> {
    let view = person_view(&office.app, &Reader::Person(MOVER), MOVER).await.unwrap();
    view.groups.into_iter().flat_map(|group| group.records).flat_map(|record| record.statements).collect()
}

/// The marks with which the record goes out to a recipient.
async fn going_out(office: &Office) -> BTreeMap<(Attribute, u16), ValueMark> {
    let mut given: Vec<Disclosed> = Vec::new();
    let mut sink = |disclosed: &Disclosed| {
        given.push(disclosed.clone());
        Ok(())
    };
    let source = "benefits".parse().unwrap();
    disclose_source(&office.app, &source, "Court", &mut sink).await.unwrap();
    given.into_iter().find(|disclosed| &*disclosed.record.key.key == "K4").unwrap().marks
}

#[tokio::test]
async fn a_notice_that_was_sent_keeps_the_address_to_which_it_was_sent() {
    let (office, record) = with_address(Some("2026-10-29")).await;
    let id = grant(&office, record, &RIGHT[1..]).await.unwrap();
    let found = "was sent to the wrong address; the right one is 1142 Silverleaf Rd, Mesa, 85201";
    let shown = shown(&office).await;
    assert_eq!(shown.len(), 4);
    for value in &shown {
        let is_part = value.reference.attribute != Attribute::NoticeMailedOn;
        assert_eq!(value.corrected, None, "{value:?}");
        assert_eq!(value.found_wrong.as_deref(), is_part.then_some(found), "{value:?}");
    }
    let view = request_view(&office.app, &Reader::Person(MOVER), RequestId(id)).await.unwrap();
    assert_eq!((view.corrected.as_deref(), view.found_wrong.as_deref()), (None, Some(found)));
    assert!(view.is_granted());
    // In each reader's packet and in what a recipient gets, the old address stands, with these words.
    for reader in PacketReader::ALL {
        let by = reviewer();
        let packet = record_packet(&office.app, MOVER, GivenBy::Staff(&by), reader, "Court").await.unwrap();
        let line = &packet.records[0].values[0];
        assert_eq!((line.original.as_str(), line.corrected.as_deref()), (OLD[0].1, None), "{reader:?}");
        assert_eq!(line.found_wrong.as_deref(), Some(found), "{reader:?}");
    }
    let marks = going_out(&office).await;
    assert_eq!(marks.len(), 3);
    let words = format!("Found in review: {found}.");
    assert!(
        marks.values().all(|mark| mark.corrected.is_none() && mark.disagreement.as_ref() == Some(&words)),
        "{marks:?}"
    );
}

#[tokio::test]
async fn an_address_is_corrected_as_a_whole_or_not_at_all() {
    let (office, record) = with_address(None).await;
    for parts in
        [&RIGHT[1..2], &[(Attribute::AddressCity, "Mesa"), (Attribute::AddressPostalCode, "  ")], &[]]
    {
        let refused = grant(&office, record, parts).await.unwrap_err();
        assert!(refused.contains("the whole address"), "{parts:?}: {refused}");
        withdraw(&office).await;
    }
    grant(&office, record, &RIGHT[1..]).await.unwrap();
    let corrected: Vec<_> =
        shown(&office).await.into_iter().map(|value| (value.corrected, value.found_wrong)).collect();
    assert_eq!(corrected, RIGHT.map(|(_, value)| (Some(value.to_owned()), None)));
    let marks = going_out(&office).await;
    // The city is the same, so that nothing goes out beside it.
    let going: Vec<_> = marks.iter().map(|((part, _), mark)| (*part, mark.corrected.as_deref())).collect();
    assert_eq!(going, [RIGHT[0], RIGHT[2]].map(|(part, value)| (part, Some(value))));
}

/// Takes the waiting request back, so that another can be filed.
async fn withdraw(office: &Office) {
    let rows = office.app.store.requests_of(MOVER).await.unwrap();
    for row in rows.into_iter().filter(|row| row.state == "acknowledged") {
        redress_service::withdraw_request(&office.app, MOVER, row.request).await.unwrap();
    }
}

#[tokio::test]
async fn an_extract_that_goes_on_saying_what_was_done_is_no_finding() {
    for (mailed_on, n_findings) in [(Some("2026-10-29"), 0), (None, 1)] {
        let (office, record_id) = with_address(mailed_on).await;
        grant(&office, record_id, &RIGHT[1..]).await.unwrap();
        let mut built = record("benefits", "applications", "K4");
        for (attribute, value) in OLD {
            built = built.says(attribute, value);
        }
        if let Some(day) = mailed_on {
            built = built.says(Attribute::NoticeMailedOn, day);
        }
        office.clock.advance_days(9);
        let later = built.seen(date(2025, 6, 30), date(2026, 11, 10)).build();
        let mut file = RecordFile::new("benefits", "applications", 4, vec![later]).as_of(date(2026, 11, 10));
        office.app.store.import(&mut file, 1, &|_| {}).await.unwrap();
        run_checks(&office.app, &Quiet).await.unwrap();
        let rows = office.app.store.findings_of(MOVER).await.unwrap();
        let of_it = rows.iter().filter(|row| row.check == "PR-02").count();
        assert_eq!(of_it, n_findings, "{mailed_on:?}: {rows:?}");
    }
}

#[tokio::test]
async fn a_mark_is_corrected_to_one_of_two_words_in_any_case() {
    let office = office().await;
    let mut file = RecordFile::new(
        "benefits",
        "applications",
        3,
        vec![record("benefits", "applications", "K4").says(Attribute::FinalOrder, "yes").build()],
    );
    office.app.store.import(&mut file, 1, &|_| {}).await.unwrap();
    let id = office.app.store.record_by_key(&"benefits".parse().unwrap(), "K4").await.unwrap().unwrap().id;
    form_of(&office.app, MOVER, vec![id]).await;
    let about = StatementRef { record: id, attribute: Attribute::FinalOrder, ordinal: 0 };
    let answers = Answers {
        what_is_wrong: "there is no order".to_owned(),
        what_is_right: " NO ".to_owned(),
        ..Answers::default()
    };
    let request = file_request(&office.app, MOVER, about, answers).await.unwrap();
    let view = request_view(&office.app, &Reader::Staff(reviewer()), request).await.unwrap();
    assert_eq!((view.suggested(), view.allowed), ("NO", "One of two words: yes, no."));
    let refused =
        determine_request(&office.app, &reviewer(), request, Some("none".into()), REASON, "Appeals").await;
    assert!(refused.unwrap_err().to_string().contains("`yes` or `no`"));
    determine_request(&office.app, &reviewer(), request, Some("NO".into()), REASON, "Appeals").await.unwrap();
    let view = request_view(&office.app, &Reader::Person(MOVER), request).await.unwrap();
    assert_eq!(view.corrected.as_deref(), Some("no"));
}
