//! What courts and their letters get wrong. NT-05: the letter came back. NT-07: a charging paper without a time. NT-08: a
//! hearing on a Saturday. NT-06: counsel of record not served. NT-09: a paper days before the hearing. NT-11: the wrong language. NT-14: a hearing taken forward. NT-12: absent while in
//! custody. NT-13: a child served alone.

use jiff::civil::{Date, Weekday};

use crate::calendar::{AS_OF, DayForm, days_between, plus};
use crate::chance::Chance;
use crate::dossier::Dossier;
use crate::household::Household;
use crate::key;
use crate::life::Notice;
use crate::rates::rate;
use crate::row::{Row, Use};
use crate::table::Table;

/// Codes of languages that the checks know by name.
const KNOWN_LANGUAGES: [&str; 12] =
    ["ARA", "BUR", "CRE", "DAR", "ENG", "IND", "MAN", "PUN", "RUS", "SP", "UKR", "VIE"];

/// Representatives who appear before the courts.
const COUNSEL: u32 = 4_000;

/// Letters to an old address that were sent again and came back the first time, per thousand.
const CAME_BACK_AND_SENT_AGAIN: u32 = 500;

pub(super) fn plant_scarce(dossier: &mut Dossier, chance: &mut Chance) {
    child_served_alone(dossier, chance);
    in_custody(dossier, chance);
    letter_came_back(dossier, chance);
}

pub(super) fn plant(dossier: &mut Dossier, home: &Household, chance: &mut Chance) {
    no_time(dossier, chance);
    days_before_the_hearing(dossier, home, chance);
    on_a_saturday(dossier, chance);
    moved_to_an_earlier_day(dossier, chance);
    counsel_not_served(dossier, chance);
    wrong_language(dossier, chance);
}

/// The row of a notice, where it is free and the person has no error of the checks yet.
fn free_notice(dossier: &Dossier, is_fit: impl Fn(&Notice) -> bool) -> Option<(usize, usize)> {
    if dossier.n_checked > 0 {
        return None;
    }
    let rows = dossier.rows_of(Table::CourtNotices);
    dossier.life.notices.iter().enumerate().find_map(|(nth, notice)| {
        let at = *rows.get(nth)?;
        (is_fit(notice) && dossier.rows[at].used == Use::Free).then_some((nth, at))
    })
}

fn charging_paper(dossier: &Dossier) -> Option<(usize, usize)> {
    free_notice(dossier, |notice| notice.kind == "NTA")
}

fn child_served_alone(dossier: &mut Dossier, chance: &mut Chance) {
    let Some((_, at)) = charging_paper(dossier) else { return };
    if dossier.rows[at].get("SERVED_ON_GUARDIAN") == "Y" && chance.permille(rate("NT-13")) {
        dossier.plant(at, "NT-13", "SERVED_ON_GUARDIAN", "N");
        dossier.n_checked += 1;
    }
}

/// The day of the order in absence, and which proceeding made it.
fn order_in_absence(dossier: &Dossier) -> Option<(usize, Date)> {
    let proceedings = &dossier.life.case.as_ref()?.proceedings;
    proceedings.iter().enumerate().find_map(|(nth, decision)| {
        let decision = decision.as_ref()?;
        decision.in_absentia.then_some((nth, decision.on))
    })
}

/// The court's own case row says that the person was in custody on the day of the order in absence.
fn in_custody(dossier: &mut Dossier, chance: &mut Chance) {
    let Some((nth, ordered_on)) = order_in_absence(dossier).filter(|_| dossier.n_checked == 0) else {
        return;
    };
    let Some(&order) = dossier.rows_of(Table::Proceeding).get(nth) else { return };
    let Some(case) = dossier.free_row(Table::Case).filter(|_| dossier.rows[order].used == Use::Free) else {
        return;
    };
    if !chance.permille(rate("NT-12")) {
        return;
    }
    let stamp = |day| DayForm::Stamp.write(day);
    let released_on = plus(ordered_on, chance.between(3, 60));
    let row = &mut dossier.rows[case];
    row.set("DATE_DETAINED", stamp(plus(ordered_on, -chance.between(3, 40))));
    row.set("DATE_RELEASED", if released_on < AS_OF { stamp(released_on) } else { String::new() });
    row.set("CUSTODY", "R");
    dossier.note(order, "NT-12", "ABSENTIA", "N".to_owned(), "Y".to_owned());
    dossier.n_checked += 1;
    dossier.keep(case);
}

