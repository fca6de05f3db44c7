//! Identifiers: one 128-bit value an object, which every dialect prints in its own form.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What an object is known by for ever: a UUID version 7 (RFC 9562, section 5.7), whose first 48
/// bits are the milliseconds since 1970, as in a ULID. It is a UUID for Kubernetes and SailPoint,
/// 32 hex digits for PingOne and a ULID for Versori.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(u128);

impl Uid {
    /// A new one, of this millisecond.
    ///
    /// # Errors
    /// [`Error::Internal`] when the host has no randomness to give.
    pub fn new(now: crate::time::Timestamp) -> Result<Self> {
        let random = random_u128()?;
        let millis = u128::from(now.millis().unsigned_abs()) & 0xffff_ffff_ffff;
        let low = random & 0x0000_0000_0000_0fff_3fff_ffff_ffff_ffff;
        Ok(Self((millis << 80) | (0x7 << 76) | (0b10 << 62) | low))
    }

    /// The one that follows from these texts, always the same: a UUID version 8 (RFC 9562, section
    /// 5.8) of the first bits of their SHA-256. For what must not come into being twice.
    pub fn derived(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or_default().to_le_bytes());
            hash.update(part.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let bits = digest
            .first_chunk()
            .map_or(0, |first| u128::from_be_bytes(*first));
        let free = bits & 0xffff_ffff_ffff_0fff_3fff_ffff_ffff_ffff;
        Self(free | (0x8 << 76) | (0b10 << 62))
    }

    /// 32 lower-case hex digits (PingOne, and how the store keeps it).
    pub fn hex(self) -> String {
        format!("{:032x}", self.0)
    }

    /// Hyphenated lower-case UUID.
    pub fn uuid(self) -> String {
        let hex = self.hex();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        [
            part(0, 8),
            part(8, 12),
            part(12, 16),
            part(16, 20),
            part(20, 32),
        ]
        .join("-")
    }

    /// 26 characters of Crockford's base 32.
    pub fn ulid(self) -> String {
        let digit = |place: u32| {
            let value = self.0.checked_shr(place).unwrap_or_default() & 0x1f;
            char::from(
                CROCKFORD
                    .get(usize::try_from(value).unwrap_or_default())
                    .copied()
                    .unwrap_or(b'0'),
            )
        };
        (0..=125).rev().step_by(5).map(digit).collect()
    }

    /// Reads hex digits or a UUID, in either case.
    pub fn parse_hex(text: &str) -> Option<Self> {
        let hex: String = match text.len() {
            32 => text.to_owned(),
            36 if [8, 13, 18, 23]
                .iter()
                .all(|at| text.as_bytes().get(*at) == Some(&b'-')) =>
            {
                text.replace('-', "")
            }
            _ => return None,
        };
        if hex.len() != 32 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u128::from_str_radix(&hex, 16).ok().map(Self)
    }

    /// Reads a ULID, in either case.
    pub fn parse_ulid(text: &str) -> Option<Self> {
        if text.len() != 26 || text.as_bytes().first().is_none_or(|first| *first > b'7') {
            return None;
        }
        let mut value: u128 = 0;
        for byte in text.bytes() {
            let digit = CROCKFORD
                .iter()
                .position(|known| *known == byte.to_ascii_uppercase())?;
            value = (value << 5) | u128::try_from(digit).ok()?;
        }
        Some(Self(value))
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// 128 random bits.
///
/// # Errors
/// [`Error::Internal`] when the host has no randomness to give.
pub fn random_u128() -> Result<u128> {
    Ok(u128::from_le_bytes(random_bytes()?))
}

/// `N` random bytes.
///
/// # Errors
/// [`Error::Internal`] when the host has no randomness to give.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn every_form_reads_back() {
        let uid = Uid::new(Timestamp::from_millis(1_700_000_000_123)).unwrap();
        assert_eq!(Uid::parse_hex(&uid.hex()), Some(uid));
        assert_eq!(Uid::parse_hex(&uid.uuid().to_uppercase()), Some(uid));
        assert_eq!(Uid::parse_ulid(&uid.ulid()), Some(uid));
        assert_eq!(uid.uuid().as_bytes()[14], b'7');
    }

    #[test]
    fn a_ulid_starts_with_its_time() {
        let uid = Uid::new(Timestamp::from_millis(1_469_918_176_385)).unwrap();
        assert!(uid.ulid().starts_with("01ARYZ6S41"));
    }

    #[test]
    fn a_derived_one_follows_from_its_parts() {
        let uid = Uid::derived(&["a", "b"]);
        assert_eq!(uid, Uid::derived(&["a", "b"]));
        assert_ne!(uid, Uid::derived(&["ab", ""]));
        assert_eq!(uid.uuid().as_bytes()[14], b'8');
        assert_eq!(Uid::parse_ulid(&uid.ulid()), Some(uid));
    }

    #[test]
    fn what_is_not_an_id_is_refused() {
        for text in [
            "",
            "x",
            "zz000000000000000000000000000000",
            "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        ] {
            assert_eq!(Uid::parse_hex(text), None, "{text}");
            assert_eq!(Uid::parse_ulid(text), None, "{text}");
        }
    }
}
