//! Who is signed in: the staff of an office file, and a person by an invitation.

use std::fs;

use crate::office::Office;

#[test]
fn a_person_is_invited_by_number() {
    let office = Office::new();
    let store = office.store();
    let store = store.to_str().unwrap();
    office.redress(&["check", "--store", store]).ended(0, &[]);
    let invite = |person: &str| {
        office.redress(&[
            "invite",
            "--store",
            store,
            "--person",
            person,
            "--address",
            "https://records.example/",
        ])
    };
    invite("1").ended(0, &["https://records.example/sign-in/", "the file of Okoro (P-1)"]);
    invite("99").ended(2, &["there is no P-99", "the number that the desk shows"]);
}

#[test]
fn a_wrong_office_file_is_refused_before_anything_is_served() {
    let office = Office::new();
    let (store, file) = (office.store(), office.path("office.toml"));
    let (store, file) = (store.to_str().unwrap(), file.to_str().unwrap());
    let serve = || office.redress(&["serve", "--port", "0", "--store", store, "--office", file]);
    serve().ended(2, &["office.toml cannot be read"]);
    fs::write(file, "review_office = \"Appeals\"\nstaff = []\n").unwrap();
    serve().ended(2, &["office.toml", "there is no [[staff]]"]);
}
