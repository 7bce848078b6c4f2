//! What lies already in the folder that a run is to be written to: nothing that people laid down there is lost, and no run takes
//! the place of one of another kind.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use redress_ports::LabelRow;

use crate::{
    failure::{Exit, Failure},
    kept_judgements::{self, KEPT_FILE},
    labels::{self, Name},
    progress::counted,
    sample_files::{LABELS_FILE, SAMPLE_FILE},
};

/// The file that says what a run read and did.
const RUN_FILE: &str = "run.json";
/// The file that a linkage run has and an answer of `--against` has not.
const MODEL_FILE: &str = "model.json";

/// Refuses a folder in which a run of the other kind lies, or pairs of another run that people judge.
pub(crate) fn check_free(out: &Path, against: Option<&Path>) -> Result<(), Failure> {
    let shown = out.display();
    let place = |folder: &Path| fs::canonicalize(folder).ok();
    if against.is_some_and(|run| place(run).is_some() && place(run) == place(out)) {
        return refused(format!(
            "--out {shown} is the run that --against names: its pairs would be replaced by those of the answer; name another folder \
             with --out"
        ));
    }
    if against.is_some() && out.join(MODEL_FILE).is_file() {
        return refused(format!(
            "{shown} holds a linkage run, and an answer of --against would replace its pairs: name another folder with --out"
        ));
    }
    if against.is_none() && answered_by(out).is_some() {
        return refused(format!(
            "{shown} holds an answer of --against, and a linkage run would replace its pairs: name another folder with --out"
        ));
    }
    check_review(out)
}

/// Refuses to leave pairs of another run to be judged: they would be shown without values, and counted among pairs that are
/// not there.
fn check_review(out: &Path) -> Result<(), Failure> {
    let (sample, judged) = (out.join(SAMPLE_FILE), out.join(LABELS_FILE));
    let rows = if judged.is_file() { labels::read_rows(std::slice::from_ref(&judged))? } else { Vec::new() };
    let file = judged.display();
    if !rows.is_empty() {
        let pairs = counted(pairs_of(&rows).len() as u64, "pair");
        return refused(format!(
            "{file}: people judged {pairs} of the run in this folder, and they would lie beside the pairs of another: name another \
             folder with --out, and give --judgements {file} for the judgements to bind that run"
        ));
    }
    if sample.is_file() {
        return refused(format!(
            "{}: pairs of the run in this folder were drawn for people to judge, and they would lie beside the pairs of another: \
             name another folder with --out, or remove the sample",
            sample.display()
        ));
    }
    Ok(())
}

/// Refuses to put a run in the place of another whose judgements it would not hold to. A pair that a given file or the run before
/// judges is held to.
pub(crate) fn check_kept(out: &Path, given: &[PathBuf], previous: Option<&Path>) -> Result<(), Failure> {
    let kept = kept_judgements::read(out)?;
    if kept.is_empty() {
        return Ok(());
    }
    let mut held = labels::read_rows(given)?;
    held.extend(previous.map_or(Ok(Vec::new()), kept_judgements::read)?);
    let held = pairs_of(&held);
    // A file may leave the sources out where the ids alone tell the records.
    let without_sources = |(low, high): &(Name, Name)| {
        let (low, high) = (low.1.clone().min(high.1.clone()), low.1.clone().max(high.1.clone()));
        ((String::new(), low), (String::new(), high))
    };
    let is_lost = |pair: &&(Name, Name)| !held.contains(pair) && !held.contains(&without_sources(pair));
    let n_lost = pairs_of(&kept).iter().filter(is_lost).count();
    if n_lost == 0 {
        return Ok(());
    }
    let (folder, pairs) = (out.display(), counted(n_lost as u64, "pair"));
    refused(format!(
        "{}: people judged {pairs} that bound the run in this folder, and a run in its place would not hold to what they said: give \
         --previous {folder} and another folder with --out",
        out.join(KEPT_FILE).display()
    ))
}

/// Refuses the folder of an answer where that of a linkage run is wanted, and says which run answered.
pub(crate) fn check_is_run(folder: &Path) -> Result<(), Failure> {
    let Some(run) = answered_by(folder) else { return Ok(()) };
    let shown = folder.display();
    refused(format!(
        "{shown} holds an answer of --against, which has no model and no clusters of its own: the run that answered is {run}. Pairs \
         of its records are explained there; to explain pairs of the new records, link all files together: redress link --previous \
         {run} --out NEXT FILES, then redress explain --out NEXT"
    ))
}

/// The run that answered, where the folder holds an answer of `--against`.
fn answered_by(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join(RUN_FILE)).ok()?;
    let run: serde_json::Value = serde_json::from_str(&text).ok()?;
    run.get("against")?;
    let named = run.get("against_run").and_then(|name| name.as_str());
    Some(named.unwrap_or("the folder that --against named").to_owned())
}

fn pairs_of(rows: &[LabelRow]) -> HashSet<(Name, Name)> {
    rows.iter().map(kept_judgements::pair).collect()
}

fn refused(text: String) -> Result<(), Failure> {
    Err(Failure::new(Exit::Call, text))
}
