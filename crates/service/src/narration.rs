//! Events in plain words: one sentence each, with who and, where there is one, the reason.

use jiff::civil::Date;
use redress_casefile::{
    Event, NoticeGiven, Reviewer, Words,
    closing::{ClosingEvent, ListKind, Posture},
    correction::{CorrectionEvent, Determination},
    finding::{FindingEvent, Outcome},
    hold::HoldEvent,
    person::PersonEvent,
};

/// The sentence, and the words that somebody wrote.
pub(crate) fn narrate(event: &Event) -> (String, Option<&str>) {
    match event {
        Event::Person(event) => person(event),
        Event::Finding(event) => finding(event),
        Event::Correction(event) => correction(event),
        Event::Hold(event) => hold(event),
        Event::Closing(event) => closing(event),
    }
}

fn by(reviewer: &Reviewer) -> String {
    format!("{} ({})", reviewer.name, reviewer.office)
}

/// `2 November 2026`.
fn day(on: Date) -> String {
    on.strftime("%-d %B %Y").to_string()
}

fn said(words: &Words) -> Option<&str> {
    words.text()
}

fn person(event: &PersonEvent) -> (String, Option<&str>) {
    let n = |records: &[redress_statement::RecordId]| match records.len() {
        1 => "one record".to_owned(),
        n => format!("{n} records"),
    };
    match event {
        PersonEvent::PersonFormed { records, .. } => match records.len() {
            1 => ("One record stands alone as this person.".to_owned(), None),
            _ => (format!("The model held {} to be of this person.", n(records)), None),
        },
        PersonEvent::RecordsJoined { records, .. } => {
            (format!("The model held {} more to be of this person.", n(records)), None)
        }
        PersonEvent::RecordLinked { records, by: who, reason, .. } => {
            (format!("{} judged {} to be of this person.", by(who), n(records)), said(reason))
        }
        PersonEvent::RecordsLeft { records, .. } => (format!("{} left this file.", n(records)), None),
        PersonEvent::Unmerged { records, by: who, reason, .. } => {
            (format!("{} took {} out of this file.", by(who), n(records)), said(reason))
        }
        PersonEvent::RecordsArrived { records, .. } => (format!("{} came to this file.", n(records)), None),
        PersonEvent::JudgedDifferent { left, right, by: who, reason, .. } => {
            (format!("{} judged {left} and {right} to be of different persons.", by(who)), said(reason))
        }
        PersonEvent::RecordsErased { n_records, basis, by: who, .. } => {
            let records =
                if *n_records == 1 { "one record".to_owned() } else { format!("{n_records} records") };
            (format!("{} had {records} erased: {}.", by(who), basis.in_words()), None)
        }
        PersonEvent::JudgementWithdrawn { left, right, by: who, reason, .. } => {
            (format!("{} withdrew the judgement on {left} and {right}.", by(who)), said(reason))
        }
    }
}

fn finding(event: &FindingEvent) -> (String, Option<&str>) {
    match event {
        FindingEvent::FindingOpened { check, version, sentence, .. } => {
            (format!("Check {check}, version {version}, reported."), said(sentence))
        }
        FindingEvent::FindingRevised { sentence, .. } => {
            ("The records or the days changed, and the check says now:".to_owned(), said(sentence))
        }
        FindingEvent::ReviewStarted { by: who, .. } => (format!("{} took it up.", by(who)), None),
        FindingEvent::FindingDecided { outcome, by: who, reason, .. } => {
            (format!("{} decided: {}.", by(who), outcome_in_words(*outcome)), said(reason))
        }
        FindingEvent::FindingReopened { by: who, reason, .. } => {
            (format!("{} opened it again.", by(who)), said(reason))
        }
        FindingEvent::VerificationRecorded { source, by: who, reason, .. } => {
            (format!("{} looked in another source, {source}, and it bears this out.", by(who)), said(reason))
        }
        FindingEvent::PersonNoticed { answer_until, given, .. } => {
            (format!("{}, who can answer until {}.", told(given.as_ref()), day(*answer_until)), None)
        }
        FindingEvent::SecondSigned { by: who, reason, .. } => {
            (format!("{} signed as second reviewer.", by(who)), said(reason))
        }
        FindingEvent::NoLongerSeen { last_seen, .. } => {
            (format!("The records changed; it was last seen on {}.", day(*last_seen)), None)
        }
    }
}

/// Who told the person, and how. An earlier edition of this program kept neither.
fn told(given: Option<&NoticeGiven>) -> String {
    match given {
        Some(given) => format!("{} told the person {}", by(&given.by), given.way.in_words()),
        None => "A member of staff noted, without saying how, that notice was given to the person".to_owned(),
    }
}

/// A decision, for a page.
pub(crate) const fn outcome_in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Corrected => "the record is wrong and its owner is to be told",
        Outcome::Explained => "there is a good explanation",
        Outcome::NotAnError => "this is not an error",
        Outcome::Uncertain => "it cannot be told from what is there",
    }
}

