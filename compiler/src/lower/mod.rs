//! What a model becomes: tables, trees and programs of one artifact. It decides nothing about
//! what a configuration means, and the same model gives the same bytes.

mod action;
mod backend;
mod by_host;
mod constraint;
mod emit;
mod fault;
mod host;
mod options;
mod path;
mod program;
mod reading;
mod root;
mod rule;
mod settings;
mod steps;
mod test;
#[cfg(test)]
mod tests;

pub use emit::{Lowered, lower};
pub use fault::{Cause, LowerFault};
