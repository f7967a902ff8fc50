//! Small models from patterns as text, and requests to them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use pointsman_routing::{
    Canonical, Captures, FieldIndex, Fields, Found, Hit, PathPolicy, Request, find,
};
use pointsman_schemas::artifact::{Artifact, Features, ListenerId};

use super::super::lower;
use crate::document::keys::{BACKEND, LISTENER};
use crate::document::record::Record;
use crate::grammar::expression::{self, Template};
use crate::grammar::pattern;
use crate::language::tables::Tables;
use crate::model::{
    AccessLog, Action, Backend, Client, DotSegments, HostHeader, Limits, Listener,
    ListenerProtocol, LogFormat, Logs, Model, Paths, Pattern, Protocol, Route, Serve, Settings,
    Target, Underscores,
};
use crate::source::{FileId, SourceFile, SourceMap, Span, Spanned};

/// A model under construction.
pub(super) struct World {
    pub(super) model: Model,
    /// Of all patterns and conditions, made once.
    pub(super) tables: Tables,
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

pub(super) fn settings() -> Settings {
    Settings {
        trusted_proxies: vec![(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8)],
        via: true,
        logs: Logs { access: AccessLog::File("access.log".to_owned()), format: LogFormat::Text },
        limits: Limits {
            head_bytes: 1,
            head_fields: 2,
            target_bytes: 3,
            head_timeout_ms: 4,
            keep_alive_timeout_ms: 5,
            min_body_rate: 6,
            body_bytes: 7,
            drain_timeout_ms: 8,
        },
        paths: Paths {
            dot_segments: DotSegments::Reject,
            merge_slashes: false,
            underscores: Underscores::Drop,
        },
    }
}

pub(super) fn target(id: &str) -> Target {
    Target {
        id: id.to_owned(),
        host: "target.tld".to_owned(),
        port: 8080,
        ip: None,
        weight: 1,
        protocol: Protocol::Http11,
        tls: false,
        backup: false,
        options: None,
        span: Span::default(),
    }
}

pub(super) fn backend(name: &str, root: &str) -> Backend {
    Backend {
        name: name.to_owned(),
        root: expression::parse(root).unwrap_or_else(|_| Template::literal(root)),
        rewrite: false,
        keep_query: true,
        host_header: HostHeader::Client,
        options: Record::empty(&BACKEND, Span::default()),
        client: Client {
            connection_timeout_ms: 10,
            idle_timeout_ms: 20,
            call_timeout_ms: 30,
            call_and_stream_timeout_ms: 40,
            global_timeout_ms: 50,
            cache_connection: true,
        },
        targets: vec![target("a")],
        span: Span::default(),
    }
}

impl World {
    /// Two listeners, one backend, no route.
    pub(super) fn new() -> Self {
        let listener = |name: &str, port: u16| Listener {
            name: spanned(name.to_owned()),
            addresses: vec![spanned((Ipv4Addr::LOCALHOST, port).into())],
            handed_over: Vec::new(),
            protocols: vec![ListenerProtocol::Http1],
            serve: Serve::Routes,
            options: Record::empty(&LISTENER, Span::default()),
            span: Span::default(),
        };
        Self {
            model: Model {
                settings: settings(),
                listeners: vec![listener("alpha", 80), listener("beta", 81)],
                routes: Vec::new(),
                backends: vec![backend("users", "/")],
                certificates: Vec::new(),
                services: Vec::new(),
                host: None,
                features: Features::NONE,
                tests: Vec::new(),
            },
            tables: Tables::new(),
        }
    }

    /// A world of prefix routes, each its own pattern's text as id.
    pub(super) fn of(patterns: &[&str]) -> Self {
        let mut world = Self::new();
        for text in patterns {
            world.route(text, &[text]);
        }
        world
    }

    /// Adds a route to backend `users` and gives it back to be changed.
    pub(super) fn route(&mut self, id: &str, patterns: &[&str]) -> &mut Route {
        let patterns = patterns
            .iter()
            .map(|text| {
                let (host, path) =
                    pattern::parse_with(text, &mut self.tables).expect("a pattern of a test");
                Pattern { span: Span::default(), host, path }
            })
            .collect();
        self.model.routes.push(Route {
            id: spanned(id.to_owned()),
            name: None,
            metadata: BTreeMap::new(),
            patterns,
            methods: Box::default(),
            exact: false,
            strip_path: false,
            priority: 0,
            listeners: Box::default(),
            conditions: Box::default(),
            action: Action::Backend(0),
            changes: None,
            options: None,
            span: Span::default(),
        });
        self.model.routes.last_mut().expect("just pushed")
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut sources = SourceMap::new();
        let id = sources.add(SourceFile::new("pointsman.toml".to_owned(), String::new()));
        assert_eq!(id, FileId(0));
        lower(&self.model, &sources, 7).expect("a model of a test").bytes
    }

    pub(super) fn artifact(&self) -> Artifact {
        Artifact::from_bytes(self.bytes()).expect("what was just written")
    }
}

/// Asks an artifact; `request` is `METHOD host/path?query`, `fields` are further lines.
fn ask<R>(
    artifact: &Artifact,
    request: &str,
    fields: &[(String, String)],
    listener: u32,
    answer: impl FnOnce(&Request<'_>, Found, &Captures) -> R,
) -> R {
    let (mut head, mut index) = (String::new(), Vec::new());
    for (name, value) in fields {
        let (name_at, name_len) = (head.len() as u16, name.len() as u16);
        head += name;
        let (value_at, value_len) = (head.len() as u16, value.len() as u16);
        head += value;
        index.push(FieldIndex { name_at, name_len, value_at, value_len });
    }
    let (method, rest) = request.split_once(' ').expect("METHOD host/path");
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, target) = rest.split_at(at);
    let mut canonical = Canonical::new();
    let host = (!host.is_empty()).then_some(host.as_bytes());
    canonical.set(host, target.as_bytes(), PathPolicy::default()).expect(request);
    let request = Request {
        method: method.as_bytes(),
        canonical: &canonical,
        fields: Fields::new(head.as_bytes(), &index),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        secured: false,
        version: "HTTP/1.1",
        listener: ListenerId(listener),
        listener_name: "alpha",
        id: b"1",
        client_cert: None,
        now_ms: 0,
    };
    let mut captures = Captures::new();
    let found = find(artifact, &request, &mut captures);
    answer(&request, found, &captures)
}

/// What became of a request, as one line: the route's id and what it captured, or why none.
pub(super) fn outcome(artifact: &Artifact, request: &str, listener: u32) -> String {
    outcome_with(artifact, request, &[], listener)
}

/// The same with field lines.
pub(super) fn outcome_with(
    artifact: &Artifact,
    request: &str,
    fields: &[(String, String)],
    listener: u32,
) -> String {
    ask(artifact, request, fields, listener, |request, found, captures| match found {
        Found::Route(Hit { route, .. }) => {
            let mut line = artifact.route(route).id().to_owned();
            for (name, segment) in captures.iter(request.canonical.path()) {
                let segment = String::from_utf8_lossy(segment).into_owned();
                line.push_str(&format!(" {}={segment}", artifact.string(name)));
            }
            line
        }
        Found::MethodNotAllowed => {
            let mut allow = Vec::new();
            pointsman_routing::allow(artifact, request, &mut allow);
            format!("405 {}", String::from_utf8_lossy(&allow))
        }
        Found::NoRoute => "404".to_owned(),
        Found::Budget => "budget".to_owned(),
    })
}
