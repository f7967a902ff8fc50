//! The texts inside the configuration that have a grammar of their own: patterns and expressions.
//! Knows no key and no file; every fault has its place in the text.

pub mod condition;
pub mod expression;
pub mod host;
mod idn;
mod names;
pub(crate) mod origin;
pub mod path;
pub mod pattern;
pub mod placeholder;
mod punycode;
mod rule;
mod segment;
pub mod settle;
mod token;
