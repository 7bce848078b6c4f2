//! A person's record packet, put together from the file and given to one reader.

use std::collections::BTreeSet;

use redress_casefile::{
    CaseFile, Reviewer, Role,
    packet::{
        Packet, PacketDate, PacketFinding, PacketRead, PacketReader, PacketRecord, PacketRequest,
        PacketValue, RequestWords,
    },
};
use redress_checks::{Route, is_of_secret_class};
use redress_ports::{Access, AccessPurpose, RequestRow};
use redress_statement::{PersonId, RecordId, SourceId};

use crate::{
    App, ServiceError,
    disclose_source::named_recipient,
    import_source::check_in_force,
    view::{
        AccessLine, OwnFinding, PersonView, Reader, RecordGroup, StatementView, TimelineLine, filed,
        finding_state_in_words, outcome_in_words, person_file, request_state_in_words,
    },
};

/// Who gives a packet out.
#[derive(Clone, Copy, Debug)]
pub enum GivenBy<'a> {
    /// The person, who takes it from the own page.
    Own,
    /// A member of staff, at the desk or at the command line.
    Staff(&'a Reviewer),
}

/// A person's record packet for one reader.
///
/// Before anything is read, the giving is accounted for in the person's file, with the recipient's name. To an officer or a
/// court it is given only while the agreement of each source in it is in force; the person's own right depends on none. What
/// 8 U.S.C. 1367 keeps secret is in no officer's or court's packet: theirs is the packet of a file without it.
///
/// # Errors
/// When the person is not there, the recipient has no name, an agreement is not in force, or a member of staff has no part
/// in files.
pub async fn record_packet(
    app: &App,
    person: PersonId,
    by: GivenBy<'_>,
    reader: PacketReader,
    recipient: &str,
) -> Result<Packet, ServiceError> {
    let case = app.store.case_file(person).await?.ok_or_else(|| ServiceError::not_found(person))?;
    let (case, secret) = if reader.is_of_person() { (case, BTreeSet::new()) } else { without_secret(case) };
    if !reader.is_of_person() {
        each_in_force(app, &case).await?;
    }
    account(app, person, by, reader, recipient).await?;
    let mut view = person_file(app, &case, matches!(by, GivenBy::Own)).await?;
    view.findings.retain(|finding| finding.records.is_disjoint(&secret));
    view.requests.retain(|request| !secret.contains(&request.record));
    let mut requests = Vec::new();
    for row in &view.requests {
        requests.push(request(app, row).await?);
    }
    Ok(whole(app, &case, view, requests).given_to(reader))
}

/// The file without the records of the classes whose existence is a secret, with the rows attached to them. Nothing tells
/// that they were there: a line of what is kept back would.
fn without_secret(mut case: CaseFile) -> (CaseFile, BTreeSet<RecordId>) {
    let of_class = case.records.iter().filter(|record| is_of_secret_class(record)).map(|record| record.id);
    let mut secret: BTreeSet<RecordId> = of_class.collect();
    let attached =
        case.records.iter().filter(|record| record.lead.is_some_and(|lead| secret.contains(&lead)));
    let attached: Vec<RecordId> = attached.map(|record| record.id).collect();
    secret.extend(attached);
    case.records.retain(|record| !secret.contains(&record.id));
    (case, secret)
}

async fn each_in_force(app: &App, case: &CaseFile) -> Result<(), ServiceError> {
    let sources: BTreeSet<SourceId> =
        case.accepted().map(|record| record.record.key.source.clone()).collect();
    for row in app.store.sources().await?.iter().filter(|row| sources.contains(&row.agreement.source)) {
        check_in_force(app, &row.agreement)?;
    }
    Ok(())
}

async fn account(
    app: &App,
    person: PersonId,
    by: GivenBy<'_>,
    reader: PacketReader,
    recipient: &str,
) -> Result<(), ServiceError> {
    let user_code = match by {
        GivenBy::Own => {
            return crate::view::account(app, &Reader::Person(person), person, AccessPurpose::OwnAccess)
                .await;
        }
        GivenBy::Staff(Reviewer { role: Role::Oversight | Role::ConfidentialityOfficer, .. }) => {
            return Err(ServiceError::not_found(person));
        }
        GivenBy::Staff(reviewer) => reviewer.user_code.clone(),
    };
    let receiver = match reader {
        PacketReader::Person => reader.title(),
        _ => named_recipient(recipient)?,
    };
    // The marks are read after this: the packet bears those of every event until now.
    let at_us = app.clock.now_us();
    let n_events: u64 = app.store.event_counts().await?.values().sum();
    let access = Access {
        person,
        at_us,
        day: app.clock.today(),
        user_code,
        receiver: receiver.to_owned(),
        purpose: AccessPurpose::Disclosure,
        marked_up_to: i64::try_from(n_events).ok(),
    };
    Ok(app.store.put_accesses(&[access]).await?)
}

