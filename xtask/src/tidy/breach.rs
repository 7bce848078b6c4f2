//! A place where the tree breaks a rule.

use std::fmt;

/// What is broken, where, why that matters, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// Path from the root of the workspace.
    pub(crate) path: String,
    /// Line, from 1.
    pub(crate) line: usize,
    /// What stands there.
    pub(crate) what: String,
    /// The rule.
    pub(crate) why: String,
    /// What to do.
    pub(crate) remedy: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: {}; {}", self.path, self.line, self.what, self.why, self.remedy)
    }
}

/// A small tree, as paths and texts, and the places (`path:line`) that a rule must find in it.
#[cfg(test)]
pub(crate) type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

/// Holds a rule against small trees.
#[cfg(test)]
pub(crate) fn check(rule: impl Fn(&super::tree::Tree) -> Vec<Breach>, cases: &[Case<'_>]) {
    for (files, places) in cases {
        let found = rule(&super::tree::Tree::of(files));
        let found: Vec<String> =
            found.iter().map(|breach| format!("{}:{}", breach.path, breach.line)).collect();
        assert_eq!(found, *places, "in {files:#?}");
    }
}
