//! Connectors in the form that every dialect converts to and from.
