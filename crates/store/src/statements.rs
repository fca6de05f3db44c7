//! The statements of the write path and the form in which plans are handed to them. Spin-free.
//!
//! Whatever is written is written by an INSERT into `revision`; what it does to the other tables is
//! up to the triggers (schema/0001_objects.sql).

use std::fmt::Write as _;

use hub::dialects::Dialects;
use hub::error::Result;
use hub::id::{Uid, random_u128};
use hub::object::ScopeId;
use hub::plan::{Change, Plan};
use hub::probing::Target;
use serde::Serialize;

/// Carries out plans. `?1` is what [`parameter`] gives. Returns `plan, step, revision` of every
/// change that was carried out: a plan without rows was refused, and [`REFUSALS`] tells why. Fails,
/// and does nothing at all, when a later step of an accepted plan is refused or a unique column
/// clashes: the plans are then to be run in smaller parts.
///
/// A statement commits after its last row is read, so all of them must be. Looking the revisions up
/// afterwards instead ([`LANDED`]) was measured on Spin: no faster with 64 clients, and slower with
/// 8.
pub const INSERT_REVISIONS: &str = "INSERT INTO revision (plan, step, operation, uid, id, scope, kind, name, slug, \
     parent, generation, expected, claim, actor, created_at, at, doc, class, secret, ca_secret, host) \
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, \
     value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, \
     value ->> 16, value ->> 17, value ->> 18, value ->> 19, value ->> 20 FROM json_each(?1) RETURNING plan, step, revision";

/// Which changes of plans are in the log: `plan, step, revision`, for when the answer of a
/// statement was lost. `?1` is what [`places`] gives and `?2` any revision that was there before
/// they were handed in, so that the long history of an object is not looked through.
pub(crate) const LANDED: &str = "SELECT revision.plan AS plan, revision.step AS step, revision.revision AS revision \
     FROM json_each(?1) AS wanted CROSS JOIN revision ON revision.uid = wanted.value ->> 2 AND revision.revision > ?2 \
     AND revision.plan = wanted.value ->> 0 AND revision.step = wanted.value ->> 1";

/// The newest revision, 0 if there is none.
pub(crate) const NEWEST_REVISION: &str =
    "SELECT coalesce(max(revision), 0) AS revision FROM revision";

/// Why changes are refused as things stand, in order: `step, reason, revision` for each change in
/// `?1`, the reason being `scope`, `missing`, `conflict`, `unnamed`, `parent`, `name`, `slug` or
/// empty. The conditions are those of the trigger `revision_check`.
pub(crate) const REFUSALS: &str = "SELECT wanted.value ->> 1 AS step, CASE \
     WHEN wanted.value ->> 2 = 'create' AND wanted.value ->> 5 <> 0 \
       AND NOT EXISTS (SELECT 1 FROM scope WHERE id = wanted.value ->> 5) THEN 'scope' \
     WHEN wanted.value ->> 2 <> 'create' AND object.uid IS NULL THEN 'missing' \
     WHEN wanted.value ->> 2 <> 'create' AND wanted.value ->> 11 <> object.revision THEN 'conflict' \
     WHEN wanted.value ->> 8 = '' AND wanted.value ->> 2 IN ('create', 'update') THEN 'unnamed' \
     WHEN wanted.value ->> 9 IS NOT NULL AND wanted.value ->> 2 IN ('create', 'update') AND NOT EXISTS (\
       SELECT 1 FROM object WHERE uid = wanted.value ->> 9 AND scope = wanted.value ->> 5) THEN 'parent' \
     WHEN wanted.value ->> 12 = 'name' AND EXISTS (SELECT 1 FROM object AS other WHERE other.kind = wanted.value ->> 6 \
       AND other.scope = wanted.value ->> 5 AND other.name = wanted.value ->> 7 \
       AND other.uid <> wanted.value ->> 3) THEN 'name' \
     WHEN wanted.value ->> 12 = 'slug' AND EXISTS (SELECT 1 FROM object AS other WHERE other.kind = wanted.value ->> 6 \
       AND other.scope = wanted.value ->> 5 AND other.slug = wanted.value ->> 8 \
       AND other.uid <> wanted.value ->> 3) THEN 'slug' \
     ELSE '' END AS reason, object.revision AS revision \
     FROM json_each(?1) AS wanted LEFT JOIN object ON object.uid = wanted.value ->> 3 \
       AND object.scope = wanted.value ->> 5 AND object.kind = wanted.value ->> 6";

