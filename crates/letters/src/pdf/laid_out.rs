//! What was laid out is looked at before it is written: every letter has its form, and lies on its page.

use std::collections::BTreeSet;

use typst::layout::{Frame, FrameItem, Point, Size, Transform};
use typst_layout::PagedDocument;

use super::{PAGES_MAX, PdfError, typeset::hold};

/// Most letters without a font that an error names.
const LETTERS_NAMED_MAX: usize = 10;

/// Holds the pages against what a reader needs.
///
/// # Errors
/// When there are more than [`PAGES_MAX`] pages, a letter has no font, or words lie outside their page.
pub(super) fn judge(document: &PagedDocument) -> Result<(), PdfError> {
    hold("pages", document.pages().len(), PAGES_MAX)?;
    let mut without_font = BTreeSet::new();
    for (page, number) in document.pages().iter().zip(1..) {
        let mut look = Look { page: page.frame.size(), is_cut_off: false, without_font: &mut without_font };
        look.at(&page.frame, Transform::identity());
        if look.is_cut_off {
            return Err(PdfError::CutOff { page: number });
        }
    }
    if without_font.is_empty() { Ok(()) } else { Err(PdfError::NoFont { letters: named(&without_font) }) }
}

/// One page under the eye.
struct Look<'a> {
    page: Size,
    is_cut_off: bool,
    without_font: &'a mut BTreeSet<char>,
}

impl Look<'_> {
    fn at(&mut self, frame: &Frame, place: Transform) {
        for (offset, item) in frame.items() {
            let place = place.pre_concat(Transform::translate(offset.x, offset.y));
            match item {
                FrameItem::Group(group) => self.at(&group.frame, place.pre_concat(group.transform)),
                FrameItem::Text(text) => {
                    let begin = Point::zero().transform(place);
                    let end = Point::with_x(text.width()).transform(place);
                    self.is_cut_off |= !self.holds(begin) || !self.holds(end);
                    let formless = text.glyphs.iter().filter(|glyph| glyph.id == 0);
                    self.without_font.extend(formless.flat_map(|glyph| text.text[glyph.range()].chars()));
                }
                _ => {}
            }
        }
    }

    fn holds(&self, point: Point) -> bool {
        let zero = Point::zero();
        (zero.x..=self.page.x).contains(&point.x) && (zero.y..=self.page.y).contains(&point.y)
    }
}

/// `張 (U+5F35), 王 (U+738B) and 3 more`.
fn named(letters: &BTreeSet<char>) -> String {
    let first: Vec<String> = letters
        .iter()
        .take(LETTERS_NAMED_MAX)
        .map(|letter| format!("{letter} (U+{:04X})", u32::from(*letter)))
        .collect();
    let n_more = letters.len().saturating_sub(LETTERS_NAMED_MAX);
    let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}
