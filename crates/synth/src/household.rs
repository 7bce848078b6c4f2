//! Households: who lives together, under which names, at which addresses.

use jiff::civil::{Date, date};

use crate::calendar::{in_year, plus};
use crate::chance::Chance;
use crate::names::{Country, Name, Parents, Sex, Structure, invent};
use crate::place::Address;

/// Nobody in the population was born after this day, so that every life has room for what happens in it.
const LAST_BIRTH: Date = date(2022, 12, 31);

/// The last day on which a household settles in the country.
const LAST_ENTRY: Date = date(2023, 6, 30);

/// The first day on which a household settles in the country.
const FIRST_ENTRY: Date = date(2008, 1, 1);

/// Share of births on 1 January, per thousand: honest ones, each with a birth document on file.
const NEW_YEAR_BIRTHS: u32 = 12;

/// Share of households that move at all, per thousand.
const MOVING: u32 = 550;

/// Tries to draw given names that differ within a household.
const OTHER_NAME_TRIES_MAX: u32 = 16;

/// One invented human being.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Number in the population, from 0.
    pub(crate) index: u64,
    /// Index of the first person of the household.
    pub(crate) household: u64,
    /// How the name is built.
    pub(crate) structure: Structure,
    /// The true name.
    pub(crate) name: Name,
    /// The true sex.
    pub(crate) sex: Sex,
    /// The true day of birth.
    pub(crate) birth: Date,
    /// Country of birth and citizenship.
    pub(crate) country: &'static Country,
}

/// An address with the day from which the household lives there.
#[derive(Debug)]
pub(crate) struct Residence {
    /// First day at the address.
    pub(crate) from: Date,
    /// The address.
    pub(crate) address: Address,
}

/// People who live together.
#[derive(Debug)]
pub(crate) struct Household {
    /// One to five people with consecutive indices.
    pub(crate) people: Vec<Person>,
    /// The day they settled in the country; all are born by then.
    pub(crate) entry: Date,
    /// One to three residences in the order of their days; the first from the day of entry.
    pub(crate) residences: Vec<Residence>,
}

/// What ties the people of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    Alone,
    Couple,
    Family,
    OneParent,
    Twins,
    NamedAfterFather,
}

/// Households by tie, per thousand.
const TIES: &[(Tie, u32)] = &[
    (Tie::Alone, 420),
    (Tie::Couple, 120),
    (Tie::Family, 240),
    (Tie::OneParent, 110),
    (Tie::Twins, 60),
    (Tie::NamedAfterFather, 50),
];

impl Household {
    /// The household whose first person has the index `first`.
    pub(crate) fn invent(first: u64, chance: &mut Chance) -> Self {
        let structure = chance.weighted(Structure::SHARES);
        let country = chance.skewed(structure.countries());
        let people = People { first, structure, country, people: Vec::new() }.tied(chance);
        let youngest = people.iter().map(|person| person.birth).max().unwrap_or(FIRST_ENTRY);
        let entry = chance.day(FIRST_ENTRY.max(plus(youngest, 30)), LAST_ENTRY);
        Self { people, entry, residences: residences(entry, chance) }
    }

    /// The address on a day; the first one for days before the entry.
    pub(crate) fn address_on(&self, day: Date) -> &Address {
        let current = self.residences.iter().rfind(|residence| residence.from <= day);
        &current.unwrap_or(&self.residences[0]).address
    }
}

/// Where a household lives: one to three addresses, with at least 200 days between two moves.
fn residences(entry: Date, chance: &mut Chance) -> Vec<Residence> {
    let mut residences = vec![Residence { from: entry, address: Address::any(chance) }];
    let mut earliest = date(2023, 9, 1);
    while residences.len() < 3 && chance.permille(MOVING) {
        let latest = date(2026, 8, 31);
        if earliest >= latest {
            break;
        }
        let from = chance.day(earliest, latest);
        let address = residences[residences.len() - 1].address.next_after(chance);
        residences.push(Residence { from, address });
        earliest = plus(from, 200);
    }
    residences
}

/// A household in the making.
struct People {
    first: u64,
    structure: Structure,
    country: &'static Country,
    people: Vec<Person>,
}

