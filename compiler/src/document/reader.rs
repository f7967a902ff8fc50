//! Reads one table by its rows: what is unknown, not available, missing or of the wrong kind is
//! found here, for every table alike. What a value means beyond its kind is not judged here.

use super::keys::{self, Key, Kind, Need};
use super::parse::{Item, Table, View};
use super::refusal::{
    Guess, Inside, empty, misplaced, no_list, no_table, no_tables, unknown_key, warn_of_twice,
    wrong_type,
};
use super::scalar::{self, choice, text};
use super::value::Problem;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::source::{Span, Spanned};

/// One table that is being read.
pub(super) struct Reader<'t, 'f> {
    table: Table<'t>,
    rows: &'static keys::Table,
    inside: Inside<'t>,
    findings: &'f mut Findings,
    errors_before: usize,
}

impl<'t, 'f> Reader<'t, 'f> {
    /// Begins a table: each key that is unknown or missing is a finding.
    /// `place` is where a missing key is shown.
    pub(super) fn new(
        table: Table<'t>,
        rows: &'static keys::Table,
        place: Span,
        findings: &'f mut Findings,
    ) -> Self {
        Self::within(Inside::File, table, rows, place, findings)
    }

    /// The same for a table whose header has a name in it.
    pub(super) fn named(
        name: Option<&'t str>,
        table: Table<'t>,
        rows: &'static keys::Table,
        place: Span,
        findings: &'f mut Findings,
    ) -> Self {
        Self::within(name.map_or(Inside::File, Inside::Named), table, rows, place, findings)
    }

    /// The same for a table in another one.
    pub(super) fn within(
        inside: Inside<'t>,
        table: Table<'t>,
        rows: &'static keys::Table,
        place: Span,
        findings: &'f mut Findings,
    ) -> Self {
        let (mut reader, meant) = Self::begin(inside, table, rows, findings);
        reader.miss_keys(place, &meant);
        reader
    }

    /// The header as it is written, where that is known.
    fn header(&self) -> String {
        self.inside.header(self.rows)
    }

    /// Begins a table that is only a part: keys that it lacks may stand elsewhere.
    pub(super) fn part(
        table: Table<'t>,
        rows: &'static keys::Table,
        findings: &'f mut Findings,
    ) -> Self {
        Self::begin(Inside::File, table, rows, findings).0
    }

    fn begin(
        inside: Inside<'t>,
        table: Table<'t>,
        rows: &'static keys::Table,
        findings: &'f mut Findings,
    ) -> (Self, Vec<&'static str>) {
        let errors_before = findings.errors();
        let mut reader = Self { table, rows, inside, findings, errors_before };
        let meant = reader.refuse_keys();
        (reader, meant)
    }

