//! What a check is, apart from its rule.

use jiff::civil::Date;
use redress_casefile::{
    CaseFile,
    finding::{Direction, Harm},
};
use redress_statement::Attribute;

use crate::{Discrepancy, Parameters, World};

/// The five families of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Who is this.
    Identity,
    /// Was the person told.
    Notice,
    /// What do the orders say now.
    Order,
    /// Departure and arrival.
    Departure,
    /// What happens to the record itself.
    Process,
}

/// On which data a check can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataClass {
    /// A public release.
    Public,
    /// An agency's extract.
    Agency,
    /// The person's own papers.
    OwnPapers,
}

/// Where a correction goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Who acts.
    pub actor: &'static str,
    /// By which form, motion or office.
    pub instrument: &'static str,
    /// By when, in words with the source. Empty when no period is set.
    pub deadline: &'static str,
}

/// A check's description: everything but the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Identifier, such as `ID-04`.
    pub id: &'static str,
    /// Version of the rule; a change of outcome is a new version.
    pub version: u16,
    /// The first day on which this version may be applied.
    pub rule_effective_from: Date,
    /// What is wrong, as a noun phrase for a heading.
    pub title: &'static str,
    /// The family.
    pub family: Family,
    /// What leaving the error as it is would do.
    pub harm: Harm,
    /// Whom its findings can serve.
    pub direction: Direction,
    /// Attributes that the rule reads.
    pub inputs: &'static [Attribute],
    /// Names of the dated numbers that the rule reads. A number that is not in force keeps the check silent.
    pub parameters: &'static [&'static str],
    /// The rule, in words.
    pub rule: &'static str,
    /// Its known false alarms: when it stays silent.
    pub not_when: &'static [&'static str],
    /// What it does to a person, in plain words.
    pub harm_in_words: &'static str,
    /// What the person and the reviewer are shown.
    pub evidence_shown: &'static str,
    /// Where a correction goes.
    pub route: Route,
    /// On which data it can run.
    pub data: &'static [DataClass],
    /// The source of the rule or of its figures.
    pub citation: &'static str,
}

/// One check of the catalogue.
pub trait Check: Sync {
    /// Its description.
    fn spec(&self) -> &'static Spec;

    /// Reads the case file and reports, in no particular order. The same inputs give the same output.
    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy>;
}
