//! What a source said, in its own words, and where it said it.
//!
//! Nothing here reads a file, a clock or the environment.

pub mod fold;
pub mod name;
pub mod partial_date;
