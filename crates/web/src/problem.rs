//! Why a form was refused, in plain words and beside its field.

use jiff::civil::Date;
use redress_casefile::{REASON_CHARS_MIN, Refusal};

/// A form that was refused: shown again with this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What is wrong and what to do, as sentences.
    pub(crate) text: String,
    /// The name of the field that it is about. Empty where it is about no field.
    pub(crate) field: &'static str,
    /// The last part of the form's address, such as `decide`.
    pub(crate) step: String,
    /// What was typed, by the field's name.
    pub(crate) typed: Vec<(&'static str, String)>,
}

impl Problem {
    /// A refusal in words.
    pub(crate) fn of(refusal: &Refusal) -> Self {
        let (field, text) = in_words(refusal);
        Self { text, field, ..Self::default() }
    }

    /// Something that the form needs and does not say.
    pub(crate) fn missing(field: &'static str, text: &str) -> Self {
        Self { text: text.to_owned(), field, ..Self::default() }
    }

    /// With the form that it was, and what was typed into it.
    #[must_use]
    pub(crate) fn in_form(mut self, step: &str, typed: Vec<(&'static str, String)>) -> Self {
        step.clone_into(&mut self.step);
        self.typed = typed;
        self
    }
}

fn in_words(refusal: &Refusal) -> (&'static str, String) {
    match refusal {
        Refusal::State { machine, state, remedy, .. } => (
            "",
            format!("This is not possible now: the {machine} is {}. {}", spaced(state), sentence(remedy)),
        ),
        Refusal::Rule { rule, .. } => ("", sentence(rule)),
        Refusal::Reason { n_chars } => (
            "reason",
            format!(
                "The reason has {n_chars} characters. It needs at least {REASON_CHARS_MIN}: write what you saw and why it decides the matter."
            ),
        ),
        Refusal::TooLong { what, found, limit, unit, .. } => (
            "",
            format!(
                "{} too long: {found} {unit}, and the limit is {limit}. Shorten it.",
                large(&format!("{what} is"))
            ),
        ),
        Refusal::SamePerson { name, needed } => {
            ("", format!("{name} has acted on this already. By the rule, {needed} must be somebody else."))
        }
        Refusal::Role { role, who, .. } => {
            ("", format!("You are signed in with the role of {role}. This is for {who}."))
        }
        Refusal::TooEarly { from, rule, .. } => {
            ("", format!("This is possible from {} on. {}", day(*from), sentence(rule)))
        }
        Refusal::TooLate { until, rule, .. } => {
            ("", format!("This was possible until {}. {}", day(*until), sentence(rule)))
        }
        Refusal::Missing { missing, .. } => {
            let to_the_person = missing.replace("the person's words", "your own words");
            (field_of(missing), format!("Something is missing: {to_the_person}."))
        }
        Refusal::JudgedDifferent { left, right } => (
            "",
            format!(
                "{left} and {right} were judged to be of different persons. That judgement must be withdrawn first."
            ),
        ),
    }
}

/// The field of a form into which what is missing belongs.
fn field_of(missing: &str) -> &'static str {
    match missing {
        "the value that stands from now on" => "corrected",
        "the whole address: every part of it that the record states" => "parts",
        _ if missing.ends_with(" as the corrected value") => "corrected",
        "the person's words" => "words",
        "what is wrong, in the person's words" => "what_is_wrong",
        _ => "",
    }
}

fn spaced(text: &str) -> String {
    text.replace('_', " ")
}

fn day(on: Date) -> String {
    on.strftime("%-d %B %Y").to_string()
}

/// The first letter large.
pub(crate) fn large(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// An error fragment as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    format!("{}.", large(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_no_function() {
        for (refusal, field, words) in [
            (Refusal::Reason { n_chars: 3 }, "reason", "has 3 characters. It needs at least 10"),
            (
                Refusal::Missing {
                    command: "determine_request",
                    missing: "the value that stands from now on",
                },
                "corrected",
                "Something is missing: the value that stands",
            ),
            (
                Refusal::Role { role: "reviewer", command: "determine_appeal", who: "an appeal officer" },
                "",
                "This is for an appeal officer.",
            ),
            (
                Refusal::State {
                    machine: "finding",
                    state: "under_review",
                    command: "reopen_finding",
                    remedy: "decide it",
                },
                "",
                "the finding is under review. Decide it.",
            ),
        ] {
            let problem = Problem::of(&refusal);
            assert_eq!(problem.field, field, "{problem:?}");
            assert!(problem.text.contains(words), "{problem:?}");
            assert!(!problem.text.contains('_') && !problem.text.contains('`'), "{problem:?}");
        }
    }
}
