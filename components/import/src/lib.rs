//! The import function.
