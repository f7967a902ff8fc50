//! Conditions on fields, parameters of the query and cookies: text, or one of `Regex(…)`,
//! `Wildcard(…)`, `Exists()`, `NotDefined()`.

use std::ops::Range;
use std::sync::Arc;

use crate::language::fault::{Fault, FaultKind};
use crate::language::table::Table;
use crate::language::tables::Tables;

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// There is a value that is this text.
    Exact(String),
    /// There is a value that the language holds.
    Language {
        /// As written.
        source: String,
        /// The language.
        table: Arc<Table>,
    },
    /// There is a value, whichever.
    Exists,
    /// There is none.
    NotDefined,
}

/// The words that begin a condition that is no text.
const WORDS: [&str; 4] = ["Regex", "Wildcard", "Exists", "NotDefined"];

/// Reads a condition.
///
/// Errors: places are bytes of `text`.
pub fn parse(text: &str, tables: &mut Tables) -> Result<Test, Vec<Fault>> {
    let Some((word, inner)) = call(text) else {
        return match near_word(text).or_else(|| unknown_call(text)) {
            Some(fault) => Err(vec![fault]),
            None => Ok(Test::Exact(text.to_owned())),
        };
    };
    let source = &text[inner.clone()];
    let language = |table: Result<Arc<Table>, Fault>| match table {
        Ok(table) => Ok(Test::Language { source: text.to_owned(), table }),
        Err(fault) => Err(vec![fault.shifted(inner.start)]),
    };
    match word {
        "Regex" if source.is_empty() => Err(vec![
            Fault::new(FaultKind::ConditionEmpty, 0..text.len())
                .help("write what a value must fit: `Regex(pre.*)`, or `Exists()` for any"),
        ]),
        "Regex" => language(tables.value_regex(source)),
        "Wildcard" if source.is_empty() => Err(vec![
            Fault::new(FaultKind::ConditionEmpty, 0..text.len())
                .help("write what a value must fit: `Wildcard(pre*)`, or `Exists()` for any"),
        ]),
        "Wildcard" => language(tables.value_glob(source)),
        _ if !source.is_empty() => Err(vec![
            Fault::new(FaultKind::ConditionArgument, inner)
                .help(format!("write `{word}()`; or `Regex(…)` for what a value must fit")),
        ]),
        "Exists" => Ok(Test::Exists),
        _ => Ok(Test::NotDefined),
    }
}

/// The word of a call, and what stands in its parentheses, which end the text.
fn call(text: &str) -> Option<(&'static str, Range<usize>)> {
    WORDS.iter().find_map(|word| {
        let inner = text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')?;
        let start = word.len() + 1;
        Some((*word, start..start + inner.len()))
    })
}

/// A text that looks like a call of a word and is none.
fn near_word(text: &str) -> Option<Fault> {
    let (head, rest) = text.split_once('(').unwrap_or((text, ""));
    let word = WORDS.iter().find(|word| word.eq_ignore_ascii_case(head.trim()))?;
    let help = if !text.contains('(') {
        let lower = matches!(*word, "Exists" | "NotDefined");
        // A field's value may well be the word `exists`.
        if !lower || head != *word {
            return None;
        }
        format!("write `{word}()`; for the text itself `Regex({word})`")
    } else if !rest.trim_end().ends_with(')') {
        format!("close it: `{word}(…)`; for the text itself write a `Regex()` of it")
    } else {
        format!("write `{word}(…)`, case and all, without space around it")
    };
    Some(Fault::new(FaultKind::ConditionSyntax, 0..text.len()).help(help))
}

/// Words that others call by, and what says the same here.
const MEANT: &[(&str, &str)] = &[
    ("contains", "Regex(.*TEXT.*)"),
    ("defined", "Exists()"),
    ("endswith", "Regex(.*TEXT)"),
    ("equals", "TEXT"),
    ("exact", "TEXT"),
    ("exist", "Exists()"),
    ("glob", "Wildcard(TEXT)"),
    ("isdefined", "Exists()"),
    ("isnotdefined", "NotDefined()"),
    ("missing", "NotDefined()"),
    ("notexist", "NotDefined()"),
    ("notexists", "NotDefined()"),
    ("prefix", "Regex(TEXT.*)"),
    ("present", "Exists()"),
    ("regexp", "Regex(TEXT)"),
    ("startswith", "Regex(TEXT.*)"),
    ("suffix", "Regex(.*TEXT)"),
    ("undefined", "NotDefined()"),
];

/// A known word as it is written.
fn called(word: &str) -> String {
    let inner = if matches!(word, "Regex" | "Wildcard") { "TEXT" } else { "" };
    format!("{word}({inner})")
}

