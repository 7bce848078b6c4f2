//! The conditions of the checks on letters, marks and journeys hold for the planted records, and for no other.
//!
//! Each condition is stated here on true identities, in the slowest and plainest way.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::promises::same;
use crate::world::{Linked, Record, day, five_thousand};

/// The records of a source for which a condition holds, over whole lives.
fn found<'w>(source: &str, holds: impl Fn(&Record, &[Linked<'_>]) -> bool) -> BTreeSet<&'w str> {
    let people = five_thousand().people();
    let lives = people.values();
    lives
        .flat_map(|life| {
            let of_source = life.iter().filter(|linked| linked.source == source);
            of_source.filter(|linked| holds(linked.record, life)).map(|linked| linked.key).collect::<Vec<_>>()
        })
        .collect()
}

fn departures<'a>(life: &'a [Linked<'_>]) -> impl Iterator<Item = Date> + 'a {
    let seen = |record: &Record| record["departure_basis"] != "booked";
    let border = life.iter().filter(move |linked| linked.source == "border" && seen(linked.record));
    border.filter_map(|linked| day(&linked.record["departed_on"]))
}

/// A day written as MM/DD/YYYY.
fn month_first(text: &str) -> Option<Date> {
    let [month, day, year] = text.split('/').collect::<Vec<_>>()[..] else { return None };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Whether an application for asylum was approved that was filed after the order of a status row.
fn was_granted_after(marked: &Record, life: &[Linked<'_>]) -> bool {
    let ordered_on = day(&marked["final_order_on"]);
    life.iter().filter(|linked| linked.source == "benefits").any(|linked| {
        let application = linked.record;
        let is_granted = application["form_type"] == "I-589" && application["status"] == "Approved";
        is_granted && ordered_on.is_some() && month_first(&application["filed_on"]) > ordered_on
    })
}

#[test]
fn marks_of_the_agency() {
    let is_active = |record: &Record| record["case_status"] == "ACTIVE";
    let granted = five_thousand().by_case("court_departures", "IDNCASE");
    same("OR-12", &found("status", |record, _| !record["died_on"].is_empty() && is_active(record)));
    same(
        "OR-05",
        &found("status", |record, life| {
            record["final_order"] == "YES"
                && (!record["protection_kind"].is_empty() || was_granted_after(record, life))
        }),
    );
    same(
        "OR-11",
        &found("status", |record, _| {
            record["case_status"].starts_with("6-")
                && record["departure_country"] != record["citizenship_country"]
        }),
    );
    same(
        "ID-08",
        &found("status", |record, life| {
            let own = (&record["a_number"], &record["family_name"]);
            let changed = life.iter().filter(|linked| linked.source == "benefits").any(|linked| {
                linked.number() == own.0
                    && !linked.record["name_changed_on"].is_empty()
                    && linked.record["family_name"].to_uppercase() != *own.1
            });
            record["second_identity"] == "YES" && changed
        }),
    );
    let left_in_time = |life: &[Linked<'_>]| {
        let grants = life.iter().filter_map(|linked| {
            let (_, grant) = granted.get(linked.key)?.first()?;
            Some((day(&grant["GRANTED_ON"])?, day(&grant["LEAVE_BY"])?))
        });
        let grants: Vec<_> = grants.collect();
        departures(life).any(|left_on| grants.iter().any(|(from, until)| (*from..=*until).contains(&left_on)))
    };
    let is_flight = |record: &Record| record["case_category"].starts_with("[5B]");
    same("OR-08", &found("status", |record, life| is_flight(record) && !left_in_time(life)));
    same(
        "OR-09",
        &found("status", |record, life| {
            (is_flight(record) || record["case_status"].starts_with("8-")) && left_in_time(life)
        }),
    );
    same("PR-06", &found("status", |record, _| ["T", "U", "VAWA"].contains(&&*record["protection_kind"])));
    same(
        "ID-13",
        &found("status", |record, _| {
            let is_open =
                is_active(record) || record["final_order"] == "YES" || !record["next_check_in_on"].is_empty();
            !record["citizenship_evidence"].is_empty() && is_open
        }),
    );
}

#[test]
fn records_of_tests_and_values_that_call_themselves_derived() {
    let is_test = |record: &Record| ["Test", "Testcase", "Dummy"].contains(&&*record["family_name"]);
    same("ID-11", &found("addresses", |record, _| is_test(record)));
    same("PR-08", &found("border", |record, _| !record["class_derived"].is_empty()));
    same(
        "DP-06",
        &found("border", |record, life| {
            let arrived_on = &record["arrived_on"];
            life.iter().filter(|linked| linked.source == "border").any(|other| {
                other.record["passport_number"] == record["passport_number"]
                    && other.record["arrived_on"] < *arrived_on
                    && other.record["departed_on"] > *arrived_on
            })
        }),
    );
}

#[test]
fn contacts_and_countries() {
    let of_helper = |record: &Record| record["notice_email"].ends_with("@counsel.example");
    same("ID-14", &found("benefits", |record, _| of_helper(record) && record["contact_role"] == "SELF"));
    same("NT-04", &found("benefits", |record, _| record["address_line"].contains("Shelter")));
    let mut former = found("status", |record, _| record["citizenship_country"] == "SUN");
    former.extend(found("border", |record, _| record["citizenship_country"] == "SUN"));
    same("ID-10", &former);
}

#[test]
fn journeys() {
    same(
        "DP-04",
        &found("benefits", |record, life| {
            let (filed_on, until) = (month_first(&record["filed_on"]), month_first(&record["permit_until"]));
            record["status"] == "Abandoned"
                && departures(life).any(|on| Some(on) > filed_on && until.is_some_and(|until| on <= until))
        }),
    );
    same(
        "DP-05",
        &found("border", |record, life| {
            let until = day(&record["admitted_until"]);
            let applied = life.iter().filter(|linked| linked.source == "benefits").any(|linked| {
                let in_time = month_first(&linked.record["filed_on"]).is_some_and(|on| Some(on) <= until);
                ["I-539", "I-129", "I-485"].contains(&linked.record["form_type"].as_str()) && in_time
            });
            record["overstay"] == "YES" && (record["admitted_until"] == "D/S" || applied)
        }),
    );
}

/// The orders in absence of each case: proceeding, case, day.
fn orders_in_absence() -> Vec<(&'static str, &'static str, Date)> {
    let world = five_thousand();
    let proceedings = world.records.iter().filter(|((_, key), _)| key.starts_with("B_TblProceeding:"));
    proceedings
        .filter(|(_, record)| record["ABSENTIA"] == "Y")
        .map(|((_, key), record)| {
            (key.as_str(), record["IDNCASE"].as_str(), day(&record["COMP_DATE"]).unwrap())
        })
        .collect()
}

#[test]
fn letters_that_came_back_and_people_in_custody() {
    let world = five_thousand();
    let notices = world.by_case("court_notices", "IDNCASE");
    let cases = world.by_case("A_TblCase", "IDNCASE");
    let (mut came_back, mut in_custody) = (BTreeSet::new(), BTreeSet::new());
    for (order, case, on) in orders_in_absence() {
        let of_hearing: Vec<_> =
            notices[case].iter().filter(|(_, notice)| day(&notice["HEARING_ON"]) == Some(on)).collect();
        if of_hearing.iter().all(|(_, notice)| !notice["RETURNED_ON"].is_empty()) {
            came_back.extend(of_hearing.iter().map(|(key, _)| *key));
        }
        let covers = |record: &Record| {
            let from = day(&record["DATE_DETAINED"]);
            let until = day(&record["DATE_RELEASED"]);
            from.is_some_and(|from| from <= on) && until.is_none_or(|until| on < until)
        };
        if cases[case].iter().any(|(_, record)| covers(record)) {
            in_custody.insert(order);
        }
    }
    same("NT-05", &came_back);
    same("NT-12", &in_custody);
}

#[test]
fn papers_without_time_too_late_on_closed_days_or_to_a_child() {
    let world = five_thousand();
    let (mut no_time, mut too_close, mut closed, mut alone) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (case, notices) in world.by_case("court_notices", "IDNCASE") {
        let names = &world.records[&("court".to_owned(), case.to_owned())];
        let of_case = |notice: &Record| {
            (
                day(&notice["MAILED_ON"]).unwrap(),
                day(&notice["HEARING_ON"]).unwrap(),
                notice["NOTICE_KIND"] == "NTA",
            )
        };
        for (key, notice) in &notices {
            let (mailed_on, hearing_on, is_paper) = of_case(notice);
            let in_time = notices.iter().any(|(_, other)| {
                let (mailed_on, other_on, is_paper) = of_case(other);
                let days = if is_paper { 10 } else { 3 * i64::from(other["SERVED"] == "M") };
                other_on == hearing_on && mailed_on.saturating_add(days.days()) <= hearing_on
            });
            if !in_time {
                too_close.insert(*key);
            }
            if matches!(hearing_on.weekday(), Weekday::Saturday | Weekday::Sunday) {
                closed.insert(*key);
            }
            if is_paper && notice["HEARING_TIME"] == "TBD" {
                no_time.insert(*key);
            }
            let is_child =
                day(&names["BIRTH_DATE"]).is_some_and(|born| mailed_on < born.saturating_add(14.years()));
            if is_paper && is_child && notice["SERVED_ON_GUARDIAN"] == "N" {
                alone.insert(*key);
            }
        }
    }
    same("NT-07", &no_time);
    same("NT-09", &too_close);
    same("NT-08", &closed);
    same("NT-13", &alone);
}

#[test]
fn counsel_of_record_without_a_notice() {
    let world = five_thousand();
    let counsel = world.by_case("court_counsel", "IDNCASE");
    let mut unserved = BTreeSet::new();
    for (case, notices) in world.by_case("court_notices", "IDNCASE") {
        for (key, notice) in &notices {
            let sent_on = day(&notice["MAILED_ON"]);
            let acts =
                counsel.get(case).into_iter().flatten().any(|(_, row)| {
                    day(&row["APPEARED_ON"]) <= sent_on && day(&row["WITHDREW_ON"]) > sent_on
                });
            let of_hearing = notices.iter().filter(|(_, other)| other["HEARING_ON"] == notice["HEARING_ON"]);
            if acts && of_hearing.into_iter().all(|(_, other)| other["SERVED"] != "C") {
                unserved.insert(*key);
            }
        }
    }
    same("NT-06", &unserved);
}

#[test]
fn hearings_taken_forward_without_a_notice() {
    let world = five_thousand();
    let notices = world.by_case("court_notices", "IDNCASE");
    let mut moved = BTreeSet::new();
    for (case, docket) in world.by_case("tbl_schedule", "IDNCASE") {
        let set = |row: &Record| (day(&row["ADJ_DATE"]).unwrap(), day(&row["INPUT_DATE"]).unwrap());
        for (_, old) in docket.iter().filter(|(_, row)| row["ADJ_RSN"] == "55") {
            let earlier =
                docket.iter().filter(|(_, new)| set(new).0 < set(old).0 && set(new).1 >= set(old).1);
            let Some((key, new)) = earlier.max_by_key(|(_, new)| set(new).1) else { continue };
            let is_noticed = notices[case].iter().any(|(_, notice)| {
                let sent_on = day(&notice["MAILED_ON"]).unwrap();
                day(&notice["HEARING_ON"]) == Some(set(new).0)
                    && sent_on >= set(new).1
                    && sent_on.saturating_add(10.days()) <= set(new).0
            });
            if !is_noticed && new["NOTICE_CODE"].is_empty() {
                moved.insert(*key);
            }
        }
    }
    same("NT-14", &moved);
}

#[test]
fn languages_and_grants_across_offices() {
    let world = five_thousand();
    let schedules = world.by_case("tbl_schedule", "IDNCASE");
    let proceedings = world.by_case("B_TblProceeding", "IDNCASE");
    let (mut other_language, mut open) = (BTreeSet::new(), BTreeSet::new());
    for life in world.people().values() {
        let Some(case) = life.iter().find(|linked| linked.source == "court").map(|linked| linked.key) else {
            continue;
        };
        let newest = schedules[case].iter().max_by_key(|(key, row)| (day(&row["ADJ_DATE"]), *key)).unwrap();
        let declared = life.iter().filter(|linked| linked.source == "benefits");
        if declared.into_iter().any(|linked| linked.record["preferred_language"] != newest.1["LANG"]) {
            other_language.insert(newest.0);
        }
        let granted = life
            .iter()
            .any(|linked| linked.source == "status" && linked.record["case_status"].starts_with("B-"));
        if granted {
            let undecided = proceedings[case].iter().filter(|(_, row)| row["COMP_DATE"].is_empty());
            open.extend(undecided.map(|(key, _)| *key));
        }
    }
    same("NT-11", &other_language);
    same("OR-06", &open);
}
