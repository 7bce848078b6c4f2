//! A reviewer's way from a line to what becomes of it: looked up, decided, held inside, ended, taken back.

use jiff::ToSpan;
use redress_statement::Attribute;
use redress_testkit::{another_reviewer, record, reviewer};

use crate::office::{Caller, Office, TODAY};

/// Posts a form that must be taken.
async fn take(office: &Office, caller: &Caller, place: &str, form: &str) {
    let answer = office.post(caller, place, form).await;
    assert_eq!(answer.status, 303, "{place}: {}", answer.text);
}

#[track_caller]
fn says(page: &str, parts: &[&str], never: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "the page does not say {part}: {page}");
    }
    for part in never {
        assert!(!page.contains(part), "the page says {part}: {page}");
    }
}

#[tokio::test]
async fn a_line_leads_to_its_findings() {
    let office = Office::open().await;
    let desk = Caller::Staff(reviewer());
    for (asked, parts, never) in [
        ("", &["Look it up", "<option value=\"applications.csv\">"][..], &["<h2>", "fault"][..]),
        ("?file=applications.csv&line=17", &["/desk/finding/1\"", "/desk/person/1\"", "ID-07"], &["fault"]),
        ("?file=applications.csv&line=18", &["/desk/person/3\"", "No finding holds"], &["/desk/finding/"]),
        ("?file=applications.csv&line=99", &["No record is known by this line or key"], &["/desk/person/"]),
        ("?file=applications.csv&line=IOE1", &["/desk/finding/1\"", "value=\"IOE1\""], &["fault"]),
        ("?file=applications.csv&line=", &["line-line-fault"], &["<h2>"]),
        ("?file=&line=17", &["Name the file."], &["<h2>"]),
        ("?file=other.csv&line=17", &["No stored file has this name"], &["<h2>"]),
    ] {
        says(&office.get(&desk, &format!("/desk/line{asked}")).await.text, parts, never);
    }
    says(&office.get(&Caller::Person(3), "/me").await.text, &["to review a finding"], &[]);
}

#[tokio::test]
async fn what_could_worsen_a_position_leaves_only_through_the_gate() {
    let office = Office::open().await;
    let (one, other) = (Caller::Staff(reviewer()), Caller::Staff(another_reviewer()));
    office.find_adverse(4).await;
    let place = "/desk/finding/4";
    take(&office, &one, "/desk/finding/4/decide", "outcome=corrected&reason=The+papers+agree.").await;
    let page = office.get(&one, place).await.text;
    says(
        &page,
        &["Before anything of it leaves", "Agency status extract"],
        &["value=\"benefits\"", "may be told"],
    );
    for (step, form, fault) in [
        ("verify", "source=benefits&reason=I+looked+there+again.", "a source of the match cannot verify it"),
        ("verify", "source=addresses&reason=I+looked+there.", "holds no record of the person"),
        ("verify", "reason=I+looked+there+again.", "Choose the source"),
        ("notice", "", "choose how the person was told"),
        ("notice", "way=post", "verify it in another source"),
        ("sign", "reason=The+papers+agree.", "verify it in another source"),
    ] {
        let answer = office.post(&one, &format!("{place}/{step}"), form).await;
        assert_eq!(answer.status, 422, "{step} {form}");
        says(&answer.text.to_lowercase(), &[&fault.to_lowercase()], &[]);
    }
    says(&office.get(&one, "/desk").await.text, &["another source has to bear it out"], &[]);
    take(&office, &one, "/desk/finding/4/verify", "source=status&reason=The+passport+shows+the+11th.").await;
    take(&office, &one, "/desk/finding/4/notice", "way=post").await;
    says(&office.get(&other, place).await.text, &["until 2 December 2026 to answer"], &["/sign\""]);
    says(
        &office.get(&Caller::Person(1), "/me").await.text,
        &["told the person by post, who can answer until 2 December 2026"],
        &[],
    );
    let answer = "record=1&attribute=birth_date&ordinal=0&what_is_wrong=It+is+the+15th.";
    take(&office, &Caller::Person(1), "/me/wrong", answer).await;
    says(&office.get(&other, place).await.text, &["href=\"/desk/request/1\""], &[]);
    office.clock.set(TODAY.saturating_add(31.days()));
    says(&office.get(&one, "/desk").await.text, &["a second reviewer has to sign"], &[]);
    says(&office.get(&one, place).await.text, &["Another reviewer signs it"], &["/sign\""]);
    take(&office, &other, "/desk/finding/4/sign", "reason=The+person+did+not+answer.").await;
    says(
        &office.get(&one, place).await.text,
        &["The owner of the record may be told", "signed as the second"],
        &[],
    );
    let page = office.get(&Caller::Person(1), "/me").await.text;
    says(&page, &["The passport shows the 11th.", "The person did not answer."], &[]);
}

