//! One step on the way of a case: what happened, who decides, what the person can do.

use jiff::civil::Date;
use redress_statement::Attribute;

use crate::{CaseRecord, StatementRef};

/// Where on the way a step stands, from first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Something was asked of an office or a court.
    Application,
    /// The person was told something, or was to be.
    Notice,
    /// A hearing.
    Hearing,
    /// A judge completed the proceeding.
    Order,
    /// Somebody asked for the order to be looked at again: an appeal, a motion, a federal court.
    Appeal,
    /// The person left, or is said to have.
    Departure,
    /// The case has ended.
    Closed,
}

impl Stage {
    /// The stage in one word, as a page and a paper name it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Application => "Application",
            Self::Notice => "Notice",
            Self::Hearing => "Hearing",
            Self::Order => "Order",
            Self::Appeal => "Appeal or motion",
            Self::Departure => "Departure",
            Self::Closed => "Closed",
        }
    }
}

/// Where a step stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is done.
    Past,
    /// It waits for somebody's decision.
    Waits,
    /// Its day is today or later.
    Ahead,
}

/// Until when something can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Until this day, the day itself included.
    Until(Date),
    /// At any time.
    AnyTime,
}

/// Something that the person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What, as a request to the reader: `Appeal to the Board of Immigration Appeals`.
    pub what: String,
    /// Until when.
    pub term: Term,
    /// The rule that gives it.
    pub citation: String,
}

impl Remedy {
    /// Whether the last day for it has passed.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        matches!(self.term, Term::Until(last) if last < today)
    }

    /// What, until when and by which rule, as sentences.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use redress_casefile::step::{Remedy, Term};
    ///
    /// let appeal = Remedy {
    ///     what: "Appeal to the Board of Immigration Appeals".to_owned(),
    ///     term: Term::Until(date(2026, 11, 19)),
    ///     citation: "8 CFR 1003.38(b)".to_owned(),
    /// };
    /// assert_eq!(
    ///     appeal.in_words(date(2026, 11, 20)),
    ///     "Appeal to the Board of Immigration Appeals. The last day was 19 November 2026. (8 CFR 1003.38(b))"
    /// );
    /// ```
    #[must_use]
    pub fn in_words(&self, today: Date) -> String {
        let Self { what, term, citation } = self;
        let citation = citation.trim_end_matches('.');
        match term {
            Term::AnyTime => format!("{what}. ({citation})"),
            Term::Until(last) => {
                let verb = if self.is_over(today) { "was" } else { "is" };
                format!("{what}. The last day {verb} {}. ({citation})", last.strftime("%-d %B %Y"))
            }
        }
    }
}

/// One step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where on the way.
    pub stage: Stage,
    /// Its day. None for what its source gives no day to.
    pub on: Option<Date>,
    /// What happened or will, as a sentence.
    pub what: String,
    /// Where it stands today.
    pub standing: Standing,
    /// Who decides or decided. None where nobody does.
    pub decides: Option<&'static str>,
    /// What the person can do about it, what ends first first.
    pub remedies: Vec<Remedy>,
    /// The statements that it was read from. The first is that of its day.
    pub rests_on: Vec<StatementRef>,
}

impl Step {
    /// A step that is done, read from the attributes of a row.
    #[must_use]
    pub fn new(stage: Stage, on: Option<Date>, what: String, row: &CaseRecord, read: &[Attribute]) -> Self {
        Self {
            stage,
            on,
            what,
            standing: Standing::Past,
            decides: None,
            remedies: Vec::new(),
            rests_on: read.iter().filter_map(|attribute| row.reference(*attribute)).collect(),
        }
    }

    /// The same, with who decides.
    #[must_use]
    pub const fn decided_by(mut self, who: &'static str) -> Self {
        self.decides = Some(who);
        self
    }

    /// The same, waiting for a decision where `waits`.
    #[must_use]
    pub const fn waiting(mut self, waits: bool) -> Self {
        if waits {
            self.standing = Standing::Waits;
        }
        self
    }

    /// The same, with what can be done about it.
    #[must_use]
    pub fn with(mut self, remedies: impl IntoIterator<Item = Remedy>) -> Self {
        let mut remedies: Vec<Remedy> = remedies.into_iter().collect();
        remedies.sort_by_key(|remedy| match remedy.term {
            Term::Until(last) => (false, Some(last)),
            Term::AnyTime => (true, None),
        });
        self.remedies = remedies;
        self
    }

    /// Whether somebody can still do something about it, or it waits, or lies ahead.
    #[must_use]
    pub fn is_open(&self, today: Date) -> bool {
        self.standing != Standing::Past || self.remedies.iter().any(|remedy| !remedy.is_over(today))
    }

    /// Whether two rows tell of one thing.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        (self.stage, self.on, &self.what) == (other.stage, other.on, &other.what)
            && self.remedies == other.remedies
    }
}
