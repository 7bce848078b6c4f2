//! ID-02: one person in two records, under two numbers.
//!
//! A second file is opened where one exists: the person comes back, a clerk does not find the first file, a new
//! A-number is allotted. A change of address or a grant then reaches one file only. In one sample 107 of 384 files
//! had no link between the numbers (DHS OIG-17-111).
//!
//! The rule reads two records that state different A-numbers, neither a slip of the other, and agree in at least
//! three things of different kind: the name, the whole date of birth, and a passport number, a receipt number or an
//! address. Nothing may disagree. A link that waits for review must be well supported by the model.
//!
//! It stays silent when the agreement is a name and a default birth date, on twins, who differ in the given name,
//! and when either number belongs to somebody else (ID-01, ID-03). To join two files may bring an order over from
//! the other, so a finding stays inside until charter 4 is met.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord, Standing};
use redress_statement::{Attribute, name::PersonName};

use crate::{
    AddressKey, Check, DataClass, Direction, Discrepancy, Family, Harm, Holder, Parameters, Route, Spec,
    World,
    agreement::{
        Agreement, a_number_of, any_accepted, birth_date_of, birth_dates, given_names, mistyped, name_of,
        names,
    },
    majority::odd_ones,
    schedule::next_day,
    sequence::in_order,
};

/// Numbers that one paper or person has, apart from the A-number.
const NUMBERS: [Attribute; 2] = [Attribute::PassportNumber, Attribute::ReceiptNumber];

/// The check.
pub(crate) struct OnePersonUnderTwoNumbers;

static SPEC: Spec = Spec {
    id: "ID-02",
    version: 1,
    rule_effective_from: date(2026, 1, 1),
    title: "One person in two records",
    family: Family::Identity,
    harm: Harm::H3,
    direction: Direction::AdversePossible,
    inputs: &[
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::MiddleName,
        Attribute::BirthDate,
        Attribute::ANumber,
        Attribute::PassportNumber,
        Attribute::ReceiptNumber,
        Attribute::AddressLine,
        Attribute::AddressPostalCode,
        Attribute::HearingOn,
        Attribute::NoticeHearingOn,
        Attribute::NextCheckInOn,
        Attribute::AppealDueOn,
    ],
    parameters: &["id_02_attributes", "id_02_reliability"],
    rule: "Two records under different A-numbers agree in {id_02_attributes} attributes of different kind (name, whole date of \
           birth, passport or receipt number, address) and disagree in nothing.",
    not_when: &[
        "the agreement is a name, a default date of birth and a country",
        "the given names differ: twins of one household",
        "one number is a slip of the other, or belongs to somebody else (ID-01, ID-03)",
        "the link is not well supported by the model",
    ],
    harm_in_words: "A change of address or a grant reaches one file only.",
    evidence_shown: "What agreed, what disagreed and what could not be compared, as three counts; how rare the name \
                     is.",
    route: Route {
        actor: "the office that keeps the files; a second reviewer where an order would come over",
        instrument: "a link between the two, never an overwriting; at the court a motion to correct the A-number \
                     (AN)",
        deadline: "",
    },
    data: &[DataClass::Agency],
    citation: "DHS OIG-17-111: 107 of 384 files without a link between their numbers",
};

impl Check for OnePersonUnderTwoNumbers {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        let number = |name| parameters.number(name, world.today);
        let (Ok(n_attributes), Ok(reliability)) = (number("id_02_attributes"), number("id_02_reliability"))
        else {
            return Vec::new();
        };
        let is_supported = |record: &&CaseRecord| match record.standing {
            Standing::Accepted => true,
            Standing::Possible { evidence, .. } => evidence.reliability_low >= reliability,
        };
        let records: Vec<&CaseRecord> = in_order(case.identities()).filter(is_supported).collect();
        let pairs = (0..records.len()).flat_map(|a| (a + 1..records.len()).map(move |b| (a, b)));
        let doubled: Vec<_> =
            pairs.filter(|&(a, b)| are_one(records[a], records[b], n_attributes as usize, world)).collect();
        odd_ones(&doubled, |place| (!records[place].is_accepted(), records[place].id))
            .into_iter()
            .filter_map(|(odd, against)| {
                let others = against.iter().map(|place| records[*place]);
                let first = records[*against.first()?];
                any_accepted(records[odd], others).then(|| report(records[odd], first, case, world))
            })
            .collect()
    }
}

/// Whether two records under different numbers are of one person, beyond what a coincidence explains.
fn are_one(a: &CaseRecord, b: &CaseRecord, n_attributes: usize, world: &World<'_>) -> bool {
    let (Some(number_a), Some(number_b)) = (a_number_of(a), a_number_of(b)) else { return false };
    if number_a == number_b || mistyped(&number_a, &number_b) {
        return false;
    }
    let agreed = agreed(a, b, world);
    let belongs_to_another = |number: &str| {
        world.holders.holders(number).iter().any(|holder| is_another(a, holder) || is_another(b, holder))
    };
    agreed.is_some_and(|n_agreed| n_agreed >= n_attributes)
        && !belongs_to_another(&number_a)
        && !belongs_to_another(&number_b)
}

