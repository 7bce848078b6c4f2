//! The formats of the sources, from bytes to records with their provenance.

use std::sync::Arc;

use crate::extract::read;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Date64Array, DictionaryArray, Float64Array, Int64Array,
    NullArray, RecordBatch, StringArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray, types::Int8Type,
};
use redress_ports::ReadError;
use redress_sources::tabular;
use redress_statement::{Attribute, Digest};

const TABLES: &str = r#"
[[table]]
name = "notices"
file = "notices.csv"
format = "delimited"
key = "NOTICE_ID"
about = "IDNCASE"

[table.columns]
SERVED = { attribute = "notice_served" }
MAILED_ON = { attribute = "notice_mailed_on", format = "%Y%m%d" }
CITY = { attribute = "address_city" }
CITY_2 = { attribute = "address_city" }

[[table]]
name = "court_names"
file = "court_names.jsonl"
format = "json_lines"
lead = true
key = "IDNCASE"
identity = true

[table.columns]
LAST_NAME = { attribute = "family_name" }
ADMITTED_UNTIL = { attribute = "admitted_until", format = "%Y-%m-%d" }
"#;

#[test]
fn the_lead_table_comes_first_and_its_keys_are_bare() {
    let names =
        b"{\"IDNCASE\":7,\"LAST_NAME\":\" de  la Cruz\",\"ADMITTED_UNTIL\":\"D/S\",\"photo_id\":{\"a\":1}}\n";
    let notices =
        b"NOTICE_ID,IDNCASE,SERVED,MAILED_ON,CITY_2,CITY\r\nN1,7,m,20260103,Lowell,Boston\r\nN2,,p,,,\r\n";
    let outcomes = read(TABLES, &[("court_names.jsonl", names), ("notices.csv", notices)]).unwrap();
    assert_eq!(outcomes[0].records(), ["1 7 LAST_NAME= de  la Cruz>de la Cruz, ADMITTED_UNTIL=D/S>D/S"]);
    assert_eq!(
        outcomes[1].records(),
        [
            "2 notices:N1 SERVED=m>M, MAILED_ON=20260103>2026-01-03, CITY_2=Lowell>LOWELL, CITY=Boston>BOSTON",
            "3 notices:N2 SERVED=p>P",
        ]
    );
    let (name, notice) = (&outcomes[0].records[0], &outcomes[1].records[0]);
    assert!(name.is_identity && !notice.is_identity);
    assert_eq!((name.about.as_deref(), notice.about.as_deref()), (None, Some("7")));
    assert_eq!(outcomes[1].records[1].about, None);
    assert_eq!((name.locator.snapshot, notice.locator.snapshot), (Digest::of(names), Digest::of(notices)));
    assert_eq!((&*notice.table, notice.key.to_string()), ("notices", "court/notices:N1".to_owned()));
    assert_eq!([name.first_seen, name.last_seen].map(|day| day.to_string()), ["2026-10-31"; 2]);
    let ordinals = notice.statements.iter().map(|said| (said.attribute, said.ordinal)).collect::<Vec<_>>();
    assert_eq!(ordinals[2..], [(Attribute::AddressCity, 0), (Attribute::AddressCity, 1)]);
    assert_eq!(outcomes[0].report.refused[0].ground, "biometrics (charter 2)");
}

#[test]
fn a_broken_object_is_set_aside() {
    let names = b"{\"IDNCASE\":1,\"LAST_NAME\":\"a\",\"ADMITTED_UNTIL\":null}\n{\"IDNCASE\":2,\"LAST_NAME\":[1]}\n{\"IDNCASE\":3\n{\"IDNCASE\":4}\n";
    let notices = b"NOTICE_ID,IDNCASE,SERVED,MAILED_ON,CITY_2,CITY\n";
    let outcome =
        read(TABLES, &[("court_names.jsonl", names), ("notices.csv", notices)]).unwrap().swap_remove(0);
    assert_eq!(outcome.records(), ["1 1 LAST_NAME=a>a", "4 4"]);
    assert_eq!(
        outcome.quarantined(),
        [
            "2 LAST_NAME: the value is a list or an object, text or a number is expected",
            "3 -: not a JSON object: EOF while parsing an object at column 12: write one object a line",
        ]
    );
}

#[test]
fn a_row_with_a_misspelt_member_is_set_aside_and_its_key_counts_as_there() {
    let rows = |misspelt: &str| {
        let sound = (0..120).map(|n| {
            format!("{{\"IDNCASE\":{n},\"LAST_NAME\":\"Lee\",\"ADMITTED_UNTIL\":null,\"note\":\"x\"}}\n")
        });
        sound.chain([misspelt.to_owned()]).collect::<String>()
    };
    for (misspelt, expected) in [
        // A member that is null may be left out.
        ("{\"IDNCASE\":900}", &[][..]),
        ("{\"IDNCASE\":900,\"note\":\"x\"}", &[]),
        (
            "{\"IDNCASE\":900,\"LASTNAME\":\"Tran\"}",
            &[
                "121 LAST_NAME: the member \"LAST_NAME\" is not there, and \"LASTNAME\" is, which the contract does not know: correct the \
               name, or give it as an alias in the contract",
            ],
        ),
    ] {
        let files = [
            ("court_names.jsonl", rows(misspelt)),
            ("notices.csv", "NOTICE_ID,IDNCASE,SERVED,MAILED_ON,CITY_2,CITY\n".to_owned()),
        ];
        let outcome =
            &read(TABLES, &files.each_ref().map(|(name, text)| (*name, text.as_bytes()))).unwrap()[0];
        assert_eq!(outcome.quarantined(), expected, "{misspelt}");
        let set_aside = if expected.is_empty() { vec![] } else { vec!["900".to_owned()] };
        assert_eq!(outcome.set_aside, set_aside, "{misspelt}");
        assert_eq!(outcome.records.len(), 121 - expected.len(), "{misspelt}");
    }
}

