//! Legal and technical numbers, each dated, with unit and citation.

use jiff::civil::Date;
use serde::Deserialize;

use crate::{path, registry};

/// The numbers that the program brings with it.
const BUILT_IN: &str = include_str!("../parameters.toml");

/// One value of a number, from a day on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name, such as `nt_10_index_days`.
    pub name: String,
    /// The first day on which the value applies.
    pub from: Date,
    /// The value.
    pub value: f64,
    /// Its unit, such as `days`.
    pub unit: String,
    /// The most official source of the value.
    pub citation: String,
}

/// A parameter file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// Not TOML, or not of the form.
    #[error("the parameter file cannot be read: {0}")]
    Form(String),
    /// A rule asks for a number that is not there on that day.
    #[error("no value of `{name}` is in force on {on}: add one with its date, unit and citation")]
    NotInForce {
        /// The number.
        name: &'static str,
        /// The day.
        on: Date,
    },
}

/// All numbers that the rules read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The values, in any order.
    #[serde(rename = "parameter", default)]
    values: Vec<Parameter>,
}

impl Parameters {
    /// The numbers that the program brings with it (`parameters.toml` beside the source).
    ///
    /// ```
    /// use redress_checks::Parameters;
    /// let parameters = Parameters::built_in()?;
    /// assert_eq!(parameters.days("nt_10_index_days", jiff::civil::date(2026, 11, 2))?, 30);
    /// # Ok::<(), redress_checks::ParameterError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParameterError::Form`] when the file was broken before the program was built.
    pub fn built_in() -> Result<Self, ParameterError> {
        Self::from_toml(BUILT_IN)
    }

    /// Reads numbers from TOML: a list of `[[parameter]]` with name, from, value, unit and citation.
    ///
    /// # Errors
    /// [`ParameterError::Form`] when the text is not of that form.
    pub fn from_toml(text: &str) -> Result<Self, ParameterError> {
        toml::from_str(text).map_err(|error| ParameterError::Form(error.to_string()))
    }

    /// Every value of every number, in the order of the file.
    #[must_use]
    pub fn all(&self) -> &[Parameter] {
        &self.values
    }

    /// The entry of a number that is in force on a day: the latest that has begun.
    ///
    /// # Errors
    /// [`ParameterError::NotInForce`] when none has begun.
    pub fn in_force(&self, name: &'static str, on: Date) -> Result<&Parameter, ParameterError> {
        self.values
            .iter()
            .filter(|parameter| parameter.name == name && parameter.from <= on)
            .max_by_key(|parameter| parameter.from)
            .ok_or(ParameterError::NotInForce { name, on })
    }

    /// The value of a number on a day, in its own unit.
    ///
    /// # Errors
    /// [`ParameterError::NotInForce`] when no value has begun.
    pub fn number(&self, name: &'static str, on: Date) -> Result<f64, ParameterError> {
        self.in_force(name, on).map(|parameter| parameter.value)
    }

    /// The value of a whole number on a day, such as a count of days.
    ///
    /// # Errors
    /// [`ParameterError::NotInForce`] when no value has begun.
    pub fn days(&self, name: &'static str, on: Date) -> Result<i32, ParameterError> {
        self.number(name, on).map(|value| value.round() as i32)
    }

