//! Reads what is selected, page by page, as it was at one revision.

use hub::error::{Error, Result};
use hub::object::{Kind, ScopeId};
use hub::query::Query;
use hub::selector::{Condition, Requirement, Selector, SelectorKey};
use hub::watch::{ListPage, ListRequest, ScopeNames};
use store::ROOT;

use crate::call::Call;
use crate::ports::Platform;

/// Where the objects of a kind are that the caller may read: in one scope, or in all.
pub(super) fn place<P: Platform>(call: &Call<P>, kind: Kind) -> Option<ScopeId> {
    if kind == Kind::Scope {
        return Some(ROOT);
    }
    call.caller.scope.as_ref().map(|scope| scope.id)
}

/// The selector, and that a caller who has a scope sees no other.
pub(super) fn visible<P: Platform>(call: &Call<P>, kind: Kind, selector: &Selector) -> Selector {
    let mut selector = selector.clone();
    // What is true of all of the caller's scope need not be asked of each object.
    if let Some(own) = &call.caller.scope {
        selector.0.retain(|requirement| {
            requirement.subject != SelectorKey::Scope
                || !requirement.condition.holds(Some(&own.name))
        });
    }
    if let (Kind::Scope, Some(own)) = (kind, &call.caller.scope) {
        selector.0.push(Requirement {
            subject: SelectorKey::Name,
            condition: Condition::In(vec![own.name.clone()]),
        });
    }
    selector
}

/// The names of the scopes that objects may be in.
///
/// # Errors
/// Those of [`store::Store::scopes`].
pub(super) fn scope_names<P: Platform>(call: &Call<P>) -> Result<ScopeNames> {
    Ok(match &call.caller.scope {
        Some(scope) => ScopeNames::from([(scope.id, scope.name.clone())]),
        None => {
            let scopes = call.store.scopes()?.into_iter();
            scopes.map(|scope| (scope.id, scope.name)).collect()
        }
    })
}

/// What is selected of all that is seen: of the classes there are more than those that are stored.
///
/// # Errors
/// As [`select`].
pub(crate) fn select_seen<P: Platform>(call: &Call<P>, request: &ListRequest) -> Result<ListPage> {
    if kind_of(request) != Kind::Class || call.caller.scope.is_none() {
        return select(call, request);
    }
    check_reached(call, request)?;
    let selector = visible(call, Kind::Class, &request.selector);
    let request = ListRequest {
        selector,
        ..request.clone()
    };
    call.seen_classes()?.list(&request)
}

fn kind_of(request: &ListRequest) -> Kind {
    let kind = request.query.kinds.first();
    kind.copied().unwrap_or(Kind::Connector)
}

/// What is selected.
///
/// # Errors
/// [`Error::Gone`] when the revision is no longer kept, [`Error::TooNew`] when it is still to come.
pub(crate) fn select<P: Platform>(call: &Call<P>, select: &ListRequest) -> Result<ListPage> {
    let kind = kind_of(select);
    let selector = visible(call, kind, &select.selector);
    let scopes = scope_names(call)?;
    let wanted = select.query.limit;
    let mut query = Query {
        scope: place(call, kind),
        ..select.query.clone()
    };
    check_reached(call, select)?;
    let mut revision = select.at;
    let mut objects = Vec::new();
    loop {
        let page = match revision {
            Some(at) => call.store.list_at(at, &query)?,
            None => call.store.list(&query)?,
        };
        revision = Some(page.revision);
        objects.extend(page.objects.into_iter().filter(|object| {
            let scope = scopes
                .get(&object.scope)
                .map(String::as_str)
                .unwrap_or_default();
            selector.matches(object, scope)
        }));
        let found = u32::try_from(objects.len()).unwrap_or(u32::MAX);
        query.limit = wanted.saturating_sub(found);
        if page.next.is_none() || query.limit == 0 {
            let remaining = match (&page.next, select.remaining) {
                (None, _) => None,
                _ if !selector.0.is_empty() => None,
                (_, Some(before)) => Some(before),
                (_, None) => Some(call.store.count(&Query {
                    after: None,
                    ..query
                })?),
            };
            return Ok(ListPage {
                revision: page.revision,
                next: page.next,
                remaining: remaining.map(|total| total.saturating_sub(i64::from(found))),
                objects,
                scopes,
            });
        }
        query.after = page.next;
    }
}

/// Refuses a list of a time that is still to come. One that goes on then began before the store was
/// put back, and has to begin anew.
fn check_reached<P: Platform>(call: &Call<P>, select: &ListRequest) -> Result<()> {
    let wanted = select.not_before.max(select.at.unwrap_or_default());
    if wanted == 0 {
        return Ok(());
    }
    let current = call.store.current_revision()?;
    if wanted <= current {
        return Ok(());
    }
    if select.not_before == 0 {
        let message = "the provided continue parameter is too new: list again from the start";
        return Err(Error::Gone(message.to_owned()));
    }
    Err(Error::TooNew { wanted, current })
}
