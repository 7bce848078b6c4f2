//! The audit as a page.

use std::fmt::Write as _;

use super::probe_page::probe_section;
use super::{Audit, DimensionAudit, Foremost, Gap, Measure, MeasureAudit, Outcome, RunMeasure};
use crate::chart::{self, AGAINST, Dot, FOR, NEUTRAL};
use crate::html;

/// The audit as one self-contained page.
#[must_use]
pub fn audit_html(audit: &Audit) -> String {
    let mut page = html::opened("Bias audit of a linkage run");
    page.push_str("<h1>Bias audit of a linkage run</h1>");
    audit_section(&mut page, audit);
    page.push_str(html::CLOSED);
    page
}

fn audit_section(page: &mut String, audit: &Audit) {
    if audit.is_without_truth {
        without_truth(page, audit);
    } else {
        with_truth(page, audit);
    }
    let units = if audit.is_without_truth {
        [("records", audit.n_records), ("clusters", audit.n_people)]
    } else {
        [("people", audit.n_people), ("true pairs", audit.n_true_pairs)]
    };
    let [first, second] = units.map(|(name, n)| (name, html::count(n as u64)));
    html::facts(
        page,
        &[
            first,
            second,
            ("ways to part them", audit.dimensions.len().to_string()),
            ("differences shown", n_shown(audit).to_string()),
        ],
    );
    foremost(page, audit);
    shown(page, audit);
    families(page, audit);
    margins(page, audit);
    page.push_str("<h2>All that was measured</h2>");
    for dimension in &audit.dimensions {
        of_dimension(page, dimension, audit.is_without_truth);
    }
    if !audit.probes.is_empty() {
        probe_section(page, &audit.probes, audit.rules.threshold);
    }
}

/// The few differences that should be read first: of the groups asked for, and of structure.
fn foremost(page: &mut String, audit: &Audit) {
    page.push_str("<h2>The differences that matter most</h2>");
    let found = audit.foremost_asked();
    if found.iter().all(Vec::is_empty) {
        page.push_str("<p>These data show none. Read the tables for what could have been seen.</p>");
        return;
    }
    if let Some(by_chance) = audit.by_chance() {
        let _ = write!(page, "<p>{by_chance}.</p>");
    }
    let [asked, structure] = found;
    if audit.n_asked > 0 {
        foremost_table(page, "Of the groups asked for", &asked);
    }
    foremost_table(
        page,
        if audit.n_asked > 0 { "Where two groups meet, and by structure" } else { "Of all" },
        &structure,
    );
}

