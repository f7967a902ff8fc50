//! Single segments: what each form is, and every refusal with its place.

use super::*;

fn parse(text: &str) -> Result<Segment, Vec<Fault>> {
    super::parse(text, &mut Tables::new())
}
use crate::language::fault::FaultKind as K;

fn fixed_is(text: &str, expected: &str) {
    assert_eq!(parse(text), Ok(Segment::Static(expected.as_bytes().into())), "{text:?}");
}

fn constrained_is(text: &str, expected: (Option<&str>, &str), fits: &[&str], others: &[&str]) {
    let Ok(Segment::Constrained(own)) = parse(text) else {
        panic!("{text:?}: {:?}", parse(text));
    };
    let Constrained { name, source, table } = *own;
    assert_eq!((name.as_deref(), &*source), expected);
    for value in fits {
        assert!(table.accepts(value.as_bytes()), "{text:?} and {value:?}");
    }
    for value in others {
        assert!(!table.accepts(value.as_bytes()), "{text:?} and {value:?}");
    }
}

fn refused(text: &str, kind: K, at: &str) {
    let faults = parse(text).expect_err(text);
    let [fault] = faults.as_slice() else { panic!("{text:?}: {faults:?}") };
    assert_eq!((fault.kind, &text[fault.at.clone()]), (kind, at), "{text:?}: {fault:?}");
}

fn help(text: &str) -> String {
    let faults = parse(text).expect_err(text);
    faults.into_iter().next().and_then(|fault| fault.help).unwrap_or_default()
}

#[test]
fn static_segment_is_canonical() {
    fixed_is("users", "users");
    fixed_is("Users", "Users");
    fixed_is("%7euser", "~user");
    fixed_is("a%2fb", "a%2Fb");
    fixed_is("a:b", "a:b");
    fixed_is("a%3ab", "a%3Ab");
    fixed_is("price$", "price$");
    fixed_is("{id}", "%7Bid%7D");
    fixed_is("caf\u{e9}", "caf%C3%A9");
    fixed_is("...", "...");
    fixed_is("%2E%2E%2E", "...");
    fixed_is("%24id", "%24id");
    fixed_is("%2A", "%2A");
}

#[test]
fn static_segment_that_no_request_has_is_refused() {
    refused(".", K::DotSegment, ".");
    refused("..", K::DotSegment, "..");
    refused("%2e.", K::DotSegment, "%2e.");
    refused("..;x", K::DotSegment, "..;x");
    refused("%2e;", K::DotSegment, "%2e;");
    refused("a%", K::BadEscape, "%");
    refused("a%g1b", K::BadEscape, "%g1");
    refused("a%0D", K::EncodedControl, "%0D");
    refused("a\\b", K::Backslash, "\\");
    refused("a b", K::Space, " ");
    refused("a\tb", K::Control, "\t");
    refused(&"a".repeat(256), K::SegmentTooLong, &"a".repeat(256));
    fixed_is(&"a".repeat(255), &"a".repeat(255));
}

#[test]
fn star_and_parameter_take_a_whole_segment() {
    assert_eq!(parse("*"), Ok(Segment::Star));
    for name in ["id", "_", "userId", "user-id", "a1"] {
        assert_eq!(parse(&format!(":{name}")), Ok(Segment::Param { name: name.into() }));
    }
    refused(":", K::ParameterNameMissing, ":");
    refused(":1a", K::ParameterName, "1a");
    refused(":-a", K::ParameterName, "-a");
    refused(":id.json", K::ParameterName, "id.json");
    refused(":a*", K::ParameterName, "a*");
    refused(":\u{e9}", K::ParameterName, "\u{e9}");
    refused(&format!(":{}", "a".repeat(65)), K::ParameterNameTooLong, &"a".repeat(65));
    refused(":x<[0-9]+>", K::ConstraintOnParameter, ":x<[0-9]+>");
    assert_eq!(help(":x<[0-9]+>"), "write `$x<[0-9]+>`, or `:x` for any value");
}

