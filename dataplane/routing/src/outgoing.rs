//! What is sent to a target: its path and query, and its `Host`. The address of a call is never
//! made from a request.

use pointsman_schemas::artifact::{Artifact, Backend, HostHeader, Target};
use pointsman_schemas::limits::SENT_TARGET_BYTES_MAX;

use crate::expression::{Place, Scope, evaluate};
use crate::matching::{Captures, Hit};
use crate::request::path::has_dot_segment;
use crate::request::{Refusal, Request};

/// The ports that go without saying in `Host`: for plain HTTP, and for TLS.
const HTTP_PORT: u16 = 80;
const HTTPS_PORT: u16 = 443;

/// Appends path and query of the request line: root, rest of the path and query, as the backend
/// says.
///
/// Errors: an expression's value would change what the path means; answered with 400.
/// Cost: linear in what is written; no allocation beyond `out`.
pub fn write_target(
    artifact: &Artifact,
    hit: Hit,
    captures: &Captures,
    request: &Request<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let start = out.len();
    let route = artifact.route(hit.route);
    // A route that answers itself sends nothing, and nobody asks what.
    let Some(backend) = route.backend() else { return Ok(()) };
    let backend = artifact.backend(backend);
    let scope = Scope { artifact, request, captures, route: hit.route };
    write_root(backend, scope, out)?;
    if !backend.rewrite() {
        let path = request.canonical.path();
        let stripped = if route.strip_path() { hit.matched_len } else { 0 };
        let rest = path.get(stripped..).unwrap_or_default();
        // Joined with `/` exactly once; a rest is empty or begins with one.
        let rest = match rest.split_first() {
            Some((_, after)) if out.len() > start && out.last() == Some(&b'/') => after,
            _ => rest,
        };
        out.extend_from_slice(rest);
    }
    let mut separator = b'?';
    if let Some(program) = backend.root_query() {
        out.push(separator);
        evaluate(artifact.program(program), scope, Place::Query, out)?;
        separator = b'&';
    }
    if let Some(query) = request.canonical.query().filter(|_| backend.keep_query()) {
        out.push(separator);
        out.extend_from_slice(query);
    }
    if out.len() - start > SENT_TARGET_BYTES_MAX {
        return Err(Refusal::SentTooLong);
    }
    Ok(())
}

/// Appends the root's path, which begins with `/`.
fn write_root(backend: Backend<'_>, scope: Scope<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let start = out.len();
    let program = scope.artifact.program(backend.root_path());
    evaluate(program, scope, Place::Path, out)?;
    if out.get(start) != Some(&b'/') {
        out.insert(start, b'/');
    }
    if !program.is_literal() {
        let root = out.get(start..).unwrap_or_default();
        if has_dot_segment(root) {
            return Err(Refusal::SentDotSegment);
        }
    }
    Ok(())
}

/// Appends the value of the `Host` that goes to `target`.
pub fn write_host(
    artifact: &Artifact,
    backend: Backend<'_>,
    target: Target<'_>,
    request: &Request<'_>,
    out: &mut Vec<u8>,
) {
    let _ = artifact;
    match backend.host_header() {
        HostHeader::Name(name) => out.extend_from_slice(name.as_bytes()),
        // A request of HTTP/1.0 may name no host.
        HostHeader::Client if !request.canonical.authority().is_empty() => {
            out.extend_from_slice(request.canonical.authority());
        }
        HostHeader::Client | HostHeader::Target => write_target_host(target, out),
    }
}

//= RFC 9110 §7.2: the port is left out where it is the scheme's own.
fn write_target_host(target: Target<'_>, out: &mut Vec<u8>) {
    let host = target.host().as_bytes();
    if host.contains(&b':') {
        out.push(b'[');
        out.extend_from_slice(host);
        out.push(b']');
    } else {
        out.extend_from_slice(host);
    }
    let own = if target.tls() { HTTPS_PORT } else { HTTP_PORT };
    if target.port() != own {
        let mut digits = [0; 5];
        let mut at = digits.len();
        let mut left = target.port();
        while left > 0 && at > 0 {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        out.push(b':');
        out.extend_from_slice(&digits[at..]);
    }
}
