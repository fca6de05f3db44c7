//! Who calls, and whether they may.

use api::request::Request;
use api::route::{Access, Route};
use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::scope::{DEFAULT_SCOPE, PUBLIC_KEY, Permission, Scope, split_api_key};
use hub::time::Timestamp;
use serde_json::Value;
use store::secrets::is_key_secret;
use store::{Entered, Entry, ScopeName, Store};
use subtle::ConstantTimeEq;

use crate::config::{Anonymous, Config};
use crate::signed::{self, Signed};
use crate::signing_key::SignedToken;
use crate::{credential, token};

/// Who calls, and the scope that the request acts on.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `admin`, `function`, `ticket`, the id of a key, or nothing for public routes.
    pub name: String,
    /// The scope; public routes and those of the installation have none, nor do those that read all scopes for who may
    /// read them all.
    pub scope: Option<Scope>,
    /// What they may do there; nothing for public routes.
    pub permissions: Vec<Permission>,
    /// The newest revision of a class that connectors of the scope can have; 0 for none.
    pub classes_at: i64,
    /// What the request reads, where that was looked for along with the caller.
    pub subject: Option<Result<Object>>,
}

/// What the admin is called in the log and in revisions.
const ADMIN: &str = "admin";
/// What a function is called there.
const FUNCTION: &str = "function";
/// What who has a ticket is called there.
const SIGNED: &str = "signed link";

impl Caller {
    /// The same, who may do this.
    fn with(self, permissions: Vec<Permission>) -> Self {
        Self {
            permissions,
            ..self
        }
    }

    /// One without a scope.
    fn without_scope(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            scope: None,
            permissions: Vec::new(),
            classes_at: 0,
            subject: None,
        }
    }

    fn entered(name: String, entered: Entered, subject: Option<(Kind, &ObjectRef)>) -> Self {
        let found = subject.map(|(kind, by)| {
            let missing = || Error::not_found(kind, by.to_string());
            entered.subject.ok_or_else(missing)
        });
        Self {
            name,
            scope: Some(entered.scope),
            permissions: Vec::new(),
            classes_at: entered.classes_at,
            subject: found,
        }
    }
}

/// Whose credential it is.
enum Identity {
    /// Nobody's, where callers without one are let in.
    Anonymous,
    /// The admin key of the installation.
    Admin,
    /// A key of a scope.
    Key(Box<Entered>),
    /// One of the functions.
    Function,
}

/// The object that a request reads.
type ReadTarget<'a> = Option<(Kind, &'a ObjectRef)>;

/// Finds out who calls, and refuses who may not use the route. The subject is looked for along the way.
///
/// # Errors
/// [`Error::Unauthenticated`] without a good credential, [`Error::Forbidden`] without the permission or for the scope
/// of another key, [`Error::NotFound`] when the admin names a scope that does not exist, or a key an environment that is
/// not its own.
pub fn authorise(
    route: &Route,
    request: &Request,
    config: &Config,
    store: &Store,
    subject: ReadTarget<'_>,
) -> Result<Caller> {
    let door = Door {
        route,
        request,
        store,
        subject,
    };
    if route.access == Access::Public {
        return Ok(Caller::without_scope(""));
    }
    if let Some(signed) = signed(route, request, config)? {
        return Ok(Caller {
            scope: Some(store.scope(signed.scope)?),
            ..Caller::without_scope(SIGNED)
        });
    }
    match door.identity(config)? {
        Identity::Function => of_functions(route),
        _ if route.access == Access::Functions => Err(Error::Forbidden(
            "this is for the functions themselves".to_owned(),
        )),
        Identity::Admin => {
            let caller = door.of_installation(ADMIN)?;
            Ok(caller.with(vec![Permission::Admin]))
        }
        Identity::Anonymous => {
            let caller = door.of_installation("anonymous")?;
            Ok(caller.with(anonymous_permissions(config.anonymous)))
        }
        Identity::Key(holder) => {
            let held = permissions(&holder.object);
            Ok(door.of_key(*holder)?.with(held))
        }
    }
}

/// The ticket of a request where the route takes one: in the path, or as the `state` of OAuth 2.0 (RFC 6749, section
/// 4.1.2).
///
/// # Errors
/// [`Error::Forbidden`] when there is none of ours, or it is not for this or not of now.
pub fn signed(route: &Route, request: &Request, config: &Config) -> Result<Option<Signed>> {
    let Access::Signed(purpose) = route.access else {
        return Ok(None);
    };
    let text = match request.param("ticket") {
        "" => request.query("state").unwrap_or_default(),
        text => text,
    };
    let read = signed::read(purpose, text, &config.vault, Timestamp::now())?;
    let missing = || signed::refused(purpose, "it is not as it was given out");
    read.ok_or_else(missing).map(Some)
}

/// What a request asks for.
struct Door<'a> {
    route: &'a Route,
    request: &'a Request,
    store: &'a Store,
    subject: ReadTarget<'a>,
}

