//! What a target may say, how it is read, and what of it a client gets.

use crate::harness::{Config, Driver, Edge, End, Origin, cue, on_both_drivers};

on_both_drivers!(
    answer_without_date_gets_one,
    body_until_close_reaches_new_clients_in_chunks,
    chunks_are_framed_anew_with_trailers_for_those_who_read_them,
    garbage_is_502,
    head_answers_and_304_have_no_body,
    interim_answers_come_in_order,
    large_heads_are_502,
    large_interim_then_answer_are_whole,
    switch_that_nobody_asked_for_is_502,
    truncated_chunks_are_never_whole,
    truncated_length_is_never_whole,
    truncated_until_close_is_never_whole,
);

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn edge(origin: &Origin, driver: Driver) -> Edge {
    Edge::serve(&Config::to(origin.port()), driver)
}

/// Says each of these, one a connection, then closes.
fn script(answers: &'static [&'static str]) -> Origin {
    Origin::serving(move |peer| {
        if peer.request().is_some() {
            peer.say(answers[peer.number]);
        }
    })
}

fn answer_without_date_gets_one(driver: Driver) {
    const DATED: &str = "HTTP/1.1 200 Fine Day\r\nDate: yesterday\r\nServer: x\r\n\
                         Content-Length: 0\r\n\r\n";
    let origin = script(&[OK, DATED]);
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    let answer = client.get("/", "");
    assert!(answer.field("date").is_some_and(|date| date.len() == 29 && date.ends_with("GMT")));
    let answer = client.get("/", "");
    assert!(answer.head().starts_with("HTTP/1.1 200 Fine Day\r\n"), "{}", answer.head());
    assert_eq!((answer.field("date"), answer.field("server")), (Some("yesterday"), Some("x")));
}

fn interim_answers_come_in_order(driver: Driver) {
    let origin = Origin::saying(
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\
         Connection: close\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    );
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    for _ in 0..2 {
        client.send("GET / HTTP/1.1\r\nHost: edge.test\r\n\r\n");
        assert_eq!(client.head().status(), 102);
        let hints = client.head();
        assert_eq!((hints.status(), hints.field("link")), (103, Some("</a>")));
        assert!(hints.all("connection").is_empty());
        assert_eq!(client.answer().text(), "ok");
    }
    assert_eq!(origin.opened(), 1);
}

