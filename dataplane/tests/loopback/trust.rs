//! Signed artifacts on a running edge: what is replayed, unsigned, of a wrong key or damaged is
//! refused, the last good one keeps serving, and `status` says why.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::layout::{DIGEST_AT, Header, SectionEntry};
use pointsman_schemas::artifact::seal::sign;
use pointsman_schemas::artifact::sections::{digest, list};
use pointsman_schemas::key::SecretKey;
use serde_json::Value;

use crate::harness::{Client, Config, Driver, Edge, Options, Origin, pointsmand, refused, until};

fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

/// Signed by this key.
fn signed(config: &Config, generation: u64, number: u8) -> Vec<u8> {
    let artifact = Artifact::from_bytes(config.artifact(generation)).expect("an artifact");
    sign(&artifact, &[key(number)]).expect("a good key")
}

/// An edge that trusts key 1, and what else its command line says.
fn trusting(more: &[&str]) -> Options {
    let mut words = vec!["--trust".to_owned(), key(1).public().text()];
    words.extend(more.iter().map(|word| (*word).to_owned()));
    Options { more: words, ..Driver::IoUring.into() }
}

/// A configuration that a client can tell from others by what the target is asked for.
fn rooted(port: u16, root: &str) -> Config {
    Config::to(port).backend(&format!("root = \"/{root}\""))
}

fn sent(client: &mut Client, origin: &Origin) -> String {
    assert_eq!(client.get("/x", "").text(), "ok");
    origin.asked_last().line().split(' ').nth(1).expect("a target").to_owned()
}

/// Puts bytes in place and waits until they are refused; returns the object `refused`.
fn refusal(edge: &Edge, bytes: &[u8], what: &str) -> Value {
    let before = edge.status()["refused"]["at"].clone();
    edge.put(bytes);
    let refused = until(what, || {
        let refused = edge.status()["refused"].clone();
        (!refused.is_null() && refused["at"] != before).then_some(refused)
    });
    edge.err.wait_for(refused["reason"].as_str().expect("a reason"));
    refused
}

fn assert_refused(edge: &Edge, bytes: &[u8], words: &str) -> Value {
    let refused = refusal(edge, bytes, words);
    let reason = refused["reason"].as_str().unwrap_or_default();
    assert!(reason.contains(words), "{words}: {reason}");
    refused
}

#[test]
fn replayed_unsigned_and_foreign_artifacts_leave_the_last_good_one() {
    let origin = Origin::ok();
    let (one, two) = (rooted(origin.port(), "one"), rooted(origin.port(), "two"));
    let older = signed(&one, 4, 1);
    let edge = Edge::serve_bytes(&older, trusting(&[]));
    let mut client = edge.client();
    assert_eq!(sent(&mut client, &origin), "/one/x");
    edge.put(&signed(&two, 7, 1));
    edge.err.wait_for("serving generation 7,");
    assert_eq!(sent(&mut client, &origin), "/two/x");

    let replayed = assert_refused(&edge, &older, "generation 4 is older than 7, which served here");
    assert_eq!(
        (&replayed["generation"], edge.status()["generation"].as_u64()),
        (&4.into(), Some(7))
    );
    assert_eq!(sent(&mut client, &origin), "/two/x");
    assert_refused(&edge, &one.artifact(8), "it is not signed");
    let stranger = format!("it is signed by {}, which is not trusted here", key(2).public().id());
    assert_refused(&edge, &signed(&one, 8, 2), &stranger);
    // The signature of another file of the same key, with a digest that fits.
    let mut raised = older;
    raised[24..32].copy_from_slice(&9_u64.to_le_bytes());
    fit(&mut raised);
    let wrong = format!("the signature by {} is not of these bytes", key(1).public().id());
    let refused = assert_refused(&edge, &raised, &wrong);
    assert_eq!(refused["generation"], 9);
    assert_eq!(sent(&mut client, &origin), "/two/x");

    // `reload` says it as well, in one line.
    let answer = edge.ask(&["reload"]);
    let said = String::from_utf8_lossy(&answer.stderr);
    assert_eq!((answer.status.code(), said.lines().count()), (Some(1), 1), "{answer:?}");
    assert!(said.contains(&wrong), "{said}");
    edge.put(&signed(&one, 7, 1));
    edge.err.wait_for("trusting artifacts signed by");
    // It returns when every worker has it.
    let answer = edge.ask(&["reload"]);
    assert!(answer.status.success(), "{answer:?}");
    assert!(edge.status()["refused"].is_null());
    assert_eq!(sent(&mut client, &origin), "/one/x");
    assert_eq!(origin.opened(), 1, "no connection was lost to any of it");
}

/// Makes the digest fit, as one can who has no key.
fn fit(bytes: &mut [u8]) {
    let digest = digest(bytes);
    bytes[DIGEST_AT..DIGEST_AT + digest.len()].copy_from_slice(&digest);
}

