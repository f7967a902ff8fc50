//! Fixed-size records of the sections, format 1; `artifact/FORMAT.md` bears this file's digest.

use zerocopy::little_endian::{I32, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

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
    /// The log's file, or [`super::layout::NONE`].
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
    /// Bits: [`LISTENER_SERVICES`], [`LISTENER_TLS`].
    pub flags: u8,
}

/// Bit of [`ListenerRecord::flags`]: it serves services, not routes.
pub const LISTENER_SERVICES: u8 = 1;
/// Bit of [`ListenerRecord::flags`]: clients speak TLS.
pub const LISTENER_TLS: u8 = 2;

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
    /// Number of the set of conditions plus 1, little-endian; 0 is none.
    pub filters: [u8; 3],
}

/// The conditions of a policy: a range of section `filters`.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct FilterSetRecord {
    /// First condition.
    pub first: U32,
    /// How many, 1 to `CONDITIONS_PER_ROUTE_MAX`; all of them must hold.
    pub count: U32,
}

/// A condition on a field, a parameter of the query, or a cookie.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct FilterRecord {
    /// 0 a field of the head, 1 the query, 2 a cookie.
    pub place: u8,
    /// 0 a value is this text, 1 a value fits a constraint, 2 there is a value, 3 there is none.
    pub test: u8,
    /// Zero.
    pub reserved: U16,
    /// The name; of a field in lower case.
    pub name: U32,
    /// The text, the constraint, or [`super::layout::NONE`], by `test`.
    pub value: U32,
    /// The test as written where it is a constraint, else [`super::layout::NONE`].
    pub source: U32,
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
    /// The constraint, or [`super::layout::NONE`].
    pub constraint: U32,
    /// Name of what is captured, or [`super::layout::NONE`].
    pub name: U32,
    /// The constraint as written, or [`super::layout::NONE`].
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
    /// The host that is sent, or [`super::layout::NONE`].
    pub host_name: U32,
    /// Program of the root's path.
    pub root_path: U32,
    /// Program of the root's query, or [`super::layout::NONE`].
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
    /// 0 HTTP/1.0, 1 HTTP/1.1, 2 HTTP/2.0, 3 HTTP/3.0.
    pub protocol: u8,
    /// Of `ip`: 0 none, 4 or 6.
    pub family: u8,
    /// Bits: [`TARGET_TLS`], [`TARGET_BACKUP`].
    pub flags: U16,
    /// Where to connect.
    pub ip: [u8; 16],
    /// Digest of the backend's name and of all that makes a connection reusable.
    pub identity: [u8; 16],
}

/// Bit of [`TargetRecord::flags`]: TLS is spoken.
pub const TARGET_TLS: u16 = 1;
/// Bit of [`TargetRecord::flags`]: a backup.
pub const TARGET_BACKUP: u16 = 2;

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
    /// [`super::operation::OPERATION_LITERAL`] and the like.
    pub kind: u8,
    /// Operations that are left out after this one, once its value is there.
    pub skip: u8,
    /// Zero.
    pub reserved: U16,
    /// A string, or [`super::layout::NONE`].
    pub argument: U32,
}

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

/// A row of `custom_timeouts`; its deadlines are options. Sorted by owner.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CustomTimeoutRecord {
    /// [`super::option::Owner`]: a backend or a service.
    pub owner_kind: u8,
    /// Zero.
    pub reserved: [u8; 3],
    /// Its number.
    pub owner: U32,
    /// Paths it is for.
    pub path: U32,
}

/// An answer of a route's own; a route whose backend is past the backends has one.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct AnswerRecord {
    /// 0: another place; 1: a fixed text.
    pub kind: u8,
    /// Zero.
    pub reserved: u8,
    /// The status.
    pub status: U16,
    /// Scheme and authority of the place, or [`super::layout::NONE`].
    pub prefix: U32,
    /// Program of the place's path, or [`super::layout::NONE`].
    pub path: U32,
    /// Program of the place's query, or [`super::layout::NONE`].
    pub query: U32,
    /// The text, or [`super::layout::NONE`].
    pub body: U32,
    /// First of its fields in section `field_operations`.
    pub field_first: U32,
    /// How many.
    pub field_count: U32,
}

