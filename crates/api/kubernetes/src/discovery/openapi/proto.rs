//! Writes protocol buffers: the wire format has fields of varints and of lengths, and no more is
//! needed here.

/// A message under construction.
#[derive(Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    /// A field that is text; an empty one is left out, as proto3 has it.
    pub(super) fn text(mut self, field: u32, text: &str) -> Self {
        if !text.is_empty() {
            self.bytes(field, text.as_bytes());
        }
        self
    }

    /// A field that is true, or left out.
    pub(super) fn flag(mut self, field: u32, flag: bool) -> Self {
        if flag {
            self.varint(u64::from(field) << 3);
            self.varint(1);
        }
        self
    }

    /// A field that is a message.
    pub(super) fn message(mut self, field: u32, message: &Self) -> Self {
        self.bytes(field, &message.0);
        self
    }

    /// A repeated field of messages.
    pub(super) fn messages(self, field: u32, messages: impl IntoIterator<Item = Self>) -> Self {
        messages
            .into_iter()
            .fold(self, |all, message| all.message(field, &message))
    }

    /// Its bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn bytes(&mut self, field: u32, bytes: &[u8]) {
        const LENGTH_DELIMITED: u64 = 2;
        self.varint((u64::from(field) << 3) | LENGTH_DELIMITED);
        self.varint(u64::try_from(bytes.len()).unwrap_or_default());
        self.0.extend_from_slice(bytes);
    }

    fn varint(&mut self, mut value: u64) {
        loop {
            let low = u8::try_from(value & 0x7f).unwrap_or_default();
            value >>= 7;
            if value == 0 {
                self.0.push(low);
                return;
            }
            self.0.push(low | 0x80);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_encoding_guide_shows_them() {
        assert_eq!(
            Message::default().text(2, "testing").into_bytes(),
            b"\x12\x07testing"
        );
        let inner = Message::default().flag(1, true);
        assert_eq!(
            Message::default().message(3, &inner).into_bytes(),
            [0x1a, 2, 0x08, 1]
        );
        let long = "x".repeat(300);
        assert_eq!(
            Message::default().text(1, &long).into_bytes().get(..3),
            Some([0x0a, 0xac, 0x02].as_slice())
        );
    }
}
