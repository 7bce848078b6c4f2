//! A person's record packet: the same for officer, court, person and lawyer, but for exemptions that are named and dated.
//!
//! A packet is put together once, whole, and [`Packet::given_to`] takes out what an exemption keeps from its reader and
//! says so. There is no other difference between two readers' packets, and no item without a rule here can be left out.

use jiff::civil::Date;
use redress_statement::{Attribute, Digest, PersonId, RecordId};

use crate::{StatementRef, step::Step};

/// For whom a packet is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PacketReader {
    /// The person concerned.
    Person,
    /// Whoever represents the person: counsel, an accredited representative.
    Representative,
    /// An officer of a records office.
    Officer,
    /// A court.
    Court,
}

impl PacketReader {
    /// Every reader.
    pub const ALL: [Self; 4] = [Self::Person, Self::Representative, Self::Officer, Self::Court];

    /// The reader in one word, as a form and a command spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Representative => "representative",
            Self::Officer => "officer",
            Self::Court => "court",
        }
    }

    /// The reader in words, as the packet's first line names it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Person => "the person concerned",
            Self::Representative => "the representative of the person concerned",
            Self::Officer => "an officer",
            Self::Court => "a court",
        }
    }

    /// Whether the reader stands on the person's side and sees what the person may see (5 U.S.C. 552a(d)(1)).
    #[must_use]
    pub const fn is_of_person(self) -> bool {
        matches!(self, Self::Person | Self::Representative)
    }
}

/// Why something is kept from a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exemption {
    /// A record that may be somebody else's, and what rests on it: kept from everybody.
    PerhapsAnothers,
    /// A finding that could worsen the person's position and has not passed what must come before it leaves.
    AdverseUnproven,
    /// Where notices are sent, as long as nobody asks whether it is right: never for finding somebody.
    NoticeAddress,
    /// What the person wrote in a request, as long as it is not attached as a statement of disagreement.
    RequestWords,
    /// Who read the file: for the person alone.
    WhoRead,
}

impl Exemption {
    /// Every exemption.
    pub const ALL: [Self; 5] = [
        Self::PerhapsAnothers,
        Self::AdverseUnproven,
        Self::NoticeAddress,
        Self::RequestWords,
        Self::WhoRead,
    ];

    /// Its name, as the packet writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PerhapsAnothers => "perhaps somebody else’s",
            Self::AdverseUnproven => "not yet borne out",
            Self::NoticeAddress => "address for notices",
            Self::RequestWords => "words of a request",
            Self::WhoRead => "account of reads",
        }
    }

    /// What is kept back and why, as a sentence.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::PerhapsAnothers => {
                "It may be a record of somebody else, whose record nobody may be given without that person’s consent."
            }
            Self::AdverseUnproven => {
                "It could be to the person’s harm, and it has not been borne out by another source, told to the person for \
                 the full time to answer, and signed by a second reviewer."
            }
            Self::NoticeAddress => {
                "An address, telephone number or e-mail address is kept as where notices are sent and for nothing else. It \
                 is shown where its own correctness is in question."
            }
            Self::RequestWords => {
                "What the person wrote in a correction request is for the office that decides it. The contested value bears \
                 its mark for every reader."
            }
            Self::WhoRead => "Who read a file is accounted for to the person whose file it is.",
        }
    }

    /// The rule that it rests on.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::PerhapsAnothers | Self::RequestWords => "5 U.S.C. 552a(b)",
            Self::AdverseUnproven => "5 U.S.C. 552a(p)(1)",
            Self::NoticeAddress => "charter, article 1; 5 U.S.C. 552a(b)",
            Self::WhoRead => "5 U.S.C. 552a(c)(3)",
        }
    }

    /// What ends it.
    #[must_use]
    pub const fn ends(self) -> &'static str {
        match self {
            Self::PerhapsAnothers => "ends when a human has judged whose record it is",
            Self::AdverseUnproven => "ends when all three are done",
            Self::NoticeAddress => "ends for a value when a finding or a request is about it",
            Self::RequestWords => "ends when the person attaches a statement of disagreement",
            Self::WhoRead => "does not end; the person can show the account to anybody",
        }
    }

    /// Whether it keeps something from a reader.
    #[must_use]
    pub const fn is_against(self, reader: PacketReader) -> bool {
        match self {
            Self::PerhapsAnothers => true,
            Self::AdverseUnproven | Self::NoticeAddress | Self::RequestWords | Self::WhoRead => {
                !reader.is_of_person()
            }
        }
    }
}

/// What an exemption kept back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The exemption.
    pub exemption: Exemption,
    /// How many values, findings, records, requests or reads.
    pub n: usize,
    /// The day from which the oldest of them is there.
    pub since: Date,
}

