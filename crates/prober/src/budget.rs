//! How much work the code of a class may make: one budget for all that is evaluated for one probe
//! of one connector, or for one check of a class. It counts; no clock is asked, so that the same
//! class and the same answer always come to the same end.

use std::cell::{Cell, RefCell};

/// What a budget holds at first. A unit is a step of an evaluation, or 16 bytes that one reads or
/// makes; the whole of it is about a tenth of a second.
pub const UNITS: u64 = 1_000_000;
/// The most units that one value of an evaluation may be worth.
pub const VALUE_MAX: u64 = 1 << 16;
/// How deep lists and maps may be in each other. They are gone through recursively, and the stack
/// of a component is small.
pub const DEPTH_MAX: u32 = 64;

/// What is left of a budget, and what used it up.
#[derive(Debug)]
pub struct Budget {
    left: Cell<u64>,
    /// A member of the class, and what of it.
    place: RefCell<(String, String)>,
    exceeded: Cell<bool>,
}

/// The budget is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded;

impl Default for Budget {
    fn default() -> Self {
        Self {
            left: Cell::new(UNITS),
            place: RefCell::default(),
            exceeded: Cell::new(false),
        }
    }
}

impl Budget {
    /// Says of which member of the class something is evaluated from now on.
    pub fn enter(&self, member: impl Into<String>) {
        if !self.exceeded.get() {
            self.place.replace((member.into(), String::new()));
        }
    }

    /// Says what of that member is evaluated.
    pub fn enter_part(&self, part: impl Into<String>) {
        if !self.exceeded.get() {
            self.place.borrow_mut().1 = part.into();
        }
    }

    /// Takes units. Once there were too few, there are none.
    ///
    /// # Errors
    /// [`Exceeded`] when there are too few.
    pub fn spend(&self, units: u64) -> Result<(), Exceeded> {
        match self.left.get().checked_sub(units) {
            Some(left) if !self.exceeded.get() => {
                self.left.set(left);
                Ok(())
            }
            _ => {
                self.exceeded.set(true);
                Err(Exceeded)
            }
        }
    }

    /// Takes the units of a text that is read or made.
    ///
    /// # Errors
    /// As [`Budget::spend`].
    pub fn spend_bytes(&self, bytes: usize) -> Result<(), Exceeded> {
        self.spend(units_of(bytes))
    }

    /// Takes all that is left: a value was worth more than any may be.
    pub fn exhaust(&self) {
        self.exceeded.set(true);
    }

    /// How much was taken.
    pub fn spent(&self) -> u64 {
        UNITS.saturating_sub(self.left.get())
    }

    /// The path of what used it up.
    pub fn exceeded_by(&self) -> Option<String> {
        let place = self.place.borrow();
        let (member, part) = &*place;
        let path = [member.as_str(), part.as_str()].map(str::to_owned);
        let path = path.into_iter().filter(|part| !part.is_empty());
        self.exceeded
            .get()
            .then(|| path.collect::<Vec<_>>().join("."))
    }
}

/// The units of a text.
pub fn units_of(bytes: usize) -> u64 {
    count(bytes / 16).saturating_add(1)
}

/// A length as a number of units.
pub fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Adds up what a value is worth, as a tree: what is in it twice counts twice, since whoever
/// compares or prints it goes through it twice.
#[derive(Default)]
pub struct Measure {
    units: u64,
}

impl Measure {
    /// One more part of a value, and its text.
    ///
    /// # Errors
    /// [`Exceeded`] when the value is worth more than any may be, or deeper.
    pub fn part(&mut self, bytes: usize, depth: u32) -> Result<(), Exceeded> {
        self.units = self.units.saturating_add(units_of(bytes));
        if self.units > VALUE_MAX || depth > DEPTH_MAX {
            return Err(Exceeded);
        }
        Ok(())
    }

    /// The units of all of it.
    pub fn units(&self) -> u64 {
        self.units
    }
}

/// The units of the widths and precisions in a format, which make texts of any length out of
/// nothing. One that an argument gives cannot be told.
///
/// # Errors
/// [`Exceeded`] when one is given by an argument.
pub fn widths(format: &str) -> Result<u64, Exceeded> {
    let mut all = 0_u64;
    for verb in format.split('%').skip(1) {
        let end = verb
            .find(|char: char| !(char.is_ascii_digit() || " +-#.[]*".contains(char)))
            .unwrap_or(verb.len());
        let flags = verb.get(..end).unwrap_or_default();
        if flags.contains('*') {
            return Err(Exceeded);
        }
        let numbers = flags.split(|char: char| !char.is_ascii_digit());
        for number in numbers.filter(|number| !number.is_empty()) {
            all = all.saturating_add(number.parse::<u64>().unwrap_or(u64::MAX));
        }
        // A number may have 309 digits.
        all = all.saturating_add(32);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_up_stays_used_up_and_says_by_what() {
        let budget = Budget::default();
        budget.enter("a");
        budget.enter_part("b.c");
        assert_eq!(budget.spend(UNITS), Ok(()));
        assert_eq!((budget.spent(), budget.exceeded_by()), (UNITS, None));
        assert_eq!(budget.spend(1), Err(Exceeded));
        budget.enter("d");
        assert_eq!(budget.spend(0), Err(Exceeded));
        assert_eq!(budget.exceeded_by().as_deref(), Some("a.b.c"));
    }

    #[test]
    fn widths_are_read_as_formats_have_them() {
        assert_eq!(widths("%s and %d"), Ok(64));
        assert_eq!(widths("%1000000000d"), Ok(1_000_000_032));
        assert_eq!(widths("%-20.5f%%"), Ok(25 + 3 * 32));
        assert_eq!(widths("%*d"), Err(Exceeded));
        assert_eq!(widths("no verb"), Ok(0));
    }
}
