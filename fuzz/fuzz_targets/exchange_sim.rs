//! Fuzzes a plan for the simulator: every invariant holds.
#![no_main]

use pointsman_sim::fuzz_exchange;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_exchange(data));
