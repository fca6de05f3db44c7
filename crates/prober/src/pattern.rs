//! Regular expressions of classes. The engine is linear in the text; its factor is the size of the
//! pattern, which is bounded, and each pattern is compiled once.

use std::rc::Rc;

use regex::{Regex, RegexBuilder};

use crate::budget::{Budget, Exceeded, count};
use crate::compiled::Compiled;

/// The longest pattern, in bytes.
const SOURCE_MAX: usize = 512;
/// How large the program of a pattern may be, in bytes, and how many units a byte of text is worth
/// to one of that size.
const SIZES: [(usize, u64); 2] = [(8 << 10, 1), (64 << 10, 8)];
/// How large the tables may grow that are made while texts are searched, in bytes.
const TABLES_MAX: usize = 256 << 10;
/// What it is worth to look a pattern up, or to compile it.
const COMPILE_UNITS: u64 = 2_000;

/// A pattern that was compiled.
pub(crate) struct Pattern {
    regex: Regex,
    units_per_byte: u64,
}

impl Pattern {
    /// Compiles a pattern, once for each. Nothing when it is none, or too large.
    ///
    /// # Errors
    /// [`Exceeded`]
    pub(crate) fn of(source: &str, budget: &Budget) -> Result<Option<Rc<Self>>, Exceeded> {
        thread_local! {
            static COMPILED: Compiled<Pattern> = Compiled::default();
        }
        budget.spend(COMPILE_UNITS)?;
        if source.len() > SOURCE_MAX {
            return Ok(None);
        }
        Ok(COMPILED.with(|compiled| compiled.get(source, compile)).ok())
    }

    /// Whether it is anywhere in a text.
    ///
    /// # Errors
    /// [`Exceeded`]
    pub(crate) fn is_match(&self, text: &str, budget: &Budget) -> Result<bool, Exceeded> {
        self.pay(text.len(), budget)?;
        Ok(self.regex.is_match(text))
    }

    /// Where it is in a text, at most so often. Each search may go through all that is left.
    ///
    /// # Errors
    /// [`Exceeded`]
    pub(crate) fn find(
        &self,
        text: &str,
        most: usize,
        budget: &Budget,
    ) -> Result<Vec<std::ops::Range<usize>>, Exceeded> {
        let mut found = Vec::new();
        self.pay(text.len(), budget)?;
        for one in self.regex.find_iter(text).take(most) {
            found.push(one.range());
            self.pay(text.len().saturating_sub(one.start()), budget)?;
        }
        Ok(found)
    }

    /// The text with each place replaced, `$1` being the first group.
    ///
    /// # Errors
    /// [`Exceeded`]
    pub(crate) fn replace(
        &self,
        text: &str,
        by: &str,
        budget: &Budget,
    ) -> Result<String, Exceeded> {
        let places = count(self.find(text, usize::MAX, budget)?.len());
        let groups = count(by.matches('$').count());
        let longest = count(by.len()).saturating_add(groups.saturating_mul(count(text.len())));
        budget.spend(places.saturating_mul(longest))?;
        // Groups take a slower engine than places.
        let again = count(text.len()).saturating_mul(places);
        budget.spend(again.saturating_mul(self.units_per_byte))?;
        Ok(self.regex.replace_all(text, by).into_owned())
    }

    fn pay(&self, bytes: usize, budget: &Budget) -> Result<(), Exceeded> {
        budget.spend(
            count(bytes)
                .saturating_mul(self.units_per_byte)
                .saturating_add(1),
        )
    }
}

fn compile(source: &str) -> Result<Pattern, ()> {
    let sized = SIZES.into_iter().find_map(|(size, units_per_byte)| {
        let regex = RegexBuilder::new(source)
            .size_limit(size)
            .dfa_size_limit(TABLES_MAX)
            .build();
        Some(Pattern {
            regex: regex.ok()?,
            units_per_byte,
        })
    });
    sized.ok_or(())
}
