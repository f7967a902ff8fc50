//! What a route answers with itself, and the fields it changes.

use super::{fault, placeholders};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::record::Record;
use crate::document::secret;
use crate::document::value::shown;
use crate::grammar::expression::{self, Part, Source, Template};
use crate::grammar::origin::{Absolute, absolute};
use crate::grammar::placeholder::Kind;
use crate::model::{Change, ChangeKind, Changes, Redirect, Respond};
use crate::source::{SourceMap, Span, Spanned};

use super::backend::has_dots;
use pointsman_schemas::limits::CHANGES_PER_ROUTE_MAX;

/// Statuses that a redirect may have.
const REDIRECTS: [u64; 5] = [301, 302, 303, 307, 308];
/// Fields that frame a message or belong to one connection: they are not ours to change.
const PROTECTED: [&str; 10] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// A template; none where it is wrong.
fn template(
    text: &Spanned<&str>,
    kind: Kind,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Template> {
    match expression::parse(text.value) {
        Ok(template) => {
            placeholders::warn(text, kind, sources, findings);
            Some(template)
        }
        Err(faults) => {
            fault::report(faults, text.span, sources, findings);
            None
        }
    }
}

/// `redirect` of a route.
pub(super) fn redirect(
    written: &Record,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Redirect> {
    let status = written.amount("status");
    let number = status.as_ref().map_or(308, |status| status.value);
    let is_redirect = REDIRECTS.contains(&number);
    if let Some(status) = status.filter(|_| !is_redirect) {
        let message = format!("{} is no status of a redirect", status.value);
        let help = "it is one of 301, 302, 303, 307, 308";
        findings.push(Diagnostic::new(Code::BadRedirect, status.span, message).help(help));
    }
    let text = written.text("to")?;
    let to = template(&text, Kind::Place, sources, findings)?;
    refuse_place(&to, &text, findings)?;
    refuse_dots(&to, &text, findings)?;
    let status = u16::try_from(number).ok().filter(|_| is_redirect)?;
    Some(Redirect { to, status, span: text.span })
}

/// Scheme and host of a redirect are text: an expression that could choose them would send clients
/// wherever a request says.
fn refuse_place(to: &Template, text: &Spanned<&str>, findings: &mut Findings) -> Option<()> {
    let mut refuse = |message: &str, help: String| {
        findings.push(Diagnostic::new(Code::BadRedirect, text.span, message).help(help));
        None
    };
    let Some(Part::Literal(first)) = to.parts.first() else {
        return refuse(
            "a redirect begins with text",
            "write scheme and host, \"https://host.example.org${req.uri}\", or a path in front"
                .to_owned(),
        );
    };
    let first = String::from_utf8_lossy(first);
    if goes_on_behind_query(to) {
        return refuse(
            "nothing can stand behind `req.uri`, which has a query",
            "write `${req.path}` for the path alone".to_owned(),
        );
    }
    if first.starts_with("//") {
        return refuse("a redirect without a scheme", format!("write \"https:{}\"", shown(&first)));
    }
    if first.starts_with('/') {
        if first == "/" && to.parts.len() > 1 && begins_with_slash(to) {
            return refuse(
                "an expression could make a host of the path",
                "leave out the `/` in front of it, and write scheme and host".to_owned(),
            );
        }
        return Some(());
    }
    let Some(Absolute { authority: host, rest, .. }) = absolute(&first) else {
        return refuse(
            "a redirect is an absolute URL or a path",
            format!("write \"https://{}\" or \"/{}\"", shown(&first), shown(&first)),
        );
    };
    // `${req.uri}` and `${req.path}` begin with `/`; any other value could go on with the host.
    let is_closed = !rest.is_empty() || to.parts.len() == 1 || begins_with_slash(to);
    if host.is_empty() && rest.is_empty() && to.parts.len() > 1 {
        return refuse(
            "the host of a redirect is text: a request could choose another one",
            "write it out, \"https://host.example.org${req.uri}\"; to lead all of a plain \
             listener to https, write `redirect_to_https = true` in it"
                .to_owned(),
        );
    }
    if host.is_empty() || crate::document::value::host_header(host).is_err() {
        return refuse(
            "a redirect names no host",
            "write \"https://host.example.org/…\"".to_owned(),
        );
    }
    if !is_closed {
        return refuse(
            "an expression could change the host of a redirect",
            "write a `/` behind the host".to_owned(),
        );
    }
    Some(())
}

/// Refuses `.` and `..` as whole segments of a path with values: every request would get 400.
fn refuse_dots(to: &Template, text: &Spanned<&str>, findings: &mut Findings) -> Option<()> {
    let mut path = to.clone();
    if let Some(Part::Literal(first)) = path.parts.first_mut()
        && let Some(url) = absolute(&String::from_utf8_lossy(first))
    {
        *first = url.rest.as_bytes().to_vec();
    }
    let in_path = |part: &&Part| !matches!(part, Part::Literal(text) if text.contains(&b'?'));
    let mut path_parts = path.parts.iter().take_while(in_path);
    if path_parts.any(|part| matches!(part, Part::Value(_))) && has_dots(&path) {
        let message = "a redirect with expressions has no `.` and `..` segments";
        let finding = Diagnostic::new(Code::BadRedirect, text.span, message);
        findings.push(finding.help("write the path that it leads to"));
        return None;
    }
    Some(())
}

/// Whether something stands behind `${req.uri}` in the path: it would go on with the query.
fn goes_on_behind_query(to: &Template) -> bool {
    let before_query = |part: &&Part| !matches!(part, Part::Literal(text) if text.contains(&b'?'));
    let at = to.parts.iter().take_while(before_query).position(
        |part| matches!(part, Part::Value(value) if value.alternatives.contains(&Source::Uri)),
    );
    at.is_some_and(|at| at + 1 < to.parts.len())
}

fn begins_with_slash(to: &Template) -> bool {
    match to.parts.get(1) {
        Some(Part::Value(value)) => {
            value.alternatives.first().is_some_and(|source| source.begins_with_slash())
        }
        _ => true,
    }
}

/// `respond` of a route.
pub(super) fn respond(
    written: &Record,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Respond> {
    let status = u16::try_from(written.amount("status")?.value).ok()?;
    if let Some(body) = written.text("body") {
        placeholders::warn(&body, Kind::Plain, sources, findings);
    }
    let body = written.text("body").map_or_else(String::new, |body| body.value.to_owned());
    if let (204 | 205 | 304, false) = (status, body.is_empty()) {
        let place = written.text("body").map_or(written.span, |body| body.span);
        let message = format!("an answer of {status} has no body");
        let finding = Diagnostic::new(Code::BadForm, place, message);
        findings.push(finding.help("leave `body` out, or take another status"));
        return None;
    }
    let mut headers = Vec::new();
    for (name, value) in written.words("headers") {
        let lower = name.value.to_ascii_lowercase();
        if refuse_protected(&lower, name.span, findings) {
            return None;
        }
        if secret::looks_secret(&lower, &value.value) {
            findings.push(secret::finding(&lower, value.span));
        }
        let text = Spanned::new(value.value.as_str(), value.span);
        placeholders::warn(&text, Kind::Plain, sources, findings);
        headers.push((lower, value.value.clone()));
    }
    headers.sort();
    Some(Respond { status, body, headers })
}

/// Whether a field is not ours to change, which is found.
fn refuse_protected(name: &str, span: Span, findings: &mut Findings) -> bool {
    if !PROTECTED.contains(&name) {
        return false;
    }
    let message = format!("`{name}` is the edge's own and cannot be changed");
    let help = match name {
        "host" => "write `host_header` in the backend",
        "upgrade" | "connection" => "write `upgrade` in the route",
        "via" => "write `via = false` at the top",
        _ => "leave it out; it frames the message",
    };
    findings.push(Diagnostic::new(Code::ProtectedField, span, message).help(help));
    true
}

/// Warns of keys that speak of a target, in a route that asks none. What `[defaults]` bring is for
/// the other routes.
pub(super) fn warn_of_no_target(written: &Record, findings: &mut Findings) {
    let answer = ["redirect", "respond"].into_iter().find_map(|key| written.field(key));
    let Some(answer) = answer else { return };
    for field in ["request_headers", "upgrade"].into_iter().filter_map(|key| written.field(key)) {
        let (key, by) = (field.key.name, answer.key.name);
        let message = format!("`{key}` beside `{by}`: no target is asked");
        findings.push(
            Diagnostic::new(Code::NeverSent, field.place, message)
                .label("says nothing here")
                .other(answer.place, "the edge itself answers")
                .help(format!("leave `{key}` out; `response_headers` change the answer")),
        );
    }
}

/// `request_headers` and `response_headers` of a route; none where nothing is changed.
pub(super) fn changes(
    written: &Record,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Option<Box<Changes>> {
    let mut one_way = |key: &str| {
        let record = written.table(key);
        record.map(|record| list(record, sources, findings)).unwrap_or_default()
    };
    let changes =
        Changes { request: one_way("request_headers"), response: one_way("response_headers") };
    let is_empty = changes.request.is_empty() && changes.response.is_empty();
    (!is_empty).then(|| Box::new(changes))
}

fn list(record: &Record, sources: &SourceMap, findings: &mut Findings) -> Vec<Change> {
    let mut changes = Vec::new();
    for name in record.texts("remove") {
        let lower = name.value.to_ascii_lowercase();
        if !refuse_protected(&lower, name.span, findings) {
            let value = Template::default();
            let kind = ChangeKind::Remove;
            changes.push(Change { kind, name: lower, value, span: name.span });
        }
    }
    for (key, kind) in [("set", ChangeKind::Set), ("add", ChangeKind::Add)] {
        for (name, text) in record.words(key) {
            let lower = name.value.to_ascii_lowercase();
            let text = Spanned::new(text.value.as_str(), text.span);
            let value = template(&text, Kind::Field, sources, findings);
            if !refuse_protected(&lower, name.span, findings)
                && let Some(value) = value
            {
                changes.push(Change { kind, name: lower, value, span: text.span });
            }
        }
    }
    // By name within a kind: the order in a file never matters.
    changes.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    refuse_same(&changes, findings);
    if let Some(change) = changes.get(CHANGES_PER_ROUTE_MAX) {
        let message = format!("a route makes {} changes of fields one way", changes.len());
        let help = format!("at most {CHANGES_PER_ROUTE_MAX}");
        findings.push(Diagnostic::new(Code::TooMany, change.span, message).help(help));
    }
    changes
}

fn refuse_same(changes: &[Change], findings: &mut Findings) {
    for pair in changes.windows(2) {
        let [a, b] = pair else { continue };
        if (a.kind, &a.name) == (b.kind, &b.name) && a.kind != ChangeKind::Remove {
            let message = format!("`{}` is changed twice", a.name);
            findings.push(
                Diagnostic::new(Code::DefinedTwice, b.span, message)
                    .label("changed again")
                    .other(a.span, "changed here first")
                    .help("names of fields ignore case; leave one of them out"),
            );
        }
    }
}
