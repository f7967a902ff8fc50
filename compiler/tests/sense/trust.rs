//! Whom the edge trusts, and what it shows of secrets.

use pointsman_compiler::diagnostic::{
    Colour, render_github, render_human, render_json, render_sarif,
};

use super::{FRAME, check, check_backend, check_key};
use crate::command::{code, pointsman};
use crate::configuration::{Case, compile_case, compile_text, golden};
use crate::golden::cases;

#[test]
fn verification_that_is_not_full_is_warned_of() {
    let target = |settings: &str, expected: &[&str]| {
        let target = "id = \"a\", host = \"a.internal\", port = 443, tls = true";
        let line = format!("targets = [{{ {target}, tls_settings = {{ {settings} }} }}]");
        check_backend(&line, expected);
    };
    target("", &[]);
    target("verify = \"full\"", &[]);
    target("verify = \"no_hostname\"", &["W0210"]);
    target("verify = \"none\"", &["W0210"]);
    target("enabled = false, verify = \"none\"", &[]);
    let proxy = |more: &str, expected: &[&str]| {
        let proxy = format!("proxy = {{ host = \"p\", port = 1, {more} }}");
        check_key(&proxy, expected);
    };
    proxy("protocol = \"https\", tls_settings = { verify = \"none\" }", &["W0210"]);
    proxy("protocol = \"https\", tls_settings = { verify = \"full\" }", &[]);
}

#[test]
fn verification_of_defaults_is_warned_of_once() {
    let backend = |name: &str| {
        format!("[backends.{name}]\ntargets = [{{ id = \"a\", host = \"a\", port = 80 }}]\n")
    };
    let defaults = "[defaults]\nproxy = { host = \"p\", port = 1, protocol = \"https\", \
                    tls_settings = { verify = \"none\" } }\n";
    let route = "[[routes]]\nid = \"q\"\nmatch = [\"q.example.org\"]\nbackend = \"c\"\n";
    check(&format!("{FRAME}{route}{defaults}{}{}", backend("b"), backend("c")), &["W0210"]);
}

#[test]
fn trust_in_strangers_is_warned_of() {
    let trusted = |network: &str, expected: &[&str]| {
        let backend = "[backends.b]\ntargets = [{ id = \"a\", host = \"a\", port = 80 }]\n";
        let top = format!("version = 1\ntrusted_proxies = [\"{network}\"]");
        check(&format!("{}{backend}", FRAME.replace("version = 1", &top)), expected);
    };
    for network in [
        "10.0.0.0/8",
        "10.1.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fd00::/8",
        "::1",
        "100.64.0.0/10",
        // A CDN says which networks are its own.
        "104.16.0.0/13",
        "2606:4700::/32",
        "8.8.8.8",
    ] {
        trusted(network, &[]);
    }
    for network in ["0.0.0.0/0", "::/0", "8.0.0.0/7", "10.0.0.0/7", "172.0.0.0/8", "2000::/3"] {
        trusted(network, &["W0211"]);
    }
}

#[test]
fn trust_of_other_tables_is_judged_alike() {
    let backend = "[backends.b]\ntargets = [{ id = \"a\", host = \"a\", port = 80 }]\n";
    let with = |more: &str, expected: &[&str]| {
        check(&format!("{FRAME}{backend}{more}\n"), expected);
    };
    with("[registry]\nallow = [\"10.0.0.0/8\"]", &[]);
    with("[registry]\nallow = [\"0.0.0.0/0\"]", &["W0211"]);
    with("[defaults]\nproxy_protocol = { from = [\"0.0.0.0/0\"] }", &["W0211"]);
    let listener = "[listeners.a]\naddress = \"127.0.0.1:82\"\n";
    with(&format!("{listener}proxy_protocol = {{ from = [\"::/0\"] }}"), &["W0211"]);
    with(&format!("{listener}proxy_protocol = {{ from = [\"fd00::/8\"] }}"), &[]);
}

#[test]
fn secret_in_a_field_is_warned_of_wherever_it_stands() {
    let route = |more: &str, expected: &[&str]| {
        let backend = "[backends.b]\ntargets = [{ id = \"a\", host = \"a\", port = 80 }]\n";
        let text = FRAME.replace("backend = \"b\"", &format!("backend = \"b\"\n{more}"));
        check(&format!("{text}{backend}"), expected);
    };
    route("request_headers = { set = { authorization = \"Bearer abcdef123456\" } }", &["W0212"]);
    route("request_headers = { add = { \"x-api-key\" = \"abcdef123456\" } }", &["W0212"]);
    route("response_headers = { set = { \"x-token\" = \"abcdef123456\" } }", &["W0212"]);
    route("request_headers = { set = { authorization = \"${req.headers.x:none}\" } }", &[]);
    route("request_headers = { set = { authorization = \"Bearer ${req.cookies.t:x}\" } }", &[]);
    route("request_headers = { remove = [\"authorization\"] }", &[]);
    route("request_headers = { set = { \"x-served-by\" = \"edge\" } }", &[]);
    route("headers = { \"x-api-key\" = \"abcdef123456\" }", &["W0212"]);
    route("headers = { \"x-api-key\" = \"Exists()\" }", &[]);
    route("headers = { \"x-env\" = \"abcdef123456\" }", &[]);
    route("query = { token = \"abcdef123456\" }", &["W0212"]);
    check_key(
        "health_check = { headers = { authorization = \"Basic dXNlcjpwdw==\" } }",
        &["W0212"],
    );
    check_key("health_check = { headers = { \"user-agent\" = \"pointsman\" } }", &[]);
}

