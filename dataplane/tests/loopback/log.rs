//! The access log: its lines, their reasons, and that it never holds a request up.

use std::fs;
use std::io::Read;

use rustix::process::Signal;
use serde_json::Value;

use crate::harness::{Config, Driver, Edge, Options, Origin, on_both_drivers, until};

on_both_drivers!(
    cut_by_drain_tells_what_the_client_got,
    full_pipe_holds_nothing_up,
    line_has_every_field_in_its_order
);

/// The names of the fields, in their order.
const FIELDS: [&str; 20] = [
    "time",
    "request_id",
    "client",
    "listener",
    "protocol",
    "tls",
    "method",
    "host",
    "path",
    "status",
    "route",
    "backend",
    "target",
    "attempts",
    "received_bytes",
    "sent_bytes",
    "total_us",
    "connect_us",
    "first_byte_us",
    "reason",
];

fn parsed(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).expect("a line that is JSON");
    assert_eq!(value.as_object().map(serde_json::Map::len), Some(FIELDS.len()), "{line}");
    let mut from = 0;
    for name in FIELDS {
        let at = line[from..].find(&format!("\"{name}\":"));
        from += at.unwrap_or_else(|| panic!("`{name}` out of its place: {line}"));
    }
    value
}

fn line_has_every_field_in_its_order(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send(
        "POST /%61/b?token=secret HTTP/1.1\r\nHost: EDGE.test:80\r\nCookie: secret\r\n\
         Authorization: secret\r\nContent-Length: 3\r\n\r\nabc",
    );
    assert_eq!(client.answer().text(), "ok");
    client.get("/again", "");
    let lines = edge.out.wait_lines(2);
    let first = parsed(&lines[0]);
    let expected = [
        ("client", Value::from(client.address().to_string())),
        ("listener", "web".into()),
        ("protocol", "HTTP/1.1".into()),
        ("tls", Value::Null),
        ("method", "POST".into()),
        ("host", "edge.test".into()),
        ("path", "/a/b".into()),
        ("status", 200.into()),
        ("route", "all".into()),
        ("backend", "origin".into()),
        ("target", "a".into()),
        ("attempts", 1.into()),
        ("received_bytes", 3.into()),
        ("sent_bytes", 2.into()),
        ("reason", Value::Null),
    ];
    for (name, value) in expected {
        assert_eq!(first[name], value, "{name}: {}", lines[0]);
    }
    assert!(!lines[0].contains("secret") && !lines[0].contains("token"), "{}", lines[0]);
    let time = first["time"].as_str().expect("a time");
    assert!(time.len() == 27 && time.ends_with('Z') && time.as_bytes()[10] == b'T', "{time}");
    let number =
        |name: &str| first[name].as_u64().unwrap_or_else(|| panic!("{name}: {}", lines[0]));
    assert!(number("connect_us") <= number("first_byte_us"), "{}", lines[0]);
    assert!(number("first_byte_us") <= number("total_us"), "{}", lines[0]);
    // A kept connection was not connected.
    assert!(parsed(&lines[1])["connect_us"].is_null(), "{}", lines[1]);
}

#[test]
fn request_that_never_parsed_has_its_line() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let check = |request: &str, status: u16, reason: &str| {
        let before = edge.out.lines().len();
        let mut client = edge.client();
        client.send(request);
        client.rest();
        let line = edge.out.wait_lines(before + 1).remove(before);
        let value = parsed(&line);
        assert_eq!(
            (&value["status"], &value["reason"]),
            (&status.into(), &reason.into()),
            "{line}"
        );
        assert_eq!(value["client"], client.address().to_string(), "{line}");
        assert!(value["route"].is_null() && value["attempts"] == 0, "{line}");
    };
    check("nonsense\r\n\r\n", 400, "bad_request");
    check(&format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(9000)), 414, "head_too_large");
}

fn cut_by_drain_tells_what_the_client_got(driver: Driver) {
    let origin = Origin::serving(|peer| {
        while let Some(asked) = peer.request() {
            if asked.line().contains("/begun") {
                peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            }
        }
    });
    let config = Config::to(origin.port()).limits("drain_timeout = \"100ms\"");
    let mut edge = Edge::serve(&config, driver);
    let mut begun = edge.client();
    begun.send("GET /begun HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    assert_eq!(begun.head().status(), 200);
    let mut silent = edge.client();
    silent.send("GET /silent HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    origin.wait_asked(2);
    edge.signal(Signal::TERM);
    assert_eq!(edge.wait().code(), Some(1));
    assert_eq!(silent.rest().0, b"", "nothing was sent");
    for (path, status) in [("/begun", Value::from(200)), ("/silent", Value::Null)] {
        let line = edge.out.wait_for(path);
        let value = parsed(&line);
        assert_eq!((&value["status"], &value["reason"]), (&status, &"drained".into()));
        assert_eq!(value["attempts"], 1, "{line}");
    }
}

#[test]
fn path_that_is_refused_shows_no_other_request() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let mut client = edge.client();
    assert_eq!(client.get("/secret/of/another", "").status(), 200);
    assert_eq!(client.get("/begun/%zz?token=x", "").status(), 400);
    let lines = edge.out.wait_lines(2);
    let line = &lines[1];
    assert_eq!(parsed(line)["reason"], "bad_request", "{line}");
    // All of what was asked, and not the part that was read before it was refused.
    assert_eq!(parsed(line)["path"], "/begun/%zz", "{line}");
    assert!(!line.contains("secret"), "{line}");
}

#[test]
fn text_is_ncsa_combined_without_queries() {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).logs("access = \"stdout\", format = \"text\"");
    let edge = Edge::serve(&config, Driver::IoUring);
    let mut client = edge.client();
    client.get("/a?token=secret", "User-Agent: x \"y\"\r\nReferer: http://r/p?secret\r\n");
    let line = edge.out.wait_lines(1).remove(0);
    assert!(line.starts_with("127.0.0.1 - - ["), "{line}");
    let end = r#""GET /a HTTP/1.1" 200 2 "http://r/p" "x \x22y\x22""#;
    assert!(line.ends_with(end), "{line}");
}

