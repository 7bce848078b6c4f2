//! A paper as one self-contained page: no script, no outside reference, readable at any width, printed as it is read.

use std::fmt::Write as _;

use crate::{Block, Cell, Document, Table};

const STYLE: &str = include_str!("page.css");

/// The paper as a page.
///
/// Every word of the paper is text of the page: nothing that a source wrote can become markup.
#[must_use]
pub fn page(paper: &Document) -> String {
    let title = escaped(&paper.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\
         <main>\n<h1>{title}</h1>\n<p class=\"lead\">{}</p>\n",
        paper.language,
        escaped(&paper.lead)
    );
    for block in &paper.blocks {
        write_block(&mut page, block);
    }
    let _ = write!(page, "</main>\n<footer>{}</footer>\n</body></html>\n", escaped(&paper.foot));
    page
}

fn write_block(page: &mut String, block: &Block) {
    let _ = match block {
        Block::Heading { words, anchor } => writeln!(page, "<h2 id=\"{anchor}\">{}</h2>", escaped(words)),
        Block::Subheading { words } => writeln!(page, "<h3>{}</h3>", escaped(words)),
        Block::Paragraph { words } => writeln!(page, "<p>{}</p>", escaped(words)),
        Block::Note { words } => writeln!(page, "<p class=\"note\">{}</p>", escaped(words)),
        Block::List { entries } => {
            let entries: String =
                entries.iter().map(|entry| format!("<li>{}</li>", escaped(entry))).collect();
            writeln!(page, "<ul>{entries}</ul>")
        }
        Block::Table(table) => {
            write_table(page, table);
            Ok(())
        }
    };
}

fn write_table(page: &mut String, table: &Table) {
    let share: u32 = table.widths.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    let columns: String = table
        .widths
        .iter()
        .map(|width| format!("<col style=\"width:{}%\">", u32::from(*width) * 100 / share))
        .collect();
    let heads: String =
        table.columns.iter().map(|head| format!("<th scope=\"col\">{}</th>", escaped(head))).collect();
    let _ = writeln!(
        page,
        "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table><caption>{0}</caption><colgroup>\
         {columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>",
        escaped(&table.caption)
    );
    for row in &table.rows {
        page.push_str("<tr>");
        for (head, cell) in table.columns.iter().zip(row) {
            write_cell(page, head, cell);
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

/// A cell with the heading of its column, which stands above it where the page is too narrow for columns.
fn write_cell(page: &mut String, head: &str, cell: &Cell) {
    let (head, words) = (escaped(head), escaped(&cell.words));
    let words = if cell.is_quoted { format!("<bdi>{words}</bdi>") } else { words };
    let _ = write!(page, "<td data-head=\"{head}\">{words}");
    for below in &cell.below {
        let _ = write!(page, "<small>{}</small>", escaped(below));
    }
    page.push_str("</td>");
}

/// A text as HTML: the five characters that could be markup are written as references.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_never_becomes_markup() {
        for (words, written) in [
            ("<b>Ruiz</b>", "&lt;b&gt;Ruiz&lt;/b&gt;"),
            ("O'Neill & \"Sons\"", "O&#39;Neill &amp; &quot;Sons&quot;"),
            ("محمد", "محمد"),
        ] {
            let mut paper = Document::new(words, words);
            paper.foot = words.to_owned();
            paper.push(Block::heading(words, "a"));
            paper.push(Block::subheading(words));
            paper.push(Block::note(words));
            paper.push(Block::List { entries: vec![words.to_owned()] });
            let cell = Cell::quotes(words).with([words.to_owned(), String::new()]);
            paper.push(Block::Table(Table {
                caption: words.to_owned(),
                columns: vec!["Value"],
                widths: vec![1],
                rows: vec![vec![cell]],
            }));
            let page = page(&paper);
            // The title stands twice, and so does the caption: it is also the region's name.
            assert_eq!(page.matches(written).count(), 12, "{page}");
            assert!(written == words || !page.contains(words), "{page}");
        }
    }

    #[test]
    fn each_cell_says_of_which_column_it_is() {
        let mut paper = Document::new("Paper", "Lead");
        paper.push(Block::Table(Table {
            caption: "Steps".to_owned(),
            columns: vec!["Day", "What & who"],
            widths: vec![1, 2],
            rows: vec![vec![Cell::says("Monday"), Cell::quotes("Ruiz").with(["below".to_owned()])]],
        }));
        let page = page(&paper);
        let row = "<tr><td data-head=\"Day\">Monday</td><td data-head=\"What &amp; who\"><bdi>Ruiz</bdi><small>below</small></td></tr>";
        assert!(page.contains(row), "{page}");
        assert!(page.contains("content:attr(data-head)"), "nothing shows it on a narrow page");
    }
}
