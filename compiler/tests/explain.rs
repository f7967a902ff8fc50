//! `explain`: what comes in takes part, and what goes out both ways is told.

use serde_json::{Value, json};

use crate::command::{code, pointsman, text};

const EDGE: &str = r#"version = 1
[listeners.web]
address = "127.0.0.1:8080"
[listeners.internal]
address = "127.0.0.1:8081"
serve = "services"

[[routes]]
id = "beta"
match = ["shop.tld/:page"]
headers = { "x-env" = "Regex(pre.*)" }
cookies = { beta = "1" }
backend = "b"
request_headers = { set = { "x-page" = "${req.pathparams.page}", "x-from" = "${req.ip}", authorization = "Basic abc" }, remove = ["x-debug"] }
response_headers = { add = { "x-edge" = "${req.host}" }, remove = ["server"] }
[[routes]]
id = "shop"
match = ["shop.tld"]
backend = "b"
[[routes]]
id = "old"
match = ["old.tld"]
redirect = { to = "https://new.tld${req.uri}", status = 301 }
response_headers = { set = { "cache-control" = "no-store" } }
[[routes]]
id = "closed"
match = ["closed.tld"]
respond = { status = 503, body = "closed\n", headers = { "retry-after" = "60" } }

[backends.b]
root = "/v1"
targets = [{ id = "a", host = "127.0.0.1", port = 9000 }]

[services.health]
builtin = "health"
[services.users]
backend = "b"
strip_slug = true
[services.plain]
backend = "b"
[services."*"]
registry = true
"#;

struct Edge(tempfile::TempDir);

impl Edge {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("pointsman.toml"), EDGE).expect("a file");
        Self(folder)
    }

    fn words(&self, request: &str, options: &[&str]) -> String {
        let path = self.0.path().to_string_lossy();
        let call = [&["explain", &*path, request], options].concat();
        let output = pointsman(&call);
        assert_eq!(code(&output), 0, "{call:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    fn json(&self, request: &str, options: &[&str]) -> Value {
        let said = self.words(request, &[options, &["--json"]].concat());
        serde_json::from_str(&said).expect("an object")
    }
}

const WEB: [&str; 2] = ["--listener", "web"];
const INTERNAL: [&str; 2] = ["--listener", "internal"];

#[test]
fn fields_cookies_and_client_take_part() {
    let edge = Edge::new();
    let request = "GET http://shop.tld/cart?x=1";
    let check = |options: &[&str], route: &str, lost: &str| {
        let found = edge.json(request, &[&WEB, options].concat());
        assert_eq!(found["route"], route, "{found}");
        assert_eq!(found["considered"][0]["lost"], lost, "{found}");
    };
    check(&["-H", "x-env: preprod", "-b", "beta=1"], "beta", "its pattern is shorter");
    check(
        &["-H", "X-Env: preprod", "-b", "alpha=1", "-b", "beta=1", "--client-ip", "192.0.2.7"],
        "beta",
        "its pattern is shorter",
    );
    check(&["-H", "x-env: preprod"], "shop", "cookie `beta` is not `1`");
    check(&["-H", "x-env: preprod", "-b", "beta=2"], "shop", "cookie `beta` is not `1`");
    check(&["-b", "beta=1"], "shop", "header `x-env` does not fit Regex(pre.*)");
    for options in [["-b", "beta"], ["-b", "a=1; b=2"], ["-H", "x-env"], ["-H", "a b: c"]] {
        let path = edge.0.path().to_string_lossy().into_owned();
        let output = pointsman(&[&["explain", &path, request], &options[..]].concat());
        assert_eq!(code(&output), 2, "{options:?}");
    }
}

#[test]
fn changes_of_fields_are_told_both_ways_as_they_would_be_sent() {
    let edge = Edge::new();
    let options = ["-H", "x-env: pre", "-b", "beta=1", "--client-ip", "192.0.2.7"];
    let options = [&WEB[..], &options].concat();
    let found = edge.json("GET http://shop.tld/a%20b?x=1", &options);
    let change = |change: &str, name: &str, value: Value| json!({ "change": change, "name": name, "value": value });
    let sent = json!({
        "path": "/v1/a%20b?x=1",
        "host": "shop.tld",
        "headers": [
            change("remove", "x-debug", Value::Null),
            change("set", "authorization", "***".into()),
            change("set", "x-from", "192.0.2.7".into()),
            change("set", "x-page", "a b".into()),
        ],
    });
    assert_eq!(found["sent"], sent);
    let answer = json!({
        "status": null, "location": null, "body_bytes": null,
        "headers": [
            change("remove", "server", Value::Null),
            change("add", "x-edge", "shop.tld".into()),
        ],
    });
    assert_eq!(found["answer"], answer);
    assert_eq!(found["outcome"], "route");
    let words = edge.words("GET http://shop.tld/a%20b?x=1", &options);
    for line in [
        "param     page = a b",
        "sent      /v1/a%20b?x=1",
        "request   remove x-debug",
        "request   set authorization: ***",
        "request   set x-from: 192.0.2.7",
        "response  remove server",
        "response  add x-edge: shop.tld",
    ] {
        assert!(words.lines().any(|own| own == line), "{line}: {words}");
    }
}

