//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a POST that is repeated under its
//! key is answered as it was the first time, and is not carried out again.
//!
//! The record is an object that is committed in one statement with what was done, and claims the
//! key: so there is one whenever something was done, and of requests that come at the same time
//! only one gets it. Where it can, it does not hold the answer but tells where it is in the log,
//! which has the object as it was then.

use api::request::Request;
use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::operation::{Computed, ObjectVersion};
use hub::plan::{Change, Plan, Uniqueness};
use hub::probing::Sweep;
use hub::scope::Scope;
use hub::secret::Clear;
use hub::time::Timestamp;
use registry::Registry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::database::Database;
use store::secrets::Vault;
use store::{ROOT, Revision, Store};

use crate::answer::{Answer, of_action};
use crate::caller::Caller;
use crate::request_value;

const HEADER: &str = "idempotency-key";
/// The longest key, in bytes.
const KEY_MAX: usize = 255;
/// How long a repeat is recognised, in seconds.
const LIFETIME: i64 = 24 * 3600;
/// What the secret of a new key is sealed as.
const SECRET: &str = "idempotency";

/// The idempotency key of a request, and what the request asks for.
#[derive(Clone)]
pub(crate) struct Idempotency {
    scope: ScopeId,
    key: String,
    slug: String,
    fingerprint: String,
    vault: Vault,
    /// The record of an older request, which no longer counts.
    expired: Option<Object>,
}

/// What a record says, beside the fingerprint of the request.
#[derive(Serialize, Deserialize)]
struct Record {
    fingerprint: String,
    /// The object that the answer shows.
    subject: Option<String>,
    /// How many changes the plan had: they come right before the record in the log.
    changes: usize,
    answered: Answered,
}

/// What was answered.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answered {
    /// Nothing.
    Nothing,
    /// The subject, as it then was.
    Object,
    /// This, in the dialect's form. No answer has a secret in it.
    Document(Value),
    /// The class of this name, and whether it was new.
    Class(String, bool),
    /// This scope, and whether it was new.
    Scope(Value, bool),
    /// The subject is a key, and this its sealed secret. It is told to who repeats the request, and
    /// to nobody else.
    Key(Option<String>),
    /// The round of this id.
    Round(String),
    /// The connector that was probed, at this revision.
    Probed(i64),
    /// What a sweep did.
    Swept([u64; 3], i64),
}

/// What is answered by what no plan says: probing.
pub(crate) enum Probing<'o> {
    Round(Uid),
    /// A probe of a connector, and the connector as it is since.
    Probed(&'o Object),
    /// A sweep.
    Swept(Sweep),
}

