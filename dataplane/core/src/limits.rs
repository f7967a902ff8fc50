//! The core's own maxima: what no configuration changes. What the compiler checks and the edge
//! enforces stands in `pointsmand`'s settings, from `pointsman_schemas::limits`.

/// Longest head of any kind, in bytes: offsets into a head are 16 bits wide.
pub const HEAD_BYTES_MAX: usize = u16::MAX as usize;

/// Most field lines of any head; the configuration may ask for fewer.
pub const HEAD_FIELDS_MAX: usize = 200;

/// Longest method, in bytes. The longest registered one, `UPDATEREDIRECTREF`, has 17.
pub const METHOD_BYTES_MAX: usize = 64;

/// Longest value of `Host`, in bytes: a name of 253, its last dot, and a port.
pub const HOST_BYTES_MAX: usize = 260;

/// Empty lines in front of a request that are skipped.
pub const LEADING_EMPTY_LINES_MAX: u8 = 2;

/// Longest response head, in bytes.
pub const RESPONSE_HEAD_BYTES_MAX: usize = 32 * 1024;

/// Most field lines of a response head.
pub const RESPONSE_FIELDS_MAX: usize = 200;

/// Most interim (1xx) responses to one request.
pub const INTERIM_RESPONSES_MAX: u8 = 32;

/// Longest value of `Content-Length`, in digits, leading zeros included.
pub const LENGTH_DIGITS_MAX: usize = 19;

/// Largest body, in bytes: eighteen digits, which every reader of `Content-Length` holds.
pub const BODY_BYTES_MAX: u64 = 999_999_999_999_999_999;

/// Longest chunk size, in hex digits.
pub const CHUNK_SIZE_DIGITS_MAX: u8 = 16;

/// Longest extension of one chunk, in bytes.
pub const CHUNK_EXTENSION_BYTES_MAX: u32 = 1024;

/// How far the extensions of a body may run ahead of its data, in bytes.
pub const CHUNK_EXTENSION_LEAD_BYTES_MAX: u64 = 16 * 1024;

/// Longest trailer section, in bytes.
pub const TRAILER_BYTES_MAX: usize = 8 * 1024;

/// Most field lines of a trailer section.
pub const TRAILER_FIELDS_MAX: usize = 50;

/// Most options that the `Connection` fields of one head may name: each is compared with each field.
pub const CONNECTION_OPTIONS_MAX: usize = 64;

/// Most hops that the walk to the client's address looks at.
pub const FORWARDED_HOPS_MAX: usize = 64;

/// Longest `X-Request-Id` that is kept, in bytes.
pub const REQUEST_ID_BYTES_MAX: usize = 128;

/// How long a client may pause in its body before the least rate counts, in microseconds.
pub const BODY_RATE_GRACE_US: u64 = 10_000_000;
