//! Whose page the demo opens.

use redress_ports::{Page, QueueOrder};
use redress_statement::PersonId;

use crate::{App, ServiceError};

/// Findings that are looked through.
const FINDINGS: Page = Page { offset: 0, limit: 200 };

/// A person whose file shows much: a finding that rests on no possible link, and most records. None where there
/// is no finding.
///
/// # Errors
/// When the store fails.
pub async fn demo_person(app: &App) -> Result<Option<PersonId>, ServiceError> {
    let order = QueueOrder::HarmThenDateThenAge { today: app.clock.today() };
    let rows = app.store.queue(order, Some("NT-01"), FINDINGS).await?;
    let mut best: Option<(usize, PersonId)> = None;
    for row in rows.iter().filter(|row| !row.rests_on_possible_link) {
        let n_records = app.store.case_file(row.person).await?.map_or(0, |case| case.accepted().count());
        if best.is_none_or(|(most, _)| n_records > most) {
            best = Some((n_records, row.person));
        }
    }
    Ok(best.map(|(_, person)| person))
}
