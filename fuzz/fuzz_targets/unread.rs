//! Fuzzes the search for secrets in a file that may be no TOML: each is a place in it.
#![no_main]

use pointsman_compiler::diagnostic::fuzz_unread;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_unread(data));