/// One change of a header field.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct FieldOperationRecord {
    /// 0: it is removed; 1: set; 2: added.
    pub kind: u8,
    /// Zero.
    pub reserved: [u8; 3],
    /// Its name, in lower case.
    pub name: U32,
    /// Program of its value, or [`super::layout::NONE`] where it is removed.
    pub program: U32,
}

/// The changes of one route. Sorted by route.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RouteChangesRecord {
    /// The route.
    pub route: U32,
    /// First change of what is sent to a target.
    pub request_first: U32,
    /// First change of the answer.
    pub response_first: U32,
    /// How many of the first kind.
    pub request_count: U16,
    /// How many of the second.
    pub response_count: U16,
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

/// Metadata of a route that programs of a shared backend look up. Sorted by route and name.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RouteMetadataRecord {
    /// The route.
    pub route: U32,
    /// Number of the name.
    pub name: U32,
    /// The value.
    pub value: U32,
}

/// A request and what must become of it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SelfTestRecord {
    /// Name of the test, or [`super::layout::NONE`].
    pub name: U32,
    /// Its method.
    pub method: U32,
    /// Host with port, as in the field `Host`.
    pub authority: U32,
    /// Path and query.
    pub target: U32,
    /// Where it comes in.
    pub listener: U32,
    /// First of its pairs: fields, then parameters, then fields that must be sent.
    pub pair_first: U32,
    /// How many are fields of the request.
    pub field_count: U16,
    /// How many are parameters that must be captured.
    pub param_count: U16,
    /// Of whom: address, and 0, 4 or 6; 0 where it does not matter.
    pub client: [u8; 16],
    /// The family.
    pub family: u8,
    /// 1: it comes by TLS.
    pub secured: u8,
    /// 0: `route`; 1: answered with `status`; 2: refused for `reason`; 3: sent to `path`.
    pub outcome: u8,
    /// Zero.
    pub reserved: u8,
    /// The status, or 0.
    pub status: U16,
    /// How many are fields that must be sent.
    pub header_count: U16,
    /// The route, or [`super::layout::NONE`].
    pub route: U32,
    /// Name of the backend, or [`super::layout::NONE`].
    pub backend: U32,
    /// What is sent as path and query, or [`super::layout::NONE`].
    pub path: U32,
    /// Why it is refused, or [`super::layout::NONE`].
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

/// A signature. Sorted by key, of each at most one.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SignatureRecord {
    /// Name of the key.
    pub key_id: [u8; 8],
    /// Ed25519; what it signs is told in `artifact/FORMAT.md`.
    pub signature: [u8; 64],
}
macro_rules! sizes {
    ($($record:ident = $bytes:literal;)*) => {
        $(const _: () = assert!(size_of::<$record>() == $bytes && align_of::<$record>() == 1);)*

        /// Every record of the sections: its name and its bytes.
        pub const RECORDS: &[(&str, usize)] = &[$((stringify!($record), $bytes),)*];
    };
}

sizes! {
    SettingsRecord = 76;
    ListenerRecord = 12;
    AddressRecord = 20;
    PolicyRecord = 24;
    FilterSetRecord = 8;
    FilterRecord = 16;
    ShapeRecord = 8;
    SegmentRecord = 16;
    RuleRecord = 8;
    WildcardRecord = 10;
    BackendRecord = 84;
    TargetRecord = 52;
    ProgramRecord = 8;
    OperationRecord = 8;
    ConstraintRecord = 20;
    InclusionRecord = 8;
    CustomTimeoutRecord = 12;
    AnswerRecord = 28;
    FieldOperationRecord = 12;
    RouteChangesRecord = 16;
    RouteNameRecord = 8;
    RouteMetadataRecord = 12;
    SelfTestRecord = 68;
    PairRecord = 8;
    SignatureRecord = 72;
}
