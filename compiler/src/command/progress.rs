//! A line that says how far the work is, for people who wait longer than a second.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::console;
use crate::steps::{Phase, Steps};

/// Nothing is shown before.
const FIRST_AFTER: Duration = Duration::from_secs(1);
/// Between two looks from then on.
const EACH: Duration = Duration::from_millis(100);
/// Characters of a bar.
const BAR_WIDTH: usize = 20;

/// Shows a line until it is dropped.
pub(super) struct Progress {
    steps: Arc<Steps>,
    ending: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins; nothing is shown within the first second, and nothing at all off a terminal.
    pub(super) fn start(what: &'static str) -> Self {
        let steps = Arc::new(Steps::default());
        if !io::stderr().is_terminal() {
            return Self { steps, ending: None };
        }
        let (sender, receiver) = mpsc::channel::<()>();
        let watched = Arc::clone(&steps);
        let thread = std::thread::spawn(move || {
            let (mut waited, mut wait) = (Duration::ZERO, FIRST_AFTER);
            while receiver.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                waited += wait;
                wait = EACH;
                console::err(&format!("\r\x1b[K{}", line(what, &watched, waited)));
            }
            if waited > Duration::ZERO {
                console::err("\r\x1b[K");
            }
        });
        Self { steps, ending: Some((sender, thread)) }
    }

    /// What is counted.
    pub(super) fn steps(&self) -> &Steps {
        &self.steps
    }
}

/// `compiling: reading [######..............] 31 of 100 files, 310000 routes, 1.4 s`
fn line(what: &str, steps: &Steps, waited: Duration) -> String {
    let phase = steps.phase();
    let seconds = waited.as_secs_f64();
    let (read, files) = steps.files();
    let routes = console::counted(steps.routes(), "route");
    if phase != Phase::Read {
        return format!("{what}: {}, {routes}, {seconds:.1} s", phase.name());
    }
    let full = (read * BAR_WIDTH).checked_div(files).unwrap_or_default().min(BAR_WIDTH);
    let bar = format!("{}{}", "#".repeat(full), ".".repeat(BAR_WIDTH - full));
    format!("{what}: reading [{bar}] {read} of {files} files, {routes}, {seconds:.1} s")
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.ending.take() {
            drop(sender);
            // The line is gone before anything else is printed.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_says_files_routes_and_phase() {
        let steps = Steps::default();
        steps.expect_files(4);
        steps.read_file(100);
        let said = line("compiling", &steps, Duration::from_millis(1500));
        let expected = "compiling: reading [#####...............] 1 of 4 files, 100 routes, 1.5 s";
        assert_eq!(said, expected);
        steps.begin(Phase::Check);
        let said = line("compiling", &steps, Duration::from_secs(2));
        assert_eq!(said, "compiling: comparing routes, 100 routes, 2.0 s");
    }
}
