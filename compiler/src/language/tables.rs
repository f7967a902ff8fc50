//! The tables and texts of one run, each made once however many patterns ask for it. Knows no
//! pattern.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::language::fault::Fault;
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
}

impl Tables {
    /// None made yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`Table::from_regex`].
    pub fn regex(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        once(&mut self.regexes, source, Table::from_regex)
    }

    /// As [`Table::from_glob`].
    pub fn glob(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        once(&mut self.globs, source, Table::from_glob)
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

    /// As [`Table::value_from_regex`].
    pub fn value_regex(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        once(&mut self.value_regexes, source, Table::value_from_regex)
    }

    /// As [`Table::value_from_glob`].
    pub fn value_glob(&mut self, source: &str) -> Result<Arc<Table>, Fault> {
        once(&mut self.value_globs, source, Table::value_from_glob)
    }
}

fn once(
    known: &mut HashMap<String, Arc<Table>>,
    source: &str,
    make: impl Fn(&str) -> Result<Table, Fault>,
) -> Result<Arc<Table>, Fault> {
    if let Some(table) = known.get(source) {
        return Ok(Arc::clone(table));
    }
    let table = Arc::new(make(source)?);
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
}
