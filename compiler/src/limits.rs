//! Maxima that only the compiler knows. What the edge enforces too stands in the schemas' limits.

use std::time::Duration;

/// Bytes of one file of a configuration. A million routes in one file are about half of it.
pub(crate) const SOURCE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Bytes of all files of a configuration: all of their text is kept, to show findings in it.
pub(crate) const SOURCES_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Bytes of one line. Places are counted in characters of their line.
pub(crate) const SOURCE_LINE_BYTES_MAX: usize = 1024 * 1024;

/// Words, signs, texts, spaces and line ends of all files: what the reader keeps in memory all at
/// once. A million ordinary routes have about 26 million.
pub(crate) const SOURCE_TOKENS_MAX: u64 = 40_000_000;

/// The same of one file, and of all files that are being read at the same time. A file of 300,000
/// ordinary routes has about 8 million.
pub(crate) const SOURCE_FILE_TOKENS_MAX: u64 = 10_000_000;

/// Requests that are tried to find redirects that lead round in a circle.
pub(crate) const REDIRECTS_FOLLOWED_MAX: usize = 200_000;

/// Redirects of one client that are followed; browsers give up after as many.
pub(crate) const REDIRECT_HOPS_MAX: usize = 20;

/// Files of one configuration.
pub(crate) const SOURCE_FILES_MAX: usize = 100_000;

/// Links that are followed on the way to one file of a revision; the system follows as many.
pub(crate) const LINKS_FOLLOWED_MAX: usize = 40;

/// Bytes of the path that a link of a revision holds; the system takes as many.
pub(crate) const LINK_BYTES_MAX: u64 = 4096;

/// Rows of a revision's tree that are looked at, whatever their files are.
pub(crate) const TREE_ROWS_MAX: usize = 1_000_000;

/// Bytes of those rows.
pub(crate) const TREE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// How long git may say nothing, seconds: a repository can hold a pipe that nobody writes to.
pub(crate) const GIT_SILENCE: Duration = Duration::from_secs(60);

/// Folders below each other that an include with `**` descends.
pub(crate) const INCLUDE_LEVELS_MAX: usize = 32;

/// Names of folders' entries that all includes together may look at.
pub(crate) const INCLUDE_ENTRIES_MAX: usize = 1_000_000;

/// Includes of a configuration; each may be a glob that fits many files.
pub(crate) const INCLUDES_MAX: usize = 4096;

/// Bytes of one include as written.
pub(crate) const INCLUDE_BYTES_MAX: usize = 1024;

/// Names of entries that are looked at for files that no include names; where there are more, nothing
/// is said of such files.
pub(crate) const STRAY_ENTRIES_MAX: usize = 20_000;

/// Folders below each other that are looked through for them.
pub(crate) const STRAY_LEVELS_MAX: usize = 8;

/// Files that are read to see whether they are such, in the order of their names.
pub(crate) const STRAY_FILES_MAX: usize = 64;

/// Bytes of such a file; a larger one is not read.
pub(crate) const STRAY_BYTES_MAX: u64 = 64 * 1024;

/// Such files that are named in their finding.
pub(crate) const STRAYS_SHOWN_MAX: usize = 5;

/// Bytes that are read again to find further damaged places, of all files together.
pub(crate) const REPARSE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of damaged files that are looked through for secrets before a word of them is repeated, of
/// all files together.
pub(crate) const DAMAGED_BYTES_SEARCHED_MAX: usize = 4 * 1024 * 1024;

/// Requests put to the matcher, or work that costs as much as so many plain ones, to find out whether
/// one pattern can win.
pub(crate) const REACH_REQUESTS_PER_PATTERN_MAX: usize = 2_000;

/// Requests put to the matcher, or work that costs as much, for all proofs about one configuration,
/// each some microseconds: one that carries many fields past many routes counts as many. What is left
/// then is counted as not proved.
pub(crate) const REACH_REQUESTS_MAX: usize = 1_000_000;

/// Requests put to both matchers, or work that costs as much, for one comparison of two artifacts, or
/// for all that are made to propose tests. What is left then is said to be left out.
pub(crate) const DIFF_REQUESTS_MAX: usize = 1_000_000;

/// Steps of automata, some nanoseconds each, to find out into which classes segments and values fall:
/// for all proofs about one configuration, or for one comparison. What is left then is not proved.
pub(crate) const CLASS_STEPS_MAX: u64 = 200_000_000;

/// Bytes of classes that are kept, because other places may ask for the same.
pub(crate) const CLASS_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Comparisons of a condition with a field that cost as much as a plain request.
pub(crate) const COMPARISONS_PER_REQUEST: usize = 128;

/// Bytes of one file that is imported.
pub(crate) const IMPORT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Values of all files that are imported together, those behind aliases counted each time.
pub(crate) const IMPORT_VALUES_MAX: usize = 2_000_000;

/// Bytes of the names and texts of all those values.
pub(crate) const IMPORT_TEXT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Levels of lists and maps of a file that is imported, one inside the other.
pub(crate) const IMPORT_LEVELS_MAX: usize = 64;
/// Rounds in which the fixes of a configuration are made: mending one mistake may show another.
pub(crate) const FIX_ROUNDS_MAX: usize = 16;
