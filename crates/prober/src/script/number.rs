//! Numbers that would be worked out to their last digit.

/// How many digits a number may have, and its exponent.
const DIGITS_MAX: (usize, usize) = (64, 3);

/// Where a text has a number with more digits, or a larger exponent, than anybody calculates with.
pub(crate) fn long_number(text: &str) -> Option<usize> {
    let (digits_max, exponent_max) = DIGITS_MAX;
    let (mut digits, mut exponent) = (0_usize, None);
    for (offset, char) in text.char_indices() {
        match char {
            '0'..='9' => {
                digits = digits.saturating_add(1);
                exponent = exponent.map(|count: usize| count.saturating_add(1));
            }
            '.' | '_' if digits > 0 && exponent.is_none() => {}
            'e' | 'E' if digits > 0 && exponent.is_none() => exponent = Some(0),
            '+' | '-' if exponent == Some(0) => {}
            _ => (digits, exponent) = (0, None),
        }
        if digits > digits_max || exponent.is_some_and(|count| count > exponent_max) {
            return Some(offset);
        }
    }
    None
}
