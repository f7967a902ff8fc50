//! Limits on time and size, with the answer and the reason that each has.

use crate::harness::{Config, Driver, Edge, End, Origin, on_both_drivers, until};

on_both_drivers!(
    answer_that_does_not_come_is_504,
    answer_that_stands_still_is_cut,
    answer_that_takes_too_long_is_cut,
    body_that_is_too_large_is_413,
    body_that_stands_still_is_408,
    connection_that_rests_too_long_is_closed,
    head_that_does_not_end_is_408,
    whole_exchange_that_takes_too_long_is_504,
);

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: edge.test\r\n\r\n")
}

fn reason(edge: &Edge, path: &str, reason: &str) {
    let line = edge.out.wait_for(path);
    assert!(line.contains(&format!(r#""reason":"{reason}""#)), "{line}");
}

fn head_that_does_not_end_is_408(driver: Driver) {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).limits("head_timeout = \"300ms\"");
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    client.send("GET / HTTP/1.1\r\nHost: ");
    let answer = client.answer();
    assert_eq!((answer.status(), answer.field("connection")), (408, Some("close")));
    client.expect_close();
    edge.out.wait_for(r#""reason":"head_timeout""#);
    // The limit is on the whole head: bytes that trickle do not move it. The request before
    // it has no part in it.
    let mut client = edge.client();
    assert_eq!(client.get("/", "").status(), 200);
    client.send("GET / HTTP/1.1\r\n");
    until("the end of patience", || {
        client.send_anyhow("x");
        client.has_answer().then_some(())
    });
    assert_eq!(client.answer().status(), 408);
}

fn connection_that_rests_too_long_is_closed(driver: Driver) {
    let origin = Origin::ok();
    let config = Config::to(origin.port())
        .limits("keep_alive_timeout = \"300ms\", head_timeout = \"300ms\"");
    let edge = Edge::serve(&config, driver);
    let mut fresh = edge.client();
    let mut used = edge.client();
    assert_eq!(used.get("/", "").status(), 200);
    // Nothing is owed to a connection that asked for nothing.
    used.expect_close();
    fresh.expect_close();
    assert_eq!(edge.out.wait_lines(1).len(), 1);
}

fn body_that_stands_still_is_408(driver: Driver) {
    // The only test that takes its time: the grace for a body is no setting.
    let origin = Origin::serving(|peer| {
        peer.head();
        peer.until_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut length = edge.client();
    length.send("POST /length HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 10\r\n\r\nhalf");
    let mut chunks = edge.client();
    chunks.send(
        "POST /chunks HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    );
    for mut client in [length, chunks] {
        let answer = client.answer();
        assert_eq!((answer.status(), answer.field("connection")), (408, Some("close")));
        client.expect_close();
    }
    reason(&edge, "/length", "body_too_slow");
    reason(&edge, "/chunks", "body_too_slow");
    origin.wait_abandoned();
}

fn body_that_is_too_large_is_413(driver: Driver) {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).limits("body_bytes = \"10B\"");
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    client.send("POST / HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 10\r\n\r\n0123456789");
    assert_eq!(client.answer().status(), 200);
    client
        .send("POST /length HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 11\r\n\r\n01234567890");
    assert_eq!(client.answer().status(), 413);
    client.end_writing();
    client.expect_close();
    reason(&edge, "/length", "body_too_large");
    let mut client = edge.client();
    client.send("POST /chunks HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("6\r\n012345\r\n5\r\n67890\r\n0\r\n\r\n");
    assert_eq!(client.answer().status(), 413);
    client.end_writing();
    client.expect_close();
    reason(&edge, "/chunks", "body_too_large");
    assert_eq!(origin.asked().len(), 1);
    // The same where the body is collected before anything is sent.
    let keys = format!(
        "id = \"a\", host = \"127.0.0.1\", port = {}, protocol = \"HTTP/1.0\"",
        origin.port()
    );
    let config = Config::default().target(&keys).limits("body_bytes = \"10B\"");
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    client.send("POST /old HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("6\r\n012345\r\n5\r\n67890\r\n0\r\n\r\n");
    assert_eq!(client.answer().status(), 413);
    reason(&edge, "/old", "body_too_large");
    assert_eq!(origin.asked().len(), 1);
}

fn answer_that_does_not_come_is_504(driver: Driver) {
    let origin = Origin::serving(|peer| {
        peer.request();
        // A head that never ends is none.
        peer.say("HTTP/1.1 200 OK\r\n");
        peer.until_end();
    });
    let config = Config::to(origin.port()).client("call_timeout = \"200ms\"");
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    client.send(get("/call"));
    let answer = client.answer();
    assert_eq!((answer.status(), answer.field("connection")), (504, None));
    reason(&edge, "/call", "call_timeout");
    origin.wait_abandoned();
    client.send("POST /post HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 3\r\n\r\n");
    client.send("abc");
    assert_eq!(client.answer().status(), 504);
    reason(&edge, "/post", "call_timeout");
}

fn whole_exchange_that_takes_too_long_is_504(driver: Driver) {
    let origin = Origin::silent();
    let keys = "global_timeout = \"200ms\", call_timeout = \"0s\"";
    let config = Config::to(origin.port()).client(keys);
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    client.send(get("/global"));
    assert_eq!(client.answer().status(), 504);
    reason(&edge, "/global", "global_timeout");
}

fn cut(keys: &str, expected: &str, driver: Driver) {
    for framing in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let origin = Origin::serving(move |peer| {
            peer.request();
            peer.say(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n4\r\nhalf\r\n"));
            peer.until_end();
        });
        let edge = Edge::serve(&Config::to(origin.port()).client(keys), driver);
        let mut client = edge.client();
        client.send(get("/cut"));
        assert_eq!(client.head().status(), 200);
        let (rest, end) = client.rest();
        let is_cut = end == End::Reset || !rest.ends_with(b"0\r\n\r\n") && rest.len() < 100;
        assert!(is_cut, "{framing}: {rest:?}, {end:?}");
        reason(&edge, "/cut", expected);
        origin.wait_abandoned();
    }
}

fn answer_that_takes_too_long_is_cut(driver: Driver) {
    cut("call_and_stream_timeout = \"300ms\"", "stream_timeout", driver);
}

fn answer_that_stands_still_is_cut(driver: Driver) {
    cut("idle_timeout = \"300ms\"", "idle_timeout", driver);
}
