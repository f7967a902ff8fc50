//! Which files an `include` names: globs below the folder, or plain names. No file is read here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use globset::{GlobBuilder, GlobMatcher};

use super::folder::{EntryKind, Folder, ReadFault};
use super::value::shown;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::limits::{
    INCLUDE_BYTES_MAX, INCLUDE_ENTRIES_MAX, INCLUDE_LEVELS_MAX, INCLUDES_MAX, SOURCE_FILES_MAX,
};
use crate::source::{Span, Spanned};

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Included {
    /// Relative to the folder, with `/`.
    pub(super) name: String,
    /// The include that names it.
    pub(super) span: Span,
}

/// What all includes say together.
#[derive(Debug, Default)]
pub(super) struct Includes {
    /// The files that they name, each once, sorted by name; the first file is not among them.
    pub(super) files: Vec<Included>,
    /// The names that the answer hangs on: of files, there or not, and of folders looked through,
    /// of which the configuration's own is the empty one.
    pub(super) looked: BTreeSet<String>,
}

/// Finds the files that includes name.
pub(super) fn resolve(
    folder: &Folder,
    first: &str,
    includes: &[Spanned<String>],
    findings: &mut Findings,
) -> Includes {
    let mut files: BTreeMap<String, Span> = BTreeMap::new();
    let mut looked = BTreeSet::new();
    let mut left = INCLUDE_ENTRIES_MAX;
    if let Some(extra) = includes.get(INCLUDES_MAX) {
        let message = format!("{} includes; there are at most {INCLUDES_MAX}", includes.len());
        let help = "one glob names many files: \"routes/**/*.toml\"";
        findings.push(Diagnostic::new(Code::TooMany, extra.span, message).help(help));
        return Includes::default();
    }
    for include in includes {
        let text = include.value.as_str();
        let Some(parts) = parts(include, findings) else { continue };
        if parts.iter().all(|part| matches!(part, Part::Plain(_))) {
            let name = text.strip_prefix("./").unwrap_or(text);
            if name == first {
                findings.push(itself(include));
            } else {
                files.entry(name.to_owned()).or_insert(include.span);
            }
            continue;
        }
        let mut search =
            Search { folder, left, found: Vec::new(), odd: false, visited: BTreeSet::new() };
        search.descend(&parts);
        left = search.left;
        looked.extend(search.visited.into_iter().map(|(folder, _)| folder));
        if search.odd {
            let message =
                format!("a file that `{}` fits has a name that is not UTF-8", shown(text));
            findings.push(Diagnostic::new(Code::Unreadable, include.span, message));
        }
        if search.left == 0 {
            let message = format!("`{}` looks at too many files", shown(text));
            let help = "name the folder more closely";
            findings.push(Diagnostic::new(Code::TooMany, include.span, message).help(help));
        }
        let mut fits = false;
        for name in search.found {
            fits = true;
            if name != first {
                files.entry(name).or_insert(include.span);
            }
        }
        if !fits && !search.odd {
            let message = format!("`{}` fits no file", shown(text));
            let help = "paths begin at the folder of the first file; remove it, or write a file \
                        that it fits";
            findings.push(Diagnostic::new(Code::EmptyGlob, include.span, message).help(help));
        }
    }
    if let Some(span) = files.values().nth(SOURCE_FILES_MAX) {
        let message = format!("more than {SOURCE_FILES_MAX} files are included");
        let help = "several hosts, or several listeners' routes, can have a configuration each";
        findings.push(Diagnostic::new(Code::TooMany, *span, message).help(help));
        return Includes { files: Vec::new(), looked };
    }
    looked.extend(files.keys().cloned());
    Includes { files: once(folder, first, files, findings), looked }
}

/// Whether an include names a file of this name.
pub(super) fn fits(include: &Spanned<String>, name: &str) -> bool {
    let Some(parts) = parts(include, &mut Findings::new()) else { return false };
    // Which parts may be the next one.
    let mut next: BTreeSet<usize> = [0].into();
    for segment in name.split('/') {
        let skipped = next.iter().filter(|at| matches!(parts.get(**at), Some(Part::Deep)));
        let skipped: Vec<usize> = skipped.map(|at| at + 1).collect();
        next.extend(skipped);
        let is_hidden = segment.starts_with('.');
        let behind = next.into_iter().filter_map(|at| match parts.get(at)? {
            Part::Plain(plain) => (plain == segment).then_some(at + 1),
            Part::Glob(glob, hidden) => {
                (glob.is_match(segment) && (*hidden || !is_hidden)).then_some(at + 1)
            }
            Part::Deep => (!is_hidden).then_some(at),
        });
        next = behind.collect();
    }
    next.contains(&parts.len())
}

