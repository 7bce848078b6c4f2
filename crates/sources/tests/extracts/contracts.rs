//! The contracts that the repository ships.

use std::fs;
use std::path::Path;

use jiff::civil::date;
use redress_ports::ReadError;
use redress_sources::Contract;
use redress_statement::{Attribute, ValueKind};

/// Public rows of two publishers are never joined: each contract names the others, and none can link.
#[test]
fn public_releases_of_two_publishers_keep_apart() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    let ice = ["ice_release", "ice_custody"];
    for (own, others) in [
        ("eoir_release", vec!["ice_release", "ice_custody", "cbp_encounters"]),
        (ice[0], vec!["eoir_release", "cbp_encounters"]),
        (ice[1], vec!["eoir_release", "cbp_encounters"]),
        ("cbp_encounters", vec!["eoir_release", "ice_release", "ice_custody"]),
    ] {
        let text = fs::read_to_string(folder.join(format!("{own}.toml"))).unwrap();
        let contract = Contract::from_toml(&text, own).unwrap();
        assert!(contract.is_public_release());
        let apart: Vec<String> = contract.never_joined_with().iter().map(ToString::to_string).collect();
        assert_eq!(apart, others);
        assert!(contract.tables().iter().all(|table| !table.is_identity));
        let linking = text.replacen("lead = true", "lead = true\nidentity = true", 1);
        assert!(
            matches!(Contract::from_toml(&linking, own), Err(ReadError::Refused(_))),
            "{own} can be linked"
        );
    }
}

#[test]
fn every_contract_is_valid_in_force_and_expires() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let contract =
            Contract::from_toml(&fs::read_to_string(&path).unwrap(), &path.display().to_string()).unwrap();
        assert_eq!(contract.check_in_force(date(2026, 11, 2)), Ok(()));
        assert!(matches!(contract.check_in_force(date(2028, 1, 1)), Err(ReadError::Refused(_))));
        assert!(contract.tables()[0].is_lead, "{}", path.display());
        let agreement = contract.agreement(&["all".to_owned()]).unwrap();
        assert_eq!(agreement.sections, ["all"]);
        sources.push((contract.source().to_string(), agreement.birth_date_default));
    }
    sources.sort();
    let expected = [
        ("addresses", None),
        ("archive", None),
        ("benefits", None),
        ("border", Some((1, 1))),
        ("cbp_encounters", None),
        ("court", None),
        ("eoir_release", None),
        ("ice_custody", None),
        ("ice_release", None),
        ("partner", None),
        ("registry", None),
        ("status", Some((1, 1))),
        ("travel_history", None),
        ("uscis_status", None),
    ];
    assert_eq!(sources, expected.map(|(source, default)| (source.to_owned(), default)));
}

/// The reference of contracts, and what stands around its list of attributes.
const REFERENCE: &str = "../../docs/contracts.md";
const BEGIN: &str = "<!-- attributes: begin -->\n";
const END: &str = "<!-- attributes: end -->";

fn attributes() -> String {
    let kind = |attribute: &Attribute| match attribute.kind() {
        ValueKind::Name => "name",
        ValueKind::Date => "date",
        ValueKind::Code => "code",
        ValueKind::Identifier => "number or mark",
        ValueKind::Mark => "yes or no",
        ValueKind::Address => "address",
    };
    let line = |attribute: &Attribute| {
        format!("| `{attribute}` | {} | {} |\n", kind(attribute), attribute.plain_name())
    };
    let lines: String = Attribute::ALL.iter().map(line).collect();
    format!("| Attribute | Kind | What it is |\n|---|---|---|\n{lines}")
}

#[test]
fn the_reference_lists_every_attribute() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(REFERENCE);
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (listed, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", attributes())).unwrap();
        return;
    }
    assert!(
        listed == attributes(),
        "docs/contracts.md is out of date: UPDATE_DOCS=1 cargo test -p redress-sources"
    );
}

/// The example of the reference is a contract.
#[test]
fn the_example_of_the_reference_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(REFERENCE);
    let text = fs::read_to_string(path).unwrap();
    let example = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let contract = Contract::from_toml(example, "docs/contracts.md").unwrap();
    assert_eq!(contract.tables()[0].sections, ["people"]);
}
