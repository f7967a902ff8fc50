//! What a request's head means here: who answers it, and what is said to the target. All of it
//! happens in one go, without an `await`, on scratch that belongs to the shard.

use std::net::SocketAddr;
use std::rc::Rc;

use pointsman_core::exchange::After;
use pointsman_core::fault::Fault;
use pointsman_core::fields::name::Name;
use pointsman_core::http1::framing::{BodyLength, Version};
use pointsman_core::http1::head::HeadEnd;
use pointsman_core::http1::server::{RequestHead, parse_request};
use pointsman_routing::{Found, Hit, allow, find};
use pointsman_schemas::artifact::id::{BackendId, RouteId};

use super::asked::Asked;
use super::compose::compose;
use super::http1::Http1;
use crate::date::wall_us;
use crate::exchange::answer::Answer;
use crate::exchange::plan::Plan;
use crate::exchange::record::Entry;
use crate::scratch::{Scratch, Work};
use crate::serving::{Pick, Serving};
use crate::shard::Shard;
use crate::stream::outgoing::Outgoing;

/// What a head usually gains on its way to the target, bytes: forwarding fields, names, its rewritten
/// path. One that gains more grows out of its buffer, which costs an allocation.
const ADDED_BYTES: usize = 768;

/// What `Allow` says where no route is asked: all that is not refused for every route.
const ALLOWED: &[u8] = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

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

/// Decides about a whole head.
pub fn plan(shard: &Shard, down: &mut Http1, end: HeadEnd) -> Planned {
    let serving = shard.serving();
    let mut scratch = shard.scratch.borrow_mut();
    let Scratch { request_index, work, .. } = &mut *scratch;
    let bytes = &down.inbound[end.start..end.end];
    let limits = serving.limits_for(down.peer.ip());
    let head = match parse_request(bytes, request_index, &limits) {
        Ok(head) => head,
        Err(fault) => {
            drop(scratch);
            refuse(shard, down, fault);
            return Planned::Answered(After::Linger);
        }
    };
    let asked = Asked::new(head, &serving, (down.peer.ip(), &down.listener), shard.date.unix_ms());
    asked.write_id(shard, &mut work.request_id);
    let routed = route(shard, &serving, &asked, work);
    let entry = serving.log_is_on.then(|| entry(shard, &serving, down, &asked, work));
    match routed {
        Ok(Routed::Hit(hit, backend, pick)) => {
            let mut plan = Plan {
                route: hit.route,
                backend,
                pick,
                head: shard.buffers.that_holds(bytes.len() + ADDED_BYTES),
                body: head.body,
                version: head.version,
                is_head: head.method == b"HEAD",
                idempotent: is_idempotent(head.method),
                keep_alive: head.keep_alive,
                accepts_trailers: head.accepts_trailers,
                expect_continue: head.expect_continue,
                is_old_target: false,
                received: Vec::new(),
                request_id: Vec::new(),
                entry,
                serving: Rc::clone(&serving),
            };
            match compose(shard, &mut plan, hit, down, &asked, work) {
                Ok(()) => Planned::Forward(plan),
                Err(fault) => {
                    let Plan { head: buffer, entry, .. } = plan;
                    shard.buffers.give(buffer);
                    let stopped = Stopped { fault, route: Some(hit.route) };
                    stop(shard, &serving, &mut down.outgoing, &asked, work, stopped, entry)
                }
            }
        }
        Ok(Routed::Options) => {
            let after = after_own(shard, &head);
            let answer = Answer { is_head: false, version: head.version, after };
            let allow: [(&[u8], &[u8]); 1] = [(b"Allow", ALLOWED)];
            answer.write(shard, 204, "", &allow, &mut down.outgoing);
            if let Some(entry) = entry {
                entry.write_own(shard, 204, None, "", "");
            }
            Planned::Answered(after)
        }
        Err(stopped) => stop(shard, &serving, &mut down.outgoing, &asked, work, stopped, entry),
    }
}

/// Answers a head that cannot be read; the connection ends with it.
pub fn refuse(shard: &Shard, down: &mut Http1, fault: Fault) {
    let answer = Answer { is_head: false, version: Version::Http11, after: After::Linger };
    //= RFC 9110 §15.5.6
    let allow: [(&[u8], &[u8]); 1] = [(b"Allow", ALLOWED)];
    let fields = if fault.status() == 405 { &allow[..] } else { &[] };
    answer.write(shard, fault.status(), fault.text(), fields, &mut down.outgoing);
    let serving = shard.serving();
    if serving.log_is_on {
        let entry = Entry {
            time_us: wall_us(),
            began: shard.clock.fine(),
            client: down.peer,
            listener: serving.listener(&down.listener).1,
            version: None,
            text: Vec::new(),
            ends: [0; 6],
        };
        entry.write_own(shard, fault.status(), Some(fault), "", "");
    }
}

/// Writes the log's line for a request that stopped before its exchange; the status is 0 where
/// nothing was said.
pub fn log_fault(shard: &Shard, plan: Plan, fault: Fault, status: u16) {
    if let Some(entry) = plan.entry {
        let artifact = plan.serving.artifact();
        let route = artifact.route(plan.route).id();
        let backend = artifact.backend(plan.backend).label();
        entry.write_own(shard, status, Some(fault), route, backend);
    }
}

