//! What routes answer themselves, and the fields they change.

use pointsman_routing::expression::Place;
use pointsman_schemas::artifact::layout::{
    AnswerRecord, FieldOperationRecord, NONE, RouteChangesRecord, U16, U32,
};
use pointsman_schemas::artifact::write::Writer;

use super::program;
use crate::grammar::expression::{Part, Template};
use crate::grammar::origin::absolute;
use crate::grammar::settle::{RouteFacts, settle};
use crate::model::{Action, Change, ChangeKind, Redirect, Respond, Route};

/// Adds the answer of a route; its number among them, none where a target answers.
pub(super) fn answer(writer: &mut Writer, route: &Route) -> Option<u32> {
    let record = match &route.action {
        Action::Backend(_) => return None,
        Action::Redirect(redirect) => self::redirect(writer, redirect, &route.facts()),
        Action::Respond(respond) => self::respond(writer, respond),
    };
    writer.answers.push(record);
    Some(writer.answers.len() as u32 - 1)
}

fn redirect(writer: &mut Writer, redirect: &Redirect, route: &RouteFacts<'_>) -> AnswerRecord {
    let (prefix, place) = split(&redirect.to);
    let place = settle(&place, route);
    let prefix = prefix.map_or(NONE, |prefix| writer.string(&prefix).0);
    let (path, query) = program::root(writer, &place);
    AnswerRecord {
        kind: 0,
        reserved: 0,
        status: U16::new(redirect.status),
        prefix: U32::new(prefix),
        path: U32::new(path),
        query: U32::new(query.unwrap_or(NONE)),
        body: U32::new(NONE),
        field_first: U32::ZERO,
        field_count: U32::ZERO,
    }
}

/// Scheme and authority, which are text, and what stands behind them.
fn split(to: &Template) -> (Option<String>, Template) {
    let mut rest = to.clone();
    let Some(Part::Literal(first)) = rest.parts.first_mut() else { return (None, rest) };
    let text = String::from_utf8_lossy(first).into_owned();
    let Some(url) = absolute(&text) else { return (None, rest) };
    *first = url.rest.as_bytes().to_vec();
    if first.is_empty() {
        rest.parts.remove(0);
    }
    (text.strip_suffix(url.rest).map(str::to_owned), rest)
}

fn respond(writer: &mut Writer, respond: &Respond) -> AnswerRecord {
    let field_first = writer.field_operations.len() as u32;
    for (name, value) in &respond.headers {
        operation(writer, ChangeKind::Set, name, &Template::literal(value));
    }
    let body = if respond.body.is_empty() { NONE } else { writer.string(&respond.body).0 };
    AnswerRecord {
        kind: 1,
        reserved: 0,
        status: U16::new(respond.status),
        prefix: U32::new(NONE),
        path: U32::new(NONE),
        query: U32::new(NONE),
        body: U32::new(body),
        field_first: U32::new(field_first),
        field_count: U32::new(respond.headers.len() as u32),
    }
}

/// Adds the changes of a route, which come in the order of their routes.
pub(super) fn changes(writer: &mut Writer, number: u32, route: &Route) {
    let Some(changes) = &route.changes else { return };
    let mut list = |changes: &[Change]| {
        let first = writer.field_operations.len() as u32;
        for change in changes {
            let value = settle(&change.value, &route.facts());
            operation(writer, change.kind, &change.name, &value);
        }
        (U32::new(first), U16::new(changes.len() as u16))
    };
    let (request_first, request_count) = list(&changes.request);
    let (response_first, response_count) = list(&changes.response);
    writer.route_changes.push(RouteChangesRecord {
        route: U32::new(number),
        request_first,
        response_first,
        request_count,
        response_count,
    });
}

fn operation(writer: &mut Writer, kind: ChangeKind, name: &str, value: &Template) {
    let program = match kind {
        ChangeKind::Remove => NONE,
        ChangeKind::Set | ChangeKind::Add => program::one(writer, value, Place::Header),
    };
    let record = FieldOperationRecord {
        kind: match kind {
            ChangeKind::Remove => 0,
            ChangeKind::Set => 1,
            ChangeKind::Add => 2,
        },
        reserved: [0; 3],
        name: U32::new(writer.string(name).0),
        program: U32::new(program),
    };
    writer.field_operations.push(record);
}
