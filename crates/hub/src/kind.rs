//! The kinds of objects.

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A tenant.
    Scope,
    /// An API key of a scope.
    Key,
    /// What connectors are instances of.
    Class,
    /// The thing managed.
    Connector,
    /// A stored credential; its parent, if any, is the connector that owns it.
    Secret,
    /// A named set of credentials and variables of a connector, which is its parent.
    Connection,
    /// A version of a connector, which is its parent.
    Version,
    /// What a connection of a connector signs in with (Versori); its parent is the connector.
    Credential,
    /// What a version is made of; its parent is the version. It may be large, and lists of versions
    /// do not need it.
    Contents,
    /// A configuration object that is not a connector (SailPoint).
    ConfigObject,
    /// Work accepted now and done later.
    Job,
    /// What was done for an idempotency key.
    IdempotencyRecord,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::Scope,
        Self::Key,
        Self::Class,
        Self::Connector,
        Self::Secret,
        Self::Connection,
        Self::Version,
        Self::Credential,
        Self::Contents,
        Self::ConfigObject,
        Self::Job,
        Self::IdempotencyRecord,
    ];

    /// How the store and messages call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Key => "key",
            Self::Class => "class",
            Self::Connector => "connector",
            Self::Secret => "secret",
            Self::Connection => "connection",
            Self::Version => "version",
            Self::Credential => "credential",
            Self::Contents => "contents",
            Self::ConfigObject => "configuration object",
            Self::Job => "job",
            Self::IdempotencyRecord => "idempotency key",
        }
    }

    /// The kind that [`Kind::as_str`] prints so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
