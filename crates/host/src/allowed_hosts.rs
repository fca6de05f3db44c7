//! `allowed_outbound_hosts`: the addresses that a component may send HTTP requests to.

use std::{net::IpAddr, ops::Range};

use anyhow::{Context, Result, bail, ensure};
use http::Uri;
use ipnet::IpNet;

/// The allowed addresses of one component.
#[derive(Debug, Default)]
pub(crate) struct AllowedHosts(Vec<AllowedHost>);

#[derive(Debug, PartialEq)]
struct AllowedHost {
    scheme: Option<Scheme>,
    host: Host,
    ports: Ports,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Scheme {
    Http,
    Https,
}

#[derive(Debug, PartialEq)]
enum Host {
    Any,
    /// With its leading dot.
    Below(String),
    Name(String),
    Network(IpNet),
}

#[derive(Debug, PartialEq)]
enum Ports {
    Any,
    DefaultOfScheme,
    Range(Range<u32>),
}

impl AllowedHosts {
    /// Parses the entries of a manifest, with variables already in place.
    pub(crate) fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut hosts = Vec::new();
        for entry in entries {
            let entry = entry.as_ref().trim();
            // An empty variable means no host, so that an address can be optional.
            if matches!(entry, "" | "http://" | "https://") {
                continue;
            }
            hosts.push(
                AllowedHost::parse(entry)
                    .with_context(|| format!("allowed_outbound_hosts entry {entry:?}"))?,
            );
        }
        Ok(Self(hosts))
    }

    /// Whether a request to this address may leave.
    pub(crate) fn allow(&self, uri: &Uri) -> bool {
        let scheme = match uri.scheme_str() {
            Some("http") => Scheme::Http,
            Some("https") => Scheme::Https,
            _ => return false,
        };
        let Some(host) = uri.host() else { return false };
        let port = uri.port_u16().unwrap_or(scheme.default_port());
        self.0
            .iter()
            .any(|allowed| allowed.allows(scheme, &host.to_ascii_lowercase(), port))
    }
}

