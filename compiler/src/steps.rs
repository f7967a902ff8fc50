//! How far the work is, for whoever watches: counted by those who do it, read by another thread.
//! Nothing that is compiled depends on it.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// How far the work is.
#[derive(Debug, Default)]
pub struct Steps {
    phase: AtomicU8,
    files: AtomicUsize,
    files_read: AtomicUsize,
    routes: AtomicUsize,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Files are read and taken apart.
    Read = 0,
    /// Names are resolved, patterns taken apart.
    Resolve = 1,
    /// Routes are compared.
    Check = 2,
    /// The artifact is made.
    Lower = 3,
    /// Its tests run, and it is written.
    Prove = 4,
}

impl Phase {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Resolve => "resolving",
            Self::Check => "comparing routes",
            Self::Lower => "making the artifact",
            Self::Prove => "proving it",
        }
    }
}

impl Steps {
    /// Begins a phase.
    pub fn begin(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// There are so many files more to read.
    pub fn expect_files(&self, count: usize) {
        self.files.fetch_add(count, Ordering::Relaxed);
    }

    /// A file was read that has so many routes.
    pub fn read_file(&self, routes: usize) {
        self.files_read.fetch_add(1, Ordering::Relaxed);
        self.routes.fetch_add(routes, Ordering::Relaxed);
    }

    /// What is being done now.
    pub fn phase(&self) -> Phase {
        const PHASES: [Phase; 5] =
            [Phase::Read, Phase::Resolve, Phase::Check, Phase::Lower, Phase::Prove];
        let phase = usize::from(self.phase.load(Ordering::Relaxed));
        PHASES.get(phase).copied().unwrap_or(Phase::Prove)
    }

    /// Files that were read, and how many there are.
    pub fn files(&self) -> (usize, usize) {
        (self.files_read.load(Ordering::Relaxed), self.files.load(Ordering::Relaxed))
    }

    /// Routes that were read.
    pub fn routes(&self) -> usize {
        self.routes.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_over_files() {
        let steps = Steps::default();
        steps.expect_files(3);
        steps.read_file(10);
        steps.read_file(5);
        assert_eq!((steps.phase(), steps.files(), steps.routes()), (Phase::Read, (2, 3), 15));
        steps.begin(Phase::Prove);
        assert_eq!(steps.phase(), Phase::Prove);
    }
}
