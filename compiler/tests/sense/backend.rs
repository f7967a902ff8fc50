//! Balancing, targets and proxies.

use super::{FRAME, check, check_backend, check_key};

#[test]
fn key_of_another_type_of_balancing_is_refused() {
    for (inside, expected) in [
        ("type = \"round_robin\", ratio = 0.5", &["E0211"][..]),
        ("ratio = 0.5", &["E0211"]),
        ("type = \"weighted_best_response_time\", ratio = 0.5", &[]),
        ("type = \"header_hash\", header_name = \"x-user\"", &[]),
        ("type = \"header_hash\", header_name = \"x\", query_name = \"x\"", &["E0211"]),
        ("type = \"header_hash\"", &["E0104"]),
        ("type = \"cookie_hash\"", &["E0104"]),
        ("type = \"query_hash\"", &["E0104"]),
        ("type = \"sticky\"", &[]),
        ("type = \"sticky\", cookie_name = \"x\", cookie_lifetime = \"1d\"", &[]),
        ("type = \"sticky\", secret = \"env:STICKY\"", &[]),
        ("type = \"cookie_hash\", cookie_name = \"x\", cookie_lifetime = \"1d\"", &["E0211"]),
        ("type = \"random\", secret = \"env:STICKY\"", &["E0211"]),
        ("type = \"failover\", slow_start = \"30s\"", &[]),
    ] {
        check_key(&format!("load_balancing = {{ {inside} }}"), expected);
    }
}

#[test]
fn defaults_of_balancing_may_fit_one_backend_and_not_another() {
    let with = |defaults: &str, own: &str, expected: &[&str]| {
        let targets = "targets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]";
        let defaults = format!("[defaults]\nload_balancing = {{ {defaults} }}");
        check(&format!("{FRAME}{defaults}\n[backends.b]\n{targets}\n{own}\n"), expected);
    };
    with("header_name = \"x-user\", ratio = 0.5", "", &[]);
    with("header_name = \"x-user\"", "load_balancing = { type = \"header_hash\" }", &[]);
    with("type = \"header_hash\"", "load_balancing = { header_name = \"x-user\" }", &[]);
    with("type = \"header_hash\"", "", &["E0104"]);
    with("type = \"header_hash\"", "load_balancing = { type = \"random\" }", &[]);
    with("type = \"random\"", "load_balancing = { ratio = 0.5 }", &["E0211"]);
}

#[test]
fn tls_of_a_target_without_tls_is_refused() {
    let target = |more: &str, expected: &[&str]| {
        let line = format!("targets = [{{ id = \"a\", host = \"a.internal\", port = 443{more} }}]");
        check_backend(&line, expected);
    };
    target("", &[]);
    target(", tls = true, tls_settings = { verify = \"full\" }", &[]);
    target(", tls_settings = { verify = \"full\" }", &["E0212"]);
    target(", tls = false, tls_settings = {}", &["E0212"]);
    target(", tls_settings = { enabled = false }", &[]);
    target(", tls = true, protocol = \"HTTP/3.0\"", &[]);
    target(", protocol = \"HTTP/3.0\"", &["E0212"]);
    // Prior knowledge: HTTP/2.0 needs no TLS.
    target(", protocol = \"HTTP/2.0\"", &[]);
    // A value that cannot be read is found once.
    target(", tls = \"yes\", tls_settings = {}", &["E0103"]);
}

#[test]
fn predicate_that_never_holds_is_refused() {
    let predicate = |inside: &str, expected: &[&str]| {
        let targets = format!(
            "targets = [{{ id = \"a\", host = \"a\", port = 80, predicate = {{ {inside} }} }}]"
        );
        let node = "[node]\ngeoip = \"file:/var/lib/GeoLite2-City.mmdb\"\n";
        check(&format!("{FRAME}{node}[backends.b]\n{targets}\n"), expected);
    };
    predicate("", &[]);
    predicate("type = \"AlwaysMatch\"", &[]);
    predicate("region = \"eu-*\"", &["E0211"]);
    predicate("type = \"NetworkLocationMatch\", region = \"eu-*\"", &[]);
    predicate("type = \"NetworkLocationMatch\"", &[]);
    predicate("type = \"NetworkLocationMatch\", positions = [\"1;2;3\"]", &["E0211"]);
    predicate("type = \"GeolocationMatch\"", &["E0213"]);
    predicate("type = \"GeolocationMatch\", positions = []", &["E0213"]);
    predicate("type = \"GeolocationMatch\", positions = [\"1;2;0\"]", &["E0213"]);
    predicate("type = \"GeolocationMatch\", positions = [\"1;2;0\", \"1;2;0.5\"]", &[]);
    predicate("type = \"GeolocationMatch\", positions = [\"1;2\"]", &["E0117"]);
}

#[test]
fn proxy_with_half_a_user_is_refused() {
    let proxy = |more: &str, expected: &[&str]| {
        check_key(&format!("proxy = {{ host = \"p.internal\", port = 3128{more} }}"), expected);
    };
    proxy("", &[]);
    proxy(", principal = \"edge\"", &["E0214"]);
    proxy(", password = \"env:P\"", &["E0214"]);
    proxy(", principal = \"edge\", password = \"env:P\"", &[]);
    let defaults = "[defaults]\nproxy = { host = \"p\", port = 1, principal = \"edge\" }\n";
    let backend = |proxy: &str| {
        let targets = "targets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]";
        format!("{FRAME}{defaults}[backends.b]\n{targets}\n{proxy}\n")
    };
    check(&backend("proxy = { host = \"q\", port = 2, password = \"env:P\" }"), &[]);
    check(&backend("proxy = { host = \"q\", port = 2 }"), &["E0214"]);
}

#[test]
fn http3_through_a_proxy_is_refused() {
    let backend = |proxy: &str, protocol: &str, expected: &[&str]| {
        let target =
            format!("host = \"a.internal\", port = 443, tls = true, protocol = \"{protocol}\"");
        let targets = format!("targets = [{{ id = \"a\", {target} }}]");
        check_backend(&format!("{targets}\nproxy = {{ host = \"p\", port = 1{proxy} }}"), expected);
    };
    backend("", "HTTP/3.0", &["E0214"]);
    backend("", "HTTP/2.0", &[]);
    backend(", no_proxy = [\"*.internal\"]", "HTTP/3.0", &[]);
}

#[test]
fn weights_that_sum_to_nothing_and_ids_used_twice_are_found() {
    let target = |id: &str, weight: u8| {
        format!("{{ id = \"{id}\", host = \"a.internal\", port = 80, weight = {weight} }}")
    };
    let two = |a: String, b: String, expected: &[&str]| {
        check_backend(&format!("targets = [{a}, {b}]"), expected);
    };
    two(target("a", 0), target("b", 0), &["W0204"]);
    two(target("a", 0), target("b", 1), &[]);
    two(target("a", 1), target("a", 1), &["E0204"]);
}
