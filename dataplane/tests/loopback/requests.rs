//! What a client may say, how it is read, and how its connection goes on.

use crate::harness::{Config, Driver, Edge, End, Origin, on_both_drivers};

on_both_drivers!(
    absolute_form_wins_over_host,
    body_in_chunks_is_framed_anew,
    body_unread_is_answered_then_closed,
    expect_continue_is_handed_on,
    expect_that_is_refused_ends_without_the_body,
    half_close_waits_for_the_answer,
    heads_in_pieces_are_whole,
    kept_alive_connection_serves_many,
    old_client_gets_no_chunks_and_a_close,
    old_client_may_keep_its_connection,
    pipelined_requests_are_answered_in_order,
    reset_of_the_client_frees_the_target,
    trailers_of_a_request_are_handed_on,
);

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: edge.test\r\n\r\n")
}

/// Says its own request line back.
fn mirror() -> Origin {
    Origin::serving(|peer| {
        while let Some(asked) = peer.request() {
            let line = asked.line();
            let length = line.len();
            peer.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{line}"));
        }
    })
}

fn kept_alive_connection_serves_many(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    for number in 0..50 {
        assert_eq!(client.get(&format!("/{number}"), "").text(), "ok");
    }
    assert_eq!((origin.opened(), origin.asked().len()), (1, 50));
    let status = edge.status();
    assert_eq!((&status["requests"], &status["connections"]), (&50.into(), &1.into()), "{status}");
    assert_eq!(status["upstream"], serde_json::json!({"opened": 1, "reused": 49}));
}

fn pipelined_requests_are_answered_in_order(driver: Driver) {
    let origin = mirror();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    let post = "POST /b HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 3\r\n\r\nabc";
    let chunks = "POST /c HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n\
                  3\r\nabc\r\n0\r\n\r\n";
    client.send([&get("/a"), post, chunks, &get("/.."), &get("/d")].concat());
    let lines = ["GET /a HTTP/1.1", "POST /b HTTP/1.1", "POST /c HTTP/1.1"];
    for line in lines {
        assert_eq!(client.answer().text(), line);
    }
    assert_eq!(client.answer().status(), 400);
    assert_eq!(client.answer().text(), "GET /d HTTP/1.1");
    assert_eq!(origin.opened(), 1);
}

fn heads_in_pieces_are_whole(driver: Driver) {
    let origin = mirror();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    let request = format!("\r\n\r\n{}", get("/bytes"));
    for byte in request.as_bytes() {
        client.send([*byte]);
    }
    assert_eq!(client.answer().text(), "GET /bytes HTTP/1.1");
    // The largest head that is taken: 32 KiB.
    let start = "GET /large HTTP/1.1\r\nHost: edge.test\r\n";
    let mut head = start.to_owned();
    let rest = 32 * 1024 - start.len() - 2;
    let (lines, last) = (rest / 1000 - 1, rest % 1000 + 1000);
    for line in (0..lines).map(|_| 1000).chain([last]) {
        head += &format!("x: {}\r\n", "y".repeat(line - 5));
    }
    head += "\r\n";
    assert_eq!(head.len(), 32 * 1024);
    client.send(&head);
    assert_eq!(client.answer().text(), "GET /large HTTP/1.1");
    client.send(head.replacen("x: ", "x: z", 1));
    assert_eq!(client.answer().status(), 431);
    client.expect_close();
}

