//! Fuzzes a head in two pieces: the same as in one.
#![no_main]

use pointsman_core::http1::fuzz_split;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_split(data));
