//! What is printed: standard output and error, colour, and how findings look. A reader that went
//! away is no error.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use crate::compile::Outcome;
use crate::diagnostic::{Colour, render_human, render_json, summary};
use crate::document::LoadError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All is well.
    Done,
    /// Something was found, or refused.
    Findings,
    /// The command was called wrongly, or a file could not be read or written.
    Usage,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Done => Self::SUCCESS,
            Status::Findings => Self::from(1),
            Status::Usage => Self::from(2),
        }
    }
}

/// Writes text to standard output.
pub(super) fn out(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Writes text to standard error.
pub(super) fn err(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// One line that says what went wrong outside of the configuration.
pub(super) fn refuse(why: &str) -> Status {
    err(&format!("error: {why}\n"));
    Status::Usage
}

/// The first file cannot be read.
pub(super) fn refuse_load(error: &LoadError) -> Status {
    refuse(&error.to_string())
}

/// Colour for a terminal that did not ask for none.
#[expect(clippy::disallowed_methods, reason = "how findings look is no part of what is compiled")]
fn colour(is_terminal: bool) -> Colour {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if is_terminal && !refused { Colour::On } else { Colour::Off }
}

/// Where findings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// They are what was asked for.
    Out,
    /// Something else was.
    Err,
}

/// Prints findings for people, and how many there were.
pub(super) fn print_findings(outcome: &Outcome, stream: Stream) {
    let colour = match stream {
        Stream::Out => colour(io::stdout().is_terminal()),
        Stream::Err => colour(io::stderr().is_terminal()),
    };
    let mut text = render_human(&outcome.findings, &outcome.sources, colour);
    if let Some(summary) = summary(&outcome.findings) {
        text.push_str(&summary);
        text.push_str("; `pointsman explain CODE` says more of a code\n");
    }
    match stream {
        Stream::Out => out(&text),
        Stream::Err => err(&text),
    }
}

/// Prints findings for machines.
pub(super) fn print_findings_json(outcome: &Outcome) {
    out(&render_json(&outcome.findings, &outcome.sources));
}

/// A count with its word.
pub(super) fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
