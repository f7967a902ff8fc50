//! `pointsman import`.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::console::{self, Output, Reader, Status, Stream};
use crate::import::input::{self, Tree};
use crate::import::{self, Plan};
use crate::limits::IMPORT_BYTES_MAX;

/// The report, beside what was written.
const REPORT_FILE: &str = "IMPORT.md";

/// Options of `pointsman import`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: pointsman import otoroshi export.json -o edge && pointsman validate edge\n\n\
                        Writes TOML, and IMPORT.md, which names every field and what became of it.\n\
                        A route that would let in whom it kept out is switched off, and 503 answers in\n\
                        its place. Keys and passwords are never copied.\n\n\
                        Exit codes: 0 ok, 1 something that protected is lost, unless --accept-loss is\n\
                        given, or what was written has errors; 2 wrong use or I/O"
)]
pub(super) struct Options {
    /// What wrote the files.
    #[arg(value_enum)]
    from: From,
    /// JSON, lines of JSON, YAML, or the table of `oo routes list`.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The folder to write; it must be empty or not there.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Leaves routes on whose protection is lost (never those that asked for a secret), and ends with 0 all the same.
    #[arg(long)]
    accept_loss: bool,
    /// Prints the report as JSON, an object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    /// What Otoroshi exports: routes, backends, certificates.
    Otoroshi,
    /// The routes of 1Backend's edge proxy.
    #[value(name = "1backend")]
    Onebackend,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    if let Err(why) = check_empty(&options.output) {
        return console::refuse(&why);
    }
    let mut tree = Tree::new();
    for path in &options.files {
        let bytes = match read(path) {
            Ok(bytes) => bytes,
            Err(why) => return console::refuse(&format!("{}: {why}", path.display())),
        };
        if let Err(fault) = input::read(&path.display().to_string(), &bytes, &mut tree) {
            return console::refuse(&fault.to_string());
        }
    }
    let imported = match options.from {
        From::Otoroshi => import::otoroshi(&tree, options.accept_loss),
        From::Onebackend => import::onebackend(&tree),
    };
    let mut plan = match import::settle(imported) {
        Ok(plan) => plan,
        Err(error) => return console::refuse_load(&error),
    };
    if !plan.files.keys().any(|name| name.contains('/')) {
        let from = match options.from {
            From::Otoroshi => "Otoroshi",
            From::Onebackend => "1Backend",
        };
        return console::refuse(&format!(
            "no route found, and nothing was written; is this an export of {from}?"
        ));
    }
    plan.files.insert(REPORT_FILE.to_owned(), import::markdown(&tree, &plan.report));
    if let Err(why) = write(&options.output, &plan.files) {
        return console::refuse(&why);
    }
    show(options, &tree, &plan, output)
}

fn show(options: &Options, tree: &Tree, plan: &Plan, output: &mut Output) -> Status {
    let losses = plan.report.security_losses();
    match Reader::of(options.json) {
        Reader::Json => output.out(&import::json(tree, &plan.report)),
        Reader::Human => {
            output.out(&import::human(tree, &plan.report));
            output.out(&format!("{}\n", import::summary(&plan.report)));
            let files = console::counted(plan.files.len(), "file");
            output.out(&format!("wrote {files} to {}\n", options.output.display()));
            let page = options.output.join(REPORT_FILE);
            output.out(&format!("every field, those that are kept too: {}\n", page.display()));
        }
    }
    if plan.outcome.findings.has_errors() {
        output.findings(&plan.outcome, Stream::Err);
        console::err("error: what was written does not validate; mend it by hand\n");
        return Status::Findings;
    }
    if losses > 0 && !options.accept_loss {
        let closed = match plan.report.closed_routes() {
            0 => String::new(),
            closed => format!(
                "; {} switched off, and answered with 503 in {} place",
                console::counted(closed, "route"),
                if closed == 1 { "its" } else { "their" }
            ),
        };
        console::err(&format!(
            "error: something that protected is lost{closed}: read what stands at the top, protect \
             it otherwise, or give --accept-loss\n"
        ));
        return Status::Findings;
    }
    Status::Done
}

/// Refuses a folder that holds anything.
fn check_empty(folder: &Path) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{}: {why}", folder.display()));
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => refuse("is not empty; name a folder that is empty or not there"),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => refuse(&error.to_string()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let about = file.metadata().map_err(|error| error.to_string())?;
    if about.len() > IMPORT_BYTES_MAX {
        return Err(input::too_large(about.len()));
    }
    let mut bytes = Vec::new();
    // A pipe has no length; one byte more than allowed shows that it is too long.
    let read = file.take(IMPORT_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn write(folder: &Path, files: &BTreeMap<String, String>) -> Result<(), String> {
    for (name, text) in files {
        let path = folder.join(name);
        write_new(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
