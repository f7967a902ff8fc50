//! Changes of which nobody can say which side is the better one, and of what is served by whom.

use super::told;

/// What is told of a change in either direction, as nobody can say which is the better one.
#[test]
fn what_is_merely_otherwise_is_told_both_ways() {
    let proxy = |more: &str| format!("proxy = {{ host = \"p.tld\", {more} }}");
    let own = |fields: &str| format!("respond = {{ status = 200, body = \"x\"{fields} }}");
    let csp = |text: &str| {
        format!("response_headers = {{ set = {{ content-security-policy = \"{text}\" }} }}")
    };
    for (place, one, other, expected) in [
        (
            "route",
            csp("default-src *"),
            csp("none"),
            "response_headers: field for browsers changed",
        ),
        ("backend", proxy("port = 1"), proxy("port = 2"), "proxy.port: trust changed"),
        (
            "backend",
            proxy("port = 1, principal = \"a\", password = \"env:A\""),
            proxy("port = 1, principal = \"b\", password = \"env:A\""),
            "proxy.principal: trust changed",
        ),
        (
            "backend",
            proxy("port = 1"),
            proxy("port = 1, no_proxy = [\"*\"]"),
            "proxy.no_proxy: trust changed",
        ),
    ] {
        for (old, new) in [(&one, &other), (&other, &one)] {
            let found = told(place, old, new);
            assert!(found.contains(&expected.to_owned()), "{old} -> {new}: {found:?}");
        }
    }
    let cors = own(", headers = { access-control-allow-origin = \"*\" }");
    let found = answered(&own(""), &cors);
    assert_eq!(found, ["answer: other sites let in"]);
    assert_eq!(answered(&cors, &own("")), [""; 0]);
    let careful = own(", headers = { x-frame-options = \"DENY\" }");
    assert_eq!(answered(&careful, &own("")), ["answer: field no longer set"]);
}

/// What is told of a route that answers by itself.
fn answered(old: &str, new: &str) -> Vec<String> {
    let route = |own: &str| format!("[[routes]]\nid = \"own\"\nmatch = [\"own.tld\"]\n{own}");
    told("top", &route(old), &route(new))
}

#[test]
fn listener_that_serves_something_else_is_told() {
    let listener =
        |serve: &str| format!("[listeners.more]\naddress = \"127.0.0.1:9\"\nserve = \"{serve}\"\n");
    let services = "[listeners.s]\naddress = \"127.0.0.1:8\"\nserve = \"services\"\n\
                    [services.h]\nbuiltin = \"health\"\n";
    let top = |serve: &str| format!("{}{services}", listener(serve));
    let found = told("top", &top("services"), &top("routes"));
    assert!(found.contains(&"serve: serves routes".to_owned()), "{found:?}");
    assert!(found.contains(&"listeners: open by more listeners".to_owned()), "{found:?}");
    // One that serves services leads to no route.
    let found = told("top", services, &top("services"));
    assert_eq!(found, ["serve: serves services"]);
}

#[test]
fn default_certificate_that_is_replaced_is_told() {
    let sec = |default: &str| {
        format!(
            "[listeners.more]\naddress = \"127.0.0.1:9\"\n[certificates.o]\n\
             certificate = \"file:/o\"\nkey = \"env:O\"\n[listeners.more.tls]\n\
             certificates = [\"shop\", \"o\"]\n{default}\n"
        )
    };
    let (a, b) = ("default_certificate = \"shop\"", "default_certificate = \"o\"");
    let words = |old, new| told("top", &sec(old), &sec(new));
    assert_eq!(words("", a), ["tls.default_certificate: unknown hosts served"]);
    assert_eq!(words(a, b), ["tls.default_certificate: certificate's reference changed"]);
    assert_eq!(words(a, ""), [""; 0]);
}
