//! `redress serve`: the three faces.

use std::{net::Ipv4Addr, path::PathBuf};

use clap::Args;
use jiff::civil::Date;
use redress_casefile::{Reviewer, Role};
use redress_statement::PersonId;
use redress_web::{Grant, SignInKey, WebState, Who};

use crate::{
    command::{block_on, say},
    failure::{Exit, Failure},
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
    /// A simulated clock that starts on this day.
    #[arg(long)]
    simulated_from: Option<Date>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let app = system::open_there(&arguments.store, arguments.simulated_from).await?;
        let state = system::web(&app, &arguments.store)?;
        let listener = listen(arguments.port).await?;
        let address = address(&listener)?;
        say(format!("public page   {address}/"))?;
        say(format!("review desk   {address}{}", desk_link(&state.key, &reviewers()[0], app.clock.today())))?;
        serve(listener, state).await
    })
}

/// Days for which a sign-in link opens.
const LINK_DAYS: i32 = 365;

/// Invented members of staff, for sign-in links until an installation has its own.
pub(crate) fn reviewers() -> [Reviewer; 3] {
    let reviewer = |user_code: &str, name: &str, office: &str, role| Reviewer {
        user_code: user_code.to_owned(),
        name: name.to_owned(),
        office: office.to_owned(),
        role,
    };
    [
        reviewer("st-7f3a", "R. Adeyemi", "Records Quality Office", Role::Reviewer),
        reviewer("st-2c91", "M. Lindqvist", "Records Quality Office", Role::Reviewer),
        reviewer("st-b04e", "T. Okafor", "Office of Record Appeals", Role::AppealOfficer),
    ]
}

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