/// What to do about a file that cannot be included.
pub(super) fn advice(code: Code, name: &str, is_folder: bool) -> String {
    match code {
        Code::MissingInclude => {
            "paths begin at the folder of the first file; write it, or remove it here".to_owned()
        }
        Code::OutsideFolder => {
            "put the file into the folder: a checkout elsewhere has nothing else".to_owned()
        }
        Code::Unreadable if is_folder => {
            format!("for the files of a folder write `{}/*.toml`", shown(name))
        }
        _ => "let this user read it (its permissions, and where a link leads), or remove it here"
            .to_owned(),
    }
}

/// Leaves out what is another name of a file that is already there, and what is no file.
fn once(
    folder: &Folder,
    first: &str,
    files: BTreeMap<String, Span>,
    findings: &mut Findings,
) -> Vec<Included> {
    let mut known: BTreeMap<PathBuf, String> = BTreeMap::new();
    if let Ok(identity) = folder.identity(first) {
        known.insert(identity, first.to_owned());
    }
    let mut included = Vec::with_capacity(files.len());
    for (name, span) in files {
        let identity = folder.identity(&name);
        let is_folder = matches!(identity, Err(ReadFault::NotAFile));
        let (code, message) = match identity {
            Ok(identity) => {
                if known.insert(identity, name.clone()).is_none() {
                    included.push(Included { name, span });
                }
                continue;
            }
            Err(ReadFault::Missing) => {
                (Code::MissingInclude, format!("there is no file `{}`", shown(&name)))
            }
            Err(ReadFault::Outside) => {
                let message = format!("`{}` is a link that leaves the folder", shown(&name));
                (Code::OutsideFolder, message)
            }
            Err(ReadFault::NotAFile) => {
                (Code::Unreadable, format!("`{}` is not a file", shown(&name)))
            }
            Err(ReadFault::TooLarge(_) | ReadFault::Spent) => continue,
            Err(ReadFault::System(why)) => {
                (Code::Unreadable, format!("`{}` cannot be read: {why}", shown(&name)))
            }
        };
        findings.push(Diagnostic::new(code, span, message).help(advice(code, &name, is_folder)));
    }
    included
}

fn itself(include: &Spanned<String>) -> Diagnostic {
    let message = format!("`{}` includes itself", shown(&include.value));
    Diagnostic::new(Code::IncludeCycle, include.span, message)
        .help("the first file counts once already; remove it here")
}

/// One part of a path between slashes.
enum Part {
    Plain(String),
    Glob(GlobMatcher, bool),
    Deep,
}

fn parts(include: &Spanned<String>, findings: &mut Findings) -> Option<Vec<Part>> {
    let text = include.value.as_str();
    let mut refuse = |code: Code, message: String, help: &str| {
        let help = Some(help.to_owned()).filter(|help| !help.is_empty());
        findings.push(Diagnostic::new(code, include.span, message).maybe_help(help));
        None
    };
    let name = shown(text);
    if text.is_empty() || text.contains('\0') {
        let help = "write a path below this folder, such as \"routes/*.toml\"";
        return refuse(Code::BadGlob, format!("`{name}` names no file"), help);
    }
    if text.len() > INCLUDE_BYTES_MAX {
        let help = format!("a path has at most {INCLUDE_BYTES_MAX} bytes");
        return refuse(Code::BadGlob, format!("`{name}` is too long"), &help);
    }
    if text.contains('\\') {
        let message = format!("`{name}` has a backslash");
        return refuse(Code::BadGlob, message, "write `/` between folders");
    }
    let drive = text.get(1..2) == Some(":");
    if text.starts_with('/') || drive || text.split('/').any(|part| part == "..") {
        let message = format!("`{name}` leaves the folder of the configuration");
        let help = "a configuration is one folder; move the file into it";
        return refuse(Code::OutsideFolder, message, help);
    }
    let mut parts = Vec::new();
    for part in text.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == "**" {
            // Twice in a row is no more than once.
            if !matches!(parts.last(), Some(Part::Deep)) {
                parts.push(Part::Deep);
            }
        } else if part.contains(['*', '?', '[', ']', '{', '}']) {
            match GlobBuilder::new(part).literal_separator(true).build() {
                Ok(glob) => parts.push(Part::Glob(glob.compile_matcher(), part.starts_with('.'))),
                Err(error) => {
                    let message = format!("`{name}` is no pattern: {}", error.kind());
                    let help = "`[` and `{` begin a choice that `]` or `}` ends; `?` stands for any character";
                    return refuse(Code::BadGlob, message, help);
                }
            }
        } else {
            parts.push(Part::Plain(part.to_owned()));
        }
    }
    if text.ends_with('/') || matches!(parts.last(), None | Some(Part::Deep)) {
        let message = format!("`{name}` names folders, not files");
        return refuse(Code::BadGlob, message, "write \"routes/**/*.toml\" for every file below");
    }
    Some(parts)
}