#[test]
fn secret_of_defaults_is_warned_of_once() {
    let backend = "[backends.b]\ntargets = [{ id = \"a\", host = \"a\", port = 80 }]\n";
    let route = "[[routes]]\nid = \"q\"\nmatch = [\"q.example.org\"]\nbackend = \"b\"\n";
    let defaults = "[defaults]\nrequest_headers = { set = { \"x-api-key\" = \"abcdef123456\" } }\n";
    check(&format!("{FRAME}{route}{backend}{defaults}"), &["W0212"]);
}

/// What no output may hold, in whatever form.
fn assert_unseen(outcome: &pointsman_compiler::compile::Outcome, secrets: &[&str]) {
    let (findings, sources) = (&outcome.findings, &outcome.sources);
    for shown in [
        render_human(findings, sources, Colour::Off),
        render_human(findings, sources, Colour::On),
        render_json(findings, sources),
        render_github(findings, sources, ""),
        render_sarif(findings, sources, ""),
    ] {
        for secret in secrets {
            assert!(!shown.contains(secret), "{secret}:\n{shown}");
        }
    }
    assert!(findings.errors() + findings.warnings() > 0);
}

#[test]
fn secret_is_shown_by_no_finding() {
    let case = |name: &str| compile_case(&Case::copy(&golden("err").join(name)));
    assert_unseen(&case("E0116-inline-secret.toml"), &["s3cr3t-of-mine", "user:pw", "BEGIN"]);
    let secrets = ["bWU6bXlzZWxm", "k3y-of-the-house", "abcdefg1", "q9ZpT4vLx0"];
    assert_unseen(&case("W0212-secret.toml"), &secrets);
    // Another finding on the same line, a value of the wrong kind, a line that cannot be read, and
    // a URL of a kind that is not spoken.
    let proxy = |inside: &str| {
        let backend = "[backends.b]\ntargets = [{ id = \"a\", host = \"a\", port = 80 }]\n";
        compile_text(&format!("{FRAME}{backend}proxy = {{ {inside} }}\n"))
    };
    let all = ["sw0rdf1sh", "4711"];
    assert_unseen(&proxy("hots = \"p\", port = 1, password = \"sw0rdf1sh\""), &all);
    assert_unseen(&proxy("host = \"p\", port = 1, password = 4711"), &all);
    assert_unseen(&proxy("host = \"p\", port = 1, password = 4711.5"), &all);
    assert_unseen(&proxy("host = \"p\", port = 1, password = sw0rdf1sh"), &all);
    assert_unseen(&proxy("host = \"http://u:sw0rdf1sh@p\", port = 1"), &all);
    let acme = format!("{FRAME}[acme]\ndirectory = \"ftp://u:sw0rdf1sh@a.example.org/\"\n");
    assert_unseen(&compile_text(&acme), &all);
}

#[test]
fn place_beside_a_covered_secret_is_still_marked() {
    let backend = "[backends.b]\ntargets = [{ id = \"a\", host = \"a\", port = 80 }]\n";
    let proxy = "proxy = { host = \"p\", password = \"sw0rdf1sh\", port = 1, pricipal = \"e\" }";
    let outcome = compile_text(&format!("{FRAME}{backend}{proxy}\n"));
    let shown = render_human(&outcome.findings, &outcome.sources, Colour::Off);
    let line = "proxy = { host = \"p\", password = \"***\", port = 1, pricipal = \"e\" }";
    let gutter =
        shown.lines().find(|shown| shown.ends_with(line)).expect("the line").len() - line.len();
    let at = line.find("pricipal").expect("the key");
    let is_mark = |line: &str| line.find("^^^^^^^^") == Some(gutter + at);
    assert!(shown.lines().any(is_mark), "{shown}");
}

#[test]
fn every_warning_counts_where_warnings_are_denied() {
    let mut seen = 0;
    for path in cases("err") {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if !name.starts_with("W02") {
            continue;
        }
        let path = path.to_string_lossy();
        assert_eq!(code(&pointsman(&["validate", &path])), 0, "{name}");
        assert_eq!(code(&pointsman(&["validate", "--deny", "warnings", &path])), 1, "{name}");
        seen += 1;
    }
    assert!(seen >= 18, "{seen} cases");
}
