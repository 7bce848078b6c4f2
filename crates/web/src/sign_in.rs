//! Signed sign-in links, and the sessions that they open.
//!
//! The demo's only way in. A link carries a [`Grant`] signed with HMAC-SHA256 (by the `cookie` crate); the
//! session is the same text in a cookie that a script cannot read. An installation puts OpenID Connect here.

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::civil::Date;
use redress_casefile::Reviewer;
use redress_statement::{PersonId, SourceId};
use serde::{Deserialize, Serialize};

use crate::{WebState, access::Sessions, answer::message};

/// Cookie of the desk's session.
pub(crate) const DESK_COOKIE: &str = "redress_desk";
/// Cookie of the person's session.
pub(crate) const PERSON_COOKIE: &str = "redress_person";

/// What a link or a session lets its holder do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub who: Who,
    /// The last day, by the system's clock.
    pub until: Date,
}

/// Whom a grant is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// A member of staff.
    Staff(Reviewer),
    /// The person concerned, or a helper who was given the link.
    Person(PersonId),
    /// A source that sends rows by itself. It opens no page.
    Source(SourceId),
}

/// The key under which links and sessions are signed.
#[derive(Clone)]
pub struct SignInKey(Key);

/// A key that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sign-in key has {0} bytes, 64 are needed: remove the key file and start again")]
pub struct KeyError(usize);

impl SignInKey {
    /// # Errors
    /// When there are not 64 bytes.
    pub fn try_new(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() == 64 { Ok(Self(Key::from(bytes))) } else { Err(KeyError(bytes.len())) }
    }

    pub(crate) fn cookie_key(&self) -> Key {
        self.0.clone()
    }

    /// The path of the link that opens a session: `/sign-in/TOKEN`.
    #[must_use]
    pub fn link(&self, grant: &Grant) -> String {
        let json = serde_json::to_string(grant).unwrap_or_default();
        let jar = SignedCookieJar::new(self.0.clone()).add(Cookie::new("grant", json));
        let signed = jar.into_response();
        let value = signed
            .headers()
            .get(axum::http::header::SET_COOKIE)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| Cookie::parse_encoded(text.to_owned()).ok())
            .map(|cookie| cookie.value().to_owned())
            .unwrap_or_default();
        format!("/sign-in/{}", BASE64_URL_SAFE_NO_PAD.encode(value))
    }

    /// The person for whom a link's token still opens a session on `today`. None for any other token.
    pub(crate) fn person(&self, token: &str, today: Date) -> Option<PersonId> {
        match self.read(token).filter(|grant| today <= grant.until)?.who {
            Who::Person(person) => Some(person),
            Who::Staff(_) | Who::Source(_) => None,
        }
    }

    /// The token by which a source sends rows.
    #[must_use]
    pub fn source_token(&self, source: &SourceId, until: Date) -> String {
        let link = self.link(&Grant { who: Who::Source(source.clone()), until });
        link.trim_start_matches("/sign-in/").to_owned()
    }

    /// The source that a token still lets send rows on `today`. None for any other token.
    pub(crate) fn source(&self, token: &str, today: Date) -> Option<SourceId> {
        match self.read(token).filter(|grant| today <= grant.until)?.who {
            Who::Source(source) => Some(source),
            Who::Staff(_) | Who::Person(_) => None,
        }
    }

    /// Reads a link's token. None when it was not signed with this key.
    fn read(&self, token: &str) -> Option<Grant> {
        let value = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let mut headers = axum::http::HeaderMap::new();
        let encoded = Cookie::new("grant", value).encoded().to_string();
        headers.insert(axum::http::header::COOKIE, encoded.parse().ok()?);
        let jar = SignedCookieJar::from_headers(&headers, self.0.clone());
        serde_json::from_str(jar.get("grant")?.value()).ok()
    }
}

/// Opens a session and leads to its face.
pub(crate) async fn sign_in(
    State(state): State<WebState>,
    jar: SignedCookieJar,
    Path(token): Path<String>,
) -> Response {
    let today = state.app.clock.today();
    let grant = state.key.read(&token).filter(|grant| today <= grant.until);
    let opens = |grant: &Grant| match grant.who {
        Who::Staff(_) => Some((DESK_COOKIE, "/desk")),
        Who::Person(_) => Some((PERSON_COOKIE, "/me")),
        Who::Source(_) => None,
    };
    let Some((grant, (name, to))) = grant.and_then(|grant| opens(&grant).map(|face| (grant, face))) else {
        return message(
            &state,
            &Sessions::default(),
            axum::http::StatusCode::FORBIDDEN,
            "This link does not open anything",
            "It was changed, or its time is over. Ask for a new one.",
        );
    };
    let json = serde_json::to_string(&grant).unwrap_or_default();
    let cookie = Cookie::build((name, json)).path("/").http_only(true).same_site(SameSite::Lax).build();
    (jar.add(cookie), Redirect::to(to)).into_response()
}

/// Which session to end.
#[derive(Deserialize)]
pub(crate) struct SignOut {
    face: String,
}

/// Ends a session.
pub(crate) async fn sign_out(jar: SignedCookieJar, Form(form): Form<SignOut>) -> Response {
    let name = if form.face == "person" { PERSON_COOKIE } else { DESK_COOKIE };
    let jar = jar.remove(Cookie::build(name).path("/").build());
    (jar, Redirect::to("/")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SignInKey {
        SignInKey::try_new(&[byte; 64]).unwrap()
    }

    fn grant() -> Grant {
        Grant { who: Who::Person(PersonId(7)), until: "2026-12-31".parse().unwrap() }
    }

    #[test]
    fn a_link_opens_only_under_its_own_key_and_unchanged() {
        let link = key(1).link(&grant());
        let token = link.strip_prefix("/sign-in/").unwrap();
        assert_eq!(key(1).read(token), Some(grant()));
        assert_eq!(key(2).read(token), None);
        let other = key(1).link(&Grant { who: Who::Person(PersonId(8)), ..grant() });
        let forged =
            format!("{}{}", &token[..token.len() / 2], &other["/sign-in/".len() + token.len() / 2..]);
        assert_eq!(key(1).read(&forged), None);
        assert_eq!(key(1).read(""), None);
    }

    #[test]
    fn a_short_key_is_refused() {
        assert_eq!(SignInKey::try_new(&[0; 32]).err(), Some(KeyError(32)));
    }
}
