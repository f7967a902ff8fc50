//! Fuzzes a text with expressions: findings inside it, or a template.
#![no_main]

use pointsman_compiler::grammar::expression::fuzz_expression;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_expression(data));
