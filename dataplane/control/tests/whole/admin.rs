//! The admin socket: its questions, its refusals, and bytes that are no question.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use pointsman_control::client::{Verb, run};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::support::{Draft, PATIENCE, Place, serve};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Now,
    AfterAnswer,
}

fn connect(place: &Place) -> UnixStream {
    let stream = UnixStream::connect(place.options().admin_socket()).expect("a listener");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    stream
}

/// Sends bytes as they are and takes what comes until the other side closes. Bytes that are no
/// whole request need `Ending::Now`, or both sides would wait.
fn raw(place: &Place, bytes: &[u8], ending: Ending) -> Vec<u8> {
    let mut stream = connect(place);
    // It may close before all was sent.
    let _ = stream.write_all(bytes);
    if ending == Ending::Now {
        let _ = stream.shutdown(std::net::Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

fn status_of(place: &Place, head: &str) -> String {
    let bytes =
        format!("{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    let answer =
        String::from_utf8_lossy(&raw(place, bytes.as_bytes(), Ending::AfterAnswer)).into_owned();
    answer.get(9..12).unwrap_or_default().to_owned()
}

#[test]
fn stuck_clients_keep_others_waiting_for_a_while_only() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let socket = place.options().admin_socket();
    // As many as there may be.
    let connect = || UnixStream::connect(&socket).expect("a listener");
    let mut stuck: Vec<UnixStream> = (0..64).map(|_| connect()).collect();
    let asking = {
        let socket = socket.clone();
        std::thread::spawn(move || run(&socket, &Verb::Status, true))
    };
    drop(stuck.pop());
    let got = asking.join().expect("no panic");
    assert_eq!(got.exit, 0, "{got:?}");
    drop(stuck);
    let large = format!("GET /status HTTP/1.1\r\nhost: {}\r\n\r\n", "x".repeat(20_000));
    let answer = raw(&place, large.as_bytes(), Ending::AfterAnswer);
    assert_eq!(String::from_utf8_lossy(&answer), "");
    edge.stop();
}

#[test]
fn clients_that_asked_once_and_stay_hold_nobody_up() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    // More than there may be at once; none of them says that it will close.
    let asked: Vec<UnixStream> = (0..70)
        .map(|_| {
            let mut stream = connect(&place);
            stream.write_all(b"GET /status HTTP/1.1\r\nhost: x\r\n\r\n").expect("a listener");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer and its end");
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
            stream
        })
        .collect();
    assert_eq!(place.ask(&Verb::Status).exit, 0);
    drop(asked);
    edge.stop();
}

#[test]
fn body_that_waits_for_a_word_is_taken_up_to_its_limit() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let check = |body_len: usize, expected: &str| {
        let mut stream = connect(&place);
        let head = format!(
            "POST /explain HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\
             content-length: {body_len}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("a listener");
        let mut word = [0; 25];
        stream.read_exact(&mut word).expect("a word");
        assert_eq!(&word, b"HTTP/1.1 100 Continue\r\n\r\n");
        let mut body = br#"{"request": "GET http://shop.tld/old"}"#.to_vec();
        body.resize(body_len, b' ');
        // It may close before all was sent.
        let _ = stream.write_all(&body);
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer and its end");
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{body_len}: {answer}");
    };
    check(40_000, "200");
    check(128 * 1024, "200");
    check(128 * 1024 + 1, "413");
    edge.stop();
}

#[test]
fn questions_have_their_methods() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let check = |head, expected: &str| assert_eq!(status_of(&place, head), expected, "{head}");
    check("GET /status", "200");
    check("GET /routes", "200");
    check("GET /targets", "200");
    // Nothing is changed by a GET.
    check("GET /reload", "405");
    check("GET /drain", "405");
    check("GET /drain?wait", "405");
    check("HEAD /drain", "405");
    check("GET /explain", "405");
    check("POST /status", "405");
    check("GET /", "404");
    check("GET /../status", "404");
    check("POST /drain?now", "400");
    check("POST /reload", "200");
    assert_eq!(place.status()["draining"], false);
    edge.stop();
}

#[test]
fn question_too_long_is_refused() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let mut bytes =
        b"POST /explain HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n".to_vec();
    bytes.resize(1_000_000, b' ');
    assert!(raw(&place, &bytes, Ending::AfterAnswer).starts_with(b"HTTP/1.1 413 "));
    edge.stop();
}

