//! `redress packet`: what refuses a call before anything is given.

use crate::office::Office;

#[test]
fn a_call_that_cannot_be_met_gives_nothing() {
    let office = Office::new();
    let before = office.contents();
    let store = office.store();
    for (form, out, says) in [
        ("page", "court.toml", "is there already"),
        #[cfg(not(feature = "pdf"))]
        ("pdf", "packet.pdf", "built without PDF: print the page instead"),
    ] {
        let out = office.path(out);
        let was_there = out.exists();
        let call = ["packet", "--person", "12", "--for", "person", "--form", form, "--store"];
        let call = [&call[..], &[store.to_str().unwrap(), "--out", out.to_str().unwrap()]].concat();
        office.redress(&call).ended(2, &[says]);
        assert_eq!(out.exists(), was_there);
    }
    assert_eq!(office.contents(), before);
}
