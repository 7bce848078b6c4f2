//! What each stage of a linkage run takes, at each size.

use std::fmt::Write as _;

use serde_json::Value;

/// What one stage took.
pub(super) struct Stage {
    name: String,
    seconds: f64,
    cpu_seconds: f64,
}

/// The stages that `run.json` tells; none in that of a version that did not tell them.
pub(super) fn stages(run: &Value) -> Vec<Stage> {
    let of = |(name, taken): (&String, &Value)| {
        let number = |key: &str| taken.get(key)?.as_f64();
        Some(Stage { name: name.clone(), seconds: number("seconds")?, cpu_seconds: number("cpu_seconds")? })
    };
    run.get("stages").and_then(Value::as_object).into_iter().flatten().filter_map(of).collect()
}

/// CPU seconds of each stage and, in parentheses, wall seconds, size by size; the stage that takes most at the last size comes
/// first. Empty where no size has stages.
pub(super) fn table<'a>(sizes: impl Iterator<Item = (u64, &'a [Stage])>) -> String {
    let sizes: Vec<(u64, &[Stage])> = sizes.filter(|(_, stages)| !stages.is_empty()).collect();
    let Some((_, last)) = sizes.last() else { return String::new() };
    let mut ordered: Vec<&Stage> = last.iter().collect();
    ordered.sort_by(|a, b| b.cpu_seconds.total_cmp(&a.cpu_seconds).then_with(|| a.name.cmp(&b.name)));
    let mut table = "\n| CPU-s (wall s) of Redress |".to_owned();
    for (rows, _) in &sizes {
        let _ = write!(table, " {rows} records |");
    }
    let _ = writeln!(table, "\n|---|{}", "--:|".repeat(sizes.len()));
    for Stage { name, .. } in ordered {
        let _ = write!(table, "| {name} |");
        for (_, stages) in &sizes {
            let _ = match stages.iter().find(|stage| stage.name == *name) {
                Some(stage) => write!(table, " {:.2} ({:.2}) |", stage.cpu_seconds, stage.seconds),
                None => write!(table, " |"),
            };
        }
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(runs: &[(u64, Value)], expected: &str) {
        let sizes: Vec<(u64, Vec<Stage>)> = runs.iter().map(|(rows, run)| (*rows, stages(run))).collect();
        assert_eq!(table(sizes.iter().map(|(rows, stages)| (*rows, stages.as_slice()))), expected);
    }

    #[test]
    fn the_costliest_stage_of_the_last_size_comes_first() {
        let taken = |seconds: f64, cpu_seconds: f64| json!({"seconds": seconds, "cpu_seconds": cpu_seconds});
        check(&[(9, json!({"seconds": 2.0}))], "");
        check(
            &[
                (9, json!({"seconds": 2.0})),
                (10, json!({"stages": {"read": taken(0.2, 0.1)}})),
                (20, json!({"stages": {"read": taken(0.5, 0.5), "weigh": taken(1.0, 2.0)}})),
            ],
            "\n| CPU-s (wall s) of Redress | 10 records | 20 records |\n|---|--:|--:|\n\
             | weigh | | 2.00 (1.00) |\n| read | 0.10 (0.20) | 0.50 (0.50) |\n",
        );
    }
}
