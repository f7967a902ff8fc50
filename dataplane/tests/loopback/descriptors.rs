//! Descriptors: all of them come back, and a shortage is waited out.

use crate::harness::{Client, Config, Driver, Edge, Options, Origin, on_both_drivers, until};

on_both_drivers!(shortage_pauses_accepting_and_passes, what_was_opened_is_closed);

fn what_was_opened_is_closed(driver: Driver) {
    let origin = Origin::serving(|peer| {
        while let Some(asked) = peer.request() {
            match asked.line() {
                line if line.contains("/reset") => return peer.reset_at_end(),
                line if line.contains("/garbage") => drop(peer.say("nonsense\r\n\r\n")),
                line if line.contains("/silent") => drop(peer.until_end()),
                line if line.contains("/cut") => {
                    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf");
                    return;
                }
                _ => drop(peer.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")),
            }
        }
    });
    let config =
        Config::to(origin.port()).client("idle_timeout = \"300ms\", call_timeout = \"300ms\"");
    let edge = Edge::serve(&config, driver);
    let before = edge.descriptors();
    for round in 0..20 {
        let mut clients: Vec<Client> = (0..10).map(|_| edge.client()).collect();
        for (number, client) in clients.iter_mut().enumerate() {
            let path = ["/", "/reset", "/garbage", "/silent", "/cut"][number % 5];
            client.send(format!("GET {path} HTTP/1.1\r\nHost: edge.test\r\n\r\n"));
        }
        for (number, mut client) in clients.into_iter().enumerate() {
            match (number + round) % 3 {
                0 => client.reset(),
                1 => drop(client),
                _ => drop(client.try_answer()),
            }
        }
    }
    edge.wait_descriptors(before);
    let status = edge.status();
    assert_eq!(status["connections"], 0, "{status}");
    let targets = edge.ask_json(&["targets"]);
    let target = &targets["targets"][0];
    assert_eq!((&target["in_flight"], &target["connections"]), (&0.into(), &0.into()));
    assert_eq!(edge.client().get("/", "").text(), "ok");
}

fn shortage_pauses_accepting_and_passes(driver: Driver) {
    const LIMIT: usize = 64;
    let origin = Origin::ok();
    let options = Options { before: format!("ulimit -n {LIMIT}"), ..driver.into() };
    let edge = Edge::serve(&Config::to(origin.port()), options);
    let before = edge.descriptors();
    assert_eq!(edge.status()["descriptors"]["limit"], LIMIT);
    // One that is served keeps its connection and its target's.
    let mut served = edge.client();
    assert_eq!(served.get("/", "").text(), "ok");
    #[expect(clippy::disallowed_methods, reason = "a test may know how long it takes")]
    let began = std::time::Instant::now();
    let mut waiting: Vec<Client> = (0..2 * LIMIT).map(|_| edge.client()).collect();
    edge.err.wait_for("pauses");
    // What has its descriptors goes on.
    assert_eq!(served.get("/", "").text(), "ok");
    // Those who wait in the queue are served when others go.
    let mut last = waiting.pop().expect("a client");
    last.send("GET / HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    drop(waiting);
    assert_eq!(last.answer().text(), "ok");
    drop((served, last));
    // However often it paused meanwhile, at most one line a second tells so.
    let told = edge.err.lines().iter().filter(|line| line.contains("pauses")).count() as u64;
    assert!(told <= 1 + began.elapsed().as_secs(), "{told}");
    until("descriptors", || (edge.descriptors() <= before + 1).then_some(()));
    let mut client = edge.client();
    assert_eq!(client.get("/", "").text(), "ok");
}
