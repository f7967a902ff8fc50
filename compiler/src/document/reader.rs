//! Reads one table by its rows: what is unknown, not available, missing or of the wrong kind is
//! found here, for every table alike. What a value means beyond its kind is not judged here.

use super::keys::{self, Choice, Key, Kind, Need, Since, Zero};
use super::meant::{self, Meant};
use super::parse::{Item, Table, View};
use super::refusal::{
    empty, folded, misplaced, nearest, no_list, no_text, not_available, number_out_of_range,
    unknown_key, wrong_type,
};
use super::value::{self, Problem, shown};
use crate::diagnostic::{Code, Diagnostic, Findings, Fix, Safety};
use crate::source::{Span, Spanned};

/// One table that is being read.
pub(super) struct Reader<'t, 'f> {
    table: Table<'t>,
    rows: &'static keys::Table,
    /// The `NAME` of the header.
    name: Option<&'t str>,
    findings: &'f mut Findings,
    errors_before: usize,
}

impl<'t, 'f> Reader<'t, 'f> {
    /// Begins a table: each key that is unknown, not available or missing is a finding.
    /// `place` is where a missing key is shown.
    pub(super) fn new(
        table: Table<'t>,
        rows: &'static keys::Table,
        place: Span,
        findings: &'f mut Findings,
    ) -> Self {
        Self::named(None, table, rows, place, findings)
    }

    /// The same for a table whose header has a name in it.
    pub(super) fn named(
        name: Option<&'t str>,
        table: Table<'t>,
        rows: &'static keys::Table,
        place: Span,
        findings: &'f mut Findings,
    ) -> Self {
        let (mut reader, meant) = Self::begin(name, table, rows, findings);
        reader.miss_keys(place, &meant);
        reader
    }

    /// The header as it is written, where that is known.
    fn header(&self) -> String {
        let name = self.name.map_or_else(|| "NAME".to_owned(), shown);
        self.rows.header.replacen("NAME", &name, 1)
    }

    /// Begins a table that is only a part: keys that it lacks may stand elsewhere.
    pub(super) fn part(
        table: Table<'t>,
        rows: &'static keys::Table,
        findings: &'f mut Findings,
    ) -> Self {
        Self::begin(None, table, rows, findings).0
    }

    fn begin(
        name: Option<&'t str>,
        table: Table<'t>,
        rows: &'static keys::Table,
        findings: &'f mut Findings,
    ) -> (Self, Vec<&'static str>) {
        let errors_before = findings.errors();
        let mut reader = Self { table, rows, name, findings, errors_before };
        let meant = reader.refuse_keys();
        (reader, meant)
    }

