//! Says why a plan was refused, in words for its caller.

use hub::dialects::Dialects;
use hub::error::{Error, FieldError, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::plan::{Action, Change, Plan};
use spin_sdk::sqlite::Value;

use crate::database::{Columns, Database, Failure};
use crate::statements::{Encoded, REFUSALS, parameter};

/// Why the plan was refused, as things stand now. Things may have changed since: then it is a
/// conflict too.
pub(crate) fn explain<D: Database>(database: &D, plan: &Plan, encoded: &Encoded) -> Result<Error> {
    let rows = database.read(REFUSALS, vec![Value::Text(parameter([encoded]))])?;
    for row in rows {
        let mut columns = Columns::new(row);
        let step = usize::try_from(columns.integer()?).unwrap_or(usize::MAX);
        let reason = columns.text()?;
        let Some(change) = plan.changes.get(step) else {
            continue;
        };
        if let Some(error) = error(plan, change, &reason) {
            return Ok(error);
        }
    }
    Ok(plan.changes.first().map_or_else(
        || Error::Internal("an empty plan was refused".to_owned()),
        |first| conflict(&first.object),
    ))
}

fn error(plan: &Plan, change: &Change, reason: &str) -> Option<Error> {
    let object = &change.object;
    match reason {
        "scope" => Some(Error::not_found(Kind::Scope, object.scope.to_string())),
        "missing" if made_here(plan, object.uid) => None,
        "missing" => Some(Error::not_found(object.kind, &object.name)),
        "conflict" => Some(conflict(object)),
        "parent" if object.parent.is_some_and(|parent| made_here(plan, parent)) => None,
        "parent" => {
            let parent = object.parent.map(Uid::hex).unwrap_or_default();
            Some(Error::NotFound {
                kind: "parent object",
                name: parent,
            })
        }
        "unnamed" => Some(Error::Invalid(vec![FieldError::required("name")])),
        "name" => Some(exists(object, &object.name, "name")),
        // A slug is claimed where it is the name that the caller gave.
        "slug" => Some(exists(object, &object.slug, "slug")),
        _ => None,
    }
}

/// What a unique column says of a plan.
pub(crate) fn not_unique<D: Database>(
    database: &D,
    dialects: &dyn Dialects,
    plan: &Plan,
    table: &str,
    column: &str,
) -> Result<Error> {
    let of_scope = |change: &&Change| change.object.kind == Kind::Scope;
    let change = match table {
        "scope_name" => plan.changes.iter().find(of_scope),
        _ => plan.changes.first(),
    };
    Ok(match (change, table, column) {
        (Some(change), "scope_name", _) => taken_name(database, dialects, &change.object)?,
        (Some(change), "object", "slug") => exists(&change.object, &change.object.slug, "slug"),
        (Some(change), "object", "uid") => exists(&change.object, &change.object.uid.hex(), "uid"),
        _ => Failure::Unique(table.to_owned(), column.to_owned()).into(),
    })
}

/// Which name of a scope another one has.
fn taken_name<D: Database>(database: &D, dialects: &dyn Dialects, scope: &Object) -> Result<Error> {
    let sql = "SELECT scope_name.dialect, scope_name.value FROM json_each(?1, '$.names') AS wanted \
         CROSS JOIN scope_name ON scope_name.dialect = wanted.key AND scope_name.value = wanted.value \
         WHERE scope_name.scope <> ?2 LIMIT 1";
    let parameters = vec![Value::Text(scope.doc.to_string()), Value::Integer(scope.id)];
    let Some(row) = database.read(sql, parameters)?.into_iter().next() else {
        return Ok(conflict(scope));
    };
    let mut columns = Columns::new(row);
    let (dialect, value) = (columns.text()?, columns.text()?);
    let known = dialects.scope_names();
    let known = known.iter().find(|(known, _)| *known == dialect);
    let field = known.map_or("names", |(_, form)| form.field());
    Ok(exists(scope, &value, field))
}

fn made_here(plan: &Plan, uid: Uid) -> bool {
    plan.changes
        .iter()
        .any(|change| change.operation == Action::Create && change.object.uid == uid)
}

fn exists(object: &Object, name: &str, field: &'static str) -> Error {
    Error::AlreadyExists {
        kind: object.kind.as_str(),
        name: name.to_owned(),
        field,
    }
}

fn conflict(object: &Object) -> Error {
    Error::Conflict {
        kind: object.kind.as_str(),
        name: object.name.clone(),
        message: "it was changed since it was read: read it again and repeat the change".to_owned(),
    }
}
