//! Each row of the table by configurations that differ in it, and that no key is forgotten.

mod otherwise;

use super::super::facts::{Names, Things, route, things};
use super::rules::{all_rules, rule};
use super::*;
use crate::compile::compile;
use crate::document::{Folder, load};
use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::option::OPTIONS;

/// A configuration with room for more at several places: before all tables, of a listener, a route, a backend, a
/// target, and whole tables.
const ROOM: [&str; 6] = ["first", "listener", "route", "backend", "target", "top"];

fn artifact(more: &[(&str, &str)]) -> Artifact {
    let text = "version = 1\n#first\n[listeners.web]\n#listener\nserve = \"routes\"\n[listeners.sec]\n\
        address = \"127.0.0.1:443\"\ntls = { certificates = [\"shop\"] }\n[certificates.shop]\n\
        certificate = \"file:/x.pem\"\nkey = \"env:K\"\n[certificates.ca]\n\
        certificate = \"file:/ca.pem\"\n[backends.b]\n#backend\n[[backends.b.targets]]\n\
        id = \"t\"\nhost = \"t.tld\"\nport = 80\n#target\n[[routes]]\nid = \"r\"\n\
        match = [\"h.tld\"]\nbackend = \"b\"\n#route\n[[routes]]\nid = \"z\"\n\
        match = [\"z.tld\"]\nbackend = \"b\"\n#top\n";
    let mut text = text.to_owned();
    for place in ROOM {
        let own = more.iter().find(|(known, _)| *known == place);
        text = text.replace(&format!("#{place}\n"), &format!("{}\n", own.map_or("", |one| one.1)));
    }
    if !more.iter().any(|(place, text)| *place == "listener" && text.contains("address")) {
        text = text.replace("[listeners.web]\n", "[listeners.web]\naddress = \"127.0.0.1:80\"\n");
    }
    let folder = Folder::memory([("pointsman.toml", text.as_str())]);
    let outcome = compile(load(&folder, "pointsman.toml").expect("a file"), 0);
    let bytes = outcome.artifact.unwrap_or_else(|| panic!("{text}: {:?}", outcome.findings));
    Artifact::from_bytes(bytes).expect("an artifact")
}

fn all(artifact: &Artifact) -> Things<'_> {
    let mut all = things(artifact);
    for one in artifact.routes() {
        let path = vec!["routes".to_owned(), one.id().to_owned()];
        all.insert(path, route(artifact, one, &Names::new()));
    }
    all
}

/// What is told of a change, as `key: words`.
fn told(place: &str, old: &str, new: &str) -> Vec<String> {
    let (old, new) = (artifact(&[(place, old)]), artifact(&[(place, new)]));
    let (a, b) = (all(&old), all(&new));
    let mut told = Vec::new();
    for path in a.keys().chain(b.keys().filter(|path| !a.contains_key(*path))) {
        let (was, is) = (a.get(path), b.get(path));
        let keys = was.into_iter().chain(is).flat_map(Facts::keys);
        for key in keys.collect::<std::collections::BTreeSet<_>>() {
            let differs = was.and_then(|one| one.get(key)) != is.and_then(|one| one.get(key));
            let words = match (was, is) {
                (Some(was), Some(is)) if timeouts::is_row(key) => {
                    let rows = timeouts::loosened(was, is, &mut timeouts::Work::new());
                    rows.contains(key).then_some("timeout loosened")
                }
                _ => of(key, was, is),
            };
            if let Some(words) = words.filter(|_| differs && is.is_some()) {
                told.push(format!("{key}: {words}"));
            }
        }
    }
    told
}

