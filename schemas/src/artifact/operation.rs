//! Kinds of the operations that expression programs consist of, and where each takes its text from;
//! a number keeps its meaning.

use super::id::StrId;

/// Text that goes out as it is.
pub const OPERATION_LITERAL: u8 = 0;
/// What the pattern captured under a name.
pub const OPERATION_PATH_PARAM: u8 = 1;
/// The method.
pub const OPERATION_METHOD: u8 = 2;
/// Host with port.
pub const OPERATION_HOST: u8 = 3;
/// The canonical path.
pub const OPERATION_PATH: u8 = 4;
/// The first query parameter of a name.
pub const OPERATION_QUERY: u8 = 5;
/// The first field line of a name.
pub const OPERATION_HEADER: u8 = 6;
/// The canonical path and the query.
pub const OPERATION_URI: u8 = 7;
/// Host without port.
pub const OPERATION_DOMAIN: u8 = 8;
/// `http` or `https`.
pub const OPERATION_PROTOCOL: u8 = 9;
/// `true` or `false`.
pub const OPERATION_SECURED: u8 = 10;
/// Address of the client.
pub const OPERATION_IP: u8 = 11;
/// `HTTP/1.1` and the like.
pub const OPERATION_VERSION: u8 = 12;
/// Name of the listener.
pub const OPERATION_LISTENER: u8 = 13;
/// The request's id.
pub const OPERATION_ID: u8 = 14;
/// The first cookie of a name.
pub const OPERATION_COOKIE: u8 = 15;
/// Subject of the client's certificate.
pub const OPERATION_CERT_DN: u8 = 16;
/// Common name in that subject.
pub const OPERATION_CERT_CN: u8 = 17;
/// Issuer of the client's certificate.
pub const OPERATION_CERT_ISSUER_DN: u8 = 18;
/// Id of the route.
pub const OPERATION_ROUTE_ID: u8 = 19;
/// Name of the route.
pub const OPERATION_ROUTE_NAME: u8 = 20;
/// What the route's metadata hold under a name, from section `route_metadata`.
pub const OPERATION_ROUTE_METADATA: u8 = 21;
/// The time, RFC 3339 in seconds, UTC.
pub const OPERATION_NOW: u8 = 22;
/// Seconds since 1970-01-01 UTC.
pub const OPERATION_NOW_EPOCH: u8 = 23;
/// Milliseconds since 1970-01-01 UTC.
pub const OPERATION_NOW_EPOCH_MS: u8 = 24;
/// The time as fields of HTTP write it.
pub const OPERATION_NOW_HTTP: u8 = 25;
/// The day, `YYYY-MM-DD`, UTC.
pub const OPERATION_NOW_DATE: u8 = 26;

/// Where text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Goes out as it is.
    Literal(StrId),
    /// What the pattern captured under a name.
    PathParam(StrId),
    /// The method.
    Method,
    /// Host with port.
    Host,
    /// The canonical path.
    Path,
    /// The first query parameter of a name.
    Query(StrId),
    /// The first field line of a name, in lower case.
    Header(StrId),
    /// The canonical path and the query.
    Uri,
    /// Host without port.
    Domain,
    /// `http` or `https`.
    Protocol,
    /// `true` or `false`.
    Secured,
    /// Address of the client.
    Ip,
    /// `HTTP/1.1` and the like.
    Version,
    /// Name of the listener.
    Listener,
    /// The request's id.
    Id,
    /// The first cookie of a name.
    Cookie(StrId),
    /// Of the client's certificate.
    ClientCert(CertPart),
    /// Id of the route.
    RouteId,
    /// Name of the route.
    RouteName,
    /// What the route's metadata hold under a name.
    RouteMetadata(StrId),
    /// The time.
    Now(TimeFormat),
}

/// A part of a client's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertPart {
    /// The subject.
    Dn,
    /// The common name in it.
    Cn,
    /// The issuer.
    IssuerDn,
}

/// How a time is written, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeFormat {
    /// RFC 3339 in seconds.
    Rfc3339,
    /// Seconds since 1970-01-01.
    Epoch,
    /// Milliseconds since 1970-01-01.
    EpochMs,
    /// IMF-fixdate, as fields of HTTP write it.
    Http,
    /// `YYYY-MM-DD`.
    Date,
}

impl Source {
    /// What an operation's kind and argument stand for; none where this version knows no such kind.
    /// The one table that the check and the reader share.
    #[inline]
    #[must_use]
    pub fn of(kind: u8, argument: StrId) -> Option<Self> {
        Some(match kind {
            OPERATION_LITERAL => Self::Literal(argument),
            OPERATION_PATH_PARAM => Self::PathParam(argument),
            OPERATION_METHOD => Self::Method,
            OPERATION_HOST => Self::Host,
            OPERATION_PATH => Self::Path,
            OPERATION_QUERY => Self::Query(argument),
            OPERATION_HEADER => Self::Header(argument),
            OPERATION_URI => Self::Uri,
            OPERATION_DOMAIN => Self::Domain,
            OPERATION_PROTOCOL => Self::Protocol,
            OPERATION_SECURED => Self::Secured,
            OPERATION_IP => Self::Ip,
            OPERATION_VERSION => Self::Version,
            OPERATION_LISTENER => Self::Listener,
            OPERATION_ID => Self::Id,
            OPERATION_COOKIE => Self::Cookie(argument),
            OPERATION_CERT_DN => Self::ClientCert(CertPart::Dn),
            OPERATION_CERT_CN => Self::ClientCert(CertPart::Cn),
            OPERATION_CERT_ISSUER_DN => Self::ClientCert(CertPart::IssuerDn),
            OPERATION_ROUTE_ID => Self::RouteId,
            OPERATION_ROUTE_NAME => Self::RouteName,
            OPERATION_ROUTE_METADATA => Self::RouteMetadata(argument),
            OPERATION_NOW => Self::Now(TimeFormat::Rfc3339),
            OPERATION_NOW_EPOCH => Self::Now(TimeFormat::Epoch),
            OPERATION_NOW_EPOCH_MS => Self::Now(TimeFormat::EpochMs),
            OPERATION_NOW_HTTP => Self::Now(TimeFormat::Http),
            OPERATION_NOW_DATE => Self::Now(TimeFormat::Date),
            _ => return None,
        })
    }

    /// The text that it names, where it names one.
    #[must_use]
    pub fn argument(self) -> Option<StrId> {
        match self {
            Self::Literal(argument)
            | Self::PathParam(argument)
            | Self::Query(argument)
            | Self::Header(argument)
            | Self::Cookie(argument)
            | Self::RouteMetadata(argument) => Some(argument),
            _ => None,
        }
    }
}
