//! The conditions of the checks hold for the planted records, and for no other.
//!
//! Each condition is stated here on true identities, in the slowest and plainest way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use redress_synth::AS_OF;

use crate::world::{Linked, Record, day, day_first, five_thousand};

pub(crate) fn same(check_id: &str, found: &BTreeSet<&str>) {
    let planted = five_thousand().planted(check_id);
    let missed: Vec<_> = planted.difference(found).take(5).collect();
    let clean: Vec<_> = found.difference(&planted).take(5).collect();
    assert!(
        missed.is_empty() && clean.is_empty(),
        "{check_id}: not met by {missed:?}, met by clean {clean:?}"
    );
}

fn of_source<'r, 'a>(
    records: &'r [Linked<'a>],
    source: &'r str,
) -> impl Iterator<Item = Linked<'a>> + use<'r, 'a> {
    records.iter().copied().filter(move |linked| linked.source == source)
}

/// The number under which most records of a person stand.
fn own_number<'a>(records: &[Linked<'a>]) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for linked in records.iter().filter(|linked| !linked.number().is_empty()) {
        *counts.entry(linked.number()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(number, _)| number)
}

fn keystroke_apart(left: &str, right: &str) -> bool {
    let apart: Vec<usize> =
        (0..left.len()).filter(|at| left.as_bytes()[*at] != right.as_bytes()[*at]).collect();
    match apart[..] {
        [_] => true,
        [one, other] => {
            other == one + 1
                && left[one..one + 1] == right[other..other + 1]
                && left[other..=other] == right[one..=one]
        }
        _ => false,
    }
}

#[test]
fn numbers_of_strangers_and_keystrokes() {
    let people = five_thousand().people();
    let mut strangers = BTreeSet::new();
    let mut keystrokes = BTreeSet::new();
    let mut seconds = BTreeSet::new();
    let owners: BTreeMap<String, &str> =
        people.keys().map(|entity| (format!("2{}", &entity[1..]), *entity)).collect();
    for (entity, records) in &people {
        let own = format!("2{}", &entity[1..]);
        for linked in records.iter().filter(|linked| !linked.number().is_empty() && linked.number() != own) {
            if keystroke_apart(&own, linked.number()) {
                keystrokes.insert(linked.key);
                let others = records.iter().filter(|other| other.number() == own).count();
                assert!(others >= 2, "{linked:?}");
            } else if let Some(owner) = owners.get(linked.number()) {
                strangers.insert(linked.key);
                let bearing = people[*owner].iter().filter(|other| other.number() == linked.number());
                assert!(bearing.count() >= 2, "{linked:?}");
                assert!(records.iter().any(|other| other.number() == own), "{linked:?}");
            } else {
                // Nobody's: the second number of the person.
                seconds.insert(linked.key);
                assert!(records.iter().filter(|other| other.number() == own).count() >= 2, "{linked:?}");
            }
        }
    }
    same("ID-01", &strangers);
    same("ID-03", &keystrokes);
    same("ID-02", &seconds);
}

#[test]
fn most_mistyped_numbers_belong_to_somebody_else() {
    let people = five_thousand().people();
    let borne: BTreeSet<&str> = people.values().filter_map(|records| own_number(records)).collect();
    let world = five_thousand();
    let mistyped: Vec<_> = world.planted.iter().filter(|error| error.check_id == "ID-03").collect();
    let held = mistyped.iter().filter(|error| borne.contains(error.planted.as_str())).count();
    assert!(held * 10 > mistyped.len() * 7, "{held} of {}", mistyped.len());
}

#[test]
fn name_parts_in_another_order() {
    let world = five_thousand();
    let planted = world.planted("ID-04");
    let mut met = BTreeSet::new();
    for records in world.people().values() {
        for one in records {
            for other in records {
                let ((family, all), (other_family, other_all)) = (one.names(), other.names());
                let same_words = all == other_all && family != other_family;
                let subset = family.iter().all(|word| other_family.contains(word));
                let is_dropped = !family.is_empty() && family.len() < other_family.len() && subset;
                if same_words || is_dropped {
                    assert!(planted.contains(one.key) || planted.contains(other.key), "{one:?} {other:?}");
                    met.extend([one.key, other.key].into_iter().filter(|key| planted.contains(key)));
                }
            }
        }
    }
    same("ID-04", &met);
}

