//! Texts with expressions: what each means, every refusal with its place, and what holds for every
//! text.

use proptest::prelude::*;

use super::*;
use crate::language::fault::FaultKind as K;

/// The parts, each between `|`: text as it is, values as printed.
fn check(text: &str, expected: &[&str]) {
    let template = parse(text).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"));
    let seen: Vec<String> = template
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => String::from_utf8_lossy(text).into_owned(),
            Part::Value(value) => value.to_string(),
        })
        .collect();
    assert_eq!(seen, expected, "{text:?}");
    for value in template.values() {
        let place = &text[value.span.clone()];
        assert!(place.starts_with("${") && place.ends_with('}'), "{place}");
    }
}

fn default_of(text: &str) -> Option<String> {
    let template = parse(text).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"));
    let mut values = template.values();
    let default = values.next().and_then(|value| value.default.clone());
    assert!(values.next().is_none());
    default
}

/// Each fault with the text that it points at.
fn refused(text: &str, expected: &[(K, &str)]) -> Fault {
    let faults = parse(text).expect_err(text);
    let seen: Vec<(K, &str)> =
        faults.iter().map(|fault| (fault.kind, &text[fault.at.clone()])).collect();
    assert_eq!(seen, expected, "{text:?}: {faults:?}");
    faults.into_iter().next().expect("there is one")
}

#[test]
fn text_is_cut_into_literals_and_values() {
    check("", &[]);
    check("/api", &["/api"]);
    check(
        "/apis/v1/basic_users/${req.pathparams.id}/all_bills",
        &["/apis/v1/basic_users/", "${req.pathparams.id}", "/all_bills"],
    );
    check("${req.path}${req.method}", &["${req.path}", "${req.method}"]);
    check("${ req.path\t}", &["${req.path}"]);
    check("a$b}c{$", &["a$b}c{$"]);
    check("$${req.path}", &["$", "${req.path}"]);
    check("${req.headers.X-Env:dev}", &["${req.headers.x-env :: dev}"]);
    check(
        "${req.query.a||req.headers.b || req.path}",
        &["${req.query.a || req.headers.b || req.path}"],
    );
    check("${req.query.a || req.query.b :: c}", &["${req.query.a || req.query.b :: c}"]);
    check("é${req.path}é", &["é", "${req.path}", "é"]);
    assert_eq!(Template::literal("/a"), parse("/a").expect("a literal"));
    assert_eq!(Template::literal(""), Template::default());
}

#[test]
fn default_holds_what_its_grammar_says() {
    let is = |text: &str, expected: &str| assert_eq!(default_of(text).as_deref(), Some(expected));
    is("${req.query.a:}", "");
    is("${req.query.a::}", "");
    is("${req.query.a :: }", "");
    is("${req.query.a:b}", "b");
    is("${req.query.a: b }", " b ");
    is("${req.query.a :: b c }", "b c");
    is("${req.query.a:http://b:80/c}", "http://b:80/c");
    is("${req.query.a:b::c}", "b::c");
    is("${req.query.a:::b}", ":b");
    is("${req.query.a:a\\}b}", "a}b");
    is("${req.query.a:a\\\\b\\|\\|c}", "a\\b||c");
    is("${req.query.a:a|b$c{d}", "a|b$c{d");
    is("${req.pathparams.id:none}", "none");
    assert_eq!(default_of("${req.path}"), None);
}

#[test]
fn expression_mistake_is_refused_where_it_stands() {
    refused("a${", &[(K::ExpressionUnclosed, "${")]);
    refused("${req.path", &[(K::ExpressionUnclosed, "${")]);
    refused("${req.path || ", &[(K::ExpressionUnclosed, "${")]);
    refused("${req.query.a:b", &[(K::ExpressionUnclosed, "${")]);
    refused("${}", &[(K::ExpressionEmpty, "${}")]);
    refused("${ }", &[(K::ExpressionEmpty, "${ }")]);
    refused("${:x}", &[(K::ExpressionSyntax, ":")]);
    refused("${|| req.path}", &[(K::ExpressionSyntax, "|")]);
    refused("${req.path | req.host}", &[(K::ExpressionSyntax, "|")]);
    refused("${req.path ||}", &[(K::ExpressionSyntax, "}")]);
    refused("${req.path req.host}", &[(K::ExpressionSyntax, "r")]);
    refused("${req.path\nx}", &[(K::ExpressionSyntax, "\n")]);
    refused("${${req.path}}", &[(K::ExpressionNested, "${")]);
    refused("${req.query.a || ${req.path}}", &[(K::ExpressionNested, "${")]);
    refused("${req.query.a${req.path}}", &[(K::ExpressionNested, "${")]);
    refused("${req.query.a:${req.path}}", &[(K::ExpressionNested, "${")]);
    refused("${req.query.a || req.query.b:c}", &[(K::ExpressionSyntax, ":")]);
    refused("${req.query.a:b\\n}", &[(K::DefaultEscape, "\\n")]);
    refused("${req.query.a:b || req.path}", &[(K::DefaultAlternative, "||")]);
    refused("${req.query.a :: b || c}", &[(K::DefaultAlternative, "||")]);
    refused("${req.query.a:b\nc}", &[(K::Control, "\n")]);
}

