//! What is wrong on a line of a file that is read.

/// What is wrong on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Counted from 1.
    pub(super) line: u32,
    pub(super) what: String,
}

/// There are more values than are read.
pub(super) fn too_many(line: u32) -> Fault {
    let what = "more values than are read: split the file; an alias counts each time";
    Fault { line, what: what.to_owned() }
}
