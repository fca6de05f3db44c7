//! Rules for names that several dialects share.

/// The longest DNS-1123 subdomain (RFC 1123, section 2.1), in characters.
const DNS_NAME_MAX: usize = 253;

/// Whether `name` is a DNS-1123 subdomain, which is what a Kubernetes object may be called.
pub fn is_dns_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= DNS_NAME_MAX
        && name.split('.').all(is_dns_label_of_any_length)
}

fn is_dns_label_of_any_length(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    label.bytes().next().is_some_and(inner)
        && label.bytes().last().is_some_and(inner)
        && label.bytes().all(|byte| inner(byte) || byte == b'-')
}

/// The DNS-1123 name nearest to a display name: itself when it is one, otherwise lower case with a
/// `-` for every run of other characters. Long names are cut so that the store can add a suffix
/// that makes them unique.
pub fn slug(name: &str) -> String {
    const ROOM_FOR_SUFFIX: usize = 9;
    if is_dns_name(name) {
        return name.to_owned();
    }
    let mut slug = String::with_capacity(name.len());
    for char in name.chars().map(|char| char.to_ascii_lowercase()) {
        if char.is_ascii_lowercase() || char.is_ascii_digit() {
            slug.push(char);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= DNS_NAME_MAX - ROOM_FOR_SUFFIX {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "unnamed".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_a_dns_name() {
        for name in [
            "git",
            "My HTTP Connection",
            "  ",
            "Ünïcode/Name's",
            "a..b",
            "-a-",
            &"x y".repeat(200),
        ] {
            assert!(is_dns_name(&slug(name)), "{name:?} -> {:?}", slug(name));
        }
        assert_eq!(slug("a.b-c"), "a.b-c");
        assert_eq!(slug("My HTTP  Connection!"), "my-http-connection");
    }
}
