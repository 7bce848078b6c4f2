//! The `redress` command: the composition root.
fn main() {}
