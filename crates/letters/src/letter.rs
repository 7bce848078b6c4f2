//! A letter that an office prints and sends: a correction to whoever holds the value, a notice to the person concerned.

use jiff::civil::Date;
use redress_casefile::{
    OBJECT_WITHIN,
    letter::{ContestedLine, CorrectedLine, Letter, Told},
};

use crate::{Block, Cell, Document, Table};

/// The letter in words.
#[must_use]
pub fn document(letter: &Letter) -> Document {
    let mut paper = Document::new(title(letter), format!("To: {}. {}", letter.to, spoken(letter.made_on)));
    paper.foot = format!("{}, {}", title(letter), spoken(letter.made_on));
    if letter.is_simulated {
        paper.push(Block::note("A demonstration: the person is invented, and the day is simulated."));
    }
    match &letter.tells {
        Told::Correction { to_owner, granted_on, place, values, contested, .. } => {
            correction(&mut paper, letter, (*to_owner, *granted_on), place, (values, contested));
        }
        Told::Closing { object_until, shows, ends, stays, .. } => {
            closing(&mut paper, letter, *object_until, [shows, ends, stays]);
        }
        Told::Finding { answer_until, title, sentence, borne_out_by, .. } => {
            finding(&mut paper, letter, *answer_until, [title, sentence, borne_out_by]);
        }
    }
    paper.push(Block::paragraph(format!("{}, {}", letter.from.name, letter.from.office)));
    paper
}

fn title(letter: &Letter) -> String {
    match &letter.tells {
        Told::Correction { request, .. } => format!("Correction of a record ({request})"),
        Told::Closing { closing, .. } => format!("Notice before something is ended ({closing})"),
        Told::Finding { finding, .. } => format!("Notice of a finding ({finding})"),
    }
}

fn correction(
    paper: &mut Document,
    letter: &Letter,
    (to_owner, granted_on): (bool, Date),
    place: &str,
    (values, contested): (&[CorrectedLine], &[ContestedLine]),
) {
    let why = if to_owner { "Your office keeps this record." } else { "You were given this record." };
    paper.push(Block::paragraph(format!(
        "{why} It is about {} ({}). On {} it was found wrong, at the request of the person concerned. Whoever holds the value is \
         told (5 U.S.C. 552a(c)(4)).",
        letter.name,
        letter.person,
        spoken(granted_on)
    )));
    paper.push(Block::paragraph(place.to_owned()));
    let rows = values.iter().map(|value| {
        let stands = match (&value.corrected, &value.found_wrong) {
            (Some(to), _) => to.clone(),
            (None, Some(words)) => format!("{words}. Do not overwrite it: it says what was done"),
            (None, None) => "the text was erased".to_owned(),
        };
        vec![
            Cell::says(value.name).with([format!("column {}", value.column)]),
            Cell::quotes(value.original.clone()),
            Cell::quotes(stands),
        ]
    });
    paper.push(Block::Table(Table {
        caption: "What was wrong, and what stands from now on".to_owned(),
        columns: vec!["What", "What the record says", "What stands from now on"],
        widths: vec![3, 4, 5],
        rows: rows.collect(),
    }));
    if !contested.is_empty() {
        dispute(paper, contested);
    }
    let asked = if to_owner {
        "Please correct the record at its source."
    } else {
        "Please put the correction beside the value wherever you keep it, and pass it on to whomever you gave it."
    };
    paper.push(Block::note(format!(
        "{asked} Then confirm that you have, with the number of the request, to: {}.",
        letter.from.office
    )));
}

/// What the person contests in the record, with the person's own words: the mark and they go wherever the value goes.
fn dispute(paper: &mut Document, contested: &[ContestedLine]) {
    let rows = contested.iter().map(|value| {
        let words = match &value.disagreement {
            Some(words) => Cell::quotes(words.clone()),
            None => Cell::says("contested: not decided yet, and nobody may rely on it"),
        };
        vec![
            Cell::says(value.name).with([format!("column {}", value.column)]),
            Cell::quotes(value.original.clone()),
            words,
        ]
    });
    paper.push(Block::Table(Table {
        caption: "What the person contests in this record, in the person’s own words".to_owned(),
        columns: vec!["What", "What the record says", "What the person says"],
        widths: vec![3, 4, 5],
        rows: rows.collect(),
    }));
    paper.push(Block::paragraph(
        "Mark each of these values as contested wherever you keep it, and give these words with it to whomever you give it (5 \
         U.S.C. 552a(d)(4)).",
    ));
}

fn closing(paper: &mut Document, letter: &Letter, until: Date, [shows, ends, stays]: [&Vec<String>; 3]) {
    paper.push(Block::paragraph(format!(
        "Dear {}, the records show that you have left the country. An office wants to end what this has made pointless. Nothing has \
         been ended yet.",
        letter.name
    )));
    for (heading, anchor, entries, none) in [
        ("What shows that you left", "shows", shows, "No record shows it any more: nothing may be ended."),
        ("What would end", "ends", ends, "Nothing."),
        ("What stays as it is", "stays", stays, "Nothing else is open in these records."),
    ] {
        paper.push(Block::heading(heading, anchor));
        list(paper, entries, none);
    }
    paper.push(Block::paragraph(
        "It ends tasks and marks only. It does not change what leaving means in law, and it can be undone.",
    ));
    paper.push(Block::heading("If you do not agree", "object"));
    paper.push(Block::note(format!(
        "You have {OBJECT_WITHIN}: until {}. If you object, nothing is ended. Write to: {}. Or object on your own page. You need give \
         no reason. If you are in the country, or this is not about you, say so.",
        spoken(until),
        letter.from.office
    )));
}