impl People {
    fn tied(mut self, chance: &mut Chance) -> Vec<Person> {
        let tie = chance.weighted(TIES);
        match tie {
            Tie::Alone => {
                let sex = either(chance);
                self.add_adult(sex, date(1946, 1, 1), date(2005, 12, 31), chance);
            }
            Tie::OneParent => {
                let sex = either(chance);
                self.add_adult(sex, date(1960, 1, 1), date(1990, 12, 31), chance);
            }
            Tie::Couple | Tie::Family | Tie::Twins | Tie::NamedAfterFather => {
                self.add_adult(Sex::Male, date(1955, 1, 1), date(1990, 12, 31), chance);
                self.add_adult(Sex::Female, date(1958, 1, 1), date(1990, 12, 31), chance);
            }
        }
        let n_children = match tie {
            Tie::Alone | Tie::Couple => 0,
            Tie::Family => chance.between(1, 3),
            Tie::OneParent => chance.between(1, 2),
            Tie::Twins | Tie::NamedAfterFather => 1,
        };
        for _ in 0..n_children {
            self.add_child(chance);
        }
        match tie {
            Tie::Twins => self.add_twin(chance),
            Tie::NamedAfterFather => self.name_after_father(),
            Tie::Alone | Tie::Couple | Tie::Family | Tie::OneParent => {}
        }
        self.people
    }

    fn add(&mut self, name: Name, sex: Sex, birth: Date) {
        let index = self.first + self.people.len() as u64;
        let (structure, country) = (self.structure, self.country);
        self.people.push(Person { index, household: self.first, structure, name, sex, birth, country });
    }

    fn add_adult(&mut self, sex: Sex, born_from: Date, born_to: Date, chance: &mut Chance) {
        let name = invent(self.structure, sex, Parents::UNKNOWN, chance);
        let birth = birthday(born_from, born_to, chance);
        self.add(name, sex, birth);
    }

    fn add_child(&mut self, chance: &mut Chance) {
        let (father, mother) = self.parents();
        let born = father.into_iter().chain(mother).map(|parent| self.people[parent].birth);
        let eldest_from = plus(born.max().unwrap_or(FIRST_ENTRY), 18 * 366);
        let birth = birthday(eldest_from, LAST_BIRTH.min(plus(eldest_from, 20 * 365)), chance);
        let sex = either(chance);
        let name = self.other_name(sex, chance);
        self.add(name, sex, birth);
    }

    /// A twin of the last child: another given name, all else the same.
    fn add_twin(&mut self, chance: &mut Chance) {
        let birth = self.people[self.people.len() - 1].birth;
        let sex = either(chance);
        let name = self.other_name(sex, chance);
        self.add(name, sex, birth);
    }

    /// Gives the only child the father's given name.
    fn name_after_father(&mut self) {
        let father = self.people[0].name.clone();
        let son = &mut self.people[2];
        son.sex = Sex::Male;
        let surnames = match self.structure {
            Structure::SpanishDoubleSurname => son.name.surnames.clone(),
            _ => father.surnames.clone(),
        };
        son.name = Name { surnames, ..father };
    }

    fn parents(&self) -> (Option<usize>, Option<usize>) {
        let adults = self.people.len().min(2);
        let of = |sex| self.people[..adults].iter().position(|person| person.sex == sex);
        (of(Sex::Male), of(Sex::Female))
    }

    /// A name that starts with other letters than those borne in the household, where the lists allow it.
    fn other_name(&self, sex: Sex, chance: &mut Chance) -> Name {
        let (father, mother) = self.parents();
        let name_of = |parent: Option<usize>| parent.map(|at| &self.people[at].name);
        let parents = Parents { father: name_of(father), mother: name_of(mother) };
        let mut name = invent(self.structure, sex, parents, chance);
        for _ in 0..OTHER_NAME_TRIES_MAX {
            if self.people.iter().all(|person| own_initial(&person.name) != own_initial(&name)) {
                break;
            }
            name = invent(self.structure, sex, parents, chance);
        }
        name
    }
}

/// First letter of the name that is a person's own.
fn own_initial(name: &Name) -> Option<char> {
    let own = if name.given.is_empty() { name.surnames.first() } else { Some(&name.given) };
    own.and_then(|own| own.chars().next())
}

fn either(chance: &mut Chance) -> Sex {
    if chance.permille(520) { Sex::Male } else { Sex::Female }
}

fn birthday(first: Date, last: Date, chance: &mut Chance) -> Date {
    let day = chance.day(first, last);
    if chance.permille(NEW_YEAR_BIRTHS) && day.year() > first.year() {
        in_year(date(2000, 1, 1), day.year())
    } else {
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Purpose;

    #[test]
    fn households_hold_together_in_time() {
        for first in 0..3000 {
            let home = Household::invent(first, &mut Chance::new(1, Purpose::Household, first));
            assert!((1..=5).contains(&home.people.len()));
            for (at, person) in home.people.iter().enumerate() {
                assert_eq!(person.index, first + at as u64);
                assert!(person.birth < home.entry, "{first}");
                assert!(person.birth.year() >= 1946);
            }
            for child in home.people.iter().skip(2) {
                assert!(plus(home.people[0].birth, 18 * 365) <= child.birth, "{first}");
            }
            let moved: Vec<Date> = home.residences.iter().map(|residence| residence.from).collect();
            assert!(moved.is_sorted() && moved[0] == home.entry, "{first}");
        }
    }
}
