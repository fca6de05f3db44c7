//! Watches: what becomes of the objects that are selected, read from the revision log. So a watch
//! sees what every function, every instance and every dialect writes.

use std::time::{Duration, Instant};

use futures::SinkExt;
use futures::channel::mpsc;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::Action;
use hub::query::{LONGEST_PAGE, Query};
use hub::watch::{Event, Events, From, ListRequest, ScopeNames, Watch};
use store::Revision;

use super::select;
use crate::call::Call;
use crate::ports::Platform;
use crate::seen_classes::SeenClasses;

/// How often the log is looked at: what is written is told well within a second.
const PERIOD: Duration = Duration::from_millis(200);
/// How long a watch lasts at most, so that none outlives its client for long. Clients begin another
/// one where it ended.
const LONGEST: Duration = Duration::from_secs(300);
/// How often a watch that is asked to tells how far it has come.
const BOOKMARK_PERIOD: Duration = Duration::from_secs(10);
/// How many changes are read at a time. A reader that is slow holds up its own watch, which holds
/// no more than these.
const BATCH: u32 = 100;
/// How many events wait to be sent.
const AHEAD: usize = 8;

/// Begins a watch, which goes on after the response has begun.
pub(crate) fn begin<P: Platform>(call: Call<P>, watch: Watch) -> Result<Outcome> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let wanted = watch
        .seconds
        .map_or(LONGEST, |seconds| Duration::from_secs(u64::from(seconds)));
    let classes = match (watch.kind, &call.caller.scope) {
        (Kind::Class, Some(_)) => Some(call.seen_classes()?),
        _ => None,
    };
    let scope = match &classes {
        Some(classes) => classes.only_layer(),
        None => select::place(&call, watch.kind),
    };
    let mut watching = Watching {
        selector: select::visible(&call, watch.kind, &watch.selector),
        scope,
        classes,
        names: select::scope_names(&call)?,
        ends: Instant::now() + wanted.min(LONGEST),
        call,
        watch,
        sender,
        after: 0,
    };
    let platform = watching.call.platform.clone();
    platform.clone().spawn(async move {
        let last = match watching.run().await {
            Ok(()) | Err(Stop::Gone) => None,
            Err(Stop::Failed(Error::Gone(message))) => Some(Event::Expired(message)),
            Err(Stop::Failed(error)) => {
                platform.fault("watch", &error);
                Some(Event::Failed)
            }
        };
        if let Some(last) = last {
            // Nobody may be there to hear of it.
            let _ = watching.sender.send(last).await;
        }
    });
    Ok(Outcome::Watching(Events(receiver)))
}

struct Watching<P: Platform> {
    call: Call<P>,
    watch: Watch,
    selector: hub::selector::Selector,
    scope: Option<ScopeId>,
    /// Where classes are watched: those that are seen.
    classes: Option<SeenClasses<P::Database>>,
    names: ScopeNames,
    ends: Instant,
    sender: mpsc::Sender<Event>,
    /// Everything up to this revision has been told.
    after: i64,
}

/// Why a watch ends before its time.
enum Stop {
    /// Its client has gone.
    Gone,
    /// It cannot go on.
    Failed(Error),
}

impl std::convert::From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl<P: Platform> Watching<P> {
    async fn run(&mut self) -> std::result::Result<(), Stop> {
        match self.watch.from {
            From::After(revision) => {
                let newest = self.call.store.current_revision()?;
                if revision > newest {
                    // As after a restore: what its client knows is no longer so, and it has to
                    // begin anew.
                    let message = format!("too large resource version: {revision} ({newest})");
                    return Err(Error::Gone(message).into());
                }
                self.after = revision;
            }
            From::Now => self.tell_all().await?,
        }
        if self.watch.mark_initial {
            self.send(Event::Bookmark(self.after, true)).await?;
        }
        let mut bookmarked = Instant::now();
        loop {
            self.tell_changes().await?;
            let over = Instant::now() >= self.ends;
            if self.watch.bookmarks && (over || bookmarked.elapsed() >= BOOKMARK_PERIOD) {
                bookmarked = Instant::now();
                self.send(Event::Bookmark(self.after, false)).await?;
            }
            if over {
                return Ok(());
            }
            self.call.platform.sleep(PERIOD).await;
        }
    }