#[test]
fn segment_with_a_star_inside_is_an_unnamed_constraint() {
    constrained_is("v*", (None, "v*"), &["v1"], &["v", "av1"]);
    constrained_is("a*b", (None, "a*b"), &["axb", "a/b"], &["ab"]);
    constrained_is("*.%6Ason", (None, "*.%6Ason"), &["a.json"], &[".json"]);
    constrained_is("a%2Fb*", (None, "a%2Fb*"), &["a/bc"], &["a%2Fbc"]);
    constrained_is("caf\u{e9}-*", (None, "caf\u{e9}-*"), &["caf\u{e9}-1"], &["cafe-1"]);
    refused("**", K::DoubleStar, "**");
    refused("a**b", K::DoubleStar, "**");
    refused("a***", K::DoubleStar, "***");
    refused("a*%zz", K::BadEscape, "%zz");
    refused("a* b", K::Space, " ");
    assert!(help("**").contains("a route covers all below it"));
}

#[test]
fn constraint_runs_to_the_end_of_its_segment() {
    constrained_is("$id<[0-9]+>", (Some("id"), "[0-9]+"), &["42"], &["seven", ""]);
    constrained_is("$id<a>b>", (Some("id"), "a>b"), &["a>b"], &["a"]);
    constrained_is("$id<<a>>", (Some("id"), "<a>"), &["<a>"], &["a"]);
    constrained_is("$x<[a-z]+\\.json>", (Some("x"), "[a-z]+\\.json"), &["a.json"], &["ajson"]);
    constrained_is("$x<a?b#c%20d e>", (Some("x"), "a?b#c%20d e"), &["b#c%20d e"], &[]);
    constrained_is("$x<[^\\x2F]+>", (Some("x"), "[^\\x2F]+"), &["a"], &["a/b"]);
    constrained_is("$x<\\$batch>", (Some("x"), "\\$batch"), &["$batch"], &[]);
}

#[test]
fn constraint_mistake_is_refused_where_it_stands() {
    refused("$id", K::ConstraintMissing, "$id");
    refused("$", K::ConstraintMissing, "$");
    refused("$a.b", K::ConstraintMissing, "$a.b");
    refused("$v*", K::ConstraintMissing, "$v*");
    refused("$id<>", K::ConstraintEmpty, "<>");
    refused("$<[0-9]+>", K::ParameterNameMissing, "$");
    refused("$1<[0-9]+>", K::ParameterName, "1");
    refused("$id<[0-9]+", K::ConstraintUnclosed, "<");
    refused("$id<[0-9]+>x", K::TextAfterConstraint, "x");
    refused("$id<[0-9]+>:b", K::TextAfterConstraint, ":b");
    refused("$id<[^/]+>", K::SlashInConstraint, "/");
    refused("$id<[0-9+>", K::ClassUnclosed, "[");
    refused("$id<(a>", K::GroupUnclosed, "(");
    refused("$id<a)>", K::GroupUnopened, ")");
    refused("$id<(?<n>a)>", K::NamedGroup, "n");
    refused("$id<(?P<n>a)>", K::NamedGroup, "n");
    refused("$id<a(?=b)>", K::LookAround, "(?=");
    refused("$id<(a)\\1>", K::BackReference, "\\1");
    refused("$id<\\pL+>", K::UnicodeClass, "\\pL");
    refused("$id<(?u)\\b.>", K::UnicodeBoundary, "(?u)\\b.");
    refused("$id<+>", K::RegexSyntax, "+");
    refused("$id<a{9999}>", K::RegexTooLarge, "a{9999}");
    refused("$id<a*$b>", K::NothingFits, "a*$b");
    let long = "a".repeat(1025);
    refused(&format!("$id<{long}>"), K::RegexTooLong, &long);
    assert_eq!(help("$id"), "write `:id` for any value, or `$id<[0-9]+>`");
    assert!(help("$id<\\pL+>").contains("(?u)"));
    assert!(help("$id<[^/]+>").contains("\\x2F"));
}
