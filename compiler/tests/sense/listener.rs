//! Listeners, and what routes ask of them.

use super::check;

/// A backend, a certificate that is named, and one that signs others.
const REST: &str = r#"
[certificates.shop]
certificate = "file:/etc/ssl/shop.pem"
key = "credential:shop-key"
[backends.b]
targets = [{ id = "a", host = "a.internal", port = 8080 }]
"#;

fn whole(listeners: &str, route: &str, expected: &[&str]) {
    let secure = "[listeners.secure]\naddress = \"127.0.0.1:443\"\n\
                  tls = { certificates = [\"shop\"] }\n";
    let route = format!("[[routes]]\nid = \"r\"\nmatch = [\"r.example.org\"]\n{route}\n");
    let action = if route.contains("redirect = ") { "" } else { "backend = \"b\"\n" };
    check(&format!("version = 1\n{secure}{listeners}\n{route}{action}{REST}"), expected);
}

const WEB: &str = "[listeners.web]\naddress = \"127.0.0.1:80\"\n";
const SERVICES: &str = "[listeners.services]\naddress = \"127.0.0.1:81\"\nserve = \"services\"\n\
                        [services.health]\nbuiltin = \"health\"\n";

#[test]
fn route_on_a_listener_of_services_is_refused() {
    whole(SERVICES, "", &[]);
    whole(SERVICES, "listeners = [\"services\"]", &["E0216"]);
    whole(SERVICES, "listeners = [\"secure\", \"services\"]", &["E0216"]);
    whole(SERVICES, "listeners = [\"secure\"]", &[]);
    whole("", "listeners = [\"secur\"]", &["E0202"]);
}

#[test]
fn route_on_a_listener_that_redirects_everything_is_refused() {
    let with = |redirect: &str, route: &str, expected: &[&str]| {
        whole(&format!("{WEB}redirect_to_https = {redirect}\n"), route, expected);
    };
    with("true", "", &[]);
    with("true", "listeners = [\"web\"]", &["E0216"]);
    with("{ status = 301 }", "listeners = [\"web\"]", &["E0216"]);
    with("true", "listeners = [\"web\", \"secure\"]", &[]);
    with("false", "listeners = [\"web\"]", &[]);
    with("{ except = [\"/health\"] }", "listeners = [\"web\"]", &[]);
    with("{ except = [] }", "listeners = [\"web\"]", &["E0216"]);
    with("{ status = 305 }", "", &["E0406"]);
}

#[test]
fn hsts_without_tls_is_refused() {
    let hsts = "hsts = { max_age = \"1d\" }";
    whole(WEB, hsts, &[]);
    whole(WEB, &format!("{hsts}\nlisteners = [\"web\"]"), &["E0216"]);
    whole(WEB, &format!("{hsts}\nlisteners = [\"web\", \"secure\"]"), &[]);
    // For all routes, those with TLS among them.
    whole(&format!("{WEB}[defaults]\n{hsts}\n"), "listeners = [\"web\"]", &[]);
    // A listener that could not be read may well speak TLS.
    let damaged = "[listeners.web]\naddress = \"127.0.0.1:80\"\ntls = true\n";
    whole(damaged, &format!("{hsts}\nlisteners = [\"web\"]"), &["E0103"]);
}

#[test]
fn listener_that_contradicts_itself_is_refused() {
    let listener = |inside: &str, expected: &[&str]| {
        whole(&format!("[listeners.a]\naddress = \"127.0.0.1:82\"\n{inside}\n"), "", expected);
    };
    listener("protocols = [\"h3\"]", &["E0217"]);
    listener("protocols = [\"http/1.1\", \"h2\"]", &[]);
    listener("protocols = [\"h3\"]\ntls = { certificates = [\"shop\"] }", &[]);
    listener("redirect_to_https = true\ntls = { certificates = [\"shop\"] }", &["E0217"]);
    listener("redirect_to_https = false\ntls = { certificates = [\"shop\"] }", &[]);
    listener("redirect_to_https = true", &[]);
    listener("tls = { certificates = [] }", &["E0114"]);
    listener("tls = { certificates = [], default_certificate = \"shop\" }", &[]);
    listener("proxy_protocol = { from = [] }", &["E0114"]);
    listener("proxy_protocol = { from = [\"10.0.0.0/8\"] }", &[]);
    let auth = |inside: &str, expected: &[&str]| {
        listener(
            &format!("tls = {{ certificates = [\"shop\"], client_auth = {{ {inside} }} }}"),
            expected,
        );
    };
    auth("", &[]);
    auth("mode = \"none\"", &[]);
    auth("mode = \"require\"", &["E0217"]);
    auth("mode = \"request\", ca = []", &["E0217"]);
    auth("mode = \"require\", ca = [\"shop\"]", &[]);
}