#[tokio::test]
async fn a_closing_settles_its_finding_and_marks_what_it_ended() {
    let office = Office::open().await;
    let (one, other) = (Caller::Staff(reviewer()), Caller::Staff(another_reviewer()));
    take(&office, &one, "/desk/finding/2/propose-closing", "").await;
    says(
        &office.get(&one, "/desk/finding/2").await.text,
        &["A closing rests on this"],
        &["/propose-closing\""],
    );
    take(&office, &other, "/desk/closing/1/approve", "posture=voluntary_departure&reason=It+was+in+time.")
        .await;
    let letter = office.get(&one, "/desk/closing/1/letter").await.text;
    says(&letter, &["What would end", "until 2 December 2026", "Write to: "], &[]);
    let unsaid = office.post(&one, "/desk/closing/1/notice", "").await;
    assert_eq!(unsaid.status, 422);
    says(&unsaid.text, &["Choose how the person was told."], &[]);
    take(&office, &one, "/desk/closing/1/notice", "way=in_person").await;
    says(&office.get(&Caller::Person(1), "/me/closing/1").await.text, &["told the person in person"], &[]);
    office.clock.set(TODAY.saturating_add(31.days()));
    let ended = "ended on 3 December 2026 by closing";
    says(&office.get(&one, "/desk/person/1").await.text, &[], &[ended]);
    take(&office, &one, "/desk/closing/1/close", "").await;
    says(&office.get(&one, "/desk/finding/2").await.text, &[ended, "was carried out"], &["/decide\""]);
    says(&office.get(&Caller::Person(1), "/me").await.text, &[ended], &[]);
    take(&office, &other, "/desk/closing/1/undo", "reason=The+person+is+here.").await;
    let page = office.get(&one, "/desk/finding/2").await.text;
    says(&page, &["/decide\"", "/propose-closing\"", "The person is here."], &[ended]);
}

#[tokio::test]
async fn a_correction_goes_to_whoever_holds_the_value_with_a_letter() {
    let office = Office::open().await;
    let (desk, person) = (Caller::Staff(reviewer()), Caller::Person(1));
    let wrong =
        "record=1&attribute=birth_date&ordinal=0&what_is_wrong=It+is+the+11th.&what_is_right=1990-03-11";
    take(&office, &person, "/me/wrong", wrong).await;
    let page = office.get(&desk, "/desk/request/1").await.text;
    says(&page, &["value=\"1990-03-11\"", "It begins with what the person wrote"], &["Who is told"]);
    let granted = "outcome=granted&corrected=1990-03-11&reason=The+passport+shows+it.";
    take(&office, &desk, "/desk/request/1/determine", granted).await;
    let owner = "Office of Benefit applications";
    says(
        &office.get(&desk, "/desk/requests").await.text,
        &["was corrected: whoever holds it is to be told"],
        &[],
    );
    says(
        &office.get(&person, "/me/request/1").await.text,
        &[owner, "not told yet"],
        &["It was told", "You get an answer"],
    );
    let page = office.get(&desk, "/desk/request/1").await.text;
    says(&page, &[owner, "keeps the record", "/desk/request/1/letter/0", "holders to be told by"], &[]);
    let letter = office.get(&desk, "/desk/request/1/letter/0").await.text;
    says(&letter, &["To: Office of Benefit applications", "1990-03-11", "at its source"], &[]);
    let none = office.post(&desk, "/desk/request/1/holder", "holder=Office+of+Benefit+applications").await;
    assert_eq!(none.status, 422);
    says(&none.text, &["Choose how it was told."], &[]);
    take(&office, &desk, "/desk/request/1/holder", "holder=Office+of+Benefit+applications&way=email").await;
    says(&office.get(&person, "/me/request/1").await.text, &["told by e-mail on 2 November 2026"], &[]);
    let confirmed = "holder=Office+of+Benefit+applications&confirmed=true";
    take(&office, &desk, "/desk/request/1/holder", confirmed).await;
    says(&office.get(&desk, "/desk/requests").await.text, &["None wait for an answer"], &[]);
}

#[tokio::test]
async fn a_judgement_can_be_taken_back() {
    let office = Office::open().await;
    let desk = Caller::Staff(reviewer());
    let place = "/desk/link/1/5";
    take(&office, &desk, "/desk/link/1/5/judge", "judgement=different&reason=Two+passports.").await;
    says(&office.get(&desk, place).await.text, &["judged to be of different persons"], &["/judge\""]);
    says(&office.get(&desk, "/desk/person/1").await.text, &["href=\"/desk/link/1/5\""], &[]);
    let refused = office.post(&desk, "/desk/link/1/5/withdraw", "reason=no").await;
    assert_eq!(refused.status, 422);
    says(&refused.text, &["withdraw-reason-fault", ">no<"], &[]);
    // By the other record first: the judgement is one of both.
    take(&office, &desk, "/desk/link/5/1/withdraw", "reason=One+passport+was+renewed.").await;
    says(&office.get(&desk, place).await.text, &["/judge\""], &["/withdraw\""]);
}

#[tokio::test]
async fn a_decided_finding_shows_what_was_decided_on() {
    let office = Office::open().await;
    let desk = Caller::Staff(reviewer());
    take(&office, &desk, "/desk/finding/1/decide", "outcome=corrected&reason=The+passport+shows+it.").await;
    let later = TODAY.saturating_add(5.days());
    office.clock.set(later);
    let changed = record("benefits", "applications", "IOE1").says(Attribute::BirthDate, "1978-11-11");
    let same = record("benefits", "applications", "IOE2").says(Attribute::BirthDate, "1950-02-03");
    let records = vec![changed.seen(later, later).build(), same.seen(later, later).build()];
    office.import("benefits", "applications", records).await;
    let page = office.get(&desk, "/desk/finding/1").await.text;
    says(&page, &["15/11/1978", "This is what it said then"], &[]);
    take(&office, &desk, "/desk/finding/1/reopen", "reason=There+is+a+new+paper.").await;
    says(&office.get(&desk, "/desk/finding/1").await.text, &[], &["15/11/1978", "This is what it said then"]);
}