fn foremost_table(page: &mut String, of: &str, found: &[Foremost<'_>]) {
    if found.is_empty() {
        let _ = write!(page, "<p>{of}, these data show no difference.</p>");
        return;
    }
    let rows = found.iter().map(|found| {
        let mut row = vec![found.dimension.to_owned(), found.measure.as_str().to_owned()];
        let [stratum, n, rate, others, difference, _, p, _, outcome] = cells(found.measure, found.gap);
        row.extend([stratum, n, rate, others, difference, format!("{:.1}", found.times_margin), p, outcome]);
        row
    });
    html::table(
        page,
        &format!(
            "{of}: shown differences of a stratum from everybody else, those beyond the margin of their measure first, the greatest by its margin \
             first; at most {}",
            super::FOREMOST_MAX
        ),
        &[
            "parted by",
            "what",
            "stratum",
            "#n",
            "#rate, 95 % interval",
            "#others",
            "#difference, 95 % interval",
            "#times the margin",
            "#p; adjusted, of so many tests",
            "outcome",
        ],
        rows,
    );
}

fn with_truth(page: &mut String, audit: &Audit) {
    let _ = write!(
        page,
        "<p class=\"lead\">Does the run treat some people’s records worse than others’? For each way to part the people, each stage \
         that can go wrong has its rate, and each rate is held against that of everybody else.</p><p>Links are pairs in one cluster, \
         or at probability {} and above where there are no clusters. A difference below the margin of its measure was declared to be none before \
         the audit. Intervals are of 95 %, from {} redraws of people (those of one household, of one cluster or of a pair that might be one person drawn together), up to {} times as many where few of them lie beyond 0. “Inconclusive” means that these data cannot tell, not that there is no \
         difference. Under {} people nothing is estimated.</p>",
        audit.rules.threshold,
        html::count(audit.rules.replicates as u64),
        super::redraw::REDRAWN_TIMES_MAX,
        super::ESTIMABLE_PEOPLE_MIN
    );
    if !audit.blocking_is_known {
        page.push_str(
            "<p class=\"warn\">Blocking was not asked: pairs that were compared and found too weak to be written count as lost in \
             blocking here.</p>",
        );
    }
}

fn without_truth(page: &mut String, audit: &Audit) {
    let _ = write!(
        page,
        "<p class=\"lead\">Does the run treat some records otherwise than others? Nobody has said which records are of one person, so \
         this page can show that outcomes differ, not who is at fault.</p><p>It holds the records of each stratum against all others: how \
         many are alone, without a written pair, or wait for review; what of the linked and of the unlinked records is of the stratum; \
         what people who judged pairs overturned; and what the same slip does to names of each kind. Missed and false links, and \
         calibration, need the truth (<code>redress evaluate --truth</code>) and are not estimated here. Links are pairs in one cluster; what waits has a \
         probability from {} to {}, or is strong and kept apart by the clusters. A difference below the margin of its measure was declared \
         to be none before the audit. Intervals are of 95 %, from {} redraws of whole clusters, up to {} times as many where few of them lie \
         beyond 0; clusters stand in for people: where they are wrong the intervals are too. “Inconclusive” means that these data cannot tell, not that there is no difference. Under {} \
         clusters nothing is estimated.</p>",
        super::REVIEW_FROM,
        audit.rules.threshold,
        html::count(audit.rules.replicates as u64),
        super::redraw::REDRAWN_TIMES_MAX,
        super::ESTIMABLE_PEOPLE_MIN
    );
}

/// How many tests there are, and what adjusting for them means.
fn families(page: &mut String, audit: &Audit) {
    let (n_families, n_tests) = audit.families();
    let level = super::FAMILY_LEVEL;
    let _ = write!(
        page,
        "<p>One measure over the strata of one dimension is a family of tests, and so is every two strata against each other; the \
         column of p values says how many it has. The interval of a difference and its p value are read off the same redraws: the interval \
         leaves out 0 exactly where p, before it is adjusted, is at most {level}. An adjusted p asks for more, so an interval can leave out 0 \
         where nothing is said to be shown. Of two strata one difference is tested, since the other is the same with its sign turned. \
         Holm’s adjustment holds the chance that a family shows anything where nothing differs at {level}. The column “would show” says \
         how large a difference would have been seen four times in five at {level} divided by the tests of its family: Holm’s strictest \
         step. Nothing is adjusted across families: this page has {} of them with {} tests, and where nothing differed up to about {:.0} \
         of the families would show something. “No difference beyond the margin” is said of each \
         difference by itself where its 90 % interval lies inside the margin (two one-sided tests at {level}).</p>",
        html::count(n_families as u64),
        html::count(n_tests as u64),
        (level * n_families as f64).ceil()
    );
}

/// What was declared before, and why.
fn margins(page: &mut String, audit: &Audit) {
    let row = |measure: Measure| {
        let margin = audit.rules.margins.of(measure);
        let (usual, reason) = measure.margin();
        let reason = if margin == usual {
            reason.to_owned()
        } else {
            format!("declared for this audit ({usual} is usual)")
        };
        let (unit, times) = measure.unit();
        vec![measure.as_str().to_owned(), format!("{:.2} {unit}", margin * times), reason]
    };
    let is_here = |measure: Measure| {
        let first = audit.dimensions.first();
        first.is_some_and(|dimension| dimension.measures.iter().any(|known| known.measure == measure))
    };
    page.push_str("<details><summary>The margin of each measure, and its reason</summary>");
    html::table(
        page,
        "A difference below the margin was declared to be none",
        &["what", "#margin", "reason"],
        Measure::ALL.into_iter().filter(|measure| is_here(*measure)).map(row),
    );
    page.push_str("</details>");
}

fn differs(gap: &Gap) -> bool {
    matches!(gap.outcome, Outcome::Differs | Outcome::DiffersWithinMargin)
}

fn n_shown(audit: &Audit) -> usize {
    let measures = audit.dimensions.iter().flat_map(|dimension| &dimension.measures);
    measures
        .flat_map(|measure| measure.gaps.iter().chain(&measure.pairwise))
        .filter(|gap| differs(gap))
        .count()
}

/// All differences that were shown.
fn shown(page: &mut String, audit: &Audit) {
    let n_shown = n_shown(audit);
    if n_shown == 0 {
        return;
    }
    let _ = write!(
        page,
        "<details><summary>All {} differences that these data show</summary>",
        html::count(n_shown as u64)
    );
    let mut rows = Vec::new();
    for dimension in &audit.dimensions {
        for measure in &dimension.measures {
            for gap in measure.gaps.iter().chain(&measure.pairwise).filter(|gap| differs(gap)) {
                let mut row = vec![dimension.name.clone(), measure.measure.as_str().to_owned()];
                row.extend(cells(measure.measure, gap));
                rows.push(row);
            }
        }
    }
    let mut header = vec!["parted by", "what"];
    header.extend(columns("#n"));
    html::table(
        page,
        "Each stratum against everybody else, and the largest against each other; differences in points, of false links per 1,000 people",
        &header,
        rows.into_iter(),
    );
    page.push_str("</details>");
}

/// The columns of a table of gaps; `n` is what its numbers count.
const fn columns(n: &str) -> [&str; 9] {
    [
        "stratum",
        n,
        "#rate, 95 % interval",
        "#others",
        "#difference, 95 % interval",
        "#ratio, 95 % interval",
        "#p; adjusted, of so many tests",
        "#would show",
        "outcome",
    ]
}

/// What is drawn anew for the intervals of a measure.
fn counted(measure: Measure, is_without_truth: bool) -> &'static str {
    match measure {
        Measure::OfRun(RunMeasure::ReviewOverturned) => "#clusters judged",
        _ if is_without_truth => "#clusters",
        _ => "#people",
    }
}

