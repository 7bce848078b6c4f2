//! The probes as a part of a page: what was changed, in how many pairs, what that cost, and how many pairs would be lost by it, for
//! every stratum.

use std::fmt::Write as _;

use super::probe::PAIRS_PER_STRATUM_MAX;
use super::{Edit, PROBED_PAIRS_MIN, Probe};
use crate::chart::{self, AGAINST, Dot, NEUTRAL};
use crate::html;

/// A name, as an example of what an edit does.
const EXAMPLE: &str = "Okafor-Mensah";

/// The probes of a run. A pair is lost when its probability falls below the threshold.
pub(crate) fn probe_section(page: &mut String, probes: &[Probe], threshold: f64) {
    page.push_str("<h2 id=\"probes\">The same slip in every kind of name</h2>");
    if probes.iter().all(|probe| probe.n_pairs == 0) {
        page.push_str(
            "<p>Nothing could be probed: that takes linked pairs, and a column of family names or of full names.</p>",
        );
        return;
    }
    let _ = write!(
        page,
        "<p>No labels are needed here. The family name of one record of linked pairs is written as a slip of the pen would write it, the \
         same slip in every stratum, and the pair is weighed again. A pair is lost when its probability falls below {threshold}. Where \
         the same slip loses more pairs, people with such names are more easily missed. Pairs are drawn by a hash until each stratum has \
         {PAIRS_PER_STRATUM_MAX}, or all that it has; of fewer than {PROBED_PAIRS_MIN} nothing is said. Intervals are of 95 %, each of \
         one stratum by itself: nothing is tested here. A change of the weight above 0 is possible: strangers with a common name and \
         members of one family are often written alike and seldom nearly alike, so that the model can take a slip for the stronger sign of one \
         person.</p>"
    );
    overview(page, probes);
    for edit in Edit::ALL {
        let own: Vec<&Probe> =
            probes.iter().filter(|probe| probe.edit == edit && probe.n_pairs > 0).collect();
        if own.is_empty() {
            continue;
        }
        let _ = write!(page, "<details><summary>Family name: {}</summary>", edit.as_str());
        picture(page, edit, &own);
        table(page, edit, &own);
        page.push_str("</details>");
    }
}

/// For every edit the strata that lose the most and the fewest pairs.
fn overview(page: &mut String, probes: &[Probe]) {
    let rows = Edit::ALL.into_iter().map(|edit| {
        let judged = || probes.iter().filter(move |probe| probe.edit == edit && probe.fallen.is_some());
        let by_fallen = |a: &&Probe, b: &&Probe| a.fallen.unwrap_or(0.0).total_cmp(&b.fallen.unwrap_or(0.0));
        let place = |probe: &Probe| format!("{}: {}", probe.dimension, probe.stratum);
        let loses = |probe: &&Probe| probe.fallen.is_some_and(|share| share > 0.0);
        let most = judged().max_by(by_fallen).filter(loses);
        let least = most.and_then(|_| judged().min_by(by_fallen));
        let is_judged = judged().next().is_some();
        let none = || "–".to_owned();
        vec![
            edit.as_str().to_owned(),
            edit.example(EXAMPLE).map_or_else(none, |edited| format!("{EXAMPLE} → {edited}")),
            judged().count().to_string(),
            most.map_or_else(|| if is_judged { "none is lost".to_owned() } else { none() }, lost),
            most.map_or_else(none, place),
            least.map_or_else(none, lost),
            least.map_or_else(none, place),
        ]
    });
    html::table(
        page,
        "What is changed, and the strata that lose the most and the fewest pairs by it",
        &["family name", "for example", "#strata judged", "#most lost", "where", "#fewest lost", "and where"],
        rows,
    );
}

/// Pairs that fall below the threshold, of how many.
fn lost(probe: &Probe) -> String {
    probe.fallen.map_or_else(
        || format!("not estimable (n={})", probe.n_pairs),
        |share| {
            let n = (share * probe.n_pairs as f64).round() as u64;
            format!("{} of {}\n{}", html::count(n), html::count(probe.n_pairs as u64), html::percent(share))
        },
    )
}

