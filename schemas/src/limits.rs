//! Maxima that both sides of the contract know: the compiler checks them, the edge enforces them.
//! Every name carries its unit; a number that only one package knows does not belong here.

/// Bytes of a request's head, when the configuration says nothing.
pub const HEAD_BYTES_DEFAULT: u64 = 32 * 1024;
/// Bytes of a request's head that a configuration may allow; offsets into a head are 16 bits wide.
pub const HEAD_BYTES_MAX: u64 = 64 * 1024 - 1;
/// Smallest limit for a head that still lets ordinary requests pass.
pub const HEAD_BYTES_MIN: u64 = 1024;
/// Fields of a request's head, when the configuration says nothing.
pub const HEAD_FIELDS_DEFAULT: u64 = 100;
/// Fields of a head, whatever the configuration says.
pub const HEAD_FIELDS_MAX: u64 = 200;
/// Bytes of a request's target, when the configuration says nothing.
pub const TARGET_BYTES_DEFAULT: u64 = 8 * 1024;
/// Bytes of a request's target that a configuration may allow.
pub const TARGET_BYTES_MAX: u64 = 32 * 1024;
/// Milliseconds from the first byte of a head to its last, by default.
pub const HEAD_TIMEOUT_DEFAULT_MS: u64 = 10_000;
/// Milliseconds that a client connection may rest between two requests, by default.
pub const KEEP_ALIVE_TIMEOUT_DEFAULT_MS: u64 = 60_000;
/// Bytes a second below which a request's body is cut, by default.
pub const BODY_RATE_DEFAULT_BYTES: u64 = 1024;
/// Milliseconds from the start of a drain to the cut, by default.
pub const DRAIN_TIMEOUT_DEFAULT_MS: u64 = 30_000;
/// Longest duration of any key: a year, in milliseconds.
pub const DURATION_MAX_MS: u64 = 366 * 24 * 60 * 60 * 1000;

/// Bytes of a pattern as written.
pub const PATTERN_BYTES_MAX: usize = 4096;
/// Segments of a pattern's path.
pub const PATTERN_SEGMENTS_MAX: usize = 32;
/// Bytes of one static segment in canonical form; its length is one byte in the artifact.
pub const PATTERN_SEGMENT_BYTES_MAX: usize = 255;
/// Patterns of one route.
pub const PATTERNS_PER_ROUTE_MAX: usize = 1024;
/// Parameters that one pattern captures.
pub const CAPTURES_MAX: usize = 16;
/// Bytes of a host, with its dots.
pub const HOST_BYTES_MAX: usize = 253;
/// Bytes of one label of a host.
pub const HOST_LABEL_BYTES_MAX: usize = 63;
/// Steps of one look-up: a node entered, a constraint run or a wildcard host tried.
pub const MATCH_STEPS_MAX: u32 = 500;
/// Bytes of host, path, query and fields that one look-up looks at, each as often as it does: some
/// milliseconds. The compiler proves it; the edge counts steps alone.
pub const MATCH_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Constraints that stand beside each other at one place of one host's paths.
pub const CONSTRAINTS_PER_NODE_MAX: usize = 64;
/// Wildcard host suffixes that lie one inside the other.
pub const HOST_SUFFIX_DEPTH_MAX: usize = 16;

/// Bytes of a regular expression as written.
pub const REGEX_BYTES_MAX: usize = 1024;
/// Bytes of a constraint's table, without its map of classes.
pub const CONSTRAINT_TABLE_BYTES_MAX: usize = 64 * 1024;
/// States of a constraint's table.
pub const CONSTRAINT_STATES_MAX: usize = 16 * 1024;
/// Different constraints of one artifact.
pub const CONSTRAINTS_MAX: usize = 1 << 20;

/// Bytes of a value that may hold expressions, as written.
pub const EXPRESSION_BYTES_MAX: usize = 4096;
/// Steps of one expression program: each of its operations runs at most once.
pub const PROGRAM_STEPS_MAX: usize = 256;
/// Bytes that one value may put into what is sent, before it is encoded.
pub const EXPRESSION_VALUE_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a target that is sent.
pub const SENT_TARGET_BYTES_MAX: usize = 64 * 1024;

/// Routes of one artifact.
pub const ROUTES_MAX: usize = 8_000_000;
/// Patterns of one artifact.
pub const PATTERNS_MAX: usize = 16_000_000;
/// Listeners of one artifact: a route's listeners are a 64-bit set.
pub const LISTENERS_MAX: usize = 64;
/// Addresses of one listener.
pub const ADDRESSES_PER_LISTENER_MAX: usize = 64;
/// Networks in `trusted_proxies`.
pub const TRUSTED_PROXIES_MAX: usize = 4096;
/// Different method names of one artifact: a route's methods are a 64-bit set.
pub const METHODS_MAX: usize = 64;
/// Bytes of a method's name.
pub const METHOD_BYTES_MAX: usize = 32;
/// Conditions of one route.
pub const CONDITIONS_PER_ROUTE_MAX: usize = 16;
/// Different sets of conditions of one artifact; their numbers are 24 bits wide.
pub const FILTER_SETS_MAX: usize = (1 << 24) - 2;
/// Changes of fields of one route, one way.
pub const CHANGES_PER_ROUTE_MAX: usize = 64;
/// Targets of one backend.
pub const TARGETS_PER_BACKEND_MAX: usize = 4096;
/// Bytes of a route's id.
pub const ROUTE_ID_BYTES_MAX: usize = 253;
/// Bytes of the name of a backend, listener, service or certificate, and of a target's id.
pub const NAME_BYTES_MAX: usize = 128;
/// Certificates of one artifact.
pub const CERTIFICATES_MAX: usize = 1 << 20;
/// Services of one artifact.
pub const SERVICES_MAX: usize = 1 << 20;
/// Networks that options of one artifact name.
pub const NETWORKS_MAX: usize = 1 << 20;
/// Embedded requests that an artifact proves itself with.
pub const SELF_TESTS_MAX: usize = 1000;
/// Signatures of one artifact.
pub const SIGNATURES_MAX: usize = 8;
/// Bytes of a file or an option that holds a key: one line of it, and comments.
pub const KEY_TEXT_BYTES_MAX: usize = 4096;
/// Sections of one artifact.
pub const SECTIONS_MAX: usize = 256;
/// Bytes of one artifact; offsets in it are 32 bits wide.
pub const ARTIFACT_BYTES_MAX: u64 = 1 << 31;

const _: () = assert!(HEAD_BYTES_DEFAULT <= HEAD_BYTES_MAX);
const _: () = assert!(HEAD_FIELDS_DEFAULT <= HEAD_FIELDS_MAX);
const _: () = assert!(TARGET_BYTES_DEFAULT <= TARGET_BYTES_MAX);
const _: () = assert!(CAPTURES_MAX <= PATTERN_SEGMENTS_MAX);
const _: () = assert!(PATTERN_SEGMENT_BYTES_MAX <= u8::MAX as usize);
const _: () = assert!(LISTENERS_MAX <= 64 && METHODS_MAX <= 64 && CONSTRAINTS_PER_NODE_MAX <= 64);
const _: () = assert!(PROGRAM_STEPS_MAX <= u8::MAX as usize + 1);
const _: () = assert!(ARTIFACT_BYTES_MAX <= u32::MAX as u64);
