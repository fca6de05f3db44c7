//! The update function.
