//! The compiler: a folder of TOML in, findings and one artifact out. It never touches a network, a
//! name server, a key, a clock or a root right, and the same input gives the same bytes.
//!
//! Floors, from the top; imports point down: `command` > `propose` > `diff` > `print` > `import` >
//! `compile`, `proof` > `loops`, `reach` > `witness` > `check`, `lower` > `classes`, `resolve` > `model` > `grammar`, `document` > `diagnostic` >
//! `language`, `limits`, `parallel`, `source`, `steps`.
#![forbid(unsafe_code)]

pub mod check;
mod classes;
pub mod command;
pub mod compile;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod grammar;
pub mod import;
pub mod language;
mod limits;
mod loops;
pub mod lower;
pub mod model;
pub mod parallel;
pub mod print;
pub mod proof;
pub mod propose;
pub mod reach;
pub mod resolve;
pub mod source;
pub mod steps;
pub mod witness;