#[test]
fn answers_of_a_routes_own_are_told_whole() {
    let edge = Edge::new();
    let found = edge.json("GET http://old.tld/a?b=1", &WEB);
    assert_eq!((&found["outcome"], &found["status"]), (&json!("redirect"), &json!(301)), "{found}");
    let answer = json!({
        "status": 301, "location": "https://new.tld/a?b=1", "body_bytes": null,
        "headers": [{ "change": "set", "name": "cache-control", "value": "no-store" }],
    });
    assert_eq!((&found["answer"], &found["sent"]), (&answer, &Value::Null));
    let words = edge.words("GET http://old.tld/a?b=1", &WEB);
    assert!(words.contains("answered  301 location https://new.tld/a?b=1\n"), "{words}");

    let found = edge.json("GET http://closed.tld/", &WEB);
    assert_eq!((&found["outcome"], &found["status"]), (&json!("respond"), &json!(503)), "{found}");
    let answer = json!({
        "status": 503, "location": null, "body_bytes": 7,
        "headers": [{ "change": "set", "name": "retry-after", "value": "60" }],
    });
    assert_eq!((&found["answer"], &found["reason"]), (&answer, &Value::Null));
    let words = edge.words("GET http://closed.tld/", &WEB);
    assert!(words.contains("answered  503 with a body of 7 bytes\n"), "{words}");
}

#[test]
fn services_are_found_by_the_first_segment() {
    let edge = Edge::new();
    let check = |path: &str, expected: Value| {
        let found = edge.json(&format!("GET http://any{path}"), &INTERNAL);
        let keys = ["outcome", "service", "builtin", "backend", "status"];
        let own: Vec<&Value> = keys.iter().map(|key| &found[key]).collect();
        assert_eq!(json!(own), expected, "{path}: {found}");
        assert_eq!(found["considered"], json!([]), "routes have no part in it");
        found["sent"]["path"].clone()
    };
    check("/health", json!(["builtin", "health", "health", null, null]));
    let sent = check("/users/7?x=1", json!(["service", "users", null, "b", null]));
    assert_eq!(sent, "/v1/7?x=1");
    let sent = check("/plain/7", json!(["service", "plain", null, "b", null]));
    assert_eq!(sent, "/v1/plain/7");
    check("/other/x", json!(["service", "*", null, null, null]));
    check("/*/x", json!(["service", "*", null, null, null]));
    check("/", json!(["refused", null, null, null, 404]));
    check("//users", json!(["refused", null, null, null, 404]));
    let words = edge.words("GET http://any/users/7", &INTERNAL);
    assert!(words.starts_with("service   users\n"), "{words}");
    let words = edge.words("GET http://any/health", &INTERNAL);
    assert!(words.contains("builtin   health: the edge answers it itself\n"), "{words}");
    // The same path by a listener of routes names no service.
    assert_eq!(edge.json("GET http://any/health", &WEB)["reason"], "no_route");
}

