//! Reads the wire format of protocol buffers.

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use serde_json::{Map, Value};

/// The fields of a message, in order.
pub(super) struct Message<'a>(Vec<(u32, Field<'a>)>);

/// The value of a field. Nothing that is read here has one of another kind.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Message<'a> {
    /// Reads a message; none where it is broken off.
    pub(super) fn read(mut bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let (tag, kind) = decode_key(&mut bytes).ok()?;
            let field = match kind {
                WireType::Varint => Field::Number(decode_varint(&mut bytes).ok()?),
                WireType::LengthDelimited => {
                    let length = usize::try_from(decode_varint(&mut bytes).ok()?).ok()?;
                    let (taken, rest) = bytes.split_at_checked(length)?;
                    bytes = rest;
                    Field::Bytes(taken)
                }
                other => {
                    skip_field(other, tag, &mut bytes, DecodeContext::default()).ok()?;
                    continue;
                }
            };
            fields.push((tag, field));
        }
        Some(Self(fields))
    }

    /// All values of a field of bytes.
    pub(super) fn all(&self, field: u32) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter_map(move |(known, value)| match value {
            Field::Bytes(bytes) if *known == field => Some(*bytes),
            _ => None,
        })
    }

    /// The message that a field is.
    pub(super) fn message(&self, field: u32) -> Option<Self> {
        self.all(field).last().and_then(Self::read)
    }

    /// The text that a field is.
    pub(super) fn text(&self, field: u32) -> Option<&'a str> {
        self.all(field)
            .last()
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The number that a field is.
    pub(super) fn number(&self, field: u32) -> Option<u64> {
        self.0.iter().rev().find_map(|(known, value)| match value {
            Field::Number(number) if *known == field => Some(*number),
            _ => None,
        })
    }

    /// A map: messages of a key and a value.
    pub(super) fn entries(&self, field: u32, value: impl Fn(&[u8]) -> Value) -> Map<String, Value> {
        let entry = |bytes: &'a [u8]| {
            let entry = Self::read(bytes)?;
            let bytes = entry.all(2).last().unwrap_or_default();
            Some((entry.text(1).unwrap_or_default().to_owned(), value(bytes)))
        };
        self.all(field).filter_map(entry).collect()
    }
}
