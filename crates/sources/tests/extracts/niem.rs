//! NIEM messages: in, and out again, as JSON and as XML.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;
use redress_ports::{ColumnReport, Disclosed, ReadError, RecordBatchEnd, ValueMark, Written};
use redress_sources::{Contract, NiemForm, NiemWriter, open_source};
use redress_statement::{Attribute, Record};

use crate::extract::kept;

const CONTRACT: &str = include_str!("../../../../contracts/niem_message.toml");

/// One record of each kind: contested as a whole; with one contested value; with an order that was recalled, values of
/// which it is told how sure they are, and much that is not taken in.
const MESSAGE: &str = r#"{
"@context": {"nc": "https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"},
"redress:RecordExchange": {"redress:Record": [
 {"nc:DocumentIdentification": {"nc:IdentificationID": "R-1"},
  "nc:DocumentDisputedIndicator": true,
  "nc:DocumentDisputedReasonText": "The file was of my brother; ask him",
  "nc:Person": {
   "nc:PersonName": [
    {"nc:PersonGivenName": ["Åsa", "María"], "nc:PersonSurName": "Núñez \"la\" <Ortega> & Co",
     "nc:Metadata": {"nc:ConfidencePercent": 80, "nc:LastVerifiedDate": {"nc:Date": "2025-02-03"}}},
    {"nc:PersonSurName": "Nunez", "im:PersonNameAugmentation": {"im:PersonNameDateRange": {"nc:EndDate": {"nc:Date": "2020-01-01"}}}}],
   "nc:PersonBirthDate": {"nc:YearMonthDate": "1984-03"},
   "nc:PersonHairColorText": "brown", "nc:PersonHeightMeasure": {"nc:MeasureDecimalValue": 170}}},
 {"nc:DocumentIdentification": {"nc:IdentificationID": "R-2"},
  "nc:DocumentDisputedIndicator": true,
  "nc:Person": {"nc:PersonName": {"nc:PersonSurName": "Okafor", "nc:PersonGivenName": "Ada"},
                "nc:PersonBirthDate": {"nc:Date": "1990-01-02"}},
  "redress:ValueNote": {"redress:PropertyPathText": "nc:Person/nc:PersonBirthDate/nc:Date", "redress:DisputeStateText": "contested",
                        "redress:StatementOfDisagreementText": "I was born in May"}},
 {"nc:DocumentIdentification": {"nc:IdentificationID": "R-3"},
  "nc:DocumentDisputedIndicator": false,
  "nc:DocumentPrivacyActIndicator": true,
  "im:AlienIDDetails": {"im:AlienNumberIdentification": {"nc:IdentificationID": "A012345678"}},
  "j:CourtOrder": [{"j:CourtOrderIssuingDate": {"nc:Date": "2019-05-06"}, "j:CourtOrderRecallDate": {"nc:Date": "2021-07-08"},
                    "j:CourtOrderRecallReasonText": "vacated"},
                   {"j:CourtOrderIssuingDate": {"nc:Date": "2022-05-06"}}],
  "redress:citizenship_country": "VEN", "im:AlienLocation": {"nc:LocationDescriptionText": "somewhere"}}
]}}"#;

struct Taken {
    records: Vec<Record>,
    report: ColumnReport,
}

fn take_as(form: NiemForm, text: &str) -> Result<Taken, ReadError> {
    take_bytes_as(form, text.as_bytes())
}

fn take_bytes_as(form: NiemForm, bytes: &[u8]) -> Result<Taken, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), "as_of = \"2026-10-31\"\nsections = [\"people\"]\n")
        .unwrap();
    let contract = match form {
        NiemForm::Json => CONTRACT.to_owned(),
        NiemForm::Xml => CONTRACT.replace("message.json", "message.xml").replace("niem-json", "niem-xml"),
    };
    let name = if form == NiemForm::Json { "message.json" } else { "message.xml" };
    fs::write(folder.path().join(name), bytes).unwrap();
    let contract = Contract::from_toml(&contract, "niem_message.toml").unwrap();
    let mut readers = open_source(&contract, folder.path(), &kept(folder.path()))?;
    let (reader, mut records) = (&mut readers[0], Vec::new());
    while reader.read(&mut records, 2)? == RecordBatchEnd::More {}
    Ok(Taken { records, report: reader.report().clone() })
}

