//! The desk: findings that wait for a reviewer. Findings are ordered, never persons.

use redress_casefile::{
    Event, LinkEvidence, StreamId,
    correction::CorrectionEvent,
    finding::{AdverseGate, State},
};
use redress_checks::registry;
use redress_linkage::Waterfall;
use redress_ports::{ClosingRow, FindingRow, Page, PossibleLink, QueueOrder, RequestRow};
use redress_statement::RecordId;

use super::record::{Names, Place};
use crate::{App, ServiceError, WaterfallBook, history::load_finding};

/// A finding in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueLine {
    /// The finding.
    pub row: FindingRow,
    /// What is wrong, as a heading.
    pub title: &'static str,
    /// Days to the next irreversible date; negative once it has passed. None when nothing is scheduled.
    pub days_left: Option<i64>,
    /// Days since it was opened.
    pub age_days: i64,
}

/// What waits on the desk, for its tabs. Requests and closings are counted up to [`COUNTED_MAX`], so that a long list costs
/// no page its speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskCounts {
    /// Findings that wait, of all checks.
    pub n_findings: u64,
    /// Correction requests with a step due.
    pub n_requests: usize,
    /// Closings that are not ended.
    pub n_closings: usize,
    /// Links that wait for clerical review.
    pub n_links: u64,
}

/// Up to how many rows a tab counts.
pub const COUNTED_MAX: u32 = 100;

/// The queue.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskView {
    /// The page of the queue.
    pub lines: Vec<QueueLine>,
    /// Findings that wait, by check: identifier, title, count.
    pub by_check: Vec<(String, &'static str, u64)>,
    /// Findings that wait in all, or of the check that was asked for.
    pub n_waiting: u64,
    /// What else waits.
    pub counts: DeskCounts,
    /// Decided findings that are held inside until a step is done. On the first page of the whole queue alone.
    pub steps: Vec<StepLine>,
}

/// A decided finding that could worsen somebody's position, and what comes next.
#[derive(Clone, Debug, PartialEq)]
pub struct StepLine {
    /// The finding.
    pub row: FindingRow,
    /// What is wrong, as a heading.
    pub title: &'static str,
    /// What comes next.
    pub step: &'static str,
}

/// Decided findings that are looked through for a step that is due.
const GATED_MAX: u32 = 200;

/// A correction request in its list.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestLine {
    /// The request.
    pub row: RequestRow,
    /// What the contested value is about, in plain words; of the value itself nothing is told here.
    pub about: &'static str,
    /// Days to the last day of the next step; negative once it has passed. None when nothing is due.
    pub days_left: Option<i64>,
    /// Days since it was filed.
    pub age_days: i64,
}

impl RequestLine {
    /// What is the case with the value, behind its name.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self.row.state.as_str() {
            "granted" | "final" => "was corrected: whoever holds it is to be told",
            _ => "is contested",
        }
    }
}

/// Correction requests with a step due, nearest first.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestsView {
    /// One page of them.
    pub lines: Vec<RequestLine>,
    /// What else waits.
    pub counts: DeskCounts,
}

/// Closings that are not ended, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosingsView {
    /// One page of them.
    pub rows: Vec<ClosingRow>,
    /// What else waits.
    pub counts: DeskCounts,
}

/// A link in its list. The records are named by their places: a list shows nobody's name.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkLine {
    /// The link, with what the run found.
    pub row: PossibleLink,
    /// Where the one record and the other stand. None for one that is no longer stored.
    pub places: [Option<Place>; 2],
    /// How many attributes agree, disagree and cannot be compared, by the one rule of [`Waterfall::counts`].
    pub counts: (u16, u16, u16),
}

/// Links that wait for clerical review, most uncertain first.
#[derive(Clone, Debug, PartialEq)]
pub struct LinksView {
    /// One page of them.
    pub lines: Vec<LinkLine>,
    /// How many wait in all.
    pub n_waiting: u64,
    /// What else waits.
    pub counts: DeskCounts,
}

/// The desk's queue, one page of it, of all checks or of one.
///
/// # Errors
/// When the store fails.
pub async fn desk_view(app: &App, check: Option<&str>, page: Page) -> Result<DeskView, ServiceError> {
    let today = app.clock.today();
    let order = QueueOrder::HarmThenDateThenAge { today: app.clock.today() };
    let rows = app.store.queue(order, check, page).await?;
    let counts = app.store.queue_counts().await?;
    let n_waiting = match check {
        Some(check) => counts.get(check).copied().unwrap_or_default(),
        None => counts.values().sum(),
    };
    let lines = rows
        .into_iter()
        .map(|row| QueueLine {
            title: title(&row.check),
            days_left: row.next_irreversible_on.map(|on| days(today, on)),
            age_days: days(row.opened_on, today),
            row,
        })
        .collect();
    let by_check = counts
        .into_iter()
        .map(|(check, n)| {
            let title = title(&check);
            (check, title, n)
        })
        .collect();
    let steps = if check.is_none() && page.offset == 0 { steps(app).await? } else { Vec::new() };
    Ok(DeskView { lines, by_check, n_waiting, counts: desk_counts(app).await?, steps })
}

