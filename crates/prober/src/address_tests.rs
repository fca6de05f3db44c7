//! Every spelling of an address that is not public is refused, and the public ones are not.

use super::*;
use proptest::prelude::*;

fn refused(url: &str) -> bool {
    Url::parse(url).and_then(|url| url.check(&[])).is_err()
}

/// Loopback, link-local, private, metadata and other special addresses, as they are written by
/// those who want them not to be seen.
const NOT_PUBLIC: &[&str] = &[
    // Loopback, plain and in the spellings of inet_aton.
    "http://127.0.0.1",
    "http://127.0.0.1:8080/x",
    "http://127.1",
    "http://127.0.1",
    "http://2130706433",
    "http://0x7f000001",
    "http://0x7F.0x0.0x0.0x1",
    "http://0x7f.1",
    "http://017700000001",
    "http://0177.0.0.1",
    "http://0177.0.0.01",
    "http://00000177.0.0.1",
    "http://127.0.0.1.",
    "http://127.255.255.254",
    "http://0",
    "http://0.0.0.0",
    "http://0x0",
    "http://0x",
    "http://0.1",
    "HTTP://127.0.0.1",
    "http://127.0.0.1?x",
    "http://127.0.0.1#x",
    // Names of this machine.
    "http://localhost",
    "http://LOCALHOST:80",
    "http://localhost.",
    "http://a.b.localhost",
    "http://localhost.localdomain",
    "http://ip6-localhost",
    "http://localhost6",
    "http://ip6-loopback",
    "http://LocalHost.LocalDomain.",
    "http://a.localhost.:80",
    // Names of local networks: without a dot, under their domains, and under those that name every
    // address.
    "http://vm",
    "http://printer:631",
    "http://nas.local",
    "http://kubernetes.default.svc.cluster.local",
    "http://db.corp",
    "http://ip-10-0-0-1.ec2.internal",
    "http://router.home.arpa.",
    "http://127.0.0.1.nip.io",
    "http://7f000001.sslip.io",
    "http://localtest.me",
    // Private, shared, link-local, benchmarking, documentation, multicast, reserved, broadcast.
    "http://10.0.0.1",
    "http://10.1",
    "http://167772161",
    "http://012.1.2.3",
    "http://172.16.0.1",
    "http://172.31.255.255",
    "http://0xac.0x10.1",
    "http://192.168.1.1",
    "http://192.168.257",
    "http://3232235777",
    "http://100.64.0.1",
    "http://169.254.1.1",
    "http://192.0.0.8",
    "http://198.18.0.1",
    "http://203.0.113.7",
    "http://224.0.0.1",
    "http://240.0.0.1",
    "http://255.255.255.255",
    // Metadata.
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xA9FEA9FE/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
    "http://instance-data/latest",
    // IPv6, and IPv4 within it.
    "http://[::1]",
    "http://[0:0:0:0:0:0:0:1]:80",
    "http://[::]",
    "http://[0000::0001]",
    "http://[::127.0.0.1]",
    "http://[::ffff:127.0.0.1]",
    "http://[::ffff:7f00:1]",
    "http://[0:0:0:0:0:ffff:10.0.0.1]",
    "http://[::ffff:0:127.0.0.1]",
    "http://[64:ff9b::7f00:1]",
    "http://[64:ff9b:1::a00:1]",
    "http://[2002:7f00:1::]",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "http://[fe80::1]",
    "http://[fe80::1%25eth0]",
    "http://[fe80::1%eth0]",
    "http://[fc00::1]",
    "http://[fd12:3456::1]",
    "http://[fec0::1]",
    "http://[ff02::1]",
    "http://[2001:db8::1]",
    // Users, escapes, other characters, other schemes: not read as one or the other, but refused.
    "http://user@127.0.0.1",
    "http://example.com@127.0.0.1",
    "http://127.0.0.1@example.com",
    "http://example.com:80@127.0.0.1:80",
    "http://127.0.0.1%00.example.com",
    "http://127%2e0%2e0%2e1",
    "http://%6c%6f%63alhost",
    "http://127.0.0.1\\.example.com",
    "http:\\\\127.0.0.1",
    "http:/127.0.0.1",
    "http:127.0.0.1",
    "//127.0.0.1",
    "http://１２７.0.0.1",
    "http://127。0。0。1",
    "http://ⓛocalhost",
    "http://example.com\t@127.0.0.1",
    "http://example.com\r\nHost: 127.0.0.1",
    " http://127.0.0.1",
    "http://127.0.0.1 ",
    "http://",
    "http://:80",
    "http://.",
    "http://[::1",
    "http://::1",
    "http://[127.0.0.1]",
    "http://256.256.256.256",
    "http://127.0.0.0x1g",
    "http://1.2.3.4.5",
    "http://08.0.0.1",
    "http://example.com:0",
    "http://example.com:65536",
    "http://example.com:+80",
    "http://example.com:80:80",
    "http://example.com:0x50",
    "http://[::1]x",
    "ftp://example.com",
    "file:///etc/passwd",
    "gopher://127.0.0.1",
    "javascript:alert(1)",
    // The other functions.
    "http://import.spin.internal/v1",
    "http://IMPORT.spin.internal./v1",
    "http://self.spin.alt",
];

