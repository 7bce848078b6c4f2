//! Bridges: pairs without which a cluster would fall apart. A cluster that hangs on one pair is where a wrong link does most
//! harm, so these pairs are worth a person's look before others.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::ArrowError;

use crate::cluster_identity::ClusterIds;
use crate::judgement::judged_word;
use crate::link::{Linked, Pair};
use crate::output::SourceColumns;
use crate::table::Table;

/// A pair holds a cluster together when it is more probable than not.
pub const BRIDGE_PROBABILITY_MIN: f64 = 0.5;

/// A pair without which the pairs of a cluster would make two clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Bridge {
    /// The pair.
    pub pair: Pair,
    /// The number of the cluster.
    pub cluster: u32,
    /// Records on the side of the pair's first record, itself included.
    pub n_records_l: u64,
    /// Records on the side of the other.
    pub n_records_r: u64,
}

impl Linked {
    /// The bridges of clusters of three or more records, by l then r. A cluster of two hangs on its one pair by nature; a pair
    /// that was judged needs no other look.
    #[must_use]
    pub fn bridges(&self) -> Vec<Bridge> {
        let cluster = |record: u32| self.clusters.cluster_of[record as usize];
        let mut n_members = vec![0u32; self.clusters.n_clusters()];
        self.clusters.cluster_of.iter().for_each(|cluster| n_members[*cluster as usize] += 1);
        let holds = |pair: &Pair| {
            pair.match_probability >= BRIDGE_PROBABILITY_MIN
                && cluster(pair.l) == cluster(pair.r)
                && n_members[cluster(pair.l) as usize] > 2
        };
        // By their numbers, which fit: `PAIRS_WRITTEN_MAX` pairs at most.
        let held: Vec<u32> =
            self.pairs.iter().zip(0..).filter(|(pair, _)| holds(pair)).map(|(_, number)| number).collect();
        let pair = |number: &u32| &self.pairs[*number as usize];
        let edges: Vec<(u32, u32)> = held.iter().map(pair).map(|pair| (pair.l, pair.r)).collect();
        let found = bridges(self.clusters.cluster_of.len(), &edges);
        let bridge = |(edge, n_below, n_all): (u32, u32, u32)| {
            let (pair, above) = (*pair(&held[edge as usize]), n_all - n_below);
            let (n_records_l, n_records_r) = (u64::from(above), u64::from(n_below));
            Bridge { pair, cluster: cluster(pair.l), n_records_l, n_records_r }
        };
        let mut bridges: Vec<Bridge> =
            found.into_iter().filter(|(_, _, n_all)| *n_all > 2).map(bridge).collect();
        bridges.retain(|bridge| judged_word(&self.judgements.pairs, &bridge.pair).is_none());
        bridges
    }

    /// `bridges.parquet`; `ids` gives the id of each cluster.
    ///
    /// # Errors
    /// Arrow refuses the columns; it does not when `table` is the one that was linked.
    pub fn bridges_batch(
        &self,
        table: &Table,
        sources: SourceColumns,
        ids: &ClusterIds,
    ) -> Result<RecordBatch, ArrowError> {
        let bridges = self.bridges();
        let text = |of: &dyn Fn(&Bridge) -> String| -> ArrayRef {
            Arc::new(bridges.iter().map(|bridge| Some(of(bridge))).collect::<StringArray>())
        };
        let count = |of: fn(&Bridge) -> u64| -> ArrayRef {
            Arc::new(bridges.iter().map(|bridge| Some(of(bridge))).collect::<UInt64Array>())
        };
        let mut columns =
            vec![("cluster_id", text(&|bridge| ids.id(bridge.cluster, table, sources).into_owned()))];
        if sources == SourceColumns::With {
            columns.push(("source_l", text(&|bridge| table.source(bridge.pair.l).to_owned())));
        }
        columns.push(("unique_id_l", text(&|bridge| table.unique_id(bridge.pair.l).to_owned())));
        if sources == SourceColumns::With {
            columns.push(("source_r", text(&|bridge| table.source(bridge.pair.r).to_owned())));
        }
        let probabilities: Float64Array =
            bridges.iter().map(|bridge| Some(bridge.pair.match_probability)).collect();
        columns.extend([
            ("unique_id_r", text(&|bridge| table.unique_id(bridge.pair.r).to_owned())),
            ("match_probability", Arc::new(probabilities) as ArrayRef),
            ("n_records_l", count(|bridge| bridge.n_records_l)),
            ("n_records_r", count(|bridge| bridge.n_records_r)),
        ]);
        RecordBatch::try_from_iter(columns)
    }
}

