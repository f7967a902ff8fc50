//! What names say: of files, of limits and of tests.

use crate::assert_tidy;
use crate::tree::{source, sources};

#[test]
fn files_are_named_by_a_concept() {
    let banned = ["common", "helper", "helpers", "manager", "misc", "types", "util", "utils"];
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        let mut parts = source.path.trim_end_matches(".rs").split('/');
        if parts.any(|part| banned.contains(&part)) {
            findings.push(source.finding(1, "names no concept"));
        }
    }
    assert_tidy(findings);
}

/// Whether a limit says what it counts, in its name or its comment.
fn has_unit(name: &str, comment: &str) -> bool {
    let measures = ["bytes", "milliseconds", "microseconds", "nanoseconds", "seconds", "ticks"];
    let things = ["connections", "entries", "levels", "suffixes"];
    let mut words = name.split('_');
    let comment = comment.to_ascii_lowercase();
    let mut comment = comment.split(|letter: char| !letter.is_alphanumeric());
    // A limit of things names them in the plural: ROUTES_MAX.
    words.any(|word| ["MS", "US", "NS"].contains(&word) || word.len() > 3 && word.ends_with('S'))
        || comment.any(|word| measures.contains(&word) || things.contains(&word))
}

#[test]
fn limits_have_a_unit_and_a_comment() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.name() == "limits.rs") {
        let mut comment = String::new();
        for (number, line) in source.text.lines().enumerate() {
            if let Some(text) = line.trim().strip_prefix("///") {
                comment.push_str(text);
                continue;
            }
            let constant = line.split_once("const ").and_then(|(_, rest)| rest.split_once(':'));
            if let Some((name, _)) = constant.filter(|(name, _)| *name != "_") {
                if comment.is_empty() {
                    findings.push(source.finding(number + 1, "a limit without a comment"));
                } else if !has_unit(name, &comment) {
                    findings.push(source.finding(number + 1, &format!("{name} has no unit")));
                }
            }
            comment.clear();
        }
    }
    assert_tidy(findings);
}

#[test]
fn tests_are_named_by_what_they_show_and_all_run() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        let lines: Vec<_> = source.text.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate() {
            let skips = ["#[ignore", "#[should_panic"].iter().any(|start| line.starts_with(start));
            if skips {
                findings.push(source.finding(number + 1, "tests run, and assert what comes out"));
            }
            let name = line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next());
            let is_test = number > 0 && lines[number - 1] == "#[test]";
            if is_test && name.is_some_and(|name| name.starts_with("test_") || !name.contains('_'))
            {
                findings.push(source.finding(number + 1, "name subject, condition and result"));
            }
        }
    }
    assert_tidy(findings);
}

/// The codes of the table in the compiler, such as `E0201`.
fn codes() -> Vec<&'static str> {
    let text = &source("compiler/src/diagnostic/code.rs").text;
    let table = text.split("#[cfg(test)]").next().unwrap_or_default();
    let table = table.split("\ncodes! {").nth(1).unwrap_or_default();
    let words = table.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| is_code(word)).collect()
}

fn is_code(text: &str) -> bool {
    matches!(text.as_bytes(), [b'E' | b'W', digits @ ..] if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit))
}

#[test]
fn diagnostics_have_an_explanation_and_a_golden_file() {
    let golden = "compiler/tests/golden/err/";
    let mut findings = Vec::new();
    let codes = codes();
    assert!(codes.len() > 20, "the table was not found");
    for code in &codes {
        let explanation = format!("compiler/src/diagnostic/codes/{code}.md");
        if !sources().iter().any(|source| source.path == explanation) {
            findings.push(format!("{explanation}: is missing"));
        }
        let shown = sources().iter().filter(|source| source.path.starts_with(golden));
        let mut shown =
            shown.filter(|source| source.path.contains(code) || source.text.contains(code));
        if shown.next().is_none() {
            findings.push(format!("{golden}: nothing there leads to {code}"));
        }
    }
    let explained = sources().iter().filter(|source| source.path.contains("/diagnostic/codes/"));
    findings.extend(
        explained
            .filter(|source| !codes.contains(&source.name().trim_end_matches(".md")))
            .map(|source| source.finding(1, "explains a code that is in no table")),
    );
    assert_tidy(findings);
}
