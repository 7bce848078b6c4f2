//! ID-04: name parts in another order, or split.
//!
//! Forms made for one given name and one family name break the names of most of the world: the first of two
//! Spanish surnames becomes a middle name, a particle (`de la`, `bin`, `van`) moves or goes, a hyphen closes
//! up, the mother's surname is dropped, Chinese, Vietnamese and Hungarian names are read from the wrong end.
//! Two systems then hold two people. Name inconsistency is the main cause of erroneous tentative
//! non-confirmations (GAO-11-330T).
//!
//! The rule compares the names of the records part by part after folding. It reports a record whose words are
//! those of the others in other parts, or lack the second surname, a particle or a hyphen. The record at
//! fault is the one that stands against most others; of two alone, the one without a birth document, then
//! the one whose words stand more where other people do not have them (a given name as family name), then the one
//! whose family name has fewer words, since a form loses words more easily than it gains them.
//!
//! It stays silent about what is merely written otherwise: a middle name or initial more or less, a
//! misspelling, another transliteration, a hyphen written as a space in the same part, a name cut at the end
//! of its column, a placeholder. It stays silent, too, when a document of a change of name is on file, and
//! when the dates of birth disagree: that is another person.

use std::cmp::Reverse;

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::{
    Attribute,
    fold::tokens,
    name::{NamePartsDifference, PersonName, same_tokens_other_parts},
};

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    agreement::{Agreement, a_numbers, any_accepted, birth_date_of, birth_dates, name_of},
    majority::odd_ones,
    schedule::next_day,
    sequence::in_order,
    wording::counted,
};

/// Widths of name columns at which published layouts cut, in letters.
const COLUMN_WIDTHS: [usize; 5] = [15, 20, 25, 30, 35];

/// The check.
pub(crate) struct NamePartsInAnotherOrder;

static SPEC: Spec = Spec {
    id: "ID-04",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "Name parts in another order or split",
    family: Family::Identity,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::BirthDocument,
        Attribute::ANumber,
        Attribute::NameChangeDocument,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &[],
    rule: "The words of a name are the same after folding but stand in other parts than in the other \
           records, or the second surname, a particle or a hyphen is lost.",
    not_when: &[
        "a name change document is on file",
        "a middle name or initial is missing or added",
        "a misspelling or another transliteration explains the difference",
        "a hyphen is written as a space inside the same part",
        "the name is cut at the end of its column",
        "one of the names is a placeholder (ID-05)",
        "the dates of birth disagree: another person",
    ],
    harm_in_words: "Two systems hold two people: a work permit is not confirmed, a hearing is missed on a \
                    list, a card goes to the wrong name.",
    evidence_shown: "The form of each system, word by word, with the part in which it stands.",
    route: Route {
        actor: "the office that keeps the record",
        instrument: "one name with structured parts and its variants; a typographic-error request, at the \
                     court a motion to amend the name (MN) or to correct case information (CC)",
        deadline: "",
    },
    data: &[DataClass::Agency, DataClass::OwnPapers],
    citation: "GAO-11-330T; EOIR motion types MN and CC",
};

impl Check for NamePartsInAnotherOrder {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let changed = |record: &CaseRecord| record.record.mark(Attribute::NameChangeDocument) == Some(true);
        if case.records.iter().any(changed) {
            return Vec::new();
        }
        let named: Vec<Named<'_>> =
            in_order(case.identities()).map(|record| Named { record, name: name_of(record) }).collect();
        let pairs = (0..named.len()).flat_map(|a| (a + 1..named.len()).map(move |b| (a, b)));
        let conflicts: Vec<_> = pairs
            .filter(|&(a, b)| named[a].is_comparable_with(&named[b]))
            .filter(|&(a, b)| difference(&named[a].name, &named[b].name).is_some())
            .collect();
        odd_ones(&conflicts, |place| named[place].doubt(world))
            .into_iter()
            .filter_map(|(odd, against)| {
                let others: Vec<&Named<'_>> = against.iter().map(|place| &named[*place]).collect();
                let records = others.iter().map(|other| other.record);
                any_accepted(named[odd].record, records).then(|| report(&named[odd], &others, case, world))?
            })
            .collect()
    }
}

