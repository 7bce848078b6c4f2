//! Keys of records: unique by arithmetic, so that blocks can be made apart from each other.

/// Size of the space of scattered keys.
const SPACE: u64 = 1_000_000_000;

/// A kind of key. Its stride is odd and not a multiple of 5, so that multiplication by it scatters 0..SPACE without
/// collision; the strides differ, so that keys of different kinds have no digits in common by which to join them.
#[derive(Clone, Copy)]
enum Kind {
    Passport = 618_033_989,
    Receipt = 414_213_563,
    Admission = 732_050_807,
    Court = 236_067_977,
    File = 645_751_311,
    Entry = 316_624_791,
}

/// The first A-number that is allotted; families hold consecutive ones.
const FIRST_NUMBER: u64 = 200_000_000;

/// Where second A-numbers begin.
const SECOND_NUMBERS: u64 = 735_000_000;

/// Keys of one kind that a person can need, at most.
pub(crate) const KEYS_PER_PERSON: u64 = 16;

/// A nine-digit key for the `nth` record of a person, in no order that tells the person; unique for fewer than
/// 62.5 million people.
fn scattered(kind: Kind, person: u64, nth: u64) -> u64 {
    (person * KEYS_PER_PERSON + nth % KEYS_PER_PERSON) % SPACE * kind as u64 % SPACE
}

/// The A-number of a person, nine digits.
pub(crate) fn number(person: u64) -> String {
    format!("{:09}", FIRST_NUMBER + person)
}

/// An A-number that nobody else has, by which a person is known a second time: three digits away from the first, so that
/// nobody takes it for a slip.
pub(crate) fn second_number(person: u64) -> String {
    format!("{:09}", SECOND_NUMBERS + person)
}

/// The index of the person to whom an A-number was allotted, if it lies among the allotted ones or above.
pub(crate) fn holder(number: &str) -> Option<u64> {
    number.parse::<u64>().ok()?.checked_sub(FIRST_NUMBER)
}

/// A passport number: a letter and nine digits.
pub(crate) fn passport(person: u64, is_renewed: bool) -> String {
    format!("P{:09}", scattered(Kind::Passport, person, u64::from(is_renewed)))
}

/// A receipt number such as `IOE0912345678`.
pub(crate) fn receipt(person: u64, nth: u64) -> String {
    format!("IOE0{:09}", scattered(Kind::Receipt, person, nth))
}

/// A number of an admission record: nine digits and a letter and a digit, as since 2019.
pub(crate) fn admission(person: u64, nth: u64) -> String {
    let digits = scattered(Kind::Admission, person, nth);
    format!("{digits:09}A{}", digits % 10)
}

/// A key of the court's database.
pub(crate) fn court(person: u64, nth: u64) -> String {
    (SPACE + scattered(Kind::Court, person, nth)).to_string()
}

/// A key of the court's notices.
pub(crate) fn notice(person: u64, nth: u64) -> String {
    format!("N{:07}", person * KEYS_PER_PERSON + nth)
}

/// A key of the court's appearances of counsel.
pub(crate) fn appearance(person: u64, nth: u64) -> String {
    format!("R{:07}", person * KEYS_PER_PERSON + nth)
}

/// A key of the court's grants of voluntary departure.
pub(crate) fn grant(person: u64) -> String {
    format!("V{:07}", person * KEYS_PER_PERSON)
}

/// A file number of the supervising agency.
pub(crate) fn file(person: u64) -> String {
    format!("F{:09}", scattered(Kind::File, person, 0))
}

/// A key of the address register.
pub(crate) fn entry(person: u64, nth: u64) -> String {
    format!("E{:09}", scattered(Kind::Entry, person, nth))
}

/// The identifier of a person in the truth.
pub(crate) fn entity(person: u64) -> String {
    format!("P{person:08}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn scattered_keys_do_not_collide() {
        for kind in [Kind::Passport, Kind::Receipt, Kind::Admission, Kind::Court, Kind::File, Kind::Entry] {
            let keys_of = |person| (0..KEYS_PER_PERSON).map(move |nth| scattered(kind, person, nth));
            let keys: BTreeSet<u64> = (0..5_000).flat_map(keys_of).collect();
            assert_eq!(keys.len(), 5_000 * KEYS_PER_PERSON as usize);
            assert!(![2, 5].iter().any(|factor| (kind as u64).is_multiple_of(*factor)));
        }
    }

    #[test]
    fn a_number_leads_back_to_its_holder() {
        assert_eq!(holder(&number(4711)), Some(4711));
        assert_eq!(holder("100000000"), None);
    }
}
