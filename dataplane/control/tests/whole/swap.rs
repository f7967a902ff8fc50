//! New artifacts while serving: renamed, written, asked for, refused.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::Ordering;

use pointsman_control::client::Verb;
use pointsman_schemas::artifact::layout::{CONTENT_ID_AT, DIGEST_AT};
use pointsman_schemas::artifact::sections::digest;
use serde_json::Value;

use crate::support::{Draft, Place, serve};

fn with_generation(generation: u64) -> Draft {
    // Another target, so that the content differs as well.
    let hosts = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"];
    let count = usize::try_from(generation % 4).expect("small") + 1;
    Draft { generation, hosts: hosts[..count].to_vec(), ..Draft::default() }
}

fn reload(place: &Place) -> (u8, Value) {
    let spoken = place.ask(&Verb::Reload);
    (spoken.exit, serde_json::from_str(&spoken.stdout).expect("JSON"))
}

#[test]
fn rename_into_place_is_served_without_being_asked_for() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    let before = place.status();
    for generation in 2..5 {
        place.put(&with_generation(generation).bytes());
        place.await_status("the new one serves", |status| status["generation"] == generation);
    }
    let after = place.status();
    assert_ne!(before["content_id"], after["content_id"]);
    assert_ne!(before["loaded_at"], after["loaded_at"]);
    assert_eq!(edge.commits.lock().expect("no panic").len(), 3);
    assert_eq!(edge.slot.load().serial, 4);
    edge.stop();
}

#[test]
fn file_copied_over_is_served() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    fs::write(place.artifact(), with_generation(2).bytes()).expect("room");
    place.await_status("the new one serves", |status| status["generation"] == 2);
    edge.stop();
}

#[test]
fn symlinked_folder_that_is_turned_is_served() {
    let place = Place::new();
    for generation in 1..3 {
        let folder = place.path().join(generation.to_string());
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("edge"), with_generation(generation).bytes()).expect("room");
    }
    symlink("1", place.path().join("current")).expect("a symlink");
    symlink("current/edge", place.artifact()).expect("a symlink");
    let edge = serve(&place);
    assert_eq!(place.status()["generation"], 1);
    symlink("2", place.path().join("next")).expect("a symlink");
    fs::rename(place.path().join("next"), place.path().join("current")).expect("a rename");
    place.await_status("the new one serves", |status| status["generation"] == 2);
    edge.stop();
}

#[test]
fn reload_answers_when_every_worker_has_it() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    let (exit, answer) = reload(&place);
    assert_eq!((exit, &answer["swapped"]), (0, &Value::Bool(false)));
    // Whoever asks gets the file as it is now, even where the watch was faster.
    for generation in 2..10 {
        place.put(&with_generation(generation).bytes());
        let (exit, answer) = reload(&place);
        assert_eq!((exit, &answer["generation"]), (0, &Value::from(generation)), "{answer}");
    }
    edge.stop();
}

#[test]
fn same_content_is_no_swap_but_shows_its_generation() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    let before = place.status();
    place.put(&Draft { generation: 9, ..with_generation(1) }.bytes());
    let (exit, answer) = reload(&place);
    assert_eq!((exit, &answer["swapped"]), (0, &Value::Bool(false)));
    let after = place.await_status("its generation", |status| status["generation"] == 9);
    assert_eq!(before["loaded_at"], after["loaded_at"]);
    assert_eq!(edge.slot.load().serial, 1);
    assert!(edge.commits.lock().expect("no panic").is_empty());
    edge.stop();
}

#[test]
fn artifact_under_another_ones_content_id_is_refused() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    let mut bytes = Draft { hosts: vec!["127.0.0.2"], ..with_generation(2) }.bytes();
    let (id, digest_place) = (CONTENT_ID_AT..CONTENT_ID_AT + 16, DIGEST_AT..DIGEST_AT + 32);
    bytes[id.clone()].copy_from_slice(&with_generation(1).bytes()[id]);
    let digest = digest(&bytes);
    bytes[digest_place].copy_from_slice(&digest);
    place.put(&bytes);
    let words = "its content id is not that of its content";
    let status = place.await_status(words, |status| {
        status["refused"]["reason"].as_str().is_some_and(|reason| reason.contains(words))
    });
    assert_eq!(status["generation"], 1);
    edge.stop();
}

