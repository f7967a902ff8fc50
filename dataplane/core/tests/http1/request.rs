//! Request heads: what is taken, how it is read, and what is refused with which status.

use super::run::request;

/// `\n` in the test's text stands for CR LF; what a case needs to break is written as an escape.
fn check(text: &str, expected: &str) {
    let bytes: Vec<u8> = latin1(&text.replace('\n', "\r\n").replace('¶', "\n").replace('§', "\r"));
    let shown: String = text.chars().take(100).collect();
    assert!(request(&bytes) == expected, "{shown:?} is {:.200}", request(&bytes));
}

/// Characters as single bytes, so that a case can spell any byte.
pub(crate) fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).expect("one byte a character")).collect()
}

#[test]
fn request_plain_is_taken() {
    check("GET / HTTP/1.1\nHost: a\n\n", "GET / 1.1 host=a body=none fields=1 keep");
    check(
        "GET /x?y=z HTTP/1.1\nHost: a:80\nA: 1\nA: 2\n\n",
        "GET /x?y=z 1.1 host=a:80 body=none fields=3 keep",
    );
    check("GET / HTTP/1.1\nHost:a\nX:\nY: \t\n\n", "GET / 1.1 host=a body=none fields=3 keep");
    check("GET / HTTP/1.1\nHost: \t a \t\n\n", "GET / 1.1 host=a body=none fields=1 keep");
    check(
        "GET / HTTP/1.1\nhOST: a\nX: \u{80}\u{ff}\tx\n\n",
        "GET / 1.1 host=a body=none fields=2 keep",
    );
    check("GET / HTTP/1.1\nHost: a\n\nGET /next", "GET / 1.1 host=a body=none fields=1 keep");
    //= RFC 9110 §9.1 (methods are tokens, and case counts)
    check(
        "m!#$%&'*+-.^_`|~9 / HTTP/1.1\nHost: a\n\n",
        "m!#$%&'*+-.^_`|~9 / 1.1 host=a body=none fields=1 keep",
    );
    //= RFC 9110 §5.6.2
    check(
        "GET / HTTP/1.1\nHost: a\n!#$%&'*+-.^`|~9: 1\n\n",
        "GET / 1.1 host=a body=none fields=2 keep",
    );
}

#[test]
fn request_unfinished_asks_for_more() {
    for text in [
        "",
        "\n",
        "\n\n",
        "\n§",
        "G",
        "GET / HTTP/1.1",
        "GET / HTTP/1.1§",
        "GET / HTTP/1.1\nHost: a\n",
        "GET / HTTP/1.1\nHost: a\n§",
        "GET / HTTP/1.1\nHost",
    ] {
        check(text, "more");
    }
}

#[test]
fn request_leading_empty_lines_two_are_skipped() {
    //= RFC 9112 §2.2
    check("\nGET / HTTP/1.1\nHost: a\n\n", "GET / 1.1 host=a body=none fields=1 keep");
    check("\n\nGET / HTTP/1.1\nHost: a\n\n", "GET / 1.1 host=a body=none fields=1 keep");
    check("\n\n\nGET / HTTP/1.1\nHost: a\n\n", "RequestLine 400");
    check("¶GET / HTTP/1.1\nHost: a\n\n", "LineEnd 400");
    check("§GET / HTTP/1.1\nHost: a\n\n", "LineEnd 400");
    check(" GET / HTTP/1.1\nHost: a\n\n", "RequestLine 400");
    check("\n GET / HTTP/1.1\nHost: a\n\n", "RequestLine 400");
}

#[test]
fn request_line_ends_other_than_crlf_are_refused() {
    //= RFC 9112 §2.2
    for text in [
        "GET / HTTP/1.1¶Host: a¶¶",
        "GET / HTTP/1.1¶Host: a\n\n",
        "GET / HTTP/1.1\nHost: a¶\n",
        "GET / HTTP/1.1\nHost: a\n¶",
        "GET / HTTP/1.1\nHost: a\n¶Transfer-Encoding: chunked\n\n",
        "GET / HTTP/1.1§Host: a§§",
        "GET / HTTP/1.1\nHost: a\n§x",
        "GET /x¶HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\nHost: a\nX: 1§Y: 2\n\n",
        "GET / HTTP/1.1\nHost: a\nX: 1§\n\n",
        "GET / HTTP/1.1\nHost: a\nTransfer§-Encoding: chunked\n\n",
        "GET / HTTP/1.1\nHost: a\nX: §§\n\n",
    ] {
        check(text, "LineEnd 400");
    }
}

