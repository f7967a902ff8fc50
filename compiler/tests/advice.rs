//! What is said to whoever comes from elsewhere: the help of findings about what is written as other
//! proxies have it, or in the wrong place.

use crate::configuration::compile_text;

const WEB: &str = "[listeners.web]\naddress = \"127.0.0.1:80\"\n";
const ROUTE: &str = "[[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n";
const BACKEND: &str = "[backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";

/// Asserts that the only finding has this code, and advice that holds some words.
fn check(text: &str, code: &str, words: &[&str]) {
    let outcome = compile_text(&format!("version = 1\n{text}"));
    let found: Vec<_> = outcome.findings.shown();
    let [one] = found.as_slice() else { panic!("{text}: {found:#?}") };
    let help = one.help.as_deref().unwrap_or_default();
    let said = format!("{}\n{help}", one.message);
    assert_eq!(one.code.id(), code, "{text}: {said}");
    for word in words {
        assert!(said.contains(word), "{text}: {said}");
    }
}

fn in_route(line: &str, code: &str, words: &[&str]) {
    check(&format!("{WEB}{ROUTE}{line}\n{BACKEND}"), code, words);
}

fn in_backend(line: &str, code: &str, words: &[&str]) {
    check(&format!("{WEB}{ROUTE}{BACKEND}{line}\n"), code, words);
}

fn in_file(lines: &str, code: &str, words: &[&str]) {
    check(&format!("{WEB}{ROUTE}{BACKEND}{lines}\n"), code, words);
}

#[test]
fn key_of_another_table_is_led_to_the_right_one() {
    in_route("method = \"GET\"", "E0101", &["`methods = [\"GET\"]`"]);
    in_route("listener = \"web\"", "E0101", &["`listeners = [\"web\"]`"]);
    in_backend("client = { timeout = \"3s\" }", "E0101", &["[backends.b.client]", "call_timeout"]);
    in_backend("client = { url = \"/x\" }", "E0101", &["belongs in [backends.b.health_check]"]);
    in_file("[defaults]\ncall_timeout = \"3s\"", "E0101", &["belongs in [defaults.client]"]);
    in_file("[defaults]\ntimeout = \"3s\"", "E0101", &["[defaults.client]"]);
    in_file("[defaults]\nmax_age = \"3s\"", "E0101", &["belongs in [defaults.hsts]"]);
    in_file("[defaults.client]\nfoo = 3", "E0101", &["in [defaults.client]"]);
    in_backend("[backends.b.health_check]\nfoo = 3", "E0101", &["in [backends.b.health_check]"]);
    in_backend(
        "[backends.b.load_balancing]\nfoo = 3",
        "E0101",
        &["in [backends.b.load_balancing]"],
    );
}

#[test]
fn keys_of_other_proxies_are_led_to_ours() {
    in_backend("least_conn = true", "E0101", &["type = \"least_connections\""]);
    in_backend("ip_hash = true", "E0101", &["type = \"ip_address_hash\""]);
    in_backend("circuit_breaker = { max_errors = 3 }", "E0101", &["`max_errors`"]);
    in_backend("insecure_skip_verify = true", "E0101", &["tls_settings", "trusted_certificates"]);
    in_backend("health_check = { path = \"/x\" }", "E0101", &["`url = "]);
    in_backend("health_check = { expected_status = 200 }", "E0101", &["healthy_statuses"]);
    in_route("strip_prefix = \"/x\"", "E0101", &["`strip_path = true`"]);
    in_route("client_max_body_size = \"3m\"", "E0101", &["`body_bytes = ", "[limits]"]);
    let listener = |line: &str, words: &[&str]| {
        check(&format!("{WEB}{line}\n{ROUTE}{BACKEND}"), "E0101", words);
    };
    listener("ssl_certificate = \"/x.pem\"", &["[certificates.NAME]"]);
    listener("client_max_body_size = \"3m\"", &["[limits]"]);
    listener(
        "tls = { certificate = \"/x.pem\" }",
        &["`certificates = [\"NAME\"]`", "[certificates."],
    );
    let test = "[[tests]]\nrequest = \"GET http://r.tld/\"\nexpect = { route = \"r\" }\n";
    in_file(&format!("{test}cookies = {{ a = \"b\" }}"), "E0101", &["cookie = "]);
    in_backend("root = \"/${req.params.id}\"", "E0402", &["`req.pathparams.id`"]);
}

