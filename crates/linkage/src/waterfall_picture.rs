//! The account of a pair as a self-contained SVG: bars to the right speak for one person, to the left against.
//!
//! Labels stand in a column of their own, are wrapped at words and make their row as high as they need, so that none
//! overlaps another or a bar, however long it is.

use std::fmt::Write as _;

use crate::chart::{AGAINST, FOR, NEUTRAL};
use crate::own_words::printable;
use crate::waterfall::{Waterfall, escaped};
use crate::waterfall_words::{percent, signed};

/// Width of the picture, and where its columns begin.
const WIDTH: f64 = 780.0;
const BARS_FROM: f64 = 316.0;
const BARS_TO: f64 = 700.0;
/// Letters of a line of a label; a letter of East Asian script takes the room of two.
const LINE_LETTERS: usize = 44;
/// Letters of a line of the heading.
const HEADING_LETTERS: usize = 110;
/// Lines of the heading: whose records, and what the run made of them.
const RECORDS_LINES_MAX: usize = 2;
const OUTCOME_LINES_MAX: usize = 6;
/// Lines of a label: the attribute, what both say of it, and what was found.
const NAME_LINES_MAX: usize = 2;
const QUOTES_LINES_MAX: usize = 2;
const LEVEL_LINES_MAX: usize = 3;
/// Letters of a value in the picture.
const QUOTED_CHARS_MAX: usize = 32;
const LINE_HEIGHT: f64 = 15.0;
const BAR_HEIGHT: f64 = 16.0;
const ROW_GAP: f64 = 10.0;

/// What stands above the picture.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The names of the two records.
    pub records: [&'a str; 2],
    /// What was made of them, in a sentence.
    pub outcome: &'a str,
}

/// One row of the picture.
struct Row {
    name: Vec<String>,
    /// What the records say, and what was found.
    level: Vec<String>,
    from: f64,
    to: f64,
    bits: Option<f64>,
}

impl Heading<'_> {
    /// The lines of the heading, and whether each is of the records' names.
    fn lines(&self) -> Vec<(String, bool)> {
        let [l, r] = self.records;
        let records = wrapped(&printable(&format!("{l} and {r}")), HEADING_LETTERS, RECORDS_LINES_MAX);
        let outcome = wrapped(&printable(self.outcome), HEADING_LETTERS, OUTCOME_LINES_MAX);
        records
            .into_iter()
            .map(|line| (line, true))
            .chain(outcome.into_iter().map(|line| (line, false)))
            .collect()
    }

    fn draw(&self, svg: &mut String) {
        for (idx, (line, is_of_records)) in self.lines().iter().enumerate() {
            let style = if *is_of_records { "font-weight=\"600\" font-size=\"14\"" } else { "" };
            let y = ROW_GAP + 12.0 + idx as f64 * LINE_HEIGHT;
            let _ = write!(svg, "<text x=\"8\" y=\"{y:.1}\" {style}>{}</text>", escaped(line));
        }
    }

    fn height(&self) -> f64 {
        self.lines().len() as f64 * LINE_HEIGHT + 2.0 * ROW_GAP
    }
}

