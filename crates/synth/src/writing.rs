//! From records to files: one writer per form of file.

mod extracts;
mod line;
mod table_file;

pub(crate) use extracts::Extracts;
pub(crate) use line::append;