#[test]
fn what_is_not_public_is_refused_in_every_spelling() {
    assert!(NOT_PUBLIC.len() >= 60);
    let missed: Vec<_> = NOT_PUBLIC.iter().filter(|url| !refused(url)).collect();
    assert!(missed.is_empty(), "not refused: {missed:?}");
}

#[test]
fn a_redirect_is_read_like_the_first_address() {
    let from = Url::parse("https://example.com/a/b?c").unwrap();
    let missed: Vec<_> = NOT_PUBLIC
        .iter()
        .filter(|url| url.contains("://"))
        .filter(|location| {
            from.join(location)
                .and_then(|url| url.check(&[]))
                .is_ok_and(|()| {
                    from.join(location)
                        .is_ok_and(|url| url.origin != from.origin)
                })
        })
        .collect();
    assert!(missed.is_empty(), "not refused: {missed:?}");
    assert_eq!(
        from.join("//127.0.0.1/x").unwrap().check(&[]),
        Err(Refusal::Network)
    );
    assert!(from.join("\\\\127.0.0.1").is_err());
    let resolved = [
        ("/x?y", "https://example.com/x?y"),
        ("x", "https://example.com/a/x"),
        ("?q", "https://example.com/a/b?q"),
        ("#f", "https://example.com/a/b?c"),
        ("", "https://example.com/a/b?c"),
        ("http://other.example:81", "http://other.example:81/"),
        ("/x?u=http://y/", "https://example.com/x?u=http://y/"),
    ];
    for (location, expected) in resolved {
        assert_eq!(
            from.join(location).unwrap().to_string(),
            expected,
            "{location}"
        );
    }
}

#[test]
fn what_is_public_is_read_in_its_plain_form() {
    let rows = [
        ("https://example.com", "https://example.com/"),
        (
            "HTTPS://Example.COM.:443/a?b=c#d",
            "https://example.com/a?b=c",
        ),
        ("http://example.com:8080?x", "http://example.com:8080/?x"),
        ("http://134744072/", "http://8.8.8.8/"),
        ("http://010.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700::1111]:80/", "http://[2606:4700::1111]/"),
        (
            "https://xn--bcher-kva.example/",
            "https://xn--bcher-kva.example/",
        ),
        (
            "https://127.0.0.1.example.com/",
            "https://127.0.0.1.example.com/",
        ),
    ];
    for (text, expected) in rows {
        let url = Url::parse(text).unwrap();
        assert_eq!(url.to_string(), expected, "{text}");
        assert_eq!(url.check(&[]), Ok(()), "{text}");
    }
}

#[test]
fn the_operator_allows_networks_and_never_the_functions() {
    let allowed = [Network::parse("127.0.0.0/8").unwrap()];
    for url in [
        "http://127.0.0.1:1",
        "http://0x7f.1",
        "http://[::ffff:127.0.0.1]",
        "http://localhost",
        "http://localhost.localdomain.",
        "http://vm",
        "http://git.tools.svc.cluster.local",
    ] {
        assert_eq!(Url::parse(url).unwrap().check(&allowed), Ok(()), "{url}");
    }
    let everything = [
        Network::parse("0.0.0.0/0").unwrap(),
        Network::parse("::/0").unwrap(),
    ];
    for url in ["http://10.0.0.1", "http://[::1]"] {
        assert!(Url::parse(url).unwrap().check(&allowed).is_err(), "{url}");
        assert!(Url::parse(url).unwrap().check(&everything).is_ok(), "{url}");
    }
    assert!(
        Url::parse("http://import.spin.internal")
            .unwrap()
            .check(&everything)
            .is_err()
    );
}

proptest! {
    #[test]
    fn whatever_is_read_is_read_the_same_again(text in "(https?://)?[ -~]{0,40}") {
        if let Ok(url) = Url::parse(&text) {
            prop_assert_eq!(Url::parse(&url.to_string()), Ok(url));
        }
    }

    #[test]
    fn every_spelling_of_an_address_is_that_address(address: u32, first in 0..3_u8, last in 0..3_u8) {
        let write = |value: u32, radix: u8| match radix {
            0 => format!("{value}"),
            1 => format!("0{value:o}"),
            _ => format!("0x{value:x}"),
        };
        let spelled = format!("{}.{}", write(address >> 24, first), write(address & 0xff_ffff, last));
        let expected = Host::Ip(IpAddr::V4(Ipv4Addr::from(address)));
        prop_assert_eq!(Host::parse(&spelled), Ok(expected.clone()));
        prop_assert_eq!(Host::parse(&write(address, first)), Ok(expected));
    }
}
