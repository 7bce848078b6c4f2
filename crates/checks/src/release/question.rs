//! The questions, with the figures that others published.

use redress_statement::Attribute;

use super::measure::{self, Measure, Rows};

/// What a group of questions is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Theme {
    /// Was the person told.
    Notice,
    /// What do the orders say.
    Order,
    /// Do the days fit.
    Days,
    /// Are the rows whole.
    Rows,
    /// Do the keys lead somewhere.
    Keys,
}

impl Theme {
    /// Its heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Notice => "Was the person told?",
            Self::Order => "What do the orders say?",
            Self::Days => "Do the days fit together?",
            Self::Rows => "Are the rows whole?",
            Self::Keys => "Do the keys lead somewhere?",
        }
    }
}

/// A figure that somebody published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedFigure {
    /// The count, where one was published; days for a time.
    pub count: Option<u64>,
    /// The share, 0 to 1, where one was published or follows from published counts.
    pub share: Option<f64>,
    /// Who published it.
    pub source: &'static str,
    /// Of when: the release or the years that it describes.
    pub date: &'static str,
}

/// One question to a release.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// A stable name.
    pub id: &'static str,
    /// The check of the catalogue whose public half it is.
    pub check: &'static str,
    /// What it is about.
    pub theme: Theme,
    /// What is counted, as a noun phrase.
    pub asks: &'static str,
    /// Of what, in plural. Empty where the answer is not a share.
    pub of: &'static str,
    /// How it is counted.
    pub measure: Measure,
    /// What was published. None where no figure was seen.
    pub published: Option<PublishedFigure>,
    /// What the figure, and a difference from the published one, may mean.
    pub meaning: &'static str,
    /// Questions of the same name part one whole: what one hides, another must not give away.
    pub part_of: &'static str,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

const CODEBOOK: &str = "Deportation Data Project, EOIR codebook";
const CODEBOOK_DATE: &str = "release of October 2025";
const REPAIRS: &str = "Deportation Data Project, log of the EOIR release";
const REPAIRS_DATE: &str = "release of May 2026";
const ORPHANS: &str = "Deportation Data Project, EOIR codebook";
const ORPHANS_DATE: &str = "release of February 2026; share by the rows of May 2026";
const APPEARANCES_DATE: &str = "release of February 2026";

/// Cases of the release of October 2025: its counts of CASE_TYPE, added up.
const CASES: f64 = 12_134_816.0;
/// Proceedings of that release: the same sum.
const PROCEEDINGS: f64 = 15_560_439.0;

/// Rows of the release of May 2026, by the log of its repairs: of these the broken rows were counted. For orphans, counted
/// in February, they are the nearest numbers that were published.
const CASES_MAY: f64 = 12_610_093.0;
const PROCEEDINGS_MAY: f64 = 16_467_602.0;
const APPLICATIONS_MAY: f64 = 16_019_781.0;
const CHARGES_MAY: f64 = 18_774_089.0;
const BONDS_MAY: f64 = 1_609_611.0;
/// Rows of lawyers' appearances of February 2026.
const APPEARANCES: f64 = 25_639_802.0;

const fn published(
    count: Option<u64>,
    share: f64,
    source: &'static str,
    date: &'static str,
) -> Option<PublishedFigure> {
    Some(PublishedFigure { count, share: Some(share), source, date })
}

const fn counted(count: u64, source: &'static str, date: &'static str) -> Option<PublishedFigure> {
    Some(PublishedFigure { count: Some(count), share: None, source, date })
}

const fn rows(table: &'static str, rows: Rows) -> Measure {
    Measure::Rows { table, rows }
}

const ORPHAN_MEANS: &str = "A row whose case is not in the release can be counted, but not followed. More of them in a \
                            newer release may mean that cases were taken out, or that tables were drawn on different days.";
const SHIFT_MEANS: &str = "A tab within a value moves every later value one column on. Put back only where one way alone makes \
                           every typed column valid; otherwise set aside, never guessed.";

