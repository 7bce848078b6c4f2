//! The clusters of an earlier run, so that this one keeps their ids.

use std::path::Path;

use redress_linkage::{ClusterRow, PreviousClusters, Table};

use crate::{
    command::tell,
    failure::{Exit, Failure},
    labels, run_folder,
};

/// The file of clusters of a run.
pub(crate) const CLUSTERS_FILE: &str = "clusters.parquet";
/// The file that says what became of the clusters of the run before.
pub(crate) const EVENTS_FILE: &str = "cluster_events.parquet";

/// Reads the clusters of the run in a folder, and every id that its events name.
pub(crate) fn read(folder: &Path, table: &Table) -> Result<PreviousClusters, Failure> {
    run_folder::check_is_run(folder)?;
    let path = folder.join(CLUSTERS_FILE);
    if !path.is_file() {
        let text = format!("{} is not there: --previous names the folder of a linkage run", path.display());
        return Err(Failure::new(Exit::Call, text));
    }
    let rows = labels::rows(&path, ["source", "unique_id", "cluster_id"], &["unique_id", "cluster_id"])?;
    let rows: Vec<ClusterRow> = rows.into_iter().map(|[source, id, cluster]| (source, id, cluster)).collect();
    let events = folder.join(EVENTS_FILE);
    let columns = ["cluster_id", "previous_cluster_id"];
    let used = if events.is_file() { labels::rows(&events, columns, &columns)? } else { Vec::new() };
    let used = used.into_iter().flatten().filter(|id| !id.is_empty());
    let previous = PreviousClusters::new(table, &rows, used);
    if previous.n_known() == 0 && !rows.is_empty() {
        tell(format!("none of the records has a cluster in {}: every cluster gets a new id", path.display()));
    }
    Ok(previous)
}