impl Idempotency {
    /// The key of a POST that has one. A key is its caller's own.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the key is empty or too long; those of [`Vault::sign`].
    pub(crate) fn of(request: &Request, caller: &Caller, vault: &Vault) -> Result<Option<Self>> {
        let Some(value) = request.headers.get(HEADER) else {
            return Ok(None);
        };
        // Previews do nothing that could be repeated.
        if request.method != http::Method::POST
            || caller.name.is_empty()
            || api::preview::is_wanted(request)?
        {
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
            scope: caller.scope.as_ref().map_or(ROOT, |scope| scope.id),
            key: key.to_owned(),
            slug: digest(&format!("receipt\n{}\n{key}", caller.name))?,
            fingerprint: digest(&format!("request\n{}", request_value::of(request)))?,
            vault: vault.clone(),
            expired: None,
        }))
    }

    /// An id that follows from the key: of what is no object, and must not come into being twice
    /// either.
    pub(crate) fn derived_id(&self) -> Uid {
        let before = self.expired.as_ref().map(|expired| expired.revision);
        let before = before.unwrap_or_default().to_string();
        Uid::derived(&[&self.scope.to_string(), &self.slug, &before])
    }

    /// What came of the request under this key, if there was one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the key was used for another request; [`Error::Gone`] when the
    /// answer is no longer kept.
    pub(crate) fn replay<D: Database>(&mut self, store: &Store<D>) -> Result<Option<Outcome>> {
        let by = ObjectRef::Slug(self.slug.clone());
        let Some(found) = store.find(self.scope, Kind::IdempotencyRecord, &by)? else {
            return Ok(None);
        };
        if found.updated_at.plus_seconds(LIFETIME) <= Timestamp::now() {
            self.expired = Some(found);
            return Ok(None);
        }
        let record = Record::deserialize(&found.doc).map_err(|_| no_longer_kept())?;
        if record.fingerprint != self.fingerprint {
            let message = "was used for another request: use a new key for a new request";
            return Err(refused(FieldCode::Duplicate, message));
        }
        self.outcome(&found, record, store).map(Some)
    }

    /// Adds the record to the plan that it is for.
    ///
    /// # Errors
    /// [`Error::Internal`] when the host has no randomness to give; those of [`Vault::seal`].
    pub(crate) fn record(&self, plan: &mut Plan, answer: &Answer) -> Result<()> {
        let answered = match answer {
            Answer::Done => Answered::Nothing,
            Answer::Object => Answered::Object,
            Answer::Computed(computed) => {
                Answered::Document(computed.answer.clone().unwrap_or_default())
            }
            Answer::Class { name, is_new, .. } => Answered::Class(name.clone(), *is_new),
            Answer::Scope { scope, is_new } => Answered::Scope(scope.doc()?, *is_new),
            Answer::Key(secret) => {
                let seal = |secret: &String| {
                    self.vault
                        .seal(self.scope, SECRET, &Clear::new(secret.as_str()))
                };
                Answered::Key(secret.as_ref().map(seal).transpose()?)
            }
        };
        let subject = match answer {
            Answer::Computed(computed) => computed.subject.map(|subject| subject.uid),
            _ => plan.changes.first().or(None).map(|first| first.object.uid),
        };
        let subject = subject.or(plan.before.as_ref().map(|before| before.uid));
        let change = self.change(subject, plan.changes.len(), answered)?;
        plan.changes.push(change);
        Ok(())
    }

    /// The plan that only records what probing came to.
    ///
    /// # Errors
    /// As [`Idempotency::record`].
    pub(crate) fn record_probing(&self, probing: &Probing<'_>) -> Result<Plan> {
        let (subject, answered) = match probing {
            Probing::Round(id) => (None, Answered::Round(id.hex())),
            Probing::Probed(object) => (Some(object.uid), Answered::Probed(object.revision)),
            Probing::Swept(Sweep {
                probed,
                ready,
                failed,
                due,
            }) => (None, Answered::Swept([*probed, *ready, *failed], *due)),
        };
        self.change(subject, 0, answered).map(Plan::of)
    }

    fn change(&self, subject: Option<Uid>, changes: usize, answered: Answered) -> Result<Change> {
        let now = Timestamp::now();
        let record = Record {
            fingerprint: self.fingerprint.clone(),
            subject: subject.map(Uid::hex),
            changes,
            answered,
        };
        let doc = serde_json::to_value(record).map_err(internal)?;
        if let Some(expired) = self.expired.clone() {
            return Ok(Change::update(expired, doc, now));
        }
        let (kind, claim) = (Kind::IdempotencyRecord, Uniqueness::Slug);
        let mut change = Change::create(kind, self.scope, &self.key, doc, claim, now)?;
        change.object.slug.clone_from(&self.slug);
        Ok(change)
    }

    fn outcome<D: Database>(
        &self,
        found: &Object,
        record: Record,
        store: &Store<D>,
    ) -> Result<Outcome> {
        let subject = record.subject.as_deref().and_then(Uid::parse_hex);
        let written = || -> Result<Option<Revision>> {
            let changes = u32::try_from(record.changes).unwrap_or(u32::MAX);
            if changes == 0 {
                return Ok(None);
            }
            let after = found
                .revision
                .saturating_sub(i64::from(changes))
                .saturating_sub(1);
            let log = store.revisions_after(&[], Some(found.scope), after, changes)?;
            let mut of_subject = log
                .into_iter()
                .filter(|revision| Some(revision.object.uid) == subject);
            Ok(of_subject.next_back())
        };
        let object = || written()?.ok_or_else(no_longer_kept);
        Ok(match record.answered {
            Answered::Nothing => Outcome::Done,
            Answered::Object if record.changes == 0 => {
                // Nothing was changed: it is as it was, or has changed since and is shown so.
                let by = subject.ok_or_else(no_longer_kept)?;
                Outcome::Updated(
                    store
                        .objects(found.scope, &[by])?
                        .pop()
                        .ok_or_else(no_longer_kept)?,
                )
            }
            Answered::Object => {
                let revision = object()?;
                of_action(revision.operation, revision.object)
            }
            Answered::Document(answer) => Outcome::Answered(Box::new(Computed {
                answer: Some(answer).filter(|answer| !answer.is_null()),
                subject: written()?.map(|revision| ObjectVersion::from(&revision.object)),
                ..Computed::default()
            })),
            Answered::Class(name, is_new) => Outcome::Class(name, object()?.object.doc, is_new),
            Answered::Scope(scope, is_new) => {
                let id = written()?.map_or(0, |revision| revision.object.id);
                let scope = Scope::read(id, &scope.to_string(), &Registry)?;
                Outcome::Scope(scope, is_new)
            }
            Answered::Key(sealed) => {
                let open = |sealed: String| self.vault.open(self.scope, SECRET, &sealed);
                let secret = sealed.map(open).transpose()?;
                let secret = secret.map(|secret| secret.expose().to_owned());
                Outcome::NewKey(object()?.object, secret)
            }
            Answered::Round(id) => {
                let id = Uid::parse_hex(&id).ok_or_else(no_longer_kept)?;
                Outcome::Round(store.round(found.scope, id)?, true)
            }
            Answered::Probed(at) => {
                let log = store.revisions_after(&[], Some(found.scope), at.saturating_sub(1), 1)?;
                let then = log
                    .into_iter()
                    .find(|then| Some(then.object.uid) == subject);
                Outcome::Probed(then.ok_or_else(no_longer_kept)?.object)
            }
            Answered::Swept([probed, ready, failed], due) => Outcome::Swept(Sweep {
                probed,
                ready,
                failed,
                due,
            }),
        })
    }
}

fn no_longer_kept() -> Error {
    Error::Gone("the key was used before, and what came of it is no longer kept".to_owned())
}

fn internal(error: serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}

fn refused(code: FieldCode, message: impl Into<String>) -> Error {
    Error::field(FieldError::new("Idempotency-Key", code, message))
}
