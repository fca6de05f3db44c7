//! The schemas as OpenAPI: version 3 as JSON for today's clients, version 2 as JSON and as protobuf
//! for those that know no other.

mod gnostic;
mod operations;
mod proto;
mod schemas;
mod v2;
mod v3;

pub(super) use schemas::json_schema;
pub(super) use v2::document as v2_document;
pub(super) use v3::{document as v3_document, index as v3_index};

/// OpenAPI 2 as protobuf.
pub(super) fn v2_protobuf() -> Vec<u8> {
    gnostic::document(&v2::document())
}
