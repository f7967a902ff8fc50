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
                        For all users: pointsman man -o /usr/local/share/man/man1\n\n\
                        Exit codes: 0 ok, 2 wrong use or I/O")]
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
    if let Err(error) = fs::create_dir_all(folder) {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => "it is no folder".to_owned(),
            _ => error.to_string(),
        };
        return console::refuse(&format!("{}: {why}", folder.display()));
    }
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

/// The command itself, then its verbs and the verbs of those; the name of each for display is
/// `pointsman-VERB-VERB`, as the pages refer to each other.
fn pages(command: Command) -> Vec<Command> {
    let mut pages = vec![without_help(command)];
    // Without `help` among the verbs: its page would say what every page says.
    if let Some(main) = pages.first_mut() {
        main.build();
    }
    let mut at = 0;
    while let Some(page) = pages.get(at) {
        let verbs: Vec<Command> = page.get_subcommands().cloned().collect();
        pages.extend(verbs);
        at += 1;
    }
    pages
}

fn without_help(command: Command) -> Command {
    let command = command.disable_help_subcommand(true);
    command.mut_subcommands(without_help)
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    Ok(text)
}

fn write(path: &Path, command: Command) -> io::Result<()> {
    fs::write(path, page(command)?)
}
