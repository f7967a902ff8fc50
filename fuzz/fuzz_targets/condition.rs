//! Fuzzes a condition on a field, a parameter or a cookie: read, or refused in its place.
#![no_main]

use pointsman_compiler::grammar::condition::fuzz_condition;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_condition(data));
