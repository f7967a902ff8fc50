//! The table that `oo routes list` prints: a header, then an id and a target on each line.

use super::fault::{Fault, too_many};
use super::tree::{Data, NodeId, Step, Tree};

/// How its header begins.
pub(super) const HEADER: &str = "ROUTE ID";

/// Reads it as a list of objects.
pub(super) fn read(text: &str, file: u32, tree: &mut Tree) -> Result<(), Fault> {
    let root = tree.add_root(file, 0, 1).map_err(|_| too_many(1))?;
    let mut rows = Vec::new();
    for (at, row) in text.lines().enumerate() {
        let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if row.trim().is_empty() || row.trim_start().starts_with(HEADER) {
            continue;
        }
        let words: Vec<&str> = row.split_whitespace().collect();
        let [id, target] = *words else {
            let what = "a row has an id and a target, with space between them".to_owned();
            return Err(Fault { line, what });
        };
        let step = Step::Index(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let row = tree.add(root, step, line).map_err(|_| too_many(line))?;
        let mut cells: Vec<NodeId> = Vec::new();
        for (name, text) in [("id", id), ("target", target)] {
            let cell = tree.add(row, Step::Key(name.to_owned()), line);
            let cell = cell.map_err(|_| too_many(line))?;
            tree.set(cell, Data::Text(text.to_owned()));
            cells.push(cell);
        }
        tree.set(row, Data::Map(cells));
        rows.push(row);
    }
    tree.set(root, Data::List(rows));
    Ok(())
}
