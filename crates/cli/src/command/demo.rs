//! `redress demo`: the whole way on an invented population.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use comfy_table::{
    CellAlignment, Table,
    presets::{NOTHING, UTF8_HORIZONTAL_ONLY},
};
use jiff::civil::{Date, date};
use redress_report::Accuracy;
use redress_service::{App, demo_person, make_departure_edition, save_report};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    command::{block_on, check, import, say, serve, synth, tell},
    demo_lists::{self, Lists},
    evaluation::{self, Truth},
    failure::{Exit, Failure},
    office::Office,
    planted_error::PlantedError,
    progress::Steps,
    system,
};

/// Arguments of `redress demo`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// How many people to invent.
    #[arg(long, default_value_t = 5_000)]
    people: u64,
    /// The seed: the same seed gives the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The port of the web desk on this machine; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Do everything but serve.
    #[arg(long)]
    no_serve: bool,
    /// End the standard output with one line of JSON.
    #[arg(long)]
    json: bool,
    /// Where everything is written.
    #[arg(long, default_value = "./redress-demo")]
    out: PathBuf,
}

/// The first day of the demo's clock: the Monday after the extracts.
pub(crate) const FIRST_DAY: Date = date(2026, 11, 2);

/// The demo's sources, in the order of their import.
const SOURCES: [&str; 5] = ["benefits", "border", "court", "status", "addresses"];

/// What a folder was made with: another population needs another folder.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    people: u64,
    seed: u64,
    program: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let begun = Instant::now();
    block_on(async {
        let listener = match arguments.no_serve {
            true => None,
            false => Some(serve::listen(arguments.port).await?),
        };
        let steps = Steps::new();
        invent(arguments, &steps)?;
        let store = arguments.out.join("store");
        let app = system::open(&store, Some(FIRST_DAY)).await?;
        let accuracy = work(&app, arguments, &store, &steps).await?;
        let lists = demo_lists::write(&arguments.out)?;
        tell(format!("{:<12} {:.1} s in all", "done", begun.elapsed().as_secs_f64()));
        show(&accuracy)?;
        say(bring(&store, &lists))?;
        let office = Office::invented();
        let state = system::web(&app, &store, &office.review_office)?;
        let urls = match &listener {
            Some(listener) => {
                Some(urls(&app, &state, &office, &serve::address(listener)?, &arguments.out).await?)
            }
            None => None,
        };
        if arguments.json {
            say(machine_line(&accuracy, &steps, urls.as_ref()))?;
        }
        match listener {
            Some(listener) => serve::serve(listener, state, serve::interruption()?).await,
            None => Ok(()),
        }
    })
}

/// How an office brings the lists that lie beside the store.
fn bring(store: &Path, lists: &Lists) -> String {
    let strike = |list: &Path, of: &str, source: &str, key: &str, day: &str| {
        format!(
            "  redress strike --store {} --list {} --of {of} --source {source} --key {key} --day {day} --office {} --by st-7f3a --out {}",
            store.display(),
            list.display(),
            lists.office.display(),
            list.with_extension("marked.csv").display(),
        )
    };
    format!(
        "\nlists of two invented offices, which they bring themselves: once a closing was carried out, what it ended comes back \
         struck, and the ledger counts it\n{}\n{}",
        strike(&lists.letters, "notices", "status", "file_number", "appointment_on"),
        strike(&lists.hearings, "hearings", "court", "case_number", "hearing_on"),
    )
}

