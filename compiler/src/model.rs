//! What a configuration means: names resolved, defaults filled in, every value in its unit. It
//! never holds what only the text knows, and nothing in it can fail to make sense by itself.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use pointsman_schemas::artifact::Features;

use crate::document::record::{Record, Value};
use crate::document::route::Place;
use crate::grammar::condition;
use crate::grammar::expression::Template;
use crate::grammar::pattern::{HostPattern, Segment};
use crate::grammar::settle::RouteFacts;
use crate::source::{Span, Spanned};

/// A whole configuration.
#[derive(Clone, Debug)]
pub struct Model {
    /// What holds for the whole host.
    pub settings: Settings,
    /// By name, sorted.
    pub listeners: Vec<Listener>,
    /// By id, sorted; routes with `enabled = false` are left out.
    pub routes: Vec<Route>,
    /// By name, sorted; a backend written inside a route is named `route:<id of the route>`.
    pub backends: Vec<Backend>,
    /// By name, sorted.
    pub certificates: Vec<Certificate>,
    /// By name, sorted.
    pub services: Vec<Service>,
    /// `[node]`, `[acme]`, `[registry]` as they are written.
    pub host: Option<Record>,
    /// What an edge must have to serve all of it.
    pub features: Features,
    /// In the order of their names and places.
    pub tests: Vec<Test>,
}

/// What holds for the whole host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Networks whose forwarding fields are believed: address and length of the prefix.
    pub trusted_proxies: Vec<(IpAddr, u8)>,
    /// Whether `Via` is added to requests, and a loop answered.
    pub via: bool,
    /// Access log.
    pub logs: Logs,
    /// Maxima and deadlines.
    pub limits: Limits,
    /// How a request's path and field names are read.
    pub paths: Paths,
}

/// The access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    /// Where its lines go.
    pub access: AccessLog,
    /// What a line looks like.
    pub format: LogFormat,
}

/// Where the access log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessLog {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Nowhere.
    Off,
    /// A file on the edge.
    File(String),
}

/// What a line of the access log looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// NCSA combined.
    Text,
}

/// Maxima and deadlines of the whole host. Unit: as the name says; `_bytes` bytes, `_ms`
/// milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A request's head.
    pub head_bytes: u64,
    /// Fields of a request's head.
    pub head_fields: u64,
    /// A request's target.
    pub target_bytes: u64,
    /// From the first byte of a head to its last.
    pub head_timeout_ms: u64,
    /// A client connection between two requests.
    pub keep_alive_timeout_ms: u64,
    /// Slowest body that is borne, in bytes a second; 0 bears any.
    pub min_body_rate: u64,
    /// A request's body; 0 is no limit.
    pub body_bytes: u64,
    /// From the start of a drain to the cut.
    pub drain_timeout_ms: u64,
}

/// How a request's path and field names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paths {
    /// `.` and `..` in a request's path.
    pub dot_segments: DotSegments,
    /// Whether `//` counts as `/`.
    pub merge_slashes: bool,
    /// Field names with `_`.
    pub underscores: Underscores,
}

/// What happens to `.` and `..` in a request's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DotSegments {
    /// 400.
    Reject,
    /// Resolved.
    Normalize,
}

/// What happens to field names with `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Underscores {
    /// Removed.
    Drop,
    /// Sent on.
    Pass,
}

/// Where requests come in.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its name.
    pub name: Spanned<String>,
    /// One or more addresses.
    pub addresses: Vec<Spanned<SocketAddr>>,
    /// Names of sockets that are handed over.
    pub handed_over: Vec<Spanned<String>>,
    /// What is spoken there, one or more.
    pub protocols: Vec<ListenerProtocol>,
    /// What is served there.
    pub serve: Serve,
    /// Every other key, with `[defaults]`.
    pub options: Record,
    /// Where it is written.
    pub span: Span,
}

/// A protocol of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListenerProtocol {
    /// HTTP/1.1, and HTTP/1.0.
    Http1,
    /// HTTP/2.
    Http2,
    /// HTTP/3.
    Http3,
}

/// What a listener serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serve {
    /// Routes.
    Routes,
    /// Services.
    Services,
}

