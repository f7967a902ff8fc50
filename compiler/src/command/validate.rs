//! `pointsman validate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::console::{self, Output, Status, Stream};
use super::progress::Progress;
use crate::compile;
use crate::diagnostic::Findings;
use crate::document::load::load_path_watched;

/// Options of `pointsman validate`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman validate --deny warnings edge\n\n\
                        Finds all that can be judged in one run; mending some may show more.\n\
                        Names files as seen from the folder of the configuration.\n\
                        Runs no [[tests]]: `pointsman test` and `pointsman compile` do.")]
pub(super) struct Options {
    /// A folder with pointsman.toml, or a first file of any name.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Makes findings of a kind end with exit code 1.
    #[arg(long, value_enum, value_name = "KIND")]
    deny: Vec<Deny>,
    /// How findings are printed; `json` is one object a line on standard output.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// The same as `--format json`.
    #[arg(long)]
    json: bool,
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
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let progress = Progress::start("validating");
    let loaded = match load_path_watched(&options.path, progress.steps()) {
        Ok(loaded) => loaded,
        Err(error) => {
            drop(progress);
            return console::refuse_load(&error);
        }
    };
    let outcome = compile::compile_watched(loaded, 0, progress.steps());
    drop(progress);
    let is_denied = denied(&options.deny, &outcome.findings);
    let format = if options.json { Format::Json } else { options.format };
    match format {
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
            }
        }
        Format::Json => output.findings_json(&outcome),
    }
    if outcome.findings.has_errors() || is_denied { Status::Findings } else { Status::Done }
}

/// Whether something was found that is no error, and is not let pass.
pub(super) fn denied(deny: &[Deny], findings: &Findings) -> bool {
    !deny.is_empty() && findings.warnings() > 0
}
