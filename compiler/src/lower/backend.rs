//! Backends and their targets.

use pointsman_schemas::artifact::layout::{
    BACKEND_CACHE_CONNECTION, BACKEND_INLINE, BACKEND_KEEP_QUERY, BACKEND_REWRITE, BackendRecord,
    NONE, TARGET_BACKUP, TARGET_TLS, TargetRecord, U16, U32, U64,
};
use pointsman_schemas::artifact::write::{Writer, identity};

use super::program;
use super::settings::ip_bytes;
use crate::grammar::expression::Template;
use crate::model::{Backend, HostHeader, Protocol, Target};

/// Names of backends that are written inside a route begin with this.
const INLINE_PREFIX: &str = "route:";

/// Whether a backend is written inside a route.
pub(super) fn is_inline(backend: &Backend) -> bool {
    backend.name.starts_with(INLINE_PREFIX)
}

/// Adds a backend and its targets; backends come in the order of their names. `root` is the
/// backend's own, with all filled in that is known of its routes.
pub(super) fn backend(writer: &mut Writer, backend: &Backend, root: &Template) {
    let number = writer.backends.len() as u32;
    let target_first = writer.targets.len() as u32;
    let targets = targets(backend);
    let mut target_facts = Vec::new();
    for one in &targets {
        let record = target(writer, backend, one, number);
        target_facts.extend_from_slice(&record.identity);
        target_facts.extend_from_slice(&record.weight.get().to_le_bytes());
        writer.targets.push(record);
    }
    let (root_path, root_query) = program::root(writer, root);
    let (host_header, host_name) = match &backend.host_header {
        HostHeader::Client => (0, NONE),
        HostHeader::Target => (1, NONE),
        HostHeader::Name(name) => (2, writer.string(name).0),
    };
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let flags = flag(backend.rewrite, BACKEND_REWRITE)
        | flag(backend.keep_query, BACKEND_KEEP_QUERY)
        | flag(backend.client.cache_connection, BACKEND_CACHE_CONNECTION)
        | flag(is_inline(backend), BACKEND_INLINE);
    let name = writer.string(&backend.name).0;
    let client = &backend.client;
    writer.backends.push(BackendRecord {
        name: U32::new(name),
        flags,
        host_header,
        reserved: U16::ZERO,
        host_name: U32::new(host_name),
        root_path: U32::new(root_path),
        root_query: U32::new(root_query.unwrap_or(NONE)),
        target_first: U32::new(target_first),
        target_count: U32::new(targets.len() as u32),
        connection_timeout_ms: U64::new(client.connection_timeout_ms),
        idle_timeout_ms: U64::new(client.idle_timeout_ms),
        call_timeout_ms: U64::new(client.call_timeout_ms),
        call_and_stream_timeout_ms: U64::new(client.call_and_stream_timeout_ms),
        global_timeout_ms: U64::new(client.global_timeout_ms),
        identity: backend_identity(backend, root, &target_facts),
    });
}

/// Targets in the order of the artifact.
pub(super) fn targets(backend: &Backend) -> Vec<&Target> {
    let mut targets: Vec<&Target> = backend.targets.iter().collect();
    targets.sort_by(|a, b| a.id.cmp(&b.id));
    targets
}

/// Numbers of strings and programs mean nothing in another artifact, so the text itself counts.
fn backend_identity(backend: &Backend, root: &Template, target_facts: &[u8]) -> [u8; 16] {
    let Backend { name, rewrite, keep_query, host_header, client, options, .. } = backend;
    let options = options.said();
    // `Debug` of these types is their whole content, and part of no other contract.
    let meaning = format!("{root:?} {rewrite} {keep_query} {host_header:?} {client:?} {options}");
    identity(&[name.as_bytes(), meaning.as_bytes(), target_facts])
}

fn target(writer: &mut Writer, backend: &Backend, target: &Target, number: u32) -> TargetRecord {
    let (ip, family) = ip_bytes(target.ip);
    let protocol = match target.protocol {
        Protocol::Http10 => 0,
        Protocol::Http11 => 1,
        Protocol::Http20 => 2,
        Protocol::Http30 => 3,
    };
    let flag = |set: bool, bit: u16| if set { bit } else { 0 };
    let flags = flag(target.tls, TARGET_TLS) | flag(target.backup, TARGET_BACKUP);
    let options = target.options.as_ref().map_or_else(String::new, |options| options.said());
    let identity = identity(&[
        backend.name.as_bytes(),
        target.id.as_bytes(),
        target.host.as_bytes(),
        &target.port.to_le_bytes(),
        &ip,
        &[family, protocol],
        options.as_bytes(),
    ]);
    TargetRecord {
        id: U32::new(writer.string(&target.id).0),
        host: U32::new(writer.string(&target.host).0),
        backend: U32::new(number),
        port: U16::new(target.port),
        weight: U16::new(target.weight),
        protocol,
        family,
        flags: U16::new(flags),
        ip,
        identity,
    }
}
