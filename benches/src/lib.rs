//! What the benches measure with: generated route sets, as a model and as text, and requests for
//! them. All of it comes from a seed; it never measures and never reads a clock.
#![forbid(unsafe_code)]

pub mod exchange;
pub mod http1;
pub mod lookup;
pub mod model;
pub mod routes;
pub mod shapes;
pub mod size;
pub mod text;