impl Listener {
    /// Whether clients speak TLS to it.
    pub fn tls(&self) -> Option<&Record> {
        self.options.table("tls")
    }

    /// Whether it redirects requests to https, all of them or most.
    pub fn redirects(&self) -> bool {
        let value = self.options.value("redirect_to_https").map(|value| &value.value);
        matches!(value, Some(Value::Flag(true) | Value::Table(_)))
    }

    /// Whether it redirects every request to https.
    pub fn redirects_all(&self) -> bool {
        let excepted = self.options.table("redirect_to_https");
        self.redirects() && excepted.is_none_or(|table| table.texts("except").next().is_none())
    }
}

/// A certificate and its key, or an authority.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its name.
    pub name: Spanned<String>,
    /// Its keys.
    pub options: Record,
}

impl Certificate {
    /// Whether it has no key, so that it is one that signs others.
    pub fn is_authority(&self) -> bool {
        self.options.field("key").is_none()
    }
}

/// What the first segment of a path names.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name; `*` is every name without a service of its own.
    pub name: Spanned<String>,
    /// Index into [`Model::backends`], where it names one.
    pub backend: Option<usize>,
    /// Its keys.
    pub options: Record,
}

/// Which requests go where. Lists without room to grow: there may be a million of them.
#[derive(Clone, Debug)]
pub struct Route {
    /// Unique.
    pub id: Spanned<String>,
    /// For people.
    pub name: Option<Box<str>>,
    /// For people, and for expressions.
    pub metadata: BTreeMap<String, String>,
    /// One or more; one that fits is enough.
    pub patterns: Box<[Pattern]>,
    /// Sorted; empty is every method.
    pub methods: Box<[String]>,
    /// Whether the path must end where the pattern does.
    pub exact: bool,
    /// Whether the matched segments are removed before `root` is put in front.
    pub strip_path: bool,
    /// Decides where specificity leaves a tie; higher wins.
    pub priority: i32,
    /// Indices into [`Model::listeners`], sorted; empty is every listener.
    pub listeners: Box<[usize]>,
    /// Conditions on fields, query and cookies, sorted.
    pub conditions: Box<[Condition]>,
    /// Who answers.
    pub action: Action,
    /// Changes of fields; none where it makes none.
    pub changes: Option<Box<Changes>>,
    /// `upgrade` and `hsts`, with `[defaults]`.
    pub options: Option<Box<Record>>,
    /// Where it is written.
    pub span: Span,
}

impl Route {
    /// Index into [`Model::backends`], where a target answers.
    pub fn backend(&self) -> Option<usize> {
        match self.action {
            Action::Backend(backend) => Some(backend),
            Action::Redirect(_) | Action::Respond(_) => None,
        }
    }

    /// What it says of itself.
    pub fn facts(&self) -> RouteFacts<'_> {
        RouteFacts { id: &self.id.value, name: self.name.as_deref(), metadata: &self.metadata }
    }
}

/// Who answers a route's requests.
#[derive(Clone, Debug)]
pub enum Action {
    /// A target of the backend with this index in [`Model::backends`].
    Backend(usize),
    /// We do, with another place.
    Redirect(Box<Redirect>),
    /// We do, with a fixed text.
    Respond(Box<Respond>),
}

/// An answer with another place.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The place.
    pub to: Template,
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
    /// Where `to` is written.
    pub span: Span,
}

/// A fixed answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respond {
    /// 200 to 599.
    pub status: u16,
    /// The text.
    pub body: String,
    /// Its fields, sorted by name.
    pub headers: Vec<(String, String)>,
}

/// A condition on a field, a parameter of the query, or a cookie.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// Where it looks.
    pub place: Place,
    /// The name; of a field in lower case.
    pub name: String,
    /// What must be there.
    pub test: condition::Test,
}

/// Changes of fields both ways.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Of the request that goes to a target; in the order in which they are made.
    pub request: Vec<Change>,
    /// Of the answer.
    pub response: Vec<Change>,
}

/// One change of a field.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is done.
    pub kind: ChangeKind,
    /// The field, in lower case.
    pub name: String,
    /// The value; empty where it is removed.
    pub value: Template,
    /// Where the value, or the name that is removed, is written.
    pub span: Span,
}

