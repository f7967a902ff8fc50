//! Keys of `[[backends.NAME.targets]]`.

use pointsman_schemas::artifact::Feature;

use super::form::Form;
use super::row::{Choice, Key, Kind, Table, count, texts};

/// `[[backends.NAME.targets]]`.
pub static TARGET: Table = Table {
    header: "[[backends.NAME.targets]]",
    name: "target",
    doc: "The addresses of the backend, one or more.",
    keys: &[
        Key::new("id", Kind::Text(Form::Name), "Unique in its backend.").required("\"a\""),
        Key::new(
            "host",
            Kind::Text(Form::Host),
            "Name or IP address; no scheme, no port, no brackets.",
        )
        .required("\"10.0.0.7\""),
        Key::new("port", Kind::Integer { min: 1, max: 65535 }, "Port.").required("8080"),
        Key::new("ip", Kind::Text(Form::Ip), "Where to connect; `host` stays the name.")
            .such_as("\"10.0.0.7\""),
        Key::new("tls", Kind::Flag, "Whether TLS is spoken.")
            .or("false")
            .such_as("true")
            .needs(Feature::TARGET_TLS),
        Key::new(
            "weight",
            Kind::Integer { min: 0, max: 65535 },
            "Share among the targets; 0: drained.",
        )
        .or("1"),
        Key::new("backup", Kind::Flag, "Used only when no primary target is usable.")
            .or("false")
            .needs(Feature::BACKUP_TARGETS),
        Key::new(
            "protocol",
            Kind::Choice(&[
                Choice::of("HTTP/1.0"),
                Choice::of("HTTP/1.1"),
                Choice::needing("HTTP/2.0", Feature::TARGET_HTTP2),
                Choice::needing("HTTP/3.0", Feature::TARGET_HTTP3),
            ]),
            "What is spoken; `HTTP/3.0` only with `tls = true`.",
        )
        .or("\"HTTP/1.1\""),
        Key::new("max_connections", count(), "Most connections at once, of this host; 0: any.")
            .or("0")
            .such_as("100")
            .needs(Feature::TARGET_LIMITS),
        Key::new("max_requests", count(), "Most requests at once, of this host; 0: any.")
            .or("0")
            .such_as("1000")
            .needs(Feature::TARGET_LIMITS),
        Key::new("predicate", Kind::Table(&PREDICATE), PREDICATE.doc)
            .such_as("{ type = \"NetworkLocationMatch\", region = \"eu-*\" }")
            .needs(Feature::PREDICATES),
        Key::new("tls_settings", Kind::Table(&TLS_SETTINGS), TLS_SETTINGS.doc)
            .such_as("{ verify = \"full\" }")
            .beside("tls = true")
            .needs(Feature::TARGET_TLS),
    ],
};

/// `predicate` of a target.
pub static PREDICATE: Table = Table {
    header: "predicate",
    name: "predicate",
    doc: "Where or for whom a target is used.",
    keys: &[
        Key::new(
            "type",
            Kind::Choice(&[
                Choice::of("AlwaysMatch"),
                Choice::of("NetworkLocationMatch"),
                Choice::of("GeolocationMatch"),
            ]),
            "Always; where `[node]` fits; or for clients who are in one of the circles.",
        )
        .or("\"AlwaysMatch\""),
        location("provider", "Provider of the host."),
        location("region", "Region of the host."),
        location("zone", "Zone of the host."),
        location("dc", "Data centre of the host."),
        location("rack", "Rack of the host."),
        Key::new("positions", texts!(Circle), "Circles: latitude, longitude, radius in km.")
            .such_as("[\"48.85;2.35;100\"]")
            .beside("type = \"GeolocationMatch\""),
    ],
};

const fn location(name: &'static str, doc: &'static str) -> Key {
    Key::new(name, Kind::Text(Form::Glob), doc)
        .or("\"*\"")
        .such_as("\"eu-*\"")
        .beside("type = \"NetworkLocationMatch\"")
}

/// `[backends.NAME.targets.tls_settings]`.
pub static TLS_SETTINGS: Table = Table {
    header: "tls_settings",
    name: "tls_settings",
    doc: "TLS towards a target.",
    keys: &[
        Key::new("enabled", Kind::Flag, "`false` switches the whole table off.").or("true"),
        Key::new(
            "verify",
            Kind::Choice(&[Choice::of("full"), Choice::of("no_hostname"), Choice::of("none")]),
            "What is checked: chain and name, the chain alone, or nothing.",
        )
        .or("\"full\"")
        .such_as("\"no_hostname\""),
        Key::new("client_certificates", texts!(Certificate), "What we show.")
            .or("[]")
            .such_as("[\"shop\"]"),
        Key::new(
            "trusted_certificates",
            texts!(Authority),
            "Whom we trust, instead of the system's roots.",
        )
        .or("[]")
        .such_as("[\"clients\"]"),
    ],
};
