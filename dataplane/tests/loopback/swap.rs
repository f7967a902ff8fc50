//! A new artifact in place of the old one, under load; and one that is refused.

use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustix::process::Signal;

use crate::harness::{Client, Config, Driver, Edge, Options, Origin, cue, on_both_drivers, until};

on_both_drivers!(
    exchange_keeps_what_it_began_with,
    fifty_swaps_under_load_lose_nothing,
    listeners_come_and_go,
);

/// A configuration that a client can tell from others by what the target is asked for.
fn rooted(port: u16, root: &str) -> Config {
    Config::to(port).backend(&format!("root = \"/{root}\""))
}

fn sent(client: &mut Client, origin: &Origin) -> String {
    assert_eq!(client.get("/x", "").text(), "ok");
    origin.asked_last().line().split(' ').nth(1).expect("a target").to_owned()
}

fn refusal(edge: &Edge) -> Option<String> {
    edge.status()["refused"]["reason"].as_str().map(str::to_owned)
}

#[test]
fn rename_into_place_serves_on_the_same_connections() {
    let origin = Origin::ok();
    let edge = Edge::serve(&rooted(origin.port(), "one"), Driver::IoUring);
    let mut client = edge.client();
    assert_eq!(sent(&mut client, &origin), "/one/x");
    edge.swap(&rooted(origin.port(), "two"), 1);
    assert_eq!(sent(&mut client, &origin), "/two/x");
    // The target is the same, so its connections are.
    assert_eq!(origin.opened(), 1);
    edge.err.wait_for("generation 1");
}

#[test]
fn hangup_reads_again_what_no_event_told() {
    let origin = Origin::ok();
    let edge = Edge::serve(&rooted(origin.port(), "one"), Driver::IoUring);
    let mut client = edge.client();
    // Written in place and not closed: nothing says yet that it is whole.
    let mut open = fs::File::create(edge.artifact()).expect("a file");
    open.write_all(&rooted(origin.port(), "two").artifact(1)).expect("room");
    edge.signal(Signal::HUP);
    edge.err.wait_for("serving generation 1,");
    assert_eq!(sent(&mut client, &origin), "/two/x");
    drop(open);
}