fn picture(page: &mut String, edit: Edit, probes: &[&Probe]) {
    let dot = |probe: &&Probe| {
        let (value, (low, high)) = probe.change_bits.zip(probe.interval)?;
        let label = format!("{}: {}", probe.dimension, probe.stratum);
        let color = if probe.fallen.is_some_and(|share| share > 0.0) { AGAINST } else { NEUTRAL };
        Some(Dot { label, value, low, high, color })
    };
    let dots: Vec<Dot> = probes.iter().filter_map(dot).collect();
    if dots.is_empty() {
        return;
    }
    let title = format!("Family name: {}", edit.as_str());
    html::figure(
        page,
        &chart::dots(&title, "mean change of the match weight, in bits", 0.0, &dots),
        &format!(
            "{title}; mean change of the match weight by stratum, in bits; further left costs more. Orange: pairs are lost; grey: none is."
        ),
    );
}

fn table(page: &mut String, edit: Edit, probes: &[&Probe]) {
    let dash = || "–".to_owned();
    let rows = probes.iter().map(|probe| {
        let bits = probe.change_bits.zip(probe.interval);
        vec![
            probe.dimension.clone(),
            probe.stratum.clone(),
            html::count(probe.n_pairs as u64),
            lost(probe),
            bits.map_or_else(dash, |(bits, (low, high))| format!("{bits:+.1}\n{low:+.1} to {high:+.1}")),
            probe.change_probability.map_or_else(dash, |change| format!("{change:+.3}")),
        ]
    });
    html::table(
        page,
        &format!(
            "Family name: {}: pairs changed, pairs lost, and the mean change of weight and probability",
            edit.as_str()
        ),
        &[
            "parted by",
            "stratum",
            "#pairs changed",
            "#lost",
            "#weight in bits, 95 % interval",
            "#probability",
        ],
        rows,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(stratum: &str, edit: Edit, n_pairs: usize, fallen: Option<f64>) -> Probe {
        Probe {
            dimension: "script of the name".to_owned(),
            stratum: stratum.to_owned(),
            edit,
            n_pairs,
            change_bits: fallen.map(|share| -2.0 - share),
            interval: fallen.map(|share| (-2.5 - share, -1.5 - share)),
            change_probability: fallen.map(|share| -share / 2.0),
            fallen,
        }
    }

    /// The words of the part, without its pictures and marks.
    fn words(probes: &[Probe]) -> String {
        let mut page = String::new();
        probe_section(&mut page, probes, 0.95);
        let mut text = String::new();
        let mut rest = page.as_str();
        while let Some((before, after)) = rest.split_once('<') {
            text.push_str(before);
            let is_picture = after.starts_with("svg");
            let end = if is_picture { "</svg>" } else { ">" };
            rest = after.split_once(end).map_or("", |(_, rest)| rest);
            text.push_str(if is_picture {
                "[picture]"
            } else if after.starts_with("/t") || after.starts_with("br") {
                " | "
            } else {
                ""
            });
            if after.starts_with("tr") || after.starts_with("details") || after.starts_with("table") {
                text.push('\n');
            }
        }
        text
    }

    #[test]
    fn a_part_says_what_was_changed_and_what_it_lost() {
        let probes = [
            probe("Latin, A to Z", Edit::LetterLost, 300, Some(0.04)),
            probe("Arabic", Edit::LetterLost, 40, Some(0.5)),
            probe("Greek", Edit::LetterLost, 7, None),
            probe("Latin, A to Z", Edit::SecondPartLost, 31, Some(0.0)),
        ];
        insta::assert_snapshot!(words(&probes));
    }

    #[test]
    fn without_pairs_it_says_so() {
        assert!(words(&[probe("Greek", Edit::CutOff, 0, None)]).contains("Nothing could be probed"));
        assert!(words(&[]).contains("Nothing could be probed"));
    }
}
