//! Fuzzes an import: each field has a line, and what is written is TOML.
#![no_main]

use pointsman_compiler::import::fuzz_import;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_import(data));
