//! A constraint as a table: a minimized automaton over the decoded bytes of one whole segment.
//! Equal languages have equal tables. It never holds anything of the regex it came from.

use std::collections::HashMap;
use std::fmt;

use pointsman_schemas::limits::CONSTRAINT_TABLE_BYTES_MAX;

use crate::language::fault::{Fault, FaultKind};
use crate::language::hopcroft;
use crate::language::limits::TABLE_STATES_MAX;
use crate::language::regex::{self, Reading};
pub use crate::language::universe::{is_segment_value, segment_value};

/// A minimized deterministic automaton that is run over a whole decoded segment.
///
/// Its language is that of the regex, less what no segment can be: the empty value, `.`, `..` and
/// values with control characters.
///
/// Shape: `next.len() == state_count * class_count`; every entry is below `state_count`; state 0 is
/// dead (it accepts nothing and never leaves itself) and state 1 is the start. States are numbered
/// breadth first by class, classes by their smallest byte, so that two tables are equal exactly
/// when their languages are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table {
    /// The class of each byte.
    pub classes: [u8; 256],
    /// Number of classes.
    pub class_count: u16,
    /// Number of states, the dead one included.
    pub state_count: u16,
    /// The state after a byte of a class, at `state * class_count + class`.
    pub next: Vec<u16>,
    /// One bit a state, the lowest bit of a byte first: whether a segment may end there.
    pub accept: Vec<u8>,
    /// Where a segment begins.
    pub start: u16,
    /// The state from which nothing is accepted.
    pub dead: u16,
}

impl Table {
    /// The table of a regex that must fit the whole segment.
    ///
    /// The regex is read as ASCII unless it says `(?u)`. `^` and `$` are allowed and mean nothing.
    ///
    /// Errors: every way in which a regex can be wrong, too large, or fit no segment; places count
    /// from the start of `source`.
    /// Cost: bounded by `language::limits`, at most some milliseconds.
    pub fn from_regex(source: &str) -> Result<Self, Fault> {
        Self::from_automaton(&regex::automaton_of_regex(source, Reading::Segment)?, source.len())
    }

    /// The table of a segment with `*` inside: each `*` stands for at least one byte. The rest is
    /// canonical text of a path, in which `%XX` stands for its byte.
    ///
    /// Errors: too large a table; places count from the start of `source`.
    pub fn from_glob(source: &str) -> Result<Self, Fault> {
        Self::from_automaton(&regex::automaton_of_glob(source, Reading::Segment)?, source.len())
    }

    /// The table of a regex that must fit a whole value: of a field, of a query, of a cookie.
    ///
    /// Errors and cost: as [`Self::from_regex`], but that a value may be empty and hold any byte.
    pub fn value_from_regex(source: &str) -> Result<Self, Fault> {
        Self::from_automaton(&regex::automaton_of_regex(source, Reading::Value)?, source.len())
    }

    /// The table of a value with `*` inside: each stands for at least one byte.
    pub fn value_from_glob(source: &str) -> Result<Self, Fault> {
        Self::from_automaton(&regex::automaton_of_glob(source, Reading::Value)?, source.len())
    }

    /// The table of texts that hold a regex somewhere.
    pub fn containing_regex(source: &str) -> Result<Self, Fault> {
        Self::from_automaton(&regex::automaton_of_regex(source, Reading::Contained)?, source.len())
    }

    pub(super) fn from_automaton(
        automaton: &hopcroft::Automaton,
        source_len: usize,
    ) -> Result<Self, Fault> {
        let minimal = hopcroft::minimize(automaton);
        if minimal.start == hopcroft::DEAD {
            return Err(Fault::new(FaultKind::NothingFits, 0..source_len)
                .help("a segment is never empty, `.` or `..`, and holds no control character"));
        }
        let too_large = |count: usize, limit: usize, unit: &str| {
            Fault::new(FaultKind::RegexTooLarge, 0..source_len)
                .expected(format!("at most {limit} {unit}"))
                .found(format!("{count}"))
                .help(regex::SMALLER_HELP)
        };
        let states = minimal.accept.len();
        if states > TABLE_STATES_MAX {
            return Err(too_large(states, TABLE_STATES_MAX, "states"));
        }
        let table = Self::numbered(&minimal);
        let bytes = table.size_bytes();
        if bytes > CONSTRAINT_TABLE_BYTES_MAX {
            return Err(too_large(bytes, CONSTRAINT_TABLE_BYTES_MAX, "bytes"));
        }
        Ok(table)
    }

