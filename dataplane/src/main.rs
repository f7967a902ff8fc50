//! `pointsmand`: options in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use pointsman_dataplane::options::{Command, Options};
use pointsman_dataplane::{ask, supervisor};

fn main() -> ExitCode {
    match Options::parse().command {
        Command::Serve(serve) => match supervisor::serve(&serve) {
            Ok(outcome) if outcome.cut == 0 => ExitCode::SUCCESS,
            Ok(_) => ExitCode::from(1),
            Err(line) => ask::fail_to_serve(&line),
        },
        Command::Check(check) => ask::check(&check),
        Command::Status(options) => ask::status(&options),
        Command::Reload(options) => ask::reload(&options),
        Command::Drain(options) => ask::drain(&options),
        Command::Routes(options) => ask::routes(&options),
        Command::Targets(options) => ask::targets(&options),
        Command::Explain(options) => ask::explain(&options),
    }
}
