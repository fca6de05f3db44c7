//! Networks of addresses, and which of them a probe never reaches unless the operator allows it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that are not the public Internet: IANA's special-purpose registries (RFC 6890 and its updates), multicast,
/// and the address under which Azure's hosts answer their guests. An IPv6 network that carries IPv4 addresses is
/// here as a whole, because a gateway could lead anywhere.
const NOT_PUBLIC: [&str; 32] = [
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

/// A network in the notation of RFC 4632: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: u128,
    prefix: u32,
    is_v4: bool,
}

impl Network {
    /// Reads `10.0.0.0/8`, `fd00::/8` or a single address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(width);
        (prefix <= width).then(|| Self {
            address: bits(address),
            prefix: prefix.saturating_add(128_u32.saturating_sub(width)),
            is_v4: address.is_ipv4(),
        })
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
        let address = address.to_canonical();
        let shift = 128_u32.saturating_sub(self.prefix);
        let top = |bits: u128| bits.checked_shr(shift).unwrap_or_default();
        self.is_v4 == address.is_ipv4() && top(self.address) == top(bits(address))
    }
}

/// Whether a probe may go to an address.
pub fn is_allowed(address: IpAddr, allowed: &[Network]) -> bool {
    let address = address.to_canonical();
    let special = || NOT_PUBLIC.iter().filter_map(|text| Network::parse(text));
    allowed.iter().any(|network| network.contains(address))
        || !special().any(|network| network.contains(address))
}

/// An IPv4 address takes the last 32 bits, so that prefixes of both kinds count from the same end.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
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
        for text in NOT_PUBLIC {
            assert!(Network::parse(text).is_some(), "{text}");
        }
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
