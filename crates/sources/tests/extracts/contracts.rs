//! The contracts that the repository ships.

use std::fs;
use std::path::Path;

use jiff::civil::date;
use redress_ports::ReadError;
use redress_sources::Contract;

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
        ("benefits", None),
        ("border", Some((1, 1))),
        ("court", None),
        ("eoir_release", None),
        ("status", Some((1, 1))),
    ];
    assert_eq!(sources, expected.map(|(source, default)| (source.to_owned(), default)));
}