#[test]
fn reload_returns_when_it_serves_or_says_why_not() {
    let origin = Origin::ok();
    let options = Options { workers: 2, ..Options::default() };
    let edge = Edge::serve(&rooted(origin.port(), "one"), options);
    let mut client = edge.client();
    let same = edge.ask(&["reload"]);
    assert!(same.status.success(), "{same:?}");
    edge.err.wait_for("the content is the same: generation 0,");
    let mut open = fs::File::create(edge.artifact()).expect("a file");
    open.write_all(&rooted(origin.port(), "two").artifact(3)).expect("room");
    let done = edge.ask(&["reload"]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).contains("generation 3"), "{done:?}");
    // At once, on every worker.
    for _ in 0..8 {
        assert_eq!(sent(&mut edge.client(), &origin), "/two/x");
    }
    let already = || {
        let lines = edge.err.lines();
        lines.iter().filter(|line| line.contains("the content is the same")).count()
    };
    assert_eq!(already(), 1);
    edge.signal(Signal::HUP);
    until("a second line", || (already() == 2).then_some(()));
    open.set_len(100).expect("a file");
    let refused = edge.ask(&["reload"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!((refused.status.code(), said.lines().count()), (Some(1), 1), "{refused:?}");
    assert!(said.starts_with("error: refused: "), "{said}");
    assert_eq!(sent(&mut client, &origin), "/two/x");
    drop(open);
    fs::remove_file(edge.artifact()).expect("a file");
    let missing = edge.ask(&["reload"]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
}

#[test]
fn artifact_that_is_refused_leaves_the_last_good_one() {
    let origin = Origin::ok();
    let edge = Edge::serve(&rooted(origin.port(), "one"), Driver::IoUring);
    let mut client = edge.client();
    let good = rooted(origin.port(), "two").artifact(1);
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let mut newer = good.clone();
    // The format's version stands right behind the magic number.
    newer[8] = 0xff;
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("empty", Vec::new(), "not an artifact"),
        ("foreign", b"version = 1\n[listeners.web]\n".repeat(20), "not an artifact"),
        ("truncated", good[..good.len() - 1].to_vec(), ""),
        ("half", good[..good.len() / 2].to_vec(), ""),
        ("flipped in the middle", flipped(good.len() / 2), "digest"),
        ("flipped at the end", flipped(good.len() - 1), "digest"),
        ("too new", newer, "format"),
    ];
    let mut last = None;
    for (name, bytes, why) in &cases {
        edge.put(bytes);
        let reason = until(name, || {
            let at = edge.status()["refused"]["at"].as_str().map(str::to_owned);
            if at == last {
                return None;
            }
            last = at;
            refusal(&edge)
        });
        assert!(reason.contains(why) && !reason.is_empty(), "{name}: {reason}");
        edge.err.wait_for(&reason);
        assert_eq!(sent(&mut client, &origin), "/one/x", "{name}");
    }
    edge.put(&good);
    edge.err.wait_for("serving generation 1,");
    assert_eq!((refusal(&edge), sent(&mut client, &origin)), (None, "/two/x".to_owned()));
}

fn exchange_keeps_what_it_began_with(driver: Driver) {
    let (go, wait) = cue();
    let origin = Origin::serving(move |peer| {
        while let Some(asked) = peer.request() {
            if asked.line().contains("/slow/") {
                wait.wait();
            }
            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    let edge = Edge::serve(&rooted(origin.port(), "slow"), driver);
    let mut client = edge.client();
    client.send("GET /x HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    origin.wait_asked(1);
    let other = Origin::ok();
    let config = Config::default()
        .target(&format!("id = \"other\", host = \"127.0.0.1\", port = {}", other.port()));
    edge.swap(&config, 1);
    assert_eq!(edge.client().get("/y", "").text(), "ok");
    assert_eq!((other.asked().len(), origin.asked().len()), (1, 1));
    go.give();
    assert_eq!(client.answer().text(), "ok");
    let line = edge.out.wait_for(r#""path":"/x""#);
    assert!(line.contains(r#""target":"a""#), "{line}");
    // What nobody uses any more is let go once it has rested.
    assert_eq!(client.get("/z", "").text(), "ok");
    assert_eq!(other.asked_last().line(), "GET /z HTTP/1.1");
}

fn listeners_come_and_go(driver: Driver) {
    let origin = Origin::ok();
    let port = origin.port();
    let first = Config::to(port).listener("one", "127.0.0.1:0");
    let both = first.clone().listener("two", "127.0.0.2:0");
    let second = Config::to(port).listener("two", "127.0.0.2:0");
    let edge = Edge::serve(&first, driver);
    let mut kept = edge.client();
    assert_eq!(kept.get("/", "").text(), "ok");
    edge.swap(&both, 1);
    assert_eq!(edge.listener("one"), edge.address(), "an equal listener is left alone");
    let added = edge.listener("two");
    let mut client = Client::to(added);
    assert_eq!(client.get("/", "").text(), "ok");
    edge.swap(&second, 2);
    let listeners = edge.status()["listeners"].clone();
    assert_eq!(listeners.as_array().map(Vec::len), Some(1), "{listeners}");
    assert_eq!(edge.listener("two"), added);
    until("a closed port", || std::net::TcpStream::connect(edge.address()).is_err().then_some(()));
    // Who was connected there is answered as before or told to go, but never told of no route.
    if kept.send_anyhow("GET / HTTP/1.1\r\nHost: edge.test\r\n\r\n")
        && let Some(answer) = kept.try_answer()
    {
        assert_eq!(answer.text(), "ok");
    }
    assert_eq!(client.get("/", "").text(), "ok");
    assert_eq!(Client::to(added).get("/", "").text(), "ok");
}

fn fifty_swaps_under_load_lose_nothing(driver: Driver) {
    const CLIENTS: usize = 8;
    let origin = Origin::ok();
    let options = Options { workers: 2, ..driver.into() };
    let config = |number: u64| {
        rooted(origin.port(), &number.to_string())
            .logs("access = \"off\"")
            .client("idle_timeout = \"1s\"")
    };
    let edge = Edge::serve(&config(0), options);
    let before = edge.descriptors();
    let is_over = Arc::new(AtomicBool::new(false));
    let answers = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (is_over, answers) = (Arc::clone(&is_over), Arc::clone(&answers));
            let mut client = edge.client();
            // One connection each: an answer that is missing, wrong or the last one fails here.
            thread::spawn(move || {
                while !is_over.load(Ordering::Acquire) {
                    let answer = client.get("/x", "");
                    assert_eq!((answer.text(), answer.field("connection")), ("ok", None));
                    answers.fetch_add(1, Ordering::AcqRel);
                }
            })
        })
        .collect();
    let artifacts: Vec<_> = (1..=50).map(|number| config(number).artifact(number)).collect();
    for (number, artifact) in (1_u64..).zip(&artifacts) {
        let seen = answers.load(Ordering::Acquire);
        if number.is_multiple_of(2) {
            edge.put(&artifact[..artifact.len() - 1]);
            until("a refusal", || refusal(&edge));
        }
        edge.put(artifact);
        until("a swap", || (edge.status()["generation"] == number).then_some(()));
        until("more answers", || (answers.load(Ordering::Acquire) > seen + CLIENTS).then_some(()));
    }
    is_over.store(true, Ordering::Release);
    for client in clients {
        client.join().expect("no error");
    }
    // `status` tells of a generation once it is published; `reload` returns when every worker has it.
    assert_eq!(edge.ask(&["reload"]).status.code(), Some(0));
    assert_eq!(sent(&mut edge.client(), &origin), "/50/x");
    edge.wait_descriptors(before);
}
