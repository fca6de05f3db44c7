//! The paths of the dialect.

use http::{Method, StatusCode};
use hub::command::{Export, Import, Update};
use hub::scope::Permission;

use super::{Kubernetes, parse};
use api::route::{Access, Parse, Parser, Route, Success};

const ALL_CONNECTORS: &str = "/apis/connectors.alauda.io/v1alpha1/connectors";
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

/// All of them.
pub const ROUTES: &[Route] = &[
    describe("kubernetes.getVersion", "/version", Access::Public),
    describe("kubernetes.listCoreVersions", "/api", READ_ALL),
    describe("kubernetes.listCoreResources", "/api/v1", READ_ALL),
    describe("kubernetes.listGroups", "/apis", READ_ALL),
    describe(
        "kubernetes.getGroup",
        "/apis/connectors.alauda.io",
        READ_ALL,
    ),
    describe(
        "kubernetes.listResources",
        "/apis/connectors.alauda.io/v1alpha1",
        READ_ALL,
    ),
    describe("kubernetes.getOpenApiV2", "/openapi/v2", READ_ALL),
    describe("kubernetes.listOpenApiV3", "/openapi/v3", READ_ALL),
    describe(
        "kubernetes.getCoreOpenApiV3",
        "/openapi/v3/api/v1",
        READ_ALL,
    ),
    describe(
        "kubernetes.getOpenApiV3",
        "/openapi/v3/apis/connectors.alauda.io/v1alpha1",
        READ_ALL,
    ),
    read(
        "kubernetes.listAllConnectors",
        ALL_CONNECTORS,
        READ_ALL,
        parse::collection,
    ),
    read(
        "kubernetes.listConnectors",
        CONNECTORS,
        READ,
        parse::collection,
    ),
    create("kubernetes.createConnector", CONNECTORS, WRITE),
    delete(
        "kubernetes.deleteConnectors",
        CONNECTORS,
        WRITE,
        parse::delete_collection,
    ),
    read("kubernetes.getConnector", CONNECTOR, READ, parse::item),
    change("kubernetes.replaceConnector", Method::PUT, CONNECTOR, WRITE),
    change("kubernetes.patchConnector", Method::PATCH, CONNECTOR, WRITE),
    delete(
        "kubernetes.deleteConnector",
        CONNECTOR,
        WRITE,
        parse::delete,
    ),
    read(
        "kubernetes.getConnectorStatus",
        CONNECTOR_STATUS,
        READ,
        parse::item,
    ),
    change(
        "kubernetes.replaceConnectorStatus",
        Method::PUT,
        CONNECTOR_STATUS,
        WRITE,
    ),
    change(
        "kubernetes.patchConnectorStatus",
        Method::PATCH,
        CONNECTOR_STATUS,
        WRITE,
    ),
    Route::of(
        &Kubernetes,
        "kubernetes.probeConnector",
        Method::POST,
        CONNECTOR_PROBE,
        Access::Scope(Permission::Probe),
        Parse::Probe(parse::probe),
    ),
    read(
        "kubernetes.listConnectorClasses",
        CLASSES,
        READ_SHARED,
        parse::collection,
    ),
    create("kubernetes.createConnectorClass", CLASSES, WRITE_SHARED),
    delete(
        "kubernetes.deleteConnectorClasses",
        CLASSES,
        WRITE_SHARED,
        parse::delete_collection,
    ),
    read(
        "kubernetes.getConnectorClass",
        CLASS,
        READ_SHARED,
        parse::item,
    ),
    change(
        "kubernetes.replaceConnectorClass",
        Method::PUT,
        CLASS,
        WRITE_SHARED,
    ),
    change(
        "kubernetes.patchConnectorClass",
        Method::PATCH,
        CLASS,
        WRITE_SHARED,
    ),
    delete(
        "kubernetes.deleteConnectorClass",
        CLASS,
        WRITE_SHARED,
        parse::delete,
    ),
    read(
        "kubernetes.getConnectorClassStatus",
        CLASS_STATUS,
        READ_SHARED,
        parse::item,
    ),
    change(
        "kubernetes.replaceConnectorClassStatus",
        Method::PUT,
        CLASS_STATUS,
        WRITE_SHARED,
    ),
    change(
        "kubernetes.patchConnectorClassStatus",
        Method::PATCH,
        CLASS_STATUS,
        WRITE_SHARED,
    ),
    read(
        "kubernetes.listNamespacedConnectorClasses",
        SEED_CLASSES,
        READ_SHARED,
        parse::collection,
    ),
    create(
        "kubernetes.createNamespacedConnectorClass",
        SEED_CLASSES,
        WRITE_SHARED,
    ),
    delete(
        "kubernetes.deleteNamespacedConnectorClasses",
        SEED_CLASSES,
        WRITE_SHARED,
        parse::delete_collection,
    ),
    read(
        "kubernetes.getNamespacedConnectorClass",
        SEED_CLASS,
        READ_SHARED,
        parse::item,
    ),
    change(
        "kubernetes.replaceNamespacedConnectorClass",
        Method::PUT,
        SEED_CLASS,
        WRITE_SHARED,
    ),
    change(
        "kubernetes.patchNamespacedConnectorClass",
        Method::PATCH,
        SEED_CLASS,
        WRITE_SHARED,
    ),
    delete(
        "kubernetes.deleteNamespacedConnectorClass",
        SEED_CLASS,
        WRITE_SHARED,
        parse::delete,
    ),
    read(
        "kubernetes.getNamespacedConnectorClassStatus",
        SEED_CLASS_STATUS,
        READ_SHARED,
        parse::item,
    ),
    change(
        "kubernetes.replaceNamespacedConnectorClassStatus",
        Method::PUT,
        SEED_CLASS_STATUS,
        WRITE_SHARED,
    ),
    change(
        "kubernetes.patchNamespacedConnectorClassStatus",
        Method::PATCH,
        SEED_CLASS_STATUS,
        WRITE_SHARED,
    ),
    read(
        "kubernetes.listAllSecrets",
        "/api/v1/secrets",
        READ_ALL,
        parse::collection,
    ),
    read("kubernetes.listSecrets", SECRETS, READ, parse::collection),
    create("kubernetes.createSecret", SECRETS, WRITE),
    delete(
        "kubernetes.deleteSecrets",
        SECRETS,
        WRITE,
        parse::delete_collection,
    ),
    read("kubernetes.getSecret", SECRET, READ, parse::item),
    change("kubernetes.replaceSecret", Method::PUT, SECRET, WRITE),
    change("kubernetes.patchSecret", Method::PATCH, SECRET, WRITE),
    delete("kubernetes.deleteSecret", SECRET, WRITE, parse::delete),
    read(
        "kubernetes.listNamespaces",
        "/api/v1/namespaces",
        READ_ALL,
        parse::collection,
    ),
    read(
        "kubernetes.getNamespace",
        "/api/v1/namespaces/:namespace",
        READ,
        parse::namespace,
    ),
];

