//! SailPoint sp-config: exports and imports of configuration as jobs. The published API is "SaaS
//! Configuration" (developer.sailpoint.com), with its versions beta, v2024, v2025 and v2026, and v1
//! of the service of its own.

mod error;
mod file;
mod import;
mod options;
mod order;
mod parse;
mod render;
mod report;
mod tasks;
mod types;
mod wire;

pub use order::by_dependency;
mod scope;

use http::Method;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};
use serde_json::Value;

use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::route::{Access, Parse, Route, Success};
use api::scope::ScopeName;
use api::task::Task;

use self::scope::Tenant;

/// The dialect.
pub struct SailPoint;

/// `sp:config:read`, for which `sp:config:manage` is as good.
const READ: Access = Access::ScopeAny(&[Permission::Read, Permission::Write]);
/// `sp:config:manage`
const MANAGE: Access = Access::Scope(Permission::Write);

/// The seven operations under a prefix. Those of a group count together against the rate limit.
macro_rules! operations {
    ($prefix:literal, $group:literal) => {
        [
            route(
                "sailpoint.listConfigObjects",
                Method::GET,
                concat!($prefix, "/config-objects"),
                READ,
                Parse::Export(parse::config_objects),
            )
            .rated($group),
            route(
                "sailpoint.startExport",
                Method::POST,
                concat!($prefix, "/export"),
                READ,
                Parse::Export(parse::export),
            )
            .answers(Success::ACCEPTED)
            .rated($group),
            route(
                "sailpoint.getExport",
                Method::GET,
                concat!($prefix, "/export/:id"),
                READ,
                Parse::Export(parse::export_status),
            )
            .rated($group),
            route(
                "sailpoint.downloadExport",
                Method::GET,
                concat!($prefix, "/export/:id/download"),
                READ,
                Parse::Export(parse::export_download),
            )
            .rated($group),
            route(
                "sailpoint.startImport",
                Method::POST,
                concat!($prefix, "/import"),
                MANAGE,
                Parse::Import(parse::import),
            )
            .answers(Success::ACCEPTED)
            // Nothing is published on how large a file may be; tenants export tens of thousands of
            // objects.
            .takes_file()
            .rated($group),
            route(
                "sailpoint.getImport",
                Method::GET,
                concat!($prefix, "/import/:id"),
                MANAGE,
                Parse::Import(parse::import_status),
            )
            .rated($group),
            route(
                "sailpoint.downloadImport",
                Method::GET,
                concat!($prefix, "/import/:id/download"),
                MANAGE,
                Parse::Import(parse::import_download),
            )
            .rated($group),
        ]
    };
}

/// Its routes: each version of the API has them under a prefix of its own. The reference prints
/// them without one, which stands for the service's own version.
pub const ROUTES: &[&[Route]] = &[
    &operations!("/beta/sp-config", "beta"),
    &operations!("/v2024/sp-config", "v2024"),
    &operations!("/v2025/sp-config", "v2025"),
    &operations!("/v2026/sp-config", "v2026"),
    &operations!("/sp-config/v1", "sp-config"),
    &operations!("/sp-config", "sp-config"),
];

const fn route(
    operation: &'static str,
    method: Method,
    pattern: &'static str,
    access: Access,
    parse: Parse,
) -> Route {
    Route::of(&SailPoint, operation, method, pattern, access, parse)
}

impl Dialect for SailPoint {
    fn name(&self) -> &'static str {
        "sailpoint"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&Tenant)
    }

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(request, outcome, scope)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }

    fn tasks(&self) -> &'static [&'static dyn Task] {
        tasks::TASKS
    }

    fn strip_identity(&self, doc: &mut Value) {
        if let Some(members) = doc.as_object_mut() {
            wire::strip_identity(members);
        }
    }
}
