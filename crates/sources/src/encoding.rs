//! The encodings in which sources write text.

use serde::Deserialize;

/// An encoding that a contract can declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    /// As the WHATWG Encoding Standard has it, except that the five bytes without a letter are invalid.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// Windows-1252 from 0x80 to 0x9F. The rest is the same as Unicode's first 256 code points. A NUL stands for the
/// five bytes that the code page leaves undefined.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

impl Encoding {
    /// The name as contracts write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The encoding that contracts write so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Utf8, Self::Windows1252].into_iter().find(|encoding| encoding.name() == name)
    }

    /// Appends `bytes` as text.
    ///
    /// # Errors
    /// Position of the first invalid byte, from 1; `text` may then hold what came before it.
    pub(crate) fn push(self, bytes: &[u8], text: &mut String) -> Result<(), usize> {
        match self {
            // Most cells are plain: they are text in both, and need no look at each byte.
            _ if bytes.is_ascii() => text.push_str(std::str::from_utf8(bytes).unwrap_or_default()),
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(valid) => text.push_str(valid),
                Err(error) => return Err(error.valid_up_to() + 1),
            },
            Self::Windows1252 => {
                for (idx, byte) in bytes.iter().enumerate() {
                    text.push(windows_1252(*byte).ok_or(idx + 1)?);
                }
            }
        }
        Ok(())
    }
}

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9F => HIGH.get(usize::from(byte - 0x80)).copied().filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_text_or_name_the_first_that_does_not() {
        for (encoding, bytes, expected) in [
            (Encoding::Utf8, &b"NU\xc3\x91EZ"[..], Ok("NUÑEZ")),
            (Encoding::Utf8, b"NU\xd1EZ", Err(3)),
            (Encoding::Utf8, b"NU\xc3", Err(3)),
            (Encoding::Windows1252, b"NU\xd1EZ", Ok("NUÑEZ")),
            (Encoding::Windows1252, b"O\x92BRIEN \x80", Ok("O’BRIEN €")),
            (Encoding::Windows1252, b"A\x81", Err(2)),
            (Encoding::Windows1252, b"\x9fa\xff", Ok("Ÿaÿ")),
            (Encoding::Windows1252, b"", Ok("")),
        ] {
            let mut text = String::new();
            let pushed = encoding.push(bytes, &mut text);
            assert_eq!(pushed.map(|()| text.as_str()), expected, "{encoding:?} {bytes:?}");
        }
    }
}
