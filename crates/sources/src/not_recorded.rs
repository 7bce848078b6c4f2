//! The ways in which sources write that they know nothing.

/// Whether a trimmed value stands for nothing: empty, all question marks, all zeros (where `zeros_count`), `N/A`,
/// `b6` and `A.2.a` (exemption marks of released files), or one of the column's own.
///
/// Source: the EOIR case data and the codebook of the Deportation Data Project, which list these values.
pub(crate) fn is_not_recorded(value: &str, zeros_count: bool, own: &[String]) -> bool {
    let all = |sign: u8| value.bytes().all(|byte| byte == sign);
    all(b'?')
        || (zeros_count && all(b'0'))
        || ["N/A", "b6", "A.2.a"].iter().any(|mark| value.eq_ignore_ascii_case(mark))
        || own.iter().any(|mark| value.eq_ignore_ascii_case(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_in_many_ways() {
        for (value, expected) in [
            ("", true),
            ("???", true),
            ("0", true),
            ("000000000", true),
            ("n/a", true),
            ("B6", true),
            ("A.2.a", true),
            ("XX", true),
            ("?1", false),
            ("0001", false),
            ("NA", false),
            ("b61", false),
        ] {
            assert_eq!(is_not_recorded(value, true, &["xx".to_owned()]), expected, "{value:?}");
        }
        assert!(!is_not_recorded("0", false, &[]));
        assert!(!is_not_recorded("XX", true, &[]));
    }
}