/// A walk through folders.
struct Search<'f> {
    folder: &'f Folder,
    left: usize,
    found: Vec<String>,
    odd: bool,
    /// Folders that were looked through, each with the part of the include that asked.
    visited: BTreeSet<(String, usize)>,
}

impl Search<'_> {
    /// Walks with a list of its own, so that depth costs no stack.
    fn descend(&mut self, parts: &[Part]) {
        let mut todo: Vec<(String, usize, usize)> = vec![(String::new(), 0, 0)];
        while let Some((at, index, depth)) = todo.pop() {
            let Some(part) = parts.get(index) else { continue };
            // Several `**` lead to one place on many ways.
            if !matches!(part, Part::Plain(_)) && !self.visited.insert((at.clone(), index)) {
                continue;
            }
            let is_last = index + 1 == parts.len();
            // Found missing later, as a file would be, and not passed over.
            if !matches!(part, Part::Plain(_)) && self.folder.is_beyond(&at) {
                self.found.push(at);
                continue;
            }
            match part {
                Part::Plain(name) => {
                    let path = join(&at, name);
                    if is_last {
                        if self.folder.identity(&path).is_ok() {
                            self.found.push(path);
                        }
                    } else {
                        todo.push((path, index + 1, depth));
                    }
                }
                Part::Glob(glob, hidden) => {
                    for (name, kind, _) in self.entries(&at, |name| glob.is_match(name), *hidden) {
                        match kind {
                            // A link that leads out of a tree in memory is neither.
                            EntryKind::Folder | EntryKind::Other if !is_last => {
                                todo.push((join(&at, &name), index + 1, depth));
                            }
                            // A link to nothing is found missing later, not passed over.
                            EntryKind::File | EntryKind::Other if is_last => {
                                self.found.push(join(&at, &name));
                            }
                            _ => {}
                        }
                    }
                }
                Part::Deep => {
                    todo.push((at.clone(), index + 1, depth));
                    if depth >= INCLUDE_LEVELS_MAX {
                        continue;
                    }
                    for (name, kind, link) in self.entries(&at, |_| true, false) {
                        // Links are not followed here: a ring of them would never end.
                        if kind == EntryKind::Folder && !link {
                            todo.push((join(&at, &name), index, depth + 1));
                        }
                    }
                }
            }
        }
        self.found.sort();
        self.found.dedup();
    }

    /// Entries of a folder that fit; names that begin with a dot only where they are asked for.
    fn entries(
        &mut self,
        at: &str,
        fits: impl Fn(&str) -> bool,
        hidden: bool,
    ) -> Vec<(String, EntryKind, bool)> {
        let mut fitting = Vec::new();
        let entries = self.folder.entries(at, self.left);
        self.left = self.left.saturating_sub(entries.len());
        for entry in entries {
            match entry.name {
                Some(name) if (hidden || !name.starts_with('.')) && fits(&name) => {
                    fitting.push((name, entry.kind, entry.link));
                }
                Some(_) => {}
                None => self.odd |= entry.kind == EntryKind::File,
            }
        }
        fitting
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
