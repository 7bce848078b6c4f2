//! States and decisions in the words of pages and papers.

use redress_casefile::finding::Outcome;

/// A finding's state.
#[must_use]
pub fn finding_state_in_words(state: &str) -> String {
    match state {
        "open" => "waits for a reviewer".to_owned(),
        "under_review" => "a reviewer looks at it".to_owned(),
        "decided" => "decided".to_owned(),
        "no_longer_seen" => "no longer in the records".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A decision about a finding.
#[must_use]
pub const fn outcome_in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Corrected => "found wrong by a reviewer",
        Outcome::Explained => "decided: there is a good reason for it",
        Outcome::NotAnError => "decided: not an error",
        Outcome::Uncertain => "decided: it cannot be told",
    }
}

/// A correction request's state.
#[must_use]
pub fn request_state_in_words(state: &str) -> String {
    match state {
        "filed" | "acknowledged" => "waits for a decision".to_owned(),
        "under_appeal" => "under appeal".to_owned(),
        "final" => "decided for good".to_owned(),
        other => other.replace('_', " "),
    }
}