/// What becomes of the connection when the request is answered before its body was read.
fn after_own(shard: &Shard, head: &RequestHead<'_>) -> After {
    match head.body {
        BodyLength::None | BodyLength::Length(0) if !head.keep_alive => After::Close,
        BodyLength::None | BodyLength::Length(0) if !shard.is_draining() => After::KeepAlive,
        // The body, or a next request, may be on its way.
        _ => After::Linger,
    }
}

/// Answers a request that reaches no target.
fn stop(
    shard: &Shard,
    serving: &Serving,
    outgoing: &mut Outgoing,
    asked: &Asked<'_>,
    work: &mut Work,
    stopped: Stopped,
    entry: Option<Entry>,
) -> Planned {
    let Stopped { fault, route } = stopped;
    let head = &asked.head;
    let after = after_own(shard, head);
    let answer = Answer { is_head: head.method == b"HEAD", version: head.version, after };
    work.target.clear();
    if fault == Fault::MethodNotAllowed {
        let Work { canonical, target, request_id, .. } = work;
        let request = asked.request(canonical, request_id);
        allow(serving.artifact(), &request, target);
        let fields: [(&[u8], &[u8]); 1] = [(b"Allow", target)];
        answer.write(shard, fault.status(), fault.text(), &fields, outgoing);
    } else {
        answer.write(shard, fault.status(), fault.text(), &[], outgoing);
    }
    if let Some(entry) = entry {
        let (route, backend) = match route {
            Some(route) => {
                let route = serving.artifact().route(route);
                let backend = route.backend().map(|backend| serving.artifact().backend(backend));
                (route.id(), backend.map_or("", |backend| backend.label()))
            }
            None => ("", ""),
        };
        entry.write_own(shard, fault.status(), Some(fault), route, backend);
    }
    Planned::Answered(after)
}

/// Who answers.
fn route(
    shard: &Shard,
    serving: &Serving,
    asked: &Asked<'_>,
    work: &mut Work,
) -> Result<Routed, Stopped> {
    let head = &asked.head;
    // First, so that the log never shows another request's host and path. The host counts also
    // where the path does not: what cannot be read is refused.
    let target = head.target.path_and_query().unwrap_or(b"/");
    work.canonical.set(head.host, target, serving.paths).map_err(|_| Fault::Path)?;
    if serving.via && head.seen.contains(Name::Via) && shard.via.is_in(head.fields) {
        return Err(Fault::Loop.into());
    }
    if let BodyLength::Length(length) = head.body
        && serving.body_bytes > 0
        && length > serving.body_bytes
    {
        return Err(Fault::BodyTooLarge.into());
    }
    if head.is_for_us() {
        return Ok(Routed::Options);
    }
    let Work { canonical, captures, request_id, .. } = work;
    let artifact = serving.artifact();
    let request = asked.request(canonical, request_id);
    let hit = match find(artifact, &request, captures) {
        Found::Route(hit) => hit,
        Found::MethodNotAllowed => return Err(Fault::MethodNotAllowed.into()),
        Found::NoRoute if head.host.is_none() => return Err(Fault::HostMissing.into()),
        Found::NoRoute => return Err(Fault::NoRoute.into()),
        Found::Budget => return Err(Fault::MatchBudget.into()),
    };
    let route = Some(hit.route);
    let Some(backend) = artifact.route(hit.route).backend() else {
        // An artifact with such routes is refused when it is loaded.
        return Err(Stopped { fault: Fault::Internal, route });
    };
    let state = serving.backend(backend, &shard.targets);
    let pick = serving.pick(backend, &state).map_err(|fault| Stopped { fault, route })?;
    Ok(Routed::Hit(hit, backend, pick))
}

//= RFC 9110 §9.2.2
fn is_idempotent(method: &[u8]) -> bool {
    matches!(method, b"GET" | b"HEAD" | b"OPTIONS" | b"PUT" | b"DELETE")
}

/// Keeps for the log what will be gone at the end.
fn entry(shard: &Shard, serving: &Serving, down: &Http1, asked: &Asked<'_>, work: &Work) -> Entry {
    let fields = asked.head.fields;
    let is_text = serving.log_is_text;
    let field = |name: &[u8]| is_text.then(|| fields.get(name)).flatten().unwrap_or_default();
    let referer = field(b"referer");
    let referer = referer.split(|byte| *byte == b'?').next().unwrap_or_default();
    let path = match work.canonical.path() {
        // Refused: as it came, so that whoever looks for it finds it. The log escapes it.
        b"" => asked.head.target.path_and_query().unwrap_or_default(),
        path => path,
    };
    let path = path.split(|byte| *byte == b'?').next().unwrap_or_default();
    let parts = [
        asked.head.method,
        work.canonical.host(),
        path,
        &work.request_id,
        field(b"user-agent"),
        referer,
    ];
    let mut text = shard.buffers.small();
    let ends = parts.map(|part| {
        text.extend_from_slice(part);
        text.len()
    });
    Entry {
        time_us: wall_us(),
        began: shard.clock.fine(),
        client: SocketAddr::new(asked.client, down.peer.port()),
        listener: Rc::clone(&asked.listener_name),
        version: Some(asked.head.version),
        text,
        ends,
    }
}
