//! Moments as people write them; what is wrong with one that is none.

use pointsman_routing::moment;

use super::value::{Problem, shown};

/// Milliseconds from 1970-01-01 UTC to `2026-11-26T21:34:04Z`; a fraction has one to three digits.
///
/// Errors: it is no such text.
pub fn unix_ms(text: &str) -> Result<u64, Problem> {
    moment::unix_ms(text).ok_or_else(|| Problem {
        message: format!("`{}` is no moment", shown(text)),
        help: Some(moment::FORM.to_owned()),
        instead: None,
    })
}
