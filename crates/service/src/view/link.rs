//! Two records side by side, for clerical review.

use redress_casefile::CaseRecord;
use redress_linkage::Waterfall;
use redress_ports::AccessPurpose;
use redress_statement::{PersonId, RecordId};

use super::{
    Reader, RecordView, account,
    marks::Marks,
    record::{Names, view},
};
use crate::{App, ServiceError, WaterfallBook};

/// What the page of a pair shows.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkView {
    /// The one record.
    pub left: RecordView,
    /// The other.
    pub right: RecordView,
    /// What the comparison says.
    pub waterfall: Option<Waterfall>,
    /// Why linkage keeps the records apart whatever they weigh, as the end of a sentence that says so. None where nothing does.
    pub kept_apart: Option<String>,
    /// Whether a judgement stands that they are of different persons.
    pub is_judged_different: bool,
    /// The person in whose file both are. None while they are in two.
    pub one_person: Option<PersonId>,
}

/// Shows a pair to a reviewer.
///
/// # Errors
/// When a record is not there, or the store fails.
pub async fn link_view(
    app: &App,
    book: &WaterfallBook,
    reader: &Reader,
    left: RecordId,
    right: RecordId,
) -> Result<LinkView, ServiceError> {
    let names = Names::load(app).await?;
    let mut sides = Vec::with_capacity(2);
    let mut persons = Vec::with_capacity(2);
    for id in [left, right] {
        let stored = app.store.record(id).await?.ok_or_else(|| ServiceError::not_found(id))?;
        let mut marks = Marks::default();
        if let Some(person) = stored.person {
            account(app, reader, person, AccessPurpose::ClericalReview).await?;
            marks = Marks::load(app, person).await?;
        }
        persons.push(stored.person);
        let standing = redress_casefile::Standing::Accepted;
        let case = CaseRecord { id, record: stored.record, lead: None, standing };
        sides.push(view(&names, &case, &[], &marks));
    }
    let waterfall = book.waterfall(app, left, right).await?;
    let is_same_date = waterfall.as_ref().is_some_and(Waterfall::is_of_one_birth_date);
    let kept_apart = book.kept_apart(app, left, right).await?.map(|reason| reason.why(is_same_date));
    let pair = (left.min(right), left.max(right));
    let is_judged_different = app.store.judged_different().await?.contains(&pair);
    let one_person = persons[0].filter(|person| persons[1] == Some(*person));
    match <[RecordView; 2]>::try_from(sides) {
        Ok([left, right]) => {
            Ok(LinkView { left, right, waterfall, kept_apart, is_judged_different, one_person })
        }
        Err(_) => Err(ServiceError::not_found("the pair")),
    }
}
