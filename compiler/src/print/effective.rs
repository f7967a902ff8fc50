//! All files as one, with everything that holds without being written.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Value as Json, json};

use pointsman_routing::explain::{MASK, is_secret_argument, shown_content};

use super::fill::{Known, fill, inherit};
use crate::diagnostic::shown_word;
use crate::document::keys::{Form, Kind, ROOT};
use crate::document::record::{Field, Record, Value};
use crate::document::value::{show_duration, show_size};
use crate::document::whole::{DEFAULT_FILE, records};
use crate::source::{FileId, SourceMap, Span};

/// An effective configuration.
///
/// Shape: no secret is in it.
#[derive(Clone, Debug)]
pub struct Effective {
    /// Keys at the top, in the order in which people read them.
    pub entries: Vec<Entry>,
}

/// A key, its value, and where the value comes from.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where what stands behind it comes from.
    pub origin: Origin,
    /// What stands behind it.
    pub node: Node,
}

/// What stands behind a key.
#[derive(Clone, Debug)]
pub enum Node {
    /// A value, or a list of values.
    Value(Json),
    /// A table.
    Table(Vec<Entry>),
    /// A list of tables, each with where it is written.
    Tables(Vec<(Origin, Vec<Entry>)>),
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is written nowhere.
    Default,
    /// It is written there: file and line.
    Written(String, u32),
    /// `[defaults]` say it: file and line.
    Defaults(String, u32),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Written(file, line) => write!(f, "{file}:{line}"),
            Self::Defaults(file, line) => write!(f, "[defaults] {file}:{line}"),
        }
    }
}

impl Effective {
    /// The effective configuration of files in which no error was found.
    ///
    /// Cost: reads every file again.
    pub fn of(sources: &SourceMap) -> Self {
        Self::made(sources, true, |_| true)
    }

    /// The same without what holds by default alone, and of the routes those alone whose ids are
    /// asked for: enough to tell where something is written.
    pub fn written(sources: &SourceMap, is_asked: impl Fn(&str) -> bool) -> Self {
        Self::made(sources, false, is_asked)
    }

    fn made(sources: &SourceMap, with_defaults: bool, is_asked: impl Fn(&str) -> bool) -> Self {
        let mut whole = Record::empty(&ROOT, Span::new(FileId(0), 0..0));
        for mut record in records(sources) {
            keep_routes(&mut record, &is_asked);
            merge(&mut whole, record);
        }
        sort(&mut whole);
        let mut inherited = HashSet::new();
        if let Some(defaults) = whole.table("defaults") {
            places(defaults, &mut inherited);
        }
        inherit(&mut whole);
        if with_defaults {
            fill(&mut whole, &mut Known::default());
        }
        let cookies = if with_defaults { asked_cookies(&whole) } else { HashSet::new() };
        let maker = Maker { sources, inherited, cookies };
        let mut entries = maker.entries(&whole, false);
        // All files are one here, and nothing is left to be included.
        for entry in entries.iter_mut().filter(|entry| entry.key == "include") {
            entry.node = Node::Value(json!([]));
        }
        Self { entries }
    }

    /// The keys below a path of keys, such as `backends.shop.client`; all of them without one.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        keep(&mut self.entries, "", prefix);
        self
    }
}

/// What a table of a list is called in a path: its id, or its place.
pub(super) fn label(at: usize, entries: &[Entry]) -> String {
    let id = entries.iter().find(|entry| entry.key == "id");
    match id.map(|entry| &entry.node) {
        Some(Node::Value(Json::String(id))) => id.clone(),
        _ => at.to_string(),
    }
}

fn keep(entries: &mut Vec<Entry>, path: &str, prefix: &str) {
    entries.retain_mut(|entry| {
        let own = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        match &mut entry.node {
            _ if is_below(&own, prefix) => true,
            _ if !is_below(prefix, &own) => false,
            Node::Value(_) => false,
            Node::Table(inner) => {
                keep(inner, &own, prefix);
                !inner.is_empty()
            }
            Node::Tables(all) => {
                let mut at = 0;
                all.retain_mut(|(_, inner)| {
                    let own = format!("{own}.{}", label(at, inner));
                    at += 1;
                    if is_below(&own, prefix) {
                        return true;
                    }
                    if !is_below(prefix, &own) {
                        return false;
                    }
                    keep(inner, &own, prefix);
                    !inner.is_empty()
                });
                !all.is_empty()
            }
        }
    });
}