impl Door<'_> {
    fn identity(&self, config: &Config) -> Result<Identity> {
        if let Some(credential) = credential::find(self.request) {
            return self.identify(credential, config);
        }
        let needed = match self.route.access {
            Access::Caller => Permission::Read,
            Access::Scope(needed)
            | Access::ScopeIfAny(needed)
            | Access::Everywhere(needed)
            | Access::Shared(needed) => needed,
            Access::Public
            | Access::Signed(_)
            | Access::Installation
            | Access::Functions
            | Access::ScopeAny(_) => return Err(no_credential()),
        };
        let allowed = anonymous_permissions(config.anonymous).contains(&needed);
        if allowed && self.route.dialect.takes_anonymous() {
            Ok(Identity::Anonymous)
        } else {
            Err(no_credential())
        }
    }

    fn identify(&self, credential: &str, config: &Config) -> Result<Identity> {
        if is_admin_key(credential, config) {
            return Ok(Identity::Admin);
        }
        let subject = self.subject.filter(|_| !self.is_shared());
        let key = |holder| Identity::Key(Box::new(holder));
        if let Some((id, secret)) = split_api_key(credential) {
            return holder(id, secret, self.store, subject).map(key);
        }
        let now = Timestamp::now();
        if let Some(signed) = SignedToken::parse(credential, now)? {
            let holder = live_key(signed.key, self.store, subject)?;
            let public_key = holder.object.doc.get(PUBLIC_KEY).and_then(Value::as_str);
            signed.verify(public_key.unwrap_or_default())?;
            return Ok(key(holder));
        }
        match token::read(credential, &config.vault, now)? {
            token::Subject::Admin => Ok(Identity::Admin),
            token::Subject::Function => Ok(Identity::Function),
            token::Subject::Key(uid) => live_key(uid, self.store, subject).map(key),
        }
    }

    /// Whether the route is about the scope `default`, whoever calls.
    fn is_shared(&self) -> bool {
        matches!(self.route.access, Access::Shared(_))
    }

    /// Who has no scope of their own and may use all of them.
    fn of_installation(&self, name: &str) -> Result<Caller> {
        let (by, value) = match self.route.access {
            Access::Public
            | Access::Signed(_)
            | Access::Installation
            | Access::Functions
            | Access::Caller
            | Access::Everywhere(_) => return Ok(Caller::without_scope(name)),
            Access::Scope(_) | Access::ScopeIfAny(_) | Access::ScopeAny(_) => {
                named_scope(self.request).unwrap_or((ScopeName::Name, DEFAULT_SCOPE))
            }
            Access::Shared(_) => (ScopeName::Name, DEFAULT_SCOPE),
        };
        self.enter_scope(name.to_owned(), by, value)
    }

    fn of_key(&self, holder: Entered) -> Result<Caller> {
        let permissions = match &self.route.access {
            Access::Caller => &[
                Permission::Read,
                Permission::Write,
                Permission::Probe,
                Permission::Admin,
            ],
            Access::Public | Access::Signed(_) | Access::Installation | Access::Functions => {
                return Err(Error::Forbidden(
                    "this needs the admin key of the installation".to_owned(),
                ));
            }
            Access::Scope(permission)
            | Access::ScopeIfAny(permission)
            | Access::Shared(permission) => {
                check_scope(self.request, &holder.scope)?;
                std::slice::from_ref(permission)
            }
            Access::ScopeAny(permissions) => {
                check_scope(self.request, &holder.scope)?;
                permissions
            }
            Access::Everywhere(permission) => std::slice::from_ref(permission),
        };
        let reads = *permissions == [Permission::Read];
        if self.is_shared() && !reads && holder.scope.name != DEFAULT_SCOPE {
            return Err(Error::Forbidden(format!(
                "all scopes share it: this needs a key of the scope {DEFAULT_SCOPE:?}"
            )));
        }
        check_permission(&holder.object, permissions)?;
        note_use(&holder, self.store);
        let name = holder.object.uid.hex();
        if self.is_shared() {
            return self.enter_scope(name, ScopeName::Name, DEFAULT_SCOPE);
        }
        Ok(Caller::entered(name, holder, self.subject))
    }

    fn enter_scope(&self, caller: String, by: ScopeName, value: &str) -> Result<Caller> {
        let entered = self.store.enter(Entry::Scope(by, value), self.subject)?;
        match entered {
            Some(entered) => Ok(Caller::entered(caller, entered, self.subject)),
            None if matches!(self.route.access, Access::ScopeIfAny(_)) => {
                Ok(Caller::without_scope(&caller))
            }
            None => Err(Error::not_found(Kind::Scope, value)),
        }
    }
}

/// What callers without a credential may do.
fn anonymous_permissions(anonymous: Anonymous) -> Vec<Permission> {
    match anonymous {
        Anonymous::None => Vec::new(),
        Anonymous::Read => vec![Permission::Read],
        Anonymous::Write => vec![Permission::Read, Permission::Write],
    }
}

