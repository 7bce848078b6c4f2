//! Who may see which face. A face that one may not see is not there.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Key, SignedCookieJar};
use redress_casefile::{Reviewer, Role};
use redress_service::{present_person, view::Reader};
use redress_statement::PersonId;

use crate::{
    WebState,
    answer::{failure, message},
    sign_in::{DESK_COOKIE, Grant, PERSON_COOKIE, Who},
};

/// The sessions of a browser. Both may be empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    /// At the desk.
    pub(crate) desk: Option<Reviewer>,
    /// The person's own record.
    pub(crate) person: Option<PersonId>,
}

impl Sessions {
    /// Those that the headers of a call bear.
    pub(crate) fn of(state: &WebState, headers: &HeaderMap) -> Self {
        Self::read(state, &SignedCookieJar::from_headers(headers, Key::from_ref(state)))
    }

    fn read(state: &WebState, jar: &SignedCookieJar) -> Self {
        let today = state.app.clock.today();
        let grant = |name: &str| -> Option<Grant> {
            serde_json::from_str::<Grant>(jar.get(name)?.value()).ok().filter(|grant| today <= grant.until)
        };
        Self {
            desk: grant(DESK_COOKIE).and_then(|grant| match grant.who {
                Who::Staff(reviewer) => Some(reviewer),
                Who::Person(_) | Who::Source(_) => None,
            }),
            person: grant(PERSON_COOKIE).and_then(|grant| match grant.who {
                Who::Person(person) => Some(person),
                Who::Staff(_) | Who::Source(_) => None,
            }),
        }
    }
}

impl FromRequestParts<WebState> for Sessions {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Self::Rejection> {
        Ok(Self::of(state, &parts.headers))
    }
}

/// A signed-in member of staff.
pub(crate) struct Desk {
    /// Who.
    pub(crate) reviewer: Reviewer,
    /// All sessions, for the frame of the page.
    pub(crate) sessions: Sessions,
}

impl Desk {
    /// As a reader of files.
    pub(crate) fn reader(&self) -> Reader {
        Reader::Staff(self.reviewer.clone())
    }

    /// Whether the role may open a person's file: oversight reads the queue, the statistics and the log, and who reads
    /// sealed rows does so elsewhere.
    pub(crate) fn reads_files(&self) -> bool {
        !matches!(self.reviewer.role, Role::Oversight | Role::ConfidentialityOfficer)
    }

    /// Why the caller is not offered a form that is for one role. None where it is offered.
    pub(crate) fn unless(&self, role: Role, who: &str) -> Option<String> {
        let own = self.reviewer.role;
        (own != role).then(|| format!("{who} You are signed in with the role of {}.", own.name()))
    }

    /// Why the caller is not offered a reviewer's form. None where it is offered.
    pub(crate) fn unless_reviewer(&self, does: &str) -> Option<String> {
        self.unless(Role::Reviewer, &format!("A reviewer {does}."))
    }
}

impl FromRequestParts<WebState> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let Ok(sessions) = Sessions::from_request_parts(parts, state).await;
        match sessions.desk.clone() {
            Some(reviewer) => Ok(Self { reviewer, sessions }),
            None => Err(shut(state, &sessions)),
        }
    }
}

/// The person concerned, or a helper with the person's link.
pub(crate) struct Own {
    /// Whose record.
    pub(crate) person: PersonId,
    /// All sessions, for the frame of the page.
    pub(crate) sessions: Sessions,
}

impl Own {
    /// As a reader of files.
    pub(crate) const fn reader(&self) -> Reader {
        Reader::Person(self.person)
    }
}

impl FromRequestParts<WebState> for Own {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Response> {
        let Ok(sessions) = Sessions::from_request_parts(parts, state).await;
        match sessions.person {
            // The number of a link that was given out may have gone into another one since.
            Some(person) => match present_person(&state.app, person).await {
                Ok(person) => Ok(Self { person, sessions }),
                Err(error) => Err(failure(state, &sessions, &error)),
            },
            None => Err(shut(state, &sessions)),
        }
    }
}

/// What a caller sees where a face is not for him or her.
pub(crate) fn shut(state: &WebState, sessions: &Sessions) -> Response {
    message(
        state,
        sessions,
        axum::http::StatusCode::NOT_FOUND,
        "There is nothing here for you to see",
        "Open the sign-in link that you were given. In the demonstration the command prints it.",
    )
    .into_response()
}
