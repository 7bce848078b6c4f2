//! Puts the system together: the composition root.

use std::{fs, path::Path, sync::Arc};

use jiff::civil::Date;
use redress_checks::Parameters;
use redress_ports::{Clock, Entropy, Store, StoreError};
use redress_service::{App, CLOCK_SETTING, WaterfallBook};
use redress_store::SqlStore;
use redress_web::{SignInKey, WebState};

use crate::{
    clock::{SimulatedClock, SystemClock, SystemEntropy},
    failure::{Exit, Failure},
};

/// The origin line of the log when none is configured.
const ORIGIN: &str = "redress.example/log";

/// Opens the store in `dir`, and makes one where there is none. With a `start`, on a simulated clock.
pub(crate) async fn open(dir: &Path, start: Option<Date>) -> Result<App, Failure> {
    let store = SqlStore::open(dir, Arc::new(SystemEntropy), ORIGIN).await?;
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
