//! A drawn sample is judged in the terminal and at the desk: both write the same file, and a full disk leaves whole rows.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{
    evaluation::{linked, redress},
    office::{Done, Office},
};

/// The account and the name of the first of the invented staff.
const LABELLER: (&str, &str) = ("st-7f3a", "R. Adeyemi");
const WORDS: [&str; 6] = ["same", "different", "unsure", "same", "same", "different"];

/// `redress serve` with the sample of the office's run.
struct Server {
    child: Child,
    /// Held open: a server that cannot print ends.
    _out: BufReader<ChildStdout>,
    port: u16,
    cookie: String,
}

impl Server {
    /// Starts it and signs the labeller in.
    fn start(office: &Office) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_redress"))
            .args(["serve", "--port", "0", "--store"])
            .arg(office.store())
            .arg("--sample")
            .arg(office.path("run"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let link = std::iter::repeat_with(|| {
            let mut line = String::new();
            assert!(out.read_line(&mut line).unwrap() > 0, "the server ended before it was reached");
            line
        })
        .find_map(|line| {
            line.contains(LABELLER.1).then(|| line.split_whitespace().nth(2).unwrap().to_owned())
        })
        .unwrap();
        let (host, path) = link.trim_start_matches("http://").split_once('/').unwrap();
        let port = host.rsplit(':').next().unwrap().parse().unwrap();
        let mut server = Self { child, _out: out, port, cookie: String::new() };
        let answer = server.call("GET", &format!("/{path}"), "");
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        server.cookie = cookie.split(';').next().unwrap().to_owned();
        server
    }

    /// The whole answer to a call.
    fn call(&self, method: &str, path: &str, form: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let (cookie, n_bytes) = (&self.cookie, form.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {n_bytes}\r\nConnection: close\r\n\r\n{form}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Says something of the pair that is shown, and gives the page that showed it.
    fn say(&self, word: &str) -> String {
        let page = self.call("GET", "/desk/sample", "");
        let (_, rest) = page.split_once("name=\"pair\" value=\"").unwrap();
        let form = format!("pair={}&judgement={word}", rest.split('"').next().unwrap());
        let answer = self.call("POST", "/desk/sample", &form);
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        page
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Judges in the terminal under the limits of a shell, with these letters as the keyboard.
fn judge(office: &Office, limits: &str, letters: &str) -> Done {
    let keyboard = office.path("keyboard");
    let lines: String = letters.chars().map(|letter| format!("{letter}\n")).collect();
    fs::write(&keyboard, lines).unwrap();
    let run = office.path("run");
    office.redress_under(
        &format!("exec < {}; {limits}", keyboard.display()),
        &["review", "judge", "--labeller", LABELLER.0, "--out", run.to_str().unwrap()],
    )
}

/// The lines of a file of labels without the times.
fn timeless(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.ends_with('\n'), "a row is cut off: {text}");
    let without_time = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 9, "{line}");
        cells.remove(6);
        cells.join(",")
    };
    text.lines().map(without_time).collect()
}

#[test]
fn terminal_and_desk_show_the_same_and_write_the_same_file() {
    let office = linked(40);
    redress(&office, "review sample --out @run --n 6").ended(0, &["6 of"]);
    let letters: String = WORDS.iter().map(|word| &word[..1]).collect();
    let shown = judge(&office, "true", &letters);
    shown.ended(0, &["all 6 judged"]);
    let (labels, by_terminal) = (office.path("run/labels.csv"), office.path("terminal.csv"));
    fs::rename(&labels, &by_terminal).unwrap();

    let mut server = Server::start(&office);
    let in_terminal = shown.out.split("are these records of one person?");
    for (at, (word, table)) in WORDS.iter().zip(in_terminal).enumerate() {
        if at == 3 {
            // A power cut between two judgements.
            server.kill();
            server = Server::start(&office);
        }
        let page = server.say(word);
        assert!(page.contains(&format!("{} of 6 pairs", 6 - at)), "{page}");
        for cell in page.split("<bdi>").skip(1).map(|rest| rest.split("</bdi>").next().unwrap()) {
            assert!(table.contains(cell), "the terminal does not show {cell}: {table}");
        }
        assert_eq!(page.matches("≠</td>").count(), table.matches('≠').count(), "{table}\n{page}");
    }
    assert!(server.call("GET", "/desk/sample", "").contains("No pair is left"));
    server.kill();
    assert_eq!(timeless(&labels), timeless(&by_terminal));
    judge(&office, "true", "").ended(0, &["nothing is left to judge"]);
}

#[test]
fn a_full_disk_leaves_whole_rows_and_judging_goes_on_after_it() {
    let office = linked(40);
    redress(&office, "review sample --out @run --n 20").ended(0, &["20 of"]);
    // Two blocks of 512 bytes have room for the header and a few rows, and the last row does not fit.
    judge(&office, "ulimit -f 2", &"s".repeat(20))
        .ended(4, &["the judgement was not stored", "labels.csv cannot be written"]);
    let labels = office.path("run/labels.csv");
    let n_stored = timeless(&labels).len() - 1;
    assert!((1..20).contains(&n_stored), "{n_stored} rows");
    judge(&office, "true", &"d".repeat(20)).ended(0, &[&format!("all {} judged", 20 - n_stored)]);
    let rows = timeless(&labels);
    assert!(
        rows.len() == 21 && rows[n_stored].contains(",same,") && rows[n_stored + 1].contains(",different,")
    );
}

#[test]
fn a_labeller_goes_back_and_the_last_answer_counts() {
    let office = linked(40);
    redress(&office, "review sample --out @run --n 4").ended(0, &["4 of"]);
    let words = |expected: &[&str]| {
        let rows = timeless(&office.path("run/labels.csv"));
        let found: Vec<String> =
            rows[1..].iter().map(|row| row.split(',').nth(4).unwrap().to_owned()).collect();
        assert_eq!(found, expected, "{rows:?}");
        rows
    };
    // There is nothing before the first pair; of the second another answer, then on with the third.
    let shown = judge(&office, "true", "bsdbuq");
    shown.ended(0, &["this is the first pair", "2 of 4", "You said: different.", "2 judged, 2 left"]);
    let rows = words(&["same", "different", "unsure"]);
    let pair = |row: &str| row.split(',').take(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(pair(&rows[2]), pair(&rows[3]), "the same pair");
    // After a restart back to the first, which is left as it is; then the two that are left, and back from behind the last.
    let shown = judge(&office, "true", "bbsssxbdq");
    shown.ended(0, &["You said: cannot tell.", "You said: same.", "every pair is judged", "all 2 judged"]);
    words(&["same", "different", "unsure", "same", "same", "different"]);
    judge(&office, "true", "").ended(0, &["nothing is left to judge", "[b] back"]);
}

#[test]
fn a_server_refuses_a_sample_that_cannot_be_judged_before_it_serves() {
    let office = linked(40);
    let serve = || redress(&office, "serve --port 0 --store @store --sample @run");
    serve().ended(2, &["no sample can be read", "redress review sample"]);
    redress(&office, "serve --port 0 --store @store --sample @other").ended(2, &["run.json cannot be read"]);
    redress(&office, "review sample --out @run --n 6").ended(0, &["6 of"]);
    judge(&office, "true", "sq").ended(0, &["1 judged, 5 left"]);
    let labels = fs::read_to_string(office.path("run/labels.csv")).unwrap();
    let (row, probability) = labels.trim_end().rsplit_once(',').unwrap();
    let other: f64 = probability.parse::<f64>().unwrap() / 2.0;
    fs::write(office.path("run/labels.csv"), format!("{row},{other}\n")).unwrap();
    serve().ended(3, &["labels.csv: 1 of its 1 judgements are of another draw"]);
}
