//! Acts in plain words: what happened and how it ended, without names and without what anybody wrote.

use redress_casefile::{
    Event, PublicKind,
    closing::ClosingEvent,
    correction::{CorrectionEvent, Determination},
    finding::{FindingEvent, Outcome},
    hold::HoldEvent,
    person::PersonEvent,
};

/// What happened, such as `a correction request was refused`. None for what stays inside, of which nobody has a receipt.
pub(crate) const fn in_words(event: &Event) -> Option<&'static str> {
    match event {
        Event::Person(event) => person(event),
        Event::Finding(event) => finding(event),
        Event::Correction(event) => correction(event),
        Event::Hold(event) => hold(event),
        Event::Closing(event) => closing(event),
    }
}

/// What an act is of which no more is known here: the kind under which it was published.
pub(crate) const fn kind_in_words(kind: PublicKind) -> &'static str {
    match kind {
        PublicKind::LinkJudgement => "an act on which records are of one person",
        PublicKind::Determination => "an act on a decision",
        PublicKind::Request => "an act on a correction request or an appeal",
        PublicKind::Hold => "an act on a hold",
        PublicKind::Closing => "an act on a closing",
        PublicKind::Erasure => "an erasure of records",
    }
}

const fn person(event: &PersonEvent) -> Option<&'static str> {
    Some(match event {
        PersonEvent::PersonFormed { .. } => "the linkage held records to be of one person",
        PersonEvent::RecordsJoined { .. } => "the linkage held more records to be of one person",
        PersonEvent::RecordLinked { .. } => "a reviewer judged records to be of one person",
        PersonEvent::Unmerged { .. } => "a reviewer took records out of a person's file",
        PersonEvent::JudgedDifferent { .. } => "a reviewer judged two records to be of different persons",
        PersonEvent::RecordsErased { .. } => "what records say was erased",
        PersonEvent::JudgementWithdrawn { .. } => "a judgement that two records differ was withdrawn",
        _ => return None,
    })
}

const fn finding(event: &FindingEvent) -> Option<&'static str> {
    Some(match event {
        FindingEvent::FindingDecided { outcome, .. } => match outcome {
            Outcome::Corrected => {
                "a finding was decided: the record is wrong and its owner is to be told (corrected)"
            }
            Outcome::Explained => "a finding was decided: there is a good explanation (explained)",
            Outcome::NotAnError => "a finding was decided: this is not an error",
            Outcome::Uncertain => "a finding was decided: it cannot be told from what is there (uncertain)",
        },
        FindingEvent::FindingReopened { .. } => "a decided finding was opened again",
        FindingEvent::VerificationRecorded { .. } => "a finding was borne out by another source",
        FindingEvent::PersonNoticed { .. } => "the person was told of a finding and can answer",
        FindingEvent::SecondSigned { .. } => "a second reviewer signed a finding",
        _ => return None,
    })
}

const fn correction(event: &CorrectionEvent) -> Option<&'static str> {
    Some(match event {
        CorrectionEvent::RequestFiled { .. } => "a correction request was filed",
        CorrectionEvent::RequestDetermined { determination, .. } => match determination {
            Determination::Granted { .. } => "a correction request was granted",
            Determination::Refused { .. } => "a correction request was refused",
        },
        CorrectionEvent::AppealFiled { .. } => "an appeal against a refusal was filed",
        CorrectionEvent::AppealDetermined { determination, .. } => match determination {
            Determination::Granted { .. } => "an appeal was decided: the correction is granted",
            Determination::Refused { .. } => "an appeal was decided: the correction is refused",
        },
        _ => return None,
    })
}

const fn hold(event: &HoldEvent) -> Option<&'static str> {
    Some(match event {
        HoldEvent::HoldPlaced { .. } => "a hold was placed: what is contested may not be relied on",
        HoldEvent::HoldLifted { .. } => "a hold was lifted",
        _ => return None,
    })
}

const fn closing(event: &ClosingEvent) -> Option<&'static str> {
    Some(match event {
        ClosingEvent::ClosingApproved { .. } => "a closing was approved",
        ClosingEvent::ClosingNoticed { .. } => "notice of a closing was given",
        ClosingEvent::ClosingObjected { .. } => "the person objected to a closing: nothing is closed",
        ClosingEvent::Closed { .. } => "a closing was carried out",
        ClosingEvent::ClosingDeclined { .. } => "a closing was declined",
        ClosingEvent::ClosingUndone { .. } => "a closing was undone: what it ended is open again",
        _ => return None,
    })
}
