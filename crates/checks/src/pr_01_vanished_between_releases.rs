//! PR-01: a record vanished between two releases.
//!
//! Rows disappear: 896,906 applications were gone from the court's release in September 2019, 68,282 in April
//! 2020 alone. To whoever reads only the newest release they never were. Absence is an observation, never a
//! deletion.
//!
//! The rule reads the last extract that showed a record. It reports the record when the newest extract of its
//! table is complete, describes a later day, and does not have it.
//!
//! It stays silent when the owner marked the row as deleted, when the extract is partial, does not say what it
//! covers or is held to be cut off (PR-03), when an attached row vanished with the record that it belongs to (one finding stands for
//! both), and when nothing is known of a newer extract.

use jiff::civil::date;
use redress_casefile::{CaseFile, CaseRecord};
use redress_statement::Attribute;

use crate::{
    Check, DataClass, Direction, Discrepancy, Family, Harm, Parameters, Route, Spec, World,
    keeping::{ANY, first_stated, missing_in, partial_because},
    schedule::next_day,
    wording::spoken_day,
};

/// The check.
pub(crate) struct VanishedBetweenReleases;

static SPEC: Spec = Spec {
    id: "PR-01",
    version: 2,
    rule_effective_from: date(2026, 1, 1),
    title: "Record vanished between two releases",
    family: Family::Process,
    harm: Harm::H3,
    direction: Direction::FavoursPerson,
    inputs: ANY,
    parameters: &["pr_03_drop_share"],
    rule: "The newest extract of the record's table is complete and describes a later day than the last \
           extract that showed the record, and the owner gave no mark that explains its absence.",
    not_when: &[
        "the owner marked the row as deleted",
        "the extract is partial, does not say what it covers, or is held to be cut off (PR-03)",
        "the record that the row belongs to vanished too: one finding stands for both",
        "the extract has its row, and could not read it",
        "nothing is known of a newer extract",
    ],
    harm_in_words: "An application or a case that cannot be found any more, and a person who cannot show it.",
    evidence_shown: "Both extracts with their digests, the row as it was last shown.",
    route: Route {
        actor: "the owner of the record",
        instrument: "a query to the owner; the day on which it was last seen stays",
        deadline: "",
    },
    data: &[DataClass::Public],
    citation: "TRAC: 896,906 applications missing in September 2019, 68,282 in April 2020",
};

impl Check for VanishedBetweenReleases {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn run(&self, case: &CaseFile, world: &World<'_>, parameters: &Parameters) -> Vec<Discrepancy> {
        case.records
            .iter()
            .filter(|record| record.record.mark(Attribute::Deleted) != Some(true))
            .filter(|record| !vanished_with_its_lead(record, case, world))
            .filter_map(|record| {
                let extract = missing_in(record, world)?;
                let attribute = first_stated(record)?;
                if extract.loss.is_some() || partial_because(&extract, world, parameters).is_some() {
                    return None;
                }
                let sentence = format!(
                    "This record was last shown on {}; the extract of {} is complete and does not have it.",
                    spoken_day(record.record.last_seen),
                    spoken_day(extract.as_of),
                );
                let next = next_day(case, world.today);
                Some(Discrepancy::new(&SPEC, record, &[(record, attribute)], sentence, next))
            })
            .collect()
    }
}

/// Whether the record that a row belongs to is missing as well.
pub(crate) fn vanished_with_its_lead(row: &CaseRecord, case: &CaseFile, world: &World<'_>) -> bool {
    let lead = row.lead.filter(|lead| *lead != row.id).and_then(|lead| case.record(lead));
    lead.is_some_and(|lead| missing_in(lead, world).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{KeptFacts, check_kept};

    const FILE: &str = "
        court court_names 4711 seen 2025-06-30 2026-09-30
          family_name Ruiz
        court B_TblProceeding 1 about 4711 seen 2025-06-30 2026-09-30
          order_code X
        status extract S1 seen 2025-06-30 2026-10-31
          family_name Ruiz\n";

    const FOUND: &str = "court/4711: This record was last shown on 30 September 2026; the extract of 31 \
                         October 2026 is complete and does not have it.";

    #[test]
    fn fires_once_for_a_record_and_its_rows() {
        check_kept(&VanishedBetweenReleases, FILE, &KeptFacts::complete(), &[FOUND]);
        let row = FILE.replacen("2026-09-30", "2026-10-31", 1);
        let of_row = FOUND.replace("court/4711", "court/B_TblProceeding:1");
        check_kept(&VanishedBetweenReleases, &row, &KeptFacts::complete(), &[&of_row]);
    }

    #[test]
    fn stays_silent() {
        check_kept(&VanishedBetweenReleases, FILE, &KeptFacts::default(), &[]);
        check_kept(&VanishedBetweenReleases, FILE, &KeptFacts::partial(), &[]);
        check_kept(&VanishedBetweenReleases, FILE, &KeptFacts::dropping(6, 1000), &[]);
        check_kept(&VanishedBetweenReleases, FILE, &KeptFacts::cut_off(None), &[]);
        check_kept(&VanishedBetweenReleases, FILE, &KeptFacts::confirmed(), &[FOUND]);
        check_kept(&VanishedBetweenReleases, FILE, &KeptFacts::dropping(5, 1000), &[FOUND]);
        let shown = FILE.replace("2026-09-30", "2026-10-31");
        check_kept(&VanishedBetweenReleases, &shown, &KeptFacts::complete(), &[]);
        let unread = KeptFacts { is_unread: true, ..KeptFacts::complete() };
        check_kept(&VanishedBetweenReleases, FILE, &unread, &[]);
        let deleted = FILE.replacen("family_name Ruiz", "family_name Ruiz\n          deleted yes", 1);
        check_kept(&VanishedBetweenReleases, &deleted, &KeptFacts::complete(), &[]);
    }
}
