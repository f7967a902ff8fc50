//! Sections and fixed-size records of the artifact, format 1. Nothing here reads or writes; what
//! stands between the records is told in `artifact/FORMAT.md`, which bears this file's digest.

use std::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

pub use zerocopy::little_endian::{I32, U16, U32, U64};

/// Format that is written and read: major, minor.
///
/// A reader takes its own major version and no newer minor one.
pub const VERSION: (u16, u16) = (1, 0);

/// Each section begins at a multiple of this.
pub const SECTION_ALIGN_BYTES: usize = 64;

/// "None" where a record holds the number of a string, a program or a listener.
pub const NONE: u32 = u32::MAX;

/// Bytes of payload in the bucket tables of hosts and of wildcard ends: two numbers.
pub const HOST_PAYLOAD_BYTES: usize = 8;

/// Number of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionKind(pub u32);

macro_rules! sections {
    ($($constant:ident = $number:literal, $name:literal, $what:literal;)*) => {
        impl SectionKind {
            $(#[doc = $what] pub const $constant: Self = Self($number);)*

            /// Every section that has a name: number, name, what it is for.
            pub const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$((Self::$constant, $name, $what),)*];
        }
    };
}

sections! {
    HEADER = 0, "header", "Header and section table, no section of its own.";
    SETTINGS = 1, "settings", "One record: what holds for the whole host.";
    STRING_OFFSETS = 2, "string_offsets", "Where each string begins, and where the last one ends.";
    STRING_BYTES = 3, "string_bytes", "The strings, one after the other, UTF-8.";
    LISTENERS = 4, "listeners", "Listeners, sorted by name.";
    ADDRESSES = 5, "addresses", "Addresses of the listeners.";
    TRUSTED_PROXIES = 6, "trusted_proxies", "Networks whose forwarding fields are believed.";
    METHODS = 7, "methods", "Names of the methods that routes name, sorted.";
    POLICIES = 8, "policies", "When a route takes a request whose host and path fit.";
    SHAPES = 9, "shapes", "What the segments of a pattern are, from the left.";
    SEGMENTS = 10, "segments", "Segments of the shapes.";
    RULES = 11, "rules", "Pairs of policy and shape that trees refer to.";
    HOSTS = 12, "hosts", "Bucket table of exact hosts.";
    WILDCARDS = 13, "wildcards", "Bucket table from the literal end of wildcard hosts to their list.";
    WILDCARD_HOSTS = 14, "wildcard_hosts", "Wildcard hosts, those with more literal labels first.";
    PATHS = 15, "paths", "Trees of path segments, children before their parents.";
    PATTERNS = 16, "patterns", "Route of each pattern.";
    ROUTES = 17, "routes", "Routes, sorted by id.";
    BACKENDS = 18, "backends", "Backends, sorted by name.";
    TARGETS = 19, "targets", "Targets, by backend.";
    PROGRAMS = 20, "programs", "Expression programs.";
    OPERATIONS = 21, "operations", "Operations of the programs.";
    CONSTRAINTS = 22, "constraints", "Constraints on one segment.";
    CONSTRAINT_CLASSES = 23, "constraint_classes", "Maps from bytes to classes, 256 bytes each.";
    CONSTRAINT_TABLES = 24, "constraint_tables", "Transitions and accepting states.";
    INCLUSIONS = 25, "inclusions", "Pairs of constraints, the first strictly inside the second.";
    ROUTE_NAMES = 26, "route_names", "Names of routes, for people.";
    SELF_TESTS = 32, "self_tests", "Requests that the artifact proves itself with.";
    SELF_TEST_PAIRS = 33, "self_test_pairs", "Fields and parameters of the self-tests.";
    PROVENANCE = 48, "provenance", "File and line of each route; outside the content id.";
    TLS_NAMES = 64, "tls_names", "Reserved: certificates by name.";
    FILTERS = 65, "filters", "Reserved: header, query and cookie conditions.";
    SIGNATURES = 66, "signatures", "Reserved: signatures over the header.";
    SERVICES = 67, "services", "Reserved: services by slug.";
    ANSWERS = 68, "answers", "Reserved: redirects and fixed answers.";
    FIELD_OPERATIONS = 69, "field_operations", "Reserved: changes of header fields.";
}

