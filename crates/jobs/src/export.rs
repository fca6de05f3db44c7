//! Exports: all objects of one revision of the scope that are wanted, in the form of a file.

use hub::command::ObjectRef;
use hub::error::Result;
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::job::{Item, Job, Status};
use hub::object::{Kind, Object, ScopeId};
use sailpoint::options::{self, Selection};
use sailpoint::wire;
use store::Store;
use store::database::Database;

use crate::lease::{Committed, Held, end};

/// What can be exported.
const KINDS: [Kind; 2] = [Kind::Connector, Kind::ConfigObject];
/// How many objects a batch has at most.
const BATCH: i64 = 500;

/// Works on an export until it is over or belongs to somebody else. The job as it is then.
///
/// # Errors
/// [`hub::error::Error::NotFound`] when there is no such job, and those of the store.
pub async fn run<D: Database>(store: &Store<D>, scope: ScopeId, uid: Uid) -> Result<Job> {
    if let Some(mut held) = Held::take(store, scope, uid).await? {
        let request = store.job_request(uid)?;
        let selection = options::export(&request, &mut FieldErrors::default()).selection;
        while !held.job.is_over() {
            if batch(store, &mut held, &selection).await? != Committed::Yes {
                break;
            }
        }
    }
    Job::of(&store.object(scope, Kind::Job, &ObjectRef::Uid(uid))?)
}

async fn batch<D: Database>(
    store: &Store<D>,
    held: &mut Held,
    selection: &Selection,
) -> Result<Committed> {
    let mut job = held.job.clone();
    let Some(total) = job.total else {
        job.total = Some(store.put_job_snapshot(&held.object, &KINDS).await?);
        return held.get_on(store, job, Vec::new()).await;
    };
    let objects = store.job_objects(held.object.uid, job.done, BATCH)?;
    let items = objects
        .iter()
        .filter_map(|(place, object)| Some((*place, item(object, selection)?)));
    let items: Vec<(i64, Item)> = items.collect();
    if !items.is_empty() {
        store.put_job_items(held.object.uid, &items).await?;
    }
    job.done = job.done.saturating_add(count(objects.len()));
    if objects.is_empty() || job.done >= total {
        job.done = total;
        let message = "Download export results for details.";
        end(&mut job, Status::Complete, message.to_owned());
    }
    held.get_on(store, job, Vec::new()).await
}

fn item(object: &Object, selection: &Selection) -> Option<Item> {
    let identity = wire::identity(object);
    let names = [identity.name.as_str(), object.name.as_str()];
    selection
        .has(&identity.kind, &identity.id, &names)
        .then(|| Item {
            doc: wire::config_object(object),
            kind: identity.kind,
            id: Some(identity.id),
            name: identity.name,
            secrets: None,
        })
}

pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
