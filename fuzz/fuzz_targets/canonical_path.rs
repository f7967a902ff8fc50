//! Fuzzes a path and query: refused, or one canonical form.
#![no_main]

use pointsman_routing::request::fuzz_canonical;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_canonical(data));
