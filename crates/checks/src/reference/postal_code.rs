//! The state of a postal code, by its first three digits.
//!
//! As of 1 January 2026. Source: Domestic Mail Manual, labeling list L002 (3-digit ZIP Code prefix matrix) of the
//! United States Postal Service. A prefix that serves two states, and one of the armed forces, has no state here.

/// The first and the last prefix of a range, and the state that it lies in.
const RANGES: [(u16, u16, &str); 68] = [
    (6, 7, "PR"),
    (8, 8, "VI"),
    (9, 9, "PR"),
    (10, 27, "MA"),
    (28, 29, "RI"),
    (30, 38, "NH"),
    (39, 49, "ME"),
    (50, 54, "VT"),
    (55, 55, "MA"),
    (56, 59, "VT"),
    (60, 62, "CT"),
    (64, 69, "CT"),
    (70, 89, "NJ"),
    (100, 149, "NY"),
    (150, 196, "PA"),
    (197, 199, "DE"),
    (200, 200, "DC"),
    (201, 201, "VA"),
    (202, 205, "DC"),
    (206, 219, "MD"),
    (220, 246, "VA"),
    (247, 268, "WV"),
    (270, 289, "NC"),
    (290, 299, "SC"),
    (300, 319, "GA"),
    (320, 339, "FL"),
    (341, 349, "FL"),
    (350, 369, "AL"),
    (370, 385, "TN"),
    (386, 397, "MS"),
    (398, 399, "GA"),
    (400, 427, "KY"),
    (430, 459, "OH"),
    (460, 479, "IN"),
    (480, 499, "MI"),
    (500, 528, "IA"),
    (530, 549, "WI"),
    (550, 567, "MN"),
    (570, 577, "SD"),
    (580, 588, "ND"),
    (590, 599, "MT"),
    (600, 629, "IL"),
    (630, 658, "MO"),
    (660, 679, "KS"),
    (680, 693, "NE"),
    (700, 714, "LA"),
    (716, 729, "AR"),
    (730, 732, "OK"),
    (733, 733, "TX"),
    (734, 749, "OK"),
    (750, 799, "TX"),
    (800, 816, "CO"),
    (820, 831, "WY"),
    (832, 833, "ID"),
    (835, 838, "ID"),
    (840, 847, "UT"),
    (850, 860, "AZ"),
    (863, 864, "AZ"),
    (870, 884, "NM"),
    (885, 885, "TX"),
    (889, 898, "NV"),
    (900, 961, "CA"),
    (968, 968, "HI"),
    (970, 979, "OR"),
    (980, 985, "WA"),
    (986, 986, "WA"),
    (988, 993, "WA"),
    (995, 999, "AK"),
];

/// Digits of a prefix.
const PREFIX_DIGITS: usize = 3;

/// Digits of a postal code, at least.
const DIGITS_MIN: usize = 5;

/// The state that a postal code lies in. None when the code has no five digits or its prefix has no one state.
pub(crate) fn state_of(postal_code: &str) -> Option<&'static str> {
    let n_digits = postal_code.bytes().take_while(u8::is_ascii_digit).count();
    let prefix: u16 = postal_code.get(..PREFIX_DIGITS).filter(|_| n_digits >= DIGITS_MIN)?.parse().ok()?;
    RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&prefix)).map(|(_, _, state)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_lie_in_their_state() {
        for (postal_code, state) in [
            ("77001", Some("TX")),
            ("02118-1234", Some("MA")),
            ("00680", Some("PR")),
            ("79901", Some("TX")),
            ("87532", Some("NM")),
            ("06390", None),
            ("96201", None),
            ("7700", None),
            ("", None),
            ("ABCDE", None),
            ("é2345", None),
        ] {
            assert_eq!(state_of(postal_code), state, "{postal_code}");
        }
    }

    #[test]
    fn no_prefix_lies_in_two_ranges() {
        for prefix in 0..1000_u16 {
            let ranges = RANGES.iter().filter(|(first, last, _)| (*first..=*last).contains(&prefix));
            assert!(ranges.count() <= 1, "{prefix}");
        }
    }
}
