//! PR-03: a partial extract is read as a deletion.
//!
//! An office sends half a table, or leaves out a section that nobody asked for, and whoever compares it with
//! the extract before sees thousands of records "deleted". Absence in such an extract says nothing.
//!
//! The rule reads the newest extract of a record's table, when it does not have the record. It reports the
//! record when the extract does not say what it covers, or when more than 0.5 % of the rows of the extract
//! before are missing in it at once. Where more than one row in ten is missing, twenty at least, the extract is
//! held to be cut off, and so is every later one that lacks those rows: this is one finding for the whole
//! extract, told in the file of the first record that is missing, and not one a record.
//!
//! It stays silent when the extract says what it covers and few rows are missing (PR-01), when the source
//! confirmed that an extract is whole that lacks many (PR-01), when the record is in the extract, and when an
//! attached row is missing with the record that it belongs to.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};

use crate::{
    Check, DataClass, Direction, Discrepancy, Extract, Family, Harm, Loss, Parameters, Route, Spec, World,
    keeping::{ANY, first_stated, missing_in, partial_because},
    pr_01_vanished_between_releases::vanished_with_its_lead,
    schedule::next_day,
    wording::spoken_day,
};

/// The check.
pub(crate) struct PartialExtract;

static SPEC: Spec = Spec {
    id: "PR-03",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Absence in a partial extract, which says nothing",
    family: Family::Process,
    harm: Harm::H4,
    direction: Direction::FavoursPerson,
    inputs: ANY,
    parameters: &["pr_03_drop_share", "pr_03_loss_share", "pr_03_loss_rows"],
    rule: "The newest extract of the record's table does not have the record, and it does not say what it \
           covers, or more than 0.5 % of the earlier rows are missing in it at once. Where more than one row in \
           ten is missing, twenty at least, it is one finding for the whole extract.",
    not_when: &[
        "the extract says what it covers, and no more than 0.5 % of the earlier rows are missing (PR-01)",
        "the source confirmed that the extract is whole (PR-01)",
        "the extract is held to be cut off, and the finding stands at another of the missing records",
        "the extract has the record, though its row may be one that could not be read and was set aside",
        "the record that the row belongs to is missing too: one finding stands for both",
    ],
    harm_in_words: "A person whose case is open reads as somebody without a case.",
    evidence_shown: "Both extracts with their digests and rows, what the newer one says that it covers.",
    route: Route {
        actor: "whoever loads the extract; the owner",
        instrument: "refuse the extract and ask for a whole one with a statement of what it covers; until \
                     then read absence as not asked",
        deadline: "",
    },
    data: &[DataClass::Public, DataClass::Agency],
    citation: "5 U.S.C. 552a(e)(5); TRAC: 896,906 applications missing in September 2019",
};

impl Check for PartialExtract {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        case.records
            .iter()
            .filter_map(|record| {
                let extract = missing_in(record, world)?;
                let sentence = match extract.loss {
                    Some(loss) => of_the_extract(&extract, loss, record)?,
                    None => of_the_record(&extract, record, case, world, parameters)?,
                };
                let attribute = first_stated(record)?;
                let next = next_day(case, world.today);
                Some(Discrepancy::new(&SPEC, record, &[(record, attribute)], sentence, next))
            })
            .collect()
    }
}

/// What is said of an extract that is held to be cut off, in the one file where it is told.
fn of_the_extract(extract: &Extract, loss: Loss, record: &CaseRecord) -> Option<String> {
    (loss.told_at == Some(record.id)).then(|| {
        format!(
            "The extract of {} lacks {} of {} rows of {} that the one of {} had; nothing is held to have ended until \
             the source confirms that it is whole.",
            spoken_day(extract.as_of),
            extract.n_vanished,
            extract.n_rows_before,
            record.record.table,
            spoken_day(loss.since),
        )
    })
}

/// What is said of one missing record.
fn of_the_record(
    extract: &Extract,
    record: &CaseRecord,
    case: &CaseFile,
    world: &World<'_>,
    parameters: &Parameters,
) -> Option<String> {
    if vanished_with_its_lead(record, case, world) {
        return None;
    }
    let because = partial_because(extract, world, parameters)?;
    let day = spoken_day(extract.as_of);
    Some(format!("This record is not in the extract of {day}, but nothing follows from that: {because}."))
}

#[cfg(test)]
mod tests {
    use redress_statement::RecordId;
    use redress_testkit::parse_case_file;

    use super::*;
    use crate::fixture::{KeptFacts, check_kept};

    const FILE: &str = "
        court court_names 4711 seen 2025-06-30 2026-09-30
          family_name Ruiz
        court B_TblProceeding 1 about 4711 seen 2025-06-30 2026-09-30
          order_code X\n";

    #[test]
    fn fires_where_absence_says_nothing() {
        for (facts, because) in [
            (KeptFacts::partial(), "it does not say what it covers"),
            (KeptFacts::dropping(6, 1000), "too many rows are missing in it at once"),
        ] {
            let found = format!(
                "court/4711: This record is not in the extract of 31 October 2026, but nothing follows from that: {because}."
            );
            check_kept(&PartialExtract, FILE, &facts, &[&found]);
        }
    }

    #[test]
    fn tells_once_of_an_extract_that_was_cut_off() {
        let ids: Vec<RecordId> = parse_case_file(FILE).records.iter().map(|record| record.id).collect();
        for (told_at, found) in [
            (ids[0], Some(("court/4711", "court_names"))),
            (ids[1], Some(("court/B_TblProceeding:1", "B_TblProceeding"))),
            (RecordId(900), None),
        ] {
            let found = found.map(|(key, table)| {
                format!(
                    "{key}: The extract of 31 October 2026 lacks 950 of 1000 rows of {table} that the one of 30 \
                     September 2026 had; nothing is held to have ended until the source confirms that it is whole."
                )
            });
            let found: Vec<&str> = found.as_deref().into_iter().collect();
            check_kept(&PartialExtract, FILE, &KeptFacts::cut_off(Some(told_at)), &found);
        }
        check_kept(&PartialExtract, FILE, &KeptFacts::cut_off(None), &[]);
    }

    #[test]
    fn stays_silent() {
        let confirmed = KeptFacts::confirmed();
        let unread = KeptFacts { is_unread: true, ..KeptFacts::partial() };
        for facts in
            [KeptFacts::default(), KeptFacts::complete(), KeptFacts::dropping(5, 1000), confirmed, unread]
        {
            check_kept(&PartialExtract, FILE, &facts, &[]);
        }
        check_kept(&PartialExtract, &FILE.replace("2026-09-30", "2026-10-31"), &KeptFacts::partial(), &[]);
    }
}