    /// Refuses keys, and gives the ones that were meant by unknown ones.
    fn refuse_keys(&mut self) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for (name, item) in self.table.entries() {
            match self.rows.key(name.value) {
                Some(_) => {}
                None => {
                    // Nobody sees what is said of the rest, and there may be millions.
                    let guess = match self.findings.is_full() {
                        true => Guess::Nothing,
                        false => Guess::of(self.rows, name.value),
                    };
                    let mut finding = unknown_key(&name, item, (self.inside, self.rows), &guess);
                    let keys = guess.keys();
                    // A key that is there, or will be, would be there twice.
                    let is_taken =
                        |key: &&str| self.table.get(key).is_some() || meant.contains(key);
                    if keys.iter().any(is_taken) {
                        finding.fixes.clear();
                    }
                    meant.extend(keys);
                    self.findings.push(finding);
                }
            }
        }
        meant
    }

    fn miss_keys(&mut self, place: Span, meant: &[&str]) {
        for key in self.rows.keys {
            let needed = key.need == Need::Required;
            if needed && self.table.get(key.name).is_none() && !meant.contains(&key.name) {
                let message = format!("{} has no `{}`", self.header(), key.name);
                let help = format!("write `{} = {}`. {}", key.name, key.example, key.doc);
                self.findings.push(Diagnostic::new(Code::MissingKey, place, message).help(help));
            }
        }
    }

    /// What it reads, what a table in it stands in, and where findings go.
    pub(super) fn parts(&mut self) -> (Table<'t>, &'static keys::Table, Inside<'t>, &mut Findings) {
        (self.table, self.rows, self.inside.inner(self.rows), self.findings)
    }

    /// Where the value of a key is written, if it is there.
    pub(super) fn place(&self, name: &str) -> Option<Span> {
        self.table.get(name).map(|item| item.span())
    }

    /// Whether anything in the table was found wrong so far.
    pub(super) fn is_damaged(&self) -> bool {
        self.findings.errors() > self.errors_before
    }

    /// Where findings go.
    pub(super) fn findings(&mut self) -> &mut Findings {
        self.findings
    }

    /// The row and the value of a key that is there.
    fn row(&self, name: &str) -> Option<(&'static Key, Item<'t>)> {
        debug_assert!(self.rows.key(name).is_some(), "{} lacks `{name}`", self.rows.header);
        // Most keys are not written: they are looked for first.
        let item = self.table.get(name)?;
        Some((self.rows.key(name)?, item))
    }

    /// Text.
    pub(super) fn text(&mut self, name: &str) -> Option<Spanned<String>> {
        let (_, item) = self.row(name)?;
        text(item, name, self.findings)
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> Option<Spanned<bool>> {
        let (_, item) = self.row(name)?;
        scalar::flag(item, name, self.findings)
    }

    /// A whole number in the range of its row.
    pub(super) fn integer(&mut self, name: &str) -> Option<Spanned<i64>> {
        let (key, item) = self.row(name)?;
        let Kind::Integer { min, max } = key.kind else { return None };
        scalar::integer(item, name, (min, max), self.findings)
    }

    /// A duration in the range of its row.
    ///
    /// Unit: milliseconds.
    pub(super) fn duration(&mut self, name: &str) -> Option<Spanned<u64>> {
        let (key, item) = self.row(name)?;
        let Kind::Duration { zero, min_ms, max_ms } = key.kind else { return None };
        scalar::duration(item, name, (zero, min_ms, max_ms), self.findings)
    }

    /// A size in the range of its row.
    ///
    /// Unit: bytes.
    pub(super) fn size(&mut self, name: &str) -> Option<Spanned<u64>> {
        let (key, item) = self.row(name)?;
        let Kind::Size { zero, min_bytes, max_bytes } = key.kind else { return None };
        scalar::size(item, name, (zero, min_bytes, max_bytes), self.findings)
    }

    /// One of the words of its row.
    pub(super) fn choice(&mut self, name: &str) -> Option<Spanned<&'static str>> {
        let (key, item) = self.row(name)?;
        let Kind::Choice(choices) = key.kind else { return None };
        choice(item, (name, choices), self.findings)
    }

    /// A list of the words of its row.
    pub(super) fn choices(&mut self, name: &str) -> Option<Spanned<Vec<&'static str>>> {
        let (key, item) = self.row(name)?;
        let Kind::List(Kind::Choice(choices)) = key.kind else { return None };
        let View::List(list) = item.view() else {
            self.findings.push(no_list(name, item));
            return None;
        };
        let mut words = Vec::new();
        for item in list.items() {
            words.extend(choice(item, (name, choices), self.findings).map(|word| word.value));
        }
        Some(Spanned::new(words, item.span()))
    }

    /// A list of text; what is no text in it is found and left out.
    pub(super) fn texts(&mut self, name: &str) -> Option<Spanned<Vec<Spanned<String>>>> {
        let (_, item) = self.row(name)?;
        let View::List(list) = item.view() else {
            self.findings.push(no_list(name, item));
            return None;
        };
        let mut texts = Vec::with_capacity(list.items().len());
        for item in list.items() {
            texts.extend(text(item, name, self.findings));
        }
        let each = texts.iter().map(|text: &Spanned<String>| (text.value.as_str(), text.span));
        // One address twice is an error, whoever has it.
        if texts.len() > 1 && name != "address" {
            warn_of_twice(name, each, self.findings);
        }
        Some(Spanned::new(texts, item.span()))
    }

    /// A list of text that must not be empty.
    pub(super) fn some_texts(&mut self, name: &str) -> Option<Spanned<Vec<Spanned<String>>>> {
        let (_, item) = self.row(name)?;
        if let View::List(list) = item.view()
            && list.items().len() == 0
        {
            self.findings.push(empty(name, item.span()));
            return None;
        }
        self.texts(name)
    }

    /// Text, or a list of text that must not be empty.
    pub(super) fn one_or_more(&mut self, name: &str) -> Option<Spanned<Vec<Spanned<String>>>> {
        let (_, item) = self.row(name)?;
        match item.view() {
            View::List(_) => self.some_texts(name),
            _ => {
                let one = text(item, name, self.findings)?;
                Some(Spanned::new(vec![one], item.span()))
            }
        }
    }

    /// Free names with text.
    pub(super) fn words(&mut self, name: &str) -> Option<Vec<(Spanned<String>, Spanned<String>)>> {
        let table = self.table(name)?;
        let mut words = Vec::new();
        for (key, item) in table.entries() {
            if let Some(value) = text(item, key.value, self.findings) {
                words.push((key.map(str::to_owned), value));
            }
        }
        // As written: the order of a request's fields is part of it.
        words.sort_by_key(|(key, _)| key.span);
        Some(words)
    }

    /// A table.
    pub(super) fn table(&mut self, name: &str) -> Option<Table<'t>> {
        let (key, item) = self.row(name)?;
        match item.view() {
            View::Table(table) => Some(table),
            _ => {
                self.findings.push(no_table(name, (&key.kind, key.example), item));
                None
            }
        }
    }

    /// A list of tables.
    pub(super) fn tables(&mut self, name: &str) -> Option<Spanned<Vec<Table<'t>>>> {
        let (key, item) = self.row(name)?;
        let Kind::Tables(rows) = key.kind else { return None };
        let View::List(list) = item.view() else {
            self.findings.push(no_tables(name, rows, item));
            return None;
        };
        let mut tables = Vec::with_capacity(list.items().len());
        for item in list.items() {
            match item.view() {
                View::Table(table) => tables.push(table),
                _ => {
                    let help = super::meant::table_for(name, &item);
                    self.findings.push(wrong_type(name, "a list of tables", item, &help));
                }
            }
        }
        // What was refused is not empty beside it.
        if tables.is_empty() && list.items().len() > 0 {
            return None;
        }
        Some(Spanned::new(tables, item.span()))
    }

    /// Tables by name.
    pub(super) fn by_name(&mut self, name: &str) -> Vec<(Spanned<String>, Table<'t>)> {
        let Some(table) = self.table(name) else { return Vec::new() };
        let mut named = Vec::new();
        for (key, item) in table.entries() {
            match item.view() {
                View::Table(table) => named.push((key.map(str::to_owned), table)),
                _ => {
                    let help = misplaced(key.value)
                        .unwrap_or_else(|| format!("each of `{name}` has a name: `[{name}.NAME]`"));
                    self.findings.push(wrong_type(key.value, "a table", item, help));
                }
            }
        }
        named
    }

    /// Text, or a table.
    pub(super) fn text_or_table(&mut self, name: &str) -> Option<TextOrTable<'t>> {
        let (_, item) = self.row(name)?;
        match item.view() {
            View::Text(text) => Some(TextOrTable::Text(Spanned::new(text.to_owned(), item.span()))),
            View::Table(table) => Some(TextOrTable::Table(table)),
            _ => {
                let help = format!("write `{name} = \"NAME\"`, or a table with its own keys");
                self.findings.push(wrong_type(name, "a name or a table", item, help));
                None
            }
        }
    }

    /// Takes a problem of a value in.
    pub(super) fn problem(&mut self, code: Code, span: Span, problem: Problem) {
        self.findings.push(problem.finding(code, span));
    }
}

/// Text, or a table.
pub(super) enum TextOrTable<'t> {
    /// Text.
    Text(Spanned<String>),
    /// A table.
    Table(Table<'t>),
}
