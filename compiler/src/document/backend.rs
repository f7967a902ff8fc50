//! `[backends.NAME]`, and a backend inside a route, as written.

use std::collections::HashMap;
use std::net::IpAddr;

use pointsman_schemas::artifact::Features;

use super::fields;
use super::keys::{BACKEND, CLIENT, Key, TARGET};
use super::parse::Table;
use super::reader::Reader;
use super::record::Record;
use super::refusal::empty;
use super::value;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::source::{Span, Spanned};

/// A backend. What could not be read is left out.
#[derive(Clone, Debug)]
pub struct Backend {
    /// `root`.
    pub root: Option<Spanned<String>>,
    /// `rewrite`.
    pub rewrite: Option<Spanned<bool>>,
    /// `keep_query`.
    pub keep_query: Option<Spanned<bool>>,
    /// `host_header`: `client`, `target`, or a name in lower case.
    pub host_header: Option<String>,
    /// `client`.
    pub client: Client,
    /// `targets`.
    pub targets: Vec<Target>,
    /// Every other key: of the backend, and of its `client`.
    pub options: Record,
    /// Where it is written.
    pub span: Span,
    /// Whether anything in it was found wrong.
    pub damaged: bool,
}

/// `client` of a backend as written. Unit: milliseconds; 0 is off.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// `global_timeout`.
    pub global_timeout_ms: Option<Spanned<u64>>,
    /// `connection_timeout`.
    pub connection_timeout_ms: Option<Spanned<u64>>,
    /// `idle_timeout`.
    pub idle_timeout_ms: Option<Spanned<u64>>,
    /// `call_timeout`.
    pub call_timeout_ms: Option<Spanned<u64>>,
    /// `call_and_stream_timeout`.
    pub call_and_stream_timeout_ms: Option<Spanned<u64>>,
    /// `cache_connection`.
    pub cache_connection: Option<Spanned<bool>>,
    /// Every other key.
    pub options: Option<Record>,
}

/// A target; only those that could be read whole.
#[derive(Clone, Debug)]
pub struct Target {
    /// `id`.
    pub id: Spanned<String>,
    /// `host`, in lower case.
    pub host: String,
    /// `port`.
    pub port: u16,
    /// `ip`.
    pub ip: Option<IpAddr>,
    /// `weight`.
    pub weight: Option<Spanned<u16>>,
    /// `protocol`.
    pub protocol: Option<&'static str>,
    /// Every other key.
    pub options: Option<Box<Record>>,
    /// Where it is written.
    pub span: Span,
}

impl Backend {
    /// What an edge must have to serve it.
    pub fn features(&self) -> Features {
        let mut all = self.options.features();
        let client = self.client.options.iter();
        client.for_each(|client| all.0 |= client.features().0);
        for target in &self.targets {
            let options = target.options.iter();
            options.for_each(|options| all.0 |= options.features().0);
            let protocol = target.protocol.iter();
            protocol.for_each(|word| all.0 |= TARGET.word_features("protocol", word).0);
        }
        all
    }
}

/// Reads a backend; `place` is where a missing key is shown. One that stands in its route has no
/// name.
pub(super) fn read(
    name: Option<&str>,
    table: Table<'_>,
    place: Span,
    findings: &mut Findings,
) -> Backend {
    let mut reader = Reader::named(name, table, &BACKEND, place, findings);
    let mut backend = Backend {
        root: reader.text("root"),
        rewrite: reader.flag("rewrite"),
        keep_query: reader.flag("keep_query"),
        host_header: read_host_header(&mut reader),
        client: Client::default(),
        targets: Vec::new(),
        options: fields::read(&mut reader, is_option),
        span: place,
        damaged: false,
    };
    if let Some(table) = reader.table("client") {
        backend.client = read_client(name, table, reader.findings());
    }
    if let Some(tables) = reader.tables("targets") {
        if tables.value.is_empty() {
            reader.findings().push(empty("targets", tables.span));
        }
        for table in &tables.value {
            backend.targets.extend(read_target(name, *table, reader.findings()));
        }
    }
    refuse_same_ids(&backend.targets, reader.findings());
    backend.damaged = reader.is_damaged();
    backend
}

/// Whether a key goes on as it is written.
pub(super) fn is_option(key: &Key) -> bool {
    key.feature.is_some() || key.name == "load_balancing"
}

fn read_host_header(reader: &mut Reader<'_, '_>) -> Option<String> {
    let text = reader.text("host_header")?;
    match text.value.as_str() {
        "client" | "target" => Some(text.value),
        name => match value::host_header(name) {
            Ok(name) => Some(name),
            Err(problem) => {
                reader.problem(Code::BadTargetHost, text.span, problem);
                None
            }
        },
    }
}

fn read_client(name: Option<&str>, table: Table<'_>, findings: &mut Findings) -> Client {
    let mut client = Reader::named(name, table, &CLIENT, table.span(), findings);
    Client {
        global_timeout_ms: client.duration("global_timeout"),
        connection_timeout_ms: client.duration("connection_timeout"),
        idle_timeout_ms: client.duration("idle_timeout"),
        call_timeout_ms: client.duration("call_timeout"),
        call_and_stream_timeout_ms: client.duration("call_and_stream_timeout"),
        cache_connection: client.flag("cache_connection"),
        options: Some(fields::read(&mut client, is_option)),
    }
}

fn read_target(name: Option<&str>, table: Table<'_>, findings: &mut Findings) -> Option<Target> {
    let mut reader = Reader::named(name, table, &TARGET, table.span(), findings);
    let id = reader.text("id");
    if let Some(id) = &id
        && let Err(problem) = value::name(&id.value)
    {
        reader.problem(Code::BadName, id.span, problem);
    }
    let host = reader.text("host").and_then(|text| match value::target_host(&text.value) {
        Ok(host) => Some(host),
        Err(problem) => {
            reader.problem(Code::BadTargetHost, text.span, problem);
            None
        }
    });
    let ip = reader.text("ip").and_then(|text| match value::ip(&text.value) {
        Ok(ip) => Some(ip),
        Err(problem) => {
            reader.problem(Code::BadIp, text.span, problem);
            None
        }
    });
    // The rows' ranges fit 16 bits.
    let port = reader.integer("port").and_then(|port| u16::try_from(port.value).ok());
    let weight = reader
        .integer("weight")
        .and_then(|weight| Some(Spanned::new(u16::try_from(weight.value).ok()?, weight.span)));
    let protocol = reader.choice("protocol").map(|protocol| protocol.value);
    let options =
        Some(Box::new(fields::read(&mut reader, is_option))).filter(|record| !record.is_empty());
    let span = table.span();
    Some(Target { id: id?, host: host?, port: port?, ip, weight, protocol, options, span })
}

fn refuse_same_ids(targets: &[Target], findings: &mut Findings) {
    let mut first: HashMap<&str, Span> = HashMap::new();
    for target in targets {
        if let Some(earlier) = first.insert(&target.id.value, target.id.span) {
            first.insert(&target.id.value, earlier);
            let message = format!("two targets of one backend have the id `{}`", target.id.value);
            findings.push(
                Diagnostic::new(Code::DefinedTwice, target.id.span, message)
                    .label("used again")
                    .other(earlier, "used here first")
                    .help("give one of them another id"),
            );
        }
    }
}
