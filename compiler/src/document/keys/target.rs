//! Keys of `[[backends.NAME.targets]]`.

use super::row::{Choice, Key, Kind, NAME, TEXTS, Table, text};

/// `[[backends.NAME.targets]]`.
pub static TARGET: Table = Table {
    header: "[[backends.NAME.targets]]",
    name: "target",
    doc: "The addresses of the backend, one or more.",
    keys: &[
        Key::new("id", NAME, "Unique in its backend.").required("\"a\""),
        Key::new("host", text(), "Name or IP address; no scheme, no port, no brackets.")
            .required("\"10.0.0.7\""),
        Key::new("port", Kind::Integer { min: 1, max: 65535 }, "Port.").required("8080"),
        Key::new("ip", text(), "Where to connect; `host` stays the name."),
        Key::new("tls", Kind::Flag, "Whether TLS is spoken.").or("false").later(),
        Key::new(
            "weight",
            Kind::Integer { min: 0, max: 65535 },
            "Share among the targets; 0: drained.",
        )
        .or("1"),
        Key::new("backup", Kind::Flag, "Used when no other is usable.").later(),
        Key::new(
            "protocol",
            Kind::Choice(&[
                Choice::now("HTTP/1.0"),
                Choice::now("HTTP/1.1"),
                Choice::later("HTTP/2.0"),
                Choice::later("HTTP/3.0"),
            ]),
            "What is spoken.",
        )
        .or("\"HTTP/1.1\""),
        Key::new("max_connections", Kind::Integer { min: 0, max: i64::MAX }, "0: no limit.")
            .later(),
        Key::new("max_requests", Kind::Integer { min: 0, max: i64::MAX }, "0: no limit.").later(),
        Key::new("predicate", Kind::Table(&PREDICATE), PREDICATE.doc).later(),
        Key::new("tls_settings", Kind::Table(&TLS_SETTINGS), TLS_SETTINGS.doc).later(),
    ],
};

static PREDICATE: Table = Table {
    header: "predicate",
    name: "predicate",
    doc: "Where or for whom a target is used.",
    keys: &[
        Key::new("type", text(), "Kind of the condition."),
        Key::new("provider", text(), "Glob."),
        Key::new("region", text(), "Glob."),
        Key::new("zone", text(), "Glob."),
        Key::new("dc", text(), "Glob."),
        Key::new("rack", text(), "Glob."),
        Key::new("positions", TEXTS, "Circles: `lat;lng;radius_km`."),
    ],
};

/// `[backends.NAME.targets.tls_settings]`.
pub(super) static TLS_SETTINGS: Table = Table {
    header: "tls_settings",
    name: "tls_settings",
    doc: "TLS towards a target.",
    keys: &[
        Key::new("enabled", Kind::Flag, "`false` switches the whole table off."),
        Key::new("verify", text(), "`full`, `no_hostname` or `none`."),
        Key::new("client_certificates", TEXTS, "What we show."),
        Key::new("trusted_certificates", TEXTS, "Whom we trust."),
    ],
};