/// A plan in the form in which it is handed to the database.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    /// The number that its rows have in common. Random: it is made up before the plan has a
    /// revision.
    pub(crate) id: i64,
    /// How many changes it has.
    pub(crate) changes: usize,
    /// Its rows, JSON arrays separated by commas.
    rows: String,
    /// The plan, the step and the uid of each row, likewise.
    places: String,
}

impl Encoded {
    /// A plan as rows; `actor` is written into each.
    ///
    /// # Errors
    /// [`hub::error::Error::Internal`] when the host has no randomness to give, or a document
    /// cannot be printed.
    pub(crate) fn new(plan: &Plan, actor: &str, dialects: &dyn Dialects) -> Result<Self> {
        let id = i64::try_from(random_u128()? >> 65).unwrap_or(i64::MAX);
        let mut rows = String::new();
        let mut places = String::new();
        for (step, change) in plan.changes.iter().enumerate() {
            if step > 0 {
                rows.push(',');
                places.push(',');
            }
            let target = Target::of(&change.object, dialects);
            rows.push_str(&row(id, step, change, actor, target.as_ref())?);
            write!(places, "[{id},{step},\"{}\"]", change.object.uid.hex())
                .map_err(crate::internal::internal)?;
        }
        Ok(Self {
            id,
            changes: plan.changes.len(),
            rows,
            places,
        })
    }

    /// How long the rows are, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.rows.len()
    }
}

/// What is bound to `?1` of [`INSERT_REVISIONS`] and [`REFUSALS`].
pub(crate) fn parameter<'a>(plans: impl IntoIterator<Item = &'a Encoded>) -> String {
    array(plans.into_iter().map(|plan| plan.rows.as_str()))
}

/// What is bound to `?1` of [`LANDED`].
pub(crate) fn places<'a>(plans: impl IntoIterator<Item = &'a Encoded>) -> String {
    array(plans.into_iter().map(|plan| plan.places.as_str()))
}

/// One JSON array of all the elements in `parts`, some of which may be empty.
fn array<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut array = "[".to_owned();
    for part in parts.filter(|part| !part.is_empty()) {
        if array.len() > 1 {
            array.push(',');
        }
        array.push_str(part);
    }
    array.push(']');
    array
}

/// One change as a row: the columns of [`INSERT_REVISIONS`], in its order.
#[derive(Serialize)]
struct Row<'a>(
    i64,
    usize,
    &'static str,
    String,
    Option<i64>,
    ScopeId,
    &'static str,
    &'a str,
    &'a str,
    Option<String>,
    i64,
    Option<i64>,
    &'static str,
    &'a str,
    i64,
    i64,
    String,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
);

/// The document goes in as a string, so that SQLite neither reads nor rewrites it.
fn row(
    plan: i64,
    step: usize,
    change: &Change,
    actor: &str,
    target: Option<&Target>,
) -> Result<String> {
    let object = &change.object;
    printed(&Row(
        plan,
        step,
        change.operation.as_str(),
        object.uid.hex(),
        (object.id != 0).then_some(object.id),
        object.scope,
        object.kind.as_str(),
        &object.name,
        &object.slug,
        object.parent.map(Uid::hex),
        object.generation,
        change.expected,
        change.claim.as_str(),
        actor,
        object.created_at.millis(),
        object.updated_at.millis(),
        printed(&object.doc)?,
        target.map(|target| target.class.as_str()),
        target.map(|target| target.secret.as_str()),
        target.map(|target| target.ca_secret.as_str()),
        target.and_then(|target| target.host.as_deref()),
    ))
}

/// As JSON, straight to text: a row is not put together as a value first, nor printed through a
/// formatter.
///
/// # Errors
/// [`hub::error::Error::Internal`] when it cannot be printed.
pub(crate) fn printed(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(crate::internal::internal)
}
