//! `pointsman man`.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use super::console::{self, Output, Status};
use super::replace;

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

/// What stands at the foot of each page.
const SOURCE: &str = concat!("pointsman ", env!("CARGO_PKG_VERSION"));

/// Prints the page of a whole command line, or writes one for each of its verbs too.
pub(super) fn run(options: &Options, command: Command, output: &mut Output) -> Status {
    let pages = pages(command);
    let Some(folder) = &options.output else {
        for main in pages.into_iter().take(1) {
            // Written into memory: nothing there that could fail.
            output.out(&page(main).unwrap_or_default());
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
    let pages: Vec<(PathBuf, Command)> = pages.into_iter().map(|page| at(folder, page)).collect();
    let is_ours = |head: &[u8]| text_of(head).contains(".TH pointsman");
    let foreign = pages
        .iter()
        .find_map(|(path, _)| replace::check_ours(path, "page of this command", is_ours).err());
    if let Some(why) = foreign {
        return console::refuse(&why);
    }
    for (path, command) in pages {
        let written = page(command).and_then(|page| replace::write(&path, page.as_bytes()));
        if let Err(error) = written {
            return console::refuse(&format!("{}: {error}", path.display()));
        }
        output.out(&format!("wrote {}\n", path.display()));
    }
    Status::Done
}

/// A page, and the file that it goes to.
fn at(folder: &Path, page: Command) -> (PathBuf, Command) {
    let name = page.get_display_name().unwrap_or_else(|| page.get_name());
    (folder.join(format!("{name}.1")), page)
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

fn page(command: Command) -> io::Result<String> {
    let mut text = Vec::new();
    Man::new(command).source(SOURCE).render(&mut text)?;
    // What stands behind the options: an example, exit codes, what else is to be known.
    Ok(text_of(&text).replace("\n.SH EXTRA\n", "\n.SH NOTES\n"))
}

fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
