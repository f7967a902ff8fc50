//! How long files and functions are. A limit here is a ratchet: what stands in its list may shrink
//! and leave, never grow or be joined.

use crate::assert_tidy;
use crate::lexer::is_word;
use crate::tree::{Source, sources};

/// Lines of a file, tests apart.
const FILE_LINES_MAX: usize = 500;
/// Lines of a `mod.rs`, which lists and re-exports.
const MOD_LINES_MAX: usize = 40;
/// Lines of code in a function's body, comments and blank lines apart, as clippy counts.
const FUNCTION_LINES_MAX: usize = 70;
/// Functions that may be longer, as `file::name` and lines; each has an `#[expect]` with its reason.
const LONG_FUNCTIONS: &[(&str, usize)] = &[];
/// How many of them there may be: lower it whenever one leaves.
const LONG_FUNCTIONS_MAX: usize = 0;

struct Function<'a> {
    name: &'a str,
    line: usize,
    lines: usize,
}

/// The functions of a file, outer and inner.
fn functions(code: &str) -> Vec<Function<'_>> {
    let bytes = code.as_bytes();
    let starts = code.match_indices("fn ").filter(|(at, _)| *at == 0 || !is_word(bytes[at - 1]));
    starts
        .filter_map(|(at, _)| {
            let rest = &code[at + 3..];
            let name_len = rest.bytes().take_while(|byte| is_word(*byte)).count();
            let (from, to) = body(rest)?;
            let lines = rest[from..to].lines().filter(|line| !line.trim().is_empty()).count();
            let line = code[..at].lines().count().max(1);
            (name_len > 0).then(|| Function { name: &rest[..name_len], line, lines })
        })
        .collect()
}

/// What stands between the braces of the function that begins here; nothing for a declaration.
fn body(code: &str) -> Option<(usize, usize)> {
    let (mut brackets, mut depth, mut from) = (0_usize, 0_usize, 0);
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'(' | b'[' if depth == 0 => brackets += 1,
            b')' | b']' if depth == 0 => brackets = brackets.checked_sub(1)?,
            b';' if depth == 0 && brackets == 0 => return None,
            b'{' => {
                depth += 1;
                from = if depth == 1 { at + 1 } else { from };
            }
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some((from, at));
                }
            }
            _ => {}
        }
    }
    None
}

/// Lines of a file, tests in it apart.
fn product_lines(source: &Source) -> usize {
    match source.text.find("\n#[cfg(test)]\nmod ") {
        Some(at) if source.text[at..].contains('{') => source.text[..at].lines().count(),
        _ => source.text.lines().count(),
    }
}

#[test]
fn files_are_short() {
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_product()) {
        let max = if source.name() == "mod.rs" { MOD_LINES_MAX } else { FILE_LINES_MAX };
        let lines = product_lines(source);
        if lines > max {
            findings.push(source.finding(max, &format!("{lines} lines without tests, of {max}")));
        }
    }
    assert_tidy(findings);
}

#[test]
fn functions_are_short() {
    let mut findings = Vec::new();
    let mut seen = Vec::new();
    for source in sources().iter().filter(|source| source.is_product()) {
        for Function { name, line, lines } in functions(&source.code) {
            let key = format!("{}::{name}", source.path);
            match LONG_FUNCTIONS.iter().find(|(long, _)| *long == key) {
                Some((_, listed)) if lines <= FUNCTION_LINES_MAX || lines < *listed => {
                    findings
                        .push(source.finding(line, &format!("`{name}` shrank: so must the list")));
                }
                Some((_, listed)) if lines == *listed => seen.push(key),
                None if lines <= FUNCTION_LINES_MAX => {}
                _ => findings.push(source.finding(line, &format!("`{name}` has {lines} lines"))),
            }
        }
    }
    let stale = LONG_FUNCTIONS.iter().filter(|(long, _)| !seen.iter().any(|key| key == long));
    findings.extend(stale.map(|(long, _)| format!("{long}: is in the list, but not that long")));
    assert_tidy(findings);
    assert_eq!(LONG_FUNCTIONS.len(), LONG_FUNCTIONS_MAX, "the list may only shrink");
}

#[test]
fn mod_files_list_and_reexport_only() {
    let items = ["fn ", "struct ", "enum ", "trait ", "impl ", "impl<", "static ", "macro_rules!"];
    let mut findings = Vec::new();
    for source in sources().iter().filter(|source| source.is_product() && source.name() == "mod.rs")
    {
        for (number, line) in source.code.lines().enumerate() {
            let item =
                line.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            if items.iter().any(|start| item.starts_with(start)) {
                findings
                    .push(source.finding(number + 1, "mod.rs lists and re-exports, nothing else"));
            }
        }
    }
    assert_tidy(findings);
}

#[test]
fn functions_are_found_with_their_lines() {
    let code = "fn a(x: [u8; 2]) -> fn(u8) {\n one;\n\n two { }\n}\ntrait T { fn b(); }\n";
    let found: Vec<_> =
        functions(code).into_iter().map(|found| (found.name.to_owned(), found.lines)).collect();
    assert_eq!(found, [("a".to_owned(), 2)]);
}
