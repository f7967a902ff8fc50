//! Files that look like a part of the configuration and that no include names: they do nothing, and
//! nobody is told. What is found hangs on the folder alone.

use std::collections::{HashSet, VecDeque};

use crate::diagnostic::{Code, Diagnostic};
use crate::document::folder::{EntryKind, Folder};
use crate::document::keys::ROOT;
use crate::document::parse::Tree;
use crate::document::value::shown;
use crate::limits::{
    STRAY_BYTES_MAX, STRAY_ENTRIES_MAX, STRAY_FILES_MAX, STRAY_LEVELS_MAX, STRAYS_SHOWN_MAX,
};
use crate::source::{FileId, SourceMap, Span, Spanned};

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// It begins a configuration: it says its version, or what it includes.
    First,
    /// It is a part of one.
    Part,
    /// It is something else, or cannot be told.
    Other,
}

/// Finds them, in the folder and below, where the first file is the folder's own or includes anything;
/// none where other configurations share it, or where it holds
/// too much to look at. Folders with a configuration of their own, hidden ones and links are passed
/// over.
///
/// Cost: the names of [`STRAY_ENTRIES_MAX`] entries, and [`STRAY_FILES_MAX`] small files.
pub(super) fn find(
    folder: &Folder,
    is_folders_own: bool,
    include: &[Spanned<String>],
    sources: &SourceMap,
) -> Option<Diagnostic> {
    if !is_folders_own && include.is_empty() {
        return None;
    }
    let known: HashSet<&str> = sources.files().map(|(_, file)| file.name.as_str()).collect();
    let strays = strays(folder, &known)?;
    let (named, rest) = strays.split_at(strays.len().min(STRAYS_SHOWN_MAX));
    let named: Vec<String> = named.iter().map(|name| format!("`{}`", shown(name))).collect();
    let what = match strays.len() {
        0 => return None,
        1 => "a file that looks like a part of this configuration".to_owned(),
        count => format!("{count} files that look like parts of this configuration"),
    };
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    let message = format!("no include names {what}: {}{more}", named.join(", "));
    let at = include.first().map_or_else(|| Span::new(FileId(0), 0..0), |include| include.span);
    let help = "nothing in it is served: name it in `include`, or move it out of the folder";
    Some(Diagnostic::new(Code::NotIncluded, at, message).help(help))
}

/// Names of such files; `None` where nothing can be said.
fn strays(folder: &Folder, known: &HashSet<&str>) -> Option<Vec<String>> {
    let (mut strays, mut left, mut files) = (Vec::new(), STRAY_ENTRIES_MAX, STRAY_FILES_MAX);
    let mut todo = VecDeque::from([(String::new(), 0)]);
    while let Some((at, depth)) = todo.pop_front() {
        // One more than may be shows that there are more, whichever come first.
        let entries = folder.entries(&at, left + 1);
        left = left.checked_sub(entries.len())?;
        let (mut own, mut below, mut others) = (Vec::new(), Vec::new(), false);
        for entry in entries {
            let Some(name) = entry.name.filter(|name| !entry.link && !name.starts_with('.')) else {
                continue;
            };
            let path = if at.is_empty() { name.clone() } else { format!("{at}/{name}") };
            match entry.kind {
                EntryKind::Folder if depth < STRAY_LEVELS_MAX => below.push((path, depth + 1)),
                EntryKind::File if name.ends_with(".toml") && !known.contains(path.as_str()) => {
                    let is_read = files > 0;
                    files = files.saturating_sub(1);
                    match if is_read { look(folder, &path) } else { Look::Other } {
                        Look::First => others = true,
                        Look::Part => own.push(path),
                        Look::Other => {}
                    }
                }
                _ => {}
            }
        }
        match others {
            false => {
                strays.append(&mut own);
                todo.extend(below);
            }
            // Which file belongs to which of them, nobody knows.
            true if at.is_empty() => return None,
            true => {}
        }
    }
    Some(strays)
}

fn look(folder: &Folder, name: &str) -> Look {
    let bytes = folder.read(name, |bytes| bytes <= STRAY_BYTES_MAX).unwrap_or_default();
    let Ok(text) = String::from_utf8(bytes) else { return Look::Other };
    let Ok(tree) = Tree::read(FileId(0), &text) else { return Look::Other };
    let (mut is_first, mut is_part) = (false, false);
    for (key, _) in tree.top().entries() {
        is_first |= matches!(key.value, "version" | "include");
        is_part |= matches!(key.value, "routes" | "backends" | "listeners" | "services" | "tests");
        if ROOT.key(key.value).is_none() {
            return Look::Other;
        }
    }
    match (is_first, is_part) {
        (true, _) => Look::First,
        (false, true) => Look::Part,
        (false, false) => Look::Other,
    }
}
