//! Whether a connector has the secret that it needs.

use crate::condition::Condition;
use crate::credential::still_to_be_set;
use crate::definition::AuthType;
use crate::target::{LoadedSecret, ProbeTarget, Secret};

/// The type of the condition.
pub(super) const SECRET: &str = "SecretReady";
/// Why it is not known: there is a credential, and the class does not say what it is for.
const NOT_MAPPED: &str = "CredentialNotMapped";

/// Whether the secret of a connector is as its class wants it. What follows asks nothing when it is
/// not.
pub fn secret(subject: ProbeTarget<'_>, held: &LoadedSecret) -> Condition {
    let found = as_wanted(subject, held);
    let may_be_made = [
        "",
        "SecretOptional",
        "SecretRequired",
        "SecretKeyMissing",
        NOT_MAPPED,
    ];
    let missing = match may_be_made.contains(&found.reason) {
        true => still_to_be_set(subject),
        false => Vec::new(),
    };
    if missing.is_empty() {
        return found;
    }
    let message = format!("still to be set: {}", missing.join(", "));
    Condition::no(SECRET, "SecretMissing", message)
}

fn as_wanted(subject: ProbeTarget<'_>, held: &LoadedSecret) -> Condition {
    let auth_name = subject.auth_name();
    if matches!(held, LoadedSecret::Unmapped) {
        let message = "the class does not say how the credentials of the connector are used";
        return Condition::unknown(SECRET, NOT_MAPPED, message);
    }
    if auth_name.is_empty() {
        return without_type(subject);
    }
    let Some(auth_type) = subject.auth_type() else {
        return Condition::no(
            SECRET,
            "AuthTypeNotFound",
            format!("the class has no auth type {auth_name:?}"),
        );
    };
    match held {
        LoadedSecret::None | LoadedSecret::Unmapped if auth_type.is_optional => {
            Condition::yes(SECRET, "SecretOptional")
        }
        LoadedSecret::None | LoadedSecret::Unmapped => Condition::no(
            SECRET,
            "SecretRequired",
            format!("the auth type {auth_name:?} needs a secret"),
        ),
        LoadedSecret::Missing(name) => Condition::no(
            SECRET,
            "SecretNotFound",
            format!("secrets {name:?} not found"),
        ),
        LoadedSecret::Unreadable(name) => Condition::no(
            SECRET,
            "SecretUnreadable",
            format!("secrets {name:?} cannot be decrypted: store it again"),
        ),
        LoadedSecret::Secret(secret) => fits(auth_type, secret),
    }
}

/// Of a connector that authenticates in no way: whether it may.
fn without_type(subject: ProbeTarget<'_>) -> Condition {
    let types = &subject.definition.auth_types;
    if types.is_empty() || types.iter().any(|one| one.is_optional) {
        return Condition::yes(SECRET, "SecretOptional");
    }
    let names: Vec<&str> = types.iter().map(|one| one.name.as_str()).collect();
    let message = format!("the class needs a secret for {}", names.join(" or "));
    Condition::no(SECRET, "SecretRequired", message)
}

fn fits(auth_type: &AuthType, secret: &Secret) -> Condition {
    let name = &secret.name;
    let wanted = auth_type.secret_type.as_deref().unwrap_or_default();
    if !wanted.is_empty() && !secret.kind.is_empty() && secret.kind != wanted {
        return Condition::no(
            SECRET,
            "SecretTypeMismatch",
            format!(
                "secrets {name:?} is of the type {:?}, not {wanted:?}",
                secret.kind
            ),
        );
    }
    match auth_type
        .keys
        .iter()
        .find(|key| secret.entry(key).is_none())
    {
        Some(key) => Condition::no(
            SECRET,
            "SecretKeyMissing",
            format!("secrets {name:?} has no entry {key:?}"),
        ),
        None => Condition::yes(SECRET, ""),
    }
}
