//! The classes that connectors of a scope can have, as objects: those of the scope, those of the
//! scope `default` that none of them hides, and those of the catalogue that none of both hides.
//!
//! A class that is not of the scope itself cannot be changed or deleted there: a change makes one of
//! the scope's own, which hides it, and a deletion of that one shows it again. So it is as new as
//! that deletion: its revision is that of the last one, and a watch goes on from it.

use std::collections::HashMap;

use hub::class::{CATALOGUE, Class, SOURCE_LABEL};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::Action;
use hub::query::{Cursor, LONGEST_PAGE, Query};
use hub::scope::{DEFAULT_SCOPE, Scope};
use hub::time::Timestamp;
use hub::watch::{ListPage, ListRequest};
use serde_json::json;
use store::database::Database;
use store::{Revision, Store};

/// The classes of a scope.
pub(crate) struct SeenClasses<D: Database> {
    store: Store<D>,
    scope: Scope,
    /// The scopes whose classes they are, each of which hides what the next ones have of its names.
    layers: Vec<Scope>,
}

impl<D: Database + Clone> SeenClasses<D> {
    /// Those of a scope.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) fn of(store: &Store<D>, scope: &Scope) -> Result<Self> {
        let mut layers = vec![scope.clone()];
        if scope.name != DEFAULT_SCOPE {
            layers.extend(store.scope_named(DEFAULT_SCOPE)?);
        }
        Ok(Self {
            store: store.clone(),
            scope: scope.clone(),
            layers,
        })
    }

    /// The only scope whose stored classes count; none where there are several.
    pub(crate) fn only_layer(&self) -> Option<ScopeId> {
        match self.layers.as_slice() {
            [one] => Some(one.id),
            _ => None,
        }
    }

    /// The class of that name that the scope itself does not have.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; those of the store.
    pub(crate) fn below_own(&self, name: &str) -> Result<Object> {
        let now = self.store.current_revision()?;
        let mut shown_again = 0;
        for layer in &self.layers {
            if layer.id != self.scope.id
                && let Some(found) = self.in_layer(layer, name, now)?
            {
                return Ok(as_new_as(found, shown_again));
            }
            let gone = self.store.class_deletions(layer.id, now)?;
            shown_again = shown_again.max(gone.get(name).copied().unwrap_or_default());
        }
        let class = self
            .in_catalogue(name)
            .map(|class| as_new_as(class, shown_again));
        class.ok_or_else(|| Error::not_found(Kind::Class, name))
    }

    /// What is selected of them, page by page, as it was at one revision.
    ///
    /// # Errors
    /// Those of the store; [`Error::Gone`] when the revision is no longer kept.
    pub(crate) fn list(&self, select: &ListRequest) -> Result<ListPage> {
        let at = match select.at {
            Some(at) => at,
            None => self.store.current_revision()?,
        };
        let mut objects = self.all_at(at)?;
        let scopes = self
            .layers
            .iter()
            .map(|layer| (layer.id, layer.name.clone()));
        let scopes = scopes.collect();
        objects.retain(|object| select.selector.matches(object, &self.scope.name));
        objects.sort_by(|one, other| one.slug.cmp(&other.slug));
        if let Some(after) = &select.query.after {
            objects.retain(|object| object.slug > after.key);
        }
        let wanted = usize::try_from(select.query.limit).unwrap_or(usize::MAX);
        let left = objects.len().saturating_sub(wanted);
        objects.truncate(wanted);
        let last = objects.last().filter(|_| left > 0);
        Ok(ListPage {
            revision: at,
            next: last.map(|last| Cursor::after(last, select.query.order)),
            remaining: i64::try_from(left)
                .ok()
                .filter(|left| *left > 0 && select.selector.0.is_empty()),
            objects,
            scopes,
        })
    }

    /// All of them as they were at a revision, in no order.
    fn all_at(&self, at: i64) -> Result<Vec<Object>> {
        let mut seen: HashMap<String, Object> = HashMap::new();
        let mut shown_again: HashMap<String, i64> = HashMap::new();
        for layer in &self.layers {
            for object in self.stored(layer, None, at)? {
                let since = shown_again.get(&object.slug).copied().unwrap_or_default();
                let slug = object.slug.clone();
                seen.entry(slug).or_insert_with(|| as_new_as(object, since));
            }
            for (name, revision) in self.store.class_deletions(layer.id, at)? {
                let since = shown_again.entry(name).or_default();
                *since = revision.max(*since);
            }
        }
        for class in Class::catalogue() {
            if !seen.contains_key(&class.name) {
                let since = shown_again.get(&class.name).copied().unwrap_or_default();
                let object = as_new_as(of_catalogue(class, &self.scope), since);
                seen.insert(class.name.clone(), object);
            }
        }
        Ok(seen.into_values().collect())
    }

    /// The class of the name of one that changed, as it was seen before and as it is since. Both are
    /// none where another one hides the change.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) fn around(&self, change: &Revision) -> Result<(Option<Object>, Option<Object>)> {
        let (object, name) = (&change.object, change.object.slug.as_str());
        let at = object.revision;
        let Some(index) = self.layers.iter().position(|one| one.id == object.scope) else {
            return Ok((None, None));
        };
        let (above, rest) = self.layers.split_at(index);
        for layer in above {
            if self.in_layer(layer, name, at)?.is_some() {
                return Ok((None, None));
            }
        }
        let below = || -> Result<Option<Object>> {
            for layer in rest.iter().skip(1) {
                if let Some(found) = self.in_layer(layer, name, at)? {
                    return Ok(Some(as_new_as(found, at)));
                }
            }
            Ok(self.in_catalogue(name).map(|class| as_new_as(class, at)))
        };
        let own = Some(object.clone());
        Ok(match change.operation {
            Action::Create => (below()?, own),
            Action::Delete => (own, below()?),
            Action::Update | Action::Status => {
                let before = self.store.before(object.uid, at)?;
                (before.or_else(|| own.clone()), own)
            }
        })
    }

    fn in_layer(&self, layer: &Scope, name: &str, at: i64) -> Result<Option<Object>> {
        Ok(self.stored(layer, Some(name), at)?.into_iter().next())
    }

    fn stored(&self, layer: &Scope, name: Option<&str>, at: i64) -> Result<Vec<Object>> {
        let mut query = Query {
            name: name.map(str::to_owned),
            limit: LONGEST_PAGE,
            ..Query::of(Kind::Class).within(layer.id)
        };
        let mut found = Vec::new();
        loop {
            let page = self.store.list_at(at, &query)?;
            found.extend(page.objects);
            query.after = page.next;
            if query.after.is_none() {
                return Ok(found);
            }
        }
    }

    fn in_catalogue(&self, name: &str) -> Option<Object> {
        Class::in_catalogue(name).map(|class| of_catalogue(class, &self.scope))
    }
}

/// A class of the catalogue is there since the scope is.
fn of_catalogue(class: &Class, scope: &Scope) -> Object {
    let created_at = Timestamp::parse_rfc3339(&scope.created_at).unwrap_or_default();
    let mut doc = class.doc.clone();
    if let Some(members) = doc.as_object_mut() {
        members.insert("labels".to_owned(), json!({SOURCE_LABEL: CATALOGUE}));
    }
    Object {
        id: 0,
        uid: Uid::derived(&["class of the catalogue", &scope.name, &class.name]),
        scope: scope.id,
        kind: Kind::Class,
        name: class.name.clone(),
        slug: class.name.clone(),
        parent: None,
        generation: 1,
        revision: scope.id,
        created_at,
        updated_at: created_at,
        doc,
    }
}

fn as_new_as(object: Object, revision: i64) -> Object {
    Object {
        revision: object.revision.max(revision),
        ..object
    }
}