#[test]
fn any_bytes_leave_the_socket_answering() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let lines = prop_oneof![
        Just(b"GET /status HTTP/1.1\r\n".to_vec()),
        Just(b"POST /explain HTTP/1.1\r\ncontent-length: 3\r\n\r\n".to_vec()),
        Just(b"transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..64),
    ];
    let input = proptest::collection::vec(lines, 1..4).prop_map(|parts| parts.concat());
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&input, |bytes| {
            raw(&place, &bytes, Ending::Now);
            Ok(())
        })
        .expect("no case fails");
    assert_eq!(place.ask(&Verb::Status).exit, 0);
    edge.stop();
}

#[test]
fn targets_tell_what_the_workers_say() {
    let hosts = vec!["127.0.0.1", "192.0.2.1"];
    let place = Place::with(&Draft { hosts, ..Draft::default() });
    let edge = serve(&place);
    let answer: Value = serde_json::from_str(&place.ask(&Verb::Targets).stdout).expect("JSON");
    let busy = |at: usize| {
        let target = &answer["targets"][at];
        (target["in_flight"].as_u64(), target["connections"].as_u64())
    };
    assert_eq!(busy(0), (Some(2), Some(4)), "two workers with one and two each");
    assert_eq!(busy(1), (Some(0), Some(0)));
    assert_eq!(answer["targets"][0]["backend"], "users");
    assert_eq!(answer["targets"][0]["target"], "t0");
    edge.stop();
}

#[test]
fn explain_asks_the_matcher_that_serves() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let explain = |request: &str, listener: Option<&str>| Verb::Explain {
        request: request.to_owned(),
        headers: vec!["x-env: prod".to_owned()],
        client_ip: Some("192.0.2.7".to_owned()),
        listener: listener.map(str::to_owned),
        now: None,
    };
    let found = place.ask(&explain("GET http://shop.tld/api/v1/42/ada?x=1", None));
    let answer: Value = serde_json::from_str(&found.stdout).expect("JSON");
    assert_eq!((&answer["route"], &answer["outcome"]), (&Value::from("bills"), &"route".into()));
    assert_eq!(answer["params"], serde_json::json!({"id": "42", "name": "ada"}));
    let socket = place.options().admin_socket();
    let words = run(&socket, &explain("GET http://shop.example/nowhere", None), false);
    assert_eq!(words.exit, 0, "whatever the outcome: {}", words.stderr);
    assert!(words.stdout.contains("404 no_route"), "{}", words.stdout);
    for (question, why) in [
        (explain("GET https://shop.tld/", None), "--listener"),
        (explain("GET http://shop.tld/", Some("other")), "there are: web"),
        (explain("GET", None), "a method and a URL"),
        (explain("GET /x", None), "scheme and host are missing"),
    ] {
        let spoken = run(&socket, &question, false);
        assert_eq!((spoken.exit, spoken.stdout.as_str()), (2, ""));
        assert!(spoken.stderr.contains(why), "{}", spoken.stderr);
    }
    edge.stop();
}

#[test]
fn routes_have_their_patterns_and_targets() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let mut answer: Value = serde_json::from_str(&place.ask(&Verb::Routes).stdout).expect("JSON");
    if let Some(patterns) = answer["routes"][1]["match"].as_array_mut() {
        patterns.sort_by_key(Value::to_string);
    }
    let expected = serde_json::json!({"routes": [
        {"id": "any", "match": ["*.tld/*"], "backend": "users", "targets": ["127.0.0.1:9000"]},
        {"id": "bills", "match": ["shop.tld/api/v1/:id/$name<.*>", "shop.tld/old"],
         "backend": "users", "targets": ["127.0.0.1:9000"]},
    ]});
    assert_eq!(answer, expected);
    edge.stop();
}

#[test]
fn status_tells_what_runs() {
    let place = Place::with(&Draft { generation: 6, ..Draft::default() });
    let edge = serve(&place);
    let status = place.status();
    assert_eq!(status["pid"], std::process::id());
    assert_eq!((&status["workers"], &status["driver"]), (&Value::from(2), &Value::from("epoll")));
    assert_eq!(status["generation"], 6);
    assert_eq!(status["content_id"].as_str().map(str::len), Some(32));
    assert_eq!(status["listeners"][0]["address"], "127.0.0.1:8080");
    assert!(status["descriptors"]["used"].as_u64().is_some_and(|used| used > 3));
    edge.stop();
}
