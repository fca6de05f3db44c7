//! Secrets in protobuf, in which `kubectl create secret` sends them and takes no other answer than that it was understood
//! (Kubernetes API concepts, "Protobuf encoding"; the fields are those of k8s.io/api/core/v1 and apimachinery's meta/v1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hub::error::{Error, Result};
use serde_json::{Map, Value, json};

/// The media type.
pub const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";
/// What every body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Reads a Secret.
///
/// # Errors
/// [`Error::Malformed`] when it is not protobuf or describes something else.
pub fn secret(bytes: &[u8]) -> Result<Value> {
    let envelope = bytes.strip_prefix(MAGIC).and_then(Message::read);
    let (type_meta, raw) = envelope
        .as_ref()
        .map(|envelope| (envelope.message(1), envelope.message(2)))
        .ok_or_else(malformed)?;
    let (type_meta, secret) = (type_meta.ok_or_else(malformed)?, raw.ok_or_else(malformed)?);
    if type_meta.text(2) != Some("Secret") {
        return Err(malformed());
    }
    let mut document = Map::new();
    document.insert("apiVersion".to_owned(), json!(type_meta.text(1)));
    document.insert("kind".to_owned(), json!("Secret"));
    let metadata = secret.message(1).map(|metadata| object_meta(&metadata));
    document.insert("metadata".to_owned(), metadata.unwrap_or_default());
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
    Ok(Value::Object(document))
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

fn malformed() -> Error {
    Error::Malformed("the body is not a Secret in protobuf".to_owned())
}

/// The fields of a message, in order.
struct Message<'a>(Vec<(u64, Field<'a>)>);

/// The value of a field. The fixed-size kinds are in nothing that is read here.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Message<'a> {
    fn read(mut bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes)?;
            let field = match key & 7 {
                0 => Field::Number(varint(&mut bytes)?),
                1 => skip(&mut bytes, 8)?,
                2 => {
                    let length = usize::try_from(varint(&mut bytes)?).ok()?;
                    skip(&mut bytes, length)?
                }
                5 => skip(&mut bytes, 4)?,
                _ => return None,
            };
            fields.push((key >> 3, field));
        }
        Some(Self(fields))
    }

    fn all(&self, field: u64) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter_map(move |(known, value)| match value {
            Field::Bytes(bytes) if *known == field => Some(*bytes),
            _ => None,
        })
    }

    fn message(&self, field: u64) -> Option<Self> {
        self.all(field).last().and_then(Self::read)
    }

    fn text(&self, field: u64) -> Option<&'a str> {
        self.all(field)
            .last()
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    fn number(&self, field: u64) -> Option<u64> {
        self.0.iter().rev().find_map(|(known, value)| match value {
            Field::Number(number) if *known == field => Some(*number),
            _ => None,
        })
    }

    /// A map: messages of a key and a value.
    fn entries(&self, field: u64, value: impl Fn(&[u8]) -> Value) -> Map<String, Value> {
        let entry = |bytes: &'a [u8]| {
            let entry = Self::read(bytes)?;
            let bytes = entry.all(2).last().unwrap_or_default();
            Some((entry.text(1).unwrap_or_default().to_owned(), value(bytes)))
        };
        self.all(field).filter_map(entry).collect()
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn skip<'a>(bytes: &mut &'a [u8], length: usize) -> Option<Field<'a>> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(Field::Bytes(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read() {
        // {typeMeta: {apiVersion: v1, kind: Secret}, raw: {metadata: {name: s}, data: {a: "b"}, type: Opaque}}
        let raw = b"\x0a\x03\x0a\x01s\x12\x06\x0a\x01a\x12\x01b\x1a\x06Opaque";
        let mut body = b"k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12".to_vec();
        body.push(u8::try_from(raw.len()).unwrap());
        body.extend(raw);
        let expected = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "Yg=="}, "type": "Opaque",
        });
        assert_eq!(secret(&body).unwrap(), expected);
        for end in 0..body.len() {
            // Cut anywhere, it is refused or is less of the same; nothing panics.
            let _ = secret(&body[..end]);
        }
        assert!(secret(b"k8s\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").is_err());
        assert!(secret(b"{}").is_err());
    }
}
