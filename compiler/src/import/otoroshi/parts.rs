//! A backend as tables that have no place yet: of its own, or inside a route.

use crate::import::writer::{Section, Value};

/// A backend before it has a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Backend {
    /// Pairs and comments of its own table.
    own: Vec<Entry>,
    /// Tables below it: what follows its path, whether it is an entry of a list, and what is in it.
    below: Vec<(Vec<&'static str>, bool, Vec<Entry>)>,
    /// Whether it has a target.
    pub(super) has_targets: bool,
    /// Why it cannot serve as before.
    pub(super) fault: Option<String>,
}

/// A line of a table.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Comment(String),
    Pair(&'static str, Value),
}

impl Backend {
    /// A pair of its own table.
    pub(super) fn pair(&mut self, key: &'static str, value: Value) {
        self.own.push(Entry::Pair(key, value));
    }

    /// A comment in its own table.
    pub(super) fn comment(&mut self, text: impl Into<String>) {
        self.own.push(Entry::Comment(text.into()));
    }

    /// A table below it, if anything is in it.
    pub(super) fn table(&mut self, path: &[&'static str], is_list: bool, entries: Vec<Entry>) {
        if !entries.is_empty() {
            self.below.push((path.to_vec(), is_list, entries));
        }
    }

    /// Its sections below a path; `host_header` is what a route asks for.
    pub(super) fn sections(&self, path: &[&str], host_header: Option<&str>) -> Vec<Section> {
        let fill = |section: &mut Section, entries: &[Entry]| {
            for entry in entries {
                match entry {
                    Entry::Comment(text) => section.comment(text.clone()),
                    Entry::Pair(key, value) => section.pair(key, value.clone()),
                }
            }
        };
        let mut own = Section::table(path.iter().copied());
        if let Some(header) = host_header {
            own.pair("host_header", Value::text(header));
        }
        fill(&mut own, &self.own);
        let mut sections = if own.is_empty() { Vec::new() } else { vec![own] };
        for (below, is_list, entries) in &self.below {
            let path = path.iter().chain(below).copied();
            let mut section = if *is_list { Section::entry(path) } else { Section::table(path) };
            fill(&mut section, entries);
            sections.push(section);
        }
        sections
    }
}