#[test]
fn request_control_bytes_are_refused() {
    //= RFC 9110 §5.5
    for byte in (0..=0x1f_u8).chain([0x7f]) {
        if matches!(byte, b'\t' | b'\r' | b'\n') {
            continue;
        }
        let byte = char::from(byte);
        check(&format!("GET / HTTP/1.1\nHost: a\nX: a{byte}b\n\n"), "ControlByte 400");
        check(
            &format!("GET / HTTP/1.1\nHost: a\nTransfer-Encoding:{byte}chunked\n\n"),
            "ControlByte 400",
        );
        check(
            &format!("GET / HTTP/1.1\nHost: a\nTransfer-Encoding{byte}: chunked\n\n"),
            "ControlByte 400",
        );
        check(
            &format!("GET / HTTP/1.1\nHost: a\n{byte}Transfer-Encoding: chunked\n\n"),
            "ControlByte 400",
        );
        check(&format!("GET /a{byte} HTTP/1.1\nHost: a\n\n"), "ControlByte 400");
        check(&format!("G{byte}T / HTTP/1.1\nHost: a\n\n"), "ControlByte 400");
        check(&format!("{byte}GET / HTTP/1.1\nHost: a\n\n"), "RequestLine 400");
    }
    check("GET\t/ HTTP/1.1\nHost: a\n\n", "ControlByte 400");
}

#[test]
fn request_line_malformed_is_refused() {
    //= RFC 9112 §3
    for text in [
        "GET  / HTTP/1.1\nHost: a\n\n",
        "GET /  HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1 \nHost: a\n\n",
        "GET / x HTTP/1.1\nHost: a\n\n",
        "GET HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1x\nHost: a\n\n",
        "GET / HTTP/11\nHost: a\n\n",
        "GET / http/1.1\nHost: a\n\n",
        "GET / HTTP/01.1\nHost: a\n\n",
        "GET / HTTP/1.10\nHost: a\n\n",
        "GET / HTTP/4294967297.1\nHost: a\n\n",
        "GET / HTTP/.....1.1.\nHost: a\n\n",
        "GET /\n",
        "GET\n",
        "G\u{cb}T / HTTP/1.1\nHost: a\n\n",
        "G=\"T / HTTP/1.1\nHost: a\n\n",
        "Extra wordGET / HTTP/1.1\nHost: a\n\n",
        "/ HTTP/1.1\nHost: a\n\n",
    ] {
        check(text, "RequestLine 400");
    }
    //= RFC 9110 §15.6.6 (refused at the end of the line, without waiting for more)
    for text in [
        "GET / HTTP/2.0\n",
        "GET / HTTP/0.9\n",
        "GET / HTTP/1.2\n",
        "PRI * HTTP/2.0\n\nSM\n\n",
        "GET / HTTP/9.9\nHost: a\n\n",
    ] {
        check(text, "Version 505");
    }
}

#[test]
fn request_method_that_is_not_served_is_refused() {
    //= RFC 9110 §9.3.6
    check("CONNECT a:443 HTTP/1.1\nHost: a:443\n\n", "ConnectMethod 501");
    check("CONNECT / HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc", "ConnectMethod 501");
    check("connect / HTTP/1.1\nHost: a\n\n", "connect / 1.1 host=a body=none fields=1 keep");
    //= RFC 9110 §9.3.8
    check("TRACE / HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc", "TraceMethod 405");
    //= RFC 9112 §3
    let long = "A".repeat(65);
    check(&format!("{long} / HTTP/1.1\nHost: a\n\n"), "MethodTooLong 501");
    check(&"A".repeat(9000), "MethodTooLong 501");
}

