//! Fingerprints of secrets, and the purge of those that are stored in the clear.

use hub::command::{Export, ObjectRef, Update};
use hub::fields::{FieldErrors, Fields};
use hub::fingerprint::Fingerprint;
use hub::id::Uid;
use hub::object::Kind;
use hub::purge::{PurgeBatch, Purged};
use serde::Serialize;
use serde_json::{Value, json};

use super::parse::{not_between, refuse_unknown};
use api::request::Request;
use api::route::Parsed;

/// How many revisions a part of a purge looks at where nothing is said, and the most.
const LIMIT: u32 = 200;
const LIMIT_MAX: u32 = 1000;

/// `GET /v1/scopes/{scope}/connectors/{connector}/secrets`: the connector by its id in any form, by
/// its DNS name, or by the name that it was given.
pub(crate) fn of_connector(request: &Request) -> Parsed<Export> {
    let name = request.param("connector");
    let uid = Uid::parse_hex(name).or_else(|| Uid::parse_ulid(name));
    let by = [
        uid.map(ObjectRef::Uid),
        name.parse().ok().map(ObjectRef::Id),
        Some(ObjectRef::Slug(name.to_owned())),
        Some(ObjectRef::Name(name.to_owned())),
    ];
    let by = by.into_iter().flatten().collect();
    Ok(Export::Fingerprints(Kind::Connector, by).into())
}

/// `GET /v1/scopes/{scope}/secrets/{secret}/fingerprints`
pub(crate) fn of_secret(request: &Request) -> Parsed<Export> {
    let name = request.param("secret").to_owned();
    let by = vec![ObjectRef::Slug(name.clone()), ObjectRef::Name(name)];
    Ok(Export::Fingerprints(Kind::Secret, by).into())
}

/// `POST /v1/purge`
pub(crate) fn purge(request: &Request) -> Parsed<Update> {
    let body = if request.body.is_empty() {
        json!({})
    } else {
        request.json()?
    };
    let mut faults = FieldErrors::default();
    let mut batch = PurgeBatch {
        after: 0,
        after_item: 0,
        limit: LIMIT,
    };
    if let Some(fields) = faults.object("", &body) {
        refuse_unknown(&fields, &["after", "afterItem", "limit"], &mut faults);
        let most = i64::from(LIMIT_MAX);
        let limit = number(&fields, "limit", i64::from(LIMIT), 1, most, &mut faults);
        batch.after = number(&fields, "after", 0, 0, i64::MAX, &mut faults);
        batch.after_item = number(&fields, "afterItem", 0, 0, i64::MAX, &mut faults);
        batch.limit = u32::try_from(limit).unwrap_or(LIMIT);
    }
    let batch = faults.finish(batch)?;
    Ok(Update::Purge(batch).into())
}

fn number(
    fields: &Fields<'_>,
    name: &str,
    default: i64,
    least: i64,
    most: i64,
    faults: &mut FieldErrors,
) -> i64 {
    let Some(value) = fields.get(name) else {
        return default;
    };
    match value.as_i64() {
        Some(number) if (least..=most).contains(&number) => number,
        Some(_) => {
            faults.push(not_between(name, least, most));
            default
        }
        None => {
            faults.wrong_type(name, "an integer");
            default
        }
    }
}

/// The secrets of an object.
#[derive(Serialize)]
pub(crate) struct FingerprintList<'f> {
    items: Vec<FingerprintBody<'f>>,
}

#[derive(Serialize)]
struct FingerprintBody<'f> {
    pointer: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'f str>,
    set: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'f str>,
}

/// Prints fingerprints.
pub(crate) fn fingerprints(all: &[Fingerprint]) -> FingerprintList<'_> {
    FingerprintList {
        items: all.iter().map(fingerprint).collect(),
    }
}

fn fingerprint(one: &Fingerprint) -> FingerprintBody<'_> {
    FingerprintBody {
        pointer: &one.pointer,
        entry: one.entry.as_deref(),
        set: one.fingerprint.is_some(),
        fingerprint: one.fingerprint.as_deref(),
    }
}

/// Prints what a part of a purge came to.
pub(crate) fn purged(purged: Purged) -> Value {
    json!({
        "done": purged.done,
        "next": purged.next,
        "nextItem": purged.next_item,
        "objects": purged.objects,
        "revisions": purged.revisions,
        "items": purged.items,
        "compacted": purged.compacted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::command::Invocation;
    use hub::error::Error;

    #[test]
    fn a_connector_is_named_in_every_form() {
        let uid = Uid::derived(&["x"]);
        for (name, first) in [
            (uid.hex(), ObjectRef::Uid(uid)),
            (uid.ulid(), ObjectRef::Uid(uid)),
            ("17".to_owned(), ObjectRef::Id(17)),
            ("a-b".to_owned(), ObjectRef::Slug("a-b".to_owned())),
        ] {
            let params = vec![("connector", name.clone())];
            let request = Request {
                params: params.into_iter().collect(),
                ..Request::default()
            };
            let Ok(Invocation {
                command: Export::Fingerprints(Kind::Connector, by),
                ..
            }) = of_connector(&request)
            else {
                panic!("no fingerprints")
            };
            assert_eq!(by.first(), Some(&first));
            assert_eq!(by.last(), Some(&ObjectRef::Name(name)));
        }
    }

    #[test]
    fn every_fault_of_a_purge_is_named() {
        let body = json!({"after": -1, "afterItem": "x", "limit": 1001, "all": true});
        let request = Request {
            body: body.to_string().into_bytes().into(),
            ..Request::default()
        };
        let Err(Error::Invalid(faults)) = purge(&request) else {
            panic!("no fault")
        };
        let mut fields: Vec<_> = faults.into_iter().map(|fault| fault.field).collect();
        fields.sort();
        assert_eq!(fields, ["after", "afterItem", "all", "limit"]);
    }

    #[test]
    fn what_is_not_set_has_no_fingerprint() {
        let one = |entry: Option<&str>, fingerprint: Option<&str>| Fingerprint {
            pointer: "/params/0/value".to_owned(),
            entry: entry.map(str::to_owned),
            fingerprint: fingerprint.map(str::to_owned),
        };
        let all = [one(Some("e"), Some("abc")), one(None, None)];
        let printed = serde_json::to_value(fingerprints(&all)).unwrap();
        let expected = json!({"items": [
            {"pointer": "/params/0/value", "entry": "e", "set": true, "fingerprint": "abc"},
            {"pointer": "/params/0/value", "set": false},
        ]});
        assert_eq!(printed, expected);
    }
}
