//! `pointsman init`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::console::{self, Output, Status};
use crate::document::schema;

/// Options of `pointsman init`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman init edge && pointsman validate edge\n\n\
                        Exit codes: 0 written, 2 wrong use or I/O, or a file is there already")]
pub(super) struct Options {
    /// The folder; it is made where it is not there.
    #[arg(default_value = ".")]
    dir: PathBuf,
}

const FIRST: &str = include_str!("starter/pointsman.toml");
const ROUTES: &str = include_str!("starter/hello.toml");

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let schema = schema::render();
    let files = [
        ("pointsman.toml", FIRST),
        ("routes/hello.toml", ROUTES),
        ("pointsman.schema.json", schema.as_str()),
    ];
    let there = files.iter().map(|(name, _)| options.dir.join(name)).find(|path| path.exists());
    if let Some(path) = there {
        let why = format!("{} is already there; nothing was written", path.display());
        return console::refuse(&why);
    }
    for (name, text) in files {
        let path = options.dir.join(name);
        if let Err(error) = write_new(&path, text) {
            return console::refuse(&refused(&path, &error));
        }
        output.out(&format!("wrote {}\n", path.display()));
    }
    let dir = options.dir.display();
    output.out(&format!("next: pointsman validate {dir} && pointsman test {dir}\n"));
    Status::Done
}

/// What is in the way of a file, and what the system says of anything else.
fn refused(path: &Path, error: &io::Error) -> String {
    // The first folder on the way that is none, of whatever depth.
    let file = path.ancestors().skip(1).find(|above| above.exists() && !above.is_dir());
    match (file, error.kind()) {
        (Some(file), _) => {
            format!("{}: a file stands there; name a folder that may be made", file.display())
        }
        (None, io::ErrorKind::AlreadyExists) => {
            format!("{} is already there; nothing was written over it", path.display())
        }
        (None, _) => format!("{}: {error}", path.display()),
    }
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
