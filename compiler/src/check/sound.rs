//! Checks that hold for any part of a configuration, so that they run beside other errors.

use super::{limit, tie};
use crate::diagnostic::Findings;
use crate::model::Model;

/// Finds counts that are too high, and routes that tie.
pub fn sound(model: &Model, findings: &mut Findings) {
    sound_but_for_ties(model, findings);
    tie::check(model, findings);
}

/// The same without ties.
pub fn sound_but_for_ties(model: &Model, findings: &mut Findings) {
    limit::check(model, findings);
}
