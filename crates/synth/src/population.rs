//! A block of the population: households, namesakes, lives, records, planted errors.

use crate::calendar::{digits_apart, exchanged};
use crate::chance::{Chance, Purpose};
use crate::dossier::Dossier;
use crate::household::{Household, Person};
use crate::planting::{Block, plant};

/// People per block. A block is made by one thread and written whole; errors that need two households find them
/// within a block.
pub(crate) const PEOPLE_PER_BLOCK: u64 = 1000;

/// Share of people living alone who bear the name of somebody else of their block, per thousand.
const NAMESAKES: u32 = 200;

/// Tries to find somebody to share a name with.
const NAMESAKE_TRIES_MAX: u32 = 60;

/// The block with this number of a population of `n_people`.
pub(crate) fn block(seed: u64, number: u64, n_people: u64) -> Block {
    let first = number * PEOPLE_PER_BLOCK;
    let n_here = PEOPLE_PER_BLOCK.min(n_people - first) as usize;
    let mut streams = Vec::new();
    let mut homes = Vec::new();
    let mut n_settled = 0;
    while n_settled < n_here {
        let index = first + n_settled as u64;
        let mut chance = Chance::new(seed, Purpose::Household, index);
        let mut home = Household::invent(index, &mut chance);
        home.people.truncate(n_here - n_settled);
        n_settled += home.people.len();
        homes.push(home);
        streams.push(chance);
    }
    let mut chance = Chance::new(seed, Purpose::Block, number);
    let namesakes = share_names(&mut homes, &mut chance);
    let mut dossiers = Vec::with_capacity(n_here);
    for (at, home) in homes.iter().enumerate() {
        for person in &home.people {
            dossiers.push(Dossier::new(person.clone(), at, home, &mut streams[at]));
        }
    }
    let mut block = Block { number, n_people, homes, dossiers, namesakes };
    let mut later = Chance::new(seed, Purpose::Later, number);
    let mut latest = Chance::new(seed, Purpose::Latest, number);
    plant(&mut block, [&mut chance, &mut later, &mut latest]);
    block
}

/// Gives some of those who live alone the name of somebody else. Pairs of positions in the block are returned.
fn share_names(homes: &mut [Household], chance: &mut Chance) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut position = 0;
    for at in 0..homes.len() {
        let n_people = homes[at].people.len();
        if n_people == 1 && chance.permille(NAMESAKES) {
            let found = (0..NAMESAKE_TRIES_MAX).find_map(|_| {
                let other = chance.below(homes.len() as u32) as usize;
                may_share(&homes[at].people[0], &homes[other].people[0]).then_some(other)
            });
            if let Some(other) = found {
                homes[at].people[0].name = homes[other].people[0].name.clone();
                pairs.push((position, other));
            }
        }
        position += n_people;
    }
    let starts: Vec<usize> = homes
        .iter()
        .scan(0, |next, home| {
            let start = *next;
            *next += home.people.len();
            Some(start)
        })
        .collect();
    pairs.into_iter().map(|(position, other)| (position, starts[other])).collect()
}

/// Same structure and sex, another birth date by more than a slip.
fn may_share(person: &Person, other: &Person) -> bool {
    person.household != other.household
        && person.structure == other.structure
        && person.sex == other.sex
        && digits_apart(person.birth, other.birth) >= 3
        && exchanged(person.birth) != Some(other.birth)
}
