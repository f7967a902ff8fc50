//! Backends: defaults, and `root` taken apart.

use pointsman_routing::request::path::has_dot_segment;
use pointsman_routing::request::percent::is_segment_byte;

use super::timeouts::{self, CLIENT_DEFAULT, Deadlines};
use super::{balancing, fault, health, placeholders, proxy, target};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::backend::{Backend as Written, Client as WrittenClient};
use crate::document::keys::CLIENT;
use crate::document::record::{Field, Record, Value};
use crate::document::value::shown;
use crate::grammar::expression::{self, Part, Template};
use crate::grammar::path;
use crate::grammar::placeholder::Kind;
use crate::language::fault::{Fault, FaultKind, Rewrite};
use crate::model::{Backend, Client, HostHeader, Protocol, Target};
use crate::source::{SourceMap, Span, Spanned};

/// A backend with its defaults, and where its `root` is written.
pub(super) fn resolve(
    (name, defaults): (String, &Record),
    mut written: Written,
    sources: &SourceMap,
    findings: &mut Findings,
) -> (Backend, Option<Span>) {
    let own = Deadlines::of_client(&written.client);
    // One that was found wrong may have lost what would make sense of the rest.
    if !written.damaged {
        check_written(&written, defaults, sources, findings);
    }
    inherit(&mut written, defaults);
    if !written.damaged {
        timeouts::warn(own, Deadlines::of_client(&written.client), findings);
        if let Some(table) = written.options.table("proxy") {
            proxy::check(table, &written, findings);
        }
    }
    warn_of_weights(&name, &written, findings);
    warn_of_rewrite(&written, findings);
    let root_span = written.root.as_ref().map(|root| root.span);
    let root = match written.root {
        Some(root) => resolve_root(&root, sources, findings),
        None => Template::literal("/"),
    };
    let or = |value: Option<Spanned<u64>>, default: u64| value.map_or(default, |value| value.value);
    let client = written.client;
    let mut targets: Vec<Target> = written.targets.into_iter().map(one_target).collect();
    targets.sort_by(|a, b| a.id.cmp(&b.id));
    let backend = Backend {
        name,
        root,
        rewrite: written.rewrite.is_some_and(|rewrite| rewrite.value),
        keep_query: written.keep_query.is_none_or(|keep| keep.value),
        host_header: match written.host_header.as_deref() {
            None | Some("client") => HostHeader::Client,
            Some("target") => HostHeader::Target,
            Some(name) => HostHeader::Name(name.to_owned()),
        },
        client: Client {
            connection_timeout_ms: or(
                client.connection_timeout_ms,
                CLIENT_DEFAULT.connection_timeout_ms,
            ),
            idle_timeout_ms: or(client.idle_timeout_ms, CLIENT_DEFAULT.idle_timeout_ms),
            call_timeout_ms: or(client.call_timeout_ms, CLIENT_DEFAULT.call_timeout_ms),
            call_and_stream_timeout_ms: or(
                client.call_and_stream_timeout_ms,
                CLIENT_DEFAULT.call_and_stream_timeout_ms,
            ),
            global_timeout_ms: or(client.global_timeout_ms, CLIENT_DEFAULT.global_timeout_ms),
            cache_connection: client
                .cache_connection
                .map_or(CLIENT_DEFAULT.cache_connection, |cache| cache.value),
        },
        targets,
        options: written.options,
        span: written.span,
    };
    (backend, root_span)
}

/// Finds what the backend's own tables say and cannot mean. What `[defaults]` say is judged once.
fn check_written(
    written: &Written,
    defaults: &Record,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    let key = "load_balancing";
    balancing::check(written.options.table(key), defaults.table(key), written.span, findings);
    if let Some(check) = written.options.table("health_check") {
        health::check(check, defaults.table("health_check"), sources, findings);
    }
    for one in &written.targets {
        target::check(one, findings);
    }
    if let Some(client) = &written.client.options {
        let own = Deadlines::of_client(&written.client);
        let whole = match defaults.table("client") {
            Some(defaults) => own.or(Deadlines::of_record(defaults)),
            None => own,
        };
        timeouts::warn_of_rows(client.tables("custom_timeouts"), whole, findings);
    }
}