/// A call of a word in capitals that is none of the known ones.
fn unknown_call(text: &str) -> Option<Fault> {
    let (word, _) = text.strip_suffix(')')?.split_once('(')?;
    let begins = word.starts_with(|first: char| first.is_ascii_uppercase());
    if !begins || !word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let folded = word.to_ascii_lowercase();
    let meant = MEANT.iter().find(|(other, _)| *other == folded).map(|(_, meant)| *meant);
    let begun = |known: &&&str| {
        let known = known.to_ascii_lowercase();
        known.starts_with(&folded) || folded.starts_with(&known)
    };
    let near = || WORDS.iter().filter(|_| folded.len() >= 4).find(begun);
    let meant = meant.map(str::to_owned).or_else(|| near().map(|word| called(word)));
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if folded == "not" => {
            "there is no `Not`: let a route with the condition take those first".to_owned()
        }
        None => "known: Regex(…), Wildcard(…), Exists(), NotDefined()".to_owned(),
    };
    let help = format!("{help} For the text itself write `Regex(…)` with `\\(` and `\\)`");
    Some(Fault::new(FaultKind::ConditionSyntax, 0..text.len()).help(help))
}

/// Reads arbitrary bytes as a condition and asserts what holds for every text.
#[doc(hidden)]
pub fn fuzz_condition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match parse(text, &mut Tables::new()) {
        Ok(Test::Exact(exact)) => assert_eq!(exact, text),
        Ok(_) => assert!(text.ends_with(')')),
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(text.get(fault.at.clone()).is_some(), "{text:?}: {fault:?}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Test, Vec<Fault>> {
        parse(text, &mut Tables::new())
    }

    #[test]
    fn condition_words_and_text() {
        assert_eq!(read("prod"), Ok(Test::Exact("prod".to_owned())));
        assert_eq!(read(""), Ok(Test::Exact(String::new())));
        assert_eq!(read("curl(8)"), Ok(Test::Exact("curl(8)".to_owned())));
        assert_eq!(read("exists"), Ok(Test::Exact("exists".to_owned())));
        assert_eq!(read("Exists()"), Ok(Test::Exists));
        assert_eq!(read("NotDefined()"), Ok(Test::NotDefined));
        let accepts = |text: &str, value: &[u8]| match read(text) {
            Ok(Test::Language { table, .. }) => table.accepts(value),
            other => panic!("{other:?}"),
        };
        assert!(accepts("Regex(pre.*)", b"preprod") && !accepts("Regex(pre.*)", b"a preprod"));
        assert!(accepts("Regex(a(b)c)", b"abc"));
        assert!(accepts("Regex(.*)", b"") && accepts("Regex(.*)", b"a/b"));
        assert!(accepts("Wildcard(*.org)", b"a.b/c.org") && !accepts("Wildcard(*.org)", b".org"));
    }

    #[test]
    fn condition_mistakes_are_told() {
        for (text, at) in [
            ("Regex([)", 6..7),
            ("Regex()", 0..7),
            ("Wildcard()", 0..10),
            ("Exists(1)", 7..8),
            ("regex(a)", 0..8),
            ("Exists", 0..6),
            ("Regex(a", 0..7),
            ("NotExists()", 0..11),
            ("Prefix(a)", 0..9),
            ("Not(a)", 0..6),
            ("Contains(x)", 0..11),
            ("Exist()", 0..7),
            ("Whatever(x)", 0..11),
        ] {
            let faults = read(text).expect_err(text);
            assert_eq!(faults[0].at, at, "{text}");
        }
    }

    #[test]
    fn unknown_call_says_what_was_meant() {
        for (text, meant) in [
            ("NotExists()", "`NotDefined()`"),
            ("Exist()", "`Exists()`"),
            ("RegexMatch(a)", "`Regex(TEXT)`"),
            ("Prefix(a)", "`Regex(TEXT.*)`"),
            ("Contains(x)", "`Regex(.*TEXT.*)`"),
            ("Not(a)", "no `Not`"),
            ("Whatever(x)", "known: Regex(…)"),
        ] {
            let faults = read(text).expect_err(text);
            let help = faults[0].help.as_deref().unwrap_or_default();
            assert!(help.contains(meant) && help.contains("the text itself"), "{text}: {help}");
        }
        for text in ["Mozilla/5.0 (X11)", "A b(c)", "(a)", "Word(a", "word(a)"] {
            assert_eq!(read(text), Ok(Test::Exact(text.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn condition_any_text_is_read_or_refused_in_place(
            text in "(Regex|Wildcard|Exists|NotDefined|x)?\\(?\\PC{0,12}\\)?"
        ) {
            fuzz_condition(text.as_bytes());
        }
    }
}
