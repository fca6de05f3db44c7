//! Where a probe goes: a URL read so strictly that what is checked and what is connected to are the
//! same.
//!
//! A host that ends in a number is an IPv4 address in one of the spellings of `inet_aton` (decimal,
//! octal, hexadecimal, with fewer than four parts), as it is for browsers (URL standard, "ends in a
//! number checker") and for most resolvers. It is read here and sent on in its plain form.

mod names;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::network::{Network, is_allowed};

/// The longest URL that is read.
const URL_MAX: usize = 8192;
/// The longest DNS name (RFC 1035, section 2.3.4).
const NAME_MAX: usize = 253;

/// `http` or `https`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// As it is written in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port of a URL that gives none.
    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Http, Self::Https]
            .into_iter()
            .find(|scheme| text.eq_ignore_ascii_case(scheme.as_str()))
    }
}

/// What is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address.
    Ip(IpAddr),
    /// A DNS name in lower case, without a trailing dot.
    Name(String),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V4(address)) => address.fmt(f),
            Self::Ip(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Scheme, host and port: what a secret may be sent to (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub scheme: Scheme,
    pub host: Host,
    pub port: u16,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port != self.scheme.default_port() {
            write!(f, ":{}", self.port)?;
        }
        Ok(())
    }
}

/// An absolute URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// Where it leads.
    pub origin: Origin,
    /// Path and query, beginning with `/`.
    pub target: String,
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.target)
    }
}

/// Why an address is not used. It tells nothing about what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is no URL of `http` or `https`, or one that can be read in several ways.
    Malformed(&'static str),
    /// It is one of another protocol than HTTP, which cannot be asked.
    Protocol,
    /// It leads to a network that the operator has not allowed.
    Network,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "the address {what}"),
            Self::Protocol => f.write_str("the address must begin with http:// or https://"),
            Self::Network => f.write_str(
                "the address is in a network that is not public: the operator can allow it by the variable probe_allowed_networks",
            ),
        }
    }
}

impl Url {
    /// Reads an absolute URL. A fragment is left off, since it is never sent.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        check_characters(text)?;
        let (scheme, rest) = text
            .split_once("://")
            .ok_or(Refusal::Malformed("must be a URL: https://host"))?;
        let scheme = Scheme::parse(scheme).ok_or(Refusal::Protocol)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let origin = Origin::parse(scheme, authority)?;
        Ok(Self {
            origin,
            target: target_of(target),
        })
    }

    /// Where a `Location` leads from here (RFC 9110, section 10.2.2): an absolute URL, or a
    /// reference to resolve (RFC 3986, section 5).
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn join(&self, location: &str) -> Result<Self, Refusal> {
        check_characters(location)?;
        if location.contains("://") && !location.starts_with(['/', '?', '#']) {
            return Self::parse(location);
        }
        if let Some(rest) = location.strip_prefix("//") {
            return Self::parse(&format!("{}://{rest}", self.origin.scheme.as_str()));
        }
        let own_path = self.target.split('?').next().unwrap_or_default();
        let target = match location.chars().next() {
            Some('/') => location.to_owned(),
            Some('?') => format!("{own_path}{location}"),
            Some('#') | None => self.target.clone(),
            Some(_) => {
                let (folder, _) = own_path.rsplit_once('/').unwrap_or_default();
                format!("{folder}/{location}")
            }
        };
        Ok(Self {
            origin: self.origin.clone(),
            target: target_of(&target),
        })
    }

    /// Whether a probe may go there. A name is checked again by the host, once it knows its
    /// addresses (`block_networks` of the runtime configuration).
    ///
    /// # Errors
    /// [`Refusal::Network`].
    pub fn check(&self, allowed: &[Network]) -> Result<(), Refusal> {
        if self.origin.host.is_allowed(allowed) {
            Ok(())
        } else {
            Err(Refusal::Network)
        }
    }
}