    /// Gives the states of a minimal automaton their numbers: the dead one 0, the start 1, then
    /// breadth first.
    fn numbered(minimal: &hopcroft::Automaton) -> Self {
        let (classes, columns) = merged_classes(minimal);
        let mut order = vec![hopcroft::DEAD, minimal.start];
        let mut number = vec![None; minimal.accept.len()];
        number[hopcroft::DEAD] = Some(0);
        number[minimal.start] = Some(1);
        let mut next = vec![0_u16; columns.len()];
        let mut reached = 1;
        while let Some(state) = order.get(reached).copied() {
            for column in &columns {
                let target = minimal.after(state, *column);
                next.push(*number[target].get_or_insert_with(|| {
                    order.push(target);
                    narrow(order.len() - 1)
                }));
            }
            reached += 1;
        }
        let mut accept = vec![0_u8; order.len().div_ceil(8)];
        for (at, state) in order.iter().enumerate() {
            accept[at / 8] |= u8::from(minimal.accept[*state]) << (at % 8);
        }
        Self {
            classes,
            class_count: narrow(columns.len()),
            state_count: narrow(order.len()),
            next,
            accept,
            start: 1,
            dead: 0,
        }
    }

    /// Whether the whole of `segment`, decoded, is in the language.
    pub fn accepts(&self, segment: &[u8]) -> bool {
        let end = segment.iter().fold(self.start, |state, byte| self.step(state, *byte));
        self.accepts_at(end)
    }

    /// The state after one byte.
    pub fn step(&self, state: u16, byte: u8) -> u16 {
        let class = usize::from(self.classes[usize::from(byte)]);
        self.next[usize::from(state) * usize::from(self.class_count) + class]
    }

    /// Whether a segment may end in a state.
    pub fn accepts_at(&self, state: u16) -> bool {
        self.accept[usize::from(state / 8)] & (1 << (state % 8)) != 0
    }

    /// Bytes of a value that are read before it is clear that it does not fit; none where there is
    /// no bound.
    pub fn longest_run(&self) -> Option<u64> {
        let states = usize::from(self.state_count);
        // From each live state on, once all behind it are known; states on a ring never are.
        let mut longest: Vec<Option<u64>> = vec![None; states];
        let mut open = vec![(self.start, 0_u16)];
        let mut is_open = vec![false; states];
        while let Some((state, class)) = open.pop() {
            let at = usize::from(state);
            is_open[at] = true;
            if class == self.class_count {
                let row = at * usize::from(self.class_count);
                let behind = &self.next[row..row + usize::from(self.class_count)];
                let of = |next: &u16| longest[usize::from(*next)].map_or(0, |bytes| bytes);
                longest[at] = Some(1 + behind.iter().map(of).max().unwrap_or(0));
                is_open[at] = false;
                continue;
            }
            open.push((state, class + 1));
            let next = self.next[at * usize::from(self.class_count) + usize::from(class)];
            if next == self.dead || longest[usize::from(next)].is_some() {
                continue;
            }
            if is_open[usize::from(next)] {
                return None;
            }
            open.push((next, 0));
        }
        longest[usize::from(self.start)]
    }

    /// Bytes of transitions (one byte each up to 256 states, else two) and accept bits, without the
    /// map of classes.
    pub fn size_bytes(&self) -> usize {
        let width = if self.state_count <= 256 { 1 } else { 2 };
        self.next.len() * width + self.accept.len()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Table({} states, {} classes)", self.state_count, self.class_count)
    }
}

/// Counts of a table fit, since `TABLE_STATES_MAX` and 256 classes do.
fn narrow(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Joins classes that lead everywhere to the same states, and numbers them by their smallest byte.
/// Gives the class of each byte, and for each new class one old one.
fn merged_classes(automaton: &hopcroft::Automaton) -> ([u8; 256], Vec<usize>) {
    let mut classes = [0_u8; 256];
    let mut columns: Vec<usize> = Vec::new();
    let mut known: HashMap<Vec<usize>, u8> = HashMap::new();
    let mut merged: Vec<Option<u8>> = vec![None; automaton.class_count];
    for (byte, class) in classes.iter_mut().enumerate() {
        let old = usize::from(automaton.classes[byte]);
        *class = *merged[old].get_or_insert_with(|| {
            let states = 0..automaton.accept.len();
            let column = states.map(|state| automaton.after(state, old)).collect();
            *known.entry(column).or_insert_with(|| {
                columns.push(old);
                // At most 256 classes for 256 bytes, so the last one is number 255.
                u8::try_from(columns.len() - 1).unwrap_or(u8::MAX)
            })
        });
    }
    (classes, columns)
}

#[cfg(test)]
mod tests;
