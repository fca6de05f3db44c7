//! What a value of a script is worth.

use regorus::Value;

use crate::budget::{Exceeded, Measure};

/// The widest number that is calculated with, in bits.
pub(crate) const BITS_MAX: u64 = 256;

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
    let bytes = match value {
        Value::String(text) => text.len(),
        Value::Number(number) => {
            let is_wide = number.as_i128().is_none()
                && number.as_big().is_some_and(|big| big.bits() > BITS_MAX);
            if is_wide {
                return Err(Exceeded);
            }
            0
        }
        _ => 0,
    };
    measure.part(bytes, depth)?;
    let depth = depth.saturating_add(1);
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| add(item, depth, measure)),
        Value::Set(items) => items.iter().try_for_each(|item| add(item, depth, measure)),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            add(name, depth, measure)?;
            add(member, depth, measure)
        }),
        _ => Ok(()),
    }
}
