//! What passed and what failed, read off the closing lines of the test runners.

use std::fmt;

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Counts {
    /// Adds what a closing line says; any other line adds nothing. Three runners are known:
    ///
    /// ```text
    /// Summary [   0.031s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 3 skipped    cargo nextest
    /// test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out              cargo test --doc
    /// 41 passed, 0 failed                                                                     tests/browser
    /// ```
    pub(crate) fn read_line(&mut self, line: &str) {
        let line = line.trim();
        let Some(list) = ["tests run:", "test run:", "test result: ok.", "test result: FAILED."]
            .iter()
            .find_map(|mark| line.split_once(mark).map(|(_, list)| list))
            .or_else(|| line.starts_with(|first: char| first.is_ascii_digit()).then_some(line))
        else {
            return;
        };
        for item in list.split([',', ';']) {
            let Some((number, what)) = item.trim().split_once(' ') else { return };
            let Ok(number) = number.parse::<u64>() else { return };
            match what.split(" (").next().unwrap_or(what) {
                "passed" => self.passed += number,
                "failed" | "timed out" | "exec failed" => self.failed += number,
                "skipped" | "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_three_runners_are_read() {
        for (line, passed, failed, skipped) in [
            ("     Summary [   0.031s] 2 tests run: 2 passed, 0 skipped", 2, 0, 0),
            ("     Summary [  12.3s] 1 test run: 1 passed (1 slow), 4 skipped", 1, 0, 4),
            ("Summary [1s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 3 skipped", 6, 3, 3),
            ("Summary [1s] 3/9 tests run: 2 passed, 1 failed, 0 skipped", 2, 1, 0),
            (
                "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.4s",
                3,
                0,
                1,
            ),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", 3, 2, 0),
            ("41 passed, 2 failed", 41, 2, 0),
            ("        PASS [   0.004s] redress-tlog note::tests::a_note_is_read", 0, 0, 0),
            ("2 of 5 pages walked", 0, 0, 0),
            ("", 0, 0, 0),
        ] {
            let mut counts = Counts::default();
            counts.read_line(line);
            assert_eq!(counts, Counts { passed, failed, skipped }, "{line}");
        }
    }
}
