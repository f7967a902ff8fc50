//! What a request's head means here: who answers it, and what is said to the target. All of it
//! happens in one go, without an `await`, on scratch that belongs to the worker.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use pointsman_core::exchange::After;
use pointsman_core::fault::Fault;
use pointsman_core::fields::forwarded::{Forwarding, IpText, client_address};
use pointsman_core::fields::name::Name;
use pointsman_core::fields::request_id::{self, RequestId};
use pointsman_core::http1::answer::{OwnAnswer, write_own_answer};
use pointsman_core::http1::encode::{OutgoingRequest, Persistence, write_request_head};
use pointsman_core::http1::framing::{BodyLength, Version};
use pointsman_core::http1::head::HeadEnd;
use pointsman_core::http1::server::{RequestHead, parse_request};
use pointsman_routing::matching::{Captures, Found, Hit, allow, find};
use pointsman_routing::outgoing::{write_host, write_target};
use pointsman_routing::request::{Canonical, FieldIndex, Request};
use pointsman_schemas::artifact::id::{BackendId, ListenerId, RouteId};
use pointsman_schemas::artifact::read::TargetProtocol;

use super::http1::{Http1, Outgoing};
use crate::date::wall_us;
use crate::exchange::Entry;
use crate::serving::{Pick, Serving};
use crate::worker::Worker;

/// What parsing, matching and writing heads works on; one a worker.
#[derive(Default)]
pub struct Scratch {
    /// Fields of the request at hand.
    pub request_index: Vec<FieldIndex>,
    /// Fields of the answer at hand.
    pub response_index: Vec<FieldIndex>,
    /// A head on its way out.
    pub out: Vec<u8>,
    work: Work,
}

/// What matching and composing write into.
#[derive(Default)]
struct Work {
    canonical: Canonical,
    captures: Captures,
    target: Vec<u8>,
    host: Vec<u8>,
    request_id: Vec<u8>,
}

/// What a head usually gains on its way to the target, bytes: forwarding fields, names, its rewritten
/// path. One that gains more grows out of its buffer, which costs an allocation.
const ADDED_BYTES: usize = 768;

/// What `Allow` says where no route is asked: all that is not refused for every route.
const ALLOWED: &[u8] = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// A request that goes to a target.
pub struct Plan {
    /// What it is served from, kept until its end.
    pub serving: Rc<Serving>,
    /// The route that won.
    pub route: RouteId,
    /// Its backend.
    pub backend: BackendId,
    /// The target that was picked.
    pub pick: Pick,
    /// The head for the target.
    pub head: Vec<u8>,
    /// What follows it.
    pub body: BodyLength,
    /// The client's version.
    pub version: Version,
    /// The answer has no body, whatever it says.
    pub is_head: bool,
    /// Sending it twice does no harm.
    pub idempotent: bool,
    /// The client's connection can carry another request.
    pub keep_alive: bool,
    /// The client reads trailers.
    pub accepts_trailers: bool,
    /// The client waits for `100 Continue`.
    pub expect_continue: bool,
    /// The target knows HTTP/1.0 only.
    pub is_old_target: bool,
    /// The head as it came, where it must be written again once the body's length is known.
    pub received: Vec<u8>,
    /// The request's identifier, kept with it.
    pub request_id: Vec<u8>,
    /// What is kept for the access log, when there is one.
    pub entry: Option<Entry>,
}

/// What becomes of a request.
#[expect(clippy::large_enum_variant, reason = "boxing would allocate for every request")]
pub enum Planned {
    /// It goes to a target.
    Forward(Plan),
    /// We answered it; the answer is in [`Http1::outgoing`].
    Answered(After),
}

/// Where matching led.
enum Routed {
    /// A route, its backend and the target for the first attempt.
    Hit(Hit, BackendId, Pick),
    /// `OPTIONS *`, which asks about us.
    Options,
}

/// Why matching led nowhere, and the route where it ended, if one had won.
struct Stopped {
    fault: Fault,
    route: Option<RouteId>,
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Self { fault, route: None }
    }
}

/// The head at hand, and who sent it.
struct Asked<'a> {
    head: RequestHead<'a>,
    listener: ListenerId,
    client: IpAddr,
    trusted: bool,
}