impl SectionKind {
    /// Its name, where this version knows one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Self::ALL.iter().find(|(kind, _, _)| *kind == self).map(|(_, name, _)| *name)
    }
}

impl fmt::Display for SectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some("header") => f.write_str("the header"),
            Some(name) => write!(f, "section `{name}`"),
            None => write!(f, "section {}", self.0),
        }
    }
}

/// Bit of [`SectionEntry::flags`]: a reader that does not know the section refuses the artifact.
pub const SECTION_MUST_UNDERSTAND: u16 = 1;

/// Features that an artifact needs from who serves it, in [`Header::features`]; none in format 1.0.
///
/// Shape: bit, name. A bit without a name here is refused by its number.
pub const FEATURES: &[(u32, &str)] = &[];

/// First bytes of the file.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// [`super::wire::MAGIC`].
    pub magic: [u8; 8],
    /// Major version of the format.
    pub major: U16,
    /// Minor version of the format.
    pub minor: U16,
    /// Bytes of header and section table.
    pub header_bytes: U32,
    /// Bytes of the file.
    pub file_bytes: U64,
    /// What `--generation` said; 0 without.
    pub generation: U64,
    /// Digest of what the artifact means.
    pub content_id: [u8; 16],
    /// Entries of the section table, which follows the header.
    pub section_count: U32,
    /// Zero.
    pub reserved: U32,
    /// Features that whoever serves it must have.
    pub features: U64,
    /// BLAKE3 of the whole file, these 32 bytes as zeros.
    pub digest: [u8; 32],
    /// Zero.
    pub reserved_tail: [u8; 32],
}

/// Offset of [`Header::digest`] in the file.
pub const DIGEST_AT: usize = 64;

/// One entry of the section table. Sorted by kind; sections stand in the file in that order.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SectionEntry {
    /// [`SectionKind`].
    pub kind: U32,
    /// Version of the section's own format.
    pub version: U16,
    /// [`SECTION_MUST_UNDERSTAND`]; other bits zero.
    pub flags: U16,
    /// Bytes from the start of the file.
    pub offset: U64,
    /// Bytes of the section, padding not counted.
    pub bytes: U64,
    /// Entries in it.
    pub count: U32,
    /// Zero.
    pub reserved: U32,
}

/// What holds for the whole host.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SettingsRecord {
    /// `limits.head_bytes`.
    pub head_bytes: U64,
    /// `limits.head_fields`.
    pub head_fields: U64,
    /// `limits.target_bytes`.
    pub target_bytes: U64,
    /// `limits.head_timeout`.
    pub head_timeout_ms: U64,
    /// `limits.keep_alive_timeout`.
    pub keep_alive_timeout_ms: U64,
    /// `limits.min_body_rate`, bytes a second.
    pub min_body_rate: U64,
    /// `limits.body_bytes`; 0 is no limit.
    pub body_bytes: U64,
    /// `limits.drain_timeout`.
    pub drain_timeout_ms: U64,
    /// 1: dot segments are resolved; 0: refused.
    pub normalize_dot_segments: u8,
    /// 1: `//` counts as `/`.
    pub merge_slashes: u8,
    /// 1: field names with `_` pass; 0: are dropped.
    pub pass_underscores: u8,
    /// 1: `Via` is added.
    pub via: u8,
    /// Access log: 0 standard output, 1 standard error, 2 off, 3 file.
    pub access_log: u8,
    /// Its lines: 0 JSON, 1 text.
    pub log_format: u8,
    /// Zero.
    pub reserved: U16,
    /// The log's file, or [`NONE`].
    pub log_file: U32,
}

/// A listener.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ListenerRecord {
    /// Its name.
    pub name: U32,
    /// First of its addresses.
    pub address_first: U32,
    /// How many.
    pub address_count: U16,
    /// Bits: 1 HTTP/1.1, 2 HTTP/2, 4 HTTP/3.
    pub protocols: u8,
    /// 0 routes, 1 services.
    pub serve: u8,
}

/// An address: a listener's, or a network's.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct AddressRecord {
    /// The address; IPv4 in the first four bytes, the rest zero.
    pub ip: [u8; 16],
    /// The port; of a network the length of its prefix.
    pub port: U16,
    /// 4 or 6.
    pub family: u8,
    /// Zero.
    pub reserved: u8,
}

