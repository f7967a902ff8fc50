//! Listeners under other names: their sockets stay, and no connection is lost or asks elsewhere.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::harness::{Client, Config, Driver, Edge, Options, Origin, on_both_drivers, until};

on_both_drivers!(renamed_listener_keeps_its_port, swapped_ports_change_names_at_once);

/// Free ports: nobody else takes ephemeral ports by number meanwhile.
fn free_address(ip: &str) -> SocketAddr {
    let listener = TcpListener::bind((ip, 0)).expect("a free port");
    listener.local_addr().expect("an address")
}

/// A route a listener, each with a root of its own, so that the target tells them apart.
fn config(origin: &Origin, listeners: &[(&str, SocketAddr)]) -> Config {
    let mut config = Config::default();
    for (name, address) in listeners {
        config = config.listener(name, &address.to_string()).routes(&format!(
            "[[routes]]\nid = \"by-{name}\"\nmatch = [\"*\"]\nlisteners = [\"{name}\"]\n\
             backend = \"{name}\"\n[backends.{name}]\nroot = \"/{name}\"\n\
             targets = [{{ id = \"t\", host = \"127.0.0.1\", port = {} }}]\n",
            origin.port()
        ));
    }
    config
}

fn echo() -> Origin {
    Origin::serving(|peer| {
        while let Some(asked) = peer.request() {
            let path = asked.line().split(' ').nth(1).unwrap_or_default().to_owned();
            peer.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{path}", path.len()));
        }
    })
}

fn asks(address: SocketAddr) -> String {
    let mut client = Client::to(address);
    let answer = client.get("/x", "");
    answer.text().to_owned()
}

fn logged(edge: &Edge, listener: &str) {
    edge.out.wait_for(&format!(r#""listener":"{listener}""#));
}

fn renamed_listener_keeps_its_port(driver: Driver) {
    let (origin, address) = (echo(), free_address("127.0.0.1"));
    let options = Options { workers: 2, ..driver.into() };
    let edge = Edge::serve(&config(&origin, &[("one", address)]), options);
    let mut kept = edge.client();
    assert_eq!(kept.get("/x", "").text(), "/one/x");
    let (is_over, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let asking = {
        let (is_over, answers) = (Arc::clone(&is_over), Arc::clone(&answers));
        thread::spawn(move || {
            while !is_over.load(Ordering::Acquire) {
                let path = asks(address);
                assert!(path == "/one/x" || path == "/two/x", "{path}");
                answers.fetch_add(1, Ordering::AcqRel);
            }
        })
    };
    edge.swap(&config(&origin, &[("two", address)]), 1);
    let seen = answers.load(Ordering::Acquire);
    until("more answers", || (answers.load(Ordering::Acquire) > seen + 8).then_some(()));
    is_over.store(true, Ordering::Release);
    asking.join().expect("no refused connection and no other answer");
    assert_eq!((edge.listener("two"), asks(address).as_str()), (address, "/two/x"));
    logged(&edge, "two");
    // Who came by the old name is served as the renamed one.
    assert_eq!(kept.get("/x", "").text(), "/two/x");
    edge.swap(&config(&origin, &[("three", address)]), 2);
    assert_eq!((kept.get("/x", "").text(), asks(address).as_str()), ("/three/x", "/three/x"));
}

fn swapped_ports_change_names_at_once(driver: Driver) {
    let origin = echo();
    let (first, second) = (free_address("127.0.0.1"), free_address("127.0.0.2"));
    let options = Options { workers: 2, ..driver.into() };
    let edge = Edge::serve(&config(&origin, &[("one", first), ("two", second)]), options);
    let mut kept = Client::to(first);
    assert_eq!(kept.get("/x", "").text(), "/one/x");
    let descriptors = edge.descriptors();
    for generation in [1, 2, 3] {
        let is_swapped = generation % 2 == 1;
        let (one, two) = if is_swapped { (second, first) } else { (first, second) };
        edge.swap(&config(&origin, &[("one", one), ("two", two)]), generation);
        assert_eq!((edge.listener("one"), edge.listener("two")), (one, two));
        for _ in 0..4 {
            assert_eq!((asks(one).as_str(), asks(two).as_str()), ("/one/x", "/two/x"));
        }
        // A connection belongs to whoever has its address: a name that went elsewhere does not take
        // it along.
        let name = if is_swapped { "two" } else { "one" };
        assert_eq!(kept.get("/x", "").text(), format!("/{name}/x"));
    }
    drop(kept);
    edge.wait_descriptors(descriptors + 2);
    logged(&edge, "one");
    logged(&edge, "two");
}
