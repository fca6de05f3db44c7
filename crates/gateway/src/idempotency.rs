//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a POST that is repeated under its key is answered as it
//! was the first time, and is not carried out again.
//!
//! The receipt is an object that is committed in one statement with what was done, and claims the key: so there is one
//! whenever something was done, and of requests that come at the same time only one gets it. It does not hold the answer
//! but tells where it is in the log, which has the object as it was then.

use api::request::Request;
use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::operation::{Computed, ObjectVersion};
use hub::plan::{Action, Change, Plan, Uniqueness};
use hub::time::Timestamp;
use serde_json::{Value, json};
use store::Store;
use store::secrets::Vault;

use crate::auth::Caller;

const HEADER: &str = "idempotency-key";
/// The longest key, in bytes.
const KEY_MAX: usize = 255;
/// How long a repeat is recognised, in seconds.
const LIFETIME: i64 = 24 * 3600;

/// The receipt that a request is to leave.
#[derive(Clone, Debug)]
pub struct IdempotencyRecord {
    scope: ScopeId,
    key: String,
    slug: String,
    fingerprint: String,
    /// The receipt of an older request, which no longer counts.
    expired: Option<Object>,
}

impl IdempotencyRecord {
    /// The receipt that a POST in a scope asks for.
    ///
    /// A key is its caller's own. What tells requests apart is what they ask for, not their bytes: a multipart form has
    /// another boundary each time.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the key is empty or too long; those of [`Vault::sign`].
    pub fn of(
        request: &Request,
        command: &impl std::fmt::Debug,
        caller: &Caller,
        vault: &Vault,
    ) -> Result<Option<Self>> {
        let (Some(value), Some(scope)) = (request.headers.get(HEADER), &caller.scope) else {
            return Ok(None);
        };
        if request.method != http::Method::POST {
            return Ok(None);
        }
        let key = value.to_str().unwrap_or_default().trim();
        if key.is_empty() || key.len() > KEY_MAX {
            let message = format!("must have 1 to {KEY_MAX} printable ASCII characters");
            return Err(refused(FieldCode::Invalid, message));
        }
        let digest = |text: &str| -> Result<String> {
            let tag = vault.sign(text)?;
            Ok(tag.iter().map(|byte| format!("{byte:02x}")).collect())
        };
        Ok(Some(Self {
            scope: scope.id,
            key: key.to_owned(),
            slug: digest(&format!("receipt\n{}\n{key}", caller.name))?,
            fingerprint: digest(&format!("request\n{}\n{command:?}", request.path))?,
            expired: None,
        }))
    }

    /// What came of the request under this key, if there was one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the key was used for another request.
    pub fn replay(&mut self, store: &Store) -> Result<Option<Outcome>> {
        let by = ObjectRef::Slug(self.slug.clone());
        let Some(record) = store.find(self.scope, Kind::IdempotencyRecord, &by)? else {
            return Ok(None);
        };
        if record.updated_at.plus_seconds(LIFETIME) <= Timestamp::now() {
            self.expired = Some(record);
            return Ok(None);
        }
        if text(&record, "fingerprint") != self.fingerprint {
            let message = "was used for another request: use a new key for a new request";
            return Err(refused(FieldCode::Duplicate, message));
        }
        outcome(&record, store).map(Some)
    }

    /// Adds the receipt to the plan that it is for.
    ///
    /// # Errors
    /// [`Error::Internal`] when the host has no randomness to give.
    pub fn sign(&self, plan: &mut Plan, now: Timestamp) -> Result<()> {
        let Some(subject) = plan.changes.first().map(|change| change.object.uid) else {
            return Ok(());
        };
        let doc = json!({
            "fingerprint": self.fingerprint,
            "subject": subject.hex(),
            "changes": plan.changes.len(),
        });
        self.add(plan, doc, now)
    }

    /// Adds the receipt to the plan of an operation, with its answer: that follows from more than one object. No answer
    /// has a secret in it.
    ///
    /// # Errors
    /// As [`Receipt::sign`].
    pub fn sign_answer(&self, plan: &mut Plan, computed: &Computed, now: Timestamp) -> Result<()> {
        let doc = json!({
            "fingerprint": self.fingerprint,
            "subject": computed.subject.map(|subject| subject.uid.hex()),
            "changes": plan.changes.len(),
            "answer": computed.answer,
        });
        self.add(plan, doc, now)
    }

    fn add(&self, plan: &mut Plan, doc: Value, now: Timestamp) -> Result<()> {
        plan.changes.push(match self.expired.clone() {
            Some(expired) => Change::update(expired, doc, now),
            None => {
                let (kind, claim) = (Kind::IdempotencyRecord, Uniqueness::Slug);
                let mut change = Change::create(kind, self.scope, &self.key, doc, claim, now)?;
                change.object.slug.clone_from(&self.slug);
                change
            }
        });
        Ok(())
    }
}

/// The changes of its plan come right before a receipt in the log.
fn outcome(record: &Object, store: &Store) -> Result<Outcome> {
    let subject = Uid::parse_hex(text(record, "subject"));
    let changes = record.doc.get("changes").and_then(Value::as_u64);
    let changes = changes
        .and_then(|changes| u32::try_from(changes).ok())
        .unwrap_or(1);
    let after = record
        .revision
        .saturating_sub(i64::from(changes))
        .saturating_sub(1);
    let log = store.revisions_after(&[], Some(record.scope), after, changes)?;
    if let Some(answer) = record.doc.get("answer") {
        let written = log
            .iter()
            .rfind(|revision| Some(revision.object.uid) == subject);
        return Ok(Outcome::Answered(Box::new(Computed {
            answer: Some(answer.clone()).filter(|answer| !answer.is_null()),
            subject: written.map(|written| ObjectVersion::from(&written.object)),
            ..Computed::default()
        })));
    }
    let first = log
        .into_iter()
        .find(|revision| Some(revision.object.uid) == subject);
    let first = first.ok_or_else(|| {
        Error::Gone("the key was used before, and what came of it is no longer kept".to_owned())
    })?;
    Ok(match first.operation {
        Action::Create => Outcome::Created(first.object),
        Action::Update | Action::Status => Outcome::Updated(first.object),
        Action::Delete => Outcome::Deleted(first.object),
    })
}

fn refused(code: FieldCode, message: impl Into<String>) -> Error {
    Error::field(FieldError::new("Idempotency-Key", code, message))
}

fn text<'a>(record: &'a Object, name: &str) -> &'a str {
    record
        .doc
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
