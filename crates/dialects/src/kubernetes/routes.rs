//! The paths of the dialect.

use http::Method;
use hub::command::Command;
use hub::scope::Permission;

use super::{Kubernetes, parse};
use crate::route::{Access, Function, Parse, Route};

const CONNECTORS: &str = "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors";
const CONNECTOR: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors/:name";
const CONNECTOR_STATUS: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors/:name/status";
/// Ours: probes the connector now, and answers it with what was found.
const CONNECTOR_PROBE: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors/:name/probe";
const CLASSES: &str = "/apis/connectors.alauda.io/v1alpha1/connectorclasses";
const CLASS: &str = "/apis/connectors.alauda.io/v1alpha1/connectorclasses/:name";
const CLASS_STATUS: &str = "/apis/connectors.alauda.io/v1alpha1/connectorclasses/:name/status";
/// The seed prints the paths of classes with a namespace, though they are in none: these mean the same.
const SEED_CLASSES: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectorclasses";
const SEED_CLASS: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectorclasses/:name";
const SEED_CLASS_STATUS: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectorclasses/:name/status";
const SECRETS: &str = "/api/v1/namespaces/:namespace/secrets";
const SECRET: &str = "/api/v1/namespaces/:namespace/secrets/:name";

const READ: Access = Access::Scope(Permission::Read);
const WRITE: Access = Access::Scope(Permission::Write);
const READ_SHARED: Access = Access::Shared(Permission::Read);
const WRITE_SHARED: Access = Access::Shared(Permission::Write);
const READ_ALL: Access = Access::Everywhere(Permission::Read);

/// Its routes.
pub const ROUTES: &[Route] = &[
    describe("/version", Access::Public),
    describe("/api", READ_ALL),
    describe("/api/v1", READ_ALL),
    describe("/apis", READ_ALL),
    describe("/apis/connectors.alauda.io", READ_ALL),
    describe("/apis/connectors.alauda.io/v1alpha1", READ_ALL),
    describe("/openapi/v2", READ_ALL),
    describe("/openapi/v3", READ_ALL),
    describe("/openapi/v3/api/v1", READ_ALL),
    describe("/openapi/v3/apis/connectors.alauda.io/v1alpha1", READ_ALL),
    read(
        "/apis/connectors.alauda.io/v1alpha1/connectors",
        READ_ALL,
        parse::collection,
    ),
    read(CONNECTORS, READ, parse::collection),
    create(CONNECTORS, WRITE),
    delete(CONNECTORS, WRITE, parse::delete_collection),
    read(CONNECTOR, READ, parse::item),
    change(Method::PUT, CONNECTOR, WRITE),
    change(Method::PATCH, CONNECTOR, WRITE),
    delete(CONNECTOR, WRITE, parse::delete),
    read(CONNECTOR_STATUS, READ, parse::item),
    change(Method::PUT, CONNECTOR_STATUS, WRITE),
    change(Method::PATCH, CONNECTOR_STATUS, WRITE),
    Route::of(
        &Kubernetes,
        Method::POST,
        CONNECTOR_PROBE,
        Function::Probe,
        Access::Scope(Permission::Probe),
        parse::probe,
    ),
    read(CLASSES, READ_SHARED, parse::collection),
    create(CLASSES, WRITE_SHARED),
    delete(CLASSES, WRITE_SHARED, parse::delete_collection),
    read(CLASS, READ_SHARED, parse::item),
    change(Method::PUT, CLASS, WRITE_SHARED),
    change(Method::PATCH, CLASS, WRITE_SHARED),
    delete(CLASS, WRITE_SHARED, parse::delete),
    read(CLASS_STATUS, READ_SHARED, parse::item),
    change(Method::PUT, CLASS_STATUS, WRITE_SHARED),
    change(Method::PATCH, CLASS_STATUS, WRITE_SHARED),
    read(SEED_CLASSES, READ_SHARED, parse::collection),
    create(SEED_CLASSES, WRITE_SHARED),
    delete(SEED_CLASSES, WRITE_SHARED, parse::delete_collection),
    read(SEED_CLASS, READ_SHARED, parse::item),
    change(Method::PUT, SEED_CLASS, WRITE_SHARED),
    change(Method::PATCH, SEED_CLASS, WRITE_SHARED),
    delete(SEED_CLASS, WRITE_SHARED, parse::delete),
    read(SEED_CLASS_STATUS, READ_SHARED, parse::item),
    change(Method::PUT, SEED_CLASS_STATUS, WRITE_SHARED),
    change(Method::PATCH, SEED_CLASS_STATUS, WRITE_SHARED),
    read("/api/v1/secrets", READ_ALL, parse::collection),
    read(SECRETS, READ, parse::collection),
    create(SECRETS, WRITE),
    delete(SECRETS, WRITE, parse::delete_collection),
    read(SECRET, READ, parse::item),
    change(Method::PUT, SECRET, WRITE),
    change(Method::PATCH, SECRET, WRITE),
    delete(SECRET, WRITE, parse::delete),
    read("/api/v1/namespaces", READ_ALL, parse::collection),
    read("/api/v1/namespaces/:namespace", READ, parse::namespace),
];

const fn describe(pattern: &'static str, access: Access) -> Route {
    read(pattern, access, |_| Ok(Command::Describe))
}

const fn read(pattern: &'static str, access: Access, parse: Parse) -> Route {
    Route::of(
        &Kubernetes,
        Method::GET,
        pattern,
        Function::Export,
        access,
        parse,
    )
}

const fn create(pattern: &'static str, access: Access) -> Route {
    Route::of(
        &Kubernetes,
        Method::POST,
        pattern,
        Function::Import,
        access,
        parse::create,
    )
}

const fn change(method: Method, pattern: &'static str, access: Access) -> Route {
    Route::of(
        &Kubernetes,
        method,
        pattern,
        Function::Update,
        access,
        parse::change,
    )
}

const fn delete(pattern: &'static str, access: Access, parse: Parse) -> Route {
    Route::of(
        &Kubernetes,
        Method::DELETE,
        pattern,
        Function::Update,
        access,
        parse,
    )
}
