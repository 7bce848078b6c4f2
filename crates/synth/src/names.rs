//! Names: how each structure builds them, passes them on to children and spells them otherwise.

mod arabic;
mod chinese;
mod english;
mod haitian;
mod single;
mod slavic;
mod south_asian;
mod spanish;
mod structure;
mod variant;
mod vietnamese;

pub(crate) use structure::Country;
pub use structure::Structure;
pub(crate) use variant::{are_variants, transliterated};

use crate::chance::Chance;

/// Tries to draw a second surname that differs from the first.
const SECOND_SURNAME_TRIES_MAX: u32 = 16;

/// Sex as the sources write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sex {
    /// `M`
    Male,
    /// `F`
    Female,
}

impl Sex {
    /// One letter, `M` or `F`.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
        }
    }
}

/// A full name in its parts, with accents, in the order of its own culture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// Given name or names; empty if the person bears one name only.
    pub(crate) given: String,
    /// Middle name, father's name or patronymic; may be empty.
    pub(crate) middle: String,
    /// One or two surnames; the only name of a person who bears one.
    pub(crate) surnames: Vec<String>,
    /// Two surnames are joined by a hyphen instead of a space.
    pub(crate) is_hyphenated: bool,
}

impl Name {
    /// The surnames as one text.
    pub(crate) fn family(&self) -> String {
        self.surnames.join(if self.is_hyphenated { "-" } else { " " })
    }
}

/// The parents whose names a child's name is built from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parents<'a> {
    /// The father, if he is known.
    pub(crate) father: Option<&'a Name>,
    /// The mother, if she is known.
    pub(crate) mother: Option<&'a Name>,
}

impl Parents<'_> {
    /// Nobody: the name of a grown person whose parents are not in the population.
    pub(crate) const UNKNOWN: Self = Self { father: None, mother: None };
}

/// An invented name of this structure, handed down from the parents where they are known.
pub(crate) fn invent(structure: Structure, sex: Sex, parents: Parents<'_>, chance: &mut Chance) -> Name {
    let given = (*chance.skewed(given_names(structure, sex))).to_owned();
    match structure {
        Structure::SpanishDoubleSurname => spanish_name(given, sex, parents, chance),
        Structure::ArabicNasab => arabic_name(given, parents, chance),
        Structure::VietnameseOrder => vietnamese_name(given, sex, parents, chance),
        Structure::Slavic => slavic_name(given, sex, parents, chance),
        Structure::SouthAsian => south_asian_name(given, sex, parents, chance),
        Structure::English => english_name(given, sex, parents, chance),
        Structure::ChineseOrder | Structure::Haitian => {
            let surname = inherited(structure, parents, chance);
            plain(given, String::new(), surname)
        }
        Structure::SingleName => plain(String::new(), String::new(), given),
    }
}

fn given_names(structure: Structure, sex: Sex) -> &'static [&'static str] {
    match (structure, sex) {
        (Structure::SpanishDoubleSurname, Sex::Male) => spanish::MEN,
        (Structure::SpanishDoubleSurname, Sex::Female) => spanish::WOMEN,
        (Structure::ArabicNasab, Sex::Male) => arabic::MEN,
        (Structure::ArabicNasab, Sex::Female) => arabic::WOMEN,
        (Structure::ChineseOrder, Sex::Male) => chinese::MEN,
        (Structure::ChineseOrder, Sex::Female) => chinese::WOMEN,
        (Structure::VietnameseOrder, Sex::Male) => vietnamese::MEN,
        (Structure::VietnameseOrder, Sex::Female) => vietnamese::WOMEN,
        (Structure::SingleName, Sex::Male) => single::MEN,
        (Structure::SingleName, Sex::Female) => single::WOMEN,
        (Structure::Slavic, Sex::Male) => slavic::MEN,
        (Structure::Slavic, Sex::Female) => slavic::WOMEN,
        (Structure::SouthAsian, Sex::Male) => south_asian::MEN,
        (Structure::SouthAsian, Sex::Female) => south_asian::WOMEN,
        (Structure::Haitian, Sex::Male) => haitian::MEN,
        (Structure::Haitian, Sex::Female) => haitian::WOMEN,
        (Structure::English, Sex::Male) => english::MEN,
        (Structure::English, Sex::Female) => english::WOMEN,
    }
}

