//! A record packet as a paper: what comes next, the steps of the case, what may be wrong, the records, what was kept back.

use jiff::civil::Date;
use redress_casefile::{
    StatementRef,
    packet::{Packet, PacketFinding, PacketRecord, PacketValue},
    step::{Stage, Standing, Step},
};

use crate::{Block, Cell, Document, Table};

/// The packet in words. One template for every reader: what differs was taken out before, and is named at the end.
///
/// The values are quoted as their source wrote them, each with file, line and column; what is contested, corrected or
/// disagreed with bears its mark below the value.
#[must_use]
pub fn document(packet: &Packet) -> Document {
    let made_on = spoken(packet.made_on);
    let mut paper = Document::new(
        format!("Record packet of {}", packet.name),
        format!(
            "What the records say of {} ({}), what may be wrong in them, and what can be done. Made on {made_on} for {}. {}",
            packet.name,
            packet.person,
            packet.reader.title(),
            left_out(packet)
        ),
    );
    paper.foot = format!("Record packet of {} ({}), {made_on}", packet.name, packet.person);
    if packet.is_simulated {
        paper.push(Block::note("A demonstration: the person is invented, and the day is simulated."));
    }
    next(&mut paper, packet);
    way(&mut paper, packet);
    findings(&mut paper, packet);
    requests(&mut paper, packet);
    records(&mut paper, packet);
    files(&mut paper, packet);
    reads(&mut paper, packet);
    withheld(&mut paper, packet);
    paper
}

/// What this reader is not given, in one sentence: how many things, and by which exemptions. Of what is not named at the end
/// nothing is said: that a record is sealed must not show.
fn left_out(packet: &Packet) -> String {
    let n: usize = packet.withheld.iter().map(|withheld| withheld.n).sum();
    let named = packet.withheld.iter().map(|withheld| {
        let exemption = withheld.exemption;
        format!("{} ({}, {})", exemption.name(), withheld.n, exemption.citation())
    });
    let named = named.collect::<Vec<_>>().join("; ");
    match n {
        0 => "It names nothing as left out of it for this reader.".to_owned(),
        1 => format!("One thing is left out of it for this reader: {named}. Its end says why."),
        n => format!("Left out of it for this reader are {n} things: {named}. Its end says why."),
    }
}

/// Whether a step tells of a court.
fn names_a_court(packet: &Packet) -> bool {
    let of_court = [Stage::Hearing, Stage::Order, Stage::Appeal];
    packet.steps.iter().any(|step| of_court.contains(&step.stage))
}

fn next(paper: &mut Document, packet: &Packet) {
    paper.push(Block::heading("What comes next", "next"));
    let ahead = packet.steps.iter().filter(|step| step.standing == Standing::Ahead);
    match ahead.min_by_key(|step| step.on) {
        Some(step) => {
            paper.push(Block::note(with_who(step)));
            let open = step.remedies.iter().filter(|remedy| !remedy.is_over(packet.made_on));
            let entries: Vec<String> = open.map(|remedy| remedy.in_words(packet.made_on)).collect();
            if !entries.is_empty() {
                paper.push(Block::List { entries });
            }
        }
        None if names_a_court(packet) => paper.push(Block::paragraph(
            "No hearing is set for the future in these records. Ask the court by telephone before relying on that.",
        )),
        None => paper.push(Block::paragraph(
            "No hearing is set for the future, and these records name no case before a court.",
        )),
    }
    if !packet.ahead.is_empty() {
        paper.push(Block::paragraph("Every day to come that the records name:"));
        let entries =
            packet.ahead.iter().map(|day| format!("{}: {} ({})", spoken(day.on), day.what, day.source_title));
        paper.push(Block::List { entries: entries.collect() });
    }
}

fn with_who(step: &Step) -> String {
    match step.decides {
        Some(who) => format!("{} Who decides: {who}.", step.what),
        None => step.what.clone(),
    }
}

fn way(paper: &mut Document, packet: &Packet) {
    paper.push(Block::heading("The case, step by step", "way"));
    if packet.steps.is_empty() {
        paper.push(Block::paragraph("The records tell of no application, notice, hearing, order or appeal."));
        return;
    }
    let rows = packet.steps.iter().map(|step| step_row(step, packet)).collect();
    paper.push(Block::Table(Table {
        caption: "From the first step to the last".to_owned(),
        columns: vec!["Day", "What happened, or will", "Who decides, and what the person can do"],
        widths: vec![2, 5, 6],
        rows,
    }));
    paper.push(Block::paragraph(
        "The last days are counted from the days in the records by the periods of the law. A period can be longer or \
         shorter in a given case: have a lawyer look before one passes.",
    ));
}

