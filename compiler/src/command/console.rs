//! What is printed: standard output and error, colour, and how findings look. A reader that went
//! away is no error.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use pointsman_schemas::artifact::Features;

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

/// Standard output, by which every verb prints; it remembers the first write that failed.
#[derive(Debug, Default)]
pub(super) struct Output {
    failed: Option<io::Error>,
    /// Whether `--fix` was tried, and could not write.
    is_fix_refused: bool,
}

impl Output {
    /// Writes text; nothing more once a write has failed.
    pub(super) fn out(&mut self, text: &str) {
        if self.failed.is_some() {
            return;
        }
        self.printed(io::stdout().lock().write_all(text.as_bytes()));
    }

    /// Writes bytes that are no text.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.printed(io::stdout().lock().write_all(bytes));
        }
    }

    /// Takes note of what became of a write to standard output.
    pub(super) fn printed(&mut self, written: io::Result<()>) {
        // What is left in the buffer would fail at the end of the process, where nobody hears it.
        self.failed = written.and_then(|()| io::stdout().flush()).err();
    }

    /// Whether a write failed: what follows would reach nobody.
    pub(super) fn is_lost(&self) -> bool {
        self.failed.is_some()
    }

    /// How the command ended: as it says, but for output that is lost.
    pub(super) fn finish(self, status: Status) -> Status {
        match self.failed {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                refuse(&format!("the output could not be written: {error}"))
            }
            _ => status,
        }
    }

    /// Says nothing any more of what `--fix` would mend: it was tried, and could not.
    pub(super) fn offer_no_fixes(&mut self) {
        self.is_fix_refused = true;
    }

    /// Prints findings for people to where they belong, and how many there were.
    pub(super) fn findings(&mut self, outcome: &Outcome, stream: Stream) {
        match stream {
            Stream::Out => {
                let colour = colour(io::stdout().is_terminal());
                self.out(&findings_text(outcome, colour, !self.is_fix_refused));
            }
            Stream::Err => {
                let colour = colour(io::stderr().is_terminal());
                err(&findings_text(outcome, colour, !self.is_fix_refused));
            }
        }
    }

    /// Prints findings for machines.
    pub(super) fn findings_json(&mut self, outcome: &Outcome) {
        self.out(&render_json(&outcome.findings, &outcome.sources));
    }
}

/// Writes text to standard error.
pub(super) fn err(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// One line that says what went wrong outside of the configuration.
pub(super) fn refuse(why: &str) -> Status {
    err(&format!("error: {}\n", without_numbers(why)));
    Status::Usage
}

/// What the system says without its numbers: they are in no other word of ours.
fn without_numbers(why: &str) -> String {
    let mut parts = why.split(" (os error ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.push_str(rest);
            }
            _ => out.push_str(&format!(" (os error {part}")),
        }
    }
    out
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

/// Who reads what a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// People.
    Human,
    /// Machines: findings are JSON then, and on standard output too.
    Json,
}

impl Reader {
    /// Who reads with the option `--json`, or without.
    pub(super) fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Human }
    }
}

/// Where findings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// They are what was asked for.
    Out,
    /// Something else was.
    Err,
}

fn findings_text(outcome: &Outcome, colour: Colour, offers_fixes: bool) -> String {
    let mut text = render_human(&outcome.findings, &outcome.sources, colour);
    if let Some(summary) = summary(&outcome.findings) {
        text.push_str(&summary);
        text.push_str("; `pointsman explain CODE` says more of a code\n");
        if outcome.findings.can_show_more() {
            text.push_str("`pointsman validate --all` shows those that are not shown here\n");
        }
        let fixable = outcome.findings.fixable();
        if fixable > 0 && offers_fixes {
            text.push_str(&format!("`pointsman validate --fix` mends {fixable} of them\n"));
        }
    }
    text
}

/// What an edge must be able to do, on a line each where they are many; nothing where any can. One that lacks some of it
/// refuses the artifact when it loads it.
pub(super) fn needs(features: Features) -> String {
    let names: Vec<String> = features.names().collect();
    match names.len() {
        0 => String::new(),
        4.. => {
            let lines: String = names.iter().map(|name| format!("  {name}\n")).collect();
            format!("needs of the edge, as `pointsmand check` will ask:\n{lines}")
        }
        _ => format!("needs of the edge, as `pointsmand check` will ask: {}\n", names.join(", ")),
    }
}

/// A count with its word.
pub(super) fn counted(count: usize, word: &str) -> String {
    counted_in(count, word, &format!("{word}s"))
}

/// A count with its word, where that makes its plural in a way of its own.
pub(super) fn counted_in(count: usize, word: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { word } else { plural })
}