fn give(
    records: &[Record],
    form: NiemForm,
    marks: &BTreeMap<(Attribute, u16), ValueMark>,
) -> (String, Written) {
    let mut bytes = Vec::new();
    let mut writer = NiemWriter::try_new(&mut bytes, form).unwrap();
    for record in records {
        writer.write(&Disclosed { record: record.clone(), marks: marks.clone() }).unwrap();
    }
    let written = writer.finish().unwrap();
    (String::from_utf8(bytes).unwrap(), written)
}

/// What records say, with all that stands beside each value; not the line, which is another in each file.
fn said(records: &[Record]) -> Vec<String> {
    let mut all: Vec<String> = records
        .iter()
        .flat_map(|record| {
            record.statements.iter().map(move |said| {
                let normalized = said.normalized.as_deref().unwrap_or("!");
                format!(
                    "{} {} {}>{normalized} @ {}",
                    record.key.key, said.attribute, said.original, said.column
                )
            })
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_message_becomes_records_with_what_stands_beside_each_value() {
    let taken = take_as(NiemForm::Json, MESSAGE).unwrap();
    let disputed = "; dispute_state=contested; dispute_statement=The file was of my brother\\; ask him";
    let name = "nc:Person/nc:PersonName";
    let of =
        |key: &str| said(&taken.records).into_iter().filter(|line| line.starts_with(key)).collect::<Vec<_>>();
    assert_eq!(
        of("R-1"),
        [
            format!(
                "R-1 birth_date 1984-03>1984-03 @ nc:Person/nc:PersonBirthDate/nc:YearMonthDate{disputed}"
            ),
            format!("R-1 family_name Nunez>Nunez @ {name}[2]/nc:PersonSurName{disputed}"),
            format!(
                "R-1 family_name Núñez \"la\" <Ortega> & Co>Núñez \"la\" <Ortega> & Co @ {name}/nc:PersonSurName{disputed}"
            ),
            format!("R-1 given_name María>María @ {name}/nc:PersonGivenName[2]{disputed}"),
            format!(
                "R-1 given_name Åsa>Åsa @ {name}/nc:PersonGivenName{disputed}; \
                 with=nc:DocumentIdentification/nc:IdentificationID=R-1; \
                 with={name}/nc:Metadata/nc:ConfidencePercent=80; \
                 with={name}/nc:Metadata/nc:LastVerifiedDate/nc:Date=2025-02-03; \
                 with={name}[2]/im:PersonNameAugmentation/im:PersonNameDateRange/nc:EndDate/nc:Date=2020-01-01"
            ),
        ]
    );
    assert_eq!(
        of("R-2")[0],
        "R-2 birth_date 1990-01-02>1990-01-02 @ nc:Person/nc:PersonBirthDate/nc:Date; dispute_state=contested; \
         dispute_statement=I was born in May"
    );
    assert!(of("R-2")[1..].iter().all(|line| !line.contains("dispute_state")), "{:?}", of("R-2"));
    assert_eq!(
        of("R-3")[2],
        "R-3 order_on 2019-05-06>2019-05-06 @ j:CourtOrder/j:CourtOrderIssuingDate/nc:Date; \
         with=j:CourtOrder/j:CourtOrderRecallDate/nc:Date=2021-07-08; \
         with=j:CourtOrder/j:CourtOrderRecallReasonText=vacated"
    );
    let refused: Vec<String> = taken
        .report
        .refused
        .iter()
        .map(|column| format!("{} {}", column.column, column.by_charter))
        .collect();
    assert_eq!(
        refused,
        [
            "im:AlienLocation/nc:LocationDescriptionText true",
            "nc:Person/nc:PersonHairColorText true",
            "nc:Person/nc:PersonHeightMeasure/nc:MeasureDecimalValue true",
        ]
    );
}

#[test]
fn a_message_goes_out_as_it_came_in_either_form() {
    let taken = take_as(NiemForm::Json, MESSAGE).unwrap();
    let (json, written) = give(&taken.records, NiemForm::Json, &BTreeMap::new());
    assert_eq!((written.n_lines, written.n_contested), (3, 6));
    let (xml, _) = give(&taken.records, NiemForm::Xml, &BTreeMap::new());
    for word in ["ConfidencePercent", "RecallReasonText", "DisputedReasonText", "PersonNameDateRange"] {
        assert!(json.contains(word) && xml.contains(word), "{word}\n{json}\n{xml}");
    }
    assert!(!json.contains("brown") && !xml.contains("somewhere"));
    // The second time the marks stand with each value, so that from here on nothing changes.
    let again = take_as(NiemForm::Json, &json).unwrap();
    let (once_more, _) = give(&again.records, NiemForm::Json, &BTreeMap::new());
    let values = |records: &[Record]| {
        said(records)
            .into_iter()
            .map(|line| line.split("; with").next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&again.records), values(&taken.records));
    assert_eq!(said(&take_as(NiemForm::Json, &once_more).unwrap().records), said(&again.records));
    assert_eq!(said(&take_as(NiemForm::Xml, &xml).unwrap().records), said(&again.records));
    // Every leaf of the message that is admitted stands in what went out.
    for leaf in [
        ":80,",
        "2025-02-03",
        "2020-01-01",
        "2021-07-08",
        "vacated",
        "Indicator\":false",
        "VEN",
        "ask him",
        "I was born in May",
    ] {
        assert!(json.contains(leaf), "{leaf}\n{json}");
    }
}

/// Records with every element that the contract reads, and every leaf that is kept beside values, in the order of the model.
const FULL: &str = r#"
{"nc:DocumentDispositionAuthorityName":"Records Schedule 9",
"nc:DocumentDispositionInstructionText":"Until 2031",
"nc:DocumentDisputedIndicator":false,
"nc:DocumentEUDataPrivacyIndicator":false,
"nc:DocumentIdentification":{"nc:IdentificationID":"F-1"},
"nc:DocumentPrivacyActIndicator":true,
"nc:Person":{
"nc:PersonBirthDate":{"nc:Date":"1984-03-09"},
"nc:PersonCitizenship":[{"nc:PersonCitizenshipCountry":{"nc:CountryCode":"VE"}},{"nc:PersonCitizenshipCountry":{"nc:CountryName":"Colombia"}}],
"nc:PersonDeathDate":{"nc:Date":"2024-05-06"},
"nc:PersonName":[{
"nc:PersonNamePrefixText":"Dr.","nc:PersonGivenName":["Åsa","María"],"nc:PersonMiddleName":"Luz","nc:PersonSurName":"Cruz",
"nc:PersonNameSuffixText":"Jr.","nc:PersonMaidenName":"Peña","nc:PersonFullName":"Åsa María de la Cruz","nc:PersonNameCategoryCode":"AKA",
"nc:PersonNameCategoryText":"legal","nc:PersonNameSalutationText":"Señora","nc:PersonOfficialGivenName":"Åsa María","nc:PersonPreferredName":"Luz",
"nc:PersonSurNamePrefixText":"de la","nc:EffectiveDate":{"nc:Date":"2001-01-01"},
"nc:Metadata":{"nc:ConfidencePercent":80,"nc:EmptyReasonDescriptionText":"no second name","nc:LastUpdatedDate":{"nc:Date":"2025-02-01"},
"nc:LastVerifiedDate":{"nc:Date":"2025-02-03"},"nc:QualityComment":"from paper","nc:ReportedDate":{"nc:Date":"2025-01-31"},
"nc:SourceIDText":"7","nc:SourceText":"register"}},
{"nc:PersonSurName":"Cruz Peña","im:PersonNameAugmentation":{"im:PersonNameDateRange":{"nc:StartDate":{"nc:Date":"2019-01-01"},"nc:EndDate":{"nc:Date":"2020-01-01"}}}}],
"nc:PersonPassportIdentification":{"nc:IdentificationID":"X1234567"},
"nc:PersonSexText":"F"},
"im:AlienIDDetails":{"im:AlienNumberIdentification":{"nc:IdentificationID":"A012345678"}},
"im:ImmigrationReceiptNumberIdentification":{"nc:IdentificationID":"ABC0012345678"},
"im:ImmigrationDeportation":{"nc:ActivityDate":{"nc:Date":"2022-03-04"},"im:DeportationCompleteIndicator":true,
"im:DepartProofText":"stamp","im:DepartProofDescriptionText":"legible"},
"nc:ContactInformation":[{"nc:ContactMailingAddress":{"nc:AddressSecondaryUnitText":"Apt 4","nc:AddressDeliveryPointText":"12 Elm St",
"nc:AddressRecipientName":"c/o R. Ruiz","nc:AddressCityName":"Salem","nc:AddressState":{"nc:StateName":"OR"},"nc:AddressPostalCode":"97301",
"nc:AddressPostalExtensionCode":"0042"}},{"nc:ContactEmailID":"asa@example.org"},
{"nc:ContactTelephoneNumber":{"nc:FullTelephoneNumber":{"nc:TelephoneNumberFullID":"555-0100"}}}],
"j:CourtOrder":{"j:CourtOrderIssuingDate":{"nc:Date":"2019-05-06"},"j:CourtOrderRecallDate":{"nc:Date":"2021-07-08"},
"j:CourtOrderRecallReasonText":"vacated","j:CourtOrderServiceAttemptedDate":{"nc:Date":"2019-05-07"},
"j:CourtOrderServiceDate":{"nc:Date":"2019-05-08"},"j:CourtOrderServiceDescriptionText":"by mail",
"j:CourtOrderServiceReceivedDate":{"nc:Date":"2019-05-09"}},
"j:CourtAppearance":{"j:CourtAppearanceDefendantNotPresentIndicator":true,"j:CourtAppearanceDate":{"nc:Date":"2019-05-05"},
"j:CourtAppearanceReasonText":"ill"},
"redress:DerivedIndicator":false,
"redress:case_status":"OPEN",
"redress:citizenship_country":"VEN"}
{"nc:DocumentIdentification":{"nc:IdentificationID":"F-2"},
"nc:Person":{"nc:PersonBirthDate":{"nc:YearMonthDate":"1984-03"},
"nc:PersonCitizenship":[{"nc:PersonCitizenshipCountry":{"genc:CountryAlpha3Code":"VEN"}},{"nc:PersonCitizenshipCountry":{"iso_3166:CountryAlpha2Code":"CO"}},
{"nc:PersonCitizenshipCountry":{"iso_3166:CountryAlpha3Code":"ESP"}}]},
"im:PartyContactInformationAssociation":{"im:PartyContactDateRange":{"nc:StartDate":{"nc:Date":"2019-01-01"}}}}
{"nc:DocumentIdentification":{"nc:IdentificationID":"F-3"},
"nc:Person":{"nc:PersonBirthDate":{"nc:YearDate":"1984"}}}"#;

/// A message of records, each of which begins on a line with `{`, at the place of its line break.
fn message_of(records: &str) -> String {
    let records = records.trim().replace("}\n{\"nc:Doc", "},\n{\"nc:Doc");
    format!("{{\"redress:RecordExchange\":{{\"redress:Record\":[{records}]}}}}")
}

/// The records of a message that went out, without what Redress says of them: when it saw them and where.
fn records_of(json: &str) -> String {
    let own = json.split(",\"redress:LastSeenDate\"").collect::<Vec<_>>();
    let (last, records) = own.split_last().unwrap();
    assert!(last.contains("SourcePointerText"), "{last}");
    let first = records[0].split_once("\"redress:Record\":[").unwrap().1;
    let rest = records[1..].iter().map(|record| record.split_once("},\n").unwrap().1);
    std::iter::once(first).chain(rest).map(|record| format!("{}}}", record.trim())).collect()
}

#[test]
fn every_element_that_is_read_goes_out_in_the_order_of_the_model() {
    let taken = take_as(NiemForm::Json, &message_of(FULL)).unwrap();
    let expected = FULL.replace('\n', "");
    let (json, _) = give(&taken.records, NiemForm::Json, &BTreeMap::new());
    assert_eq!(records_of(&json), expected);
    // XML says the same in the same order: values, and what is kept with each, are read as they stand.
    let (xml, _) = give(&taken.records, NiemForm::Xml, &BTreeMap::new());
    let again = take_as(NiemForm::Xml, &xml).unwrap();
    let in_order = |records: &[Record]| -> Vec<String> {
        records
            .iter()
            .flat_map(|record| &record.statements)
            .map(|said| format!("{} {}", said.original, said.column))
            .collect()
    };
    assert_eq!(in_order(&again.records), in_order(&taken.records));
    assert_eq!(records_of(&give(&again.records, NiemForm::Json, &BTreeMap::new()).0), expected);
    // No column of the contract is without a value here, and nothing of the message was dropped.
    let refused: Vec<&String> = taken.report.refused.iter().map(|column| &column.column).collect();
    assert!(refused.is_empty(), "{refused:?}");
    let read: BTreeSet<&str> = CONTRACT
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.split_once("\" ="))
        .map(|(column, _)| column)
        .collect();
    let stated: BTreeSet<String> =
        taken.records.iter().flat_map(|record| &record.statements).map(|said| bare(&said.column)).collect();
    assert_eq!(stated, read.into_iter().map(str::to_owned).collect());
}

/// The column of a statement without its notes and the numbers of its elements.
fn bare(column: &str) -> String {
    let path = column.split("; ").next().unwrap_or_default();
    let names = path.split('/').map(|name| name.split('[').next().unwrap_or_default());
    names.collect::<Vec<_>>().join("/")
}

#[test]
fn elements_in_another_order_are_put_into_that_of_the_model() {
    let records = r#"{"nc:DocumentIdentification":{"nc:IdentificationID":"S-1"},
"j:CourtOrder":[{"nc:ActivityName":"of another"},{"j:CourtOrderRecallReasonText":"vacated","j:CourtOrderIssuingDate":{"nc:Date":"2019-05-06"}}],
"nc:Person":{"nc:PersonSexText":"F","nc:PersonName":{"nc:PersonMaidenName":"Peña","nc:PersonSurNamePrefixText":"de la","nc:PersonSurName":"Cruz","nc:PersonGivenName":"Luz"},
"nc:PersonBirthDate":{"nc:YearDate":"1984"}}}"#;
    let taken = take_as(NiemForm::Json, &message_of(records)).unwrap();
    let families: Vec<(u16, &str)> = taken.records[0]
        .statements
        .iter()
        .filter(|said| said.attribute == Attribute::FamilyName)
        .map(|said| (said.ordinal, &*said.original))
        .collect();
    assert_eq!(families, [(0, "Cruz"), (1, "Peña")]);
    let expected = r#"{"nc:DocumentIdentification":{"nc:IdentificationID":"S-1"},"nc:Person":{"nc:PersonBirthDate":{"nc:YearDate":"1984"},"nc:PersonName":{"nc:PersonGivenName":"Luz","nc:PersonSurName":"Cruz","nc:PersonMaidenName":"Peña","nc:PersonSurNamePrefixText":"de la"},"nc:PersonSexText":"F"},"j:CourtOrder":{"j:CourtOrderIssuingDate":{"nc:Date":"2019-05-06"},"j:CourtOrderRecallReasonText":"vacated"}}"#;
    assert_eq!(records_of(&give(&taken.records, NiemForm::Json, &BTreeMap::new()).0), expected);
    // The mark names the order by the place that it has where it goes to, not where it came from.
    let marks = [((Attribute::OrderOn, 0), ValueMark { is_contested: true, ..ValueMark::default() })].into();
    let (text, _) = give(&taken.records, NiemForm::Json, &marks);
    assert!(
        text.contains("\"redress:PropertyPathText\":\"j:CourtOrder/j:CourtOrderIssuingDate/nc:Date\""),
        "{text}"
    );
}

#[test]
fn marks_go_out_with_their_words() {
    let taken = take_as(NiemForm::Json, MESSAGE).unwrap();
    let mark = ValueMark {
        is_contested: true,
        disagreement: Some("It is not mine".to_owned()),
        corrected: Some("A 099".to_owned()),
    };
    let marks = [((Attribute::ANumber, 0), mark)].into();
    for form in [NiemForm::Json, NiemForm::Xml] {
        let (text, written) = give(&taken.records[2..], form, &marks);
        assert_eq!(written.n_contested, 1);
        let again = take_as(form, &text).unwrap();
        let column = &again.records[0].statement(Attribute::ANumber).unwrap().column;
        assert!(
            column.contains(
                "; dispute_state=contested; dispute_statement=It is not mine; corrected_value=A 099"
            ),
            "{column}"
        );
        assert_eq!(give(&again.records, form, &BTreeMap::new()).1.n_contested, 1);
    }
}

#[test]
fn prefixes_are_those_of_the_namespaces() {
    let xml = r#"<?xml version="1.0"?>
<x:RecordExchange xmlns:x="https://redress.example/ns/exchange/1/" xmlns="https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/">
<x:Record s:id="r1" xmlns:s="urn:s"><DocumentIdentification><IdentificationID>7</IdentificationID></DocumentIdentification>
<Person><PersonName><PersonSurName>&#209;u<![CDATA[ & ]]>&lt;o&gt;</PersonSurName><PersonGivenName/></PersonName></Person></x:Record></x:RecordExchange>"#;
    let taken = take_as(NiemForm::Xml, xml).unwrap();
    assert_eq!(&*taken.records[0].statement(Attribute::FamilyName).unwrap().original, "Ñu & <o>");
    assert_eq!(taken.report.refused[0].column, "@s:id");
}

#[test]
fn a_message_in_utf_16_is_read_as_one_in_utf_8() {
    let records = take_as(NiemForm::Json, MESSAGE).unwrap().records;
    let (xml, _) = give(&records, NiemForm::Xml, &BTreeMap::new());
    let xml = xml.replace("UTF-8", "UTF-16");
    for (form, text) in [(NiemForm::Json, MESSAGE), (NiemForm::Xml, xml.as_str())] {
        let expected = said(&take_as(form, text).unwrap().records);
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> =
                "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect();
            assert_eq!(said(&take_bytes_as(form, &bytes).unwrap().records), expected);
            let error = take_bytes_as(form, &bytes[..bytes.len() - 1]).err().unwrap();
            assert!(error.to_string().contains("the text ends within a character of UTF-16"), "{error}");
        }
        assert_eq!(said(&take_as(form, &format!("\u{feff}{text}")).unwrap().records), expected);
    }
}

