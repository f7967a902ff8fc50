//! Imports of what nobody exports in good faith: bounded time, and an error that says where.

use std::fs;
use std::time::Duration;

use pointsman_compiler::import::input::{InputFault, Tree, read};
use pointsman_compiler::import::{fuzz_import, otoroshi};
use proptest::prelude::*;

use crate::command::{code, pointsman, text};

fn refused(name: &str, bytes: &[u8]) -> InputFault {
    read(name, bytes, &mut Tree::new()).expect_err(name)
}

/// Runs something that must end in time, whatever the machine; gives what it took.
fn timed(run: impl FnOnce()) {
    let (done, finished) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let result = finished.recv_timeout(Duration::from_secs(60));
            assert!(result.is_ok(), "it takes more than a minute");
        });
        run();
        done.send(()).expect("the watch runs");
    });
}

#[test]
fn names_that_stand_twice_are_refused_with_their_line() {
    let fault = refused("a.json", b"{\"a\": 1,\n \"a\": 2}");
    assert_eq!((fault.line, fault.what.as_str()), (Some(2), "`a` stands twice"));
    let fault = refused("a.yaml", b"a: 1\nb:\n  c: 1\n  c: 2\n");
    assert_eq!((fault.line, fault.what.as_str()), (Some(4), "`c` stands twice"));
}

#[test]
fn text_that_is_not_utf8_is_refused_with_its_line() {
    let fault = refused("a.json", b"{\n\n\"a\": \"\xff\"}");
    assert_eq!((fault.line, fault.what.as_str()), (Some(3), "the file is not UTF-8"));
}

#[test]
fn syntax_that_is_broken_is_refused_with_its_line() {
    for (name, bytes, line) in [
        ("a.json", &b"{\n\"a\": }"[..], 2),
        ("a.json", b"[1, 2", 1),
        ("a.json", b"{\"a\": 01}", 1),
        ("a.json", b"[\"\\x\"]", 1),
        ("a.json", b"{\"a\" 1}", 1),
        ("a.json", b"[1,]", 1),
        ("a.json", b"[nul]", 1),
        ("a.yaml", b"a: [1\nb: 2\n", 2),
        ("a.yaml", b"a: *b\n", 1),
        ("a.yaml", b"a: &x\n  b: *x\n", 2),
        ("a.yaml", b"<<: {a: 1}\n", 1),
        ("a.yaml", b"? [a]\n: 1\n", 1),
        ("list.txt", b"ROUTE ID TARGET\na b c\n", 2),
    ] {
        let fault = refused(name, bytes);
        assert_eq!(fault.line, Some(line), "{fault}");
    }
}

#[test]
fn depth_is_bounded_in_every_form() {
    timed(|| {
        for (name, text) in [
            ("a.json", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))),
            ("a.json", "{\"a\":".repeat(10_000)),
            ("a.yaml", "[".repeat(10_000)),
            ("a.yaml", "{a: ".repeat(10_000)),
            ("a.yaml", "- ".repeat(10_000)),
            ("a.yaml", (0..2_000).map(|at| format!("{}a:\n", " ".repeat(at))).collect()),
        ] {
            let fault = refused(name, text.as_bytes());
            assert!(fault.line.is_some(), "{fault}");
        }
    });
}

#[test]
fn aliases_that_grow_without_end_are_refused() {
    timed(|| {
        let mut laughs = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for at in 1..12 {
            let list = vec![format!("*a{}", at - 1); 9].join(", ");
            laughs.push_str(&format!("a{at}: &a{at} [{list}]\n"));
        }
        let fault = refused("laughs.yaml", laughs.as_bytes());
        assert!(fault.what.contains("more values"), "{fault}");
        let wide = format!("a: &a {}\nb: [{}*a]\n", "x".repeat(1 << 20), "*a, ".repeat(2000));
        let fault = refused("wide.yaml", wide.as_bytes());
        assert!(fault.what.contains("more values"), "{fault}");
    });
}

#[test]
fn a_file_of_a_gibibyte_is_refused_unread() {
    timed(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large.json");
        fs::File::create(&path).and_then(|file| file.set_len(1 << 30)).expect("a file");
        let (path, out) = (path.to_string_lossy(), folder.path().join("out"));
        let output = pointsman(&["import", "otoroshi", &path, "-o", &out.to_string_lossy()]);
        assert_eq!(code(&output), 2);
        assert!(text(&output.stderr).contains("at most 64 MiB"), "{}", text(&output.stderr));
        assert!(!out.exists());
    });
}

