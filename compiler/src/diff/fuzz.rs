//! Two configurations from any bytes, compared; and what holds for any two.

use pointsman_schemas::artifact::Artifact;

use super::change::Subject;
use super::report::diff;
use super::witness::differ;
use crate::compile::compile;
use crate::document::{Folder, load};

/// Compares two small configurations, which a line `---` parts, and asserts what holds for any: a
/// side differs from itself in nothing, and every witness shows a difference.
#[doc(hidden)]
pub fn fuzz_diff(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some((old, new)) = text.split_once("\n---\n") else { return };
    let (Some(old), Some(new)) = (subject(old), subject(new)) else { return };
    assert!(diff(&old, &old).is_empty(), "a side is the same as itself");
    for (a, b) in [(&old, &new), (&new, &old)] {
        let found = diff(a, b);
        for moved in &found.moved {
            let (before, after) = (&moved.witness.before, &moved.witness.after);
            let was = pointsman_routing::decide(&a.artifact, &before.0);
            let is = pointsman_routing::decide(&b.artifact, &after.0);
            assert!(differ(&was, &is), "{} shows no difference", moved.witness.request);
        }
        let _ = (found.to_text(), found.to_json());
    }
}

/// One side, from the text of one file.
#[doc(hidden)]
fn subject(text: &str) -> Option<Subject> {
    let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
    let loaded = load(&folder, "pointsman.toml").ok()?;
    let outcome = compile(loaded, 0);
    let artifact = Artifact::from_bytes(outcome.artifact?).ok()?;
    Some(Subject { artifact, sources: Some(outcome.sources) })
}
