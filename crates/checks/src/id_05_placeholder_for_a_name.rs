//! ID-05: a placeholder stands for a name.
//!
//! Many people bear one name. A form that wants two gets `FNU` (first name unknown), `LNU`, `UNKNOWN`, `XXX`
//! or the only name twice, and from then on thousands of strangers share a "first name". Thousands of Afghan
//! holders of special immigrant visas were entered as FNU; a driver's license or a social security number
//! then fails to match.
//!
//! The rule reads the family and the given name of a record held to be of the person. It reports a part that
//! is such a word, or has no letter at all, and a name of one word that stands in both parts.
//!
//! It stays silent when the person confirms that form, and on words that are names somewhere: `Na` is a
//! family name in Korea, `Test` belongs to ID-11.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{Attribute, fold::fold};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    schedule::next_day, sequence::in_order,
};

/// Words that mean that a part of a name is not known.
const PLACEHOLDERS: [&str; 7] = ["fnu", "lnu", "nfn", "nln", "fnmu", "unknown", "unk"];

/// The check.
pub(crate) struct PlaceholderForAName;

static SPEC: Spec = Spec {
    id: "ID-05",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Placeholder for a name",
    family: Family::Identity,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::NameConfirmed,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "The family or the given name is a word that stands for an unknown name (FNU, LNU, NFN, NLN, \
           UNKNOWN, XXX), has no letter, or is the only name of the person once more.",
    not_when: &[
        "the person confirms that this is the form in the passport and wants it kept",
        "the word is a name somewhere, such as Na",
        "family and given name are one word, and no other record names the person by that word alone",
        "a part of the name is blank: nothing was written",
    ],
    harm_in_words: "No match at other offices, and strangers who share the placeholder look alike.",
    evidence_shown: "The line of the passport, and every record that has the placeholder.",
    route: Route {
        actor: "the office that keeps the record",
        instrument: "one name marked as the only one; the placeholder is never compared",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "DHS OIG-12-111; press reports on holders of special immigrant visas entered as FNU",
};

impl Check for PlaceholderForAName {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let is_confirmed = |record: &CaseRecord| record.record.mark(Attribute::NameConfirmed) == Some(true);
        // A possible record is read in the file that it is accepted in.
        let records = case.identities().filter(|record| record.is_accepted() && !is_confirmed(record));
        records.filter_map(|record| report(record, case, world)).collect()
    }
}

/// What is wrong with a name, and in which part.
fn placeholder(record: &CaseRecord, case: &CaseFile) -> Option<(Attribute, String)> {
    let [family, given] = parts(record);
    for (attribute, text) in [(Attribute::GivenName, given), (Attribute::FamilyName, family)] {
        if stands_for_nothing(text) {
            return Some((attribute, format!("{text} stands for the {}", attribute.plain_name())));
        }
    }
    let word = fold(given);
    let is_twice = !word.is_empty() && !word.contains(' ') && word == fold(family);
    // People do bear one word twice: only a record with that word alone tells that it is the only name.
    let is_only_name = || case.accepted().any(|other| is_alone(other, &word));
    (is_twice && is_only_name())
        .then(|| (Attribute::GivenName, format!("{given} stands both as family and as given name")))
}

fn parts(record: &CaseRecord) -> [&str; 2] {
    [Attribute::FamilyName, Attribute::GivenName].map(|part| record.record.value(part).unwrap_or_default())
}

/// Whether a record names the person by one word and nothing else.
fn is_alone(record: &CaseRecord, word: &str) -> bool {
    let [one, other] = parts(record);
    let is_nothing = |part: &str| part.is_empty() || stands_for_nothing(part);
    (fold(one) == word && is_nothing(other)) || (fold(other) == word && is_nothing(one))
}

fn stands_for_nothing(part: &str) -> bool {
    let folded = fold(part);
    let is_crossed_out = folded.len() > 1 && folded.bytes().all(|letter| letter == b'x');
    let has_nothing = !part.trim().is_empty() && !folded.bytes().any(|sign| sign.is_ascii_alphabetic());
    PLACEHOLDERS.contains(&folded.as_str()) || is_crossed_out || has_nothing
}

fn report(record: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    let (at_fault, what) = placeholder(record, case)?;
    let sentence = format!("{what}: it is a placeholder, not a name to compare.");
    let others = in_order(case.identities())
        .filter(|other| other.id != record.id && other.is_accepted() && placeholder(other, case).is_some());
    let inputs: Vec<_> =
        [(record, at_fault), (record, Attribute::FamilyName), (record, Attribute::GivenName)]
            .into_iter()
            .chain(others.map(|other| (other, Attribute::GivenName)))
            .collect();
    Some(Discrepancy::new(&SPEC, record, &inputs, sentence, next_day(case, world.today)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    fn file(family: &str, given: &str) -> String {
        format!("status extract S1\n  family_name {family}\n  given_name {given}\n")
    }

    #[test]
    fn fires() {
        for (family, given, said) in [
            ("Suharto", "FNU", "FNU stands for the given name"),
            ("LNU", "Suharto", "LNU stands for the family name"),
            ("Suharto", "xxx", "xxx stands for the given name"),
            ("Suharto", "-", "- stands for the given name"),
            ("Suharto", "Unknown", "Unknown stands for the given name"),
        ] {
            let expected = format!("status/S1: {said}: it is a placeholder, not a name to compare.");
            check(&PlaceholderForAName, &file(family, given), &[&expected]);
        }
    }

    #[test]
    fn a_name_twice_is_a_placeholder_only_where_another_record_has_it_alone() {
        let twice = file("Suharto", "SUHARTO");
        check(&PlaceholderForAName, &twice, &[]);
        let alone = "benefits applications IOE1\n  family_name Suharto\n";
        let expected = "status/S1: SUHARTO stands both as family and as given name: it is a placeholder, not a name \
                        to compare.";
        check(&PlaceholderForAName, &format!("{twice}{alone}"), &[expected]);
        check(&PlaceholderForAName, &format!("{twice}{alone}  given_name Ana"), &[]);
    }

    #[test]
    fn stays_silent() {
        for (family, given) in
            [("Suharto", ""), ("Na", "Ji-Yeon"), ("Fnuyen", "Ana"), ("Test", "Ana"), ("X", "Ana")]
        {
            check(&PlaceholderForAName, &file(family, given), &[]);
        }
        check(&PlaceholderForAName, &format!("{}  name_confirmed yes", file("Suharto", "FNU")), &[]);
        let possible = file("Suharto", "FNU").replace("S1", "S1 possible");
        check(&PlaceholderForAName, &format!("court names C1\n  family_name Suharto\n{possible}"), &[]);
    }
}