fn surnames(structure: Structure) -> &'static [&'static str] {
    match structure {
        Structure::SpanishDoubleSurname => spanish::SURNAMES,
        Structure::ArabicNasab => arabic::SURNAMES,
        Structure::ChineseOrder => chinese::SURNAMES,
        Structure::VietnameseOrder => vietnamese::SURNAMES,
        Structure::SingleName => single::MEN,
        Structure::Slavic => slavic::SURNAMES,
        Structure::SouthAsian => south_asian::SURNAMES,
        Structure::Haitian => haitian::SURNAMES,
        Structure::English => english::SURNAMES,
    }
}

fn plain(given: String, middle: String, surname: String) -> Name {
    Name { given, middle, surnames: vec![surname], is_hyphenated: false }
}

/// The first surname of the father, else of the mother, else any.
fn inherited(structure: Structure, parents: Parents<'_>, chance: &mut Chance) -> String {
    let from = parents.father.or(parents.mother).and_then(|name| name.surnames.first());
    from.cloned().unwrap_or_else(|| (*chance.skewed(surnames(structure))).to_owned())
}

/// A second surname that differs from the first: the mother's, else any.
fn second_surname(first: &str, list: &[&str], mother: Option<&Name>, chance: &mut Chance) -> String {
    if let Some(surname) = mother.and_then(|name| name.surnames.first()).filter(|surname| *surname != first) {
        return surname.clone();
    }
    for _ in 0..SECOND_SURNAME_TRIES_MAX {
        let surname = *chance.skewed(list);
        if surname != first {
            return surname.to_owned();
        }
    }
    if first == list[0] { list[1].to_owned() } else { list[0].to_owned() }
}

fn spanish_name(given: String, sex: Sex, parents: Parents<'_>, chance: &mut Chance) -> Name {
    let first = inherited(Structure::SpanishDoubleSurname, parents, chance);
    let second = second_surname(&first, spanish::SURNAMES, parents.mother, chance);
    let other = *chance.skewed(given_names(Structure::SpanishDoubleSurname, sex));
    let (given, middle) = match chance.below(100) {
        0..25 if other != given => (format!("{given} {other}"), String::new()),
        25..42 if other != given => (given, other.to_owned()),
        _ => (given, String::new()),
    };
    let is_hyphenated = match parents.father.or(parents.mother) {
        Some(parent) => parent.is_hyphenated,
        None => chance.permille(80),
    };
    Name { given, middle, surnames: vec![first, second], is_hyphenated }
}

/// Given name, father's given name, family name.
fn arabic_name(given: String, parents: Parents<'_>, chance: &mut Chance) -> Name {
    let surname = inherited(Structure::ArabicNasab, parents, chance);
    let father = match parents.father {
        Some(father) => father.given.clone(),
        None => (*chance.skewed(arabic::MEN)).to_owned(),
    };
    plain(given, father, surname)
}

fn vietnamese_name(given: String, sex: Sex, parents: Parents<'_>, chance: &mut Chance) -> Name {
    let surname = inherited(Structure::VietnameseOrder, parents, chance);
    let middles = match sex {
        Sex::Male => vietnamese::MIDDLES_MEN,
        Sex::Female => vietnamese::MIDDLES_WOMEN,
    };
    let middle = *chance.skewed(middles);
    let middle = if middle == given { String::new() } else { middle.to_owned() };
    plain(given, middle, surname)
}

/// Given name, patronymic, family name with the ending of the sex.
fn slavic_name(given: String, sex: Sex, parents: Parents<'_>, chance: &mut Chance) -> Name {
    let base = match parents.father.or(parents.mother).and_then(|name| name.surnames.first()) {
        Some(surname) => masculine(surname),
        None => (*chance.skewed(slavic::SURNAMES)).to_owned(),
    };
    let stem = match parents.father {
        Some(father) => patronymic_stem(&father.given),
        None => (*chance.skewed(slavic::PATRONYMICS)).to_owned(),
    };
    let (surname, ending) = match sex {
        Sex::Male => (base, "ich"),
        Sex::Female => (feminine(&base), "na"),
    };
    plain(given, format!("{stem}{ending}"), surname)
}