#[test]
fn certificates_that_no_client_is_asked_for_are_refused() {
    let listener = |inside: &str| {
        format!(
            "[listeners.a]\naddress = \"127.0.0.1:82\"\n\
             tls = {{ certificates = [\"shop\"], client_auth = {{ {inside} }} }}\n"
        )
    };
    let auth = |inside: &str, expected: &[&str]| whole(&listener(inside), "", expected);
    auth("ca = [\"shop\"]", &["E0217"]);
    auth("crl = [\"file:/a.crl\"]", &["E0217"]);
    auth("ca = [\"shop\"], mode = \"none\"", &[]);
    auth("ca = [\"shop\"], mode = \"require\", hosts = []", &["E0114"]);
    auth("ca = [\"shop\"], mode = \"require\", hosts = [\"r.example.org\"]", &[]);
    // Of defaults, by whoever takes them.
    let defaults = |inside: &str, own: &str, expected: &[&str]| {
        let defaults = format!(
            "[defaults]\ntls = {{ certificates = [\"shop\"], client_auth = {{ {inside} }} }}\n"
        );
        whole(&format!("{own}{defaults}"), "", expected);
    };
    defaults("ca = [\"shop\"]", "", &["E0217"]);
    defaults("ca = [\"shop\"]", &listener("mode = \"require\""), &[]);
    defaults("ca = [\"shop\"], mode = \"none\"", "", &[]);
    defaults("ca = [\"shop\"], mode = \"request\", hosts = []", "", &["E0114"]);
    defaults("mode = \"request\", ca = [\"shop\"]", &listener("crl = [\"file:/a.crl\"]"), &[]);
}

#[test]
fn what_was_written_and_refused_is_not_called_missing() {
    let inline = "key = \"-----BEGIN PRIVATE KEY-----\"";
    let listener = "[listeners.a]\naddress = \"127.0.0.1:82\"\n";
    let shown = format!("{listener}tls = {{ certificates = [\"own\"] }}\n");
    let certificate = "[certificates.own]\ncertificate = \"file:/etc/ssl/own.pem\"\n";
    whole(&format!("{shown}{certificate}"), "", &["E0208"]);
    whole(&format!("{shown}{certificate}{inline}\n"), "", &["E0116"]);
    whole(&format!("{shown}{certificate}keyy = \"env:K\"\n"), "", &["E0101"]);
    let auth = "tls = { certificates = [\"shop\"], client_auth = { mode = \"require\" } }\n";
    let defaults =
        "[defaults]\ntls = { certificates = [\"shop\"], client_auth = { ca = \"shop\" } }\n";
    whole(&format!("{listener}{auth}{defaults}"), "", &["E0103"]);
    let test = "[[tests]]\nrequest = \"GET http://r.example.org/\"\nexpect = { route = \"r\" }\n";
    whole(&format!("{listener}tls = true\n{test}"), "", &["E0103"]);
    whole(&format!("[listener.web]\naddress = \"127.0.0.1:80\"\n{test}"), "", &["E0101"]);
    whole(test, "", &["E0602"]);
    let balancing = "[defaults]\nload_balancing = { type = \"header_hash\", header_name = 3 }\n";
    whole(balancing, "", &["E0103"]);
    let balancing = "[defaults]\nload_balancing = { type = \"header_hash\" }\n";
    whole(balancing, "", &["E0104"]);
    let health = "[defaults]\nhealth_check = { healthy_statuses = [\"2xx\"] }\n";
    whole(health, "", &["E0117"]);
}