fn determination(determination: &Determination) -> &'static str {
    match determination {
        Determination::Granted { .. } => "granted",
        Determination::Refused { .. } => "refused",
    }
}

fn correction(event: &CorrectionEvent) -> (String, Option<&str>) {
    match event {
        CorrectionEvent::RequestFiled { what_is_wrong, acknowledge_by, .. } => (
            format!("A correction was asked for; it is to be acknowledged by {}.", day(*acknowledge_by)),
            said(what_is_wrong),
        ),
        CorrectionEvent::RequestAcknowledged { by: who, .. } => match who {
            Some(who) => (format!("{} acknowledged it in writing.", by(who)), None),
            None => ("It was acknowledged at once, on this page.".to_owned(), None),
        },
        CorrectionEvent::RequestDetermined { determination: d, by: who, reason, .. } => {
            (format!("{} {} it.", by(who), determination(d)), said(reason))
        }
        CorrectionEvent::AppealFiled { grounds, decide_by, .. } => {
            (format!("An appeal was filed; it is decided by {}.", day(*decide_by)), said(grounds))
        }
        CorrectionEvent::AppealDetermined { determination: d, by: who, reason, .. } => (
            format!("{}, who had no part in the first decision, {} it on appeal.", by(who), determination(d)),
            said(reason),
        ),
        CorrectionEvent::StatementOfDisagreementAttached { words, .. } => {
            ("A statement of disagreement goes out with the value from now on.".to_owned(), said(words))
        }
        CorrectionEvent::HoldersNamed { holders, tell_by, .. } => {
            let names: Vec<&str> = holders.iter().map(|holder| holder.name.as_str()).collect();
            let names = names.join("; ");
            (
                format!(
                    "To be told of the correction by {}, as they hold the value: {names}.",
                    day(*tell_by)
                ),
                None,
            )
        }
        CorrectionEvent::HolderTold { holder, way, by: who, .. } => {
            (format!("{} told {holder} of the correction, {}.", by(who), way.in_words()), None)
        }
        CorrectionEvent::HolderConfirmed { holder, by: who, .. } => {
            (format!("{holder} confirmed that it has the correction, as {} noted.", by(who)), None)
        }
        CorrectionEvent::RequestWithdrawn { .. } => ("It was withdrawn.".to_owned(), None),
    }
}

fn hold(event: &HoldEvent) -> (String, Option<&str>) {
    match event {
        HoldEvent::HoldPlaced { statements, .. } => match statements.len() {
            1 => ("The contested value may not be relied on from now on.".to_owned(), None),
            n => (format!("{n} contested values may not be relied on from now on."), None),
        },
        HoldEvent::LiftAnnounced { .. } => ("Notice was given that the hold will end.".to_owned(), None),
        HoldEvent::HoldLifted { by: who, reason, .. } => {
            (format!("{} lifted the hold.", by(who)), said(reason))
        }
    }
}

/// How a case stood, in words.
pub(crate) const fn posture_in_words(posture: Posture) -> &'static str {
    match posture {
        Posture::NoOrder => "no order, the proceeding was open",
        Posture::NoProceeding => "no proceeding before a court",
        Posture::VoluntaryDeparture => "voluntary departure within its period",
        Posture::OutstandingOrder => "an order was outstanding",
        Posture::AppealPending => "an appeal or motion was pending",
        Posture::MayReturn => "permission to return",
    }
}

fn closing(event: &ClosingEvent) -> (String, Option<&str>) {
    match event {
        ClosingEvent::ClosingProposed { items, by: who, .. } => {
            let items = match items.len() {
                1 => "one open item".to_owned(),
                n => format!("{n} open items"),
            };
            (format!("{} proposed to end {items} after a departure.", by(who)), None)
        }
        ClosingEvent::ClosingApproved { by: who, reason, posture, .. } => {
            let stood = posture_in_words(*posture);
            (format!("{} approved it. How the case stood: {stood}.", by(who)), said(reason))
        }
        ClosingEvent::ClosingNoticed { object_until, given, .. } => {
            (format!("{}, who can object until {}.", told(given.as_ref()), day(*object_until)), None)
        }
        ClosingEvent::ClosingObjected { words, .. } => {
            ("The person objected: nothing is closed.".to_owned(), said(words))
        }
        ClosingEvent::Closed { by: who, .. } => (format!("{} ended the items.", by(who)), None),
        ClosingEvent::EntryStruck { list, day: of, .. } => {
            let of = of.map(|of| format!(" for {}", day(of))).unwrap_or_default();
            let list = match list {
                ListKind::CheckIns => "check-ins",
                ListKind::Notices => "letters",
                ListKind::Hearings => "hearings",
            };
            (format!("An office brought its own list of {list}, and the entry{of} on it was struck."), None)
        }
        ClosingEvent::ClosingDeclined { by: who, reason, .. } => {
            (format!("{} declined it.", by(who)), said(reason))
        }
        ClosingEvent::ClosingUndone { by: who, reason, .. } => {
            (format!("{} undid it: the items are open again.", by(who)), said(reason))
        }
    }
}
