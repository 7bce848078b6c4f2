//! Invented members of staff.

use redress_casefile::{HumanReviewed, NoticeGiven, NoticeWay, Reviewer, Role, Words};

fn staff(user_code: &str, name: &str, role: Role) -> Reviewer {
    Reviewer {
        user_code: user_code.to_owned(),
        name: name.to_owned(),
        office: "Records Office, 4 Main Street, Springfield".to_owned(),
        role,
    }
}

pub(crate) fn ada() -> Reviewer {
    staff("r-ada", "Ada Okafor", Role::Reviewer)
}

pub(crate) fn benito() -> Reviewer {
    staff("r-benito", "Benito Salas", Role::Reviewer)
}

pub(crate) fn chiara() -> Reviewer {
    staff("a-chiara", "Chiara Lindqvist", Role::AppealOfficer)
}

/// Ada's account after she was made an appeal officer.
pub(crate) fn promoted_ada() -> Reviewer {
    staff("r-ada", "Ada Okafor", Role::AppealOfficer)
}

pub(crate) fn esi() -> Reviewer {
    staff("o-esi", "Esi Novak", Role::Oversight)
}

/// A notice that Ada gave.
pub(crate) fn given() -> NoticeGiven {
    NoticeGiven { by: ada(), way: NoticeWay::Post }
}

pub(crate) fn looked(by: Reviewer) -> HumanReviewed {
    HumanReviewed::try_new(by, "I compared both papers").unwrap()
}

pub(crate) fn words(text: &str) -> Words {
    Words::said(text)
}