    /// A text of a specification with its numbers: `{nt_10_index_days}` stands for the value of that number on a day. A name
    /// that has no value on that day stays as it is.
    ///
    /// ```
    /// use redress_checks::Parameters;
    /// let parameters = Parameters::built_in()?;
    /// let text = parameters.fill("after {nt_10_index_days} days", jiff::civil::date(2026, 11, 2));
    /// assert_eq!(text, "after 30 days");
    /// # Ok::<(), redress_checks::ParameterError>(())
    /// ```
    #[must_use]
    pub fn fill(&self, text: &str, on: Date) -> String {
        let in_force = |name: &str| {
            let begun = self.values.iter().filter(|value| value.name == name && value.from <= on);
            begun.max_by_key(|value| value.from)
        };
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            match after.split_once('}').and_then(|(name, after)| Some((in_force(name)?, after))) {
                Some((parameter, after)) => {
                    filled.push_str(&parameter.value.to_string());
                    rest = after;
                }
                None => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled + rest
    }

    /// Whether every number that a registered check or the path of a case reads is in force on a day. To be asked before a run:
    /// a check whose number is missing reports nothing, and nobody would see why.
    ///
    /// # Errors
    /// [`ParameterError::NotInForce`] with the first number that is missing.
    pub fn ensure(&self, on: Date) -> Result<(), ParameterError> {
        let names = registry().iter().flat_map(|check| check.spec().parameters).chain(&path::PARAMETERS);
        names.copied().try_for_each(|name| self.in_force(name, on).map(drop))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_latest_value_that_has_begun_applies() {
        let parameters = Parameters::from_toml(
            r#"
            [[parameter]]
            name = "n"
            from = "2026-06-01"
            value = 10
            unit = "days"
            citation = "the newer rule"
            [[parameter]]
            name = "n"
            from = "2020-01-01"
            value = 30
            unit = "days"
            citation = "the older rule"
            "#,
        )
        .unwrap();
        for (on, expected) in [
            (date(2019, 12, 31), Err(ParameterError::NotInForce { name: "n", on: date(2019, 12, 31) })),
            (date(2020, 1, 1), Ok(30)),
            (date(2026, 5, 31), Ok(30)),
            (date(2026, 6, 1), Ok(10)),
        ] {
            assert_eq!(parameters.days("n", on), expected, "{on}");
        }
    }

    #[test]
    fn a_text_says_the_number_of_its_day() {
        let entry = |from: &str, value: &str| {
            format!(
                "[[parameter]]\nname = 'n'\nfrom = {from}\nvalue = {value}\nunit = 'days'\ncitation = 'c'\n"
            )
        };
        let text = entry("'2020-01-01'", "30") + &entry("'2026-06-01'", "10.5");
        let parameters = Parameters::from_toml(&text).unwrap();
        for (text, day, filled) in [
            ("after {n} days, {n}", date(2026, 5, 31), "after 30 days, 30"),
            ("after {n} days", date(2026, 6, 1), "after 10.5 days"),
            ("after {n} days", date(2019, 1, 1), "after {n} days"),
            ("{unknown} {n", date(2026, 6, 1), "{unknown} {n"),
            ("nothing", date(2026, 6, 1), "nothing"),
        ] {
            assert_eq!(parameters.fill(text, day), filled);
        }
    }

    #[test]
    fn a_broken_file_is_refused() {
        for text in ["parameter = 1", "[[parameter]]\nname = 'n'", "[[parameter]]\nfoo = 1"] {
            assert!(matches!(Parameters::from_toml(text), Err(ParameterError::Form(_))), "{text}");
        }
    }

    #[test]
    fn every_number_that_a_check_reads_is_there_with_unit_and_citation_and_no_other() {
        let parameters = Parameters::built_in().unwrap();
        parameters.ensure(date(2026, 1, 1)).unwrap();
        let of_checks = registry().iter().flat_map(|check| check.spec().parameters);
        let read: Vec<&str> = of_checks.chain(&path::PARAMETERS).copied().collect();
        for parameter in parameters.all() {
            assert!(read.contains(&parameter.name.as_str()), "nothing reads `{}`", parameter.name);
            assert!(
                [
                    "attributes",
                    "days",
                    "families",
                    "hour",
                    "minutes",
                    "records",
                    "share",
                    "working days",
                    "year",
                    "years",
                ]
                .contains(&parameter.unit.as_str()),
                "{parameter:?}"
            );
            assert!(parameter.citation.len() > 20, "`{}` has no citation", parameter.name);
        }
    }

    #[test]
    fn a_missing_number_is_named_before_the_run() {
        let error = Parameters::default().ensure(date(2026, 1, 1)).unwrap_err();
        assert!(error.to_string().contains("is in force on 2026-01-01"), "{error}");
    }
}
