//! Values of expressions, written where they are sent.

mod escape;
mod eval;
mod moment;

pub use escape::Place;
pub use eval::{Scope, evaluate};
