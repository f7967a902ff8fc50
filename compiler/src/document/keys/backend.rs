//! Keys of `[backends.NAME]`.

use super::client::CLIENT;
use super::row::{Choice, Key, Kind, TEXTS, Table, duration, duration_or_off, text};
use super::target::{TARGET, TLS_SETTINGS};

/// `[backends.NAME]`, and a backend written inside a route.
pub static BACKEND: Table = Table {
    header: "[backends.NAME]",
    name: "backend",
    doc: "A group of targets, and what is sent to them.",
    keys: &[
        Key::new(
            "root",
            text(),
            "Put in front of the path, joined with `/` exactly once; may hold expressions, \
             `${req.pathparams.id}`, and a query.",
        )
        .or("\"/\""),
        Key::new("rewrite", Kind::Flag, "Whether `root` replaces the path whole.").or("false"),
        Key::new("keep_query", Kind::Flag, "Whether the client's query is sent on.").or("true"),
        Key::new(
            "host_header",
            text(),
            "The Host a target sees: `client` (the client's), `target` (the target's name), or a \
             name.",
        )
        .or("\"client\""),
        Key::new("load_balancing", Kind::Table(&LOAD_BALANCING), LOAD_BALANCING.doc)
            .or("{ type = \"round_robin\" }"),
        Key::new("targets", Kind::Tables(&TARGET), TARGET.doc)
            .required("[{ id = \"a\", host = \"10.0.0.7\", port = 8080 }]"),
        Key::new("health_check", Kind::Table(&HEALTH_CHECK), HEALTH_CHECK.doc).later(),
        Key::new("outlier", Kind::Table(&OUTLIER), OUTLIER.doc).later(),
        Key::new("client", Kind::Table(&CLIENT), CLIENT.doc),
        Key::new("proxy", Kind::Table(&PROXY), PROXY.doc).later(),
    ],
};

/// `[backends.NAME.load_balancing]`.
pub static LOAD_BALANCING: Table = Table {
    header: "load_balancing",
    name: "load_balancing",
    doc: "Which target takes a request.",
    keys: &[
        Key::new(
            "type",
            Kind::Choice(&[
                Choice::now("round_robin"),
                Choice::later("random"),
                Choice::later("sticky"),
                Choice::later("ip_address_hash"),
                Choice::later("header_hash"),
                Choice::later("cookie_hash"),
                Choice::later("query_hash"),
                Choice::later("best_response_time"),
                Choice::later("weighted_best_response_time"),
                Choice::later("least_connections"),
                Choice::later("power_of_two_random_choices"),
                Choice::later("failover"),
            ]),
            "The algorithm; `round_robin` is smooth and weighted.",
        )
        .or("\"round_robin\""),
        Key::new("slow_start", duration_or_off(), "Warms a returning target up.").later(),
        Key::new("header_name", text(), "What is hashed.").later(),
        Key::new("cookie_name", text(), "What is hashed, or holds the target.").later(),
        Key::new("query_name", text(), "What is hashed.").later(),
        Key::new("ratio", Kind::Number { min: 0.0, max: 1.0 }, "Share of the best.").later(),
        Key::new("cookie_lifetime", duration(), "How long a client stays.").later(),
        Key::new("secret", text(), "What signs the cookie, by reference.").later(),
    ],
};

static HEALTH_CHECK: Table = Table {
    header: "[backends.NAME.health_check]",
    name: "health_check",
    doc: "Asks targets whether they are well.",
    keys: &[
        Key::new("enabled", Kind::Flag, "Whether it runs."),
        Key::new("type", text(), "`http`, `tcp` or `grpc`."),
        Key::new("url", text(), "Path on the target, or an absolute URL."),
        Key::new("method", text(), "Method of the request."),
        Key::new("headers", Kind::Words, "Fields of the request."),
        Key::new("interval", duration(), "Between two checks."),
        Key::new("timeout", duration(), "Of one check."),
        Key::new("healthy_statuses", TEXTS, "Statuses that are well."),
        Key::new("unhealthy_statuses", TEXTS, "Statuses that are not; they win."),
        Key::new("body_regex", text(), "What the body must hold."),
        Key::new("rise", Kind::Integer { min: 1, max: 1000 }, "Good checks in a row."),
        Key::new("fall", Kind::Integer { min: 1, max: 1000 }, "Bad checks in a row."),
    ],
};

static OUTLIER: Table = Table {
    header: "[backends.NAME.outlier]",
    name: "outlier",
    doc: "Takes targets out that fail real requests.",
    keys: &[
        Key::new("consecutive_failures", Kind::Integer { min: 1, max: 100_000 }, "In a row."),
        Key::new("base_ejection", duration(), "For how long."),
        Key::new("max_ejected", Kind::Number { min: 0.0, max: 1.0 }, "Share of targets."),
    ],
};

static PROXY: Table = Table {
    header: "[backends.NAME.proxy]",
    name: "proxy",
    doc: "A proxy between us and the targets.",
    keys: &[
        Key::new("host", text(), "Its name or address."),
        Key::new("port", Kind::Integer { min: 1, max: 65535 }, "Its port."),
        Key::new("protocol", text(), "`http` or `https`."),
        Key::new("principal", text(), "Who we are."),
        Key::new("password", text(), "Our password, by reference."),
        Key::new("no_proxy", TEXTS, "Targets that are reached without it."),
        Key::new("tls_settings", Kind::Table(&TLS_SETTINGS), TLS_SETTINGS.doc),
    ],
};