/// A rate in the unit of its measure.
fn rate(measure: Measure, rate: f64) -> String {
    match measure.unit() {
        ("points", _) => html::percent(rate),
        (_, times) => format!("{:.1}", rate * times),
    }
}

/// A difference in the unit of its measure.
fn difference(measure: Measure, difference: f64) -> String {
    // Zero has no sign, from whichever side it was rounded.
    format!("{:+.2}", (difference * measure.unit().1 * 100.0).round() / 100.0 + 0.0)
}

fn cells(measure: Measure, gap: &Gap) -> [String; 9] {
    let none = || "–".to_owned();
    let with = |value: Option<f64>, ends: Option<(f64, f64)>, of: &dyn Fn(f64) -> String| match (value, ends)
    {
        (Some(value), Some((low, high))) => format!("{}\n{} to {}", of(value), of(low), of(high)),
        (Some(value), None) => format!("{}\n–", of(value)),
        (None, _) => none(),
    };
    let outcome = match gap.outcome {
        Outcome::NotEstimable if gap.rate.is_some() => "not estimable (too few others)".to_owned(),
        Outcome::NotEstimable => format!("not estimable (n={})", gap.n_people),
        outcome => outcome.as_str().to_owned(),
    };
    let against = gap.against.as_ref().map_or_else(String::new, |other| format!(" against {other}"));
    let p = |p: f64| if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") };
    [
        format!("{}{against}", gap.stratum),
        html::count(gap.n_people as u64),
        with(gap.rate, gap.interval, &|share| rate(measure, share)),
        gap.rate_of_others.map_or_else(none, |share| rate(measure, share)),
        with(gap.difference, gap.difference_interval, &|value| difference(measure, value)),
        with(gap.ratio, gap.ratio_interval, &|ratio| format!("{ratio:.2}")),
        gap.p
            .zip(gap.p_adjusted)
            .zip(gap.n_tests)
            .map_or_else(none, |((own, adjusted), n)| format!("{}\n{} of {n}", p(own), p(adjusted))),
        gap.detectable.map_or_else(none, |value| format!("{:.2}", value * measure.unit().1)),
        outcome,
    ]
}