/// A value with its place and marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketValue {
    /// Its reference.
    pub reference: StatementRef,
    /// What it is about, in plain words.
    pub name: &'static str,
    /// The column, as the source spells it.
    pub column: String,
    /// What the source wrote.
    pub original: String,
    /// The value as people say it. None where it reads as it is.
    pub in_words: Option<String>,
    /// Whether it is contested: it may not be relied on.
    pub is_contested: bool,
    /// What it was corrected to. None where no correction was granted.
    pub corrected: Option<String>,
    /// For a value that says what was done: what was found wrong with it, and what is right. None where no correction was granted.
    pub found_wrong: Option<String>,
    /// The person's statement of disagreement. None where there is none.
    pub disagreement: Option<String>,
    /// The day on which a closing ended what it says. None where none did.
    pub ended_on: Option<Date>,
}

/// A record with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketRecord {
    /// The record.
    pub id: RecordId,
    /// The source's name for people.
    pub source_title: String,
    /// Who owns it and alone can change it.
    pub owner: String,
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// Digest of the file.
    pub snapshot: Digest,
    /// The first extract that showed it.
    pub first_seen: Date,
    /// The last extract that showed it.
    pub last_seen: Date,
    /// What it says.
    pub values: Vec<PacketValue>,
}

/// A finding in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketFinding {
    /// Its number, `F-12`.
    pub number: String,
    /// What is wrong, as a heading.
    pub title: &'static str,
    /// The sentence with the values. None while it rests on a record that may be somebody else's.
    pub sentence: Option<String>,
    /// The values that it rests on.
    pub rests_on: Vec<StatementRef>,
    /// The day on which it was opened.
    pub opened_on: Date,
    /// Where it stands, in words: `waits for a decision`, `a reviewer found the record wrong`.
    pub standing: String,
    /// Who can correct it, by what and by when. Empty where nothing is to be done.
    pub route: String,
    /// Whether it may leave: it cannot harm, or has passed what must come before it leaves.
    pub may_leave: bool,
}

/// What a person wrote in a correction request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestWords {
    /// What is wrong. None where it was erased, or is not for this reader.
    pub wrong: Option<String>,
    /// What is right. None where nothing was said of it.
    pub right: Option<String>,
}

/// A day to come, as a record states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketDate {
    /// The day.
    pub on: Date,
    /// What it is the day of.
    pub what: &'static str,
    /// The source's name for people.
    pub source_title: String,
}

/// A correction request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketRequest {
    /// Its number, `R-3`.
    pub number: String,
    /// The value that it is about.
    pub about: StatementRef,
    /// What the person wrote.
    pub words: RequestWords,
    /// The day of filing.
    pub filed_on: Date,
    /// Where it stands, in words.
    pub standing: String,
    /// The last day for the next step. None when nothing is due.
    pub due_on: Option<Date>,
}

/// Reads of the file by one office, or for one recipient, for one reason on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketRead {
    /// The day.
    pub on: Date,
    /// Who, as an office.
    pub receiver: String,
    /// Why.
    pub purpose: &'static str,
    /// Opaque references of the accounts under which they were made, each once.
    pub accounts: Vec<String>,
    /// How often.
    pub n_reads: u64,
}

/// A person's record packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The person.
    pub person: PersonId,
    /// The name under which the records know the person.
    pub name: String,
    /// For whom it is made.
    pub reader: PacketReader,
    /// The day on which it was made.
    pub made_on: Date,
    /// Whether that day is a simulated one, as in a demonstration.
    pub is_simulated: bool,
    /// The way of the case, oldest step first.
    pub steps: Vec<Step>,
    /// Every day to come, the next first.
    pub ahead: Vec<PacketDate>,
    /// The findings, those that wait first.
    pub findings: Vec<PacketFinding>,
    /// The correction requests.
    pub requests: Vec<PacketRequest>,
    /// The records, by source.
    pub records: Vec<PacketRecord>,
    /// Who read the file, newest first.
    pub reads: Vec<PacketRead>,
    /// The first day on which a record that may be of this person was seen, and how many there are. None when there is none.
    pub possible: Option<(Date, usize)>,
    /// What was kept back.
    pub withheld: Vec<Withheld>,
}

/// Attributes that say where notices are sent.
pub const NOTICE_ADDRESS: [Attribute; 6] = [
    Attribute::AddressLine,
    Attribute::AddressCity,
    Attribute::AddressState,
    Attribute::AddressPostalCode,
    Attribute::NoticeEmail,
    Attribute::NoticePhone,
];

