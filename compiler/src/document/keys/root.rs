//! Keys at the top of a file.

use super::backend::{BACKEND, LOAD_BALANCING};
use super::certificate::{ACME, CERTIFICATE};
use super::client::CLIENT;
use super::listener::LISTENER;
use super::route::ROUTE;
use super::row::{Key, Kind, TEXTS, Table};
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
            TEXTS,
            "Further files, as globs below the folder of this one; in the first file alone. A \
             file counts once, and order never matters.",
        ),
        Key::new(
            "trusted_proxies",
            TEXTS,
            "Networks of proxies whose X-Forwarded-*, Forwarded and X-Real-IP are believed.",
        )
        .or("[]"),
        Key::new(
            "via",
            Kind::Flag,
            "Whether Via is added to requests, and a loop answered with 508.",
        )
        .or("true"),
        Key::new("defaults", Kind::Table(&DEFAULTS), DEFAULTS.doc).later(),
        Key::new("node", Kind::Table(&NODE), NODE.doc).later(),
        Key::new("logs", Kind::Table(&LOGS), LOGS.doc),
        Key::new("limits", Kind::Table(&LIMITS), LIMITS.doc),
        Key::new("paths", Kind::Table(&PATHS), PATHS.doc),
        Key::new("listeners", Kind::Named(&LISTENER), LISTENER.doc),
        Key::new("certificates", Kind::Named(&CERTIFICATE), CERTIFICATE.doc).later(),
        Key::new("acme", Kind::Table(&ACME), ACME.doc).later(),
        Key::new("routes", Kind::Tables(&ROUTE), ROUTE.doc),
        Key::new("backends", Kind::Named(&BACKEND), BACKEND.doc),
        Key::new("services", Kind::Named(&SERVICE), SERVICE.doc).later(),
        Key::new("registry", Kind::Table(&REGISTRY), REGISTRY.doc).later(),
        Key::new("tests", Kind::Tables(&TEST), TEST.doc),
    ],
};

static DEFAULTS: Table = Table {
    header: "[defaults]",
    name: "defaults",
    doc: "What a listener, route or backend takes when it says nothing.",
    keys: &[
        Key::new("client", Kind::Table(&CLIENT), CLIENT.doc),
        Key::new("load_balancing", Kind::Table(&LOAD_BALANCING), LOAD_BALANCING.doc),
    ],
};