fn step_row(step: &Step, packet: &Packet) -> Vec<Cell> {
    let day = step.on.map_or_else(|| "no day is written".to_owned(), spoken);
    let stands = match step.standing {
        Standing::Past => String::new(),
        Standing::Waits => "It waits for a decision. The law sets no day for it.".to_owned(),
        Standing::Ahead => "It lies ahead.".to_owned(),
    };
    let first = step.rests_on.first();
    let place = first.and_then(|reference| place_of(packet, *reference)).unwrap_or_default();
    let who = step
        .decides
        .map_or_else(|| "There is nothing to decide here.".to_owned(), |who| format!("Decides: {who}."));
    let remedies = step.remedies.iter().map(|remedy| remedy.in_words(packet.made_on));
    vec![
        Cell::says(day).with([step.stage.title().to_owned()]),
        Cell::says(step.what.clone()).with([stands, place]),
        Cell::says(who).with(remedies),
    ]
}

fn findings(paper: &mut Document, packet: &Packet) {
    paper.push(Block::heading("What may be wrong", "wrong"));
    if packet.findings.is_empty() {
        paper.push(Block::paragraph("No finding is told in this paper."));
    }
    for finding in &packet.findings {
        finding_part(paper, packet, finding);
    }
}

fn finding_part(paper: &mut Document, packet: &Packet, finding: &PacketFinding) {
    paper.push(Block::subheading(format!("{}: {}", finding.number, finding.title)));
    if let Some(sentence) = &finding.sentence {
        paper.push(Block::paragraph(sentence.clone()));
    }
    paper.push(Block::paragraph(format!(
        "Found on {}. Where it stands: {}. {}",
        spoken(finding.opened_on),
        finding.standing,
        finding.route
    )));
    let values = finding.rests_on.iter().filter_map(|reference| value_of(packet, *reference));
    let rows: Vec<Vec<Cell>> = values.map(|(record, value)| quoted_row(record, value)).collect();
    if !rows.is_empty() {
        paper.push(Block::Table(Table {
            caption: format!("The values that {} rests on", finding.number),
            columns: vec!["What", "What the source wrote", "Where it stands"],
            widths: vec![3, 4, 5],
            rows,
        }));
    }
}

fn quoted_row(record: &PacketRecord, value: &PacketValue) -> Vec<Cell> {
    vec![
        Cell::says(value.name),
        quoted(value),
        Cell::says(record.source_title.clone()).with([place(record, Some(value))]),
    ]
}

/// The value as it was written, with its marks.
fn quoted(value: &PacketValue) -> Cell {
    let said = value.in_words.as_ref().map(|words| format!("that is: {words}"));
    let contested =
        value.is_contested.then(|| "CONTESTED: nobody may rely on it until it is decided".to_owned());
    let corrected = value.corrected.as_ref().map(|to| format!("CORRECTED to: {to}"));
    let found_wrong = value.found_wrong.as_ref().map(|words| format!("FOUND WRONG: {words}"));
    let disagreement =
        value.disagreement.as_ref().map(|words| format!("The person disagrees, in these words: {words}"));
    let ended = value.ended_on.map(|on| format!("ENDED by a closing on {}", spoken(on)));
    Cell::quotes(value.original.clone())
        .with([said, contested, corrected, found_wrong, disagreement, ended].into_iter().flatten())
}

fn requests(paper: &mut Document, packet: &Packet) {
    paper.push(Block::heading("Correction requests", "requests"));
    if packet.requests.is_empty() {
        paper.push(Block::paragraph("None."));
        return;
    }
    let entries = packet.requests.iter().map(|request| {
        let due = request.due_on.map(|due| format!("; next step by {}", spoken(due))).unwrap_or_default();
        let words = &request.words;
        let right = words.right.as_ref().map(|words| format!(". The person says what is right: “{words}”"));
        let wrong =
            words.wrong.as_ref().map(|words| format!(". What is wrong, in the person’s words: “{words}”"));
        format!(
            "{} about the {}{}, filed on {}: {}{due}{}{}",
            request.number,
            request.about.attribute.plain_name(),
            contested(packet, request.about),
            spoken(request.filed_on),
            request.standing,
            right.unwrap_or_default(),
            wrong.unwrap_or_default(),
        )
    });
    paper.push(Block::List { entries: entries.collect() });
}