/// A record with its name.
struct Named<'a> {
    record: &'a CaseRecord,
    name: PersonName,
}

impl Named<'_> {
    /// Whether the two may be set beside each other: nothing says that they are two people, and a record that
    /// is only possibly of this person agrees in date of birth or number.
    fn is_comparable_with(&self, other: &Self) -> bool {
        let birth_dates = birth_dates(birth_date_of(self.record), birth_date_of(other.record));
        let numbers = a_numbers(self.record, other.record);
        let both_accepted = self.record.is_accepted() && other.record.is_accepted();
        birth_dates != Agreement::Disagree
            && (both_accepted || birth_dates == Agreement::Agree || numbers == Agreement::Agree)
    }

    /// Of two records alone: no birth document, then words in a part in which others do not have them, then fewer words
    /// in the family name, then the later one.
    fn doubt(&self, world: &World<'_>) -> impl Ord + use<> {
        let has_document = self.record.record.mark(Attribute::BirthDocument) == Some(true);
        let n_family = tokens(&self.name.family).len();
        (!has_document, out_of_place_bits(&self.name, world), Reverse(n_family), self.record.id)
    }
}

/// By how much family names are given names elsewhere, and given names family names: for each word the logarithm of how many
/// times more often it stands in the other part, in thousandths of a bit; nothing for words that stand where they mostly do.
fn out_of_place_bits(name: &PersonName, world: &World<'_>) -> u64 {
    let bits = |other: u64, here: u64| {
        let ratio = (other as f64 + 1.0) / (here as f64 + 1.0);
        (1_000.0 * ratio.log2()).max(0.0) as u64
    };
    let usage = |word: &String| world.holders.name_usage(word);
    let family = tokens(&name.family);
    let family = family.iter().map(usage).map(|usage| bits(usage.n_given, usage.n_family));
    let given = forenames(name);
    let given = given.iter().map(usage).map(|usage| bits(usage.n_family, usage.n_given));
    family.chain(given).sum()
}

/// In which way two names hold the same words in other places. None when they differ otherwise or not at all.
///
/// Given and middle names are read as one: which of them is called the middle name is a habit of the form.
fn difference(a: &PersonName, b: &PersonName) -> Option<NamePartsDifference> {
    if a.has_placeholder() || b.has_placeholder() {
        return None;
    }
    let (family_a, family_b) = (tokens(&a.family), tokens(&b.family));
    let (forenames_a, forenames_b) = (shared_forenames(a, b), shared_forenames(b, a));
    if family_a == family_b {
        return closed_up(&a.given, &b.given).then_some(NamePartsDifference::HyphenLost);
    }
    let nobody_has_forenames = forenames(a).is_empty() && forenames(b).is_empty();
    if !nobody_has_forenames && (forenames_a.is_empty() || forenames_b.is_empty()) {
        return None;
    }
    if family_a.concat() == family_b.concat() {
        return closed_up(&a.family, &b.family).then_some(NamePartsDifference::HyphenLost);
    }
    if cut_at_column(&a.family, &b.family) || cut_at_column(&b.family, &a.family) {
        return None;
    }
    let reduced =
        |family: &[String], forenames: &[String]| PersonName::new(family.join(" "), forenames.join(" "), "");
    same_tokens_other_parts(&reduced(&family_a, &forenames_a), &reduced(&family_b, &forenames_b))
}

fn forenames(name: &PersonName) -> Vec<String> {
    let mut words = tokens(&name.given);
    words.extend(tokens(&name.middle));
    words
}

/// The given and middle names that stand anywhere in the other name: further ones are merely missing there.
fn shared_forenames(name: &PersonName, other: &PersonName) -> Vec<String> {
    let there = other.token_set();
    forenames(name).into_iter().filter(|word| there.contains(word)).collect()
}

