//! Reads a whole configuration: the first file, then all that it includes, in parallel. The order
//! of files is that of their names, however they were included.

pub mod claim;
mod stray;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use super::budget::Budget;
use super::damage::{self, Effort, Faults};
use super::file::{Document, Role};
use super::folder::{Folder, ReadFault, above};
use super::include::{self, Included};
use super::measure::Measure;
use super::parse::Tree;
use super::value::show_size;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::limits::{
    SOURCE_BYTES_MAX, SOURCE_FILE_TOKENS_MAX, SOURCE_LINE_BYTES_MAX, SOURCE_TOKENS_MAX,
    SOURCES_BYTES_MAX,
};
use crate::parallel;
use crate::source::{FileId, SourceFile, SourceMap, Span};
use crate::steps::Steps;

/// Name of the first file of a folder.
pub const FIRST_FILE: &str = "pointsman.toml";

/// A configuration as written.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Every file; the first one is number 0, the others follow by name.
    pub sources: SourceMap,
    /// What each file says that could be read, by number.
    pub documents: Vec<Document>,
    /// What was found so far.
    pub findings: Findings,
    /// Whether a file is missing from [`documents`](Self::documents): then nothing can be said of
    /// names that are not known or not used.
    pub is_partial: bool,
    /// The names that it hangs on, relative to the folder: of files, there or not, and of folders
    /// that includes looked through, of which the configuration's own is the empty one.
    pub looked: BTreeSet<String>,
}

/// The first file cannot be read at all: a matter of how the command was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The file or folder.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for LoadError {}

/// Reads a configuration from a path: a folder with [`FIRST_FILE`], or a first file of any name.
pub fn load_path(path: &Path) -> Result<Loaded, LoadError> {
    load_path_watched(path, &Steps::default())
}

/// The same, for whoever watches `steps`.
pub fn load_path_watched(path: &Path, steps: &Steps) -> Result<Loaded, LoadError> {
    let (folder, first) = place(path)?;
    let mut loaded = load_watched(&folder, &first, steps)?;
    if first != FIRST_FILE {
        // What lies around the folder changes this sentence, and nothing else.
        let is_version = |finding: &Diagnostic| {
            let at = finding.primary.span;
            finding.code == Code::MissingKey && (at.file, at.start, at.end) == (FileId(0), 0, 1)
        };
        let of = path.parent().unwrap_or_else(|| Path::new(""));
        loaded.findings.advise(is_version, || {
            above::first_file(of, FIRST_FILE).map(|above| {
                format!(
                    "it looks like a file that a configuration includes: give `{above}`, or its \
                     folder; a first file of its own says `version = 1`"
                )
            })
        });
    }
    Ok(loaded)
}