/// A byte of each part of a file: header, table, every section, and where there is some, padding.
fn parts(bytes: &[u8]) -> Vec<(String, usize)> {
    let table = size_of::<Header>();
    let mut end = table + list(bytes).count() * size_of::<SectionEntry>();
    // The generation, and what a reader of the table must not overlook.
    let mut parts = vec![("header".to_owned(), 24), ("table".to_owned(), table + 8)];
    for view in list(bytes) {
        let (start, len) = (view.offset as usize, view.bytes as usize);
        let name = view.kind.name().expect("a name");
        if end < start {
            parts.push((format!("padding before {name}"), start - 1));
        }
        if len > 0 {
            parts.push((name.to_owned(), start + len / 2));
        }
        end = start + len;
    }
    parts
}

#[test]
fn bit_flipped_in_each_section_is_refused_whatever_its_digest() {
    let origin = Origin::ok();
    let edge = Edge::serve_bytes(&signed(&rooted(origin.port(), "one"), 1, 1), trusting(&[]));
    let mut client = edge.client();
    let tests = "[[tests]]\nrequest = \"GET http://edge.test/x\"\nexpect = { route = \"all\" }\n";
    let text = rooted(origin.port(), "two").routes(
        "[[routes]]\nid = \"all\"\nname = \"Everything\"\nmatch = [\"*\", \"edge.test/$id<[0-9]+>\", \"*.test\"]\n\
         methods = [\"GET\"]\nbackend = \"origin\"\n",
    );
    let good = signed(&text.routes(tests), 2, 1);
    let parts = parts(&good);
    assert!(parts.iter().any(|(name, _)| name == "signatures"), "{parts:?}");
    assert!(parts.len() > 30, "{parts:?}");
    for (name, at) in &parts {
        let mut flipped = good.clone();
        flipped[*at] ^= 1;
        let damaged = refusal(&edge, &flipped, name);
        let reason = damaged["reason"].as_str().expect("a reason");
        assert!(damaged["generation"].is_null(), "{name}: {damaged}");
        // What decides where the rest stands is looked at before the digest.
        assert!(reason.contains("damaged: the digest") || name == "table", "{name}: {reason}");
        // One who makes the digest fit is refused for the structure, or for the signature.
        fit(&mut flipped);
        let sealed = refusal(&edge, &flipped, name);
        let reason = sealed["reason"].as_str().expect("a reason");
        let expected = ["is not of these bytes", "is malformed", "not trusted here"];
        assert!(expected.iter().any(|words| reason.contains(words)), "{name}: {reason}");
        assert_eq!(edge.status()["generation"], 1, "{name}");
        assert_eq!(sent(&mut client, &origin), "/one/x", "{name}");
    }
    edge.put(&good);
    edge.err.wait_for("serving generation 2,");
    assert_eq!(sent(&mut client, &origin), "/two/x");
}

#[test]
fn restart_keeps_out_what_is_older_and_a_kept_artifact_that_is_not_signed() {
    let origin = Origin::ok();
    let (one, two) = (rooted(origin.port(), "one"), rooted(origin.port(), "two"));
    let edge = Edge::serve_bytes(&signed(&one, 4, 1), trusting(&[]));
    edge.put(&signed(&two, 7, 1));
    edge.err.wait_for("serving generation 7,");
    let (folder, file) = (edge.folder(), edge.artifact());
    // Dropping kills: what is remembered is on the disk already.
    drop(edge);
    fs::write(&file, signed(&one, 4, 1)).expect("a file");
    let edge = Edge::on(Arc::clone(&folder), &trusting(&[]));
    edge.err.wait_for("REFUSED artifact");
    let status = edge.status();
    assert_eq!(status["generation"], 7);
    let reason = status["refused"]["reason"].as_str().expect("a reason");
    assert!(reason.contains("generation 4 is older than 7"), "{reason}");
    assert_eq!(sent(&mut edge.client(), &origin), "/two/x");
    drop(edge);
    let strict = trusting(&["--strict"]);
    let (code, said) = refused(&folder, &strict);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("generation 4 is older than 7"), "{said}");
    for kept in fs::read_dir(folder.path().join("state/artifacts")).expect("the shelf") {
        fs::write(kept.expect("an entry").path(), one.artifact(9)).expect("a file");
    }
    let (code, said) = refused(&folder, &trusting(&[]));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("kept artifact") && said.contains("it is not signed"), "{said}");
    assert!(said.lines().last().is_some_and(|line| line.contains("no last good one")), "{said}");
}