    /// Refuses keys, and gives the ones that were meant by unknown ones.
    fn refuse_keys(&mut self) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for (name, item) in self.table.entries() {
            match self.rows.key(name.value) {
                Some(key) if key.since == Since::Now => {}
                Some(key) => {
                    meant.extend(stands_for(key.name));
                    self.findings.push(not_available(key.name, key.name, self.rows, name.span));
                }
                None => {
                    let near = nearest(name.value, self.rows.keys.iter().map(|key| key.name))
                        .filter(|_| misplaced(name.value).is_none());
                    let header = self.header();
                    let mut finding = unknown_key(&name, item, (&header, self.rows), near);
                    // A key that is there, or will be, would be there twice.
                    if near
                        .is_some_and(|near| self.table.get(near).is_some() || meant.contains(&near))
                    {
                        finding.fixes.clear();
                    }
                    meant.extend(near);
                    self.findings.push(finding);
                }
            }
        }
        meant
    }

    fn miss_keys(&mut self, place: Span, meant: &[&str]) {
        for key in self.rows.keys {
            let needed = key.need == Need::Required && key.since == Since::Now;
            if needed && self.table.get(key.name).is_none() && !meant.contains(&key.name) {
                let message = format!("{} has no `{}`", self.header(), key.name);
                let help = format!("write `{} = {}`. {}", key.name, key.example, key.doc);
                self.findings.push(Diagnostic::new(Code::MissingKey, place, message).help(help));
            }
        }
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
        let key = self.rows.key(name);
        debug_assert!(key.is_some(), "{} has no row for `{name}`", self.rows.header);
        let key = key.filter(|key| key.since == Since::Now)?;
        Some((key, self.table.get(name)?))
    }

    /// Text.
    pub(super) fn text(&mut self, name: &str) -> Option<Spanned<String>> {
        let (_, item) = self.row(name)?;
        text(item, name, self.findings)
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> Option<Spanned<bool>> {
        let (_, item) = self.row(name)?;
        match item.view() {
            View::Flag(flag) => Some(Spanned::new(flag, item.span())),
            found => {
                let (advice, meant) = meant::flag(&found);
                self.wrong_type(name, "`true` or `false`", item, advice, meant);
                None
            }
        }
    }

    /// A whole number in the range of its row.
    pub(super) fn integer(&mut self, name: &str) -> Option<Spanned<i64>> {
        let (key, item) = self.row(name)?;
        let Kind::Integer { min, max } = key.kind else { return None };
        match item.view() {
            View::Integer(Some(number)) if (min..=max).contains(&number) => {
                Some(Spanned::new(number, item.span()))
            }
            View::Integer(number) => {
                self.findings.push(number_out_of_range(name, item, number, (min, max)));
                None
            }
            found => {
                let (advice, meant) = meant::integer(&found, (min, max));
                self.wrong_type(name, "a whole number", item, advice, meant);
                None
            }
        }
    }

    /// A duration in the range of its row.
    ///
    /// Unit: milliseconds.
    pub(super) fn duration(&mut self, name: &str) -> Option<Spanned<u64>> {
        let (key, item) = self.row(name)?;
        let Kind::Duration { zero, min_ms, max_ms } = key.kind else { return None };
        let text =
            self.quantity(name, item, "a duration such as \"30s\"", |n| format!("\"{n}s\""))?;
        let read = value::duration_ms(&text).map_err(|problem| (Code::BadDuration, problem));
        self.in_range(name, item, read, (zero, min_ms, max_ms), value::show_duration)
    }

    /// A size in the range of its row.
    ///
    /// Unit: bytes.
    pub(super) fn size(&mut self, name: &str) -> Option<Spanned<u64>> {
        let (key, item) = self.row(name)?;
        let Kind::Size { zero, min_bytes, max_bytes } = key.kind else { return None };
        let text =
            self.quantity(name, item, "a size such as \"64KiB\"", |n| format!("\"{n}B\""))?;
        let read = value::size_bytes(&text).map_err(|problem| (Code::BadSize, problem));
        self.in_range(name, item, read, (zero, min_bytes, max_bytes), value::show_size)
    }

    fn quantity(
        &mut self,
        name: &str,
        item: Item<'t>,
        expected: &str,
        meant: impl Fn(i64) -> String,
    ) -> Option<String> {
        match item.view() {
            View::Text(text) => Some(text.to_owned()),
            found => {
                let (advice, meant) = meant::quantity(&found, expected, meant);
                self.wrong_type(name, expected, item, advice, meant);
                None
            }
        }
    }

    fn in_range(
        &mut self,
        name: &str,
        item: Item<'t>,
        read: Result<u64, (Code, Problem)>,
        (zero, min, max): (Zero, u64, u64),
        show: impl Fn(u64) -> String,
    ) -> Option<Spanned<u64>> {
        let span = item.span();
        match read {
            Ok(0) if zero == Zero::Off => Some(Spanned::new(0, span)),
            Ok(value) if (min..=max).contains(&value) => Some(Spanned::new(value, span)),
            Ok(value) => {
                let message = match value {
                    0 => format!("`{name}` cannot be zero"),
                    _ => format!("`{name}` is {} to {}, not {}", show(min), show(max), show(value)),
                };
                let near = value.clamp(min, max);
                let near = format!("\"{}\"", show(near));
                let fix = Fix::maybe(format!("the nearest that is allowed: {near}"), span, near);
                self.findings.push(Diagnostic::new(Code::OutOfRange, span, message).fix(fix));
                None
            }
            Err((code, problem)) => {
                self.problem(code, span, problem);
                None
            }
        }
    }

    /// One of the words of its row; its place among them.
    pub(super) fn choice(&mut self, name: &str) -> Option<Spanned<&'static str>> {
        let (key, item) = self.row(name)?;
        let Kind::Choice(choices) = key.kind else { return None };
        choice(item, (name, choices), self.rows, self.findings)
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
            words.extend(
                choice(item, (name, choices), self.rows, self.findings).map(|word| word.value),
            );
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
        let (_, item) = self.row(name)?;
        match item.view() {
            View::Table(table) => Some(table),
            found => {
                let help = match found {
                    View::List(_) => format!("write `{name} = {{ KEY = VALUE }}`, once"),
                    _ => format!("write `{name} = {{ KEY = VALUE }}`, or a header of its own"),
                };
                self.wrong_type(name, "a table", item, help, None);
                None
            }
        }
    }

    /// A list of tables.
    pub(super) fn tables(&mut self, name: &str) -> Option<Spanned<Vec<Table<'t>>>> {
        let (_, item) = self.row(name)?;
        let View::List(list) = item.view() else {
            let rows = self.rows.key(name).and_then(|key| match key.kind {
                Kind::Tables(rows) => Some(rows),
                _ => None,
            });
            let (advice, fix) = meant::tables(item, rows);
            let finding = wrong_type(name, "a list of tables", item, advice);
            self.findings.push(finding.maybe_fix(fix));
            return None;
        };
        let mut tables = Vec::with_capacity(list.items().len());
        for item in list.items() {
            match item.view() {
                View::Table(table) => tables.push(table),
                _ => {
                    let help = "write a table for it: `{ KEY = VALUE }`";
                    self.wrong_type(name, "a list of tables", item, help, None);
                }
            }
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
                    self.wrong_type(key.value, "a table", item, help, None);
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
                self.wrong_type(name, "a name or a table", item, help, None);
                None
            }
        }
    }

    fn wrong_type(
        &mut self,
        name: &str,
        expected: &str,
        item: Item<'_>,
        help: impl Into<String>,
        meant: Option<Meant>,
    ) {
        let help = help.into();
        let fix = meant.map(|(safety, text)| Fix::new(safety, help.as_str(), item.span(), text));
        self.findings.push(wrong_type(name, expected, item, help).maybe_fix(fix));
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

/// What a refused key stands for: nothing more is said of a key that would be there but for it.
fn stands_for(name: &str) -> Option<&'static str> {
    matches!(name, "redirect" | "respond").then_some("backend")
}

