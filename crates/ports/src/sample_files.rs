//! The files of a sample that was drawn from a linkage run: what was drawn, what its records say, what was judged.

use crate::{LabelRow, ReadError, RecordName};

/// The files of one drawn sample. Drawn pairs and labels are read anew at every call: others draw and judge meanwhile.
pub trait SampleFiles: Send + Sync {
    /// The file of labels, as errors name it.
    fn labels_file(&self) -> String;

    /// The pairs as they are drawn now, in the order of their file. Nobody has judged them: `labeller` and `judged_at` are empty,
    /// and `judgement` is `unsure`.
    ///
    /// # Errors
    /// [`ReadError`] when there is no sample, or its file is none.
    fn drawn(&self) -> Result<Vec<LabelRow>, ReadError>;

    /// What was judged: of the judgements of one labeller about a pair the last. Empty where there is no file of labels yet.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read or has a row that is none.
    fn judged(&self) -> Result<Vec<LabelRow>, ReadError>;

    /// Appends a judgement to the file of labels. It is on disk once this returns; when it fails, the file is as it was.
    ///
    /// # Errors
    /// [`ReadError::Input`] when the file has other columns; [`ReadError::System`] when it cannot be written.
    fn append(&self, row: &LabelRow) -> Result<(), ReadError>;

    /// What is shown of a record, in the order of [`SampleFiles::values`]: the columns that were compared.
    fn attributes(&self) -> &[String];

    /// The values of a record as its file has them, empty where it has none. None where the record is not of the sample.
    fn values(&self, record: &RecordName) -> Option<&[String]>;
}
