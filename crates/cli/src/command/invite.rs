//! `redress invite`: the signed link by which a person, or whoever helps that person, opens the own record.

use std::path::PathBuf;

use clap::Args;
use redress_statement::PersonId;

use crate::{
    command::{block_on, say, serve},
    failure::{Exit, Failure},
    system,
};

/// Arguments of `redress invite`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Where the store is. It may be served meanwhile.
    #[arg(long, default_value = "redress-store")]
    store: PathBuf,
    /// The person's number at the desk: 12 for P-12.
    #[arg(long)]
    person: i64,
    /// The address at which the person reaches the pages.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    address: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let app = system::open_there(&arguments.store, None).await?;
        let person = PersonId(arguments.person);
        if app.store.case_file(person).await?.is_none() {
            let text = format!("there is no {person}: give the number that the desk shows beside the name");
            return Err(Failure::new(Exit::Call, text));
        }
        let key = system::sign_in_key(&arguments.store)?;
        let link = serve::person_link(&key, person, app.clock.today());
        say(format!("{}{link}", arguments.address.trim_end_matches('/')))
    })
}
