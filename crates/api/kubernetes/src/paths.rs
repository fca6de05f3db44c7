//! The paths of the dialect, as the route table has them.

/// All connectors.
pub(crate) const ALL_CONNECTORS: &str = "/apis/connectors.alauda.io/v1alpha1/connectors";
/// The connectors of a namespace.
pub(crate) const CONNECTORS: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors";
pub(crate) const CONNECTOR: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors/:name";
/// Its status.
pub(crate) const CONNECTOR_STATUS: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors/:name/status";
/// Ours: probes the connector now, and answers it with what was found.
pub(crate) const CONNECTOR_PROBE: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectors/:name/probe";
pub(crate) const CLASSES: &str = "/apis/connectors.alauda.io/v1alpha1/connectorclasses";
pub(crate) const CLASS: &str = "/apis/connectors.alauda.io/v1alpha1/connectorclasses/:name";
/// Its status.
pub(crate) const CLASS_STATUS: &str =
    "/apis/connectors.alauda.io/v1alpha1/connectorclasses/:name/status";
/// The published API prints the paths of classes with a namespace, though they are in none: these
/// are the classes that connectors of the namespace can have, and those that are written are kept
/// for it alone.
pub(crate) const NAMESPACED_CLASSES: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectorclasses";
/// A class, by such a path.
pub(crate) const NAMESPACED_CLASS: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectorclasses/:name";
/// Its status, by such a path.
pub(crate) const NAMESPACED_CLASS_STATUS: &str =
    "/apis/connectors.alauda.io/v1alpha1/namespaces/:namespace/connectorclasses/:name/status";
/// All Secrets.
pub(crate) const ALL_SECRETS: &str = "/api/v1/secrets";
/// The Secrets of a namespace.
pub(crate) const SECRETS: &str = "/api/v1/namespaces/:namespace/secrets";
pub(crate) const SECRET: &str = "/api/v1/namespaces/:namespace/secrets/:name";
pub(crate) const NAMESPACES: &str = "/api/v1/namespaces";
pub(crate) const NAMESPACE: &str = "/api/v1/namespaces/:namespace";
/// The versions of the core group.
pub(crate) const CORE: &str = "/api";
/// The resources of the core group.
pub(crate) const CORE_RESOURCES: &str = "/api/v1";
pub(crate) const GROUPS: &str = "/apis";
/// The group of the connectors.
pub(crate) const GROUP: &str = "/apis/connectors.alauda.io";
pub(crate) const RESOURCES: &str = "/apis/connectors.alauda.io/v1alpha1";
/// The version that is answered like.
pub(crate) const VERSION: &str = "/version";
/// OpenAPI 2.
pub(crate) const OPENAPI_V2: &str = "/openapi/v2";
/// The index of OpenAPI 3.
pub(crate) const OPENAPI_V3: &str = "/openapi/v3";
/// OpenAPI 3 of the core group.
pub(crate) const OPENAPI_V3_CORE: &str = "/openapi/v3/api/v1";
/// OpenAPI 3 of the connectors.
pub(crate) const OPENAPI_V3_CONNECTORS: &str = "/openapi/v3/apis/connectors.alauda.io/v1alpha1";
/// Whether the caller may do something.
pub(crate) const ACCESS_REVIEW: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
/// All that the caller may do in a namespace.
pub(crate) const RULES_REVIEW: &str = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
/// Whether the server lives.
pub(crate) const LIVEZ: &str = "/livez";
/// The events of all connectors.
pub(crate) const ALL_EVENTS: &str = "/api/v1/events";
/// The events of the connectors of a namespace.
pub(crate) const EVENTS: &str = "/api/v1/namespaces/:namespace/events";
/// The group of the definitions of resources.
pub(crate) const DEFINITIONS_GROUP: &str = "/apis/apiextensions.k8s.io";
/// Its resources.
pub(crate) const DEFINITIONS_RESOURCES: &str = "/apis/apiextensions.k8s.io/v1";
/// The definitions of resources.
pub(crate) const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/// One definition.
pub(crate) const DEFINITION: &str =
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/:definition";