/// Edges whose removal parts a component (Tarjan 1974), by number: the edge, how many vertices lie on the side of its second
/// end, and how many the component has. No edge is there twice.
fn bridges(n_vertices: usize, edges: &[(u32, u32)]) -> Vec<(u32, u32, u32)> {
    let adjacent = adjacent(n_vertices, edges);
    let mut walk = Walk {
        order: vec![0; n_vertices],
        lowest: vec![0; n_vertices],
        n_below: vec![1; n_vertices],
        found: Vec::new(),
    };
    let mut bridges = Vec::new();
    for root in 0..n_vertices as u32 {
        if walk.order[root as usize] == 0 && !adjacent.of(root).is_empty() {
            walk.component(root, &adjacent);
            let n_all = walk.n_below[root as usize];
            for (edge, below) in walk.found.drain(..) {
                let n = walk.n_below[below as usize];
                let is_end = edges[edge as usize].1 == below;
                bridges.push((edge, if is_end { n } else { n_all - n }, n_all));
            }
        }
    }
    bridges.sort_unstable();
    bridges
}

/// The edges at each vertex, those of the first vertex before those of the next.
struct Adjacent {
    /// Where the edges of each vertex begin, and where those of the last end.
    starts: Vec<u32>,
    /// The other end, and the edge.
    ends: Vec<(u32, u32)>,
}

impl Adjacent {
    fn of(&self, vertex: u32) -> &[(u32, u32)] {
        &self.ends[self.starts[vertex as usize] as usize..self.starts[vertex as usize + 1] as usize]
    }
}

fn adjacent(n_vertices: usize, edges: &[(u32, u32)]) -> Adjacent {
    let mut starts = vec![0u32; n_vertices + 1];
    edges.iter().flat_map(|(l, r)| [l, r]).for_each(|vertex| starts[*vertex as usize + 1] += 1);
    for vertex in 0..n_vertices {
        starts[vertex + 1] += starts[vertex];
    }
    let mut next = starts.clone();
    let mut ends = vec![(0, 0); edges.len() * 2];
    for ((l, r), edge) in edges.iter().zip(0..) {
        for (at, other) in [(l, r), (r, l)] {
            ends[next[*at as usize] as usize] = (*other, edge);
            next[*at as usize] += 1;
        }
    }
    Adjacent { starts, ends }
}

/// A walk in depth.
struct Walk {
    /// For each vertex when it was reached, from 1; 0 before.
    order: Vec<u32>,
    /// The earliest vertex that can be reached from below it.
    lowest: Vec<u32>,
    /// Vertices at and below it.
    n_below: Vec<u32>,
    /// Edge, and its end that lies below.
    found: Vec<(u32, u32)>,
}

impl Walk {
    fn component(&mut self, root: u32, adjacent: &Adjacent) {
        let mut clock = self.reach(root, 0);
        let mut path: Vec<(u32, Option<u32>, usize)> = vec![(root, None, 0)];
        while let Some((at, through, next)) = path.last_mut() {
            let (at, through) = (*at, *through);
            let Some((to, edge)) = adjacent.of(at).get(*next).copied() else {
                path.pop();
                if let (Some((above, _, _)), Some(edge)) = (path.last(), through) {
                    self.leave(at, *above, edge);
                }
                continue;
            };
            *next += 1;
            if Some(edge) == through {
                continue;
            }
            if self.order[to as usize] == 0 {
                clock = self.reach(to, clock);
                path.push((to, Some(edge), 0));
            } else {
                self.lowest[at as usize] = self.lowest[at as usize].min(self.order[to as usize]);
            }
        }
    }

    fn reach(&mut self, vertex: u32, clock: u32) -> u32 {
        self.order[vertex as usize] = clock + 1;
        self.lowest[vertex as usize] = clock + 1;
        clock + 1
    }

    fn leave(&mut self, below: u32, above: u32, edge: u32) {
        self.n_below[above as usize] += self.n_below[below as usize];
        let lowest = self.lowest[below as usize];
        self.lowest[above as usize] = self.lowest[above as usize].min(lowest);
        if lowest > self.order[above as usize] {
            self.found.push((edge, below));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    const N: usize = 8;

    /// The vertices that can be reached without one edge.
    fn reached(from: u32, edges: &[(u32, u32)], without: usize) -> BTreeSet<u32> {
        let mut found = BTreeSet::from([from]);
        loop {
            let before = found.len();
            for (_, (l, r)) in edges.iter().enumerate().filter(|(edge, _)| *edge != without) {
                if found.contains(l) || found.contains(r) {
                    found.extend([*l, *r]);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    fn slow(edges: &[(u32, u32)]) -> Vec<(u32, u32, u32)> {
        let of = |(edge, (l, r)): (usize, &(u32, u32))| {
            let (of_l, of_r) = (reached(*l, edges, edge), reached(*r, edges, edge));
            let n_r = of_r.len() as u32;
            (!of_l.contains(r)).then(|| (edge as u32, n_r, n_r + of_l.len() as u32))
        };
        edges.iter().enumerate().filter_map(of).collect()
    }

    proptest! {
        #[test]
        fn a_bridge_is_what_its_removal_parts(edges in proptest::collection::btree_set((0..N as u32, 0..N as u32), 0..14)) {
            let ordered: BTreeSet<(u32, u32)> =
                edges.into_iter().filter(|(l, r)| l != r).map(|(l, r)| (l.min(r), l.max(r))).collect();
            let edges: Vec<(u32, u32)> = ordered.into_iter().collect();
            prop_assert_eq!(bridges(N, &edges), slow(&edges));
        }
    }
}
