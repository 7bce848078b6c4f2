//! What two records say of one attribute, quoted, and in what they differ: the middle of a sentence of an account.

use crate::kind::Kind;
use crate::spelling;
use crate::waterfall::{Bearers, Step};
use crate::waterfall_words::rounded;

/// Most letters of a value that is quoted; a longer one is cut.
const QUOTED_CHARS_MAX: usize = 80;
/// From this share on a value is common enough to be counted in tenths.
const TENTHS_FROM: f64 = 0.15;
/// From this share on nearly all records bear a value.
const NEARLY_ALL_FROM: f64 = 0.95;

/// What levels say as the end of a sentence, where their own words, which head a row, are none.
const SAID: [(&str, &str); 8] = [
    ("another name", "two different names"),
    ("another one", "which are different"),
    ("another date", "two different dates"),
    ("something else", "which are different"),
    ("other sex", "which are different"),
    (
        "stands in the other name's place",
        "of which one stands in the place of another name of the other record",
    ),
    (
        "changed places with the other name, of which one is written otherwise",
        "which changed places with the other name, and one of the names is written otherwise",
    ),
    ("stands in another column", "of which one stands in another column of the other record"),
];

/// The level of names that are alike in part. It has several grounds: the two texts show which.
const PARTLY: &str = "initial, or a part of the names";

/// What one record says.
#[derive(Clone, Copy, PartialEq)]
struct Side<'a> {
    text: &'a str,
    note: Option<&'a str>,
}

impl Side<'_> {
    fn quoted(&self) -> String {
        format!("“{}”", shortened(self.text, QUOTED_CHARS_MAX))
    }

    /// Quoted, with what was made of it.
    fn shown(&self) -> String {
        self.note.map_or_else(|| self.quoted(), |note| format!("{} ({note})", self.quoted()))
    }

    /// Quoted, with the reason why it counts for nothing.
    fn refused(&self) -> String {
        self.note.map_or_else(|| self.quoted(), |note| format!("{}, {note}", self.quoted()))
    }
}

/// A text of so many letters at most.
pub(crate) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    text.chars().take(chars_max.saturating_sub(1)).chain(['…']).collect()
}

impl Step {
    fn sides(&self) -> [Option<Side<'_>>; 2] {
        match &self.words {
            Some(words) => words.each_ref().map(|words| {
                words.as_ref().map(|words| Side { text: &words.text, note: words.note.as_deref() })
            }),
            None => [&self.value_l, &self.value_r]
                .map(|value| value.as_ref().map(|text| Side { text, note: None })),
        }
    }

    /// What the records say, of at most so many letters each: for a picture.
    pub(crate) fn quotes(&self, chars_max: usize) -> String {
        let quote = |side: &Side<'_>| format!("“{}”", shortened(side.text, chars_max));
        match &self.sides() {
            [None, None] => "neither record has it".to_owned(),
            [Some(side), None] | [None, Some(side)] => format!("only one record has it: {}", quote(side)),
            [Some(l), Some(r)] if l.text == r.text => format!("both {}", quote(l)),
            [Some(l), Some(r)] => format!("{} · {}", quote(l), quote(r)),
        }
    }

    /// Why the attribute says nothing, where it cannot be compared.
    pub(crate) fn nothing(&self) -> String {
        let [l, r] = self.sides();
        let refused = |side: Option<Side<'_>>| side.map(|side| side.refused());
        let known = match (&self.value_l, &self.value_r) {
            (Some(_), Some(_)) => {
                let shown = |side: Option<Side<'_>>| side.map_or_else(String::new, |side| side.shown());
                let both = format!("{} and {}", shown(l), shown(r));
                return if self.kind == Kind::FullName {
                    format!("{both}; given and family names are compared by themselves, so it says nothing")
                } else {
                    format!("{both} cannot be compared; this says nothing")
                };
            }
            (Some(_), None) => Some((l, r)),
            (None, Some(_)) => Some((r, l)),
            (None, None) => None,
        };
        if let Some((has, other)) = known {
            let has = has.map_or_else(String::new, |side| side.quoted());
            return match refused(other) {
                Some(other) => {
                    format!("only one record has it: {has}; the other says {other}. So it says nothing")
                }
                None => format!("only one record has it: {has}. So it says nothing"),
            };
        }
        match (l, r) {
            (Some(l), Some(r)) if l == r => format!("both say {}. So it says nothing", l.refused()),
            (Some(l), Some(r)) => {
                format!("one record says {}, and the other {}. So it says nothing", l.refused(), r.refused())
            }
            (Some(side), None) | (None, Some(side)) => {
                format!("one record says {}, and the other has nothing. So it says nothing", side.refused())
            }
            (None, None) => "neither record has it, so it says nothing".to_owned(),
        }
    }

