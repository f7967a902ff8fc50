//! Findings across a whole configuration: all of them in one run, each at its line.

use pointsman_compiler::compile::fuzz_config;
use pointsman_compiler::diagnostic::Code;
use proptest::prelude::*;

use crate::configuration::{compile_files, compile_text, places};

#[test]
fn ten_mistakes_give_ten_findings_with_the_right_lines() {
    let text = r#"version = 1
trusted_proxies = ["10.1.2.3/8"]

[listeners.web]
adress = "[::]:80"

[limits]
head_timeout = "10"

[[routes]]
id = "bills"
match = ["h.tld/users/$id<[0-9>/bills"]
backend = "user"

[[routes]]
id = "shop"
match = ["shop.tld/:id"]
methods = ["get"]
backend = "users"

[[routes]]
id = "shop"
match = ["other.tld"]
backend = "users"

[backends.users]
root = "/u/${req.pathparam.id}"
load_balancing = { type = "randon" }
targets = [{ id = "a", host = "http://t.tld", port = 80 }]
"#;
    let expected = [
        (2, Code::BadIp),
        (5, Code::UnknownKey),
        (8, Code::BadDuration),
        (12, Code::BadConstraint),
        (13, Code::UnknownBackend),
        (18, Code::BadMethod),
        (22, Code::DefinedTwice),
        (27, Code::UnknownName),
        (28, Code::UnknownChoice),
        (29, Code::BadTargetHost),
    ];
    let found = places(&compile_text(text));
    let found: Vec<(u32, Code)> = found.into_iter().map(|(_, line, code)| (line, code)).collect();
    assert_eq!(found, expected);
}

#[test]
fn findings_of_all_files_come_in_one_run_sorted_by_file() {
    let outcome = compile_files([
        ("pointsman.toml", "version = 1\ninclude = [\"b.toml\", \"a.toml\"]\nlimit = 1\n"),
        ("b.toml", "[[routes]]\nid = \"b\"\nmatch = [\"x.tld\"]\nbackend = \"c\"\n"),
        ("a.toml", "\n[[routes]]\nid = \"a\"\nmatch = [\"x.tld\"]\nbackend = \"c\"\n"),
    ]);
    let expected = [
        ("pointsman.toml".to_owned(), 3, Code::UnknownKey),
        ("a.toml".to_owned(), 5, Code::UnknownBackend),
        ("b.toml".to_owned(), 3, Code::RoutesTie),
        ("b.toml".to_owned(), 4, Code::UnknownBackend),
    ];
    assert_eq!(places(&outcome), expected);
}

#[test]
fn route_with_an_error_leaves_nothing_to_be_called_missing() {
    let check = |text: &str, expected: &[Code]| {
        let outcome = compile_text(&format!("version = 1\n{text}"));
        let codes: Vec<Code> = outcome.findings.shown().iter().map(|one| one.code).collect();
        assert_eq!(codes, expected, "{text}");
    };
    let backend = "[backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";
    let listener = "[listeners.web]\naddress = \"127.0.0.1:80\"\n";
    let route = "[[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\n";
    check(&format!("{listener}{route}backnd = \"b\"\n{backend}"), &[Code::UnknownKey]);
    check(&format!("{route}backend = \"other\"\n{backend}"), &[Code::UnknownBackend]);
    check(&format!("[listener.web]\naddress = \"127.0.0.1:80\"\n{backend}"), &[Code::UnknownKey]);
    check(&format!("{listener}{backend}"), &[Code::NoRoute, Code::UnusedBackend]);
}

#[test]
fn key_of_the_whole_configuration_in_a_table_is_told_where_it_belongs() {
    let check = |table: &str, key: &str| {
        let outcome = compile_text(&format!("version = 1\n{table}\n{key}\n"));
        let name = key.split(' ').next().expect("a name");
        let help = format!("`{name}` belongs at the top of the file, before the first `[table]`");
        assert!(outcome.findings.iter().any(|one| one.help.as_ref() == Some(&help)), "{outcome:?}");
    };
    check("[listeners.web]\naddress = \"[::]:80\"", "include = []");
    check("[listeners]", "include = []");
    check("[logs]", "version = 1");
    check("[[routes]]", "trusted_proxies = []");
    check("[backends.b]", "via = false");
}

