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

/// A link that waits for clerical review.
pub type WaitingLink = PossibleLink;

/// What the desk shows.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskView {
    /// The page of the queue.
    pub lines: Vec<QueueLine>,
    /// Findings that wait, by check: identifier, title, count.
    pub by_check: Vec<(String, &'static str, u64)>,
    /// Findings that wait in all, or of the check that was asked for.
    pub n_waiting: u64,
    /// Correction requests with a step due.
    pub requests: Vec<RequestRow>,
    /// Closings that are not ended.
    pub closings: Vec<ClosingRow>,
    /// Links that wait for clerical review.
    pub links: Vec<WaitingLink>,
}

/// Rows of the shorter lists on the desk.
const SIDE_ROWS: Page = Page { offset: 0, limit: 20 };

/// The desk, with one page of the queue, of all checks or of one.
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
    Ok(DeskView {
        lines,
        by_check: counts
            .into_iter()
            .map(|(check, n)| (title(&check), check, n))
            .map(|(t, c, n)| (c, t, n))
            .collect(),
        n_waiting,
        requests: app.store.requests_due(SIDE_ROWS).await?,
        closings: app.store.closings_open(SIDE_ROWS).await?,
        links: app.store.possible_links(SIDE_ROWS).await?,
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
