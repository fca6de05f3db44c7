//! The auth schemes that there are.

/// An auth scheme with its words for people.
pub(crate) struct AuthScheme {
    /// What configs and protocols call it.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What requests have by it.
    pub description: &'static str,
}

const fn scheme(kind: &'static str, name: &'static str, description: &'static str) -> AuthScheme {
    AuthScheme {
        kind,
        name,
        description,
    }
}

/// The schemes that there are.
pub(crate) const SCHEMES: [AuthScheme; 9] = [
    scheme("none", "No authentication", "Requests go out as they are"),
    scheme(
        "api-key",
        "API key",
        "A key in a header, a cookie or the query",
    ),
    scheme(
        "basic-auth",
        "Basic authentication",
        "A name and a password with each request",
    ),
    scheme(
        "oauth2",
        "OAuth 2.0",
        "A token that a user or a client is granted",
    ),
    scheme(
        "google-service-account",
        "Google service account",
        "A token for the key of a service account",
    ),
    scheme(
        "hmac",
        "HMAC signature",
        "A signature of the request by a shared secret",
    ),
    scheme(
        "jwt-bearer",
        "JWT bearer token",
        "A token that the connection signs itself",
    ),
    scheme(
        "custom-function",
        "Custom function",
        "What a function of the user's own makes of the request",
    ),
    scheme(
        "certificate",
        "Client certificate",
        "A certificate that the client shows when it connects",
    ),
];
