//! Configurations that are written to do harm: each ends with a finding at its place, and leaves no
//! artifact. The sizes are small; `benches/examples/hostile.rs` measures the same at full size.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use pointsman_compiler::compile::compile;
use pointsman_compiler::diagnostic::Code;
use pointsman_compiler::document::load::load_path;
use pointsman_schemas::artifact::Artifact;

use crate::command::{code, pointsman, text};
use crate::configuration::{compile_files, compile_text, places};

const SOUND: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n\
    [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n\
    [[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\n";

/// The first finding, and that there is no artifact.
fn check(text: &str, line: u32, code: Code) {
    let outcome = compile_text(text);
    let shown: String = text.chars().take(60).collect();
    assert!(outcome.artifact.is_none(), "{shown} … {:?}", text.lines().last());
    let first = places(&outcome).into_iter().next();
    assert_eq!(first, Some(("pointsman.toml".to_owned(), line, code)), "{shown}");
}

fn numbered(count: usize, text: &str) -> String {
    (1..=count).map(|n| text.replace("{n}", &n.to_string())).collect()
}

#[test]
fn depth_is_refused_in_every_form() {
    let deep = |open: &str, close: &str| {
        format!("x = {}1{}\n{SOUND}", open.repeat(10_000), close.repeat(10_000))
    };
    check(&deep("[", "]"), 1, Code::Syntax);
    check(&deep("{a=", "}"), 1, Code::Syntax);
    check(&format!("[a{}]\n{SOUND}", ".a".repeat(9_999)), 1, Code::Syntax);
    check(&format!("a{} = 1\n{SOUND}", ".a".repeat(9_999)), 1, Code::Syntax);
    let headers: String = (1..=1_000).map(|depth| format!("[a{}]\n", ".a".repeat(depth))).collect();
    assert!(compile_text(&format!("{SOUND}{headers}")).artifact.is_none());
}

#[test]
fn size_is_refused_before_it_costs_memory() {
    let line = "y".repeat(1024 * 1024);
    check(&format!("x = \"{line}\"\n{SOUND}"), 1, Code::TooLarge);
    check(&format!("{SOUND}# {line}\n"), 10, Code::TooLarge);
    check(&format!("{SOUND}{}", "\n".repeat(10_000_001)), 1, Code::TooMany);
    let first = format!("include = [\"parts/*.toml\"]\n{SOUND}");
    let part = "\n".repeat(9_000_000);
    let parts = ["parts/1.toml", "parts/2.toml", "parts/3.toml", "parts/4.toml", "parts/5.toml"];
    let [a, b, c, d, e] = parts.map(|name| (name, part.as_str()));
    let outcome = compile_files([("pointsman.toml", first.as_str()), a, b, c, d, e]);
    assert_eq!(places(&outcome), [("pointsman.toml".to_owned(), 1, Code::TooMany)]);
    assert!(outcome.artifact.is_none());
}

#[test]
fn mistakes_without_number_are_counted_and_a_hundred_are_shown() {
    let shown = |text: &str, code: Code| {
        let outcome = compile_text(text);
        assert!(outcome.artifact.is_none());
        let found = places(&outcome);
        assert!(!found.is_empty() && found.len() <= 100, "{}", found.len());
        assert!(found.iter().all(|(_, _, found)| *found == code), "{found:?}");
    };
    shown(&format!("version = 1\n{}", numbered(20_000, "via = true\n")), Code::DuplicateKey);
    shown(&format!("{SOUND}{}", numbered(20_000, "[node]\n")), Code::DuplicateKey);
    shown(&numbered(20_000, "a{n} = [1\n"), Code::Syntax);
    shown(&numbered(20_000, "a{n} = \"x\n"), Code::Syntax);
    shown(&format!("{}{SOUND}", numbered(20_000, "k{n} = 1\n")), Code::UnknownKey);
    let same = "[[routes]]\nid = \"r\"\nmatch = [\"h{n}.tld\"]\nbackend = \"b\"\n";
    shown(&format!("{SOUND}{}", numbered(5_000, same)), Code::DefinedTwice);
}

#[test]
fn regexes_and_patterns_made_to_explode_are_refused() {
    let route = |pattern: &str| {
        format!("{SOUND}[[routes]]\nid = \"x\"\nmatch = [\"{pattern}\"]\nbackend = \"b\"\n")
    };
    check(&route("x.tld/$x<((a{1,90}){1,90}){1,90}>"), 12, Code::PatternTooLarge);
    check(&route("x.tld/$x<.*a.{12}>"), 12, Code::PatternTooLarge);
    check(
        &route(&format!("x.tld/$x<{}a{}>", "(".repeat(500), ")".repeat(500))),
        12,
        Code::PatternTooLarge,
    );
    check(&route(&format!("x.tld{}", "/:a".repeat(2_000))), 12, Code::PatternTooLarge);
    check(&route(&format!("x.tld/{}", "*a".repeat(3_000))), 12, Code::PatternTooLarge);
    let globs = "[[routes]]\nid = \"g{n}\"\nmatch = [\"g.tld/*{n}*\"]\nbackend = \"b\"\n";
    assert!(compile_text(&format!("{SOUND}{}", numbered(500, globs))).artifact.is_none());
}

#[test]
fn bytes_that_are_no_text_are_found_at_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |bytes: &[u8], expected: Option<(u32, Code)>| {
        fs::write(folder.path().join("pointsman.toml"), bytes).expect("a file");
        let outcome = compile(load_path(folder.path()).expect("a configuration"), 0);
        let first = places(&outcome).first().map(|(_, line, code)| (*line, *code));
        assert_eq!(first, expected);
        assert_eq!(outcome.artifact.is_some(), expected.is_none());
    };
    let utf16: Vec<u8> = SOUND.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&[&[0xff, 0xfe], utf16.as_slice()].concat(), Some((1, Code::NotUtf8)));
    check(&[SOUND.as_bytes(), b"# caf\xe9\n"].concat(), Some((10, Code::NotUtf8)));
    check(&[SOUND.as_bytes(), &[0; 4096]].concat(), Some((10, Code::Syntax)));
    check(format!("\u{feff}{}", SOUND.replace('\n', "\r\n")).as_bytes(), None);
    check(SOUND.replace('\n', "\r").as_bytes(), Some((1, Code::Syntax)));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = folder.path().join("pointsman.toml");
    let check = |make: &dyn Fn(&Path), expected: i32, says: &str| {
        make(&first);
        let output = folder.path().join("edge.artifact");
        let (path, to) = (folder.path().to_string_lossy(), output.to_string_lossy());
        let run = pointsman(&["compile", &path, "-o", &to]);
        assert_eq!(code(&run), expected, "{}", text(&run.stderr));
        assert!(text(&run.stderr).contains(says), "{}", text(&run.stderr));
        assert!(!output.exists());
    };
    let pipe = |at: &Path| {
        let made = std::process::Command::new("mkfifo").arg(at).status().expect("mkfifo runs");
        assert!(made.success());
    };
    check(&|at| fs::create_dir(at).expect("a folder"), 2, "not a file");
    fs::remove_dir(&first).expect("a folder");
    check(&|at| pipe(at), 2, "not a file");
    fs::remove_file(&first).expect("a pipe");
    let link =
        |to: &'static str| move |at: &Path| std::os::unix::fs::symlink(to, at).expect("a link");
    check(&link("/dev/zero"), 2, "leaves its folder");
    fs::remove_file(&first).expect("a link");
    pipe(&folder.path().join("part.toml"));
    let first_text = format!("include = [\"*.toml\"]\n{SOUND}");
    check(&|at| fs::write(at, &first_text).expect("a file"), 1, "part.toml");
}

#[test]
fn folder_that_changes_while_it_is_read_gives_findings_or_a_whole_artifact() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("parts")).expect("a folder");
    fs::write(at("pointsman.toml"), format!("include = [\"parts/*.toml\"]\n{SOUND}"))
        .expect("a file");
    let route = "[[routes]]\nid = \"p{n}\"\nmatch = [\"p{n}.tld\"]\nbackend = \"b\"\n";
    let ended = AtomicBool::new(false);
    let (mut whole, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0_usize;
            while !ended.load(Ordering::Relaxed) {
                let part = at(&format!("parts/{}.toml", round % 7));
                let written = numbered(round % 50, route);
                // Written in place, so that a reader may see a part of it.
                match round % 3 {
                    0 => drop(fs::remove_file(&part)),
                    _ => fs::write(&part, written).expect("a file"),
                }
                round += 1;
            }
        });
        for _ in 0..200 {
            match load_path(folder.path()) {
                Ok(loaded) => match compile(loaded, 0) {
                    outcome if outcome.findings.has_errors() => {
                        assert!(outcome.artifact.is_none());
                        refused += 1;
                    }
                    outcome => {
                        let artifact = outcome.artifact.expect("an artifact");
                        Artifact::from_bytes(artifact).expect("a whole one");
                        whole += 1;
                    }
                },
                Err(error) => panic!("the first file stays: {error}"),
            }
        }
        ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(whole + refused, 200);
}

#[test]
fn many_conditions_on_one_path_are_proved_by_what_each_asks_for() {
    let route = "[[routes]]\nid = \"q{n}\"\nmatch = [\"q.tld/a\"]\nbackend = \"b\"\n\
        priority = {n}\nheaders = { x-h{n} = \"v\" }\n";
    let outcome = compile_text(&format!("{SOUND}{}", numbered(400, route)));
    assert!(outcome.artifact.is_some(), "{:?}", places(&outcome));
    assert_eq!(outcome.reach.open, 0);
}
