//! The one retry policy: what is computed over a view of what is there is computed again when
//! somebody else wrote first.

use hub::error::{Error, Result};

/// How often. All who change one object at the same time have their turn.
const ATTEMPTS: usize = 64;

/// What came of one attempt.
pub(crate) enum Attempt<T> {
    /// It is done.
    Done(T),
    /// Somebody else came first, and this is what the store said.
    Overtaken(Error),
}

/// Tries until it is done. What an attempt itself finds wrong is not tried again.
///
/// # Errors
/// Those of an attempt; [`Error::Conflict`] when others keep coming first.
pub(crate) async fn until_done<T>(
    mut attempt: impl AsyncFnMut() -> Result<Attempt<T>>,
) -> Result<T> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        match attempt().await? {
            Attempt::Done(done) => return Ok(done),
            Attempt::Overtaken(error) => last = Some(error),
        }
    }
    Err(contended(last))
}

fn contended(last: Option<Error>) -> Error {
    let (kind, name) = match last {
        Some(
            Error::Conflict { kind, name, .. }
            | Error::AlreadyExists { kind, name, .. }
            | Error::NotFound { kind, name },
        ) => (kind, name),
        _ => ("object", String::new()),
    };
    Error::Conflict {
        kind,
        name,
        message: "it is being changed by others: try again".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    fn overtaken<T>() -> Attempt<T> {
        Attempt::Overtaken(Error::not_found(hub::object::Kind::Class, "x"))
    }

    #[test]
    fn the_last_of_many_has_its_turn() {
        let mut before = ATTEMPTS - 1;
        let done = block_on(until_done(async || {
            if before == 0 {
                return Ok(Attempt::Done(7));
            }
            before -= 1;
            Ok(overtaken())
        }));
        assert_eq!(done, Ok(7));
    }

    #[test]
    fn it_ends() {
        let tried = block_on(until_done(async || Ok(overtaken::<()>())));
        let Err(Error::Conflict { kind, name, .. }) = tried else {
            panic!("{tried:?}");
        };
        assert_eq!((kind, name.as_str()), ("class", "x"));
    }

    #[test]
    fn a_fault_of_the_caller_is_told_at_once() {
        let mut tries = 0;
        let tried: Result<()> = block_on(until_done(async || {
            tries += 1;
            Err(Error::Malformed("no".to_owned()))
        }));
        assert_eq!((tried, tries), (Err(Error::Malformed("no".to_owned())), 1));
    }
}
