//! Header and section table of the artifact, format 1. Nothing here reads or writes; what stands
//! between the records is told in `artifact/FORMAT.md`, which bears this file's digest.

use std::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

pub use super::operation::*;
pub use super::records::*;
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
    PATTERNS = 16, "patterns", "Packed: the route of each pattern.";
    ROUTES = 17, "routes", "Packed: backend and policy of each route; routes are sorted by id.";
    BACKENDS = 18, "backends", "Backends, sorted by name.";
    TARGETS = 19, "targets", "Targets, by backend.";
    PROGRAMS = 20, "programs", "Expression programs.";
    OPERATIONS = 21, "operations", "Operations of the programs.";
    CONSTRAINTS = 22, "constraints", "Constraints on one segment.";
    CONSTRAINT_CLASSES = 23, "constraint_classes", "Maps from bytes to classes, 256 bytes each.";
    CONSTRAINT_TABLES = 24, "constraint_tables", "Transitions and accepting states.";
    INCLUSIONS = 25, "inclusions", "Pairs of constraints, the first strictly inside the second.";
    ROUTE_NAMES = 26, "route_names", "Names of routes, for people.";
    ROUTE_IDS = 27, "route_ids", "Ids of the routes, sorted.";
    SELF_TESTS = 32, "self_tests", "Requests that the artifact proves itself with.";
    SELF_TEST_PAIRS = 33, "self_test_pairs", "Fields and parameters of the self-tests.";
    PROVENANCE = 48, "provenance", "File and line of each route; outside the content id.";
    CERTIFICATES = 64, "certificates", "Names of the certificates, sorted.";
    FILTERS = 65, "filters", "Conditions on fields, query and cookies.";
    SIGNATURES = 66, "signatures", "Signatures; outside the content id.";
    SERVICES = 67, "services", "Names of the services, sorted.";
    ANSWERS = 68, "answers", "Redirects and fixed answers of routes.";
    FIELD_OPERATIONS = 69, "field_operations", "Changes of header fields, in order.";
    FILTER_SETS = 70, "filter_sets", "Sets of conditions that policies refer to.";
    ROUTE_CHANGES = 71, "route_changes", "Routes that change fields, sorted by route.";
    OPTIONS = 72, "options", "What is said beyond the matcher, by owner and key.";
    NETWORKS = 73, "networks", "Networks that options name.";
    CUSTOM_TIMEOUTS = 74, "custom_timeouts", "Rows of `custom_timeouts`, by owner.";
    ROUTE_METADATA = 75, "route_metadata", "Metadata that programs of shared backends look up, by route and name.";
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
    /// [`super::feature::Features`]: what whoever serves it must have.
    pub features: U64,
    /// BLAKE3 of the whole file, these 32 bytes as zeros.
    pub digest: [u8; 32],
    /// Zero.
    pub reserved_tail: [u8; 32],
}

/// Offset of [`Header::content_id`] in the file.
pub const CONTENT_ID_AT: usize = 32;

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

const _: () = assert!(std::mem::offset_of!(Header, digest) == DIGEST_AT);
const _: () = assert!(size_of::<Header>() == 128 && align_of::<Header>() == 1);
const _: () = assert!(size_of::<SectionEntry>() == 32 && align_of::<SectionEntry>() == 1);
