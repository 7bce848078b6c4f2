//! Legal and technical numbers, each dated, with unit and citation.

use jiff::civil::Date;
use serde::Deserialize;

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
