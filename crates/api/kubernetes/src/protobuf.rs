//! Secrets in protobuf, in which `kubectl create secret` sends them and takes no other answer than
//! that it was understood (Kubernetes API concepts, "Protobuf encoding"; the fields are those of
//! k8s.io/api/core/v1 and apimachinery's meta/v1).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hub::error::{Error, Result};
use prost::Message;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The media type.
pub const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";
/// What every body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Reads a Secret.
///
/// # Errors
/// [`Error::Malformed`] when it is not protobuf or describes something else.
pub fn secret(bytes: &[u8]) -> Result<Value> {
    let envelope = bytes.strip_prefix(MAGIC).ok_or_else(malformed)?;
    let envelope = Unknown::decode(envelope).map_err(|_| malformed())?;
    let type_meta = envelope.type_meta.ok_or_else(malformed)?;
    if type_meta.kind != "Secret" {
        return Err(malformed());
    }
    let secret = Secret::decode(envelope.raw.as_slice()).map_err(|_| malformed())?;
    let document = Document { type_meta, secret };
    serde_json::to_value(document).map_err(|_| malformed())
}

fn malformed() -> Error {
    Error::Malformed("the body is not a Secret in protobuf".to_owned())
}

/// The envelope of every object.
#[derive(Message)]
struct Unknown {
    #[prost(message, optional, tag = "1")]
    type_meta: Option<TypeMeta>,
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
}

#[derive(Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeMeta {
    #[prost(string, tag = "1")]
    api_version: String,
    #[prost(string, tag = "2")]
    kind: String,
}

/// The same Secret in JSON.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    type_meta: TypeMeta,
    #[serde(flatten)]
    secret: Secret,
}

#[derive(Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct Secret {
    #[prost(message, required, tag = "1")]
    metadata: ObjectMeta,
    #[prost(btree_map = "string, bytes", tag = "2")]
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "in_base64"
    )]
    data: BTreeMap<String, Vec<u8>>,
    #[prost(btree_map = "string, string", tag = "4")]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    string_data: BTreeMap<String, String>,
    #[prost(string, tag = "3")]
    #[serde(skip_serializing_if = "String::is_empty")]
    r#type: String,
    #[prost(bool, optional, tag = "5")]
    #[serde(skip_serializing_if = "Option::is_none")]
    immutable: Option<bool>,
}

/// What a client sets of the metadata. Go writes a text that is not set as an empty one.
#[derive(Message, Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectMeta {
    #[prost(string, tag = "1")]
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[prost(string, tag = "2")]
    #[serde(skip_serializing_if = "String::is_empty")]
    generate_name: String,
    #[prost(string, tag = "3")]
    #[serde(skip_serializing_if = "String::is_empty")]
    namespace: String,
    #[prost(string, tag = "5")]
    #[serde(skip_serializing_if = "String::is_empty")]
    uid: String,
    #[prost(string, tag = "6")]
    #[serde(skip_serializing_if = "String::is_empty")]
    resource_version: String,
    #[prost(btree_map = "string, string", tag = "11")]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    #[prost(btree_map = "string, string", tag = "12")]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
    #[prost(string, repeated, tag = "14")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    finalizers: Vec<String>,
}

fn in_base64<S: Serializer>(
    entries: &BTreeMap<String, Vec<u8>>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_map(
        entries
            .iter()
            .map(|(key, bytes)| (key, BASE64.encode(bytes))),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `{typeMeta: {apiVersion: v1, kind: Secret}, raw}`
    fn body(raw: &[u8]) -> Vec<u8> {
        let mut body = b"k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12".to_vec();
        body.push(u8::try_from(raw.len()).unwrap());
        body.extend(raw);
        body
    }

    #[test]
    fn a_secret_is_read() {
        // {metadata: {name: s}, data: {a: "b"}, type: Opaque}
        let body = body(b"\x0a\x03\x0a\x01s\x12\x06\x0a\x01a\x12\x01b\x1a\x06Opaque");
        let expected = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "Yg=="},
            "type": "Opaque",
        });
        assert_eq!(secret(&body).unwrap(), expected);
        for end in 0..body.len() {
            // Cut anywhere, it is refused or is less of the same; nothing panics.
            let _ = secret(&body[..end]);
        }
        assert!(secret(b"k8s\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").is_err());
        assert!(secret(b"{}").is_err());
    }

    #[test]
    fn what_is_said_is_kept_and_what_is_not_is_left_out() {
        // {metadata: {name: s, namespace: "", labels: {k: v}, finalizers: [f]}, stringData: {a: b},
        // immutable: false}
        let metadata = b"\x0a\x01s\x1a\x00\x5a\x06\x0a\x01k\x12\x01v\x72\x01f";
        let mut raw = vec![0x0a, u8::try_from(metadata.len()).unwrap()];
        raw.extend(metadata);
        raw.extend(b"\x22\x06\x0a\x01a\x12\x01b\x28\x00");
        let expected = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": "s", "labels": {"k": "v"}, "finalizers": ["f"]},
            "stringData": {"a": "b"}, "immutable": false,
        });
        assert_eq!(secret(&body(&raw)).unwrap(), expected);
    }

    #[test]
    fn a_field_of_another_type_is_refused() {
        for raw in [
            // The name is a number, is not UTF-8, and the type of the Secret is a number.
            b"\x0a\x02\x08\x01".as_slice(),
            b"\x0a\x03\x0a\x01\xff",
            b"\x18\x01",
        ] {
            assert!(secret(&body(raw)).is_err(), "{raw:?}");
        }
    }
}
