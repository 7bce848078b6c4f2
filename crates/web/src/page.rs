//! Typed contexts of the pages.

use askama::Template;
use jiff::civil::Date;
use redress_casefile::{
    PublicEntry, Role, StatementRef,
    finding::{AdverseGate, Harm},
    step::Standing,
};
use redress_checks::{Direction, Parameters, Spec};
use redress_ports::{LogState, PublishedEntry};
use redress_report::{Accuracy, Proportion, ShownRow};
use redress_service::{
    TwoValues,
    view::{
        ClosingView, ClosingsView, DeskView, FindingView, HoldEnd, LineRecord, LinkView, LinksView,
        OwnReceipt, PersonView, PublicView, QueueLine, RequestView, RequestsView,
    },
};
use redress_statement::{Digest, PersonId};

use crate::{WebState, access::Sessions, filters, problem::Problem, style, waterfall_chart::Chart};

/// What every page shows around its content.
pub(crate) struct Frame {
    pub(crate) today: Date,
    pub(crate) is_simulated: bool,
    pub(crate) desk_name: Option<String>,
    /// Whether whoever is signed in may judge a drawn sample.
    pub(crate) has_sample: bool,
    /// The person whose record is open in this browser.
    pub(crate) person: Option<PersonId>,
    pub(crate) style_href: &'static str,
    /// What is wrong with a form that is shown again.
    pub(crate) problem: Option<Problem>,
    /// What was just done, in words.
    pub(crate) done: Option<&'static str>,
    here: &'static str,
}

impl Frame {
    /// `here` is the way in the main navigation under which the page lies, such as `/desk`.
    pub(crate) fn new(state: &WebState, sessions: &Sessions, here: &'static str) -> Self {
        Self {
            today: state.app.clock.today(),
            is_simulated: state.app.clock.is_simulated(),
            desk_name: sessions.desk.as_ref().map(|reviewer| reviewer.name.clone()),
            has_sample: state.sample.is_some()
                && sessions.desk.as_ref().is_some_and(|reviewer| reviewer.role == Role::Reviewer),
            person: sessions.person,
            style_href: style::href(),
            problem: None,
            done: None,
            here,
        }
    }

    /// With a form that was refused.
    pub(crate) fn with(mut self, problem: Option<Problem>) -> Self {
        self.problem = problem;
        self
    }

    /// What is wrong with a field of one of the page's forms.
    fn fault(&self, step: &str, field: &str) -> Option<&str> {
        let problem =
            self.problem.as_ref().filter(|problem| problem.step == step && problem.field == field)?;
        Some(&problem.text)
    }

    /// What was typed into a field of a form that was refused.
    fn typed(&self, step: &str, field: &str) -> &str {
        let of_form = self.problem.as_ref().filter(|problem| problem.step == step);
        let typed = of_form.and_then(|problem| problem.typed.iter().find(|(name, _)| *name == field));
        typed.map_or("", |(_, text)| text)
    }

    /// Whether a form was refused, so that it begins with what was typed.
    fn has_typed(&self, step: &str, field: &str) -> bool {
        let of_form = self.problem.as_ref().filter(|problem| problem.step == step);
        of_form.is_some_and(|problem| problem.typed.iter().any(|(name, _)| *name == field))
    }

    /// Whether the person's own record is open in this browser as well.
    fn is_open(&self, person: &PersonId) -> bool {
        self.person.as_ref() == Some(person)
    }

    /// The main navigation: address, label, whether the page lies under it.
    fn ways(&self) -> Vec<(&'static str, &'static str, bool)> {
        let mut ways = vec![("/", "Public"), ("/checks", "Checks"), ("/log", "Log")];
        if self.desk_name.is_some() {
            ways.push(("/desk", "Desk"));
        }
        if self.person.is_some() {
            ways.push(("/me", "My record"));
        }
        ways.into_iter().map(|(href, label)| (href, label, href == self.here)).collect()
    }
}

/// Where a page of a long list leads on.
pub(crate) struct Pager {
    pub(crate) earlier: Option<String>,
    pub(crate) later: Option<String>,
    /// What is shown: `26–50 of 86`.
    pub(crate) span: String,
}

impl Pager {
    /// A page of `n` rows from `offset` on. `n_total` is None where nobody counts: then a full page leads on.
    pub(crate) fn new(
        offset: u32,
        n: usize,
        limit: u32,
        n_total: Option<u64>,
        href: impl Fn(u32) -> String,
    ) -> Self {
        let end = u64::from(offset) + n as u64;
        let has_more = n_total.map_or(n >= limit as usize, |total| end < total);
        let first = u64::from(offset) + 1;
        let span = match n_total {
            _ if n == 0 => "nothing more".to_owned(),
            Some(total) => format!("{first}–{end} of {total}"),
            None => format!("{first}–{end}"),
        };
        Self {
            earlier: (offset > 0).then(|| href(offset.saturating_sub(limit))),
            later: has_more.then(|| href(offset.saturating_add(limit))),
            span,
        }
    }
}

