//! The way to a target: found, refused, silent, unknown, weighed.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use socket2::{Domain, Socket, Type};

use crate::harness::{Config, Driver, Edge, Origin, on_both_drivers};

on_both_drivers!(
    name_that_resolves_is_reached,
    name_that_resolves_to_nothing_is_502,
    refused_connection_is_502,
    reset_before_the_answer_is_502,
    silent_address_is_504,
    weights_of_zero_are_503,
    weights_share_the_requests,
);

fn refused_connection_is_502(driver: Driver) {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let edge = Edge::serve(&Config::to(port), driver);
    let mut client = edge.client();
    for _ in 0..3 {
        let answer = client.get("/", "");
        assert_eq!((answer.status(), answer.field("connection")), (502, None));
    }
    for line in edge.out.wait_lines(3) {
        assert!(line.contains(r#""reason":"connect_refused""#), "{line}");
        assert!(line.contains(r#""attempts":1,"#), "{line}");
        assert!(line.contains(r#""target":"a""#) && line.contains(r#""route":"all""#), "{line}");
    }
}

/// A socket whose queue is full: the kernel answers no more connections.
fn full_queue() -> (Socket, Vec<Socket>, u16) {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a free port");
    listener.listen(0).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let clients = (0..4)
        .map(|_| {
            let client = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
            client.set_nonblocking(true).expect("a socket that does not block");
            // In progress for as long as nobody accepts.
            let _ = client.connect(&address);
            client
        })
        .collect();
    let port = address.as_socket().expect("an address").port();
    (listener, clients, port)
}

fn silent_address_is_504(driver: Driver) {
    let (_listener, _clients, port) = full_queue();
    let edge = Edge::serve(&Config::to(port).client("connection_timeout = \"200ms\""), driver);
    let mut client = edge.client();
    for _ in 0..2 {
        assert_eq!(client.get("/", "").status(), 504);
    }
    for line in edge.out.wait_lines(2) {
        assert!(line.contains(r#""reason":"connect_timeout""#), "{line}");
    }
    // A body that came meanwhile changes nothing.
    client.send("POST / HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 3\r\n\r\nabc");
    assert_eq!(client.answer().status(), 504);
}

fn reset_before_the_answer_is_502(driver: Driver) {
    let origin = Origin::serving(|peer| {
        peer.request();
        if peer.number > 0 {
            peer.say("HTTP/1.1 200 OK\r\nContent-");
        }
        peer.reset_at_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    for count in 1..4 {
        assert_eq!(client.get("/", "").status(), 502);
        assert_eq!(origin.opened(), count);
    }
    for line in edge.out.wait_lines(3) {
        assert!(line.contains(r#""reason":"target_reset""#), "{line}");
    }
}

fn name_that_resolves_to_nothing_is_502(driver: Driver) {
    // RFC 6761 §6.4: no such name exists.
    let config = Config::default().target("id = \"a\", host = \"nowhere.invalid\", port = 80");
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    assert_eq!(client.get("/", "").status(), 502);
    let line = edge.out.wait_lines(1).remove(0);
    assert!(line.contains(r#""reason":"not_resolved""#), "{line}");
    assert!(edge.ask_json(&["targets"])["targets"][0]["address"].is_null());
}

fn name_that_resolves_is_reached(driver: Driver) {
    let origin = Origin::ok();
    let port = origin.port();
    let keys = format!("id = \"a\", host = \"localhost\", port = {port}");
    let edge = Edge::serve(&Config::default().target(&keys), driver);
    let mut client = edge.client();
    crate::harness::until("an address for localhost", || {
        (client.get("/", "").status() == 200).then_some(())
    });
    let keys = format!("id = \"a\", host = \"nowhere.invalid\", port = {port}, ip = \"127.0.0.1\"");
    let config = Config::default().backend("host_header = \"target\"").target(&keys);
    let edge = Edge::serve(&config, driver);
    assert_eq!(edge.client().get("/", "").status(), 200);
    assert_eq!(origin.asked_last().field("host"), Some(&*format!("nowhere.invalid:{port}")));
}

fn weights_of_zero_are_503(driver: Driver) {
    let origin = Origin::ok();
    let port = origin.port();
    let keys = format!("id = \"a\", host = \"127.0.0.1\", port = {port}, weight = 0");
    let edge = Edge::serve(&Config::default().target(&keys), driver);
    let mut client = edge.client();
    assert_eq!(client.get("/", "").status(), 503);
    let line = edge.out.wait_lines(1).remove(0);
    assert!(line.contains(r#""reason":"no_target""#), "{line}");
    assert!(line.contains(r#""route":"all","backend":"origin","target":null"#), "{line}");
    assert_eq!(origin.opened(), 0);
}

fn weights_share_the_requests(driver: Driver) {
    let (light, heavy, drained) = (Origin::ok(), Origin::ok(), Origin::ok());
    let target = |id: &str, origin: &Origin, weight: u16| {
        format!("id = \"{id}\", host = \"127.0.0.1\", port = {}, weight = {weight}", origin.port())
    };
    let config = Config::default()
        .target(&target("light", &light, 1))
        .target(&target("heavy", &heavy, 3))
        .target(&target("drained", &drained, 0));
    let edge = Edge::serve(&config, driver);
    let mut client = edge.client();
    for _ in 0..40 {
        assert_eq!(client.get("/", "").text(), "ok");
    }
    let shares = [&light, &heavy, &drained].map(|origin| origin.asked().len());
    assert_eq!(shares, [10, 30, 0]);
}
