//! What an operator is told of the shell's troubles, one line each on stderr; off the hot path.

use std::io;

use pointsman_control::say;

/// A listener's socket is of no use here.
pub fn unusable(listener: &str, error: &io::Error) {
    say(&format!("listener `{listener}` cannot be used: {error}"));
}

/// Descriptors or memory have run out.
pub fn accepting_pauses(listener: &str, error: &io::Error) {
    say(&format!("accepting on `{listener}` pauses: {error}; raise `ulimit -n`"));
}

/// A connection that waited in the queue of a closing socket could not be taken over.
pub fn lost(listener: &str, error: &io::Error) {
    say(&format!("a queued connection on `{listener}` is lost: {error}"));
}
