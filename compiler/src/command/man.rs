//! `pointsman man`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use super::console::{self, Output, Status};

/// Options of `pointsman man`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman man | man -l -\n\n\
                        For all users: pointsman man -o /usr/local/share/man/man1")]
pub(super) struct Options {
    /// Writes a page for each verb into this folder; it is made where it is not there. Without,
    /// the page of the command itself goes to standard output.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Prints the page of a whole command line, or writes one for each of its verbs too.
pub(super) fn run(options: &Options, command: Command, output: &mut Output) -> Status {
    let pages = pages(command);
    let Some(folder) = &options.output else {
        for main in pages.into_iter().take(1) {
            // Written into memory: nothing there that could fail.
            output.out(&String::from_utf8_lossy(&page(main).unwrap_or_default()));
        }
        return Status::Done;
    };
    for command in pages {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        let path = folder.join(format!("{name}.1"));
        if let Err(error) = write(&path, command) {
            return console::refuse(&format!("{}: {error}", path.display()));
        }
        output.out(&format!("wrote {}\n", path.display()));
    }
    Status::Done
}

/// The command itself, then each of its verbs, whose name for display is `pointsman-VERB`.
fn pages(command: Command) -> Vec<Command> {
    // A verb `help` would have a page that says what every page says.
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let verbs: Vec<Command> = command.get_subcommands().cloned().collect();
    std::iter::once(command).chain(verbs).collect()
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    Ok(text)
}

fn write(path: &Path, command: Command) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, page(command)?)
}
