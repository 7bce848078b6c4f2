//! How far the estimates of a run can be trusted, and why.

use serde::{Deserialize, Serialize};

use crate::at_bound::AtBound;
use crate::birth_level;
use crate::clustered::Clustered;
use crate::comparison::Comparison;
use crate::date_orders;
use crate::dependence;
use crate::error_estimate::{ErrorEstimate, UnwrittenEstimate};
use crate::expectation_maximization::{Rest, Training};
use crate::kind::{Kind, Role};
use crate::level_pairs::LevelPairs;
use crate::meaning::{FAMILIES_FROM, OTHER_DATE_AMONG_FAMILIES_MAX, OTHER_GIVEN_NAME_MAX};
use crate::mixture::Relation;
use crate::model::Model;
use crate::pair_redraws::PairsOf;
use crate::repeated_mistakes;
use crate::shared_numbers::SharedNumbers;

/// Share of the true pairs that blocking must have proposed before an estimate from the written ones is trusted.
const BLOCKING_RECALL_MIN: f64 = 0.9;
/// Widest interval of an expected error that is trusted.
const RATE_WIDTH_MAX: f64 = 0.2;
/// Share of the limit from which the given names or dates of one person are held by it: what the classes without that exception leave.
const AT_LIMIT_FROM: f64 = 0.98;
/// Fewest pairs expected to be of one person at levels that a bound holds, before that speaks against a run.
const BOUND_PAIRS_MIN: f64 = 1.0;
/// Share of the strong pairs of which both birth dates are known that may have dates with nothing in common. Of the fourteen sets of which the
/// truth is known one, whose dates are spoilt on purpose, has 0.31, the others 0.12 and less; a ration list of which households were taken for people 0.60.
const OTHER_DATES_MAX: f64 = 0.4;
/// Fewest such pairs from which that is judged.
const OTHER_DATES_PAIRS_MIN: u64 = 30;
/// Share of the true pairs that may be among those compared and not written, before it is told of.
const UNWRITTEN_SHARE_MAX: f64 = 0.15;
/// Why nothing can be learned where all compared pairs are alike.
pub(crate) const INDISTINCT: &str =
    "these data cannot tell one person from two: all compared pairs agree and differ in the same way";

/// How far an estimate can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The probabilities come from clerical labels.
    Labelled,
    /// The model converged and leaves few pairs open.
    Fair,
    /// Something speaks against relying on it.
    Weak,
    /// The run contradicts itself, or learned nothing: no error rate is given.
    Unreliable,
}

impl Grade {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Labelled => "from labels",
            Self::Fair => "fair",
            Self::Weak => "weak",
            Self::Unreliable => "not to be relied on",
        }
    }
}

/// Why a run is not to be relied on.
fn unsound(model: &Model, strong_from: Option<f64>, clustered: Option<&Clustered>) -> Vec<String> {
    let mut reasons: Vec<String> =
        model.shared_numbers.iter().filter_map(SharedNumbers::contradiction).collect();
    if model.is_one_pattern {
        reasons.push(INDISTINCT.to_owned());
    }
    if let Some((name, share)) = other_given_name(&model.comparisons, &model.m) {
        reasons.push(format!(
            "of the pairs that the model takes for one person {} bear a `{name}` that has nothing in common, where the limit is {}: \
             they may be brothers and sisters, or one person under other names, and nothing here tells which. Say what each column holds in a file for --config, or add \
             columns that tell people of one family apart",
            crate::html::percent(share),
            crate::html::percent(OTHER_GIVEN_NAME_MAX)
        ));
    }
    if let Some((name, share)) = other_date(model) {
        reasons.push(format!(
            "of the pairs that the model takes for one person {} of the whole dates in `{name}` have nothing in common, where the limit in records of \
             families is {}: they may be brothers and sisters, or one person's records with wrong dates, and nothing here tells which. Add columns that tell \
             people of one family apart, or have pairs judged (redress review sample)",
            crate::html::percent(share),
            crate::html::percent(OTHER_DATE_AMONG_FAMILIES_MAX)
        ));
    }
    reasons.extend(two_at_their_bounds(model));
    reasons.extend(other_dates_of_strong(model, strong_from));
    reasons.extend(clustered.and_then(Clustered::contradiction));
    reasons.extend(clustered.and_then(Clustered::nearly_all_open));
    reasons
}