#[test]
fn certificate_authorities_of_defaults_count() {
    let defaults =
        "[defaults]\ntls = { certificates = [\"shop\"], client_auth = { ca = [\"shop\"] } }\n";
    let listener = "[listeners.a]\naddress = \"127.0.0.1:82\"\n\
                    tls = { certificates = [\"shop\"], client_auth = { mode = \"require\" } }\n";
    whole(&format!("{listener}{defaults}"), "", &[]);
    whole(listener, "", &["E0217"]);
}

#[test]
fn what_no_request_comes_to_is_warned_of() {
    whole("[services.health]\nbuiltin = \"health\"\n", "", &["W0214"]);
    whole("[listeners.s]\naddress = \"127.0.0.1:81\"\nserve = \"services\"\n", "", &["W0214"]);
    whole(SERVICES, "", &[]);
    let plain = |more: &str, expected: &[&str]| {
        let route = "[[routes]]\nid = \"r\"\nmatch = [\"r.example.org\"]\nbackend = \"b\"\n";
        let backend =
            "[backends.b]\ntargets = [{ id = \"a\", host = \"a.internal\", port = 8080 }]\n";
        check(&format!("version = 1\n{more}{route}{backend}"), expected);
    };
    plain(WEB, &[]);
    plain(&format!("{WEB}redirect_to_https = true\n"), &["W0213"]);
    plain(&format!("{WEB}redirect_to_https = false\n"), &[]);
    plain(SERVICES, &["W0203"]);
    plain("", &["W0203"]);
}

#[test]
fn redirect_to_the_route_itself_is_refused() {
    let to = |to: &str, more: &str, expected: &[&str]| {
        whole(WEB, &format!("redirect = {{ to = \"{to}\" }}\n{more}"), expected);
    };
    let same = "https://r.example.org${req.uri}";
    to(same, "", &["E0408", "W0201"]);
    to(same, "listeners = [\"web\"]", &["W0201"]);
    to(same, "listeners = [\"secure\"]", &["E0408", "W0201"]);
    to("https://R.example.org:443${req.path}", "", &["E0408", "W0201"]);
    to("http://r.example.org${req.uri}", "", &["E0408", "W0201"]);
    to("http://r.example.org${req.uri}", "listeners = [\"secure\"]", &["W0201"]);
    to("https://r.example.org:8443${req.uri}", "", &["W0201"]);
    to("https://s.example.org${req.uri}", "", &["W0201"]);
    to("https://r.example.org/new${req.uri}", "", &["E0408", "W0201"]);
    // Another request need not be as the first.
    to(same, "headers = { \"x-a\" = \"1\" }", &["W0201"]);
    to(same, "methods = [\"POST\"]", &["W0201"]);
    to(same, "methods = [\"GET\"]", &["E0408", "W0201"]);
    // A prefix takes what is below it, unless another route may take it better.
    to("/new", "", &["E0408", "W0201"]);
    to("/", "", &["E0408", "W0201"]);
    to("http://r.example.org/", "", &["E0408", "W0201"]);
    to("http://s.example.org/", "", &["W0201"]);
    let other = |path: &str| {
        format!("[[routes]]\nid = \"o\"\nmatch = [\"r.example.org{path}\"]\nbackend = \"b\"")
    };
    to("/new", &other("/new"), &[]);
    to("/new/a", &other("/new/:id"), &[]);
    to("/new", &other("/old"), &["E0408"]);
    to("/new", &other("/:any"), &[]);
    to("/", "exact = true", &["E0408", "W0201"]);
    to("/new", "exact = true", &["W0201"]);
    to("https://r.example.org/?a=b", "exact = true", &["E0408", "W0201"]);
}

#[test]
fn what_speaks_of_a_target_beside_a_redirect_is_warned_of() {
    let redirect = "redirect = { to = \"https://s.example.org/\" }\n";
    whole(WEB, &format!("{redirect}request_headers = {{ remove = [\"a\"] }}"), &["W0215", "W0201"]);
    whole(WEB, &format!("{redirect}upgrade = []"), &["W0215", "W0201"]);
    whole(WEB, &format!("{redirect}response_headers = {{ remove = [\"a\"] }}"), &["W0201"]);
    let defaults = "[defaults]\nrequest_headers = { remove = [\"a\"] }\n";
    whole(&format!("{WEB}{defaults}"), redirect, &["W0201"]);
    whole(WEB, "request_headers = { remove = [\"a\"] }", &[]);
}
