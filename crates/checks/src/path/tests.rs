use jiff::civil::date;
use redress_testkit::parse_case_file;

use super::*;
use crate::fixture::TODAY;

/// A path as lines: stage, standing, sentence; below, indented, who decides and what can be done until when.
fn written(steps: &[Step]) -> String {
    let mut lines = Vec::new();
    for step in steps {
        lines.push(format!("{} {:?}: {}", step.stage.title(), step.standing, step.what));
        lines.extend(step.decides.map(|who| format!("  decides: {who}")));
        for remedy in &step.remedies {
            let over = if remedy.is_over(TODAY) { " (over)" } else { "" };
            let what = remedy.what.split(['.', ',']).next().unwrap_or_default();
            lines.push(match remedy.term {
                Term::Until(last) => format!("  until {last}{over}: {what}"),
                Term::AnyTime => format!("  any time: {what}"),
            });
        }
    }
    lines.join("\n")
}

fn check(text: &str, expected: &str) {
    let case = parse_case_file(text);
    let steps = path(&case, TODAY, &Parameters::built_in().unwrap());
    assert_eq!(written(&steps), expected.trim(), "{text}");
    for step in &steps {
        assert!(!step.rests_on.is_empty(), "{step:?} cannot be traced to a statement");
        assert!(step.remedies.iter().all(|remedy| remedy.citation.len() > 8), "{step:?}");
    }
}

const FROM_FIRST_TO_LAST: &str = "
    benefits applications B1
      application_form I-485
      application_filed_on 2024-01-05
    status extract S1
      nta_issued_on 2024-02-01
    court court_names 11
      family_name Ruiz
    court notices N1 about 11
      notice_kind NTA
      notice_mailed_on 2024-02-03
      notice_served M
      notice_hearing_on 2024-05-01
    court B_TblProceeding 1 about 11
      case_type RMV
      nta_filed_on 2024-02-10
      hearing_on 2027-01-12
    court tblAppeal 9 about 11
      appeal_filed_on 2026-07-01";

#[test]
fn each_stage_says_who_decides_and_what_can_be_done() {
    check(
        FROM_FIRST_TO_LAST,
        "
Application Waits: The office received the application for permanent residence (I-485) on 5 January 2024.
  decides: the office that received it
  any time: After a move
Notice Past: The agency issued a Notice to Appear, the charging paper, on 1 February 2024.
  decides: the agency that issued it
Notice Past: A Notice to Appear (the charging paper) was sent by mail on 3 February 2024. It names a hearing on 1 May 2024.
Notice Past: The charging paper was filed with the court on 10 February 2024. With that the case before the judge began.
Appeal or motion Waits: An appeal was filed on 1 July 2026. While it waits, the order is not final and may not be carried out (8 CFR 1003.6).
  decides: the Board of Immigration Appeals
Hearing Ahead: A hearing is set for 12 January 2027.
  decides: the immigration judge
  any time: Ask the court for another day
  any time: Come on that day
  any time: After a move",
    );
}

fn ordered(rows: &str) -> String {
    format!(
        "court court_names 11\n  family_name Ruiz\ncourt B_TblProceeding 1 about 11\n  case_type RMV\n  {rows}"
    )
}

const AGAINST_AN_ORDER_OF_OCTOBER: &str = "
Order Past: The court decided on 20 October 2026: removal ordered.
  decides: the immigration judge
  until 2026-11-19: Appeal to the Board of Immigration Appeals
  until 2026-11-19: Ask the judge to think again
  until 2027-01-18: Ask the judge to reopen the case";

#[test]
fn an_order_to_leave_can_be_appealed_within_the_period_of_its_day() {
    check(&ordered("order_on 2026-10-20\n  order_code X"), AGAINST_AN_ORDER_OF_OCTOBER);
}

#[test]
fn the_last_day_that_the_court_states_is_taken() {
    let stated = AGAINST_AN_ORDER_OF_OCTOBER.replace("until 2026-11-19: Appeal", "until 2026-11-18: Appeal");
    check(
        &ordered("order_on 2026-10-20\n  order_code X\n  appeal_reserved A\n  appeal_due_on 2026-11-18"),
        &stated,
    );
}

#[test]
fn what_was_waived_or_filed_is_not_offered_again() {
    let without = AGAINST_AN_ORDER_OF_OCTOBER
        .replace("\n  until 2026-11-19: Appeal to the Board of Immigration Appeals", "");
    check(&ordered("order_on 2026-10-20\n  order_code X\n  appeal_reserved I"), &without);
    let appealed = "\nAppeal or motion Waits: An appeal was filed on 25 October 2026. While it waits, the order is not final and \
                    may not be carried out (8 CFR 1003.6).\n  decides: the Board of Immigration Appeals";
    check(
        &ordered(
            "order_on 2026-10-20\n  order_code X\ncourt tblAppeal 9 about 11\n  appeal_filed_on 2026-10-25",
        ),
        &format!("{without}{appealed}"),
    );
}

