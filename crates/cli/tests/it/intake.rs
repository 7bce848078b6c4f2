//! Rows that a source sends by itself: on disk when they are acknowledged, linked and checked at once, and taken up again
//! after the program was killed.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use redress_casefile::{Event, finding::FindingEvent};
use redress_ports::Store as _;
use redress_statement::{Attribute, PersonId, SourceId};
use redress_store::SqlStore;
use redress_testkit::CountingEntropy;
use tempfile::TempDir;

/// A server on a store of 300 invented people.
struct Server {
    child: Child,
    /// Held open: a server that cannot print ends.
    _out: BufReader<ChildStdout>,
    port: u16,
    token: String,
}

fn redress(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_redress")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

impl Server {
    fn start(demo: &Path, more: &[&str]) -> Self {
        let (store, contract) = (demo.join("store"), demo.join("contracts/border.toml"));
        let token = redress(&["invite", "--store", text(&store), "--source", "border"]).trim().to_owned();
        let mut child = Command::new(env!("CARGO_BIN_EXE_redress"))
            .args(["serve", "--port", "0", "--store", text(&store), "--intake", text(&contract)])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let port = line.trim().trim_end_matches('/').rsplit(':').next().unwrap();
        Self { port: port.parse().unwrap(), child, _out: out, token }
    }

    /// Status and body of an answer.
    fn post(&self, source: &str, token: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "POST /api/intake/{source} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    #[track_caller]
    fn posted(&self, body: &str, code: u16, says: &str) {
        let (status, answer) = self.post("border", &self.token, body);
        assert_eq!(status, code, "{answer}");
        assert!(answer.contains(says), "`{says}` is not said in {answer}");
    }

    /// Ends it as an operator does: what was acknowledged is checked first.
    fn end(mut self) {
        let interrupted = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(interrupted.success());
        assert!(self.child.wait().unwrap().success());
    }

    /// Ends it at once, as a power cut does.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn demo() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("demo");
    redress(&["demo", "--no-serve", "--people", "300", "--out", text(&demo)]);
    (dir, demo)
}

/// An admission once more, under another number and with a birth date of which one digit of the year is another; `nth` among
/// those that have enough to be known by.
fn slipped(demo: &Path, nth: usize, key: &str) -> String {
    let rows = fs::read_to_string(demo.join("extracts/border/i94_records.jsonl")).unwrap();
    let rows = rows.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let one_digit_off =
        |date: &str| format!("{}{}{}", &date[..3], (date.as_bytes()[3] - b'0' + 3) % 10, &date[4..]);
    let mut row = rows
        .filter(|row| row["citizenship_country"].is_string() && row["passport_number"].is_string())
        .filter(|row| {
            row["birth_date"].as_str().is_some_and(|date| date.len() == 10 && date[5..] != *"01-01")
        })
        .nth(nth)
        .unwrap();
    row["birth_date"] = one_digit_off(row["birth_date"].as_str().unwrap()).into();
    row["i94_number"] = key.into();
    row.to_string()
}

/// The findings at a record of the border office, and the records of the person in whose file it is.
fn found(demo: &Path, key: &str) -> (Vec<String>, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let entropy = Arc::new(CountingEntropy::default());
        let store = SqlStore::open(&demo.join("store"), entropy, "redress.example/log").await.unwrap();
        let source: SourceId = "border".parse().unwrap();
        let stored = store.record_by_key(&source, key).await.unwrap().unwrap();
        assert!(stored.record.value(Attribute::BirthDate).is_some());
        let person = stored.person.unwrap();
        let mut checks = Vec::new();
        let mut after = 0;
        loop {
            let events = store.events(after, 500).await.unwrap();
            let Some(last) = events.last() else { break };
            after = last.seq;
            for recorded in &events {
                if let Event::Finding(FindingEvent::FindingOpened { at, check, .. }) = &recorded.event
                    && *at == stored.id
                {
                    checks.push(check.clone());
                }
            }
        }
        let case = store.case_file(person).await.unwrap().unwrap();
        let n = case.identities().filter(|record| record.is_accepted()).count();
        store.close().await;
        (checks, n)
    })
}

/// The persons in whose files some records of the border office are.
fn persons_of(demo: &Path, keys: &[&str]) -> Vec<Option<PersonId>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let entropy = Arc::new(CountingEntropy::default());
        let store = SqlStore::open(&demo.join("store"), entropy, "redress.example/log").await.unwrap();
        let source: SourceId = "border".parse().unwrap();
        let mut persons = Vec::new();
        for key in keys {
            persons.push(store.record_by_key(&source, key).await.unwrap().unwrap().person);
        }
        store.close().await;
        persons
    })
}

