//! `pointsman completions`.

use clap::{Args, Command};
use clap_complete::Shell;

use super::console::{Output, Status};

/// Options of `pointsman completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: pointsman completions bash > /etc/bash_completion.d/pointsman\n\n\
                        zsh:        pointsman completions zsh > \"${fpath[1]}/_pointsman\"\n\
                        fish:       pointsman completions fish > ~/.config/fish/completions/pointsman.fish\n\
                        elvish:     pointsman completions elvish >> ~/.config/elvish/rc.elv\n\
                        powershell: pointsman completions powershell >> $PROFILE\n\n\
                        Exit codes: 0 ok, 2 wrong use or I/O"
)]
pub(super) struct Options {
    /// For which shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script for a whole command line.
pub(super) fn run(options: &Options, mut command: Command, output: &mut Output) -> Status {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, name, &mut script);
    output.out(&String::from_utf8_lossy(&script));
    Status::Done
}
