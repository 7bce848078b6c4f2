//! The file in which a source announces how many rows its tables have.

/// From how many rows on a difference is worth a remark: smaller ones are usual in the monthly release (practice of
/// the Deportation Data Project).
pub(crate) const DIFFERENCE_MIN: u64 = 5;

/// From which difference on, per hundred rows announced, a file that is to be stored is refused.
pub(crate) const DIFFERENCE_PERCENT_MAX: u64 = 1;

/// The rows announced for a file. Each line of the text names a table or file and a number; the last number on the
/// line counts. None when no line names it.
pub(crate) fn announced(text: &str, file: &str) -> Option<u64> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_name = |word: &str| word.eq_ignore_ascii_case(file) || word.eq_ignore_ascii_case(stem);
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ':' | ';' | '=' | '|' | '"');
    text.lines().find_map(|line| {
        let line = without_list_commas(line);
        let words: Vec<&str> = line.split(is_separator).collect();
        words.iter().any(|word| is_name(word)).then_some(())?;
        words.iter().rev().find_map(|word| word.replace(',', "").parse().ok())
    })
}

/// A comma after a digit groups thousands; any other comma separates.
fn without_list_commas(line: &str) -> String {
    let mut before = ' ';
    line.chars()
        .map(|c| {
            let is_grouping = before.is_ascii_digit();
            before = c;
            if c == ',' && !is_grouping { ' ' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_tabled() {
        let text = "Table\tRows\r\nA_TblCase.csv\t12,610,093\r\ntbl_schedule: 45183976\r\n\"tblAppeal\" 7 rows\r\nempty\r\n";
        for (file, expected) in [
            ("A_TblCase.csv", Some(12_610_093)),
            ("a_tblcase.csv", Some(12_610_093)),
            ("tbl_schedule.csv", Some(45_183_976)),
            ("tblAppeal.csv", Some(7)),
            ("empty.csv", None),
            ("B_TblProceeding.csv", None),
        ] {
            assert_eq!(announced(text, file), expected, "{file}");
        }
        assert_eq!(announced("A_TblCase,12610093\n", "A_TblCase.csv"), Some(12_610_093));
    }
}
