//! Keys of what holds for the whole host.

use pointsman_schemas::limits;

use super::form::Form;
use super::row::{Choice, Key, Kind, Table, Zero, duration, size_or_off};

/// `[logs]`.
pub static LOGS: Table = Table {
    header: "[logs]",
    name: "logs",
    doc: "The access log.",
    keys: &[
        Key::new(
            "access",
            Kind::Text(Form::AccessLog),
            "Where it goes: `stdout`, `stderr`, `off`, or `file:PATH` on the edge.",
        )
        .or("\"stdout\""),
        Key::new(
            "format",
            Kind::Choice(&[Choice::of("json"), Choice::of("text")]),
            "One JSON object a line, or NCSA combined.",
        )
        .or("\"json\""),
    ],
};

/// `[limits]`.
pub static LIMITS: Table = Table {
    header: "[limits]",
    name: "limits",
    doc: "Maxima and deadlines of the whole host.",
    keys: &[
        Key::new(
            "head_bytes",
            Kind::Size {
                zero: Zero::Refused,
                min_bytes: limits::HEAD_BYTES_MIN,
                max_bytes: limits::HEAD_BYTES_MAX,
            },
            "Largest head of a request; above it 431.",
        )
        .or("\"32KiB\""),
        Key::new(
            "head_fields",
            Kind::Integer { min: 1, max: limits::HEAD_FIELDS_MAX as i64 },
            "Most fields in a request's head; above it 431.",
        )
        .or("100"),
        Key::new(
            "target_bytes",
            Kind::Size { zero: Zero::Refused, min_bytes: 256, max_bytes: limits::TARGET_BYTES_MAX },
            "Longest target of a request; above it 414.",
        )
        .or("\"8KiB\""),
        Key::new(
            "head_timeout",
            duration(),
            "From the first byte of a request's head to its last; then 408.",
        )
        .or("\"10s\""),
        Key::new(
            "keep_alive_timeout",
            duration(),
            "How long a client's connection may idle between two requests.",
        )
        .or("\"60s\""),
        Key::new(
            "min_body_rate",
            size_or_off(),
            "Slowest body that is borne, a second, after 10 s; 0 bears any.",
        )
        .or("\"1KiB\""),
        Key::new("body_bytes", size_or_off(), "Largest body of a request; above it 413; 0: any.")
            .or("\"0B\""),
        Key::new(
            "drain_timeout",
            duration(),
            "How long a drain waits for running exchanges before it cuts them.",
        )
        .or("\"30s\""),
    ],
};

/// `[paths]`.
pub static PATHS: Table = Table {
    header: "[paths]",
    name: "paths",
    doc: "How a request's path and the names of its fields are read.",
    keys: &[
        Key::new(
            "dot_segments",
            Kind::Choice(&[Choice::of("reject"), Choice::of("normalize")]),
            "`.` and `..` in a path, encoded ones too: 400, or resolved.",
        )
        .or("\"reject\""),
        Key::new("merge_slashes", Kind::Flag, "Whether `//` counts as `/`.").or("false"),
        Key::new(
            "underscores",
            Kind::Choice(&[Choice::of("drop"), Choice::of("pass")]),
            "Fields with `_` in their name: removed, or sent on.",
        )
        .or("\"drop\""),
    ],
};

/// `[node]`.
pub static NODE: Table = Table {
    header: "[node]",
    name: "node",
    doc: "Where this host is, for predicates of targets.",
    keys: &[
        Key::new("provider", Kind::Text(Form::Any), "Provider.").such_as("\"aws\""),
        Key::new("region", Kind::Text(Form::Any), "Region.").such_as("\"eu-west-1\""),
        Key::new("zone", Kind::Text(Form::Any), "Zone.").such_as("\"eu-west-1a\""),
        Key::new("dc", Kind::Text(Form::Any), "Data centre.").such_as("\"dub1\""),
        Key::new("rack", Kind::Text(Form::Any), "Rack.").such_as("\"12\""),
        Key::new("geoip", Kind::Text(Form::File), "A MaxMind database of places by address.")
            .such_as("\"file:/var/lib/GeoLite2-City.mmdb\""),
    ],
};