/// Decides about a whole head.
pub fn plan(worker: &Worker, down: &mut Http1, end: HeadEnd) -> Planned {
    let serving = worker.serving();
    let mut scratch = worker.scratch.borrow_mut();
    let Scratch { request_index, work, .. } = &mut *scratch;
    let bytes = &down.inbound[end.start..end.end];
    let head = match parse_request(bytes, request_index, &serving.head_limits) {
        Ok(head) => head,
        Err(fault) => {
            drop(scratch);
            refuse(worker, down, fault);
            return Planned::Answered(After::Linger);
        }
    };
    let peer = down.peer.ip();
    let asked = Asked {
        head,
        listener: serving.listener(&down.listener),
        client: client_address(peer, head.fields, head.seen, &serving.trusted),
        trusted: serving.trusted.contains(peer),
    };
    work.set_request_id(worker, &asked);
    let routed = route(worker, &serving, &down.listener, &asked, work);
    let entry = serving.log_is_on.then(|| entry(worker, &serving, down, &asked, work));
    let keep_alive = head.keep_alive && !worker.is_draining();
    match routed {
        Ok(Routed::Hit(hit, backend, pick)) => {
            let mut plan = Plan {
                route: hit.route,
                backend,
                pick,
                head: worker.buffers.that_holds(bytes.len() + ADDED_BYTES),
                body: head.body,
                version: head.version,
                is_head: head.method == b"HEAD",
                idempotent: is_idempotent(head.method),
                keep_alive,
                accepts_trailers: head.accepts_trailers,
                expect_continue: head.expect_continue,
                is_old_target: false,
                received: Vec::new(),
                request_id: Vec::new(),
                entry,
                serving: Rc::clone(&serving),
            };
            match compose(worker, &mut plan, hit, down, &asked, work) {
                Ok(()) => Planned::Forward(plan),
                Err(fault) => {
                    let Plan { head: buffer, entry, .. } = plan;
                    worker.buffers.give(buffer);
                    let stopped = Stopped { fault, route: Some(hit.route) };
                    stop(worker, &serving, &mut down.outgoing, &asked, work, stopped, entry)
                }
            }
        }
        Ok(Routed::Options) => {
            let after = after_own(worker, &head);
            let answer = Answer { is_head: false, version: head.version, after };
            let allow: [(&[u8], &[u8]); 1] = [(b"Allow", ALLOWED)];
            answer.write(worker, 204, "", &allow, &mut down.outgoing);
            if let Some(entry) = entry {
                entry.write_own(worker, 204, None, "", "");
            }
            Planned::Answered(after)
        }
        Err(stopped) => stop(worker, &serving, &mut down.outgoing, &asked, work, stopped, entry),
    }
}

/// Answers a head that cannot be read; the connection ends with it.
pub fn refuse(worker: &Worker, down: &mut Http1, fault: Fault) {
    let answer = Answer { is_head: false, version: Version::Http11, after: After::Linger };
    //= RFC 9110 §15.5.6
    let allow: [(&[u8], &[u8]); 1] = [(b"Allow", ALLOWED)];
    let fields = if fault.status() == 405 { &allow[..] } else { &[] };
    answer.write(worker, fault.status(), fault.text(), fields, &mut down.outgoing);
    let serving = worker.serving();
    if serving.log_is_on {
        let entry = Entry {
            time_us: wall_us(),
            began: worker.clock.fine(),
            client: down.peer,
            listener: Rc::clone(&down.listener),
            version: None,
            text: Vec::new(),
            ends: [0; 6],
        };
        entry.write_own(worker, fault.status(), Some(fault), "", "");
    }
}

/// Answers in place of a target that gave none.
pub fn answer_fault(
    worker: &Worker,
    plan: &Plan,
    fault: Fault,
    after: After,
    outgoing: &mut Outgoing,
) {
    let answer = Answer { is_head: plan.is_head, version: plan.version, after };
    answer.write(worker, fault.status(), fault.text(), &[], outgoing);
}

/// Writes the log's line for a request that stopped before its exchange.
pub fn log_fault(worker: &Worker, plan: Plan, fault: Fault) {
    if let Some(entry) = plan.entry {
        let artifact = plan.serving.artifact();
        let route = artifact.route(plan.route).id();
        let backend = artifact.backend(plan.backend).label();
        entry.write_own(worker, fault.status(), Some(fault), route, backend);
    }
}

/// How an answer of our own is written.
struct Answer {
    is_head: bool,
    version: Version,
    after: After,
}

impl Answer {
    fn write(
        &self,
        worker: &Worker,
        status: u16,
        text: &str,
        fields: &[(&[u8], &[u8])],
        outgoing: &mut Outgoing,
    ) {
        if outgoing.is_empty() {
            worker.buffers.give(std::mem::take(&mut outgoing.buffer));
            *outgoing = Outgoing { buffer: worker.buffers.small(), from: 0 };
        }
        write_own_answer(&mut outgoing.buffer, &OwnAnswer {
            status,
            text,
            fields,
            head_only: self.is_head,
            client_version: self.version,
            persistence: if self.after == After::KeepAlive {
                Persistence::Keep
            } else {
                Persistence::Close
            },
            date: &worker.date.text(),
        });
    }
}