#[test]
fn many_values_are_read_in_bounded_time() {
    timed(|| {
        let rows = "- {id: a, target: \"http://a\"}\n".repeat(20_000);
        read("rows.yaml", rows.as_bytes(), &mut Tree::new()).expect("rows");
        let keys: String = (0..50_000).map(|at| format!("k{at}: 1\n")).collect();
        read("keys.yaml", keys.as_bytes(), &mut Tree::new()).expect("keys");
        let keys: Vec<String> = (0..200_000).map(|at| format!("\"k{at}\":1")).collect();
        let keys = format!("{{{}}}", keys.join(","));
        read("keys.json", keys.as_bytes(), &mut Tree::new()).expect("keys");
        let line = format!("a: {}", "x".repeat(8 << 20));
        read("line.yaml", line.as_bytes(), &mut Tree::new()).expect("a long line");
    });
}

#[test]
fn many_entities_are_imported_in_bounded_time() {
    let import = |text: String| {
        let mut tree = Tree::new();
        read("many.json", text.as_bytes(), &mut tree).expect("an export");
        std::hint::black_box(otoroshi(&tree, false));
    };
    let target = r#"{"hostname":"h","port":1}"#;
    timed(|| {
        let domains: Vec<String> = (0..20_000).map(|at| format!("\"a.tld/{at}\"")).collect();
        import(format!(r#"[{{"id":"r","frontend":{{"domains":[{}]}}}}]"#, domains.join(",")));
    });
    timed(|| {
        let one = r#"{"id":"r","frontend":{"domains":["a.tld"]}}"#;
        import(format!("[{}]", vec![one; 20_000].join(",")));
    });
    timed(|| {
        let routes = (0..5_000).map(|at| {
            let domains = format!(r#"{{"domains":["a{at}.tld"]}}"#);
            format!(r#"{{"id":"r{at}","frontend":{domains},"backend_ref":"b{at}"}}"#)
        });
        let backends = (0..5_000).map(|at| {
            format!(r#"{{"kind":"Backend","id":"b{at}","backend":{{"targets":[{target}]}}}}"#)
        });
        import(format!("[{}]", routes.chain(backends).collect::<Vec<_>>().join(",")));
    });
    // Each stands in the way of each other: what is not compared counts as met.
    timed(|| {
        let routes = (0..300).map(|at| {
            let domains = format!(r#"["a.tld/{at}/x","a.tld/*{at}/y","*{at}.tld","a.tld"]"#);
            format!(r#"{{"id":"r{at}","frontend":{{"domains":{domains}}}}}"#)
        });
        import(format!("[{}]", routes.collect::<Vec<_>>().join(",")));
    });
}

/// A text that breaks out of quotes, comments, tables or terminals.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        "[\\n\\r\\t\"'#=\\[\\]{}\\\\$:|*<>/. -]{0,20}",
        Just("${req.headers.x:\"}\n[routes]".to_owned()),
        Just("\u{1b}[2J\u{202e}".to_owned()),
        Just("a.tld/$id<[0-9]+>".to_owned()),
        Just("a.tld/:id/*".to_owned()),
    ]
}

proptest! {
    #[test]
    fn import_of_any_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        fuzz_import(&bytes);
    }

    #[test]
    fn import_of_any_yaml_like_text_never_panics(first in 0..8_u8, text in "[-a: \\n\\[\\]{},&*|>'\"#?!%~0]{0,80}") {
        fuzz_import(&[&[first], text.as_bytes()].concat());
    }

    #[test]
    fn import_of_nasty_texts_writes_toml(texts in prop::collection::vec(nasty(), 12), first in 0..8_u8) {
        let t = |at: usize| texts[at].as_str();
        let route = serde_json::json!({
            "kind": "Route", "id": t(0), "name": t(1), "metadata": { t(2): t(3) },
            "bound_listeners": [t(4)],
            "frontend": { "domains": [t(5), "a.tld"], "headers": { t(6): t(7) }, "query": { t(8): t(9) } },
            "backend": { "root": t(10), "targets": [{ "id": t(11), "hostname": "a", "port": 1 },
                { "hostname": t(3), "port": 2, "tls": true, "tls_config": { "enabled": true, "certs": [t(2)] } }] },
            "plugins": [{ "enabled": true, "plugin": t(4) }, { "enabled": true,
                "plugin": "cp:otoroshi.next.plugins.AdditionalHeadersIn", "config": { "headers": { "x-a": t(7) } } }],
            "id2": t(1), "target": t(2),
        });
        fuzz_import(&[&[first], route.to_string().as_bytes()].concat());
    }
}