fn letter_came_back(dossier: &mut Dossier, chance: &mut Chance) {
    let ordered_on = order_in_absence(dossier).map(|(_, on)| on);
    let notices = &dossier.life.notices;
    let of_hearing = |day: Date| notices.iter().filter(move |notice| notice.hearing_on == day).count();
    let days = (chance.between(6, 16), chance.permille(rate("NT-05")));
    let fits = |notice: &Notice| {
        notice.served == "M" && Some(notice.hearing_on) == ordered_on && of_hearing(notice.hearing_on) == 1
    };
    let planted = free_notice(dossier, fits).filter(|_| days.1);
    if let Some((nth, at)) = planted {
        let returned_on = plus(notices[nth].mailed_on, days.0).min(notices[nth].hearing_on);
        dossier.plant(at, "NT-05", "RETURNED_ON", DayForm::Compact.write(returned_on));
        dossier.n_checked += 1;
        return;
    }
    // The neighbor: the first letter came back, and another one went out.
    let again = notices.iter().enumerate().find(|(nth, notice)| {
        let later = notices.iter().skip(nth + 1).find(|other| other.hearing_on == notice.hearing_on);
        later.is_some_and(|later| days_between(notice.mailed_on, later.mailed_on) > 5)
    });
    let first = again.map(|(nth, notice)| (nth, plus(notice.mailed_on, 5)));
    if let Some((nth, returned_on)) = first.filter(|_| chance.permille(CAME_BACK_AND_SENT_AGAIN))
        && let Some(&at) = dossier.rows_of(Table::CourtNotices).get(nth)
    {
        dossier.rows[at].set("RETURNED_ON", DayForm::Compact.write(returned_on));
    }
}

fn no_time(dossier: &mut Dossier, chance: &mut Chance) {
    let Some((_, at)) = charging_paper(dossier) else { return };
    if chance.permille(rate("NT-07")) {
        dossier.plant(at, "NT-07", "HEARING_TIME", "TBD");
        dossier.n_checked += 1;
    }
}

/// The charging paper goes out days before the hearing, to the address that the court knows then.
fn days_before_the_hearing(dossier: &mut Dossier, home: &Household, chance: &mut Chance) {
    let Some((nth, at)) = charging_paper(dossier) else { return };
    let life = &dossier.life;
    let notice = &life.notices[nth];
    let mailed_on = plus(notice.hearing_on, -chance.between(2, 8));
    let is_alone = life.notices.iter().filter(|other| other.hearing_on == notice.hearing_on).count() == 1;
    let knows_it =
        life.case.as_ref().is_some_and(|case| *life.court_address(case, home, mailed_on).0 == notice.address);
    if is_alone && knows_it && mailed_on < AS_OF && chance.permille(rate("NT-09")) {
        dossier.plant(at, "NT-09", "MAILED_ON", DayForm::Compact.write(mailed_on));
        dossier.n_checked += 1;
    }
}

fn on_a_saturday(dossier: &mut Dossier, chance: &mut Chance) {
    let ordered_on = order_in_absence(dossier).map(|(_, on)| on);
    let notices = &dossier.life.notices;
    let fits = |notice: &Notice| {
        let of_hearing = notices.iter().filter(|other| other.hearing_on == notice.hearing_on).count();
        notice.kind == "HEARING"
            && notice.served == "M"
            && of_hearing == 1
            && Some(notice.hearing_on) != ordered_on
    };
    let Some((nth, at)) = free_notice(dossier, fits) else { return };
    if chance.permille(rate("NT-08")) {
        let days = (0..7).find(|days| plus(notices[nth].hearing_on, *days).weekday() == Weekday::Saturday);
        let saturday = plus(notices[nth].hearing_on, days.unwrap_or_default());
        dossier.plant(at, "NT-08", "HEARING_ON", DayForm::Compact.write(saturday));
        dossier.n_checked += 1;
    }
}

