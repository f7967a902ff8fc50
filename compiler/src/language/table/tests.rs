//! Tables against the regex library's own matcher, their canonical form, and every refusal.

use proptest::prelude::*;
use regex_automata::{Anchored, Input, MatchKind, dfa::Automaton as _, dfa::dense};

use super::*;
use crate::language::fault::FaultKind as K;

fn table(source: &str) -> Table {
    Table::from_regex(source).unwrap_or_else(|fault| panic!("{source:?}: {fault:?}"))
}

fn glob(source: &str) -> Table {
    Table::from_glob(source).unwrap_or_else(|fault| panic!("{source:?}: {fault:?}"))
}

fn check(table: &Table, accepted: &[&str], refused: &[&str]) {
    for text in accepted {
        assert!(table.accepts(text.as_bytes()), "{text:?}");
    }
    for text in refused {
        assert!(!table.accepts(text.as_bytes()), "{text:?}");
    }
}

/// What every table holds, whatever its language.
fn check_shape(table: &Table) {
    let (states, classes) = (usize::from(table.state_count), usize::from(table.class_count));
    assert_eq!((table.dead, table.start), (0, 1));
    assert_eq!(table.next.len(), states * classes);
    assert_eq!(table.accept.len(), states.div_ceil(8));
    assert!(table.next.iter().all(|next| *next < table.state_count));
    assert!(table.next[..classes].iter().all(|next| *next == 0));
    assert!(!table.accepts_at(0));
    assert!(table.classes.iter().all(|class| u16::from(*class) < table.class_count));
    let mut unused = states..table.accept.len() * 8;
    assert!(unused.all(|at| table.accept[at / 8] & (1 << (at % 8)) == 0));
    // Classes by their smallest byte, states breadth first.
    let mut known = 0;
    for class in table.classes {
        assert!(u16::from(class) <= known);
        known = known.max(u16::from(class) + 1);
    }
    let mut known = 2;
    for next in &table.next[classes..] {
        assert!(*next <= known, "{next} after {known}");
        known = known.max(*next + 1);
    }
    assert_eq!(known, table.state_count);
}

#[test]
fn longest_run_is_one_byte_past_the_longest_value_or_without_end() {
    let run = |source: &str| Table::from_regex(source).expect(source).longest_run();
    assert_eq!(run("a"), Some(2));
    assert_eq!(run("[0-9]{2,4}"), Some(5));
    assert_eq!(run("a|bcd|(e|f)g"), Some(4));
    for endless in ["a+", "a*b", ".+", "a|b+c", "(ab)+"] {
        assert_eq!(run(endless), None, "{endless}");
    }
}

#[test]
fn table_of_a_regex_fits_the_whole_segment() {
    check(&table("[0-9]+"), &["0", "42", "007"], &["", "a", "4a", "a4", "4 ", "\u{0664}"]);
    check(&table("a|ab|abc"), &["a", "ab", "abc"], &["abcd", "b", ""]);
    check(&table("^me$"), &["me"], &["me\n", "mee", ""]);
    check(&table("(?i)png|jpe?g"), &["PNG", "jpg", "JPeG"], &["gif", "pn"]);
    check(&table(r"\w+"), &["a_1"], &["\u{e9}", "a b"]);
    check(&table(r"(?u)\w+"), &["a_1", "\u{e9}t\u{e9}"], &["a b"]);
    check(&table("caf\u{e9}"), &["caf\u{e9}"], &["cafe"]);
    check(&table(r"[^\x2F]+"), &["a", "a.b", "\u{e9}", " "], &["a/b", "/"]);
    check(&table("a.b"), &["axb", "a/b"], &["ab", "a\nb"]);
    check(&table(r"\bin\b.*"), &["in", "in-out"], &["inn"]);
    check(&table("a{2,3}"), &["aa", "aaa"], &["a", "aaaa"]);
}

#[test]
fn table_of_a_glob_takes_each_star_for_at_least_one_byte() {
    check(&glob("v*"), &["v1", "v/", "vv", "v\u{e9}"], &["v", "", "av1", "V1"]);
    check(&glob("*b"), &["ab", "bb", "a/b"], &["b", ""]);
    check(&glob("a*b"), &["axb", "abbb", "a*b"], &["ab", "axbc", "xab"]);
    check(&glob("*a*"), &["xax", "aaa"], &["a", "xa", "ax"]);
    check(&glob("a*b*c"), &["a1b2c", "abbcc"], &["abc", "a1bc"]);
    check(&glob("*.%C3%A9%2A"), &["x.\u{e9}*"], &[".\u{e9}*", "x.\u{e9}"]);
    check(&glob("(*)"), &["(x)"], &["()", "x"]);
}