/// Why the person's own reads were made, as a paper says it to whoever reads it.
const BY_OWN_LINK: &str = "with the person’s own link, by the person or a helper";

/// The packet with everything in it.
fn whole(app: &App, case: &CaseFile, view: PersonView, requests: Vec<PacketRequest>) -> Packet {
    let of_possible = case.identities().filter(|record| !record.is_accepted());
    let possible: Vec<_> = of_possible.map(|record| record.record.first_seen).collect();
    Packet {
        person: view.person,
        name: view.name,
        reader: PacketReader::Person,
        made_on: app.clock.today(),
        is_simulated: app.clock.is_simulated(),
        steps: view.path,
        ahead: view.timeline.into_iter().filter(|line| line.is_ahead).map(ahead).collect(),
        findings: view.findings.into_iter().map(finding).collect(),
        requests,
        records: view.groups.into_iter().flat_map(records).collect(),
        reads: reads(view.accesses),
        possible: possible.iter().min().map(|since| (*since, possible.len())),
        withheld: Vec::new(),
    }
}

/// The reads as the paper tells them: those of one day by one office for one reason together, with every account.
fn reads(lines: Vec<AccessLine>) -> Vec<PacketRead> {
    let mut reads: Vec<PacketRead> = Vec::new();
    for line in lines {
        let purpose = if line.is_own { BY_OWN_LINK } else { line.purpose };
        let mut of_day = reads.iter_mut().rev().take_while(|read| read.on == line.on);
        match of_day.find(|read| read.receiver == line.receiver && read.purpose == purpose) {
            Some(read) => {
                read.accounts.push(line.user_code);
                read.n_reads += line.n_reads;
            }
            None => reads.push(PacketRead {
                on: line.on,
                receiver: line.receiver,
                purpose,
                accounts: vec![line.user_code],
                n_reads: line.n_reads,
            }),
        }
    }
    reads
}

fn finding(finding: OwnFinding) -> PacketFinding {
    let rests_on =
        finding.values.iter().chain(&finding.others).map(|value| value.statement.reference).collect();
    let standing = match finding.outcome {
        Some(outcome) => outcome_in_words(outcome).to_owned(),
        None => finding_state_in_words(&finding.state),
    };
    let route = finding.route.filter(|_| finding.is_waiting() || finding.is_found_wrong());
    let before = finding.before_hearing.map(|before| before.in_words("the person", "the person"));
    PacketFinding {
        number: finding.id.to_string(),
        title: finding.title,
        rests_on,
        opened_on: finding.opened_on,
        standing,
        route: before.or_else(|| route.map(route_in_words)).unwrap_or_default(),
        may_leave: finding.may_leave,
        sentence: finding.sentence,
    }
}

fn route_in_words(route: Route) -> String {
    let by_when =
        if route.deadline.is_empty() { String::new() } else { format!(" By when: {}.", route.deadline) };
    format!("Who can act: {}. How: {}.{by_when}", route.actor, route.instrument)
}

fn ahead(line: TimelineLine) -> PacketDate {
    PacketDate { on: line.on, what: line.what, source_title: line.source_title }
}

async fn request(app: &App, row: &RequestRow) -> Result<PacketRequest, ServiceError> {
    let (about, [wrong, right, ..]) = filed(app, row.request).await?;
    Ok(PacketRequest {
        number: row.request.to_string(),
        about,
        words: RequestWords { wrong, right: right.filter(|words| !words.trim().is_empty()) },
        filed_on: row.filed_on,
        standing: request_state_in_words(&row.state),
        due_on: row.due_on,
    })
}

fn records(group: RecordGroup) -> impl Iterator<Item = PacketRecord> {
    let RecordGroup { source_title, owner, records } = group;
    records.into_iter().map(move |record| PacketRecord {
        id: record.id,
        source_title: source_title.clone(),
        owner: owner.clone(),
        file: record.file,
        line: record.line,
        snapshot: record.snapshot,
        first_seen: record.first_seen,
        last_seen: record.last_seen,
        values: record.statements.into_iter().map(value).collect(),
    })
}

fn value(statement: StatementView) -> PacketValue {
    PacketValue {
        reference: statement.reference,
        name: statement.name,
        column: statement.column,
        original: statement.original,
        in_words: statement.in_words,
        is_contested: statement.is_held,
        corrected: statement.corrected,
        found_wrong: statement.found_wrong,
        disagreement: statement.disagreement,
        ended_on: statement.ended.map(|(_, on)| on),
    }
}