fn of_dimension(page: &mut String, dimension: &DimensionAudit, is_without_truth: bool) {
    let n_shown =
        dimension.measures.iter().flat_map(|measure| &measure.gaps).filter(|gap| differs(gap)).count();
    let _ = write!(
        page,
        "<details><summary>By {}: {n_shown} differences from everybody else shown</summary>",
        crate::waterfall::escaped(&dimension.name)
    );
    if !is_without_truth {
        odds(page, dimension);
    }
    for measure in &dimension.measures {
        let is_open = match measure.measure {
            Measure::OfPeople(_) => measure.measure.is_headline(),
            Measure::OfRun(of_run) => RunMeasure::OF_RECORDS.contains(&of_run),
        };
        if is_open {
            picture(page, dimension, measure);
        } else {
            let _ = write!(page, "<details><summary>{}</summary>", titled(measure));
        }
        gap_tables(page, measure, is_without_truth);
        if !is_open {
            page.push_str("</details>");
        }
    }
    linked_differences(page, dimension);
    if !is_without_truth {
        calibration(page, dimension);
    }
    page.push_str("</details>");
}

/// Outcomes by one dimension, for the report of a run: pictures, tables and what can be said.
pub(crate) fn compact(page: &mut String, dimension: &DimensionAudit) {
    for measure in &dimension.measures {
        picture(page, dimension, measure);
        gap_tables(page, measure, true);
    }
    linked_differences(page, dimension);
}

fn titled(measure: &MeasureAudit) -> String {
    let largest = measure.largest_difference.map_or(String::new(), |difference| {
        let (unit, times) = measure.measure.unit();
        format!("; largest difference between two strata {:.2} {unit}", difference * times)
    });
    format!("{}{largest}", measure.measure.as_str())
}

fn gap_tables(page: &mut String, measure: &MeasureAudit, is_without_truth: bool) {
    let columns = columns(counted(measure.measure, is_without_truth));
    let caption = format!("{}; differences in {}", titled(measure), measure.measure.unit().0);
    html::table(
        page,
        &caption,
        &columns,
        measure.gaps.iter().map(|gap| cells(measure.measure, gap).to_vec()),
    );
    if !measure.pairwise.is_empty() {
        let caption = format!("{}: every two strata against each other", measure.measure.as_str());
        html::table(
            page,
            &caption,
            &columns,
            measure.pairwise.iter().map(|gap| cells(measure.measure, gap).to_vec()),
        );
    }
}

/// What of the linked and of the unlinked records is of each stratum.
fn linked_differences(page: &mut String, dimension: &DimensionAudit) {
    if dimension.linked_differences.is_empty() {
        return;
    }
    let rows = dimension.linked_differences.iter().map(|found| {
        let none = || "–".to_owned();
        let value = |value: f64| format!("{value:+.3}");
        let standardized = match (found.standardized, found.interval) {
            (Some(d), Some((low, high))) => format!("{}\n{} to {}", value(d), value(low), value(high)),
            (Some(d), None) => format!("{}\n–", value(d)),
            (None, _) if found.share_of_linked.is_none() => format!("not estimable (n={})", found.n_records),
            (None, _) => none(),
        };
        vec![
            found.stratum.clone(),
            html::count(found.n_records as u64),
            found.share_of_linked.map_or_else(none, html::percent),
            found.share_of_unlinked.map_or_else(none, html::percent),
            standardized,
        ]
    });
    page.push_str("<details><summary>Linked against unlinked records</summary>");
    html::table(
        page,
        "Records in a cluster with others against records alone: the share of each that is of the stratum, and the difference in standard \
         deviations with its 95 % interval; 0.1 either way is commonly held to matter",
        &["stratum", "#records", "#of the linked", "#of the unlinked", "#standardized difference"],
        rows,
    );
    page.push_str("</details>");
}