/// The decided findings of which a step is still to be done.
async fn steps(app: &App) -> Result<Vec<StepLine>, ServiceError> {
    let today = app.clock.today();
    let mut steps = Vec::new();
    for row in app.store.gated_findings(Page { offset: 0, limit: GATED_MAX }).await? {
        let State::Decided { gate, .. } = load_finding(app, row.finding).await?.state else { continue };
        let step = match gate {
            AdverseGate::Unverified => "another source has to bear it out",
            AdverseGate::Verified { .. } => "the person has to be told",
            AdverseGate::Noticed { answer_until } if today <= answer_until => {
                "the person’s time to answer runs"
            }
            AdverseGate::Noticed { .. } => "a second reviewer has to sign",
            AdverseGate::Signed { .. } | AdverseGate::NotNeeded => continue,
        };
        steps.push(StepLine { title: title(&row.check), row, step });
    }
    Ok(steps)
}

/// Correction requests that wait.
///
/// # Errors
/// When the store fails.
pub async fn requests_view(app: &App, page: Page) -> Result<RequestsView, ServiceError> {
    let today = app.clock.today();
    let mut lines = Vec::new();
    for row in app.store.requests_due(page).await? {
        let first = app.store.load(StreamId::Correction(row.request)).await?.into_iter().next();
        let about = match first.map(|recorded| recorded.event) {
            Some(Event::Correction(CorrectionEvent::RequestFiled { statement, .. })) => {
                statement.attribute.plain_name()
            }
            _ => "a value that is no longer stored",
        };
        let days_left = row.due_on.map(|on| days(today, on));
        let age_days = days(row.filed_on, today);
        lines.push(RequestLine { row, about, days_left, age_days });
    }
    Ok(RequestsView { lines, counts: desk_counts(app).await? })
}

/// Closings that wait.
///
/// # Errors
/// When the store fails.
pub async fn closings_view(app: &App, page: Page) -> Result<ClosingsView, ServiceError> {
    Ok(ClosingsView { rows: app.store.closings_open(page).await?, counts: desk_counts(app).await? })
}

/// Links that wait.
///
/// # Errors
/// When the store or the engine fails.
pub async fn links_view(app: &App, book: &WaterfallBook, page: Page) -> Result<LinksView, ServiceError> {
    let rows = app.store.possible_links(page).await?;
    let pairs: Vec<(RecordId, RecordId)> = rows.iter().map(|row| (row.left, row.right)).collect();
    let waterfalls = book.waterfalls(app, &pairs).await?;
    let names = Names::load(app).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for (row, waterfall) in rows.into_iter().zip(waterfalls) {
        let stored =
            |evidence: &LinkEvidence| (evidence.n_agree, evidence.n_disagree, evidence.n_not_comparable);
        let counts = waterfall.as_ref().map_or_else(|| stored(&row.evidence), Waterfall::counts);
        let mut places = [None, None];
        for (place, id) in places.iter_mut().zip([row.left, row.right]) {
            *place = app.store.record(id).await?.map(|stored| Place::of(&names, id, &stored.record));
        }
        lines.push(LinkLine { row, places, counts });
    }
    Ok(LinksView { lines, n_waiting: app.store.n_possible_links().await?, counts: desk_counts(app).await? })
}

async fn desk_counts(app: &App) -> Result<DeskCounts, ServiceError> {
    let counted = Page { offset: 0, limit: COUNTED_MAX };
    Ok(DeskCounts {
        n_findings: app.store.queue_counts().await?.values().sum(),
        n_requests: app.store.requests_due(counted).await?.len(),
        n_closings: app.store.closings_open(counted).await?.len(),
        n_links: app.store.n_possible_links().await?,
    })
}

/// The title of a check, or its identifier for one that this program no longer has.
pub(crate) fn title(check: &str) -> &'static str {
    registry()
        .iter()
        .map(|known| known.spec())
        .find(|spec| spec.id == check)
        .map_or("a retired check", |s| s.title)
}

/// Days from `from` to `to`; negative when `to` is earlier.
pub(crate) fn days(from: jiff::civil::Date, to: jiff::civil::Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}