#[test]
fn table_holds_nothing_that_no_segment_can_be() {
    check(&table(".*"), &["a", "...", ".a", "/"], &["", ".", "..", "\x01", "a\x7f"]);
    check(&table("(?s).*"), &["a"], &["\n", "a\n"]);
}

#[test]
fn table_of_an_equal_language_is_equal() {
    let same = [
        &["[0-9]+", r"\d+", "[0-9]*", "[0-9][0-9]*", "(?:[0-9])+?", "0+|[0-9]+", "^[0-9]+$"][..],
        &[".+", ".*", "(?s:.)+", r"[^\n]+", r"[^\x00]+", "(?:.|..)*"][..],
        &["(en|de)", "de|en", "[d]e|en", "(?:en|de){1}"][..],
        &["a(b|c)d", "abd|acd"][..],
        &["(?i)a", "[aA]", "A|a"][..],
        &[r"[^./]+|\.{1,2}", r"[^./]+"][..],
    ];
    for (at, sources) in same.iter().enumerate() {
        let first = table(sources[0]);
        check_shape(&first);
        for source in *sources {
            assert_eq!(table(source).next, first.next, "{source:?}");
            assert_eq!(table(source), first, "{source:?}");
        }
        for other in same.iter().skip(at + 1) {
            assert_ne!(table(other[0]), first, "{:?} and {:?}", sources[0], other[0]);
        }
    }
    assert_eq!(glob("v*"), table("(?s-u)v.+"));
}

#[test]
fn table_of_ordinary_constraints_is_small() {
    let sizes = |source| {
        let table = table(source);
        (table.state_count, table.class_count, table.size_bytes())
    };
    assert_eq!(sizes("[0-9]+"), (3, 2, 7));
    assert_eq!(sizes("[a-z0-9_-]+"), (3, 2, 7));
    assert_eq!(sizes("[a-f0-9]{64}"), (66, 2, 141));
    assert_eq!(sizes("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), (38, 3, 119));
    // Two states more than `[0-9]+` has, since `.` and `..` are no segments.
    assert_eq!(sizes(".+"), (5, 3, 16));
    let _ = table(r"(?u)\pL+");
}

fn refused(source: &str, kind: K, at: std::ops::Range<usize>) {
    let fault = Table::from_regex(source).expect_err(source);
    assert_eq!((fault.kind, fault.at.clone()), (kind, at), "{source:?}: {fault:?}");
}

#[test]
fn regex_mistakes_are_refused_where_they_stand() {
    refused("[0-9+", K::ClassUnclosed, 0..1);
    refused("ab[a-z[0-9]", K::ClassUnclosed, 2..3);
    refused("(a|b", K::GroupUnclosed, 0..1);
    refused("a)", K::GroupUnopened, 1..2);
    refused("(?P<year>a)", K::NamedGroup, 4..8);
    refused("x(?<year>a)", K::NamedGroup, 4..8);
    refused("(?<>a)", K::NamedGroup, 3..4);
    refused("(?=a)b", K::LookAround, 0..3);
    refused("a(?<!b)", K::LookAround, 1..5);
    refused(r"(a)\1", K::BackReference, 3..5);
    refused(r"\pL+", K::UnicodeClass, 0..3);
    refused("[a\u{e9}]", K::UnicodeClass, 2..4);
    refused(r"(?u)\bx", K::UnicodeBoundary, 0..7);
    refused("*a", K::RegexSyntax, 0..1);
    refused("a{2", K::RegexSyntax, 1..3);
    refused("[z-a]", K::RegexSyntax, 1..4);
    refused(r"\q", K::RegexSyntax, 0..2);
    refused(r"(?u)\p{Nothing}", K::RegexSyntax, 4..15);
    refused("a\\", K::RegexSyntax, 1..2);
    refused(&"a".repeat(1025), K::RegexTooLong, 0..1025);
    let deep = format!("{}a{}", "(".repeat(100), ")".repeat(100));
    let fault = Table::from_regex(&deep).expect_err("too deep");
    assert_eq!(fault.kind, K::RegexTooDeep);
}

#[test]
fn regex_that_no_segment_fits_is_refused() {
    for source in
        ["", "^$", "()", r"\.", r"\.\.?", r"[^\x00-\xff]", r"\n+", r"\x00", r"a\bb", "a^b"]
    {
        refused(source, K::NothingFits, 0..source.len());
    }
}

#[test]
fn regex_that_costs_too_much_is_refused() {
    let too_large = [
        ".*a.{12}",
        ".*a.{20}",
        "(a|b)*a(a|b){14}",
        "(a{100}){100}",
        "((a{20}){20}){20}",
        r"(?u)\pL{100}",
        "a{1024}",
        ".{2000}",
        "(a?){1000}a{1000}",
        r"(?u)\w{40}",
    ];
    // Their cost is bounded by the limits on memory, not by a clock: measured 1 to 40 ms.
    for source in too_large {
        refused(source, K::RegexTooLarge, 0..source.len());
    }
    for source in ["(a+)+b", "(a|aa)+", "(.*)*", "a{1000}", "(x+x+)+y", "([a-z]+)*[0-9]"] {
        check_shape(&table(source));
    }
}

/// What the regex library says itself, over the same bytes.
fn oracle(source: &str) -> dense::DFA<Vec<u32>> {
    dense::Builder::new()
        .configure(dense::Config::new().match_kind(MatchKind::All))
        .syntax(regex_automata::util::syntax::Config::new().unicode(false).utf8(false))
        .thompson(regex_automata::nfa::thompson::Config::new().utf8(false))
        .build(&format!(r"\A(?:{source})\z"))
        .expect("the table was built from the same text")
}

fn oracle_accepts(oracle: &dense::DFA<Vec<u32>>, value: &[u8]) -> bool {
    let input = Input::new(value).anchored(Anchored::Yes);
    oracle.try_search_fwd(&input).expect("no byte makes it quit").is_some()
}

/// A regex that is right by construction.
pub(crate) fn regexes() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-c.0-]",
        Just("[a-c]".to_owned()),
        Just("[^a]".to_owned()),
        Just("[0-9a-f]".to_owned()),
        Just(".".to_owned()),
        Just(r"\.".to_owned()),
        Just(r"\b".to_owned()),
        Just("(?i:B)".to_owned()),
        Just(r"\xff".to_owned()),
        Just("\u{e9}".to_owned()),
        Just("^".to_owned()),
        Just("$".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a}|{b})")),
            (inner.clone(), "[*+?]").prop_map(|(a, mark)| format!("(?:{a}){mark}")),
            (inner, 0..3_u8, 0..3_u8).prop_map(|(a, n, m)| format!("(?:{a}){{{n},{}}}", n + m)),
        ]
    })
}

