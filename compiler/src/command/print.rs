//! `pointsman print`.

use std::path::PathBuf;

use clap::Args;

use super::console::{self, Output, Reader, Status};
use super::subject::{self, Compiled};
use crate::print::Effective;

/// Options of `pointsman print`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman print edge --key backends.shop.client\n\n\
                        The effective configuration: all files as one, with what [defaults] and\n\
                        the language itself add. Each value has its origin behind it: `file:line`,\n\
                        `[defaults] file:line` or `default`. What is not written there stands\n\
                        behind `#`: what is printed compiles to the same artifact. Only values of fields\n\
                        such as authorization and cookie are masked, and it says so at the top; a\n\
                        test with one of them would fail, and stands behind `#` too;\n\
                        references to secrets are no secrets and are shown.\n\n\
                        Exit codes: 0 ok, 1 the configuration has errors, 2 wrong use or I/O")]
pub(super) struct Options {
    /// A folder with pointsman.toml, or a first file of any name.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only what is below these keys: `limits`, `routes.ID.methods`, `backends.NAME.targets.ID`.
    #[arg(long, value_name = "KEYS", default_value = "", hide_default_value = true)]
    key: String,
    /// One JSON object: the values under `config`, and under `origins` the origin of each by its
    /// JSON pointer.
    #[arg(long)]
    json: bool,
    /// Says where each value comes from; so it is without this too.
    #[arg(long, overrides_with = "no_origin")]
    origin: bool,
    /// Does not say where values come from.
    #[arg(long)]
    no_origin: bool,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let reader = Reader::of(options.json);
    let compiled = match subject::compiled((&options.path, 0), "printing", reader, output) {
        Ok(compiled) => compiled,
        Err(status) => return status,
    };
    let Compiled { outcome, .. } = compiled;
    let effective = Effective::of(&outcome.sources).below(&options.key);
    if effective.entries.is_empty() {
        return console::refuse(&format!("there is no `{}`", options.key));
    }
    let origins = options.origin || !options.no_origin;
    if options.json {
        output.out(&format!("{}\n", effective.to_json(origins)));
    } else {
        output.out(&effective.to_toml(origins));
    }
    Status::Done
}