#[test]
fn request_target_of_each_form_is_taken_or_refused() {
    //= RFC 9112 §3.2
    check("OPTIONS * HTTP/1.1\nHost: a\n\n", "OPTIONS * 1.1 host=a body=none fields=1 keep for-us");
    check("GET * HTTP/1.1\nHost: a\n\n", "Target 400");
    check(
        "GET http://b.test/x HTTP/1.1\nHost: a\n\n",
        "GET http:/x 1.1 host=b.test body=none fields=1 keep",
    );
    check(
        "GET HtTpS://b.test:8443 HTTP/1.1\nHost: a\n\n",
        "GET https:/ 1.1 host=b.test:8443 body=none fields=1 keep",
    );
    check("GET http://b.test/x HTTP/1.1\n\n", "HostMissing 400");
    check("GET http://b.test/x HTTP/1.0\n\n", "GET http:/x 1.0 host=b.test body=none fields=0");
    for target in [
        "a:80",
        "a",
        "!",
        "http://u@b.test/",
        "http://u:p@b.test/",
        "ftp://b/",
        "/#",
        "/x#y",
        "/\u{c3}\u{a9}",
        "?x",
        "http:///x",
        "http://b:x/",
        "http:b",
    ] {
        check(&format!("GET {target} HTTP/1.1\nHost: a\n\n"), "Target 400");
    }
    // The field parser itself refuses what is not UTF-8.
    check("GET /\u{ff} HTTP/1.1\nHost: a\n\n", "RequestLine 400");
    check(
        "OPTIONS http://b.test HTTP/1.1\nHost: a\n\n",
        "OPTIONS * 1.1 host=b.test body=none fields=1 keep for-us",
    );
    //= RFC 9110 §7.6.2
    check(
        "OPTIONS /x HTTP/1.1\nHost: a\nMax-Forwards: 0\n\n",
        "OPTIONS /x 1.1 host=a body=none fields=2 keep for-us",
    );
    // Bytes that only the canonical path judges go through as they are.
    check(
        "GET /\"<>{}|^`\\%00 HTTP/1.1\nHost: a\n\n",
        "GET /\"<>{}|^`\\%00 1.1 host=a body=none fields=1 keep",
    );
}

#[test]
fn request_field_line_malformed_is_refused() {
    //= RFC 9112 §5.1
    for line in [
        "X : 1",
        "X  : 2",
        "X\t: 1",
        ": 1",
        "X",
        "X\u{85}: 1",
        "X\u{a0}: 1",
        "\u{ef}x: 1",
        "X\": 1",
        "X,: 1",
        "X;: 1",
        "X@: 1",
        "X(: 1",
        "X/: 1",
        "X[: 1",
        "X{: 1",
        "X=: 1",
        "X?: 1",
        "X\\: 1",
        "Transfer-Encoding : chunked",
        "Transf\u{82}r-Encoding: chunked",
        "Content-Length\u{85}: 1",
    ] {
        check(&format!("GET / HTTP/1.1\nHost: a\n{line}\n\n"), "FieldLine 400");
    }
    //= RFC 9112 §5.2
    for line in ["X: 1\n 2", "X: 1\n\t2", "X\n : 1", "X: 1\n Content-Length: 9", "X: 1\n \n"] {
        check(&format!("GET / HTTP/1.1\nHost: a\n{line}\n\n"), "FoldedLine 400");
    }
    check("GET / HTTP/1.1\n Host: a\n\n", "FoldedLine 400");
}

