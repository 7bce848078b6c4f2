//! What `redress verify` says of a receipt: which act it proves, in plain words, and what to do about a broken one.

use std::fs;

use jiff::civil::date;
use redress_casefile::{PublicEntry, PublicKind, commitment};
use redress_ports::Receipt;
use redress_statement::Digest;
use redress_tlog::{Checkpoint, Note, ProofFile, SigningKey, leaf_hash};

use crate::office::{Done, Office};

const LOG: &str = "redress.example/log";
const SALT: [u8; 32] = [7; 32];

/// The receipt of an event, the only one of its log.
fn receipt(kind: PublicKind, event: &str) -> Receipt {
    let commitment = Digest(commitment(&SALT, event.as_bytes())).to_string();
    let entry = PublicEntry { v: 1, kind, day: date(2026, 11, 2), commitment }.json().unwrap();
    let text = Checkpoint { origin: LOG.into(), size: 1, root: leaf_hash(entry.as_bytes()) }.text();
    let checkpoint = Note::assemble(&text, &[SigningKey::for_log(LOG, &[1; 32]).sign(&text)]);
    let proof = ProofFile { index: 0, hashes: Vec::new(), checkpoint }.render();
    Receipt { v: 1, entry, event: event.to_owned(), salt: Digest(SALT).to_string(), proof }
}

fn check(office: &Office, text: &str) -> Done {
    let path = office.path("receipt-7.json");
    fs::write(&path, text).unwrap();
    let key = SigningKey::for_log(LOG, &[1; 32]).verifier().to_string();
    office.redress(&["verify", "--receipt", path.to_str().unwrap(), "--key", &key])
}

#[test]
fn the_act_and_its_outcome_are_said_in_plain_words_and_nothing_else() {
    let office = Office::new();
    let by =
        r#"{"name":"Ines Okafor","office":"Records Office (invented)","role":"reviewer","user_code":"u4"}"#;
    let decided = |outcome: &str| {
        format!(
            r#"{{"by":{by},"event":"finding_decided","finding":4,"machine":"finding","outcome":"{outcome}","reason":{{"words":"seen the paper"}}}}"#
        )
    };
    let refused = format!(
        r#"{{"by":{by},"determination":{{"outcome":"refused","review_office":"Appeals"}},"event":"request_determined","machine":"correction","on":"2026-11-02","reason":{{"words":"seen the paper"}},"request":3}}"#
    );
    let granted = refused
        .replace(r#"refused","review_office":"Appeals""#, r#"granted","corrected":{"words":"García"}"#);
    let lifted = format!(
        r#"{{"by":{by},"event":"hold_lifted","hold":2,"machine":"hold","on":"2026-11-02","reason":{{"words":"seen the paper"}}}}"#
    );
    let later = r#"{"event":"hold_extended","hold":2,"machine":"hold"}"#.to_owned();
    for (kind, event, says) in [
        (PublicKind::Determination, decided("corrected"), "the record is wrong and its owner is to be told"),
        (PublicKind::Determination, decided("not_an_error"), "a finding was decided: this is not an error"),
        (PublicKind::Determination, refused, "a correction request was refused"),
        (PublicKind::Determination, granted, "a correction request was granted"),
        (PublicKind::Hold, lifted, "a hold was lifted"),
        (PublicKind::Hold, later, "an act on a hold"),
    ] {
        let text = serde_json::to_string_pretty(&receipt(kind, &event)).unwrap();
        let done = check(&office, &text);
        done.ended(0, &["verified: of 2026-11-02, entry 0 of redress.example/log", says]);
        for inside in ["Okafor", "seen the paper", "García"] {
            assert!(!done.out.contains(inside), "{}", done.out);
        }
    }
}

#[test]
fn a_receipt_that_cannot_be_read_is_to_be_downloaded_again() {
    let office = Office::new();
    let whole = receipt(PublicKind::Hold, r#"{"event":"hold_extended","hold":2,"machine":"hold"}"#);
    let text = serde_json::to_string_pretty(&whole).unwrap();
    let short = Receipt { salt: whole.salt[..60].to_owned(), ..whole.clone() };
    let other = Receipt { entry: "{}".to_owned(), ..whole };
    for (broken, says) in [
        (text[..text.len() - 30].to_owned(), "receipt-7.json is not a whole receipt"),
        (String::new(), "receipt-7.json is not a whole receipt"),
        (serde_json::to_string(&short).unwrap(), "the receipt's salt cannot be read"),
        (serde_json::to_string(&other).unwrap(), "the receipt's entry is not one of this log's form"),
    ] {
        check(&office, &broken).ended(3, &[says, "download it again"]);
    }
}