/// That a number and a birth date are both held at their bounds in the pairs of one person. One of the two may be bad in a file; both at once are mostly two people. Of the
/// sets of which the truth is known those have it alone of which 3 to 10 in 100 pairs inside the clusters are of two people.
fn two_at_their_bounds(model: &Model) -> Option<String> {
    let held = |is_it: fn(&Comparison) -> bool| {
        held_bounds(model).find(|(comparison, _)| is_it(comparison)).map(|(comparison, _)| &comparison.name)
    };
    let number = held(|comparison| comparison.kind == Kind::Identifier)?;
    let born = held(|comparison| comparison.kind == Kind::DateOfBirth && comparison.has_own_levels())?;
    Some(format!(
        "in the pairs that the model takes for one person `{number}` and `{born}` both differ as often as their limits let: pairs of two people, such as brothers and sisters, are \
         almost surely among them. Say what each column holds in a file for --config (a father's or grandfather's name that brothers and sisters share is a family_name), or have pairs judged \
         (redress review sample)"
    ))
}

/// The given name that has nothing in common in as many pairs of one person as the model allows, and in what share of them; `m` gives
/// the probability of each level in pairs of one person.
fn other_given_name<'a>(comparisons: &'a [Comparison], m: &[Vec<f64>]) -> Option<(&'a str, f64)> {
    let given = comparisons.iter().zip(m).filter(|(comparison, _)| comparison.kind == Kind::GivenName);
    let shares = given.filter_map(|(comparison, m)| Some((comparison.name.as_str(), *m.first()?)));
    let held = shares.filter(|(_, share)| *share >= OTHER_GIVEN_NAME_MAX * AT_LIMIT_FROM);
    held.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// The birth date of which whole dates have nothing in common in as many pairs of one person as the model allows among families, and in
/// what share of them.
fn other_date(model: &Model) -> Option<(&str, f64)> {
    let relatives = model.classes.iter().filter(|class| class.relation == Relation::Relatives);
    let has_families = relatives.map(|class| class.share).sum::<f64>() >= FAMILIES_FROM * model.prior;
    let is_dated =
        |comparison: &Comparison| comparison.kind == Kind::DateOfBirth && comparison.has_own_levels();
    let dates = model.comparisons.iter().zip(&model.m).filter(|(comparison, _)| is_dated(comparison));
    let shares = dates.filter_map(|(comparison, m)| Some((comparison.name.as_str(), *m.first()?)));
    let held = shares.filter(|(_, share)| *share >= OTHER_DATE_AMONG_FAMILIES_MAX * AT_LIMIT_FROM);
    held.filter(|_| has_families).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Of the strong pairs whose birth dates are known, how many there are, and how many have dates with nothing in common.
pub(crate) fn strong_with_other_dates(model: &Model, strong_from: f64) -> Option<(u64, u64)> {
    let is_dated =
        |comparison: &Comparison| comparison.kind == Kind::DateOfBirth && comparison.has_own_levels();
    let slot = model.comparisons.iter().position(is_dated)?;
    let (mut n_dated, mut n_other) = (0, 0);
    for pattern in model.patterns.iter().filter(|pattern| pattern.match_probability >= strong_from) {
        let level = pattern.levels[slot];
        if level != model.comparisons[slot].null() {
            n_dated += pattern.n_pairs;
            n_other += if birth_level::is_another(level) { pattern.n_pairs } else { 0 };
        }
    }
    Some((n_dated, n_other))
}

/// That strong pairs have other birth dates more often than any mistakes in one person's records make them.
fn other_dates_of_strong(model: &Model, strong_from: Option<f64>) -> Option<String> {
    let (n_dated, n_other) = strong_with_other_dates(model, strong_from?)?;
    let is_told = n_dated >= OTHER_DATES_PAIRS_MIN && n_other as f64 > OTHER_DATES_MAX * n_dated as f64;
    is_told.then(|| {
        format!(
            "of {} pairs strong enough to make clusters of which both birth dates are known, {} have dates that have nothing in common: most of these are \
             hardly of one person. Say what each column holds in a file for --config: a column that a family or a household shares may be taken for a person's own",
            crate::html::count(n_dated),
            crate::html::count(n_other)
        )
    })
}

/// That the training had not come to rest in a way that matters.
fn unsettled(training: &Training) -> Option<String> {
    (training.rest() == Rest::Unsettled).then(|| {
        format!(
            "the training did not converge in {} iterations: in the last one a probability moved by {:.1e} and the log-likelihood by {:.1}, and \
             another starting point leads to {} more or fewer pairs of one person",
            training.iterations,
            training.last_change,
            training.last_gain,
            crate::html::percent(training.other_change())
        )
    })
}

/// That nothing in the records tells relatives from one person.
fn without_relatives(model: &Model) -> Option<String> {
    let bears = |kind: Kind| model.comparisons.iter().any(|comparison| comparison.kind == kind);
    let has_relatives = model.classes.iter().any(|class| class.relation == Relation::Relatives);
    let is_silent = has_relatives || model.classes.is_empty() || !bears(Kind::FamilyName);
    (!is_silent).then(|| {
        "no column tells who shares a home or a parent, so that the model has no class of relatives: brothers, sisters and namesakes in one \
         family are told from one person by names and dates alone"
            .to_owned()
    })
}

/// That the names stand in one column, in which nothing tells the given name from the others.
fn names_in_one_column(comparisons: &[Comparison]) -> Option<String> {
    let whole = comparisons.iter().find(|c| c.kind == Kind::FullName && c.role == Role::Whole)?;
    let has_parts = comparisons.iter().any(|c| matches!(c.kind, Kind::GivenName | Kind::FamilyName));
    (!has_parts).then(|| {
        format!(
            "the names stand in one column, `{}`, and nothing says which of the words is the given name: strong pairs of twins, and of parent \
             and child, were not looked for and are not kept apart, and more pairs of brothers and sisters may be taken for one person than \
             is expected. If the files hold family and given name apart, link with those columns",
            whole.name
        )
    })
}

/// The bounds that hold how often levels are seen in one person's pairs, each with its comparison; none of levels that hardly any pair shows: of these nothing was learned
/// either way, and they decide nothing.
fn held_bounds(model: &Model) -> impl Iterator<Item = (&Comparison, &AtBound)> {
    model.at_bounds.iter().filter(|at| at.holds_m()).filter_map(|at| {
        let slot = model.comparisons.iter().position(|known| known.name == at.comparison)?;
        let expected = |pairs: &Vec<LevelPairs>| -> f64 {
            at.levels.iter().map(|level| pairs[*level].expected_same).sum()
        };
        let is_shown = model.level_pairs.get(slot).is_none_or(|pairs| expected(pairs) >= BOUND_PAIRS_MIN);
        is_shown.then(|| (&model.comparisons[slot], at))
    })
}

/// Probabilities of one person's pairs that are their bounds'.
fn bounded(model: &Model) -> Option<String> {
    let names: Vec<String> = held_bounds(model)
        .map(|(_, at)| {
            let (levels, most) = (model.shown_labels(at).join("”, “"), crate::html::percent(at.bound));
            format!("{} “{levels}” in {most} of the pairs of {}", at.comparison, at.of_pairs)
        })
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "{} held at a bound, not learned ({}): the data ask for more than one person's records are taken to differ",
            if names.len() == 1 { "how often records differ is" } else { "how often records differ is, in several columns," },
            names.join("; ")
        )
    })
}