/// Whether a part with a hyphen stands beside the same letters without hyphen or space.
fn closed_up(a: &str, b: &str) -> bool {
    let (words_a, words_b) = (tokens(a), tokens(b));
    let has_lost = |with: &str, words: &[String], without: &str, others: &[String]| {
        with.contains('-') && !without.contains('-') && others.len() < words.len()
    };
    words_a.concat() == words_b.concat()
        && (has_lost(a, &words_a, b, &words_b) || has_lost(b, &words_b, a, &words_a))
}

/// Whether the shorter name ends where a column ends and the longer one goes on.
fn cut_at_column(short: &str, long: &str) -> bool {
    let n_letters = short.chars().count();
    COLUMN_WIDTHS.contains(&n_letters) && tokens(long).join(" ").starts_with(&tokens(short).join(" "))
}

fn report(odd: &Named<'_>, others: &[&Named<'_>], case: &CaseFile, world: &World<'_>) -> Option<Discrepancy> {
    const SHOWN: [Attribute; 3] = [Attribute::FamilyName, Attribute::GivenName, Attribute::MiddleName];
    let other = others.first()?;
    let records = std::iter::once(odd.record).chain(others.iter().map(|other| other.record));
    let inputs: Vec<_> = records.flat_map(|record| SHOWN.map(|attribute| (record, attribute))).collect();
    let what = match difference(&odd.name, &other.name)? {
        NamePartsDifference::Swapped => "Family and given name have changed places",
        NamePartsDifference::OtherParts => "The same words stand in other parts of the name",
        NamePartsDifference::HyphenLost => "A hyphen has closed up",
        NamePartsDifference::ParticleMoved => "A particle of the name has moved or is missing",
        NamePartsDifference::MaternalSurnameDropped => "The second surname is missing on one side",
    };
    let sentence = format!(
        "{what}: here {}; in {} {}.",
        in_parts(&odd.name),
        counted(others.len(), "other record", "other records"),
        in_parts(&other.name),
    );
    Some(Discrepancy::new(&SPEC, odd.record, &inputs, sentence, next_day(case, world.today)))
}