/// Writes the source extracts, unless this very population lies there already.
fn invent(arguments: &Arguments, steps: &Steps) -> Result<(), Failure> {
    let stamp = Stamp {
        people: arguments.people,
        seed: arguments.seed,
        program: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let path = arguments.out.join("demo.json");
    if let Ok(text) = fs::read_to_string(&path) {
        return match serde_json::from_str::<Stamp>(&text) {
            Ok(found) if found == stamp => {
                tell(format!(
                    "{:<12} kept: {} people of seed {} lie in {}",
                    "synth",
                    stamp.people,
                    stamp.seed,
                    arguments.out.display()
                ));
                Ok(())
            }
            _ => Err(Failure::new(
                Exit::Call,
                format!(
                    "{} holds another demo ({}): choose another folder with --out, or remove this one",
                    arguments.out.display(),
                    text.trim()
                ),
            )),
        };
    }
    synth::invent(arguments.people, arguments.seed, &arguments.out, steps)?;
    let text = serde_json::to_string(&stamp)?;
    fs::write(&path, text).map_err(|error| {
        Failure::of(Exit::Unfinished, &error).while_doing(format!("{} cannot be written", path.display()))
    })
}

/// Import, link, case files, checks, publication, evaluation. What is stored already is kept.
async fn work(app: &App, arguments: &Arguments, store: &Path, steps: &Steps) -> Result<Accuracy, Failure> {
    let mut n_refused = 0;
    let mut n_quarantined = 0;
    for source in SOURCES {
        let contract = arguments.out.join("contracts").join(format!("{source}.toml"));
        for before in ["older", "earlier"] {
            let extract = arguments.out.join(before).join(source);
            if extract.join("manifest.toml").exists() {
                import::import(app, steps, &contract, import::Files::of(&extract), store).await?;
            }
        }
        let extract = arguments.out.join("extracts").join(source);
        for report in import::import(app, steps, &contract, import::Files::of(&extract), store).await? {
            n_refused += report.columns.refused.iter().filter(|column| column.by_charter).count();
            n_quarantined += report.columns.n_quarantined;
        }
    }
    tell(format!(
        "{:<12} {n_refused} columns refused by the charter, {n_quarantined} broken rows quarantined",
        ""
    ));
    if let Some(report) = app.store.report("accuracy").await? {
        tell(format!(
            "{:<12} kept: links, case files, findings and what was decided on them",
            "link, checks"
        ));
        return Ok(serde_json::from_str(&report.json)?);
    }
    let (run, _) = check::link_and_assemble(app, steps).await?;
    check::check(app, steps).await?;
    check::publish(app, steps).await?;
    steps.begin("departures", "case files");
    let editions = make_departure_edition(app, steps).await?;
    steps.end(&format!("periods: {}", editions.newest().map_or(0, |edition| edition.rows.len())));
    steps.begin("evaluate", "findings");
    let truth = Truth::read(&arguments.out)?;
    let linkage = evaluation::linkage(&run, &truth);
    let linked = evaluation::linked(app, &run, &truth).await?;
    let accuracy = evaluation::checks(app, &truth, linkage, linked).await?;
    save_report(app, "accuracy", &accuracy).await?;
    steps.end("findings held against the generator's truth");
    Ok(accuracy)
}

fn show(accuracy: &Accuracy) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).style_mut().row_separator = NOTHING.row_separator;
    table.set_header(["check", "what is wrong", "planted", "found", "recall", "false alarms", "rate"]);
    for row in &accuracy.checks {
        table.add_row([
            row.id.clone(),
            row.title.clone(),
            row.planted.to_string(),
            row.found.to_string(),
            row.recall_in_words(),
            row.false_alarms.to_string(),
            // A share of nothing is no share.
            if row.planted == 0 {
                "–".to_owned()
            } else {
                format!("{:.1} %", 100.0 * row.false_alarm_rate())
            },
        ]);
    }
    for column in [2, 3, 5, 6] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    say(table)?;
    let linkage = accuracy.linkage;
    say(format!(
        "linkage, pairwise over clusters: precision {:.4}, recall {:.4}, F1 {:.4}",
        linkage.precision, linkage.recall, linkage.f1
    ))
}

/// Where to go.
struct Urls {
    desk: String,
    person: String,
    public: String,
}

async fn urls(
    app: &App,
    state: &redress_web::WebState,
    office: &Office,
    address: &str,
    out: &Path,
) -> Result<Urls, Failure> {
    let today = app.clock.today();
    let mut desks = office
        .staff
        .iter()
        .map(|member| (member, format!("{address}{}", serve::desk_link(&state.key, member, today))));
    let (_, first) = desks.next().ok_or_else(|| Failure::new(Exit::Call, "the office has no staff"))?;
    let person = demo_person(app).await?;
    let urls = Urls {
        desk: first,
        person: person.map_or_else(
            || format!("{address}/me"),
            |person| format!("{address}{}", serve::person_link(&state.key, person, today)),
        ),
        public: format!("{address}/"),
    };
    say(format!("\npublic page     {}", urls.public))?;
    say(format!("review desk     {}", urls.desk))?;
    for (member, link) in desks {
        say(format!("  as {}, {}   {link}", member.name, member.role.name()))?;
    }
    say(format!("person's page   {}", urls.person))?;
    if let Some(person) = person
        && let Some(error) = PlantedError::of(app, person, out).await?
    {
        say(format!("\none planted error, in that person's records: {}", error.in_words()))?;
        say(format!("  follow it from {address}{} once the desk is open", error.path()))?;
    }
    say("(the desk and the person's page open by these signed links; Ctrl-C ends)")?;
    Ok(urls)
}

fn machine_line(accuracy: &Accuracy, steps: &Steps, urls: Option<&Urls>) -> String {
    let checks: Vec<_> = accuracy
        .checks
        .iter()
        .map(|row| {
            json!({"id": row.id, "planted": row.planted, "found": row.found, "false_alarms": row.false_alarms})
        })
        .collect();
    let mut seconds = serde_json::Map::new();
    for step in ["synth", "import", "link", "case_files", "checks", "publish"] {
        seconds.insert(step.to_owned(), json!(steps.seconds(step)));
    }
    let linkage = accuracy.linkage;
    json!({
        "checks": checks,
        "linkage": {"precision": linkage.precision, "recall": linkage.recall, "f1": linkage.f1},
        "seconds": seconds,
        "urls": {
            "desk": urls.map(|urls| &urls.desk),
            "person": urls.map(|urls| &urls.person),
            "public": urls.map(|urls| &urls.public),
        },
    })
    .to_string()
}
