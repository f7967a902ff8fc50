//! Writes the fuzz corpora that no person could type: artifacts, records of the access log, plans of
//! the simulator. All of it comes from a seed and from the configurations in the corpus of `config`;
//! run it when a format has changed.
//!
//! `cargo run -p pointsman-benches --example corpora`

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use pointsman_compiler::compile::compile;
use pointsman_compiler::document::{Folder, load};
use pointsman_control::record::{Protocol, Record, TlsSeen};
use pointsman_core::rng::Rng;
use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::layout::DIGEST_AT;
use pointsman_schemas::artifact::seal::sign;
use pointsman_schemas::artifact::sections::digest;
use pointsman_schemas::key::SecretKey;

/// Larger files are left out.
const FILE_BYTES_MAX: usize = 4096;

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

fn begin(target: &str) -> PathBuf {
    let folder = corpus(target);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the corpus");
    folder
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    if bytes.len() <= FILE_BYTES_MAX {
        fs::write(folder.join(name), bytes).expect("a file of the corpus");
    }
}

/// The artifacts of all small configurations; of some of them also what a disk, a transfer or an
/// attacker makes of them.
fn artifacts(rng: &mut Rng) {
    let folder = begin("artifact_read");
    let mut names: Vec<_> = fs::read_dir(corpus("config")).expect("configurations").collect();
    names.sort_by_key(|entry| entry.as_ref().map(fs::DirEntry::file_name).unwrap_or_default());
    for (number, entry) in names.into_iter().flatten().enumerate() {
        let text = fs::read(entry.path()).expect("a configuration");
        let files = Folder::memory([("pointsman.toml", text)]);
        let Ok(loaded) = load(&files, "pointsman.toml") else { continue };
        let Some(bytes) = compile(loaded, number as u64).artifact else { continue };
        let name = entry.file_name().to_string_lossy().into_owned();
        put(&folder, &name, &bytes);
        signed(&folder, &name, &bytes);
        damaged(&folder, &name, &bytes, rng);
    }
    put(&folder, "nothing", b"");
    put(&folder, "foreign", b"#!/bin/sh\nexit 1\n");
}

/// Signed by the key that the fuzz target trusts; of that, one with another signature under the
/// key's name. Both get a digest that fits.
fn signed(folder: &Path, name: &str, bytes: &[u8]) {
    let artifact = Artifact::from_bytes(bytes.to_vec()).expect("an artifact");
    let keys = [SecretKey::from_seed(&[7; 32]), SecretKey::from_seed(&[8; 32])];
    let bytes = sign(&artifact, &keys).expect("good keys");
    put(folder, &format!("{name}.signed"), &bytes);
    let mut wrong = bytes;
    if let Some(last) = wrong.last_mut() {
        *last ^= 1;
    }
    fit(&mut wrong);
    put(folder, &format!("{name}.wrongly-signed"), &wrong);
}

fn fit(bytes: &mut [u8]) {
    let fitting = digest(bytes);
    bytes[DIGEST_AT..DIGEST_AT + fitting.len()].copy_from_slice(&fitting);
}

fn damaged(folder: &Path, name: &str, bytes: &[u8], rng: &mut Rng) {
    let at = |rng: &mut Rng| rng.below(bytes.len() as u64) as usize;
    put(folder, &format!("{name}.cut"), &bytes[..at(rng)]);
    // With a digest that fits, so that what lies behind it is reached.
    let mut changed = bytes.to_vec();
    let place = at(rng);
    changed[place] ^= 1 << rng.below(8);
    fit(&mut changed);
    put(folder, &format!("{name}.changed"), &changed);
}

fn record<'a>(rng: &mut Rng, words: &[&'a str]) -> Record<'a> {
    let word = |rng: &mut Rng| words[rng.below(words.len() as u64) as usize];
    let (request_id, listener, method) = (word(rng).as_bytes(), word(rng), word(rng).as_bytes());
    let (host, path) = (word(rng).as_bytes(), word(rng).as_bytes());
    let (route, backend, target, reason) = (word(rng), word(rng), word(rng), word(rng));
    let client = match rng.below(2) {
        0 => SocketAddr::from(([192, 0, 2, rng.below(256) as u8], rng.below(65536) as u16)),
        _ => SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, 7], rng.below(65536) as u16)),
    };
    Record {
        time_us: rng.next_u64() >> 12,
        request_id,
        client,
        listener,
        protocol: if rng.below(2) == 0 { Protocol::Http11 } else { Protocol::Http10 },
        tls: (rng.below(3) == 0).then(|| TlsSeen { version: word(rng), sni: word(rng).as_bytes() }),
        method,
        host,
        path,
        status: rng.below(600) as u16,
        route,
        backend,
        target,
        attempts: rng.below(4) as u32,
        received_bytes: rng.next_u64(),
        sent_bytes: rng.below(1000),
        total_us: rng.next_u64() >> 30,
        connect_us: (rng.below(2) == 0).then(|| rng.below(5000)),
        first_byte_us: (rng.below(2) == 0).then(|| rng.below(5000)),
        reason,
        referer: word(rng).as_bytes(),
        user_agent: word(rng).as_bytes(),
    }
}

fn records(rng: &mut Rng) {
    let folder = begin("record");
    let words =
        ["", "a", "GET", "shop.tld", "/api/users/42", "no_route", "\u{e9}\u{202e}", "\"\\\n"];
    for number in 0..32 {
        let mut bytes = Vec::new();
        for _ in 0..=number % 3 {
            record(rng, &words).encode(&mut bytes);
        }
        match number % 4 {
            // Cut anywhere, or with a byte that was never written.
            2 => bytes.truncate(rng.below(bytes.len() as u64) as usize),
            3 => {
                let at = rng.below(bytes.len() as u64) as usize;
                bytes[at] = rng.next_u64() as u8;
            }
            _ => {}
        }
        put(&folder, &format!("records-{number:02}"), &bytes);
    }
    put(&folder, "nothing", b"");
    put(&folder, "ones", &[0xff; 64]);
}

fn plans(rng: &mut Rng) {
    let folder = begin("exchange_sim");
    put(&folder, "plainest", b"");
    put(&folder, "ones", &[0xff; 256]);
    for number in 0..46 {
        let len = 16 + rng.below(400);
        let bytes: Vec<u8> = (0..len).map(|_| rng.next_u64() as u8).collect();
        put(&folder, &format!("plan-{number:02}"), &bytes);
    }
}

fn main() {
    let mut rng = Rng::from_seed(1);
    artifacts(&mut rng);
    records(&mut rng);
    plans(&mut rng);
}
