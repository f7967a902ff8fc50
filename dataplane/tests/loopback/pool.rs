//! Kept connections to targets: when they carry another request, and when they must not.

use crate::harness::{Config, Driver, Edge, Origin, cue, on_both_drivers, until};

on_both_drivers!(
    bytes_before_a_request_discard_the_connection,
    close_asked_for_by_the_target_is_obeyed,
    connection_dead_on_arrival_is_not_used,
    old_target_gets_its_body_with_a_length,
    stale_connection_is_502_for_what_cannot_be_repeated,
    stale_connection_is_tried_once_more_for_what_can,
    surplus_bytes_discard_the_connection,
    twice_dead_is_502,
    uncached_connections_are_closed,
);

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn post(body: &str) -> String {
    let length = body.len();
    format!("POST / HTTP/1.1\r\nHost: edge.test\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// Answers the first request of the first connection, takes the second and closes without a byte.
fn stale() -> Origin {
    Origin::serving(|peer| {
        peer.request();
        peer.say(OK);
        if peer.number > 0 {
            while peer.request().is_some() && peer.say(OK) {}
        } else {
            peer.request();
        }
    })
}

fn stale_connection_is_tried_once_more_for_what_can(driver: Driver) {
    let origin = stale();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    assert_eq!(client.get("/1", "").text(), "ok");
    client.send("PUT /2 HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 3\r\n\r\nabc");
    assert_eq!(client.answer().text(), "ok");
    let asked = origin.asked();
    assert_eq!((origin.opened(), asked.len()), (2, 3));
    assert_eq!((asked[1].head(), &asked[1].body), (asked[2].head(), &asked[2].body));
    // It cost neither an attempt nor the target's good name.
    let line = edge.out.wait_for("/2");
    assert!(line.contains(r#""attempts":1,"#) && line.contains(r#""reason":null"#), "{line}");
}

fn stale_connection_is_502_for_what_cannot_be_repeated(driver: Driver) {
    let origin = stale();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    assert_eq!(client.get("/1", "").text(), "ok");
    client.send(post("abc"));
    assert_eq!(client.answer().status(), 502);
    assert_eq!((origin.opened(), origin.asked().len()), (1, 2));
    edge.out.wait_for(r#""reason":"target_reset""#);
    assert_eq!(client.get("/3", "").text(), "ok");
}

fn twice_dead_is_502(driver: Driver) {
    let origin = Origin::serving(|peer| {
        peer.request();
        if peer.number == 0 {
            peer.say(OK);
            peer.request();
        }
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    assert_eq!(client.get("/1", "").text(), "ok");
    assert_eq!(client.get("/2", "").status(), 502);
    assert_eq!(origin.opened(), 2);
    // A fresh connection that dies is the target's fault at once.
    assert_eq!(client.get("/3", "").status(), 502);
    assert_eq!(origin.opened(), 3);
}

fn connection_dead_on_arrival_is_not_used(driver: Driver) {
    let origin = Origin::saying_once(OK);
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    for count in 1..5 {
        // What cannot be repeated never meets the connection that was closed.
        client.send(post("abc"));
        assert_eq!(client.answer().status(), 200);
        until("the end of the connection", || (!stands(origin.port())).then_some(()));
        assert_eq!(origin.opened(), count);
    }
}

fn surplus_bytes_discard_the_connection(driver: Driver) {
    let origin = Origin::saying(format!("{OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"));
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    for count in 1..5 {
        assert_eq!(client.get("/", "").text(), "ok");
        assert_eq!(origin.opened(), count);
    }
    let other = Origin::saying("HTTP/1.1 204 No Content\r\n\r\nevil");
    let edge = Edge::serve(&Config::to(other.port()), driver);
    let mut client = edge.client();
    for count in 1..3 {
        assert_eq!(client.get("/", "").status(), 204);
        assert_eq!(other.opened(), count);
    }
}

fn bytes_before_a_request_discard_the_connection(driver: Driver) {
    let (late, wait) = cue();
    let origin = Origin::serving(move |peer| {
        peer.request();
        peer.say(OK);
        if peer.number == 0 {
            wait.wait();
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        }
        peer.until_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    assert_eq!(client.get("/1", "").text(), "ok");
    late.give();
    // Over loopback what was sent is there; the other connection's answer proves it was.
    until("bytes nobody asked for", || waits_unread(origin.port()).then_some(()));
    assert_eq!(client.get("/2", "").text(), "ok");
    assert_eq!(origin.opened(), 2);
}

/// Whether bytes from `port` wait unread in some socket of this host.
fn waits_unread(port: u16) -> bool {
    sockets_to(port, |_, queues| !queues.ends_with(":00000000"))
}

/// Whether the kernel holds any connection to `port` for standing. Asked here and not at the target:
/// what it has closed may still be on its way.
fn stands(port: u16) -> bool {
    sockets_to(port, |state, _| state == "01")
}

/// Whether the state and the queues of any socket whose peer is `port` satisfy `holds`.
fn sockets_to(port: u16, holds: impl Fn(&str, &str) -> bool) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("the kernel's table");
    let peer = format!(":{port:04X}");
    table.lines().skip(1).any(|line| {
        let columns: Vec<&str> = line.split_whitespace().skip(2).take(3).collect();
        matches!(columns[..], [to, state, queues] if to.ends_with(&peer) && holds(state, queues))
    })
}

fn close_asked_for_by_the_target_is_obeyed(driver: Driver) {
    let origin =
        Origin::saying("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    for count in 1..4 {
        let answer = client.get("/", "");
        assert_eq!((answer.text(), answer.field("connection")), ("ok", None));
        assert_eq!(origin.opened(), count);
    }
    origin.wait_abandoned();
}

fn uncached_connections_are_closed(driver: Driver) {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).client("cache_connection = false");
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    for count in 1..4 {
        assert_eq!(client.get("/", "").text(), "ok");
        assert_eq!(origin.asked_last().field("connection"), Some("close"));
        assert_eq!(origin.opened(), count);
    }
    origin.wait_abandoned();
}

fn old_target_gets_its_body_with_a_length(driver: Driver) {
    let origin = Origin::ok();
    let port = origin.port();
    let keys = format!("id = \"a\", host = \"127.0.0.1\", port = {port}, protocol = \"HTTP/1.0\"");
    let edge = Edge::serve(&Config::default().target(&keys), driver);
    let mut client = edge.client();
    let chunked = "POST / HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n";
    client.send(format!("{chunked}\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
    assert_eq!(client.answer().text(), "ok");
    let asked = origin.asked_once();
    assert_eq!((asked.line(), asked.field("content-length")), ("POST / HTTP/1.0", Some("5")));
    assert_eq!((&asked.body[..], asked.field("connection")), (&b"abcde"[..], Some("keep-alive")));
    // Nobody but us can tell the client that it may go on.
    client.send(format!("{chunked}Expect: 100-continue\r\n\r\n"));
    assert_eq!(client.head().status(), 100);
    client.send("3\r\nabc\r\n0\r\n\r\n");
    assert_eq!(client.answer().text(), "ok");
    assert_eq!(origin.asked_last().field("expect"), None);
    // Up to 64 KiB are held.
    let body = |size: usize| format!("{size:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(size));
    client.send(format!("{chunked}\r\n{}", body(64 * 1024)));
    assert_eq!(client.answer().text(), "ok");
    assert_eq!(origin.asked_last().body.len(), 64 * 1024);
    client.send(format!("{chunked}\r\n{}", body(64 * 1024 + 1)));
    let answer = client.answer();
    assert_eq!((answer.status(), answer.field("connection")), (411, Some("close")));
    assert_eq!(origin.asked().len(), 3);
}