/// Takes from the defaults what the backend leaves out.
fn inherit(written: &mut Written, defaults: &Record) {
    let span = written.span;
    let none = || Record::empty(&CLIENT, span);
    let mut client = written.client.options.take().unwrap_or_else(none);
    if let Some(defaults) = defaults.table("client") {
        client = client.or(defaults);
        let client = &mut written.client;
        let or = |own: &mut Option<Spanned<u64>>, name: &str| {
            *own = own.take().or_else(|| defaults.amount(name));
        };
        or(&mut client.global_timeout_ms, "global_timeout");
        or(&mut client.connection_timeout_ms, "connection_timeout");
        or(&mut client.idle_timeout_ms, "idle_timeout");
        or(&mut client.call_timeout_ms, "call_timeout");
        or(&mut client.call_and_stream_timeout_ms, "call_and_stream_timeout");
        client.cache_connection =
            client.cache_connection.take().or_else(|| defaults.flag("cache_connection"));
    }
    // Those that the rest of the backend holds are not said twice.
    client.fields.retain(|field| !is_core(field));
    written.client = WrittenClient { options: None, ..std::mem::take(&mut written.client) };
    written.keep_query = written.keep_query.take().or_else(|| defaults.flag("keep_query"));
    if written.host_header.is_none() {
        let text = defaults.text("host_header");
        written.host_header = text.map(|text| text.value.to_ascii_lowercase());
    }
    let rows = written.options.rows;
    let options = std::mem::replace(&mut written.options, Record::empty(rows, span));
    written.options = options.or(defaults);
    let core = ["client", "host_header", "keep_query"];
    written.options.fields.retain(|field| !core.contains(&field.key.name));
    if let (false, Some(key)) = (client.is_empty(), rows.key("client")) {
        let value = Spanned::new(Value::Table(client), span);
        written.options.fields.push(Field { key, place: span, value });
    }
}

/// Whether a key of `client` has a place of its own in a backend.
fn is_core(field: &Field) -> bool {
    field.key.feature.is_none()
}

fn one_target(written: crate::document::backend::Target) -> Target {
    let flag = |name: &str| {
        let options = written.options.as_ref();
        options.and_then(|options| options.flag(name)).is_some_and(|flag| flag.value)
    };
    Target {
        id: written.id.value,
        host: written.host,
        port: written.port,
        ip: written.ip,
        weight: written.weight.map_or(1, |weight| weight.value),
        protocol: match written.protocol {
            Some("HTTP/1.0") => Protocol::Http10,
            Some("HTTP/2.0") => Protocol::Http20,
            Some("HTTP/3.0") => Protocol::Http30,
            _ => Protocol::Http11,
        },
        tls: flag("tls"),
        backup: flag("backup"),
        options: written.options,
        span: written.span,
    }
}

fn resolve_root(root: &Spanned<String>, sources: &SourceMap, findings: &mut Findings) -> Template {
    match expression::parse(&root.value) {
        Ok(template) => {
            refuse_root(root, &template, sources, findings);
            let text = Spanned::new(root.value.as_str(), root.span);
            placeholders::warn(&text, Kind::Place, sources, findings);
            template
        }
        Err(faults) => {
            fault::report(faults, root.span, sources, findings);
            Template::literal("/")
        }
    }
}

/// Refuses a `root` that no request line can carry.
fn refuse_root(
    root: &Spanned<String>,
    template: &Template,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    let mut refuse = |message: String, place: Span, help: String, rewrite: Option<&Rewrite>| {
        let fix = rewrite.and_then(|one| fault::fix(one, Some(&help), root.span, sources));
        findings.push(Diagnostic::new(Code::BadRoot, place, message).help(help).maybe_fix(fix));
    };
    let starts_well = match template.parts.first() {
        Some(Part::Literal(text)) => text.starts_with(b"/"),
        Some(Part::Value(_)) => true,
        None => false,
    };
    if !starts_well {
        let (help, rewrite) = if root.value.contains("://") {
            ("scheme, host and port belong to the targets; write the path alone".to_owned(), None)
        } else {
            let slash = Rewrite { at: 0..0, text: "/".to_owned(), is_certain: true };
            (format!("write \"/{}\"", shown(&root.value)), Some(slash))
        };
        refuse("a root begins with `/`".to_owned(), root.span, help, rewrite.as_ref());
        return;
    }
    let (mut at, mut in_query) = (0, false);
    for part in &template.parts {
        let Part::Literal(text) = part else {
            if let Part::Value(value) = part {
                at = value.span.end;
            }
            continue;
        };
        let text = String::from_utf8_lossy(text);
        for fault in faults(&text, in_query) {
            let place = fault::within(root.span, at + fault.at.start..at + fault.at.end, sources);
            let help = fault.help.clone().unwrap_or_else(|| "leave it out".to_owned());
            let message = root_message(&fault);
            refuse(message, place, help, fault.shifted(at).rewrite.as_deref());
        }
        in_query |= text.contains('?');
        at += text.len();
    }
    refuse_dots(root, template, findings);
    for value in path_values(template) {
        if value.alternatives.contains(&expression::Source::Uri) {
            let place = fault::within(root.span, value.span.clone(), sources);
            let message = "`req.uri` has a query, which cannot stand in a path";
            let finding = Diagnostic::new(Code::BadRoot, place, message);
            findings.push(finding.help("write `${req.path}`; `keep_query` sends the query on"));
        }
    }
}

