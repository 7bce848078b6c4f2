//! The training report as one self-contained page.

use std::fmt::Write as _;

use crate::link::Linked;
use crate::table::Table;
use crate::waterfall::escaped;

/// Rows of each table of the page, at most.
const ROWS_MAX: usize = 200;

/// What was learned and done, as HTML without scripts or outside references.
#[must_use]
pub fn report_html(linked: &Linked, table: &Table) -> String {
    let model = &linked.model;
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Linkage report</title><style>body{font:15px \
         sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;margin:1em 0}td,th{padding:\
         .2em .7em;border-bottom:1px solid #ccc;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}\
         </style><h1>Linkage report</h1>",
    );
    let _ = write!(
        page,
        "<p>{} records, {} of {} pairs compared, {} agreement patterns, {} pairs written, {} clusters.</p>",
        table.n_records(),
        linked.stats.n_pairs_compared,
        linked.stats.n_pairs_all,
        linked.stats.n_patterns,
        linked.pairs.len(),
        linked.clusters.n_clusters()
    );
    training(&mut page, linked);
    rows(
        &mut page,
        "Classes of pairs",
        &["class", "share of all pairs"],
        model.classes.iter().map(|class| vec![class.label(), format!("{:.3e}", class.share)]),
    );
    levels(&mut page, linked);
    rows(
        &mut page,
        "Blocking rules",
        &["rule", "pairs proposed first", "expected matches", "of these found by no other rule"],
        model.rules.iter().map(|rule| {
            let number = |value: f64| format!("{value:.1}");
            vec![
                rule.rule.clone(),
                rule.n_pairs.to_string(),
                number(rule.expected_matches),
                number(rule.expected_matches_alone),
            ]
        }),
    );
    rows(
        &mut page,
        "Not compared",
        &["rule", "key", "records", "pairs skipped", "expected matches"],
        linked.not_compared.iter().map(|entry| {
            let expected = format!("{:.2}", entry.expected_matches);
            let (records, skipped) = (entry.records.to_string(), entry.pairs_skipped.to_string());
            vec![entry.rule.clone(), entry.key_digest.clone(), records, skipped, expected]
        }),
    );
    let sizes = linked.clusters.sizes();
    let sizes = sizes.iter().map(|(size, n)| vec![size.to_string(), n.to_string()]);
    rows(&mut page, "Cluster sizes", &["records", "clusters"], sizes);
    page.push_str("</html>");
    page
}

fn training(page: &mut String, linked: &Linked) {
    let training = &linked.model.training;
    let outcome = if training.converged { "converged" } else { "did not converge" };
    let _ = write!(
        page,
        "<p>The training {outcome} after {} iterations (last change {:.1e}; restart {} of {}). Two random records are of \
         one person with probability {:.3e}.</p>",
        training.iterations,
        training.last_change,
        training.restart_chosen + 1,
        training.restart_log_likelihoods.len(),
        linked.model.prior
    );
    if let Some(recall) = linked.model.blocking_recall {
        let _ = write!(
            page,
            "<p>By capture and recapture over the rules, blocking proposed about {:.2} % of the pairs of one person. This \
             is an estimate and an upper bound; labels replace it.</p>",
            100.0 * recall
        );
    }
}

fn levels(page: &mut String, linked: &Linked) {
    let model = &linked.model;
    for (slot, comparison) in model.comparisons.iter().enumerate() {
        let levels = comparison.levels.iter().enumerate().filter(|(_, level)| !level.is_null);
        let row = |(idx, level): (usize, &crate::level::Level)| {
            let bits = model.level_bits(slot, idx as u8);
            let (m, u) = (model.m[slot][idx], model.u[slot][idx]);
            vec![level.label.clone(), format!("{m:.4}"), format!("{u:.2e}"), format!("{bits:+.2}")]
        };
        rows(page, &comparison.name, &["level", "m", "u", "weight in bits"], levels.map(row));
    }
}

fn rows(page: &mut String, title: &str, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = write!(page, "<h2>{}</h2><table><tr>", escaped(title));
    header.iter().for_each(|name| {
        let _ = write!(page, "<th>{name}</th>");
    });
    page.push_str("</tr>");
    for row in rows.take(ROWS_MAX) {
        page.push_str("<tr>");
        for (idx, cell) in row.iter().enumerate() {
            let _ = write!(page, "<td{}>{}</td>", if idx == 0 { "" } else { " class=\"n\"" }, escaped(cell));
        }
        page.push_str("</tr>");
    }
    page.push_str("</table>");
}