impl AllowedHost {
    fn parse(entry: &str) -> Result<Self> {
        let (scheme, rest) = entry
            .split_once("://")
            .context("no scheme: write http://, https:// or *://")?;
        let scheme = match scheme {
            "*" => None,
            "http" => Some(Scheme::Http),
            "https" => Some(Scheme::Https),
            _ => bail!("this host has outbound http and https only"),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // An IPv6 address or a CIDR has the characters that separate ports and paths, so it is
        // tried whole first.
        let (host, ports) = match (Host::parse(rest), rest.rsplit_once(':')) {
            (Ok(host), _) => (host, ""),
            (Err(error), None) => return Err(error),
            (Err(_), Some((host, ports))) => (Host::parse(host)?, ports),
        };
        let ports = Ports::parse(ports)?;
        ensure!(
            scheme.is_some() || ports != Ports::DefaultOfScheme,
            "*:// needs a port, or :*"
        );
        Ok(Self {
            scheme,
            host,
            ports,
        })
    }

    fn allows(&self, scheme: Scheme, host: &str, port: u16) -> bool {
        self.scheme.is_none_or(|allowed| allowed == scheme)
            && self.host.allows(host)
            && match &self.ports {
                Ports::Any => true,
                Ports::DefaultOfScheme => port == scheme.default_port(),
                Ports::Range(range) => range.contains(&u32::from(port)),
            }
    }
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Host {
    fn parse(host: &str) -> Result<Self> {
        let host = host.to_ascii_lowercase();
        if host == "*" {
            return Ok(Self::Any);
        }
        ensure!(
            host != "self" && host != "self.alt",
            "requests to oneself are not supported; use <component>.spin.internal"
        );
        if let Ok(network) = host.parse::<IpNet>() {
            return Ok(Self::Network(network.trunc()));
        }
        if let Some(address) = literal_address(&host) {
            return Ok(Self::Network(IpNet::from(address)));
        }
        let (name, below) = match host.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (host.as_str(), false),
        };
        let valid = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        ensure!(
            valid,
            "{host} is not a host name, an address, a network, * or *.domain"
        );
        Ok(if below {
            Self::Below(format!(".{name}"))
        } else {
            Self::Name(name.to_owned())
        })
    }

    fn allows(&self, host: &str) -> bool {
        let address = literal_address(host);
        match self {
            Self::Any => true,
            Self::Below(suffix) => address.is_none() && host.ends_with(suffix.as_str()),
            Self::Name(name) => name == host,
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
        }
    }
}

impl Ports {
    fn parse(ports: &str) -> Result<Self> {
        let number = |text: &str| {
            text.parse::<u16>()
                .map(u32::from)
                .with_context(|| format!("port {text:?}"))
        };
        Ok(match ports {
            "" => Self::DefaultOfScheme,
            "*" => Self::Any,
            // The end is not part of the range, as in Spin.
            _ => match ports.split_once("..") {
                Some((from, to)) => Self::Range(number(from)?..number(to)?),
                None => number(ports).map(|port| Self::Range(port..port + 1))?,
            },
        })
    }
}

/// The address that a host is, in the way that a URI writes it.
pub(crate) fn literal_address(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse().map(IpAddr::V6).ok(),
        None => host.parse().map(IpAddr::V4).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(entries: &[&str], uri: &str) -> bool {
        AllowedHosts::parse(entries)
            .unwrap()
            .allow(&uri.parse().unwrap())
    }

    #[test]
    fn an_entry_allows_what_it_says_and_no_more() {
        for (entry, yes, no) in [
            (
                "http://a.com",
                vec!["http://a.com/x", "http://A.com:80"],
                vec!["https://a.com", "http://a.com:81", "http://b.com"],
            ),
            (
                "https://a.com:8443/",
                vec!["https://a.com:8443"],
                vec!["https://a.com"],
            ),
            (
                "https://*.a.com",
                vec!["https://x.a.com", "https://x.y.a.com"],
                vec!["https://a.com", "https://xa.com"],
            ),
            (
                "https://*:*",
                vec!["https://a.com", "https://10.0.0.1:1"],
                vec!["http://a.com"],
            ),
            ("*://*:*", vec!["https://a.com", "http://[::1]:1"], vec![]),
            (
                "http://a.com:10..12",
                vec!["http://a.com:10", "http://a.com:11"],
                vec!["http://a.com:12", "http://a.com"],
            ),
            (
                "http://10.0.0.0/8:*",
                vec!["http://10.1.2.3:9"],
                vec!["http://11.0.0.1:9", "http://a.com:9"],
            ),
            (
                "http://127.0.0.1:3000",
                vec!["http://127.0.0.1:3000"],
                vec!["http://127.0.0.2:3000"],
            ),
            (
                "http://[::1]:80",
                vec!["http://[::1]"],
                vec!["http://[::2]"],
            ),
            (
                "http://[::1]",
                vec!["http://[::1]"],
                vec!["http://[::1]:81"],
            ),
            (
                "http://x.spin.internal",
                vec!["http://x.spin.internal/p"],
                vec!["http://y.spin.internal/p"],
            ),
            (
                "http://*.spin.internal",
                vec!["http://y.spin.internal/p"],
                vec!["http://y.spin.internal.a.com"],
            ),
        ] {
            for uri in yes {
                assert!(allowed(&[entry], uri), "{entry} should allow {uri}");
            }
            for uri in no {
                assert!(!allowed(&[entry], uri), "{entry} should not allow {uri}");
            }
        }
    }

    #[test]
    fn nothing_is_allowed_by_default_and_an_empty_variable_allows_nothing() {
        assert!(!allowed(&[], "http://a.com"));
        assert!(!allowed(&["", "http://", "https://"], "http://a.com"));
    }

    #[test]
    fn other_entries_are_refused() {
        for entry in [
            "a.com",
            "*",
            "redis://a.com",
            "http://self",
            "*://a.com",
            "http://a.com/p",
            "http://a.*.com",
            "http://a:b",
        ] {
            assert!(AllowedHosts::parse([entry]).is_err(), "{entry}");
        }
    }
}
