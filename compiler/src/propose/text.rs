//! A proposed test as TOML.

use pointsman_routing::explain::secrets_in_text;

use crate::document::secret::{is_sensitive, looks_secret};
use crate::document::spelling::{basic_string, is_bare_key};
use crate::witness::Witness;

/// Whether a request carries what looks like a secret: a condition asks for it.
pub(super) fn carries_secret(witness: &Witness) -> bool {
    let is_secret = |(name, value): (&str, &str)| {
        let (name, value) = (name.trim(), value.trim());
        is_sensitive(name) && looks_secret(name, value)
    };
    let pairs = |text: &str, sign: char| {
        text.split(sign).filter_map(|pair| pair.split_once('=')).any(is_secret)
    };
    let query = witness.probe.target.split_once('?').map_or("", |(_, query)| query);
    let mut fields = witness.probe.fields.iter();
    pairs(query, '&')
        || fields.any(|(name, value)| {
            let is_cookie = name.eq_ignore_ascii_case("cookie");
            is_secret((name, value)) || is_cookie && pairs(value, ';')
        })
}

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
    // A secret of the configuration stands there and in no copy.
    let is_open = |text: &&str| secrets_in_text(text).is_empty();
    all.extend(decision.sent_path.as_deref().filter(is_open).map(|path| pair("path", path)));
    if !decision.params.is_empty() {
        all.push(format!("params = {}", table(&decision.params)));
    }
    if let Some(place) = decision.location.as_deref().filter(is_open) {
        let location = [("location".to_owned(), place.to_owned())];
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
