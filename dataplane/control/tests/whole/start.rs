//! What serves at start, and what is refused.

use std::fs;

use pointsman_control::client::Verb;
use pointsman_control::{Checked, Refusal, StartError, Trust, boot};

use crate::support::{Draft, Place, serve};

fn refusal(place: &Place, strict: bool) -> String {
    let mut options = place.options();
    options.strict = strict;
    let line = boot(options).expect_err("no start").to_string();
    assert!(!line.contains('\n'), "{line}");
    line
}

fn check(place: &Place) -> Result<Checked, Refusal> {
    pointsman_control::check(&place.artifact(), &Trust::default(), None)
}

#[test]
fn start_without_any_artifact_is_refused() {
    let place = Place::new();
    let line = refusal(&place, false);
    assert!(line.contains("no such file") && line.contains("no last good one"), "{line}");
    place.put(b"not an artifact");
    assert!(refusal(&place, false).contains("not an artifact"));
}

#[test]
fn artifact_without_listeners_is_never_served() {
    let none = Draft { listener: "", generation: 2, ..Draft::default() }.bytes();
    let place = Place::new();
    place.put(&none);
    for line in [
        refusal(&place, true),
        refusal(&place, false),
        check(&place).expect_err("nothing to reach it by").to_string(),
    ] {
        assert!(line.contains("it has no listener") && line.contains("[listeners.web]"), "{line}");
    }
    place.put(&Draft::default().bytes());
    let edge = serve(&place);
    place.put(&none);
    let why = "it has no listener";
    place.await_status("a refusal", |status| {
        status["refused"]["reason"].as_str().is_some_and(|reason| reason.contains(why))
    });
    assert_eq!(place.status()["generation"], 1);
    edge.stop();
}

#[test]
fn newer_format_asks_for_an_update() {
    let place = Place::new();
    let mut bytes = Draft::default().bytes();
    // The format's version stands right behind the magic number.
    bytes[8] = 0xff;
    place.put(&bytes);
    let line = refusal(&place, true);
    assert!(line.contains("update pointsmand"), "{line}");
    bytes[8] = 0;
    place.put(&bytes);
    let line = refusal(&place, true);
    assert!(line.contains("compile it again") && !line.contains("update"), "{line}");
}

#[test]
fn refused_file_is_answered_with_the_last_good_one() {
    let place = Place::with(&Draft { generation: 4, ..Draft::default() });
    let edge = serve(&place);
    place.await_status("the first serves", |status| status["generation"] == 4);
    assert_eq!(edge.stop().cut, 0);

    let mut damaged = Draft { generation: 5, ..Draft::default() }.bytes();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    place.put(&damaged);
    assert!(refusal(&place, true).contains("damaged"), "strict takes nothing else");

    let edge = serve(&place);
    let status = place.status();
    assert_eq!(status["generation"], 4);
    assert!(status["refused"]["reason"].as_str().is_some_and(|why| why.contains("damaged")));
    edge.stop();

    fs::remove_file(place.artifact()).expect("the file");
    let edge = serve(&place);
    let status = place.status();
    assert!(status["refused"]["reason"].as_str().is_some_and(|why| why.contains("no such file")));
    // A good file ends that state, whatever its content.
    place.put(&Draft { generation: 4, ..Draft::default() }.bytes());
    place.await_status("nothing refused", |status| status["refused"].is_null());
    edge.stop();
}

#[test]
fn every_damage_of_the_file_is_refused_and_never_panics() {
    let place = Place::with(&Draft::default());
    let whole = Draft::default().bytes();
    assert!(check(&place).is_ok());
    for at in (0..whole.len()).step_by(7) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        for bytes in [&flipped[..], &whole[..at]] {
            place.put(bytes);
            let line = check(&place).expect_err("damaged").to_string();
            assert!(line.starts_with("artifact ") && !line.contains('\n'), "{line}");
        }
    }
}

#[test]
fn second_process_on_one_state_folder_is_refused() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let line = refusal(&place, false);
    assert!(line.contains("is in use by process"), "{line}");
    assert!(check(&place).is_ok(), "check works beside a running one");
    edge.stop();
    assert!(boot(place.options()).is_ok());
}

#[test]
fn second_process_on_one_admin_socket_is_refused() {
    let place = Place::with(&Draft::default());
    let edge = serve(&place);
    let mut options = place.options();
    options.admin = Some(options.admin_socket());
    options.state = place.path().join("other-state");
    let boot = boot(options).expect("another state folder");
    let running = pointsman_control::Running {
        about: pointsman_control::About { version: "0.0.0", driver: "epoll" },
        workers: Vec::new(),
        bound: Vec::new(),
        prepare: Box::new(|_| Err("not asked".to_owned())),
        close: Box::new(|| {}),
    };
    let error = pointsman_control::start(boot, running).expect_err("the socket is in use");
    assert!(matches!(error, StartError::Admin(_)), "{error}");
    assert_eq!(place.ask(&Verb::Status).exit, 0, "the first one still answers");
    edge.stop();
}

#[test]
fn protocol_that_is_not_served_is_refused_by_name() {
    let place = Place::with(&Draft { protocols: 5, ..Draft::default() });
    let line = refusal(&place, false);
    assert!(line.contains("needs h3 on listener web"), "{line}");
}

#[test]
fn log_that_cannot_be_opened_is_refused_by_name() {
    let log = Some("/nonexistent/access.log".into());
    let place = Place::with(&Draft { log, ..Draft::default() });
    for line in [refusal(&place, false), check(&place).expect_err("no log").to_string()] {
        assert!(line.contains("/nonexistent/access.log"), "{line}");
        assert!(line.contains("(No such file or directory)"), "{line}");
        assert!(line.contains("edge.artifact"), "{line}");
    }
}

#[test]
fn name_that_does_not_resolve_keeps_nothing_from_starting() {
    let hosts = vec!["localhost", "name.invalid", "192.0.2.9"];
    let place = Place::with(&Draft { hosts, ..Draft::default() });
    let edge = serve(&place);
    let spoken = place.ask(&Verb::Targets);
    let answer: serde_json::Value = serde_json::from_str(&spoken.stdout).expect("JSON");
    let address = |at: usize| answer["targets"][at]["address"].as_str();
    assert!(address(0).is_some_and(|at| at == "127.0.0.1:9000" || at == "[::1]:9000"));
    assert_eq!((address(1), address(2)), (None, Some("192.0.2.9:9000")));
    edge.stop();
}
