//! Fuzzes an artifact: refused, or every lookup in it holds.
#![no_main]

use pointsman_schemas::artifact::fuzz_artifact;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_artifact(data));
