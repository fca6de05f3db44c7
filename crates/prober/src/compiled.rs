//! Sources that were compiled, by their text: a sweep uses few, again and again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How many are kept of a kind. When there are more, all are forgotten.
const KEPT_MAX: usize = 64;

/// What was compiled of one kind.
pub(crate) struct Compiled<T>(RefCell<HashMap<String, Rc<T>>>);

impl<T> Default for Compiled<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T> Compiled<T> {
    /// What comes of a source, compiled when it is not known. A source that is broken is not kept.
    ///
    /// # Errors
    /// Those of `compile`.
    pub(crate) fn get<E>(
        &self,
        source: &str,
        compile: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        if let Some(known) = self.0.borrow().get(source) {
            return Ok(Rc::clone(known));
        }
        let compiled = Rc::new(compile(source)?);
        let mut kept = self.0.borrow_mut();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(source.to_owned(), Rc::clone(&compiled));
        Ok(compiled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_compiled_once_and_few_are_kept() {
        let (compiled, mut times) = (Compiled::default(), 0);
        let mut get = |source: &str| {
            let length = compiled.get(source, |source| {
                times += 1;
                if source.is_empty() {
                    Err(())
                } else {
                    Ok(source.len())
                }
            });
            (length.map(|length| *length), times)
        };
        assert_eq!(get("abc"), (Ok(3), 1));
        assert_eq!(get("abc"), (Ok(3), 1));
        assert_eq!(get(""), (Err(()), 2));
        assert_eq!(get(""), (Err(()), 3));
        for index in 0..KEPT_MAX {
            assert!(get(&format!("other {index}")).0.is_ok());
        }
        assert!(compiled.0.borrow().len() <= KEPT_MAX);
    }
}
