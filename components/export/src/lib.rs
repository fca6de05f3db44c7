//! The export function.
