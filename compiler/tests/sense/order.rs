//! Certificates that are ordered, and those that nobody names.

use super::check;

const BACKEND: &str =
    "[backends.b]\ntargets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]\n";

fn route(id: &str, host: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = [\"{host}\"]\nbackend = \"b\"\n")
}

/// A listener with TLS, `[acme]`, and routes.
fn ordered(tls: &str, acme: &str, hosts: &[&str], expected: &[&str]) {
    let routes: String =
        hosts.iter().enumerate().map(|(at, host)| route(&format!("r{at}"), host)).collect();
    let listener = format!("[listeners.secure]\naddress = \"127.0.0.1:443\"\ntls = {{ {tls} }}\n");
    let shop = match tls.contains("shop") {
        true => "[certificates.shop]\ncertificate = \"file:/a.pem\"\nkey = \"env:KEY\"\n",
        false => "",
    };
    check(&format!("version = 1\n{listener}{shop}{acme}\n{routes}{BACKEND}"), expected);
}

const AUTO: &str = "certificates = [\"auto\"]";
const ACME: &str = "[acme]\ncontact = [\"mailto:ops@example.org\"]";
const BY_DNS: &str = "[acme]\npreferred_challenge = \"dns-01\"\ndns_hook = { command = [\"/h\"] }";

#[test]
fn certificates_are_ordered_where_acme_says_how() {
    let host = &["shop.example.org"][..];
    ordered(AUTO, "", host, &["E0218"]);
    ordered(AUTO, "[acme]", host, &[]);
    ordered(AUTO, ACME, host, &[]);
    ordered("certificates = [\"shop\"]", "", host, &[]);
    ordered(AUTO, "[acme]\npreferred_challenge = \"dns-01\"", host, &["E0218"]);
    ordered(AUTO, BY_DNS, host, &[]);
    ordered(AUTO, "[acme]\npreferred_challenge = \"tls-alpn-01\"", host, &[]);
    // What could not be read is not missing.
    ordered(AUTO, "[acme]\ncontact = 1", host, &["E0103"]);
}

#[test]
fn wildcard_without_a_way_to_prove_it_is_refused() {
    let wild = &["*.shop.example.org"][..];
    ordered(AUTO, ACME, wild, &["E0219"]);
    ordered(AUTO, BY_DNS, wild, &[]);
    ordered(AUTO, BY_DNS, &["*.*.example.org"], &["E0219"]);
    ordered("certificates = [\"auto\", \"shop\"]", ACME, wild, &[]);
    ordered("certificates = [\"auto\"], default_certificate = \"shop\"", ACME, wild, &[]);
    // A wildcard beside a host that it holds has requests.
    ordered(AUTO, ACME, &["*.shop.example.org", "a.shop.example.org"], &[]);
    ordered(AUTO, ACME, &["*.shop.example.org", "b.example.org"], &["E0219"]);
    ordered(AUTO, ACME, &["*", "b.example.org"], &[]);
    ordered(AUTO, ACME, &["*"], &["E0219"]);
}

#[test]
fn name_that_no_public_authority_signs_for_is_refused() {
    for host in ["localhost", "shop.internal", "shop.test", "10.0.0.7", "[::1]", "a.home.arpa"] {
        ordered(AUTO, ACME, &[host], &["E0219"]);
        let own = "[acme]\ndirectory = \"https://ca.internal/dir\"";
        ordered(AUTO, own, &[host], &[]);
    }
    for host in ["shop.example.org", "internal.example.org", "mytest.org"] {
        ordered(AUTO, ACME, &[host], &[]);
    }
}

#[test]
fn host_with_another_way_in_needs_no_order() {
    let text = |web: &str| {
        let listeners = format!(
            "[listeners.secure]\naddress = \"127.0.0.1:443\"\ntls = {{ {AUTO} }}\n\
             [listeners.web]\naddress = \"127.0.0.1:80\"\n{web}\n"
        );
        let routes = route("r", "*.shop.example.org");
        format!("version = 1\n{listeners}{ACME}\n{routes}{BACKEND}")
    };
    check(&text(""), &[]);
    check(&text("redirect_to_https = true"), &["E0219"]);
    check(&text("redirect_to_https = { except = [\"/a\"] }"), &[]);
}

#[test]
fn certificate_that_nobody_names_is_warned_of() {
    let with = |more: &str, target: &str, expected: &[&str]| {
        let listener = "[listeners.web]\naddress = \"127.0.0.1:80\"\n";
        let targets =
            format!("[backends.b]\ntargets = [{{ id = \"a\", host = \"a\", {target} }}]\n");
        let text =
            format!("version = 1\n{listener}{more}\n{}{targets}", route("r", "a.example.org"));
        check(&text, expected);
    };
    let shop = "[certificates.shop]\ncertificate = \"file:/a.pem\"\n";
    with("", "port = 80", &[]);
    with(shop, "port = 80", &["W0209"]);
    let trusts = "port = 443, tls = true, tls_settings = { trusted_certificates = [\"shop\"] }";
    with(shop, trusts, &[]);
    with(ACME, "port = 80", &["W0209"]);
    // Where something is wrong, it may be what names it.
    with(shop, "port = \"80\"", &["E0103"]);
}

#[test]
fn many_wildcards_beside_many_hosts_are_all_judged() {
    let hosts: Vec<String> = (0..2_000)
        .map(|at| match at % 4 {
            0 => format!("*.wild{at}.example.org"),
            1 => format!("*.s{}.example.org", at + 1),
            _ => format!("a.s{}.example.org", at - at % 4 + 2),
        })
        .collect();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let routes: String = hosts
        .iter()
        .enumerate()
        .map(|(at, host)| route(&format!("r{at}"), &format!("{host}/p{at}")))
        .collect();
    let listener = format!("[listeners.s]\naddress = \"127.0.0.1:443\"\ntls = {{ {AUTO} }}\n");
    let text = format!("version = 1\n{listener}{ACME}\n{routes}{BACKEND}");
    let outcome = crate::configuration::compile_text(&text);
    assert_eq!(outcome.findings.errors(), 500, "the wildcards that hold no exact host");
}
