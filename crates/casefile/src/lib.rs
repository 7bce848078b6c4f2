//! Persons, case files, corrections, holds, determinations and closings as state machines.
