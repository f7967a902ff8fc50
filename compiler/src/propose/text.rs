//! A proposed test as TOML.

use super::witness::Witness;
use crate::document::spelling::{basic_string, is_bare_key};

/// The table of one test.
pub(super) fn test(witness: &Witness) -> String {
    let mut text = format!("\n[[tests]]\nrequest = {}\n", basic_string(&witness.request()));
    if !witness.probe.fields.is_empty() {
        text.push_str(&format!("headers = {}\n", table(&witness.probe.fields)));
    }
    if let Some(listener) = &witness.listener {
        text.push_str(&format!("listener = {}\n", basic_string(listener)));
    }
    text.push_str(&format!("expect = {{ {} }}\n", expect(witness).join(", ")));
    text
}

fn expect(witness: &Witness) -> Vec<String> {
    let decision = &witness.decision;
    let pair = |key: &str, value: &str| format!("{key} = {}", basic_string(value));
    let route = decision.route.as_deref().unwrap_or_default();
    // A route whose requests are refused all the same: the status says so.
    if !decision.is_taken() {
        return vec![format!("status = {}", decision.status.unwrap_or_default())];
    }
    let mut all = vec![pair("route", route)];
    // What stands inside of a route has no name of its own.
    let backend = decision.backend.as_deref().filter(|name| !name.starts_with("route:"));
    all.extend(backend.map(|name| pair("backend", name)));
    all.extend(decision.status.map(|status| format!("status = {status}")));
    all.extend(decision.sent_path.as_deref().map(|path| pair("path", path)));
    if !decision.params.is_empty() {
        all.push(format!("params = {}", table(&decision.params)));
    }
    if let Some(place) = &decision.location {
        let location = [("location".to_owned(), place.clone())];
        all.push(format!("response_headers = {}", table(&location)));
    }
    all
}

fn table(pairs: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        let key = if is_bare_key(name) { name.clone() } else { basic_string(name) };
        format!("{key} = {}", basic_string(value))
    };
    let pairs: Vec<String> = pairs.iter().map(pair).collect();
    format!("{{ {} }}", pairs.join(", "))
}
