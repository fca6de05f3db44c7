//! What is told of the certificates that a connector trusts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::condition::Condition;
use crate::target::LoadedSecret;

/// The type of the condition.
pub(super) const CA_CERT: &str = "CACertReady";

/// What a component cannot do. WASI's HTTP has no option for it: a host has certificates for a
/// component and a host name.
const CA_NOT_USED: &str = "the certificates are read, and probes do not use them: they trust what the host of Patchbay trusts, \
     to which its runtime configuration can add certificates ([[client_tls]] of Spin)";

/// Whether the certificates that a connector refers to can be read. It is told, and makes nothing
/// unready.
pub fn ca_cert(held: &LoadedSecret) -> Condition {
    let condition = match held {
        LoadedSecret::None | LoadedSecret::Unmapped => Condition::yes(CA_CERT, "NoCACert"),
        LoadedSecret::Missing(name) => Condition::no(
            CA_CERT,
            "SecretNotFound",
            format!("secrets {name:?} not found"),
        ),
        LoadedSecret::Unreadable(name) => Condition::no(
            CA_CERT,
            "SecretUnreadable",
            format!("secrets {name:?} cannot be decrypted: store it again"),
        ),
        LoadedSecret::Secret(secret) => {
            let entries = secret.data.iter().map(|(_, value)| value.expose());
            if secret.data.is_empty()
                || entries
                    .clone()
                    .any(|text| !text.contains("PRIVATE KEY") && !is_pem(text))
            {
                Condition::no(
                    CA_CERT,
                    "InvalidPEM",
                    format!(
                        "secrets {:?} holds something that is no certificate in PEM form",
                        secret.name
                    ),
                )
            } else {
                Condition {
                    message: CA_NOT_USED.to_owned(),
                    ..Condition::yes(CA_CERT, "Valid")
                }
            }
        }
    };
    condition.info()
}

/// One certificate or more (RFC 7468): base64 of DER, which begins with the tag of a sequence.
fn is_pem(text: &str) -> bool {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut blocks = text.split(BEGIN).skip(1).peekable();
    blocks.peek().is_some()
        && blocks.all(|block| {
            let body: Option<String> = block
                .split_once(END)
                .map(|(body, _)| body.split_whitespace().collect());
            body.and_then(|body| STANDARD.decode(body).ok())
                .is_some_and(|der| der.first() == Some(&0x30))
        })
}
