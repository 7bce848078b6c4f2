//! Invented members of staff.

use redress_casefile::{Reviewer, Role};

/// A member of staff with that account, name and role, of the invented records office.
#[must_use]
pub fn new_reviewer(user_code: &str, name: &str, role: Role) -> Reviewer {
    let office = match role {
        Role::AppealOfficer => "Office of Appeals, 9 Elm Court, Springfield",
        _ => "Records Office, 4 Main Street, Springfield",
    };
    Reviewer { user_code: user_code.to_owned(), name: name.to_owned(), office: office.to_owned(), role }
}

/// Ada Okafor, reviewer.
#[must_use]
pub fn reviewer() -> Reviewer {
    new_reviewer("r-ada", "Ada Okafor", Role::Reviewer)
}

/// Benito Salas, another reviewer.
#[must_use]
pub fn another_reviewer() -> Reviewer {
    new_reviewer("r-benito", "Benito Salas", Role::Reviewer)
}

/// Chiara Lindqvist, appeal officer.
#[must_use]
pub fn appeal_officer() -> Reviewer {
    new_reviewer("a-chiara", "Chiara Lindqvist", Role::AppealOfficer)
}

/// Dinh Marsh, another appeal officer.
#[must_use]
pub fn second_appeal_officer() -> Reviewer {
    new_reviewer("a-dinh", "Dinh Marsh", Role::AppealOfficer)
}

/// Esi Novak, oversight.
#[must_use]
pub fn oversight() -> Reviewer {
    new_reviewer("o-esi", "Esi Novak", Role::Oversight)
}