/// What the functions ask each other is in no scope, and is all that they ask.
fn of_functions(route: &Route) -> Result<Caller> {
    if route.access == Access::Functions {
        Ok(Caller::without_scope(FUNCTION))
    } else {
        Err(bad_credential())
    }
}

/// The key of an id, when the secret is its own and it may still be used.
///
/// # Errors
/// [`Error::Unauthenticated`] without saying which of it is wrong.
pub fn key_of(id: &str, secret: &str, store: &Store) -> Result<Entered> {
    holder(id, secret, store, None)
}

fn holder(id: &str, secret: &str, store: &Store, subject: ReadTarget<'_>) -> Result<Entered> {
    let uid = Uid::parse_hex(id).ok_or_else(bad_credential)?;
    let holder = live_key(uid, store, subject)?;
    let stored = holder.object.doc.get("hash").and_then(Value::as_str);
    if !is_key_secret(secret, stored.unwrap_or_default()) {
        return Err(bad_credential());
    }
    Ok(holder)
}

/// Whether a text is the admin key. Where none is set, nothing is.
pub fn is_admin_key(text: &str, config: &Config) -> bool {
    !config.admin_key.is_empty() && bool::from(text.as_bytes().ct_eq(config.admin_key.as_bytes()))
}

/// Writes down that a key is used, when the answer is out.
fn note_use(holder: &Entered, store: &Store) {
    if !holder.is_touch_due(Timestamp::now()) {
        return;
    }
    let (holder, store) = (holder.clone(), store.clone());
    spin_sdk::wasip3::spawn(async move {
        if let Err(error) = store.touch_key(&holder, Timestamp::now()).await {
            crate::log::fault("touch_key", &error);
        }
    });
}

/// What a key may do.
pub fn permissions(key: &Object) -> Vec<Permission> {
    let listed = key.doc.get("permissions").cloned().unwrap_or_default();
    serde_json::from_value(listed).unwrap_or_default()
}

fn live_key(uid: Uid, store: &Store, subject: ReadTarget<'_>) -> Result<Entered> {
    let holder = store.enter(Entry::Key(uid), subject)?;
    let holder = holder.ok_or_else(bad_credential)?;
    let time = |name: &str| {
        holder
            .object
            .doc
            .get(name)
            .and_then(Value::as_str)
            .and_then(Timestamp::parse_rfc3339)
    };
    if time("revokedAt").is_some() {
        return Err(Error::Unauthenticated(
            "the key has been revoked: ask for another".to_owned(),
        ));
    }
    if time("expiresAt").is_some_and(|at| at <= Timestamp::now()) {
        return Err(Error::Unauthenticated(
            "the key has expired: ask for another".to_owned(),
        ));
    }
    Ok(holder)
}

/// The scope that the path names in its dialect's way.
fn named_scope(request: &Request) -> Option<(ScopeName, &str)> {
    let names = [
        ("scope", ScopeName::Name),
        ("namespace", ScopeName::Name),
        ("environment", ScopeName::EnvironmentId),
        ("organisation", ScopeName::OrganisationId),
    ];
    names
        .into_iter()
        .map(|(part, name)| (name, request.param(part)))
        .find(|(_, value)| !value.is_empty())
}

fn check_scope(request: &Request, own: &Scope) -> Result<()> {
    let Some((name, value)) = named_scope(request) else {
        return Ok(());
    };
    let is_own = match name {
        ScopeName::Name => value == own.name,
        ScopeName::EnvironmentId => value.eq_ignore_ascii_case(&own.environment_id),
        ScopeName::OrganisationId => value.eq_ignore_ascii_case(&own.organisation_id),
        ScopeName::RuntimePlaneId => value == own.runtime_plane_id.to_string(),
        ScopeName::Tenant => value == own.tenant,
    };
    match name {
        _ if is_own => Ok(()),
        // As if it were not there: PingOne does not tell the two apart (reference/pingone.md, B4).
        ScopeName::EnvironmentId => Err(Error::not_found(Kind::Scope, value)),
        _ => Err(Error::Forbidden(format!("the key is not for {value:?}"))),
    }
}

/// Any of the permissions will do.
fn check_permission(key: &Object, needed: &[Permission]) -> Result<()> {
    let held = permissions(key);
    if held
        .iter()
        .any(|held| needed.iter().any(|needed| held.allows(*needed)))
    {
        return Ok(());
    }
    let needed: Vec<String> = needed
        .iter()
        .map(|needed| serde_json::to_value(needed).unwrap_or_default().to_string())
        .collect();
    Err(Error::Forbidden(format!(
        "the key does not have the permission {}",
        needed.join(" or ")
    )))
}

fn no_credential() -> Error {
    Error::Unauthenticated(
        "no credential: send a key as \"Authorization: Bearer\" or \"x-pcloud-key\"".to_owned(),
    )
}

fn bad_credential() -> Error {
    Error::Unauthenticated("the credential is not valid".to_owned())
}
