//! Fuzzes a pattern: findings inside it, or hosts and segments.
#![no_main]

use pointsman_compiler::grammar::pattern::fuzz_pattern;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_pattern(data));
