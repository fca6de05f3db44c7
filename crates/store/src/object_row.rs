//! Objects as rows.

use hub::connector::upgrade;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::time::Timestamp;

use serde_json::Value;

use crate::database::{Columns, Row};
use crate::internal::internal;

/// The columns that [`object`] reads, in its order. `object.` in front is needed where tables are
/// joined.
pub(crate) const COLUMNS: &str = "object.id AS id, object.uid AS uid, object.scope AS scope, object.kind AS kind, \
     object.name AS name, object.slug AS slug, object.parent AS parent, object.generation AS generation, \
     object.revision AS revision, object.created_at AS created_at, object.updated_at AS updated_at, object.doc AS doc";

/// A kind in SQL. Not a parameter: one that is compared with a column that a partial index is about
/// has SQLite prepare the statement anew for each value, which costs three times as much as running
/// it.
pub(crate) fn literal(kind: Kind) -> String {
    format!("'{}'", kind.as_str())
}

/// Several, for `IN`.
pub(crate) fn literals(kinds: &[Kind]) -> String {
    let literals: Vec<String> = kinds.iter().copied().map(literal).collect();
    literals.join(", ")
}

pub(crate) fn objects(rows: Vec<Row>) -> Result<Vec<Object>> {
    rows.into_iter()
        .map(|row| object(&mut Columns::new(row)))
        .collect()
}

/// Reads [`COLUMNS`].
pub(crate) fn object(columns: &mut Columns) -> Result<Object> {
    maybe_object(columns)?.ok_or_else(|| Error::Internal("a row without an object".to_owned()))
}

/// Reads [`COLUMNS`], which a LEFT JOIN may have left empty.
pub(crate) fn maybe_object(columns: &mut Columns) -> Result<Option<Object>> {
    let Some(id) = columns.maybe_integer()? else {
        return Ok(None);
    };
    Ok(Some(Object {
        id,
        uid: uid(&columns.text()?)?,
        scope: columns.integer()?,
        kind: kind(&columns.text()?)?,
        name: columns.text()?,
        slug: columns.text()?,
        parent: columns.maybe_text()?.map(|text| uid(&text)).transpose()?,
        generation: columns.integer()?,
        revision: columns.integer()?,
        created_at: Timestamp::from_millis(columns.integer()?),
        updated_at: Timestamp::from_millis(columns.integer()?),
        doc: document(&columns.text()?)?,
    }))
}

fn document(text: &str) -> Result<Value> {
    let mut doc = serde_json::from_str(text).map_err(internal)?;
    if upgrade::may_be_old(text) {
        upgrade::upgrade(&mut doc);
    }
    Ok(doc)
}

fn uid(text: &str) -> Result<Uid> {
    Uid::parse_hex(text).ok_or_else(|| Error::Internal(format!("{text:?} is stored as a uid")))
}

fn kind(text: &str) -> Result<Kind> {
    Kind::parse(text).ok_or_else(|| Error::Internal(format!("{text:?} is stored as a kind")))
}
