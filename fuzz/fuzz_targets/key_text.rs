//! Fuzzes the text of a key: refused in a line that repeats none of it, or one form of one key.
#![no_main]

use pointsman_schemas::key::fuzz_key_text;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_key_text(data));