#[test]
fn every_key_has_a_rule_or_is_known_to_be_harmless() {
    for (_, key, _) in OPTIONS {
        assert!(rule(key).is_some(), "{key} has no row in risk/rules.rs");
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/every-key");
    let folder = Folder::disk(std::path::Path::new(folder)).expect("the example");
    let outcome = compile(load(&folder, "pointsman.toml").expect("the example"), 0);
    let artifact = Artifact::from_bytes(outcome.artifact.expect("an artifact"));
    let artifact = artifact.expect("an artifact");
    let all = all(&artifact);
    let keys: std::collections::BTreeSet<&String> = all.values().flat_map(Facts::keys).collect();
    assert!(keys.len() > 100, "{keys:?}");
    for key in keys {
        assert!(rule(key).is_some(), "{key} has no row in risk/rules.rs");
    }
    // What is in both lists would be judged by the first alone.
    let mut known = std::collections::BTreeSet::new();
    assert_eq!(all_rules().find(|rule| !known.insert(rule.key)).map(|rule| rule.key), None);
}

/// Where something is written, what is stricter, what is not, and what is told of that.
const WIDER: &[(&str, &str, &str, &str)] = &[
    ("route", "exact = true", "", "exact: takes longer paths"),
    ("route", "methods = [\"GET\"]", "methods = [\"GET\", \"PUT\"]", "methods: takes more methods"),
    ("route", "methods = [\"GET\"]", "", "methods: takes more methods"),
    ("route", "listeners = [\"sec\"]", "", "listeners: open by more listeners"),
    ("route", "headers = { x-env = \"a\" }", "", "headers.x-env: condition dropped"),
    (
        "route",
        "headers = { x-env = \"Regex(prod)\" }",
        "headers = { x-env = \"Regex(.*)\" }",
        "headers.x-env: condition lets others in",
    ),
    (
        "route",
        "cookies = { c = \"a\" }",
        "cookies = { c = \"Wildcard(*)\" }",
        "cookies.c: condition may be loosened",
    ),
    (
        "route",
        "query = { q = \"a\" }",
        "query = { q = \"Exists()\" }",
        "query.q: condition loosened",
    ),
    (
        "route",
        "request_headers = { set = { x-user = \"none\" } }",
        "",
        "request_headers: field no longer set",
    ),
    (
        "route",
        "request_headers = { set = { x-user = \"none\" } }",
        "request_headers = { add = { x-user = \"none\" } }",
        "request_headers: field no longer set",
    ),
    (
        "route",
        "request_headers = { set = { x-a = \"1\" }, remove = [\"x-user\"] }",
        "request_headers = { set = { x-a = \"1, remove x-user\" } }",
        "request_headers: field no longer removed",
    ),
    (
        "route",
        "request_headers = { set = { x-user = \"none\" } }",
        "request_headers = { set = { x-user = \"${req.headers.x-me:no}\" } }",
        "request_headers: field taken from the client",
    ),
    (
        "route",
        "response_headers = { set = { x-frame-options = \"DENY\" } }",
        "",
        "response_headers: field no longer set",
    ),
    (
        "route",
        "",
        "response_headers = { set = { access-control-allow-origin = \"*\" } }",
        "response_headers: other sites let in",
    ),
    ("route", "", "upgrade = [\"websocket\", \"h2c\"]", "upgrade: takes more upgrades"),
    (
        "route",
        "listeners = [\"sec\"]\nhsts = { max_age = \"365d\" }",
        "listeners = [\"sec\"]",
        "hsts: HSTS loosened",
    ),
    (
        "route",
        "listeners = [\"sec\"]\nhsts = { max_age = \"365d\" }",
        "listeners = [\"sec\"]\nhsts = { max_age = \"1s\" }",
        "hsts.max_age: HSTS loosened",
    ),
    ("listener", "redirect_to_https = true", "", "redirect_to_https: plain requests served"),
    (
        "listener",
        "redirect_to_https = true",
        "redirect_to_https = { except = [\"/a\"] }",
        "redirect_to_https.except: plain requests served",
    ),
    (
        "listener",
        "",
        "proxy_protocol = { from = [\"0.0.0.0/0\"] }",
        "proxy_protocol.from: trust widened",
    ),
    ("listener", "address = \"127.0.0.1:81\"", "address = \"[::]:81\"", "address: opened to more"),
    ("listener", "address = \"0.0.0.0:81\"", "address = \"[::]:81\"", "address: opened to more"),
    (
        "listener",
        "address = \"127.0.0.1:81\"",
        "address = [\"127.0.0.1:81\", \"10.0.0.1:81\"]",
        "address: opened to more",
    ),
    ("listener", "address = \"127.0.0.1:81\"", "address = \"fd:web\"", "address: opened to more"),
    ("top", "", "[paths]\nmerge_slashes = true", "paths.merge_slashes: limit loosened"),
    ("top", "", "[paths]\ndot_segments = \"normalize\"", "paths.dot_segments: limit loosened"),
    ("top", "", "[logs]\naccess = \"off\"", "logs.access: requests no longer logged"),
    ("top", "[limits]\nbody_bytes = \"1MiB\"", "", "limits.body_bytes: limit loosened"),
    ("top", "", "[limits]\nmin_body_rate = \"1B\"", "limits.min_body_rate: limit loosened"),
    (
        "backend",
        "client = { custom_timeouts = [{ path = \"/x\", call_timeout = \"1s\" }] }",
        "client = { custom_timeouts = [{ path = \"/x\", call_timeout = \"1h\" }] }",
        "client.custom_timeouts./x: timeout loosened",
    ),
    (
        "backend",
        "client = { custom_timeouts = [{ path = \"/x\", call_timeout = \"1s\" }] }",
        "",
        "client.custom_timeouts./x: timeout loosened",
    ),
    (
        "backend",
        "client = { call_timeout = \"30s\" }",
        "client = { call_timeout = \"0s\" }",
        "client.call_timeout: timeout loosened",
    ),
    (
        "backend",
        "client = { retry_on = [\"reset\"] }",
        "client = { retry_on = [\"reset\", \"non_idempotent\"] }",
        "client.retry_on: retries loosened",
    ),
    ("backend", "", "client = { retries = 9 }", "client.retries: retries loosened"),
    (
        "backend",
        "health_check = { url = \"/h\" }",
        "health_check = { url = \"/h\", enabled = false }",
        "health_check.enabled: health check dropped",
    ),
    ("backend", "health_check = { url = \"/h\" }", "", "health_check: health check dropped"),
    ("target", "tls = true", "", "tls: verification weakened"),
    (
        "target",
        "tls = true",
        "tls = true\ntls_settings = { verify = \"none\" }",
        "tls_settings.verify: verification weakened",
    ),
    (
        "route",
        "request_headers = { remove = [\"x-user\"] }",
        "request_headers = { set = { x-user = \"${req.headers.x-me:no}\" } }",
        "request_headers: field taken from the client",
    ),
    (
        "route",
        "request_headers = { remove = [\"x-user\"] }",
        "request_headers = { remove = [\"x-user\"], add = { x-user = \"${req.headers.x-user:no}\" } }",
        "request_headers: field taken from the client",
    ),
    (
        "route",
        "request_headers = { set = { x-user = \"none\" } }",
        "request_headers = { remove = [\"x-user\"], add = { x-user = \"${req.query.u:no}\" } }",
        "request_headers: field taken from the client",
    ),
    (
        "route",
        "request_headers = { set = { x-user = \"${req.client_cert.cn:none}\" } }",
        "request_headers = { set = { x-user = \"${req.path}\" } }",
        "request_headers: field taken from the client",
    ),
    (
        "route",
        "request_headers = { set = { x-user = \"fixed\" } }",
        "request_headers = { set = { x-user = \"${req.host}\" } }",
        "request_headers: field taken from the client",
    ),
    (
        "route",
        "response_headers = { remove = [\"set-cookie\"] }",
        "response_headers = { remove = [\"set-cookie\"], add = { set-cookie = \"a=${req.query.a:x}\" } }",
        "response_headers: field taken from the client",
    ),
    (
        "route",
        "response_headers = { add = { content-security-policy = \"default-src 'self'\" } }",
        "",
        "response_headers: field no longer added",
    ),
    (
        "route",
        "response_headers = { set = { x-frame-options = \"DENY\" } }",
        "response_headers = { remove = [\"x-frame-options\"] }",
        "response_headers: field no longer set",
    ),
    (
        "backend",
        "client = { max_errors = 20 }",
        "client = { max_errors = 0 }",
        "client.max_errors: breaker loosened",
    ),
    (
        "backend",
        "client = { breaker_on_5xx = true }",
        "",
        "client.breaker_on_5xx: breaker loosened",
    ),
    ("backend", "outlier = { consecutive_failures = 5 }", "", "outlier: outlier detection dropped"),
    (
        "backend",
        "outlier = {}",
        "outlier = { consecutive_failures = 50 }",
        "outlier.consecutive_failures: outlier detection loosened",
    ),
    (
        "backend",
        "health_check = { url = \"/h\", healthy_statuses = [\"200\"] }",
        "health_check = { url = \"/h\", healthy_statuses = [\"200-599\"] }",
        "health_check.healthy_statuses: health check weakened",
    ),
    (
        "backend",
        "health_check = { url = \"/h\", unhealthy_statuses = [\"300-399\"] }",
        "health_check = { url = \"/h\" }",
        "health_check.unhealthy_statuses: health check weakened",
    ),
    (
        "target",
        "tls = true\ntls_settings = { enabled = false, verify = \"none\" }",
        "tls = true\ntls_settings = { enabled = true, verify = \"none\" }",
        "tls_settings.enabled: verification weakened",
    ),
    (
        "backend",
        "client = { custom_timeouts = [{ path = \"/a*\", call_timeout = \"1s\" }, \
         { path = \"/a*\", call_timeout = \"5s\" }] }",
        "client = { custom_timeouts = [{ path = \"/a*\", call_timeout = \"2h\" }, \
         { path = \"/a*\", call_timeout = \"5s\" }] }",
        "client.custom_timeouts./a*: timeout loosened",
    ),
    (
        "backend",
        "client = { custom_timeouts = [{ path = \"/a/b*\", call_timeout = \"1s\" }, \
         { path = \"/a*\", call_timeout = \"1h\" }] }",
        "client = { custom_timeouts = [{ path = \"/a*\", call_timeout = \"1h\" }, \
         { path = \"/a/b*\", call_timeout = \"1s\" }] }",
        "client.custom_timeouts: timeout loosened",
    ),
    (
        "backend",
        "client = { custom_timeouts = [{ path = \"/a/b*\", call_timeout = \"1s\" }, \
         { path = \"/a*\", call_timeout = \"20s\" }] }",
        "client = { custom_timeouts = [{ path = \"/a*\", call_timeout = \"20s\" }] }",
        "client.custom_timeouts./a/b*: timeout loosened",
    ),
    (
        "first",
        "trusted_proxies = [\"10.0.0.0/9\"]",
        "trusted_proxies = [\"10.0.0.0/9\", \"10.128.0.0/16\"]",
        "trusted_proxies: trust widened",
    ),
];

#[test]
fn what_lets_more_in_or_checks_less_is_told_and_the_other_way_is_not() {
    let mut wrong = Vec::new();
    for (place, less, more, expected) in WIDER {
        let found = told(place, less, more);
        if !found.iter().any(|one| one == *expected) {
            wrong.push(format!("{less} -> {more}: {found:?}"));
        }
        let back = told(place, more, less);
        if !back.is_empty() {
            wrong.push(format!("{more} -> {less}: {back:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_lets_in_no_more_is_not_told() {
    for (place, old, new) in [
        ("route", "headers = { x = \"Regex(a.*)\" }", "headers = { x = \"Regex(ab.*)\" }"),
        ("route", "headers = { x = \"Regex(a.*)\" }", "headers = { x = \"ab\" }"),
        (
            "route",
            "request_headers = { remove = [\"x\"] }",
            "request_headers = { set = { x = \"1\" } }",
        ),
        ("listener", "address = \"[::]:81\"", "address = \"10.0.0.1:81\""),
        ("backend", "root = \"/\"", "root = \"/api\""),
        (
            "first",
            "trusted_proxies = [\"10.0.0.0/9\", \"10.128.0.0/9\"]",
            "trusted_proxies = [\"10.0.0.0/8\"]",
        ),
        // Which it already was by default.
        ("route", "", "request_headers = { set = { x-user = \"${req.headers.x-me:no}\" } }"),
        // No path waits longer, though a row does.
        (
            "backend",
            "client = { custom_timeouts = [{ path = \"/a*\", call_timeout = \"1s\" }, \
             { path = \"/a/b\", call_timeout = \"2s\" }] }",
            "client = { custom_timeouts = [{ path = \"/a*\", call_timeout = \"1s\" }, \
             { path = \"/a/b\", call_timeout = \"20s\" }] }",
        ),
        (
            "target",
            "tls = true\ntls_settings = { enabled = true, verify = \"none\" }",
            "tls = true\ntls_settings = { enabled = false, verify = \"none\" }",
        ),
        ("backend", "", "health_check = { url = \"/h\" }"),
    ] {
        assert_eq!(told(place, old, new), [""; 0], "{old} -> {new}");
    }
}

#[test]
fn what_the_whole_host_trusts_is_told() {
    let top = "[services.x]\nregistry = true\n[listeners.svc]\naddress = \"127.0.0.1:11337\"\n\
               serve = \"services\"\n[registry]\nallow = [\"10.0.0.0/8\"]\n";
    for (more, expected) in [
        ("address = \"0.0.0.0:11338\"\n", "registry.address: opened to more"),
        ("[services.st]\nbuiltin = \"status\"\n", "builtin: shows the state of the edge"),
        (
            "[listeners.more]\naddress = \"0.0.0.0:11339\"\nserve = \"services\"\n\
             proxy_protocol = { from = [\"0.0.0.0/0\"] }\n",
            "proxy_protocol.from: trust widened",
        ),
    ] {
        let base = ("listener", "address = \"127.0.0.1:80\"");
        let old = artifact(&[base, ("top", top)]);
        let new = artifact(&[base, ("top", &format!("{top}{more}"))]);
        let (a, b) = (all(&old), all(&new));
        let found: Vec<String> = b
            .iter()
            .flat_map(|(path, facts)| {
                let was = a.get(path);
                facts.keys().filter_map(move |key| {
                    let differs = was.and_then(|one| one.get(key)) != facts.get(key);
                    let words = of(key, was, Some(facts)).filter(|_| differs)?;
                    Some(format!("{key}: {words}"))
                })
            })
            .collect();
        assert!(found.contains(&expected.to_owned()), "{more}: {found:?}");
    }
}
