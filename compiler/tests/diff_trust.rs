//! `diff` where requests go to others than before: whom they go to is told, and what is known less
//! surely of them is told first.

use std::fs;

use serde_json::Value as Json;

use crate::command::{pointsman, text};

const HEAD: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [listeners.svc]\naddress = \"127.0.0.1:81\"\nserve = \"services\"\n\
    [services.h]\nbuiltin = \"health\"\n[certificates.ca]\ncertificate = \"file:/ca.pem\"\n";
const SURE: &str = "tls = true, tls_settings = { trusted_certificates = [\"ca\"] }";

fn backend(name: &str, targets: &[(&str, &str, &str)]) -> String {
    let targets: Vec<String> = targets
        .iter()
        .map(|(id, host, more)| format!("{{ id = \"{id}\", host = \"{host}\", port = 443{more} }}"))
        .collect();
    format!("[backends.{name}]\ntargets = [{}]\n", targets.join(", "))
}

fn route(id: &str, host: &str, backend: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = [\"{host}\"]\nbackend = \"{backend}\"\n")
}

/// Both sides compared: as JSON, and for people.
fn compared(old: &str, new: &str) -> (Json, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let side = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        fs::write(path.join("pointsman.toml"), format!("{HEAD}{text}")).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let (old, new) = (side("old", old), side("new", new));
    let json = pointsman(&["diff", &old, &new, "--json"]);
    assert!(!json.stdout.is_empty(), "{}", text(&json.stderr));
    let json = serde_json::from_slice(&json.stdout).expect("JSON");
    (json, text(&pointsman(&["diff", &old, &new]).stdout))
}

/// What is told in a list, as `key: words`.
fn told(json: &Json, list: &str) -> Vec<String> {
    let words = |one: &Json| {
        let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        format!("{}: {}", word("key"), word("risk"))
    };
    json[list].as_array().expect("a list").iter().map(words).collect()
}

#[test]
fn weakest_of_the_targets_is_compared_under_whatever_names() {
    let tls = ", tls = true";
    let sure = format!(", {SURE}");
    let none = ", tls = true, tls_settings = { verify = \"none\" }";
    let b = |more: &str| backend("b", &[("t", "t.tld", more)]);
    let c = |more: &str| backend("c", &[("t", "c.tld", more)]);
    let d = backend("d", &[("t", "d.tld", "")]);
    let to = |name: &str| route("r", "h.tld", name) + &route("k", "k.tld", "d");
    let keep = |name: &str| route(&format!("keep-{name}"), &format!("{name}.keep"), name);
    let both = |more: &str| b(tls) + &c(more) + &keep("b") + &keep("c");
    for (name, old, new, key, words) in [
        (
            "renamed and plain",
            b(tls) + &to("b"),
            c("") + &to("c"),
            "routes.r",
            "verification weakened",
        ),
        (
            "renamed, other roots",
            b(&sure) + &to("b"),
            c(tls) + &to("c"),
            "routes.r",
            "trust changed",
        ),
        (
            "plain target more",
            b(tls) + &to("b"),
            backend("b", &[("t", "t.tld", tls), ("u", "u.tld", "")]) + &to("b"),
            "backends.b",
            "verification weakened",
        ),
        (
            "another, plain",
            both("") + &to("b"),
            both("") + &to("c"),
            "routes.r",
            "verification weakened",
        ),
        (
            "another, unsure",
            both(none) + &to("b"),
            both(none) + &to("c"),
            "routes.r",
            "verification weakened",
        ),
        (
            "another route takes it",
            both("") + &to("b") + &route("z", "*.tld", "c"),
            both("") + &route("k", "k.tld", "d") + &route("z", "*.tld", "c"),
            "routes.z",
            "verification weakened",
        ),
        (
            "drained before",
            backend("b", &[("t", "t.tld", tls), ("u", "u.tld", ", weight = 0")]) + &to("b"),
            backend("b", &[("t", "t.tld", tls), ("u", "u.tld", "")]) + &to("b"),
            "backends.b",
            "verification weakened",
        ),
    ] {
        let (old, new) = (format!("{old}{d}"), format!("{new}{d}"));
        assert_weaker(name, (&old, &new), &format!("{key}.weakest_target: {words}"));
    }
}

#[test]
fn services_are_known_by_the_weakest_of_their_targets_too() {
    let b = backend("b", &[("t", "t.tld", ", tls = true")]);
    let both = b + &backend("c", &[("t", "c.tld", "")]) + &route("r", "h.tld", "b");
    let any = "[services.\"*\"]\nbackend = \"b\"\n";
    let own = |backend: &str| format!("[services.x]\nbackend = \"{backend}\"\n");
    let keep = route("k", "k.tld", "c");
    for (name, old, new) in [
        ("another backend", own("b"), own("c")),
        ("it was any other service", any.to_owned(), format!("{any}{}", own("c"))),
    ] {
        let (old, new) = (format!("{both}{old}{keep}"), format!("{both}{new}{keep}"));
        let expected = "services.x.weakest_target: verification weakened";
        assert_weaker(name, (&old, &new), expected);
    }
}

/// Asserts what is told of a change, and that the way back is not told as weaker.
fn assert_weaker(name: &str, (old, new): (&str, &str), expected: &str) {
    let (json, said) = compared(old, new);
    assert!(told(&json, "risky").contains(&expected.to_owned()), "{name}: {said}");
    let (json, said) = compared(new, old);
    let told = told(&json, "risky");
    let back = told.iter().filter(|one| one.ends_with("verification weakened"));
    assert_eq!(back.count(), 0, "{name}: {said}");
}