fn records(paper: &mut Document, packet: &Packet) {
    paper.push(Block::heading("The records, value by value", "records"));
    if packet.records.is_empty() {
        paper.push(Block::paragraph("No record is held to be of this person."));
    }
    for record in &packet.records {
        paper.push(Block::subheading(format!("{}: {}", record.source_title, place(record, None))));
        paper.push(Block::paragraph(format!(
            "Kept by: {}. {}.",
            record.owner,
            seen(record.first_seen, record.last_seen)
        )));
        let rows: Vec<Vec<Cell>> = record
            .values
            .iter()
            .map(|value| vec![Cell::says(value.name), quoted(value), column(value)])
            .collect();
        if !rows.is_empty() {
            paper.push(Block::Table(Table {
                caption: format!("Values of {}", place(record, None)),
                columns: vec!["What", "What the source wrote", "Column"],
                widths: vec![4, 5, 3],
                rows,
            }));
        }
    }
}

/// A contested value with its place, behind its name. Empty where this reader is not given the record.
fn contested(packet: &Packet, about: StatementRef) -> String {
    if let Some((record, value)) = value_of(packet, about) {
        return format!(" “{}” ({})", value.original, place(record, Some(value)));
    }
    let record = packet.records.iter().find(|record| record.id == about.record);
    record.map(|record| format!(" ({})", place(record, None))).unwrap_or_default()
}

fn seen(first: Date, last: Date) -> String {
    if first == last {
        format!("Seen in the extract of {}", spoken(first))
    } else {
        format!("Seen in the extracts of {} to {}", spoken(first), spoken(last))
    }
}

/// Each file once, with the digest by which its bytes can be told from any others.
fn files(paper: &mut Document, packet: &Packet) {
    let mut files: Vec<_> = packet.records.iter().map(|record| (&record.file, record.snapshot)).collect();
    files.sort_unstable();
    files.dedup();
    if files.is_empty() {
        return;
    }
    paper.push(Block::heading("The files, by their digests", "files"));
    let entries = files.into_iter().map(|(file, digest)| {
        format!("{}: SHA-256 {digest}", if file.is_empty() { "file" } else { file.as_str() })
    });
    paper.push(Block::List { entries: entries.collect() });
}

fn column(value: &PacketValue) -> Cell {
    Cell::quotes(value.column.clone())
}

fn reads(paper: &mut Document, packet: &Packet) {
    if packet.reads.is_empty() {
        return;
    }
    paper.push(Block::heading("Who read the file", "reads"));
    let entries = packet.reads.iter().map(|read| {
        let times = if read.n_reads == 1 { String::new() } else { format!(", {} times", read.n_reads) };
        let account = if read.accounts.len() == 1 { "account" } else { "accounts" };
        let accounts = read.accounts.join(", ");
        format!("{}: {}, {}{times} ({account} {accounts})", spoken(read.on), read.receiver, read.purpose)
    });
    paper.push(Block::List { entries: entries.collect() });
}

fn withheld(paper: &mut Document, packet: &Packet) {
    paper.push(Block::heading("What was kept back from this reader", "withheld"));
    if packet.withheld.is_empty() {
        paper.push(Block::paragraph("Nothing."));
        return;
    }
    let rows = packet.withheld.iter().map(|kept| {
        let exemption = kept.exemption;
        vec![
            Cell::says(exemption.name()).with([exemption.citation().to_owned()]),
            Cell::says(kept.n.to_string()),
            Cell::says(format!("since {}", spoken(kept.since))).with([exemption.ends().to_owned()]),
            Cell::says(exemption.reason()),
        ]
    });
    paper.push(Block::Table(Table {
        caption: "Each exemption that kept something back".to_owned(),
        columns: vec!["Exemption", "How many", "How long", "Why"],
        widths: vec![3, 2, 3, 5],
        rows: rows.collect(),
    }));
}

fn value_of(packet: &Packet, reference: StatementRef) -> Option<(&PacketRecord, &PacketValue)> {
    let record = packet.records.iter().find(|record| record.id == reference.record)?;
    Some((record, record.values.iter().find(|value| value.reference == reference)?))
}

fn place_of(packet: &Packet, reference: StatementRef) -> Option<String> {
    let record = packet.records.iter().find(|record| record.id == reference.record)?;
    Some(format!("{}, {}", record.source_title, place(record, None)))
}

/// File and line, with the column where a value is meant.
fn place(record: &PacketRecord, value: Option<&PacketValue>) -> String {
    let file = if record.file.is_empty() { "file" } else { &record.file };
    match value {
        Some(value) => format!("{file}, line {}, column {}", record.line, value.column),
        None => format!("{file}, line {}", record.line),
    }
}

