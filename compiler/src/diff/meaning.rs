//! Numbers that mean the same in both artifacts: of constraints, policies, shapes, of what routes
//! send, and of all that together. What an artifact numbers anew with each change is compared by
//! what it says.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use crate::classes::{Condition, Wants};
use crate::diagnostic::shown_word;
use pointsman_schemas::artifact::{
    AnswerKind, Artifact, Backend, BackendId, CertPart, Constraint, ConstraintId, FieldOperation,
    Filter, FilterTest, HostHeader, ListenerId, Policy, ProgramId, RouteId, Source, Target,
    TimeFormat,
};

/// Gives equal things one number.
#[derive(Debug)]
pub(super) struct Numbers<K>(HashMap<K, u32>);

impl<K: Eq + Hash> Numbers<K> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    pub(super) fn of(&mut self, key: K) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(key).or_insert(next)
    }
}

/// What both sides have numbered so far.
pub(super) struct Meanings<'a> {
    texts: Numbers<String>,
    constraints: Numbers<([&'a [u8]; 3], u16)>,
    routes: Numbers<(&'a [u8], u32, u32)>,
    entries: Numbers<[u32; 3]>,
    /// The automaton of each constraint.
    pub(super) automata: Vec<Constraint<'a>>,
    /// Of each entry, what it takes.
    pub(super) takes: Vec<Rc<Takes>>,
}

/// Which requests an entry takes whose host and path fit.
#[derive(Clone, Debug, Default)]
pub(super) struct Takes {
    /// Methods; none is all.
    pub(super) methods: Vec<String>,
    /// Of the listeners that both sides have, a bit each.
    pub(super) listeners: u64,
    /// What must be there beside host, path and method.
    pub(super) conditions: Vec<Condition>,
}

/// One artifact, and the numbers of what is in it.
pub(super) struct Side<'a> {
    pub(super) artifact: &'a Artifact,
    /// Listeners that both sides have, in one order.
    pub(super) listeners: Vec<ListenerId>,
    constraints: Vec<u32>,
    policies: HashMap<u32, (u32, Rc<Takes>)>,
    shapes: HashMap<u32, u32>,
    /// By number of the route.
    pub(super) routes: Vec<u32>,
}

impl<'a> Meanings<'a> {
    pub(super) fn new() -> Self {
        Self {
            texts: Numbers::new(),
            constraints: Numbers::new(),
            routes: Numbers::new(),
            entries: Numbers::new(),
            automata: Vec::new(),
            takes: Vec::new(),
        }
    }

    /// Reads one side.
    ///
    /// Cost: linear in routes, backends and constraints.
    pub(super) fn side(&mut self, artifact: &'a Artifact, listeners: Vec<ListenerId>) -> Side<'a> {
        let mut constraints = Vec::with_capacity(artifact.constraint_count());
        for number in 0..artifact.constraint_count() as u32 {
            let constraint = artifact.constraint(ConstraintId(number));
            let number = self.constraints.of((constraint.parts(), constraint.start()));
            if number as usize == self.automata.len() {
                self.automata.push(constraint);
            }
            constraints.push(number);
        }
        let backends = (0..artifact.backend_count() as u32).map(BackendId);
        let sent: Vec<u32> =
            backends.map(|id| self.texts.of(sending(artifact, artifact.backend(id)))).collect();
        let mut routes = Vec::with_capacity(artifact.route_count());
        for route in artifact.routes() {
            let action = match route.backend() {
                Some(id) => {
                    let told = told(artifact, artifact.backend(id), route.route_id());
                    let sent = sent.get(id.index()).copied().unwrap_or_default();
                    if told.is_empty() { sent } else { self.texts.of(format!("{sent} {told}")) }
                }
                None => self.texts.of(answering(artifact, route.route_id())),
            };
            let changes = self.texts.of(changes(artifact, route.route_id()));
            routes.push(self.routes.of((route.id_bytes(), action, changes)));
        }
        let (policies, shapes) = (HashMap::new(), HashMap::new());
        Side { artifact, listeners, constraints, policies, shapes, routes }
    }

    /// The number of a constraint.
    pub(super) fn constraint(&self, side: &Side<'a>, id: u32) -> u32 {
        side.constraints.get(id as usize).copied().unwrap_or_default()
    }

    /// The number of what ends at a node: route, policy and shape.
    pub(super) fn entry(&mut self, side: &mut Side<'a>, route: RouteId, rule: u32) -> u32 {
        let artifact = side.artifact;
        let rule = artifact.rule(rule);
        let (policy, takes) = match side.policies.get(&rule.policy) {
            Some((policy, takes)) => (*policy, Rc::clone(takes)),
            None => {
                let takes = Rc::new(takes(side, artifact.policy(rule.policy)));
                let text = policy_text(artifact.policy(rule.policy), &takes);
                let number = self.texts.of(text);
                side.policies.insert(rule.policy, (number, Rc::clone(&takes)));
                (number, takes)
            }
        };
        let shape = match side.shapes.get(&rule.shape) {
            Some(shape) => *shape,
            None => {
                let text = shape_text(side, rule.shape);
                let number = self.texts.of(text);
                side.shapes.insert(rule.shape, number);
                number
            }
        };
        let route = side.routes.get(route.index()).copied().unwrap_or_default();
        let number = self.entries.of([route, policy, shape]);
        if number as usize == self.takes.len() {
            self.takes.push(takes);
        }
        number
    }
}

fn takes(side: &Side<'_>, policy: Policy<'_>) -> Takes {
    let bits = policy.method_bits();
    let named = side.artifact.methods().enumerate();
    let methods = named.filter(|(at, _)| bits & 1 << at != 0).map(|(_, name)| name.to_owned());
    let mut listeners = 0;
    for (at, id) in side.listeners.iter().enumerate().take(64) {
        let bit = 1_u64.checked_shl(id.0).unwrap_or(0);
        listeners |= u64::from(policy.listener_bits() & bit != 0) << at;
    }
    let sets = policy.filter_set().into_iter();
    let filters = sets.flat_map(|set| side.artifact.filters(set));
    let conditions = filters.map(|filter| condition(side, filter)).collect();
    Takes { methods: methods.collect(), listeners, conditions }
}

fn condition(side: &Side<'_>, filter: Filter<'_>) -> Condition {
    let wants = match filter.test {
        FilterTest::Exact(text) => Wants::Text(text.to_vec()),
        FilterTest::Language { constraint, .. } => {
            let number = side.constraints.get(constraint.index()).copied();
            Wants::Language(number.unwrap_or_default())
        }
        FilterTest::Exists => Wants::Any,
        FilterTest::NotDefined => Wants::None,
    };
    Condition { place: filter.place, name: filter.name.to_owned(), wants }
}

fn policy_text(policy: Policy<'_>, takes: &Takes) -> String {
    let (exact, strip) = (policy.exact(), policy.strip_path());
    let Takes { methods, listeners, conditions } = takes;
    format!("policy {methods:?} {listeners:x} {conditions:?} {} {exact} {strip}", policy.priority())
}

fn shape_text(side: &Side<'_>, shape: u32) -> String {
    let mut text = String::from("shape");
    for segment in side.artifact.shape(shape).segments() {
        let constraint = segment.constraint.map(|id| side.constraints.get(id.index()));
        let name = segment.name.map(|name| side.artifact.string(name));
        text.push_str(&format!(" {:?} {constraint:?} {name:?}", segment.kind));
    }
    text
}

/// A program as text.
pub(super) fn program(artifact: &Artifact, id: ProgramId) -> String {
    let program = artifact.program(id);
    let mut text = String::new();
    for at in 0..program.len() {
        let Some(operation) = program.operation(at) else { continue };
        let (kind, name) = match operation.source {
            Source::Literal(id) => ("", artifact.string(id)),
            Source::PathParam(id) => ("req.pathparams.", artifact.string(id)),
            Source::Query(id) => ("req.query.", artifact.string(id)),
            Source::Header(id) => ("req.headers.", artifact.string(id)),
            Source::Method => ("req.method", ""),
            Source::Host => ("req.host", ""),
            Source::Path => ("req.path", ""),
            Source::Uri => ("req.uri", ""),
            Source::Domain => ("req.domain", ""),
            Source::Protocol => ("req.protocol", ""),
            Source::Secured => ("req.secured", ""),
            Source::Ip => ("req.ip", ""),
            Source::Version => ("req.version", ""),
            Source::Listener => ("req.listener", ""),
            Source::Id => ("req.id", ""),
            Source::Cookie(id) => ("req.cookies.", artifact.string(id)),
            Source::ClientCert(CertPart::Dn) => ("req.client_cert.dn", ""),
            Source::ClientCert(CertPart::Cn) => ("req.client_cert.cn", ""),
            Source::ClientCert(CertPart::IssuerDn) => ("req.client_cert.issuer_dn", ""),
            Source::RouteId => ("route.id", ""),
            Source::RouteName => ("route.name", ""),
            Source::RouteMetadata(id) => ("route.metadata.", artifact.string(id)),
            Source::Now(TimeFormat::Rfc3339) => ("now", ""),
            Source::Now(TimeFormat::Epoch) => ("now.epoch", ""),
            Source::Now(TimeFormat::EpochMs) => ("now.epoch_ms", ""),
            Source::Now(TimeFormat::Http) => ("now.http", ""),
            Source::Now(TimeFormat::Date) => ("now.date", ""),
        };
        let skip =
            if operation.skip > 0 { format!(" or next {}", operation.skip) } else { String::new() };
        match operation.source {
            Source::Literal(_) if operation.skip == 0 => text.push_str(name),
            _ => text.push_str(&format!("${{{kind}{name}{skip}}}")),
        }
    }
    text
}

/// Names of query parameters and fields that a program asks for.
pub(super) fn asked(
    artifact: &Artifact,
    id: ProgramId,
    query: &mut Vec<String>,
    fields: &mut Vec<String>,
) {
    let program = artifact.program(id);
    for operation in (0..program.len()).filter_map(|at| program.operation(at)) {
        match operation.source {
            Source::Query(id) => query.push(artifact.string(id).to_owned()),
            Source::Header(id) => fields.push(artifact.string(id).to_owned()),
            _ => {}
        }
    }
}

/// The first target that gets requests.
fn first_target<'a>(backend: Backend<'a>) -> Option<Target<'a>> {
    let mut targets = backend.targets();
    let first = targets.next()?;
    Some(std::iter::once(first).chain(targets).find(|one| one.weight() > 0).unwrap_or(first))
}

