//! What classes say of probing, read once: a sweep probes many connectors of few classes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use hub::class::Class;
use hub::error::Result;
use prober::definition::Definition;
use serde_json::Value;
use store::Store;
use store::database::Database;
use store::probes::LeasedProbe;

/// How many are kept. When there are more, all are forgotten.
const KNOWN_MAX: usize = 64;

/// A namespace, where services are that the class names without one, and the version of a class, or
/// its name when it is one of the catalogue.
type Key = (String, String);

thread_local! {
    static KNOWN: RefCell<HashMap<Key, Rc<Definition>>> = RefCell::default();
}

/// Why there is no definition.
pub(super) enum Missing {
    /// There is no such class.
    Class,
    /// The class cannot be used.
    Sense,
}

/// What the class of a connector says, as it was when the connector was claimed or later.
///
/// # Errors
/// Those of [`Store::class`].
pub(super) fn of<D: Database>(
    store: &Store<D>,
    claimed: &LeasedProbe,
    class: &str,
) -> Result<std::result::Result<Rc<Definition>, Missing>> {
    let version = match claimed.class_version.as_str() {
        "" => class,
        version => version,
    };
    let key = (claimed.namespace.clone(), version.to_owned());
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return Ok(Ok(known));
    }
    let Some(doc) = doc(store, claimed, class)? else {
        return Ok(Err(Missing::Class));
    };
    let Ok(definition) = Definition::parse(&doc, &claimed.namespace) else {
        return Ok(Err(Missing::Sense));
    };
    let definition = Rc::new(definition);
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(key, Rc::clone(&definition));
    });
    Ok(Ok(definition))
}

fn doc<D: Database>(store: &Store<D>, claimed: &LeasedProbe, class: &str) -> Result<Option<Value>> {
    if !claimed.class_version.is_empty()
        && let Some(stored) = store.class(claimed.object.scope, class)?
    {
        return Ok(Some(stored.doc));
    }
    Ok(Class::in_catalogue(class).map(|class| class.doc.clone()))
}
