//! `[[routes]]` as written.

use super::backend::{self, Backend};
use super::fields;
use super::keys::ROUTE;
use super::parse::Table;
use super::reader::{Reader, TextOrTable};
use super::record::Record;
use super::value;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::source::{Span, Spanned};

/// A route. What could not be read is left out. Lists without room to grow: there may be a million
/// of them.
#[derive(Clone, Debug)]
pub struct Route {
    /// `id`.
    pub id: Option<Spanned<String>>,
    /// `name`.
    pub name: Option<Box<str>>,
    /// `metadata`.
    pub metadata: Box<[(String, String)]>,
    /// `enabled`.
    pub enabled: bool,
    /// `match`.
    pub patterns: Box<[Spanned<String>]>,
    /// `methods`, sorted.
    pub methods: Box<[String]>,
    /// `exact`.
    pub exact: bool,
    /// `strip_path`.
    pub strip_path: bool,
    /// `priority`.
    pub priority: i32,
    /// `listeners`.
    pub listeners: Box<[Spanned<String>]>,
    /// `headers`, `query` and `cookies`: which, name, condition.
    pub conditions: Box<[Condition]>,
    /// `backend`.
    pub backend: Option<BackendOf>,
    /// Every other key.
    pub options: Option<Box<Record>>,
    /// Where it is written.
    pub span: Span,
    /// Whether anything in it was found wrong.
    pub damaged: bool,
}

/// Where it looks, a name, and what is asked of its values.
pub type Condition = (Place, Spanned<String>, Spanned<String>);

/// Where a condition looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the fields of the head.
    Header,
    /// In the query.
    Query,
    /// In the cookies.
    Cookie,
}

/// What stands behind `backend` of a route.
#[derive(Clone, Debug)]
pub enum BackendOf {
    /// A name.
    Named(Spanned<String>),
    /// A backend written here.
    Inline(Box<Backend>),
}

pub(super) fn read(table: Table<'_>, findings: &mut Findings) -> Route {
    let span = table.span();
    let mut reader = Reader::new(table, &ROUTE, span, findings);
    let id = reader.text("id");
    if let Some(id) = &id
        && let Err(problem) = value::route_id(&id.value)
    {
        reader.problem(Code::BadName, id.span, problem);
    }
    let metadata = reader.words("metadata").unwrap_or_default();
    let priority = reader.integer("priority").and_then(|number| i32::try_from(number.value).ok());
    let mut route = Route {
        id,
        name: reader.text("name").map(|name| name.value.into()),
        metadata: metadata.into_iter().map(|(key, value)| (key.value, value.value)).collect(),
        enabled: reader.flag("enabled").is_none_or(|flag| flag.value),
        patterns: some(&mut reader, "match"),
        methods: Box::default(),
        exact: reader.flag("exact").is_some_and(|flag| flag.value),
        strip_path: reader.flag("strip_path").is_some_and(|flag| flag.value),
        priority: priority.unwrap_or_default(),
        listeners: some(&mut reader, "listeners"),
        conditions: conditions(&mut reader),
        backend: None,
        options: None,
        span,
        damaged: false,
    };
    let options = fields::read(&mut reader, |key| key.feature.is_some());
    route.options = Some(Box::new(options)).filter(|record| !record.is_empty());
    route.methods = read_methods(&mut reader);
    route.backend = match reader.text_or_table("backend") {
        Some(TextOrTable::Text(name)) => Some(BackendOf::Named(name)),
        Some(TextOrTable::Table(table)) => {
            let inline = backend::read(None, table, table.span(), reader.findings());
            Some(BackendOf::Inline(Box::new(inline)))
        }
        None => None,
    };
    refuse_actions(&mut reader, span);
    route.damaged = reader.is_damaged();
    route
}

/// A route is answered by a backend, by `redirect` or by `respond`, and by one of them alone.
fn refuse_actions(reader: &mut Reader<'_, '_>, span: Span) {
    let written: Vec<(&str, Span)> = ["backend", "redirect", "respond"]
        .into_iter()
        .filter_map(|name| Some((name, reader.place(name)?)))
        .collect();
    match written.as_slice() {
        [_] => {}
        // A key that is misspelt was found by its name.
        [] if reader.is_damaged() => {}
        [] => reader
            .findings()
            .push(Diagnostic::new(Code::MissingKey, span, "[[routes]] has no `backend`").help(
            "write `backend = \"NAME\"`, or let the edge answer: `redirect = { to = \"URL\" }`, \
                 `respond = { status = 503 }`",
        )),
        [(first, earlier), (second, again), ..] => {
            let message = format!("a route has `{first}` and `{second}`");
            reader.findings().push(
                Diagnostic::new(Code::ActionTwice, *again, message)
                    .label("answers too")
                    .other(*earlier, "answers")
                    .help("a request has one answer; leave one of them out"),
            );
        }
    }
}

fn some(reader: &mut Reader<'_, '_>, name: &str) -> Box<[Spanned<String>]> {
    reader.some_texts(name).map(|list| list.value.into()).unwrap_or_default()
}

fn conditions(reader: &mut Reader<'_, '_>) -> Box<[Condition]> {
    let mut conditions = Vec::new();
    for (key, place) in
        [("headers", Place::Header), ("query", Place::Query), ("cookies", Place::Cookie)]
    {
        for (name, condition) in reader.words(key).unwrap_or_default() {
            conditions.push((place, name, condition));
        }
    }
    conditions.into()
}

fn read_methods(reader: &mut Reader<'_, '_>) -> Box<[String]> {
    let mut methods = Vec::new();
    for method in some(reader, "methods") {
        match value::method(&method.value) {
            Ok(()) => methods.push(method.value),
            Err(problem) => reader.problem(Code::BadMethod, method.span, problem),
        }
    }
    methods.sort_unstable();
    methods.dedup();
    methods.into()
}
