//! The probe function.
