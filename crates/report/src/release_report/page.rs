//! The report as one page.

use std::fmt::Write as _;

use super::change::{MEANING, PUBLISHED};
use super::{INVENTED, Published, ReleaseReport, ShownFigure, grouped, percent, published_in_words};

/// The least share that is drawn.
const DRAWN_FROM: f64 = 0.01;

const STYLE: &str = include_str!("page.css");

pub(super) fn write(report: &ReleaseReport) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>Public checks: {}</title><style>{STYLE}</style></head><body><main>\n",
        escaped(&report.title)
    );
    head(&mut page, report);
    let shown = report.shown();
    let mut rest = shown.as_slice();
    while let Some(first) = rest.first() {
        let n = rest.iter().take_while(|other| other.figure.heading == first.figure.heading).count();
        let (group, after) = rest.split_at(n);
        table(&mut page, group);
        rest = after;
    }
    changes(&mut page, report);
    not_checked(&mut page, report);
    tables(&mut page, report);
    page.push_str("</main></body></html>\n");
    page
}

fn add(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = page.write_fmt(text);
}

fn head(page: &mut String, report: &ReleaseReport) {
    page.push_str("<h1>Public checks</h1>");
    if report.is_invented {
        add(page, format_args!("<p class=\"invented\"><strong>{INVENTED}</strong></p>\n"));
    }
    add(
        page,
        format_args!(
            "<p class=\"lead\">What <b>{}</b> shows of itself, without anybody's name: counts, beside \
             figures that others published. A difference is a question, not an error: the published figures describe other \
             months and were counted by others' rules. What each may mean stands below it.</p>\n<dl class=\"facts\">",
            escaped(&report.title)
        ),
    );
    let digest = report.digest.as_ref().map(|digest| ("SHA-256", format!("<code>{digest}</code>")));
    let facts = [
        ("Release", escaped(&report.file)),
        ("Describes", format!("{} <small>from {}</small>", escaped(&report.as_of), report.as_of_from)),
        ("Cases", report.shown_cases().to_string()),
        ("Rows read", format!("{} <small>of {} tables</small>", grouped(report.n_rows), report.tables.len())),
    ];
    for (term, fact) in facts.into_iter().chain(digest) {
        add(page, format_args!("<div><dt>{term}</dt><dd>{fact}</dd></div>"));
    }
    page.push_str(
        "</dl>\n<p class=\"note\">Only counts stand here. Numbers of 1 to 10 are not shown, nor any that would give them away: a total \
         whose last digits would is rounded, and says <i>about</i>. \
         No case is named, and there is no way to ask which it was. Nothing here starts, plans or speeds up anything against \
         anybody.</p>\n<p class=\"key\"><svg viewBox=\"0 0 12 6\" aria-hidden=\"true\"><rect class=\"found\" width=\"12\" height=\"6\"/></svg> \
         found <svg viewBox=\"0 0 12 6\" aria-hidden=\"true\"><rect class=\"published\" width=\"12\" height=\"6\"/></svg> published, from 0 to \
         100 %</p>\n",
    );
}

