//! `pointsman diff`.

use std::path::{Path, PathBuf};

use clap::Args;
use pointsman_schemas::artifact::Artifact;

use super::console::{self, Output, Reader, Status};
use super::revision;
use super::subject::{self, Compiled};
use crate::diff::{Subject, diff};
use crate::document::load::FIRST_FILE;
use crate::lower::lower;

/// Options of `pointsman diff`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman diff old.artifact new.artifact\n\
                        or with git: pointsman diff --git main edge\n\n\
                        Tells first what lets more in, checks less or waits longer; then the\n\
                        requests of which something else becomes, each run through both matchers;\n\
                        then what was added, removed and changed. The first line counts them.\n\n\
                        Exit codes: 0 ok, with --exit-code 1 where anything differs; 2 trouble, which\n\
                        a side that has errors is too: 1 never means that nothing was compared")]
pub(super) struct Options {
    /// Two folders, first files or artifacts, the old one first; with --git one folder.
    #[arg(value_name = "PATH", num_args = 0..=2)]
    paths: Vec<PathBuf>,
    /// Compares with what a folder was at a revision, by asking git: `REV` against the folder as
    /// it is, `A..B` two revisions. Where it was not there, all of it is new.
    #[arg(long, value_name = "REV")]
    git: Option<String>,
    /// Exits with 1 where anything differs.
    #[arg(long)]
    exit_code: bool,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let reader = Reader::of(options.json);
    let both = match (&options.git, options.paths.as_slice()) {
        (None, [old, new]) => open(old, reader, output)
            .and_then(|old| open(new, reader, output).map(|new| [old, new])),
        (None, _) => return console::refuse("two paths are compared: pointsman diff OLD NEW"),
        (Some(revisions), paths @ ([] | [_])) => {
            let path = paths.first().map_or_else(|| Path::new("."), PathBuf::as_path);
            at_revisions(revisions, path, reader, output)
        }
        (Some(_), _) => return console::refuse("with --git one folder is compared with itself"),
    };
    // As with git, 1 says that something differs, and not that something is wrong.
    let Ok([old, new]) = both else { return Status::Usage };
    let found = diff(&old, &new);
    if options.json {
        output.out(&format!("{}\n", found.to_json()));
    } else {
        output.out(&found.to_text());
    }
    if options.exit_code && !found.is_empty() { Status::Findings } else { Status::Done }
}

fn open(path: &Path, reader: Reader, output: &mut Output) -> Result<Subject, Status> {
    if subject::is_artifact(path) {
        return Ok(Subject { artifact: subject::read(path)?, sources: None });
    }
    let compiled = subject::compiled((path, 0), "comparing", reader, output);
    compiled.map(with_origins).map_err(|status| told(status, &path.display().to_string()))
}

/// Says which of the two sides it was that has errors.
fn told(status: Status, side: &str) -> Status {
    if status == Status::Findings {
        console::err(&format!("error: nothing was compared: {side} has errors\n"));
    }
    status
}

fn with_origins(compiled: Compiled) -> Subject {
    Subject { artifact: compiled.artifact, sources: Some(compiled.outcome.sources) }
}

/// What to add where the folder has no first file: that it can be named.
fn folder_of(path: &Path) -> String {
    if path.join(FIRST_FILE).exists() || !path.is_dir() {
        return String::new();
    }
    format!(" in `{}`{ADVICE}", path.display())
}

/// What to do where no first file is found.
const ADVICE: &str = "; name the folder of the configuration: pointsman diff --git REV FOLDER";

fn at_revisions(
    revisions: &str,
    path: &Path,
    reader: Reader,
    output: &mut Output,
) -> Result<[Subject; 2], Status> {
    if let Some((old, new)) = revisions.split_once("...") {
        return Err(console::refuse(&format!(
            "`{old}...{new}` has three dots: two revisions are compared by two, `{old}..{new}`; from \
             where the two parted, --git \"$(git merge-base {old} {new})..{new}\""
        )));
    }
    let mut at = |revision: &str| {
        let found = revision::folder(revision, path).map_err(|why| console::refuse(&why))?;
        let Some((folder, first)) = found else { return Ok(None) };
        let loaded = crate::document::load(&folder, &first)
            .map_err(|error| console::refuse(&format!("{revision}: {error}{}", folder_of(path))))?;
        let compiled = subject::finished(crate::compile::compile(loaded, 0), reader, output);
        let side = format!("{} at {revision}", path.display());
        compiled.map(Some).map_err(|status| told(status, &side))
    };
    let shown = path.display();
    let note = |revision: &str| {
        console::err(&format!(
            "note: there is no configuration in {shown} at {revision}: compared with one that has \
             the same listeners and nothing else\n"
        ));
    };
    let (old, new) = revisions.split_once("..").unwrap_or((revisions, ""));
    let before = at(old)?;
    let elsewhere = folder_of(path);
    if before.is_none() && !elsewhere.is_empty() && !revisions.contains("..") {
        return Err(console::refuse(&format!("{old}: there is no configuration{elsewhere}")));
    }
    let after = match revisions.contains("..") {
        true => at(new)?,
        false => {
            let compiled = subject::compiled((path, 0), "comparing", reader, output);
            Some(compiled.map_err(|status| told(status, &shown.to_string()))?)
        }
    };
    match (before, after) {
        (Some(before), Some(after)) => Ok([before, after].map(with_origins)),
        (None, Some(after)) => {
            note(old);
            Ok([nothing(&after)?, with_origins(after)])
        }
        (Some(before), None) => {
            note(new);
            let after = nothing(&before)?;
            Ok([with_origins(before), after])
        }
        (None, None) => Err(console::refuse(&format!(
            "there is no configuration in {shown}, neither at {old} nor at {new}{}",
            if elsewhere.is_empty() { "" } else { ADVICE }
        ))),
    }
}

/// What stands for a configuration that was not there yet, or is there no more: the other side without
/// anything that answers a request. One without listeners would be asked nothing.
fn nothing(other: &Compiled) -> Result<Subject, Status> {
    let refuse =
        |why: &str| console::refuse(&format!("an empty configuration does not load: {why}"));
    let model = other.outcome.model.as_ref().ok_or_else(|| refuse("it has no model"))?;
    let mut model = model.clone();
    model.routes.clear();
    model.backends.clear();
    model.services.clear();
    model.tests.clear();
    let lowered = lower(&model, &other.outcome.sources, 0);
    let bytes = lowered.map_err(|fault| refuse(&fault.to_string()))?.bytes;
    let artifact = Artifact::from_bytes(bytes).map_err(|error| refuse(&error.to_string()))?;
    Ok(Subject { artifact, sources: None })
}
