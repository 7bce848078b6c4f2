//! Numbers of bytes as people write them.

/// Reads a number of bytes: digits, alone or followed by K, M, G or T, then an optional `B` or `iB`; a K is 1,024 bytes.
///
/// # Errors
/// Text for the user when it is anything else, or too large.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is no number of bytes: write 536870912, 512M or 4GiB");
    let upper = text.trim().to_ascii_uppercase();
    let digits = upper.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = upper[digits.len()..].trim_end_matches('B').trim_end_matches('I');
    let factor: u64 = match unit {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return Err(wrong()),
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(factor).ok_or_else(wrong)
}

/// A number of bytes in the unit in which a limit was typed, as far as its value tells: the largest of which it is a whole
/// number. One digit behind the point, rounded up, so that what exceeds the limit never reads as less.
pub(crate) fn beside(n_bytes: u64, limit: u64) -> String {
    let units = [("T", 1u64 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)];
    let Some((unit, factor)) =
        units.into_iter().find(|(_, factor)| limit > 0 && limit.is_multiple_of(*factor))
    else {
        return format!("{n_bytes} bytes");
    };
    let tenths = u128::from(n_bytes) * 10;
    let tenths = tenths.div_ceil(u128::from(factor));
    match tenths % 10 {
        0 => format!("{}{unit}", tenths / 10),
        rest => format!("{}.{rest}{unit}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_in_the_unit_of_the_limit() {
        for (n_bytes, limit, text) in [
            (44 << 20, 44 << 20, "44M"),
            ((44 << 20) + 1, 44 << 20, "44.1M"),
            (536_870_912, 536_870_912, "512M"),
            (3 << 29, 4 << 30, "1.5G"),
            (1_000, 999, "1000 bytes"),
            (5_000, 4_096, "4.9K"),
            (7, 0, "7 bytes"),
        ] {
            assert_eq!(beside(n_bytes, limit), text, "{n_bytes} beside {limit}");
        }
    }

    #[test]
    fn reads_as_tabled() {
        for (text, bytes) in [
            ("536870912", Some(536_870_912)),
            ("512M", Some(512 << 20)),
            ("512 mb", Some(512 << 20)),
            ("4GiB", Some(4 << 30)),
            ("", None),
            ("M", None),
            ("-1", None),
            ("5X", None),
            ("99999999999T", None),
        ] {
            assert_eq!(parse(text).ok(), bytes, "{text}");
        }
    }
}
