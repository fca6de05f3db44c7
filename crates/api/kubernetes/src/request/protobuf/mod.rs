//! Documents in protobuf, in which kubectl sends those that it makes itself and takes no other
//! answer than that it was understood (Kubernetes API concepts, "Protobuf encoding"; the fields are
//! those of k8s.io/api and apimachinery).

mod message;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hub::error::{Error, Result};
use serde_json::{Map, Value, json};

use self::message::Message;

/// The media type.
pub(super) const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";
/// What every body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Reads a document of a kind.
///
/// # Errors
/// [`Error::Malformed`] when it is not protobuf or describes something else.
pub(super) fn document(kind: &str, bytes: &[u8]) -> Result<Value> {
    let malformed = || Error::Malformed(format!("the body is not a {kind} in protobuf"));
    let envelope = bytes.strip_prefix(MAGIC).and_then(Message::read);
    let envelope = envelope.ok_or_else(malformed)?;
    let type_meta = envelope.message(1).ok_or_else(malformed)?;
    let object = envelope.message(2).ok_or_else(malformed)?;
    if type_meta.text(2) != Some(kind) {
        return Err(malformed());
    }
    let mut document = match kind {
        "Secret" => secret(&object),
        "SelfSubjectAccessReview" => spec(&object, access_spec),
        "SelfSubjectRulesReview" => spec(&object, rules_spec),
        _ => Map::new(),
    };
    document.insert("apiVersion".to_owned(), json!(type_meta.text(1)));
    document.insert("kind".to_owned(), json!(kind));
    let metadata = object.message(1).map(|metadata| object_meta(&metadata));
    document.insert("metadata".to_owned(), metadata.unwrap_or_default());
    Ok(Value::Object(document))
}

fn spec(object: &Message<'_>, read: fn(&Message<'_>) -> Value) -> Map<String, Value> {
    let spec = object.message(2).map(|spec| read(&spec));
    spec.map(|spec| ("spec".to_owned(), spec))
        .into_iter()
        .collect()
}

fn access_spec(spec: &Message<'_>) -> Value {
    const RESOURCE: [(u32, &str); 7] = [
        (1, "namespace"),
        (2, "verb"),
        (3, "group"),
        (4, "version"),
        (5, "resource"),
        (6, "subresource"),
        (7, "name"),
    ];
    const NON_RESOURCE: [(u32, &str); 2] = [(1, "path"), (2, "verb")];
    let resource = spec
        .message(1)
        .map(|attributes| texts(&attributes, &RESOURCE));
    let other = spec
        .message(2)
        .map(|attributes| texts(&attributes, &NON_RESOURCE));
    let members = [
        ("resourceAttributes", resource),
        ("nonResourceAttributes", other),
    ];
    let given = members
        .into_iter()
        .filter_map(|(name, attributes)| Some((name.to_owned(), attributes?)));
    Value::Object(given.collect())
}

fn rules_spec(spec: &Message<'_>) -> Value {
    texts(spec, &[(1, "namespace")])
}

/// The fields of a message that are texts and not empty.
fn texts(message: &Message<'_>, fields: &[(u32, &str)]) -> Value {
    let given = fields.iter().filter_map(|(field, name)| {
        let text = message.text(*field).filter(|text| !text.is_empty())?;
        Some(((*name).to_owned(), json!(text)))
    });
    Value::Object(given.collect())
}

fn secret(secret: &Message<'_>) -> Map<String, Value> {
    let mut document = Map::new();
    let data = secret.entries(2, |bytes| json!(BASE64.encode(bytes)));
    let text = secret.entries(4, |bytes| json!(String::from_utf8_lossy(bytes)));
    for (name, entries) in [("data", data), ("stringData", text)] {
        if !entries.is_empty() {
            document.insert(name.to_owned(), Value::Object(entries));
        }
    }
    if let Some(kind) = secret.text(3).filter(|kind| !kind.is_empty()) {
        document.insert("type".to_owned(), json!(kind));
    }
    if secret.number(5) == Some(1) {
        document.insert("immutable".to_owned(), json!(true));
    }
    document
}

/// What a client sets of the metadata.
fn object_meta(message: &Message<'_>) -> Value {
    let mut metadata = Map::new();
    for (field, name) in [
        (1, "name"),
        (2, "generateName"),
        (3, "namespace"),
        (5, "uid"),
        (6, "resourceVersion"),
    ] {
        if let Some(text) = message.text(field).filter(|text| !text.is_empty()) {
            metadata.insert(name.to_owned(), json!(text));
        }
    }
    for (field, name) in [(11, "labels"), (12, "annotations")] {
        let entries = message.entries(field, |bytes| json!(String::from_utf8_lossy(bytes)));
        if !entries.is_empty() {
            metadata.insert(name.to_owned(), Value::Object(entries));
        }
    }
    let finalizers: Vec<Value> = message
        .all(14)
        .map(|bytes| json!(String::from_utf8_lossy(bytes)))
        .collect();
    if !finalizers.is_empty() {
        metadata.insert("finalizers".to_owned(), finalizers.into());
    }
    Value::Object(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read() {
        // {typeMeta: {apiVersion: v1, kind: Secret}, raw: {metadata: {name: s}, data: {a: "b"},
        // type: Opaque}}
        let raw = b"\x0a\x03\x0a\x01s\x12\x06\x0a\x01a\x12\x01b\x1a\x06Opaque";
        let mut body = b"k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12".to_vec();
        body.push(u8::try_from(raw.len()).unwrap());
        body.extend(raw);
        let expected = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "Yg=="}, "type": "Opaque",
        });
        assert_eq!(document("Secret", &body).unwrap(), expected);
        for end in 0..body.len() {
            // Cut anywhere, it is refused or is less of the same; nothing panics.
            let _ = document("Secret", &body[..end]);
        }
        assert!(
            document(
                "Secret",
                b"k8s\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
            )
            .is_err()
        );
        assert!(document("Secret", b"{}").is_err());
    }
}
