//! Whether a key stands twice in one file.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

/// Most keys of one file that are checked, at about 40 bytes each. Rows after it are read, and a remark says how many
/// were not checked.
pub const KEYS_MAX: usize = 20_000_000;

/// The keys seen, each as a hash of 64 bits with its line. Two different keys of a full check have the same hash with
/// a probability of one in 90,000.
#[derive(Default)]
pub(crate) struct KeyCheck {
    lines: HashMap<u64, u64>,
    n_unchecked: u64,
}

impl KeyCheck {
    /// Notes a key. Answers the line where it stood before.
    pub(crate) fn note(&mut self, key: &str, line: u64) -> Option<u64> {
        if self.lines.len() >= KEYS_MAX {
            self.n_unchecked += 1;
            return None;
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(key.as_bytes());
        let before = self.lines.insert(hasher.finish(), line);
        if let Some(first) = before {
            self.lines.insert(hasher.finish(), first);
        }
        before
    }

    /// How many keys came after the limit.
    pub(crate) fn n_unchecked(&self) -> u64 {
        self.n_unchecked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_two_equal_keys_is_told_the_line_of_the_first() {
        let mut keys = KeyCheck::default();
        let found: Vec<_> = [("A", 2), ("B", 3), ("A", 4), ("a", 5), ("A", 6)]
            .iter()
            .map(|(key, line)| keys.note(key, *line))
            .collect();
        assert_eq!(found, [None, None, Some(2), None, Some(2)]);
    }
}