fn absolute_form_wins_over_host(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send("GET http://Other.Test.:8080/p?q=1 HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    assert_eq!(client.answer().status(), 200);
    let asked = origin.asked_once();
    assert_eq!(
        (asked.line(), asked.field("host")),
        ("GET /p?q=1 HTTP/1.1", Some("other.test:8080"))
    );
}

fn body_in_chunks_is_framed_anew(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send(
        "POST /c HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n\
         5;ext=\"a b\"\r\nhello\r\n0006\r\n world\r\n0\r\n\r\n",
    );
    assert_eq!(client.answer().text(), "ok");
    let asked = origin.asked_once();
    assert_eq!(asked.body, b"hello world");
    assert_eq!(asked.all("transfer-encoding"), ["chunked"]);
    assert!(asked.all("content-length").is_empty() && !asked.head().contains("ext"));
}

fn trailers_of_a_request_are_handed_on(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send(
        "POST /t HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\nTrailer: digest\r\n\r\n\
         2\r\nhi\r\n0\r\ndigest: abc\r\ncontent-length: 7\r\nhost: evil\r\n\r\n",
    );
    assert_eq!(client.answer().text(), "ok");
    let asked = origin.asked_once();
    assert_eq!((&asked.body[..], &*asked.trailers), (&b"hi"[..], "digest: abc\r\n"));
    assert_eq!(asked.field("trailer"), Some("digest"));
}

fn expect_continue_is_handed_on(driver: Driver) {
    let origin = Origin::serving(|peer| {
        let asked = peer.head().expect("a head");
        assert_eq!(asked.field("expect"), Some("100-continue"));
        peer.say("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
        peer.say("HTTP/1.1 100 Continue\r\n\r\n");
        assert_eq!(peer.bytes(5).as_deref(), Some(&b"hello"[..]));
        peer.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        peer.until_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send(
        "POST /e HTTP/1.1\r\nHost: edge.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    );
    let hints = client.head();
    assert_eq!((hints.status(), hints.field("link")), (103, Some("</a.css>")));
    assert_eq!(client.head().status(), 100);
    client.send("hello");
    assert_eq!(client.answer().text(), "ok");
}

fn expect_that_is_refused_ends_without_the_body(driver: Driver) {
    let origin = Origin::serving(|peer| {
        peer.head();
        peer.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        peer.until_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send(
        "POST /e HTTP/1.1\r\nHost: edge.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    );
    let answer = client.answer();
    assert_eq!((answer.status(), answer.text()), (403, "no"));
    assert_eq!(answer.field("connection"), Some("close"));
    client.expect_close();
    origin.wait_abandoned();
}

fn body_unread_is_answered_then_closed(driver: Driver) {
    let origin = Origin::serving(|peer| {
        peer.head();
        peer.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
        peer.until_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send("POST /u HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 1000000\r\n\r\nsome");
    let answer = client.answer();
    assert_eq!((answer.status(), answer.text()), (413, "big"));
    assert_eq!(answer.field("connection"), Some("close"));
    // What is still sent does no harm to the answer.
    client.send_anyhow(vec![b'x'; 100_000]);
    client.end_writing();
    client.expect_close();
    // A connection whose request was not whole carries no other.
    origin.wait_abandoned();
}

fn half_close_waits_for_the_answer(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send(get("/h"));
    client.end_writing();
    assert_eq!(client.answer().text(), "ok");
    client.expect_close();
}

fn reset_of_the_client_frees_the_target(driver: Driver) {
    let origin = Origin::silent();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send(get("/gone"));
    origin.wait_asked(1);
    client.reset();
    origin.wait_abandoned();
    let line = edge.out.wait_for("/gone");
    assert!(line.contains(r#""status":499"#) || line.contains(r#""status":null"#), "{line}");
    assert!(line.contains(r#""reason":"client_reset""#), "{line}");
}

fn old_client_gets_no_chunks_and_a_close(driver: Driver) {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let origin = Origin::serving(move |peer| {
        while peer.request().is_some() {
            peer.say("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
            peer.say(chunked);
        }
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send("GET /old HTTP/1.0\r\nHost: edge.test\r\nConnection: keep-alive\r\n\r\n");
    let answer = client.answer();
    assert_eq!((answer.status(), answer.text()), (200, "ok"), "{}", answer.head());
    assert!(answer.all("transfer-encoding").is_empty() && answer.all("content-length").is_empty());
    assert_eq!(answer.field("connection"), Some("close"));
    assert_eq!(origin.asked_once().line(), "GET /old HTTP/1.1");
}

fn old_client_may_keep_its_connection(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send("GET /1 HTTP/1.0\r\nHost: edge.test\r\nConnection: keep-alive\r\n\r\n");
    let answer = client.answer();
    assert_eq!((answer.text(), answer.field("connection")), ("ok", Some("keep-alive")));
    client.send("GET /2 HTTP/1.0\r\n\r\n");
    let answer = client.answer();
    assert_eq!((answer.text(), answer.field("connection")), ("ok", Some("close")));
    client.expect_close();
}

#[test]
fn request_that_is_refused_has_its_status_and_a_close() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let check = |request: &str, status: u16| {
        let mut client = edge.client();
        client.send(request);
        let (bytes, end) = client.rest();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {text}");
        assert!(text.contains("\r\nConnection: close\r\n"), "{request:?}: {text}");
        assert_eq!(end, End::Closed, "{request:?}");
    };
    let host = "Host: edge.test\r\n";
    check("GET / HTTP/1.1\r\n\r\n", 400);
    check(&format!("GET / HTTP/1.1\r\n{host}{host}\r\n"), 400);
    check(&format!("GET / HTTP/1.1\n{host}\r\n"), 400);
    check(&format!("GET / HTTP/1.1\r\n{host}a: b\r\n c\r\n\r\n"), 400);
    check(&format!("GET / HTTP/1.1\r\n{host}a : b\r\n\r\n"), 400);
    check(&format!("GET / HTTP/1.1\r\n{host}a: b\0\r\n\r\n"), 400);
    check(&format!("GET /#f HTTP/1.1\r\n{host}\r\n"), 400);
    check(&format!("GET / HTTP/2.0\r\n{host}\r\n"), 505);
    check("CONNECT edge.test:443 HTTP/1.1\r\nHost: edge.test:443\r\n\r\n", 501);
    check(&format!("GET /{} HTTP/1.1\r\n{host}\r\n", "a".repeat(9000)), 414);
    check(&format!("GET / HTTP/1.1\r\n{host}{}\r\n", "a: b\r\n".repeat(100)), 431);
    let post = format!("POST / HTTP/1.1\r\n{host}");
    check(&format!("{post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
    check(&format!("{post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400);
    check(&format!("{post}Content-Length: +1\r\n\r\na"), 400);
    check(&format!("{post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501);
    check(&format!("POST / HTTP/1.0\r\n{host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
    check("\r\n\r\n\r\nGET / HTTP/1.1\r\n", 400);
    assert_eq!(origin.opened(), 0);
}

#[test]
fn chunk_that_is_malformed_is_400_and_never_a_whole_request() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    for body in ["x\r\n", "2\r\nabc\r\n", "-1\r\n", "2 \r\nab\r\n0\r\n\r\n", "2\nab\r\n0\r\n\r\n"] {
        let mut client = edge.client();
        client.send(format!(
            "POST / HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n{body}"
        ));
        assert_eq!(client.answer().status(), 400, "{body:?}");
        client.end_writing();
        client.expect_close();
    }
    origin.wait_abandoned();
    assert!(origin.asked().is_empty());
}

#[test]
fn body_that_ends_early_is_400_and_never_a_whole_request() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    for framed in
        ["Content-Length: 10\r\n\r\nfive!", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]
    {
        let mut client = edge.client();
        client.send(format!("POST / HTTP/1.1\r\nHost: edge.test\r\n{framed}"));
        client.end_writing();
        assert_eq!(client.answer().status(), 400, "{framed:?}");
        client.expect_close();
    }
    origin.wait_abandoned();
    assert!(origin.asked().is_empty());
}

#[test]
fn method_that_no_route_takes_is_405_with_what_is_allowed() {
    let origin = Origin::ok();
    let routes = "[[routes]]\nid = \"r\"\nmatch = [\"*\"]\nmethods = [\"GET\", \"PUT\"]\n\
                  backend = \"origin\"\n";
    let edge = Edge::serve(&Config::to(origin.port()).routes(routes), Driver::IoUring);
    let mut client = edge.client();
    client.send("DELETE / HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    let answer = client.answer();
    assert_eq!((answer.status(), answer.field("allow")), (405, Some("GET, PUT")));
    client.send("get / HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    assert_eq!(client.answer().status(), 405);
    assert_eq!(client.get("/", "").status(), 200);
}

#[test]
fn options_about_the_edge_is_answered_by_it() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let mut client = edge.client();
    client.send("OPTIONS * HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    let answer = client.answer();
    assert!((200..300).contains(&answer.status()), "{}", answer.head());
    assert_eq!((client.get("/", "").status(), origin.asked().len()), (200, 1));
}

#[test]
fn answers_of_our_own_to_head_have_no_body() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let mut client = edge.client();
    client.send("HEAD /../ HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    let answer = client.answer_to_head();
    assert_eq!(answer.status(), 400);
    assert_ne!(answer.field("content-length"), Some("0"));
    assert_eq!(client.get("/", "").status(), 200);
}

#[test]
fn paths_are_refused_or_made_canonical() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let mut client = edge.client();
    for path in ["/a/../b", "/a/%2e%2E/b", "/./a", "/a%00", "/a%zz", "/a%0d%0a", "/a\\b"] {
        assert_eq!(client.get(path, "").status(), 400, "{path}");
    }
    assert!(origin.asked().is_empty());
    let sent = |client: &mut crate::harness::Client, path: &str| {
        assert_eq!(client.get(path, "").status(), 200, "{path}");
        origin.asked_last().line().to_owned()
    };
    assert_eq!(sent(&mut client, "/%61%2fb//c/?q=%61"), "GET /a%2Fb//c/?q=%61 HTTP/1.1");
    assert_eq!(sent(&mut client, "/{x}|y"), "GET /%7Bx%7D%7Cy HTTP/1.1");

    let config =
        Config::to(origin.port()).paths("dot_segments = \"normalize\", merge_slashes = true");
    let edge = Edge::serve(&config, Driver::IoUring);
    let mut client = edge.client();
    assert_eq!(sent(&mut client, "/a/../b//c/./%2e%2e/d"), "GET /b/d HTTP/1.1");
}