    /// Everything that there is, as it is at one revision.
    async fn tell_all(&mut self) -> std::result::Result<(), Stop> {
        let mut page = ListRequest {
            query: Query {
                limit: LONGEST_PAGE,
                ..Query::of(self.watch.kind)
            },
            selector: self.watch.selector.clone(),
            at: None,
            not_before: 0,
            remaining: None,
        };
        loop {
            let found = select::select_seen(&self.call, &page)?;
            for object in found.objects {
                let scope = self.name(object.scope)?;
                self.send(Event::Added(object, scope)).await?;
            }
            self.after = found.revision;
            if found.next.is_none() {
                return Ok(());
            }
            (page.query.after, page.at) = (found.next, Some(found.revision));
        }
    }

    /// What has been written since.
    async fn tell_changes(&mut self) -> std::result::Result<(), Stop> {
        loop {
            let oldest = self.call.store.oldest_revision()?;
            if self.after < oldest.saturating_sub(1) {
                let (after, oldest) = (self.after, oldest.saturating_sub(1));
                return Err(
                    Error::Gone(format!("too old resource version: {after} ({oldest})")).into(),
                );
            }
            // Read before the changes, so that none of them is later than it and left out.
            let newest = self.call.store.current_revision()?;
            let kinds = [self.watch.kind];
            let changes = self
                .call
                .store
                .revisions_after(&kinds, self.scope, self.after, BATCH)?;
            let more = changes.len() == usize::try_from(BATCH).unwrap_or(usize::MAX);
            for change in changes {
                let revision = change.object.revision;
                if let Some(event) = self.event(change)? {
                    self.send(event).await?;
                }
                self.after = self.after.max(revision);
            }
            if !more {
                // Changes of other kinds need not be looked through again.
                self.after = self.after.max(newest);
                return Ok(());
            }
            if Instant::now() >= self.ends {
                return Ok(());
            }
        }
    }

    /// What a change is to who sees only what is selected. What begins to be selected is new, what
    /// no longer is has gone.
    fn event(&mut self, change: Revision) -> Result<Option<Event>> {
        if let Some(classes) = &self.classes {
            let (before, after) = classes.around(&change)?;
            return self.class_event(change.object.revision, before, after);
        }
        let object = change.object;
        let scope = self.name(object.scope)?;
        let is_selected = self.selector.matches(&object, &scope);
        Ok(match change.operation {
            Action::Create => is_selected.then_some(Event::Added(object, scope)),
            Action::Delete => is_selected.then_some(Event::Deleted(object, scope)),
            Action::Update | Action::Status if !self.selector.can_change() => {
                is_selected.then_some(Event::Modified(object, scope))
            }
            Action::Update | Action::Status => {
                let before = self.call.store.before(object.uid, object.revision)?;
                let before = before.filter(|before| self.selector.matches(before, &scope));
                match before {
                    Some(_) if is_selected => Some(Event::Modified(object, scope)),
                    Some(before) => {
                        let last = Object {
                            revision: object.revision,
                            ..before
                        };
                        Some(Event::Deleted(last, scope))
                    }
                    None => is_selected.then_some(Event::Added(object, scope)),
                }
            }
        })
    }

    /// What it is that another class is seen under a name, or the same one changed. It is one event,
    /// though one class may hide another: a watch that is taken up again after it misses nothing.
    fn class_event(
        &mut self,
        revision: i64,
        before: Option<Object>,
        after: Option<Object>,
    ) -> Result<Option<Event>> {
        let scope = self.call.scope()?.name.clone();
        let selected =
            |class: Option<Object>| class.filter(|class| self.selector.matches(class, &scope));
        Ok(match (selected(before), selected(after)) {
            (None, Some(after)) => Some(Event::Added(after, scope)),
            (Some(_), Some(after)) => Some(Event::Modified(after, scope)),
            (Some(before), None) => Some(Event::Deleted(Object { revision, ..before }, scope)),
            (None, None) => None,
        })
    }

    /// The name of a scope, which may be newer than the watch. One that is gone has none.
    fn name(&mut self, scope: ScopeId) -> Result<String> {
        if let Some(name) = self.names.get(&scope) {
            return Ok(name.clone());
        }
        let name = match self.call.store.scope(scope) {
            Ok(found) => found.name,
            Err(Error::NotFound { .. }) => String::new(),
            Err(error) => return Err(error),
        };
        self.names.insert(scope, name.clone());
        Ok(name)
    }

    async fn send(&mut self, event: Event) -> std::result::Result<(), Stop> {
        self.sender.send(event).await.map_err(|_| Stop::Gone)
    }
}
