//! The command line: verbs, their options, and which file runs them.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use super::console::{Output, Status};
use super::{
    compile, completions, dev, diff, explain, import, init, inspect, keys, man, print, routes,
    schema, test, validate,
};

/// Compiles routes and backends in TOML to one artifact that `pointsmand` serves.
#[derive(Debug, Parser)]
#[command(
    name = "pointsman",
    version,
    about,
    arg_required_else_help = true,
    after_help = "Example: pointsman init edge && pointsman compile edge -o edge.artifact\n\n\
                  Exit codes: 0 ok, 1 findings, 2 usage or I/O"
)]
struct Options {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Writes a starter folder that validates, with comments and one test.
    Init(init::Options),
    /// Finds what is wrong in a configuration, in all its files.
    Validate(validate::Options),
    /// Validates, runs the tests, and writes the artifact that pointsmand serves.
    Compile(compile::Options),
    /// Runs the tests of a configuration, and names the routes that none reaches.
    Test(test::Options),
    /// Says what becomes of a request and why, or what a code means.
    Explain(explain::Options),
    /// Says what changes for requests between two configurations, with a request that shows it.
    Diff(diff::Options),
    /// Prints the effective configuration, each value with its origin.
    Print(print::Options),
    /// Compiles at every change and serves beside it, with findings and requests on the terminal.
    Dev(dev::Options),
    /// Lists routes, their patterns and their targets.
    Routes(routes::Options),
    /// Shows sections, sizes and ids of an artifact.
    Inspect(inspect::Options),
    /// Writes what another proxy exported as a configuration, and a report of every field.
    Import(import::Options),
    /// Makes and shows the keys that sign artifacts.
    Keys(keys::Options),
    /// Prints the JSON Schema of a configuration, for editors.
    Schema(schema::Options),
    /// Prints the script that completes this command in a shell.
    Completions(completions::Options),
    /// Prints the man page, or writes one for each verb.
    Man(man::Options),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let mut output = Output::default();
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => {
            let is_help = !error.use_stderr();
            if !is_help {
                let _ = error.print();
                return Status::Usage.into();
            }
            output.printed(error.print());
            return output.finish(Status::Done).into();
        }
    };
    let status = match options.verb {
        Verb::Init(options) => init::run(&options, &mut output),
        Verb::Validate(options) => validate::run(&options, &mut output),
        Verb::Compile(options) => compile::run(&options, &mut output),
        Verb::Test(options) => test::run(&options, &mut output),
        Verb::Explain(options) => explain::run(&options, &mut output),
        Verb::Diff(options) => diff::run(&options, &mut output),
        Verb::Print(options) => print::run(&options, &mut output),
        Verb::Dev(options) => dev::run(&options, &mut output),
        Verb::Routes(options) => routes::run(&options, &mut output),
        Verb::Inspect(options) => inspect::run(&options, &mut output),
        Verb::Import(options) => import::run(&options, &mut output),
        Verb::Keys(options) => keys::run(&options, &mut output),
        Verb::Schema(options) => schema::run(&options, &mut output),
        Verb::Completions(options) => completions::run(&options, Options::command(), &mut output),
        Verb::Man(options) => man::run(&options, Options::command(), &mut output),
    };
    output.finish(status).into()
}
