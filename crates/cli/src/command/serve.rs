//! `redress serve`: the three faces.

use std::{
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use jiff::civil::Date;
use redress_casefile::Reviewer;
use redress_service::{App, Intake, Sample, refuse_beside};
use redress_sources::IntakeContracts;
use redress_statement::PersonId;
use redress_web::{Grant, SignInKey, WebState, Who};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    command::{block_on, import::read_contract, say, tell},
    failure::{Exit, Failure},
    office::Office,
    sample_files::RunSample,
    system, watch,
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
    /// A source that may send rows by itself, by the file of its contract; may be given several times.
    #[arg(long, value_name = "CONTRACT")]
    intake: Vec<PathBuf>,
    /// A folder in which such sources lay files of rows: FOLDER/SOURCE/NAME.jsonl, or FOLDER/SOURCE/TABLE/NAME.jsonl.
    #[arg(long, value_name = "FOLDER", requires = "intake")]
    watch: Option<PathBuf>,
    /// The folder of a linkage run from which a sample was drawn: reviewers judge its pairs at the desk, blind.
    #[arg(long, value_name = "RUN")]
    sample: Option<PathBuf>,
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
        let sample = arguments.sample.as_deref().map(open_sample).transpose()?;
        let interruption = interruption()?;
        let app = system::open_there(&arguments.store, arguments.simulated_from).await?;
        let mut state = system::web(&app, &arguments.store, &office.review_office)?;
        state.sample = sample.map(Arc::new);
        let listener = listen(arguments.port).await?;
        if !arguments.intake.is_empty() {
            let intake = open_intake(&app, arguments).await?;
            if let Some(folder) = &arguments.watch {
                watch::start(folder, Arc::clone(&intake))?;
                tell(format!("files of rows are taken from {}", folder.display()));
            }
            state.intake = Some(intake);
        }
        let address = address(&listener)?;
        say(format!("public page   {address}/"))?;
        for member in &office.staff {
            let link = desk_link(&state.key, member, app.clock.today());
            say(format!("review desk   {address}{link}   as {}, {}", member.name, member.role.name()))?;
        }
        let intake = state.intake.clone();
        serve(listener, state, interruption).await?;
        if let Some(intake) = intake {
            intake.settled().await;
        }
        Ok(())
    })
}

/// Opens the sample of a run, which must be one that can be judged.
fn open_sample(run: &Path) -> Result<Sample, Failure> {
    let sample = Sample::open(Box::new(RunSample::open(run, None)?))?;
    // Labels of another draw are refused before anybody is served.
    sample.left_for("")?;
    tell(format!("{} pairs of a drawn sample are judged at the desk: /desk/sample", sample.n_drawn()));
    Ok(sample)
}

/// Opens the way in for the sources whose contracts are named.
async fn open_intake(app: &App, arguments: &Arguments) -> Result<Arc<Intake>, Failure> {
    let contracts = arguments.intake.iter().map(|path| read_contract(path)).collect::<Result<Vec<_>, _>>()?;
    let names: Vec<String> = contracts.iter().map(|contract| contract.source().to_string()).collect();
    for contract in &contracts {
        refuse_beside(app, &contract.agreement(&[])?, contract.never_joined_with()).await?;
    }
    let reader = IntakeContracts::try_new(contracts, system::kept_files(&arguments.store)?)?;
    tell("making the index ready");
    let intake = Intake::start(app.clone(), Arc::new(reader)).await?;
    tell(format!("rows are taken in from {}: POST /api/intake/SOURCE", names.join(", ")));
    Ok(Arc::new(intake))
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

/// The interruption that ends a server. It counts from this call on, before anything is printed that invites it.
pub(crate) fn interruption() -> Result<Signal, Failure> {
    signal(SignalKind::interrupt())
        .map_err(|error| Failure::of(Exit::Unfinished, &error).while_doing("no interruption can be heard"))
}

/// Serves until it is interrupted.
pub(crate) async fn serve(
    listener: tokio::net::TcpListener,
    state: WebState,
    mut interruption: Signal,
) -> Result<(), Failure> {
    let interrupted = async move {
        interruption.recv().await;
    };
    redress_web::serve(listener, state, interrupted)
        .await
        .map_err(|error| Failure::of(Exit::Unfinished, &error).while_doing("the web server failed"))
}
