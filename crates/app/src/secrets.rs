//! Secrets: those in documents, and those that are objects of their own.

use hub::class::take_source;
use hub::command::ObjectRef;
use hub::connector::{self, Secrets};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::json::text_at;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Action, Change, Plan};
use hub::resource::Context;
use hub::secret::{Clear, MASK, Raw};
use hub::slot;
use hub::time::Timestamp;
use serde_json::{Value, json};
use store::secrets::Vault;

use crate::call::Call;
use crate::ports::Platform;

/// The document of an object as it is stored, and the secrets that its own secret object is to hold.
///
/// # Errors
/// Those of [`connector::settle`] and [`seal`].
pub(crate) fn settle(
    vault: &Vault,
    kind: Kind,
    doc: Raw,
    current: Option<&Object>,
    context: &Context<'_>,
) -> Result<(Value, Secrets)> {
    match kind {
        Kind::Connector => {
            let class = context.class_of_raw(&doc);
            let stored = current.map(|current| &current.doc);
            connector::settle(doc, stored, class, context.scope.secret_store)
        }
        Kind::Secret => {
            let mut doc = doc.into_inner();
            seal(vault, context.scope.id, &mut doc, current)?;
            Ok((doc, Secrets::default()))
        }
        Kind::Class => {
            let mut doc = doc.into_inner();
            take_source(&mut doc);
            Ok((doc, Secrets::default()))
        }
        _ => Ok((doc.into_inner(), Secrets::default())),
    }
}

/// The kinds whose documents an operation of a dialect writes by itself, and which can have secrets.
const SETTLED: [Kind; 2] = [Kind::Connector, Kind::Connection];

/// The plan of an operation with the secrets taken out of its documents: each goes into the secret
/// object that its owner has, by the same plan.
///
/// # Errors
/// Those of [`connector::settle`] and of the store.
pub(crate) fn settle_plan<P: Platform>(
    call: &Call<P>,
    mut plan: Plan,
    now: Timestamp,
) -> Result<Plan> {
    let mut secrets = Vec::new();
    let is_written = |change: &&mut Change| {
        SETTLED.contains(&change.object.kind)
            && matches!(change.operation, Action::Create | Action::Update)
    };
    for change in plan.changes.iter_mut().filter(is_written) {
        secrets.extend(settle_change(call, change, now)?);
    }
    plan.changes.extend(secrets);
    Ok(plan)
}

/// Settles the document of one change. Answers the change of its secret object, if that changes.
fn settle_change<P: Platform>(
    call: &Call<P>,
    change: &mut Change,
    now: Timestamp,
) -> Result<Option<Change>> {
    let (object, doc) = (&change.object, &change.object.doc);
    let is_new = change.operation == Action::Create;
    let (classes, scope) = (call.classes()?, call.scope()?);
    let class = classes.get(text_at(doc, "/class"));
    let settle =
        |current| connector::settle(Raw::new(doc.clone()), current, class, scope.secret_store);
    if slot::entries(doc).is_empty() {
        let (settled, secrets) = settle(None)?;
        if is_new || secrets == Secrets::default() {
            change.object.doc = settled;
            let vault = &call.settings.vault;
            return vault.change(&change.object, None, &secrets, now);
        }
    }
    let (by, below) = (ObjectRef::Uid(object.uid), object.kind);
    let (current, children) = call.store.with_children(object.scope, below, &by)?;
    let owned = children
        .into_iter()
        .find(|child| child.kind == Kind::Secret);
    let (settled, secrets) = settle(Some(&current.doc))?;
    change.object.doc = settled;
    call.settings
        .vault
        .change(&change.object, owned, &secrets, now)
}

/// Seals the entries of a secret's document. A mask stands for the value that is stored, and a
/// value that is stored already stays as it is sealed, so that writing the same again changes
/// nothing.
///
/// # Errors
/// [`Error::Invalid`] when entries change that were said to be immutable; those of
/// [`store::secrets::Vault::seal`].
fn seal(vault: &Vault, scope: ScopeId, doc: &mut Value, current: Option<&Object>) -> Result<()> {
    let stored = current.and_then(|current| current.doc.get("data"));
    let entries = doc.get_mut("data").and_then(Value::as_object_mut);
    for (name, value) in entries.into_iter().flatten() {
        let given = Clear::new(value.as_str().unwrap_or_default());
        let sealed = stored
            .and_then(|stored| stored.get(name))
            .and_then(Value::as_str);
        let stays = |sealed: &&str| {
            given.expose() == MASK
                || vault
                    .open(scope, name, sealed)
                    .is_ok_and(|stored| stored == given)
        };
        *value = match sealed.filter(stays) {
            Some(sealed) => json!(sealed),
            None => json!(vault.seal(scope, name, &given)?),
        };
    }
    let is_immutable =
        current.is_some_and(|current| current.doc.get("immutable") == Some(&json!(true)));
    if is_immutable && doc.get("data") != stored {
        let message = "Forbidden: field is immutable when `immutable` is set";
        return Err(Error::field(FieldError::new(
            "data",
            FieldCode::Forbidden,
            message,
        )));
    }
    Ok(())
}

/// Whether an entry of a secret is stored with that value.
pub(crate) fn is_stored(vault: &Vault, secret: &Object, entry: &str, value: &str) -> bool {
    let sealed = secret
        .doc
        .get("data")
        .and_then(|data| data.get(entry)?.as_str());
    let stored = sealed.map(|sealed| vault.open(secret.scope, entry, sealed));
    stored.is_some_and(|stored| stored.is_ok_and(|stored| stored == Clear::new(value)))
}
