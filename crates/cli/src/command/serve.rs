//! `redress serve`: the three faces.

use std::{net::Ipv4Addr, path::PathBuf};

use clap::Args;
use jiff::civil::Date;
use redress_casefile::Reviewer;
use redress_statement::PersonId;
use redress_web::{Grant, SignInKey, WebState, Who};

use crate::{
    command::{block_on, say, tell},
    failure::{Exit, Failure},
    office::Office,
    system,
};

/// Arguments of `redress serve`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The port on this machine; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Who works here: a TOML file of the staff and the office that reviews refusals. Without it, invented staff.
    #[arg(long, value_name = "FILE")]
    office: Option<PathBuf>,
    /// A simulated clock that starts on this day.
    #[arg(long)]
    simulated_from: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let office = arguments.office.as_deref().map(Office::read).transpose()?;
        if office.is_none() {
            tell("the staff is invented: name yours with --office FILE (docs/office.toml is an example)");
        }
        let office = office.unwrap_or_else(Office::invented);
        let app = system::open_there(&arguments.store, arguments.simulated_from).await?;
        let state = system::web(&app, &arguments.store, &office.review_office)?;
        let listener = listen(arguments.port).await?;
        let address = address(&listener)?;
        say(format!("public page   {address}/"))?;
        for member in &office.staff {
            let link = desk_link(&state.key, member, app.clock.today());
            say(format!("review desk   {address}{link}   as {}, {}", member.name, member.role.name()))?;
        }
        serve(listener, state).await
    })
}

/// Days for which a sign-in link opens.
const LINK_DAYS: i32 = 365;

/// A link that opens the desk.
pub(crate) fn desk_link(key: &SignInKey, reviewer: &Reviewer, today: Date) -> String {
    key.link(&Grant { who: Who::Staff(reviewer.clone()), until: until(today) })
}

/// A link that opens a person's own record.
pub(crate) fn person_link(key: &SignInKey, person: PersonId, today: Date) -> String {
    key.link(&Grant { who: Who::Person(person), until: until(today) })
}

fn until(today: Date) -> Date {
    today.checked_add(jiff::Span::new().days(LINK_DAYS)).unwrap_or(today)
}

/// Listens on this machine only.
pub(crate) async fn listen(port: u16) -> Result<tokio::net::TcpListener, Failure> {
    tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        Failure::of(Exit::Call, &error)
            .while_doing(format!("port {port} on 127.0.0.1 cannot be used: choose another with --port"))
    })
}

/// `http://127.0.0.1:PORT`.
pub(crate) fn address(listener: &tokio::net::TcpListener) -> Result<String, Failure> {
    listener
        .local_addr()
        .map(|address| format!("http://{address}"))
        .map_err(|error| Failure::of(Exit::Unfinished, &error))
}

/// Serves until it is interrupted.
pub(crate) async fn serve(listener: tokio::net::TcpListener, state: WebState) -> Result<(), Failure> {
    let interrupted = async {
        // Without a signal handler the default one ends the process: both end it.
        let _ = tokio::signal::ctrl_c().await;
    };
    redress_web::serve(listener, state, interrupted)
        .await
        .map_err(|error| Failure::of(Exit::Unfinished, &error).while_doing("the web server failed"))
}
