//! `GET /v1/scopes/{scope}/revisions`: what was done to the objects of a scope.

use hub::command::Export;
use hub::error::{FieldCode, FieldError};
use hub::fields::FieldErrors;
use hub::history::{Entry, History, Query};
use hub::id::Uid;
use hub::object::Kind;
use hub::query::LONGEST_PAGE;
use serde::Serialize;

use super::parse::not_between;
use api::request::Request;
use api::route::Parsed;

/// Whose revisions are told to who may read. Keys are for who may administer; scopes and
/// idempotency records are in no scope or of no use to anybody.
const KINDS: [Kind; 9] = [
    Kind::Class,
    Kind::Connector,
    Kind::Secret,
    Kind::Connection,
    Kind::Version,
    Kind::Credential,
    Kind::Contents,
    Kind::ConfigObject,
    Kind::Job,
];
/// The query parameters that are read.
pub(crate) const PARAMETERS: &[&str] = &["kind", "object", "name", "after", "limit"];
/// How many revisions are told where nothing is said.
const LIMIT: i64 = 100;

/// Reads what is asked for: `kind`, `object` (its id), `name`, `after` (a revision) and `limit`,
/// all of which may be left out.
pub(crate) fn query(request: &Request) -> Parsed<Export> {
    let mut faults = FieldErrors::default();
    let kinds = match request.query("kind") {
        None => KINDS.to_vec(),
        Some(name) => kind(name, &mut faults).into_iter().collect(),
    };
    let object = request.query("object").and_then(|id| {
        let uid = Uid::parse_hex(id);
        if uid.is_none() {
            faults.push(FieldError::new(
                "object",
                FieldCode::Invalid,
                "must be the id of an object",
            ));
        }
        uid
    });
    let after = number(request, "after", 0, 0, i64::MAX, &mut faults);
    let limit = number(
        request,
        "limit",
        LIMIT,
        1,
        i64::from(LONGEST_PAGE),
        &mut faults,
    );
    let query = Query {
        kinds,
        object,
        name: request.query("name").map(str::to_owned),
        after,
        limit: u32::try_from(limit).unwrap_or(LONGEST_PAGE),
    };
    faults.finish(Export::History(query).into())
}

fn kind(name: &str, faults: &mut FieldErrors) -> Option<Kind> {
    let known = KINDS.into_iter().find(|kind| kind_name(*kind) == name);
    if known.is_none() {
        let allowed = KINDS.into_iter().map(kind_name).collect();
        faults.push(FieldError::unsupported("kind", name, allowed));
    }
    known
}

/// `configuration-object`
fn kind_name(kind: Kind) -> String {
    kind.as_str().replace(' ', "-")
}

fn number(
    request: &Request,
    name: &str,
    default: i64,
    least: i64,
    most: i64,
    faults: &mut FieldErrors,
) -> i64 {
    let Some(text) = request.query(name) else {
        return default;
    };
    let number = text.parse().ok();
    number
        .filter(|number| (least..=most).contains(number))
        .unwrap_or_else(|| {
            faults.push(not_between(name, least, most));
            default
        })
}

/// A part of the log.
#[derive(Serialize)]
pub(crate) struct Part<'h> {
    count: i64,
    revisions: Vec<Revision<'h>>,
    next: Option<i64>,
}

#[derive(Serialize)]
struct Revision<'h> {
    revision: i64,
    operation: &'static str,
    actor: &'h str,
    at: String,
    generation: i64,
    object: RevisedObject<'h>,
}

/// What a revision is of.
#[derive(Serialize)]
struct RevisedObject<'h> {
    id: String,
    kind: String,
    name: &'h str,
    slug: &'h str,
}

/// Prints a part of the log.
pub(crate) fn history(history: &History) -> Part<'_> {
    Part {
        count: history.count,
        revisions: history.entries.iter().map(revision).collect(),
        next: history.next,
    }
}

fn revision(entry: &Entry) -> Revision<'_> {
    Revision {
        revision: entry.revision,
        operation: entry.operation.as_str(),
        actor: &entry.actor,
        at: entry.at.rfc3339_millis(),
        generation: entry.generation,
        object: RevisedObject {
            id: entry.object.hex(),
            kind: kind_name(entry.kind),
            name: &entry.name,
            slug: &entry.slug,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::command::Invocation;
    use hub::error::Error;

    fn asked(query: &str) -> Parsed<Export> {
        self::query(&Request {
            query: api::form::parse(query),
            ..Request::default()
        })
    }

    #[test]
    fn what_is_left_out_asks_for_all() {
        let Ok(Invocation {
            command: Export::History(query),
            ..
        }) = asked("")
        else {
            panic!("no history")
        };
        assert_eq!((query.kinds.len(), query.after, query.limit), (9, 0, 100));
        let Ok(Invocation {
            command: Export::History(query),
            ..
        }) = asked("kind=configuration-object&limit=7&after=3")
        else {
            panic!("no history")
        };
        assert_eq!(
            (query.kinds, query.after, query.limit),
            (vec![Kind::ConfigObject], 3, 7)
        );
    }

    #[test]
    fn every_fault_is_named() {
        let Err(Error::Invalid(faults)) = asked("kind=key&object=x&after=-1&limit=1001") else {
            panic!("no fault")
        };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["kind", "object", "after", "limit"]);
    }
}
