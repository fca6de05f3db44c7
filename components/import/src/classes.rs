//! Creates and replaces the classes of a scope.

use gateway::Call;
use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::time::Timestamp;
use serde_json::Value;

/// How often a change is tried again that another one came in between of.
const ATTEMPTS: usize = 8;

/// Creates the class or replaces it. The same document again changes nothing. What was observed of it stays until it is
/// observed again.
pub async fn put(call: &Call, name: String, doc: Value) -> Result<Outcome> {
    let scope = call.scope()?.id;
    for _ in 0..ATTEMPTS {
        let current = call
            .store
            .find(scope, Kind::Class, &ObjectRef::Slug(name.clone()))?;
        let created = current.is_none();
        let change = match current {
            Some(current) => {
                let mut doc = doc.clone();
                hub::object::keep_status(&mut doc, &current.doc);
                if current.doc == doc {
                    return Ok(Outcome::Class(name, doc, false));
                }
                Change::update(current, doc, Timestamp::now())
            }
            None => Change::create(
                Kind::Class,
                scope,
                &name,
                doc.clone(),
                Uniqueness::Slug,
                Timestamp::now(),
            )?,
        };
        match call.commit(Plan::of(change)).await {
            Ok(_) => return Ok(Outcome::Class(name, doc, created)),
            Err(Error::Conflict { .. } | Error::AlreadyExists { .. } | Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let message = "it is being changed by others: try again".to_owned();
    Err(Error::Conflict {
        kind: Kind::Class.as_str(),
        name,
        message,
    })
}
