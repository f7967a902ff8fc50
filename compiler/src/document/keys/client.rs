//! Keys of `[backends.NAME.client]`.

use pointsman_schemas::artifact::Feature;

use super::form::Form;
use super::row::{Key, Kind, Table, Zero, count, duration_from, duration_or_off, share, texts};

/// `[backends.NAME.client]`.
pub static CLIENT: Table = Table {
    header: "[backends.NAME.client]",
    name: "client",
    doc: "Deadlines, connections and retries towards the targets; a duration of 0 switches it off.",
    keys: &[
        Key::new("global_timeout", duration_or_off(), "All attempts, to the end of the head.")
            .or("\"30s\""),
        Key::new(
            "connection_timeout",
            duration_or_off(),
            "To connect to a target, TLS and the way through a proxy included.",
        )
        .or("\"10s\""),
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
        Key::new(
            "cache_connection_queue_size",
            count(),
            "Requests that may wait for a connection; they wait at most `connection_timeout`.",
        )
        .or("2048")
        .needs(Feature::CONNECTION_QUEUE),
        Key::new(
            "retries",
            Kind::Integer { min: 0, max: 100 },
            "Further attempts after the first, on another target where there is one.",
        )
        .or("1")
        .needs(Feature::RETRIES),
        Key::new(
            "retry_on",
            texts!(RetryOn),
            "What is tried again. `connect_failure` holds for every method, the rest for idempotent \
             ones unless `non_idempotent` stands there.",
        )
        .or("[\"connect_failure\", \"reset\", \"timeout\"]")
        .such_as("[\"connect_failure\", \"502\"]")
        .needs(Feature::RETRIES),
        Key::new(
            "retry_body_bytes",
            Kind::Size { zero: Zero::Off, min_bytes: 1, max_bytes: 16 << 20 },
            "Largest body of a request that is held and sent again; 0: none.",
        )
        .or("\"64KiB\"")
        .needs(Feature::RETRIES),
        Key::new(
            "retry_budget",
            share(),
            "Retries at once, as a share of the requests that run; never under 3.",
        )
        .or("0.2")
        .needs(Feature::RETRIES),
        Key::new(
            "backoff_factor",
            Kind::Number { min: 1.0, max: 100.0 },
            "By what the delay grows from the third retry on.",
        )
        .or("2")
        .needs(Feature::RETRIES),
        Key::new(
            "initial_delay",
            duration_or_off(),
            "Greatest delay before the first retry; each delay is random below it.",
        )
        .or("\"50ms\"")
        .needs(Feature::RETRIES),
        Key::new("sample_interval", duration_or_off(), "Greatest delay before the second retry.")
            .or("\"2s\"")
            .needs(Feature::RETRIES),
        Key::new(
            "max_errors",
            count(),
            "Failures in a row that open a target's breaker; 0: it never opens.",
        )
        .or("20")
        .needs(Feature::BREAKERS),
        Key::new(
            "open_for",
            duration_from(10),
            "How long an open breaker waits before it lets one request try.",
        )
        .or("\"2s\"")
        .needs(Feature::BREAKERS),
        Key::new("breaker_on_5xx", Kind::Flag, "Whether an answer of 5xx counts as a failure.")
            .or("false")
            .needs(Feature::BREAKERS),
        Key::new("custom_timeouts", Kind::Tables(&CUSTOM_TIMEOUTS), CUSTOM_TIMEOUTS.doc)
            .such_as("[{ path = \"/slow/*\", call_timeout = \"5m\", global_timeout = \"5m\" }]")
            .needs(Feature::CUSTOM_TIMEOUTS),
    ],
};

/// `[[backends.NAME.client.custom_timeouts]]`.
pub static CUSTOM_TIMEOUTS: Table = Table {
    header: "[[backends.NAME.client.custom_timeouts]]",
    name: "custom_timeouts",
    doc: "Deadlines by path; the first row that fits the path counts, and what it leaves out is \
          inherited.",
    keys: &[
        Key::new(
            "path",
            Kind::Text(Form::PathGlob),
            "Paths it is for, as they come in; `*` stands for one or more characters, `/` included.",
        )
        .required("\"/slow/*\""),
        Key::new("connection_timeout", duration_or_off(), "As in `client`.").such_as("\"10s\""),
        Key::new("idle_timeout", duration_or_off(), "As in `client`.").such_as("\"5m\""),
        Key::new("call_and_stream_timeout", duration_or_off(), "As in `client`.")
            .such_as("\"1h\""),
        Key::new("call_timeout", duration_or_off(), "As in `client`.").such_as("\"30s\""),
        Key::new("global_timeout", duration_or_off(), "As in `client`.").such_as("\"5m\""),
    ],
};
