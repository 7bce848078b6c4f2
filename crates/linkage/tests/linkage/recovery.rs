//! Data drawn from known probabilities: the training has to find them again.

use redress_linkage::{Config, Kind, Options, Table, link};

use crate::set::{batch, input};

/// Numbers from a seed (Lehmer's generator, modulus 2^31 - 1).
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % n
    }

    pub(crate) fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

const PEOPLE: usize = 600;
const GIVEN_NAMES: u64 = 40;
/// Percent of second records in which the value was replaced by another person's.
const REPLACED_GIVEN: u64 = 10;
const REPLACED_NUMBER: u64 = 20;
const REPLACED_SEX: u64 = 5;
const REPLACED_BIRTH: u64 = 15;

/// Names so unlike each other that only equality is agreement.
fn given(draw: u64) -> String {
    let consonants = ["b", "d", "f", "g", "k", "l", "m", "n"];
    let vowels = ["a", "e", "i", "o", "u"];
    let (c, v) = (consonants[draw as usize % 8], vowels[draw as usize / 8]);
    format!("{c}{v}{c}{v}{c}{v}")
}

fn birth(draw: &mut Draw) -> String {
    format!("{}-{:02}-{:02}", 1940 + draw.below(60), 1 + draw.below(12), 1 + draw.below(28))
}

#[test]
fn planted_probabilities_are_recovered() {
    let mut draw = Draw::new(20_261);
    let mut rows: Vec<[String; 5]> = Vec::new();
    for person in 0..PEOPLE {
        let (name, sex) = (draw.below(GIVEN_NAMES), draw.below(2));
        let number = 10_000_000 + draw.below(89_999_999);
        let born = birth(&mut draw);
        for copy in 0..2 {
            let second = copy == 1;
            let name = if second && draw.happens(REPLACED_GIVEN) { draw.below(GIVEN_NAMES) } else { name };
            let number = if second && draw.happens(REPLACED_NUMBER) {
                10_000_000 + draw.below(89_999_999)
            } else {
                number
            };
            let sex = if second && draw.happens(REPLACED_SEX) { 1 - sex } else { sex };
            let born = if second && draw.happens(REPLACED_BIRTH) { birth(&mut draw) } else { born.clone() };
            let sex = ["m", "f"][sex as usize].to_owned();
            rows.push([format!("{person}-{copy}"), given(name), number.to_string(), sex, born]);
        }
    }
    let column = |idx: usize| rows.iter().map(|row| Some(row[idx].as_str())).collect::<Vec<_>>();
    let columns = [
        ("id", column(0)),
        ("given", column(1)),
        ("number", column(2)),
        ("sex", column(3)),
        ("born", column(4)),
    ];
    let config = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nnumber = 'identifier'\nsex = 'sex'\nborn = 'date_of_birth'";
    let config = Config::from_toml(config).unwrap();
    let table = Table::try_new(&config, input(batch(&columns))).unwrap();
    let model = link(&table, &config, &Options::default()).unwrap().model;
    let agreement = |kind: Kind, of: &[Vec<f64>]| -> f64 {
        let slot = model.comparisons.iter().position(|c| c.kind == kind).unwrap();
        let levels = model.comparisons[slot].levels.iter().zip(&of[slot]);
        levels.filter(|(level, _)| level.is_exact).map(|(_, p)| p).sum()
    };
    for (what, found, planted, tolerance) in [
        ("m of given name", agreement(Kind::GivenName, &model.m), 0.9025, 0.04),
        ("u of given name", agreement(Kind::GivenName, &model.u), 1.0 / 40.0, 0.003),
        ("m of identifier", agreement(Kind::Identifier, &model.m), 0.80, 0.05),
        ("m of birth date", agreement(Kind::DateOfBirth, &model.m), 0.85, 0.05),
        ("prior x 1000", model.prior * 1000.0, 1000.0 / 1199.0, 0.12),
    ] {
        assert!((found - planted).abs() < tolerance, "{what}: found {found}, planted {planted}");
    }
    assert!(model.training.converged, "{:?}", model.training);
}
