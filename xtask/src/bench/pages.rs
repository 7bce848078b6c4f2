//! `cargo xtask bench pages`: a person's page on the desk, asked for by many users at one time.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::{Value, json};

use super::{demo, machine, marked};
use crate::call::Call;

/// Arguments of `cargo xtask bench pages`.
#[derive(Args)]
pub(super) struct Arguments {
    /// People of the demo whose pages are asked for.
    #[arg(long, default_value_t = 100_000)]
    people: u64,
    /// Users at one time.
    #[arg(long, default_value_t = 200)]
    users: u64,
    /// Seconds for which a user reads a page before asking for the next, on average.
    #[arg(long, default_value_t = 5)]
    reading: u64,
    /// For how long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Whose table it is.
const BENCH: &str = "pages";
/// The longest line of an answer's head.
const HEAD_LINE_BYTES_MAX: u64 = 8_192;

/// Measures, and writes the table into docs/benchmarks.md.
///
/// # Errors
/// When a program fails or the server does not answer.
pub(super) fn run(root: &Path, work: &Path, arguments: &Arguments) -> Result<(), String> {
    Call::new("cargo", root).words("build --release --package redress").run()?;
    let demo = demo(root, work, arguments.people)?;
    let server = Server::start(&root.join("target/release/redress"), &demo)?;
    let used = server.cpu_seconds();
    let users: Vec<_> = (0..arguments.users).map(|user| server.user(user, arguments)).collect();
    let mut all = Vec::new();
    for user in users {
        all.extend(user.join().map_err(|_| "a user's thread ended with a panic")??);
    }
    let used = server.cpu_seconds() - used;
    server.end();
    let figures = json!({ "people": arguments.people, "users": arguments.users, "reading": arguments.reading,
        "pages": all.len(), "a_second": all.len() as f64 / arguments.seconds as f64,
        "p50": share(&mut all, 0.5), "p99": share(&mut all, 0.99), "cpu_ms": 1e3 * used / all.len().max(1) as f64,
        "machine": machine() });
    let path = work.join(format!("pages-{}.json", arguments.people));
    fs::write(&path, figures.to_string())
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    let table = table(&mut super::kept(work, "pages-")?).ok_or("a figure is missing: measure again")?;
    marked::write(&root.join("docs/benchmarks.md"), BENCH, &table)
}

/// A server over the store of a demo, with a reviewer who is signed in.
struct Server {
    child: Child,
    port: u16,
    cookie: String,
}

impl Server {
    fn start(redress: &Path, demo: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("redress serve cannot be run: {error}");
        let mut child = Command::new(redress)
            .args(["serve", "--port", "0", "--store"])
            .arg(demo.join("store"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let mut out = BufReader::new(child.stdout.take().ok_or("redress serve has no output")?);
        let (mut at, mut sign_in) = (String::new(), String::new());
        out.read_line(&mut at).and_then(|_| out.read_line(&mut sign_in)).map_err(failed)?;
        // A server that cannot print ends: what else it says is read and dropped.
        thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let port = at.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.ok_or_else(|| format!("redress serve names no port: {at}"))?;
        let path = sign_in.find("/sign-in/").and_then(|from| sign_in[from..].split_whitespace().next());
        let path = path.ok_or_else(|| format!("redress serve names no sign-in link: {sign_in}"))?;
        let answer = Asker::new(port)?.ask(path, "")?;
        let cookie = answer.cookie.ok_or("the sign-in link gives no session")?;
        Ok(Self { child, port, cookie })
    }

    /// CPU seconds that the server used so far.
    fn cpu_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or_else(Vec::new, |(_, rest)| rest.split_whitespace().collect());
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
        (ticks(11) + ticks(12)) / TICKS_A_SECOND
    }

    /// Asks for pages one after the other, in a thread; gives the seconds that each took.
    fn user(&self, user: u64, arguments: &Arguments) -> thread::JoinHandle<Result<Vec<f64>, String>> {
        let (port, cookie, people) = (self.port, self.cookie.clone(), arguments.people);
        let reading = Duration::from_secs(arguments.reading);
        let end = Instant::now() + Duration::from_secs(arguments.seconds);
        thread::spawn(move || {
            let mut asker = Asker::new(port)?;
            let mut took = Vec::new();
            for turn in 0u64.. {
                let drawn = mixed(user << 32 | turn);
                // Between nothing and twice the time, so that no two users keep step.
                let pause = reading.mul_f64((drawn >> 40) as f64 / f64::from(1 << 23));
                if Instant::now() + pause >= end {
                    break;
                }
                thread::sleep(pause);
                let begun = Instant::now();
                let answer = asker.ask(&format!("/desk/person/{}", 1 + drawn % people), &cookie)?;
                if answer.status != 200 {
                    return Err(format!("a page was answered with {}", answer.status));
                }
                took.push(begun.elapsed().as_secs_f64());
            }
            Ok(took)
        })
    }

    fn end(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Clock ticks of the kernel's accounts, on every Linux that is built today.
const TICKS_A_SECOND: f64 = 100.0;

/// A number that looks drawn, from a number (splitmix64).
const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One connection, held open.
struct Asker {
    stream: BufReader<TcpStream>,
}

struct Answer {
    status: u16,
    cookie: Option<String>,
}

impl Asker {
    fn new(port: u16) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", port));
        let stream = stream.map_err(|error| format!("port {port} cannot be reached: {error}"))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    fn ask(&mut self, path: &str, cookie: &str) -> Result<Answer, String> {
        self.exchange(path, cookie).map_err(|error| format!("asking for {path}: {error}"))
    }

    fn exchange(&mut self, path: &str, cookie: &str) -> std::io::Result<Answer> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
        self.stream.get_mut().write_all(head.as_bytes())?;
        let mut answer = Answer { status: 0, cookie: None };
        let mut length = 0;
        loop {
            let mut line = String::new();
            (&mut self.stream).take(HEAD_LINE_BYTES_MAX).read_line(&mut line)?;
            let line = line.trim_end();
            match line.split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().unwrap_or(0);
                }
                Some((name, value)) if name.eq_ignore_ascii_case("set-cookie") => {
                    answer.cookie = value.split(';').next().map(str::to_owned);
                }
                None if line.is_empty() => break,
                _ if line.starts_with("HTTP/1.1 ") => {
                    answer.status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
                }
                _ => {}
            }
        }
        std::io::copy(&mut (&mut self.stream).take(length), &mut std::io::sink())?;
        Ok(answer)
    }
}

/// The time within which a share of the answers came.
fn share(times: &mut [f64], part: f64) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(((part * times.len() as f64) as usize).min(times.len().saturating_sub(1))).copied()
}

