//! SailPoint sp-config: exports and imports of configuration as jobs (seeds/sailpoint-import-job.txt,
//! reference/sailpoint.md).

mod error;
mod file;
pub mod options;
pub mod order;
mod parse;
mod render;
pub mod report;
pub mod secrets;
pub mod types;
pub mod wire;

use http::Method;
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};

use crate::Dialect;
use crate::request::Request;
use crate::response::Response;
use crate::route::{Access, Function, Parse, Route};

/// The dialect.
pub struct SailPoint;

/// `sp:config:read`, for which `sp:config:manage` is as good.
const READ: Access = Access::ScopeAny(&[Permission::Read, Permission::Write]);
/// `sp:config:manage`
const MANAGE: Access = Access::Scope(Permission::Write);

/// The seven operations under a prefix.
macro_rules! operations {
    ($prefix:literal) => {
        [
            get(
                concat!($prefix, "/config-objects"),
                Function::Export,
                READ,
                |_| Ok(Command::Describe),
            ),
            post(
                concat!($prefix, "/export"),
                Function::Export,
                READ,
                parse::export,
            ),
            get(
                concat!($prefix, "/export/:id"),
                Function::Export,
                READ,
                parse::export_status,
            ),
            get(
                concat!($prefix, "/export/:id/download"),
                Function::Export,
                READ,
                parse::export_download,
            ),
            post(
                concat!($prefix, "/import"),
                Function::Import,
                MANAGE,
                parse::import,
            ),
            get(
                concat!($prefix, "/import/:id"),
                Function::Import,
                MANAGE,
                parse::import_status,
            ),
            get(
                concat!($prefix, "/import/:id/download"),
                Function::Import,
                MANAGE,
                parse::import_download,
            ),
        ]
    };
}

/// Its routes: every version of the API has the same contract. An import is read by the function that carries it out,
/// so that whoever asks for it can have it go on.
pub const ROUTES: &[[Route; 7]] = &[
    operations!("/beta/sp-config"),
    operations!("/v2024/sp-config"),
    operations!("/v2025/sp-config"),
    operations!("/v2026/sp-config"),
    operations!("/sp-config/v1"),
];

const fn get(pattern: &'static str, function: Function, access: Access, parse: Parse) -> Route {
    Route::of(&SailPoint, Method::GET, pattern, function, access, parse)
}

const fn post(pattern: &'static str, function: Function, access: Access, parse: Parse) -> Route {
    Route::of(&SailPoint, Method::POST, pattern, function, access, parse)
}

impl Dialect for SailPoint {
    fn name(&self) -> &'static str {
        "sailpoint"
    }

    fn render(
        &self,
        _request: &Request,
        outcome: Outcome,
        scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(outcome, scope)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }

    /// Nothing is published on how large a file may be; tenants export tens of thousands of objects.
    fn takes_file(&self, request: &Request) -> bool {
        request.method == Method::POST && request.path.trim_end_matches('/').ends_with("/import")
    }

    /// Each client has its own limit for each version of the API.
    fn rate_limited(&self, request: &Request) -> Option<String> {
        request.path.split('/').nth(1).map(str::to_owned)
    }
}
