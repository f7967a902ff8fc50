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
}
