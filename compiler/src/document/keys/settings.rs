//! Keys of what holds for the whole host.

use pointsman_schemas::limits;

use super::row::{Choice, Key, Kind, Table, Zero, duration, size_or_off, text};

/// `[logs]`.
pub static LOGS: Table = Table {
    header: "[logs]",
    name: "logs",
    doc: "The access log.",
    keys: &[
        Key::new(
            "access",
            Kind::Text { pattern: "^(stdout|stderr|off|file:.+)$" },
            "Where it goes: `stdout`, `stderr`, `off`, or `file:PATH` on the edge.",
        )
        .or("\"stdout\""),
        Key::new(
            "format",
            Kind::Choice(&[Choice::now("json"), Choice::now("text")]),
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
            Kind::Choice(&[Choice::now("reject"), Choice::now("normalize")]),
            "`.` and `..` in a path, encoded ones too: 400, or resolved.",
        )
        .or("\"reject\""),
        Key::new("merge_slashes", Kind::Flag, "Whether `//` counts as `/`.").or("false"),
        Key::new(
            "underscores",
            Kind::Choice(&[Choice::now("drop"), Choice::now("pass")]),
            "Fields with `_` in their name: removed, or sent on.",
        )
        .or("\"drop\""),
    ],
};

/// `[node]`.
pub(super) static NODE: Table = Table {
    header: "[node]",
    name: "node",
    doc: "Where this host stands.",
    keys: &[
        Key::new("provider", text(), "Provider."),
        Key::new("region", text(), "Region."),
        Key::new("zone", text(), "Zone."),
        Key::new("dc", text(), "Data centre."),
        Key::new("rack", text(), "Rack."),
        Key::new("geoip", text(), "Database of places by address, `file:PATH`."),
    ],
};
