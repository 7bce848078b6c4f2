//! Words of the report for what the files call by a name of their own: kinds of columns, blocking rules, maps of calibration. JSON and
//! Parquet keep the names.

use crate::kind::Kind;
use crate::label_calibration::Method;

/// What a blocking rule makes of a value: the suffix of its term, and the words before the column.
const PARTS: [(&str, &str); 7] = [
    (":year", "year of"),
    (":month", "month of"),
    (":day", "day of"),
    (":soundex", "sound (Soundex) of"),
    (":metaphone", "sound (Metaphone) of"),
    (":token", "a word of"),
    (":skeleton", "consonants of"),
];

/// A kind of columns.
pub(super) const fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::GivenName => "given name",
        Kind::MiddleName => "middle name",
        Kind::FamilyName => "family name",
        Kind::FullName => "full name",
        Kind::DateOfBirth => "date of birth",
        Kind::BirthYear => "year of birth",
        Kind::BirthMonth => "month of birth",
        Kind::BirthDay => "day of birth",
        Kind::Sex => "sex",
        Kind::Country => "country",
        Kind::City => "town",
        Kind::PostalCode => "postal code",
        Kind::AddressLine => "line of an address",
        Kind::Identifier => "number of a person",
        Kind::Phone => "telephone number",
        Kind::Email => "e-mail address",
        Kind::Category => "one of a few values",
        Kind::Text => "text",
    }
}

/// A map from match weights to probabilities.
pub(super) const fn of_map(method: Method) -> &'static str {
    match method {
        Method::Isotonic => "monotone regression",
        Method::Beta => "beta calibration",
        Method::Mean => "the mean of monotone regression and beta calibration",
    }
}

/// A blocking rule, from its label in the configuration: what two records must share to be compared.
pub(super) fn of_rule(label: &str) -> String {
    label.split(" + ").map(of_term).collect::<Vec<_>>().join(" and ")
}

fn of_term(term: &str) -> String {
    if let Some((column, other)) = term.split_once('~') {
        return format!("{column} found in {other}");
    }
    if let Some((column, letters)) = term.rsplit_once(":first(")
        && let Some(n) = letters.strip_suffix(')')
    {
        return format!("first {n} letters of {column}");
    }
    let part = PARTS.iter().find_map(|(suffix, words)| Some((term.strip_suffix(suffix)?, words)));
    part.map_or_else(|| term.to_owned(), |(column, words)| format!("{words} {column}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::term::Term;

    fn check(key: &str, words: &str) {
        let config = Config::from_toml(
            "unique_id = \"id\"\n[columns]\ngiven = \"given_name\"\nfamily = \"family_name\"\nborn = \"date_of_birth\"\n",
        )
        .unwrap();
        let label = Term::parse(key, &config).unwrap().label();
        assert_eq!(of_rule(&label), words, "{label}");
    }

    #[test]
    fn every_part_of_a_rule_has_words() {
        for (key, words) in [
            ("family", "family"),
            ("born:year", "year of born"),
            ("born:month", "month of born"),
            ("born:day", "day of born"),
            ("family:first(3)", "first 3 letters of family"),
            ("family:soundex", "sound (Soundex) of family"),
            ("family:metaphone", "sound (Metaphone) of family"),
            ("family:token", "a word of family"),
            ("family:skeleton", "consonants of family"),
            ("given~family", "given found in family"),
        ] {
            check(key, words);
        }
        assert_eq!(of_rule("a + b:year"), "a and year of b");
        assert_eq!(of_rule("every pair"), "every pair");
    }

    #[test]
    fn no_kind_is_told_by_its_name_in_files() {
        let raw: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| of_kind(*kind).contains('_')).collect();
        assert_eq!(raw, []);
    }
}