    /// What is alike or not, and how common that is.
    pub(crate) fn what(&self) -> String {
        let [Some(l), Some(r)] = self.sides() else { return self.level.clone() };
        let both = if l == r {
            format!("both say {}", l.shown())
        } else {
            format!("{} and {}, {}", l.shown(), r.shown(), self.difference(l.text, r.text))
        };
        match &self.bearers {
            Some(bearers) => format!("{both}; {}", bearers.in_words()),
            None => both,
        }
    }

    /// The difference of two texts in words: what can be seen in them, else the level.
    fn difference(&self, l: &str, r: &str) -> String {
        let is_same = self.value_l == self.value_r;
        match self.kind {
            Kind::Phone | Kind::Identifier | Kind::PostalCode if is_same => {
                return "the same written otherwise".to_owned();
            }
            Kind::DateOfBirth if is_same && self.is_to_the_day() => {
                return "the same date written otherwise".to_owned();
            }
            Kind::Sex if is_same => return "which mean the same".to_owned(),
            Kind::Phone | Kind::Identifier | Kind::PostalCode | Kind::DateOfBirth | Kind::Sex => {
                return self.level_said();
            }
            _ => {}
        }
        if let Some(difference) = spelling::difference(l, r) {
            // In simplified writing a hyphen is a space.
            let is_hyphen_lost = self.words.is_none() && difference == "a space";
            return format!(
                "which differ by {}",
                if is_hyphen_lost { "a hyphen or a space" } else { &difference }
            );
        }
        match spelling::part_of_one(l, r) {
            _ if is_same && self.kind == Kind::AddressLine => "the same but for usual short forms".to_owned(),
            _ if is_same => "the same in the simplified writing in which they are compared".to_owned(),
            Some(part) if !self.is_elsewhere() => {
                format!("which differ by a part (“{part}”) that one record has and the other has not")
            }
            _ if self.level.starts_with(PARTLY) => spelling::alike_in_part(l, r)
                .map_or_else(|| self.level.clone(), |said| format!("{said}{}", &self.level[PARTLY.len()..])),
            _ => self.level_said(),
        }
    }

    /// The level as the end of a sentence.
    fn level_said(&self) -> String {
        let said = SAID.iter().find_map(|(level, said)| Some((said, self.level.strip_prefix(level)?)));
        said.map_or_else(|| self.level.clone(), |(said, rest)| format!("{said}{rest}"))
    }

    /// Whether both are dates to the day.
    fn is_to_the_day(&self) -> bool {
        const ISO_CHARS: usize = "1985-07-04".len();
        self.value_l.as_ref().is_some_and(|value| value.len() == ISO_CHARS)
    }

    /// Whether the level says that the value stands in another column of the other record.
    fn is_elsewhere(&self) -> bool {
        self.level.starts_with("stands in") || self.level.starts_with("changed places")
    }
}

