//! Values as written and what they mean.

use super::*;
use proptest::prelude::*;

#[test]
fn duration_takes_one_number_and_one_unit() {
    let check = |text: &str, expected: Option<u64>| {
        assert_eq!(duration_ms(text).ok(), expected, "{text}");
    };
    check("250ms", Some(250));
    check("30s", Some(30_000));
    check("2m", Some(120_000));
    check("1h", Some(3_600_000));
    check("365d", Some(31_536_000_000));
    check("0s", Some(0));
    for text in ["", "30", "s", "1m30s", "1.5s", "30 s", " 30s", "-1s", "30S", "1e3s", "30sec"] {
        check(text, None);
    }
    check("99999999999999999999s", None);
    check("18446744073709551615d", None);
}

#[test]
fn duration_says_what_was_meant() {
    let check = |text: &str, expected: &str| {
        let problem = duration_ms(text).expect_err("no duration");
        let help = problem.help.unwrap_or_default();
        assert!(help.contains(expected), "{text}: {help}");
    };
    check("30", "\"30s\"");
    check("30 s", "\"30s\"");
    check("5min", "\"5m\"");
    check("1.5s", "1500ms");
    check("1m30s", "one unit only");
}

#[test]
fn size_takes_one_number_and_one_unit() {
    let check = |text: &str, expected: Result<u64, &str>| match (size_bytes(text), expected) {
        (Ok(bytes), Ok(expected)) => assert_eq!(bytes, expected, "{text}"),
        (Err(problem), Err(expected)) => {
            let help = problem.help.unwrap_or_default();
            assert!(help.contains(expected), "{text}: {help}");
        }
        (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
    };
    check("0B", Ok(0));
    check("64KiB", Ok(65_536));
    check("1MiB", Ok(1 << 20));
    check("2GiB", Ok(2 << 30));
    check("64KB", Err("\"64KiB\""));
    check("64k", Err("\"64KiB\""));
    check("64", Err("\"64B\""));
    check("1.5MiB", Err("`KiB`"));
    check("many", Err("`KiB`"));
    check("99999999999999999999GiB", Err(""));
}

#[test]
fn shown_values_read_back() {
    for ms in [0, 1, 250, 30_000, 90_000, 3_600_000, 86_400_000] {
        assert_eq!(duration_ms(&show_duration(ms)), Ok(ms));
    }
    for bytes in [0, 1, 1024, 65_535, 1 << 30] {
        assert_eq!(size_bytes(&show_size(bytes)), Ok(bytes));
    }
}

#[test]
fn names_and_ids_hold_what_they_may() {
    for text in ["a", "A.b_c-9", "0"] {
        assert_eq!(name(text), Ok(()), "{text}");
    }
    for text in ["", "a b", "a/b", "é", &"x".repeat(129)] {
        assert!(name(text).is_err(), "{text}");
    }
    assert_eq!(route_id("a/b?c=!"), Ok(()));
    for text in ["", "a b", "é", "a\n", &"x".repeat(254)] {
        assert!(route_id(text).is_err(), "{text}");
    }
}

#[test]
fn method_is_a_word_in_its_own_case() {
    for text in ["GET", "PURGE", "x-own", "M-SEARCH"] {
        assert_eq!(method(text), Ok(()), "{text}");
    }
    for text in ["", "get", "Post", "G T", "TRACE", "connect", "*", &"X".repeat(33)] {
        assert!(method(text).is_err(), "{text}");
    }
}

#[test]
fn listen_address_says_what_was_meant() {
    let good = |text: &str| assert!(listen_address(text).is_ok(), "{text}");
    good("[::]:80");
    good("127.0.0.1:0");
    good("0.0.0.0:65535");
    let check = |text: &str, expected: &str| {
        let problem = listen_address(text).expect_err(text);
        let help = problem.help.unwrap_or_default();
        assert!(help.contains(expected), "{text}: {help}");
    };
    check("80", "[::]:80");
    check(":80", "[::]:80");
    check("*:80", "[::]:80");
    check("localhost:80", "127.0.0.1:80");
    check("example.org:80", "name is not resolved");
    check("127.0.0.1", "127.0.0.1:80");
    check("::1", "[::1]:80");
    check("fe80::g:80", "an IP address and a port");
    check("[127.0.0.1]:80", "127.0.0.1:80");
    check("127.0.0.1:70000", "0 to 65535");
    check("[::ffff:1.2.3.4]:80", "1.2.3.4:80");
    check("[fe80::1%3]:80", "zone");
    check("", "an IP address and a port");
}

#[test]
fn target_host_says_what_was_meant() {
    for (text, expected) in [
        ("target.domain.tld", "target.domain.tld"),
        ("Target.Domain.TLD", "target.domain.tld"),
        ("a_b.svc.", "a_b.svc."),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("localhost", "localhost"),
    ] {
        assert_eq!(target_host(text).as_deref(), Ok(expected), "{text}");
    }
    let check = |text: &str, expected: &str| {
        let problem = target_host(text).expect_err(text);
        let help = problem.help.unwrap_or_default();
        assert!(help.contains(expected), "{text}: {help}");
    };
    check("http://a.b/c", "\"a.b\"");
    check("a.b:80", "host = \"a.b\", port = 80");
    check("[::1]", "\"::1\"");
    check("[::1]:80", "host = \"::1\", port = 80");
    check("a.b/c", "belongs into `root`");
    check("", "a name or an IP address");
    check("a b", "a space");
    check("1.2.3", "ends in a number");
    check("300.1.1.1", "ends in a number");
    check("a..b", "two dots");
    check("-a.b", "neither begins");
    check("é.org", "xn--");
    check("*.b", "`*`");
}

#[test]
fn network_is_an_address_and_a_length() {
    let check = |text: &str, expected: Option<&str>| {
        let found = network(text).ok().map(|(address, bits)| format!("{address}/{bits}"));
        assert_eq!(found.as_deref(), expected, "{text}");
    };
    check("10.0.0.0/8", Some("10.0.0.0/8"));
    check("10.1.2.3", Some("10.1.2.3/32"));
    check("0.0.0.0/0", Some("0.0.0.0/0"));
    check("::/0", Some("::/0"));
    check("fd00::/8", Some("fd00::/8"));
    check("::ffff:10.0.0.0/104", Some("10.0.0.0/8"));
    for text in ["10.1.2.3/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "x", "", "a.b/8"] {
        check(text, None);
    }
    assert!(
        network("10.1.2.3/8").expect_err("bits").help.unwrap_or_default().contains("10.0.0.0/8")
    );
}

#[test]
fn host_header_is_a_host_and_perhaps_a_port() {
    for text in ["api.internal", "api.internal:8080", "[::1]:80", "1.2.3.4", "API:1"] {
        assert!(host_header(text).is_ok(), "{text}");
    }
    for text in ["", "a b", "a:b", "http://a", "a/b", "[1.2.3.4]", "a:70000", "::1"] {
        assert!(host_header(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_judged_without_panic(text in "\\PC{0,24}|[0-9a-f:.%/\\[\\]]{0,24}") {
        let _ = duration_ms(&text);
        let _ = size_bytes(&text);
        let _ = (name(&text), route_id(&text), method(&text), ip(&text), network(&text));
        let _ = (listen_address(&text), target_host(&text), host_header(&text), shown(&text));
    }
}
