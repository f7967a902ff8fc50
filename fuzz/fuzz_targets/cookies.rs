//! Fuzzes the look-up of a cookie in what a client sends.
#![no_main]

use pointsman_routing::request::fuzz_cookies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_cookies(data));