#[test]
fn where_requests_go_is_told_by_itself() {
    let b = |host: &str, more: &str| backend("b", &[("t", host, more)]);
    let c = backend("c", &[("t", "c.tld", "")]) + &route("k", "k.tld", "c");
    let r = |name: &str| route("r", "h.tld", name) + &route("r2", "h2.tld", "b");
    let base = b("t.tld", "") + &c + &r("b");
    let service = |name: &str| base.clone() + &format!("[services.x]\nbackend = \"{name}\"\n");
    for (old, new, key) in [
        (base.clone(), b("evil.tld", "") + &c + &r("b"), "backends.b.targets.t.host: "),
        (
            base.clone(),
            b("t.tld", ", ip = \"6.6.6.6\"") + &c + &r("b"),
            "backends.b.targets.t.ip: ",
        ),
        (
            base.clone(),
            backend("b", &[("t", "t.tld", ""), ("u", "u.tld", "")]) + &c + &r("b"),
            "backends.b.targets.u: ",
        ),
        (base.clone(), b("t.tld", "") + &c + &r("c"), "routes.r.backend: "),
        (service("b"), service("c"), "services.x.backend: "),
        (base.clone(), service("b").replace("services.x", "services.\"*\""), "services.*: "),
    ] {
        let (json, said) = compared(&old, &new);
        assert_eq!(told(&json, "risky"), [""; 0], "{said}");
        assert_eq!(told(&json, "elsewhere"), [key], "{said}");
        assert!(said.contains("\n\nrequests go elsewhere:\n"), "{said}");
        assert!(said.contains("1 change of where requests go"), "{said}");
    }
    // A backend that is called otherwise is the same.
    let renamed = base.replace("backends.b]", "backends.bb]").replace("\"b\"", "\"bb\"");
    let (json, said) = compared(&base, &renamed);
    assert_eq!(told(&json, "elsewhere"), [""; 0], "{said}");
}

#[test]
fn services_are_said_not_to_be_compared() {
    let base = backend("b", &[("t", "t.tld", "")]) + &route("r", "h.tld", "b");
    let more = "[listeners.s2]\naddress = \"127.0.0.1:82\"\nserve = \"services\"\n";
    let (json, said) = compared(&base, &format!("{base}{more}"));
    assert_eq!(json["complete"], false, "{said}");
    assert_eq!(json["services_not_compared"], serde_json::json!(["s2", "svc"]), "{said}");
    assert!(
        said.contains("requests to services, by listeners s2, svc, are never compared"),
        "{said}"
    );
    assert!(!told(&json, "risky").iter().any(|one| one.starts_with("routes.")), "{said}");
    // What services have no part in leaves it complete.
    let (json, said) = compared(&base, &base.replace("h.tld", "i.tld"));
    assert_eq!(json["complete"], true, "{said}");
    assert_eq!(json["services_not_compared"], serde_json::json!([]), "{said}");
}

#[test]
fn paths_that_are_read_otherwise_are_said_not_to_be_all_compared() {
    let base = backend("b", &[("t", "t.tld", "")]) + &route("r", "h.tld", "b");
    let (json, said) = compared(&base, &format!("{base}[paths]\nmerge_slashes = true\n"));
    assert_eq!((&json["complete"], &json["sampled"]), (&false.into(), &true.into()), "{said}");
    assert!(said.contains("before any route"), "{said}");
}

#[test]
fn order_of_timeouts_by_path_is_told() {
    let rows = |rows: &str| {
        backend("b", &[("t", "t.tld", "")])
            + &format!("client = {{ custom_timeouts = [{rows}] }}\n")
            + &route("r", "h.tld", "b")
    };
    let (a, b) = (
        "{ path = \"/a/b*\", call_timeout = \"1s\" }",
        "{ path = \"/a*\", call_timeout = \"1h\" }",
    );
    let (json, said) = compared(&rows(&format!("{a}, {b}")), &rows(&format!("{b}, {a}")));
    assert_eq!(
        told(&json, "risky"),
        ["backends.b.client.custom_timeouts: timeout loosened"],
        "{said}"
    );
    let (json, said) = compared(&rows(&format!("{b}, {a}")), &rows(&format!("{a}, {b}")));
    assert_eq!(told(&json, "changes"), ["backends.b.client.custom_timeouts: "], "{said}");
}

#[test]
fn thousands_of_names_are_compared() {
    // What cost the square of their number took minutes.
    let targets = |id: &str, host: &str| {
        let each = (0..4096).map(|at| (format!("{id}{at}"), format!("{host}{at}.tld")));
        let each: Vec<_> = each.collect();
        let each: Vec<_> = each.iter().map(|(id, host)| (&**id, &**host, "")).collect();
        backend("b", &each) + &route("r", "h.tld", "b")
    };
    let many = |seconds: u32| {
        let mut text = route("r", "h.tld", "b0");
        for at in 0..4000 {
            text.push_str(&backend(&format!("b{at}"), &[("t", &format!("h{seconds}"), "")]));
            text.push_str(&format!(
                "client = {{ custom_timeouts = [{{ path = \"/a\", idle_timeout = \"{seconds}s\" }}] }}\n"
            ));
        }
        text
    };
    for (old, new, count) in
        [(targets("a", "h"), targets("b", "g"), 4096), (many(1), many(2), 4000)]
    {
        let (json, _) = compared(&old, &new);
        assert_eq!(json["elsewhere"].as_array().map(Vec::len), Some(count));
    }
}