const REDIRECTING: &str = "version = 1
[listeners.web]
address = \"127.0.0.1:8080\"
redirect_to_https = { except = [\"/health\", \"/pub/*\"] }
[listeners.secure]
address = \"127.0.0.1:8443\"
tls = { certificates = [\"own\"] }
[certificates.own]
certificate = \"file:/etc/own.pem\"
key = \"file:/etc/own.key\"
[[routes]]
id = \"all\"
match = [\"*\"]
respond = { status = 200 }
[[tests]]
request = \"GET http://a.tld:8080/x?y=1\"
expect = { redirect = \"https://a.tld/x?y=1\" }
[[tests]]
request = \"GET http://a.tld/health\"
expect = { route = \"all\" }
";

#[test]
fn listener_that_sends_clients_to_https_asks_no_route() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pointsman.toml"), REDIRECTING).expect("a file");
    let edge = Edge(folder);
    let check = |url: &str, location: Value| {
        let found = edge.json(&format!("GET {url}"), &[]);
        assert_eq!(found["answer"]["location"], location, "{found}");
        let is_redirect = location != Value::Null;
        let by = if is_redirect { json!("web") } else { Value::Null };
        let outcome = if is_redirect { "redirect" } else { "respond" };
        let route = if is_redirect { Value::Null } else { json!("all") };
        let own = json!([found["redirected_by"], found["outcome"], found["route"]]);
        assert_eq!(own, json!([by, outcome, route]), "{found}");
    };
    check("http://A.tld:8080/x?y=1", json!("https://a.tld/x?y=1"));
    check("http://[::1]:8080/%61", json!("https://[::1]/a"));
    check("http://a.tld/health/", json!("https://a.tld/health/"));
    check("http://a.tld/pub/", json!("https://a.tld/pub/"));
    check("http://a.tld/health", Value::Null);
    check("http://a.tld/pub/a/b", Value::Null);
    check("https://a.tld/x", Value::Null);
    let words = edge.words("GET http://a.tld/x", &[]);
    let expected = "listener  web: sends clients to https, no route is asked\n\
                    answered  308 location https://a.tld/x\n";
    assert_eq!(words, expected);
    let tested = pointsman(&["test", &edge.0.path().to_string_lossy()]);
    assert_eq!(code(&tested), 0, "{}", text(&tested.stdout));
}

#[test]
fn diff_shows_requests_that_are_sent_to_https_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, edge: &str| {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
        std::fs::write(folder.path().join(name).join("pointsman.toml"), edge).expect("a file");
        folder.path().join(name).to_string_lossy().into_owned()
    };
    let plain = REDIRECTING.replace("redirect_to_https = { except", "#");
    let plain = plain.split("[[tests]]").next().expect("a text");
    let narrow = REDIRECTING.replace(", \"/pub/*\"", "");
    let (old, new) = (write("old", REDIRECTING), write("new", plain));
    let out = text(&pointsman(&["diff", &old, &new]).stdout);
    assert!(out.contains("to https, 308"), "{out}");
    let narrow = write("narrow", &narrow);
    let out = text(&pointsman(&["diff", &old, &narrow]).stdout);
    assert!(out.contains("/pub/x") && out.contains("to https, 308"), "{out}");
}

#[test]
fn routes_that_are_not_named_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut edge = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:8080\"\n".to_owned();
    for at in 0..40 {
        edge += &format!(
            "[[routes]]\nid = \"r{at}\"\nmatch = [\"a.tld/p{at}\"]\nrespond = {{ status = 200 }}\n"
        );
    }
    std::fs::write(folder.path().join("pointsman.toml"), edge).expect("a file");
    let edge = Edge(folder);
    let said = edge.words("GET http://a.tld/p0", &[]);
    assert!(said.ends_with("\n          and 7 more\n"), "{said}");
    let found = edge.json("GET http://a.tld/p0", &[]);
    assert_eq!(found["considered"].as_array().map(Vec::len), Some(32));
    assert_eq!((&found["considered_more"], &found["considered_whole"]), (&json!(7), &json!(true)));
}

#[test]
fn host_as_a_field_is_refused() {
    let edge = Edge::new();
    let path = edge.0.path().to_string_lossy();
    let call = ["explain", &*path, "GET http://shop.tld/", "-H", "Host: old.tld"];
    let output = pointsman(&call);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("stands in the URL"), "{}", text(&output.stderr));
}

/// The command that a failing test names is run as it stands, by a shell.
#[cfg(unix)]
#[test]
fn call_that_a_failing_test_names_runs_and_asks_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let edge = folder.path().join("it's an edge");
    std::fs::create_dir(&edge).expect("a folder");
    let listeners = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
        [listeners.inner]\naddress = \"127.0.0.1:81\"\n[backends.b]\n\
        targets = [{ id = \"a\", host = \"h\", port = 1 }]\n[[routes]]\nid = \"r\"\nmatch = [\"h\"]\n\
        listeners = [\"inner\"]\nheaders = { x-env = \"it's $HOME\" }\ncookies = { beta = \"1\" }\n\
        backend = \"b\"\n[[tests]]\nrequest = \"GET http://h/\"\nlistener = \"inner\"\n\
        client_ip = \"192.0.2.7\"\nexpect = { refused = \"no_route\" }\n";
    let headers = "headers = { x-env = \"it's $HOME\", cookie = \"beta=1\" }\n";
    let file = edge.join("pointsman.toml");
    std::fs::write(&file, format!("{listeners}{headers}")).expect("a file");
    let output = pointsman(&["test", &edge.to_string_lossy()]);
    let said = text(&output.stdout);
    assert_eq!(code(&output), 1, "{said}");
    let help = said.lines().find_map(|line| line.split_once("this says why: ")).expect(&said).1;
    assert!(help.contains("--listener inner") && help.contains("--client-ip 192.0.2.7"), "{help}");
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", &format!("{help} --json")])
        .env("PATH", crate::diff_git::path_with_pointsman());
    let asked = shell.output().expect("a shell");
    assert!(asked.status.success(), "{help}: {}", text(&asked.stderr));
    let found: Value = serde_json::from_slice(&asked.stdout).expect("JSON");
    assert_eq!((&found["outcome"], &found["route"]), (&json!("route"), &json!("r")), "{help}");

    // What is secret is hidden, and it is said.
    std::fs::write(
        &file,
        format!("{listeners}headers = {{ x-api-key = \"hunter2\" }}\n")
            .replace("refused = \"no_route\"", "route = \"r\""),
    )
    .expect("a file");
    let output = pointsman(&["test", &edge.to_string_lossy()]);
    let said = text(&output.stdout);
    assert!(said.contains("-H 'x-api-key: ***'") && said.contains("`***` hides"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}
