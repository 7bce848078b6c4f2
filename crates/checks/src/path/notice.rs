//! What the person was told, or was to be told.

use jiff::civil::Date;
use redress_casefile::CaseRecord;
use redress_statement::Attribute;

use super::{Reading, Stage, Step};
use crate::{
    court_rows::{Notice, Served},
    wording::spoken_day,
};

impl Reading<'_> {
    pub(super) fn notices(&self, row: &CaseRecord) -> impl Iterator<Item = Step> {
        let sent = Notice::of(row).map(|notice| self.sent(&notice));
        sent.into_iter().chain(charged(row)).chain(filed(row))
    }

    fn sent(&self, notice: &Notice<'_>) -> Step {
        let how = match notice.served {
            Served::Mail => " by mail",
            Served::InPerson => " and handed over in person",
            Served::OnCounsel => " to the lawyer",
            Served::Unknown => "",
        };
        let paper = if notice.is_charging_paper { "Notice to Appear (the charging paper)" } else { "notice" };
        let mut what = format!("A {paper} was sent{how} on {}.", spoken_day(notice.sent_on));
        if let Some(hearing_on) = notice.hearing_on {
            what.push_str(&format!(" It names a hearing on {}.", spoken_day(hearing_on)));
        }
        let read = [
            Attribute::NoticeMailedOn,
            Attribute::NoticeKind,
            Attribute::NoticeServed,
            Attribute::NoticeHearingOn,
        ];
        let step = Step::new(Stage::Notice, Some(notice.sent_on), what, notice.record, &read);
        let lies_ahead = notice.hearing_on.is_some_and(|hearing_on| hearing_on >= self.today);
        if lies_ahead { step.with(self.tell_the_court()) } else { step }
    }
}

fn charged(row: &CaseRecord) -> Option<Step> {
    let issued_on = row.record.day(Attribute::NtaIssuedOn)?;
    let what = format!(
        "The agency issued a Notice to Appear, the charging paper, on {}.{}",
        spoken_day(issued_on),
        named(row.record.day(Attribute::NtaHearingOn))
    );
    let read = [Attribute::NtaIssuedOn, Attribute::NtaHearingOn];
    let step = Step::new(Stage::Notice, Some(issued_on), what, row, &read);
    Some(step.decided_by("the agency that issued it"))
}

fn named(hearing_on: Option<Date>) -> String {
    hearing_on.map(|on| format!(" It names a hearing on {}.", spoken_day(on))).unwrap_or_default()
}

fn filed(row: &CaseRecord) -> Option<Step> {
    let filed_on = row.record.day(Attribute::NtaFiledOn)?;
    let what = format!(
        "The charging paper was filed with the court on {}. With that the case before the judge began.",
        spoken_day(filed_on)
    );
    Some(Step::new(Stage::Notice, Some(filed_on), what, row, &[Attribute::NtaFiledOn]))
}
