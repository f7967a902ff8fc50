//! Maxima of what patterns, constraints and expressions may cost to compile. What the edge holds to
//! as well stands in `pointsman_schemas::limits`.

use pointsman_schemas::limits::{
    CAPTURES_MAX, CONSTRAINT_STATES_MAX, HOST_BYTES_MAX, HOST_LABEL_BYTES_MAX, PATTERN_BYTES_MAX,
    PATTERN_SEGMENTS_MAX, REGEX_BYTES_MAX,
};

/// Longest name of a parameter.
pub const PARAMETER_BYTES_MAX: usize = 64;

/// Longest name of a header or a query parameter in an expression.
pub const FIELD_NAME_BYTES_MAX: usize = 128;

/// How deep groups, classes and repetitions of a regex may nest, levels.
pub const REGEX_DEPTH_MAX: u32 = 64;

/// Memory of the automaton before it is made deterministic.
///
/// Measured: with this and the two below, each pathological regex of the tests ends within some
/// milliseconds.
pub const NFA_BYTES_MAX: usize = 256 * 1024;

/// Memory of the deterministic automaton before it is minimized.
pub const DFA_BYTES_MAX: usize = 256 * 1024;

/// Scratch memory of determinization.
pub const DETERMINIZE_BYTES_MAX: usize = 1024 * 1024;

/// States of a minimized table. Fewer than an artifact could hold, so that two tables together have
/// at most a million pairs of states and every question about two constraints has an answer.
pub const TABLE_STATES_MAX: usize = 1024;

/// Entries of all tables of a configuration before they are minimized, and what a refused regex
/// counts. An ordinary constraint has about a hundred, and each costs some tenths of a microsecond.
pub const TABLES_ENTRIES_MAX: usize = 20_000_000;

/// What a regex counts that was refused before its size was known, entries.
pub const REFUSED_ENTRIES: usize = 1_000;

/// Alternatives of one expression: `${a || b}` has two.
pub const ALTERNATIVES_MAX: usize = 8;

/// Findings reported for one text; the rest is left out.
pub const FAULTS_MAX: usize = 16;

const _: () = {
    assert!(HOST_LABEL_BYTES_MAX < HOST_BYTES_MAX && HOST_BYTES_MAX < PATTERN_BYTES_MAX);
    assert!(REGEX_BYTES_MAX < PATTERN_BYTES_MAX);
    assert!(CAPTURES_MAX <= PATTERN_SEGMENTS_MAX);
    assert!(TABLE_STATES_MAX <= CONSTRAINT_STATES_MAX && TABLE_STATES_MAX < u16::MAX as usize);
};