#[test]
fn rollback_allowed_lets_an_older_generation_in_and_says_so() {
    let origin = Origin::ok();
    let (one, two) = (rooted(origin.port(), "one"), rooted(origin.port(), "two"));
    let edge = Edge::serve_bytes(&signed(&two, 7, 1), trusting(&[]));
    let (folder, file) = (edge.folder(), edge.artifact());
    drop(edge);
    let edge = Edge::on(Arc::clone(&folder), &trusting(&["--allow-rollback"]));
    edge.err.wait_for("ROLLBACK ALLOWED (--allow-rollback)");
    let mut client = edge.client();
    assert_eq!(sent(&mut client, &origin), "/two/x");
    edge.put(&signed(&one, 4, 1));
    edge.err.wait_for("ROLLED BACK (--allow-rollback): generation 4 serves, and 7 did before");
    edge.err.wait_for("serving generation 4,");
    assert_eq!(sent(&mut client, &origin), "/one/x");
    assert!(edge.status()["refused"].is_null());
    // Nothing else is let in by it.
    assert_refused(&edge, &two.artifact(8), "it is not signed");
    drop(edge);
    // At a start too.
    fs::write(&file, signed(&one, 4, 1)).expect("a file");
    let edge = Edge::on(Arc::clone(&folder), &trusting(&["--allow-rollback"]));
    edge.err.wait_for("ROLLED BACK (--allow-rollback): generation 4 serves, and 7 did before");
    drop(edge);
    let edge = Edge::on(folder, &trusting(&[]));
    assert_eq!(edge.status()["generation"], 7);
}

#[test]
fn another_content_of_the_same_generation_serves_and_is_told() {
    let origin = Origin::ok();
    let (one, two) = (rooted(origin.port(), "one"), rooted(origin.port(), "two"));
    let edge = Edge::serve_bytes(&signed(&one, 7, 1), trusting(&[]));
    edge.put(&signed(&two, 7, 1));
    edge.err.wait_for("SAME GENERATION: 7 was content id ");
    // Answered once it serves and is remembered.
    assert_eq!(edge.ask(&["reload"]).status.code(), Some(0));
    assert_eq!(sent(&mut edge.client(), &origin), "/two/x");
    let (folder, file) = (edge.folder(), edge.artifact());
    drop(edge);
    // At a start too.
    fs::write(&file, signed(&one, 7, 1)).expect("a file");
    let edge = Edge::on(folder, &trusting(&[]));
    edge.err.wait_for("SAME GENERATION: 7 was content id ");
    assert_eq!(sent(&mut edge.client(), &origin), "/one/x");
}

fn run(words: &[&str]) -> (Option<i32>, String, String) {
    let output = pointsmand(words);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn check_asks_for_signature_and_generation_as_serve_does() {
    let origin = Origin::ok();
    let one = rooted(origin.port(), "one");
    let edge = Edge::serve_bytes(&signed(&one, 7, 1), trusting(&[]));
    let folder = edge.folder();
    let name = |path: &Path| path.to_str().expect("a path that is text").to_owned();
    let (state, public) = (folder.path().join("state"), folder.path().join("deploy.pub"));
    fs::write(&public, format!("# deploy\n{}\n", key(1).public().text())).expect("a file");
    let file = name(&folder.path().join("candidate"));
    let (state, public) = (name(&state), name(&public));
    let check = |bytes: &[u8], more: &[&str]| {
        fs::write(&file, bytes).expect("a file");
        run(&[&["check", "--artifact", &file, "--state", &state, "--trust", &public], more]
            .concat())
    };
    let (code, said, _) = check(&signed(&one, 8, 1), &[]);
    assert_eq!(code, Some(0));
    assert!(said.contains("generation 8, content id"), "{said}");
    assert!(said.contains(&format!(", signed by {}, ", key(1).public().id())), "{said}");
    for (bytes, words) in [
        (one.artifact(8), "it is not signed"),
        (signed(&one, 8, 2), "not trusted here"),
        (signed(&one, 6, 1), "generation 6 is older than 7"),
    ] {
        let (code, _, said) = check(&bytes, &[]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(words), "{said}");
    }
    let (code, _, said) = check(&signed(&one, 6, 1), &["--allow-rollback"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("note: ROLLED BACK (--allow-rollback): generation 6"), "{said}");
    // Of several keys one is enough.
    let other = key(2).public().text();
    assert_eq!(check(&signed(&one, 8, 2), &["--trust", &other]).0, Some(0));
}

#[test]
fn trust_that_names_no_public_key_is_a_usage_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("deploy.key");
    fs::write(&secret, key(1).text().as_bytes()).expect("a file");
    let secret = secret.to_str().expect("a path that is text");
    for verb in ["serve", "check"] {
        for (given, words) in [
            (secret, "is a secret key"),
            ("nobody.pub", "nobody.pub"),
            ("pointsman-public-key-v1:x", "damaged"),
        ] {
            let (code, _, said) = run(&[verb, "--artifact", "edge", "--trust", given]);
            assert_eq!((code, said.lines().count()), (Some(2), 1), "{said}");
            assert!(said.contains(words) && said.contains("--trust"), "{said}");
        }
        let (code, _, said) = run(&[verb, "--artifact", "edge", "--allow-rollback"]);
        assert_eq!(code, Some(2));
        assert!(said.contains("--trust <PUBKEY>"), "{said}");
    }
}
