//! The core against corpora and generated input: one binary, one module an area.

mod fields;
mod http1;