#[test]
fn request_host_must_be_one_and_right() {
    //= RFC 9112 §3.2
    check("GET / HTTP/1.1\n\n", "HostMissing 400");
    check("GET / HTTP/1.0\n\n", "GET / 1.0 host=none body=none fields=0");
    check("GET / HTTP/1.1\nHost: a\nHost: a\n\n", "HostSeveral 400");
    check("GET / HTTP/1.1\nHost: a\nhOsT: b\n\n", "HostSeveral 400");
    check("GET / HTTP/1.0\nHost: a\nHost: a\n\n", "HostSeveral 400");
    check("GET http://c/ HTTP/1.1\nHost: a\nHost: a\n\n", "HostSeveral 400");
    for host in [
        "", "a b", "a/x", "a:80:90", "[::1", "a\\b", "a\u{ff}", "u@a", "a,b", "a:x", "*", "a:99999",
    ] {
        check(&format!("GET / HTTP/1.1\nHost: {host}\n\n"), "HostBad 400");
        check(&format!("GET http://c/ HTTP/1.1\nHost: {host}\n\n"), "HostBad 400");
    }
    check(
        "GET / HTTP/1.1\nHost: A.Test.:80\n\n",
        "GET / 1.1 host=A.Test.:80 body=none fields=1 keep",
    );
    check("GET / HTTP/1.1\nHost: [::1]:80\n\n", "GET / 1.1 host=[::1]:80 body=none fields=1 keep");
}

#[test]
fn request_body_is_framed_one_way_only() {
    //= RFC 9112 §6.3
    let head = |fields: &str| format!("POST / HTTP/1.1\nHost: a\n{fields}\n\n");
    let taken = |body: &str| format!("POST / 1.1 host=a body={body} fields=2 keep");
    check("POST / HTTP/1.1\nHost: a\n\n", "POST / 1.1 host=a body=none fields=1 keep");
    check(&head("Content-Length: 0"), &taken("0"));
    check(&head("Content-Length: \t5 \t"), &taken("5"));
    check(&head("content-LENGTH: 003"), &taken("3"));
    check(&head("Content-Length: 4294967301"), &taken("4294967301"));
    check(&head("Transfer-Encoding: chunked"), &taken("chunked"));
    check(&head("transfer-encoding:\tCHUNKED "), &taken("chunked"));
    check(
        "GET / HTTP/1.1\nHost: a\nContent-Length: 1\n\nx",
        "GET / 1.1 host=a body=1 fields=2 keep",
    );
    for value in [
        "+5",
        "-1",
        "5Z",
        "0x5",
        "0_5",
        "5 5",
        "5, 5",
        "",
        ",5",
        "18446744073709551621",
        "\u{ef}\u{bc}\u{95}",
    ] {
        check(&head(&format!("Content-Length: {value}")), "LengthBad 400");
    }
    check(&head("Content-Length: 5\nContent-Length: 5"), "LengthSeveral 400");
    check(&head("Content-Length: 5\ncontent-length: 3"), "LengthSeveral 400");
    for pair in [
        "Content-Length: 5\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\nContent-Length: 5",
        "Transfer-Encoding: identity\nContent-Length: 5",
        "Content-Length:\nTransfer-Encoding: chunked",
    ] {
        check(&head(pair), "LengthWithCoding 400");
    }
    for value in [
        "identity",
        "gzip",
        "xchunked",
        "chunked, chunked",
        "chunked, gzip",
        "chunked;q=1",
        "\"chunked\"",
        "",
        ",chunked",
        "\u{a0}chunked",
        "chunked\u{ff}",
        "cow chunked bar",
    ] {
        check(&head(&format!("Transfer-Encoding: {value}")), "CodingBad 400");
    }
    check(&head("Transfer-Encoding: gzip, chunked"), "CodingUnknown 501");
    check(&head("Transfer-Encoding: chunked\nTransfer-Encoding: chunked"), "CodingBad 400");
    check(&head("Transfer-Encoding: gzip\nTransfer-Encoding: chunked"), "CodingBad 400");
    check("POST / HTTP/1.0\nHost: a\nTransfer-Encoding: chunked\n\n", "CodingInOldVersion 400");
    // Underscores make another name, which is dropped before anyone can take it for this one.
    check(&head("Content_Length: 9"), "POST / 1.1 host=a body=none fields=1 keep");
    check(&head("Transfer_Encoding: chunked"), "POST / 1.1 host=a body=none fields=1 keep");
}