impl Packet {
    /// The packet as a reader is given it: without what an exemption keeps from that reader, and with a line for each
    /// exemption that kept something.
    #[must_use]
    pub fn given_to(mut self, reader: PacketReader) -> Self {
        self.reader = reader;
        for exemption in Exemption::ALL.into_iter().filter(|exemption| exemption.is_against(reader)) {
            let days = match exemption {
                Exemption::PerhapsAnothers => self.keep_back_anothers(),
                Exemption::AdverseUnproven => {
                    taken(&mut self.findings, |finding| !finding.may_leave, |finding| finding.opened_on)
                }
                Exemption::NoticeAddress => self.keep_back_addresses(),
                Exemption::RequestWords => self.keep_back_words(),
                Exemption::WhoRead => self.keep_back_reads(),
            };
            if let Some(since) = days.iter().min() {
                self.withheld.push(Withheld { exemption, n: days.len(), since: *since });
            }
        }
        self
    }

    /// Possible records are not in a packet; findings that rest on one leave with them.
    fn keep_back_anothers(&mut self) -> Vec<Date> {
        let mut days =
            taken(&mut self.findings, |finding| finding.sentence.is_none(), |finding| finding.opened_on);
        if let Some((since, n)) = self.possible {
            days.extend(std::iter::repeat_n(since, n));
        }
        days
    }

    fn keep_back_words(&mut self) -> Vec<Date> {
        let kept = |request: &mut PacketRequest| {
            let words = std::mem::take(&mut request.words);
            (words != RequestWords::default()).then_some(request.filed_on)
        };
        self.requests.iter_mut().filter_map(kept).collect()
    }

    /// Each read counts as one, however few lines tell of them.
    fn keep_back_reads(&mut self) -> Vec<Date> {
        let days = |read: PacketRead| {
            std::iter::repeat_n(read.on, usize::try_from(read.n_reads).unwrap_or(usize::MAX))
        };
        std::mem::take(&mut self.reads).into_iter().flat_map(days).collect()
    }

    fn keep_back_addresses(&mut self) -> Vec<Date> {
        let in_question: Vec<StatementRef> =
            self.findings.iter().flat_map(|finding| finding.rests_on.iter().copied()).collect();
        let is_kept = |value: &PacketValue| {
            NOTICE_ADDRESS.contains(&value.reference.attribute)
                && !value.is_contested
                && value.corrected.is_none()
                && value.found_wrong.is_none()
                && value.disagreement.is_none()
                && !in_question.contains(&value.reference)
        };
        let of_record = |record: &mut PacketRecord| {
            let since = record.first_seen;
            taken(&mut record.values, is_kept, move |_| since)
        };
        self.records.iter_mut().flat_map(of_record).collect()
    }
}

