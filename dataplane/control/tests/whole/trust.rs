//! Under trust: what is not signed, not by whom it should be, or older than what served is refused,
//! the last good one keeps serving, and `status` says why; a restart forgets none of it.

use std::fs;
use std::path::PathBuf;

use pointsman_control::{Older, Options, Trust, boot, check, check_state};
use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::seal::sign;
use pointsman_schemas::key::SecretKey;
use serde_json::Value;

use crate::support::{Draft, Edge, Place, serve_as};

fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

/// Trusts key 1.
fn trust(older: Older) -> Trust {
    Trust::of([key(1).public().text()], older).expect("a key")
}

fn draft(generation: u64) -> Draft {
    Draft { generation, ..Draft::default() }
}

/// Another content than [`draft`] has.
fn other(generation: u64) -> Draft {
    Draft { generation, hosts: vec!["127.0.0.2"], ..Draft::default() }
}

/// Signed by this key.
fn signed(draft: &Draft, number: u8) -> Vec<u8> {
    let artifact = Artifact::from_bytes(draft.bytes()).expect("an artifact");
    sign(&artifact, &[key(number)]).expect("a good key")
}

fn options(place: &Place, older: Older) -> Options {
    Options { trust: trust(older), ..place.options() }
}

fn start(place: &Place, older: Older) -> Edge {
    let edge = serve_as(options(place, older));
    // It is kept, and its generation remembered, a moment after it serves.
    place.await_settled();
    edge
}

fn reason(status: &Value) -> &str {
    status["refused"]["reason"].as_str().unwrap_or_default()
}

/// Puts bytes in place and waits for a refusal with these words; what served still does.
fn assert_refused(place: &Place, bytes: &[u8], words: &str) -> Value {
    let before = place.status();
    place.put(bytes);
    let after = place.await_status(words, |status| {
        reason(status).contains(words) && status["refused"]["at"] != before["refused"]["at"]
    });
    assert_eq!(after["content_id"], before["content_id"]);
    assert_eq!(after["generation"], before["generation"]);
    after
}

fn floor(place: &Place) -> PathBuf {
    place.state().join("highest-generation")
}

fn remembered(place: &Place) -> u64 {
    let line = fs::read_to_string(floor(place)).expect("a line");
    let number = line.split(' ').next().and_then(|number| number.parse().ok());
    number.expect("a number, and what it meant")
}

#[test]
fn artifact_that_nobody_trusted_signed_is_refused() {
    let place = Place::new();
    place.put(&signed(&draft(4), 1));
    let edge = start(&place, Older::Refused);
    let status =
        assert_refused(&place, &other(5).bytes(), "it is not signed; compile it with --sign");
    assert_eq!(status["refused"]["generation"], 5);
    let stranger = format!("signed by {}, which is not trusted", key(2).public().id());
    assert_refused(&place, &signed(&other(5), 2), &stranger);
    // Even the very content that serves.
    assert_refused(&place, &draft(4).bytes(), "it is not signed");
    place.put(&signed(&other(5), 1));
    place.await_status("the next", |status| status["generation"] == 5);
    assert!(place.status()["refused"].is_null());
    edge.stop();
}

#[test]
fn generation_that_is_older_is_refused_and_an_equal_one_is_not() {
    let place = Place::new();
    let replayed = signed(&draft(4), 1);
    place.put(&replayed);
    let edge = start(&place, Older::Refused);
    place.put(&signed(&other(7), 1));
    place.await_status("the newer", |status| status["generation"] == 7);
    place.await_settled();
    let words = "generation 4 is older than 7, which served here; compile it again with a higher";
    let status = assert_refused(&place, &replayed, words);
    assert_eq!(status["refused"]["generation"], 4);
    // The same content under an older number is a replay as well.
    assert_refused(&place, &signed(&other(6), 1), "generation 6 is older than 7");
    place.put(&signed(&draft(7), 1));
    place.await_status("an equal one", |status| status["refused"].is_null());
    assert_eq!(edge.commits.lock().expect("no panic").len(), 2, "another content is a swap");
    edge.stop();
    assert_eq!(remembered(&place), 7);
}

#[test]
fn same_content_of_a_newer_generation_raises_what_is_remembered() {
    let place = Place::new();
    place.put(&signed(&draft(4), 1));
    let edge = start(&place, Older::Refused);
    assert_eq!(remembered(&place), 4);
    place.put(&signed(&draft(9), 1));
    place.await_status("the newer number", |status| status["generation"] == 9);
    assert_refused(&place, &signed(&other(8), 1), "generation 8 is older than 9");
    edge.stop();
    assert_eq!(remembered(&place), 9);
}

#[test]
fn restart_forgets_no_generation() {
    let place = Place::new();
    place.put(&signed(&draft(4), 1));
    start(&place, Older::Refused).stop();
    place.put(&signed(&other(7), 1));
    start(&place, Older::Refused).stop();
    // What was replayed while nobody ran is answered with the last good one.
    place.put(&signed(&draft(4), 1));
    let strict = Options { strict: true, ..options(&place, Older::Refused) };
    let line = boot(strict).expect_err("too old").to_string();
    assert!(line.contains("generation 4 is older than 7") && !line.contains('\n'), "{line}");
    let edge = start(&place, Older::Refused);
    let status = place.status();
    assert_eq!(status["generation"], 7);
    assert!(reason(&status).contains("generation 4 is older than 7"), "{status}");
    edge.stop();
}

