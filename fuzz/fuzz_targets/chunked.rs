//! Fuzzes a chunked body: the same, however it is split.
#![no_main]

use pointsman_core::http1::fuzz_chunked;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_chunked(data));
