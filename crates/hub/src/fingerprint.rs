//! Fingerprints of secrets: whether two are the same is seen without seeing them.

use serde_json::Value;

use crate::pointer::escaped;
use crate::slot::{self, Slot};

/// A secret of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Where it is in the document of the object (RFC 6901).
    pub pointer: String,
    /// Its entry of the secret object; none where it is still to be set.
    pub entry: Option<String>,
    /// Its fingerprint; none where it is still to be set.
    pub fingerprint: Option<String>,
}

/// The secrets of a document in its order, each with its entry.
pub fn places_in(doc: &Value) -> Vec<(String, Option<&str>)> {
    let mut places = Vec::new();
    slot::for_each(doc, &mut |pointer, slot| {
        let entry = match slot {
            Slot::Set(entry) => Some(entry),
            Slot::Unset => None,
        };
        places.push((pointer.to_owned(), entry));
    });
    places
}

/// The entries of a secret object, as places in it.
pub fn places_of_secret(doc: &Value) -> Vec<(String, Option<&str>)> {
    let entries = doc.get("data").and_then(Value::as_object);
    let entries = entries.into_iter().flat_map(|entries| entries.keys());
    entries
        .map(|entry| (format!("/data/{}", escaped(entry)), Some(entry.as_str())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_in_the_order_of_the_document() {
        let doc = json!({"params": [{"value": {"$secret": "b"}}, {"value": {"$secret": null}}], "a": {"$secret": "a"}});
        let expected = [
            ("/params/0/value".to_owned(), Some("b")),
            ("/params/1/value".to_owned(), None),
            ("/a".to_owned(), Some("a")),
        ];
        assert_eq!(places_in(&doc), expected);
        let secret = json!({"data": {"tls.key": "v1.x", "a/b": "v1.y"}});
        let pointers: Vec<_> = places_of_secret(&secret)
            .into_iter()
            .map(|(at, _)| at)
            .collect();
        assert_eq!(pointers, ["/data/tls.key", "/data/a~1b"]);
    }
}
