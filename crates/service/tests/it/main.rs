//! The use cases, each on a store in a folder of its own.

mod accounting;
mod imports;
mod office;
mod requests;