#[test]
fn log_switched_off_says_nothing_and_stdout_has_nothing_else() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()).logs("access = \"off\""), Driver::IoUring);
    assert_eq!(edge.client().get("/", "").status(), 200);
    let config = Config::to(origin.port());
    let logged = Edge::serve(&config, Driver::IoUring);
    assert_eq!(logged.client().get("/", "").status(), 200);
    // By the time that the other's line is out, this one's would be too.
    logged.out.wait_lines(1);
    assert!(edge.out.lines().is_empty(), "{:?}", edge.out.lines());
    logged.out.lines().iter().for_each(|line| drop(parsed(line)));
}

#[test]
fn log_to_stderr_goes_there() {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).logs("access = \"stderr\"");
    let edge = Edge::serve(&config, Driver::IoUring);
    assert_eq!(edge.client().get("/here", "").status(), 200);
    parsed(&edge.err.wait_for("/here"));
    assert!(edge.out.lines().is_empty());
}

fn full_pipe_holds_nothing_up(driver: Driver) {
    let origin = Origin::ok();
    let options = Options { keep_stdout: true, ..driver.into() };
    let mut edge = Edge::serve(&Config::to(origin.port()), options);
    let mut client = edge.client();
    // Until lines are dropped: pipe, writer and channel are full then, and still all is answered.
    let path = format!("/{}", "a".repeat(4000));
    until("a dropped line", || {
        (0..200).for_each(|_| assert_eq!(client.get(&path, "").status(), 200));
        edge.status()["log"]["dropped"].as_u64().filter(|dropped| *dropped > 0)
    });
    assert_eq!(client.get("/", "").status(), 200);
    // A reader that comes late finds whole lines, and then a reader that goes is no fault either.
    let mut pipe = edge.take_stdout();
    let mut bytes = vec![0; 100_000];
    pipe.read_exact(&mut bytes).expect("lines");
    let text = String::from_utf8(bytes).expect("lines of text");
    let lines: Vec<&str> = text.split('\n').collect();
    lines[..lines.len() - 1].iter().for_each(|line| drop(parsed(line)));
    drop(pipe);
    for _ in 0..500 {
        assert_eq!(client.get(&path, "").status(), 200);
    }
    assert!(edge.is_running());
}

#[test]
fn file_is_written_and_opened_again_on_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("access.log");
    let origin = Origin::ok();
    let access = format!("access = \"file:{}\"", file.display());
    let edge = Edge::serve(&Config::to(origin.port()).logs(&access), Driver::IoUring);
    let mut client = edge.client();
    let read = |file| fs::read_to_string(file).unwrap_or_default();
    client.get("/one", "");
    until("a line", || read(&file).contains("/one").then_some(()));
    let rotated = folder.path().join("access.log.1");
    fs::rename(&file, &rotated).expect("a rename");
    edge.signal(Signal::USR1);
    until("a new file", || file.exists().then_some(()));
    client.get("/two", "");
    until("a line", || read(&file).contains("/two").then_some(()));
    assert!(!read(&rotated).contains("/two") && !read(&file).contains("/one"));
    // So does a reload.
    fs::rename(&file, &rotated).expect("a rename");
    assert!(edge.ask(&["reload"]).status.success());
    client.get("/three", "");
    until("a line", || read(&file).contains("/three").then_some(()));
}

#[test]
fn file_that_cannot_be_opened_refuses_the_artifact() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let config = Config::to(origin.port()).logs("access = \"file:/nonexistent/access.log\"");
    edge.put(&config.artifact(1));
    let refused = until("a refusal", || {
        let status = edge.status();
        (!status["refused"].is_null()).then(|| status["refused"].clone())
    });
    let reason = refused["reason"].as_str().expect("a reason");
    assert!(reason.contains("/nonexistent/access.log"), "{reason}");
    assert_eq!(edge.client().get("/", "").status(), 200);
}
