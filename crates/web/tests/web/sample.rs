//! A drawn sample at the desk: what is shown of a pair and what is not, two labellers, and what becomes of a judgement when
//! something is wrong.

use redress_ports::{LabelRow, SampleFiles as _};
use redress_testkit::{AppendFault, HeldSample, another_reviewer, appeal_officer, oversight, reviewer};

use crate::office::{Answer, Caller, Office};

const PLACE: &str = "/desk/sample";
/// The second pair is shown to nobody who looks for markup; the third lacks a value on either side.
const PAIRS: [[[&str; 3]; 2]; 4] = [
    [["Ana Diaz", "1990", "Lima"], ["Ana Diaz", "1991", "Lima"]],
    [["Luis <Tran>", "1985", "Quito"], ["Luisa Tran", "1985", "Leeds"]],
    [["Marta Okoro", "", "Bogota"], ["Marta Okoro", "1977", ""]],
    [["Iker Novak", "1960", "La Paz"], ["Iker Novak", "1960", "La Paz"]],
];

fn ada() -> Caller {
    Caller::Staff(reviewer())
}

fn benito() -> Caller {
    Caller::Staff(another_reviewer())
}

/// The key of the pair that a page shows. None where it shows none.
fn key(page: &str) -> Option<&str> {
    page.split_once("name=\"pair\" value=\"").and_then(|(_, rest)| rest.split('"').next())
}

/// Says something of the pair that is shown now.
async fn say(office: &Office, caller: &Caller, word: &str) -> Answer {
    let page = office.get(caller, PLACE).await.text;
    let key = key(&page).unwrap_or_else(|| panic!("no pair is shown: {page}"));
    office.post(caller, PLACE, &format!("pair={key}&judgement={word}")).await
}

/// The lines of a table on a page that are marked.
fn marked(page: &str) -> Vec<&str> {
    page.lines().filter(|line| line.contains("≠</td>")).collect()
}

#[tokio::test]
async fn a_pair_is_shown_side_by_side_and_blind() {
    let sample = HeldSample::of(&PAIRS);
    sample.draw("stratum-b7", 0.4375);
    let office = Office::open_with(&sample).await;
    let mut seen = String::new();
    for n_left in (1..=PAIRS.len()).rev() {
        let page = office.get(&ada(), PLACE).await.text;
        assert!(page.contains(&format!("{n_left} of 4 pairs")), "{page}");
        for part in ["Same person</button>", "Different people</button>", "Cannot tell</button>"] {
            assert!(page.contains(part), "the page does not offer {part}");
        }
        let main = page.split("<main").nth(1).unwrap().to_lowercase();
        for never in ["stratum", "b7", "0.4375", "probab", "weight", "bits", "band", "court", "a1", "<script"]
        {
            let shown = main.replace(key(&page).unwrap(), "");
            assert!(!shown.contains(never), "the page says {never}: {shown}");
        }
        // What the other labeller says, and with what probability the pair was drawn, changes nothing on the page.
        say(&office, &benito(), "different").await;
        assert_eq!(office.get(&ada(), PLACE).await.text, page);
        let other = HeldSample::of(&PAIRS);
        other.draw("another", 1.0);
        if n_left == PAIRS.len() {
            assert_eq!(Office::open_with(&other).await.get(&ada(), PLACE).await.text, page);
        }
        seen.push_str(&page);
        say(&office, &ada(), "unsure").await;
    }
    assert!(seen.contains("Luis &#60;Tran&#62;"), "a value is shown as text: {seen}");
    let marked = marked(&seen);
    assert_eq!(marked.len(), 3, "what contradicts is marked, an absent value is not: {marked:?}");
    for differs in ["1991", "Luisa Tran", "Leeds"] {
        assert!(marked.iter().any(|line| line.contains(differs)), "{differs} is not marked: {marked:?}");
    }
    assert!(seen.contains("Same person") && seen.matches(">–<").count() == 2, "{seen}");
}

#[tokio::test]
async fn two_labellers_judge_every_pair_alone_and_go_on_after_a_restart() {
    let sample = HeldSample::of(&PAIRS);
    let mut first_keys = Vec::new();
    for caller in [ada(), benito()] {
        let office = Office::open_with(&sample).await;
        first_keys.push(key(&office.get(&caller, PLACE).await.text).map(str::to_owned));
        for word in ["same", "different"] {
            let answer = say(&office, &caller, word).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.headers["location"]),
                (303, &"/desk/sample#pair".parse().unwrap())
            );
        }
        let again = Office::open_with(&sample).await;
        assert!(again.get(&caller, PLACE).await.text.contains("2 of 4 pairs"));
        for word in ["unsure", "same"] {
            say(&again, &caller, word).await;
        }
        let page = again.get(&caller, PLACE).await.text;
        assert!(key(&page).is_none() && page.contains("No pair is left for you"), "{page}");
        assert!(
            page.contains("redress evaluate --pairs RUN/pairs.parquet --labels RUN/labels.csv"),
            "{page}"
        );
    }
    let labels = sample.labels();
    let words = |account: &str| {
        let of = labels.iter().filter(|line| line.split(',').nth(5) == Some(account));
        of.map(|line| line.split(',').nth(4).unwrap()).collect::<Vec<_>>()
    };
    for caller in [reviewer(), another_reviewer()] {
        assert_eq!(words(&caller.user_code), ["same", "different", "unsure", "same"], "{labels:?}");
    }
    assert!(labels.iter().all(|line| line.ends_with(",2026-11-02T12:00:00Z,17,0.4375")), "{labels:?}");
    assert_ne!(first_keys[0], first_keys[1], "the key of a pair is its labeller's");
}

