//! Maxima that only the compiler knows. What the edge enforces too stands in the schemas' limits.

/// Bytes of one file of a configuration. A million routes in one file are about half of it.
pub(crate) const SOURCE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Files of one configuration.
pub(crate) const SOURCE_FILES_MAX: usize = 100_000;

/// Folders below each other that an include with `**` descends.
pub(crate) const INCLUDE_LEVELS_MAX: usize = 32;

/// Names of a folder's entries that one include may look at.
pub(crate) const INCLUDE_ENTRIES_MAX: usize = 1_000_000;

/// Bytes that are read again to find further damaged places of a file.
pub(crate) const REPARSE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Rounds in which the fixes of a configuration are made: mending one mistake may show another.
pub(crate) const FIX_ROUNDS_MAX: usize = 16;