#[test]
fn control_character_in_a_literal_is_refused() {
    refused("/a\r\nx", &[(K::Control, "\r"), (K::Control, "\n")]);
    refused("/a\0", &[(K::Control, "\0")]);
    refused("${req.path}\u{7f}", &[(K::Control, "\u{7f}")]);
}

#[test]
fn value_that_may_be_absent_needs_a_default() {
    let fault = refused("/${req.query.page}", &[(K::DefaultMissing, "${req.query.page}")]);
    assert_eq!(
        fault.help.as_deref(),
        Some("write `${req.query.page:DEFAULT}`; the default may be empty")
    );
    let text = "${req.query.a || req.headers.b}";
    let fault = refused(text, &[(K::DefaultMissing, text)]);
    assert!(fault.help.expect("says what to write").contains("req.headers.b :: DEFAULT}"));
    refused("${req.client_cert.dn}", &[(K::DefaultMissing, "${req.client_cert.dn}")]);
    check("${req.query.a || req.method}", &["${req.query.a || req.method}"]);
    check("${req.client_cert.cn || now}", &["${req.client_cert.cn || now}"]);
    check("${route.name}${route.metadata.a}", &["${route.name}", "${route.metadata.a}"]);
}

#[test]
fn name_in_an_expression_is_refused_where_it_stands() {
    refused(
        "${route.title}/${req.pathparam.id || now.x :: x}",
        &[
            (K::UnknownName, "route.title"),
            (K::UnknownName, "req.pathparam.id"),
            (K::UnknownName, "now.x"),
        ],
    );
    refused("${now.format('HH:mm')}", &[(K::UnknownName, "now.format('HH:mm')")]);
    refused("${req.headers.}", &[(K::FieldNameMissing, "req.headers.")]);
    refused("${req.headers.x@y:z}", &[(K::FieldName, "x@y")]);
}

#[test]
fn expression_message_says_what_was_expected_and_found() {
    let fault = refused("${req.path | req.host}", &[(K::ExpressionSyntax, "|")]);
    assert_eq!(
        fault.message(),
        "this cannot stand in an expression: expected `||`, `:`, `::` or `}`, found `|`"
    );
    let fault = refused("${req.path", &[(K::ExpressionUnclosed, "${")]);
    assert_eq!(
        fault.message(),
        "unclosed `${`: expected `||`, `:`, `::` or `}`, found the end of the text"
    );
}

#[test]
fn text_that_is_too_much_is_refused() {
    let long = "a".repeat(4097);
    refused(&long, &[(K::ExpressionTooLong, &long)]);
    assert!(parse(&"a".repeat(4096)).is_ok());
    let many = "${req.path:a}".repeat(PROGRAM_STEPS_MAX / 2);
    assert_eq!(parse(&many).map(|template| template.steps()), Ok(PROGRAM_STEPS_MAX));
    let more = format!("{many}b");
    refused(&more, &[(K::PartsTooMany, &more)]);
    let names = ["req.path"; ALTERNATIVES_MAX + 1].join("||");
    let wide = format!("${{{names}}}");
    refused(&wide, &[(K::AlternativesTooMany, &wide)]);
    let faults = parse(&"${}".repeat(100)).expect_err("empty ones");
    assert_eq!(faults.len(), FAULTS_MAX);
}

proptest! {
    #[test]
    fn expression_of_any_text_never_panics(text in "\\PC{0,60}") {
        fuzz_expression(text.as_bytes());
    }

    #[test]
    fn expression_of_likely_parts_prints_what_is_read_as_the_same(
        parts in prop::collection::vec(
            prop_oneof![
                Just("${"), Just("}"), Just("||"), Just("::"), Just(":"), Just(" "), Just("\\"),
                Just("req.path"), Just("req.query.a"), Just("req.headers.B"), Just("|"), Just("é"),
                Just("req.pathparams.id"), Just("$"), Just("x"), Just("now"), Just("now.epoch"), Just("route.metadata.t"), Just("route.name"),
                Just("req.client_cert.cn"), Just("'"), Just("{"),
                Just("${req.query.a:"), Just("${req.query.a || req.headers.c :: "), Just("\\}"),
            ],
            0..12,
        ),
    ) {
        fuzz_expression(parts.concat().as_bytes());
    }
}
