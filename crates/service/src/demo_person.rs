//! Whose page the demo opens.

use redress_ports::{Page, QueueOrder};
use redress_statement::PersonId;

use crate::{App, ServiceError, present_person};

/// Findings that are looked through.
const FINDINGS: Page = Page { offset: 0, limit: 200 };

/// The setting that keeps whose page it is: what was decided there is still there at the next start.
const DEMO_PERSON: &str = "demo_person";

/// The person whose page the demo opens, the same at every start.
///
/// # Errors
/// When the store fails.
pub async fn demo_person(app: &App) -> Result<Option<PersonId>, ServiceError> {
    let kept = app.store.setting(DEMO_PERSON).await?.and_then(|number| number.parse().ok()).map(PersonId);
    if let Some(person) = kept {
        return Ok(Some(present_person(app, person).await?));
    }
    let chosen = choose(app).await?;
    if let Some(person) = chosen {
        app.store.put_setting(DEMO_PERSON, &person.0.to_string()).await?;
    }
    Ok(chosen)
}

/// A person whose file shows much: a finding that rests on no possible link, and most records. None where there
/// is no finding.
async fn choose(app: &App) -> Result<Option<PersonId>, ServiceError> {
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
