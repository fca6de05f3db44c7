//! Networks of addresses, and which of them a probe never reaches unless the operator allows it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use ipnet::IpNet;

/// Networks that are not the public Internet: IANA's special-purpose registries (RFC 6890 and its
/// updates), multicast, and the address under which Azure's hosts answer their guests. An IPv6
/// network that carries IPv4 addresses is here as a whole, because a gateway could lead anywhere.
const SPECIAL: [&str; 32] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

static NOT_PUBLIC: LazyLock<Vec<Network>> =
    LazyLock::new(|| SPECIAL.into_iter().filter_map(Network::parse).collect());

/// A network in the notation of RFC 4632: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Reads `10.0.0.0/8`, `fd00::/8` or a single address.
    pub fn parse(text: &str) -> Option<Self> {
        let network = text.parse();
        let network = network.or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.ok().map(Self)
    }

    /// Reads a list that is separated by commas or white space.
    ///
    /// # Errors
    /// The first entry that is not a network.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        text.split(|char: char| char == ',' || char.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(|entry| Self::parse(entry).ok_or_else(|| entry.to_owned()))
            .collect()
    }

    /// Whether an address is in it. An IPv4 address in IPv6 notation is the IPv4 address.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// Whether a probe may go to an address.
pub fn is_allowed(address: IpAddr, allowed: &[Network]) -> bool {
    let is_in = |network: &Network| network.contains(address);
    allowed.iter().any(is_in) || !NOT_PUBLIC.iter().any(is_in)
}

/// The addresses that a name must not stand for: those of this machine.
pub const LOOPBACK: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_that_is_not_public_is_well_written() {
        for text in SPECIAL {
            assert!(Network::parse(text).is_some(), "{text}");
        }
        assert_eq!(NOT_PUBLIC.len(), SPECIAL.len());
    }

    #[test]
    fn an_address_is_in_its_network_and_in_no_other() {
        let network = Network::parse("10.1.0.0/16").unwrap();
        assert!(network.contains("10.1.255.1".parse().unwrap()));
        assert!(network.contains("::ffff:10.1.0.1".parse().unwrap()));
        assert!(!network.contains("10.2.0.1".parse().unwrap()));
        assert!(!network.contains("::10.1.0.1".parse().unwrap()));
        assert!(
            Network::parse("::/0")
                .unwrap()
                .contains("fe80::1".parse().unwrap())
        );
        assert_eq!(
            Network::parse_list("10.0.0.0/8, fd00::/8\n1.1.1.1")
                .unwrap()
                .len(),
            3
        );
        assert_eq!(Network::parse_list("10.0.0.0/8,ten"), Err("ten".to_owned()));
        for wrong in ["10.0.0.0/33", "::/129", "10.0.0.0/-1", "/8", "localhost"] {
            assert!(Network::parse(wrong).is_none(), "{wrong}");
        }
    }
}