/// When a route takes a request whose host and path fit.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct PolicyRecord {
    /// Bits of section `methods`; 0 is every method.
    pub methods: U64,
    /// Bits of listeners.
    pub listeners: U64,
    /// Decides what specificity leaves open; higher wins.
    pub priority: I32,
    /// Bits: [`POLICY_EXACT`], [`POLICY_STRIP_PATH`].
    pub flags: u8,
    /// Zero.
    pub reserved: [u8; 3],
}

/// Bit of [`PolicyRecord::flags`]: the path ends where the pattern does.
pub const POLICY_EXACT: u8 = 1;
/// Bit of [`PolicyRecord::flags`]: the matched segments are removed.
pub const POLICY_STRIP_PATH: u8 = 2;

/// A range of section `segments`.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ShapeRecord {
    /// First segment.
    pub first: U32,
    /// How many, at most `PATTERN_SEGMENTS_MAX`.
    pub count: U32,
}

/// One segment of a shape.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SegmentRecord {
    /// 0 static, 1 constrained, 2 parameter, 3 star; a smaller one is more specific.
    pub kind: u8,
    /// Zero.
    pub reserved: [u8; 3],
    /// The constraint, or [`NONE`].
    pub constraint: U32,
    /// Name of what is captured, or [`NONE`].
    pub name: U32,
    /// The constraint as written, or [`NONE`].
    pub source: U32,
}

/// Policy and shape of a pattern.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RuleRecord {
    /// The policy.
    pub policy: U32,
    /// The shape.
    pub shape: U32,
}

/// A wildcard host; its text follows in section `wildcard_hosts`.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct WildcardRecord {
    /// Root of its paths.
    pub root: U32,
    /// First of its patterns.
    pub base: U32,
    /// Labels without `*`.
    pub rank: u8,
    /// Bytes of the text, which follows.
    pub text_bytes: u8,
}

/// A route.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RouteRecord {
    /// Who gets its requests.
    pub backend: U32,
    /// Its policy.
    pub policy: U32,
}

/// A backend.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BackendRecord {
    /// Its name; `route:<id>` for one that is written inside a route.
    pub name: U32,
    /// Bits: [`BACKEND_REWRITE`] and the like.
    pub flags: u8,
    /// Host that is sent: 0 the client's, 1 the target's, 2 `host_name`.
    pub host_header: u8,
    /// Zero.
    pub reserved: U16,
    /// The host that is sent, or [`NONE`].
    pub host_name: U32,
    /// Program of the root's path.
    pub root_path: U32,
    /// Program of the root's query, or [`NONE`].
    pub root_query: U32,
    /// First of its targets.
    pub target_first: U32,
    /// How many.
    pub target_count: U32,
    /// `client.connection_timeout`; 0 is off, as for the others.
    pub connection_timeout_ms: U64,
    /// `client.idle_timeout`.
    pub idle_timeout_ms: U64,
    /// `client.call_timeout`.
    pub call_timeout_ms: U64,
    /// `client.call_and_stream_timeout`.
    pub call_and_stream_timeout_ms: U64,
    /// `client.global_timeout`.
    pub global_timeout_ms: U64,
    /// Digest of all it means, targets included.
    pub identity: [u8; 16],
}

/// Bit of [`BackendRecord::flags`]: `root` replaces the path.
pub const BACKEND_REWRITE: u8 = 1;
/// Bit of [`BackendRecord::flags`]: the client's query is sent on.
pub const BACKEND_KEEP_QUERY: u8 = 2;
/// Bit of [`BackendRecord::flags`]: connections are kept.
pub const BACKEND_CACHE_CONNECTION: u8 = 4;
/// Bit of [`BackendRecord::flags`]: it is written inside a route.
pub const BACKEND_INLINE: u8 = 8;

/// A target.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct TargetRecord {
    /// Its id.
    pub id: U32,
    /// Name or address, IPv6 without brackets.
    pub host: U32,
    /// The backend.
    pub backend: U32,
    /// Its port.
    pub port: U16,
    /// Its share; 0 is drained.
    pub weight: U16,
    /// 0 HTTP/1.0, 1 HTTP/1.1.
    pub protocol: u8,
    /// Of `ip`: 0 none, 4 or 6.
    pub family: u8,
    /// Zero.
    pub reserved: U16,
    /// Where to connect.
    pub ip: [u8; 16],
    /// Digest of the backend's name and of all that makes a connection reusable.
    pub identity: [u8; 16],
}

