//! The classes that connectors of a scope can have, kept by an instance for as long as they stay as
//! they are.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use hub::class::Classes;
use hub::error::Result;
use hub::object::ScopeId;
use store::Store;
use store::database::Database;

/// How many scopes' classes an instance keeps.
const SCOPES_MAX: usize = 64;

thread_local! {
    /// With the newest revision that was known when they were read, which may be older than they are.
    static KEPT: RefCell<HashMap<ScopeId, (i64, Rc<Classes>)>> = RefCell::default();
}

/// Those of a scope, none of whose classes has a revision newer than `newest`.
///
/// # Errors
/// Those of [`Store::classes`].
pub(crate) fn of<D: Database>(
    store: &Store<D>,
    scope: ScopeId,
    newest: i64,
) -> Result<Rc<Classes>> {
    if let Some(kept) = kept(scope, newest) {
        return Ok(kept);
    }
    let classes = Rc::new(Classes::of(store.classes(scope)?));
    KEPT.with_borrow_mut(|all| {
        if all.len() >= SCOPES_MAX {
            all.clear();
        }
        all.insert(scope, (newest, classes.clone()));
    });
    Ok(classes)
}

fn kept(scope: ScopeId, newest: i64) -> Option<Rc<Classes>> {
    KEPT.with_borrow(|all| {
        let (at, classes) = all.get(&scope)?;
        (*at == newest).then(|| classes.clone())
    })
}