const fn describe(operation: &'static str, pattern: &'static str, access: Access) -> Route {
    read(operation, pattern, access, |_| Ok(Export::Describe.into()))
}

const fn read(
    operation: &'static str,
    pattern: &'static str,
    access: Access,
    parse: Parser<Export>,
) -> Route {
    Route::of(
        &Kubernetes,
        operation,
        Method::GET,
        pattern,
        access,
        Parse::Export(parse),
    )
}

const fn create(operation: &'static str, pattern: &'static str, access: Access) -> Route {
    let parse: Parser<Import> = parse::create;
    Route::of(
        &Kubernetes,
        operation,
        Method::POST,
        pattern,
        access,
        Parse::Import(parse),
    )
    .answers(Success::CREATED)
}

/// A server-side apply creates what is not there.
const fn change(
    operation: &'static str,
    method: Method,
    pattern: &'static str,
    access: Access,
) -> Route {
    let parse: Parser<Update> = parse::change;
    Route::of(
        &Kubernetes,
        operation,
        method,
        pattern,
        access,
        Parse::Update(parse),
    )
    .answers(Success::OK.or(StatusCode::CREATED))
}

const fn delete(
    operation: &'static str,
    pattern: &'static str,
    access: Access,
    parse: Parser<Update>,
) -> Route {
    Route::of(
        &Kubernetes,
        operation,
        Method::DELETE,
        pattern,
        access,
        Parse::Update(parse),
    )
}
