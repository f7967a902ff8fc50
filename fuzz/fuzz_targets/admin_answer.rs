//! Fuzzes what the admin socket answers, as a command reads it.
#![no_main]

use pointsman_control::client::fuzz_admin_answer;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_admin_answer(data));
