//! Fuzzes a host: refused, or one canonical form.
#![no_main]

use pointsman_routing::request::fuzz_host;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_host(data));