fn finding(paper: &mut Document, letter: &Letter, until: Date, [title, sentence, source]: [&str; 3]) {
    paper.push(Block::paragraph(format!(
        "Dear {}, something in your records was found that could be to your harm. Nothing of it has left this office.",
        letter.name
    )));
    paper.push(Block::heading("What was found", "found"));
    paper.push(Block::paragraph(format!("{title}. {sentence}")));
    paper.push(Block::paragraph(format!("Another source bears it out: {source}.")));
    paper.push(Block::heading("What you can do", "answer"));
    paper.push(Block::note(format!(
        "You have {OBJECT_WITHIN} to answer and to contest it: until {} (5 U.S.C. 552a(p)(1)). Write to: {}. Or choose “this is wrong” \
         beside the value on your own page. After that, a second reviewer reads your answer.",
        spoken(until),
        letter.from.office
    )));
}

fn list(paper: &mut Document, entries: &[String], none: &str) {
    if entries.is_empty() {
        paper.push(Block::paragraph(none));
    } else {
        paper.push(Block::List { entries: entries.to_vec() });
    }
}

fn spoken(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use redress_casefile::{Reviewer, Role};
    use redress_statement::{ClosingId, FindingId, PersonId, RequestId};

    use super::*;

    #[track_caller]
    fn check(tells: Told, says: &[&str], never: &[&str]) {
        let letter = Letter {
            to: "Court Records Office".to_owned(),
            name: "Ana Ruiz".to_owned(),
            person: PersonId(12),
            made_on: date(2026, 11, 5),
            is_simulated: false,
            from: Reviewer {
                user_code: "st-1".to_owned(),
                name: "R. Adeyemi".to_owned(),
                office: "Records Quality Office, 2 Example Square".to_owned(),
                role: Role::Reviewer,
            },
            tells,
        };
        let paper = document(&letter);
        let words: Vec<&str> = paper.words().collect();
        let words = words.join("\n");
        for text in says {
            assert!(words.contains(text), "{text}: {words}");
        }
        for text in never {
            assert!(!words.contains(text), "{text}: {words}");
        }
        assert!(words.contains("R. Adeyemi, Records Quality Office, 2 Example Square"), "{words}");
    }

    fn correction(to_owner: bool, corrected: Option<&str>, found_wrong: Option<&str>) -> Told {
        Told::Correction {
            request: RequestId(3),
            to_owner,
            granted_on: date(2026, 11, 4),
            place: "court_notices.csv, line 12".to_owned(),
            values: vec![CorrectedLine {
                name: "address for notices",
                column: "ADDRESS_LINE".to_owned(),
                original: "9 Old Road".to_owned(),
                corrected: corrected.map(str::to_owned),
                found_wrong: found_wrong.map(str::to_owned),
            }],
            contested: Vec::new(),
        }
    }

    #[test]
    fn a_holder_reads_what_the_person_contests_in_the_persons_words() {
        let line = |name, disagreement: Option<&str>| ContestedLine {
            name,
            column: "GIVEN_NAME".to_owned(),
            original: "Anna".to_owned(),
            disagreement: disagreement.map(str::to_owned),
        };
        let with = |lines: Vec<ContestedLine>| {
            let Told::Correction { request, to_owner, granted_on, place, values, .. } =
                correction(false, Some("1142 Silverleaf Rd"), None)
            else {
                unreachable!()
            };
            Told::Correction { request, to_owner, granted_on, place, values, contested: lines }
        };
        let mark = "Mark each of these values as contested";
        check(with(vec![line("given name", Some("I was never Anna."))]), &["I was never Anna.", mark], &[]);
        check(with(vec![line("sex", None)]), &["nobody may rely on it", mark], &[]);
        check(with(Vec::new()), &["1142 Silverleaf Rd"], &[mark, "contests"]);
    }

    #[test]
    fn a_holder_reads_what_was_wrong_what_stands_and_what_to_do() {
        let of_owner =
            ["Your office keeps this record", "9 Old Road", "1142 Silverleaf Rd", "at its source", "Q-3"];
        check(correction(true, Some("1142 Silverleaf Rd"), None), &of_owner, &["pass it on", "overwrite"]);
        let of_recipient =
            ["You were given this record", "pass it on to whomever you gave it", "4 November 2026"];
        check(correction(false, Some("1142 Silverleaf Rd"), None), &of_recipient, &["at its source"]);
        let sent = "was sent to the wrong address; the right one is 1142 Silverleaf Rd";
        check(correction(true, None, Some(sent)), &[sent, "Do not overwrite it: it says what was done"], &[]);
    }

    #[test]
    fn a_person_reads_what_would_end_and_how_to_object() {
        let of = |ends: &[&str]| Told::Closing {
            closing: ClosingId(1),
            object_until: date(2026, 12, 5),
            shows: vec!["I-94 record: 9 June 2026".to_owned()],
            ends: ends.iter().map(|end| (*end).to_owned()).collect(),
            stays: Vec::new(),
        };
        let says =
            ["until 5 December 2026", "If you object, nothing is ended", "Write to: Records Quality Office"];
        check(of(&["Agency file: day of the next check-in, 2027-01-10"]), &says, &[]);
        check(of(&[]), &["Nothing else is open in these records."], &[]);
    }

    #[test]
    fn a_person_reads_what_was_found_and_until_when_to_answer() {
        let tells = Told::Finding {
            finding: FindingId(7),
            answer_until: date(2026, 12, 5),
            title: "Two people in one record",
            sentence: "Two birth dates stand in it.".to_owned(),
            borne_out_by: "Benefits".to_owned(),
        };
        let says = [
            "F-7",
            "Two birth dates stand in it.",
            "until 5 December 2026",
            "Another source bears it out: Benefits.",
        ];
        check(tells, &says, &[]);
    }
}