/// Takes items out, and gives the day of each.
fn taken<T>(items: &mut Vec<T>, is_kept_back: impl Fn(&T) -> bool, day: impl Fn(&T) -> Date) -> Vec<Date> {
    let days = items.iter().filter(|item| is_kept_back(item)).map(day).collect();
    items.retain(|item| !is_kept_back(item));
    days
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    const OF_RECORD: RecordId = RecordId(7);

    fn value(attribute: Attribute) -> PacketValue {
        PacketValue {
            reference: StatementRef { record: OF_RECORD, attribute, ordinal: 0 },
            name: attribute.plain_name(),
            column: attribute.wire_name().to_owned(),
            original: "X".to_owned(),
            in_words: None,
            is_contested: false,
            corrected: None,
            found_wrong: None,
            disagreement: None,
            ended_on: None,
        }
    }

    fn finding(number: &str, about: Attribute, may_leave: bool) -> PacketFinding {
        PacketFinding {
            number: number.to_owned(),
            title: "A title",
            sentence: Some("A sentence.".to_owned()),
            rests_on: vec![value(about).reference],
            opened_on: date(2026, 11, 2),
            standing: "waits for a decision".to_owned(),
            route: String::new(),
            may_leave,
        }
    }

    fn whole() -> Packet {
        Packet {
            person: PersonId(12),
            name: "Ana Ruiz".to_owned(),
            reader: PacketReader::Person,
            made_on: date(2026, 11, 5),
            is_simulated: false,
            steps: Vec::new(),
            ahead: Vec::new(),
            findings: vec![
                finding("F-1", Attribute::AddressLine, true),
                finding("F-2", Attribute::DepartedOn, false),
                PacketFinding { sentence: None, ..finding("F-3", Attribute::ANumber, true) },
            ],
            requests: vec![PacketRequest {
                number: "Q-1".to_owned(),
                about: value(Attribute::FamilyName).reference,
                words: RequestWords { wrong: Some("a letter".to_owned()), right: Some("Ruiz".to_owned()) },
                filed_on: date(2026, 11, 4),
                standing: "waits for a decision".to_owned(),
                due_on: None,
            }],
            records: vec![PacketRecord {
                id: OF_RECORD,
                source_title: "Court".to_owned(),
                owner: "The court".to_owned(),
                file: "names.csv".to_owned(),
                line: 3,
                snapshot: Digest::of(b"names"),
                first_seen: date(2026, 9, 30),
                last_seen: date(2026, 10, 31),
                values: [Attribute::FamilyName, Attribute::AddressLine, Attribute::AddressCity]
                    .map(value)
                    .into(),
            }],
            reads: vec![PacketRead {
                on: date(2026, 11, 3),
                receiver: "Records office".to_owned(),
                purpose: "to review a finding",
                accounts: vec!["st-1".to_owned()],
                n_reads: 2,
            }],
            possible: Some((date(2026, 8, 31), 2)),
            withheld: Vec::new(),
        }
    }

    /// Everything that a packet tells, an item each.
    fn items(packet: &Packet) -> BTreeSet<String> {
        let findings = packet.findings.iter().map(|finding| finding.number.clone());
        let values =
            packet.records.iter().flat_map(|record| &record.values).map(|value| value.column.clone());
        let reads = packet
            .reads
            .iter()
            .flat_map(|read| (1..=read.n_reads).map(move |nth| format!("read {nth} of {}", read.on)));
        let words = packet.requests.iter().filter(|request| request.words.right.is_some());
        let words = words.map(|request| format!("words of {}", request.number));
        findings.chain(values).chain(reads).chain(words).collect()
    }

    fn withheld(packet: &Packet) -> Vec<String> {
        let line = |kept: &Withheld| format!("{}: {} since {}", kept.exemption.name(), kept.n, kept.since);
        packet.withheld.iter().map(line).collect()
    }

    fn check(reader: PacketReader, told: &[&str], kept_back: &[&str]) {
        let given = whole().given_to(reader);
        assert_eq!(items(&given), told.iter().map(|item| (*item).to_owned()).collect(), "{reader:?}");
        assert_eq!(withheld(&given), kept_back, "{reader:?}");
    }

    const ANOTHERS: &str = "perhaps somebody else’s: 3 since 2026-08-31";

    #[test]
    fn each_reader_is_told_what_no_exemption_keeps_back() {
        for reader in [PacketReader::Person, PacketReader::Representative] {
            let reads = ["read 1 of 2026-11-03", "read 2 of 2026-11-03"];
            let told = ["F-1", "F-2", "family_name", "address_line", "address_city", "words of Q-1"];
            check(reader, &[&told[..], &reads].concat(), &[ANOTHERS]);
        }
        for reader in [PacketReader::Officer, PacketReader::Court] {
            check(
                reader,
                &["F-1", "family_name", "address_line"],
                &[
                    ANOTHERS,
                    "not yet borne out: 1 since 2026-11-02",
                    "address for notices: 1 since 2026-09-30",
                    "words of a request: 1 since 2026-11-04",
                    "account of reads: 2 since 2026-11-03",
                ],
            );
        }
    }

    #[test]
    fn two_packets_differ_by_what_is_named_as_withheld_and_by_nothing_else() {
        let person = whole().given_to(PacketReader::Person);
        for reader in PacketReader::ALL {
            let other = whole().given_to(reader);
            let n_fewer = items(&person).difference(&items(&other)).count();
            let named: usize = other.withheld.iter().map(|kept| kept.n).sum();
            let named_to_both: usize = person.withheld.iter().map(|kept| kept.n).sum();
            assert_eq!(n_fewer, named - named_to_both, "{reader:?}");
            let same = |packet: Packet| Packet {
                reader: PacketReader::Person,
                findings: Vec::new(),
                records: Vec::new(),
                requests: packet
                    .requests
                    .into_iter()
                    .map(|request| PacketRequest { words: RequestWords::default(), ..request })
                    .collect(),
                reads: Vec::new(),
                withheld: Vec::new(),
                ..packet
            };
            assert_eq!(same(other), same(person.clone()), "{reader:?}");
        }
    }

    #[test]
    fn an_address_is_told_where_its_correctness_is_in_question() {
        let marks: [fn(&mut PacketValue); 4] = [
            |value| value.is_contested = true,
            |value| value.corrected = Some("Y".to_owned()),
            |value| value.found_wrong = Some("was sent to the wrong address; the right one is Y".to_owned()),
            |value| value.disagreement = Some("no".to_owned()),
        ];
        for mark in marks {
            let mut packet = whole();
            packet.records[0].values.iter_mut().for_each(mark);
            assert!(items(&packet.given_to(PacketReader::Court)).contains("address_city"));
        }
    }
}
