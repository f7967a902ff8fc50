//! How the edge comes up, and in which one line it says why it does not.

use std::fs;
use std::sync::Arc;

use tempfile::TempDir;

use crate::harness::{Config, Driver, Edge, Options, Origin, pointsmand, refused, until};

fn folder(artifact: Option<&[u8]>) -> Arc<TempDir> {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(bytes) = artifact {
        fs::write(folder.path().join("edge.artifact"), bytes).expect("a file");
    }
    Arc::new(folder)
}

/// The edge ends with 2 and one line that has all of `words`.
fn refuses(folder: &TempDir, options: &Options, words: &[&str]) {
    refuses_with(2, folder, options, words);
}

fn refuses_with(code: i32, folder: &TempDir, options: &Options, words: &[&str]) {
    let (exit, said) = refused(folder, options);
    assert_eq!((exit, said.lines().count()), (Some(code), 1), "{said}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

fn strict() -> Options {
    Options { more: vec!["--strict".to_owned()], ..Options::default() }
}

#[test]
fn nothing_to_serve_is_one_line_and_exit_2() {
    let empty = folder(None);
    refuses(&empty, &Options::default(), &["edge.artifact", "no such file"]);
    let damaged = folder(Some(b"[listeners.web]\n"));
    refuses(&damaged, &Options::default(), &["edge.artifact", "not an artifact"]);
}

#[test]
fn damaged_or_missing_file_is_answered_with_the_last_good_one() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let (folder, file, good) = (edge.folder(), edge.artifact(), edge.status());
    drop(edge);
    let mut bytes = fs::read(&file).expect("the artifact");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("a file");
    let serves = |why: &str| {
        let edge = Edge::on(Arc::clone(&folder), &Options::default());
        assert_eq!(edge.client().get("/", "").text(), "ok");
        let status = edge.status();
        assert_eq!(status["content_id"], good["content_id"]);
        let reason = status["refused"]["reason"].as_str().expect("a refusal");
        assert!(reason.contains(why), "{reason}");
        edge.err.wait_for(why);
    };
    serves("digest");
    refuses_with(1, &folder, &strict(), &["edge.artifact", "digest"]);
    fs::remove_file(&file).expect("a file");
    serves("no such file");
    refuses(&folder, &strict(), &["edge.artifact", "no such file"]);
}

#[test]
fn kept_artifact_that_is_damaged_too_is_passed_over() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let first = edge.status();
    edge.swap(&Config::to(origin.port()).top("via = false"), 1);
    let (folder, file) = (edge.folder(), edge.artifact());
    drop(edge);
    fs::remove_file(file).expect("a file");
    let pointer = walk(folder.path()).into_iter().find(|path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().count() == 2 && text.contains(first["content_id"].as_str().expect("an id"))
    });
    let newest = fs::read_to_string(pointer.expect("a pointer")).expect("names");
    let newest = newest.lines().next().expect("a name");
    let shelved = walk(folder.path()).into_iter();
    let shelved =
        shelved.filter(|path| path.to_string_lossy().contains(newest)).collect::<Vec<_>>();
    assert_eq!(shelved.len(), 1);
    fs::write(&shelved[0], b"damaged").expect("a file");
    let edge = Edge::on(folder, &Options::default());
    let kept = edge.err.wait_for("kept artifact");
    assert!(kept.contains("not an artifact") && !kept.contains("compile"), "{kept}");
    assert_eq!(edge.status()["content_id"], first["content_id"]);
    assert_eq!(edge.client().get("/", "").text(), "ok");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn second_process_on_the_same_state_folder_is_refused() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let pid = edge.pid().to_string();
    refuses(&edge.folder(), &Options::default(), &["state", "in use", &pid, "--state"]);
    assert_eq!(edge.client().get("/", "").text(), "ok");
}

#[test]
fn second_process_on_the_same_port_is_refused() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let address = edge.address().to_string();
    let taken = Config::to(origin.port()).listener("other", &address);
    let second = folder(Some(&taken.artifact(0)));
    refuses(&second, &Options::default(), &["other", &address, "another process listens"]);
    assert_eq!(edge.client().get("/", "").text(), "ok");
    // A swap to it is refused as well, and what serves goes on.
    let third = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    third.put(&taken.artifact(1));
    until("a refusal", || (!third.status()["refused"].is_null()).then_some(()));
    assert_eq!(third.client().get("/", "").text(), "ok");
}

#[test]
fn port_without_permission_is_refused() {
    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    let first: u16 = first.expect("a setting").trim().parse().expect("a port");
    // Where the host lets everyone have every port there is nothing to refuse.
    let Some(port) = first.checked_sub(1).filter(|port| *port > 0) else { return };
    let origin = Origin::ok();
    let config = Config::to(origin.port()).listener("web", &format!("127.0.0.1:{port}"));
    // Whoever runs the test: without the one capability that allows it.
    let drop = "--bounding-set=-net_bind_service --inh-caps=-net_bind_service";
    let options = Options { before: format!("exec setpriv {drop} \"$@\""), ..Options::default() };
    let words = ["web", "CAP_NET_BIND_SERVICE", "AmbientCapabilities"];
    refuses(&folder(Some(&config.artifact(0))), &options, &words);
}