/// `Sergei` gives `Sergeyev`, `Ivan` gives `Ivanov`.
fn patronymic_stem(father: &str) -> String {
    let stem = father.trim_end_matches(['i', 'y', 'a', 'o']);
    let softened = stem.len() < father.len();
    if softened { format!("{stem}yev") } else { format!("{stem}ov") }
}

fn feminine(surname: &str) -> String {
    if surname.ends_with("sky") {
        format!("{}aya", surname.trim_end_matches('y'))
    } else if surname.ends_with("ov") || surname.ends_with("ev") || surname.ends_with("in") {
        format!("{surname}a")
    } else {
        surname.to_owned()
    }
}

fn masculine(surname: &str) -> String {
    if let Some(stem) = surname.strip_suffix("skaya") {
        format!("{stem}sky")
    } else if surname.ends_with("ova") || surname.ends_with("eva") || surname.ends_with("ina") {
        surname.trim_end_matches('a').to_owned()
    } else {
        surname.to_owned()
    }
}

/// Many Sikhs bear Singh or Kaur between the given and the family name.
fn south_asian_name(given: String, sex: Sex, parents: Parents<'_>, chance: &mut Chance) -> Name {
    let surname = inherited(Structure::SouthAsian, parents, chance);
    let middle = match sex {
        Sex::Male => "Singh",
        Sex::Female => "Kaur",
    };
    let bears_it = chance.permille(350) && surname != middle;
    plain(given, if bears_it { middle.to_owned() } else { String::new() }, surname)
}

fn english_name(given: String, sex: Sex, parents: Parents<'_>, chance: &mut Chance) -> Name {
    let middle = *chance.skewed(given_names(Structure::English, sex));
    let middle = if chance.permille(550) && middle != given { middle.to_owned() } else { String::new() };
    if let Some(parent) = parents.father.or(parents.mother) {
        return Name { given, middle, ..parent.clone() };
    }
    let first = inherited(Structure::English, parents, chance);
    let mut surnames = vec![first];
    let is_hyphenated = chance.permille(120);
    if is_hyphenated {
        surnames.push(second_surname(&surnames[0], english::SURNAMES, None, chance));
    }
    Name { given, middle, surnames, is_hyphenated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Purpose;

    fn name(given: &str, surnames: &[&str]) -> Name {
        let surnames = surnames.iter().map(|surname| (*surname).to_owned()).collect();
        Name { given: given.to_owned(), middle: String::new(), surnames, is_hyphenated: false }
    }

    #[test]
    fn children_bear_their_parents_names_by_the_rule_of_the_structure() {
        let cases = [
            (Structure::SpanishDoubleSurname, Sex::Female, "López", "Díaz", "López Díaz", ""),
            (Structure::ArabicNasab, Sex::Male, "al-Masri", "Haddad", "al-Masri", "Ivan"),
            (Structure::Slavic, Sex::Female, "Dobrovolsky", "Dobrovolskaya", "Dobrovolskaya", "Ivanovna"),
            (Structure::Slavic, Sex::Male, "Titov", "Titova", "Titov", "Ivanovich"),
            (Structure::ChineseOrder, Sex::Male, "Wang", "Li", "Wang", ""),
        ];
        let mut chance = Chance::new(1, Purpose::Block, 0);
        for (structure, sex, father, mother, family, middle) in cases {
            let (father, mother) = (name("Ivan", &[father, "Otro"]), name("Anna", &[mother]));
            let parents = Parents { father: Some(&father), mother: Some(&mother) };
            let child = invent(structure, sex, parents, &mut chance);
            assert_eq!(child.family(), family, "{structure:?}");
            if !middle.is_empty() {
                assert_eq!(child.middle, middle, "{structure:?}");
            }
        }
    }

    #[test]
    fn two_surnames_always_differ() {
        let mut chance = Chance::new(1, Purpose::Block, 0);
        for _ in 0..2000 {
            let name = invent(Structure::SpanishDoubleSurname, Sex::Male, Parents::UNKNOWN, &mut chance);
            assert_ne!(name.surnames[0], name.surnames[1]);
        }
    }

    #[test]
    fn patronymics_follow_the_fathers_name() {
        for (father, stem) in [("Ivan", "Ivanov"), ("Sergei", "Sergeyev"), ("Mykola", "Mykolyev")] {
            assert_eq!(patronymic_stem(father), stem);
        }
    }
}
