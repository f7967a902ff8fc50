//! Clients that take or send slowly: what they are owed comes whole, and none holds the edge for ever.

use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::harness::{Config, Driver, Edge, End, Origin, cue, on_both_drivers, until};

on_both_drivers!(
    answer_ahead_of_the_body_comes_whole,
    answer_that_is_cut_is_no_whole_one_for_an_old_client,
    answer_with_bytes_behind_the_request_comes_whole,
    client_that_only_asks_is_cut,
);

/// More than the kernel's buffers of one connection hold, so that the end waits in ours.
const LARGE: usize = 12 * 1024 * 1024;

/// The client looks away: until the edge can send no more, and a little longer.
#[expect(clippy::disallowed_methods, reason = "what is tested is that time alone ends nothing")]
fn look_away() {
    thread::sleep(Duration::from_secs(1));
}

fn large() -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n").into_bytes();
    answer.resize(answer.len() + LARGE, b'y');
    answer
}

fn answer_ahead_of_the_body_comes_whole(driver: Driver) {
    let origin = Origin::serving(|peer| {
        peer.head();
        peer.say(large());
        peer.until_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send("POST / HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 5000\r\n\r\nhalf");
    look_away();
    client.send_anyhow("more of a body that nobody reads");
    let answer = client.answer();
    assert_eq!((answer.status(), answer.field("connection")), (200, Some("close")));
    assert_eq!(answer.body.len(), LARGE);
}

fn answer_with_bytes_behind_the_request_comes_whole(driver: Driver) {
    let origin = Origin::saying(large());
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send("POST / HTTP/1.1\r\nHost: edge.test\r\nConnection: close\r\n");
    client.send("Content-Length: 2\r\n\r\nhi\r\nand what nobody asked for");
    look_away();
    assert_eq!(client.answer().body.len(), LARGE);
    client.end_writing();
    client.expect_close();
    assert_eq!(origin.asked().len(), 1);
}

/// Answers of our own cost no target and so know no limit of a backend's.
fn client_that_only_asks_is_cut(driver: Driver) {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).limits("keep_alive_timeout = \"1s\"");
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    let many = "OPTIONS * HTTP/1.1\r\nHost: edge.test\r\n\r\n".repeat(1024);
    // As long as the edge takes them it owes more; once it has no room it waits, then gives up.
    while client.send_anyhow(&many) {}
    until("the end of the connection", || (edge.status()["connections"] == 0).then_some(()));
    assert_eq!(edge.client().get("/", "").text(), "ok");
}

fn answer_that_is_cut_is_no_whole_one_for_an_old_client(driver: Driver) {
    let (_go, wait) = cue();
    let origin = Origin::serving(move |peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        wait.wait();
    });
    let ask = |edge: &Edge| {
        let mut client = edge.client();
        client.send("GET / HTTP/1.0\r\nHost: edge.test\r\n\r\n");
        assert_eq!(client.head().status(), 200);
        assert_eq!(client.bytes(4), b"half");
        client
    };
    // Its body lasts until the end: that must not look like one.
    let config = Config::to(origin.port()).client("idle_timeout = \"300ms\"");
    let edge = Edge::serve(&config, driver);
    assert_eq!(ask(&edge).rest(), (Vec::new(), End::Reset));
    edge.out.wait_for(r#""reason":"idle_timeout""#);
    let config = Config::to(origin.port()).limits("drain_timeout = \"300ms\"");
    let mut edge = Edge::serve(&config, driver);
    let mut client = ask(&edge);
    edge.signal(Signal::TERM);
    assert_eq!(client.rest(), (Vec::new(), End::Reset));
    assert_eq!(edge.wait().code(), Some(1), "{:?}", edge.err.lines());
}
