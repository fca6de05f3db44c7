//! `block_networks`: addresses that no connection goes to, whatever name led there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anyhow::{Context, Result};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// What the runtime configuration blocks.
#[derive(Debug, Default, Clone)]
pub(crate) struct BlockedNetworks {
    private: bool,
    networks: Vec<IpNet>,
}

/// IPv4 networks that are not reachable over the Internet (IANA's special-purpose registry).
const SPECIAL_IPV4: [Ipv4Net; 15] = [
    Ipv4Net::new_assert(Ipv4Addr::new(0, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10),
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 0, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 2, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 88, 99, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(192, 168, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(198, 18, 0, 0), 15),
    Ipv4Net::new_assert(Ipv4Addr::new(198, 51, 100, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(203, 0, 113, 0), 24),
    Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 4),
    Ipv4Net::new_assert(Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The IPv6 addresses of the Internet (RFC 4291, section 2.4).
const GLOBAL_UNICAST: Ipv6Net = ipv6([0x2000, 0, 0], 3);
/// Networks in it that are not reachable over the Internet (IANA's special-purpose registry).
const SPECIAL_IPV6: [Ipv6Net; 3] = [
    ipv6([0x2001, 0, 0], 23),
    ipv6([0x2001, 0x0db8, 0], 32),
    ipv6([0x3fff, 0, 0], 20),
];

const fn ipv6([a, b, c]: [u16; 3], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

impl BlockedNetworks {
    /// Parses `"private"` and networks such as `"10.0.0.0/8"`; a bare address is a network of one.
    pub(crate) fn parse(entries: &[String]) -> Result<Self> {
        let mut blocked = Self::default();
        for entry in entries {
            if entry == "private" {
                blocked.private = true;
                continue;
            }
            let network = entry
                .parse()
                .or_else(|_| entry.parse::<IpAddr>().map(IpNet::from));
            blocked
                .networks
                .push(network.with_context(|| format!("block_networks entry {entry:?}"))?);
        }
        Ok(blocked)
    }

    /// Whether no connection may go to this address. An IPv6 address that leads to an IPv4 one is
    /// judged as both.
    pub(crate) fn block(&self, address: IpAddr) -> bool {
        if self
            .networks
            .iter()
            .any(|network| network.contains(&address))
        {
            return true;
        }
        match address {
            IpAddr::V4(address) => {
                self.private
                    && SPECIAL_IPV4
                        .iter()
                        .any(|network| network.contains(&address))
            }
            IpAddr::V6(address) => match embedded_ipv4(address) {
                Some(inner) => self.block(IpAddr::V4(inner)),
                None => self.private && !is_global(address),
            },
        }
    }
}

/// The IPv4 address that is reached through an IPv6 one: mapped, compatible, NAT64 or 6to4.
fn embedded_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let ipv4 = |high: u16, low: u16| Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => ipv4(g, h),
        // `::` and `::1` are addresses of their own.
        [0, 0, 0, 0, 0, 0] if (g, h) != (0, 0) && (g, h) != (0, 1) => ipv4(g, h),
        [0x2002, high, low, ..] => ipv4(high, low),
        _ => None,
    }
}

/// Global unicast without the networks set aside in it.
fn is_global(address: Ipv6Addr) -> bool {
    GLOBAL_UNICAST.contains(&address) && !SPECIAL_IPV6.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(entries: &[&str], address: &str) -> bool {
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        BlockedNetworks::parse(&entries)
            .unwrap()
            .block(address.parse().unwrap())
    }

    #[test]
    fn private_blocks_everything_that_is_not_the_internet() {
        for address in [
            "0.0.0.0",
            "10.1.1.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.1.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(blocked(&["private"], address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "::ffff:8.8.8.8",
            "2606:4700::1111",
            "2001:4860:4860::8888",
        ] {
            assert!(!blocked(&["private"], address), "{address}");
        }
    }

    #[test]
    fn a_network_blocks_its_mapped_addresses_too() {
        assert!(blocked(&["8.8.0.0/16"], "8.8.4.4"));
        assert!(blocked(&["8.8.0.0/16"], "::ffff:8.8.4.4"));
        assert!(!blocked(&["8.8.0.0/16"], "10.0.0.1"));
        assert!(blocked(&["1.1.1.1"], "1.1.1.1"));
        assert!(blocked(&["2606:4700::/32"], "2606:4700::1111"));
        assert!(!blocked(&[], "127.0.0.1"));
    }

    #[test]
    fn other_words_are_refused() {
        assert!(BlockedNetworks::parse(&["public".to_owned()]).is_err());
    }
}
