//! The paths of the dialect.

use http::{Method, StatusCode};
use hub::command::{Export, Import, Update};
use hub::scope::Permission;

use crate::dialect::Kubernetes;
use crate::paths;
use crate::request::command;
use api::route::{Access, Parse, Parser, Route, Success};

const READ: Access = Access::Scope(Permission::Read);
const WRITE: Access = Access::Scope(Permission::Write);
/// Lists, and deletions of what a list has: where there is no such namespace there is nothing in
/// it.
const READ_ANY: Access = Access::ScopeIfAny(Permission::Read);
const WRITE_ANY: Access = Access::ScopeIfAny(Permission::Write);
const READ_SHARED: Access = Access::Shared(Permission::Read);
const WRITE_SHARED: Access = Access::Shared(Permission::Write);
const READ_ALL: Access = Access::Everywhere(Permission::Read);

/// All of them.
pub const ROUTES: &[Route] = &[
    describe(
        "kubernetes.getDefinitionsGroup",
        paths::DEFINITIONS_GROUP,
        READ_ALL,
    ),
    describe(
        "kubernetes.listDefinitionsResources",
        paths::DEFINITIONS_RESOURCES,
        READ_ALL,
    ),
    describe(
        "kubernetes.listCustomResourceDefinitions",
        paths::DEFINITIONS,
        READ_ALL,
    ),
    describe(
        "kubernetes.getCustomResourceDefinition",
        paths::DEFINITION,
        READ_ALL,
    ),
    read(
        "kubernetes.listAllEvents",
        paths::ALL_EVENTS,
        READ_ALL,
        command::collection,
    ),
    read(
        "kubernetes.listEvents",
        paths::EVENTS,
        READ_ANY,
        command::collection,
    ),
    Route::of(
        &Kubernetes,
        "kubernetes.getLiveness",
        Method::GET,
        paths::LIVEZ,
        Access::Public,
        Parse::Export(|_| Ok(Export::Health.into())),
    )
    .answers(Success::OK.of("text/plain; charset=utf-8")),
    review(
        "kubernetes.createSelfSubjectAccessReview",
        paths::ACCESS_REVIEW,
    ),
    review(
        "kubernetes.createSelfSubjectRulesReview",
        paths::RULES_REVIEW,
    ),
    Route::of(
        &Kubernetes,
        "kubernetes.createNamespace",
        Method::POST,
        paths::NAMESPACES,
        Access::Installation,
        Parse::Import(command::create_namespace),
    )
    .answers(Success::CREATED),
    describe("kubernetes.getVersion", paths::VERSION, Access::Public),
    describe("kubernetes.listCoreVersions", paths::CORE, READ_ALL),
    describe(
        "kubernetes.listCoreResources",
        paths::CORE_RESOURCES,
        READ_ALL,
    ),
    describe("kubernetes.listGroups", paths::GROUPS, READ_ALL),
    describe("kubernetes.getGroup", paths::GROUP, READ_ALL),
    describe("kubernetes.listResources", paths::RESOURCES, READ_ALL),
    describe("kubernetes.getOpenApiV2", paths::OPENAPI_V2, READ_ALL),
    describe("kubernetes.listOpenApiV3", paths::OPENAPI_V3, READ_ALL),
    describe(
        "kubernetes.getCoreOpenApiV3",
        paths::OPENAPI_V3_CORE,
        READ_ALL,
    ),
    describe(
        "kubernetes.getOpenApiV3",
        paths::OPENAPI_V3_CONNECTORS,
        READ_ALL,
    ),
    read(
        "kubernetes.listAllConnectors",
        paths::ALL_CONNECTORS,
        READ_ALL,
        command::collection,
    ),
    read(
        "kubernetes.listConnectors",
        paths::CONNECTORS,
        READ_ANY,
        command::collection,
    ),
    create("kubernetes.createConnector", paths::CONNECTORS, WRITE),
    delete("kubernetes.deleteConnectors", paths::CONNECTORS, WRITE_ANY),
    read(
        "kubernetes.getConnector",
        paths::CONNECTOR,
        READ,
        command::item,
    ),
    change(
        "kubernetes.replaceConnector",
        Method::PUT,
        paths::CONNECTOR,
        WRITE,
    ),
    change(
        "kubernetes.patchConnector",
        Method::PATCH,
        paths::CONNECTOR,
        WRITE,
    ),
    delete("kubernetes.deleteConnector", paths::CONNECTOR, WRITE),
    read(
        "kubernetes.getConnectorStatus",
        paths::CONNECTOR_STATUS,
        READ,
        command::item,
    ),
    change(
        "kubernetes.replaceConnectorStatus",
        Method::PUT,
        paths::CONNECTOR_STATUS,
        WRITE,
    ),
    change(
        "kubernetes.patchConnectorStatus",
        Method::PATCH,
        paths::CONNECTOR_STATUS,
        WRITE,
    ),
    Route::of(
        &Kubernetes,
        "kubernetes.probeConnector",
        Method::POST,
        paths::CONNECTOR_PROBE,
        Access::Scope(Permission::Probe),
        Parse::Probe(command::probe),
    ),
    read(
        "kubernetes.listConnectorClasses",
        paths::CLASSES,
        READ_SHARED,
        command::collection,
    ),
    create(
        "kubernetes.createConnectorClass",
        paths::CLASSES,
        WRITE_SHARED,
    ),
    delete(
        "kubernetes.deleteConnectorClasses",
        paths::CLASSES,
        WRITE_SHARED,
    ),
    read(
        "kubernetes.getConnectorClass",
        paths::CLASS,
        READ_SHARED,
        command::item,
    ),
    change(
        "kubernetes.replaceConnectorClass",
        Method::PUT,
        paths::CLASS,
        WRITE_SHARED,
    ),
    change(
        "kubernetes.patchConnectorClass",
        Method::PATCH,
        paths::CLASS,
        WRITE_SHARED,
    ),
    delete(
        "kubernetes.deleteConnectorClass",
        paths::CLASS,
        WRITE_SHARED,
    ),
    read(
        "kubernetes.getConnectorClassStatus",
        paths::CLASS_STATUS,
        READ_SHARED,
        command::item,
    ),
    change(
        "kubernetes.replaceConnectorClassStatus",
        Method::PUT,
        paths::CLASS_STATUS,
        WRITE_SHARED,
    ),
    change(
        "kubernetes.patchConnectorClassStatus",
        Method::PATCH,
        paths::CLASS_STATUS,
        WRITE_SHARED,
    ),
    read(
        "kubernetes.listNamespacedConnectorClasses",
        paths::NAMESPACED_CLASSES,
        READ_ANY,
        command::collection,
    ),
    create(
        "kubernetes.createNamespacedConnectorClass",
        paths::NAMESPACED_CLASSES,
        WRITE,
    ),
    delete(
        "kubernetes.deleteNamespacedConnectorClasses",
        paths::NAMESPACED_CLASSES,
        WRITE_ANY,
    ),
    read(
        "kubernetes.getNamespacedConnectorClass",
        paths::NAMESPACED_CLASS,
        READ,
        command::item,
    ),
    change(
        "kubernetes.replaceNamespacedConnectorClass",
        Method::PUT,
        paths::NAMESPACED_CLASS,
        WRITE,
    ),
    change(
        "kubernetes.patchNamespacedConnectorClass",
        Method::PATCH,
        paths::NAMESPACED_CLASS,
        WRITE,
    ),
    delete(
        "kubernetes.deleteNamespacedConnectorClass",
        paths::NAMESPACED_CLASS,
        WRITE,
    ),
    read(
        "kubernetes.getNamespacedConnectorClassStatus",
        paths::NAMESPACED_CLASS_STATUS,
        READ,
        command::item,
    ),
    change(
        "kubernetes.replaceNamespacedConnectorClassStatus",
        Method::PUT,
        paths::NAMESPACED_CLASS_STATUS,
        WRITE,
    ),
    change(
        "kubernetes.patchNamespacedConnectorClassStatus",
        Method::PATCH,
        paths::NAMESPACED_CLASS_STATUS,
        WRITE,
    ),
    read(
        "kubernetes.listAllSecrets",
        paths::ALL_SECRETS,
        READ_ALL,
        command::collection,
    ),
    read(
        "kubernetes.listSecrets",
        paths::SECRETS,
        READ_ANY,
        command::collection,
    ),
    create("kubernetes.createSecret", paths::SECRETS, WRITE),
    delete("kubernetes.deleteSecrets", paths::SECRETS, WRITE_ANY),
    read("kubernetes.getSecret", paths::SECRET, READ, command::item),
    change(
        "kubernetes.replaceSecret",
        Method::PUT,
        paths::SECRET,
        WRITE,
    ),
    change(
        "kubernetes.patchSecret",
        Method::PATCH,
        paths::SECRET,
        WRITE,
    ),
    delete("kubernetes.deleteSecret", paths::SECRET, WRITE),
    read(
        "kubernetes.listNamespaces",
        paths::NAMESPACES,
        READ_ALL,
        command::collection,
    ),
    read(
        "kubernetes.getNamespace",
        paths::NAMESPACE,
        READ,
        command::item,
    ),
];

const fn describe(operation: &'static str, pattern: &'static str, access: Access) -> Route {
    read(operation, pattern, access, |_| Ok(Export::Describe.into()))
}

/// What a caller may do is answered from the permissions of its key.
const fn review(operation: &'static str, pattern: &'static str) -> Route {
    Route::of(
        &Kubernetes,
        operation,
        Method::POST,
        pattern,
        Access::Caller,
        Parse::Export(|_| Ok(Export::Describe.into())),
    )
    .answers(Success::CREATED)
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
    let parse: Parser<Import> = command::create;
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
    let parse: Parser<Update> = command::change;
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

const fn delete(operation: &'static str, pattern: &'static str, access: Access) -> Route {
    let parse: Parser<Update> = command::delete;
    Route::of(
        &Kubernetes,
        operation,
        Method::DELETE,
        pattern,
        access,
        Parse::Update(parse),
    )
}
