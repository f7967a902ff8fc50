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
    let Scope { artifact, request, captures, .. } = scope;
    let canonical = request.canonical;
    match source {
        Source::Literal(text) => out.extend_from_slice(artifact.string_bytes(text)),
        Source::Path => place.put_path(canonical.path(), out),
        Source::Uri => {
            place.put_path(canonical.path(), out);
            if let Some(query) = canonical.query() {
                place.put_path(b"?", out);
                place.put_path(query, out);
            }
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
        Source::Ip => put_ip(request.client, place, out)?,
        Source::Now(format) => {
            let moment = Moment::new(format, request.now_ms);
            place.put(moment.as_bytes().iter().copied(), out)?;
        }
        plain => {
            let Some(text) = text_of(plain, scope) else { return Ok(false) };
            place.put(text.iter().copied(), out)?;
        }
    }
    Ok(true)
}

/// The text of a source that is somewhere as it is; none where it is not there, and of others.
fn text_of<'a>(source: Source, scope: Scope<'a>) -> Option<&'a [u8]> {
    let Scope { artifact, request, route, .. } = scope;
    let some = |text: &'a [u8]| Some(text).filter(|text| !text.is_empty());
    match source {
        Source::Method => Some(request.method),
        Source::Host => some(request.canonical.authority()),
        Source::Domain => some(request.canonical.host()),
        Source::Protocol => Some(if request.secured { b"https" } else { b"http" }),
        Source::Secured => Some(if request.secured { b"true" } else { b"false" }),
        Source::Version => Some(request.version.as_bytes()),
        Source::Listener => Some(request.listener_name.as_bytes()),
        Source::Id => Some(request.id),
        Source::Cookie(name) => cookies::values(request.fields, artifact.string_bytes(name)).next(),
        Source::Header(name) => request.fields.get(artifact.string_bytes(name)),
        Source::ClientCert(part) => {
            let cert = request.client_cert?;
            let text = match part {
                CertPart::Dn => Some(cert.dn),
                CertPart::Cn => cert.cn,
                CertPart::IssuerDn => Some(cert.issuer_dn),
            };
            text.map(str::as_bytes)
        }
        Source::RouteId => Some(artifact.route(route).id_bytes()),
        Source::RouteName => artifact.route(route).name().map(str::as_bytes),
        Source::RouteMetadata(name) => artifact.route_metadata(route, name),
        Source::Literal(_)
        | Source::Path
        | Source::Uri
        | Source::PathParam(_)
        | Source::Query(_)
        | Source::Ip
        | Source::Now(_) => None,
    }
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