fn text(item: Item<'_>, name: &str, findings: &mut Findings) -> Option<Spanned<String>> {
    match item.view() {
        View::Text(text) => Some(Spanned::new(text.to_owned(), item.span())),
        _ => {
            findings.push(no_text(name, item));
            None
        }
    }
}

fn choice(
    item: Item<'_>,
    (name, choices): (&str, &'static [Choice]),
    rows: &keys::Table,
    findings: &mut Findings,
) -> Option<Spanned<&'static str>> {
    let word = text(item, name, findings)?;
    match choices.iter().find(|choice| choice.word == word.value) {
        Some(choice) if choice.since == Since::Now => Some(Spanned::new(choice.word, word.span)),
        Some(choice) => {
            let what = format!("{name} = \"{}\"", choice.word);
            findings.push(not_available(&what, name, rows, word.span));
            None
        }
        None => {
            let message = format!("`{name}` cannot be \"{}\"", shown(&word.value));
            let now = choices.iter().filter(|choice| choice.since == Since::Now);
            let allowed: Vec<String> = now.map(|choice| format!("\"{}\"", choice.word)).collect();
            let problem = Problem::new(message);
            let problem = match nearest(&word.value, choices.iter().map(|choice| choice.word)) {
                Some(near) => {
                    // The same word in another spelling: nothing else can be meant.
                    let safety = Safety::of(folded(near) == folded(&word.value));
                    let help = match safety {
                        Safety::Safe => format!("write \"{near}\""),
                        Safety::Maybe => format!("did you mean \"{near}\"?"),
                    };
                    problem.help(help).instead(safety, &word.value, near)
                }
                None => problem.help(format!("it is one of {}", allowed.join(", "))),
            };
            findings.push(problem.finding(Code::UnknownChoice, word.span));
            None
        }
    }
}