/// What becomes of the connection when the request is answered before its body was read.
fn after_own(worker: &Worker, head: &RequestHead<'_>) -> After {
    match head.body {
        BodyLength::None | BodyLength::Length(0) if head.keep_alive && !worker.is_draining() => {
            After::KeepAlive
        }
        BodyLength::None | BodyLength::Length(0) => After::Close,
        _ => After::Linger,
    }
}

/// Answers a request that reaches no target.
fn stop(
    worker: &Worker,
    serving: &Serving,
    outgoing: &mut Outgoing,
    asked: &Asked<'_>,
    work: &mut Work,
    stopped: Stopped,
    entry: Option<Entry>,
) -> Planned {
    let Stopped { fault, route } = stopped;
    let head = &asked.head;
    let after = after_own(worker, head);
    let answer = Answer { is_head: head.method == b"HEAD", version: head.version, after };
    work.target.clear();
    if fault == Fault::MethodNotAllowed {
        let Work { canonical, target, request_id, .. } = work;
        let request = request(asked, canonical, "", request_id);
        allow(serving.artifact(), &request, target);
        let fields: [(&[u8], &[u8]); 1] = [(b"Allow", target)];
        answer.write(worker, fault.status(), fault.text(), &fields, outgoing);
    } else {
        answer.write(worker, fault.status(), fault.text(), &[], outgoing);
    }
    if let Some(entry) = entry {
        let (route, backend) = match route {
            Some(route) => {
                let route = serving.artifact().route(route);
                (route.id(), serving.artifact().backend(route.backend()).label())
            }
            None => ("", ""),
        };
        entry.write_own(worker, fault.status(), Some(fault), route, backend);
    }
    Planned::Answered(after)
}

impl Work {
    /// The identifier of a trusted peer is kept, all others get one of ours.
    fn set_request_id(&mut self, worker: &Worker, asked: &Asked<'_>) {
        self.request_id.clear();
        let received = if asked.trusted { request_id::received(asked.head.fields) } else { None };
        match received {
            Some(id) => self.request_id.extend_from_slice(id),
            None => {
                let id = RequestId::make(&mut worker.rng.borrow_mut());
                self.request_id.extend_from_slice(id.as_bytes());
            }
        }
    }
}

fn request<'a>(
    asked: &Asked<'a>,
    canonical: &'a Canonical,
    listener_name: &'a str,
    request_id: &'a [u8],
) -> Request<'a> {
    Request {
        method: asked.head.method,
        canonical,
        fields: asked.head.fields,
        client: asked.client,
        secured: false,
        version: asked.head.version.as_str(),
        listener: asked.listener,
        listener_name,
        id: request_id,
    }
}

/// Who answers.
fn route(
    worker: &Worker,
    serving: &Serving,
    listener_name: &str,
    asked: &Asked<'_>,
    work: &mut Work,
) -> Result<Routed, Stopped> {
    let head = &asked.head;
    if serving.via && head.seen.contains(Name::Via) && worker.via.is_in(head.fields) {
        return Err(Fault::Loop.into());
    }
    if let BodyLength::Length(length) = head.body
        && serving.body_bytes > 0
        && length > serving.body_bytes
    {
        return Err(Fault::BodyTooLarge.into());
    }
    // The host counts also where the path does not: what cannot be read is refused.
    let target = head.target.path_and_query().unwrap_or(b"/");
    work.canonical.set(head.host, target, serving.paths).map_err(|_| Fault::Path)?;
    if head.is_for_us() {
        return Ok(Routed::Options);
    }
    let Work { canonical, captures, request_id, .. } = work;
    let artifact = serving.artifact();
    let request = request(asked, canonical, listener_name, request_id);
    let hit = match find(artifact, &request, captures) {
        Found::Route(hit) => hit,
        Found::MethodNotAllowed => return Err(Fault::MethodNotAllowed.into()),
        Found::NoRoute if head.host.is_none() => return Err(Fault::HostMissing.into()),
        Found::NoRoute => return Err(Fault::NoRoute.into()),
        Found::Budget => return Err(Fault::MatchBudget.into()),
    };
    let route = Some(hit.route);
    let backend = artifact.route(hit.route).backend();
    let state = serving.backend(backend, &worker.targets);
    let pick =
        serving.pick(backend, &state).map_err(|fault| Stopped { fault, route })?;
    Ok(Routed::Hit(hit, backend, pick))
}

