//! `redress packet`: what refuses a call before anything is given, and under whose account it is given.

use redress_ports::AccessPurpose;

use crate::{
    office::{Done, Office},
    strike::{STAFF, reads_of, with_a_contest},
};

fn packet(office: &Office, person: &str, out: &str, more: &[&str]) -> Done {
    std::fs::write(office.path("office.toml"), STAFF).unwrap();
    let [store, out, staff] =
        ["store", out, "office.toml"].map(|name| office.path(name).display().to_string());
    let call = ["packet", "--person", person, "--store", &store, "--out", &out, "--office", &staff];
    office.redress(&[&call[..], more].concat())
}

#[test]
fn a_call_that_cannot_be_met_gives_nothing() {
    let office = Office::new();
    let before = office.contents();
    for (form, out, says) in [
        ("page", "court.toml", "is there already"),
        #[cfg(not(feature = "pdf"))]
        ("pdf", "packet.pdf", "built without PDF: print the page instead"),
    ] {
        let was_there = office.path(out).exists();
        let more = ["--for", "person", "--by", "st-7f3a", "--form", form];
        packet(&office, "12", out, &more).ended(2, &[says]);
        assert_eq!(office.path(out).exists(), was_there);
    }
    assert_eq!(office.contents(), before);
}

#[test]
fn it_is_given_by_a_named_member_of_staff() {
    let office = Office::new();
    with_a_contest(&office);
    let for_court = ["--for", "court", "--recipient", "Court"];
    let nobody = packet(&office, "1", "nobody.html", &for_court);
    assert!(nobody.error.contains("--by <USER_CODE>"), "{}", nobody.error);
    let unknown = [&for_court[..], &["--by", "st-none"]].concat();
    packet(&office, "1", "unknown.html", &unknown).ended(2, &["nobody with the account `st-none`"]);
    assert!(reads_of(&office, 1, AccessPurpose::Disclosure).is_empty());
    let overseer = [&for_court[..], &["--by", "st-e511"]].concat();
    packet(&office, "1", "court.html", &overseer)
        .ended(6, &["the role oversight may not do `record_packet`: ask a reviewer or an appeal officer"]);
    let by = [&for_court[..], &["--by", "st-7f3a"]].concat();
    packet(&office, "1", "court.html", &by).ended(0, &["for a court"]);
    assert_eq!(reads_of(&office, 1, AccessPurpose::Disclosure), ["st-7f3a"]);
}
