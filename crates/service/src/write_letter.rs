//! Letters that the desk prints: a correction for each holder, the notice of a closing, the notice of a finding.
//!
//! Whoever prints one reads the file, and the read is accounted for first. That it went out is recorded by another step.

use jiff::civil::Date;
use redress_casefile::{
    CaseFile, Event, OBJECT_WITHIN, Reviewer, StreamId,
    closing::State as ClosingState,
    finding::{AdverseGate, FindingEvent, State as FindingState},
    letter::{ContestedLine, CorrectedLine, Letter, Told},
};
use redress_statement::{ClosingId, FindingId, PersonId, RequestId};

use crate::{
    App, ServiceError, WaterfallBook,
    history::{load_closing, load_correction, load_finding},
    view::{Reader, StatementView, closing_view, finding_view, name_in, request_view},
};

/// The letter of correction for one holder, by its place among those that the request's page lists, from 0.
///
/// # Errors
/// When the request or the holder is not there, nothing was granted, or the role reads no file.
pub async fn correction_letter(
    app: &App,
    by: &Reviewer,
    id: RequestId,
    holder: usize,
) -> Result<Letter, ServiceError> {
    let view = request_view(app, &Reader::Staff(by.clone()), id).await?;
    let state = load_correction(app, id).await?.state;
    let missing = || ServiceError::not_found(format!("that letter of {id}"));
    let (_, granted_on, _) = state.holders().ok_or_else(missing)?;
    let holder = view.holders.get(holder).ok_or_else(missing)?;
    let record = view.record.as_ref().ok_or_else(missing)?;
    let key = app.store.record(record.id).await?.map(|stored| stored.record.key.key.to_string());
    let place = format!(
        "The record: {}, {}, line {}, with the key {} at its source.",
        record.source_title,
        if record.file.is_empty() { "file not named" } else { &record.file },
        record.line,
        key.unwrap_or_else(|| "that it had".to_owned()),
    );
    let corrected =
        record.statements.iter().filter(|said| said.corrected.is_some() || said.found_wrong.is_some());
    let tells = Told::Correction {
        request: id,
        to_owner: holder.holder.is_owner,
        granted_on,
        place,
        values: corrected.map(corrected_line).collect(),
        contested: record
            .statements
            .iter()
            .filter(|said| said.is_held || said.disagreement.is_some())
            .map(contested_line)
            .collect(),
    };
    letter(app, by, view.row.person, Some(holder.holder.name.clone()), tells).await
}

fn corrected_line(said: &StatementView) -> CorrectedLine {
    CorrectedLine {
        name: said.name,
        column: said.column.clone(),
        original: said.original.clone(),
        corrected: said.corrected.clone(),
        found_wrong: said.found_wrong.clone(),
    }
}

/// A value that does not leave without its mark and the person's own words (5 U.S.C. 552a(d)(4)).
fn contested_line(said: &StatementView) -> ContestedLine {
    ContestedLine {
        name: said.name,
        column: said.column.clone(),
        original: said.original.clone(),
        disagreement: said.disagreement.clone(),
    }
}

/// The letter that tells the person of a closing that was approved.
///
/// # Errors
/// When it is not there, waits for no notice and is not under notice, or the role reads no file.
pub async fn closing_letter(app: &App, by: &Reviewer, id: ClosingId) -> Result<Letter, ServiceError> {
    let view = closing_view(app, &Reader::Staff(by.clone()), id).await?;
    let object_until = match load_closing(app, id).await?.state {
        ClosingState::Approved { .. } => OBJECT_WITHIN.last_day(app.clock.today()),
        ClosingState::Noticed { object_until, .. } => object_until,
        _ => return Err(ServiceError::not_found(format!("a letter of {id}"))),
    };
    let items = view.ladder.iter().flat_map(|ladder| &ladder.items);
    let shows = items.map(|item| format!("{}: {}, {}", item.source_title, spoken(item.on), item.basis));
    let ends = view.records.iter().flat_map(|record| {
        record.inputs().map(|said| {
            let words = said.in_words.as_deref().unwrap_or(&said.original);
            format!("{}: {}, {words}", record.source_title, said.name)
        })
    });
    let stays = view.left_open.iter().map(|left| {
        let on = left.on.map(|on| format!(", {}", spoken(on))).unwrap_or_default();
        format!("{}: {}{on}. {}", left.source_title, left.what, left.why)
    });
    let tells = Told::Closing {
        closing: id,
        object_until,
        shows: shows.collect(),
        ends: ends.collect(),
        stays: stays.collect(),
    };
    letter(app, by, view.row.person, None, tells).await
}

/// The letter that tells the person of a finding that could worsen the person's position.
///
/// # Errors
/// When it is not there, is not borne out yet or is past its notice, or the role reads no file.
pub async fn finding_letter(
    app: &App,
    book: &WaterfallBook,
    by: &Reviewer,
    id: FindingId,
) -> Result<Letter, ServiceError> {
    let view = finding_view(app, book, &Reader::Staff(by.clone()), id).await?;
    let missing = || ServiceError::not_found(format!("a letter of {id}"));
    let FindingState::Decided { gate, .. } = load_finding(app, id).await?.state else {
        return Err(missing());
    };
    let answer_until = match gate {
        AdverseGate::Verified { .. } => OBJECT_WITHIN.last_day(app.clock.today()),
        AdverseGate::Noticed { answer_until } => answer_until,
        _ => return Err(missing()),
    };
    let events = app.store.load(StreamId::Finding(id)).await?;
    let verified = events.iter().rev().find_map(|recorded| match &recorded.event {
        Event::Finding(FindingEvent::VerificationRecorded { source, .. }) => Some(source.clone()),
        _ => None,
    });
    let source = verified.ok_or_else(missing)?;
    let title_of = app.store.sources().await?.into_iter().find(|row| row.agreement.source == source);
    let tells = Told::Finding {
        finding: id,
        answer_until,
        title: view.title,
        sentence: view.sentence.clone(),
        borne_out_by: title_of.map_or_else(|| source.to_string(), |row| row.agreement.title),
    };
    letter(app, by, view.row.person, None, tells).await
}

/// A letter to somebody, or to the person concerned.
async fn letter(
    app: &App,
    by: &Reviewer,
    person: PersonId,
    to: Option<String>,
    tells: Told,
) -> Result<Letter, ServiceError> {
    let case: CaseFile = app.store.case_file(person).await?.ok_or_else(|| ServiceError::not_found(person))?;
    let name = name_in(&case);
    Ok(Letter {
        to: to.unwrap_or_else(|| name.clone()),
        name,
        person,
        made_on: app.clock.today(),
        is_simulated: app.clock.is_simulated(),
        from: by.clone(),
        tells,
    })
}

fn spoken(on: Date) -> String {
    on.strftime("%-d %B %Y").to_string()
}