impl Bearers {
    /// How common the value is, as a sentence without its stop.
    pub(crate) fn in_words(self) -> String {
        let share = self.n as f64 / self.n_with_any.max(1) as f64;
        let is_of_all = self.n_with_any == self.n_records;
        let (record, records) = if is_of_all {
            ("record", "records")
        } else {
            ("record of those that have one", "of the records that have one")
        };
        let (bears, bear) = if self.of_initial {
            ("bears it or a name that it may stand for", "bear it or a name that it may stand for")
        } else {
            ("bears it", "bear it")
        };
        // The pair itself is two.
        if self.n <= 2 {
            let all = rounded(self.n_with_any as f64);
            let of_all =
                if is_of_all { format!("{all} records") } else { format!("the {all} records that have one") };
            format!("no other of {of_all} {bears}")
        } else if share >= NEARLY_ALL_FROM {
            format!("nearly every {record} {bears}")
        } else if share >= TENTHS_FROM {
            match (share * 10.0).round() as u64 {
                5 => format!("about every second {record} {bears}"),
                tenths => format!("about {tenths} in 10 {records} {bear}"),
            }
        } else {
            format!("about 1 in {} {records} {bears}", rounded(share.recip()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixture::Relation;
    use crate::own_words::OwnWords;

    /// One record's side: what it writes, what was made of it, the normalized value.
    type Given<'a> = (&'a str, &'a str, &'a str);

    fn step(kind: Kind, level: &str, sides: [Given<'_>; 2]) -> Step {
        let value = |(_, _, value): Given<'_>| (!value.is_empty()).then(|| value.to_owned());
        let words = |(text, note, _): Given<'_>| {
            let note = (!note.is_empty()).then(|| note.to_owned());
            (!text.is_empty()).then(|| OwnWords { text: text.to_owned(), note })
        };
        let [l, r] = sides;
        Step {
            comparison: kind.as_str().to_owned(),
            kind,
            bearers: None,
            value_l: value(l),
            value_r: value(r),
            words: Some([words(l), words(r)]),
            level: level.to_owned(),
            is_null: value(l).is_none() || value(r).is_none(),
            is_agreed: l.2 == r.2,
            m: 0.5,
            u: 0.5,
            bits: 1.0,
            bits_alone: 1.0,
            rival: Relation::Strangers,
        }
    }

    fn check(kind: Kind, sides: [Given<'_>; 2], expected: &str) {
        let step = step(kind, "a level", sides);
        let said = if step.is_null { step.nothing() } else { step.what() };
        assert_eq!(said, expected);
    }

    #[test]
    fn quotes_the_records_and_says_in_what_they_differ() {
        const YEAR: &str = "taken as the year 1966 only: 1 January is often filled in";
        for (kind, l, r, expected) in [
            (
                Kind::FamilyName,
                ("Garcia-Lopez", "", "garcia lopez"),
                ("Garcia Lopez", "", "garcia lopez"),
                "“Garcia-Lopez” and “Garcia Lopez”, which differ by a hyphen",
            ),
            (
                Kind::FamilyName,
                ("van der Berg", "", "van der berg"),
                ("BERG", "", "berg"),
                "“van der Berg” and “BERG”, which differ by a part (“van der”) that one record has and the other has not",
            ),
            (
                Kind::DateOfBirth,
                ("01/01/1966", YEAR, "1966"),
                ("01/01/1966", YEAR, "1966"),
                "both say “01/01/1966” (taken as the year 1966 only: 1 January is often filled in)",
            ),
            (
                Kind::DateOfBirth,
                ("01/01/1966", YEAR, "1966"),
                ("1966", "", "1966"),
                "“01/01/1966” (taken as the year 1966 only: 1 January is often filled in) and “1966”, a level",
            ),
            (
                Kind::DateOfBirth,
                ("04/07/1985", "read as 1985-07-04", "1985-07-04"),
                ("1985-07-04", "", "1985-07-04"),
                "“04/07/1985” (read as 1985-07-04) and “1985-07-04”, the same date written otherwise",
            ),
            (Kind::GivenName, ("😀", "", "grinning"), ("😀", "", "grinning"), "both say “😀”"),
            (
                Kind::GivenName,
                ("Ольга", "written in another script: compared as “olga”", "olga"),
                ("Olga", "", "olga"),
                "“Ольга” (written in another script: compared as “olga”) and “Olga”, which differ by the script in which they are written",
            ),
            (
                Kind::Phone,
                ("(428) 482-8647", "", "284828647"),
                ("428-482-8647", "", "284828647"),
                "“(428) 482-8647” and “428-482-8647”, the same written otherwise",
            ),
            (Kind::Sex, ("Female", "", "f"), ("F", "", "f"), "“Female” and “F”, which mean the same"),
            (
                Kind::AddressLine,
                ("12 Forbes Street", "", "12 forbes st"),
                ("12 Forbes St", "", "12 forbes st"),
                "“12 Forbes Street” and “12 Forbes St”, the same but for usual short forms",
            ),
            (Kind::GivenName, ("Ana", "", "ana"), ("Ben", "", "ben"), "“Ana” and “Ben”, a level"),
        ] {
            check(kind, [l, r], expected);
        }
    }

    #[test]
    fn says_why_an_attribute_says_nothing() {
        let fnu = ("FNU", "which stands for no name", "");
        let nothing = ("", "", "");
        for (l, r, expected) in [
            (nothing, nothing, "neither record has it, so it says nothing"),
            (fnu, fnu, "both say “FNU”, which stands for no name. So it says nothing"),
            (
                nothing,
                fnu,
                "one record says “FNU”, which stands for no name, and the other has nothing. So it says nothing",
            ),
            (
                fnu,
                ("unknown", "which stands for no name", ""),
                "one record says “FNU”, which stands for no name, and the other “unknown”, which stands for no name. So it says nothing",
            ),
            (("Ana", "", "ana"), nothing, "only one record has it: “Ana”. So it says nothing"),
            (
                fnu,
                ("Ana", "", "ana"),
                "only one record has it: “Ana”; the other says “FNU”, which stands for no name. So it says nothing",
            ),
        ] {
            check(Kind::GivenName, [l, r], expected);
        }
    }

    #[test]
    fn a_value_in_another_column_is_not_called_a_part() {
        let step = step(
            Kind::GivenName,
            "stands in the other name's place",
            [("Ana Lee", "", "ana lee"), ("Lee", "", "lee")],
        );
        assert_eq!(
            step.what(),
            "“Ana Lee” and “Lee”, of which one stands in the place of another name of the other record"
        );
        assert_eq!(step.quotes(4), "“Ana…” · “Lee”");
        let level = "changed places with the other name, of which one is written otherwise";
        let step = self::step(Kind::GivenName, level, [("Desta", "", "desta"), ("Tsegaye", "", "tsegaye")]);
        assert_eq!(
            step.what(),
            "“Desta” and “Tsegaye”, which changed places with the other name, and one of the names is written otherwise"
        );
    }

    #[test]
    fn names_that_are_alike_in_part_say_in_what() {
        for (l, r, expected) in [
            ("Gabriel José", "Jose Ramon", "“Gabriel José” and “Jose Ramon”, which share “José”"),
            (
                "Ana Maria Luz",
                "Maria-Ana Eva",
                "“Ana Maria Luz” and “Maria-Ana Eva”, which share “Ana” and “Maria”",
            ),
            (
                "G. José",
                "Gabriel",
                "“G. José” and “Gabriel”, of which one has an initial where the other has a name",
            ),
            ("Maria", "M", "“Maria” and “M”, of which one has an initial where the other has a name"),
            ("Ana M", "Ana Luz", "“Ana M” and “Ana Luz”, which share “Ana”"),
            (
                "Fran",
                "Francisco",
                "“Fran” and “Francisco”, of which one has a name that the other cuts short",
            ),
            ("Ana", "Ben", "“Ana” and “Ben”, initial, or a part of the names"),
        ] {
            let (value_l, value_r) = (l.to_lowercase(), r.to_lowercase());
            let step = step(Kind::GivenName, PARTLY, [(l, "", &value_l), (r, "", &value_r)]);
            assert_eq!(step.what(), expected);
        }
        assert!(crate::level::text_levels(Kind::GivenName).iter().any(|level| level.label == PARTLY));
    }

    #[test]
    fn says_how_common_a_value_is_among_those_that_have_one() {
        for (n, n_with_any, n_records, expected) in [
            (3, 2_460, 6_147, "about 1 in 820 of the records that have one bears it"),
            (3, 6_147, 6_147, "about 1 in 2,000 records bears it"),
            (2, 3_200, 3_200, "no other of 3,200 records bears it"),
            (2, 2_460, 6_147, "no other of the 2,500 records that have one bears it"),
            (500, 1_000, 1_000, "about every second record bears it"),
            (500, 1_000, 2_000, "about every second record of those that have one bears it"),
            (300, 1_000, 1_000, "about 3 in 10 records bear it"),
            (970, 1_000, 1_000, "nearly every record bears it"),
            (148, 1_000, 1_000, "about 1 in 6.8 records bears it"),
        ] {
            assert_eq!(Bearers { n, n_with_any, n_records, of_initial: false }.in_words(), expected);
        }
        let of_initial = Bearers { n: 148, n_with_any: 1_000, n_records: 1_000, of_initial: true };
        assert_eq!(of_initial.in_words(), "about 1 in 6.8 records bears it or a name that it may stand for");
    }
}
