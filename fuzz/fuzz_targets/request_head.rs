//! Fuzzes a request's head: refused, or parsed.
#![no_main]

use pointsman_core::http1::fuzz_request_head;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_request_head(data));
