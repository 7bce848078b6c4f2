//! Text in UTF-16, as some programs write messages, read as UTF-8.

use std::io::{self, Chain, Cursor, Read};

use redress_ports::ReadError;

use crate::open_file;

/// Bytes that are decoded at a time.
const CHUNK_BYTES: usize = 16 * 1024;
/// Bytes that may be left over between two chunks: half a unit, and a unit that waits for its other half.
const LEFT_OVER_BYTES_MAX: usize = 3;
const MARK_BYTES: usize = 3;

/// A text without its byte order mark, in UTF-8: what begins with the mark of UTF-16 is decoded, everything else is given as it
/// stands.
///
/// # Errors
/// [`ReadError`] when its first bytes cannot be read. A unit that is no text fails the reading of what comes after it.
pub(crate) fn as_utf8(
    mut text: impl Read + Send + 'static,
    file: &str,
) -> Result<Box<dyn Read + Send>, ReadError> {
    let mut first = Vec::with_capacity(MARK_BYTES);
    text.by_ref()
        .take(MARK_BYTES as u64)
        .read_to_end(&mut first)
        .map_err(|error| open_file::reading_failed(file, &error))?;
    let unmarked =
        |n: usize, first: Vec<u8>| Cursor::new(first.get(n..).unwrap_or_default().to_vec()).chain(text);
    Ok(match first.as_slice() {
        [0xff, 0xfe, ..] => Box::new(Utf16::new(unmarked(2, first), u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Box::new(Utf16::new(unmarked(2, first), u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf] => Box::new(unmarked(MARK_BYTES, first)),
        _ => Box::new(unmarked(0, first)),
    })
}

/// Units of UTF-16 as UTF-8.
struct Utf16<R> {
    units: Chain<Cursor<Vec<u8>>, R>,
    unit: fn([u8; 2]) -> u16,
    /// Read, and not decoded yet.
    raw: Vec<u8>,
    /// Decoded, and given up to here.
    text: Vec<u8>,
    n_given: usize,
}

impl<R: Read> Utf16<R> {
    fn new(units: Chain<Cursor<Vec<u8>>, R>, unit: fn([u8; 2]) -> u16) -> Self {
        Self { units, unit, raw: Vec::new(), text: Vec::new(), n_given: 0 }
    }

    /// Decodes the next chunk. Nothing is in `text` at the end of the file.
    fn decode(&mut self) -> io::Result<()> {
        let wrong = |what: &str| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{what}: store the message as UTF-8, or send it again"),
            )
        };
        self.text.clear();
        self.n_given = 0;
        let n_left = self.raw.len();
        self.units.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut self.raw)?;
        let is_end = self.raw.len() == n_left;
        let mut units: Vec<u16> =
            self.raw.chunks_exact(2).map(|pair| (self.unit)([pair[0], pair[1]])).collect();
        let waits = units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit));
        if is_end && (waits || self.raw.len() % 2 == 1) {
            return Err(wrong("the text ends within a character of UTF-16"));
        }
        if waits {
            units.pop();
        }
        self.raw.drain(..units.len() * 2);
        debug_assert!(self.raw.len() <= LEFT_OVER_BYTES_MAX);
        let text: Result<String, _> = char::decode_utf16(units).collect();
        self.text =
            text.map_err(|_| wrong("it begins as UTF-16, and is not UTF-16 throughout"))?.into_bytes();
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.n_given == self.text.len() {
            let n_before = self.raw.len();
            self.decode()?;
            if self.text.is_empty() && self.raw.len() <= n_before {
                return Ok(0);
            }
        }
        let n = (self.text.get(self.n_given..).unwrap_or_default()).read(buffer)?;
        self.n_given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of the bytes, or why nothing is.
    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let mut text = String::new();
        let read = as_utf8(Cursor::new(bytes.to_vec()), "m.xml").unwrap().read_to_string(&mut text);
        match expected {
            Ok(expected) => assert_eq!((read.map(|_| ()).ok(), text.as_str()), (Some(()), expected)),
            Err(reason) => assert!(read.unwrap_err().to_string().contains(reason), "{bytes:?}"),
        }
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
    }

    #[test]
    fn a_text_is_read_by_its_first_bytes() {
        for text in [
            "",
            "a",
            "Ñu 𝒜 & \u{10ffff}",
            &"𝒜".repeat(CHUNK_BYTES),
            &format!("a{}", "𝒜b".repeat(CHUNK_BYTES)),
        ] {
            check(&utf16(text, u16::to_le_bytes), Ok(text));
            check(&utf16(text, u16::to_be_bytes), Ok(text));
            check(text.as_bytes(), Ok(text));
            check(format!("\u{feff}{text}").as_bytes(), Ok(text));
        }
        check(
            &utf16("ab", u16::to_le_bytes)[..5],
            Err("the text ends within a character of UTF-16: store the message as UTF-8"),
        );
        check(&[0xff, 0xfe, 0x35, 0xd8], Err("the text ends within a character"));
        check(&[0xff, 0xfe, 0x35, 0xd8, 0x41, 0x00], Err("is not UTF-16 throughout"));
        check(&[0xfe, 0xff, 0xdc, 0x00, 0x00, 0x41], Err("is not UTF-16 throughout"));
    }
}
