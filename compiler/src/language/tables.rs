//! The tables and texts of one run, each made once however many patterns ask for it. Knows no
//! pattern.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::language::fault::{Fault, FaultKind};
use crate::language::hopcroft::Automaton;
use crate::language::limits::{REFUSED_ENTRIES, TABLES_ENTRIES_MAX};
use crate::language::regex::{Reading, automaton_of_glob, automaton_of_regex};
use crate::language::table::Table;

/// Tables by the text they came from.
///
/// A table costs about a tenth of a millisecond to make, and folders of many routes repeat a
/// handful of constraints.
#[derive(Debug, Default)]
pub struct Tables {
    regexes: HashMap<String, Arc<Table>>,
    globs: HashMap<String, Arc<Table>>,
    value_regexes: HashMap<String, Arc<Table>>,
    value_globs: HashMap<String, Arc<Table>>,
    texts: HashSet<Arc<str>>,
    bytes: HashSet<Arc<[u8]>>,
    /// What was built so far, before it was minimized.
    entries: usize,
}

impl Tables {
    /// None made yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// None made yet, with one of `count` equal shares of what all tables may have together.
    pub fn sharing(count: usize) -> Self {
        let share = TABLES_ENTRIES_MAX.checked_div(count).unwrap_or(TABLES_ENTRIES_MAX);
        Self { entries: TABLES_ENTRIES_MAX - share, ..Self::default() }
    }

    /// As [`Table::from_regex`], and one more fault: all tables together are too large.
    pub fn regex(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        let make = |source: &str| automaton_of_regex(source, Reading::Segment);
        once(&mut self.regexes, &mut self.entries, source, make)
    }

    /// As [`Table::from_glob`], and one more fault: all tables together are too large.
    pub fn glob(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        let make = |source: &str| automaton_of_glob(source, Reading::Segment);
        once(&mut self.globs, &mut self.entries, source, make)
    }

    /// The one copy of a text: hosts, names and words of paths repeat by the thousand.
    pub fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    /// The same for bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> Arc<[u8]> {
        if let Some(known) = self.bytes.get(bytes) {
            return Arc::clone(known);
        }
        let new: Arc<[u8]> = bytes.into();
        self.bytes.insert(Arc::clone(&new));
        new
    }

    /// As [`Table::value_from_regex`], and one more fault: all tables together are too large.
    pub fn value_regex(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        let make = |source: &str| automaton_of_regex(source, Reading::Value);
        once(&mut self.value_regexes, &mut self.entries, source, make)
    }

    /// As [`Table::value_from_glob`], and one more fault: all tables together are too large.
    pub fn value_glob(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        let make = |source: &str| automaton_of_glob(source, Reading::Value);
        once(&mut self.value_globs, &mut self.entries, source, make)
    }
}

fn once(
    known: &mut HashMap<String, Arc<Table>>,
    entries: &mut usize,
    source: &str,
    make: impl Fn(&str) -> Result<Automaton, Fault>,
) -> Result<Arc<Table>, Fault> {
    if let Some(table) = known.get(source) {
        return Ok(Arc::clone(table));
    }
    if *entries > TABLES_ENTRIES_MAX {
        return Err(Fault::new(FaultKind::TablesTooLarge, 0..source.len())
            .help("use fewer different ones, or check less in each"));
    }
    let automaton = make(source);
    *entries += automaton.as_ref().map_or(REFUSED_ENTRIES, |automaton| automaton.next.len());
    let table = Arc::new(Table::from_automaton(&automaton?, source.len())?);
    known.insert(source.to_owned(), Arc::clone(&table));
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_the_same_text_are_one() {
        let mut tables = Tables::new();
        let first = tables.regex("[0-9]+").expect("a table");
        let again = tables.regex("[0-9]+").expect("a table");
        assert!(Arc::ptr_eq(&first, &again));
        let regex = tables.regex("a*b").expect("a table");
        let glob = tables.glob("a*b").expect("a table");
        assert!(regex.accepts(b"ab") && !glob.accepts(b"ab"));
        assert!(tables.regex("[").is_err());
    }

    #[test]
    fn tables_that_explode_together_are_refused_at_last() {
        let mut tables = Tables::new();
        let refused = (0..40_000).find_map(|n| {
            tables
                .regex(&format!("({n}){{9000}}"))
                .err()
                .filter(|fault| fault.kind == FaultKind::TablesTooLarge)
        });
        assert!(refused.is_some());
        assert!(tables.regex("[0-9]+").is_err(), "nothing more is made");
    }
}
