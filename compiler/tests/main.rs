//! Tests of the compiler from outside: what users type and what they get.

mod codes;
mod command;
mod configuration;
mod determinism;
mod diff;
mod findings;
mod golden;
mod include;
mod keys;
mod print;
mod scale;
mod shell;
mod signing;
mod ties;
