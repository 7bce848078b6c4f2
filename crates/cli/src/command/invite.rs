//! `redress invite`: the signed link by which a person, or whoever helps that person, opens the own record; or the token
//! by which a source sends rows.

use std::path::PathBuf;

use clap::Args;
use redress_statement::{PersonId, SourceId};
use redress_web::{Grant, Who};

use crate::{
    command::{block_on, say, tell},
    failure::{Exit, Failure},
    system,
};

/// Arguments of `redress invite`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is. It may be served meanwhile.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The person's number at the desk, P-12 or 12.
    #[arg(long, required_unless_present = "source", value_parser = person_number)]
    person: Option<i64>,
    /// A source that sends rows by itself: prints the token by which it proves itself.
    #[arg(long, conflicts_with = "person")]
    source: Option<SourceId>,
    /// Days for which the link opens, at most 365.
    #[arg(long, default_value_t = 30)]
    days: i64,
    /// The address at which the person reaches the pages.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    address: String,
}

/// `P-12` or `12`.
pub(crate) fn person_number(text: &str) -> Result<i64, String> {
    let number = text.strip_prefix("P-").unwrap_or(text).parse();
    number.map_err(|_| "give the number that the desk shows beside the name, such as P-12".to_owned())
}

/// Most days for which a link opens.
const DAYS_MAX: i64 = 365;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let key = system::sign_in_key(&arguments.store)?;
        let today = app.clock.today();
        let until = today.checked_add(jiff::Span::new().days(arguments.days.min(DAYS_MAX))).unwrap_or(today);
        if let Some(source) = &arguments.source {
            tell(format!(
                "by this token `{source}` may send rows until {until}: Authorization: Bearer TOKEN"
            ));
            return say(key.source_token(source, until));
        }
        let person = PersonId(arguments.person.unwrap_or_default());
        let Some(case) = app.store.case_file(person).await? else {
            let text = format!("there is no {person}: give the number that the desk shows beside the name");
            return Err(Failure::new(Exit::Call, text));
        };
        let name = redress_service::view::name_in(&case);
        let link = key.link(&Grant { who: Who::Person(person), until });
        tell(format!("the link opens the file of {} ({person}) until {until}: hand it to nobody else", name));
        say(format!("{}{link}", arguments.address.trim_end_matches('/')))
    })
}