/// What a backend sends, as text.
fn sending(artifact: &Artifact, backend: Backend<'_>) -> String {
    let query = backend.root_query().map(|id| program(artifact, id));
    let root = program(artifact, backend.root_path());
    let target = first_target(backend).filter(|_| backend.host_header() == HostHeader::Target);
    let host = target.map(|target| (target.host().to_owned(), target.port(), target.tls()));
    let drained = backend.targets().all(|target| target.weight() == 0);
    format!(
        "backend {} {root:?} {query:?} {} {} {:?} {host:?} {drained}",
        backend.label(),
        backend.rewrite(),
        backend.keep_query(),
        backend.host_header(),
    )
}

/// What the programs of a backend take from a route, as text.
fn told(artifact: &Artifact, backend: Backend<'_>, route: RouteId) -> String {
    let mut text = String::new();
    for id in std::iter::once(backend.root_path()).chain(backend.root_query()) {
        let program = artifact.program(id);
        for operation in (0..program.len()).filter_map(|at| program.operation(at)) {
            let value = match operation.source {
                Source::RouteName => artifact.route(route).name().map(str::as_bytes),
                Source::RouteMetadata(name) => artifact.route_metadata(route, name),
                _ => continue,
            };
            let value = value.map(String::from_utf8_lossy);
            text.push_str(&format!(" {value:?}"));
        }
    }
    text
}

