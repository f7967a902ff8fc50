//! Fuzzes a configuration of one file: findings inside the text, or an artifact.
#![no_main]

use pointsman_compiler::compile::fuzz_config;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_config(data));