fn table(sizes: &mut [Value]) -> Option<String> {
    sizes.sort_by_key(|figures| figures["people"].as_u64());
    let mut text =
        "| people | users | a user reads for | pages | pages a second | p50 | p99 | CPU a page |\n\
                    |--:|--:|--:|--:|--:|--:|--:|--:|\n"
            .to_owned();
    for figures in &*sizes {
        let number = |key: &str| figures[key].as_f64();
        writeln!(
            text,
            "| {} | {} | {} s | {} | {:.0} | {:.1} ms | {:.1} ms | {:.1} ms |",
            figures["people"],
            figures["users"],
            figures["reading"],
            figures["pages"],
            number("a_second")?,
            1e3 * number("p50")?,
            1e3 * number("p99")?,
            number("cpu_ms")?,
        )
        .ok()?;
    }
    writeln!(text, "\nMachine: {}.", sizes.last()?["machine"].as_str()?).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_every_figure() {
        let figures = |people: u64| {
            json!({"people": people, "users": 200, "reading": 5, "pages": 2400, "a_second": 40.2, "p50": 0.004,
                "p99": 0.0571, "cpu_ms": 5.25, "machine": "a machine"})
        };
        let text = table(&mut [figures(9), figures(7)]).unwrap();
        let row = "| 200 | 5 s | 2400 | 40 | 4.0 ms | 57.1 ms | 5.2 ms |";
        assert!(text.contains(&format!("| 7 {row}\n| 9 {row}\n")), "{text}");
        assert_eq!(table(&mut [json!({"people": 1})]), None);
    }

    #[test]
    fn a_share_is_the_time_within_which_it_came() {
        for (part, expected) in [(0.5, Some(2.0)), (0.99, Some(3.0)), (0.0, Some(1.0))] {
            assert_eq!(share(&mut [3.0, 1.0, 2.0], part), expected, "{part}");
        }
        assert_eq!(share(&mut [], 0.5), None);
    }
}
