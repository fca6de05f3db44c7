//! Classes whose code took more work than it may: they are not evaluated for a while, so that nobody
//! waits for them again and again.

use std::cell::RefCell;
use std::collections::HashMap;

use hub::object::ScopeId;
use hub::time::Timestamp;
use prober::schedule::PUT_ASIDE;
use store::probes::LeasedProbe;

/// How many are remembered. When there are more, the one that was put aside first is forgotten.
const MOST: usize = 1024;

/// A version of a class, in its scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Version {
    scope: ScopeId,
    class: String,
    version: String,
}

impl Version {
    /// The one that a connector has.
    pub(super) fn of(claimed: &LeasedProbe, class: &str) -> Self {
        Self {
            scope: claimed.object.scope,
            class: class.to_owned(),
            version: claimed.class_version.clone(),
        }
    }
}

/// Until when, and the path in the class of what took too much.
struct Aside {
    until: Timestamp,
    path: String,
}

thread_local! {
    static ASIDE: RefCell<HashMap<Version, Aside>> = RefCell::default();
}

/// The path in the class of what took too much, while the class is put aside.
pub(super) fn path(version: &Version, now: Timestamp) -> Option<String> {
    ASIDE.with_borrow(|all| {
        let aside = all.get(version).filter(|aside| now < aside.until)?;
        Some(aside.path.clone())
    })
}

/// Puts a class aside.
pub(super) fn put(version: Version, path: String, now: Timestamp) {
    let until = now.plus_seconds(PUT_ASIDE);
    ASIDE.with_borrow_mut(|all| {
        if all.len() >= MOST {
            let first = all.iter().min_by_key(|(_, aside)| aside.until);
            if let Some(first) = first.map(|(version, _)| version.clone()) {
                all.remove(&first);
            }
        }
        all.insert(version, Aside { until, path });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_comes_back_when_it_is_changed_or_the_time_is_over() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let version = |version: &str| Version {
            scope: 1,
            class: "c".to_owned(),
            version: version.to_owned(),
        };
        assert_eq!(path(&version("1"), now), None);
        put(version("1"), "a.b".to_owned(), now);
        assert_eq!(path(&version("1"), now).as_deref(), Some("a.b"));
        assert_eq!(path(&version("2"), now), None);
        assert_eq!(path(&version("1"), now.plus_seconds(PUT_ASIDE)), None);
        for index in 0..MOST + 10 {
            put(
                version(&format!("other {index}")),
                String::new(),
                now.plus_seconds(1),
            );
        }
        assert!(ASIDE.with_borrow(HashMap::len) <= MOST);
    }
}
