//! The machines, walked through every sequence of commands, and the frozen forms of their events.

mod case_file;
mod closing;
mod correction;
mod finding;
mod golden;
mod hold;
mod person;
mod staff;
mod walk;
