//! Filters of the templates: dates, numbers and states in words.

use askama::{Result, Values};
use jiff::civil::Date;
use redress_casefile::{
    PublicKind,
    correction::HolderStanding,
    finding::{Harm, Outcome},
};
use redress_service::view::{COUNTED_MAX, finding_state_in_words, outcome_in_words, request_state_in_words};

/// `2 November 2026`.
#[askama::filter_fn]
pub(super) fn day(on: &Date, _: &dyn Values) -> Result<String> {
    Ok(day_in_words(*on))
}

/// A day as people write it.
fn day_in_words(on: Date) -> String {
    on.strftime("%-d %B %Y").to_string()
}

/// A probability as the sentences of a comparison say it: `98.1 %`, never rounded up to certainty, nor down to
/// impossibility.
#[askama::filter_fn]
pub(super) fn probability(value: &f64, _: &dyn Values) -> Result<String> {
    Ok(probability_in_words(*value))
}

fn probability_in_words(value: f64) -> String {
    match value * 100.0 {
        percent if percent >= 99.999 => "over 99.999 %".to_owned(),
        percent if percent > 99.9 => format!("{:.3} %", (percent * 1000.0).floor() / 1000.0),
        percent if percent < 0.001 => "under 0.001 %".to_owned(),
        percent if percent < 0.1 => format!("{percent:.3} %"),
        percent => format!("{percent:.1} %"),
    }
}

/// How far a holder of a corrected value was told.
#[askama::filter_fn]
pub(super) fn holder_standing(standing: &HolderStanding, _: &dyn Values) -> Result<String> {
    Ok(match standing {
        HolderStanding::ToTell => "not told yet".to_owned(),
        HolderStanding::Told { way, on } => {
            format!("told {} on {}, has not confirmed yet", way.in_words(), day_in_words(*on))
        }
        HolderStanding::Confirmed { on } => format!("told, and confirmed on {}", day_in_words(*on)),
    })
}

/// `98.1 %`.
#[askama::filter_fn]
pub(super) fn percent(value: &f64, _: &dyn Values) -> Result<String> {
    Ok(format!("{:.1} %", 100.0 * value))
}

/// Thousands apart: `12,345`.
#[askama::filter_fn]
pub(super) fn grouped(n: &u64, _: &dyn Values) -> Result<String> {
    let digits = n.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    Ok(shown)
}

/// A count that ends at [`COUNTED_MAX`].
#[askama::filter_fn]
pub(super) fn counted(n: &usize, _: &dyn Values) -> Result<String> {
    Ok(if *n >= COUNTED_MAX as usize { format!("{COUNTED_MAX} or more") } else { n.to_string() })
}

/// `once`, `3 times`.
#[askama::filter_fn]
pub(super) fn times(n: &u64, _: &dyn Values) -> Result<String> {
    Ok(match n {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    })
}

/// `today is the last day`, `1 day left`, `13 days left`, `passed 3 days ago`.
#[askama::filter_fn]
pub(super) fn days_left(days: &i64, _: &dyn Values) -> Result<String> {
    Ok(days_in_words(*days))
}

fn days_in_words(days: i64) -> String {
    match days {
        0 => "today is the last day".to_owned(),
        1 => "1 day left".to_owned(),
        -1 => "passed yesterday".to_owned(),
        days if days < 0 => format!("passed {} days ago", -days),
        days => format!("{days} days left"),
    }
}

/// `112 days left, until 22 February 2027: what happens then cannot be undone`, `5 November 2026 passed 28 days ago`.
#[askama::filter_fn]
pub(super) fn until_irreversible(days: &i64, _: &dyn Values, on: &Date) -> Result<String> {
    Ok(until_words(*days, *on))
}

fn until_words(days: i64, on: Date) -> String {
    let on = day_in_words(on);
    match days {
        0 => format!("today, {on}, is the last day: what happens then cannot be undone"),
        days if days < 0 => format!("{on} {}", days_in_words(days)),
        days => format!("{}, until {on}: what happens then cannot be undone", days_in_words(days)),
    }
}

/// `opened today`, `open for 1 day`, `open for 9 days`.
#[askama::filter_fn]
pub(super) fn open_for(days: &i64, _: &dyn Values) -> Result<String> {
    Ok(match days {
        0 => "opened today".to_owned(),
        1 => "open for 1 day".to_owned(),
        days => format!("open for {days} days"),
    })
}