impl Origin {
    /// Reads `host` or `host:port`.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn parse(scheme: Scheme, authority: &str) -> Result<Self, Refusal> {
        check_characters(authority)?;
        if authority.contains('@') {
            return Err(Refusal::Malformed(
                "must not hold a user: keep credentials in a secret",
            ));
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => rest
                .split_once(']')
                .map(|(host, port)| (Some(host), port))
                .ok_or(Refusal::Malformed("has an IPv6 address without its end"))?,
            None => (
                None,
                authority
                    .find(':')
                    .and_then(|at| authority.get(at..))
                    .unwrap_or_default(),
            ),
        };
        let host = match host {
            Some(literal) => Host::Ip(IpAddr::V6(literal.parse::<Ipv6Addr>().map_err(|_| {
                Refusal::Malformed("has an IPv6 address that is not one, or one with a zone")
            })?)),
            None => Host::parse(authority.strip_suffix(port).unwrap_or(authority))?,
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => scheme.default_port(),
            None => return Err(Refusal::Malformed("has something after its host")),
            Some("") => scheme.default_port(),
            Some(digits) => digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse().ok().filter(|port| *port != 0))
                .flatten()
                .ok_or(Refusal::Malformed(
                    "has a port that is not between 1 and 65535",
                ))?,
        };
        Ok(Self { scheme, host, port })
    }
}

impl Host {
    /// Reads a name or an IPv4 address in any spelling.
    fn parse(text: &str) -> Result<Self, Refusal> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        if ends_in_number(last) {
            return ipv4(&name)
                .map(|address| Self::Ip(IpAddr::V4(address)))
                .ok_or(Refusal::Malformed("has an IPv4 address that is not one"));
        }
        let is_name = name.len() <= NAME_MAX
            && name.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            });
        is_name
            .then_some(Self::Name(name))
            .ok_or(Refusal::Malformed("has a host that is not a DNS name"))
    }

    fn is_allowed(&self, allowed: &[Network]) -> bool {
        match self {
            Self::Ip(address) => is_allowed(*address, allowed),
            Self::Name(name) => names::may_be_asked(name, allowed),
        }
    }
}

/// What libraries disagree about is refused: white space, control characters, backslashes, escapes
/// and letters beyond ASCII before the path. Beyond ASCII, some read full-width digits as digits.
fn check_characters(text: &str) -> Result<(), Refusal> {
    if text.len() > URL_MAX {
        return Err(Refusal::Malformed("is too long"));
    }
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte);
    if text.bytes().all(plain) {
        Ok(())
    } else {
        Err(Refusal::Malformed(
            "has a character that must be escaped, or that no URL has",
        ))
    }
}

/// Path and query as they are sent.
fn target_of(text: &str) -> String {
    let text = text.split('#').next().unwrap_or_default();
    if text.starts_with('/') {
        text.to_owned()
    } else {
        format!("/{text}")
    }
}

fn ends_in_number(label: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !label.is_empty() && (digits(label) || label.starts_with("0x"))
}

/// `inet_aton`: up to four numbers, of which the last fills what is left.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, leading) = parts.split_last()?;
    if leading.len() > 3 || leading.iter().any(|part| *part > 255) {
        return None;
    }
    let left = 4_u32.saturating_sub(u32::try_from(leading.len()).ok()?);
    let bits = left.saturating_mul(8);
    if last.checked_shr(bits).unwrap_or_default() != 0 {
        return None;
    }
    let leading = leading.iter().fold(0_u64, |all, part| {
        all.saturating_mul(256).saturating_add(*part)
    });
    let address = leading.checked_shl(bits)? | last;
    u32::try_from(address).ok().map(Ipv4Addr::from)
}

/// Decimal, octal after `0`, hexadecimal after `0x`.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    if digits.is_empty() && radix == 16 {
        return Some(0);
    }
    let digits_only = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    digits_only
        .then(|| u64::from_str_radix(digits, radix).ok())
        .flatten()
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