fn table(page: &mut String, group: &[ShownFigure<'_>]) {
    let heading = group.first().map_or("", |shown| shown.figure.heading);
    add(
        page,
        format_args!(
            "<section><h2>{heading}</h2><div class=\"wide\"><table><caption>{heading}</caption><thead><tr><th \
             scope=\"col\">Check</th><th scope=\"col\">Question</th><th scope=\"col\" class=\"n\">Found</th><th scope=\"col\" \
             class=\"n\">Of</th><th scope=\"col\" class=\"n\">Share</th><th scope=\"col\">Published by others</th></tr></thead><tbody>\n",
        ),
    );
    for shown in group {
        figure(page, shown);
    }
    page.push_str("</tbody></table></div></section>\n");
}

fn figure(page: &mut String, shown: &ShownFigure<'_>) {
    let figure = shown.figure;
    let of = shown.of.map(|of| format!("{of}<br><small>{}</small>", figure.of_what)).unwrap_or_default();
    let share = shown.share.map(percent).unwrap_or_default();
    add(
        page,
        format_args!(
            "<tr><td class=\"id\">{}</td><th scope=\"row\">{}<details><summary>What it may mean</summary><p>{}</p></details></th><td \
             class=\"n\" data-label=\"Found\">{}</td><td class=\"n\" data-label=\"Of\">{of}</td><td class=\"n\" \
             data-label=\"Share\">{share}{}</td><td data-label=\"Published by others\">{}</td></tr>\n",
            figure.check,
            escaped(figure.asks),
            escaped(figure.meaning),
            shown.found,
            bars(shown),
            published(figure.published.as_ref()),
        ),
    );
}

/// Two bars, one above the other: found and published, from 0 to 100 %. Drawn only where both are shares of one in a
/// hundred or more; the numbers stand beside them.
fn bars(shown: &ShownFigure<'_>) -> String {
    let published = shown.figure.published.as_ref().and_then(|published| published.share);
    let (Some(found), Some(published)) = (shown.share, published) else { return String::new() };
    if found.max(published) < DRAWN_FROM {
        return String::new();
    }
    format!(
        "<svg class=\"bars\" viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"found\" \
         width=\"{:.1}\" height=\"6\"/><rect class=\"published\" y=\"8\" width=\"{:.1}\" height=\"6\"/></svg>",
        100.0 * found,
        100.0 * published
    )
}

fn published(published: Option<&Published>) -> String {
    let Some(figure) = published else {
        return "<span class=\"soft\">no figure that we know of</span>".to_owned();
    };
    format!(
        "{}<br><small>{}, {}</small>",
        published_in_words(figure),
        escaped(figure.source),
        escaped(figure.date)
    )
}

fn changes(page: &mut String, report: &ReleaseReport) {
    let Some(changes) = &report.changes else { return };
    add(
        page,
        format_args!(
            "<section><h2>What became of the rows of {}?</h2><p>Held against <b>{}</b>. {MEANING} {PUBLISHED}</p><div \
             class=\"wide\"><table><caption>Rows first seen, changed and no longer there</caption><thead><tr><th \
             scope=\"col\">Check</th><th scope=\"col\">Table</th><th scope=\"col\" class=\"n\">Before</th><th scope=\"col\" \
             class=\"n\">Now</th><th scope=\"col\" class=\"n\">No longer there</th><th scope=\"col\" class=\"n\">First \
             seen</th><th scope=\"col\" class=\"n\">Changed</th></tr></thead><tbody>\n",
            escaped(&changes.before_as_of),
            escaped(&changes.before_file)
        ),
    );
    for change in &changes.tables {
        let shown = change.shown();
        add(
            page,
            format_args!(
                "<tr><td class=\"id\">{}</td><th scope=\"row\">{}</th><td class=\"n\" data-label=\"Before\">{}</td><td \
                 class=\"n\" data-label=\"Now\">{}</td><td class=\"n\" data-label=\"No longer there\">{}</td><td \
                 class=\"n\" data-label=\"First seen\">{}</td><td class=\"n\" data-label=\"Changed\">{}</td></tr>\n",
                change.check,
                escaped(&change.table),
                shown.before,
                shown.after,
                shown.vanished,
                shown.first_seen,
                shown.changed
            ),
        );
    }
    page.push_str("</tbody></table></div></section>\n");
}

fn not_checked(page: &mut String, report: &ReleaseReport) {
    page.push_str(
        "<section><h2>What was not checked, and why</h2><p>These checks of the catalogue could not be run over one release, \
         or only in part. Their silence here says nothing.</p><dl class=\"why\">\n",
    );
    for (because, entries) in report.reasons() {
        page.push_str("<div>");
        for entry in entries {
            add(
                page,
                format_args!("<dt><span class=\"id\">{}</span> {}</dt>", entry.check, escaped(entry.title)),
            );
        }
        add(page, format_args!("<dd>{}</dd></div>\n", escaped(because)));
    }
    page.push_str("</dl></section>\n");
}

fn tables(page: &mut String, report: &ReleaseReport) {
    page.push_str(
        "<section><h2>What was read</h2><div class=\"wide\"><table><caption>What was read</caption><thead><tr><th \
         scope=\"col\">Table</th><th scope=\"col\" class=\"n\">Rows</th><th scope=\"col\" class=\"n\">Announced by the \
         publisher</th></tr></thead><tbody>\n",
    );
    for (name, n_rows, announced) in &report.tables {
        let announced = announced.map_or("not announced".to_owned(), grouped);
        add(
            page,
            format_args!(
                "<tr><th scope=\"row\">{}</th><td class=\"n\" data-label=\"Rows\">{}</td><td class=\"n\" data-label=\"Announced by \
                 the publisher\">{announced}</td></tr>\n",
                escaped(name),
                grouped(*n_rows)
            ),
        );
    }
    page.push_str("</tbody></table></div>");
    if !report.remarks.is_empty() {
        page.push_str("<ul>");
        report.remarks.iter().for_each(|remark| add(page, format_args!("<li>{}</li>", escaped(remark))));
        page.push_str("</ul>");
    }
    page.push_str("</section>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
