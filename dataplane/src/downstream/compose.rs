//! The head for a target, written from the head that came.

use std::rc::Rc;

use pointsman_core::fault::Fault;
use pointsman_core::fields::forwarded::{Forwarding, IpText};
use pointsman_core::http1::encode::{OutgoingRequest, Persistence, write_request_head};
use pointsman_core::http1::framing::{BodyLength, Version};
use pointsman_core::http1::server::parse_request;
use pointsman_routing::{Found, Hit, find, write_host, write_target};
use pointsman_schemas::artifact::read::TargetProtocol;

use super::asked::Asked;
use super::http1::Http1;
use crate::exchange::plan::Plan;
use crate::scratch::{Scratch, Work};
use crate::shard::Shard;

/// Writes the head for the target.
pub(super) fn compose(
    shard: &Shard,
    plan: &mut Plan,
    hit: Hit,
    down: &Http1,
    asked: &Asked<'_>,
    work: &mut Work,
) -> Result<(), Fault> {
    let artifact = plan.serving.artifact();
    let head = &asked.head;
    let Work { canonical, captures, target, host, request_id } = &mut *work;
    let request = asked.request(canonical, request_id);
    target.clear();
    host.clear();
    write_target(artifact, hit, captures, &request, target).map_err(|_| Fault::Path)?;
    let to = artifact.target(plan.pick.id);
    let version = match to.protocol() {
        TargetProtocol::Http10 => Version::Http10,
        // Others are refused when the artifact is loaded.
        TargetProtocol::Http11 | TargetProtocol::Http20 | TargetProtocol::Http30 => Version::Http11,
    };
    plan.is_old_target = version == Version::Http10;
    if plan.is_old_target && plan.body == BodyLength::Chunked {
        plan.received.extend_from_slice(head.fields.bytes());
        plan.request_id.extend_from_slice(request_id);
        return Ok(());
    }
    let backend = artifact.backend(plan.backend);
    write_host(artifact, backend, to, &request, host);
    let client_text =
        if asked.client == down.peer.ip() { down.peer_text } else { IpText::of(asked.client) };
    let forwarding = Forwarding {
        peer: &down.peer_text,
        client: &client_text,
        trusted: asked.trusted,
        secured: false,
        host: (!request.canonical.authority().is_empty()).then(|| request.canonical.authority()),
        port: down.port,
    };
    write_request_head(
        &mut plan.head,
        &OutgoingRequest {
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
            via: plan.serving.via.then_some((&shard.via, head.version)),
            request_id,
            persistence: if backend.cache_connection() {
                Persistence::Keep
            } else {
                Persistence::Close
            },
        },
    );
    Ok(())
}

/// Writes the head for the target once the body's length is known.
///
/// # Errors
/// None in practice: the head was read and routed before.
pub fn compose_with_length(
    shard: &Shard,
    plan: &mut Plan,
    down: &Http1,
    length: u64,
) -> Result<(), Fault> {
    let serving = Rc::clone(&plan.serving);
    let mut scratch = shard.scratch.borrow_mut();
    let Scratch { request_index, work, .. } = &mut *scratch;
    let received = std::mem::take(&mut plan.received);
    let head = parse_request(&received, request_index, &serving.limits_for(down.peer.ip()))?;
    let asked = Asked::new(head, &serving, (down.peer.ip(), &down.listener), shard.date.unix_ms());
    // Other requests were routed on this scratch meanwhile.
    let target = head.target.path_and_query().ok_or(Fault::Internal)?;
    work.canonical.set(head.host, target, serving.paths).map_err(|_| Fault::Path)?;
    work.request_id.clear();
    work.request_id.extend_from_slice(&plan.request_id);
    let hit = {
        let Work { canonical, captures, request_id, .. } = work;
        let request = asked.request(canonical, request_id);
        match find(serving.artifact(), &request, captures) {
            Found::Route(hit) if hit.route == plan.route => hit,
            _ => return Err(Fault::Internal),
        }
    };
    plan.body = BodyLength::Length(length);
    compose(shard, plan, hit, down, &asked, work)
}
