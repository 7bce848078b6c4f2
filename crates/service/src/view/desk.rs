//! The desk: findings that wait for a reviewer. Findings are ordered, never persons.

use redress_checks::registry;
use redress_ports::{ClosingRow, FindingRow, Page, PossibleLink, QueueOrder, RequestRow};

use crate::{App, ServiceError};

/// A finding in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueLine {
    /// The finding.
    pub row: FindingRow,
    /// What is wrong, as a heading.
    pub title: &'static str,
    /// Days to the next irreversible date. None when nothing is scheduled; never negative.
    pub days_left: Option<i64>,
    /// Days since it was opened.
    pub age_days: i64,
}

/// What waits on the desk beside findings, for its tabs. Counted up to [`COUNTED_MAX`], so that a long list costs no
/// page its speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskCounts {
    /// Findings that wait, of all checks.
    pub n_findings: u64,
    /// Correction requests with a step due.
    pub n_requests: usize,
    /// Closings that are not ended.
    pub n_closings: usize,
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
}

/// Correction requests with a step due, nearest first.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestsView {
    /// One page of them.
    pub rows: Vec<RequestRow>,
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

/// Links that wait for clerical review, most uncertain first.
#[derive(Clone, Debug, PartialEq)]
pub struct LinksView {
    /// One page of them.
    pub rows: Vec<PossibleLink>,
    /// What else waits.
    pub counts: DeskCounts,
}

/// The desk's queue, one page of it, of all checks or of one.
///
/// # Errors
/// When the store fails.
pub async fn desk_view(app: &App, check: Option<&str>, page: Page) -> Result<DeskView, ServiceError> {
    let today = app.clock.today();
    let rows = app.store.queue(QueueOrder::HarmThenDateThenAge, check, page).await?;
    let counts = app.store.queue_counts().await?;
    let n_waiting = match check {
        Some(check) => counts.get(check).copied().unwrap_or_default(),
        None => counts.values().sum(),
    };
    let lines = rows
        .into_iter()
        .map(|row| QueueLine {
            title: title(&row.check),
            days_left: row.next_irreversible_on.map(|on| days(today, on)).filter(|days| *days >= 0),
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
    Ok(DeskView { lines, by_check, n_waiting, counts: desk_counts(app).await? })
}

/// Correction requests that wait.
///
/// # Errors
/// When the store fails.
pub async fn requests_view(app: &App, page: Page) -> Result<RequestsView, ServiceError> {
    Ok(RequestsView { rows: app.store.requests_due(page).await?, counts: desk_counts(app).await? })
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
/// When the store fails.
pub async fn links_view(app: &App, page: Page) -> Result<LinksView, ServiceError> {
    Ok(LinksView { rows: app.store.possible_links(page).await?, counts: desk_counts(app).await? })
}

async fn desk_counts(app: &App) -> Result<DeskCounts, ServiceError> {
    let counted = Page { offset: 0, limit: COUNTED_MAX };
    Ok(DeskCounts {
        n_findings: app.store.queue_counts().await?.values().sum(),
        n_requests: app.store.requests_due(counted).await?.len(),
        n_closings: app.store.closings_open(counted).await?.len(),
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
