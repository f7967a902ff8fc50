//! No command shows a secret: wherever one can be written, rightly, misspelled or in a damaged file.

use std::fs;
use std::path::Path;

use pointsman_compiler::diagnostic::{
    Colour, render_github, render_human, render_json, render_sarif,
};

use crate::command::{code, pointsman, text};
use crate::configuration::compile_text;

/// What no output may hold.
const SECRET: &str = "hunter2abc9";

/// The same, written as a number.
const NUMBER: &str = "4711471147";

/// A configuration that is clean, with marks where cases put what they are about.
const FRAME: &str = "version = 1\n\
    [listeners.web]\naddress = \"127.0.0.1:8080\"\n\
    [[routes]]\nid = \"r\"\nmatch = [\"a.tld/x\"]\nbackend = \"b\"\n#ROUTE\n\
    [[routes]]\nid = \"s\"\nmatch = [\"a.tld/s\"]\n#ANSWER\n\
    [backends.b]\n#BACKEND\n\
    [[backends.b.targets]]\nid = \"t\"\nhost = \"t.internal\"\nport = 80\n#TARGET\n\
    #TABLE\n";

/// Fields that people let somebody in with, each with its secret.
const FIELDS: &str = "x-auth-key = \"SECRET\", \
    ocp-apim-subscription-key = \"SECRET\", \
    x-functions-key = \"SECRET\", \
    dd-application-key = \"SECRET\", \
    x-shared-key = \"SECRET\", \
    x-master-key = \"SECRET\", \
    x-admin-key = \"SECRET\", \
    x-internal-auth = \"SECRET\", \
    x-pass = \"SECRET\", \
    x-user-pass = \"SECRET\", \
    x-pwd = \"SECRET\", \
    x-hmac = \"SECRET\", \
    x-signature = \"SECRET\", \
    x-jwt = \"SECRET\", \
    x-origin-verify = \"SECRET\"";

/// A configuration with lines in the place of a mark; the route `s` answers itself if nothing else
/// is said of it.
fn with(mark: &str, lines: &str) -> String {
    let text = FRAME.replace(&format!("#{mark}\n"), &format!("{lines}\n"));
    let text = text.replace("FIELDS", FIELDS);
    text.replace("#ANSWER\n", "respond = { status = 204 }\n")
        .replace("SECRET", SECRET)
        .replace("NUMBER", NUMBER)
}

/// Lines of outputs that hold it, and what was asked.
#[derive(Default)]
struct Seen(Vec<String>);

impl Seen {
    fn look(&mut self, said: &str, of: &str) {
        let line = said.lines().find(|line| line.contains(SECRET) || line.contains(NUMBER));
        self.0.extend(line.map(|line| format!("{of}\n==> {line}\n")));
    }