fn is_new_year(birth: &str) -> bool {
    birth.ends_with("0101")
}

fn is_impossible(birth: &str) -> bool {
    !("19000101"..="20261031").contains(&birth)
}

#[test]
fn default_birth_dates() {
    let mut met = BTreeSet::new();
    for records in five_thousand().people().values() {
        let births: BTreeSet<String> =
            records.iter().map(Linked::birth).filter(|text| !text.is_empty()).collect();
        for linked in records {
            let birth = linked.birth();
            if is_impossible(&birth) && !birth.is_empty() {
                met.insert(linked.key);
            } else if is_new_year(&birth)
                && births.len() > 1
                && births.iter().filter(|b| !is_new_year(b)).count() > 0
            {
                let documented = of_source(records, "benefits")
                    .any(|other| other.birth() == birth && other.record["birth_document"] == "Y");
                if !documented {
                    met.insert(linked.key);
                }
            } else if is_new_year(&birth) {
                let documented =
                    of_source(records, "benefits").any(|other| other.record["birth_document"] == "Y");
                assert!(documented, "{linked:?}");
            }
        }
    }
    same("ID-06", &met);
}

fn slipped(left: &str, right: &str) -> bool {
    if left.len() != 8 || right.len() != 8 || left == right {
        return false;
    }
    let apart = left.bytes().zip(right.bytes()).filter(|(l, r)| l != r).count();
    let exchanged = left[..4] == right[..4] && left[4..6] == right[6..] && left[6..] == right[4..6];
    apart == 1 || exchanged
}

#[test]
fn exchanged_birth_dates() {
    let world = five_thousand();
    let planted = world.planted("ID-07");
    let mut met = BTreeSet::new();
    for records in world.people().values() {
        for one in records {
            for other in records.iter().filter(|other| slipped(&one.birth(), &other.birth())) {
                assert!(planted.contains(one.key) || planted.contains(other.key), "{one:?} {other:?}");
                met.extend([one.key, other.key].into_iter().filter(|key| planted.contains(key)));
            }
        }
    }
    same("ID-07", &met);
}

#[test]
fn matches_by_name_alone() {
    let mut met = BTreeSet::new();
    let (mut of_own, mut of_namesake) = (0, 0);
    for records in five_thousand().people().values() {
        for linked in of_source(records, "status") {
            let record = linked.record;
            if record["matched_by"] == "name" && linked.number().is_empty() && linked.birth().is_empty() {
                met.insert(linked.key);
                let is_own = of_source(records, "court").any(|case| case.key == record["matched_idncase"]);
                if is_own { of_own += 1 } else { of_namesake += 1 }
            }
        }
    }
    same("ID-12", &met);
    assert!(of_own > 20 && of_namesake > 20, "own {of_own}, of namesakes {of_namesake}");
}

#[test]
fn notices_to_superseded_addresses() {
    let world = five_thousand();
    let notices = world.by_case("court_notices", "IDNCASE");
    let mut met = BTreeSet::new();
    for records in world.people().values() {
        let told: Vec<(Date, String)> = of_source(records, "addresses")
            .filter(|linked| linked.record["office"] == "court")
            .map(|linked| {
                (
                    day_first(&linked.record["received_on"]).unwrap(),
                    linked.record["address_line"].to_uppercase(),
                )
            })
            .collect();
        for case in of_source(records, "court") {
            let of_case = notices.get(case.key).map(Vec::as_slice).unwrap_or_default();
            for (key, notice) in of_case.iter().filter(|(_, notice)| notice["SERVED"] == "M") {
                let mailed = day(&notice["MAILED_ON"]).unwrap();
                let Some(known) = known_on(&told, mailed) else { continue };
                let again = of_case.iter().any(|(_, other)| {
                    let on = day(&other["MAILED_ON"]).unwrap();
                    let in_time = on.saturating_add(10.days()) <= day(&other["HEARING_ON"]).unwrap();
                    other["HEARING_ON"] == notice["HEARING_ON"]
                        && on > mailed
                        && in_time
                        && known_on(&told, on).is_some_and(|line| other["ADDRESS_LINE"] == line)
                });
                if notice["ADDRESS_LINE"] != known && !again {
                    met.insert(*key);
                }
            }
        }
    }
    same("NT-01", &met);
}

