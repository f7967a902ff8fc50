//! Imports send a request to the route that Otoroshi chooses: it takes one host and one branch of
//! paths, and tries no other.

use serde_json::{Value, json};

use crate::import_guards::{Written, route, with};

fn deny(id: &str, domain: &str) -> Value {
    route(id, domain, &[("StaticResponse", json!({"status": 403, "body": "no", "headers": {}}))])
}

fn open(id: &str, domain: &str) -> Value {
    route(id, domain, &[])
}

fn bound(mut route: Value, listener: &str) -> Value {
    route["bound_listeners"] = json!([listener]);
    route
}

#[test]
fn route_that_is_bound_to_a_listener_hides_wider_ones_from_all() {
    let admin = bound(open("admin", "a.tld/admin/"), "internal");
    let edge = Written::new(&[admin, open("all", "a.tld")], &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    let on = |name| ["--listener", name];
    assert_eq!(edge.route("GET http://a.tld/admin", &on("web")), "admin-otherwise");
    assert_eq!(edge.route("GET http://a.tld/admin", &on("internal")), "admin");
    assert_eq!(edge.route("GET http://a.tld/x", &on("web")), "all");
    // The listeners that Otoroshi always has are the two that everything has here.
    for standard in ["standard-listener", "experimental-listener"] {
        let admin = bound(deny("admin", "a.tld/admin/"), standard);
        let tls = route("tls", "t.tld", &[("ForceHttpsTraffic", json!({}))]);
        let edge = Written::new(&[admin, open("all", "a.tld"), tls], &[]);
        assert_eq!(edge.code, 0, "{}", edge.err);
        assert_eq!(edge.route("GET http://a.tld/admin", &on("web")), "admin");
        assert_eq!(edge.route("GET https://a.tld/admin", &on("secure")), "admin");
    }
}

#[test]
fn route_with_more_conditions_comes_first_whatever_the_others_name() {
    let get = || with(open("get", "a.tld/x"), "methods", json!(["GET"]));
    let guard = || with(deny("guard", "a.tld/x"), "headers", json!({"x-int": "Exists()"}));
    for routes in [[get(), guard()], [guard(), get()]] {
        let edge = Written::new(&routes, &[]);
        assert_eq!(edge.code, 0, "{}", edge.err);
        assert_eq!(edge.route("GET http://a.tld/x", &["-H", "x-int: 1"]), "guard-first");
        assert_eq!(edge.route("POST http://a.tld/x", &["-H", "x-int: 1"]), "guard");
        assert_eq!(edge.route("GET http://a.tld/x", &[]), "get");
    }
    // One that is exact does not come before one that stands first.
    let exact = with(open("exact", "a.tld/x"), "exact", json!(true));
    let edge = Written::new(&[deny("first", "a.tld/x"), exact.clone()], &[]);
    assert_eq!(edge.route("GET http://a.tld/x", &[]), "first-first");
    let edge = Written::new(&[exact, deny("second", "a.tld/x")], &[]);
    assert_eq!(edge.route("GET http://a.tld/x", &[]), "exact");
    assert_eq!(edge.route("GET http://a.tld/x/y", &[]), "second");
    // What is written once more comes too late for no other.
    let exact = with(open("exact", "a.tld/x"), "exact", json!(true));
    let exact = with(exact, "headers", json!({"x-a": "1"}));
    let get_exact =
        with(with(open("late", "a.tld/x"), "exact", json!(true)), "methods", json!(["GET"]));
    let edge = Written::new(&[exact, get(), get_exact], &[]);
    assert_eq!(edge.route("GET http://a.tld/x", &["-H", "x-a: 1"]), "exact-first");
    assert_eq!(edge.route("GET http://a.tld/x", &[]), "get-first");
}

#[test]
fn route_that_lost_a_condition_still_comes_before_those_with_fewer() {
    let guard =
        with(open("guard", "a.tld/x"), "headers", json!({"x-a": "Regex((?=a)b)", "x-b": "1"}));
    let other = with(open("other", "a.tld/x"), "query", json!({"q": "1"}));
    let get = with(open("get", "a.tld/x"), "methods", json!(["GET"]));
    let edge = Written::new(&[other, get, guard], &[]);
    assert_eq!(edge.code, 1);
    for request in ["GET http://a.tld/x?q=1", "GET http://a.tld/x", "POST http://a.tld/x?q=1"] {
        let found = edge.route(request, &["-H", "x-b: 1"]);
        assert!(found.starts_with("guard-closed"), "{request}: {found}");
    }
}

#[test]
fn text_of_a_last_segment_stands_for_longer_ones() {
    let edge = Written::new(&[deny("admin", "a.tld/admin"), open("all", "a.tld")], &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    for path in ["admin", "admin.php", "admin-x/y", "admin%3bx", "admin/x"] {
        assert_eq!(edge.route(&format!("GET http://a.tld/{path}"), &[]), "admin", "{path}");
    }
    for path in ["adm", "xadmin", "x/admin.php"] {
        assert_eq!(edge.route(&format!("GET http://a.tld/{path}"), &[]), "all", "{path}");
    }
    let closed = route("admin", "a.tld/admin", &[("ApikeyCalls", json!({}))]);
    let edge = Written::new(&[closed, open("all", "a.tld")], &[]);
    assert_eq!(edge.route("GET http://a.tld/admin.php", &[]), "admin-closed");
    let narrow = with(open("admin", "a.tld/admin"), "headers", json!({"x-internal": "Exists()"}));
    let edge = Written::new(&[narrow, open("all", "a.tld")], &[]);
    assert_eq!(edge.route("GET http://a.tld/administrator", &[]), "admin-otherwise");
    // A path that ends with `/` is whole, and a parameter or `*` beside it comes first.
    let edge = Written::new(&[deny("admin", "a.tld/admin/"), open("all", "a.tld")], &[]);
    assert_eq!(edge.route("GET http://a.tld/admin.php", &[]), "all");
    for beside in ["a.tld/:x", "a.tld/*", "a.tld/a*"] {
        let routes = [deny("admin", "a.tld/admin"), open("all", "a.tld"), open("beside", beside)];
        let edge = Written::new(&routes, &[]);
        assert_eq!(edge.code, 0, "{}", edge.err);
        assert_eq!(edge.route("GET http://a.tld/admin.php", &[]), "beside", "{beside}");
    }
    let routes = [deny("admin", "a.tld/admin"), open("all", "a.tld"), open("beside", "a.tld/*n")];
    assert_eq!(Written::new(&routes, &[]).code, 1);
    // Nothing else could take it: it is said, and nothing is written.
    let edge = Written::new(&[open("admin", "a.tld/admin"), open("other", "a.tld/other")], &[]);
    assert_eq!(edge.route("GET http://a.tld/admin.php", &[]), "404");
    assert!(!edge.file("admin").contains('*'));
}

#[test]
fn longest_text_of_a_last_segment_is_the_one_that_counts() {
    let routes =
        [deny("admin", "a.tld/admin"), open("more", "a.tld/admin-more"), open("all", "a.tld")];
    let edge = Written::new(&routes, &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    for (path, expected) in [
        ("admin-more", "more"),
        ("admin-more-x", "more"),
        ("admin-mor", "admin"),
        ("admin-x", "admin"),
        ("admin", "admin"),
        ("x", "all"),
    ] {
        assert_eq!(edge.route(&format!("GET http://a.tld/{path}"), &[]), expected, "{path}");
    }
    // One that is whole stands in the way of the shorter one, and serves nothing itself.
    for (whole, all) in
        [("a.tld/admin-more/", true), ("a.tld/admin-more/x", true), ("a.tld/admin-more/", false)]
    {
        let mut routes = vec![deny("admin", "a.tld/admin"), open("more", whole)];
        routes.push(open("all", if all { "a.tld" } else { "*.tld" }));
        let edge = Written::new(&routes, &[]);
        assert_eq!(edge.code, 0, "{}", edge.err);
        let expected = if all { "all" } else { "nowhere" };
        assert_eq!(edge.route("GET http://a.tld/admin-more-x", &[]), expected, "{whole}");
        assert_eq!(edge.route("GET http://a.tld/admin-x", &[]), "admin");
    }
}

#[test]
fn host_that_is_chosen_is_never_left() {
    let routes = [open("public", "admin.shop.tld/public/"), open("wild", "*.shop.tld")];
    let edge = Written::new(&routes, &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    assert_eq!(edge.route("GET http://admin.shop.tld/secret", &[]), "nowhere");
    assert_eq!(edge.route("GET http://admin.shop.tld/", &[]), "nowhere");
    assert_eq!(edge.route("GET http://admin.shop.tld/public/x", &[]), "public");
    assert_eq!(edge.route("GET http://b.shop.tld/secret", &[]), "wild");
    let edge = Written::new(&[open("api", "a.tld/v1/api/"), open("wild", "*")], &[]);
    assert_eq!(edge.route("GET http://a.tld/v1/other", &[]), "nowhere");
    // Of two that fit the first is taken there, and the one with more labels here.
    for (first, second, code) in [
        ("*.tld", "*.shop.tld", 1),
        ("*.shop.tld", "*.tld", 0),
        ("*.a.tld", "*.b.tld", 0),
        ("*shop.tld", "*.tld", 1),
        ("*", "*.tld", 1),
    ] {
        let edge = Written::new(&[deny("first", first), open("second", second)], &[]);
        assert_eq!(edge.code, code, "{first} {second}: {}", edge.err);
    }
    let edge = Written::new(&[open("first", "*.shop.tld/x/"), open("second", "*.tld")], &[]);
    assert_eq!(edge.route("GET http://q.shop.tld/y", &[]), "nowhere");
    // A `*` that stands for nothing is no match for the host as it is written.
    let edge = Written::new(&[open("wild", "*shop.tld/admin/"), open("host", "shop.tld")], &[]);
    assert_eq!(edge.route("GET http://shop.tld/admin", &[]), "host");
}

#[test]
fn branch_that_is_entered_is_never_left() {
    let routes = [open("text", "a.tld/admin/x/"), open("other", "a.tld/:s/y/")];
    let edge = Written::new(&routes, &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    assert_eq!(edge.route("GET http://a.tld/admin/y", &[]), "nowhere");
    assert_eq!(edge.route("GET http://a.tld/admin/x", &[]), "text");
    assert_eq!(edge.route("GET http://a.tld/b/y", &[]), "other");
    // The nearest route above takes what finds nothing.
    let routes =
        [deny("above", "a.tld/p/"), open("text", "a.tld/p/a/b/"), open("other", "a.tld/p/:t/y/")];
    let edge = Written::new(&routes, &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    assert_eq!(edge.route("GET http://a.tld/p/a/y", &[]), "above");
    assert_eq!(edge.route("GET http://a.tld/p/c/y", &[]), "other");
    // A parameter hides a `*` beside it, whatever it fits.
    let routes =
        [deny("number", "a.tld/o/$id<[0-9]+>"), open("star", "a.tld/o/*"), open("all", "*")];
    let edge = Written::new(&routes, &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    assert_eq!(edge.route("GET http://a.tld/o/12", &[]), "number");
    assert_eq!(edge.route("GET http://a.tld/o/xy", &[]), "nowhere");
    // Parameters beside each other are looked at together there.
    for (one, other, code) in [
        ("a.tld/:x", "a.tld/$y<[0-9]+>", 1),
        ("a.tld/$x<[a-z]+>", "a.tld/$y<[0-9]+>", 0),
        ("a.tld/:x", "a.tld/$y<[0-9]+>/bills", 0),
        ("a.tld/:x/a", "a.tld/$y<[0-9]+>/a/b", 1),
    ] {
        let edge = Written::new(&[open("one", one), deny("other", other)], &[]);
        assert_eq!(edge.code, code, "{one} {other}: {}", edge.err);
    }
}
