//! Pieces of a self-contained page: no script, no outside reference, tables with captions, readable at any width, on paper
//! and in the dark.

use std::fmt::Write as _;

use crate::waterfall::escaped;

/// Rows of a table, at most; of more it is said how many are left out.
pub(crate) const ROWS_MAX: usize = 250;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c2127;--soft:#5b6470;--line:#d7dce2;--page:#fff;--card:#f5f7f9;--good:#0b6b3a;--warn:#9a3c00}\
@media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#aab3bf;--line:#3a424d;--page:#14181d;--card:#1d232a;--good:#6fd19b;--warn:#ffb27d}\
svg{background:#fff;border-radius:6px;padding:6px}}\
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,\"Segoe UI\",sans-serif}\
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.9rem;line-height:1.2;margin:.2em 0 .3em}\
h2{font-size:1.35rem;margin:2.6rem 0 .5rem;padding-top:1.1rem;border-top:1px solid var(--line)}h3{font-size:1.05rem;margin:1.6rem 0 .3rem}\
p{max-width:46rem;margin:.5rem 0}.lead{font-size:1.1rem}.soft{color:var(--soft)}.warn{color:var(--warn);font-weight:600}.good{color:var(--good);font-weight:600}\
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;margin:1.2rem 0;padding:0}\
.facts div{background:var(--card);border-radius:8px;padding:.7rem .9rem}.facts dt{color:var(--soft);font-size:.82rem}\
.facts dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}\
.wide{overflow-x:auto;margin:.8rem 0}table{border-collapse:collapse;font-size:.92rem;min-width:min(100%,24rem)}\
caption{text-align:left;color:var(--soft);padding:.2rem 0 .4rem}th,td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}\
thead th{border-bottom:2px solid var(--line);font-weight:600}td:not(.n){min-width:7.5rem}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
table.close{font-size:.82rem;line-height:1.35}.close th,.close td{padding-right:.55rem}.close th:last-child,.close td:last-child{padding-right:0}\
.close th.n{white-space:normal}.close td:not(.n){min-width:5rem}\
@media(max-width:44rem){.listed,.listed tbody,.listed tr,.listed td,.listed caption{display:block;width:100%}.listed thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}\
.listed tr{border-bottom:2px solid var(--line);padding:.4rem 0}.listed td,.listed td.n{display:flex;justify-content:space-between;gap:1rem;text-align:right;white-space:normal;border:0;padding:.1rem 0;min-width:0}\
.listed td::before{content:attr(data-name);color:var(--soft);text-align:left;flex:0 0 40%}}\
figure{margin:1rem 0;overflow-x:auto}figcaption{color:var(--soft);font-size:.9rem;max-width:46rem}svg{width:100%;height:auto;display:block}\
nav ul{columns:14rem;padding-left:1.1rem;margin:.4rem 0}a{color:inherit}details{margin:.6rem 0}summary{cursor:pointer;font-weight:600}\
@media print{h2{break-after:avoid}figure,table{break-inside:avoid}}";

/// The page up to its first content.
pub(crate) fn opened(title: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,\
         initial-scale=1\"><title>{}</title><style>{STYLE}</style></head><body><main>",
        escaped(title)
    )
}

/// The end of the page.
pub(crate) const CLOSED: &str = "</main></body></html>";

/// The few numbers that say most.
pub(crate) fn facts(page: &mut String, facts: &[(&str, String)]) {
    page.push_str("<dl class=\"facts\">");
    for (name, value) in facts {
        let _ = write!(page, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), escaped(value));
    }
    page.push_str("</dl>");
}

/// Columns from which a table is set closer, ...
const CLOSE_COLUMNS: usize = 6;
/// ... and from which each row becomes a list on a narrow screen.
const LISTED_COLUMNS: usize = 3;

/// A table: its caption, its columns (those of numbers with a leading `#`), and rows of texts, in which a line break begins a
/// second line.
pub(crate) fn table(
    page: &mut String,
    caption: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) {
    let _ = write!(
        page,
        "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table{1}><caption>{0}</caption><thead><tr>",
        escaped(caption),
        match header.len() {
            n if n >= CLOSE_COLUMNS => " class=\"close listed\"",
            n if n >= LISTED_COLUMNS => " class=\"listed\"",
            _ => "",
        }
    );
    let is_number: Vec<bool> = header.iter().map(|name| name.starts_with('#')).collect();
    for (name, is_number) in header.iter().zip(&is_number) {
        let class = if *is_number { " class=\"n\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", escaped(name.trim_start_matches('#')));
    }
    page.push_str("</tr></thead><tbody>");
    let mut n_left = 0;
    for (idx, row) in rows.enumerate() {
        if idx >= ROWS_MAX {
            n_left += 1;
            continue;
        }
        page.push_str("<tr>");
        for ((cell, is_number), name) in row.iter().zip(&is_number).zip(header) {
            let class = if *is_number { " class=\"n\"" } else { "" };
            let text = escaped(cell).replace('\n', "<br>");
            let name = escaped(name.trim_start_matches('#'));
            let _ = write!(page, "<td{class} data-name=\"{name}\">{text}</td>");
        }
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table></div>");
    if n_left > 0 {
        let _ = write!(page, "<p class=\"soft\">{n_left} more rows are not shown here.</p>");
    }
}

/// A picture with what it shows.
pub(crate) fn figure(page: &mut String, svg: &str, caption: &str) {
    let _ = write!(page, "<figure>{svg}<figcaption>{}</figcaption></figure>", escaped(caption));
}

/// A share as a percentage with as many digits as it needs, never rounded to all or nothing.
pub(crate) fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p == 0.0 || p == 100.0 => format!("{p:.0} %"),
        p if p < 0.01 => "under 0.01 %".to_owned(),
        p if p > 99.99 => "over 99.99 %".to_owned(),
        p if !(1.0..=99.0).contains(&p) => format!("{p:.2} %"),
        p => format!("{p:.1} %"),
    }
}

/// A number of pairs with one digit after the point.
pub(crate) fn one_decimal(n: f64) -> String {
    // Adding 0 makes -0.0 a plain one.
    format!("{:.1}", n + 0.0)
}

/// A count with its thousands apart.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_rounded_to_certainty() {
        for (share, text) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.999_999, "over 99.99 %"),
            (0.000_001, "under 0.01 %"),
            (0.5, "50.0 %"),
            (0.995, "99.50 %"),
        ] {
            assert_eq!(percent(share), text);
        }
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn what_comes_from_files_cannot_become_markup() {
        let mut page = String::new();
        let row = vec!["<script>".to_owned(), "1\n2".to_owned()];
        table(&mut page, "c<", &["a", "#b<"], std::iter::once(row));
        assert!(page.contains("<td class=\"n\" data-name=\"b&lt;\">1<br>2</td>"), "{page}");
        assert!(
            !page.contains("<script>")
                && page.contains("&lt;script&gt;")
                && page.contains("<caption>c&lt;</caption>")
        );
    }
}
