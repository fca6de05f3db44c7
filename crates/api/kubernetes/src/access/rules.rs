//! What the permissions of a key allow of the resources that are served.

use hub::object::Kind;
use hub::scope::{DEFAULT_SCOPE, Permission};

use crate::resource::{ALL, CONNECTOR, Resource};

/// Who asks.
pub(super) struct Caller<'c> {
    /// What they may do.
    pub permissions: &'c [Permission],
    /// The only scope in which they may do it; none for who may use all.
    pub scope: Option<&'c str>,
}

/// What is asked about.
pub(super) struct Attributes<'a> {
    /// A verb of Kubernetes, or `*`.
    pub verb: &'a str,
    /// The group of the resource, or `*`.
    pub group: &'a str,
    /// The resource, or `*`.
    pub resource: &'a str,
    /// Its subresource; empty for none.
    pub subresource: &'a str,
    /// The namespace; empty for all of them.
    pub namespace: &'a str,
}

const READS: [&str; 3] = ["get", "list", "watch"];

impl Caller<'_> {
    fn has(&self, needed: Permission) -> bool {
        self.permissions.iter().any(|held| held.allows(needed))
    }

    /// Whether the caller may do all of what is asked about.
    pub(super) fn may(&self, asked: &Attributes<'_>) -> bool {
        let is_meant = |resource: &&'static Resource| {
            let is = |asked: &str, own: &str| asked == own || asked == "*";
            is(asked.group, resource.group) && is(asked.resource, resource.plural)
        };
        let mut meant = ALL.into_iter().filter(is_meant).peekable();
        meant.peek().is_some() && meant.all(|resource| self.may_with(resource, asked))
    }

    fn may_with(&self, resource: &Resource, asked: &Attributes<'_>) -> bool {
        if (resource.plural, asked.subresource) == (CONNECTOR.plural, "probe") {
            return asked.verb == "create" && self.has(Permission::Probe) && self.is_in(asked);
        }
        match asked.verb {
            "*" => resource
                .verbs
                .iter()
                .all(|verb| self.may_with(resource, &Attributes { verb, ..*asked })),
            verb if !resource.verbs.contains(&verb) => false,
            verb => {
                let is_there = match resource.hub {
                    // All read those that all share.
                    Kind::Class if asked.namespace.is_empty() => true,
                    Kind::Class => self.is_in(asked),
                    _ => !resource.namespaced || self.is_in(asked),
                };
                is_there && self.verbs(resource, asked.namespace).contains(&verb)
            }
        }
    }

    fn is_in(&self, asked: &Attributes<'_>) -> bool {
        self.scope.is_none_or(|own| own == asked.namespace)
    }

    /// The verbs that the caller may use of a resource in a namespace that it may see, or in all
    /// where that is empty.
    pub(super) fn verbs(&self, resource: &Resource, namespace: &str) -> Vec<&'static str> {
        let writes = match resource.hub {
            // A scope is made with the admin key alone.
            Kind::Scope => self.scope.is_none() && self.has(Permission::Admin),
            // All scopes share the classes of one, and have more of their own.
            Kind::Class => {
                let kept_in = match namespace {
                    "" => DEFAULT_SCOPE,
                    namespace => namespace,
                };
                self.has(Permission::Write) && self.scope.is_none_or(|own| own == kept_in)
            }
            _ => self.has(Permission::Write),
        };
        let allowed = |verb: &&&'static str| {
            if READS.contains(*verb) {
                self.has(Permission::Read)
            } else {
                writes
            }
        };
        resource.verbs.iter().filter(allowed).copied().collect()
    }

    /// Whether the caller may ask for what is no resource.
    pub(super) fn may_ask(&self, verb: &str) -> bool {
        verb == "get" && self.has(Permission::Read)
    }

    /// Whether the caller may have connectors probed.
    pub(super) fn may_probe(&self) -> bool {
        self.has(Permission::Probe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<'a>(verb: &'a str, resource: &'a str, namespace: &'a str) -> Attributes<'a> {
        let group = if resource.starts_with("connector") {
            "connectors.alauda.io"
        } else {
            ""
        };
        Attributes {
            verb,
            group,
            resource,
            subresource: "",
            namespace,
        }
    }

    #[test]
    fn permissions_are_verbs() {
        let reader = Caller {
            permissions: &[Permission::Read],
            scope: Some("a"),
        };
        assert!(
            reader.may(&asked("list", "connectors", "a"))
                && reader.may(&asked("get", "secrets", "a"))
        );
        assert!(
            !reader.may(&asked("list", "connectors", "b"))
                && !reader.may(&asked("list", "connectors", ""))
        );
        assert!(
            !reader.may(&asked("create", "connectors", "a"))
                && !reader.may(&asked("*", "connectors", "a"))
        );
        assert!(
            reader.may(&asked("get", "connectorclasses", ""))
                && !reader.may(&asked("get", "pods", "a"))
        );
        let writer = Caller {
            permissions: &[Permission::Read, Permission::Write],
            scope: Some("a"),
        };
        assert!(
            writer.may(&asked("*", "connectors", "a"))
                && !writer.may(&asked("create", "connectorclasses", ""))
        );
        assert!(writer.may(&asked("create", "connectorclasses", "a")));
        assert!(!writer.may(&asked("create", "connectorclasses", "b")));
        assert!(!writer.may(&asked("get", "connectorclasses", "b")));
        assert!(!writer.may(&asked("create", "namespaces", "")));
        let admin = Caller {
            permissions: &[Permission::Admin],
            scope: None,
        };
        for resource in ["connectors", "connectorclasses", "secrets", "namespaces"] {
            assert!(admin.may(&asked("create", resource, "")), "{resource}");
        }
        let probe = |caller: &Caller<'_>| {
            caller.may(&Attributes {
                subresource: "probe",
                ..asked("create", "connectors", "a")
            })
        };
        assert!(probe(&admin) && !probe(&writer));
    }
}
