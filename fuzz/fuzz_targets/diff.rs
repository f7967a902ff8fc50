//! Fuzzes the comparison of two configurations of one file each, which a line `---` parts: a side
//! is the same as itself, and every witness shows a difference.
#![no_main]

use pointsman_compiler::diff::fuzz_diff;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_diff(data));
