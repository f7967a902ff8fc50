//! Fields on their way: what is kept, what is made anew, what is for one hop alone.

use std::net::Ipv4Addr;

use crate::harness::{Client, Config, Driver, Edge, Origin, on_both_drivers};

on_both_drivers!(
    forwarding_fields_of_strangers_are_made_anew,
    forwarding_fields_of_trusted_peers_grow,
    hop_by_hop_fields_go_no_further,
    loop_is_508,
);

fn hop_by_hop_fields_go_no_further(driver: Driver) {
    let origin = Origin::saying(
        "HTTP/1.1 200 OK\r\nConnection: x-hop, keep-alive\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\n\
         Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-End: a\r\nX-End: b\r\nContent-Length: 2\r\n\r\nok",
    );
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    let answer = client.get(
        "/",
        "Connection: x-hop, Host, cookie, authorization, x-forwarded-for\r\nX-Hop: 1\r\n\
         Keep-Alive: 300\r\nProxy-Connection: keep-alive\r\nTE: gzip\r\nUpgrade: websocket\r\n\
         HTTP2-Settings: AAA\r\nProxy-Authorization: Basic x\r\nCookie: a=b\r\nAuthorization: c\r\n\
         X-End: one\r\nx-end: two\r\n",
    );
    for gone in ["connection", "keep-alive", "x-hop", "upgrade"] {
        assert!(answer.all(gone).is_empty(), "{gone}: {}", answer.head());
    }
    assert_eq!(answer.all("x-end"), ["a", "b"]);
    let asked = origin.asked_once();
    for gone in [
        "connection",
        "x-hop",
        "keep-alive",
        "proxy-connection",
        "te",
        "upgrade",
        "http2-settings",
        "proxy-authorization",
    ] {
        assert!(asked.all(gone).is_empty(), "{gone}: {}", asked.head());
    }
    let kept = [("host", "edge.test"), ("cookie", "a=b"), ("authorization", "c")];
    for (name, value) in kept {
        assert_eq!(asked.field(name), Some(value), "{}", asked.head());
    }
    assert_eq!(asked.all("x-end"), ["one", "two"]);
    assert!(asked.head().contains("\r\nX-End: one\r\nx-end: two\r\n"), "{}", asked.head());
}

