//! Route sets as the compiler's model: what a million routes are measured with, since their text
//! need not be read for it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use pointsman_compiler::document::keys::{BACKEND, LISTENER};
use pointsman_compiler::document::record::Record;
use pointsman_compiler::grammar::expression::Template;
use pointsman_compiler::grammar::pattern;
use pointsman_compiler::language::tables::Tables;
use pointsman_compiler::lower::lower;
use pointsman_compiler::model::{
    AccessLog, Action, Backend, Client, DotSegments, HostHeader, Limits, Listener,
    ListenerProtocol, LogFormat, Logs, Model, Paths, Pattern, Protocol, Route, Serve, Settings,
    Target, Underscores,
};
use pointsman_compiler::source::{SourceFile, SourceMap, Span, Spanned};
use pointsman_schemas::artifact::Features;

use crate::routes::{BACKENDS, Kind, Spec, routes};

/// The model of a route set: one listener, two backends of one target each.
///
/// Panics: a generated pattern is wrong.
#[must_use]
pub fn model(kind: Kind, count: usize) -> Model {
    let mut tables = Tables::new();
    let mut all: Vec<Route> = routes(kind, count).map(|spec| route(&spec, &mut tables)).collect();
    all.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    Model {
        settings: settings(),
        listeners: vec![listener()],
        routes: all,
        backends: (0..BACKENDS).map(backend).collect(),
        certificates: Vec::new(),
        services: Vec::new(),
        host: None,
        features: Features::NONE,
        tests: Vec::new(),
    }
}

/// The artifact of a route set.
///
/// Panics: the set cannot be compiled.
#[must_use]
pub fn artifact_bytes(kind: Kind, count: usize) -> Vec<u8> {
    let mut sources = SourceMap::new();
    sources.add(SourceFile::new("pointsman.toml".to_owned(), String::new()));
    lower(&model(kind, count), &sources, 0).expect("a set that compiles").bytes
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn route(spec: &Spec, tables: &mut Tables) -> Route {
    let text = spec.pattern();
    let (host, path) = pattern::parse_with(&text, tables).expect("a pattern of ours");
    Route {
        id: spanned(spec.id.clone()),
        name: None,
        metadata: BTreeMap::new(),
        patterns: [Pattern { span: Span::default(), host, path }].into(),
        methods: Box::default(),
        exact: spec.exact,
        strip_path: false,
        priority: 0,
        listeners: Box::default(),
        conditions: Box::default(),
        action: Action::Backend(spec.backend),
        changes: None,
        options: None,
        span: Span::default(),
    }
}

fn listener() -> Listener {
    Listener {
        name: spanned("web".to_owned()),
        addresses: vec![spanned((Ipv4Addr::LOCALHOST, 8080).into())],
        handed_over: Vec::new(),
        protocols: vec![ListenerProtocol::Http1],
        serve: Serve::Routes,
        options: Record::empty(&LISTENER, Span::default()),
        span: Span::default(),
    }
}

fn backend(number: usize) -> Backend {
    Backend {
        name: format!("up{number}"),
        root: Template::literal("/"),
        rewrite: false,
        keep_query: true,
        host_header: HostHeader::Client,
        options: Record::empty(&BACKEND, Span::default()),
        client: Client {
            connection_timeout_ms: 10_000,
            idle_timeout_ms: 60_000,
            call_timeout_ms: 30_000,
            call_and_stream_timeout_ms: 120_000,
            global_timeout_ms: 30_000,
            cache_connection: true,
        },
        targets: vec![Target {
            id: "t".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 9000 + number as u16,
            ip: None,
            weight: 1,
            protocol: Protocol::Http11,
            tls: false,
            backup: false,
            options: None,
            span: Span::default(),
        }],
        span: Span::default(),
    }
}

fn settings() -> Settings {
    Settings {
        trusted_proxies: Vec::new(),
        via: true,
        logs: Logs { access: AccessLog::Off, format: LogFormat::Json },
        limits: Limits {
            head_bytes: 32 * 1024,
            head_fields: 100,
            target_bytes: 8 * 1024,
            head_timeout_ms: 10_000,
            keep_alive_timeout_ms: 60_000,
            min_body_rate: 1024,
            body_bytes: 0,
            drain_timeout_ms: 30_000,
        },
        paths: Paths {
            dot_segments: DotSegments::Reject,
            merge_slashes: false,
            underscores: Underscores::Drop,
        },
    }
}
