//! `pointsman validate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::base::base;
use super::console::{self, Output, Status, Stream};
use super::fix::Mended;
use super::progress::Progress;
use super::subject;
use crate::compile;
use crate::diagnostic::{Findings, render_github, render_sarif};
use crate::document::load::{load_path_watched, place};

/// Options of `pointsman validate`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman validate --deny warnings edge\n\n\
                        Finds all that can be judged in one run; mending some may show more.\n\
                        Names files as seen from the folder of the configuration.\n\
                        --fix makes the changes that are certain, then validates what is left.\n\
                        Runs no [[tests]]: `pointsman test` and `pointsman compile` do.\n\n\
                        Exit codes: 0 ok, 1 an error, or a warning with --deny; 2 wrong use, or the\n\
                        first file cannot be read")]
pub(super) struct Options {
    /// A folder with pointsman.toml, or a first file of any name.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Makes findings of a kind end with exit code 1.
    #[arg(long, value_enum, value_name = "KIND")]
    deny: Vec<Deny>,
    /// How findings are printed, on standard output; `json` is one object a line. `sarif` and
    /// `github` name files as seen from where the command is called.
    /// [default: human]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The same as `--format json`.
    #[arg(long)]
    json: bool,
    /// Prints every finding, where more than 100 are found; 2000 at most.
    #[arg(long)]
    all: bool,
    /// Mends in the files what can have meant only one thing; then validates again.
    #[arg(long)]
    fix: bool,
    /// With --fix: prints what would change as a diff, and writes nothing.
    #[arg(long, requires = "fix")]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    /// Every warning.
    Warnings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For machines.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Commands of a GitHub workflow, which show findings beside the lines of a change.
    Github,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    if options.json && options.format.is_some_and(|format| format != Format::Json) {
        return console::refuse("--json is --format json; leave it out where another is meant");
    }
    if let Err(status) = subject::refuse_artifact(&options.path) {
        return status;
    }
    if !options.fix {
        return validate(options, output);
    }
    let progress = Progress::start("fixing");
    let mended = place(&options.path).and_then(|(folder, first)| Mended::new(folder, &first));
    drop(progress);
    match mended {
        Err(error) => console::refuse_load(&error),
        Ok(mended) if options.dry_run => preview(options, &mended, output),
        Ok(mended) => fix(options, &mended, output),
    }
}

/// Shows what would change. The files are as they were, and so is what is found in them.
fn preview(options: &Options, mended: &Mended, output: &mut Output) -> Status {
    output.out(&mended.diff());
    console::err(&format!(
        "{} in {} would be made; nothing was written\n",
        console::counted_in(mended.count(), "fix", "fixes"),
        console::counted(mended.files(), "file"),
    ));
    say_left(mended);
    let last = &mended.last;
    if last.findings.errors() + last.findings.warnings() == 0 {
        console::err("with them nothing would be found\n");
    } else {
        console::err("with them this would still be found:\n");
        output.findings(last, Stream::Err);
    }
    status(options, mended.before())
}

/// Says that there may be more to mend than was mended in one run.
fn say_left(mended: &Mended) {
    if mended.left > 0 {
        let left = console::counted(mended.left, "finding");
        console::err(&format!("stopped with {left} left; run it again to fix more\n"));
    }
}

/// Writes what is mended, and validates what is there then.
fn fix(options: &Options, mended: &Mended, output: &mut Output) -> Status {
    let (made, refused) = mended.write(&base(&options.path));
    let made: String = made.iter().map(|line| format!("fixed {line}\n")).collect();
    match options.format() {
        Format::Human => output.out(&made),
        // What is left is all that a machine reads.
        Format::Json | Format::Sarif | Format::Github => console::err(&made),
    }
    for why in &refused {
        console::refuse(why);
    }
    if !refused.is_empty() {
        output.offer_no_fixes();
    }
    say_left(mended);
    let status = validate(options, output);
    if refused.is_empty() { status } else { Status::Usage }
}

fn validate(options: &Options, output: &mut Output) -> Status {
    let progress = Progress::start("validating");
    let loaded = match load_path_watched(&options.path, progress.steps()) {
        Ok(loaded) => loaded,
        Err(error) => {
            drop(progress);
            return console::refuse_load(&error);
        }
    };
    let mut outcome = compile::compile_watched(loaded, 0, progress.steps());
    drop(progress);
    if options.all {
        outcome.findings.show_all();
    }
    let is_denied = denied(&options.deny, &outcome.findings);
    match options.format() {
        Format::Human => {
            output.findings(&outcome, Stream::Out);
            if is_denied && !outcome.findings.has_errors() {
                console::err("error: warnings are denied\n");
            } else if let Some(model) = &outcome.model {
                let open = match outcome.reach.open {
                    0 => String::new(),
                    open => format!(
                        "; of {} not proved that it can win",
                        console::counted(open, "pattern")
                    ),
                };
                output.out(&format!(
                    "ok: {}, {}, {}{open}\n",
                    console::counted(model.routes.len(), "route"),
                    console::counted(model.backends.len(), "backend"),
                    console::counted(model.listeners.len(), "listener"),
                ));
                output.out(&console::needs(model.features));
            }
        }
        Format::Json => output.findings_json(&outcome),
        Format::Sarif => {
            output.out(&render_sarif(&outcome.findings, &outcome.sources, &base(&options.path)));
        }
        Format::Github => {
            output.out(&render_github(&outcome.findings, &outcome.sources, &base(&options.path)));
        }
    }
    let status = status(options, &outcome.findings);
    subject::leave(outcome);
    status
}

fn status(options: &Options, findings: &Findings) -> Status {
    let is_refused = findings.has_errors() || denied(&options.deny, findings);
    if is_refused { Status::Findings } else { Status::Done }
}

impl Options {
    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format.unwrap_or(Format::Human) }
    }
}

/// Whether something was found that is no error, and is not let pass.
pub(super) fn denied(deny: &[Deny], findings: &Findings) -> bool {
    !deny.is_empty() && findings.warnings() > 0
}
