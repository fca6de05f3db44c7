//! Annotations of classes.

use hub::fields::Fields;

/// The annotation for `auth.types[].credentials`: a JSON object of them by the name of the type.
pub const CREDENTIALS: &str = "patchbay.dev/credentials";

/// An annotation of a class that was written through Kubernetes.
pub(super) fn annotation<'a>(class: &Fields<'a>, name: &str) -> Option<&'a str> {
    let annotations = class
        .get("extensions")?
        .pointer("/kubernetes/metadata/annotations")?;
    annotations.get(name)?.as_str()
}