fn forwarding_fields_of_strangers_are_made_anew(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let port = edge.address().port().to_string();
    edge.client().get(
        "/",
        "X-Forwarded-For: 6.6.6.6\r\nx-forwarded-proto: https\r\nX-Forwarded-Host: evil\r\n\
         X-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /evil\r\nForwarded: for=6.6.6.6\r\n\
         X-Real-IP: 6.6.6.6\r\nX-Request-Id: mine\r\nSsl-Client-Verify: SUCCESS\r\n",
    );
    let asked = origin.asked_once();
    let expected = [
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-host", "edge.test"),
        ("x-forwarded-port", &port),
        ("forwarded", "for=127.0.0.1;host=edge.test;proto=http"),
        ("x-real-ip", "127.0.0.1"),
    ];
    for (name, value) in expected {
        assert_eq!(asked.field(name), Some(value), "{}", asked.head());
    }
    assert!(!asked.head().contains("evil") && !asked.head().contains("6.6.6.6"));
    assert_eq!(asked.field("ssl-client-verify"), None);
    let id = asked.field("x-request-id").expect("an id");
    assert!(id != "mine" && id.len() >= 16, "{id}");
    let line = edge.out.wait_lines(1).remove(0);
    assert!(line.contains(&format!(r#""request_id":"{id}""#)), "{line}");
}

fn forwarding_fields_of_trusted_peers_grow(driver: Driver) {
    let origin = Origin::ok();
    let config =
        Config::to(origin.port()).top("trusted_proxies = [\"127.0.0.2/31\", \"10.0.0.0/8\"]");
    let edge = Edge::serve(&config, driver);
    let fields = "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\nX-Forwarded-For: 10.1.2.3\r\n\
                  X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.test\r\n\
                  X-Forwarded-Port: 443\r\nForwarded: for=192.0.2.7\r\nX-Request-Id: theirs\r\n";
    Client::from(Ipv4Addr::new(127, 0, 0, 3).into(), edge.address()).get("/trusted", fields);
    let asked = origin.asked_once();
    let expected = [
        ("x-forwarded-for", "6.6.6.6, 192.0.2.7, 10.1.2.3, 127.0.0.3"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "shop.test"),
        ("x-forwarded-port", "443"),
        ("forwarded", "for=192.0.2.7, for=127.0.0.3;host=edge.test;proto=http"),
        // The right-most address that is not one of ours.
        ("x-real-ip", "192.0.2.7"),
        ("x-request-id", "theirs"),
    ];
    for (name, value) in expected {
        assert_eq!(asked.field(name), Some(value), "{}", asked.head());
    }
    let line = edge.out.wait_for("/trusted");
    assert!(line.contains(r#""client":"192.0.2.7:"#), "{line}");
    assert!(line.contains(r#""request_id":"theirs""#), "{line}");
    // The neighbour is none of ours.
    Client::from(Ipv4Addr::new(127, 0, 0, 4).into(), edge.address()).get("/stranger", fields);
    let asked = origin.asked_last();
    assert_eq!(asked.field("x-forwarded-for"), Some("127.0.0.4"));
    assert_ne!(asked.field("x-request-id"), Some("theirs"));
}

fn loop_is_508(driver: Driver) {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.get("/", "Via: 1.0 fred, 1.1 pointsman-zzzzzzzz\r\n");
    let asked = origin.asked_once();
    let vias = asked.all("via");
    assert_eq!(vias[0], "1.0 fred, 1.1 pointsman-zzzzzzzz");
    let own = vias[1].to_owned();
    let id = own.strip_prefix("1.1 pointsman-").expect("our own");
    assert!(id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{own}");
    let answer = client.get("/", &format!("Via: 1.0 fred\r\nVia: 1.1 other, {own} (edge)\r\n"));
    assert_eq!((answer.status(), origin.asked().len()), (508, 1));
    edge.out.wait_for(r#""reason":"loop""#);
    // The id lies in the state folder: it survives a restart.
    let folder = edge.folder();
    drop(edge);
    let edge = Edge::on(folder, &driver.into());
    let answer = edge.client().get("/", &format!("Via: {own}\r\n"));
    assert_eq!(answer.status(), 508);
}

#[test]
fn via_switched_off_says_and_asks_nothing() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()).top("via = false"), Driver::IoUring);
    edge.client().get("/", "");
    assert!(origin.asked_once().all("via").is_empty());
}

#[test]
fn edge_in_front_of_itself_is_a_loop() {
    // The port is known only once it listens: the second artifact closes the circle.
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    edge.swap(&Config::to(edge.address().port()), 1);
    let mut client = edge.client();
    assert_eq!(client.get("/", "").status(), 508);
    assert_eq!(origin.opened(), 0);
}

#[test]
fn names_with_underscores_are_dropped_or_passed() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let fields = "X_Custom: 1\r\nX-Custom: 2\r\nX_Forwarded_For: 6.6.6.6\r\n";
    edge.client().get("/", fields);
    let asked = origin.asked_last();
    assert!(!asked.head().contains('_'), "{}", asked.head());
    assert_eq!(asked.field("x-custom"), Some("2"));

    let config = Config::to(origin.port()).paths("underscores = \"pass\"");
    let edge = Edge::serve(&config, Driver::IoUring);
    edge.client().get("/", fields);
    let asked = origin.asked_last();
    assert_eq!((asked.field("x_custom"), asked.field("x-custom")), (Some("1"), Some("2")));
    // What stands for a field that we manage never passes.
    assert!(!asked.head().to_ascii_lowercase().contains("x_forwarded"), "{}", asked.head());
}

#[test]
fn host_that_goes_out_is_as_configured() {
    let origin = Origin::ok();
    let sent = |config: Config| {
        let edge = Edge::serve(&config, Driver::IoUring);
        let mut client = edge.client();
        client.send("GET / HTTP/1.1\r\nHost: EDGE.test.:8080\r\n\r\n");
        assert_eq!(client.answer().status(), 200);
        origin.asked_last().field("host").expect("a host").to_owned()
    };
    let port = origin.port();
    assert_eq!(sent(Config::to(port)), "edge.test:8080");
    assert_eq!(sent(Config::to(port).backend("host_header = \"other.test\"")), "other.test");
    let target = sent(Config::to(port).backend("host_header = \"target\""));
    assert_eq!(target, format!("127.0.0.1:{port}"));
}

#[test]
fn client_on_ipv6_is_quoted_and_mapped_ipv4_is_ipv4() {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).listener("web", "[::]:0");
    let edge = Edge::serve(&config, Driver::IoUring);
    let port = edge.address().port();
    Client::to((Ipv4Addr::LOCALHOST, port).into()).get("/", "");
    let asked = origin.asked_last();
    assert_eq!(asked.field("x-forwarded-for"), Some("127.0.0.1"));
    assert_eq!(asked.field("forwarded"), Some("for=127.0.0.1;host=edge.test;proto=http"));
    let line = edge.out.wait_lines(1).remove(0);
    assert!(line.contains(r#""client":"127.0.0.1:"#), "{line}");
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        Client::to((std::net::Ipv6Addr::LOCALHOST, port).into()).get("/", "");
        let asked = origin.asked_last();
        assert_eq!(asked.field("forwarded"), Some("for=\"[::1]\";host=edge.test;proto=http"));
    }
}
