//! Everything that is written, by the rows of the table of keys alone: for whoever shows a whole
//! configuration. What a file has wrong was found when it was loaded.

use super::fields;
use super::keys::{Key, ROOT, Table};
use super::parse::Tree;
use super::reader::Reader;
use super::record::{Field, Record};
use crate::diagnostic::Findings;
use crate::source::{FileId, SourceMap};

/// The file of values that nobody wrote: what holds by default.
pub const DEFAULT_FILE: FileId = FileId(u32::MAX);

/// What each file says, in the order of the files. A damaged file says nothing.
///
/// Cost: reads the text of every file again, each when it is asked for.
pub fn records(sources: &SourceMap) -> impl Iterator<Item = Record> {
    let mut silent = Findings::new();
    sources.files().filter_map(move |(file, source)| {
        let tree = Tree::read(file, &source.text).ok()?;
        let mut reader = Reader::part(tree.top(), &ROOT, &mut silent);
        Some(fields::read(&mut reader, |_| true))
    })
}

/// What some keys of a table say, as TOML: a row's default, or what stands beside an example. All
/// of it stands in [`DEFAULT_FILE`].
pub fn said_by_row(rows: &'static Table, text: &str) -> Vec<Field> {
    let mut silent = Findings::new();
    let Ok(tree) = Tree::read(DEFAULT_FILE, text) else { return Vec::new() };
    let mut reader = Reader::part(tree.top(), rows, &mut silent);
    fields::read(&mut reader, |_| true).fields
}

/// What holds where a key is not written.
pub fn default_of(rows: &'static Table, key: &Key) -> Option<Field> {
    let default = key.default?;
    said_by_row(rows, &format!("{} = {default}", key.name)).pop()
}