#[test]
fn check_says_what_serve_would() {
    let origin = Origin::ok();
    let good = Config::to(origin.port()).artifact(7);
    let check = |bytes: Option<&[u8]>, code: i32, word: &str| {
        let folder = folder(bytes);
        let path = folder.path();
        let output = pointsmand([
            "check".as_ref(),
            "--artifact".as_ref(),
            path.join("edge.artifact").as_os_str(),
            "--state".as_ref(),
            path.join("state").as_os_str(),
        ]);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).expect("words");
        assert_eq!((output.status.code(), said.lines().count()), (Some(code), 1), "{said}");
        assert!(said.contains(word), "{word}: {said}");
        assert!(!path.join("state").exists(), "it changes nothing");
    };
    check(Some(&good), 0, "generation 7");
    check(Some(&good[..good.len() - 1]), 1, "edge.artifact");
    check(Some(b"foreign"), 1, "not an artifact");
    check(None, 2, "no such file");
}

#[test]
fn check_works_beside_a_running_one() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let folder = edge.folder();
    let output = pointsmand([
        "check".as_ref(),
        "--artifact".as_ref(),
        edge.artifact().as_os_str(),
        "--state".as_ref(),
        folder.path().join("state").as_os_str(),
    ]);
    assert!(output.status.success(), "{output:?}");
    let note = String::from_utf8_lossy(&output.stderr);
    assert!(note.contains(&format!("in use by process {}", edge.pid())), "{note}");
    assert_eq!(edge.client().get("/", "").text(), "ok");
}

#[test]
fn check_looks_at_the_state_folder_when_it_is_named() {
    let origin = Origin::ok();
    let folder = folder(Some(&Config::to(origin.port()).artifact(7)));
    let file = folder.path().join("edge.artifact");
    let check = |state: Option<&std::path::Path>| {
        let mut words = vec!["check".as_ref(), "--artifact".as_ref(), file.as_os_str()];
        words.extend(state.into_iter().flat_map(|path| ["--state".as_ref(), path.as_os_str()]));
        let output = pointsmand(words);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(check(None), (Some(0), String::new()));
    let (code, said) = check(Some(&file));
    assert_eq!((code, said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.contains("state folder") && said.contains("--state"), "{said}");
    let state = folder.path().join("state");
    fs::create_dir(&state).expect("a folder");
    fs::write(state.join("admin.sock"), "precious").expect("a file");
    let (code, said) = check(Some(&state));
    assert!(code == Some(2) && said.contains("admin.sock"), "{said}");
    let state = folder.path().join("other");
    fs::create_dir_all(state.join("via-id")).expect("a folder");
    let (code, said) = check(Some(&state));
    assert!(code == Some(2) && said.contains("via-id: Is a directory"), "{said}");
}

#[test]
fn state_folder_too_deep_for_a_socket_is_refused_as_check_does() {
    let origin = Origin::ok();
    let folder = folder(Some(&Config::to(origin.port()).artifact(7)));
    let room = 107 - folder.path().as_os_str().len() - "//admin.sock".len();
    let run = |verb: &str, len: usize| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pointsmand"));
        command.arg(verb).arg("--artifact").arg(folder.path().join("edge.artifact"));
        command.arg("--state").arg(folder.path().join("x".repeat(len)));
        let output = command.output().expect("a binary that runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run("check", room), (Some(0), String::new()));
    let (code, why) = run("check", room + 1);
    assert!(code == Some(2) && why.contains("must be shorter than 108 bytes"), "{why}");
    let (code, said) = run("serve", room + 1);
    assert!(code == Some(2) && said.ends_with(&why), "{said}");
}

#[test]
fn answer_that_cannot_be_written_is_told_unless_the_reader_went() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    let socket = edge.folder().path().join("state/admin.sock");
    let run = |verb: &str, out: std::process::Stdio| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pointsmand"));
        command.arg(verb).arg("--admin").arg(&socket).stdout(out);
        let output = command.output().expect("a binary that runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for verb in ["status", "routes", "targets"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let (code, said) = run(verb, full.into());
        assert_eq!((code, said.lines().count()), (Some(2), 1), "{said}");
        assert!(said.contains("standard output"), "{said}");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        assert_eq!(run(verb, writer.into()), (Some(0), String::new()));
    }
}

#[test]
fn file_that_is_no_socket_is_told_from_nobody() {
    let folder = folder(Some(b"no socket"));
    let file = folder.path().join("edge.artifact");
    let output = pointsmand(["drain".as_ref(), "--admin".as_ref(), file.as_os_str()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.contains("edge.artifact is no socket"), "{said}");
}

#[test]
fn nobody_to_ask_is_one_line_and_exit_2() {
    let output = pointsmand(["status", "--admin", "/nonexistent/admin.sock"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
}

#[test]
fn killed_under_load_serves_again() {
    let origin = Origin::ok();
    let edge = Edge::serve(&Config::to(origin.port()), Driver::IoUring);
    edge.swap(&Config::to(origin.port()).top("via = false"), 5);
    let (folder, address) = (edge.folder(), edge.address());
    let load = std::thread::spawn(move || {
        let mut client = crate::harness::Client::to(address);
        let request = "GET / HTTP/1.1\r\nHost: edge.test\r\n\r\n";
        let mut answers = 0;
        while client.send_anyhow(request) && client.try_answer().is_some() {
            answers += 1;
        }
        answers
    });
    origin.wait_asked(100);
    // Dropping kills, with no chance to clear anything away.
    drop(edge);
    assert!(load.join().expect("a client that sees the end") >= 99);
    fs::write(folder.path().join("edge.artifact"), b"half a").expect("a file");
    let edge = Edge::on(folder, &Options::default());
    assert_eq!(edge.status()["generation"], 5);
    assert_eq!(edge.client().get("/", "").text(), "ok");
}