#[test]
fn damaged_file_has_no_findings_beside_its_damage_and_causes_none_elsewhere() {
    let outcome = compile_files([
        ("pointsman.toml", "version = 1\ninclude = [\"a.toml\", \"b.toml\"]\n"),
        ("a.toml", "[backends.b]\ntargets = [\n[listeners.web]\nadress = 1\n"),
        (
            "b.toml",
            "[[routes]]\nid = \"r\"\nmatch = [\"r.tld\"]\nbackend = \"b\"\npriority = \"1\"\n",
        ),
    ]);
    let expected =
        [("a.toml".to_owned(), 2, Code::Syntax), ("b.toml".to_owned(), 5, Code::WrongType)];
    assert_eq!(places(&outcome), expected);
}

#[test]
fn place_inside_an_escaped_text_is_the_place_in_the_file() {
    let text = "version = 1\n[[routes]]\nid = \"r\"\nmatch = [\"\\u0061\\u0062.tld/\\u0024id<[0>\"]\nbackend = \"b\"\n";
    let outcome = compile_text(text);
    let finding = outcome.findings.iter().find(|f| f.code == Code::BadConstraint).expect("one");
    assert_eq!(outcome.sources.text(finding.primary.span), "[");
}

#[test]
fn whole_stops_of_one_text_change_nothing() {
    // A mark in front and line ends of other systems shift no line and no column.
    let text = "version = 1\n[limits]\nhead_fields = 0\n";
    let other = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    for text in [text, other.as_str()] {
        let outcome = compile_text(text);
        let finding = outcome.findings.iter().find(|f| f.code == Code::OutOfRange).expect("one");
        let position = outcome.sources.position(finding.primary.span);
        assert_eq!((position.line, position.column), (3, 15));
    }
}

const SEED: &str = include_str!("golden/ok/every-key.toml");
const EVERY_KEY: &str = include_str!("../../examples/every-key/pointsman.toml");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_compile_or_are_found_wrong(data in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzz_config(&data);
    }

    #[test]
    fn any_toml_like_text_compiles_or_is_found_wrong(
        text in "(\\[\\[?(routes|backends\\.b|tests|limits|listeners\\.w)\\]\\]?\n|(id|match|backend|address|targets|root|expect|version|request) = (\"[a-z:/*$<>\\[\\]0-9.%{}|\\\\]{0,12}\"|1|true|\\[\"[a-z./:*]{0,8}\"\\]|\\{ id = 1 \\})\n){0,12}",
    ) {
        fuzz_config(text.as_bytes());
    }

    #[test]
    fn any_change_of_the_whole_language_compiles_or_is_found_wrong(
        changes in proptest::collection::vec((0..EVERY_KEY.len(), any::<u8>(), 0..3usize), 1..6),
    ) {
        let mut data = EVERY_KEY.as_bytes().to_vec();
        for (at, byte, kind) in changes {
            let at = at.min(data.len() - 1);
            match kind {
                0 => data[at] = b"0a-/*\"$^"[usize::from(byte) % 8],
                1 => drop(data.remove(at)),
                _ => data.insert(at, b" \"'[]{}=.\n\\$<"[usize::from(byte) % 13]),
            }
        }
        fuzz_config(&data);
    }

    #[test]
    fn any_change_of_a_sound_configuration_compiles_or_is_found_wrong(
        changes in proptest::collection::vec((0..SEED.len(), any::<u8>(), 0..3usize), 1..6),
    ) {
        let mut data = SEED.as_bytes().to_vec();
        for (at, byte, kind) in changes {
            let at = at.min(data.len() - 1);
            match kind {
                0 => data[at] = byte,
                1 => drop(data.remove(at)),
                _ => data.insert(at, b" \"'[]{}=.\n\\$<"[usize::from(byte) % 13]),
            }
        }
        fuzz_config(&data);
    }
}