/// The folder of a path, and the name of the first file in it.
///
/// Errors: there is no such folder, or no first file in it.
pub fn place(path: &Path) -> Result<(Folder, String), LoadError> {
    let refuse = |reason: String| LoadError { path: path.display().to_string(), reason };
    let about = std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?;
    if about.is_dir() {
        let folder = Folder::disk(path).map_err(|error| refuse(error.to_string()))?;
        if !path.join(FIRST_FILE).exists() {
            // One inside of another configuration would not be found by it.
            let reason = match above::first_file(&path.join(".."), FIRST_FILE) {
                Some(above) => format!("no `{FIRST_FILE}` in this folder; is `{above}` meant?"),
                None => format!("no `{FIRST_FILE}` in this folder; `pointsman init` writes one"),
            };
            return Err(refuse(reason));
        }
        return Ok((folder, FIRST_FILE.to_owned()));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = Folder::disk(parent.unwrap_or_else(|| Path::new(".")));
    let folder = folder.map_err(|error| refuse(error.to_string()))?;
    match path.file_name().and_then(|name| name.to_str()) {
        Some(name) => Ok((folder, name.to_owned())),
        None => Err(refuse("the name of the file is not UTF-8".to_owned())),
    }
}

/// Reads a configuration whose first file is `first`.
///
/// Errors: the first file cannot be read. All else is a finding.
pub fn load(folder: &Folder, first: &str) -> Result<Loaded, LoadError> {
    load_watched(folder, first, &Steps::default())
}

/// The same, for whoever watches `steps`.
pub fn load_watched(folder: &Folder, first: &str, steps: &Steps) -> Result<Loaded, LoadError> {
    steps.expect_files(1);
    let refuse = |reason: String| LoadError { path: first.to_owned(), reason };
    let mut loaded = Loaded::default();
    let budget = Budget::default();
    let root = match read_file(folder, first, FileId(0), Role::First, &budget) {
        Ok(read) => read,
        Err(ReadFault::Missing) => return Err(refuse("no such file".to_owned())),
        Err(ReadFault::Outside) => {
            return Err(refuse("a link that leaves its folder".to_owned()));
        }
        Err(ReadFault::NotAFile) => return Err(refuse("not a file".to_owned())),
        Err(ReadFault::System(why)) => return Err(refuse(why)),
        // The first file alone is never more than all files may be.
        Err(ReadFault::Spent) => return Err(refuse("too large".to_owned())),
        Err(ReadFault::TooLarge(bytes)) => {
            let at = Span::new(FileId(0), 0..0);
            loaded.sources.add(SourceFile::new(first.to_owned(), String::new()));
            loaded.findings.push(too_large(first, bytes, at));
            loaded.is_partial = true;
            return Ok(loaded);
        }
    };
    steps.read_file(root.routes());
    let includes = root.document.as_ref().map(|document| document.include.clone());
    let mut effort = Effort::default();
    loaded.take(root, &mut effort);
    let errors_before = loaded.findings.errors();
    let includes = includes.unwrap_or_default();
    let found = include::resolve(folder, first, &includes, &mut loaded.findings);
    let included = found.files;
    loaded.looked = found.looked;
    loaded.looked.insert(first.to_owned());
    loaded.is_partial |= loaded.findings.errors() > errors_before;
    steps.expect_files(included.len());
    let read = read_files(folder, &included, &budget, steps);
    if let Some(finding) = spent(&budget, included.first().map(|file| file.span)) {
        // Which files were read before that is a matter of chance: none of them counts.
        loaded.findings.push(finding);
        loaded.is_partial = true;
        return Ok(loaded);
    }
    for (file, read) in included.iter().zip(read) {
        match read {
            Ok(read) => loaded.take(read, &mut effort),
            Err(fault) => {
                loaded.sources.add(SourceFile::new(file.name.clone(), String::new()));
                loaded.findings.push(unreadable(file, fault));
                loaded.is_partial = true;
            }
        }
    }
    if !loaded.is_partial {
        let stray = stray::find(folder, first == FIRST_FILE, &includes, &loaded.sources);
        stray.into_iter().for_each(|finding| loaded.findings.push(finding));
    }
    Ok(loaded)
}

impl Loaded {
    fn take(&mut self, read: ReadFile, effort: &mut Effort) {
        self.findings.append(read.findings);
        // One after the other, so that the same files are looked at closely each time.
        if let Some((id, faults)) = read.faults {
            let to = (&mut self.findings, effort);
            damage::report(id, &read.source.text, faults, to, |text| Tree::read(id, text).err());
        }
        self.sources.add(read.source);
        match read.document {
            Some(document) => self.documents.push(document),
            None => self.is_partial = true,
        }
    }
}

struct ReadFile {
    source: SourceFile,
    document: Option<Document>,
    findings: Findings,
    /// Where the file is no TOML.
    faults: Option<(FileId, Faults)>,
}

impl ReadFile {
    fn routes(&self) -> usize {
        self.document.as_ref().map_or(0, |document| document.routes.len())
    }
}

/// Reads files on all processors, in the order of the list.
fn read_files(
    folder: &Folder,
    files: &[Included],
    budget: &Budget,
    steps: &Steps,
) -> Vec<Result<ReadFile, ReadFault>> {
    parallel::in_order(files.len(), |index| {
        let id = FileId(u32::try_from(index + 1).unwrap_or(u32::MAX));
        let read = read_file(folder, &files[index].name, id, Role::Included, budget);
        steps.read_file(read.as_ref().map_or(0, ReadFile::routes));
        read
    })
}

fn read_file(
    folder: &Folder,
    name: &str,
    id: FileId,
    role: Role,
    budget: &Budget,
) -> Result<ReadFile, ReadFault> {
    let bytes = folder.read(name, |bytes| budget.admits_bytes(bytes))?;
    let mut findings = Findings::new();
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let end = (at + '\u{fffd}'.len_utf8()).min(text.len());
            let message = format!("the file is not UTF-8: byte 0x{byte:02x}");
            let help = "save it as UTF-8";
            let span = Span::new(id, at..end);
            findings.push(Diagnostic::new(Code::NotUtf8, span, message).help(help));
            let source = SourceFile::new(name.to_owned(), text);
            return Ok(ReadFile { source, document: None, findings, faults: None });
        }
    };
    let measure = Measure::of(&text);
    let is_admitted = budget.admits_tokens(measure.tokens);
    if let Some((start, bytes)) = measure.long_line {
        findings.push(too_long(id, start, bytes));
    }
    let is_large = measure.tokens > SOURCE_FILE_TOKENS_MAX;
    if is_large {
        findings.push(too_many(id, measure.tokens));
    }
    if !is_admitted || is_large || measure.long_line.is_some() {
        return Ok(ReadFile {
            source: SourceFile::new(name.to_owned(), text),
            document: None,
            findings,
            faults: None,
        });
    }
    let held = budget.hold(measure.tokens);
    let (document, faults) = match Tree::read(id, &text) {
        Ok(tree) => (Some(Document::read(&tree, role, &mut findings)), None),
        Err(faults) => (None, Some((id, faults))),
    };
    drop(held);
    Ok(ReadFile { source: SourceFile::new(name.to_owned(), text), document, findings, faults })
}

