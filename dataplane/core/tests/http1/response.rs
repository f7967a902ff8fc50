//! Response heads: what a target may send, and how long the body behind it is.

use super::request::latin1;
use super::run::response;

fn check_for(method: &str, text: &str, expected: &str) {
    let bytes = latin1(&text.replace('\n', "\r\n").replace('¶', "\n").replace('§', "\r"));
    let shown: String = text.chars().take(100).collect();
    assert!(response(method, &bytes) == expected, "{shown:?} is {:.200}", response(method, &bytes));
}

fn check(text: &str, expected: &str) {
    check_for("GET", text, expected);
}

#[test]
fn response_plain_is_taken() {
    check("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "200 OK 1.1 body=5 fields=1 keep");
    //= RFC 9112 §4 (a phrase may be empty)
    check("HTTP/1.1 200 \nContent-Length: 2\n\n", "200  1.1 body=2 fields=1 keep");
    check("HTTP/1.1 200\nContent-Length: 2\n\n", "200  1.1 body=2 fields=1 keep");
    check("HTTP/1.1 404 Not\there \n\n", "404 Not\there  1.1 body=until-close fields=0");
    check("HTTP/1.1 599 \u{e9}\nContent-Length: 0\n\n", "599 \u{fffd} 1.1 body=0 fields=1 keep");
    check("HTTP/1.0 200 OK\nContent-Length: 0\n\n", "200 OK 1.0 body=0 fields=1");
    check(
        "HTTP/1.0 200 OK\nConnection: keep-alive\nContent-Length: 0\n\n",
        "200 OK 1.0 body=0 fields=2 keep",
    );
    check(
        "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 0\n\n",
        "200 OK 1.1 body=0 fields=2",
    );
}

#[test]
fn response_unfinished_asks_for_more() {
    for text in ["", "H", "HTTP/1.", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\nContent-Le", "§"] {
        check(text, "more");
    }
}

#[test]
fn response_body_length_hangs_on_method_and_status() {
    //= RFC 9112 §6.3
    check(
        "HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n",
        "200 OK 1.1 body=chunked fields=1 keep",
    );
    check("HTTP/1.1 200 OK\n\n", "200 OK 1.1 body=until-close fields=0");
    check("HTTP/1.1 200 OK\nConnection: keep-alive\n\n", "200 OK 1.1 body=until-close fields=1");
    check("HTTP/1.1 204 No Content\n\n", "204 No Content 1.1 body=none fields=0 keep");
    check(
        "HTTP/1.1 204 No Content\nContent-Length: 5\n\nhello",
        "204 No Content 1.1 body=none fields=1 keep",
    );
    check(
        "HTTP/1.1 304 Not Modified\nContent-Length: 5\n\n",
        "304 Not Modified 1.1 body=none fields=1 says=5 keep",
    );
    check(
        "HTTP/1.1 304 Not Modified\nTransfer-Encoding: chunked\n\n",
        "304 Not Modified 1.1 body=none fields=1 keep",
    );
    check_for(
        "HEAD",
        "HTTP/1.1 200 OK\nContent-Length: 500\n\n",
        "200 OK 1.1 body=none fields=1 says=500 keep",
    );
    check_for(
        "HEAD",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n",
        "200 OK 1.1 body=none fields=1 keep",
    );
    check_for("HEAD", "HTTP/1.1 200 OK\n\n", "200 OK 1.1 body=none fields=0 keep");
    check_for("head", "HTTP/1.1 200 OK\nContent-Length: 5\n\n", "200 OK 1.1 body=5 fields=1 keep");
    check("HTTP/1.1 100 Continue\n\n", "100 Continue 1.1 body=none fields=0 keep");
    check(
        "HTTP/1.1 103 Early Hints\nLink: x\nContent-Length: 9\n\n",
        "103 Early Hints 1.1 body=none fields=2 keep",
    );
}

#[test]
fn response_framing_that_contradicts_itself_is_garbage() {
    //= RFC 9112 §6.3
    for fields in [
        "Content-Length: 5\nContent-Length: 6",
        "Content-Length: 5\nContent-Length: 5",
        "Content-Length: abc",
        "Content-Length: -5",
        "Content-Length: 5, 6",
        "Content-Length: 5Z",
        "Content-Length: 18446744073709551621",
        "Content-Length:",
        "Content-Length: +5",
        "Content-Length: 5\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: xchunked",
    ] {
        check(&format!("HTTP/1.1 200 OK\n{fields}\n\nhello"), "TargetFraming");
        check_for("HEAD", &format!("HTTP/1.1 200 OK\n{fields}\n\n"), "TargetFraming");
    }
    //= RFC 9112 §6.1
    check("HTTP/1.0 200 OK\nTransfer-Encoding: chunked\n\n", "TargetFraming");
}

#[test]
fn response_status_line_malformed_is_garbage() {
    //= RFC 9112 §4
    for text in [
        "\u{16}\u{3}\u{1}\u{2}",
        "\nHTTP/1.1 200 OK\n\n",
        "HTTP/2 200\n\n",
        "HTTP/1.1 2000 OK\n\n",
        "HTTP/1.1 20 OK\n\n",
        "HTTP/1.1  200 OK\n\n",
        "HTTP/1.1 2x0 OK\n\n",
        "http/1.1 200 OK\n\n",
        "HTTP/1.2 200 OK\n\n",
        "HTTP/1.1 200OK\n\n",
        "HTTP/1.1 +20 OK\n\n",
        "SSH-2.0-x\n",
        "HTTP/1.1\n\n",
        "HTTP/1.1 200 O\0K\n\n",
        "ICY 200 OK\n\n",
        "220 mail.test ESMTP\n",
    ] {
        check(text, "TargetHead");
    }
    //= RFC 9110 §15
    for status in ["000", "099", "600", "999"] {
        check(&format!("HTTP/1.1 {status} X\n\n"), "TargetStatus");
    }
    //= RFC 9110 §15.2.2
    check("HTTP/1.1 101 Switching Protocols\nUpgrade: x\n\n", "TargetSwitched");
}

#[test]
fn response_field_lines_malformed_are_garbage() {
    //= RFC 9112 §5.2
    for text in [
        "HTTP/1.1 200 OK¶Content-Length: 2¶¶ok",
        "HTTP/1.1 200 OK\nX: 1\n 2\n\n",
        "HTTP/1.1 200 OK\nX: a§b\n\n",
        "HTTP/1.1 200 OK\nX : 1\n\n",
        "HTTP/1.1 200 OK\nX\n\n",
        "HTTP/1.1 200 OK\nX: \0\n\n",
        "HTTP/1.1 200 OK\n\u{e9}: 1\n\n",
        "HTTP/1.1 200 OK\n: 1\n\n",
        "HTTP/1.1 200 OK\nContent-Length : 5\n\n",
    ] {
        check(text, "TargetHead");
    }
}

#[test]
fn response_head_beyond_a_limit_is_garbage_and_at_it_taken() {
    let lines = |count: usize| "X: v\n".repeat(count);
    check(&format!("HTTP/1.1 204 X\n{}\n", lines(200)), "204 X 1.1 body=none fields=200 keep");
    check(&format!("HTTP/1.1 204 X\n{}\n", lines(201)), "TargetHeadTooLarge");
    check(&format!("HTTP/1.1 204 X\n{}\n", lines(100_000)), "TargetHeadTooLarge");
    let rest = "HTTP/1.1 204 X\r\nX: \r\n\r\n".len();
    let value = "v".repeat(32 * 1024 - rest);
    check(&format!("HTTP/1.1 204 X\nX: {value}\n\n"), "204 X 1.1 body=none fields=1 keep");
    check(&format!("HTTP/1.1 204 X\nX: {value}v\n\n"), "TargetHeadTooLarge");
    check(&format!("HTTP/1.1 200 {}", "r".repeat(40_000)), "TargetHeadTooLarge");
}

#[test]
fn response_underscored_names_are_dropped() {
    check("HTTP/1.1 204 X\nX_Y: 1\nX-Y: 1\n\n", "204 X 1.1 body=none fields=1 keep");
}