/// The questions, in the order in which they are shown.
pub const QUESTIONS: &[Question] = &[
    Question {
        id: "notice-mailed",
        check: "NT-01",
        theme: Theme::Notice,
        asks: "Hearing notice recorded as mailed",
        of: "cases",
        measure: rows("A_TblCase", Rows::Saying(Attribute::NoticeServed, "M")),
        published: published(Some(4_907_006), 4_907_006.0 / CASES, CODEBOOK, CODEBOOK_DATE),
        meaning: "A mailed notice reaches whoever lives at the address that the court then had. The release does not say which \
                  address that was.",
        part_of: "service",
    },
    Question {
        id: "notice-in-person",
        check: "NT-01",
        theme: Theme::Notice,
        asks: "Hearing notice recorded as handed over",
        of: "cases",
        measure: rows("A_TblCase", Rows::Saying(Attribute::NoticeServed, "I")),
        published: published(Some(765_374), 765_374.0 / CASES, CODEBOOK, CODEBOOK_DATE),
        meaning: "The surest form of service.",
        part_of: "service",
    },
    Question {
        id: "notice-not-recorded",
        check: "NT-01",
        theme: Theme::Notice,
        asks: "How the notice was served: not recorded",
        of: "cases",
        measure: rows("A_TblCase", Rows::Without(Attribute::NoticeServed)),
        published: published(None, 0.5325, CODEBOOK, CODEBOOK_DATE),
        meaning: "A blank can be the true answer (no hearing was set). What is wrong is that the file cannot tell \"none\" from \
                  \"not recorded\".",
        part_of: "service",
    },
    Question {
        id: "address-change-recorded",
        check: "NT-01",
        theme: Theme::Notice,
        asks: "A change of address is recorded",
        of: "cases",
        measure: rows("A_TblCase", Rows::Stating(Attribute::AddressChangedOn)),
        published: published(None, 0.346, CODEBOOK, CODEBOOK_DATE),
        meaning: "Only the day of the last change is kept; the address before it is overwritten. In these cases the address of an \
                  earlier notice can no longer be checked.",
        part_of: "",
    },
    Question {
        id: "no-representative-date",
        check: "NT-06",
        theme: Theme::Notice,
        asks: "No day on which a lawyer appeared",
        of: "cases",
        measure: rows("A_TblCase", Rows::Without(Attribute::RepresentativeSince)),
        published: published(None, 0.6153, CODEBOOK, CODEBOOK_DATE),
        meaning: "Often true: no lawyer ever appeared. Later filings overwrite the day, so a day that is there proves little \
                  about who was served when.",
        part_of: "",
    },
    Question {
        id: "no-notice-code",
        check: "NT-14",
        theme: Theme::Notice,
        asks: "Hearing without a code of a printed notice",
        of: "hearings",
        measure: rows("tbl_schedule", Rows::Without(Attribute::HearingNoticeCode)),
        published: published(None, 0.4528, CODEBOOK, CODEBOOK_DATE),
        meaning: "A notice may have been given in court. Whether a code belongs to this hearing or to the next is not documented.",
        part_of: "",
    },
    Question {
        id: "hearing-on-closed-day",
        check: "NT-08",
        theme: Theme::Notice,
        asks: "Hearing on a weekend or federal holiday",
        of: "hearings",
        measure: rows("tbl_schedule", Rows::OnClosedDay),
        published: None,
        meaning: "No court sits on such a day, dockets of people in custody apart, which are left out. Many will be days that \
                  nobody was told to come; on 31 January 2019, a working day, over a thousand people came to courts for hearings \
                  that no docket had (press).",
        part_of: "",
    },
    Question {
        id: "moved-without-notice",
        check: "NT-14",
        theme: Theme::Notice,
        asks: "Hearing moved, and no new notice recorded",
        of: "cases with a hearing",
        measure: Measure::Cases { count: measure::moved_without_notice },
        published: None,
        meaning: "The hearing was advanced, or the case went to another court, and no notice code stands at the next hearing. An \
                  upper bound: notices given in court leave no code.",
        part_of: "",
    },
    Question {
        id: "undone-orders-in-absence",
        check: "OR-01",
        theme: Theme::Order,
        asks: "Orders in absence undone by a granted motion",
        of: "orders in absence, 2008 to 2018",
        measure: Measure::Cases { count: measure::undone_orders },
        published: published(
            None,
            0.15,
            "Eagly and Shafer, Measuring In Absentia Removal, 168 U. Pa. L. Rev. 817",
            "orders of 2008 to 2018",
        ),
        meaning: "Counted are granted motions to reopen an order in absence, to rescind and to set aside, decided on or after the \
                  day of the order. General motions to reopen are not counted, so the figure is a lower bound; the study also \
                  followed cases on appeal, and ended with its own release.",
        part_of: "",
    },
    Question {
        id: "absent-in-custody",
        check: "NT-12",
        theme: Theme::Order,
        asks: "Order in absence on a day in custody",
        of: "orders in absence",
        measure: Measure::Cases { count: measure::absent_in_custody },
        published: None,
        meaning: "The custody history puts the person in the government's hands on the day on which they \"did not appear\", or the \
                  hearing was put off because they were not brought. Custody days are known to be unreliable; each such order is \
                  worth a look, none is proved wrong.",
        part_of: "",
    },
    Question {
        id: "not-prosecuted",
        check: "OR-07",
        theme: Theme::Order,
        asks: "Proceeding ended as not prosecuted",
        of: "proceedings",
        measure: rows("B_TblProceeding", Rows::Saying(Attribute::OtherCompletion, "F")),
        published: published(Some(370_352), 370_352.0 / PROCEEDINGS, CODEBOOK, CODEBOOK_DATE),
        meaning: "Mostly hearings that were set though no charging paper was ever filed (some 200,000 by TRAC's count of March \
                  2024). The person may still be called to check-ins; that is not in the release.",
        part_of: "",
    },
    Question {
        id: "not-completed",
        check: "OR-10",
        theme: Theme::Order,
        asks: "Proceeding without a day of completion",
        of: "proceedings",
        measure: rows("B_TblProceeding", Rows::Without(Attribute::OrderOn)),
        published: published(None, 0.2280, CODEBOOK, CODEBOOK_DATE),
        meaning: "Mostly cases that are still open. The share follows the backlog of the month.",
        part_of: "",
    },
    Question {
        id: "standing-still",
        check: "OR-10",
        theme: Theme::Order,
        asks: "Motion or application at a standstill",
        of: "cases with a proceeding",
        measure: Measure::Cases { count: measure::standing_still },
        published: None,
        meaning: "A motion without a decision for over 90 days, one that was granted with no hearing after it, or an application \
                  left blank in a decided case. Why a case is held, the release does not say.",
        part_of: "",
    },
    Question {
        id: "remanded",
        check: "OR-02",
        theme: Theme::Order,
        asks: "Petitions that a federal court sent back",
        of: "petitions for review",
        measure: rows("tblAppealFedCourts", Rows::Saying(Attribute::FederalCourtDecision, "REM")),
        published: published(Some(6_332), 0.0357, CODEBOOK, CODEBOOK_DATE),
        meaning: "Whether the order that was sent back is still active at an agency, only the agency's extract can say.",
        part_of: "",
    },
    Question {
        id: "permanent-residents",
        check: "ID-13",
        theme: Theme::Order,
        asks: "Recorded as a lawful permanent resident",
        of: "cases",
        measure: rows("A_TblCase", Rows::Saying(Attribute::PermanentResident, "yes")),
        published: published(Some(7_018), 7_018.0 / CASES, CODEBOOK, CODEBOOK_DATE),
        meaning: "The mark is blank in nine cases of ten, so it undercounts.",
        part_of: "",
    },
    Question {
        id: "turned-days",
        check: "DP-07",
        theme: Theme::Days,
        asks: "Days in an order that cannot be",
        of: "cases with a proceeding",
        measure: Measure::Cases { count: measure::turned_days },
        published: None,
        meaning: "A decision before its motion, a release before the custody, a hearing before the charging paper or more than 30 \
                  years after it. A deadline that is counted from such a day is wrong.",
        part_of: "",
    },
    Question {
        id: "longest-gap",
        check: "DP-07",
        theme: Theme::Days,
        asks: "Longest wait for a first hearing, in days",
        of: "",
        measure: Measure::LongestGapDays,
        published: counted(65_861, CODEBOOK, CODEBOOK_DATE),
        meaning: "180 years is a mistyped year. Rounded, as it is one single case.",
        part_of: "",
    },
    Question {
        id: "shifted-cases",
        check: "ID-15",
        theme: Theme::Rows,
        asks: "Cases with values out of place",
        of: "rows",
        measure: Measure::OutOfPlace { table: "A_TblCase" },
        published: published(Some(101), 101.0 / CASES_MAY, REPAIRS, REPAIRS_DATE),
        meaning: SHIFT_MEANS,
        part_of: "",
    },
    Question {
        id: "shifted-proceedings",
        check: "ID-15",
        theme: Theme::Rows,
        asks: "Proceedings with values out of place",
        of: "rows",
        measure: Measure::OutOfPlace { table: "B_TblProceeding" },
        published: published(Some(71), 71.0 / PROCEEDINGS_MAY, REPAIRS, REPAIRS_DATE),
        meaning: SHIFT_MEANS,
        part_of: "",
    },
    Question {
        id: "shifted-applications",
        check: "ID-15",
        theme: Theme::Rows,
        asks: "Applications with values out of place",
        of: "rows",
        measure: Measure::OutOfPlace { table: "tbl_Court_Appln" },
        published: published(Some(15), 15.0 / APPLICATIONS_MAY, REPAIRS, REPAIRS_DATE),
        meaning: SHIFT_MEANS,
        part_of: "",
    },
    Question {
        id: "shifted-bonds",
        check: "ID-15",
        theme: Theme::Rows,
        asks: "Bonds with values out of place",
        of: "rows",
        measure: Measure::OutOfPlace { table: "D_TblAssociatedBond" },
        published: published(Some(7), 7.0 / BONDS_MAY, REPAIRS, REPAIRS_DATE),
        meaning: SHIFT_MEANS,
        part_of: "",
    },
    Question {
        id: "proceedings-without-case",
        check: "PR-01",
        theme: Theme::Keys,
        asks: "Proceedings whose case is not there",
        of: "proceedings",
        measure: Measure::WithoutCase { table: "B_TblProceeding" },
        published: published(Some(271), 271.0 / PROCEEDINGS_MAY, ORPHANS, ORPHANS_DATE),
        meaning: ORPHAN_MEANS,
        part_of: "",
    },
    Question {
        id: "charges-without-proceeding",
        check: "PR-01",
        theme: Theme::Keys,
        asks: "Charges whose proceeding is not there",
        of: "charges",
        measure: Measure::ChargesWithoutProceeding,
        published: published(Some(12_213), 12_213.0 / CHARGES_MAY, ORPHANS, ORPHANS_DATE),
        meaning: "Looked for within the charge's own case: a charge that names a proceeding of another case counts as well, so \
                  the figure can be higher than the published one.",
        part_of: "",
    },
    Question {
        id: "appearances-without-case",
        check: "PR-01",
        theme: Theme::Keys,
        asks: "Lawyers' appearances whose case is not there",
        of: "appearances",
        measure: Measure::WithoutCase { table: "tbl_RepsAssigned" },
        published: published(Some(3_687), 3_687.0 / APPEARANCES, ORPHANS, APPEARANCES_DATE),
        meaning: ORPHAN_MEANS,
        part_of: "",
    },
    Question {
        id: "applications-without-case",
        check: "PR-01",
        theme: Theme::Keys,
        asks: "Applications whose case is not there",
        of: "applications",
        measure: Measure::WithoutCase { table: "tbl_Court_Appln" },
        published: published(Some(338), 338.0 / APPLICATIONS_MAY, ORPHANS, ORPHANS_DATE),
        meaning: ORPHAN_MEANS,
        part_of: "",
    },
    Question {
        id: "bonds-without-case",
        check: "PR-01",
        theme: Theme::Keys,
        asks: "Bonds whose case is not there",
        of: "bonds",
        measure: Measure::WithoutCase { table: "D_TblAssociatedBond" },
        published: published(Some(107), 107.0 / BONDS_MAY, ORPHANS, ORPHANS_DATE),
        meaning: ORPHAN_MEANS,
        part_of: "",
    },
];
