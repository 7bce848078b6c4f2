//! The report as plain text.

use super::change::{MEANING, PUBLISHED};
use super::{INVENTED, Published, ReleaseReport, ShownFigure, grouped, percent};

/// Columns of the text.
const WIDTH: usize = 100;

pub(super) fn write(report: &ReleaseReport) -> String {
    let mut text = String::new();
    head(&mut text, report);
    figures(&mut text, report);
    changes(&mut text, report);
    paragraph(&mut text, "", READING);
    not_checked(&mut text, report);
    notes(&mut text, report);
    text
}

const READING: &str = "How to read it: a difference from the published figure is a question, not an error. The published \
                       figures describe other months and were counted by others' rules; what each may mean stands on the \
                       page beside this text. Counts of 1 to 10 are not shown, nor any that would give them away; a \
                       total whose last digits would is rounded, and says \"about\". Nothing here is about anybody: no case is named, and there is no way to ask which it was.";

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

fn head(text: &mut String, report: &ReleaseReport) {
    line(text, &format!("PUBLIC CHECKS  {}", report.title));
    line(text, &"═".repeat(WIDTH));
    if report.is_invented {
        paragraph(text, "", INVENTED);
    }
    line(text, &format!("{}, describing {} (from {})", report.file, report.as_of, report.as_of_from));
    line(
        text,
        &format!(
            "{} cases; {} rows of {} tables",
            report.shown_cases(),
            grouped(report.n_rows),
            report.tables.len()
        ),
    );
    if let Some(digest) = &report.digest {
        line(text, &format!("sha256 {digest}"));
    }
}

fn figures(text: &mut String, report: &ReleaseReport) {
    let mut heading = "";
    for shown in report.shown() {
        if shown.figure.heading != heading {
            heading = shown.figure.heading;
            line(text, "");
            line(text, &row(heading, "found", "share", "published"));
            line(text, &"─".repeat(WIDTH));
        }
        figure(text, &shown);
    }
    line(text, "");
}

fn figure(text: &mut String, shown: &ShownFigure<'_>) {
    let figure = shown.figure;
    let share = shown.share.map(percent).unwrap_or_default();
    let published = figure.published.as_ref().map_or("none known".to_owned(), published_in_short);
    line(
        text,
        &row(&format!("{}  {}", figure.check, figure.asks), &shown.found.to_string(), &share, &published),
    );
    let of = shown.of.map(|of| format!("of {of} {}", figure.of_what)).unwrap_or_default();
    let under = [of, figure.published.as_ref().map(source_in_words).unwrap_or_default()];
    let under =
        under.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ");
    for part in wrapped(&under, WIDTH - 7) {
        line(text, &format!("       {part}"));
    }
}

/// The share where there is one: the count stands in the line below it.
fn published_in_short(published: &Published) -> String {
    published.share.map(percent).or(published.count.map(grouped)).unwrap_or_default()
}

fn source_in_words(published: &Published) -> String {
    let Published { source, date, .. } = published;
    match (published.share, published.count) {
        (Some(_), Some(count)) => format!("{} published by {source}, {date}", grouped(count)),
        _ => format!("published by {source}, {date}"),
    }
}

fn row(what: &str, found: &str, share: &str, published: &str) -> String {
    format!("{what:<51}{found:>15}{share:>17}{published:>17}")
}

fn changes(text: &mut String, report: &ReleaseReport) {
    let Some(changes) = &report.changes else { return };
    let heading = format!("What became of the rows of {}?", changes.before_as_of);
    let row = |what: &str, cells: [&str; 5]| {
        let [before, after, vanished, new, changed] = cells;
        format!("{what:<32}{before:>17}{after:>17}{vanished:>11}{new:>11}{changed:>12}")
    };
    line(text, &heading);
    line(text, &row("", ["before", "now", "gone", "new", "changed"]));
    line(text, &"─".repeat(WIDTH));
    for change in &changes.tables {
        let shown = change.shown();
        let [before, after, vanished, new, changed] =
            [shown.before, shown.after, shown.vanished, shown.first_seen, shown.changed]
                .map(|shown| shown.to_string());
        let what = format!("{}  {}", change.check, change.table);
        line(text, &row(&what, [&before, &after, &vanished, &new, &changed]));
    }
    paragraph(text, "", &format!("Held against {}. {MEANING} {PUBLISHED}", changes.before_file));
    line(text, "");
}

fn not_checked(text: &mut String, report: &ReleaseReport) {
    line(text, "");
    line(text, "Not checked, or only in part, and why");
    line(text, &"─".repeat(WIDTH));
    for (because, entries) in report.reasons() {
        for entry in entries {
            line(text, &format!("{}  {}", entry.check, entry.title));
        }
        paragraph(text, "       ", because);
    }
}

fn notes(text: &mut String, report: &ReleaseReport) {
    line(text, "");
    line(text, &format!("{:<30}{:>16}{:>16}", "Tables", "rows read", "announced"));
    line(text, &"─".repeat(WIDTH));
    for (name, n_rows, announced) in &report.tables {
        let announced = announced.map_or("not announced".to_owned(), grouped);
        line(text, &format!("{name:<30}{:>16}{announced:>16}", grouped(*n_rows)));
    }
    for remark in &report.remarks {
        paragraph(text, "", remark);
    }
}

/// Text over as many lines as it needs, with `before` before the first.
fn paragraph(text: &mut String, before: &str, words: &str) {
    let margin = before.chars().count();
    for (at, part) in wrapped(words, WIDTH - margin).into_iter().enumerate() {
        let before = if at == 0 { before.to_owned() } else { " ".repeat(margin) };
        line(text, &format!("{before}{part}"));
    }
}

fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