#[test]
fn refused_artifact_leaves_the_last_good_one_serving() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    for bytes in [&b"garbage"[..], b"", &with_generation(2).bytes()[..300]] {
        place.put(bytes);
        let (exit, answer) = reload(&place);
        assert_eq!(exit, 1, "{answer}");
        assert!(answer["refused"]["reason"].is_string(), "{answer}");
        let status = place.status();
        assert_eq!(status["generation"], 1);
        assert_eq!(status["refused"]["reason"], answer["refused"]["reason"]);
    }
    place.put(&with_generation(3).bytes());
    let (exit, _) = reload(&place);
    let status = place.status();
    assert_eq!((exit, &status["generation"]), (0, &Value::from(3)));
    assert!(status["refused"].is_null());
    edge.stop();
}

#[test]
fn listener_that_cannot_be_opened_refuses_the_artifact() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    let line = "listener web: port 80 is in use";
    *edge.bind_error.lock().expect("no panic") = Some(line.to_owned());
    place.put(&with_generation(2).bytes());
    let status = place.await_status("refused", |status| status["refused"].is_object());
    assert_eq!(status["refused"]["reason"], line);
    assert_eq!(status["refused"]["generation"], 2);
    assert_eq!(status["generation"], 1);
    let (exit, _) = reload(&place);
    assert_eq!((exit, &place.status()["generation"]), (0, &Value::from(2)));
    edge.stop();
}

#[test]
fn retired_snapshots_are_freed_by_the_control_thread() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    let first = std::sync::Arc::downgrade(&edge.slot.load_full());
    for generation in 2..5 {
        place.put(&with_generation(generation).bytes());
        assert_eq!(reload(&place).0, 0);
    }
    // The next load looks at what the last one retired.
    while first.upgrade().is_some() {
        reload(&place);
    }
    edge.stop();
}

#[test]
fn last_three_that_served_are_kept() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    for generation in 2..6 {
        place.put(&with_generation(generation).bytes());
        assert_eq!(reload(&place).0, 0);
    }
    let kept = fs::read_dir(place.state().join("artifacts")).expect("the folder").count();
    assert_eq!(kept, 3);
    let pointer = fs::read_to_string(place.state().join("last-good")).expect("the pointer");
    let content_id = place.status()["content_id"].as_str().map(str::to_owned).expect("an id");
    assert!(pointer.starts_with(&content_id), "{pointer}");
    edge.stop();
}

#[test]
fn drain_gives_the_state_folder_to_a_successor() {
    let place = Place::with(&with_generation(1));
    let old = serve(&place);
    old.may_end.store(false, Ordering::Release);
    assert_eq!(place.ask(&Verb::Drain { wait: false }).exit, 0);
    place.await_status("draining", |status| status["draining"] == true);
    let (exit, answer) = reload(&place);
    assert_eq!(exit, 1, "a process that drains takes nothing new: {answer}");

    place.put(&with_generation(2).bytes());
    let new = serve(&place);
    let status = place.status();
    assert_eq!(
        (&status["generation"], &status["draining"]),
        (&Value::from(2), &Value::Bool(false))
    );
    old.may_end.store(true, Ordering::Release);
    assert_eq!(old.wait().cut, 0);
    assert_eq!(place.status()["generation"], 2, "the old one leaves the new one's socket alone");
    new.stop();
}

#[test]
fn drain_that_is_waited_for_says_how_it_ended() {
    let place = Place::with(&with_generation(1));
    let edge = serve(&place);
    let spoken = place.ask(&Verb::Drain { wait: true });
    assert_eq!((spoken.stdout.as_str(), spoken.exit), ("{\"cut\":0}\n", 0), "{}", spoken.stderr);
    assert_eq!(edge.wait().cut, 0);
    assert!(!place.options().admin_socket().exists());
    assert_eq!(place.ask(&Verb::Status).exit, 2);
}