#[test]
fn kept_artifact_is_verified_too() {
    let place = Place::new();
    place.put(&signed(&draft(4), 1));
    start(&place, Older::Refused).stop();
    fs::remove_file(place.artifact()).expect("the file");
    serve_as(options(&place, Older::Refused)).stop();
    // One who can write there puts what he likes under the name of the last good one.
    let kept = fs::read_dir(place.state().join("artifacts")).expect("the shelf");
    let kept: Vec<PathBuf> = kept.map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(kept.len(), 1);
    for bytes in [other(9).bytes(), signed(&other(9), 2), signed(&other(3), 1)] {
        fs::write(&kept[0], bytes).expect("a file");
        let line = boot(options(&place, Older::Refused)).expect_err("nothing good").to_string();
        assert!(line.contains("no such file") && line.contains("no last good one"), "{line}");
    }
    assert!(boot(place.options()).is_ok(), "one who trusts nobody takes it");
}

#[test]
fn rollback_is_let_in_where_it_is_allowed_and_the_highest_stays() {
    let place = Place::new();
    place.put(&signed(&other(7), 1));
    start(&place, Older::Refused).stop();
    let older = signed(&draft(4), 1);
    place.put(&older);
    let edge = start(&place, Older::Admitted);
    assert_eq!(place.status()["generation"], 4);
    assert!(place.status()["refused"].is_null());
    place.put(&signed(&other(3), 1));
    place.await_status("an even older one", |status| status["generation"] == 3);
    assert_refused(&place, &other(8).bytes(), "it is not signed");
    edge.stop();
    assert_eq!(remembered(&place), 7);
    let edge = start(&place, Older::Refused);
    assert_eq!(place.status()["generation"], 7, "the newest that is kept");
    edge.stop();
}

#[test]
fn generation_is_remembered_though_the_artifact_cannot_be_kept() {
    let place = Place::new();
    place.put(&signed(&draft(5), 1));
    fs::create_dir_all(place.state()).expect("a folder");
    fs::write(place.state().join("artifacts"), "a file").expect("a file");
    let edge = serve_as(options(&place, Older::Refused));
    place.await_settled();
    edge.stop();
    assert_eq!(remembered(&place), 5);
    place.put(&signed(&other(3), 1));
    let line = boot(options(&place, Older::Refused)).expect_err("a replay").to_string();
    assert!(line.contains("generation 3 is older than 5"), "{line}");
}

#[test]
fn number_that_is_damaged_keeps_everything_out_but_a_rollback() {
    let place = Place::new();
    place.put(&signed(&draft(4), 1));
    start(&place, Older::Refused).stop();
    fs::write(floor(&place), "4x").expect("a file");
    let refused = boot(options(&place, Older::Refused)).expect_err("no number");
    let line = refused.to_string();
    assert!(line.contains("highest-generation") && !line.contains('\n'), "{line}");
    assert_eq!(refused.exit(), 2);
    let checked = check_state(&place.state(), &trust(Older::Refused)).expect_err("no number");
    assert_eq!(checked.to_string(), line);
    assert!(check_state(&place.state(), &Trust::default()).is_ok());
    start(&place, Older::Admitted).stop();
    assert_eq!(remembered(&place), 4);
}

#[test]
fn trust_in_nobody_asks_for_nothing_and_remembers_nothing() {
    let place = Place::with(&draft(9));
    let edge = serve_as(place.options());
    place.await_settled();
    place.put(&other(3).bytes());
    place.await_status("an older one", |status| status["generation"] == 3);
    edge.stop();
    assert!(!floor(&place).exists());
}

/// What a draft means.
fn id(draft: &Draft) -> String {
    let artifact = Artifact::from_bytes(draft.bytes()).expect("whole");
    artifact.content_id().to_string()
}

#[test]
fn check_asks_what_serve_would() {
    let place = Place::new();
    place.put(&signed(&draft(7), 1));
    start(&place, Older::Refused).stop();
    let state = place.state();
    let ask = |bytes: &[u8], older, state| {
        place.put(bytes);
        check(&place.artifact(), &trust(older), state)
    };
    let good = ask(&signed(&other(8), 1), Older::Refused, Some(&*state)).expect("a good one");
    assert_eq!((good.signer, good.note), (Some(key(1).public().id()), None));
    for (bytes, words) in [
        (other(8).bytes(), "it is not signed"),
        (signed(&other(8), 2), "not trusted here"),
        (signed(&other(6), 1), "generation 6 is older than 7"),
    ] {
        let refusal = ask(&bytes, Older::Refused, Some(&*state)).expect_err(words);
        assert!(refusal.to_string().contains(words), "{refusal}");
        assert_eq!(refusal.exit(), 1);
    }
    let same = ask(&signed(&other(7), 1), Older::Refused, Some(&*state)).expect("let in").note;
    let note = same.expect("another content of the same generation");
    let was =
        format!("SAME GENERATION: 7 was content id {} and is {} now", id(&draft(7)), id(&other(7)));
    assert!(note.starts_with(&was), "{note}");
    let itself = ask(&signed(&draft(7), 1), Older::Refused, Some(&*state)).expect("itself");
    assert_eq!(itself.note, None);
    let older = signed(&other(6), 1);
    assert!(ask(&older, Older::Refused, None).is_ok(), "nobody said where to look");
    let note = ask(&older, Older::Admitted, Some(&*state)).expect("let in").note;
    assert!(note.is_some_and(|note| note.contains("generation 6 serves, and 7 did before")));
    assert_eq!(remembered(&place), 7, "it changes nothing");
}
