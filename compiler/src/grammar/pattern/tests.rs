//! Whole patterns: where segments end, all faults of one pattern, and what holds for every text.

use proptest::prelude::*;

use super::*;
use crate::language::fault::FaultKind as K;

/// The host and the segments as printed, joined by a space.
fn check(text: &str, expected: &str) {
    let (host, path) = parse(text).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"));
    let mut seen = host.to_string();
    for segment in &path {
        seen.push(' ');
        seen.push_str(&segment.to_string());
    }
    assert_eq!(seen, expected, "{text:?}");
}

/// Each fault with the text that it points at.
fn refused(text: &str, expected: &[(K, &str)]) {
    let faults = parse(text).expect_err(text);
    let seen: Vec<(K, &str)> =
        faults.iter().map(|fault| (fault.kind, &text[fault.at.clone()])).collect();
    assert_eq!(seen, expected, "{text:?}: {faults:?}");
}

#[test]
fn pattern_is_a_host_and_segments() {
    check("domain.tld", "domain.tld");
    check("domain.tld/", "domain.tld");
    check("*", "*");
    check("*/", "*");
    check("Domain.tld/Api/v1/", "domain.tld Api v1");
    check(
        "subdomain.domain.tld/api/users/$id<[0-9]+>/bills",
        "subdomain.domain.tld api users $id<[0-9]+> bills",
    );
    check("*.tld/:a/*/v*/$b<x|y>", "*.tld :a * v* $b<x|y>");
    check("[::1]/a", "[::1] a");
    check("a/%2e%2e%2e/b%2fc", "a ... b%2Fc");
}

#[test]
fn constraint_keeps_what_would_end_a_segment() {
    check("a/$x<b?c>/d", "a $x<b?c> d");
    check("a/$x<b#c>", "a $x<b#c>");
    check("a/$x<b>c>/d", "a $x<b>c> d");
    check("a/$x<b>/c>", "a $x<b> c%3E");
    check("a/$x<a>/$y<b>/:z", "a $x<a> $y<b> :z");
    refused("a/$x<[^/]+>/b", &[(K::SlashInConstraint, "/")]);
    refused("a/$x<b/c>", &[(K::SlashInConstraint, "/")]);
    refused("a/$x<b/c/d>/e", &[(K::SlashInConstraint, "/")]);
    refused("a/$x<[0-9]+/b/$y<c>", &[(K::ConstraintUnclosed, "<")]);
    refused("a/$x<[0-9]+/b", &[(K::ConstraintUnclosed, "<")]);
    refused("a/$x<[0-9]+>.json/b", &[(K::TextAfterConstraint, ".json")]);
    refused("a/$x<[0-9+>/b", &[(K::ClassUnclosed, "[")]);
    refused("a/$x<[0-9]+>?q=1", &[(K::Query, "?q=1")]);
    refused("a/:x<[0-9]?>/b", &[(K::ConstraintOnParameter, ":x<[0-9]?>")]);
    refused("a/$x<(?<n>b)>/c", &[(K::NamedGroup, "n")]);
}

#[test]
fn pattern_with_what_no_pattern_has_is_refused() {
    refused("", &[(K::PatternEmpty, "")]);
    refused(" \t", &[(K::PatternEmpty, " \t")]);
    refused(" a/b ", &[(K::Space, " "), (K::Space, " ")]);
    refused("https://domain.tld/a", &[(K::Scheme, "https://")]);
    refused("HTTP://domain.tld:80", &[(K::Scheme, "HTTP://"), (K::Port, ":80")]);
    refused("domain.tld:443/a", &[(K::Port, ":443")]);
    refused("u@domain.tld/a", &[(K::UserInfo, "u@")]);
    refused("/a/b", &[(K::HostEmpty, "")]);
    refused("//host/a", &[(K::HostEmpty, ""), (K::SegmentEmpty, "//")]);
    refused("host/a?x=1#y", &[(K::Query, "?x=1#y")]);
    refused("host/a/?x", &[(K::Query, "?x")]);
    refused("host?x", &[(K::Query, "?x")]);
    refused("host/a#b", &[(K::Fragment, "#b")]);
    refused("host#b", &[(K::Fragment, "#b")]);
    refused("host/:id?", &[(K::Query, "?")]);
    refused("host//a", &[(K::SegmentEmpty, "//")]);
    refused("host/a//", &[(K::SegmentEmpty, "//")]);
    refused("host//", &[(K::SegmentEmpty, "//")]);
    refused("host/a///b", &[(K::SegmentEmpty, "//"), (K::SegmentEmpty, "//")]);
    refused("host/./a", &[(K::DotSegment, ".")]);
    refused("host/a/%2E%2e", &[(K::DotSegment, "%2E%2e")]);
    refused("host/a/**", &[(K::DoubleStar, "**")]);
    refused("host/**/b", &[(K::DoubleStar, "**")]);
    refused("host/a%2/b", &[(K::BadEscape, "%2")]);
    refused("host/a\\b", &[(K::Backslash, "\\")]);
    refused(&"a".repeat(5000), &[(K::PatternTooLong, &"a".repeat(5000))]);
}

