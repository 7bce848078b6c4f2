//! Where a database is and as whom it is read, without ever showing the password.

use std::{fmt, net::IpAddr, str::FromStr as _};

use redress_ports::ReadError;
use sqlx::{
    ConnectOptions as _,
    postgres::{PgConnectOptions, PgSslMode},
};

/// What may stand behind the question mark. Another word may be a misspelt password, and is refused before a driver logs it.
const PARAMETERS: &[&str] =
    &["application_name", "dbname", "host", "hostaddr", "password", "port", "sslmode", "user"];
/// The form that a refused address is asked to have.
const FORM: &str = "write it as postgresql://USER@localhost:5432/DATABASE, or with a folder of sockets as \
     postgresql:///DATABASE?host=/var/run/postgresql&user=USER; the password is best left to PGPASSWORD or ~/.pgpass";

/// The address of a database on this computer: its folder of sockets, or a port of its own loopback address.
///
/// What it does not say is taken from the environment and the password file, as `psql` does (`PGUSER`, `PGPASSWORD`,
/// `~/.pgpass` and the others).
///
/// ```
/// use redress_store::DatabaseAddress;
/// let address = DatabaseAddress::parse("postgresql://reader:secret@localhost:5433/registry")?;
/// assert_eq!(address.to_string(), "the database `registry` at localhost, port 5433, read as `reader`");
/// assert!(DatabaseAddress::parse("postgresql://reader@db.example/registry").is_err());
/// # Ok::<(), redress_ports::ReadError>(())
/// ```
#[derive(Clone)]
pub struct DatabaseAddress {
    options: PgConnectOptions,
}

impl DatabaseAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`ReadError::Call`] when the text is no such address or asks for an encrypted connection;
    /// [`ReadError::Refused`] when it leads to another computer.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        // The text may hold a password: no error repeats it.
        let wrong = |what: &str| ReadError::Call(format!("the address of the database {what}: {FORM}"));
        if !text.starts_with("postgresql://") && !text.starts_with("postgres://") {
            return Err(wrong("does not begin with `postgresql://`"));
        }
        let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
            if !PARAMETERS.contains(&name) {
                return Err(wrong("has a parameter that is not one of those known"));
            }
        }
        let options = PgConnectOptions::from_str(text).map_err(|_| wrong("cannot be read"))?;
        if matches!(options.get_ssl_mode(), PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull)
        {
            return Err(wrong("asks for TLS, which a connection within one computer does not have"));
        }
        let mut options = options.ssl_mode(PgSslMode::Disable).disable_statement_logging();
        // In an address the numbers of IPv6 stand between brackets, which are none of the host's.
        if let Some(bare) = options.get_host().strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            options = options.clone().host(bare);
        }
        let address = Self { options };
        address.check_host()?;
        Ok(address)
    }

    fn check_host(&self) -> Result<(), ReadError> {
        let host = self.options.get_host();
        let is_folder = self.options.get_socket().is_some() || host.starts_with('/');
        let is_own = host.parse::<IpAddr>().map_or(host == "localhost", |address| address.is_loopback());
        if is_folder || is_own {
            return Ok(());
        }
        Err(ReadError::Refused(format!(
            "the database lies on another computer, `{host}`, and the store opens no connection outwards: run the import on that \
             computer, or hold a replica on this one, and name localhost or its folder of sockets"
        )))
    }

    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// The role as which it is read.
    pub(super) fn role(&self) -> &str {
        self.options.get_username()
    }

    pub(super) fn database(&self) -> &str {
        self.options.get_database().unwrap_or_else(|| self.role())
    }
}

impl fmt::Display for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (database, role, port) = (self.database(), self.role(), self.options.get_port());
        match self.options.get_socket() {
            Some(folder) => {
                write!(f, "the database `{database}` at {}, port {port}, read as `{role}`", folder.display())
            }
            None => write!(
                f,
                "the database `{database}` at {}, port {port}, read as `{role}`",
                self.options.get_host()
            ),
        }
    }
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an address is shown as, or how it is refused.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = DatabaseAddress::parse(text);
        let said = read.map_or_else(|error| error.to_string(), |address| format!("{address:?}"));
        assert!(said.starts_with(expected), "{text}: {said}");
        assert!(!said.contains("geheim"), "{text}: the password is shown: {said}");
    }

    #[test]
    fn an_address_leads_to_this_computer_and_never_shows_its_password() {
        let own = "the database `registry` at";
        check(
            "postgresql://reader:geheim@localhost/registry?port=5433",
            &format!("{own} localhost, port 5433, read as `reader`"),
        );
        check("postgres://reader:geheim@127.0.0.1:5432/registry", &format!("{own} 127.0.0.1, port 5432"));
        check("postgresql://reader@[::1]:5432/registry?password=geheim", &format!("{own} ::1, port 5432"));
        check(
            "postgresql://reader@[2001:db8::7]/registry",
            "the database lies on another computer, `2001:db8::7`",
        );
        check(
            "postgresql:///registry?host=/run/pg&user=reader&port=5433&password=geheim",
            &format!("{own} /run/pg, port 5433, read as `reader`"),
        );
        check("postgresql://reader:geheim@%2Frun%2Fpg/registry", &format!("{own} /run/pg, port"));
        for host in ["db.example", "10.0.0.7", "localhost.example"] {
            let text = format!("postgresql://reader:geheim@{host}/registry");
            check(&text, &format!("the database lies on another computer, `{host}`"));
        }
        check(
            "postgresql://localhost/registry?host=db.example",
            "the database lies on another computer, `db.example`",
        );
        check(
            "postgresql://localhost/registry?hostaddr=10.0.0.7",
            "the database lies on another computer, `10.0.0.7`",
        );
        check("mysql://reader:geheim@localhost/registry", "the address of the database does not begin with");
        check(
            "postgresql://reader:ge/geheim@localhost/registry",
            "the address of the database cannot be read",
        );
        check(
            "postgresql://localhost/registry?passwort=geheim",
            "the address of the database has a parameter",
        );
        check("postgresql://localhost/registry?sslmode=require", "the address of the database asks for TLS");
    }
}
