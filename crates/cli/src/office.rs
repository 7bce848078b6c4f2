//! Who works with an installation: its staff, and the office that reviews refusals.

use std::{fs, path::Path};

use redress_casefile::{Reviewer, Role};
use serde::Deserialize;

use crate::failure::{Exit, Failure};

/// Most bytes of an office file.
const OFFICE_BYTES_MAX: u64 = 1 << 20;

/// Most members of staff in one office file.
const STAFF_MAX: usize = 1_000;

/// What an office file says.
///
/// ```toml
/// review_office = "Office of Record Appeals, 1 Example Square, Springfield"
///
/// [[staff]]
/// user_code = "st-7f3a"          # the account's reference, never an official number
/// name = "R. Adeyemi"            # as the person concerned reads it
/// office = "Records Quality Office, 2 Example Square, Springfield"
/// role = "reviewer"              # or "appeal_officer", "oversight", "confidentiality_officer"
/// ```
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Office {
    /// The name and address of the office that reviews refusals (5 U.S.C. 552a(d)(2)(B)).
    pub(crate) review_office: String,
    /// The members of staff. Each has an account of its own.
    pub(crate) staff: Vec<Reviewer>,
}

impl Office {
    /// The invented office of the demo.
    pub(crate) fn invented() -> Self {
        let reviewer = |user_code: &str, name: &str, office: &str, role| Reviewer {
            user_code: user_code.to_owned(),
            name: name.to_owned(),
            office: office.to_owned(),
            role,
        };
        Self {
            review_office: "Office of Record Appeals (invented), 1 Example Square, Springfield".to_owned(),
            staff: vec![
                reviewer("st-7f3a", "R. Adeyemi", "Records Quality Office", Role::Reviewer),
                reviewer("st-2c91", "M. Lindqvist", "Records Quality Office", Role::Reviewer),
                reviewer("st-b04e", "T. Okafor", "Office of Record Appeals", Role::AppealOfficer),
            ],
        }
    }

    /// Reads an office file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let failed = |error: &std::io::Error| {
            Failure::of(Exit::Call, error).while_doing(format!("{} cannot be read", path.display()))
        };
        let n_bytes = fs::metadata(path).map_err(|error| failed(&error))?.len();
        if n_bytes > OFFICE_BYTES_MAX {
            let text = format!("{} has {n_bytes} bytes, {OFFICE_BYTES_MAX} are the most", path.display());
            return Err(Failure::new(Exit::Call, text));
        }
        let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
        Self::of(&text).map_err(|text| Failure::new(Exit::Call, format!("{}: {text}", path.display())))
    }

    /// The member of staff with an account, of those whom an office file names.
    pub(crate) fn member(path: &Path, user_code: &str) -> Result<Reviewer, Failure> {
        let staff = Self::read(path)?.staff;
        staff.into_iter().find(|member| member.user_code == user_code).ok_or_else(|| {
            let text = format!("{} names nobody with the account `{user_code}`", path.display());
            Failure::new(Exit::Call, text)
        })
    }

    /// Reads the text of an office file; in words what is wrong with it.
    fn of(text: &str) -> Result<Self, String> {
        let office: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if office.review_office.trim().is_empty() {
            return Err("`review_office` is empty: a refusal must name the office that reviews it".to_owned());
        }
        if office.staff.is_empty() {
            return Err("there is no [[staff]]: name at least one reviewer".to_owned());
        }
        if office.staff.len() > STAFF_MAX {
            let n_staff = office.staff.len();
            return Err(format!("{n_staff} members of staff, {STAFF_MAX} are the most"));
        }
        for (place, member) in office.staff.iter().enumerate() {
            let texts = [&member.user_code, &member.name, &member.office];
            if texts.iter().any(|text| text.trim().is_empty()) {
                let nth = place + 1;
                return Err(format!("[[staff]] number {nth}: user_code, name and office must not be empty"));
            }
            if office.staff[..place].iter().any(|other| other.user_code == member.user_code) {
                let code = &member.user_code;
                return Err(format!(
                    "user_code `{code}` stands twice: each member of staff has an own account"
                ));
            }
        }
        Ok(office)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"
        review_office = "Appeals, 1 Example Square"
        [[staff]]
        user_code = "st-1"
        name = "R. Adeyemi"
        office = "Records"
        role = "reviewer"
    "#;

    #[track_caller]
    fn check(text: &str, expected: Result<usize, &str>) {
        match (Office::of(text), expected) {
            (Ok(office), Ok(n_staff)) => assert_eq!(office.staff.len(), n_staff),
            (Err(error), Err(says)) => assert!(error.contains(says), "{error}"),
            (found, _) => panic!("{found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn an_office_names_its_staff() {
        check(ONE, Ok(1));
        check(include_str!("../../../docs/office.toml"), Ok(5));
        let second = ONE.split_once("[[staff]]").unwrap().1;
        check(&format!("{ONE}\n[[staff]]{}", second.replace("st-1", "st-2")), Ok(2));
        check(&format!("{ONE}\n[[staff]]{second}"), Err("user_code `st-1` stands twice"));
        check("review_office = \"A\"\nstaff = []", Err("there is no [[staff]]"));
        check(&ONE.replace("R. Adeyemi", " "), Err("[[staff]] number 1: user_code, name and office"));
        check(&ONE.replace("Appeals, 1 Example Square", ""), Err("`review_office` is empty"));
        check(&ONE.replace("reviewer", "director"), Err("unknown variant `director`"));
        check(&ONE.replace("user_code", "code"), Err("code"));
    }
}
