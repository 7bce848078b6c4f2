//! Statements and messages of other systems, in and out again.

use std::fs;

use crate::office::{Done, Office};

const MANIFEST: &str = "as_of = \"2026-10-31\"\nsections = [\"people\"]\n";
const FTM_CONTRACT: &str = include_str!("../../../../contracts/ftm_statements.toml");

const NIEM_CONTRACT: &str = include_str!("../../../../contracts/niem_message.toml");

const HEADER: &str = "canonical_id,entity_id,prop,prop_type,schema,value,dataset,origin,lang,original_value,external,first_seen,last_seen,id";

/// Statements about a few invented people; one of their dates is none.
fn statements() -> String {
    let mut text = format!("{HEADER}\n");
    for (n, (family, given)) in
        [("Okoro", "Ada"), ("Díaz", "Luz"), ("Trần", "Minh"), ("Haddad", "Sami")].iter().enumerate()
    {
        for (prop, value) in
            [("lastName", *family), ("firstName", *given), ("birthDate", "1984-03"), ("height", "170")]
        {
            text.push_str(&format!(
                "q{n},p{n},{prop},,Person,{value},archive,book,,,f,2024-01-01,2026-10-31T06:00:00,\n"
            ));
        }
    }
    text + "q0,p9,birthDate,date,Person,in May,archive,book,,,f,2024-01-01,2026-10-31T06:00:00,\n"
}

fn export(office: &Office, format: &str, out: &str) -> Done {
    let (store, out) = (office.store(), office.path(out));
    let (store, out) = (store.to_str().unwrap(), out.to_str().unwrap());
    office.redress(&[
        "export",
        "--format",
        format,
        "--source",
        "archive",
        "--recipient",
        "Court Records Office",
        "--store",
        store,
        "--out",
        out,
    ])
}

/// What came in as statements goes out as messages of NIEM, and a partner's contract reads them.
fn messages_carry_the_same(office: &Office) {
    for (format, file) in [("niem-json", "message.json"), ("niem-xml", "message.xml")] {
        let folder = office.extract(format, b"");
        fs::write(folder.join("manifest.toml"), MANIFEST).unwrap();
        export(office, format, &format!("{format}/{file}")).ended(0, &["5 records with 12 values"]);
        let contract = office.path("niem.toml");
        let until = NIEM_CONTRACT.replace("2027-12-31", "2099-12-31").replace("2026-01-15", "2020-01-15");
        fs::write(&contract, until.replace("niem-json", format).replace("message.json", file)).unwrap();
        office.import_under("true", &contract, &folder).ended(0, &["5 "]);
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert!(text.contains("1984-03") && text.contains("Trần") && !text.contains("height"), "{text}");
    }
}

#[test]
fn statements_are_taken_in_linked_and_given_again() {
    let office = Office::new();
    let contract = office.path("ftm.toml");
    let until = FTM_CONTRACT.replace("2027-12-31", "2099-12-31").replace("2026-01-15", "2020-01-15");
    fs::write(&contract, until).unwrap();
    let folder = office.extract("statements", b"");
    fs::write(folder.join("manifest.toml"), MANIFEST).unwrap();
    fs::write(folder.join("statements.csv"), statements()).unwrap();
    office.import_under("true", &contract, &folder).ended(
        0,
        &[
            "statements.csv: 17 rows; 5 new",
            "1 quarantined",
            "refused by the charter: Person:height",
            "line 18, column \"Person:birthDate\": date \"in May\" is not a year, month or day",
        ],
    );
    export(&office, "ftm", "early.csv")
        .ended(6, &["none of the 5 records is in a person's file", "redress check"]);
    assert!(!office.path("early.csv").exists());

    let store = office.store();
    office.redress(&["check", "--store", store.to_str().unwrap()]).ended(0, &[]);
    export(&office, "ftm", "given.csv").ended(
        0,
        &["given.csv: 5 records with 12 values of source `archive`, given to Court Records Office; 0 values are contested"],
    );
    export(&office, "ftm", "given.csv").ended(2, &["is there already"]);
    let given = fs::read_to_string(office.path("given.csv")).unwrap();
    assert_eq!(given.lines().count(), 13);
    assert!(
        given.contains("q2,p2,lastName,string,Person,Trần,archive,book,,,f,2024-01-01,2026-10-31T06:00:00,"),
        "{given}"
    );
    assert!(!given.contains(",170,"), "{given}");
    export(&office, "ftm-json", "given.jsonl").ended(0, &["12 values"]);
    let given = fs::read_to_string(office.path("given.jsonl")).unwrap();
    assert!(
        given.lines().all(|line| line.starts_with("{\"canonical_id\"") && line.ends_with('}')),
        "{given}"
    );
    messages_carry_the_same(&office);
    let out = office.path("none.csv");
    office
        .redress(&[
            "export",
            "--format",
            "ftm",
            "--source",
            "border",
            "--recipient",
            "x",
            "--store",
            store.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ])
        .ended(2, &["source `border` is not stored; stored are: archive, court"]);
}
