//! Kinds of the operations that expression programs consist of; a number keeps its meaning.

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
