//! Tests of the compiler from outside: what users type and what they get.

mod codes;
mod command;
mod conditions;
mod configuration;
mod determinism;
mod diff;
mod expressions;
mod findings;
mod fix;
mod formats;
mod golden;
mod hostile;
mod import;
mod import_hostile;
mod include;
mod keys;
mod print;
mod reach;
mod reference;
mod scale;
mod sense;
mod shell;
mod signing;
mod ties;
