//! NT-06: lawyer on record not served.
//!
//! Who has counsel of record is notified through counsel (8 CFR 1292.5(a)). A notice that goes to the person
//! alone, or to a lawyer who had been replaced or practices no more, is a notice to nobody who prepares the
//! hearing.
//!
//! The rule reads the appearances at the court on the person's side that were of record on the day of a notice,
//! and the services for its hearing. It reports a notice when none of these services was on counsel, and one
//! that was sent to a representative who no longer acted.
//!
//! It stays silent when the withdrawal came first, when the appearance is at the Board or for bond only, and
//! when the appearance as recorded is later than the notice: the day is overwritten by later filings and
//! proves nothing.

use jiff::civil::{Date, date};
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    court_rows::{Notice, Served, cases, notices},
    keeping::absence_speaks,
    sequence::in_order,
    wording::spoken_day,
};

/// The government's side of an appearance (`STRATTYTYPE`).
const GOVERNMENT: &str = "INS";

/// The level of the court (`STRATTYLEVEL`).
const COURT: &str = "COURT";

/// Tables whose appearances are for the case itself (`PARENT_TABLE`, in upper case).
const CASE_TABLES: [&str; 2] = ["A_TBLCASE", "B_TBLPROCEEDING"];

/// The check.
pub(crate) struct CounselNotServed;

static SPEC: Spec = Spec {
    id: "NT-06",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Lawyer on record not served",
    family: Family::Notice,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: &[
        Attribute::NoticeKind,
        Attribute::NoticeMailedOn,
        Attribute::NoticeHearingOn,
        Attribute::NoticeServed,
        Attribute::NoticeRepresentative,
        Attribute::Representative,
        Attribute::RepresentativeSince,
        Attribute::RepresentativeUntil,
        Attribute::RepresentativeSide,
        Attribute::RepresentativeLevel,
        Attribute::RepresentativeParent,
        Attribute::RepresentativeIsPrimary,
        Attribute::RepresentativeIsActive,
    ],
    parameters: &[],
    rule: "Counsel of record had appeared before a notice was sent, and no service for that hearing was on \
           counsel, or the notice went to a representative who no longer acted.",
    not_when: &[
        "a withdrawal was granted before the notice",
        "the appearance is at the Board, for bond only, or on the government's side",
        "the recorded day of the appearance is later than the notice: it is overwritten and proves nothing",
        "the source does not say how the notice was served",
        "the newest extract of the notices does not say that it has every one, or is held to be \
         cut off (PR-03) and has the record for the first time",
    ],
    harm_in_words: "Nobody prepares the hearing, and the person may be ordered removed in absence.",
    evidence_shown: "The appearances with their days, and each service for the hearing.",
    route: Route {
        actor: "the court; after an order counsel",
        instrument: "send the notice again, to counsel; after an order a motion to reopen for lack of notice",
        deadline: "before the hearing; after an order in absence any time (8 U.S.C. 1229a(b)(5)(C)(ii))",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "8 CFR 1003.17, 1292.4, 1292.5(a)",
};

impl Check for CounselNotServed {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, _: &Parameters) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        for lead in cases(case) {
            let notices = notices(case, lead);
            let known = |notice: &&Notice<'_>| notice.served != Served::Unknown;
            for notice in notices.iter().filter(known) {
                let unserved = absence_speaks(notice.record, world)
                    .then(|| unserved(notice, &notices, case, lead))
                    .flatten();
                let missed = unserved.or_else(|| replaced(notice, case, lead));
                found.extend(missed.map(|(counsel, what)| report(notice, counsel, &what, world.today)));
            }
        }
        found
    }
}

/// Counsel of record on the day of a notice whose hearing was notified to no counsel.
fn unserved<'a>(
    notice: &Notice<'_>,
    notices: &[Notice<'_>],
    case: &'a CaseFile,
    lead: &CaseRecord,
) -> Option<(&'a CaseRecord, String)> {
    let on_counsel =
        |other: &Notice<'_>| other.served == Served::OnCounsel && other.hearing_on == notice.hearing_on;
    if notices.iter().any(on_counsel) {
        return None;
    }
    let counsel = in_order(case.attached(lead.id)).find(|row| is_of_record(row, notice.sent_on))?;
    let since = spoken_day(counsel.record.day(Attribute::RepresentativeSince)?);
    Some((counsel, format!("counsel had appeared on {since}, and no service on counsel is on file")))
}

fn is_of_record(row: &CaseRecord, on: Date) -> bool {
    let value = |attribute| row.record.value(attribute);
    let is_case = value(Attribute::RepresentativeParent)
        .is_none_or(|parent| CASE_TABLES.contains(&parent.to_uppercase().as_str()));
    row.record.day(Attribute::RepresentativeSince).is_some_and(|since| since <= on)
        && row.record.day(Attribute::RepresentativeUntil).is_none_or(|until| until > on)
        && row.record.mark(Attribute::RepresentativeIsPrimary) == Some(true)
        && value(Attribute::RepresentativeSide) != Some(GOVERNMENT)
        && value(Attribute::RepresentativeLevel).is_none_or(|level| level == COURT)
        && is_case
}

