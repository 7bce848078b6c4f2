//! The lines of a file, one at a time and never longer than a limit.

use std::io::{BufRead, BufReader, Read};

use redress_ports::ReadError;

use crate::open_file;

/// Longest line of a file, in bytes, its end not counted. A longer one is an error of the input: nothing that an
/// office extracts comes near it, and a line must fit in memory.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

const BUFFER_BYTES: usize = 256 * 1024;

/// Lines with their numbers from 1. Line feeds end a line, a carriage return before one belongs to it; NUL bytes
/// are taken out and counted.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    file: String,
    n_lines: u64,
    n_nul_bytes: u64,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: R, file: &str) -> Self {
        let input = BufReader::with_capacity(BUFFER_BYTES, input);
        Self { input, file: file.to_owned(), n_lines: 0, n_nul_bytes: 0 }
    }

    pub(crate) fn n_nul_bytes(&self) -> u64 {
        self.n_nul_bytes
    }

    /// Reads the next line into `line` and answers its number. None at the end of the file.
    pub(crate) fn next_line(&mut self, line: &mut Vec<u8>) -> Result<Option<u64>, ReadError> {
        line.clear();
        let number = self.n_lines + 1;
        // Room for a carriage return and a line feed after the longest line.
        let room = LINE_BYTES_MAX as u64 + 2;
        let n_read = self
            .input
            .by_ref()
            .take(room)
            .read_until(b'\n', line)
            .map_err(|error| self.failed(number, &error))?;
        if n_read == 0 {
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if line.len() > LINE_BYTES_MAX {
            return Err(self.too_long(number));
        }
        self.n_lines = number;
        self.take_nul_bytes_out(line);
        if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        Ok(Some(number))
    }

    fn take_nul_bytes_out(&mut self, line: &mut Vec<u8>) {
        if line.contains(&0) {
            let before = line.len();
            line.retain(|byte| *byte != 0);
            self.n_nul_bytes += (before - line.len()) as u64;
        }
    }

    fn too_long(&self, line: u64) -> ReadError {
        ReadError::Input(format!(
            "{}, line {line}: longer than {LINE_BYTES_MAX} bytes (16 MiB), the limit for a line: check that the \
             file is text and has line ends",
            self.file
        ))
    }

    fn failed(&self, line: u64, error: &std::io::Error) -> ReadError {
        open_file::reading_failed(&format!("{}, line {line}", self.file), error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &[&str], n_nul_bytes: u64) {
        let mut lines = Lines::new(bytes, "f.csv");
        let (mut line, mut found) = (Vec::new(), Vec::new());
        while let Some(number) = lines.next_line(&mut line).unwrap() {
            assert_eq!(number, found.len() as u64 + 1);
            found.push(String::from_utf8(line.clone()).unwrap());
        }
        assert_eq!(found, expected, "{bytes:?}");
        assert_eq!(lines.n_nul_bytes(), n_nul_bytes, "{bytes:?}");
    }

    #[test]
    fn lines_end_as_tabled() {
        check(b"", &[], 0);
        check(b"a", &["a"], 0);
        check(b"a\n", &["a"], 0);
        check(b"a\r\nb\n\nc\r", &["a", "b", "", "c"], 0);
        check(b"a\rb\n", &["a\rb"], 0);
        check(b"\xef\xbb\xbfa\nb", &["a", "b"], 0);
        check(b"a\0b\0\n\0\n", &["ab", ""], 3);
    }

    /// A line of two gigabytes, made as it is read. Answers how many bytes were asked for.
    struct Endless {
        n_given: u64,
    }

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = (buffer.len() as u64).min((2 << 30) - self.n_given) as usize;
            buffer[..n].fill(b'x');
            self.n_given += n as u64;
            Ok(n)
        }
    }

    #[test]
    fn a_line_of_two_gigabytes_is_refused_after_sixteen_megabytes() {
        let input = b"id\n".chain(Endless { n_given: 0 });
        let mut lines = Lines::new(input, "long.csv");
        let mut line = Vec::new();
        assert_eq!(lines.next_line(&mut line), Ok(Some(1)));
        let error = lines.next_line(&mut line).unwrap_err();
        assert_eq!(
            error,
            ReadError::Input(
                "long.csv, line 2: longer than 16777216 bytes (16 MiB), the limit for a line: check that the \
                 file is text and has line ends"
                    .to_owned()
            )
        );
        let (_, endless) = lines.input.get_ref().get_ref();
        assert!(endless.n_given < 20 << 20, "{} bytes were read", endless.n_given);
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_read() {
        let long = vec![b'x'; LINE_BYTES_MAX];
        let mut line = Vec::new();
        for end in ["", "\n", "\r\n"] {
            let bytes = [&long[..], end.as_bytes(), b"y"].concat();
            let mut lines = Lines::new(&bytes[..bytes.len() - usize::from(end.is_empty())], "f");
            assert_eq!(lines.next_line(&mut line), Ok(Some(1)), "{end:?}");
            assert_eq!(line.len(), LINE_BYTES_MAX, "{end:?}");
        }
        let bytes = [&long[..], b"y\n"].concat();
        assert!(Lines::new(&bytes[..], "f").next_line(&mut line).is_err());
    }
}
