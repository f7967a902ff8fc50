//! The table of keys against what it must say: the schema that is checked in, and the defaults that
//! hold.

use std::path::Path;

use pointsman_compiler::document::keys::{self, Kind, Table};
use pointsman_compiler::document::{schema, value};

use crate::configuration::{assert_golden, compile_text};

#[test]
fn schema_is_the_one_that_is_checked_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/config/v1.schema.json");
    assert_golden(&path, &schema::render());
}

const FRAME: &str = "version = 1\n\
    [listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n\
    [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";

#[test]
fn defaults_of_the_table_are_those_that_hold() {
    let model = compile_text(FRAME).model.expect("a model");
    let limits = model.settings.limits;
    let client = model.backends[0].client;
    let held = [
        (&keys::LIMITS, "head_bytes", value::show_size(limits.head_bytes)),
        (&keys::LIMITS, "head_fields", limits.head_fields.to_string()),
        (&keys::LIMITS, "target_bytes", value::show_size(limits.target_bytes)),
        (&keys::LIMITS, "head_timeout", value::show_duration(limits.head_timeout_ms)),
        (&keys::LIMITS, "keep_alive_timeout", value::show_duration(limits.keep_alive_timeout_ms)),
        (&keys::LIMITS, "min_body_rate", value::show_size(limits.min_body_rate)),
        (&keys::LIMITS, "body_bytes", value::show_size(limits.body_bytes)),
        (&keys::LIMITS, "drain_timeout", value::show_duration(limits.drain_timeout_ms)),
        (&keys::CLIENT, "global_timeout", value::show_duration(client.global_timeout_ms)),
        (&keys::CLIENT, "connection_timeout", value::show_duration(client.connection_timeout_ms)),
        (&keys::CLIENT, "idle_timeout", value::show_duration(client.idle_timeout_ms)),
        (&keys::CLIENT, "call_timeout", value::show_duration(client.call_timeout_ms)),
        (
            &keys::CLIENT,
            "call_and_stream_timeout",
            value::show_duration(client.call_and_stream_timeout_ms),
        ),
    ];
    for (table, name, held) in held {
        let key = table.key(name).expect("a key");
        // As durations of equal length may be written with another unit.
        let text = key.default.expect("a default").trim_matches('"');
        let same = match key.kind {
            Kind::Duration { .. } => value::duration_ms(text) == value::duration_ms(&held),
            Kind::Size { .. } => value::size_bytes(text) == value::size_bytes(&held),
            _ => text == held,
        };
        assert!(same, "{name}: the table says {text}, {held} holds");
    }
}

/// All tables that can be reached from the top, with the path to each.
fn tables() -> Vec<(String, &'static Table)> {
    let mut found: Vec<(String, &'static Table)> = vec![(String::new(), &keys::ROOT)];
    let mut at = 0;
    while at < found.len() {
        let (path, table) = found[at].clone();
        for key in table.keys {
            let mut kinds = vec![&key.kind];
            while let Some(kind) = kinds.pop() {
                match kind {
                    Kind::Table(inner) | Kind::Tables(inner) | Kind::Named(inner)
                        if path.matches('.').count() < 6 =>
                    {
                        found.push((format!("{path}.{}", key.name), inner));
                    }
                    Kind::Either(either) => kinds.extend(either.iter()),
                    _ => {}
                }
            }
        }
        at += 1;
    }
    found
}

#[test]
fn every_key_has_a_text_and_stands_once_in_its_table() {
    for (path, table) in tables() {
        assert!(!table.doc.is_empty() && !table.header.is_empty(), "{path}");
        for (index, key) in table.keys.iter().enumerate() {
            assert!(!key.doc.is_empty(), "{path}.{}", key.name);
            let earlier = table.keys[..index].iter().all(|earlier| earlier.name != key.name);
            assert!(earlier, "{path}.{} stands twice", key.name);
        }
    }
}
