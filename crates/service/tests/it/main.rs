//! The use cases, each on a store in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod accounting;
mod carried;
mod closings;
mod disclosures;
mod findings;
mod imports;
mod intake;
mod links;
mod office;
mod packets;
mod past_acts;
mod record_keeping;
mod requests;