/// Equal opportunity and equalized odds.
fn odds(page: &mut String, dimension: &DimensionAudit) {
    let said = |difference: Option<f64>| {
        difference.map_or_else(|| "not estimable".to_owned(), |d| format!("{:.2} points", d * 100.0))
    };
    let _ = write!(
        page,
        "<p>Equal opportunity, the largest difference in the share of true pairs that are linked: {}. Equalized odds, the larger of that \
         and of the largest difference in the share of written pairs of two people that are linked: {}.</p>",
        said(dimension.equal_opportunity),
        said(dimension.equalized_odds)
    );
}

fn picture(page: &mut String, dimension: &DimensionAudit, measure: &MeasureAudit) {
    let dot = |gap: &Gap| {
        let ((value, (low, high)), outcome) = (gap.difference.zip(gap.difference_interval)?, gap.outcome);
        let color = match outcome {
            Outcome::Differs | Outcome::DiffersWithinMargin => AGAINST,
            Outcome::Equivalent => FOR,
            _ => NEUTRAL,
        };
        let [value, low, high] = [value, low, high].map(|share| share * 100.0);
        Some(Dot { label: format!("{} (n={})", gap.stratum, gap.n_people), value, low, high, color })
    };
    let dots: Vec<Dot> = measure.gaps.iter().filter_map(dot).collect();
    if dots.is_empty() {
        return;
    }
    let title = format!("{}, by {}", measure.measure.as_str(), dimension.name);
    html::figure(
        page,
        &chart::dots(&title, "difference from everybody else, in points", 0.0, &dots),
        &format!(
            "{title}: difference from everybody else. Orange: shown; blue: none beyond the margin; grey: inconclusive."
        ),
    );
}

fn calibration(page: &mut String, dimension: &DimensionAudit) {
    page.push_str(
        "<details><summary>Calibration inside each stratum, and recall over all thresholds</summary>",
    );
    let none = || "–".to_owned();
    let rows = dimension.calibration.iter().zip(&dimension.threshold_free).map(|(calibration, free)| {
        let found = calibration.found;
        let with = |value: f64, (low, high): (f64, f64)| format!("{value:.2} ({low:.2} to {high:.2})");
        vec![
            calibration.stratum.clone(),
            html::count(calibration.n_pairs as u64),
            found.map_or_else(
                || format!("not estimable (n={})", calibration.n_pairs),
                |f| with(f.slope, f.slope_interval),
            ),
            found.map_or_else(none, |f| with(f.intercept, f.intercept_interval)),
            found.map_or_else(none, |f| format!("{:.4}", f.ece)),
            found.map_or_else(none, |f| format!("{:.4}", f.brier)),
            found.map_or_else(none, |f| {
                format!("{:.4} / {:.4} / {:.4}", f.reliability, f.resolution, f.uncertainty)
            }),
            free.gap.map_or_else(none, |gap| format!("{gap:.4}")),
            free.p.map_or_else(none, |p| format!("{p:.2}")),
        ]
    });
    html::table(
        page,
        "Slope 1 and intercept 0 are right; a slope below 1 is too sure. ECE over ten bins of equal mass, noise taken off. Gap: mean \
         absolute difference of recall from everybody else over all thresholds, with the share of random deals that reach it",
        &[
            "stratum",
            "#pairs",
            "#slope",
            "#intercept",
            "#ECE",
            "#Brier",
            "#reliability / resolution / uncertainty",
            "#gap",
            "#p",
        ],
        rows,
    );
    page.push_str("</details>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::PeopleMeasure;

    #[test]
    fn figures_are_in_the_unit_of_their_measure() {
        for (measure, value, said) in [
            (PeopleMeasure::PeopleMissed, -0.000_01, "+0.00"),
            (PeopleMeasure::PeopleMissed, 0.012_3, "+1.23"),
            (PeopleMeasure::FalseLinksPerPerson, -0.012_3, "-12.30"),
        ] {
            assert_eq!(difference(measure.into(), value), said, "{value}");
        }
        assert_eq!(
            rate(PeopleMeasure::FalseLinksPerPerson.into(), 1.5),
            "1500.0",
            "a person may have more than one"
        );
        assert_eq!(rate(PeopleMeasure::FalseLinks.into(), 0.015), "1.5 %");
    }
}
