//! Reads the wire format of protocol buffers.

use serde_json::{Map, Value};

/// The fields of a message, in order.
pub struct Message<'a>(Vec<(u64, Field<'a>)>);

/// The value of a field. The fixed-size kinds are in nothing that is read here.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Message<'a> {
    /// Reads a message; none where it is broken off.
    pub fn read(mut bytes: &'a [u8]) -> Option<Self> {
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

    /// All values of a field of bytes.
    pub fn all(&self, field: u64) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter_map(move |(known, value)| match value {
            Field::Bytes(bytes) if *known == field => Some(*bytes),
            _ => None,
        })
    }

    /// The message that a field is.
    pub fn message(&self, field: u64) -> Option<Self> {
        self.all(field).last().and_then(Self::read)
    }

    /// The text that a field is.
    pub fn text(&self, field: u64) -> Option<&'a str> {
        self.all(field)
            .last()
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The number that a field is.
    pub fn number(&self, field: u64) -> Option<u64> {
        self.0.iter().rev().find_map(|(known, value)| match value {
            Field::Number(number) if *known == field => Some(*number),
            _ => None,
        })
    }

    /// A map: messages of a key and a value.
    pub fn entries(&self, field: u64, value: impl Fn(&[u8]) -> Value) -> Map<String, Value> {
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
