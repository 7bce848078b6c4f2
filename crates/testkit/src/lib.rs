//! Faults, a clock that stands still, and builders for tests.
