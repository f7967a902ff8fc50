//! One pass over a program: what it gives is never read as a program again. The steps are bounded
//! by the program's length, since it only ever skips forward.

use pointsman_schemas::artifact::{Artifact, CertPart, Program, RouteId, Source};

use super::escape::Place;
use super::moment::Moment;
use crate::matching::Captures;
use crate::request::percent::Decoded;
use crate::request::{Refusal, Request, cookies, query};
use std::io::Write as _;
use std::net::IpAddr;

/// What values come from.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Where the program's strings are.
    pub artifact: &'a Artifact,
    /// The request.
    pub request: &'a Request<'a>,
    /// What its pattern captured.
    pub captures: &'a Captures,
    /// The route that takes it.
    pub route: RouteId,
}

/// Appends what `program` gives, written for `place`.
///
/// Errors: a value that must not stand in that place.
/// Cost: linear in the program and its values; no allocation beyond `out`.
pub fn evaluate(
    program: Program<'_>,
    scope: Scope<'_>,
    place: Place,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let mut index = 0;
    while let Some(operation) = program.operation(index) {
        index += 1;
        if put(operation.source, scope, place, out)? {
            index += operation.skip;
        }
    }
    Ok(())
}

/// Appends the text of one source; whether it is there, be it empty.
fn put(source: Source, scope: Scope<'_>, place: Place, out: &mut Vec<u8>) -> Result<bool, Refusal> {
    let Scope { artifact, request, captures, route } = scope;
    let canonical = request.canonical;
    match source {
        Source::Literal(text) => out.extend_from_slice(artifact.string_bytes(text)),
        Source::Path => place.put_path(canonical.path(), out),
        Source::Method => place.put(request.method.iter().copied(), out)?,
        Source::Host => {
            if canonical.authority().is_empty() {
                return Ok(false);
            }
            place.put(canonical.authority().iter().copied(), out)?;
        }
        Source::PathParam(name) => {
            let Some(segment) = captures.get(name, canonical.path()) else { return Ok(false) };
            place.put(Decoded::segment(segment), out)?;
        }
        Source::Query(name) => {
            let name = artifact.string_bytes(name);
            let Some(value) = canonical.query().and_then(|all| query::value(all, name)) else {
                return Ok(false);
            };
            place.put(Decoded::query(value), out)?;
        }
        Source::Uri => {
            place.put_path(canonical.path(), out);
            if let Some(query) = canonical.query() {
                place.put_path(b"?", out);
                place.put_path(query, out);
            }
        }
        Source::Domain => {
            if canonical.host().is_empty() {
                return Ok(false);
            }
            place.put(canonical.host().iter().copied(), out)?;
        }
        Source::Protocol => {
            let name: &[u8] = if request.secured { b"https" } else { b"http" };
            place.put(name.iter().copied(), out)?;
        }
        Source::Secured => {
            let word: &[u8] = if request.secured { b"true" } else { b"false" };
            place.put(word.iter().copied(), out)?;
        }
        Source::Ip => put_ip(request.client, place, out)?,
        Source::Version => place.put(request.version.bytes(), out)?,
        Source::Listener => place.put(request.listener_name.bytes(), out)?,
        Source::Id => place.put(request.id.iter().copied(), out)?,
        Source::Cookie(name) => {
            let name = artifact.string_bytes(name);
            let Some(value) = cookies::values(request.fields, name).next() else {
                return Ok(false);
            };
            place.put(value.iter().copied(), out)?;
        }
        Source::ClientCert(part) => {
            let Some(cert) = request.client_cert else { return Ok(false) };
            let text = match part {
                CertPart::Dn => Some(cert.dn),
                CertPart::Cn => cert.cn,
                CertPart::IssuerDn => Some(cert.issuer_dn),
            };
            let Some(text) = text else { return Ok(false) };
            place.put(text.bytes(), out)?;
        }
        Source::RouteId => {
            place.put(artifact.route(route).id_bytes().iter().copied(), out)?;
        }
        Source::RouteName => {
            let Some(name) = artifact.route(route).name() else { return Ok(false) };
            place.put(name.bytes(), out)?;
        }
        Source::RouteMetadata(name) => {
            let Some(value) = artifact.route_metadata(route, name) else { return Ok(false) };
            place.put(value.iter().copied(), out)?;
        }
        Source::Now(format) => {
            let moment = Moment::new(format, request.now_ms);
            place.put(moment.as_bytes().iter().copied(), out)?;
        }
        Source::Header(name) => {
            let Some(value) = request.fields.get(artifact.string_bytes(name)) else {
                return Ok(false);
            };
            place.put(value.iter().copied(), out)?;
        }
    }
    Ok(true)
}

/// Longest text of an address: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`.
const IP_BYTES_MAX: usize = 45;

fn put_ip(client: IpAddr, place: Place, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let mut text = [0; IP_BYTES_MAX];
    let mut rest = &mut text[..];
    // It fits, and nothing is allocated.
    let _ = write!(rest, "{client}");
    let left = rest.len();
    let written = text.get(..IP_BYTES_MAX - left).unwrap_or_default();
    place.put(written.iter().copied(), out)
}
