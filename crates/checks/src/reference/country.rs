//! Country codes that tables of two offices are known to confuse, and codes of states that are no more.
//!
//! As of 1 January 2026. Sources: ISO 3166-1 and 3166-3; the 2001 list of the USCIS releases (formats of the
//! Deportation Data Project), which maps `PALES` to Jordan and lacks South Sudan, Kosovo, Serbia and
//! Montenegro.

use jiff::civil::{Date, date};

/// Two codes that stand for different countries and are taken for each other, and why.
const CONFUSED: [(&str, &str, &str); 12] = [
    ("COD", "COG", "both are called Congo"),
    ("KOR", "PRK", "both are called Korea"),
    ("SDN", "SSD", "older lists lack South Sudan"),
    ("SRB", "XKX", "older lists lack Kosovo"),
    ("MNE", "SRB", "older lists lack Montenegro"),
    ("JOR", "PSE", "an older list maps PALES to Jordan"),
    ("GIN", "GNQ", "both are called Guinea"),
    ("GIN", "GNB", "both are called Guinea"),
    ("DMA", "DOM", "Dominica and the Dominican Republic"),
    ("NER", "NGA", "Niger and Nigeria"),
    ("AUS", "AUT", "Australia and Austria"),
    ("SVK", "SVN", "Slovakia and Slovenia"),
];

/// A code whose state has ended, with the last day of the state and its name.
const ENDED: [(&str, Date, &str); 6] = [
    ("SUN", date(1991, 12, 26), "the Soviet Union"),
    ("YUG", date(2003, 2, 4), "Yugoslavia"),
    ("SCG", date(2006, 6, 5), "Serbia and Montenegro"),
    ("CSK", date(1992, 12, 31), "Czechoslovakia"),
    ("DDR", date(1990, 10, 3), "the German Democratic Republic"),
    ("YMD", date(1990, 5, 22), "Democratic Yemen"),
];

/// Why two codes are taken for each other. None where they are equal or no list confuses them.
pub(crate) fn confused(a: &str, b: &str) -> Option<&'static str> {
    let pair = |(one, two, _): &&(&str, &str, &str)| (*one == a && *two == b) || (*one == b && *two == a);
    CONFUSED.iter().find(pair).map(|(_, _, why)| *why)
}

/// The last day of a state that has ended, and its name. None where the state goes on or is unknown.
pub(crate) fn ended(code: &str) -> Option<(Date, &'static str)> {
    ENDED.iter().find(|(ended, _, _)| *ended == code).map(|(_, on, name)| (*on, *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_confused_both_ways_and_never_with_themselves() {
        for (a, b, _) in CONFUSED {
            assert!(a < b, "{a} {b}");
            assert_eq!(confused(a, b), confused(b, a));
            assert!(confused(a, a).is_none() && confused(b, b).is_none());
            assert!(ended(a).is_none() && ended(b).is_none());
        }
        assert!(confused("MEX", "GTM").is_none());
    }
}