/// Counsel appeared days before a notice and withdrew after it: most notices then went to counsel (the neighbors), one went to
/// the person alone.
fn counsel_not_served(dossier: &mut Dossier, chance: &mut Chance) {
    let notices = dossier.life.notices.clone();
    let is_alone = |notice: &Notice| {
        notices.iter().filter(|other| days_between(other.mailed_on, notice.mailed_on).abs() < 30).count() == 1
    };
    let fits = |notice: &Notice| notice.kind == "HEARING" && notice.served == "M" && is_alone(notice);
    let planted = free_notice(dossier, fits).filter(|_| chance.permille(rate("NT-06")));
    if let Some((nth, at)) = planted {
        dossier.note(at, "NT-06", "SERVED", "C".to_owned(), "M".to_owned());
        dossier.n_checked += 1;
        appear(dossier, nth, &notices[nth], chance);
    }
    for (nth, notice) in notices.iter().enumerate().filter(|(_, notice)| notice.served == "C") {
        if is_alone(notice) {
            appear(dossier, nth, notice, chance);
        }
    }
}

/// Writes an appearance of counsel around a notice.
fn appear(dossier: &mut Dossier, nth: usize, notice: &Notice, chance: &mut Chance) {
    let day = |day| DayForm::Compact.write(day);
    let mut row = Row::new(Table::CourtCounsel);
    row.set("APPEARANCE_ID", key::appearance(dossier.person.index, nth as u64));
    row.set("IDNCASE", key::court(dossier.person.index, 0));
    row.set("COUNSEL_ID", format!("ATT{:05}", chance.below(COUNSEL)));
    row.set("APPEARED_ON", day(plus(notice.mailed_on, -chance.between(1, 12))));
    row.set("WITHDREW_ON", day(plus(notice.mailed_on, chance.between(1, 12))));
    row.set("OF_RECORD", "Y");
    dossier.rows.push(row);
}

/// The second hearing was set first, and taken forward to the day of the first, days before it: the notice of the first
/// came before the change, and none came after it.
fn moved_to_an_earlier_day(dossier: &mut Dossier, chance: &mut Chance) {
    let ordered_on = order_in_absence(dossier).map(|(_, on)| on);
    let Some(case) = dossier.life.case.as_ref().filter(|_| dossier.n_checked == 0) else { return };
    let [first, second, ..] = &case.hearings[..] else { return };
    let rows = dossier.rows_of(Table::Schedule);
    let [to, from, ..] = rows[..] else { return };
    let is_free = dossier.rows[to].used == Use::Free && dossier.rows[from].used == Use::Free;
    let is_past = second.on < AS_OF && Some(second.on) != ordered_on;
    let (first_on, charged_on) = (first.on, case.charged_on);
    let changed_on = plus(first_on, -chance.between(4, 8));
    if is_free && is_past && chance.permille(rate("NT-14")) {
        let stamp = |day| DayForm::Stamp.write(day);
        dossier.rows[from].set("INPUT_DATE", stamp(plus(charged_on, 1)));
        dossier.rows[from].set("ADJ_RSN", "55");
        dossier.rows[to].set("NOTICE_CODE", "");
        dossier.plant(to, "NT-14", "INPUT_DATE", stamp(changed_on));
        dossier.n_checked += 1;
        dossier.keep(from);
    }
}

/// The court's newest hearing is in another language than the one that the person declares in an application.
fn wrong_language(dossier: &mut Dossier, chance: &mut Chance) {
    let Some(case) = dossier.life.case.as_ref().filter(|_| dossier.n_checked == 0) else { return };
    let newest = case.hearings.iter().enumerate().max_by_key(|(nth, hearing)| (hearing.on, *nth));
    let Some(&at) = newest.and_then(|(nth, _)| dossier.rows_of(Table::Schedule).get(nth).copied()).as_ref()
    else {
        return;
    };
    let own = dossier.person.country.language;
    let is_declared = dossier.rows_of(Table::Applications).iter().any(|at| {
        dossier.rows[*at].used != Use::Planted && dossier.rows[*at].get("preferred_language") == own
    });
    let is_fit = is_declared && dossier.rows[at].used == Use::Free && KNOWN_LANGUAGES.contains(&own);
    if is_fit && chance.permille(rate("NT-11")) {
        dossier.plant(at, "NT-11", "LANG", if own == "SP" { "ENG" } else { "SP" });
        dossier.n_checked += 1;
    }
}
