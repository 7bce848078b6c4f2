//! A drawn sample that is held in memory, with the faults of a disk.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redress_ports::{LabelRow, ReadError, RecordName, SampleFiles};

/// What becomes of the next judgement that is appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendFault {
    /// It fails, and nothing is stored.
    NotStored,
    /// It is stored, and said to have failed.
    StoredAllTheSame,
}

#[derive(Default)]
struct Files {
    drawn: Vec<LabelRow>,
    labels: Vec<LabelRow>,
    fault: Option<AppendFault>,
}

/// The files of a sample of invented people. Clones share them.
#[derive(Clone, Default)]
pub struct HeldSample {
    files: Arc<Mutex<Files>>,
    attributes: Vec<String>,
    values: Vec<(RecordName, Vec<String>)>,
}

impl HeldSample {
    /// Records a1 and b1, a2 and b2 and so on, of what the columns `name`, `born` and `town` say; each pair is drawn.
    #[must_use]
    pub fn of(pairs: &[[[&str; 3]; 2]]) -> Self {
        let name = |side: &str, at: usize| ("court".to_owned(), format!("{side}{}", at + 1));
        let texts = |values: &[&str; 3]| values.map(str::to_owned).to_vec();
        let of_pair = |(at, [left, right]): (usize, &[[&str; 3]; 2])| {
            [(name("a", at), texts(left)), (name("b", at), texts(right))]
        };
        let sample = Self {
            attributes: texts(&["name", "born", "town"]),
            values: pairs.iter().enumerate().flat_map(of_pair).collect(),
            ..Self::default()
        };
        sample.draw("17", 0.4375);
        sample
    }

    /// Draws every pair by a plan: its stratum, and the probability of each pair.
    pub fn draw(&self, stratum: &str, inclusion_probability: f64) {
        let row = |records: &[(RecordName, Vec<String>)]| LabelRow {
            left: records[0].0.clone(),
            right: records[1].0.clone(),
            judgement: LabelRow::JUDGEMENTS[2].to_owned(),
            labeller: String::new(),
            judged_at: String::new(),
            stratum: stratum.to_owned(),
            inclusion_probability,
        };
        self.files().drawn = self.values.chunks_exact(2).map(row).collect();
    }

    /// Lets the next judgement that is appended fail.
    pub fn fail_next(&self, fault: AppendFault) {
        self.files().fault = Some(fault);
    }

    /// The labels as lines of their file, without its header.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        self.files().labels.iter().map(|row| row.to_line().trim_end().to_owned()).collect()
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SampleFiles for HeldSample {
    fn labels_file(&self) -> String {
        "labels.csv".to_owned()
    }

    fn drawn(&self) -> Result<Vec<LabelRow>, ReadError> {
        Ok(self.files().drawn.clone())
    }

    /// Of each labeller and pair the last row.
    fn judged(&self) -> Result<Vec<LabelRow>, ReadError> {
        let rows = self.files().labels.clone();
        let is_last = |at: &usize| {
            let same =
                |later: &LabelRow| later.labeller == rows[*at].labeller && later.names() == rows[*at].names();
            !rows[*at + 1..].iter().any(same)
        };
        Ok((0..rows.len()).filter(is_last).map(|at| rows[at].clone()).collect())
    }

    fn append(&self, row: &LabelRow) -> Result<(), ReadError> {
        let mut files = self.files();
        let fault = files.fault.take();
        if fault != Some(AppendFault::NotStored) {
            files.labels.push(row.clone());
        }
        match fault {
            Some(_) => Err(ReadError::System("labels.csv cannot be written: no space is left".to_owned())),
            None => Ok(()),
        }
    }

    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn values(&self, record: &RecordName) -> Option<&[String]> {
        let found = self.values.iter().find(|(name, _)| name == record);
        found.map(|(_, values)| values.as_slice())
    }
}