#[test]
fn parameter_that_is_there_twice_is_refused_at_its_second_place() {
    let at = |text: &str| parse(text).expect_err(text).remove(0).at;
    refused("host/:id/:id", &[(K::ParameterTwice, "id")]);
    assert_eq!(at("host/:id/:id"), 10..12);
    refused("host/:id/$id<[0-9]+>", &[(K::ParameterTwice, "id")]);
    assert_eq!(at("host/:id/$id<[0-9]+>"), 10..12);
    check("host/:id/:Id", "host :id :Id");
}

#[test]
fn pattern_with_too_many_parts_is_refused() {
    let path = |count: usize, segment: &dyn Fn(usize) -> String| {
        (0..count).fold("host".to_owned(), |text, at| format!("{text}/{}", segment(at)))
    };
    let stars = |count| path(count, &|_| "*".to_owned());
    assert!(parse(&stars(32)).is_ok());
    refused(&stars(33), &[(K::SegmentsTooMany, &stars(33)["host".len()..])]);
    let names = |count| path(count, &|at| format!(":p{at}"));
    assert!(parse(&names(16)).is_ok());
    refused(&names(17), &[(K::CapturesTooMany, &names(17)["host".len()..])]);
    let many = parse(&path(100, &|_| "%".to_owned())).expect_err("bad escapes");
    assert_eq!(many.len(), FAULTS_MAX);
}

#[test]
fn pattern_with_several_mistakes_has_a_fault_for_each_in_their_order() {
    refused(
        "https://u@Host..tld:80/a//%zz/:1/$x<[a>/./$y?q",
        &[
            (K::Scheme, "https://"),
            (K::UserInfo, "u@"),
            (K::LabelEmpty, "."),
            (K::Port, ":80"),
            (K::SegmentEmpty, "//"),
            (K::BadEscape, "%zz"),
            (K::ParameterName, "1"),
            (K::ClassUnclosed, "["),
            (K::DotSegment, "."),
            (K::ConstraintMissing, "$y"),
            (K::Query, "?q"),
        ],
    );
}

proptest! {
    #[test]
    fn pattern_of_any_text_never_panics(text in "\\PC{0,60}") {
        fuzz_pattern(text.as_bytes());
    }

    #[test]
    fn pattern_of_any_syntax_never_panics(
        text in "[a-c.*:/$<>%0-9\\[\\]{}()?#@\\\\ +^é|&-]{0,60}",
    ) {
        fuzz_pattern(text.as_bytes());
    }

    #[test]
    fn pattern_of_likely_parts_prints_what_is_read_as_the_same(
        host in prop_oneof![
            Just("*"), Just("a.b"), Just("*.B.c"), Just("[::1]"), Just("ö.de"), Just("https://a"),
            Just("a:80"), Just(""),
        ],
        path in prop::collection::vec(
            prop_oneof![
                "[a-z%/.]{0,3}", "[:$][a-c1<]{1,2}", "\\$[a-c]<[a-c>/?\\[\\]+]{0,4}>", "[a*]{1,4}",
                "%[0-9A-Fa-f]{2}", Just("*".to_owned()),
            ],
            0..6,
        ),
    ) {
        let text = format!("{host}/{}", path.join("/"));
        fuzz_pattern(text.as_bytes());
    }
}