/// The dated numbers of the rules, as they are on one day.
pub(crate) struct Numbers<'a> {
    pub(crate) parameters: &'a Parameters,
    pub(crate) on: Date,
}

impl Numbers<'_> {
    /// A text of a rule with its numbers.
    pub(crate) fn say(&self, text: &str) -> String {
        self.parameters.fill(text, self.on)
    }
}

/// What was planted and found in records of people whose names have one structure, over all checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pooled {
    /// The structure, in words.
    pub(crate) structure: String,
    /// Errors planted.
    pub(crate) planted: u64,
    /// Of these, found.
    pub(crate) found: u64,
    /// The share found with its interval, or that it cannot be estimated.
    pub(crate) share: String,
    /// Findings where nothing was planted.
    pub(crate) false_alarms: u64,
}

impl Pooled {
    /// Of an evaluation, one for each structure.
    pub(crate) fn all(accuracy: &Accuracy) -> Vec<Self> {
        let of = |(at, structure): (usize, &String)| {
            let tallies = || accuracy.by_structure.iter().filter_map(|row| row.tallies.get(at));
            let planted = tallies().map(|tally| tally.planted).sum();
            let found = tallies().map(|tally| tally.found).sum();
            Self {
                structure: structure.clone(),
                planted,
                found,
                share: Proportion { part: found, whole: planted }.to_string(),
                false_alarms: tallies().map(|tally| tally.false_alarms).sum(),
            }
        };
        accuracy.structures.iter().enumerate().map(of).collect()
    }
}

/// Findings of one harm in the queue: the place of the first one, the harm, the findings.
pub(crate) type QueueGroup<'a> = (u64, Harm, &'a [QueueLine]);

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
    Front, "public.html" { view: &'a PublicView, accuracy: Option<&'a Accuracy>, pooled: Vec<Pooled>, figures: Vec<(u64, &'a str)>, departures: Vec<(String, ShownRow)>, }
    /// The catalogue of checks.
    Checks, "checks.html" { specs: Vec<&'a Spec>, numbers: Numbers<'a>, }
    /// The charter.
    CharterPage, "charter.html" { refusals: &'a [(String, String)], }
    /// The log.
    Log, "log.html" { log: Option<&'a LogState>, keys: &'a [String], entries: Vec<(i64, Option<PublicEntry>)>, from: u32, newest: Option<u32>, pager: Pager, }
    /// One entry.
    Entry, "entry.html" { log: Option<&'a LogState>, entry: &'a PublishedEntry, public: Option<PublicEntry>, leaf: String, has_next: bool, }
    /// The queue of findings.
    Desk, "desk.html" { view: &'a DeskView, check: Option<&'a str>, groups: Vec<QueueGroup<'a>>, reads_files: bool, pager: Pager, }
    /// The correction requests that wait.
    DeskRequests, "desk_requests.html" { view: &'a RequestsView, reads_files: bool, pager: Pager, }
    /// The closings that are not ended.
    DeskClosings, "desk_closings.html" { view: &'a ClosingsView, reads_files: bool, pager: Pager, }
    /// The links that wait.
    DeskLinks, "desk_links.html" { view: &'a LinksView, reads_files: bool, first: u32, pager: Pager, }
    /// A finding.
    Finding, "finding.html" { view: &'a FindingView, numbers: Numbers<'a>, chart: Option<&'a Chart>, is_adverse: bool, can_close: bool, barred: Option<String>, barred_signing: Option<String>, as_person: Option<String>, }
    /// The look-up of a line.
    LinePage, "line.html" { files: &'a [String], records: Option<&'a [LineRecord]>, file: &'a str, line: &'a str, }
    /// A pair.
    Link, "link.html" { view: &'a LinkView, chart: Option<&'a Chart>, barred: Option<String>, }
    /// A pair of a drawn sample, or that none is left.
    SamplePage, "sample.html" { pair: Option<Digest>, n_left: usize, n_drawn: usize, values: &'a [TwoValues], labeller: &'a str, }
    /// A person's file.
    Person, "person.html" { view: &'a PersonView, is_own: bool, barred: Option<String>, }
    /// The four questions.
    Wrong, "wrong.html" { reference: StatementRef, source: &'a str, file: &'a str, line: u64, column: &'a str, name: &'a str, original: &'a str, }
    /// A correction request.
    Request, "request.html" { view: &'a RequestView, is_own: bool, status: &'a str, review_office: &'a str, barred: Option<String>, }
    /// A closing.
    Closing, "closing.html" { view: &'a ClosingView, is_own: bool, rung: String, rung_in_words: &'a str, allowed_in_words: &'a str, barred: Option<String>, barred_approval: Option<String>, }
    /// A receipt.
    ReceiptPage, "receipt.html" { own: &'a OwnReceipt, }
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