/// What is wrong with a literal part of a root; its places count from the part's start.
fn faults(text: &str, in_query: bool) -> Vec<Fault> {
    let mut faults = path::canonical(text).err().unwrap_or_default();
    let query_at = if in_query { Some(0) } else { text.find('?') };
    // In a query it is data, and no request is refused for it.
    faults.retain(|fault| {
        fault.kind != FaultKind::EncodedControl || query_at.is_none_or(|at| fault.at.start < at)
    });
    let hashes = text.match_indices('#').map(|(at, _)| {
        Fault::new(FaultKind::Fragment, at..at + 1)
            .help("write `%23` for the character itself")
            .maybe_rewrite(at..at + 1, "%23")
    });
    faults.extend(hashes);
    faults
}

/// The sentence of a fault, where that of its kind speaks of patterns.
fn root_message(fault: &Fault) -> String {
    match fault.kind {
        FaultKind::Fragment => "a root has no `#`".to_owned(),
        FaultKind::Space => "a root holds no space".to_owned(),
        FaultKind::Backslash => "a root holds no `\\`".to_owned(),
        _ => fault.message(),
    }
}

/// Values in the path of a text; those behind a `?` are its query's.
fn path_values(template: &Template) -> impl Iterator<Item = &expression::Value> {
    let has_query = |part: &&Part| !matches!(part, Part::Literal(text) if text.contains(&b'?'));
    template.parts.iter().take_while(has_query).filter_map(|part| match part {
        Part::Value(value) => Some(value),
        Part::Literal(_) => None,
    })
}

/// Whether a whole segment of the path is `.` or `..`.
pub(super) fn has_dots(template: &Template) -> bool {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            Part::Literal(literal) => text.push_str(&String::from_utf8_lossy(literal)),
            // What a route tells is known; only bytes that are sent as they are make dots.
            Part::Value(value) if value.alternatives.is_empty() => {
                let told = value.default.as_deref().unwrap_or_default().bytes();
                let plain = |byte| if is_segment_byte(byte) { char::from(byte) } else { 'x' };
                text.extend(told.map(plain));
            }
            // A value stands for something, so a segment with one is never dots alone.
            Part::Value(_) => text.push('x'),
        }
    }
    let path = text.split('?').next().unwrap_or_default();
    // What has no canonical form was refused already.
    let path = path::canonical(path).unwrap_or_default();
    has_dot_segment(path.as_bytes())
}

/// Refuses `.` and `..` as whole segments of the path.
fn refuse_dots(root: &Spanned<String>, template: &Template, findings: &mut Findings) {
    if has_dots(template) {
        let message = "a root has no `.` and `..` segments".to_owned();
        let help = "write the path that it leads to";
        findings.push(Diagnostic::new(Code::BadRoot, root.span, message).help(help));
    }
}

fn warn_of_weights(name: &str, written: &Written, findings: &mut Findings) {
    let drained = |target: &crate::document::backend::Target| {
        target.weight.as_ref().is_some_and(|weight| weight.value == 0)
    };
    if written.damaged || written.targets.is_empty() || !written.targets.iter().all(drained) {
        return;
    }
    let first = written.targets.first().and_then(|target| target.weight.as_ref());
    let place = first.map_or(written.span, |weight| weight.span);
    let message = format!("every target of backend `{name}` has weight 0");
    findings.push(
        Diagnostic::new(Code::NoWeight, place, message)
            .help("each of its requests is answered with 503; give one of them a weight"),
    );
}

fn warn_of_rewrite(written: &Written, findings: &mut Findings) {
    let Some(rewrite) = written.rewrite.as_ref().filter(|rewrite| rewrite.value) else { return };
    // One that was found wrong may have lost its root.
    if written.damaged || written.root.is_some() {
        return;
    }
    let message = "`rewrite` without `root` sends every path as `/`";
    findings.push(
        Diagnostic::new(Code::RewriteWithoutRoot, rewrite.span, message)
            .help("write the path in `root`, or leave `rewrite` out; root = \"/\" if it is meant"),
    );
}
