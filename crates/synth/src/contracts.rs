//! The contracts of the five invented sources, as any office would write them.

/// Identifier of the source and text of its contract.
pub const CONTRACTS: &[(&str, &str)] = &[
    ("benefits", include_str!("../../../contracts/benefits.toml")),
    ("border", include_str!("../../../contracts/border.toml")),
    ("court", include_str!("../../../contracts/court.toml")),
    ("status", include_str!("../../../contracts/status.toml")),
    ("addresses", include_str!("../../../contracts/addresses.toml")),
];
