//! What a watch asks for.

use hub::error::{Error, Result};
use hub::watch::{From, Watch};

use super::query::{flag, number};
use super::selector;
use super::target::Target;
use crate::fault::{forbidden, unsupported};
use api::request::Request;

/// Whether a request for a collection is a watch.
pub(super) fn is_wanted(request: &Request) -> bool {
    flag(request, "watch") == Some(true)
}

/// What a watch asks for.
///
/// # Errors
/// [`Error::Malformed`] when a selector or a number cannot be read; [`Error::Invalid`] when
/// parameters do not go together.
pub(super) fn parse(request: &Request, target: &Target) -> Result<Watch> {
    const MATCH: &str = "resourceVersionMatch";
    let initial = flag(request, "sendInitialEvents");
    match (initial, request.query(MATCH).unwrap_or_default()) {
        (None, "") | (Some(_), "NotOlderThan") => {}
        (None, _) => {
            let message =
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
            return Err(Error::field(forbidden(MATCH, message)));
        }
        (Some(_), "") => {
            let message = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            return Err(Error::field(forbidden(MATCH, message)));
        }
        (Some(_), other) => {
            return Err(Error::field(unsupported(MATCH, other, &["NotOlderThan"])));
        }
    }
    let version: i64 = number(request, "resourceVersion")?.unwrap_or_default();
    let begins_anew = initial.unwrap_or(version == 0);
    let bookmarks = flag(request, "allowWatchBookmarks") == Some(true);
    Ok(Watch {
        kind: target.resource.hub,
        selector: selector::of_request(request, target)?,
        from: if begins_anew || version == 0 {
            From::Now
        } else {
            From::After(version)
        },
        mark_initial: initial == Some(true) && bookmarks,
        bookmarks,
        seconds: number(request, "timeoutSeconds")?.filter(|seconds| *seconds > 0),
    })
}
