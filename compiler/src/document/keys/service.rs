//! Keys of `[services.NAME]` and `[registry]`.

use super::balancing::{HEALTH_CHECK, LOAD_BALANCING, OUTLIER};
use super::client::CLIENT;
use super::form::Form;
use super::row::{Choice, Key, Kind, Table, texts};

/// `[services.NAME]`.
pub static SERVICE: Table = Table {
    header: "[services.NAME]",
    name: "service",
    doc: "What the first segment of a path names, on listeners that serve services; `\"*\"` is \
          every name that has no table of its own. One of `backend`, `registry`, `builtin`.",
    keys: &[
        Key::new(
            "builtin",
            Kind::Choice(&[Choice::of("health"), Choice::of("status"), Choice::of("metrics")]),
            "What the edge itself answers.",
        )
        .such_as("\"health\""),
        Key::new("backend", Kind::Text(Form::Backend), "Name of a backend.").such_as("\"shop\""),
        Key::new("registry", Kind::Flag, "Whether instances register at run time.")
            .or("false")
            .such_as("true"),
        Key::new("strip_slug", Kind::Flag, "Whether the first segment is removed.")
            .or("false")
            .such_as("true")
            .beside("backend = \"shop\""),
        Key::new("client", Kind::Table(&CLIENT), CLIENT.doc)
            .such_as("{ retries = 1 }")
            .beside("registry = true"),
        Key::new("load_balancing", Kind::Table(&LOAD_BALANCING), LOAD_BALANCING.doc)
            .such_as("{ type = \"round_robin\" }")
            .beside("registry = true"),
        Key::new("health_check", Kind::Table(&HEALTH_CHECK), HEALTH_CHECK.doc)
            .such_as("{ url = \"/health\" }")
            .beside("registry = true"),
        Key::new("outlier", Kind::Table(&OUTLIER), OUTLIER.doc)
            .such_as("{ consecutive_failures = 5 }")
            .beside("registry = true"),
    ],
};

/// `[registry]`.
pub static REGISTRY: Table = Table {
    header: "[registry]",
    name: "registry",
    doc: "Where instances of services register.",
    keys: &[
        Key::new(
            "address",
            Kind::Text(Form::SocketAddress),
            "Address it listens on; the admin socket alone without it.",
        )
        .such_as("\"127.0.0.1:11338\""),
        Key::new("certificate", Kind::Text(Form::Certificate), "What it shows; plain without it.")
            .such_as("\"shop\""),
        Key::new("allow", texts!(Network), "Networks that may register; none others.")
            .or("[]")
            .such_as("[\"10.0.0.0/8\"]"),
    ],
};
