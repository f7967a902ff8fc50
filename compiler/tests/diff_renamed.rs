//! `diff` where things are called otherwise or are new: what they lost with the old name is told
//! first, and what is new is measured by the defaults.

use std::fs;

use serde_json::Value as Json;

use crate::command::{pointsman, text};

const BASE: &str = r#"version = 1
[listeners.sec]
address = "0.0.0.0:443"
tls = { certificates = ["shop"], client_auth = { mode = "require", ca = ["ca"] } }
[certificates.shop]
certificate = "file:/x.pem"
key = "credential:k"
[certificates.ca]
certificate = "file:/ca.pem"
[backends.b]
targets = [{ id = "t", host = "t.tld", port = 80, tls = true }]
[[routes]]
id = "r"
match = ["h.tld/a"]
headers = { x-api-key = "k1" }
backend = "b"
"#;

/// What is risky and what else changed, each as `name: words`, and the text for people.
fn compared(old: &str, new: &str) -> (Vec<String>, Json, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let side = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        fs::write(path.join("pointsman.toml"), text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let (old, new) = (side("old", old), side("new", new));
    let json = pointsman(&["diff", &old, &new, "--json"]);
    assert!(!json.stdout.is_empty(), "{}", text(&json.stderr));
    let json: Json = serde_json::from_slice(&json.stdout).expect("JSON");
    let words = |one: &Json| {
        let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let from = one["renamed_from"].as_str().map(|was| format!(" from {was}"));
        format!("{}{}: {}", word("key"), from.unwrap_or_default(), word("risk"))
    };
    let risky = json["risky"].as_array().expect("a list").iter().map(words).collect();
    (risky, json, text(&pointsman(&["diff", &old, &new]).stdout))
}

#[test]
fn what_is_lost_with_a_name_is_told_first() {
    let mtls = ", client_auth = { mode = \"require\", ca = [\"ca\"] }";
    for (from, to, expected) in [
        (
            BASE.replace("listeners.sec]", "listeners.secure]").replace(mtls, ""),
            "listeners.secure.tls.client_auth.mode from listeners.sec: verification weakened",
            "is now called `secure`",
        ),
        (
            BASE.replace("id = \"t\"", "id = \"t2\"").replace(", tls = true", ""),
            "backends.b.targets.t2.tls from backends.b.targets.t: verification weakened",
            "has the same host",
        ),
        (
            BASE.replace("id = \"t\", host = \"t.tld\"", "id = \"t2\", host = \"u.tld\"")
                .replace(", tls = true", ""),
            "backends.b.targets.t2.tls from backends.b.targets.t: verification weakened",
            "stands in its place",
        ),
        (
            BASE.replace("backends.b]", "backends.c]")
                .replace("backend = \"b\"", "backend = \"c\"")
                .replace(", tls = true", ""),
            "backends.c.targets.t.tls from backends.b.targets.t: verification weakened",
            "its backend is renamed",
        ),
        (
            BASE.replace("id = \"r\"", "id = \"rr\"")
                .replace("headers = { x-api-key = \"k1\" }\n", ""),
            "routes.rr.headers.x-api-key from routes.r: condition dropped",
            "matches the same",
        ),
    ] {
        let (risky, _, said) = compared(BASE, &from);
        assert!(risky.contains(&to.to_owned()), "{expected}: {said}");
        assert!(said.contains(" before)"), "{said}");
        // A name alone is no risk.
        let (back, _, said) = compared(&from, BASE);
        let words = to.rsplit(": ").next().expect("words");
        assert!(!back.iter().any(|one| one.ends_with(words)), "{said}");
    }
    let renamed = BASE.replace("listeners.sec]", "listeners.secure]");
    let (risky, json, said) = compared(BASE, &renamed);
    assert_eq!(risky, [""; 0], "{said}");
    assert_eq!(json["changes"].as_array().map(Vec::len), Some(2), "{said}");
}

#[test]
fn what_is_new_is_measured_by_the_defaults() {
    let new = format!(
        "{BASE}[listeners.svc]\naddress = \"0.0.0.0:11337\"\nserve = \"services\"\n\
         proxy_protocol = {{ from = [\"0.0.0.0/0\"] }}\n[services.st]\nbuiltin = \"status\"\n\
         [backends.more]\nclient = {{ call_timeout = \"1h\" }}\ntargets = [{{ id = \"t\", \
         host = \"more.tld\", port = 443, tls = true, tls_settings = {{ verify = \"none\" }} }}]\n"
    );
    let (risky, _, said) = compared(BASE, &new);
    for expected in [
        "listeners.svc.address: opened to more",
        "listeners.svc.proxy_protocol.from: trust widened",
        "services.st.builtin: shows the state of the edge",
        "backends.more.client.call_timeout: timeout loosened",
        "backends.more.targets.t.tls_settings.verify: verification weakened",
    ] {
        assert!(risky.contains(&expected.to_owned()), "{expected}: {said}");
    }
}

#[test]
fn value_that_nobody_is_shown_is_said_to_have_changed() {
    let (risky, json, said) = compared(BASE, &BASE.replace("\"k1\"", "\"Regex(.*)\""));
    assert_eq!(risky, ["routes.r.headers.x-api-key: condition may be loosened"], "{said}");
    assert_eq!(json["risky"][0]["hidden"], true, "{json}");
    assert!(said.contains("but what is not shown of it has changed"), "{said}");
    assert!(!said.contains("k1"), "{said}");
}

#[test]
fn operations_are_compared_as_data_and_not_as_text() {
    let route = |fields: &str| format!("{BASE}request_headers = {{ {fields} }}\n");
    let old = route("set = { x-a = \"1\" }, remove = [\"x-user\"]");
    let new = route("set = { x-a = \"1, remove x-user\" }");
    let (risky, _, said) = compared(&old, &new);
    assert_eq!(risky, ["routes.r.request_headers: field no longer removed"], "{said}");
}
