//! The tables of the release that are written, with their columns in the publisher's order.

use crate::table::Table;

/// A table of the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Release {
    Case,
    Proceeding,
    Schedule,
    Motions,
    Appeal,
    FederalCourts,
    Custody,
    Applications,
    Charges,
    Bonds,
    Representatives,
}

impl Release {
    pub(super) const ALL: [Self; 11] = [
        Self::Case,
        Self::Proceeding,
        Self::Schedule,
        Self::Motions,
        Self::Appeal,
        Self::FederalCourts,
        Self::Custody,
        Self::Applications,
        Self::Charges,
        Self::Bonds,
        Self::Representatives,
    ];

    /// Its name; the file has `.csv` after it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Case => "A_TblCase",
            Self::Proceeding => "B_TblProceeding",
            Self::Schedule => "tbl_schedule",
            Self::Motions => "tbl_Court_Motions",
            Self::Appeal => "tblAppeal",
            Self::FederalCourts => "tblAppealFedCourts",
            Self::Custody => "tbl_CustodyHistory",
            Self::Applications => "tbl_Court_Appln",
            Self::Charges => "B_TblProceedCharges",
            Self::Bonds => "D_TblAssociatedBond",
            Self::Representatives => "tbl_RepsAssigned",
        }
    }

    /// The section of the release that it holds, by the name that the contract gives it.
    pub(super) fn section(self) -> &'static str {
        match self {
            Self::Case => "cases",
            Self::Proceeding => "proceedings",
            Self::Schedule => "hearings",
            Self::Motions => "motions",
            Self::Appeal => "appeals",
            Self::FederalCourts => "federal_appeals",
            Self::Custody => "custody",
            Self::Applications => "applications",
            Self::Charges => "charges",
            Self::Bonds => "bonds",
            Self::Representatives => "representatives",
        }
    }

    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Case => Table::Case.layout().columns,
            Self::Proceeding => Table::Proceeding.layout().columns,
            Self::Schedule => Table::Schedule.layout().columns,
            Self::Motions => Table::Motions.layout().columns,
            Self::Appeal => Table::Appeal.layout().columns,
            Self::FederalCourts => {
                &["idnAppealFedCourts", "lngAppealID", "datRequestedByOIL", "strFedCourtDecision"]
            }
            Self::Custody => &["IDNCUSTODY", "IDNCASE", "CUSTODY", "DATDETAINED", "DATRELEASED"],
            Self::Applications => {
                &["IDNPROCEEDINGAPPLN", "IDNPROCEEDING", "IDNCASE", "APPL_CODE", "APPL_RECD_DATE", "APPL_DEC"]
            }
            Self::Charges => &["IDNPRCDCHG", "IDNCASE", "IDNPROCEEDING", "CHARGE", "CHG_STATUS"],
            Self::Bonds => BONDS,
            Self::Representatives => &[
                "IDNREPSASSIGNED",
                "IDNCASE",
                "STRATTYLEVEL",
                "STRATTYTYPE",
                "PARENT_TABLE",
                "PARENT_IDN",
                "BASE_CITY_CODE",
                "INS_TA_DATE_ASSIGNED",
                "E_27_DATE",
                "E_28_DATE",
                "BLNPRIMEATTY",
            ],
        }
    }
}

const BONDS: &[&str] = &[
    "IDNASSOCBOND",
    "IDNPROCEEDING",
    "IDNCASE",
    "OSC_DATE",
    "REC_TYPE",
    "GENERATION",
    "SUB_GENERATION",
    "UPDATE_DATE",
    "UPDATE_TIME",
    "INPUT_DATE",
    "INPUT_TIME",
    "REJ_TO_BE_REMOVED",
    "BASE_CITY_CODE",
    "BASE_CITY_NAME",
    "HEARING_LOC_CODE",
    "IJ_CODE",
    "IJ_NAME_TO_BE_REMOVED",
    "DEC",
    "COMP_DATE",
    "INITIAL_BOND",
    "REL_CON",
    "INS_TA",
    "BOND_HEARING_TELEPHONIC",
    "SEND_MSG_WU_TO_BE_REMOVED",
    "BOND_HEAR_REQ_DATE",
    "BOND_HEARING_DATE_TO_BE_REMOVED",
    "BOND_HEARING_TIME_TO_BE_REMOVED",
    "ADJ1_CAL_TYPE_TO_BE_REMOVED",
    "ADJ1_DATE_TO_BE_REMOVED",
    "ADJ1_TIME_TO_BE_REMOVED",
    "ADJ1_RSN_TO_BE_REMOVED",
    "ADJ1_TELEPHONIC_TO_BE_REMOVED",
    "ADJ1_MSG_TO_BE_REMOVED",
    "ADJ2_CAL_TYPE_TO_BE_REMOVED",
    "ADJ2_DATE_TO_BE_REMOVED",
    "ADJ2_TIME_TO_BE_REMOVED",
    "ADJ2_RSN_TO_BE_REMOVED",
    "ADJ2_TELEPHONIC_TO_BE_REMOVED",
    "ADJ2_MSG_TO_BE_REMOVED",
    "NEW_BOND",
    "APPEAL_REVD",
    "APPEAL_NOT_FILED",
    "DATE_APPEAL_DUE",
    "E_28_DATE",
    "SCHEDULED_HEAR_LOC_TO_BE_REMOVED",
    "BOND_TYPE",
    "FILING_METHOD",
    "FILING_PARTY",
    "DECISION_DUE_DATE",
];
