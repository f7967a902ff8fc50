//! `diff` where listeners are not the same on both sides: what comes in by them is compared, or it
//! is said that it was not.

use std::fs;

use serde_json::Value as Json;

use crate::command::{pointsman, text};

const ADMIN: &str = "[[routes]]\nid = \"no-admin\"\nmatch = [\"h.tld/admin\"]\n\
                     respond = { status = 403 }\n";
const TLS: &str = "tls = { certificates = [\"shop\"] }";

fn listener(name: &str, address: &str, more: &str) -> String {
    format!("[listeners.{name}]\naddress = \"{address}\"\n{more}\n")
}

fn compared(old: &[String], new: &[String]) -> (Json, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let side = |name: &str, parts: &[String]| {
        let path = folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        let text = format!(
            "version = 1\n{}[certificates.shop]\ncertificate = \"file:/x.pem\"\n\
             key = \"credential:k\"\n[backends.b]\ntargets = [{{ id = \"t\", host = \"t.tld\", \
             port = 80 }}]\n[[routes]]\nid = \"pub\"\nmatch = [\"h.tld\"]\nbackend = \"b\"\n",
            parts.concat()
        );
        fs::write(path.join("pointsman.toml"), text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let (old, new) = (side("old", old), side("new", new));
    let json = pointsman(&["diff", &old, &new, "--json"]);
    let json = serde_json::from_slice(&json.stdout).expect("JSON");
    (json, text(&pointsman(&["diff", &old, &new]).stdout))
}

#[test]
fn listener_that_is_renamed_or_turns_plain_is_still_compared() {
    let old = [listener("a", "0.0.0.0:443", TLS), ADMIN.to_owned()];
    for new in [
        listener("b", "0.0.0.0:443", TLS),
        listener("a", "0.0.0.0:443", ""),
        listener("b", "0.0.0.0:8443", TLS),
        listener("b", "0.0.0.0:80", ""),
    ] {
        let (found, said) = compared(&old, std::slice::from_ref(&new));
        let requests = found["requests"].as_array().expect("a list");
        let [one] = requests.as_slice() else { panic!("{new}: {said}") };
        let scheme = if new.contains("tls") { "https" } else { "http" };
        assert_eq!(one["witness"], format!("GET {scheme}://h.tld/admin"), "{new}");
        assert_eq!(one["old"], "route no-admin, 403", "{new}");
        assert_eq!(one["new"], "route pub", "{new}");
        assert_eq!(one["old_listener"], "a", "{new}");
        assert_eq!(found["complete"], true, "{new}: {said}");
    }
}

#[test]
fn listener_without_another_is_said_to_be_compared_with_nothing() {
    let (a, b) = (listener("a", "0.0.0.0:443", TLS), listener("b", "0.0.0.0:80", ""));
    let both = [a.clone(), b];
    for (old, new, side, other) in
        [(&both[..], &both[..1], "old", "new"), (&both[..1], &both[..], "new", "old")]
    {
        let (found, said) = compared(old, new);
        assert_eq!(found["complete"], false, "{said}");
        let expected = serde_json::json!([{ "listener": "b", "side": side }]);
        assert_eq!(found["compared_with_nothing"], expected);
        let line = format!(
            "  requests by listener b of the {side} side were compared with nothing: the {other} \
             side has no listener for it\n"
        );
        assert!(said.contains(&line), "{said}");
        assert!(!said.contains("too many"), "{said}");
    }
    // By address before by order: `a` is now called `z`, and nothing of it differs.
    let (found, said) =
        compared(&both, &[a.replace(".a]", ".z]"), listener("y", "0.0.0.0:80", "")]);
    assert_eq!(found["complete"], true, "{said}");
    assert_eq!(found["requests"], serde_json::json!([]), "{said}");
}