/// The representative to whom a notice went though he or she no longer acted.
fn replaced<'a>(
    notice: &Notice<'_>,
    case: &'a CaseFile,
    lead: &CaseRecord,
) -> Option<(&'a CaseRecord, String)> {
    let sent_to = notice.record.record.value(Attribute::NoticeRepresentative)?;
    let of = |row: &&CaseRecord| row.record.value(Attribute::Representative) == Some(sent_to);
    let rows: Vec<&CaseRecord> = in_order(case.attached(lead.id)).filter(of).collect();
    let ended = |row: &&&CaseRecord| {
        row.record.day(Attribute::RepresentativeUntil).is_some_and(|until| until <= notice.sent_on)
            || row.record.mark(Attribute::RepresentativeIsActive) == Some(false)
    };
    let is_served_on_counsel = notice.served == Served::OnCounsel;
    let counsel =
        rows.iter().find(ended).filter(|_| is_served_on_counsel && rows.iter().all(|row| ended(&row)))?;
    Some((*counsel, "it went to a representative who no longer acted".to_owned()))
}

fn report(notice: &Notice<'_>, counsel: &CaseRecord, what: &str, today: Date) -> Discrepancy {
    let hearing =
        notice.hearing_on.map_or(String::new(), |day| format!(" for the hearing on {}", spoken_day(day)));
    let sentence = format!("The notice of {}{hearing}: {what}.", spoken_day(notice.sent_on));
    let inputs = [
        (notice.record, Attribute::NoticeMailedOn),
        (notice.record, Attribute::NoticeHearingOn),
        (notice.record, Attribute::NoticeServed),
        (notice.record, Attribute::NoticeRepresentative),
        (counsel, Attribute::RepresentativeSince),
        (counsel, Attribute::RepresentativeUntil),
        (counsel, Attribute::RepresentativeIsActive),
    ];
    Discrepancy::new(&SPEC, notice.record, &inputs, sentence, notice.hearing_on.filter(|day| *day >= today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{KeptFacts, check, check_kept};

    const FILE: &str = "
        court names 11
          family_name Ruiz
        court reps 1 about 11
          representative A7
          representative_since 2025-01-03
          representative_is_primary yes
          representative_level COURT
          representative_parent a_tblcase
        court notices N1 about 11
          notice_mailed_on 2025-06-03
          notice_hearing_on 2026-12-03
          notice_served M\n";

    const FOUND: &str = "court/notices:N1: The notice of 3 June 2025 for the hearing on 3 December 2026: counsel \
                         had appeared on 3 January 2025, and no service on counsel is on file.";

    #[test]
    fn fires() {
        check(&CounselNotServed, FILE, &[FOUND]);
        check(&CounselNotServed, &FILE.replace("notice_served M", "notice_served P"), &[FOUND]);
        check(
            &CounselNotServed,
            &FILE.replace("is_primary yes", "is_primary yes\n          representative_until 2025-07-01"),
            &[FOUND],
        );
    }

    #[test]
    fn fires_where_the_notice_went_to_who_no_longer_acted() {
        let sent = FILE.replace("notice_served M", "notice_served C\n          notice_representative A7");
        check(&CounselNotServed, &sent, &[]);
        let said = FOUND.split(": counsel").next().unwrap().to_owned()
            + ": it went to a representative who no longer acted.";
        for ended in ["representative_until 2025-05-01", "representative_is_active no"] {
            let text = sent.replace("is_primary yes", &format!("is_primary yes\n          {ended}"));
            check(&CounselNotServed, &text, &[&said]);
        }
    }

    #[test]
    fn stays_silent() {
        for (why, from, to) in [
            (
                "withdrawn before",
                "is_primary yes",
                "is_primary yes\n          representative_until 2025-05-01",
            ),
            ("the day is overwritten", "2025-01-03", "2025-07-03"),
            ("not of record", "is_primary yes", "is_primary no"),
            ("at the Board", "level COURT", "level BOARD"),
            ("for bond only", "a_tblcase", "D_TblAssociatedBond"),
            ("the government's side", "level COURT", "level COURT\n          representative_side INS"),
            ("service not stated", "notice_served M", ""),
            ("on counsel", "notice_served M", "notice_served C"),
        ] {
            let text = FILE.replace(from, to);
            assert!(text != FILE, "{why}");
            check(&CounselNotServed, &text, &[]);
        }
        let also = format!(
            "{FILE}        court notices N2 about 11\n          notice_mailed_on 2025-06-04\n          notice_hearing_on 2026-12-03\n          notice_served C\n"
        );
        check(&CounselNotServed, &also, &[]);
    }

    #[test]
    fn stays_silent_where_the_extract_is_not_whole() {
        check_kept(&CounselNotServed, FILE, &KeptFacts::complete(), &[FOUND]);
        check_kept(&CounselNotServed, FILE, &KeptFacts::partial(), &[]);
        check_kept(&CounselNotServed, FILE, &KeptFacts::cut_off_of_a_part(), &[]);
    }
}