fn known_on(told: &[(Date, String)], mailed: Date) -> Option<&str> {
    let before = told.iter().filter(|(received, _)| *received < mailed);
    before.max_by_key(|(received, _)| *received).map(|(_, line)| line.as_str())
}

#[test]
fn charging_papers_without_a_case() {
    let mut met = BTreeSet::new();
    for records in five_thousand().people().values() {
        for linked in of_source(records, "status") {
            let Some(hearing) = day(&linked.record["nta_hearing_on"]) else { continue };
            if hearing.saturating_add(30.days()) < AS_OF && of_source(records, "court").next().is_none() {
                met.insert(linked.key);
            }
        }
    }
    same("NT-10", &met);
}

/// Calls back with each status record marked as a final order, the case of its person, and the rows of that case.
fn marked_final<'a>(
    mut judge: impl FnMut(&Record, [&[(&'a str, &'a Record)]; 3]) -> bool,
) -> BTreeSet<&'a str> {
    let world = five_thousand();
    let proceedings = world.by_case("B_TblProceeding", "IDNCASE");
    let motions = world.by_case("tbl_Court_Motions", "IDNCASE");
    let appeals = world.by_case("tblAppeal", "idncase");
    let mut met = BTreeSet::new();
    for records in world.people().into_values() {
        for status in records.iter().filter(|linked| linked.source == "status") {
            for case in records.iter().filter(|linked| linked.source == "court") {
                let rows = [&proceedings, &motions, &appeals]
                    .map(|table| table.get(case.key).map(Vec::as_slice).unwrap_or_default());
                if status.record["final_order"] == "YES" && judge(status.record, rows) {
                    met.insert(status.key);
                }
            }
        }
    }
    met
}

#[test]
fn undone_orders_still_marked() {
    let met = marked_final(|status, [proceedings, motions, _]| {
        proceedings.iter().any(|(_, order)| {
            let on = day(&order["COMP_DATE"]);
            let undone = motions.iter().any(|(_, motion)| {
                ["MA", "RD"].contains(&motion["REC_TYPE"].as_str())
                    && motion["DEC"] == "G"
                    && day(&motion["COMP_DATE"]) >= on
            });
            order["ABSENTIA"] == "Y" && on == day(&status["final_order_on"]) && undone
        })
    });
    same("OR-01", &met);
}

#[test]
fn orders_under_appeal_marked_final() {
    let met = marked_final(|_, [proceedings, _, appeals]| {
        let undecided = appeals.iter().any(|(_, appeal)| appeal["datBIADecision"].is_empty());
        let runs = proceedings.iter().any(|(_, order)| {
            !["", "O"].contains(&order["APPEAL_RSVD"].as_str())
                && day(&order["DATE_APPEAL_DUE_STATUS"]).is_some_and(|due| due >= AS_OF)
        });
        undecided || runs
    });
    same("OR-04", &met);
}

#[test]
fn orders_sent_back_still_marked() {
    let met = marked_final(|_, [_, _, appeals]| {
        appeals.iter().any(|(_, appeal)| appeal["strBIADecision"] == "REM")
    });
    same("OR-02", &met);
}

#[test]
fn motions_without_a_decision_and_the_marks_that_do_not_heed_them() {
    let is_undecided = |motion: &Record| motion["COMP_DATE"].is_empty();
    let marked = marked_final(|_, [_, motions, _]| motions.iter().any(|(_, motion)| is_undecided(motion)));
    same("OR-03", &marked);
    let motions = five_thousand().by_case("tbl_Court_Motions", "IDNCASE");
    let undecided: BTreeSet<&str> =
        motions.values().flatten().filter(|(_, motion)| is_undecided(motion)).map(|(key, _)| *key).collect();
    same("OR-10", &undecided);
}

