//! What the steps need beside Rust, and how it is installed where it is missing.
//!
//! Debian's packages are installed only as root; otherwise the message says what to install.

use std::{fs, path::Path};

use crate::call::Call;

/// A program or a folder that a step cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The runner of the tests.
    Nextest,
    /// The server of the tests that read a database.
    Postgresql,
    /// The programs that read a PDF back.
    Poppler,
    /// The browser that the browser test drives.
    Chromium,
    /// The runtime of the browser test's script, with its installer of packages.
    Node,
    /// The browser test's own packages, as its lock file names them.
    NodePackages,
}

/// The version of the runner of the tests that is installed where there is none. Another that is there already is taken.
const NEXTEST_VERSION: &str = "0.9.143";

/// Folder of the browser test.
pub(crate) const BROWSER_FOLDER: &str = "tests/browser";

impl Need {
    /// Every need.
    pub(crate) const ALL: &[Self] =
        &[Self::Nextest, Self::Postgresql, Self::Poppler, Self::Chromium, Self::Node, Self::NodePackages];

    /// Installs it unless it is there already.
    ///
    /// # Errors
    /// When it is missing and cannot be installed; the message says what to do.
    pub(crate) fn meet(self, root: &Path) -> Result<(), String> {
        match self {
            Self::Nextest => meet_program(root, "cargo nextest --version", |root| {
                Call::new("cargo", root)
                    .words("install cargo-nextest --locked --version")
                    .argument(NEXTEST_VERSION)
                    .run()
            }),
            Self::Postgresql => meet_postgresql(root),
            Self::Poppler => meet_program(root, "pdfinfo -v", |root| install_packages(root, "poppler-utils")),
            Self::Chromium => meet_program(root, "chromium --version", |root| {
                install_packages(root, "chromium fonts-liberation")
            }),
            Self::Node => meet_program(root, "node --version", |root| install_packages(root, "nodejs"))
                .and_then(|()| meet_program(root, "npm --version", |root| install_packages(root, "npm"))),
            Self::NodePackages => meet_node_packages(root),
        }
    }
}

/// Debian keeps the programs of a server in a folder of their version, which is on no path.
fn meet_postgresql(root: &Path) -> Result<(), String> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut programs = versions.map(|version| version.path().join("bin/initdb"));
    match programs.find(|program| program.exists()) {
        Some(program) => {
            eprintln!("    there: {}", program.display());
            Ok(())
        }
        None => meet_program(root, "initdb --version", |root| install_packages(root, "postgresql")),
    }
}

fn meet_program(
    root: &Path,
    version_call: &str,
    install: impl Fn(&Path) -> Result<(), String>,
) -> Result<(), String> {
    match version(root, version_call) {
        Some(version) => {
            eprintln!("    there: {version}");
            Ok(())
        }
        None => install(root),
    }
}

/// First line of what a program says about its version; none when it is not there.
fn version(root: &Path, call: &str) -> Option<String> {
    let (program, words) = call.split_once(' ')?;
    let output = Call::new(program, root).words(words).output()?;
    Some(format!("{program} {}", output.lines().next().unwrap_or_default()))
}

fn install_packages(root: &Path, packages: &str) -> Result<(), String> {
    let is_root = Call::new("id", root).words("-u").output().is_some_and(|id| id.trim() == "0");
    let has_apt = Call::new("apt-get", root).words("--version").output().is_some();
    if !(is_root && has_apt) {
        return Err(format!(
            "missing: {packages}. Install them (Debian: apt-get install {packages}) and run again"
        ));
    }
    let apt = || Call::new("apt-get", root).env("DEBIAN_FRONTEND", "noninteractive");
    apt().words("update --quiet").run()?;
    apt().words("install --yes --quiet --no-install-recommends").words(packages).run()
}

/// `npm ci`, unless the packages that lie there are those of the lock file.
fn meet_node_packages(root: &Path) -> Result<(), String> {
    let folder = root.join(BROWSER_FOLDER);
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .map_err(|error| format!("{BROWSER_FOLDER}/package-lock.json cannot be read: {error}"))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        eprintln!("    there: packages of {BROWSER_FOLDER}");
        return Ok(());
    }
    Call::new("npm", &folder).words("ci --ignore-scripts --no-audit --no-fund").run()?;
    fs::write(&stamp, lock).map_err(|error| format!("{} cannot be written: {error}", stamp.display()))
}