fn in_parts(name: &PersonName) -> String {
    [("family name", &name.family), ("given name", &name.given), ("middle name", &name.middle)]
        .into_iter()
        .filter(|(_, part)| !part.is_empty())
        .map(|(label, part)| format!("{label} {part}"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Holders, NameUsage, fixture::check};

    fn file(names: &[(&str, &str, &str)]) -> String {
        let sources = ["benefits applications", "status extract", "addresses register", "border i94"];
        names
            .iter()
            .zip(sources)
            .map(|((family, given, middle), source)| {
                let middle = if middle.is_empty() { String::new() } else { format!("\n  middle_name {middle}") };
                format!("{source} K\n  family_name {family}\n  given_name {given}{middle}\n  birth_date 1990-03-04\n")
            })
            .collect()
    }

    #[test]
    fn fires_on_each_way_of_taking_a_name_apart() {
        for (odd, right, what) in [
            (
                ("López", "Ana", "García"),
                ("García López", "Ana", ""),
                "The same words stand in other parts of the name",
            ),
            (
                ("López", "Ana García", ""),
                ("García López", "Ana", "M"),
                "The same words stand in other parts of the name",
            ),
            (
                ("Lopez Garcia", "Ana", ""),
                ("García López", "Ana", ""),
                "The same words stand in other parts of the name",
            ),
            (
                ("Garcia", "Ana", ""),
                ("García López", "Ana", "María"),
                "The second surname is missing on one side",
            ),
            (("GarciaLopez", "Ana", ""), ("García-López", "Ana", ""), "A hyphen has closed up"),
            (("Duval", "JeanBaptiste", ""), ("Duval", "Jean-Baptiste", ""), "A hyphen has closed up"),
            (
                ("Cruz", "Ana de la", ""),
                ("de la Cruz", "Ana", ""),
                "A particle of the name has moved or is missing",
            ),
            (("Anh", "Nguyen", ""), ("Nguyen", "Anh", "Van"), "Family and given name have changed places"),
        ] {
            let text = file(&[right, odd, right]);
            let in_words = |(f, g, m): (&str, &str, &str)| in_parts(&PersonName::new(f, g, m));
            let expected =
                format!("status/K: {what}: here {}; in 2 other records {}.", in_words(odd), in_words(right));
            check(&NamePartsInAnotherOrder, &text, &[&expected]);
        }
    }

    #[test]
    fn of_two_records_the_shorter_family_name_is_at_fault() {
        let text = file(&[("López", "Ana", "García"), ("García López", "Ana", "")]);
        let expected = "benefits/K: The same words stand in other parts of the name: here family name López, \
                        given name Ana, middle name García; in 1 other record family name García López, \
                        given name Ana.";
        check(&NamePartsInAnotherOrder, &text, &[expected]);
    }

    #[test]
    fn of_two_records_that_exchange_the_parts_usage_tells_which_is_at_fault() {
        struct Usage;
        impl Holders for Usage {
            fn name_usage(&self, word: &str) -> NameUsage {
                match word {
                    "ana" => NameUsage { n_given: 90, n_family: 1 },
                    // A given name more often than not, and still a family name more often than Ana is one.
                    "singh" => NameUsage { n_given: 60, n_family: 50 },
                    _ => NameUsage { n_given: 2, n_family: 70 },
                }
            }
        }
        for (names, at) in [
            ([("Ruiz", "Ana", ""), ("Ana", "Ruiz", "")], "status/K"),
            ([("Ana", "Ruiz", ""), ("Ruiz", "Ana", "")], "benefits/K"),
            ([("Ana", "Singh", ""), ("Singh", "Ana", "")], "benefits/K"),
        ] {
            let case = redress_testkit::parse_case_file(&file(&names));
            let (sources, parameters) = (crate::fixture::sources(), Parameters::built_in().unwrap());
            let world = World {
                today: crate::fixture::TODAY,
                sources: &sources,
                holders: &Usage,
                keeping: &crate::NothingKept,
            };
            let found = NamePartsInAnotherOrder.run(&case, &world, &parameters);
            let keys: Vec<_> =
                found.iter().map(|found| case.record(found.at).unwrap().record.key.to_string()).collect();
            assert_eq!(keys, [at]);
        }
    }

    #[test]
    fn stays_silent_on_what_is_merely_written_otherwise() {
        let right = ("García-López", "Ana", "María");
        for odd in [
            ("García-López", "Ana", ""),
            ("García-López", "Ana", "M"),
            ("García-López", "Ana María", ""),
            ("GARCIA LOPEZ", "ANA", "MARIA"),
            ("García-Lópes", "Ana", "María"),
            ("García-López", "Anna", "María"),
            ("García-Lóp", "Ana", "María"),
            ("García", "Luis", ""),
            ("LNU", "Ana", "García"),
            ("García-López", "", ""),
        ] {
            check(&NamePartsInAnotherOrder, &file(&[right, odd, right]), &[]);
        }
        check(&NamePartsInAnotherOrder, &file(&[("Ana García", "Ana", ""), ("Ana", "Ana", "")]), &[]);
        let long = ("Villavicencio M. de Souza", "Ana", "");
        check(&NamePartsInAnotherOrder, &file(&[long, ("Villavicencio M", "Ana", "")]), &[]);
    }

    #[test]
    fn stays_silent_on_a_name_change_and_on_another_person() {
        let text = file(&[("García López", "Ana", ""), ("García", "Ana", "")]);
        check(&NamePartsInAnotherOrder, &format!("{text}  name_change_document yes"), &[]);
        let daughter = text.replacen("1990-03-04", "2014-08-27", 1);
        check(&NamePartsInAnotherOrder, &daughter, &[]);
        let undated =
            text.replacen("birth_date 1990-03-04", "", 1).replace("extract K", "extract K possible");
        check(&NamePartsInAnotherOrder, &undated, &[]);
    }
}
