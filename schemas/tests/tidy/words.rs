//! Words that must not stand in some places: what blocks, allocates or asks the machine on the hot
//! path, and what is left over from writing.

use crate::assert_tidy;
use crate::lexer::is_word;
use crate::tree::{Source, sources};

/// Where a request passes.
const HOT: &[&str] = &[
    "dataplane/core/src/",
    "dataplane/routing/src/",
    "dataplane/src/downstream/",
    "dataplane/src/exchange/",
    "dataplane/src/stream/",
    "dataplane/src/upstream/",
];

/// Places below those where no request passes: they run for a person, or once a load.
const COLD: &[&str] = &[
    "dataplane/routing/src/decision.rs",
    "dataplane/routing/src/explain/",
    "dataplane/routing/src/patterns.rs",
    "dataplane/routing/src/probe.rs",
    "dataplane/routing/src/self_test.rs",
];

/// What must not stand there, and why.
const BANNED: &[(&str, &str)] = &[
    ("Mutex", "nothing waits"),
    ("RwLock", "nothing waits"),
    ("Condvar", "nothing waits"),
    ("std::fs", "no file is touched"),
    ("std::env", "no environment is read"),
    ("std::process", "nothing is started or ended"),
    ("Instant::now", "time is passed in"),
    ("SystemTime", "the wall clock decides nothing"),
    ("HashMap", "its default hasher is slow and keyed by the machine"),
    ("HashSet", "its default hasher is slow and keyed by the machine"),
    ("format!", "allocates and formats"),
    ("to_string", "allocates and formats"),
    ("to_owned", "allocates"),
    ("println!", "blocks"),
    ("eprintln!", "blocks"),
    ("print!", "blocks"),
    ("eprint!", "blocks"),
    ("Box<dyn", "allocates and hides what is called"),
    ("to_socket_addrs", "blocks on a name server"),
    ("serde", "no text format is spoken here"),
    ("serde_json", "no text format is spoken here"),
    ("toml", "no text format is spoken here"),
];

/// What stands there all the same: file, word, reason. What is not needed any more must leave.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Lines on which a word stands by itself.
fn lines_with<'a>(source: &'a Source, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let code = source.code.as_bytes();
    source.code.match_indices(word).filter_map(move |(at, _)| {
        let glued_before = at > 0 && is_word(code[at - 1]) && is_word(word.as_bytes()[0]);
        let end = at + word.len();
        let glued_after = code.get(end).copied().is_some_and(is_word)
            && word.as_bytes().last().copied().is_some_and(is_word);
        (!glued_before && !glued_after).then(|| source.code[..at].matches('\n').count() + 1)
    })
}

#[test]
fn hot_path_has_no_slow_words() {
    let mut findings = Vec::new();
    let mut used = vec![false; EXCEPTIONS.len()];
    let hot = sources().iter().filter(|source| {
        source.is_product()
            && HOT.iter().any(|place| source.path.starts_with(place))
            && !COLD.iter().any(|place| source.path.starts_with(place))
    });
    for source in hot {
        for (word, reason) in BANNED {
            for line in lines_with(source, word) {
                let exception = EXCEPTIONS
                    .iter()
                    .position(|(path, banned, _)| *path == source.path && banned == word);
                match exception {
                    Some(at) => used[at] = true,
                    None => findings.push(source.finding(line, &format!("`{word}`: {reason}"))),
                }
            }
        }
    }
    for ((path, word, _), used) in EXCEPTIONS.iter().zip(used) {
        if !used {
            findings.push(format!("{path}: needs no exception for `{word}`"));
        }
    }
    findings.extend(
        COLD.iter()
            .filter(|path| !sources().iter().any(|source| source.path.starts_with(*path)))
            .map(|path| format!("{path}: is listed and not there")),
    );
    assert_tidy(findings);
}

#[test]
fn nothing_is_left_over_from_writing() {
    let macros = ["dbg!", "todo!", "unimplemented!"];
    let marks = ["TODO", "FIXME", "XXX", "HACK"];
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        let rules = source.path.starts_with("schemas/tests/tidy/");
        for word in macros {
            findings.extend(lines_with(source, word).map(|line| source.finding(line, word)));
        }
        for (number, line) in source.text.lines().enumerate() {
            let mut words = line.split(|letter: char| !letter.is_alphanumeric());
            let mark = words.find(|word| marks.contains(word));
            if let Some(mark) = mark.filter(|mark| !rules && !line.contains(&format!("{mark}(#"))) {
                findings.push(source.finding(number + 1, &format!("{mark} without an issue")));
            }
            if line.ends_with([' ', '\t']) {
                findings.push(source.finding(number + 1, "trailing space"));
            }
            if line.contains('\t') {
                findings.push(source.finding(number + 1, "a tab"));
            }
        }
    }
    assert_tidy(findings);
}
