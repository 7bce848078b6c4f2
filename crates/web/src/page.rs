//! Typed contexts of the pages.

use askama::Template;
use jiff::civil::Date;
use redress_casefile::{Standing, StatementRef};
use redress_checks::Spec;
use redress_linkage::Waterfall;
use redress_ports::{LogState, PublishedEntry, Receipt};
use redress_report::Accuracy;
use redress_service::view::{
    ClosingView, DeskView, FindingView, PersonView, PublicView, RecordView, RequestView,
};

use crate::{WebState, access::Sessions};

/// What every page shows around its content.
pub(crate) struct Frame {
    pub(crate) today: Date,
    pub(crate) is_simulated: bool,
    pub(crate) desk_name: Option<String>,
    pub(crate) has_person: bool,
}

impl Frame {
    pub(crate) fn new(state: &WebState, sessions: &Sessions) -> Self {
        Self {
            today: state.app.clock.today(),
            is_simulated: state.app.clock.is_simulated(),
            desk_name: sessions.desk.as_ref().map(|reviewer| reviewer.name.clone()),
            has_person: sessions.person.is_some(),
        }
    }
}

/// Filters of the templates.
#[expect(unreachable_pub, reason = "the filter macro writes the items as public")]
mod filters {
    use askama::{Result, Values};
    use redress_casefile::finding::Harm;

    /// Three decimals.
    #[askama::filter_fn]
    pub(super) fn three(value: &f64, _: &dyn Values) -> Result<String> {
        Ok(format!("{value:.3}"))
    }

    /// Harm in words.
    #[askama::filter_fn]
    pub(super) fn harm(harm: &Harm, _: &dyn Values) -> Result<&'static str> {
        Ok(match harm {
            Harm::H5 => "cannot be undone",
            Harm::H4 => "case or status at stake",
            Harm::H3 => "work, benefit or papers at stake",
            Harm::H2 => "wasted journeys or worry",
            Harm::H1 => "wrong statistics",
        })
    }

    /// The look of a harm's tag.
    #[askama::filter_fn]
    pub(super) fn harm_class(harm: &Harm, _: &dyn Values) -> Result<&'static str> {
        Ok(match harm {
            Harm::H5 | Harm::H4 => "grave",
            _ => "",
        })
    }

    /// A state in words.
    #[askama::filter_fn]
    pub(super) fn state_in_words(state: impl std::fmt::Display, _: &dyn Values) -> Result<String> {
        Ok(state.to_string().replace('_', " "))
    }
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident, $path:literal { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Template)]
        #[template(path = $path)]
        pub(crate) struct $name<'a> {
            pub(crate) frame: Frame,
            $(pub(crate) $field: $type,)*
        }
    )*};
}

pages! {
    /// One message.
    Message, "message.html" { title: &'a str, text: &'a str, back: Option<(&'a str, &'a str)>, }
    /// The public page.
    Front, "public.html" { view: &'a PublicView, accuracy: Option<&'a Accuracy>, figures: Vec<(String, &'a str)>, }
    /// The catalogue of checks.
    Checks, "checks.html" { specs: Vec<&'a Spec>, }
    /// The log.
    Log, "log.html" { log: Option<&'a LogState>, entries: &'a [PublishedEntry], from: i64, earlier: Option<String>, later: Option<String>, }
    /// One entry.
    Entry, "entry.html" { log: Option<&'a LogState>, entry: &'a PublishedEntry, leaf: String, }
    /// The desk.
    Desk, "desk.html" { view: &'a DeskView, check: Option<&'a str>, first: u32, newer: Option<String>, older: Option<String>, }
    /// A finding.
    Finding, "finding.html" { view: &'a FindingView, is_adverse: bool, can_close: bool, }
    /// A pair.
    Link, "link.html" { left: &'a RecordView, right: &'a RecordView, waterfall: Option<&'a Waterfall>, }
    /// A person's file.
    Person, "person.html" { view: &'a PersonView, is_own: bool, }
    /// The four questions.
    Wrong, "wrong.html" { reference: StatementRef, source: &'a str, line: u64, name: &'a str, original: &'a str, }
    /// A correction request.
    Request, "request.html" { view: &'a RequestView, is_own: bool, review_office: &'a str, }
    /// A closing.
    Closing, "closing.html" { view: &'a ClosingView, is_own: bool, rung: String, rung_in_words: &'a str, }
    /// A receipt.
    ReceiptPage, "receipt.html" { receipt: &'a Receipt, seq: i64, index: i64, keys: &'a [String], }
}

impl Request<'_> {
    /// The answer to one of the four questions.
    fn answer(&self, at: usize) -> &str {
        self.view
            .answers
            .get(at)
            .and_then(Option::as_deref)
            .filter(|text| !text.is_empty())
            .unwrap_or("not answered")
    }
}
