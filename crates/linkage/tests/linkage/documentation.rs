//! What docs/linkage-configuration.md says must be so.

use redress_linkage::{Config, Kind};

const TEXT: &str = include_str!("../../../../docs/linkage-configuration.md");

#[test]
fn the_example_is_a_configuration() {
    let block = TEXT.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let config = Config::from_toml(block).unwrap();
    assert_eq!((config.blocking.len(), config.comparison.len(), config.columns.len()), (3, 1, 5));
    assert_eq!(config.output, Config::from_toml("unique_id = 'id'").unwrap().output, "the defaults are told");
}

#[test]
fn every_kind_and_no_other_is_listed() {
    let table = TEXT.split("## Kinds").nth(1).and_then(|rest| rest.split("**Guessed").next()).unwrap();
    let words = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(words.collect::<Vec<_>>(), Kind::ALL.map(Kind::as_str));
}