#[test]
fn a_row_is_acknowledged_linked_and_checked() {
    let (_dir, demo) = demo();
    let server = Server::start(&demo, &[]);
    let row = slipped(&demo, 0, "900000001A1");
    server.posted(&row, 200, "\"nNew\":1");
    server.posted(&row, 200, "\"wasKnown\":true,\"nNew\":0,\"nChanged\":0,\"nSame\":1,");
    // The same row in another body: known by its key.
    server.posted(
        &format!("{row}\n{}", slipped(&demo, 0, "900000002A1")),
        200,
        "\"nNew\":1,\"nChanged\":0,\"nSame\":1",
    );
    server.posted("no rows", 422, "no JSON object");
    server.posted(r#"{"family_name":"Okoro"}"#, 422, "it is the key of the row");
    // Nothing of a record is lost to a row that is not whole.
    // Columns that the charter refuses, and one that nothing reads, in lists of their own.
    let more = row.replacen('{', "{\"free_note\":\"x\",", 1);
    server.posted(&more, 200, "\"unreadColumns\":[\"free_note\"],");
    server.posted(&more, 200, "\"refusedColumns\":[\"port_of_entry\"");
    let short = format!("{{\"i94_number\":\"900000009A1\"}}\n{row}");
    server.posted(
        &short,
        200,
        "\"nSame\":1,\"nQuarantined\":1,\"quarantined\":[{\"line\":1,\"reason\":\"the members",
    );
    let long = format!("{{\"i94_number\":\"{}\"}}", "9".repeat(1 << 20));
    server.posted(&long, 413, "at most 1048576 bytes");
    for (source, token) in [("border", ""), ("border", "forged"), ("benefits", &server.token)] {
        let (status, answer) = server.post(source, token, &row);
        assert_eq!(status, 401, "{source}: {answer}");
    }
    server.end();
    for key in ["900000001A1", "900000002A1"] {
        let (checks, n_records) = found(&demo, key);
        assert_eq!(checks, ["ID-07"], "{key}");
        assert!(n_records > 1, "{key} is linked to nothing");
    }
}

#[test]
fn what_was_acknowledged_before_a_kill_is_checked_after_it_and_once() {
    let (_dir, demo) = demo();
    let other = demo.with_file_name("other");
    assert!(Command::new("cp").args(["-r", text(&demo), text(&other)]).status().unwrap().success());
    let keys: Vec<String> = (0..40).map(|n| format!("9000001{n:02}A1")).collect();
    let rows: Vec<String> = keys.iter().enumerate().map(|(n, key)| slipped(&demo, n, key)).collect();
    for (demo, is_killed) in [(&demo, true), (&other, false)] {
        let server = Server::start(demo, &[]);
        server.posted(&rows.join("\n"), 200, "\"nNew\":40");
        if is_killed {
            server.kill();
            Server::start(demo, &[]).end();
        } else {
            server.end();
        }
        redress(&["doctor", "--replay", "--store", text(&demo.join("store"))]);
    }
    // A start weighs names by how rare they are among all that is stored by then: of a row at the border of what a run
    // accepts alone, the finding may stand at the record beside it. No row is passed over, and none is checked twice.
    for demo in [&demo, &other] {
        let of_rows: Vec<Vec<String>> = keys.iter().map(|key| found(demo, key).0).collect();
        let n_found = of_rows.iter().filter(|checks| checks.contains(&"ID-07".to_owned())).count();
        assert!(n_found >= 35, "{n_found}: {of_rows:?}");
        let is_once = |checks: &Vec<String>| checks.iter().collect::<BTreeSet<_>>().len() == checks.len();
        assert!(of_rows.iter().all(is_once), "{of_rows:?}");
        // A run over the same rows finds nothing at them that the intake did not find.
        redress(&["check", "--store", text(&demo.join("store"))]);
        let after_run: Vec<Vec<String>> = keys.iter().map(|key| found(demo, key).0).collect();
        assert_eq!(after_run, of_rows);
    }
}

#[test]
fn a_record_that_arrived_before_a_restart_is_linked_to_after_it() {
    let (_dir, demo) = demo();
    // Somebody whom no file knows: only the row before can lead to the row after.
    let row = |key: &str| {
        let mut row: serde_json::Value = serde_json::from_str(&slipped(&demo, 0, key)).unwrap();
        for (member, value) in [
            ("family_name", "VANTERPOOL"),
            ("given_name", "ILSABET"),
            ("birth_date", "1961-07-19"),
            ("passport_number", "P482913077"),
        ] {
            row[member] = value.into();
        }
        row.to_string()
    };
    let keys = ["900000201A1", "900000202A1", "900000203A1"];
    for (key, is_killed) in keys.into_iter().zip([true, false, false]) {
        let server = Server::start(&demo, &[]);
        server.posted(&row(key), 200, "\"nNew\":1");
        if is_killed { server.kill() } else { server.end() }
    }
    let persons = persons_of(&demo, &keys);
    assert!(persons[0].is_some() && persons.iter().all(|person| *person == persons[0]), "{persons:?}");
}

#[test]
fn a_watched_folder_is_taken_in_and_nothing_is_deleted() {
    let (_dir, demo) = demo();
    let folder = demo.join("drop");
    fs::create_dir_all(folder.join("border/i94_records")).unwrap();
    fs::create_dir_all(folder.join("nobody")).unwrap();
    fs::write(folder.join("border/a.jsonl"), slipped(&demo, 0, "900000003A1")).unwrap();
    fs::write(folder.join("border/i94_records/a.jsonl"), slipped(&demo, 0, "900000004A1")).unwrap();
    fs::write(folder.join("border/half.part"), "{").unwrap();
    fs::write(folder.join("border/z.jsonl"), "{}").unwrap();
    fs::write(folder.join("nobody/a.jsonl"), slipped(&demo, 0, "900000005A1")).unwrap();
    let server = Server::start(&demo, &["--watch", text(&folder)]);
    // Each look ends before the next one begins: a row by the other way in is answered between them.
    let refused = folder.join("refused/nobody-a.jsonl.reason.txt");
    for _ in 0..100_000 {
        if refused.exists() {
            break;
        }
        server.posted("no rows", 422, "no JSON object");
    }
    server.end();
    for (name, says) in [
        ("refused/nobody-a.jsonl.reason.txt", "no contract of source `nobody`"),
        ("refused/border-z.jsonl.reason.txt", "no JSON object"),
        ("done/border-a.jsonl", "900000003A1"),
        ("done/border-2-a.jsonl", "900000004A1"),
        ("border/half.part", "{"),
    ] {
        let text = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(text.contains(says), "{name}: {text}");
    }
    assert_eq!(found(&demo, "900000004A1").0, ["ID-07"]);
}
