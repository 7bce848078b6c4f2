//! The `redress` program as a script calls it: exit codes, one error on the standard error, and a store that is as it was.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod bad_input;
mod connector;
mod demo;
mod erase;
mod evaluation;
mod exchange;
mod explain;
mod intake;
mod judging;
mod link_again;
mod link_input;
mod memory;
mod office;
mod packet;
mod postgresql;
mod postgresql_server;
mod public_release;
mod receipt;
#[cfg(test)]
mod sealed;
mod sign_in;
mod store_commands;
mod strike;
mod tampered_log;
