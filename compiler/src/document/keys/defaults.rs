//! Keys of `[defaults]`: those of listeners, routes and backends that make sense for many.

use pointsman_schemas::artifact::Feature;

use super::backend::PROXY;
use super::balancing::{HEALTH_CHECK, LOAD_BALANCING, OUTLIER};
use super::client::CLIENT;
use super::form::Form;
use super::listener::{PROXY_PROTOCOL, TLS};
use super::route::{HEADER_CHANGES, HSTS};
use super::row::{Key, Kind, Table, count, texts};

/// `[defaults]`.
pub static DEFAULTS: Table = Table {
    header: "[defaults]",
    name: "defaults",
    doc: "What a listener, route or backend takes when it says nothing. Tables are taken key by \
          key; a list or a value that is written replaces the whole of it.",
    keys: &[
        Key::new("client", Kind::Table(&CLIENT), "Of every backend.").such_as("{ retries = 1 }"),
        Key::new("load_balancing", Kind::Table(&LOAD_BALANCING), "Of every backend.")
            .such_as("{ type = \"least_connections\" }"),
        Key::new("health_check", Kind::Table(&HEALTH_CHECK), "Of every backend.")
            .such_as("{ url = \"/health\" }")
            .needs(Feature::HEALTH_CHECKS),
        Key::new("outlier", Kind::Table(&OUTLIER), "Of every backend.")
            .such_as("{ consecutive_failures = 5 }")
            .needs(Feature::OUTLIERS),
        Key::new("proxy", Kind::Table(&PROXY), "Of every backend.")
            .such_as("{ host = \"proxy.internal\", port = 3128 }")
            .needs(Feature::OUTBOUND_PROXY),
        Key::new("host_header", Kind::Text(Form::HostHeader), "Of every backend.")
            .such_as("\"target\""),
        Key::new("keep_query", Kind::Flag, "Of every backend.").such_as("false"),
        Key::new("request_headers", Kind::Table(&HEADER_CHANGES), "Of every route.")
            .such_as("{ remove = [\"x-debug\"] }")
            .needs(Feature::FIELD_CHANGES),
        Key::new("response_headers", Kind::Table(&HEADER_CHANGES), "Of every route.")
            .such_as("{ remove = [\"server\"] }")
            .needs(Feature::FIELD_CHANGES),
        Key::new("upgrade", texts!(Upgrade), "Of every route.")
            .such_as("[]")
            .needs(Feature::UPGRADE),
        Key::new("hsts", Kind::Table(&HSTS), "Of every route.")
            .such_as("{ max_age = \"365d\" }")
            .needs(Feature::HSTS),
        Key::new("max_connections", count(), "Of every listener.")
            .such_as("10000")
            .needs(Feature::CONNECTION_LIMITS),
        Key::new("per_client", count(), "Of every listener.")
            .such_as("100")
            .needs(Feature::CONNECTION_LIMITS),
        Key::new("proxy_protocol", Kind::Table(&PROXY_PROTOCOL), "Of every listener.")
            .such_as("{ from = [\"10.0.0.0/8\"] }")
            .needs(Feature::PROXY_PROTOCOL),
        Key::new("tls", Kind::Table(&TLS), "Of every listener that has a table `tls`.")
            .such_as("{ certificates = [\"shop\"] }")
            .needs(Feature::LISTENER_TLS),
    ],
};
