//! Keys and signed artifacts as users make them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use pointsman_schemas::artifact::{Artifact, seal};
use pointsman_schemas::key::{PublicKey, SecretKey};
use serde_json::Value;

use crate::command::{code, example, pointsman, text};

/// A folder with keys, and what is compiled.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    /// `keys new`, which succeeds.
    fn key(&self, name: &str) -> PublicKey {
        let output = pointsman(&["keys", "new", "-o", &self.name(name)]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let public = fs::read(self.path(&format!("{name}.pub"))).expect("the public key");
        PublicKey::parse(&public).expect("a key")
    }

    fn compile(&self, output: &str, more: &[&str]) -> Output {
        let (source, output) = (example("quickstart"), self.name(output));
        pointsman(&[&["compile", &source, "-o", &output], more].concat())
    }

    fn compiled(&self, output: &str, more: &[&str]) -> Artifact {
        let said = self.compile(output, more);
        assert_eq!(code(&said), 0, "{}", text(&said.stderr));
        artifact(&self.path(output))
    }
}

fn artifact(path: &Path) -> Artifact {
    Artifact::from_bytes(fs::read(path).expect("the artifact")).expect("an artifact")
}

/// One line on standard error that has all of `words`, nothing on standard output, exit 2.
fn assert_refused(output: &Output, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!((code(output), said.lines().count()), (2, 1), "{said}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn new_key_is_two_files_that_belong_together() {
    let place = Place::new();
    let output = pointsman(&["keys", "new", "-o", &place.name("team.x")]);
    let said = text(&output.stdout);
    let public = fs::read(place.path("team.x.pub")).expect("the public key");
    let public = PublicKey::parse(&public).expect("a key");
    assert!(said.contains(&public.text()) && said.contains(&public.id().to_string()), "{said}");
    let written = fs::read(place.path("team.x.key")).expect("the secret key");
    let secret = SecretKey::parse(&written).expect("a key");
    assert_eq!(secret.public(), public);
    assert!(!said.contains(&secret.text()[30..]), "the secret is never shown");
    assert_eq!(fs::read_dir(place.folder.path()).expect("a folder").count(), 2);
    assert_ne!(place.key("other"), public);
}

#[test]
fn new_key_never_overwrites() {
    let place = Place::new();
    place.key("team");
    let before = fs::read(place.path("team.key")).expect("the key");
    let again = || pointsman(&["keys", "new", "-o", &place.name("team")]);
    assert_refused(&again(), &["team.key is already there"]);
    assert_eq!(fs::read(place.path("team.key")).expect("the key"), before);
    // A public key alone is not overwritten either, and no secret one is left without it.
    fs::remove_file(place.path("team.key")).expect("the key");
    assert_refused(&again(), &["team.pub is already there"]);
    assert!(!place.path("team.key").exists());
    assert_refused(
        &pointsman(&["keys", "new", "-o", &place.name("no/folder")]),
        &["no/folder.key"],
    );
}

#[test]
fn show_tells_id_and_public_key_of_either_half() {
    let place = Place::new();
    let public = place.key("team");
    let mut shown = Vec::new();
    for (name, is_secret) in [("team.key", true), ("team.pub", false)] {
        let output = pointsman(&["keys", "show", &place.name(name)]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        shown.push(text(&output.stdout));
        let output = pointsman(&["keys", "show", &place.name(name), "--json"]);
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(json["public_key"], public.text());
        assert_eq!(json["key_id"], public.id().to_string());
        assert_eq!(json["secret"], is_secret);
    }
    assert_eq!(shown[0], format!("key id      {}\npublic key  {}\n", public.id(), public.text()));
    assert_eq!(shown[0], shown[1]);
    assert_refused(&pointsman(&["keys", "show", &place.name("nobody")]), &["nobody"]);
    assert_refused(&pointsman(&["keys", "show", &place.name("")]), &[]);
    let strange = example("quickstart/pointsman.toml");
    assert_refused(
        &pointsman(&["keys", "show", &strange]),
        &["pointsman.toml", "is no public key"],
    );
}

#[test]
fn json_of_a_new_key_names_its_files_and_no_secret() {
    let place = Place::new();
    let output = pointsman(&["keys", "new", "-o", &place.name("team"), "--json"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["secret_file"], place.name("team.key"));
    assert_eq!(json["public_file"], place.name("team.pub"));
    let public = json["public_key"].as_str().expect("a key");
    assert_eq!(fs::read(place.path("team.pub")).ok(), {
        let key = PublicKey::parse(public.as_bytes()).expect("a key");
        Some(format!("# pointsman public key {}\n{public}\n", key.id()).into_bytes())
    });
    assert!(!text(&output.stdout).contains("pointsman-secret-key"));
}

#[test]
fn compile_signs_and_the_artifact_means_the_same() {
    let place = Place::new();
    let (first, second) = (place.key("first"), place.key("second"));
    let keys = (place.name("first.key"), place.name("second.key"));
    let plain = place.compiled("plain", &["--generation", "7"]);
    let signed = place.compiled("signed", &["--generation", "7", "--sign", &keys.0]);
    assert_eq!(seal::verify(&signed, std::slice::from_ref(&first)), Ok(first.id()));
    assert!(seal::verify(&signed, std::slice::from_ref(&second)).is_err());
    assert_eq!((signed.content_id(), signed.generation()), (plain.content_id(), 7));
    assert!(seal::verify(&plain, std::slice::from_ref(&first)).is_err());
    let said = place.compile("both", &["--generation", "7", "--sign", &keys.1, "--sign", &keys.0]);
    let mut ids = [first.id(), second.id()];
    ids.sort();
    let line = format!("\nsigned by {}, {}\n", ids[0], ids[1]);
    assert!(text(&said.stdout).contains(&line), "{}", text(&said.stdout));
    let both = artifact(&place.path("both"));
    for key in [&first, &second] {
        assert_eq!(seal::verify(&both, std::slice::from_ref(key)), Ok(key.id()));
    }
    let again =
        place.compiled("again", &["--generation", "7", "--sign", &keys.0, "--sign", &keys.1]);
    assert_eq!(again.as_bytes(), both.as_bytes(), "the same keys give the same bytes");
}

#[test]
fn compile_puts_no_part_of_a_key_into_the_artifact() {
    let place = Place::new();
    let public = place.key("team");
    let text = fs::read_to_string(place.path("team.key")).expect("the key");
    let letters = text.lines().find_map(|line| line.split_once(":")).expect("a key").1;
    let signed =
        place.compiled("signed", &["--generation", "7", "--sign", &place.name("team.key")]);
    let seed: Vec<u8> = decoded(letters);
    let key: Vec<u8> = decoded(public.text().split_once(':').expect("a key").1);
    assert_eq!((seed.len(), key.len()), (32, 32));
    for part in [&seed[..16], &seed[16..], &key[..16], &key[16..], &letters.as_bytes()[..16]] {
        let mut places = signed.as_bytes().windows(16);
        assert!(places.all(|place| place != part));
    }
}

fn decoded(letters: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = letters.bytes().filter_map(|letter| alphabet.iter().position(|one| *one == letter));
    let bits: Vec<u8> =
        bits.flat_map(|six| (0..6).rev().map(move |bit| six as u8 >> bit & 1)).collect();
    bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

#[test]
fn inspect_names_who_signed() {
    let place = Place::new();
    let key = place.key("team");
    place.compiled("plain", &[]);
    place.compiled("signed", &["--sign", &place.name("team.key"), "--generation", "3"]);
    let inspected = |name: &str| text(&pointsman(&["inspect", &place.name(name)]).stdout);
    assert!(inspected("plain").contains("\nsigned by   nobody\n"));
    let signed = inspected("signed");
    assert!(signed.contains(&format!("\nsigned by   {}\n", key.id())), "{signed}");
    assert!(signed.contains("\ngeneration  3\n") && signed.contains("\nsignatures "), "{signed}");
    let json = |name: &str| -> Value {
        let output = pointsman(&["inspect", &place.name(name), "--json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    assert_eq!(json("plain")["signatures"], serde_json::json!([]));
    assert_eq!(json("signed")["signatures"][0]["key_id"], key.id().to_string());
    assert_eq!(json("signed")["generation"], 3);
}

#[test]
fn compile_with_a_key_that_is_none_writes_nothing() {
    let place = Place::new();
    place.key("team");
    fs::write(place.path("two.key"), fs::read(place.path("team.key")).expect("a key").repeat(2))
        .expect("a file");
    fs::write(place.path("long.key"), "#".repeat(5000)).expect("a file");
    for name in ["two.key", "long.key"] {
        only_owner(&place.path(name));
    }
    fs::write(place.path("edge"), "what was there").expect("a file");
    let sign =
        |name: &str| place.compile("edge", &["--generation", "1", "--sign", &place.name(name)]);
    assert_refused(&sign("nobody.key"), &["nobody.key"]);
    assert_refused(&sign("team.pub"), &["team.pub", "public key"]);
    assert_refused(&sign("two.key"), &["two.key", "line 4 is a second key"]);
    assert_refused(&sign("long.key"), &["long.key", "more than 4096 bytes"]);
    assert_refused(&sign("."), &[]);
    let twice =
        ["--generation", "1", "--sign", &place.name("team.key"), "--sign", &place.name("team.key")];
    assert_refused(&place.compile("edge", &twice), &["given twice"]);
    assert_eq!(fs::read_to_string(place.path("edge")).expect("a file"), "what was there");
    let before = fs::read(place.path("team.key")).expect("a key");
    let over = place.compile("team.key", &["--generation", "1", "--sign", &place.name("team.key")]);
    assert_refused(&over, &["is the key to sign with"]);
    assert_eq!(fs::read(place.path("team.key")).expect("a key"), before);
}

#[cfg(not(unix))]
fn only_owner(_path: &Path) {}

#[cfg(unix)]
fn only_owner(path: &Path) {
    set_mode(path, 0o600);
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a file of ours");
}

#[cfg(unix)]
#[test]
fn new_key_is_for_its_owner_whatever_the_mask() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let call = format!("umask 0; exec \"$@\" keys new -o '{}'", place.name("team"));
    let binary = env!("CARGO_BIN_EXE_pointsman");
    let made = std::process::Command::new("sh").args(["-c", &call, "sh", binary]).output();
    assert!(made.expect("a shell").status.success());
    let mode = |name: &str| {
        let about = fs::metadata(place.path(name)).expect("the file");
        about.permissions().mode() & 0o777
    };
    assert_eq!((mode("team.key"), mode("team.pub")), (0o600, 0o644));
}

#[cfg(unix)]
#[test]
fn secret_key_that_others_may_use_is_refused_or_warned_of() {
    let place = Place::new();
    place.key("team");
    let (key, link) = (place.path("team.key"), place.path("link.key"));
    std::os::unix::fs::symlink(&key, &link).expect("a link");
    let sign =
        |name: &str| place.compile("edge", &["--generation", "1", "--sign", &place.name(name)]);
    for mode in [0o604, 0o602, 0o644, 0o666, 0o777] {
        set_mode(&key, mode);
        for name in ["team.key", "link.key"] {
            let words = ["everyone on this host", "chmod 600", &format!("mode {mode:04o}"), name];
            assert_refused(&sign(name), &words);
        }
        assert!(!place.path("edge").exists());
        assert_refused(&pointsman(&["keys", "show", &place.name("team.key")]), &["everyone"]);
    }
    for mode in [0o640, 0o660, 0o620] {
        set_mode(&key, mode);
        let output = sign("link.key");
        let said = text(&output.stderr);
        assert_eq!((code(&output), said.lines().count()), (0, 1), "{said}");
        assert!(said.starts_with("warning: ") && said.contains("its group"), "{said}");
    }
    for mode in [0o600, 0o400, 0o700] {
        set_mode(&key, mode);
        let output = sign("team.key");
        assert_eq!((code(&output), text(&output.stderr)), (0, String::new()));
    }
    // Everyone may read the public half.
    set_mode(&place.path("team.pub"), 0o666);
    assert_eq!(code(&pointsman(&["keys", "show", &place.name("team.pub")])), 0);
}

/// As a secret store hands a key to one command.
#[cfg(target_os = "linux")]
#[test]
fn secret_key_by_a_pipe_signs() {
    let place = Place::new();
    let key = place.key("team");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pointsman"));
    command.args(["compile", &example("quickstart"), "-o", &place.name("edge")]);
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let secret = fs::read(place.path("team.key")).expect("the key");
    std::io::Write::write_all(&mut writer, &secret).expect("room in the pipe");
    drop(writer);
    let output = command.args(["--generation", "1", "--sign", "/dev/stdin"]).stdin(reader).output();
    let output = output.expect("the command runs");
    assert_eq!((code(&output), text(&output.stderr)), (0, String::new()));
    let signed = artifact(&place.path("edge"));
    assert_eq!(seal::verify(&signed, std::slice::from_ref(&key)), Ok(key.id()));
}

/// Nothing but `--sign` and `keys` opens a key: one that could not be read harms nothing else.
#[test]
fn validate_and_plain_compile_touch_no_key() {
    let place = Place::new();
    let key = place.key("team");
    let source = place.path("edge");
    fs::create_dir(&source).expect("a folder");
    for name in ["pointsman.toml", "routes/shop.toml", "routes/users.toml"] {
        let to = source.join(name);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(Path::new(&example("quickstart")).join(name), to).expect("a file");
    }
    let before = place.compiled("one", &[]);
    // A key beside the configuration, damaged, is nothing that a compile looks at.
    fs::write(source.join("pointsman.key"), "damaged").expect("a file");
    fs::write(source.join("pointsman.pub"), key.text()).expect("a file");
    let source = source.to_string_lossy().into_owned();
    assert_eq!(code(&pointsman(&["validate", &source])), 0);
    let output = pointsman(&["compile", &source, "-o", &place.name("two")]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert_eq!(artifact(&place.path("two")).as_bytes(), before.as_bytes());
    assert!(!text(&output.stdout).contains("signed by"));
}

#[test]
fn signature_without_a_generation_is_a_mistake_of_the_call() {
    let place = Place::new();
    let output = pointsman(&["keys", "new", "-o", &place.name("team")]);
    assert!(text(&output.stdout).contains(" --generation \"$(date +%s)\" "));
    let said = place.compile("signed", &["--sign", &place.name("team.key")]);
    assert_refused(&said, &["--sign needs --generation", "$(date +%s)", "number of the build"]);
    assert!(!place.path("signed").exists());
    // Whoever writes 0 means it.
    place.compiled("signed", &["--sign", &place.name("team.key"), "--generation", "0"]);
}