/// Harm in words.
#[askama::filter_fn]
pub(super) fn harm(harm: &Harm, _: &dyn Values) -> Result<&'static str> {
    Ok(match harm {
        Harm::H5 => "it cannot be undone",
        Harm::H4 => "case or status at stake",
        Harm::H3 => "work, benefit or papers at stake",
        Harm::H2 => "wasted journeys or worry",
        Harm::H1 => "wrong statistics",
    })
}

/// The look of a harm's tag.
#[askama::filter_fn]
pub(super) fn harm_class(harm: &Harm, _: &dyn Values) -> Result<&'static str> {
    Ok(match harm {
        Harm::H5 | Harm::H4 => "grave",
        _ => "",
    })
}

/// A finding's state in words.
#[askama::filter_fn]
pub(super) fn finding_state(state: &str, _: &dyn Values) -> Result<String> {
    Ok(finding_state_in_words(state))
}

/// A decision about a finding, for its tag.
#[askama::filter_fn]
pub(super) fn outcome(outcome: &Outcome, _: &dyn Values) -> Result<&'static str> {
    Ok(outcome_in_words(*outcome))
}

/// A correction request's state in words.
#[askama::filter_fn]
pub(super) fn request_state(state: &str, _: &dyn Values) -> Result<String> {
    Ok(request_state_in_words(state))
}

/// A closing's state in words.
#[askama::filter_fn]
pub(super) fn closing_state(state: &str, _: &dyn Values) -> Result<String> {
    Ok(match state {
        "proposed" => "proposed, waits for approval".to_owned(),
        "approved" => "approved, the person is to be told".to_owned(),
        "noticed" => "the person was told".to_owned(),
        "objected" => "the person objected: nothing is closed".to_owned(),
        other => other.replace('_', " "),
    })
}

/// The kind of a public entry in words.
#[askama::filter_fn]
pub(super) fn kind_in_words(kind: &PublicKind, _: &dyn Values) -> Result<&'static str> {
    Ok(match kind {
        PublicKind::LinkJudgement => "judgement about a link",
        PublicKind::Determination => "determination",
        PublicKind::Request => "request or appeal",
        PublicKind::Hold => "hold",
        PublicKind::Closing => "closing",
        PublicKind::Erasure => "erasure of records",
    })
}

/// The first sixteen digits of a commitment.
#[askama::filter_fn]
pub(super) fn shortened(digits: &str, _: &dyn Values) -> Result<String> {
    Ok(format!("{}…", digits.chars().take(16).collect::<String>()))
}

/// The first letter large.
#[askama::filter_fn]
pub(super) fn sentence_case(text: &str, _: &dyn Values) -> Result<String> {
    let mut letters = text.chars();
    Ok(letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str())))
}

#[cfg(test)]
mod tests {
    use redress_linkage::Waterfall;

    use super::*;

    #[test]
    fn a_probability_has_the_form_that_the_sentences_of_a_comparison_give_it() {
        for match_probability in [1.0, 0.999_991, 0.9999, 0.987, 0.5, 0.000_5, 0.0] {
            let waterfall = Waterfall {
                prior_bits: 0.0,
                steps: Vec::new(),
                total_bits: 0.0,
                match_probability,
                reliability: None,
                n_labels: 0,
            };
            let sentences = waterfall.sentences().join(" ");
            let shown = probability_in_words(match_probability);
            assert!(sentences.contains(&shown), "{shown} is not in: {sentences}");
        }
    }

    #[test]
    fn a_date_to_come_and_one_that_passed_are_told_apart() {
        let on = jiff::civil::date(2027, 2, 22);
        for (days, words) in [
            (112, "112 days left, until 22 February 2027: what happens then cannot be undone"),
            (1, "1 day left, until 22 February 2027: what happens then cannot be undone"),
            (0, "today, 22 February 2027, is the last day: what happens then cannot be undone"),
            (-1, "22 February 2027 passed yesterday"),
            (-28, "22 February 2027 passed 28 days ago"),
        ] {
            assert_eq!(until_words(days, on), words);
        }
    }
}
