//! The closings of a person as steps of the case: number, how the case stood, who approved, and the right to undo.

use redress_casefile::{
    CaseFile, Event, OBJECT_WITHIN, StreamId,
    closing::ClosingEvent,
    step::{Remedy, Stage, Standing, Step, Term},
};
use redress_ports::ClosingRow;

use crate::{App, ServiceError, narration::posture_in_words};

/// Who decides about a closing.
const DECIDES: &str = "a member of staff other than the one who proposed it";

/// The closings as steps. One that rests on a record which the file does not have is left out.
///
/// # Errors
/// When the store fails.
pub(super) async fn closing_steps(
    app: &App,
    case: &CaseFile,
    closings: &[ClosingRow],
) -> Result<Vec<Step>, ServiceError> {
    let mut steps = Vec::new();
    for row in closings {
        let events = app.store.load(StreamId::Closing(row.closing)).await?;
        let told = events.iter().filter_map(|recorded| match &recorded.event {
            Event::Closing(event) => Some(event),
            _ => None,
        });
        steps.extend(step_of(case, told));
    }
    Ok(steps)
}

/// One closing, as far as its events tell.
fn step_of<'a>(case: &CaseFile, events: impl Iterator<Item = &'a ClosingEvent>) -> Option<Step> {
    let mut step = None;
    let mut stood = String::new();
    for event in events {
        match event {
            ClosingEvent::ClosingProposed { items, on, closing, by, .. } => {
                let rests_on: Vec<_> = items.iter().map(|item| item.statement).collect();
                if !rests_on.iter().all(|said| case.record(said.record).is_some()) {
                    return None;
                }
                let n = items.len();
                let tasks = if n == 1 { "task or mark" } else { "tasks and marks" };
                step = Some(Step {
                    stage: Stage::Closed,
                    on: Some(*on),
                    what: format!(
                        "Closing {closing}: {} proposes to end {n} {tasks} after a departure. Nothing is ended yet.",
                        by.name
                    ),
                    standing: Standing::Waits,
                    decides: Some(DECIDES),
                    remedies: Vec::new(),
                    rests_on,
                });
            }
            ClosingEvent::ClosingApproved { posture, by, .. } => {
                stood = format!(
                    "How the case stood: {}. Approved by {} ({}).",
                    posture_in_words(*posture),
                    by.name,
                    by.office
                );
            }
            other => {
                if let Some(step) = &mut step {
                    follow(step, other, &stood);
                }
            }
        }
    }
    step
}

/// What a later event makes of the step.
fn follow(step: &mut Step, event: &ClosingEvent, stood: &str) {
    let closing = event.closing();
    let (what, on) = match event {
        ClosingEvent::ClosingNoticed { on, object_until, .. } => {
            step.remedies = vec![Remedy {
                what: "Object, on the own page or in writing: then nothing is ended".to_owned(),
                term: Term::Until(*object_until),
                citation: format!("the rule of this system: {OBJECT_WITHIN} from the notice"),
            }];
            (format!("Closing {closing}: the person was told. {stood}"), *on)
        }
        ClosingEvent::Closed { by, on, .. } => {
            step.standing = Standing::Past;
            step.decides = None;
            step.remedies = vec![Remedy {
                what: "Ask that it be undone: a member of staff can undo it in one step, and everything is open again as it was"
                    .to_owned(),
                term: Term::AnyTime,
                citation: "the rule of this system".to_owned(),
            }];
            (
                format!(
                    "Closing {closing} ended what a departure had made pointless. {stood} Carried out by {}.",
                    by.name
                ),
                *on,
            )
        }
        ClosingEvent::ClosingUndone { by, on, .. } => {
            (format!("Closing {closing} was undone by {}: what it had ended is open again.", by.name), *on)
        }
        ClosingEvent::ClosingObjected { on, .. } => {
            (format!("Closing {closing}: the person objected, and nothing was ended."), *on)
        }
        ClosingEvent::ClosingDeclined { by, on, .. } => {
            (format!("Closing {closing} was declined by {}: nothing was ended.", by.name), *on)
        }
        _ => return,
    };
    if !matches!(event, ClosingEvent::ClosingNoticed { .. } | ClosingEvent::Closed { .. }) {
        step.standing = Standing::Past;
        step.decides = None;
        step.remedies.clear();
    }
    step.what = what;
    step.on = Some(on);
}
