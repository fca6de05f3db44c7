//! Whether the classes that a plan writes can be used, whatever dialect they come by.

use hub::command::ObjectRef;
use hub::error::{Error, FieldError, Result};
use hub::object::Kind;
use hub::plan::{Action, Change, Plan};
use hub::unchanged;
use serde_json::Value;

use crate::call::Call;
use crate::ports::Platform;

/// Refuses a plan that writes a class that is not valid: first by what is known here, then by what
/// only probe can tell, which looks at the sources in it.
///
/// # Errors
/// [`Error::Invalid`] with every field that is wrong; those of the store and of probe.
pub(crate) async fn check<P: Platform>(call: &Call<P>, plan: &Plan) -> Result<()> {
    let writes = |action| matches!(action, Action::Create | Action::Update);
    for change in &plan.changes {
        if change.object.kind == Kind::Class && writes(change.operation) {
            let doc = &change.object.doc;
            Error::check(new_faults(doc, stored(call, change)?.as_ref()))?;
            Error::check(call.platform.check_class(doc).await?)?;
        }
    }
    Ok(())
}

/// The document that the change replaces.
fn stored<P: Platform>(call: &Call<P>, change: &Change) -> Result<Option<Value>> {
    if change.operation != Action::Update {
        return Ok(None);
    }
    let object = &change.object;
    let found = call
        .store
        .find(object.scope, object.kind, &ObjectRef::Uid(object.uid))?;
    Ok(found.map(|found| found.doc))
}

/// The faults of a document that the one before it does not have in the same place: who changes one
/// member of a class from before it was checked need not mend the others.
fn new_faults(doc: &Value, before: Option<&Value>) -> Vec<FieldError> {
    let faults = registry::class_faults(doc);
    let Some(before) = before.filter(|_| !faults.is_empty()) else {
        return faults;
    };
    let old = registry::class_faults(before);
    let (known, mut new): (Vec<_>, Vec<_>) =
        faults.into_iter().partition(|fault| old.contains(fault));
    new.extend(unchanged::changed(known, doc, Some(before)));
    new
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(doc: &Value, before: Option<&Value>) -> Vec<String> {
        let faults = new_faults(doc, before).into_iter();
        faults.map(|fault| fault.field).collect()
    }

    #[test]
    fn only_what_is_new_is_told() {
        let auth = json!({"types": [{"name": "a"}]});
        let old = json!({"pingone": {"colors": {"dark": 1}}, "auth": auth, "authProbes": [{"authName": "a"}]});
        let doc = |name: &str, value: Value| {
            let mut doc = old.clone();
            doc[name] = value;
            doc
        };
        assert_eq!(fields(&old, None), ["pingone.colors.dark"]);
        let described = doc("description", json!("x"));
        assert_eq!(fields(&described, Some(&old)), Vec::<String>::new());
        let other = doc("pingone", json!({"colors": {"dark": 2}}));
        assert_eq!(fields(&other, Some(&old)), ["pingone.colors.dark"]);
        // What a member refers to has gone, and it is as it was.
        let without = doc("auth", json!({"types": []}));
        assert_eq!(fields(&without, Some(&old)), ["authProbes[0].authName"]);
        assert_eq!(fields(&doc("params", json!(5)), Some(&old)), ["params"]);
    }

    #[test]
    fn the_catalogue_is_valid_in_every_dialect() {
        for class in hub::class::Class::catalogue() {
            assert_eq!(
                fields(&class.doc, None),
                Vec::<String>::new(),
                "{}",
                class.name
            );
        }
    }
}
