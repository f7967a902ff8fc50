//! Fuzzes records of the access log, as their writer reads them.
#![no_main]

use pointsman_control::record::fuzz_record;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_record(data));