#[test]
fn words_and_values_of_other_proxies_are_led_to_ours() {
    let listener = |line: &str, code: &str, words: &[&str]| {
        check(&format!("{WEB}{line}\n{ROUTE}{BACKEND}"), code, words);
    };
    listener("protocols = [\"http/2\"]", "E0108", &["did you mean \"h2\"?"]);
    listener("protocols = [\"spdy\"]", "E0108", &["it is one of \"http/1.1\""]);
    listener(
        "tls = { certificates = [\"auto\"], min_version = \"TLSv1.2\" }",
        "E0108",
        &["did you mean \"1.2\"?"],
    );
    listener("tls = { certificates = [\"/x.pem\"] }", "E0207", &["[certificates.NAME]"]);
    in_file("[logs]\naccess = \"combined\"", "E0108", &["`format = \"text\"`"]);
    in_file("[limits]\nhead_bytes = \"1MB\"", "E0106", &["`head_bytes` is 1KiB to 65535B"]);
    in_file("[limits]\nhead_bytes = \"9KB\"", "E0106", &["write \"9KiB\""]);
}

#[test]
fn text_where_a_table_belongs_is_led_to_a_table() {
    in_backend(
        "load_balancing = \"random\"",
        "E0103",
        &["`load_balancing = { type = \"random\" }`"],
    );
    in_backend("health_check = \"/x\"", "E0103", &["`health_check = { url = \"/x\" }`"]);
    in_backend("outlier = true", "E0103", &["`outlier = { consecutive_failures = 5 }`"]);
    in_backend("client = \"5s\"", "E0103", &["`client = { call_timeout = "]);
    let respond = "[[routes]]\nid = \"s\"\nmatch = [\"s.tld\"]\nrespond = 404";
    in_file(respond, "E0103", &["`respond = { status = 404 }`"]);
}

#[test]
fn rules_and_headers_that_are_none_are_led_to_ours() {
    let route = |pattern: &str| {
        let route = ROUTE.replace("[\"r.tld\"]", &format!("['{pattern}']"));
        format!("{WEB}{route}{BACKEND}")
    };
    check(&route("PathPrefix(`/api`) && Host(`x.tld`)"), "E0301", &["`x.tld/api`"]);
    check(&route("Host(`x.tld`) || Host(`y.tld`)"), "E0301", &["the list `match`"]);
    check(&route("x.tld/$id<[0-9]+"), "E0302", &["close it: `$id<[0-9]+>`"]);
    in_file("[backends.my backend]", "E0001", &["`[backends.my-backend]`"]);
    in_file("[services.*]", "E0001", &["`[services.\"*\"]`"]);
    let two = |a: &str, b: &str| {
        let second = ROUTE.replace("\"r\"", "\"s\"");
        format!("{WEB}{ROUTE}headers = {{ {a} }}\n{second}headers = {{ {b} }}\n{BACKEND}")
    };
    check(&two("a = \"1\"", "b = \"1\""), "E0311", &["`priority`", "add the conditions"]);
    check(&two("a = \"1\"", "a = \"1\""), "E0311", &["`priority`", "narrow it"]);
}

#[test]
fn conditions_that_look_like_a_regex_are_warned_of_and_others_are_not() {
    in_route("headers = { \"x-c\" = \"^a.*$\" }", "W0221", &["`Regex(a.*)`"]);
    in_route("headers = { accept = \"~json\" }", "W0221", &["`Regex(.*json.*)`"]);
    in_route("query = { a = \"a*\" }", "W0221", &["`Wildcard(a*)`"]);
    in_route("headers = { authorization = \"Bearer .*\" }", "W0221", &["`Regex(…)`"]);
    for plain in ["*/*", "a+b", "https://a.tld/b?c=*", "\\\"a*\\\"", "Regex(a.*)", "Wildcard(a*)"] {
        let route = format!("{ROUTE}headers = {{ accept = \"{plain}\" }}\n");
        let outcome = compile_text(&format!("version = 1\n{WEB}{route}{BACKEND}"));
        assert!(outcome.findings.shown().is_empty(), "{plain}: {:#?}", outcome.findings);
    }
}

#[test]
fn listener_that_is_missing_is_written_as_toml() {
    let text = format!("version = 1\n{ROUTE}{BACKEND}");
    let outcome = compile_text(&text);
    let help = outcome.findings.shown()[0].help.clone().expect("help");
    let (_, listener) = help.split_once('\n').expect("lines");
    let outcome = compile_text(&format!("{text}{listener}\n"));
    assert!(outcome.findings.shown().is_empty(), "{help}: {:#?}", outcome.findings);
}
