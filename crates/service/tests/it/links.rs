//! Pairs that wait for clerical review, on the desk and on the page of the pair.

use redress_casefile::LinkEvidence;
use redress_ports::Page;
use redress_service::{
    App, MODEL_REPORT, Quiet, WaterfallBook, assemble_persons, link_records, save_report,
    view::{Reader, link_view, links_view},
};
use redress_statement::Attribute;
use redress_testkit::{RecordFile, record, reviewer};

use crate::office::office;

/// Given and family names of which every two make a person.
const GIVEN: [&str; 12] = [
    "Amara", "Bodil", "Chinedu", "Dalia", "Emeka", "Farida", "Goran", "Hadiza", "Ivana", "Jelena", "Kwame",
    "Ludmila",
];
const FAMILY: [&str; 10] = [
    "Abernathy",
    "Brankovic",
    "Castellanos",
    "Dragomir",
    "Eszterhazy",
    "Fonseca",
    "Gutierrez",
    "Hakimian",
    "Ibarra",
    "Jovanovic",
];
const ALL: Page = Page { offset: 0, limit: 500 };

/// Imports two records of everybody: in the second, names are cut short and nobody says where they live. All are citizens of one
/// country, which therefore weighs nothing.
async fn import(app: &App) {
    let people = GIVEN.iter().flat_map(|given| FAMILY.iter().map(move |family| (*given, *family)));
    let records = people.enumerate().flat_map(|(person, (given, family))| {
        let born = format!("{}-{:02}-{:02}", 1950 + person % 47, 1 + person % 12, 1 + person % 28);
        let first = record("benefits", "people", &format!("{person}-a"))
            .says(Attribute::FamilyName, family)
            .says(Attribute::GivenName, given)
            .says(Attribute::BirthDate, &born)
            .says(Attribute::CitizenshipCountry, "Guatemala")
            .says(Attribute::AddressCity, "Rosewick");
        let second = record("benefits", "people", &format!("{person}-b"))
            .says(Attribute::FamilyName, &family[..family.len() - person % 3])
            .says(Attribute::GivenName, &given[..given.len() - person % 2])
            .says(Attribute::BirthDate, &born)
            .says(Attribute::CitizenshipCountry, "Guatemala");
        [first.build(), second.build()]
    });
    // Twins of one town.
    let twin = |key: &str, given: &str| {
        let twin = record("benefits", "people", key)
            .says(Attribute::FamilyName, "Zelenko")
            .says(Attribute::GivenName, given);
        twin.says(Attribute::BirthDate, "1961-05-07").says(Attribute::AddressCity, "Rosewick").build()
    };
    let records = records.chain([twin("twin-a", "Esther"), twin("twin-b", "Kwame")]);
    let mut file = RecordFile::new("benefits", "people", 1, records.collect());
    app.store.import(&mut file, 1, &|_| {}).await.unwrap();
}

#[tokio::test]
async fn the_page_of_a_pair_quotes_its_records_and_says_what_keeps_them_apart() {
    let office = office().await;
    let app = &office.app;
    import(app).await;
    let run = link_records(app, &Quiet).await.unwrap();
    save_report(app, MODEL_REPORT, &run.linked.model).await.unwrap();
    let id_of = |key: &str| {
        let records = &run.input.records;
        records.iter().find(|stored| &*stored.record.key.key == key).map(|stored| stored.id).unwrap()
    };
    let twins = "as two members of a family: the family name and the date of birth agree and the given names do not, as with twins";
    for (left, right, kept_apart, says) in [
        ("twin-a", "twin-b", Some(twins), "“Esther” and “Kwame”, two different names"),
        ("0-a", "0-b", None, "both say “Abernathy”"),
    ] {
        let (left, right) = (id_of(left), id_of(right));
        let book = WaterfallBook::default();
        let page = link_view(app, &book, &Reader::Staff(reviewer()), left, right).await.unwrap();
        assert_eq!(page.kept_apart.as_deref(), kept_apart);
        let sentences = page.waterfall.unwrap().sentences().join(" ");
        assert!(sentences.contains(says), "{says} is not in: {sentences}");
    }
}

#[tokio::test]
async fn a_pair_that_waits_has_the_counts_of_the_run_on_every_page() {
    let office = office().await;
    let app = &office.app;
    import(app).await;
    let run = link_records(app, &Quiet).await.unwrap();
    assemble_persons(app, &run, &Quiet).await.unwrap();
    save_report(app, MODEL_REPORT, &run.linked.model).await.unwrap();
    let book = WaterfallBook::default();
    let lines = links_view(app, &book, ALL).await.unwrap().lines;
    assert!(lines.len() > 10, "{} wait", lines.len());
    for line in lines {
        let (left, right) = (line.row.left, line.row.right);
        let LinkEvidence { n_agree, n_disagree, n_not_comparable, .. } = line.row.evidence;
        let of_run = (n_agree, n_disagree, n_not_comparable);
        assert_eq!(line.counts, of_run, "the desk, {left} and {right}");
        let page = link_view(app, &book, &Reader::Staff(reviewer()), left, right).await.unwrap();
        assert_eq!(page.waterfall.unwrap().counts(), of_run, "the page of {left} and {right}");
    }
}