#[test]
fn an_order_in_absence_can_be_taken_back() {
    check(
        &ordered("order_on 2026-03-20\n  order_code X\n  in_absentia yes"),
        "
Order Past: The court decided on 20 March 2026: removal ordered. It was made in the person’s absence.
  decides: the immigration judge
  until 2026-04-19 (over): Ask the judge to think again
  until 2026-06-18 (over): Ask the judge to reopen the case
  until 2026-09-16 (over): Ask the judge to take the order back because something exceptional prevented coming
  any time: Ask the judge to take the order back because no notice arrived",
    );
}

#[test]
fn an_order_that_was_taken_back_asks_for_nothing() {
    check(
        &ordered(
            "order_on 2026-03-20\n  order_code X\n  in_absentia yes\ncourt tbl_Court_Motions 9 about 11\n  motion_kind MA
  motion_received_on 2026-05-02\n  motion_decision G\n  motion_decided_on 2026-06-02",
        ),
        "
Order Past: The court decided on 20 March 2026: removal ordered. It was made in the person’s absence. Later, on 2 June 2026, the court took this away or sent it back: the order no longer stands.
  decides: the immigration judge
Appeal or motion Past: The court received a motion to reopen after an order in absence on 2 May 2026. The decision of 2 June 2026: granted.
  decides: the immigration judge",
    );
}

#[test]
fn an_order_that_was_sent_back_on_appeal_asks_for_nothing_and_says_so() {
    let appeal = |decision: &str, on: &str| {
        format!(
            "order_on 2025-10-17\n  order_code X\ncourt tblAppeal 9 about 11\n  appeal_filed_on 2025-11-01
  appeal_decision {decision}\n  appeal_decided_on {on}"
        )
    };
    check(
        &ordered(&appeal("REM", "2026-01-30")),
        "
Order Past: The court decided on 17 October 2025: removal ordered. Later, on 30 January 2026, the Board took this away or sent it back: the order no longer stands.
  decides: the immigration judge
Appeal or motion Past: An appeal was filed on 1 November 2025. The decision of 30 January 2026: sent back.
  decides: the Board of Immigration Appeals",
    );
    let steps = |rows: &str| {
        let case = parse_case_file(&ordered(rows));
        written(&path(&case, TODAY, &Parameters::built_in().unwrap()))
    };
    // What a later decision let stand, and an order made anew after it, are not said to be gone.
    let dismissed = steps(&appeal("DIS", "2026-01-30"));
    assert!(!dismissed.contains("no longer stands") && dismissed.contains("Ask the judge"), "{dismissed}");
    let anew = format!(
        "{}\ncourt B_TblProceeding 2 about 11\n  case_type RMV\n  order_on 2026-10-20\n  order_code X",
        appeal("REM", "2026-01-30")
    );
    let both = steps(&anew);
    assert_eq!(both.matches("no longer stands").count(), 1, "{both}");
    assert!(both.contains("until 2026-11-19: Ask the judge to think again"), "{both}");
}

