//! Papers that a person can carry: one document, written as a page and, where asked for, as tagged PDF.
//!
//! Never: reads a store, decides what a reader may see, or says in one form what it does not say in the other.

mod document;
pub mod html;
pub mod letter;
pub mod packet;
pub mod pdf;

pub use document::{Block, Cell, Document, Table};
