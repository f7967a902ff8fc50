//! `[[routes]]` as written.

use super::backend::{self, Backend};
use super::keys::ROUTE;
use super::parse::Table;
use super::reader::{Reader, TextOrTable};
use super::value;
use crate::diagnostic::{Code, Findings};
use crate::source::{Span, Spanned};

/// A route. What could not be read is left out.
#[derive(Clone, Debug)]
pub struct Route {
    /// `id`.
    pub id: Option<Spanned<String>>,
    /// `name`.
    pub name: Option<String>,
    /// `metadata`.
    pub metadata: Vec<(String, String)>,
    /// `enabled`.
    pub enabled: bool,
    /// `match`.
    pub patterns: Vec<Spanned<String>>,
    /// `methods`, sorted.
    pub methods: Vec<String>,
    /// `exact`.
    pub exact: bool,
    /// `strip_path`.
    pub strip_path: bool,
    /// `priority`.
    pub priority: i32,
    /// `listeners`.
    pub listeners: Vec<Spanned<String>>,
    /// `backend`.
    pub backend: Option<BackendOf>,
    /// Where it is written.
    pub span: Span,
    /// Whether anything in it was found wrong.
    pub damaged: bool,
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
        name: reader.text("name").map(|name| name.value),
        metadata: metadata.into_iter().map(|(key, value)| (key.value, value.value)).collect(),
        enabled: reader.flag("enabled").is_none_or(|flag| flag.value),
        patterns: some(&mut reader, "match"),
        methods: Vec::new(),
        exact: reader.flag("exact").is_some_and(|flag| flag.value),
        strip_path: reader.flag("strip_path").is_some_and(|flag| flag.value),
        priority: priority.unwrap_or_default(),
        listeners: some(&mut reader, "listeners"),
        backend: None,
        span,
        damaged: false,
    };
    route.methods = read_methods(&mut reader);
    route.backend = match reader.text_or_table("backend") {
        Some(TextOrTable::Text(name)) => Some(BackendOf::Named(name)),
        Some(TextOrTable::Table(table)) => {
            let inline = backend::read(None, table, table.span(), reader.findings());
            Some(BackendOf::Inline(Box::new(inline)))
        }
        None => None,
    };
    route.damaged = reader.is_damaged();
    route
}

fn some(reader: &mut Reader<'_, '_>, name: &str) -> Vec<Spanned<String>> {
    reader.some_texts(name).map(|list| list.value).unwrap_or_default()
}

fn read_methods(reader: &mut Reader<'_, '_>) -> Vec<String> {
    let mut methods = Vec::new();
    for method in some(reader, "methods") {
        match value::method(&method.value) {
            Ok(()) => methods.push(method.value),
            Err(problem) => reader.problem(Code::BadMethod, method.span, problem),
        }
    }
    methods.sort_unstable();
    methods.dedup();
    methods
}
