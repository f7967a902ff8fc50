//! `diff` of hosts with `*`: which hosts fall together, whatever exact hosts stand between them.

use pointsman_compiler::compile::compile;
use pointsman_compiler::diff::{Difference, Subject, diff};
use pointsman_compiler::document::{Folder, load};
use pointsman_routing::{Probe, decide};
use pointsman_schemas::artifact::{Artifact, ListenerId};
use proptest::prelude::*;

const HEAD: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:0\"\n[backends.b]\n\
                    targets = [{ id = \"a\", host = \"127.0.0.1\", port = 1 }]\n[backends.c]\n\
                    targets = [{ id = \"a\", host = \"127.0.0.2\", port = 1 }]\n";

fn side(routes: &str) -> Subject {
    let text = format!("{HEAD}{routes}{}", route("k", "k.keep", "c") + &route("l", "l.keep", "b"));
    let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
    let outcome = compile(load(&folder, "pointsman.toml").expect("the file"), 0);
    let artifact = outcome.artifact.unwrap_or_else(|| panic!("{text}: {:?}", outcome.findings));
    Subject { artifact: Artifact::from_bytes(artifact).expect("an artifact"), sources: None }
}

fn route(id: &str, host: &str, backend: &str) -> String {
    format!("[[routes]]\nid = \"{id}\"\nmatch = [\"{host}\"]\nbackend = \"{backend}\"\n")
}

fn compared(old: &str, new: &str) -> Difference {
    diff(&side(old), &side(new))
}

#[test]
fn exact_hosts_never_hide_the_wildcard_behind_them() {
    let plain = || (b'a'..=b'z').chain(b'0'..=b'9').map(|byte| char::from(byte).to_string());
    let mut long = Vec::new();
    for at in 1..40 {
        long.push("z".repeat(at));
    }
    let two = plain().flat_map(|a| plain().map(move |b| format!("{a}{b}")));
    for (words, other) in [
        (plain().collect::<Vec<_>>(), "*a*.ex.tld"),
        (plain().chain(two).collect(), "*.other.tld"),
        (long, "*a*.ex.tld"),
    ] {
        let mut exact = route("o", other, "b") + "priority = 1\n";
        for (at, word) in words.iter().enumerate() {
            exact.push_str(&route(&format!("e{at}"), &format!("{word}.ex.tld"), "b"));
        }
        let side = |backend| format!("{exact}{}", route("w", "*.ex.tld", backend));
        let found = compared(&side("b"), &side("c"));
        assert_eq!(found.moved.len(), 1, "{other}: {:?}", found.moved);
        assert!(found.complete);
    }
}

#[test]
fn long_hosts_and_dashes_are_found() {
    let label = "a".repeat(60);
    let base = format!("{label}.{label}.{label}");
    let long = format!("*.{base}.{}.tld", "b".repeat(24));
    let (forty, other) = ("a".repeat(40), "b".repeat(40));
    for (wide, narrow) in [
        (format!("*.{base}.tld"), long),
        ("*.tld".to_owned(), "xn--*.tld".to_owned()),
        ("*.tld".to_owned(), "x-*-.tld".to_owned()),
        ("*.tld".to_owned(), "*_~.tld".to_owned()),
        // Both at once fit only where a dot stands between them: a label has 63 bytes at most.
        (format!("{forty}*.tld"), format!("*{other}.tld")),
    ] {
        let side =
            |backend| route("w", &wide, "b") + &route("v", &narrow, backend) + "priority = 1\n";
        let found = compared(&side("b"), &side("c"));
        assert_eq!(found.moved.len(), 1, "{narrow}: {:?}", found.moved);
        assert!(found.complete, "{narrow}");
    }
}

#[test]
fn method_that_nobody_names_stands_for_all_others() {
    let common = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "QUERY"];
    for named in [&common[..8], &common[..]] {
        let more = format!("methods = {named:?}\n");
        let found = compared(&route("r", "h.tld", "b"), &(route("r", "h.tld", "b") + &more));
        assert_eq!(found.moved.len(), 1, "{:?}", found.moved);
        assert!(found.complete);
    }
}

proptest! {
    #[test]
    fn wildcard_that_moves_is_shown_where_a_host_is_left(
        exact in prop::collection::btree_set("[ab]{1,3}", 0..14),
        wild in prop::collection::btree_set("[ab]{0,1}\\*[ab]{0,1}", 1..3),
    ) {
        let mut fixed = String::new();
        for (at, word) in exact.iter().enumerate() {
            fixed.push_str(&route(&format!("e{at}"), &format!("{word}.t"), "b"));
        }
        let side = |backend: &str| {
            let wild = wild.iter().enumerate();
            let routes = wild.map(|(at, text)| {
                let backend = if at == 0 { backend } else { "b" };
                format!("{}priority = {at}\n", route(&format!("w{at}"), &format!("{text}.t"), backend))
            });
            side(&format!("{fixed}{}", routes.collect::<String>()))
        };
        let (old, new) = (side("b"), side("c"));
        let found = diff(&old, &new);
        let mut moves = false;
        for number in 0..2_usize.pow(6) {
            let word: String =
                (0..5).map(|at| if number >> at & 1 == 0 { 'a' } else { 'b' }).collect();
            for len in 1..=5 {
                let host = format!("{}.t", &word[..len]);
                let probe = Probe::new("GET", Some(&host), "/", ListenerId(0));
                let (a, b) = (decide(&old.artifact, &probe), decide(&new.artifact, &probe));
                moves |= a.backend != b.backend;
            }
        }
        prop_assert!(found.complete);
        prop_assert!(!moves || !found.moved.is_empty(), "{exact:?} {wild:?}");
    }
}
