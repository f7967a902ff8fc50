//! Keys at the top of a file.

use pointsman_schemas::artifact::Feature;

use super::backend::BACKEND;
use super::certificate::{ACME, CERTIFICATE};
use super::defaults::DEFAULTS;
use super::listener::LISTENER;
use super::route::ROUTE;
use super::row::{Key, Kind, Table, texts};
use super::service::{REGISTRY, SERVICE};
use super::settings::{LIMITS, LOGS, NODE, PATHS};
use super::test::TEST;

/// The top of a file.
pub static ROOT: Table = Table {
    header: "the configuration",
    name: "configuration",
    doc: "Routes, backends and listeners of an edge proxy.",
    keys: &[
        Key::new(
            "version",
            Kind::Integer { min: 1, max: 1 },
            "Version of the language; in the first file alone.",
        )
        .required("1"),
        Key::new(
            "include",
            texts!(Any),
            "Further files, as globs below the folder of this one; in the first file alone. A \
             file counts once, and order never matters.",
        )
        .or("[]")
        .such_as("[\"routes/*.toml\"]"),
        Key::new(
            "trusted_proxies",
            texts!(Network),
            "Networks of proxies whose X-Forwarded-*, Forwarded and X-Real-IP are believed.",
        )
        .or("[]")
        .such_as("[\"10.0.0.0/8\"]"),
        Key::new(
            "via",
            Kind::Flag,
            "Whether Via is added to requests, and a loop answered with 508.",
        )
        .or("true"),
        Key::new("defaults", Kind::Table(&DEFAULTS), DEFAULTS.doc)
            .such_as("{ client = { call_timeout = \"10s\" } }"),
        Key::new("node", Kind::Table(&NODE), NODE.doc)
            .such_as("{ region = \"eu-west\" }")
            .needs(Feature::NODE),
        Key::new("logs", Kind::Table(&LOGS), LOGS.doc).such_as("{ access = \"off\" }"),
        Key::new("limits", Kind::Table(&LIMITS), LIMITS.doc).such_as("{ body_bytes = \"10MiB\" }"),
        Key::new("paths", Kind::Table(&PATHS), PATHS.doc).such_as("{ merge_slashes = true }"),
        Key::new("listeners", Kind::Named(&LISTENER), LISTENER.doc)
            .such_as("{ web = { address = \"[::]:80\" } }"),
        Key::new("certificates", Kind::Named(&CERTIFICATE), CERTIFICATE.doc)
            .such_as(
                "{ shop = { certificate = \"file:/etc/ssl/shop.pem\", key = \"env:SHOP_KEY\" } }",
            )
            .needs(Feature::CERTIFICATES),
        Key::new("acme", Kind::Table(&ACME), ACME.doc)
            .such_as("{ contact = [\"mailto:ops@example.org\"] }")
            .needs(Feature::ACME),
        Key::new("routes", Kind::Tables(&ROUTE), ROUTE.doc)
            .such_as("[{ id = \"shop\", match = [\"shop.example.org\"], backend = \"shop\" }]"),
        Key::new("backends", Kind::Named(&BACKEND), BACKEND.doc)
            .such_as("{ shop = { targets = [{ id = \"a\", host = \"10.0.0.7\", port = 8080 }] } }"),
        Key::new("services", Kind::Named(&SERVICE), SERVICE.doc)
            .such_as("{ health = { builtin = \"health\" } }")
            .needs(Feature::SERVICES),
        Key::new("registry", Kind::Table(&REGISTRY), REGISTRY.doc)
            .such_as("{ allow = [\"10.0.0.0/8\"] }")
            .needs(Feature::REGISTRY),
        Key::new("tests", Kind::Tables(&TEST), TEST.doc).such_as(
            "[{ request = \"GET http://shop.example.org/\", expect = { route = \"shop\" } }]",
        ),
    ],
};