/// A range of section `operations`.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ProgramRecord {
    /// First operation.
    pub first: U32,
    /// How many, at most `PROGRAM_STEPS_MAX`.
    pub count: U32,
}

/// One operation of a program.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct OperationRecord {
    /// [`OPERATION_LITERAL`] and the like.
    pub kind: u8,
    /// Operations that are left out after this one, once its value is there.
    pub skip: u8,
    /// Zero.
    pub reserved: U16,
    /// A string, or [`NONE`].
    pub argument: U32,
}

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

/// A constraint: a deterministic automaton over the decoded bytes of one segment.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ConstraintRecord {
    /// Its map of classes.
    pub classes: U32,
    /// Bytes into section `constraint_tables`: transitions, then one bit a state.
    pub table_at: U32,
    /// States.
    pub states: U16,
    /// Classes.
    pub class_count: U16,
    /// Where it starts.
    pub start: U16,
    /// A state that nothing leaves and that refuses, or 0xffff.
    pub dead: U16,
    /// Bytes of a transition: 1 or 2.
    pub width: u8,
    /// Zero.
    pub reserved: [u8; 3],
}

/// Two constraints, the first strictly inside the second. Sorted.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct InclusionRecord {
    /// The smaller language.
    pub smaller: U32,
    /// The larger language.
    pub larger: U32,
}

/// Name of a route. Sorted by route.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RouteNameRecord {
    /// The route.
    pub route: U32,
    /// Its name.
    pub name: U32,
}

/// A request and what must become of it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SelfTestRecord {
    /// Name of the test, or [`NONE`].
    pub name: U32,
    /// Its method.
    pub method: U32,
    /// Host with port, as in the field `Host`.
    pub authority: U32,
    /// Path and query.
    pub target: U32,
    /// Where it comes in.
    pub listener: U32,
    /// First of its pairs: fields, then parameters.
    pub pair_first: U32,
    /// How many are fields of the request.
    pub field_count: U16,
    /// How many are parameters that must be captured.
    pub param_count: U16,
    /// Of whom: address; family 0 where it does not matter.
    pub client: [u8; 16],
    /// 0, 4 or 6.
    pub family: u8,
    /// 1: it comes by TLS.
    pub secured: u8,
    /// 0: a route takes it; 1: it is answered with `status`; 2: it is refused for `reason`.
    pub outcome: u8,
    /// Zero.
    pub reserved: u8,
    /// The status, or 0.
    pub status: U16,
    /// Zero.
    pub reserved_tail: U16,
    /// The route, or [`NONE`].
    pub route: U32,
    /// Name of the backend, or [`NONE`].
    pub backend: U32,
    /// What is sent as path and query, or [`NONE`].
    pub path: U32,
    /// Why it is refused, or [`NONE`].
    pub reason: U32,
}

/// A name and a value.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct PairRecord {
    /// Name.
    pub name: U32,
    /// Value.
    pub value: U32,
}

/// Where a route stands, in section `provenance`.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct PlaceRecord {
    /// The file.
    pub file: U32,
    /// The line, from 1.
    pub line: U32,
}

macro_rules! sizes {
    ($($record:ident = $bytes:literal;)*) => {
        $(const _: () = assert!(size_of::<$record>() == $bytes && align_of::<$record>() == 1);)*

        /// Every record of the format: its name and its bytes.
        pub const RECORDS: &[(&str, usize)] = &[$((stringify!($record), $bytes),)*];
    };
}

sizes! {
    Header = 128;
    SectionEntry = 32;
    SettingsRecord = 76;
    ListenerRecord = 12;
    AddressRecord = 20;
    PolicyRecord = 24;
    ShapeRecord = 8;
    SegmentRecord = 16;
    RuleRecord = 8;
    WildcardRecord = 10;
    RouteRecord = 8;
    BackendRecord = 84;
    TargetRecord = 52;
    ProgramRecord = 8;
    OperationRecord = 8;
    ConstraintRecord = 20;
    InclusionRecord = 8;
    RouteNameRecord = 8;
    SelfTestRecord = 68;
    PairRecord = 8;
    PlaceRecord = 8;
}

const _: () = assert!(std::mem::offset_of!(Header, digest) == DIGEST_AT);