/// What a run expects of itself, as far as its grade looks at it.
pub(crate) struct Weighed<'a> {
    /// The written pairs that nobody judged.
    pub(crate) pairs: &'a [PairsOf<'a>],
    /// The expected errors at some thresholds.
    pub(crate) at: &'a [ErrorEstimate],
    /// What the clusters say of the pairs.
    pub(crate) clustered: Option<&'a Clustered>,
    /// The pairs that were compared and not written.
    pub(crate) unwritten: Option<UnwrittenEstimate>,
}

/// How far a run can be trusted, and why. `strong_from` is the probability from which clusters are made of pairs.
pub(crate) fn grade(model: &Model, weighed: &Weighed<'_>, strong_from: Option<f64>) -> (Grade, Vec<String>) {
    let Weighed { pairs, at, clustered, unwritten } = *weighed;
    let unsound = unsound(model, strong_from, clustered);
    // It was measured in the records, and stands whatever gave the probabilities.
    let told = |from| repeated_mistakes::told(&model.comparisons, &model.patterns, from);
    let repeated = strong_from.and_then(told);
    let together = dependence::told(&model.dependences);
    if let Some(labels) = &model.label_calibration {
        let reason = format!(
            "the probabilities come from {} labelled pairs; {}",
            labels.n_decided,
            labels.labellers_in_words()
        );
        return (
            Grade::Labelled,
            [vec![reason], unsound, Vec::from_iter(together), Vec::from_iter(repeated)].concat(),
        );
    }
    let mut weak = weak(model, pairs);
    weak.extend(together);
    weak.extend(repeated.map(|told| format!("{told}; {}", repeated_mistakes::CONSEQUENCE)));
    if !unsound.is_empty() {
        return (Grade::Unreliable, [unsound, weak].concat());
    }
    weak.extend(open(model, pairs, at));
    weak.extend(clustered.and_then(Clustered::mostly_open));
    weak.extend(unwritten.and_then(|unwritten| far_down(&unwritten, pairs)));
    if weak.is_empty() {
        let training = match model.training.rest() {
            Rest::ButForStrangers => "the training came to rest in all that concerns one person",
            Rest::Converged | Rest::Unsettled => "the training converged",
        };
        return (Grade::Fair, vec![format!("{training} and few pairs are open; no label has confirmed it")]);
    }
    (Grade::Weak, weak)
}

