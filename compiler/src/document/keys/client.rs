//! Keys of `[backends.NAME.client]`.

use super::row::{Key, Kind, TEXTS, Table, duration_or_off, text};

/// `[backends.NAME.client]`.
pub static CLIENT: Table = Table {
    header: "[backends.NAME.client]",
    name: "client",
    doc: "Deadlines and connections towards the targets; a duration of 0 switches it off.",
    keys: &[
        Key::new("global_timeout", duration_or_off(), "All attempts, to the end of the head.")
            .or("\"30s\""),
        Key::new("connection_timeout", duration_or_off(), "To connect to a target.").or("\"10s\""),
        Key::new("idle_timeout", duration_or_off(), "Without a byte either way.").or("\"60s\""),
        Key::new("call_timeout", duration_or_off(), "One attempt, to the end of the head.")
            .or("\"30s\""),
        Key::new(
            "call_and_stream_timeout",
            duration_or_off(),
            "One attempt, to the end of the answer; raise it for long downloads.",
        )
        .or("\"120s\""),
        Key::new("cache_connection", Kind::Flag, "Whether connections are kept.").or("true"),
        Key::new("retries", Kind::Integer { min: 0, max: 100 }, "Further attempts.").later(),
        Key::new("retry_on", TEXTS, "What is tried again.").later(),
        Key::new("retry_body_bytes", text(), "Largest body that is sent again.").later(),
        Key::new("retry_budget", Kind::Number { min: 0.0, max: 1.0 }, "Share of retries.").later(),
        Key::new("backoff_factor", Kind::Number { min: 1.0, max: 100.0 }, "Growth.").later(),
        Key::new("initial_delay", duration_or_off(), "Before the first retry.").later(),
        Key::new("sample_interval", duration_or_off(), "Before the second retry.").later(),
        Key::new("max_errors", Kind::Integer { min: 0, max: i64::MAX }, "To open.").later(),
        Key::new("open_for", duration_or_off(), "How long a breaker stays open.").later(),
        Key::new("breaker_on_5xx", Kind::Flag, "Whether a 5xx counts.").later(),
        Key::new(
            "cache_connection_queue_size",
            Kind::Integer { min: 0, max: i64::MAX },
            "Requests that may wait for a connection.",
        )
        .later(),
        Key::new("custom_timeouts", Kind::Tables(&CUSTOM_TIMEOUTS), CUSTOM_TIMEOUTS.doc).later(),
    ],
};

static CUSTOM_TIMEOUTS: Table = Table {
    header: "[[backends.NAME.client.custom_timeouts]]",
    name: "custom_timeouts",
    doc: "Deadlines by path.",
    keys: &[
        Key::new("path", text(), "Glob; the first that fits counts."),
        Key::new("connection_timeout", duration_or_off(), "As in `client`."),
        Key::new("idle_timeout", duration_or_off(), "As in `client`."),
        Key::new("call_and_stream_timeout", duration_or_off(), "As in `client`."),
        Key::new("call_timeout", duration_or_off(), "As in `client`."),
        Key::new("global_timeout", duration_or_off(), "As in `client`."),
    ],
};