#[test]
fn steps_are_read_from_rows() {
    for (text, expected) in [
        (
            "status extract S1\n  case_status A-Proceedings Terminated",
            "Closed Past: The agency writes that its case is no longer active: “A-Proceedings Terminated”.\n  decides: the agency that keeps the case",
        ),
        ("status extract S1\n  case_status ACTIVE", ""),
        ("court court_names 1\ncourt court_names 2 possible\n  hearing_on 2027-01-12", ""),
        (
            "benefits a B1\n  application_filed_on 2024-01-05\n  application_status CASE WAS APPROVED",
            "Application Past: The office received an application on 5 January 2024. It writes: “CASE WAS APPROVED”.\n  decides: the office that received it",
        ),
        (
            "court a 1\n  hearing_on 2025-01-12\ncourt b 2\n  hearing_on 2025-01-12",
            "Hearing Past: A hearing was set for 12 January 2025.\n  decides: the immigration judge",
        ),
        (
            "court tblAppeal 9\n  appeal_filed_on 2026-07-01\n  appeal_decision DIS\n  appeal_decided_on 2026-10-20",
            "Appeal or motion Past: An appeal was filed on 1 July 2026. The decision of 20 October 2026: dismissed.\n  decides: the Board of Immigration Appeals\n  until 2026-11-19: Ask the federal court of appeals to review the decision",
        ),
        (
            "court tblAppeal 9\n  stay_from 2026-07-01\ncourt tblAppeal 10\n  stay_from 2026-08-01\n  stay_ended_on 2026-09-01",
            "Appeal or motion Past: The order is stayed from 1 July 2026: it may not be carried out.\n  decides: the court that granted the stay
Appeal or motion Past: The order was stayed from 1 August 2026 to 1 September 2026.\n  decides: the court that granted the stay",
        ),
        // Two offices tell of one departure; what shows most of it counts.
        (
            "border i I1\n  departed_on 2025-05-03\n  departure_basis FLOWN_MANIFEST\nstatus extract S1\n  departed_on 2025-05-03\n  departure_basis BOOKED",
            "Departure Past: A departure on 3 May 2025 is on record.\n  decides: each office that keeps the record\n  any time: Where this departure did not take place",
        ),
        (
            "border i I1\n  departed_on 2025-05-03\n  departure_basis BOOKED\nstatus extract S1\n  departed_on 2026-11-03\n  departure_basis SELF_REPORTED",
            "Departure Past: A departure on 3 May 2025 is on record. It rests on a plan, such as a booking: no record shows that anybody left.\n  decides: each office that keeps the record\n  any time: Where this departure did not take place
Departure Ahead: A departure on 3 November 2026 was reported by the person or by counsel.\n  decides: each office that keeps the record\n  any time: Where this departure did not take place",
        ),
        // The day that only a notice names is a day on which the person will come.
        (
            "court n 1\n  notice_hearing_on 2027-02-03",
            "Hearing Ahead: A notice names a hearing on 3 February 2027. The court’s own list does not have that day.\n  decides: the immigration judge\n  any time: Ask the court for another day\n  any time: Come on that day\n  any time: After a move",
        ),
        // Time and court stand in the newest notice of the day.
        (
            "court n 1\n  hearing_on 2027-02-03\ncourt n 4\n  hearing_on 2027-02-03\n  court_city SFR\ncourt n 2\n  notice_mailed_on 2026-09-01\n  notice_hearing_on 2027-02-03
  notice_hearing_time 0900\ncourt n 3\n  notice_mailed_on 2026-10-01\n  notice_hearing_on 2027-02-03\n  notice_hearing_time 1300\n  notice_court NYC",
            "Notice Past: A notice was sent on 1 September 2026. It names a hearing on 3 February 2027.\n  any time: After a move
Notice Past: A notice was sent on 1 October 2026. It names a hearing on 3 February 2027.\n  any time: After a move
Hearing Ahead: A hearing is set for 3 February 2027. The notice of it names the time 13:00 and the court New York City (NYC). It is before the court in San Francisco (SFR).\n  decides: the immigration judge\n  any time: Ask the court for another day\n  any time: Come on that day\n  any time: After a move",
        ),
        (
            "court n 1\n  notice_hearing_on 2027-02-03\n  notice_hearing_time 9999",
            "Hearing Ahead: A notice names a hearing on 3 February 2027. The court’s own list does not have that day.\n  decides: the immigration judge\n  any time: Ask the court for another day\n  any time: Come on that day\n  any time: After a move",
        ),
        // Of one day, a charging paper is issued, then sent, then filed.
        (
            "court n 1\n  nta_filed_on 2024-02-01\n  notice_kind NTA\n  notice_mailed_on 2024-02-01\nstatus extract S1\n  nta_issued_on 2024-02-01",
            "Notice Past: The agency issued a Notice to Appear, the charging paper, on 1 February 2024.\n  decides: the agency that issued it
Notice Past: A Notice to Appear (the charging paper) was sent on 1 February 2024.
Notice Past: The charging paper was filed with the court on 1 February 2024. With that the case before the judge began.",
        ),
        // Of an order before there was a period, none is stated.
        (
            "court B_TblProceeding 1\n  order_on 1990-01-02\n  order_code X\n  case_type RMV",
            "Order Past: The court decided on 2 January 1990: removal ordered.\n  decides: the immigration judge",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn what_an_office_did_not_grant_says_what_can_be_done() {
    for (text, expected) in [
        (
            "benefits a B1\n  application_form I-485\n  application_filed_on 2024-01-05\n  application_decided_on 2026-10-20\n  application_status CASE WAS DENIED",
            "Application Past: The office received the application for permanent residence (I-485) on 5 January 2024. It decided on 20 October 2026. It writes: “CASE WAS DENIED”.\n  decides: the office that received it
Application Past: The office did not grant the application for permanent residence (I-485) on 20 October 2026. It writes: “CASE WAS DENIED”.\n  decides: the office that received it\n  until 2026-11-19: Ask the office to think again or to reopen the case",
        ),
        // The days of a revocation are fewer than those of a denial.
        (
            "benefits a B1\n  application_decided_on 2026-10-20\n  application_status Approval Was Revoked",
            "Application Past: The office took back its approval of an application on 20 October 2026. It writes: “Approval Was Revoked”.\n  decides: the office that received it\n  any time: Look at once in the office’s letter by which day an appeal must be there (form I-290B): for an approval that was taken back it is sooner than for a denial",
        ),
        // Without the day of the decision nobody can count from it.
        (
            "benefits a B1\n  application_status Refused",
            "Application Past: The office did not grant an application. It writes: “Refused”.\n  decides: the office that received it\n  any time: Ask the office on which day it decided",
        ),
    ] {
        check(text, expected);
    }
}

/// A decision that stands in a proceeding and, with its last day, in a row of permissions.
fn allowed_to_leave(last_day: &str) -> String {
    ordered(&format!(
        "order_on 2026-10-20\n  order_code V\ncourt court_departures G1 about 11\n  order_on 2026-10-20\n  order_code V
  voluntary_departure_until {last_day}"
    ))
}

#[test]
fn a_permission_to_leave_is_told_once_with_its_last_day() {
    let permission = |verb: &str, day: &str, last: &str| {
        format!(
            "
Order Past: The court decided on 20 October 2026: leave to depart on one's own. The last day to leave {verb} {day}. A motion to reopen or to reconsider that is filed before it ends this permission (8 CFR 1240.26(e)(1)). Staying longer can cost a fine and, for ten years, several ways to stay (8 U.S.C. 1229c(d)).
  decides: the immigration judge
  until {last}"
        )
    };
    let appeal = "  until 2026-11-19: Appeal to the Board of Immigration Appeals
  until 2026-11-19: Ask the judge to think again\n";
    let reopen = "  until 2027-01-18: Ask the judge to reopen the case";
    let ahead = permission("is", "19 December 2026", "2026-12-19");
    check(
        &allowed_to_leave("2026-12-19"),
        &ahead.replacen(
            "  until 2026-12-19",
            &format!(
                "{appeal}  until 2026-12-19: Leave by that day and keep the proof\n  until 2026-12-19: Ask the agency\n{reopen}"
            ),
            1,
        ),
    );
    let over = permission("was", "1 November 2026", "2026-11-01");
    check(
        &allowed_to_leave("2026-11-01"),
        &over.replacen(
            "  until 2026-11-01",
            &format!(
                "  until 2026-11-01 (over): Leave by that day and keep the proof\n  until 2026-11-01 (over): Ask the agency\n{appeal}{reopen}"
            ),
            1,
        ),
    );
    // In a row of its own it says what it is.
    let alone = "court court_names 11\n  family_name Ruiz\ncourt court_departures G1 about 11\n  order_on 2026-10-20\n  order_code V
  voluntary_departure_until 2026-12-19";
    let case = parse_case_file(alone);
    let steps = path(&case, TODAY, &Parameters::built_in().unwrap());
    assert_eq!(steps.len(), 1);
    assert!(
        steps[0].what.starts_with("The court decided on 20 October 2026: leave to depart"),
        "{:?}",
        steps[0]
    );
    assert_eq!(steps[0].remedies[0].term, Term::Until(date(2026, 11, 19)));
}

#[test]
fn the_next_step_is_the_first_that_lies_ahead() {
    let case = parse_case_file(
        "court a 1\n  hearing_on 2027-06-12\ncourt b 2\n  hearing_on 2027-01-12\ncourt c 3\n  hearing_on 2025-01-12",
    );
    let steps = path(&case, TODAY, &Parameters::built_in().unwrap());
    assert_eq!(next(&steps).and_then(|step| step.on), Some(date(2027, 1, 12)));
    assert_eq!(next(&steps[..1]), None);
}

#[test]
fn of_too_many_steps_the_newest_stay() {
    let rows: String = (0..STEPS_MAX as i64 + 5)
        .map(|nth| {
            let on = date(2001, 1, 1).saturating_add(jiff::ToSpan::days(nth));
            format!("court a {nth}\n  hearing_on {on}\n")
        })
        .collect();
    let steps = path(&parse_case_file(&rows), TODAY, &Parameters::built_in().unwrap());
    assert_eq!(steps.len(), STEPS_MAX);
    assert_eq!(steps[0].on, Some(date(2001, 1, 6)));
}
