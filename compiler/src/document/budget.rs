//! What all files of a configuration may ask of the reader together, and how much of it at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::limits::{SOURCE_FILE_TOKENS_MAX, SOURCE_TOKENS_MAX, SOURCES_BYTES_MAX};

/// What all files may ask. Whether it was enough does not hang on the
/// order in which files are read.
#[derive(Debug, Default)]
pub(super) struct Budget {
    bytes: AtomicU64,
    tokens: AtomicU64,
    /// Tokens of the files that are being read now.
    held: Mutex<u64>,
    freed: Condvar,
}

/// A file that is being read: while it lasts, the reader holds memory for its tokens.
#[derive(Debug)]
pub(super) struct Held<'b> {
    budget: &'b Budget,
    tokens: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut held = self.budget.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(self.tokens);
        self.budget.freed.notify_all();
    }
}

impl Budget {
    /// Counts a file's bytes; `false` when it must not be read.
    pub(super) fn admits_bytes(&self, bytes: u64) -> bool {
        self.bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) <= SOURCES_BYTES_MAX
    }

    /// Counts a file's tokens; `false` when it must not be read further.
    pub(super) fn admits_tokens(&self, tokens: u64) -> bool {
        self.tokens.fetch_add(tokens, Ordering::Relaxed).saturating_add(tokens) <= SOURCE_TOKENS_MAX
    }

    /// Waits until the reader has room for a file of so many tokens. However many processors read,
    /// the memory that they take together is that of one large file.
    pub(super) fn hold(&self, tokens: u64) -> Held<'_> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && held.saturating_add(tokens) > SOURCE_FILE_TOKENS_MAX {
            held = self.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held = held.saturating_add(tokens);
        Held { budget: self, tokens }
    }

    /// Bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Tokens of all files that were read.
    pub(super) fn tokens(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_of_the_same_files_is_spent_in_any_order() {
        let files = [SOURCES_BYTES_MAX / 2, 7, SOURCES_BYTES_MAX / 2];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let budget = Budget::default();
            let admitted = order.iter().filter(|at| budget.admits_bytes(files[**at])).count();
            assert_eq!(admitted, 2);
            assert!(budget.bytes() > SOURCES_BYTES_MAX);
        }
    }

    #[test]
    fn files_wait_for_room_and_one_alone_never_does() {
        let budget = Budget::default();
        let first = budget.hold(SOURCE_FILE_TOKENS_MAX * 2);
        std::thread::scope(|scope| {
            let second = scope.spawn(|| drop(budget.hold(1)));
            std::thread::yield_now();
            assert_eq!(*budget.held.lock().expect("no panic"), SOURCE_FILE_TOKENS_MAX * 2);
            drop(first);
            second.join().expect("no panic");
        });
        assert_eq!(*budget.held.lock().expect("no panic"), 0);
        let parts: Vec<_> = (0..4).map(|_| budget.hold(SOURCE_FILE_TOKENS_MAX / 4)).collect();
        drop(parts);
        assert_eq!(*budget.held.lock().expect("no panic"), 0);
    }
}