fn values() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        8 => prop::sample::select(b"abc.0-9fB/\n".to_vec()),
        1 => Just(0xff),
        1 => any::<u8>(),
    ];
    prop::collection::vec(byte, 0..8)
}

proptest! {
    #[test]
    fn table_accepts_what_the_regex_library_accepts(
        source in regexes(),
        values in prop::collection::vec(values(), 1..40),
    ) {
        let Ok(table) = Table::from_regex(&source) else { return Ok(()) };
        check_shape(&table);
        let oracle = oracle(&source);
        for value in values {
            let expected = is_segment_value(&value) && oracle_accepts(&oracle, &value);
            prop_assert_eq!(table.accepts(&value), expected, "{:?} on {:?}", source, value);
        }
    }

    #[test]
    fn table_of_a_glob_accepts_what_naive_search_accepts(
        glob in "[ab.]{0,2}(\\*[ab.]{1,2}){1,3}\\*?",
        value in "[ab./]{0,7}",
    ) {
        let table = Table::from_glob(&glob).expect("a glob always fits something");
        let expected = is_segment_value(value.as_bytes()) && fits(glob.as_bytes(), value.as_bytes());
        prop_assert_eq!(table.accepts(value.as_bytes()), expected);
    }

    #[test]
    fn regex_of_any_text_never_panics(source in "\\PC{0,40}") {
        if let Err(fault) = Table::from_regex(&source) {
            prop_assert!(source.get(fault.at).is_some());
        }
    }

    #[test]
    fn regex_of_any_syntax_never_panics(source in "[-\\[\\](){}<>?*+^$|.,a0:=!PpLu\\\\&~é]{0,24}") {
        if let Err(fault) = Table::from_regex(&source) {
            prop_assert!(source.get(fault.at).is_some());
        }
    }
}

/// A glob by its definition: a star takes one byte, and then stays or goes.
fn fits(glob: &[u8], value: &[u8]) -> bool {
    match (glob, value) {
        ([], []) => true,
        ([b'*', after @ ..], [_, rest @ ..]) => fits(after, rest) || fits(glob, rest),
        ([first, after @ ..], [byte, rest @ ..]) => first == byte && fits(after, rest),
        _ => false,
    }
}
