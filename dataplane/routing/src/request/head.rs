//! One request as matcher and expressions see it.

use std::net::IpAddr;

use pointsman_schemas::artifact::ListenerId;

use super::{Canonical, Fields};

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, as it came.
    pub method: &'a [u8],
    /// Host, path and query.
    pub canonical: &'a Canonical,
    /// Its field lines.
    pub fields: Fields<'a>,
    /// Whose it is, forwarding fields of trusted proxies considered.
    pub client: IpAddr,
    /// Whether it came by TLS.
    pub secured: bool,
    /// `HTTP/1.0`, `HTTP/1.1`.
    pub version: &'static str,
    /// Where it came in.
    pub listener: ListenerId,
    /// That listener's name.
    pub listener_name: &'a str,
    /// The request's id.
    pub id: &'a [u8],
    /// What the client's certificate says, where it showed one that holds.
    pub client_cert: Option<ClientCert<'a>>,
    /// When it is answered, milliseconds since 1970-01-01 UTC; as coarse as the caller's clock.
    pub now_ms: u64,
}

/// What a client's certificate says of itself. Names are written as RFC 4514 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientCert<'a> {
    /// The subject.
    pub dn: &'a str,
    /// The first common name of the subject.
    pub cn: Option<&'a str>,
    /// The issuer.
    pub issuer_dn: &'a str,
}
