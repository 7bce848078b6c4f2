//! The table in the documentation is the table in the code.

use std::fs;
use std::path::Path;

use redress_synth::RATES;

#[test]
fn the_documented_rates_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/synth.md");
    let documented = fs::read_to_string(&path).unwrap();
    let mut table = String::from(
        "| kind | planted in | of a thousand | eligible | what is done |\n|---|---|---|---|---|\n",
    );
    for rate in RATES {
        let id = if rate.is_checked { format!("**{}**", rate.id) } else { rate.id.to_owned() };
        let cells = [&id, rate.sources, &rate.per_mille.to_string(), rate.eligible, rate.what];
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    assert!(documented.contains(&table), "docs/synth.md must contain this table:\n{table}");
}
