//! Two records side by side, for clerical review.

use redress_casefile::CaseRecord;
use redress_linkage::Waterfall;
use redress_ports::AccessPurpose;
use redress_statement::RecordId;

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
    for id in [left, right] {
        let stored = app.store.record(id).await?.ok_or_else(|| ServiceError::not_found(id))?;
        let mut marks = Marks::default();
        if let Some(person) = stored.person {
            account(app, reader, person, AccessPurpose::ClericalReview).await?;
            marks = Marks::load(app, person).await?;
        }
        let standing = redress_casefile::Standing::Accepted;
        let case = CaseRecord { id, record: stored.record, lead: None, standing };
        sides.push(view(&names, &case, &[], &marks));
    }
    let waterfall = book.waterfall(app, left, right).await?;
    match <[RecordView; 2]>::try_from(sides) {
        Ok([left, right]) => Ok(LinkView { left, right, waterfall }),
        Err(_) => Err(ServiceError::not_found("the pair")),
    }
}
