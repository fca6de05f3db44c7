//! Cycles: items that refer to each other are applied together or not at all, for a part of them
//! would refer to what is not there.

use serde_json::Value;

/// Which items of a job are in cycles: the first and the last place of each, in order. They stand
/// together ([`crate::order`]).
pub(super) struct Cycles(Vec<(i64, i64)>);

impl Cycles {
    /// Those that were found when the job was accepted.
    pub(super) fn of(request: &Value) -> Self {
        let found = request.get("cycles").cloned().unwrap_or_default();
        Self(serde_json::from_value(found).unwrap_or_default())
    }

    /// The cycle that the item at a place is in.
    pub(super) fn around(&self, place: i64) -> Option<(i64, i64)> {
        let index = self.0.partition_point(|(_, last)| *last < place);
        let next = self.0.get(index).copied();
        next.filter(|(first, _)| *first <= place)
    }

    /// The last place of a batch that begins after `done` and would like to end with `last`: a
    /// cycle is not divided.
    pub(super) fn end_of_batch(&self, done: i64, last: i64) -> i64 {
        match self.around(last) {
            Some((_, end)) if end == last => last,
            Some((first, _)) if first > done.saturating_add(1) => first.saturating_sub(1),
            Some((_, end)) => end,
            None => last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_batch_never_ends_within_a_cycle() {
        let cycles = Cycles::of(&json!({"cycles": [[3, 5], [6, 20]]}));
        for (done, last, end) in [
            (0, 2, 2),
            (0, 3, 2),
            (0, 4, 2),
            (0, 5, 5),
            (2, 4, 5),
            (2, 6, 5),
            (5, 8, 20),
            (0, 21, 21),
        ] {
            assert_eq!(cycles.end_of_batch(done, last), end, "{done} {last}");
        }
        assert_eq!(Cycles::of(&json!({})).end_of_batch(0, 7), 7);
    }
}
