//! `[[tests]]` as written.

use std::net::IpAddr;

use super::keys::{EXPECT, TEST};
use super::parse::Table;
use super::reader::Reader;
use super::value;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::source::{Span, Spanned};

/// Fields of an answer that one test may ask for; an artifact counts them in a byte.
const FIELDS_MAX: usize = 255;

/// A test; only those that could be read whole.
#[derive(Clone, Debug)]
pub struct Test {
    /// `name`.
    pub name: Option<String>,
    /// `request`, not yet taken apart.
    pub request: Spanned<String>,
    /// `headers`.
    pub headers: Vec<(String, String)>,
    /// `client_ip`.
    pub client_ip: Option<IpAddr>,
    /// `listener`.
    pub listener: Option<Spanned<String>>,
    /// `expect`.
    pub expect: Expect,
    /// Where it is written.
    pub span: Span,
}

/// `expect` of a test.
#[derive(Clone, Debug)]
pub enum Expect {
    /// A route takes the request.
    Route {
        /// Its id.
        route: Spanned<String>,
        /// Name of the backend.
        backend: Option<Spanned<String>>,
        /// What is sent.
        path: Option<String>,
        /// What is captured.
        params: Vec<(Spanned<String>, String)>,
        /// Fields that are sent.
        headers: Vec<(Spanned<String>, String)>,
        /// Status with which the route answers itself.
        status: Option<u16>,
        /// Fields of the answer.
        response_headers: Vec<(Spanned<String>, String)>,
    },
    /// The answer names this place.
    Redirect(Spanned<String>),
    /// The request is refused.
    Refused(Spanned<String>),
    /// We answer it with a status.
    Status(u16),
}

pub(super) fn read(table: Table<'_>, findings: &mut Findings) -> Option<Test> {
    let span = table.span();
    let mut reader = Reader::new(table, &TEST, span, findings);
    let name = reader.text("name").map(|name| name.value);
    let request = reader.text("request");
    let mut headers = Vec::new();
    for (field, text) in reader.words("headers").unwrap_or_default() {
        if let Err(problem) = value::field(&field.value, &text.value) {
            reader.problem(Code::BadHeader, field.span, problem);
        } else if field.value.eq_ignore_ascii_case("host") {
            let message = "the host of a test stands in `request`, not in `headers`".to_owned();
            let help = "write it there, \"GET http://HOST/path\", and remove it here";
            reader
                .findings()
                .push(Diagnostic::new(Code::BadHeader, field.span, message).help(help));
        }
        headers.push((field.value, text.value));
    }
    let client_ip = reader.text("client_ip").and_then(|text| match value::ip(&text.value) {
        Ok(ip) => Some(ip),
        Err(problem) => {
            reader.problem(Code::BadIp, text.span, problem);
            None
        }
    });
    let listener = reader.text("listener");
    let expect = reader.table("expect").and_then(|table| read_expect(table, reader.findings()));
    if reader.is_damaged() {
        return None;
    }
    Some(Test { name, request: request?, headers, client_ip, listener, expect: expect?, span })
}

fn read_expect(table: Table<'_>, findings: &mut Findings) -> Option<Expect> {
    let mut reader = Reader::new(table, &EXPECT, table.span(), findings);
    let route = reader.text("route");
    let refused = reader.text("refused");
    let redirect = reader.text("redirect");
    let status = reader.integer("status");
    let backend = reader.text("backend");
    let path = reader.text("path");
    let params = reader.words("params");
    let headers = reader.words("headers");
    let response_headers = reader.words("response_headers");
    if reader.is_damaged() {
        return None;
    }
    let besides = [
        backend.as_ref().map(|value| ("backend", value.span)),
        path.as_ref().map(|value| ("path", value.span)),
        params.as_ref().and_then(|words| Some(("params", words.first()?.0.span))),
        headers.as_ref().and_then(|words| Some(("headers", words.first()?.0.span))),
        response_headers
            .as_ref()
            .and_then(|words| Some(("response_headers", words.first()?.0.span))),
    ];
    let refuse = |message: String, span: Span, findings: &mut Findings| {
        let help = "expect one of { route = \"id\" }, { refused = \"no_route\" }, { redirect = \"URL\" }, \
                    { status = 404 }";
        findings.push(Diagnostic::new(Code::BadExpectation, span, message).help(help));
    };
    if let Some((name, _)) = response_headers.as_ref().and_then(|words| words.get(FIELDS_MAX)) {
        let message = format!("a test asks for {FIELDS_MAX} fields of an answer at most");
        refuse(message, name.span, reader.findings());
        return None;
    }
    // A route may answer itself, and its status is asked beside its id.
    let own_status = route.is_none() && status.is_some();
    let found = [route.is_some(), refused.is_some(), redirect.is_some(), own_status];
    if found.iter().filter(|found| **found).count() != 1 {
        let message =
            "an expectation names one of `route`, `refused`, `redirect` and `status`".to_owned();
        refuse(message, table.span(), reader.findings());
        return None;
    }
    if let Some(route) = route {
        let params = params.unwrap_or_default();
        let texts = |words: Vec<(Spanned<String>, Spanned<String>)>| {
            words.into_iter().map(|(name, value)| (name, value.value)).collect()
        };
        let (params, headers) = (texts(params), texts(headers.unwrap_or_default()));
        let response_headers = texts(response_headers.unwrap_or_default());
        let path = path.map(|path| path.value);
        let status = status.and_then(|status| u16::try_from(status.value).ok());
        return Some(Expect::Route {
            route,
            backend,
            path,
            params,
            headers,
            status,
            response_headers,
        });
    }
    if let Some((name, span)) = besides.into_iter().flatten().next() {
        let message = format!("`{name}` is expected of a route, and none is named");
        refuse(message, span, reader.findings());
        return None;
    }
    match (refused, redirect, status) {
        (Some(reason), ..) => Some(Expect::Refused(reason)),
        (None, Some(place), _) => Some(Expect::Redirect(place)),
        (None, None, Some(status)) => u16::try_from(status.value).ok().map(Expect::Status),
        (None, None, None) => None,
    }
}
