//! The engine on whole data sets: accuracy, determinism, recovery of what was planted, and everything that goes wrong.

mod accuracy;
mod determinism;
mod recovery;
mod set;
mod unhappy;
