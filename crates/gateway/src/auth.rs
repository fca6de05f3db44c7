//! Who calls, and whether they may.

use api::request::Request;
use api::route::{Access, Route};
use app::signed::{self, Signed};
use app::signing_key::SignedToken;
use app::{Caller, ReadTarget, is_admin_key, key_holder, live_key, permissions, token};
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::scope::{DEFAULT_SCOPE, PUBLIC_KEY, Permission, Scope, split_api_key};
use hub::time::Timestamp;
use serde_json::Value;
use store::{Entered, Entry, ScopeName, Store};

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
        Identity::Admin => door.of_installation(ADMIN),
        Identity::Anonymous => door.of_installation("anonymous"),
        Identity::Key(holder) => door.of_key(*holder),
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
            Access::Scope(needed) | Access::Everywhere(needed) | Access::Shared(needed) => needed,
            Access::Public
            | Access::Signed(_)
            | Access::Installation
            | Access::Functions
            | Access::ScopeAny(_) => return Err(no_credential()),
        };
        let allowed = match config.anonymous {
            Anonymous::None => false,
            Anonymous::Read => needed == Permission::Read,
            Anonymous::Write => matches!(needed, Permission::Read | Permission::Write),
        };
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
        let (by, value) = match self.route.access {
            Access::Public
            | Access::Signed(_)
            | Access::Installation
            | Access::Functions
            | Access::Everywhere(_) => return Ok(Caller::without_scope(name)),
            Access::Scope(_) | Access::ScopeAny(_) => {
                named_scope(self.request).unwrap_or((ScopeName::Name, DEFAULT_SCOPE))
            }
            Access::Shared(_) => (ScopeName::Name, DEFAULT_SCOPE),
        };
        self.enter_scope(name.to_owned(), by, value)
    }

    fn of_key(&self, holder: Entered) -> Result<Caller> {
        let permissions = match &self.route.access {
            Access::Public | Access::Signed(_) | Access::Installation | Access::Functions => {
                return Err(Error::Forbidden(
                    "this needs the admin key of the installation".to_owned(),
                ));
            }
            Access::Scope(permission) | Access::Shared(permission) => {
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
        let entered = entered.ok_or_else(|| Error::not_found(Kind::Scope, value))?;
        Ok(Caller::entered(caller, entered, self.subject))
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
