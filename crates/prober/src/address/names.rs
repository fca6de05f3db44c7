//! Names of which it is known, without asking DNS, that they do not lead to the public Internet.
//!
//! A component cannot resolve names (Spin lets none look them up), so what any other name leads to
//! only the host can refuse (`block_networks` of the runtime configuration). These are refused
//! where no runtime configuration is given, too.

use std::net::{IpAddr, Ipv4Addr};

use crate::network::{LOOPBACK, Network, is_allowed};

/// This machine (RFC 6761, section 6.3, and the hosts files of common systems).
const LOOPBACK_NAMES: [&str; 6] = [
    "localhost",
    "localhost.localdomain",
    "localhost4",
    "localhost6",
    "ip6-localhost",
    "ip6-loopback",
];
/// Names under which clouds serve the credentials of a machine: `169.254.169.254` by another word.
const METADATA_NAMES: [&str; 5] = [
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "instance-data",
    "instance-data.ec2.internal",
];
const METADATA_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));
/// Spin answers these itself: they are the other functions of the application.
const SPIN_DOMAINS: [&str; 2] = ["spin.internal", "spin.alt"];
/// Domains of local networks: RFC 6762 with its appendix G, RFC 8375, and what ICANN keeps out of
/// the root for that.
const PRIVATE_DOMAINS: [&str; 9] = [
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "private",
];
/// Public domains under which every address has a name, or whose names all lead to this machine.
const WILDCARD_DOMAINS: [&str; 6] = [
    "localtest.me",
    "lvh.me",
    "nip.io",
    "sslip.io",
    "traefik.me",
    "xip.io",
];

/// Whether a probe may go to a name, in lower case and without a trailing dot. What stands for a
/// network that is not known may be asked once the operator allows any: the host then decides,
/// which knows its address.
pub(super) fn may_be_asked(name: &str, allowed: &[Network]) -> bool {
    let may = |address| is_allowed(address, allowed);
    if is_under(name, &SPIN_DOMAINS) {
        false
    } else if is_under(name, &LOOPBACK_NAMES) {
        LOOPBACK.into_iter().any(may)
    } else if METADATA_NAMES.contains(&name) {
        may(METADATA_ADDRESS)
    } else {
        !is_private(name) || !allowed.is_empty()
    }
}

/// No public name is without a dot (RFC 7085); a resolver completes it to one of the local network.
fn is_private(name: &str) -> bool {
    !name.contains('.') || is_under(name, &PRIVATE_DOMAINS) || is_under(name, &WILDCARD_DOMAINS)
}

/// Whether a name is one of the domains or beneath it.
fn is_under(name: &str, domains: &[&str]) -> bool {
    domains.iter().any(|domain| {
        name.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}
