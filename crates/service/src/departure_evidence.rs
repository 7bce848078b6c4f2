//! What the records say of a departure, for whoever proposes, approves, carries out or reads a closing.

use jiff::civil::Date;
use redress_casefile::{
    CaseFile, CaseRecord, StatementRef,
    closing::{Allowed, ClosedItem, Ladder},
};
use redress_checks::{Evidence, departure_days_apart, departure_ladder};
use redress_statement::{Attribute, FindingId};

use crate::{App, ServiceError, surroundings::source_facts};

/// The ladder on which the departure stands that a finding shows. None where no accepted record of the person states
/// one any more.
///
/// # Errors
/// When the finding is not there, or the store fails.
pub(crate) async fn ladder_of<'a>(
    app: &App,
    finding: FindingId,
    case: &'a CaseFile,
) -> Result<Option<Ladder<'a>>, ServiceError> {
    let row = app.store.finding(finding).await?.ok_or_else(|| ServiceError::not_found(finding))?;
    let Some(at) = case.record(row.at) else { return Ok(None) };
    let about = at.lead.and_then(|lead| case.record(lead)).unwrap_or(at);
    // Without the number in force nothing is held to bear a departure out: then there is a question only.
    let Ok(days_apart) = departure_days_apart(&app.parameters, app.clock.today()) else { return Ok(None) };
    let sources = source_facts(app).await?;
    Ok(departure_ladder(about, case, &sources, days_apart, Evidence::AcceptedOnly))
}

/// What a ladder allows: a question only, where there is none.
pub(crate) fn allowed(ladder: Option<&Ladder<'_>>) -> Allowed {
    ladder.map_or(Allowed::Ask, Ladder::allows)
}

/// What a closing would end: an active case's mark, a check-in to come.
pub(crate) fn open_items(case: &CaseFile, today: Date) -> Vec<ClosedItem> {
    let mut items = Vec::new();
    for record in case.accepted() {
        let is_active = record.record.value(Attribute::CaseStatus) == Some("ACTIVE");
        let check_in = record.record.day(Attribute::NextCheckInOn).is_some_and(|day| day >= today);
        for (is_open, attribute) in [(is_active, Attribute::CaseStatus), (check_in, Attribute::NextCheckInOn)]
        {
            if let Some(statement) = record.reference(attribute).filter(|_| is_open) {
                items.push(ClosedItem { record: record.id, statement });
            }
        }
    }
    items
}

/// Something that stays open whatever is closed, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LeftOpen {
    /// The statement that says that it is open.
    pub(crate) statement: StatementRef,
    /// The day that it names. None where it names none.
    pub(crate) on: Option<Date>,
    /// What stays as it is, in words.
    pub(crate) why: &'static str,
}

/// Everything open that no closing ends: the court's hearings, orders, appeals, motions and applications.
pub(crate) fn left_open(case: &CaseFile, today: Date) -> Vec<LeftOpen> {
    let mut left = Vec::new();
    for record in case.accepted() {
        let mut note = |attribute, on, why| {
            if let Some(statement) = record.reference(attribute) {
                left.push(LeftOpen { statement, on, why });
            }
        };
        let ahead = |attribute| record.record.day(attribute).filter(|day| *day >= today);
        if let Some(on) = ahead(Attribute::HearingOn) {
            note(
                Attribute::HearingOn,
                Some(on),
                "The hearing stays. Only the court can take it off. Tell the court first.",
            );
        }
        if record.record.mark(Attribute::FinalOrder) == Some(true) {
            let on = record.record.day(Attribute::FinalOrderOn);
            note(
                Attribute::FinalOrder,
                on,
                "The order stays as it is. What leaving does to it is not said here.",
            );
        }
        if let Some((attribute, on)) = undecided(record) {
            note(attribute, Some(on), "This is still to be decided. Leaving does not end it here.");
        }
    }
    left
}

/// An appeal, a motion or an application without a decision, with the day on which it was filed.
fn undecided(record: &CaseRecord) -> Option<(Attribute, Date)> {
    let pairs = [
        (Attribute::AppealFiledOn, Attribute::AppealDecidedOn, Attribute::AppealDecision),
        (Attribute::MotionReceivedOn, Attribute::MotionDecidedOn, Attribute::MotionDecision),
    ];
    let open = pairs.into_iter().find_map(|(filed, decided, decision)| {
        let is_decided = record.record.day(decided).is_some() || record.record.value(decision).is_some();
        record.record.day(filed).filter(|_| !is_decided).map(|on| (filed, on))
    });
    let pending = record.record.value(Attribute::ApplicationStatus) == Some("PENDING");
    open.or_else(|| {
        let filed = record.record.day(Attribute::ApplicationFiledOn).filter(|_| pending)?;
        Some((Attribute::ApplicationFiledOn, filed))
    })
}

/// Whether a record of the file names a proceeding before a court.
pub(crate) fn has_proceeding(case: &CaseFile) -> bool {
    let of_court = [
        Attribute::CaseType,
        Attribute::CourtCity,
        Attribute::NtaFiledOn,
        Attribute::HearingOn,
        Attribute::OrderOn,
        Attribute::OrderCode,
        Attribute::NoticeHearingOn,
        Attribute::MotionReceivedOn,
        Attribute::AppealFiledOn,
    ];
    case.accepted().any(|record| of_court.iter().any(|said| record.record.statement(*said).is_some()))
}
