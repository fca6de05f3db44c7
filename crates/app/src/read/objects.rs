//! Reads objects of every kind.

use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::query::Query;
use store::ROOT;

use crate::call::Call;
use crate::ports::Platform;

/// One object, which may have been read along with who asks for it. A class that the scope does not
/// have itself may be one that its connectors can have all the same.
pub(crate) fn get<P: Platform>(mut call: Call<P>, kind: Kind, by: &ObjectRef) -> Result<Outcome> {
    // A scope is in no other.
    let scope = if kind == Kind::Scope {
        ROOT
    } else {
        call.scope()?.id
    };
    let found = match call.caller.subject.take() {
        Some(subject) => subject,
        None => call.store.object(scope, kind, by),
    };
    match found {
        Err(Error::NotFound { .. }) if kind == Kind::Class => {
            call.seen_classes()?.below_own(&by.to_string())
        }
        found => found,
    }
    .map(Outcome::Found)
}

/// As many objects of the scope as the query asks for, all of them as they were at one revision.
pub(crate) fn list<P: Platform>(call: &Call<P>, query: Query) -> Result<Outcome> {
    let mut query = query.within(call.scope()?.id);
    let wanted = query.limit;
    let mut page = call.store.list(&query)?;
    loop {
        let found = u32::try_from(page.objects.len()).unwrap_or(u32::MAX);
        query.limit = wanted.saturating_sub(found);
        if page.next.is_none() || query.limit == 0 {
            return Ok(Outcome::Listed(page));
        }
        query.after = page.next;
        let more = call.store.list_at(page.revision, &query)?;
        page.objects.extend(more.objects);
        page.next = more.next;
    }
}