fn too_long(file: FileId, start: usize, bytes: usize) -> Diagnostic {
    let most = show_size(SOURCE_LINE_BYTES_MAX as u64);
    let message = format!("a line of {bytes} bytes; a line has at most {most}");
    let help = "write lists in several lines; nothing of this file was read";
    Diagnostic::new(Code::TooLarge, Span::new(file, start..start), message).help(help)
}

fn too_many(file: FileId, tokens: u64) -> Diagnostic {
    let message = format!(
        "the file has {tokens} words and signs; a file has at most {SOURCE_FILE_TOKENS_MAX}"
    );
    let help = "split it, and include the parts; nothing of this file was read";
    Diagnostic::new(Code::TooMany, Span::new(file, 0..0), message).help(help)
}

/// The finding for all files together, at the first include, or at the top.
fn spent(budget: &Budget, at: Option<Span>) -> Option<Diagnostic> {
    let at = at.unwrap_or_else(|| Span::new(FileId(0), 0..0));
    if budget.bytes() > SOURCES_BYTES_MAX {
        let most = show_size(SOURCES_BYTES_MAX);
        let message = format!("the files have {} bytes; they have at most {most}", budget.bytes());
        let help = "several hosts, or several listeners' routes, can have a configuration each";
        return Some(Diagnostic::new(Code::TooLarge, at, message).help(help));
    }
    if budget.tokens() > SOURCE_TOKENS_MAX {
        let message = format!(
            "the files have {} words and signs; they have at most {SOURCE_TOKENS_MAX}",
            budget.tokens()
        );
        let help = "a configuration of a million routes has less; split it";
        return Some(Diagnostic::new(Code::TooMany, at, message).help(help));
    }
    None
}

fn too_large(name: &str, bytes: u64, at: Span) -> Diagnostic {
    let most = show_size(SOURCE_BYTES_MAX);
    let message = format!("`{name}` has {bytes} bytes; a file has at most {most}");
    Diagnostic::new(Code::TooLarge, at, message).help("split it, and include the parts")
}

fn unreadable(file: &Included, fault: ReadFault) -> Diagnostic {
    let name = &file.name;
    let is_folder = matches!(fault, ReadFault::NotAFile);
    let (code, message) = match fault {
        ReadFault::TooLarge(bytes) => return too_large(name, bytes, file.span),
        // Told once, for all of them.
        ReadFault::Spent => (Code::TooLarge, format!("`{name}` was not read")),
        ReadFault::Missing => (Code::MissingInclude, format!("there is no file `{name}`")),
        ReadFault::Outside => (Code::OutsideFolder, format!("`{name}` leaves the folder")),
        ReadFault::NotAFile => (Code::Unreadable, format!("`{name}` is not a file")),
        ReadFault::System(why) => (Code::Unreadable, format!("`{name}` cannot be read: {why}")),
    };
    Diagnostic::new(code, file.span, message).help(include::advice(code, name, is_folder))
}