/// Whether `path` is `prefix`, or something in it.
fn is_below(path: &str, prefix: &str) -> bool {
    let rest = path.strip_prefix(prefix.trim_end_matches('.'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || prefix.is_empty())
}

/// Leaves out the routes of a file that are not asked for.
fn keep_routes(record: &mut Record, is_asked: impl Fn(&str) -> bool) {
    for field in record.fields.iter_mut().filter(|field| field.key.name == "routes") {
        if let Value::Tables(routes) = &mut field.value.value {
            routes.retain(|route| route.text("id").is_none_or(|id| is_asked(id.value)));
            // They are few of many, if they are not all.
            routes.shrink_to_fit();
        }
    }
}

/// Puts what one file says to what the others say.
fn merge(whole: &mut Record, part: Record) {
    for field in part.fields {
        let own = whole.fields.iter_mut().find(|own| std::ptr::eq(own.key, field.key));
        let Some(own) = own else {
            whole.fields.push(field);
            continue;
        };
        match (&mut own.value.value, field.value.value) {
            (Value::Named(own), Value::Named(theirs)) => own.extend(theirs),
            (Value::Tables(own), Value::Tables(theirs)) => own.extend(theirs),
            (Value::Table(own), Value::Table(theirs)) => {
                let empty = Record::empty(own.rows, own.span);
                *own = std::mem::replace(own, empty).or(&theirs);
            }
            _ => {}
        }
    }
}

/// Order in files never matters: what has a name is sorted by it.
fn sort(record: &mut Record) {
    for field in &mut record.fields {
        match &mut field.value.value {
            Value::Named(named) => {
                named.sort_by(|(a, _), (b, _)| (&a.value, a.span).cmp(&(&b.value, b.span)));
                named.iter_mut().for_each(|(_, inner)| sort(inner));
            }
            Value::Tables(all) => {
                all.iter_mut().for_each(sort);
                if all.iter().all(|one| one.field("id").is_some()) {
                    let id = |one: &Record| one.text("id").map(|id| id.value.to_owned());
                    all.sort_by_key(|one| (id(one), one.span));
                }
            }
            Value::Table(inner) => sort(inner),
            _ => {}
        }
    }
}

/// Everywhere that something is written in a table.
fn places(record: &Record, out: &mut HashSet<Span>) {
    for field in &record.fields {
        out.insert(field.place);
        match &field.value.value {
            Value::Table(inner) => places(inner, out),
            Value::Tables(all) => all.iter().for_each(|inner| places(inner, out)),
            Value::Words(words) => out.extend(words.iter().map(|(name, _)| name.span)),
            _ => {}
        }
    }
}

struct Maker<'s> {
    sources: &'s SourceMap,
    /// Places in `[defaults]`.
    inherited: HashSet<Span>,
    /// Names and values of cookies that conditions ask for and that are shown there.
    cookies: HashSet<(String, String)>,
}

/// The cookies that routes ask for by a text that is no secret.
fn asked_cookies(whole: &Record) -> HashSet<(String, String)> {
    let words = whole.tables("routes").iter().flat_map(|route| route.words("cookies"));
    let open = words.filter(|(name, value)| shown_word(&name.value, &value.value) == value.value);
    open.map(|(name, value)| (name.value.clone(), value.value.clone())).collect()
}

impl Maker<'_> {
    fn origin(&self, place: Span, in_defaults: bool) -> Origin {
        if place.file == DEFAULT_FILE {
            return Origin::Default;
        }
        let (file, line) =
            (self.sources.name(place.file).to_owned(), self.sources.position(place).line);
        if !in_defaults && self.inherited.contains(&place) {
            Origin::Defaults(file, line)
        } else {
            Origin::Written(file, line)
        }
    }

    /// Whether a field of a test says cookies alone that conditions show anyway.
    fn asks(&self, name: &str, cookies: &str) -> bool {
        let is_asked = |pair: &str| {
            let pair = pair.trim().split_once('=');
            pair.is_some_and(|(name, value)| {
                self.cookies.contains(&(name.to_owned(), value.to_owned()))
            })
        };
        name.eq_ignore_ascii_case("cookie") && cookies.split(';').all(is_asked)
    }

    fn entries(&self, record: &Record, in_defaults: bool) -> Vec<Entry> {
        let is_test = record.rows.name == "test";
        record.fields.iter().map(|field| self.entry(field, in_defaults, is_test)).collect()
    }

    fn entry(&self, field: &Field, in_defaults: bool, is_test: bool) -> Entry {
        let in_defaults = in_defaults || field.key.name == "defaults";
        let origin = self.origin(field.place, in_defaults);
        let node = match &field.value.value {
            Value::Table(inner) => Node::Table(self.entries(inner, in_defaults)),
            Value::Tables(all) => {
                let one = |inner: &Record| {
                    (self.origin(inner.span, in_defaults), self.entries(inner, in_defaults))
                };
                Node::Tables(all.iter().map(one).collect())
            }
            Value::Named(named) => {
                let entries = named.iter().map(|(name, inner)| Entry {
                    key: name.value.clone(),
                    origin: self.origin(name.span, in_defaults),
                    node: Node::Table(self.entries(inner, in_defaults)),
                });
                Node::Table(entries.collect())
            }
            Value::Words(words) if words.is_empty() => Node::Value(json!({})),
            Value::Words(words) => {
                let entries = words.iter().map(|(name, value)| Entry {
                    key: name.value.clone(),
                    origin: self.origin(name.span, in_defaults),
                    node: Node::Value(json!(match &value.value {
                        cookies if is_test && self.asks(&name.value, cookies) => cookies.clone(),
                        text => shown_word(&name.value, text),
                    })),
                });
                Node::Table(entries.collect())
            }
            value => Node::Value(shown(&field.key.kind, value)),
        };
        Entry { key: field.key.name.to_owned(), origin, node }
    }
}

/// A value as it is written.
fn shown(kind: &Kind, value: &Value) -> Json {
    match value {
        // Where a secret is, is none.
        Value::Text(text) if matches!(kind, Kind::Text(Form::Secret)) => json!(text),
        Value::Text(text) => json!(shown_content(text)),
        Value::Flag(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::Number(number) => json!(number),
        Value::Duration(ms) => json!(show_duration(*ms)),
        Value::Size(bytes) => json!(show_size(*bytes)),
        Value::List(items) => {
            let mut all: Vec<Json> = items.iter().map(|item| shown(kind, &item.value)).collect();
            // What stands behind an option of a command.
            for (at, pair) in items.windows(2).enumerate() {
                let [option, word] =
                    [pair.first(), pair.get(1)].map(|item| match item.map(|item| &item.value) {
                        Some(Value::Text(text)) => text.as_str(),
                        _ => "",
                    });
                if is_secret_argument(option, word) {
                    all[at + 1] = json!(MASK);
                }
            }
            all.into()
        }
        Value::Words(_) | Value::Table(_) | Value::Tables(_) | Value::Named(_) => Json::Null,
    }
}
