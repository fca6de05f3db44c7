//! What a value of an expression is worth.

use cel::Value;
use cel::objects::Key;

use crate::budget::{Exceeded, Measure};

/// The units of a value, as a tree.
///
/// # Errors
/// [`Exceeded`] when it is worth more than any may be.
pub(crate) fn measure(value: &Value) -> Result<u64, Exceeded> {
    let mut measure = Measure::default();
    add(value, 0, &mut measure)?;
    Ok(measure.units())
}

/// As deep as a value may be.
fn add(value: &Value, depth: u32, measure: &mut Measure) -> Result<(), Exceeded> {
    let deeper = depth.saturating_add(1);
    match value {
        Value::String(text) => measure.part(text.len(), depth),
        Value::Bytes(bytes) => measure.part(bytes.len(), depth),
        Value::List(items) => {
            measure.part(0, depth)?;
            items.iter().try_for_each(|item| add(item, deeper, measure))
        }
        Value::Map(members) => members.map.iter().try_for_each(|(key, member)| {
            let bytes = match key {
                Key::String(key) => key.len(),
                _ => 0,
            };
            measure.part(bytes, depth)?;
            add(member, deeper, measure)
        }),
        _ => measure.part(0, depth),
    }
}
