//! Tests of the compiler from outside: what users type and what they get.

mod codes;
mod command;
mod configuration;
mod determinism;
mod findings;
mod fix;
mod formats;
mod golden;
mod include;
mod keys;
mod scale;
mod ties;
