//! What a page shows, put together from the store. Every read of a person's file is accounted for here, with
//! its purpose, before anything of it is given out.

mod closing;
mod closing_steps;
mod desk;
mod finding;
mod line;
mod link;
pub(crate) mod marks;
mod own;
mod person;
mod public;
mod reads;
mod record;
mod request;
mod usage;
mod words;

pub use closing::{ClosingView, LadderLine, LadderView, LeftOpenLine, closing_view};
pub use desk::{
    COUNTED_MAX, ClosingsView, DeskCounts, DeskView, LinkLine, LinksView, QueueLine, RequestLine,
    RequestsView, StepLine, closings_view, desk_view, links_view, requests_view,
};
pub use finding::{FindingView, GateView, HistoryLine, finding_view};
pub use line::{LineFinding, LineRecord, LineView, RowAt, line_view};
pub use link::{LinkView, link_view};
pub use own::{OwnReceipt, own_receipt, own_statement};
pub use person::{OwnFinding, OwnValue, PersonView, ReceiptLine, RecordGroup, TimelineLine, person_view};
pub use public::{PublicView, SourceLine, public_view};
pub use reads::AccessLine;
pub use record::{Place, RecordView, StatementView, name_in};
pub use request::{AddressPart, HoldEnd, RefusalView, RequestView, request_view};
pub use usage::{UsageLine, Usages, find_usage, usage_period_start_us};
pub use words::{finding_state_in_words, outcome_in_words, request_state_in_words};

pub(crate) use person::person_file;
pub(crate) use reads::each_read;
pub(crate) use request::filed;

use redress_casefile::{Reviewer, Role};
use redress_ports::{Access, AccessPurpose};
use redress_statement::PersonId;

use crate::{App, ServiceError};

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A member of staff.
    Staff(Reviewer),
    /// The person concerned, or a helper with the person's link.
    Person(PersonId),
}

/// Accounts for one read, before it is answered (5 U.S.C. 552a(c)).
///
/// # Errors
/// [`ServiceError::NotFound`] for oversight, which reads statistics and the log and no person's file.
pub(crate) async fn account(
    app: &App,
    reader: &Reader,
    person: PersonId,
    purpose: AccessPurpose,
) -> Result<(), ServiceError> {
    let (user_code, receiver) = match reader {
        Reader::Staff(Reviewer { role: Role::Oversight, .. }) => return Err(ServiceError::not_found(person)),
        Reader::Staff(reviewer) => (reviewer.user_code.clone(), reviewer.office.clone()),
        Reader::Person(_) => ("self".to_owned(), "the person concerned".to_owned()),
    };
    let (at_us, day) = (app.clock.now_us(), app.clock.today());
    let access = Access { person, at_us, day, user_code, receiver, purpose, marked_up_to: None };
    Ok(app.store.put_accesses(&[access]).await?)
}