/// How many attributes of different kind agree. None when one disagrees, or name or date of birth is not whole.
fn agreed(a: &CaseRecord, b: &CaseRecord, world: &World<'_>) -> Option<usize> {
    let whole_date = |record: &CaseRecord| {
        let facts = world.source(&record.record.key.source);
        birth_date_of(record).filter(|born| born.is_complete() && !facts.writes_by_default(*born))
    };
    let (name_a, name_b) = (name_of(a), name_of(b));
    let same_name =
        names(&name_a, &name_b) == Agreement::Agree && given_names(&name_a, &name_b) != Agreement::Disagree;
    let same_birth = whole_date(a).is_some() && whole_date(a) == whole_date(b);
    if !same_name || !same_birth {
        return None;
    }
    let mut n_agreed = 2;
    for number in NUMBERS {
        match (a.record.value(number), b.record.value(number)) {
            (Some(one), Some(two)) if one == two => n_agreed += 1,
            (Some(_), Some(_)) if number == Attribute::PassportNumber => return None,
            _ => {}
        }
    }
    let address = |record: &CaseRecord| AddressKey::of_record(record).map(|key| key.whole);
    let same_address = address(a).is_some() && address(a) == address(b);
    Some(n_agreed + usize::from(same_address))
}

fn is_another(record: &CaseRecord, holder: &Holder) -> bool {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let name = PersonName::new(part(&holder.family_name), part(&holder.given_name), "");
    names(&name_of(record), &name) == Agreement::Disagree
        || birth_dates(birth_date_of(record), holder.birth_date) == Agreement::Disagree
}

fn report(odd: &CaseRecord, other: &CaseRecord, case: &CaseFile, world: &World<'_>) -> Discrepancy {
    let number = |record: &CaseRecord| a_number_of(record).unwrap_or_default();
    let sentence = format!(
        "This record is under A-number {}, another of the same name, date of birth and number or address under {}: \
         two files may be of one person.",
        number(odd),
        number(other),
    );
    const SHOWN: [Attribute; 7] = [
        Attribute::ANumber,
        Attribute::FamilyName,
        Attribute::GivenName,
        Attribute::BirthDate,
        Attribute::PassportNumber,
        Attribute::ReceiptNumber,
        Attribute::AddressLine,
    ];
    let inputs: Vec<_> =
        [odd, other].into_iter().flat_map(|record| SHOWN.map(|attribute| (record, attribute))).collect();
    Discrepancy::new(&SPEC, odd, &inputs, sentence, next_day(case, world.today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Outsider, check, check_among};

    const FILE: &str = "
        status extract S1
          a_number 200000017
          family_name García
          given_name Ana
          birth_date 1990-03-04
          passport_number X1234567
        benefits applications IOE1 possible
          a_number 200777444
          family_name García
          given_name Ana
          birth_date 1990-03-04
          passport_number X1234567\n";

    const FOUND: &str = "benefits/IOE1: This record is under A-number 200777444, another of the same name, date of birth \
                         and number or address under 200000017: two files may be of one person.";

    #[test]
    fn fires_on_two_numbers_of_one_person() {
        check(&OnePersonUnderTwoNumbers, FILE, &[FOUND]);
        check(&OnePersonUnderTwoNumbers, &FILE.replace(" possible", ""), &[FOUND]);
        let by_address = FILE.replace(
            "passport_number X1234567",
            "address_line 12 Oak Street\n          address_postal_code 60614",
        );
        check(&OnePersonUnderTwoNumbers, &by_address, &[FOUND]);
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            (
                "twins",
                "given_name Ana\n          birth_date 1990-03-04\n          passport_number X1234567\n        benefits",
                "given_name Eva\n          birth_date 1990-03-04\n          passport_number X1234567\n        benefits",
            ),
            ("a slip", "200777444", "200000071"),
            ("one number", "200777444", "200000017"),
            ("another passport", "X1234567\n        benefits", "X7777777\n        benefits"),
            ("name and birth date only", "passport_number X1234567\n        benefits", "\n        benefits"),
            ("a default", "1990-03-04", "1990-01-01"),
            (
                "another birth date",
                "1990-03-04\n          passport_number X1234567\n        benefits",
                "1991-03-04\n          passport_number X1234567\n        benefits",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&OnePersonUnderTwoNumbers, &text, &[]);
        }
    }

    #[test]
    fn stays_silent_when_the_number_is_somebody_elses() {
        let outsider = |family_name, birth_date| Outsider {
            a_number: "200777444",
            family_name,
            given_name: if family_name == "García" { "Ana" } else { "Luis" },
            birth_date,
        };
        check_among(&OnePersonUnderTwoNumbers, FILE, &[outsider("Pérez", "1962-11-23")], &[]);
        check_among(&OnePersonUnderTwoNumbers, FILE, &[outsider("García", "1990-03-04")], &[FOUND]);
    }
}
