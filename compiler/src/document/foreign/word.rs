//! One word of another proxy, or several, and what is meant by them.

/// What was meant by a word that is no key of its table.
#[derive(Clone, Copy, Debug)]
pub(in crate::document) struct Foreign {
    /// The table it was written in, by the name of its rows.
    pub(super) table: &'static str,
    /// In lower case, with `_` for `-`.
    pub(super) words: &'static [&'static str],
    /// Keys of the same table that say it.
    pub(in crate::document) keys: &'static [&'static str],
    /// How it is said here.
    pub(in crate::document) help: &'static str,
}

/// One row.
pub(super) const fn row(
    table: &'static str,
    words: &'static [&'static str],
    keys: &'static [&'static str],
    help: &'static str,
) -> Foreign {
    Foreign { table, words, keys, help }
}