/// A message in XML around the text of a record.
fn xml(record: &str) -> String {
    format!(
        "<redress:RecordExchange xmlns:redress=\"https://redress.example/ns/exchange/1/\" \
         xmlns:nc=\"https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/\"><redress:Record>\
         <nc:DocumentIdentification><nc:IdentificationID>1</nc:IdentificationID></nc:DocumentIdentification>{record}\
         </redress:Record></redress:RecordExchange>"
    )
}

#[track_caller]
fn refused(form: NiemForm, text: &str, expected: &str) {
    let error = take_as(form, text).err().unwrap();
    assert!(matches!(error, ReadError::Input(_)), "{error}");
    assert!(error.to_string().contains(expected), "{error}\n{expected}");
}

#[test]
fn bombs_are_refused_with_the_bound_named() {
    let laughs =
        r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><lolz>&b;</lolz>"#;
    refused(NiemForm::Xml, laughs, "line 1: a document type declaration (DTD) is in it, and none is read");
    refused(NiemForm::Xml, &xml("<nc:X>&b;</nc:X>"), "the entity \"b\" is declared nowhere, and none may be");
    let deep = format!("{}{}", "<nc:A>".repeat(80), "</nc:A>".repeat(80));
    refused(NiemForm::Xml, &xml(&deep), "over 64 elements within each other, the limit");
    let long = format!("<nc:A>{}</nc:A>", "x".repeat(3 << 20));
    refused(
        NiemForm::Xml,
        &xml(&long),
        "the text or tag of one element is longer than 1048576 bytes, the limit",
    );
    let pieces = format!("<nc:A>{}</nc:A>", "x<!-- -->".repeat((1 << 20) + 1));
    refused(NiemForm::Xml, &xml(&pieces), "the text of one element is longer than 1048576 bytes, the limit");
    refused(NiemForm::Xml, &xml(&"<nc:A>x</nc:A>".repeat(1_100)), "a record has over 1024 values, the limit");
    refused(NiemForm::Xml, &xml("<nc:A>"), "not XML that can be read");
    let whole = xml("");
    let (cut, _) = whole.split_once("</redress:Record>").unwrap();
    refused(NiemForm::Xml, cut, "the message ends within a record");
    refused(NiemForm::Xml, &format!("{cut}</redress:Record>"), "the message ends within an element");
    refused(NiemForm::Xml, &cut[..cut.len() - 2], "not XML that can be read");
    refused(NiemForm::Xml, "<a/>", "no element redress:Record is in it");
    refused(
        NiemForm::Xml,
        &xml("").replace("niem-core/6.0", "niem-core/5.0"),
        "the prefix \"nc\" stands for",
    );
    refused(NiemForm::Xml, &xml("<y:A/>"), "the prefix \"y\" is declared nowhere");

    let json = |record: &str| {
        format!(
            "{{\"redress:Record\":[{{\"nc:DocumentIdentification\":{{\"nc:IdentificationID\":1}},{record}}}]}}"
        )
    };
    let deep = format!("\"a\":{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
    refused(NiemForm::Json, &json(&deep), "over 64 elements within each other, the limit");
    let long = format!("\"a\":\"{}\"", "x".repeat(3 << 20));
    refused(NiemForm::Json, &json(&long), "the text of \"a\" is longer than 1048576 bytes, the limit");
    refused(NiemForm::Json, &json("\"a\":[[1]]"), "a list within a list at \"a\"");
    refused(NiemForm::Json, &json("\"a\":1,\"a\":2"), "the member \"a\" stands twice");
    refused(NiemForm::Json, "{\"a\":1}", "no member \"redress:Record\" is in it");
    refused(NiemForm::Json, "{\"redress:Record\":", "not JSON");
    refused(
        NiemForm::Json,
        "{\"@context\":{\"nc\":\"urn:x\"},\"redress:Record\":[]}",
        "the prefix \"nc\" stands for \"urn:x\"",
    );
}

/// Text that XML can hold and that says something.
fn text() -> impl Strategy<Value = String> {
    "[A-Za-zÀ-ÿ&<>\"'=;\\\\ -]{1,10}".prop_filter("says something", |text| {
        let text = text.trim();
        !text.is_empty() && !["b6", "n/a", "a.2.a"].contains(&text.to_lowercase().as_str())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// A damaged message is read or refused as input, whatever was done to it.
    #[test]
    fn a_damaged_message_is_refused_or_read(at in 0.0..1.0_f64, sign in any::<u8>(), is_cut in any::<bool>()) {
        let (json, records) = (MESSAGE.to_owned(), take_as(NiemForm::Json, MESSAGE).unwrap().records);
        let (xml, _) = give(&records, NiemForm::Xml, &BTreeMap::new());
        for (form, text) in [(NiemForm::Json, json), (NiemForm::Xml, xml)] {
            let mut bytes = text.into_bytes();
            let at = (at * bytes.len() as f64) as usize;
            if is_cut {
                bytes.truncate(at);
            } else {
                bytes[at] = sign;
            }
            if let Err(error) = take_bytes_as(form, &bytes) {
                prop_assert!(matches!(error, ReadError::Input(_)), "{}", error);
            }
        }
    }

    /// Whatever an invented message says comes back from either form, with its marks.
    #[test]
    fn invented_messages_lose_nothing(
        people in prop::collection::vec(
            (prop::collection::vec((text(), prop::collection::vec(text(), 0..3), prop::option::of(0_u8..100)), 1..3), prop::option::of(text())),
            1..4,
        ),
    ) {
        let records: Vec<serde_json::Value> = people.iter().enumerate().map(|(n, (names, reason))| {
            let names: Vec<serde_json::Value> = names.iter().map(|(family, given, sure)| {
                let mut name = serde_json::json!({"nc:PersonSurName": family, "nc:PersonGivenName": given});
                if let Some(sure) = sure {
                    name["nc:Metadata"] = serde_json::json!({"nc:ConfidencePercent": sure});
                }
                name
            }).collect();
            let mut record = serde_json::json!({
                "nc:DocumentIdentification": {"nc:IdentificationID": format!("R-{n}")},
                "nc:Person": {"nc:PersonName": names},
            });
            if let Some(reason) = reason {
                record["nc:DocumentDisputedIndicator"] = true.into();
                record["nc:DocumentDisputedReasonText"] = reason.as_str().into();
            }
            record
        }).collect();
        let message = serde_json::json!({"redress:RecordExchange": {"redress:Record": records}}).to_string();
        let first = take_as(NiemForm::Json, &message).unwrap();
        let second = take_as(NiemForm::Json, &give(&first.records, NiemForm::Json, &BTreeMap::new()).0).unwrap();
        let n_disputed = people.iter().filter(|(_, reason)| reason.is_some()).count();
        prop_assert_eq!(give(&second.records, NiemForm::Json, &BTreeMap::new()).0.matches("nc:DocumentDisputedReasonText").count(), n_disputed);
        let bare = |records: &[Record]| -> Vec<String> {
            said(records).into_iter().map(|line| line.split("; with").next().unwrap_or_default().to_owned()).collect()
        };
        prop_assert_eq!(bare(&second.records), bare(&first.records));
        for form in [NiemForm::Json, NiemForm::Xml] {
            let third = take_as(form, &give(&second.records, form, &BTreeMap::new()).0).unwrap();
            prop_assert_eq!(said(&third.records), said(&second.records));
        }
    }
}
