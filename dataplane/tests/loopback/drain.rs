//! How the edge ends: what runs is finished, nothing new begins, and what takes too long is cut.

use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;

use rustix::process::Signal;

use crate::harness::{
    Client, Config, Cue, Driver, Edge, End, Options, Origin, cue, on_both_drivers, until,
};

on_both_drivers!(
    client_that_lingers_is_neither_waited_for_nor_cut,
    deadline_cuts_a_body_that_is_collected,
    deadline_cuts_what_is_left,
    idle_edge_ends_at_once,
    second_signal_cuts_at_once,
    what_runs_is_finished,
    what_streams_is_finished,
);

/// Answers once the test says so.
fn slow() -> (Cue, Origin) {
    let (go, wait) = cue();
    let origin = Origin::serving(move |peer| {
        while peer.request().is_some() {
            wait.wait();
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    (go, origin)
}

fn ask(edge: &Edge, origin: &Origin) -> Client {
    let mut client = edge.client();
    client.send("GET /slow HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    origin.wait_asked(1);
    client
}

fn wait_closed(edge: &Edge) {
    until("a closed port", || TcpStream::connect(edge.address()).is_err().then_some(()));
}

/// What the edge has not accepted yet is closed by the kernel.
fn wait_accepted(edge: &Edge, count: u64) {
    until("its connections", || (edge.status()["connections"] == count).then_some(()));
}

fn idle_edge_ends_at_once(driver: Driver) {
    let origin = Origin::ok();
    let options = Options { workers: 2, ..driver.into() };
    for signal in [Signal::TERM, Signal::INT] {
        let mut edge = Edge::serve(&Config::to(origin.port()), options.clone());
        let mut used = edge.client();
        assert_eq!(used.get("/", "").text(), "ok");
        let mut fresh = edge.client();
        wait_accepted(&edge, 2);
        edge.signal(signal);
        assert_eq!(edge.wait().code(), Some(0), "{:?}", edge.err.lines());
        used.expect_close();
        let (rest, _) = fresh.rest();
        assert!(rest.is_empty());
    }
}

fn what_runs_is_finished(driver: Driver) {
    let (go, origin) = slow();
    let mut edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = ask(&edge, &origin);
    let mut idle = edge.client();
    wait_accepted(&edge, 2);
    edge.signal(Signal::TERM);
    idle.expect_close();
    wait_closed(&edge);
    assert_eq!(edge.status()["draining"], true);
    go.give();
    let answer = client.answer();
    assert_eq!((answer.text(), answer.field("connection")), ("ok", Some("close")));
    client.expect_close();
    assert_eq!(edge.wait().code(), Some(0), "{:?}", edge.err.lines());
    edge.out.wait_for(r#""path":"/slow""#);
}

fn what_streams_is_finished(driver: Driver) {
    let (go, wait) = cue();
    let origin = Origin::serving(move |peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        wait.wait();
        peer.say("5\r\nwhole\r\n0\r\n\r\n");
        peer.until_end();
    });
    let mut edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = ask(&edge, &origin);
    assert_eq!(client.head().status(), 200);
    assert_eq!(client.bytes(9), b"4\r\nhalf\r\n");
    edge.signal(Signal::TERM);
    wait_closed(&edge);
    go.give();
    let (rest, end) = client.rest();
    assert_eq!((&rest[..], end), (&b"5\r\nwhole\r\n0\r\n\r\n"[..], End::Closed));
    assert_eq!(edge.wait().code(), Some(0), "{:?}", edge.err.lines());
}

fn deadline_cuts_what_is_left(driver: Driver) {
    let (_go, origin) = slow();
    let config = Config::to(origin.port()).limits("drain_timeout = \"200ms\"");
    let mut edge = Edge::serve(&config, driver);
    let mut client = ask(&edge, &origin);
    edge.signal(Signal::TERM);
    assert_eq!(edge.wait().code(), Some(1), "{:?}", edge.err.lines());
    assert!(client.try_answer().is_none_or(|answer| answer.status() >= 500));
    edge.err.wait_for("ended; 1 exchange was cut");
}

fn client_that_lingers_is_neither_waited_for_nor_cut(driver: Driver) {
    let origin = Origin::ok();
    // Shorter than lingering and longer, so that once time ends it and once the deadline.
    for timeout in ["300ms", "1h"] {
        let limits = format!("drain_timeout = \"{timeout}\"");
        let mut edge = Edge::serve(&Config::to(origin.port()).limits(&limits), driver);
        let mut client = edge.client();
        client.send("no request\r\n\r\n");
        assert_eq!(client.answer().status(), 400);
        edge.signal(Signal::TERM);
        assert_eq!(edge.wait().code(), Some(0), "{:?}", edge.err.lines());
        client.expect_close();
    }
}

fn deadline_cuts_a_body_that_is_collected(driver: Driver) {
    let origin = Origin::ok();
    let port = origin.port();
    let keys = format!("id = \"a\", host = \"127.0.0.1\", port = {port}, protocol = \"HTTP/1.0\"");
    let config = Config::default().target(&keys).limits("drain_timeout = \"200ms\"");
    let mut edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    client
        .send("POST /held HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n");
    // Once a later one was answered, this one's head was read.
    assert_eq!(edge.client().get("/", "").text(), "ok");
    edge.signal(Signal::TERM);
    assert_eq!(edge.wait().code(), Some(1), "{:?}", edge.err.lines());
    assert_eq!(client.rest(), (Vec::new(), End::Reset));
    let line = edge.out.wait_for("/held");
    assert!(line.contains(r#""status":null"#) && line.contains(r#""reason":"drained""#), "{line}");
}

fn second_signal_cuts_at_once(driver: Driver) {
    let (_go, origin) = slow();
    let config = Config::to(origin.port()).limits("drain_timeout = \"1h\"");
    let mut edge = Edge::serve(&config, driver);
    let mut client = ask(&edge, &origin);
    edge.signal(Signal::TERM);
    wait_closed(&edge);
    assert!(edge.is_running());
    edge.signal(Signal::TERM);
    assert_eq!(edge.wait().code(), Some(1), "{:?}", edge.err.lines());
    assert!(client.try_answer().is_none_or(|answer| answer.status() >= 500));
}

#[test]
fn drain_returns_at_once_and_with_wait_at_the_end() {
    let (go, origin) = slow();
    let mut edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let mut client = ask(&edge, &origin);
    let at_once = edge.ask(&["drain"]);
    assert_eq!(at_once.status.code(), Some(0), "{at_once:?}");
    wait_closed(&edge);
    assert!(edge.is_running());
    let socket = edge.folder().path().join("state/admin.sock");
    let waiting = std::thread::spawn(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pointsmand"));
        command.arg("drain").arg("--wait").arg("--admin").arg(socket).output().expect("a binary")
    });
    go.give();
    assert_eq!(client.answer().text(), "ok");
    assert_eq!(edge.wait().code(), Some(0));
    let waited = waiting.join().expect("no panic");
    // It may have asked after the end: then nobody was there to tell.
    assert!(matches!(waited.status.code(), Some(0 | 2)), "{waited:?}");
}

#[test]
fn drain_with_wait_says_what_was_cut() {
    let (_go, origin) = slow();
    let config = Config::to(origin.port()).limits("drain_timeout = \"200ms\"");
    let mut edge = Edge::serve(&config, Driver::IoUring);
    let _client = ask(&edge, &origin);
    let waited = edge.ask(&["drain", "--wait"]);
    assert_eq!(waited.status.code(), Some(1), "{waited:?}");
    assert_eq!(edge.wait().code(), Some(1));
}

#[test]
fn requests_in_the_queue_are_served_before_the_end() {
    let (go, origin) = slow();
    let mut edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let mut running = ask(&edge, &origin);
    // Asked before draining began, read after: answered, and told that it was the last.
    let mut late = edge.client();
    assert_eq!(late.get("/../", "").status(), 400);
    late.send("GET /late HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    origin.wait_asked(2);
    edge.signal(Signal::TERM);
    wait_closed(&edge);
    go.give();
    go.give();
    for client in [&mut running, &mut late] {
        let answer = client.answer();
        assert_eq!((answer.text(), answer.field("connection")), ("ok", Some("close")));
    }
    assert_eq!(edge.wait().code(), Some(0));
}

#[test]
fn successor_starts_while_the_old_one_drains() {
    let (go, origin) = slow();
    let mut edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let address = edge.address().to_string();
    let mut client = ask(&edge, &origin);
    edge.signal(Signal::TERM);
    wait_closed(&edge);
    // The same folder, the same port.
    let folder = edge.folder();
    let quick = Origin::ok();
    let config = Config::to(quick.port()).listener("web", &address);
    std::fs::write(folder.path().join("edge.artifact"), config.artifact(2)).expect("a file");
    let successor = Edge::on(Arc::clone(&folder), &Options::default());
    assert_eq!(successor.address().to_string(), address);
    assert_eq!(successor.client().get("/", "").text(), "ok");
    go.give();
    assert_eq!(client.answer().text(), "ok");
    assert_eq!(edge.wait().code(), Some(0), "{:?}", edge.err.lines());
    // The old one took nothing of the new one's away.
    assert_eq!(successor.status()["generation"], 2);
}
