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

#[cfg(test)]
mod tests {
    use super::*;

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