impl Waterfall {
    /// The account as a self-contained SVG picture below a heading.
    #[must_use]
    pub fn to_svg(&self, heading: &Heading<'_>) -> String {
        let rows = self.rows();
        let ends = || rows.iter().flat_map(|row| [row.from, row.to]);
        let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
        let x = |bits: f64| BARS_FROM + (bits - low) / (high - low).max(1.0) * (BARS_TO - BARS_FROM);
        let top = heading.height();
        let height = top + rows.iter().map(|row| row.height() + ROW_GAP).sum::<f64>() + ROW_GAP + LINE_HEIGHT;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" \
             font-family=\"system-ui,sans-serif\" font-size=\"12\" fill=\"#1c2127\"><title>{}</title>\
             <rect width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"#fff\"/>",
            escaped(&format!("{} {}", printable(heading.outcome), self.sum()))
        );
        heading.draw(&mut svg);
        let _ = write!(
            svg,
            "<line x1=\"{zero:.1}\" x2=\"{zero:.1}\" y1=\"{top:.1}\" y2=\"{:.1}\" stroke=\"#aab3bf\" stroke-dasharray=\"3 3\"/>\
             <text x=\"{WIDTH}\" dx=\"-8\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{NEUTRAL}\">bits, each of which doubles the odds; right \
             for one person, left against; dashed: even odds</text>",
            height - LINE_HEIGHT - 4.0,
            height - 5.0,
            zero = x(0.0)
        );
        draw_rows(&mut svg, &rows, top, &x);
        svg.push_str("</svg>");
        svg
    }

    fn rows(&self) -> Vec<Row> {
        let mut at = self.prior_bits;
        let mut rows = vec![Row {
            name: vec!["before anything is compared".to_owned()],
            level: vec!["two records taken at random".to_owned()],
            from: 0.0,
            to: at,
            bits: Some(at),
        }];
        for step in &self.steps {
            rows.push(Row {
                name: wrapped(&step.attribute(), LINE_LETTERS, NAME_LINES_MAX),
                level: [
                    wrapped(&step.quotes(QUOTED_CHARS_MAX), LINE_LETTERS, QUOTES_LINES_MAX),
                    wrapped(&step.level, LINE_LETTERS, LEVEL_LINES_MAX),
                ]
                .concat(),
                from: at,
                to: at + step.bits,
                bits: (!step.is_null).then_some(step.bits),
            });
            at += step.bits;
        }
        rows.push(Row {
            name: vec!["together".to_owned()],
            level: [
                vec![format!("probability {}", percent(self.match_probability))],
                self.interval().map_or_else(Vec::new, |text| wrapped(&text, LINE_LETTERS, LEVEL_LINES_MAX)),
            ]
            .concat(),
            from: 0.0,
            to: self.total_bits,
            bits: Some(self.total_bits),
        });
        rows
    }
}

/// The rows below each other, each joined to the next where that begins where it ends.
fn draw_rows(svg: &mut String, rows: &[Row], top: f64, x: &impl Fn(f64) -> f64) {
    let mut y = top;
    for (idx, row) in rows.iter().enumerate() {
        let next = rows.get(idx + 1).filter(|next| next.from == row.to && idx + 2 < rows.len());
        row.draw(svg, y, x);
        if next.is_some() {
            let _ = write!(
                svg,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#aab3bf\"/>",
                y + BAR_HEIGHT,
                y + row.height() + ROW_GAP,
                at = x(row.to)
            );
        }
        y += row.height() + ROW_GAP;
    }
}

impl Row {
    fn height(&self) -> f64 {
        ((self.name.len() + self.level.len()) as f64 * LINE_HEIGHT).max(BAR_HEIGHT)
    }

    fn draw(&self, svg: &mut String, y: f64, x: &impl Fn(f64) -> f64) {
        let lines = self.name.iter().map(|line| (line, "font-weight=\"600\"".to_owned()));
        let lines = lines.chain(self.level.iter().map(|line| (line, format!("fill=\"{NEUTRAL}\""))));
        for (idx, (line, style)) in lines.enumerate() {
            let _ = write!(
                svg,
                "<text x=\"8\" y=\"{:.1}\" {style}>{}</text>",
                y + 12.0 + idx as f64 * LINE_HEIGHT,
                escaped(line)
            );
        }
        let text = self.bits.map_or_else(|| "nothing".to_owned(), signed);
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            WIDTH - 8.0,
            y + 12.0
        );
        let (from, to) = (x(self.from.min(self.to)), x(self.from.max(self.to)));
        let color = match self.bits {
            Some(bits) if bits > 0.0 => FOR,
            Some(_) => AGAINST,
            None => NEUTRAL,
        };
        let _ = write!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR_HEIGHT}\" rx=\"2\" fill=\"{color}\"/>",
            (to - from).max(1.5)
        );
    }
}