/// What a route answers itself, as text.
pub(super) fn answering(artifact: &Artifact, route: RouteId) -> String {
    let Some(answer) = artifact.route(route).answer() else { return String::new() };
    match answer.kind() {
        AnswerKind::Redirect { prefix, path, query } => {
            let path = path.map(|id| program(artifact, id)).unwrap_or_default();
            let query = query.map(|id| format!("?{}", program(artifact, id))).unwrap_or_default();
            format!("redirect {} {}{path}{query}", answer.status(), prefix.unwrap_or_default())
        }
        AnswerKind::Respond { .. } => format!("respond {}", answer.status()),
    }
}

/// What a route does to fields both ways, and what its own answer holds, as text.
fn changes(artifact: &Artifact, route: RouteId) -> String {
    let own = artifact.route(route).answer();
    let body = own.as_ref().map(|own| match own.kind() {
        AnswerKind::Respond { body } => body,
        AnswerKind::Redirect { .. } => "",
    });
    let fields = own.map(|own| operations(artifact, own.fields(), Values::All));
    let request = operations(artifact, artifact.request_changes(route), Values::All);
    let response = operations(artifact, artifact.response_changes(route), Values::All);
    format!("{request:?} {response:?} {fields:?} {body:?}")
}

/// Which values are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    /// All, to be compared.
    All,
    /// Those that nobody must keep to himself.
    Shown,
}

/// Changes of fields as text.
pub(super) fn operations<'o>(
    artifact: &Artifact,
    all: impl Iterator<Item = FieldOperation<'o>>,
    values: Values,
) -> String {
    let one = |operation: FieldOperation<'_>| {
        let mut value = operation.program.map(|id| program(artifact, id)).unwrap_or_default();
        if values == Values::Shown {
            value = shown_word(operation.name, &value);
        }
        let sign = if value.is_empty() { "" } else { ": " };
        format!("{} {}{sign}{value}", operation.kind.as_str(), operation.name)
    };
    all.map(one).collect::<Vec<_>>().join(", ")
}
