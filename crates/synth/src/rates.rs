//! The planted errors and their rates: one table, rendered into the documentation.

/// One kind of planted error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The word in the column `check_id` of the file of planted errors.
    pub id: &'static str,
    /// Where it is planted.
    pub sources: &'static str,
    /// Share of what is eligible that gets the error, per thousand.
    pub per_mille: u32,
    /// What counts as eligible.
    pub eligible: &'static str,
    /// What is done.
    pub what: &'static str,
    /// Whether one of the project's checks looks for it.
    pub is_checked: bool,
}

const fn checked(
    id: &'static str,
    sources: &'static str,
    per_mille: u32,
    eligible: &'static str,
    what: &'static str,
) -> Rate {
    Rate { id, sources, per_mille, eligible, what, is_checked: true }
}

const fn noise(
    id: &'static str,
    sources: &'static str,
    per_mille: u32,
    eligible: &'static str,
    what: &'static str,
) -> Rate {
    Rate { id, sources, per_mille, eligible, what, is_checked: false }
}

/// Every kind of planted error. A record carries at most one error, a person at most two of the checked ones.
pub const RATES: &[Rate] = &[
    checked(
        "DP-01",
        "status",
        350,
        "people who left by a departure that border and agency both recorded, with an application that bears A-number and passport",
        "the agency's file stays ACTIVE with a check-in ahead",
    ),
    checked(
        "DP-02",
        "border",
        1000,
        "admissions of people who stayed, with a departure that rests on a booking",
        "nothing more: the departure on record did not happen",
    ),
    checked(
        "DP-03",
        "border",
        135,
        "people admitted twice, the first time with a departure that the border saw",
        "the first departure is missing",
    ),
    checked(
        "DP-07",
        "border",
        200,
        "visitors and students with a departure that the border saw",
        "the departure has a day before the arrival",
    ),
    checked(
        "OR-01",
        "status",
        480,
        "supervised people whose order in absence was undone by a granted motion, without a newer order",
        "the final-order mark of the undone order is still there",
    ),
    checked(
        "OR-02",
        "status",
        750,
        "supervised people whose case the Board sent back",
        "the final-order mark of the order that was taken away is there",
    ),
    checked(
        "OR-03",
        "status",
        1000,
        "supervised people whose motion against an order in absence is undecided (OR-10)",
        "nothing more: the final-order mark does not heed the stay",
    ),
    checked(
        "OR-04",
        "status",
        460,
        "supervised people with an undecided appeal, or with a reserved appeal whose period still runs",
        "the order is marked final",
    ),
    checked(
        "OR-07",
        "status",
        750,
        "supervised people who stayed and whose case was terminated",
        "the agency's file stays ACTIVE",
    ),
    checked(
        "OR-10",
        "tbl_Court_Motions",
        800,
        "motions against an order in absence, received more than ninety days before and denied",
        "the decision is missing",
    ),
    checked(
        "NT-01",
        "court_notices",
        260,
        "people with a mailed notice of hearing at least six days after the court received a new address",
        "the notice went to the old address, and no other followed",
    ),
    checked(
        "NT-10",
        "status",
        150,
        "supervised people without a court case",
        "a charging paper with a hearing more than thirty days back",
    ),
    checked(
        "ID-12",
        "status",
        46,
        "supervised people with a case of their own (and, at twenty times the rate, namesakes of a person with a case)",
        "no A-number, no birth date, matched to a case by name alone",
    ),
    checked(
        "ID-01",
        "benefits",
        36,
        "people with an application and another record that bears their A-number",
        "the application bears the A-number of a stranger of whom at least two records exist",
    ),
    checked(
        "ID-03",
        "benefits, court_names, status, addresses",
        55,
        "people with at least three records that bear their A-number",
        "one digit of the A-number is wrong, or two neighbors are exchanged; mostly the number of somebody else",
    ),
    checked(
        "ID-06",
        "border, status",
        40,
        "people with a record in a source that defaults to 1 January, not born near that day, and another record",
        "the birth date is 1 January of the year; one time in ten an impossible date",
    ),
    checked(
        "ID-07",
        "all five",
        45,
        "people with at least two other records under the same number or passport",
        "day and month are exchanged, or one digit of the date is wrong",
    ),
    checked(
        "ID-04",
        "all five",
        38,
        "people with another record that has the same full name under the same number or passport",
        "name parts are in another order: given and family name exchanged, first surname as middle name, particle moved, second surname dropped",
    ),
    checked(
        "ID-05",
        "all five",
        160,
        "records of people who bear one name only",
        "FNU stands for the given name",
    ),
    checked(
        "ID-09",
        "all five",
        170,
        "records with a family name of more than 15 letters and another record under the same number with the same family name",
        "cut after 15 or 20 letters",
    ),
    checked("NT-03", "benefits, court_names", 26, "records with a city", "one letter of the city is another"),
    checked(
        "NT-02",
        "addresses",
        900,
        "people of whom one office received a newer address than another, more than ten days ago",
        "the other office was not told of the move",
    ),
    checked(
        "DP-04",
        "benefits",
        680,
        "people with an application filed before a departure that the border saw",
        "the application counts as abandoned, though a permission to return covered the departure",
    ),
    checked(
        "DP-05",
        "border",
        300,
        "people admitted for the duration of status",
        "the admission is marked as overstayed",
    ),
    checked(
        "ID-08",
        "status",
        520,
        "people of a given name and a surname, with a status row without a day of its own, an application under their number and one address at most",
        "the surname after a marriage stands as a second identity, though an application has the day of the change",
    ),
    checked(
        "ID-10",
        "status, border",
        700,
        "people of Slavic names with a status row or an admission",
        "the citizenship is the Soviet Union",
    ),
    checked(
        "ID-13",
        "status",
        155,
        "people with an active file at the agency",
        "a certificate of citizenship is on file, and the file stays active",
    ),
    checked(
        "ID-14",
        "benefits",
        75,
        "people with an application, in a block of 500 people or more",
        "the e-mail address for notices is that of a helper who stands in the records of several families",
    ),
    checked(
        "NT-04",
        "benefits",
        85,
        "people with an application",
        "the address for notices is that of a shelter",
    ),
    checked(
        "NT-05",
        "court_notices",
        430,
        "people ordered removed in absence at a hearing of which one notice was mailed",
        "the notice came back, and no other followed",
    ),
    checked(
        "NT-06",
        "court_notices",
        225,
        "people with a mailed notice of hearing, a month from any other",
        "counsel of record got no notice of the hearing, and the person alone did",
    ),
    checked(
        "NT-07",
        "court_notices",
        145,
        "people with a charging paper",
        "the paper leaves the time of the hearing open",
    ),
    checked(
        "NT-08",
        "court_notices",
        190,
        "people with a mailed notice of hearing, the only one of its hearing",
        "the notice names a Saturday",
    ),
    checked(
        "NT-09",
        "court_notices",
        125,
        "people with a charging paper, whose address the court still knew later",
        "the paper was sent two to eight days before the hearing",
    ),
    checked(
        "NT-11",
        "tbl_schedule",
        620,
        "people with a case and an application that declares their language",
        "the newest hearing is set in another language",
    ),
    checked(
        "NT-12",
        "B_TblProceeding",
        270,
        "people ordered removed in absence",
        "the order says that they did not appear, and they were in custody that day",
    ),
    checked(
        "NT-13",
        "court_notices",
        420,
        "children under fourteen with a charging paper",
        "the paper was served on the child alone",
    ),
    checked(
        "NT-14",
        "tbl_schedule",
        210,
        "people with a case and two hearings that are past",
        "the first hearing was set days before, in place of the second, and no notice followed",
    ),
    checked(
        "OR-05",
        "status",
        250,
        "supervised people without a court case who have not left; and each who was ordered removed, with an application for asylum filed after the order",
        "an order is marked as final, though a protection is in force or was granted since",
    ),
    checked(
        "OR-06",
        "B_TblProceeding",
        350,
        "supervised people with a pending case",
        "the agency closed its file on a grant of relief, and the proceeding has no end and a hearing ahead",
    ),
    checked(
        "OR-08",
        "status",
        660,
        "supervised people whose case ended without an order to leave",
        "the court closed the case administratively, and the agency holds that they failed to appear",
    ),
    checked(
        "OR-11",
        "status",
        700,
        "supervised people without a court case who left, as the agency noted",
        "the file speaks of a removal, to a country that is not theirs",
    ),
    checked(
        "OR-12",
        "status",
        200,
        "people with an active file at the agency and no court case",
        "a death is on file",
    ),
    checked(
        "OR-09",
        "status",
        850,
        "supervised people who left in the time that a judge allowed",
        "the file speaks of a removal or a flight",
    ),
    checked(
        "DP-06",
        "border",
        1000,
        "people admitted twice on one passport, with departures that the border saw",
        "the second admission begins before the first has ended",
    ),
    checked(
        "ID-02",
        "benefits",
        700,
        "people with an application and two more records under their A-number, one of them at the same address",
        "the application bears a second A-number, which nobody else has",
    ),
    checked(
        "ID-11",
        "addresses",
        200,
        "people with an entry in the register",
        "the family name is that of a test",
    ),
    checked(
        "PR-06",
        "status",
        550,
        "supervised people without a court case, an order and a departure",
        "a protection that the law keeps secret stands in the open file",
    ),
    checked(
        "PR-08",
        "border",
        90,
        "people with an admission",
        "the class of admission stands in a column that calls itself derived, too",
    ),
    checked(
        "PR-01",
        "benefits",
        4,
        "applications that the extract of the month before had",
        "the newest extract does not have it, and it does have nearly all others",
    ),
    checked(
        "PR-03",
        "addresses",
        30,
        "entries that the extract of the month before had",
        "the newest extract does not have it, as it does not have many",
    ),
    checked(
        "PR-05",
        "addresses",
        1000,
        "people without another error, with an entry of the register that was received by the middle of April 2025",
        "an extract of that time had it, and the agreement lets a record be kept for a year and a half",
    ),
    checked(
        "PR-07",
        "status",
        24,
        "people of a population of 5,000 or more; of those with an active file at the agency and one other error at most",
        "the extract of the day before has the file as closed: so many were opened again in one night",
    ),
    noise(
        "F19:middle_initial",
        "benefits, court_names",
        110,
        "records with a middle name",
        "only its initial is left",
    ),
    noise("F19:hyphen", "all five", 100, "records with a hyphen in a name", "a space stands for the hyphen"),
    noise(
        "F19:transliteration",
        "all five",
        160,
        "records with a name that has two usual spellings",
        "the other spelling",
    ),
    noise("F19:misspelling", "all five", 36, "identity-bearing records", "one letter of a name is another"),
    noise(
        "F19:missing_value",
        "all five",
        40,
        "identity-bearing records",
        "A-number, passport number or sex is blank",
    ),
    noise(
        "PR-shift",
        "court release",
        16,
        "rows of A_TblCase with a city of several words",
        "a tab in the city shifts the columns",
    ),
    noise("PR-nul", "court release", 12, "rows of A_TblCase", "NUL bytes in the city"),
    noise(
        "PR-short",
        "court release",
        7,
        "rows of A_TblCase and tbl_schedule whose last cells are blank",
        "the last cells are missing",
    ),
];

/// Whether a check looks for a kind of error; false for an unknown kind.
pub(crate) fn is_checked(id: &str) -> bool {
    RATES.iter().any(|rate| rate.id == id && rate.is_checked)
}

/// The rate of a kind of error, per thousand; 0 for an unknown kind.
pub(crate) fn rate(id: &str) -> u32 {
    RATES.iter().find(|rate| rate.id == id).map_or(0, |rate| rate.per_mille)
}

#[cfg(test)]
mod tests {
    use super::RATES;

    #[test]
    fn the_kinds_are_named_once_and_the_checked_ones_are_there() {
        let mut ids: Vec<&str> = RATES.iter().map(|rate| rate.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RATES.len());
        assert_eq!(RATES.iter().filter(|rate| rate.is_checked).count(), 53);
    }
}