#[test]
fn terminated_cases_still_active() {
    let world = five_thousand();
    let proceedings = world.by_case("B_TblProceeding", "IDNCASE");
    let mut met = BTreeSet::new();
    for records in world.people().values() {
        let is_terminated = of_source(records, "court").any(|case| {
            let rows = proceedings.get(case.key).map(Vec::as_slice).unwrap_or_default();
            rows.iter().any(|(_, proceeding)| proceeding["DEC_CODE"] == "T")
        });
        let active = of_source(records, "status").filter(|linked| linked.record["case_status"] == "ACTIVE");
        met.extend(active.filter(|_| is_terminated).map(|linked| linked.key));
    }
    same("OR-07", &met);
}

#[test]
fn departures_that_rest_on_a_booking_or_come_before_the_arrival() {
    let (mut booked, mut early) = (BTreeSet::new(), BTreeSet::new());
    for records in five_thousand().people().values() {
        for visit in of_source(records, "border") {
            if visit.record["departure_basis"] == "booked" {
                booked.insert(visit.key);
            }
            let left = day(&visit.record["departed_on"]);
            if left.is_some_and(|left| day(&visit.record["arrived_on"]).is_some_and(|on| left < on)) {
                early.insert(visit.key);
            }
        }
    }
    same("DP-02", &booked);
    same("DP-07", &early);
}

#[test]
fn files_of_people_who_left() {
    let world = five_thousand();
    let hearings = world.by_case("tbl_schedule", "IDNCASE");
    let mut met = BTreeSet::new();
    for records in world.people().values() {
        for status in of_source(records, "status").filter(|linked| linked.record["case_status"] == "ACTIVE") {
            let noted = day(&status.record["departed_on"]).filter(|_| status.record["departed"] == "YES");
            let confirmed = of_source(records, "border")
                .filter(|visit| {
                    ["flown_manifest", "exit_record"].contains(&visit.record["departure_basis"].as_str())
                })
                .filter_map(|visit| day(&visit.record["departed_on"]))
                .find(|on| noted.is_some_and(|noted| (noted - *on).get_days().abs() <= 7));
            let Some(left) = confirmed else { continue };
            let returned = of_source(records, "border")
                .any(|visit| day(&visit.record["arrived_on"]).is_some_and(|on| on >= left));
            let has_check_in = day(&status.record["next_check_in_on"]).is_some_and(|on| on > AS_OF);
            let has_hearing = of_source(records, "court").any(|case| {
                let rows = hearings.get(case.key).map(Vec::as_slice).unwrap_or_default();
                rows.iter().any(|(_, hearing)| day(&hearing["ADJ_DATE"]).is_some_and(|on| on > AS_OF))
            });
            if !returned && (has_check_in || has_hearing) {
                met.insert(status.key);
            }
        }
    }
    same("DP-01", &met);
}

#[test]
fn departures_missing_before_a_later_arrival() {
    let mut met = BTreeSet::new();
    for records in five_thousand().people().values() {
        for earlier in of_source(records, "border").filter(|visit| visit.record["departed_on"].is_empty()) {
            let later = of_source(records, "border")
                .any(|visit| visit.record["arrived_on"] > earlier.record["arrived_on"]);
            if later {
                met.insert(earlier.key);
            }
        }
    }
    same("DP-03", &met);
}

#[test]
fn nobody_who_left_has_an_open_file_and_silent_neighbors_of_each_rule_exist() {
    let people = five_thousand().people();
    let mut n_booked = 0;
    let mut n_returned = 0;
    for records in people.values() {
        for status in of_source(records, "status").filter(|linked| linked.record["case_status"] == "ACTIVE") {
            let visits: Vec<_> = of_source(records, "border").collect();
            n_booked += visits.iter().filter(|visit| visit.record["departure_basis"] == "booked").count();
            n_returned += usize::from(status.record["departed"] == "YES" && visits.len() == 2);
        }
    }
    assert!(n_booked > 20 && n_returned > 5, "booked {n_booked}, returned {n_returned}");
}
