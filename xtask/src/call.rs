//! Calls of other programs, shown before they run.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
};

use crate::counts::Counts;

/// Variables that `cargo run` sets for this program. A cargo called from here must not inherit them, or build
/// scripts that watch them would run again at each change between plain cargo and xtask.
const INHERITED_PREFIXES: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// Where a program prints the lines that tell what passed.
#[derive(Clone, Copy)]
pub(crate) enum CountedStream {
    /// Its standard output.
    Out,
    /// Its standard error.
    Err,
}

/// One call of a program: what it is and where it runs.
pub(crate) struct Call {
    shown: String,
    command: Command,
}

impl Call {
    /// A call of `program` in the folder `at`. It gets no standard input.
    pub(crate) fn new(program: impl AsRef<OsStr>, at: &Path) -> Self {
        let mut command = Command::new(&program);
        command.current_dir(at).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if INHERITED_PREFIXES.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        Self { shown: program.as_ref().to_string_lossy().into_owned(), command }
    }

    /// Adds arguments, given as one line of words.
    pub(crate) fn words(mut self, line: &str) -> Self {
        self.shown = format!("{} {line}", self.shown);
        self.command.args(line.split_whitespace());
        self
    }

    /// Adds one argument that may hold spaces.
    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{} {}", self.shown, argument.as_ref().to_string_lossy());
        self.command.arg(argument);
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{name}=\"{}\" {}", value.as_ref().to_string_lossy(), self.shown);
        self.command.env(name, value);
        self
    }

    /// Runs it, with its output shown as it comes.
    ///
    /// # Errors
    /// When it cannot be started or ends with another code than 0.
    pub(crate) fn run(mut self) -> Result<(), String> {
        eprintln!("    $ {}", self.shown);
        let status =
            self.command.status().map_err(|error| format!("{} cannot be started: {error}", self.shown))?;
        if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", self.shown)) }
    }

    /// Runs it as [`run`](Self::run) does, and counts what passed by the lines of one of its streams. The
    /// counts are given beside the outcome, because a run that fails has counts too.
    pub(crate) fn run_counted(mut self, stream: CountedStream, counts: &mut Counts) -> Result<(), String> {
        eprintln!("    $ {}", self.shown);
        match stream {
            CountedStream::Out => self.command.stdout(Stdio::piped()),
            CountedStream::Err => self.command.stderr(Stdio::piped()),
        };
        let cannot = |error: std::io::Error| format!("{} cannot be run: {error}", self.shown);
        let mut child = self.command.spawn().map_err(cannot)?;
        let output: Option<Box<dyn Read>> = match stream {
            CountedStream::Out => child.stdout.take().map(|output| Box::new(output) as _),
            CountedStream::Err => child.stderr.take().map(|output| Box::new(output) as _),
        };
        for line in output.into_iter().flat_map(|output| BufReader::new(output).split(b'\n')) {
            let line = line.map_err(cannot)?;
            let line = String::from_utf8_lossy(&line);
            eprintln!("{line}");
            counts.read_line(&line);
        }
        let status = child.wait().map_err(cannot)?;
        if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", self.shown)) }
    }

    /// Runs it with its errors and progress shown as they come, and gives its standard output.
    ///
    /// # Errors
    /// When it cannot be started or ends with another code than 0.
    pub(crate) fn answer(mut self) -> Result<String, String> {
        eprintln!("    $ {}", self.shown);
        let output = self.command.stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| format!("{} cannot be started: {error}", self.shown))?;
        if !output.status.success() {
            return Err(format!("{} ended with {}", self.shown, output.status));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it unseen and gives its standard output; none when it cannot be started or fails.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