#[test]
fn request_connection_says_whether_it_goes_on() {
    //= RFC 9112 §9.3
    let check = |version: &str, fields: &str, expected: &str| {
        check(
            &format!("GET / HTTP/{version}\nHost: a\n{fields}\n\n"),
            &format!("GET / {version} host=a body=none fields={expected}"),
        );
    };
    check("1.1", "Connection: close", "2");
    check("1.1", "Connection: x-foo , CLOSE", "2");
    check("1.1", "Connection: x\nConnection: close", "3");
    check("1.1", "Connection: keep-alive", "2 keep");
    check("1.0", "Connection: keep-alive", "2 keep");
    check("1.0", "Connection: Keep-Alive, close", "2");
    check("1.0", "X: 1", "2");
    check("1.1", "Connection: upgrade\nUpgrade: h2c", "3 keep upgrade");
    check("1.1", "Upgrade: h2c", "2 keep");
    check("1.1", "Connection: TE\nTE: gzip, trailers", "3 keep trailers");
    check("1.0", "TE: trailers", "2");
    let many = vec!["x"; 65].join(",");
    super::request::check(
        &format!("GET / HTTP/1.1\nHost: a\nConnection: {many}\n\n"),
        "ConnectionBad 400",
    );
}

#[test]
fn request_expectation_other_than_continue_is_refused() {
    //= RFC 9110 §10.1.1
    check(
        "POST / HTTP/1.1\nHost: a\nExpect: 100-Continue\nContent-Length: 5\n\n",
        "POST / 1.1 host=a body=5 fields=3 keep expect",
    );
    check(
        "GET / HTTP/1.1\nHost: a\nExpect: 100-continue\n\n",
        "GET / 1.1 host=a body=none fields=2 keep",
    );
    check(
        "POST / HTTP/1.0\nHost: a\nExpect: 100-continue\nContent-Length: 5\n\n",
        "POST / 1.0 host=a body=5 fields=3",
    );
    check("POST / HTTP/1.0\nHost: a\nExpect: x\n\n", "POST / 1.0 host=a body=none fields=2");
    check("GET / HTTP/1.1\nHost: a\nExpect: foo\n\n", "Expectation 417");
    check("GET / HTTP/1.1\nHost: a\nExpect: 100-continue, foo\n\n", "Expectation 417");
}

#[test]
fn request_beyond_a_limit_is_refused_and_at_it_taken() {
    // RFC 6585 §5, RFC 9110 §15.5.15
    let lines = |count: usize| "X: v\n".repeat(count);
    check(
        &format!("GET / HTTP/1.1\nHost: a\n{}\n", lines(99)),
        "GET / 1.1 host=a body=none fields=100 keep",
    );
    check(&format!("GET / HTTP/1.1\nHost: a\n{}\n", lines(100)), "TooManyFields 431");
    check(&format!("GET / HTTP/1.1\nHost: a\n{}\n", lines(20_000)), "TooManyFields 431");

    let target = "q".repeat(8 * 1024 - 1);
    check(
        &format!("GET /{target} HTTP/1.1\nHost: a\n\n"),
        &format!("GET /{target} 1.1 host=a body=none fields=1 keep"),
    );
    check(&format!("GET /{target}q HTTP/1.1\nHost: a\n\n"), "TargetTooLong 414");
    check(&format!("GET /?{}", "q".repeat(20_000)), "TargetTooLong 414");

    let rest = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n".len();
    let value = "v".repeat(32 * 1024 - rest);
    check(
        &format!("GET / HTTP/1.1\nHost: a\nX: {value}\n\n"),
        "GET / 1.1 host=a body=none fields=2 keep",
    );
    check(&format!("GET / HTTP/1.1\nHost: a\nX: {value}v\n\n"), "HeadTooLarge 431");
    check(&format!("GET / HTTP/1.1\nHost: a\n{}: v\n\n", "N".repeat(70_000)), "HeadTooLarge 431");
    // What is wrong in front of the limit is said first, what lies behind it is never seen.
    check(&format!("GET / HTTP/1.1\nHost: a\nX: \0{value}v\n\n"), "ControlByte 400");
    check(&format!("GET / HTTP/1.1\nHost: a\nX: {value}vvvv\0\n\n"), "HeadTooLarge 431");
    check(
        &format!("GET / HTTP/1.1\nHost: a\nX: {}\n\n", "v".repeat(7000)),
        "GET / 1.1 host=a body=none fields=2 keep",
    );
}