#[test]
fn an_extract_of_a_day_on_which_nothing_happened() {
    let notices = b"NOTICE_ID,IDNCASE,SERVED,MAILED_ON,CITY_2,CITY\n";
    for names in [&b""[..], b"\n\n"] {
        let outcomes = read(TABLES, &[("court_names.jsonl", names), ("notices.csv", notices)]).unwrap();
        for outcome in outcomes {
            let report = &outcome.report;
            assert_eq!((outcome.records.len(), report.n_rows, report.refused.len()), (0, 0, 0), "{report:?}");
        }
    }
}

const STATUS: &str = r#"
[[table]]
name = "status"
file = "status.parquet"
format = "parquet"
lead = true
key = "file_number"

[table.columns]
family_name = { attribute = "family_name" }
birth_date = { attribute = "birth_date", format = "%Y-%m-%d" }
departed = { attribute = "departed" }
"#;

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let columns = columns.into_iter().map(|(name, values)| (name, values, true));
    tabular::write_parquet(&path, &RecordBatch::try_from_iter_with_nullable(columns).unwrap()).unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn parquet_columns_of_text_numbers_dates_and_booleans() {
    let bytes = parquet(vec![
        ("tattoos", Arc::new(Float64Array::from(vec![1.5, 2.5, 3.5]))),
        ("birth_date", Arc::new(Date32Array::from(vec![Some(0), Some(-25_567), None]))),
        ("file_number", Arc::new(Int64Array::from(vec![10, 11, 12]))),
        ("family_name", Arc::new(StringArray::from(vec![Some("Nu\0ñez"), None, Some("Li")]))),
        ("departed", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
    ]);
    let outcome = read(STATUS, &[("status.parquet", &bytes)]).unwrap().pop().unwrap();
    assert_eq!(
        outcome.records(),
        [
            "1 10 birth_date=1970-01-01>1970-01-01, family_name=Nuñez>Nuñez, departed=true>yes",
            "2 11 birth_date=1900-01-01>1900-01-01, departed=false>no",
            "3 12 family_name=Li>Li",
        ]
    );
    assert_eq!(outcome.report.refused[0].column, "tattoos");
}

#[test]
fn parquet_columns_as_programs_for_tables_store_them() {
    let born: [ArrayRef; 4] = [
        Arc::new(TimestampNanosecondArray::from(vec![Some(86_400_000_000_000), None, Some(0)])),
        Arc::new(TimestampMillisecondArray::from(vec![Some(86_400_000), None, Some(0)]).with_timezone("UTC")),
        Arc::new(Date64Array::from(vec![Some(86_400_000), None, Some(0)])),
        Arc::new(StringArray::from(vec![Some("1970-01-02"), None, Some("1970-01-01")])),
    ];
    for born in born {
        let bytes = parquet(vec![
            // Whole numbers beside a blank become numbers with a point, and the blank becomes no number.
            ("file_number", Arc::new(Float64Array::from(vec![10.0, 11.0, 200_000_001.0])) as ArrayRef),
            (
                "family_name",
                Arc::new(["Li", "Okoro", "Li"].into_iter().collect::<DictionaryArray<Int8Type>>()),
            ),
            ("birth_date", born),
            ("departed", Arc::new(NullArray::new(3))),
        ]);
        let outcome = read(STATUS, &[("status.parquet", &bytes)]).unwrap().pop().unwrap();
        assert_eq!(
            outcome.records(),
            [
                "1 10 family_name=Li>Li, birth_date=1970-01-02>1970-01-02",
                "2 11 family_name=Okoro>Okoro",
                "3 200000001 family_name=Li>Li, birth_date=1970-01-01>1970-01-01",
            ]
        );
    }
}

#[test]
fn parquet_that_cannot_be_read() {
    let columns = |value: ArrayRef| {
        let text: ArrayRef = Arc::new(StringArray::from(vec!["1"]));
        parquet(vec![
            ("file_number", text.clone()),
            ("family_name", value),
            ("birth_date", text.clone()),
            ("departed", text),
        ])
    };
    for (value, shown) in [
        (Arc::new(BinaryArray::from(vec![&b"x"[..]])) as ArrayRef, "Binary"),
        (
            Arc::new(TimestampSecondArray::from(vec![1]).with_timezone("America/Chicago")),
            "Timestamp(s, \"America/Chicago\")",
        ),
    ] {
        let error = read(STATUS, &[("status.parquet", &columns(value))]).err();
        let reason = format!(
            "status.parquet: column `family_name` is of type {shown}; text, categories, numbers, booleans, dates and moments \
             of universal time are read: store it as text"
        );
        assert_eq!(error, Some(ReadError::Input(reason)));
    }
    let whole = columns(Arc::new(StringArray::from(vec!["x"])));
    for bytes in [&b""[..], b"PAR1", b"id,name\n1,x\n", &whole[..whole.len() / 2]] {
        let error = read(STATUS, &[("status.parquet", bytes)]).err().unwrap().to_string();
        assert!(error.starts_with("status.parquet: not a Parquet file that can be read"), "{error}");
    }
}
