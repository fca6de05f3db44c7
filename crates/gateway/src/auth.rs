//! Who calls, and whether they may.

use api::request::Request;
use api::route::{Access, Route};
use api::scope::OwnName;
use app::signed::{self, Signed};
use app::signing_key::SignedToken;
use app::{Caller, ReadTarget, is_admin_key, key_holder, live_key, permissions, token};
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::scope::{DEFAULT_SCOPE, NAME, PUBLIC_KEY, Permission, Scope, ScopeName, split_api_key};
use hub::time::Timestamp;
use serde_json::Value;
use store::{Entered, Entry, Store};

use crate::config::{Anonymous, Config};
use crate::credential;

/// What the admin is called in the log and in revisions.
const ADMIN: &str = "admin";
/// What a function is called there.
const FUNCTION: &str = "function";
/// What who has a ticket is called there.
const SIGNED: &str = "signed link";

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

/// Finds out who calls, and refuses who may not use the route. The subject is looked for along the
/// way.
///
/// # Errors
/// [`Error::Unauthenticated`] without a good credential, [`Error::Forbidden`] without the
/// permission or for the scope of another key, [`Error::NotFound`] when the admin names a scope
/// that does not exist, or a key an environment that is not its own.
pub(crate) fn authorise(
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

/// The ticket of a request where the route takes one: in the path, or as the `state` of OAuth 2.0
/// (RFC 6749, section 4.1.2).
///
/// # Errors
/// [`Error::Forbidden`] when there is none of ours, or it is not for this or not of now.
pub(crate) fn signed(route: &Route, request: &Request, config: &Config) -> Result<Option<Signed>> {
    let Access::Signed(purpose) = route.access else {
        return Ok(None);
    };
    let text = match request.param("signed") {
        "" => request.query("state").unwrap_or_default(),
        text => text,
    };
    let read = signed::read(purpose, text, &config.app.vault, Timestamp::now())?;
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
        if is_admin_key(credential, &config.app) {
            return Ok(Identity::Admin);
        }
        let subject = self.subject.filter(|_| !self.is_shared());
        let key = |holder| Identity::Key(Box::new(holder));
        if let Some((id, secret)) = split_api_key(credential) {
            return key_holder(id, secret, self.store, subject).map(key);
        }
        let now = Timestamp::now();
        if let Some(signed) = SignedToken::parse(credential, now)? {
            let holder = live_key(signed.key, self.store, subject)?;
            let public_key = holder.object.doc.get(PUBLIC_KEY).and_then(Value::as_str);
            signed.verify(public_key.unwrap_or_default())?;
            return Ok(key(holder));
        }
        match token::read(credential, &config.app.vault, now)? {
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
        let named = match self.route.access {
            Access::Public
            | Access::Signed(_)
            | Access::Installation
            | Access::Functions
            | Access::Caller
            | Access::Everywhere(_) => return Ok(Caller::without_scope(name)),
            Access::Scope(_) | Access::ScopeIfAny(_) | Access::ScopeAny(_) => {
                NamedScope::of(self.route, self.request)
            }
            Access::Shared(_) => None,
        };
        self.enter_scope(name.to_owned(), named.unwrap_or(NamedScope::DEFAULT))
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
                check_scope(self.route, self.request, &holder.scope)?;
                std::slice::from_ref(permission)
            }
            Access::ScopeAny(permissions) => {
                check_scope(self.route, self.request, &holder.scope)?;
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
            return self.enter_scope(name, NamedScope::DEFAULT);
        }
        Ok(Caller::entered(name, holder, self.subject))
    }

    fn enter_scope(&self, caller: String, named: NamedScope<'_>) -> Result<Caller> {
        let stored = named.stored();
        let entry = match named.dialect {
            None => Entry::Scope(&stored),
            Some(dialect) => Entry::ScopeIn(dialect, &stored),
        };
        match self.store.enter(entry, self.subject)? {
            Some(entered) => Ok(Caller::entered(caller, entered, self.subject)),
            None if matches!(self.route.access, Access::ScopeIfAny(_)) => {
                Ok(Caller::without_scope(&caller))
            }
            None => Err(Error::not_found(Kind::Scope, named.given)),
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

/// The scope that a path names, in the way of its dialect.
struct NamedScope<'r> {
    given: &'r str,
    /// The dialect whose name it is; none for the scope's own.
    dialect: Option<&'static str>,
    form: &'static dyn ScopeName,
}

impl<'r> NamedScope<'r> {
    const DEFAULT: Self = Self {
        given: DEFAULT_SCOPE,
        dialect: None,
        form: &OwnName("scope"),
    };

    fn of(route: &Route, request: &'r Request) -> Option<Self> {
        let form = route.dialect.scope_name()?;
        let given = request.param(form.part()?);
        (!given.is_empty()).then(|| Self {
            given,
            dialect: (form.field() != NAME).then(|| route.dialect.name()),
            form,
        })
    }

    /// The name as it is stored.
    fn stored(&self) -> String {
        let stored = self.form.parse(self.given);
        stored.unwrap_or_else(|| self.given.to_owned())
    }

    fn is(&self, scope: &Scope) -> bool {
        let own = match self.dialect {
            None => scope.name.as_str(),
            Some(dialect) => scope.name_in(dialect),
        };
        self.stored() == own
    }
}

fn check_scope(route: &Route, request: &Request, own: &Scope) -> Result<()> {
    match NamedScope::of(route, request) {
        Some(named) if !named.is(own) => Err(if named.form.unknown_is_not_found() {
            Error::not_found(Kind::Scope, named.given)
        } else {
            Error::Forbidden(format!("the key is not for {:?}", named.given))
        }),
        _ => Ok(()),
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
