//! X.

fn main() {}
