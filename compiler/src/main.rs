//! The command `pointsman`. Everything it does stands in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    pointsman_compiler::command::run()
}