    fn assert_nothing(&self) {
        assert!(self.0.is_empty(), "{} outputs:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// All findings of a text, by every renderer.
fn findings(text: &str) -> String {
    let outcome = compile_text(text);
    let (findings, sources) = (&outcome.findings, &outcome.sources);
    [
        render_human(findings, sources, Colour::Off),
        render_human(findings, sources, Colour::On),
        render_json(findings, sources),
        render_github(findings, sources, ""),
        render_sarif(findings, sources, ""),
    ]
    .concat()
}

/// Tables and dotted keys in the place of a text, in files that are TOML and in such that are not.
#[test]
fn secret_below_a_key_is_shown_by_no_finding() {
    let mut seen = Seen::default();
    for lines in [
        "proxy = { host = \"p\", port = 1, password.x = \"SECRET\" }",
        "proxy.host = \"p\"\nproxy.port = 1\nproxy.password.x = \"SECRET\"",
        "proxy.host = \"p\"\nproxy.port = 1\nproxy.password . \"x\" = 'SECRET'",
        "proxy = { host = \"p\", port = 1, \"password\".\"x\" = \"SECRET\", foo = 1 }",
        "[backends.b.proxy]\nhost = \"p\"\nport = 1\n[backends.b.proxy.password]\nvalue = \"SECRET\"",
        "[backends.b.proxy]\nhost = \"p\"\nport = 1\n[backends.b.proxy.pasword]\nvalue = \"SECRET\"",
        "[backends.b.proxy]\nhost = \"p\"\nport = 1\n[[backends.b.proxy.password]]\nvalue = \"SECRET\"",
        "[backends.b.proxy]\nhost = \"p\"\nport = 1\n[ backends . \"b\" . proxy . password ]\nvalue = \"SECRET\"",
        "[password]\nvalue = \"SECRET\"",
        "[password.value]\na = [\"SECRET\"]\nb = 1",
        "[apiKeys]\none = \"SECRET\"",
        "[x.api_key]\none = \"SECRET\"",
        "[vault]\napi_key = \"SECRET\"\nsshKey.one = \"SECRET\"",
        "vault = { inner = { api_key = \"SECRET\" } }",
        "load_balancing = { type = \"sticky\", secret.value = \"SECRET\" }",
    ] {
        for damage in ["", "x = tru\n", "x = \"a\n", "y = [1\n", "[z\n"] {
            for place in ["before", "behind"] {
                let lines = match place {
                    "before" => format!("{damage}{lines}"),
                    _ => format!("{lines}\n{damage}"),
                };
                let text = with("BACKEND", &lines);
                let said = findings(&text);
                assert!(!said.is_empty(), "{text}");
                seen.look(&said, &lines);
            }
        }
    }
    seen.assert_nothing();
}

#[test]
fn secret_in_a_damaged_line_is_shown_by_no_finding() {
    let mut seen = Seen::default();
    for line in [
        "proxy = { host = \"p\", password \"SECRET\" }",
        "proxy = { host = \"p\", password\" = SECRET }",
        "proxy = { host = \"p\", \"password = \"SECRET\" }",
        "pass word = \"SECRET\"",
        "password = \"a\nSECRET\"\nx = 1",
        "password := \"SECRET\"",
        "password => SECRET",
        "password -> SECRET",
        "proxy_set_header X-Origin-Verify SECRET;",
        "x = tru # x-auth-key: SECRET",
        "#password = \"SECRET\" \nx = tru",
        "[backends.b.proxy.password\nvalue = \"SECRET\"",
        "x.password.y \"SECRET\"",
        "request_headers = { set = { authorization = \"Bearer SECRET\" }",
        "request_headers = { set = { authorization = Bearer SECRET } }",
        "request_headers = { set = { x-api-key: SECRET } }",
    ] {
        let text = with("BACKEND", line);
        seen.look(&findings(&text), line);
    }
    seen.assert_nothing();
}

/// Places for values, valid or nearly so: mark and lines.
const PLACES: &[(&str, &str)] = &[
    ("ROUTE", "headers = { FIELDS }"),
    ("ROUTE", "request_headers = { set = { FIELDS } }"),
    ("ROUTE", "response_headers = { add = { FIELDS } }"),
    ("ROUTE", "metadata = { FIELDS, owner = \"password: SECRET\" }"),
    ("ANSWER", "respond = { status = 200, headers = { FIELDS } }"),
    ("BACKEND", "health_check = { headers = { FIELDS } }"),
    ("BACKEND", "FIELDS"),
    (
        "ROUTE",
        "query = { key = \"SECRET\", auth = \"SECRET\", pw = \"SECRET\", sig = \"SECRET\", code = \"SECRET\" }",
    ),
    ("ROUTE", "cookies = { \"sid\" = \"SECRET\", PHPSESSID = \"SECRET\" }"),
    ("ROUTE", "cookies = { \"sid\" = \"Regex(SECRET|a)\" }"),
    ("ANSWER", "redirect = { to = \"https://b.tld/#token=SECRET\" }"),
    ("BACKEND", "pw = \"SECRET\"\nbearer = \"SECRET\"\napi = \"SECRET\""),
    ("BACKEND", "login = \"admin:SECRET\"\nhash = \"$2b$12$SECRET\""),
    ("BACKEND", "prot = 1 # password: SECRET"),
    ("BACKEND", "prot = 1 # the old password was SECRET"),
    ("TABLE", "[users]\nadmin = \"SECRET\""),
    ("TABLE", "[acme]\ndirectory = \"https://a.tld/dir?key=SECRET\""),
    ("TABLE", "[acme]\ndns_hook = { command = [\"/h\", \"-p\", \"SECRET\"] }"),
    ("TABLE", "[acme]\ndns_hook = { command = [\"/h\", \"-u\", \"admin:SECRET\"] }"),
    ("TABLE", "[acme]\ndns_hook = { command = [\"/h\", \"--cf-key\", \"SECRET\"] }"),
    ("TABLE", "[acme]\ndns_hook = { command = [\"/bin/sh\", \"-c\", \"PASS=SECRET /h\"] }"),
    ("ROUTE", "headers = { authorization = \"Bearer SECRET\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = \"Regex(SECRET|a)\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = \"Regex(SECRET\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = \"Regexp(SECRET)\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = \"Wildcard(SECRET*)\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = \" SECRET\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = { a = \"SECRET\" } }"),
    ("ROUTE", "headers = { \"x-api-key\" = [\"SECRET\"] }"),
    ("ROUTE", "headers = { \"x-api-key\".a = \"SECRET\" }"),
    ("ROUTE", "header = { \"x-api-key\" = \"SECRET\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = \"SECRET\", \"X-Api-Key\" = \"SECRET\" }"),
    ("ROUTE", "headers = { \"x-api-key\" = NUMBER }"),
    ("ROUTE", "query = { token = NUMBER.5 }"),
    ("ROUTE", "request_headers = { set = { authorization = NUMBER } }"),
    ("ROUTE", "request_headers = [\"authorization: Bearer SECRET\"]"),
    ("ROUTE", "headers = \"x-api-key=SECRET\""),
    ("ROUTE", "auth = \"SECRET\""),
    ("ROUTE", "basic_auth = [\"a:SECRET\"]"),
    ("BACKEND", "health_check = { headers = { \"x-api-key\" = NUMBER } }"),
    ("BACKEND", "load_balancing = { type = \"sticky\", secret = NUMBER }"),
    ("TABLE", "[acme]\nexternal_account = [\"kid\", \"SECRET\"]"),
    ("TABLE", "[acme]\nexternal_account = \"kid:SECRET\""),
    ("TABLE", "[acme]\neab_hmac = \"SECRET\""),
    ("TABLE", "[acme]\ndns_hook = { command = [\"/h\"], env = { API_TOKEN = \"SECRET\" } }"),
    ("ROUTE", "query = { token = \"SECRET\" }"),
    ("ROUTE", "cookies = { session = \"SECRET\" }"),
    ("ROUTE", "cookies = { session = \"SECRET;\" }"),
    ("ROUTE", "request_headers = { set = { authorization = \"Bearer SECRET\" } }"),
    ("ROUTE", "request_headers = { set = { authorization = \"${req.headers.x :: SECRET}\" } }"),
    ("ROUTE", "request_headers = { set = { authorization = \"SECRET ${req.path}\" } }"),
    ("ROUTE", "request_headers = { set = { authorization = \"SECRET ${req.pth}\" } }"),
    ("ROUTE", "request_headers = { set = { \"x-next\" = \"https://h/?token=SECRET\" } }"),
    ("ROUTE", "request_headers = { add = { cookie = \"session=SECRET\" } }"),
    ("ROUTE", "response_headers = { set = { \"set-cookie\" = \"session=SECRET\" } }"),
    ("ROUTE", "metadata = { \"api_key\" = \"SECRET\", token = \"SECRET\" }"),
    ("ROUTE", "name = \"see https://u:SECRET@wiki.tld\""),
    ("ROUTE", "name = 1\nfoo = \"https://u:SECRET@wiki.tld\""),
    ("ROUTE", "match = [\"u:SECRET@a.tld/x\"]"),
    ("ANSWER", "match = [\"https://u:SECRET@a.tld/x\"]"),
    ("ANSWER", "match = [\"a.tld/x?token=SECRET\"]\nbackend = \"b\""),
    ("ANSWER", "redirect = { to = \"https://b.tld/?token=SECRET\" }"),
    ("ANSWER", "redirect = { to = \"https://u:SECRET@b.tld/\" }"),
    ("ANSWER", "redirect = { to = \"u:SECRET@b.tld/\" }"),
    ("ANSWER", "redirect = { to = \"//u:SECRET@b.tld/\" }"),
    ("ANSWER", "redirect = { to = \"https://b.tld/?api_key=SECRET&p=${req.path}\" }"),
    ("ANSWER", "redirect = { to = \"https://b.tld${req.uri}?api_key=SECRET\" }"),
    ("ANSWER", "redirect = { to = \"https://b.tld/?token=SECRET\", status = 200 }"),
    ("ANSWER", "redirect = \"https://b.tld/?token=SECRET\""),
    ("ANSWER", "respond = { status = 200, body = \"{\\\"token\\\": \\\"SECRET\\\"}\" }"),
    ("ANSWER", "respond = { status = 204, body = \"token=SECRET\" }"),
    ("ANSWER", "respond = { status = 200, headers = { \"x-api-key\" = \"SECRET\" } }"),
    ("BACKEND", "root = \"/a?token=SECRET\""),
    ("BACKEND", "root = \"/a?token=SECRET&x=${req.nothing}\""),
    ("BACKEND", "root = \"a?token=SECRET\""),
    ("BACKEND", "host_header = \"u:SECRET@h\""),
    ("BACKEND", "health_check = { url = \"/h?token=SECRET\" }"),
    ("BACKEND", "health_check = { url = \"h?token=SECRET\" }"),
    ("BACKEND", "health_check = { url = \"https://u:SECRET@h.tld/\" }"),
    ("BACKEND", "health_check = { headers = { authorization = \"Bearer SECRET\" } }"),
    ("BACKEND", "proxy = { host = \"p\", port = 1, password = \"SECRET\" }"),
    ("BACKEND", "proxy = { host = \"u:SECRET@p\", port = 1 }"),
    ("BACKEND", "proxy = { host = \"http://u:SECRET@p\", port = 1 }"),
    ("BACKEND", "proxy = { host = \"p\", port = 1, no_proxy = [\"http://u:SECRET@p\"] }"),
    ("BACKEND", "proxy = \"http://u:SECRET@p:1\""),
    ("BACKEND", "proxy_url = \"http://u:SECRET@p:1\""),
    ("BACKEND", "load_balancing = { type = \"sticky\", secret = \"SECRET\" }"),
    ("BACKEND", "load_balancing = { type = \"sticky\", secrets = [\"SECRET\"] }"),
    (
        "BACKEND",
        "client = { custom_timeouts = [{ path = \"/a?token=SECRET\", idle_timeout = \"1s\" }] }",
    ),
    ("BACKEND", "targets = [\"https://u:SECRET@t.tld:80\"]"),
    ("BACKEND", "targets = [\"https://t.tld:80/?token=SECRET\"]"),
    ("TARGET", "[[backends.b.targets]]\nid = \"t\"\nhost = \"u:SECRET@t\"\nport = 80"),
    ("TARGET", "[[backends.b.targets]]\nid = \"t\"\nhost = \"https://u:SECRET@t\"\nport = 80"),
    ("TARGET", "[[backends.b.targets]]\nid = \"u:SECRET@t\"\nhost = \"t\"\nport = 80"),
    ("TABLE", "[certificates.a]\ncertificate = \"file:/a\"\nkey = \"SECRET\""),
    ("TABLE", "[certificates.a]\ncertificate = \"-----BEGIN A-----SECRET\""),
    ("TABLE", "[certificates.a]\ncertificate = \"https://u:SECRET@t/a\""),
    ("TABLE", "[acme]\ndirectory = \"https://u:SECRET@a.tld/\""),
    ("TABLE", "[acme]\ndirectory = \"https://a.tld/?token=SECRET\""),
    ("TABLE", "[acme]\nexternal_account = { id = \"i\", key = \"SECRET\" }"),
    ("TABLE", "[acme]\nexternal_account = { id = \"i\", hmac_key = \"SECRET\" }"),
    ("TABLE", "[acme]\ncontact = [\"https://u:SECRET@a.tld/\"]"),
    ("TABLE", "[acme]\ndns_hook = { command = [\"/h\", \"--token\", \"SECRET\"] }"),
    ("TABLE", "[acme]\ndns_hook = { command = [\"/h\", \"--token=SECRET\", 1] }"),
    (
        "TABLE",
        "[acme]\ndns_hook = { command = [\"/h\", \"-H\", \"Authorization: Bearer SECRET\"] }",
    ),
    ("TABLE", "[acme]\ndns_hook = { command = \"/h --token SECRET\" }"),
    ("TABLE", "[logs]\naccess = \"https://u:SECRET@l.tld\""),
    ("TABLE", "[defaults]\nrequest_headers = { set = { \"x-api-key\" = \"SECRET\" } }"),
    ("TABLE", "[defaults]\nproxy = { host = \"p\", port = 1, password = \"SECRET\" }"),
    (
        "TABLE",
        "[[tests]]\nrequest = \"GET http://a.tld/x?token=SECRET\"\nexpect = { route = \"s\" }",
    ),
    ("TABLE", "[[tests]]\nrequest = \"GET http://u:SECRET@a.tld/x\"\nexpect = { route = \"s\" }"),
    ("TABLE", "[[tests]]\nrequest = \"GET a.tld/x?token=SECRET\"\nexpect = { route = \"s\" }"),
    (
        "TABLE",
        "[[tests]]\nrequest = \"GET http://a.tld/x?token=SECRET\"\nexpect = { route = \"r\", path = \"/?token=SECRET\" }",
    ),
    (
        "TABLE",
        "[[tests]]\nrequest = \"GET http://a.tld/x\"\nheaders = { authorization = \"SECRET\" }\nexpect = { route = \"s\" }",
    ),
    (
        "TABLE",
        "[[tests]]\nrequest = \"GET http://a.tld/x\"\nexpect = { route = \"r\", headers = { authorization = \"SECRET\" } }",
    ),
    (
        "TABLE",
        "[[tests]]\nrequest = \"GET http://a.tld/x\"\nexpect = { route = \"r\", response_headers = { \"x-api-key\" = \"SECRET\" } }",
    ),
    (
        "TABLE",
        "[[tests]]\nrequest = \"GET http://a.tld/x\"\nexpect = { route = \"r\", params = { token = \"SECRET\" } }",
    ),
    (
        "TABLE",
        "[[tests]]\nrequest = \"GET http://a.tld/s\"\nexpect = { redirect = \"https://b.tld/?token=SECRET\" }",
    ),
    ("TABLE", "include = [\"https://u:SECRET@t/*.toml\"]"),
    (
        "TABLE",
        "[[routes]]\nid = \"q\"\nmatch = [\"a.tld/x\"]\nquery = { token = \"SECRET\" }\nbackend = \"b\"\n\
         [[routes]]\nid = \"p\"\nmatch = [\"a.tld/x\"]\nquery = { token = \"SECRET\" }\nbackend = \"b\"",
    ),
    (
        "TABLE",
        "[[routes]]\nid = \"q\"\nmatch = [\"a.tld/x\"]\nheaders = { \"x-api-key\" = \"SECRET\" }\nbackend = \"b\"\n\
         [[routes]]\nid = \"p\"\nmatch = [\"a.tld/x\"]\nheaders = { \"x-api-key\" = \"SECRET\" }\nbackend = \"b\"",
    ),
    (
        "TABLE",
        "[[routes]]\nid = \"q\"\nmatch = [\"a.tld/x\"]\ncookies = { session = \"SECRET\" }\nmethods = [\"GET\"]\nbackend = \"b\"\n\
         [[routes]]\nid = \"p\"\nmatch = [\"a.tld/x\"]\ncookies = { session = \"SECRET\" }\nmethods = [\"GET\"]\nbackend = \"b\"",
    ),
];

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::create_dir_all(&path).expect("a folder");
    fs::write(path.join("pointsman.toml"), text).expect("a file");
    path.to_string_lossy().into_owned()
}

#[test]
fn secret_is_shown_by_no_finding_wherever_it_is_written() {
    let mut seen = Seen::default();
    for (mark, lines) in PLACES {
        let text = with(mark, lines);
        seen.look(&findings(&text), lines);
        // Something else is wrong on its lines, beside them, or with the whole file.
        for damaged in [
            text.replace(" }\n", ", foo = 1 }\n"),
            text.replace(" }\n", "\n"),
            text.replace("\"\n", "\n"),
            text.replace(" = ", " "),
            text.replace("[[", "["),
            text.replace("id = \"", "ids = \""),
            format!("{text}x = tru\n"),
        ] {
            seen.look(&findings(&damaged), lines);
        }
    }
    seen.assert_nothing();
}

#[test]
fn secret_is_shown_by_no_command_wherever_it_is_written() {
    let mut seen = Seen::default();
    let folder = tempfile::tempdir().expect("a folder");
    let base = write(folder.path(), "base", &with("ROUTE", ""));
    assert_eq!(code(&pointsman(&["validate", &base])), 0);
    let file = folder.path().join("edge.artifact").to_string_lossy().into_owned();
    let mut compiled = 0;
    for (at, (mark, lines)) in PLACES.iter().enumerate() {
        let text = with(mark, lines);
        let path = write(folder.path(), &at.to_string(), &text);
        let asked = ["GET http://a.tld/x", "GET http://a.tld/s", "GET http://a.tld/q"];
        let mut calls: Vec<Vec<&str>> = vec![
            vec!["validate", &path],
            vec!["validate", &path, "--fix", "--dry-run"],
            vec!["validate", &path, "--format", "sarif"],
            vec!["print", &path],
            vec!["print", &path, "--json"],
            vec!["routes", &path],
            vec!["routes", &path, "--json"],
            vec!["diff", &base, &path],
            vec!["diff", &path, &base, "--json"],
            vec!["compile", &path, "-o", &file],
            vec!["test", &path],
            vec!["test", &path, "--json"],
            vec!["test", &path, "--write"],
        ];
        calls.extend(asked.iter().map(|asked| vec!["explain", &path, asked]));
        calls.extend(asked.iter().map(|asked| vec!["explain", &path, asked, "--json"]));
        for call in calls {
            let output = pointsman(&call);
            let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
            let of = format!("{}: {lines}", call.join(" "));
            seen.look(&String::from_utf8_lossy(&said), &of);
            compiled += usize::from(call[0] == "compile" && code(&output) == 0);
        }
    }
    assert!(compiled >= 20, "{compiled} of the cases are served");
    let output = text(&pointsman(&["inspect", &file, "--json"]).stdout);
    seen.look(&output, "inspect");
    seen.assert_nothing();
}

/// What is hidden too much says nothing any more.
#[test]
fn what_is_no_secret_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = "headers = { x-api-version = \"2\", x-key-type = \"rsa\", author = \"ada\" }\n\
        metadata = { x-revision = \"0f1e2d3c4b5a69788796a5b4c3d2e1f001234567\" }\n\
        response_headers = { set = { access-control-allow-credentials = \"true\" } }";
    let path = write(folder.path(), "edge", &with("ROUTE", lines));
    let printed = text(&pointsman(&["print", &path]).stdout);
    assert!(!printed.contains("***"), "{printed}");
    let output = pointsman(&["explain", &path, "GET http://a.tld/x", "-H", "x-api-version: 1"]);
    assert!(!text(&output.stdout).contains("***"));
}

#[test]
fn what_is_no_cookie_is_not_said_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "edge", &with("ROUTE", ""));
    let output = pointsman(&["explain", &path, "GET http://a.tld/x", "-b", SECRET]);
    let said = text(&output.stderr) + &text(&output.stdout);
    assert!(code(&output) == 2 && said.contains("is no cookie"), "{said}");
    assert!(!said.contains(SECRET), "{said}");
}

#[test]
fn proposed_tests_copy_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = "redirect = { to = \"https://b.tld/?token=SECRET\" }";
    let conditions = "headers = { \"x-api-key\" = \"SECRET\" }";
    let config = with("ANSWER", answer).replace("#ROUTE", conditions).replace("#BACKEND\n", "");
    let config = format!("include = [\"*tests.toml\"]\n{}", config.replace("SECRET", SECRET));
    let path = write(folder.path(), "edge", &config);
    let output = pointsman(&["test", &path, "--write"]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("no request without a secret was found for: r"), "{said}");
    let written = fs::read_to_string(Path::new(&path).join("tests.toml")).expect("tests");
    assert!(written.contains("route = \"s\"") && written.contains("status = 308"), "{written}");
    assert!(!(said + &written).contains(SECRET), "{written}");
}