/// What speaks against relying on a run.
fn weak(model: &Model, pairs: &[PairsOf<'_>]) -> Vec<String> {
    let mut reasons = model.doubts.clone();
    reasons.extend(model.shared_numbers.iter().filter_map(SharedNumbers::doubt));
    reasons.extend(date_orders::doubt(model));
    reasons.extend(unsettled(&model.training));
    reasons.extend(without_relatives(model));
    reasons.extend(names_in_one_column(&model.comparisons));
    reasons.extend(bounded(model));
    if pairs.is_empty() {
        reasons.push("no pair reached the least probability that is written".to_owned());
    }
    reasons
}

/// That many true pairs may be among those that are not written.
fn far_down(unwritten: &UnwrittenEstimate, pairs: &[PairsOf<'_>]) -> Option<String> {
    let expected = unwritten.expected_true?;
    let written: f64 = pairs.iter().map(PairsOf::mean_true).sum();
    (expected.high > UNWRITTEN_SHARE_MAX * (written + expected.high)).then(|| {
        format!(
            "up to {} pairs of one person may be among those compared and not written, beside the {} expected among the written ones: link with a lower \
             output.min_probability to see them",
            crate::html::count(expected.high.round() as u64),
            crate::html::count(written.round() as u64)
        )
    })
}

/// What the probabilities leave open, which says nothing where they are not to be relied on.
fn open(model: &Model, pairs: &[PairsOf<'_>], at: &[ErrorEstimate]) -> Vec<String> {
    let mut reasons = Vec::new();
    match model.blocking_recall {
        Some(recall) if recall < BLOCKING_RECALL_MIN => reasons.push(format!(
            "blocking is guessed to have proposed {} of the true pairs{}, and what it did not propose was never compared",
            crate::html::percent(recall),
            model.blocking_recall_interval.map_or_else(String::new, |(low, high)| format!(
                " ({} to {})",
                crate::html::percent(low),
                crate::html::percent(high)
            ))
        )),
        None if !pairs.is_empty() => reasons.push(
            "how many true pairs were never compared cannot be estimated from these blocking rules"
                .to_owned(),
        ),
        _ => {}
    }
    reasons.extend(wide(at));
    let total: f64 = pairs.iter().map(PairsOf::mean_true).sum();
    let is_open = |of: &&PairsOf<'_>| (0.1..0.9).contains(&of.pattern.match_probability);
    let open: u64 = pairs.iter().filter(is_open).map(|of| of.n_pairs).sum();
    if open as f64 > 0.1 * total {
        reasons.push(format!(
            "{open} pairs have a probability between 0.1 and 0.9, more than a tenth of the {total:.0} pairs expected to be true"
        ));
    }
    let width = |of: &PairsOf<'_>| {
        of.n_pairs as f64 * (of.pattern.reliability_high - of.pattern.reliability_low).max(0.0)
    };
    let n: u64 = pairs.iter().map(|of| of.n_pairs).sum();
    let mean_width = pairs.iter().map(width).sum::<f64>() / n.max(1) as f64;
    if mean_width > 0.15 {
        reasons.push(format!("the intervals of the probabilities are {mean_width:.2} wide on average"));
    }
    reasons
}

/// Where an expected error is not known to a fifth.
fn wide(at: &[ErrorEstimate]) -> Option<String> {
    let named = |at: &ErrorEstimate| {
        [("share of false pairs", at.false_discovery), ("share of true pairs left out", at.false_negative)]
            .into_iter()
            .filter_map(move |(name, rate)| Some((name, rate?)))
            .find(|(_, rate)| rate.high - rate.low > RATE_WIDTH_MAX)
            .map(|(name, rate)| {
                format!(
                    "the {name} at {} is known only to lie between {} and {}",
                    at.threshold,
                    crate::html::percent(rate.low),
                    crate::html::percent(rate.high)
                )
            })
    };
    at.iter().find_map(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_that_differ_too_often_are_told() {
        let mut given = crate::comparison::tests::text("nome");
        given.kind = Kind::GivenName;
        let comparisons = [crate::comparison::tests::text("city"), given];
        let found = |m_of_another: f64| other_given_name(&comparisons, &[vec![0.9], vec![m_of_another, 0.1]]);
        assert_eq!(found(0.2), Some(("nome", 0.2)));
        assert_eq!(found(0.19), None, "a misspelled register has 0.16");
    }

    /// Whether a run is not to be relied on whose pairs of one person are held at their bounds in these kinds of columns, of which so many pairs are expected.
    fn check_bounds(held: &[Kind], expected_same: f64, is_told: bool) {
        let of = |kind: Kind| {
            let mut comparison = crate::comparison::tests::text(kind.as_str());
            (comparison.kind, comparison.role) = (kind, kind.role());
            comparison
        };
        let comparisons = vec![of(Kind::Identifier), of(Kind::DateOfBirth), of(Kind::Sex)];
        let mixture = crate::mixture::Mixture::new(&comparisons, 100.0);
        let parameters = crate::expectation_maximization::Parameters {
            shares: vec![0.1; mixture.classes.len()],
            tables: mixture
                .owners
                .iter()
                .map(|(_, slot)| vec![0.1; comparisons[*slot].levels.len()])
                .collect(),
        };
        let pairs = LevelPairs { n_pairs: 100, expected_same };
        let level_pairs = comparisons.iter().map(|known| vec![pairs; known.levels.len()]).collect();
        let mut model = Model::new(comparisons, &mixture, &parameters, Training::default());
        model.level_pairs = level_pairs;
        let at = |kind: &Kind| AtBound {
            comparison: kind.as_str().to_owned(),
            levels: vec![0],
            of_pairs: "one person".to_owned(),
            value: 0.02,
            bound: 0.02,
            share_of_m: 1.0,
        };
        model.at_bounds = held.iter().map(at).collect();
        let found = two_at_their_bounds(&model);
        assert_eq!(found.is_some(), is_told, "{held:?} {expected_same}: {found:?}");
    }

    #[test]
    fn a_number_and_a_birth_date_both_at_their_bounds_are_told() {
        check_bounds(&[Kind::Identifier, Kind::DateOfBirth], 30.0, true);
        check_bounds(&[Kind::DateOfBirth, Kind::Sex, Kind::Identifier], 30.0, true);
        check_bounds(&[Kind::Identifier, Kind::DateOfBirth], 0.5, false);
        check_bounds(&[Kind::Identifier, Kind::Sex], 30.0, false);
        check_bounds(&[Kind::DateOfBirth], 30.0, false);
    }

    #[test]
    fn a_training_is_told_of_that_moves_or_could_lead_elsewhere() {
        for (converged, last_change, other_ratio, is_told) in [
            (false, 1e-4, Some(1.001), false),
            (false, 1e-4, None, false),
            (false, 2e-3, Some(1.0), true),
            (false, 1e-4, Some(0.97), true),
            (true, 1e-4, Some(0.97), false),
        ] {
            let training = Training {
                converged,
                iterations: 300,
                last_change,
                restart_log_likelihoods: Vec::new(),
                restart_chosen: 0,
                log_likelihood: -1.0,
                last_gain: 0.5,
                other_ratio,
            };
            assert_eq!(unsettled(&training).is_some(), is_told, "{training:?}");
        }
    }

    #[test]
    fn whole_names_without_their_parts_are_told_of() {
        let of = |kind: Kind, role: Role| {
            let mut comparison = crate::comparison::tests::text("name");
            (comparison.kind, comparison.role) = (kind, role);
            comparison
        };
        let (whole, mother) = (of(Kind::FullName, Role::Whole), of(Kind::FullName, Role::Family));
        let given = of(Kind::GivenName, Role::Personal);
        for (comparisons, is_told) in [
            (vec![whole.clone()], true),
            (vec![whole, given.clone()], false),
            (vec![mother.clone()], false),
            (vec![mother, given], false),
        ] {
            assert_eq!(names_in_one_column(&comparisons).is_some(), is_told, "{comparisons:?}");
        }
    }
}