/// Writes the head for the target.
fn compose(
    worker: &Worker,
    plan: &mut Plan,
    hit: Hit,
    down: &Http1,
    asked: &Asked<'_>,
    work: &mut Work,
) -> Result<(), Fault> {
    let artifact = plan.serving.artifact();
    let head = &asked.head;
    let Work { canonical, captures, target, host, request_id } = &mut *work;
    let request = request(asked, canonical, &down.listener, request_id);
    target.clear();
    host.clear();
    write_target(artifact, hit, captures, &request, target).map_err(|_| Fault::Path)?;
    let to = artifact.target(plan.pick.id);
    let version = match to.protocol() {
        TargetProtocol::Http10 => Version::Http10,
        TargetProtocol::Http11 => Version::Http11,
    };
    plan.is_old_target = version == Version::Http10;
    if plan.is_old_target && plan.body == BodyLength::Chunked {
        plan.received.extend_from_slice(head.fields.bytes());
        plan.request_id.extend_from_slice(request_id);
        return Ok(());
    }
    let backend = artifact.backend(plan.backend);
    write_host(artifact, backend, to, &request, host);
    let client_text = if asked.client == down.peer.ip() {
        down.peer_text
    } else {
        IpText::of(asked.client)
    };
    let forwarding = Forwarding {
        peer: &down.peer_text,
        client: &client_text,
        trusted: asked.trusted,
        secured: false,
        host: (!request.canonical.authority().is_empty()).then(|| request.canonical.authority()),
        port: down.port,
    };
    write_request_head(&mut plan.head, &OutgoingRequest {
        method: head.method,
        target,
        version,
        host,
        fields: head.fields,
        seen: head.seen,
        names_fields: head.connection.names_fields,
        body: plan.body,
        expect_continue: head.expect_continue,
        accepts_trailers: head.accepts_trailers,
        forwarding: &forwarding,
        via: plan.serving.via.then_some((&worker.via, head.version)),
        request_id,
        persistence: if backend.cache_connection() {
            Persistence::Keep
        } else {
            Persistence::Close
        },
    });
    Ok(())
}

/// Writes the head for the target once the body's length is known.
///
/// # Errors
/// None in practice: the head was read and routed before.
pub fn compose_with_length(
    worker: &Worker,
    plan: &mut Plan,
    down: &Http1,
    length: u64,
) -> Result<(), Fault> {
    let serving = Rc::clone(&plan.serving);
    let mut scratch = worker.scratch.borrow_mut();
    let Scratch { request_index, work, .. } = &mut *scratch;
    let received = std::mem::take(&mut plan.received);
    let head = parse_request(&received, request_index, &serving.head_limits)?;
    let peer = down.peer.ip();
    let asked = Asked {
        head,
        listener: serving.listener(&down.listener),
        client: client_address(peer, head.fields, head.seen, &serving.trusted),
        trusted: serving.trusted.contains(peer),
    };
    // Other requests were routed on this scratch meanwhile.
    let target = head.target.path_and_query().ok_or(Fault::Internal)?;
    work.canonical.set(head.host, target, serving.paths).map_err(|_| Fault::Path)?;
    work.request_id.clear();
    work.request_id.extend_from_slice(&plan.request_id);
    let hit = {
        let Work { canonical, captures, request_id, .. } = work;
        let request = request(&asked, canonical, &down.listener, request_id);
        match find(serving.artifact(), &request, captures) {
            Found::Route(hit) if hit.route == plan.route => hit,
            _ => return Err(Fault::Internal),
        }
    };
    plan.body = BodyLength::Length(length);
    compose(worker, plan, hit, down, &asked, work)
}

//= RFC 9110 §9.2.2
fn is_idempotent(method: &[u8]) -> bool {
    matches!(method, b"GET" | b"HEAD" | b"OPTIONS" | b"PUT" | b"DELETE")
}

/// Keeps for the log what will be gone at the end.
fn entry(
    worker: &Worker,
    serving: &Serving,
    down: &Http1,
    asked: &Asked<'_>,
    work: &Work,
) -> Entry {
    let fields = asked.head.fields;
    let is_text = serving.log_is_text;
    let field = |name: &[u8]| is_text.then(|| fields.get(name)).flatten().unwrap_or_default();
    let referer = field(b"referer");
    let referer = referer.split(|byte| *byte == b'?').next().unwrap_or_default();
    let parts = [
        asked.head.method,
        work.canonical.host(),
        work.canonical.path(),
        &work.request_id,
        field(b"user-agent"),
        referer,
    ];
    let mut text = worker.buffers.small();
    let ends = parts.map(|part| {
        text.extend_from_slice(part);
        text.len()
    });
    Entry {
        time_us: wall_us(),
        began: worker.clock.fine(),
        client: SocketAddr::new(asked.client, down.peer.port()),
        listener: Rc::clone(&down.listener),
        version: Some(asked.head.version),
        text,
        ends,
    }
}
