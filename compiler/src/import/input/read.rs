//! From the bytes of a file to the tree: which format it is, and what is wrong with it.

use std::fmt;

use super::tree::Tree;
use super::{json, table, yaml};
use crate::import::text::line;
use crate::limits::IMPORT_BYTES_MAX;
use crate::source::BOM;

/// Why a file cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFault {
    /// The file.
    pub file: String,
    /// Line, counted from 1; nothing where the whole file is meant.
    pub line: Option<u32>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for InputFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:", self.file)?;
        if let Some(line) = self.line {
            write!(out, "{line}:")?;
        }
        write!(out, " {}", self.what)
    }
}

impl std::error::Error for InputFault {}

/// Takes the documents of a file into a tree.
///
/// Errors: it is too large, not UTF-8, neither JSON nor YAML, too deep, has a name twice in one map,
/// or aliases that grow without end.
/// Cost: linear in the bytes and in what aliases stand for, which is bounded.
pub fn read(name: &str, bytes: &[u8], tree: &mut Tree) -> Result<(), InputFault> {
    let refuse = |at: Option<u32>, what: String| InputFault {
        file: line(name),
        line: at,
        what: line(&what),
    };
    if bytes.len() as u64 > IMPORT_BYTES_MAX {
        return Err(refuse(None, too_large(bytes.len() as u64)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        refuse(u32::try_from(lines + 1).ok(), "the file is not UTF-8".to_owned())
    })?;
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let file = tree.add_file(name);
    let read = match text.trim_start() {
        table if table.starts_with(table::HEADER) => table::read,
        text if is_json(name, text) => json::read,
        _ => yaml::read,
    };
    read(text, file, tree).map_err(|fault| refuse(Some(fault.line), fault.what))
}

/// What is said of a file that is too large.
pub(crate) fn too_large(bytes: u64) -> String {
    let most = IMPORT_BYTES_MAX / (1024 * 1024);
    format!("the file has {bytes} bytes; at most {most} MiB are read: export it in parts")
}

fn is_json(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.ends_with(".yaml") || name.ends_with(".yml") {
        return false;
    }
    text.starts_with(['{', '['])
}