/// `2 November 2026`.
fn spoken(on: Date) -> String {
    on.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;
    use redress_casefile::{
        packet::{PacketDate, PacketRead, PacketReader, PacketRequest, RequestWords},
        step::{Remedy, Term},
    };
    use redress_statement::{Attribute, Digest, PersonId, RecordId};

    use super::*;

    fn value(attribute: Attribute, original: &str) -> PacketValue {
        PacketValue {
            reference: StatementRef { record: RecordId(7), attribute, ordinal: 0 },
            name: attribute.plain_name(),
            column: attribute.wire_name().to_uppercase(),
            original: original.to_owned(),
            in_words: None,
            is_contested: false,
            corrected: None,
            found_wrong: None,
            disagreement: None,
            ended_on: None,
        }
    }

    fn ahead() -> Vec<PacketDate> {
        let day = |on, attribute: Attribute, source: &str| PacketDate {
            on,
            what: attribute.plain_name(),
            source_title: source.to_owned(),
        };
        vec![
            day(date(2026, 12, 1), Attribute::NextCheckInOn, "Agency"),
            day(date(2027, 1, 12), Attribute::HearingOn, "Immigration court"),
        ]
    }

    /// A packet with one of everything.
    pub(crate) fn packet() -> Packet {
        let hearing = value(Attribute::HearingOn, "2027-01-12");
        let name = PacketValue {
            is_contested: true,
            disagreement: Some("It is Ruíz-Peña.".to_owned()),
            ..value(Attribute::FamilyName, "RUIZ PENA")
        };
        Packet {
            person: PersonId(12),
            name: "Ana Ruiz".to_owned(),
            reader: PacketReader::Person,
            made_on: date(2026, 11, 5),
            is_simulated: false,
            steps: vec![Step {
                stage: Stage::Hearing,
                on: Some(date(2027, 1, 12)),
                what: "A hearing is set for 12 January 2027.".to_owned(),
                standing: Standing::Ahead,
                decides: Some("the immigration judge"),
                remedies: vec![Remedy {
                    what: "Ask the court for another day as soon as you can, and before the hearing"
                        .to_owned(),
                    term: Term::AnyTime,
                    citation: "8 CFR 1003.29".to_owned(),
                }],
                rests_on: vec![hearing.reference],
            }],
            ahead: ahead(),
            findings: vec![PacketFinding {
                number: "F-3".to_owned(),
                title: "Name parts in another order",
                sentence: Some("One source lost the hyphen.".to_owned()),
                rests_on: vec![name.reference],
                opened_on: date(2026, 11, 2),
                standing: "waits for a reviewer".to_owned(),
                route: "Who can act: the court. How: form CC.".to_owned(),
                may_leave: true,
            }],
            requests: vec![PacketRequest {
                number: "R-1".to_owned(),
                about: name.reference,
                words: RequestWords {
                    wrong: Some("The hyphen is gone.".to_owned()),
                    right: Some("Ruíz-Peña".to_owned()),
                },
                filed_on: date(2026, 11, 3),
                standing: "waits for a decision".to_owned(),
                due_on: Some(date(2026, 11, 18)),
            }],
            records: vec![PacketRecord {
                id: RecordId(7),
                source_title: "Immigration court".to_owned(),
                owner: "Executive Office".to_owned(),
                file: "names.csv".to_owned(),
                line: 3,
                snapshot: Digest::of(b"names"),
                first_seen: date(2026, 9, 30),
                last_seen: date(2026, 10, 31),
                values: vec![name, hearing],
            }],
            reads: vec![PacketRead {
                on: date(2026, 11, 3),
                receiver: "Records office".to_owned(),
                purpose: "to review a finding",
                accounts: vec!["st-7f3a".to_owned(), "st-2c91".to_owned()],
                n_reads: 2,
            }],
            possible: Some((date(2026, 8, 31), 1)),
            withheld: Vec::new(),
        }
    }

    fn lines(reader: PacketReader) -> String {
        let paper = document(&packet().given_to(reader));
        paper.words().collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_persons_paper_reads_aloud() {
        insta::assert_snapshot!(lines(PacketReader::Person));
    }

    #[test]
    fn a_courts_paper_differs_in_what_it_names_as_kept_back() {
        let (person, court) = (lines(PacketReader::Person), lines(PacketReader::Court));
        let only_in = |one: &str, other: &str| {
            let lines = one.lines().filter(|line| !other.lines().any(|known| known == *line));
            lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
        };
        insta::assert_snapshot!(format!(
            "only for the person:\n{}\n\nonly for the court:\n{}",
            only_in(&person, &court),
            only_in(&court, &person)
        ));
    }

    #[test]
    fn an_empty_file_says_so_in_each_part() {
        let empty = Packet {
            steps: Vec::new(),
            ahead: Vec::new(),
            findings: Vec::new(),
            requests: Vec::new(),
            records: Vec::new(),
            reads: Vec::new(),
            possible: None,
            ..packet()
        };
        insta::assert_snapshot!(
            document(&empty.given_to(PacketReader::Court)).words().collect::<Vec<_>>().join("\n")
        );
    }
}
