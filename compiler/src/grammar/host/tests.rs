//! Hosts: what is accepted in which form, and every refusal with its place.

use pointsman_routing::request::{Canonical, PathPolicy};
use proptest::prelude::*;

use super::*;
use crate::language::fault::FaultKind as K;

fn check(text: &str, expected: HostPattern) {
    assert_eq!(parse(text), Ok(expected), "{text:?}");
}

fn exact(text: &str, expected: &str) {
    check(text, HostPattern::Exact(expected.into()));
}

fn wildcard(text: &str, expected: &str) {
    check(text, HostPattern::Wildcard(expected.into()));
}

/// Each fault with the text that it points at.
fn refused(text: &str, expected: &[(K, &str)]) {
    let faults = parse(text).expect_err(text);
    let seen: Vec<(K, &str)> =
        faults.iter().map(|fault| (fault.kind, &text[fault.at.clone()])).collect();
    assert_eq!(seen, expected, "{text:?}: {faults:?}");
}

#[test]
fn host_is_read_in_the_form_of_a_request() {
    check("*", HostPattern::Any);
    exact("domain.tld", "domain.tld");
    exact("Sub.Domain.TLD", "sub.domain.tld");
    exact("domain.tld.", "domain.tld");
    exact("localhost", "localhost");
    exact("my_service.internal", "my_service.internal");
    exact("a~b.internal", "a~b.internal");
    exact("127.0.0.1", "127.0.0.1");
    exact("xn--MNCHEN-3ya.de", "xn--mnchen-3ya.de");
    exact("München.de", "xn--mnchen-3ya.de");
    wildcard("*.Domain.tld", "*.domain.tld");
    wildcard("api-*.domain.*", "api-*.domain.*");
    wildcard("*.münchen.de", "*.xn--mnchen-3ya.de");
    wildcard("*.domain.tld.", "*.domain.tld");
}

//= RFC 5952 §4 one text for one address
#[test]
fn host_with_an_ipv6_address_has_one_form() {
    exact("[::1]", "[::1]");
    exact("[2001:DB8:0:0::1]", "[2001:db8::1]");
    exact("[0:0:0:0:0:0:0:0]", "[::]");
    refused("[::1", &[(K::Ipv6, "[::1")]);
    refused("[::1%eth0]", &[(K::Ipv6, "::1%eth0")]);
    refused("[2001:*]", &[(K::Ipv6, "2001:*")]);
    refused("[]", &[(K::Ipv6, "")]);
    refused("[v1.x]", &[(K::Ipv6, "v1.x")]);
    refused("[::1]:443", &[(K::Port, ":443")]);
    refused("[::1]x", &[(K::HostCharacter, "x")]);
    refused("::1", &[(K::Ipv6Brackets, "::1")]);
    refused("2001:db8::1", &[(K::Ipv6Brackets, "2001:db8::1")]);
}

#[test]
fn host_with_what_no_host_has_is_refused() {
    refused("", &[(K::HostEmpty, "")]);
    refused("domain.tld:443", &[(K::Port, ":443")]);
    refused("domain.tld:", &[(K::Port, ":")]);
    refused("domain.tld:*", &[(K::Port, ":*")]);
    refused("domain.tld:http", &[(K::HostCharacter, ":")]);
    refused("user:pw@domain.tld", &[(K::UserInfo, "user:pw@")]);
    refused("user@", &[(K::UserInfo, "user@"), (K::HostEmpty, "")]);
    refused("user@a.b:80", &[(K::UserInfo, "user@"), (K::Port, ":80")]);
    refused(":tenant.domain.tld", &[(K::HostParameter, ":tenant")]);
    refused("$x<a>.tld", &[(K::HostParameter, "$x<a>")]);
    refused("{tenant}.tld", &[(K::HostParameter, "{tenant}")]);
    refused("a..b", &[(K::LabelEmpty, ".")]);
    refused(".a", &[(K::LabelEmpty, ".")]);
    refused(".", &[(K::LabelEmpty, "."), (K::LabelEmpty, ".")]);
    refused("**.domain.tld", &[(K::DoubleStar, "**")]);
    refused("**", &[(K::DoubleStar, "**")]);
    refused("a%2eb", &[(K::HostCharacter, "%")]);
    refused("a\\b", &[(K::HostCharacter, "\\")]);
    refused("a b", &[(K::Space, " ")]);
    refused("a!b,c", &[(K::HostCharacter, "!"), (K::HostCharacter, ",")]);
    refused("a\0b", &[(K::HostCharacter, "\0")]);
    refused("☃.tld", &[(K::Idn, "☃")]);
    refused("a.*ö.tld", &[(K::Idn, "*")]);
    refused(
        "x[::1]",
        &[
            (K::HostCharacter, "["),
            (K::HostCharacter, ":"),
            (K::HostCharacter, ":"),
            (K::HostCharacter, "]"),
        ],
    );
}

//= RFC 1035 §2.3.4 labels and names are bounded
#[test]
fn host_that_is_too_long_is_refused() {
    exact(&"a".repeat(63), &"a".repeat(63));
    refused(&"a".repeat(64), &[(K::LabelTooLong, &"a".repeat(64))]);
    let longest = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
    exact(&longest, &longest);
    exact(&format!("{longest}."), &longest);
    let longer = format!("{longest}d");
    refused(&longer, &[(K::HostTooLong, &longer)]);
}

#[test]
fn host_prints_what_is_read_as_the_same() {
    for text in ["*", "a.b", "*.b", "[::1]", "München.de"] {
        let host = parse(text).expect(text);
        assert_eq!(parse(&host.to_string()), Ok(host));
    }
}

proptest! {
    #[test]
    fn host_is_canonical_as_in_a_request(
        text in prop_oneof![
            "[aB0._~%@!:-]{1,10}",
            "\\[[0-9A-Fa-f:.]{2,12}\\]",
            "\\[(0{0,3}[0-9a-fA-F]:){7}[0-9A-F]{1,4}\\]",
            "[a-c]{60,66}(\\.[a-c]{60,66}){0,4}\\.?",
        ],
    ) {
        let mut request = Canonical::new();
        let read = request.set(Some(text.as_bytes()), b"/", PathPolicy::default());
        match parse(&text) {
            Ok(host) => {
                prop_assert_eq!(read, Ok(()));
                prop_assert_eq!(request.host().to_vec(), host.to_string().into_bytes());
            }
            Err(faults) => {
                let port_alone = faults.iter().all(|fault| fault.kind == K::Port);
                prop_assert!(read.is_err() || port_alone, "{:?}", faults);
            }
        }
    }
}
