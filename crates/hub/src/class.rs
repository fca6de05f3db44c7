//! Classes: what connectors are instances of.
