//! Public checks of the catalogue that a release of one source cannot answer, and why.

/// A check that is not run over a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRun {
    /// Its identifier.
    pub check: &'static str,
    /// Why, as the page says it.
    pub because: &'static str,
}

const fn not_run(check: &'static str, because: &'static str) -> NotRun {
    NotRun { check, because }
}

const AGENCY: &str = "It holds the court's rows against what another agency still has in force; that needs the agency's own \
                      extract. Public rows of two sources are never joined.";
/// In the order of the catalogue.
pub const NOT_RUN: &[NotRun] = &[
    not_run(
        "ID-02",
        "The release has no names, no numbers of persons and no day of birth. Nothing public joins two cases of \
                      one person, and Redress does not try.",
    ),
    not_run("ID-09", "The release has no names."),
    not_run(
        "ID-10",
        "The court's country codes are its own; there is no second table of the same person to hold them against.",
    ),
    not_run(
        "NT-01",
        "In part: whether a change of address was recorded is counted. Where a notice went is not in the release.",
    ),
    not_run(
        "NT-06",
        "In part: a blank day of the lawyer's appearance is counted. To whom notices went is not in the release.",
    ),
    not_run(
        "NT-08",
        "In part: hearings on days on which no court sits are counted. Which day a notice named is not in the release.",
    ),
    not_run(
        "NT-10",
        "It starts from a charging paper that somebody holds and that never reached a court; the release has only what did. \
         Proceedings ended as not prosecuted are counted under OR-07.",
    ),
    not_run(
        "NT-13",
        "It needs the day of birth of each member of a family and who was served; the release has neither. That a rider's case was \
         severed stands there, and is not counted.",
    ),
    not_run(
        "OR-02",
        "In part: remands by a federal court are counted. Whether the order is still in force somewhere needs that \
                      agency's own extract; public rows of two sources are never joined.",
    ),
    not_run("OR-03", AGENCY),
    not_run("OR-04", AGENCY),
    not_run("OR-05", AGENCY),
    not_run("OR-06", AGENCY),
    not_run("OR-08", AGENCY),
    not_run("OR-09", AGENCY),
    not_run("OR-11", AGENCY),
    not_run("OR-12", "The release has no day of death."),
    not_run("DP-01", "The release has no departures."),
    not_run("PR-01", "It needs two releases. One release cannot show what it no longer has."),
    not_run("PR-03", "It needs two releases."),
    not_run("PR-08", "The release does not say which of its columns are derived."),
];
