//! The host patterns of an artifact, each with a host that fits as few others as any that fits it:
//! a pattern that wins for no such host wins for none.

use pointsman_routing::matching::glob;
use pointsman_schemas::artifact::{Artifact, HostRoot};
use pointsman_schemas::limits::{HOST_BYTES_MAX, HOST_LABEL_BYTES_MAX};

use super::ask::{Asker, Request};
use crate::classes::Carried;

/// What stands for a `*`, one after the other until one fits few enough patterns.
const WORDS: [&str; 6] = ["x", "qx", "7", "zq0", "x-q7", "wq3xz9k"];

/// A byte that no host has: a pattern that fits it where another has its `*` fits all of the other.
const ANYTHING: u8 = 1;

/// A host pattern.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) text: String,
    pub(super) wildcard: bool,
    /// One that fits it; none where none was found that fits few enough others.
    pub(super) example: Option<String>,
    /// Its own tree, and those of hosts of equal rank that fit all that it fits.
    pub(super) roots: Vec<HostRoot>,
}

/// All host patterns, by text.
pub(super) fn hosts(asker: &mut Asker<'_>) -> Vec<Host> {
    let artifact = asker.artifact;
    let exact = artifact.exact_hosts().map(|(text, root)| Host {
        text: String::from_utf8_lossy(text).into_owned(),
        wildcard: false,
        example: Some(String::from_utf8_lossy(text).into_owned()),
        roots: vec![root],
    });
    let mut hosts: Vec<Host> = exact.collect();
    let wild: Vec<(String, HostRoot, u8)> = artifact
        .wildcards()
        .map(|one| (String::from_utf8_lossy(one.text).into_owned(), one.host, one.rank))
        .collect();
    for (text, root, rank) in wild {
        let found = WORDS.iter().find_map(|word| example(asker, (&text, root, rank), word));
        let (example, rivals) = found.unzip();
        let mut roots = vec![root];
        roots.extend(rivals.into_iter().flatten());
        hosts.push(Host { text, wildcard: true, example, roots });
    }
    hosts.sort_by(|a, b| a.text.cmp(&b.text));
    hosts
}

/// A host with `word` for every `*`, and the trees of others of equal rank that it fits; none where
/// it fits one that is preferred or does not fit all of the pattern.
fn example(
    asker: &mut Asker<'_>,
    (text, root, rank): (&str, HostRoot, u8),
    word: &str,
) -> Option<(String, Vec<HostRoot>)> {
    let host = text.replace('*', word);
    let is_short = |label: &str| label.len() <= HOST_LABEL_BYTES_MAX;
    if host.len() > HOST_BYTES_MAX || !host.split('.').all(is_short) {
        return None;
    }
    let door = *asker.doors.first()?;
    let request = Request {
        method: "GET".to_owned(),
        host: host.clone(),
        path: "/".to_owned(),
        carried: Carried::default(),
        door,
    };
    let fits = asker.ask(&request)?.hosts;
    let everything: Vec<u8> =
        text.bytes().map(|byte| if byte == b'*' { ANYTHING } else { byte }).collect();
    let mut rivals = Vec::new();
    for fit in fits.iter().filter(|fit| !fit.wildcard || fit.rank >= rank) {
        if fit.base == root.base {
            continue;
        }
        if !fit.wildcard || fit.rank > rank || !glob(&fit.text, &everything) {
            return None;
        }
        rivals.push(wildcard(asker.artifact, &fit.text)?);
    }
    Some((host, rivals))
}

fn wildcard(artifact: &Artifact, text: &[u8]) -> Option<HostRoot> {
    let star = text.iter().rposition(|byte| *byte == b'*')?;
    let rest = text.get(star..).unwrap_or_default();
    let dot = rest.iter().position(|byte| *byte == b'.');
    let end = dot.and_then(|dot| rest.get(dot + 1..)).unwrap_or_default();
    let (mut at, last) = artifact.wildcards_ending(end)?;
    while at < last {
        let one = artifact.wildcard(at);
        if one.text == text {
            return Some(one.host);
        }
        at = one.next_at;
    }
    None
}
