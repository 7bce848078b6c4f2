//! Two records side by side, for clerical review.

use redress_casefile::CaseRecord;
use redress_linkage::{Step, Waterfall};
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
    let pair = (left.min(right), left.max(right));
    let is_judged_different = app.store.judged_different().await?.contains(&pair);
    let one_person = persons[0].filter(|person| persons[1] == Some(*person));
    match <[RecordView; 2]>::try_from(sides) {
        Ok([left, right]) => Ok(LinkView { left, right, waterfall, is_judged_different, one_person }),
        Err(_) => Err(ServiceError::not_found("the pair")),
    }
}

/// How many attributes agree, disagree and cannot be compared. An attribute agrees when what it says speaks for one
/// person, or when both records say the same: a value that everybody bears can have a weight just below zero, and is
/// no disagreement for that. The one definition of every page.
#[must_use]
pub fn agreement(waterfall: &Waterfall) -> (usize, usize, usize) {
    let n_null = waterfall.steps.iter().filter(|step| step.is_null).count();
    let n_agree = waterfall.steps.iter().filter(|step| agrees(step)).count();
    (n_agree, waterfall.steps.len() - n_agree - n_null, n_null)
}

/// Whether an attribute of a pair agrees.
#[must_use]
pub fn agrees(step: &Step) -> bool {
    !step.is_null && (step.bits > 0.0 || step.value_l == step.value_r)
}

#[cfg(test)]
mod tests {
    use redress_linkage::Kind;

    use super::*;

    fn step(value_l: &str, value_r: &str, is_null: bool, bits: f64) -> Step {
        Step {
            comparison: "postal_code".to_owned(),
            kind: Kind::PostalCode,
            bearers: None,
            value_l: Some(value_l.to_owned()),
            value_r: Some(value_r.to_owned()),
            level: "a level".to_owned(),
            is_null,
            m: 0.5,
            u: 0.5,
            bits,
            bits_alone: bits,
        }
    }

    #[test]
    fn what_both_say_agrees_whatever_it_weighs() {
        let steps = vec![
            step("10001", "10001", false, -0.03),
            step("10001", "10002", false, -4.0),
            step("10001", "10002", false, 1.5),
            step("10001", "10002", true, 0.0),
        ];
        let waterfall = Waterfall {
            prior_bits: -9.0,
            steps,
            total_bits: 0.0,
            match_probability: 0.5,
            reliability: None,
            n_labels: 0,
        };
        assert_eq!(agreement(&waterfall), (2, 1, 1));
    }
}
