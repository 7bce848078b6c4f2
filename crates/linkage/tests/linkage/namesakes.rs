//! Many people of the same names, of whom the rules propose those alone who were born in one year.

use crate::recovery::Draw;
use crate::set::linked_rows;

/// The rules leave out all namesakes of other years, and with them what namesakes have in common by chance.
const CONFIG: &str = "unique_id = 'id'\n[columns]\ngiven = 'given_name'\nfamily = 'family_name'\nborn = 'date_of_birth'\n\
                      sex = 'sex'\n[[blocking]]\nkeys = ['given', 'family', 'born:year']\n[[blocking]]\nkeys = ['born', 'given:first(1)']\n";
const PEOPLE: u64 = 80_000;
/// One person in so many has a second record.
const WITH_SECOND: u64 = 50;
const CULTURES: u64 = 4;
const GIVEN_NAMES: u64 = 30;
const FAMILY_NAMES: u64 = 80;
/// Percent of second records with another day in the month of birth.
const OTHER_DAY: u64 = 10;

/// The names of a culture are spelled by its own letters, so that only equality is agreement.
fn name(culture: u64, number: u64) -> String {
    let consonants = ["bdfgk", "lmnpr", "stvzh", "cjqwx"][culture as usize].as_bytes();
    let vowels = b"aeiou";
    let syllable =
        |n: u64| format!("{}{}", consonants[n as usize % 5] as char, vowels[n as usize / 5 % 5] as char);
    format!("{}{}{}", syllable(number), syllable(number / 25 + 7), syllable(number * 7 + 3))
}

/// id, given, family, born, sex; of a person with two records the ids differ in the last letter.
const NAMES: [&str; 5] = ["id", "given", "family", "born", "sex"];
type Row = [String; 5];

fn rows() -> Vec<Row> {
    let mut draw = Draw::new(77);
    let mut rows = Vec::new();
    // The lesser of two draws: some names are common.
    let number = |n: u64, draw: &mut Draw| draw.below(n).min(draw.below(n));
    for person in 0..PEOPLE {
        let culture = draw.below(CULTURES);
        let given = number(GIVEN_NAMES, &mut draw);
        let family = number(FAMILY_NAMES, &mut draw);
        let (year, month, day) = (1950 + draw.below(50), 1 + draw.below(12), 1 + draw.below(28));
        let sex = ["f", "m"][given as usize % 2];
        for copy in 0..=u64::from(person % WITH_SECOND == 0) {
            let day = if copy == 1 && draw.happens(OTHER_DAY) { 1 + draw.below(28) } else { day };
            rows.push([
                format!("{person}{}", ["a", "b"][copy as usize]),
                name(culture, given),
                name(culture, family + 40),
                format!("{year}-{month:02}-{day:02}"),
                sex.to_owned(),
            ]);
        }
    }
    rows
}

#[test]
fn namesakes_of_one_year_are_not_taken_for_one_person() {
    let (table, linked) = linked_rows(CONFIG, NAMES, &rows());
    let is_one = |l: u32, r: u32| {
        let person = |record: u32| table.unique_id(record).trim_end_matches(['a', 'b']).to_owned();
        person(l) == person(r)
    };
    let likely = linked.pairs.iter().filter(|pair| pair.match_probability >= 0.5);
    let (n, expected, same) = likely.fold((0.0, 0.0, 0.0), |(n, expected, same), pair| {
        (n + 1.0, expected + pair.match_probability, same + f64::from(u8::from(is_one(pair.l, pair.r))))
    });
    assert!(n > 0.0 && (expected - same).abs() <= 0.05 * n, "{n} pairs: {expected} expected, {same} are");
    assert!(same > 0.8 * (PEOPLE / WITH_SECOND) as f64, "{same}");
}
