//! `name=value&…`, as in queries and urlencoded bodies.

use percent_encoding::percent_decode_str;

/// The pairs, decoded, in order. What is not UTF-8 is replaced by U+FFFD.
pub fn parse(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_in_order() {
        let pairs = parse("a=1&b=x+y%2Fz&&c&a=2");
        let expected = [("a", "1"), ("b", "x y/z"), ("c", ""), ("a", "2")];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
