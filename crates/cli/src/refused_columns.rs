//! Columns of a linkage that the charter refuses: left out; `run_facts` names them among the columns that are not read.

use redress_linkage::{Config, Kind};
use redress_sources::charter;

use crate::failure::{Exit, Failure};

/// Kinds of a postal address or a country: a column of these may be called a location and is none of movement.
const POSTAL: [Kind; 4] = [Kind::AddressLine, Kind::City, Kind::PostalCode, Kind::Country];

/// The configuration without the columns that the charter refuses, guessed or written.
///
/// # Errors
/// Exit code 6 when a blocking rule or a comparison of the configuration needs such a column.
pub(crate) fn left_out(mut config: Config) -> Result<Config, Failure> {
    let mut refused = Vec::new();
    config.columns.retain(|name, column| {
        let whole = column.read_from().and_then(charter::refusal_ground);
        let ground = whole
            .or_else(|| charter::refusal_ground(name))
            .filter(|ground| !(POSTAL.contains(&column.kind) && ground.contains("charter 1")));
        refused.extend(ground.map(|ground| (name.clone(), ground)));
        ground.is_none()
    });
    for (name, ground) in &refused {
        if let Some(needs) = needed_by(&config, name) {
            return Err(Failure::new(
                Exit::Refused,
                format!("column `{name}` is refused: {ground}. {needs} needs it: take it out"),
            ));
        }
    }
    Ok(config)
}

/// What of a configuration names a column.
fn needed_by(config: &Config, name: &str) -> Option<&'static str> {
    let is_named = |term: &String| {
        term.split('~').any(|side| side.split(':').next().is_some_and(|column| column.trim() == name))
    };
    if config.blocking.iter().flat_map(|rule| &rule.keys).any(is_named) {
        return Some("a rule of [[blocking]]");
    }
    config.comparison.iter().any(|comparison| comparison.column == name).then_some("a [[comparison]]")
}
