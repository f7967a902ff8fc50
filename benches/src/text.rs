//! Route sets as a team would write them: TOML.

use std::fmt::Write;

use crate::routes::{BACKENDS, Kind, routes};

/// One file with the whole set.
#[must_use]
pub fn toml(kind: Kind, count: usize) -> String {
    let mut text = String::with_capacity(count * 128);
    text.push_str("version = 1\n\n[listeners.web]\naddress = \"127.0.0.1:8080\"\n");
    for number in 0..BACKENDS {
        let port = 9000 + number;
        let target = format!("{{ id = \"t\", host = \"127.0.0.1\", port = {port} }}");
        push(&mut text, format_args!("\n[backends.up{number}]\ntargets = [{target}]\n"));
    }
    for spec in routes(kind, count) {
        push(&mut text, format_args!("\n[[routes]]\nid = \"{}\"\n", spec.id));
        push(&mut text, format_args!("match = [\"{}\"]\n", spec.pattern()));
        push(&mut text, format_args!("backend = \"up{}\"\n", spec.backend));
        if spec.exact {
            text.push_str("exact = true\n");
        }
    }
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a string never fails.
    let _ = text.write_fmt(line);
}