/// What is done to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is removed.
    Remove,
    /// It is replaced, or added where it is not there.
    Set,
    /// It is added to what is there.
    Add,
}

/// One `match` of a route.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Where it is written.
    pub span: Span,
    /// Hosts that fit.
    pub host: HostPattern,
    /// Segments of the path, from the left.
    pub path: Box<[Segment]>,
}

/// A group of targets, and what is sent to them.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Unique; `route:<id>` for one that is written inside a route.
    pub name: String,
    /// Put in front of the path, or in its place.
    pub root: Template,
    /// Whether `root` replaces the path whole.
    pub rewrite: bool,
    /// Whether the client's query is sent on.
    pub keep_query: bool,
    /// Which `Host` the target sees.
    pub host_header: HostHeader,
    /// Deadlines and connections.
    pub client: Client,
    /// One or more, by id, sorted.
    pub targets: Vec<Target>,
    /// Every other key, with `[defaults]`; of `client` those that the rest does not name.
    pub options: Record,
    /// Where it is written.
    pub span: Span,
}

/// Which `Host` a target sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostHeader {
    /// The client's.
    Client,
    /// The target's own name, with its port where that is not the scheme's.
    Target,
    /// This one.
    Name(String),
}

/// Deadlines and connections of a backend. Unit: milliseconds, 0 is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// To connect to a target.
    pub connection_timeout_ms: u64,
    /// Without a byte either way.
    pub idle_timeout_ms: u64,
    /// One attempt, to the end of the answer's head.
    pub call_timeout_ms: u64,
    /// One attempt, to the end of the answer.
    pub call_and_stream_timeout_ms: u64,
    /// All attempts, to the end of the answer's head.
    pub global_timeout_ms: u64,
    /// Whether connections to targets are kept for later requests.
    pub cache_connection: bool,
}

/// One address of a backend.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Unique in its backend.
    pub id: String,
    /// A name or an IP address; IPv6 without brackets.
    pub host: String,
    /// 1 to 65535.
    pub port: u16,
    /// Where to connect instead of what `host` resolves to.
    pub ip: Option<IpAddr>,
    /// Share among the backend's targets; 0 is drained.
    pub weight: u16,
    /// What is spoken to it.
    pub protocol: Protocol,
    /// Whether TLS is spoken.
    pub tls: bool,
    /// Whether it is used only when no primary target is usable.
    pub backup: bool,
    /// Every other key.
    pub options: Option<Box<Record>>,
    /// Where it is written.
    pub span: Span,
}

/// A protocol of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1.
    Http11,
    /// HTTP/2.0.
    Http20,
    /// HTTP/3.0.
    Http30,
}

/// A request and what must become of it.
#[derive(Clone, Debug)]
pub struct Test {
    /// For people.
    pub name: Option<String>,
    /// As written.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Host and port, as written.
    pub authority: String,
    /// Path and query, as written; never empty.
    pub target: String,
    /// Further fields, in their order.
    pub headers: Vec<(String, String)>,
    /// Whose request it is.
    pub client_ip: Option<IpAddr>,
    /// Index into [`Model::listeners`]: where the request comes in.
    pub listener: Option<usize>,
    /// What must become of it.
    pub expect: Expect,
    /// Where it is written.
    pub span: Span,
}

/// What must become of a test's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A route takes it.
    Route {
        /// Id of the route.
        route: String,
        /// Name of the backend.
        backend: Option<String>,
        /// Path and query that are sent.
        path: Option<String>,
        /// Captured parameters; those not named may be anything.
        params: BTreeMap<String, String>,
        /// Fields that are sent, name in lower case; those not named may be anything.
        headers: BTreeMap<String, String>,
        /// Status with which it answers itself.
        status: Option<u16>,
        /// Fields of the answer, name in lower case; those not named may be anything.
        response_headers: BTreeMap<String, String>,
    },
    /// It is sent to another place.
    Redirect(String),
    /// It is refused for this reason.
    Refused(String),
    /// It is answered with this status by ourselves.
    Status(u16),
}
