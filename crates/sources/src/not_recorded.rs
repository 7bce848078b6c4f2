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

/// Whether a trimmed value is the publisher's mark that it withheld the value, by an exemption of 5 U.S.C. 552(b): `b(6)`,
/// `(b)(6)`, `b(6), b(7)c` and the like. Withheld is another thing than not recorded.
pub(crate) fn is_withheld_by_publisher(value: &str) -> bool {
    let mut signs = value.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_lowercase());
    let head: [Option<u8>; 5] = std::array::from_fn(|_| signs.next());
    match head {
        [Some(b'b'), Some(b'('), Some(digit), ..]
        | [Some(b'('), Some(b'b'), Some(b')'), Some(b'('), Some(digit)] => digit.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withheld_is_told_from_words() {
        for (value, expected) in [
            ("b(6)", true),
            ("b(6), b(7)C", true),
            ("(b)(6)", true),
            ("(B) (7)(c)", true),
            ("b6", false),
            ("(b)", false),
            ("b(x)", false),
            ("Baker (6)", false),
            ("", false),
        ] {
            assert_eq!(is_withheld_by_publisher(value), expected, "{value:?}");
        }
    }

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
