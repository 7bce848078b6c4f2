//! Links and checks records a batch at a time, against what the last run left.
//!
//! The model stays that of the last run until the next one, how rare a value is and the habits of the sources those of the
//! last start. A record that has a person keeps it, as in a run: when it says something else than before, it is checked again
//! and not moved. The checks of a case file are those of a run; what a new record changes in the file of somebody with whom
//! it has no link waits for the next run of all checks.

use std::collections::{BTreeSet, HashMap, HashSet};

use redress_checks::{Discrepancy, World};
use redress_linkage::{Index, Model};
use redress_ports::{Access, AccessPurpose, StoredRecord};
use redress_statement::{Digest, PersonId, RecordId};

use crate::{
    App, MODEL_REPORT, ServiceError,
    arrivals::{Linkage, Placed, place},
    keep_in_step::{Read, Standing, keep_in_step},
    link_records::{linkage_error, load_table},
    run_checks::{of_case, once_each},
    surroundings::{Gathered, Surroundings},
};

/// Case files that are in memory at a time.
const FILES_AT_A_TIME: usize = 500;

/// The name under which reads are accounted for.
const RUN: &str = "intake";

/// The office that takes rows in.
const RECEIVER: &str = "this office's own intake";

/// What new records are held against.
pub(crate) struct Live {
    /// The records of the last linkage run and those since. None before the first run.
    linkage: Option<Linkage>,
    surroundings: Surroundings,
    /// The persons whose files the batch at hand concerns, until they are checked: where a batch is decided anew, its records
    /// have their persons already, and no longer tell whose files they are possibly of.
    concerned: BTreeSet<PersonId>,
}

impl Live {
    /// Reads every identity record, once, and makes the index of the newest model ready.
    pub(crate) async fn load(app: &App) -> Result<Self, ServiceError> {
        let Some(report) = app.store.report(MODEL_REPORT).await? else {
            let surroundings = Surroundings::load(app).await?;
            return Ok(Self { linkage: None, surroundings, concerned: BTreeSet::new() });
        };
        let model: Model = serde_json::from_str(&report.json)
            .map_err(|source| ServiceError::Report { name: MODEL_REPORT, source })?;
        let digest = Digest::of(&serde_json::to_vec(&model).map_err(linkage_error)?);
        let mut gathered = Gathered::default();
        let (config, table) = load_table(app, |page| gathered.add(&page)).await?;
        let surroundings = gathered.end(app).await?;
        let index = Index::try_new(table, config, model).map_err(linkage_error)?;
        let linkage = Some(Linkage { index, model: digest });
        Ok(Self { linkage, surroundings, concerned: BTreeSet::new() })
    }

    /// Links and checks stored records.
    ///
    /// # Errors
    /// When the store or the engine fails: what was stored before the failure stays, and the same call goes on from there.
    pub(crate) async fn take(&mut self, app: &App, records: &[RecordId]) -> Result<(), ServiceError> {
        let stored = in_order(app, records).await?;
        for one in &stored {
            let facts = self.surroundings.sources.entry(one.record.key.source.clone()).or_default();
            facts.as_of = facts.as_of.max(Some(one.record.last_seen));
        }
        self.concerned.extend(stored.iter().filter_map(|one| one.person));
        let fresh = stored.into_iter().filter(|one| one.person.is_none() && one.record.is_identity);
        let placed = self.place(app, fresh.collect()).await?;
        // Links first: once a record has a person, no later start asks for its links again.
        if !placed.links.is_empty() {
            app.store.add_possible_links(&placed.links).await?;
        }
        if !placed.appends.is_empty() {
            app.store.append(placed.appends, app.clock.now_us(), app.clock.today()).await?;
        }
        for stored in &placed.fresh {
            self.surroundings.holders.add(stored);
        }
        self.concerned.extend(placed.persons);
        account(app, &self.concerned).await?;
        self.check(app).await?;
        self.concerned.clear();
        Ok(())
    }

    /// Where new identity records belong. Nothing before the first linkage run.
    async fn place(&mut self, app: &App, records: Vec<StoredRecord>) -> Result<Placed, ServiceError> {
        let Some(linkage) = self.linkage.as_mut().filter(|_| !records.is_empty()) else {
            return Ok(Placed::default());
        };
        let first = app.store.take_numbers("person", records.len() as u32).await?;
        place(app, linkage, &self.surroundings, records, PersonId(first)).await
    }

    /// Runs every check over the files concerned, and keeps their findings in step.
    async fn check(&self, app: &App) -> Result<(), ServiceError> {
        let world = World {
            today: app.clock.today(),
            sources: &self.surroundings.sources,
            holders: &self.surroundings.holders,
            keeping: &self.surroundings.keeping,
        };
        let mut reported = Vec::new();
        let mut held = BTreeSet::new();
        let mut known = Standing::new();
        let persons: Vec<PersonId> = self.concerned.iter().copied().collect();
        for chunk in persons.chunks(FILES_AT_A_TIME) {
            for case in app.store.case_files_of(chunk).await? {
                held.extend(case.accepted().map(|record| record.id));
                reported.extend(of_case(&case, &world, &app.parameters));
            }
            let rows = app.store.findings_of_all(chunk).await?;
            let standing = rows.into_iter().filter(|row| row.state != "no_longer_seen");
            known.extend(standing.map(|row| ((row.check.clone(), row.at), row)));
        }
        // What rests on a record in a file that was not read could stand there already: the next run of all checks tells.
        reported.retain(|(_, _, found): &(PersonId, bool, Discrepancy)| {
            found.inputs.iter().all(|input| held.contains(&input.record))
        });
        keep_in_step(app, &once_each(reported), known, Read::Holding(&held)).await.map(drop)
    }
}

/// Stored records, each once, in the order in which they are named.
async fn in_order(app: &App, ids: &[RecordId]) -> Result<Vec<StoredRecord>, ServiceError> {
    let mut records: HashMap<RecordId, StoredRecord> =
        app.store.records(ids).await?.into_iter().map(|stored| (stored.id, stored)).collect();
    let mut seen = HashSet::with_capacity(ids.len());
    let each_once = ids.iter().filter(|id| seen.insert(**id));
    each_once.map(|id| records.remove(id).ok_or_else(|| ServiceError::not_found(id))).collect()
}

/// Each person whose file is about to be read is told.
async fn account(app: &App, persons: &BTreeSet<PersonId>) -> Result<(), ServiceError> {
    let (at_us, day) = (app.clock.now_us(), app.clock.today());
    let access = |person: &PersonId| Access {
        person: *person,
        at_us,
        day,
        user_code: RUN.to_owned(),
        receiver: RECEIVER.to_owned(),
        purpose: AccessPurpose::BulkRun,
        marked_up_to: None,
    };
    let accesses: Vec<Access> = persons.iter().map(access).collect();
    Ok(app.store.put_accesses(&accesses).await?)
}
