//! Puts the system together: the composition root.

use std::{fs, path::Path, sync::Arc};

use jiff::civil::Date;
use redress_checks::Parameters;
use redress_ports::{Clock, Compartment, Entropy, Store, StoreError};
use redress_service::{App, CLOCK_SETTING, WaterfallBook};
use redress_sources::KeptFiles;
use redress_store::SqlStore;
use redress_web::{SignInKey, WebState};

use crate::{
    clock::{SimulatedClock, SystemClock, SystemEntropy},
    failure::{Exit, Failure},
};

/// The name of a new log when none is given: one that nobody can mistake for a real office's.
const ORIGIN: &str = "redress.example/log";

/// Most bytes of a log's name.
const ORIGIN_BYTES_MAX: usize = 200;

/// Checks a log's name: it stands in every checkpoint and in the keys by which others verify it.
pub(crate) fn check_log_origin(text: &str) -> Result<(), Failure> {
    let is_plain = |c: char| c.is_ascii_graphic() && c != '+';
    if !text.is_empty() && text.len() <= ORIGIN_BYTES_MAX && text.chars().all(is_plain) {
        return Ok(());
    }
    let text = format!(
        "`{text}` cannot name a log: 1 to {ORIGIN_BYTES_MAX} letters, digits or signs without space or `+`, such as records.example.org/log"
    );
    Err(Failure::new(Exit::Call, text))
}

/// Opens the store in `dir`, and makes one where there is none. With a `start`, on a simulated clock.
pub(crate) async fn open(dir: &Path, start: Option<Date>) -> Result<App, Failure> {
    open_named(dir, start, None).await
}

/// As [`open`]; a log that is made is named `origin`, and one that has another name refuses the call.
pub(crate) async fn open_named(
    dir: &Path,
    start: Option<Date>,
    origin: Option<&str>,
) -> Result<App, Failure> {
    let store = SqlStore::open(dir, Arc::new(SystemEntropy), origin.unwrap_or(ORIGIN)).await?;
    let kept = store.log_origin();
    if let Some(origin) = origin.filter(|origin| *origin != kept) {
        let text = format!(
            "the log in {} is named {kept}, and a log keeps its name: leave out --log-origin {origin}",
            dir.display()
        );
        return Err(Failure::new(Exit::Call, text));
    }
    let start = simulated_start(&store, start).await?;
    let clock: Arc<dyn Clock> = match start {
        Some(start) => {
            let on =
                store.setting(CLOCK_SETTING).await?.and_then(|days| days.parse().ok()).unwrap_or_default();
            Arc::new(SimulatedClock::new(start, on))
        }
        None => Arc::new(SystemClock),
    };
    let parameters = Parameters::built_in().map_err(|error| Failure::of(Exit::Unfinished, &error))?;
    Ok(App { store: Arc::new(store), clock, parameters: Arc::new(parameters) })
}

/// The setting that names the first day of a store's simulated clock.
const SIMULATED_FROM: &str = "simulated_from";

/// The first day of the simulated clock: as it is given now, or as it was given when the store was opened with one. What
/// is stored on an invented day must not be read by the machine's clock.
async fn simulated_start(store: &SqlStore, given: Option<Date>) -> Result<Option<Date>, Failure> {
    let kept = store.setting(SIMULATED_FROM).await?;
    match given {
        None => Ok(kept.and_then(|day| day.parse().ok())),
        Some(day) => {
            if kept.as_deref() != Some(day.to_string().as_str()) {
                store.put_setting(SIMULATED_FROM, &day.to_string()).await?;
            }
            Ok(Some(day))
        }
    }
}

/// Where the store in `dir`, which was opened before, keeps files as they were received.
pub(crate) fn kept_files(dir: &Path) -> Result<KeptFiles, Failure> {
    Ok(KeptFiles::new(dir.join("snapshots"), redress_store::line_key(dir)?))
}

/// The compartment of the store in `dir`, which must be there.
pub(crate) async fn compartment(dir: &Path) -> Result<Arc<dyn Compartment>, Failure> {
    if !SqlStore::is_in(dir) {
        return Err(StoreError::Missing { path: dir.display().to_string() }.into());
    }
    Ok(Arc::new(SqlStore::open(dir, Arc::new(SystemEntropy), ORIGIN).await?))
}

/// Opens the store in `dir`, which must be there.
pub(crate) async fn open_there(dir: &Path, start: Option<Date>) -> Result<App, Failure> {
    if !SqlStore::is_in(dir) {
        return Err(StoreError::Missing { path: dir.display().to_string() }.into());
    }
    open(dir, start).await
}

/// The web faces of an opened system.
pub(crate) fn web(app: &App, dir: &Path, review_office: &str) -> Result<WebState, Failure> {
    Ok(WebState {
        app: app.clone(),
        book: Arc::new(WaterfallBook::default()),
        key: sign_in_key(dir)?,
        review_office: review_office.into(),
        intake: None,
        sample: None,
    })
}

/// The key under which sign-in links are signed: made once, readable by the owner alone.
pub(crate) fn sign_in_key(dir: &Path) -> Result<SignInKey, Failure> {
    SignInKey::try_new(&sign_in_bytes(dir)?).map_err(|error| Failure::of(Exit::Unfinished, &error))
}

/// The 64 bytes of the key.
fn sign_in_bytes(dir: &Path) -> Result<Vec<u8>, Failure> {
    let path = dir.join("keys").join("sign-in.key");
    let failed = |error: std::io::Error| {
        Failure::of(Exit::Unfinished, &error)
            .while_doing(format!("the sign-in key {} cannot be used", path.display()))
    };
    if path.exists() {
        return fs::read(&path).map_err(failed);
    }
    let mut bytes = Vec::with_capacity(64);
    for _ in 0..2 {
        bytes.extend(SystemEntropy.bytes32().map_err(failed)?);
    }
    fs::create_dir_all(dir.join("keys")).map_err(failed)?;
    write_private(&path, &bytes).map_err(failed)?;
    Ok(bytes)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
