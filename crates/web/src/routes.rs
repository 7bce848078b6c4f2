//! The one table of routes: the router is made from it, and tests hold the authorization table and the OpenAPI
//! document against it.

use axum::{
    Router,
    routing::{get, post},
};

use crate::{
    WebState, api, desk_pages, gate_pages, holder_pages, intake_api, letter_pages, line_page, packet_pages,
    person_pages, public_pages, sample_pages, sign_in, style,
};

/// For whom a route is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Everybody, signed in or not.
    Public,
    /// Members of staff.
    Desk,
    /// The person concerned, or a helper with the person's link.
    Person,
    /// Programs: described by `/api/openapi.json`.
    Api,
}

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// For whom.
    pub face: Face,
    /// `get` or `post`.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
}

macro_rules! routes {
    ($($face:ident $method:ident $path:literal $handler:path;)*) => {
        /// Every route.
        pub const ROUTES: &[Route] = &[
            $(Route { face: Face::$face, method: stringify!($method), path: $path },)*
        ];

        /// The router of every route.
        pub(crate) fn table() -> Router<WebState> {
            Router::new()$(.route($path, $method($handler)))*
        }
    };
}

routes! {
    Public get "/" public_pages::front;
    Public get "/charter" public_pages::charter;
    Public get "/checks" public_pages::checks;
    Public get "/log" public_pages::log;
    Public get "/log/entry/{index}" public_pages::entry;
    Public get "/static/redress.css" style::sheet;
    Public get "/sign-in/{token}" sign_in::sign_in;
    Public post "/sign-out" sign_in::sign_out;
    Desk get "/desk" desk_pages::desk;
    Desk get "/desk/requests" desk_pages::requests;
    Desk get "/desk/closings" desk_pages::closings;
    Desk get "/desk/links" desk_pages::links;
    Desk get "/desk/sample" sample_pages::next;
    Desk post "/desk/sample" sample_pages::judge;
    Desk get "/desk/line" line_page::line;
    Desk post "/desk/clock" desk_pages::clock;
    Desk get "/desk/finding/{id}" desk_pages::finding;
    Desk post "/desk/finding/{id}/decide" desk_pages::decide;
    Desk post "/desk/finding/{id}/reopen" desk_pages::reopen;
    Desk post "/desk/finding/{id}/propose-closing" desk_pages::propose_closing;
    Desk post "/desk/finding/{id}/verify" gate_pages::verify;
    Desk post "/desk/finding/{id}/notice" gate_pages::notice;
    Desk post "/desk/finding/{id}/sign" gate_pages::sign;
    Desk get "/desk/person/{id}" desk_pages::person;
    Desk post "/desk/person/{id}/separate" desk_pages::separate;
    Desk post "/desk/person/{id}/packet" packet_pages::given;
    Desk get "/desk/link/{left}/{right}" desk_pages::link;
    Desk post "/desk/link/{left}/{right}/judge" desk_pages::judge;
    Desk post "/desk/link/{left}/{right}/withdraw" desk_pages::withdraw;
    Desk get "/desk/request/{id}" desk_pages::request;
    Desk post "/desk/request/{id}/determine" desk_pages::determine;
    Desk post "/desk/request/{id}/end-hold" desk_pages::end_hold;
    Desk post "/desk/request/{id}/holder" holder_pages::step;
    Desk get "/desk/request/{id}/letter/{holder}" letter_pages::correction;
    Desk get "/desk/finding/{id}/letter" letter_pages::finding;
    Desk get "/desk/closing/{id}/letter" letter_pages::closing;
    Desk get "/desk/closing/{id}" desk_pages::closing;
    Desk post "/desk/closing/{id}/{step}" desk_pages::closing_step;
    Person get "/me" person_pages::me;
    Person get "/me/packet" packet_pages::own;
    Person get "/me/wrong" person_pages::wrong;
    Person post "/me/wrong" person_pages::file;
    Person get "/me/request/{id}" person_pages::request;
    Person post "/me/request/{id}/{step}" person_pages::request_step;
    Person get "/me/closing/{id}" person_pages::closing;
    Person post "/me/closing/{id}/object" person_pages::object;
    Person get "/me/receipt/{seq}" person_pages::receipt;
    Person get "/me/receipt/{seq}/file" person_pages::receipt_file;
    Api get "/api/openapi.json" api::openapi;
    Api get "/api/v2/findUsage" api::find_usage;
    Api get "/api/v2/usagePeriod" api::usage_period;
    Api get "/api/v2/heartbeat" api::heartbeat;
    Api post "/api/intake/{source}" intake_api::take;
    Api get "/log/checkpoint" public_pages::checkpoint;
    Api get "/log/tile/{*path}" public_pages::tile;
}
