//! Persons, case files, findings, corrections, holds and closings, as state machines.
//!
//! Each machine has a state, commands, `decide` (the rule: command and state in, events or a refusal out)
//! and `evolve` (the shape: event and state in, state out). Old events must replay for ever, so `evolve`
//! holds no rule.
//!
//! Never: reads a clock, draws a number, opens a file; lets a machine's output stand as a decision (every
//! determination needs a [`HumanReviewed`]); starts, plans or speeds up an action against a person.

mod actor;
mod case_file;
pub mod closing;
pub mod correction;
mod dated_number;
mod event;
pub mod finding;
pub mod hold;
pub mod letter;
mod notice_way;
pub mod packet;
mod past_act;
pub mod person;
mod public_entry;
mod refusal;
mod sealed_access;
pub mod step;
mod words;
pub mod working_day;

pub use actor::{Actor, HumanReviewed, REASON_CHARS_MIN, Reviewer, Role};
pub use case_file::{CaseFile, CaseRecord, LinkEvidence, Standing, StatementRef, TimelineEntry};
pub use dated_number::{ACKNOWLEDGE_WITHIN, DECIDE_APPEAL_WITHIN, DatedNumber, OBJECT_WITHIN, Unit};
pub use event::{Event, StreamId};
pub use notice_way::{NoticeGiven, NoticeWay};
pub use past_act::{ADDRESS_PARTS, PastAct};
pub use public_entry::{PublicEntry, PublicKind, commitment, public_entry};
pub use refusal::{EvolveError, Refusal};
pub use sealed_access::{SealedAccess, SealedErasure, SealedPurpose};
pub use words::{WORDS_BYTES_MAX, Words};
