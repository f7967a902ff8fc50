//! Keys of `[backends.NAME]`.

use pointsman_schemas::artifact::Feature;

use super::balancing::{HEALTH_CHECK, LOAD_BALANCING, OUTLIER};
use super::client::CLIENT;
use super::form::Form;
use super::row::{Choice, Key, Kind, Table, texts};
use super::target::{TARGET, TLS_SETTINGS};

/// `[backends.NAME]`, and a backend written inside a route.
pub static BACKEND: Table = Table {
    header: "[backends.NAME]",
    name: "backend",
    doc: "A group of targets, and what is sent to them.",
    keys: &[
        Key::new(
            "root",
            Kind::Text(Form::Template),
            "Put in front of the path, joined with `/` exactly once; may hold expressions, \
             `${req.pathparams.id}`, and a query.",
        )
        .or("\"/\"")
        .such_as("\"/api/v1\""),
        Key::new("rewrite", Kind::Flag, "Whether `root` replaces the path whole.")
            .or("false")
            .such_as("true")
            .beside("root = \"/one/place\""),
        Key::new("keep_query", Kind::Flag, "Whether the client's query is sent on.").or("true"),
        Key::new(
            "host_header",
            Kind::Text(Form::HostHeader),
            "The Host a target sees: `client` (the client's), `target` (the target's name), or a \
             name.",
        )
        .or("\"client\""),
        Key::new("load_balancing", Kind::Table(&LOAD_BALANCING), LOAD_BALANCING.doc)
            .or("{ type = \"round_robin\" }"),
        Key::new("targets", Kind::Tables(&TARGET), TARGET.doc)
            .required("[{ id = \"a\", host = \"10.0.0.7\", port = 8080 }]"),
        Key::new("health_check", Kind::Table(&HEALTH_CHECK), HEALTH_CHECK.doc)
            .such_as("{ url = \"/health\" }")
            .needs(Feature::HEALTH_CHECKS),
        Key::new("outlier", Kind::Table(&OUTLIER), OUTLIER.doc)
            .such_as("{ consecutive_failures = 5 }")
            .needs(Feature::OUTLIERS),
        Key::new("client", Kind::Table(&CLIENT), CLIENT.doc)
            .such_as("{ call_timeout = \"10s\", global_timeout = \"10s\" }"),
        Key::new("proxy", Kind::Table(&PROXY), PROXY.doc)
            .such_as("{ host = \"proxy.internal\", port = 3128 }")
            .needs(Feature::OUTBOUND_PROXY),
    ],
};

/// `[backends.NAME.proxy]`.
pub static PROXY: Table = Table {
    header: "[backends.NAME.proxy]",
    name: "proxy",
    doc: "A proxy between us and the targets, by CONNECT.",
    keys: &[
        Key::new("host", Kind::Text(Form::Host), "Its name or address.")
            .required("\"proxy.internal\""),
        Key::new("port", Kind::Integer { min: 1, max: 65535 }, "Its port.").required("3128"),
        Key::new(
            "protocol",
            Kind::Choice(&[Choice::of("http"), Choice::of("https")]),
            "Whether TLS is spoken to the proxy itself.",
        )
        .or("\"http\"")
        .such_as("\"https\""),
        Key::new("principal", Kind::Text(Form::Any), "Who we are, for Basic.")
            .such_as("\"edge\"")
            .beside("password = \"env:PROXY_PASSWORD\""),
        Key::new("password", Kind::Text(Form::Secret), "Our password.")
            .such_as("\"env:PROXY_PASSWORD\"")
            .beside("principal = \"edge\""),
        Key::new(
            "no_proxy",
            texts!(NoProxy),
            "Targets that are reached without it: hosts, `*` included, and networks.",
        )
        .or("[]")
        .such_as("[\"localhost\", \"*.internal\", \"10.0.0.0/8\"]"),
        Key::new("tls_settings", Kind::Table(&TLS_SETTINGS), "TLS towards an `https` proxy.")
            .such_as("{ trusted_certificates = [\"clients\"] }")
            .beside("protocol = \"https\""),
    ],
};
