//! What the faces promise, told over the router with a store on disk: who may do what, what is accounted for, what a
//! page says, what a program gets.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

mod accounting;
mod api;
mod authorization;
mod edges;
mod forms;
mod office;
mod pages;
mod queue;
mod reading_level;
mod review;
mod sample;