/// A text in lines that fit, broken at spaces and, in words that are too long, anywhere; cut after so many lines.
fn wrapped(text: &str, line_letters: usize, lines_max: usize) -> Vec<String> {
    let room = |line: &str| line.chars().map(letters).sum::<usize>();
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = word.to_owned();
        loop {
            let line = lines.last().cloned().unwrap_or_default();
            let space = usize::from(!line.is_empty());
            if room(&line) + space + room(&word) <= line_letters {
                let joined = if line.is_empty() { word } else { format!("{line} {word}") };
                lines.pop();
                lines.push(joined);
                break;
            }
            if room(&word) <= line_letters {
                lines.push(word);
                break;
            }
            let mut taken = 0;
            let fits = |c: &char| {
                taken += letters(*c);
                taken <= line_letters
            };
            let part: String = word.chars().take_while(fits).collect();
            word = word.chars().skip(part.chars().count()).collect();
            if line.is_empty() {
                lines.pop();
            }
            lines.push(part);
        }
    }
    if lines.len() > lines_max {
        lines.truncate(lines_max);
        if let Some(last) = lines.last_mut() {
            while room(last) + 1 > line_letters {
                last.pop();
            }
            last.push('…');
        }
    }
    lines
}

/// The room of a letter, in Latin letters.
const fn letters(c: char) -> usize {
    if c as u32 >= 0x1100 { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::mixture::Relation;
    use crate::waterfall::Step;
    use proptest::prelude::*;

    const HEADING: Heading<'_> = Heading { records: ["a/1", "<b>\u{1b}"], outcome: "Kept apart." };

    fn waterfall(level: &str, comparison: &str, bits: f64) -> Waterfall {
        let step = Step {
            comparison: comparison.to_owned(),
            kind: Kind::Text,
            bearers: None,
            value_l: Some("a".to_owned()),
            value_r: Some("b".to_owned()),
            words: None,
            level: level.to_owned(),
            is_null: false,
            is_agreed: bits > 0.0,
            m: 0.5,
            u: 0.5,
            bits,
            bits_alone: bits,
            rival: Relation::Strangers,
        };
        let steps = vec![step.clone(), step];
        Waterfall {
            prior_bits: -10.0,
            steps,
            total_bits: -10.0 + 2.0 * bits,
            match_probability: 0.5,
            reliability: Some((0.4, 1.0)),
            n_labels: 0,
        }
    }

    proptest! {
        #[test]
        fn every_line_fits_its_column(text in "[a-z王 ]{0,300}", lines_max in 1usize..4) {
            let lines = wrapped(&text, LINE_LETTERS, lines_max);
            prop_assert!(lines.len() <= lines_max);
            for line in &lines {
                prop_assert!(line.chars().map(letters).sum::<usize>() <= LINE_LETTERS + 1, "{line}");
            }
        }

        #[test]
        fn labels_stand_below_each_other(level in "[a-z ]{1,200}", comparison in "[a-z_]{1,80}", bits in -30.0f64..30.0) {
            let svg = waterfall(&level, &comparison, bits).to_svg(&HEADING);
            let labels = svg.split("<text x=\"8\" y=\"").skip(1);
            let places: Vec<f64> = labels.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
            prop_assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= LINE_HEIGHT - 0.11), "{places:?}");
            prop_assert!(!svg.contains("NaN"));
        }
    }

    #[test]
    fn nothing_from_a_file_becomes_markup() {
        let svg = waterfall("<script>", "a&b", 3.0).to_svg(&HEADING);
        assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"));
        for shown in ["a/1 and &lt;b&gt;\u{fffd}", "Kept apart.", "“a” · “b”", "95 % interval 40 % to 100 %"]
        {
            assert!(svg.contains(shown), "{shown} is not in {svg}");
        }
    }
}
