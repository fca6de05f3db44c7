//! Annotations of classes.

use hub::fields::Fields;

/// An annotation of a class that was written through Kubernetes.
pub(super) fn annotation<'a>(class: &Fields<'a>, name: &str) -> Option<&'a str> {
    let annotations = class
        .get("extensions")?
        .pointer("/kubernetes/metadata/annotations")?;
    annotations.get(name)?.as_str()
}