/// Something that happens while a pair is shown.
type Mishap = fn(&HeldSample);

#[tokio::test]
async fn what_goes_wrong_is_said_and_nothing_is_lost() {
    let other_draw: Mishap = |sample| {
        let foreign = LabelRow {
            judgement: "same".to_owned(),
            labeller: "carla".to_owned(),
            stratum: "3".to_owned(),
            ..sample.drawn().unwrap().remove(0)
        };
        sample.append(&foreign).unwrap();
    };
    let cases: [(Mishap, u16, &str, usize); 4] = [
        (|sample| sample.fail_next(AppendFault::NotStored), 500, "This judgement was not stored", 0),
        (|sample| sample.fail_next(AppendFault::StoredAllTheSame), 500, "This judgement was not stored", 1),
        (|sample| sample.draw("17", 0.5), 409, "The sample was drawn anew", 0),
        (other_draw, 409, "Judgements of another draw are here", 1),
    ];
    for (mishap, status, title, n_stored) in cases {
        let sample = HeldSample::of(&PAIRS);
        let office = Office::open_with(&sample).await;
        let page = office.get(&ada(), PLACE).await.text;
        let form = format!("pair={}&judgement=same", key(&page).unwrap());
        mishap(&sample);
        let answer = office.post(&ada(), PLACE, &form).await;
        assert_eq!(answer.status.as_u16(), status, "{title}: {}", answer.text);
        assert!(answer.text.contains(&format!("<h1>{title}</h1>")), "{}", answer.text);
        assert_eq!(sample.labels().len(), n_stored, "{title}");
        // The same form once more: taken where the fault has passed, once, and refused where it has not.
        let again = office.post(&ada(), PLACE, &form).await;
        let expected = if status == 500 { (303, 1) } else { (status, n_stored) };
        assert_eq!((again.status.as_u16(), sample.labels().len()), expected, "{title}");
    }
}

#[tokio::test]
async fn a_form_that_is_not_of_this_pair_and_labeller_stores_nothing() {
    let sample = HeldSample::of(&PAIRS);
    let office = Office::open_with(&sample).await;
    let page = office.get(&ada(), PLACE).await.text;
    let own = key(&page).unwrap();
    let unknown = "0".repeat(64);
    for (caller, form, status, says) in [
        (benito(), format!("pair={own}&judgement=same"), 409, "This pair was not given to you"),
        (ada(), format!("pair={unknown}&judgement=same"), 409, "This pair was not given to you"),
        (ada(), format!("pair={own}&judgement=perhaps"), 422, "This cannot be read"),
        (ada(), format!("pair={own}"), 422, "This cannot be read"),
        (ada(), "pair=17&judgement=same".to_owned(), 422, "This cannot be read"),
        (Caller::Staff(appeal_officer()), format!("pair={own}&judgement=same"), 404, "nothing here"),
        (Caller::Person(1), format!("pair={own}&judgement=same"), 404, "nothing here"),
    ] {
        let answer = office.post(&caller, PLACE, &form).await;
        assert_eq!(answer.status.as_u16(), status, "{form}: {}", answer.text);
        assert!(answer.text.contains(says), "{form}: {}", answer.text);
    }
    let form = format!("pair={own}&judgement=same");
    let mut foreign = office.request(&ada(), "post", PLACE, Some(&form)).await;
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(office.send(foreign).await.status.as_u16(), 403);
    assert_eq!(sample.labels(), [""; 0]);
    // Said again it is stored once; said otherwise, the last counts.
    for (word, n_stored) in [("same", 1), ("same", 1), ("different", 2)] {
        let answer = office.post(&ada(), PLACE, &format!("pair={own}&judgement={word}")).await;
        assert_eq!((answer.status.as_u16(), sample.labels().len()), (303, n_stored), "{word}");
    }
    assert!(office.get(&ada(), PLACE).await.text.contains("3 of 4 pairs"));
}

#[tokio::test]
async fn without_a_sample_or_for_another_role_there_is_no_page_and_no_way_to_it() {
    let (with, without) = (Office::open_with(&HeldSample::of(&PAIRS)).await, Office::open().await);
    for (office, caller, status) in [
        (&with, ada(), 200),
        (&without, ada(), 404),
        (&with, Caller::Staff(appeal_officer()), 404),
        (&with, Caller::Staff(oversight()), 404),
    ] {
        assert_eq!(office.get(&caller, PLACE).await.status.as_u16(), status, "{caller:?}");
        for list in ["/desk", "/desk/requests", "/desk/closings", "/desk/links"] {
            let page = office.get(&caller, list).await.text;
            assert_eq!(page.contains("href=\"/desk/sample\""), status == 200, "{list} for {caller:?}");
        }
    }
}
