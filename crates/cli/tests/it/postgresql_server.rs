//! A PostgreSQL server of the test's own, on a socket in a folder of its own, which ends with the test.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use tempfile::TempDir;

/// The account as which the server runs where the test runs as root, which the server refuses to do.
const SERVER_ACCOUNT: &str = "postgres";
/// The number in the name of the socket.
const PORT: u16 = 5432;

/// A server, with a database `registry`.
pub(crate) struct Server {
    folder: TempDir,
    /// A shell that stops the server as soon as its standard input closes, however the test ends.
    keeper: Child,
}

/// An open session, for what must happen while something else is under way.
pub(crate) struct OpenSession {
    psql: Child,
    input: Option<ChildStdin>,
    answers: BufReader<std::process::ChildStdout>,
}

impl Server {
    /// Makes a server and waits until it answers.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let account = account();
        if let Some((user, group)) = account {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let data = folder.path().join("data");
        let mut initdb = as_account(&program("initdb"), account);
        initdb.args([
            "--auth-local=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--username=owner",
            "-D",
        ]);
        let made = initdb.arg(&data).current_dir("/").output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut server = as_account(Path::new("sh"), account);
        // Immediate shutdown: nothing of it is needed afterwards.
        let script = "\"$@\" 2>\"$LOG\" & server=$!; read -r _; kill -QUIT $server; wait $server";
        server
            .args(["-c", script, "sh"])
            .arg(program("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path());
        let settings = ["listen_addresses=", "fsync=off", "log_statement=all", &format!("port={PORT}")];
        for setting in settings {
            server.args(["-c", setting]);
        }
        server.env("LOG", folder.path().join("log")).current_dir("/").stdin(Stdio::piped());
        let keeper = server.spawn().unwrap();
        let this = Self { folder, keeper };
        this.wait();
        this.run("postgres", "CREATE DATABASE registry");
        this
    }

    /// Waits until the server answers.
    fn wait(&self) {
        let mut asking = Command::new("sh");
        let script = "for i in $(seq 1 200); do \"$@\" >/dev/null 2>&1 && exit 0; sleep 0.05; done; exit 1";
        asking.args(["-c", script, "sh"]).arg(program("pg_isready")).arg("-h").arg(self.folder.path());
        let answered = asking.status().unwrap().success();
        assert!(answered, "the server does not answer:\n{}", self.log());
    }

    /// Everything that the server was asked.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Runs statements as the owner of everything in the database `registry`.
    #[track_caller]
    pub(crate) fn sql(&self, script: &str) {
        self.run("registry", script);
    }

    /// Runs statements as the owner of everything.
    #[track_caller]
    pub(crate) fn run(&self, database: &str, script: &str) {
        let done = self.psql(database).args(["-c", script]).output().unwrap();
        assert!(done.status.success(), "{script}\n{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Runs statements, of which the last is refused in these words.
    #[track_caller]
    pub(crate) fn refuses(&self, script: &str, says: &str) {
        let done = self.psql("registry").args(["-c", script]).output().unwrap();
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && error.contains(says), "{script}\n{error}");
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(program("psql"));
        psql.args(["--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-qAt", "-U", "owner", "-d", database, "-h"]);
        psql.arg(self.folder.path());
        psql
    }

    /// Opens a session in which `script` has been run.
    pub(crate) fn session(&self, script: &str) -> OpenSession {
        let mut psql = self.psql("registry").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(psql.stdout.take().unwrap());
        let mut session = OpenSession { input: psql.stdin.take(), psql, answers };
        session.sql(script);
        session
    }

    /// The address of a database as a role.
    pub(crate) fn address(&self, database: &str, role: &str) -> String {
        format!("postgresql:///{database}?host={}&port={PORT}&user={role}", self.folder.path().display())
    }

    /// Asks for passwords from now on.
    pub(crate) fn ask_for_passwords(&self) {
        let rules = "local all owner trust\nlocal all all scram-sha-256\n";
        fs::write(self.folder.path().join("data/pg_hba.conf"), rules).unwrap();
        self.sql("SELECT pg_reload_conf()");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // The folder goes only when nothing writes into it any more.
        let _ = self.keeper.wait();
    }
}

impl OpenSession {
    /// Runs statements, and returns once they are done.
    pub(crate) fn sql(&mut self, script: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{script};\n\\echo done").unwrap();
        let mut line = String::new();
        while line.trim() != "done" {
            line.clear();
            assert!(self.answers.read_line(&mut line).unwrap() > 0, "the session ended at: {script}");
        }
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.psql.wait();
    }
}

fn as_account(program: &Path, account: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

/// Numbers of the server's account and its group; none where the test does not run as root.
fn account() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let answer = Command::new("id").args(arguments).output().unwrap().stdout;
        String::from_utf8(answer).unwrap().trim().parse::<u32>().unwrap()
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", SERVER_ACCOUNT]), id(&["-g", SERVER_ACCOUNT])))
}

/// A program of the server: Debian keeps those of each version in a folder of its own.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(name))
}
