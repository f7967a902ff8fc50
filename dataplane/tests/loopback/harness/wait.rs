//! Waits for a thing to happen, within bounds: the one place of these tests that looks at a clock.

use std::time::{Duration, Instant};

/// How long anything may take before the test that waits for it fails. Generous: a loaded machine is
/// no fault of the edge.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(3);

/// Looks until there is something to return.
#[expect(clippy::disallowed_methods, reason = "polls a condition; no test waits for a time")]
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain: {what}");
        std::thread::sleep(PAUSE);
    }
}