fn switch_that_nobody_asked_for_is_502(driver: Driver) {
    let origin = Origin::saying_once(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nbytes",
    );
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    let answer = client.get("/", "Connection: upgrade\r\nUpgrade: x\r\n");
    assert_eq!(answer.status(), 502);
    let asked = origin.asked_once();
    assert!(asked.all("upgrade").is_empty() && asked.all("connection").is_empty());
    edge.out.wait_for(r#""reason":"target_garbage""#);
    assert_eq!(client.get("/", "").status(), 502, "the client's connection goes on");
}

fn head_answers_and_304_have_no_body(driver: Driver) {
    let origin = Origin::serving(|peer| {
        while let Some(asked) = peer.request() {
            peer.say(match asked.line().split(' ').next() {
                Some("HEAD") => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
                Some("PUT") => "HTTP/1.1 204 No Content\r\n\r\n",
                _ => "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 7\r\n\r\n",
            });
        }
    });
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    for _ in 0..2 {
        client.send("HEAD / HTTP/1.1\r\nHost: edge.test\r\n\r\n");
        let answer = client.answer_to_head();
        assert_eq!((answer.status(), answer.field("content-length")), (200, Some("1000")));
        let answer = client.get("/", "");
        assert_eq!((answer.status(), answer.field("etag")), (304, Some("\"x\"")));
        client.send("PUT / HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 2\r\n\r\nab");
        let answer = client.answer();
        assert_eq!((answer.status(), answer.field("content-length")), (204, None));
    }
    assert_eq!(origin.opened(), 1);
}

fn chunks_are_framed_anew_with_trailers_for_those_who_read_them(driver: Driver) {
    let origin = Origin::saying(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: digest\r\n\r\n\
         3;x=y\r\nabc\r\n2\r\nde\r\n0\r\ndigest: z\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    let answer = client.get("/", "");
    assert_eq!((answer.text(), &*answer.trailers), ("abcde", ""));
    let answer = client.get("/", "TE: trailers\r\nConnection: te\r\n");
    assert_eq!((answer.text(), &*answer.trailers), ("abcde", "digest: z\r\n"));
    let asked = origin.asked_last();
    assert_eq!((asked.field("te"), asked.field("connection")), (Some("trailers"), Some("TE")));
    assert_eq!(origin.opened(), 1);
}

fn body_until_close_reaches_new_clients_in_chunks(driver: Driver) {
    let origin = Origin::saying_once("HTTP/1.0 200 OK\r\nContent-Type: a/b\r\n\r\nall of it");
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    for _ in 0..2 {
        let answer = client.get("/", "");
        assert_eq!(
            (answer.text(), answer.field("transfer-encoding")),
            ("all of it", Some("chunked"))
        );
    }
    client.send("GET / HTTP/1.0\r\nHost: edge.test\r\n\r\n");
    let answer = client.answer();
    assert_eq!((answer.text(), answer.field("transfer-encoding")), ("all of it", None));
    assert_eq!(origin.opened(), 3);
}

fn garbage_is_502(driver: Driver) {
    const ANSWERS: &[&str] = &[
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\na : b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\na: b\r\n folded\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\na: b\0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    ];
    let origin = script(ANSWERS);
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    for answer in ANSWERS {
        let got = client.get("/", "");
        assert_eq!(got.status(), 502, "{answer:?}: {}", got.head());
    }
    let lines = edge.out.wait_lines(ANSWERS.len());
    for (line, answer) in lines.iter().zip(ANSWERS) {
        assert!(line.contains(r#""reason":"target_garbage""#), "{answer:?}: {line}");
    }
    assert_eq!(origin.opened(), ANSWERS.len());
}

fn large_heads_are_502(driver: Driver) {
    let origin = Origin::serving(|peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\n");
        let line = match peer.number {
            0 => format!("x: {}\r\n", "y".repeat(40 * 1024)),
            1 => "a: b\r\n".repeat(201),
            // Never ends.
            _ => {
                while peer.say("x: y\r\n") {}
                return;
            }
        };
        peer.say(line + "Content-Length: 0\r\n\r\n");
        peer.until_end();
    });
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    for number in 0..3 {
        assert_eq!(client.get("/", "").status(), 502, "{number}");
    }
}

fn large_interim_then_answer_are_whole(driver: Driver) {
    let padding = "y".repeat(30 * 1024);
    let origin = Origin::saying(format!(
        "HTTP/1.1 103 Early Hints\r\nx: {padding}\r\n\r\n\
         HTTP/1.1 103 Early Hints\r\nx: {padding}\r\n\r\n\
         HTTP/1.1 200 OK\r\nx: {padding}\r\nContent-Length: 2\r\n\r\nok"
    ));
    let edge = edge(&origin, driver);
    let mut client = edge.client();
    for _ in 0..2 {
        client.send("GET / HTTP/1.1\r\nHost: edge.test\r\n\r\n");
        for _ in 0..2 {
            assert_eq!(client.head().field("x"), Some(&*padding));
        }
        let answer = client.answer();
        assert_eq!((answer.field("x"), answer.text()), (Some(&*padding), "ok"));
    }
}

fn truncated(answer: &str, reason: &str, driver: Driver) {
    let origin = Origin::saying_once(answer);
    let edge = edge(&origin, driver);
    // For those who know no chunks as well.
    for version in ["1.1", "1.0"] {
        let mut client = edge.client();
        client.send(format!("GET /{version} HTTP/{version}\r\nHost: edge.test\r\n\r\n"));
        let got = client.try_answer();
        assert!(got.is_none(), "{answer:?}: {got:?}");
        let line = edge.out.wait_for(&format!("/{version}\""));
        assert!(line.contains(&format!(r#""reason":"{reason}""#)), "{line}");
    }
}

fn truncated_length_is_never_whole(driver: Driver) {
    truncated("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "truncated", driver);
    truncated("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "truncated", driver);
}

fn truncated_chunks_are_never_whole(driver: Driver) {
    let check = |body: &str, reason| {
        let answer = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        truncated(&answer, reason, driver);
    };
    check("", "truncated");
    check("4\r\nhalf\r\n", "truncated");
    check("4\r\nhalf\r\n0\r\n", "truncated");
    check("4\r\nhalf\r\nzz\r\n", "target_garbage");
}

/// A body that ends with the connection is cut when the connection is reset.
fn truncated_until_close_is_never_whole(driver: Driver) {
    let (cut, cue) = cue();
    let origin = Origin::serving(move |peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\n\r\nhalf");
        cue.wait();
        peer.reset_at_end();
    });
    let edge = edge(&origin, driver);
    for version in ["1.1", "1.0"] {
        let mut client = edge.client();
        client.send(format!("GET /cut HTTP/{version}\r\nHost: edge.test\r\n\r\n"));
        assert_eq!(client.head().status(), 200);
        let seen = client.bytes(if version == "1.1" { 9 } else { 4 });
        assert!(seen.windows(4).any(|window| window == b"half"), "{seen:?}");
        cut.give();
        let (rest, end) = client.rest();
        let whole = rest.ends_with(b"0\r\n\r\n");
        let visible = if version == "1.1" { !whole } else { end == End::Reset };
        assert!(visible, "HTTP/{version}: {rest:?}, {end:?}");
    }
}
