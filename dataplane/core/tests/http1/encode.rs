//! Heads as they go out.

use std::net::IpAddr;

use pointsman_core::fields::forwarded::{Forwarding, IpText};
use pointsman_core::fields::name::Underscores;
use pointsman_core::fields::via::ViaId;
use pointsman_core::http1::answer::{OwnAnswer, write_own_answer};
use pointsman_core::http1::client::parse_response;
use pointsman_core::http1::encode::{
    OutgoingRequest, OutgoingResponse, Persistence, framing_to_client, write_interim_head,
    write_request_head, write_response_head,
};
use pointsman_core::http1::framing::Version;
use pointsman_core::http1::head::HeadLimits;
use pointsman_core::http1::server::parse_request;

use super::run::{cut_all_ways, request_limits};

const DATE: &[u8] = b"Sun, 06 Nov 1994 08:49:37 GMT";

/// What of a request's sending a case may choose.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    pub(crate) version: Version,
    pub(crate) persistence: Persistence,
    pub(crate) trusted: bool,
    pub(crate) via: bool,
}

pub(crate) const PLAIN: Sending = Sending {
    version: Version::Http11,
    persistence: Persistence::Keep,
    trusted: false,
    via: false,
};

/// Takes a request in and sends it on to the same path at the host `t`.
pub(crate) fn sent_on(bytes: &[u8], sending: Sending, underscores: Underscores) -> Vec<u8> {
    let mut limits = request_limits();
    limits.underscores = underscores;
    let cut = cut_all_ways(bytes, &limits).expect("a right head").expect("a whole head");
    let mut index = Vec::new();
    let head =
        parse_request(&bytes[cut.start..cut.end], &mut index, &limits).expect("a right head");
    let peer = IpText::of(IpAddr::from([192, 0, 2, 1]));
    let forwarding = Forwarding {
        peer: &peer,
        client: &peer,
        trusted: sending.trusted,
        secured: false,
        host: head.host,
        port: 80,
    };
    let id = ViaId::new(0xab);
    let mut out = Vec::new();
    write_request_head(
        &mut out,
        &OutgoingRequest {
            method: head.method,
            target: head.target.path_and_query().unwrap_or(b"*"),
            version: sending.version,
            host: b"t",
            fields: head.fields,
            seen: head.seen,
            names_fields: head.connection.names_fields,
            body: head.body,
            expect_continue: head.expect_continue,
            accepts_trailers: head.accepts_trailers,
            forwarding: &forwarding,
            via: sending.via.then_some((&id, head.version)),
            request_id: b"r1",
            persistence: sending.persistence,
        },
    );
    out
}

/// What every request carries behind its own fields.
const OURS: &str = "X-Forwarded-For: 192.0.2.1\nX-Forwarded-Proto: http\nX-Forwarded-Host: a\n\
    X-Forwarded-Port: 80\nX-Real-IP: 192.0.2.1\nForwarded: for=192.0.2.1;host=a;proto=http\n";

fn check_request(sending: Sending, fields: &str, sent: &str, behind: &str) {
    let bytes = format!("PUT /x HTTP/1.1\nHost: a\n{fields}\n").replace('\n', "\r\n");
    let version = sending.version.as_str();
    let expected =
        format!("PUT /x {version}\nHost: t\n{sent}{OURS}{behind}\n").replace('\n', "\r\n");
    let found = sent_on(bytes.as_bytes(), sending, Underscores::Drop);
    assert_eq!(String::from_utf8_lossy(&found), expected, "{fields:?}");
}

#[test]
fn request_fields_go_on_in_order_with_duplicates() {
    let id = "X-Request-Id: r1\n";
    check_request(PLAIN, "", "", id);
    check_request(PLAIN, "A: 1\nB: 2\nA: 3\na: 1\n", "A: 1\nB: 2\nA: 3\na: 1\n", id);
    check_request(PLAIN, "A:1\nB:  \t2 \t\nC:\nD:  \n", "A:1\nB:  \t2\nC:\nD:\n", id);
    check_request(
        PLAIN,
        "Cookie: a=1\nCookie: b=2\nAuthorization: x\n",
        "Cookie: a=1\nCookie: b=2\nAuthorization: x\n",
        id,
    );
    check_request(PLAIN, "A_B: 1\nC: 2\nX_Forwarded_For: 3\n", "C: 2\n", id);
}

#[test]
fn request_exactly_one_framing_field_goes_out() {
    //= RFC 9112 §6.2
    check_request(
        PLAIN,
        "Content-Length: 007\nA: 1\n",
        "A: 1\n",
        "X-Request-Id: r1\nContent-Length: 7\n",
    );
    check_request(
        PLAIN,
        "Transfer-Encoding: CHUNKED\nTrailer: x\n",
        "Trailer: x\n",
        "X-Request-Id: r1\nTransfer-Encoding: chunked\n",
    );
    check_request(
        PLAIN,
        "Content-Length: 0\nTrailer: x\n",
        "",
        "X-Request-Id: r1\nContent-Length: 0\n",
    );
}

#[test]
fn request_fields_of_one_hop_are_taken_off() {
    //= RFC 9110 §7.6.1
    let id = "X-Request-Id: r1\n";
    check_request(PLAIN, "Connection: keep-alive\nKeep-Alive: timeout=300\nA: 1\n", "A: 1\n", id);
    check_request(PLAIN, "Proxy-Connection: keep-alive\nProxy-Authorization: x\n", "", id);
    check_request(
        PLAIN,
        "Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABkAAQAAP__\n",
        "",
        id,
    );
    check_request(PLAIN, "Upgrade: foo/1\nTE: gzip\n", "", id);
    check_request(
        PLAIN,
        "Connection: close, x-foo\nX-Foo: 1\nX-Foo: 2\nX-Bar: 3\n",
        "X-Bar: 3\n",
        id,
    );
    check_request(PLAIN, "X-Foo: 1\nConnection: X-FOO\n", "", id);
    // Named, but not to be named away.
    check_request(
        PLAIN,
        "Connection: Host, Authorization, Cookie, Content-Length, Content-Type, X-Forwarded-For\n\
         Authorization: a\nCookie: b\nContent-Type: c\nContent-Length: 1\n",
        "Authorization: a\nCookie: b\nContent-Type: c\n",
        "X-Request-Id: r1\nContent-Length: 1\n",
    );
}

#[test]
fn request_te_only_says_trailers() {
    //= RFC 9110 §10.1.4
    let close = Sending { persistence: Persistence::Close, ..PLAIN };
    let old = Sending { version: Version::Http10, ..PLAIN };
    let te = "Connection: TE\nTE: gzip, trailers\n";
    check_request(PLAIN, te, "", "X-Request-Id: r1\nTE: trailers\nConnection: TE\n");
    check_request(close, te, "", "X-Request-Id: r1\nTE: trailers\nConnection: close, TE\n");
    check_request(close, "", "", "X-Request-Id: r1\nConnection: close\n");
    check_request(old, te, "", "X-Request-Id: r1\nConnection: keep-alive\n");
}

#[test]
fn request_expectation_goes_on_only_with_a_body_to_wait_for() {
    //= RFC 9110 §10.1.1
    let old = Sending { version: Version::Http10, ..PLAIN };
    let fields = "Expect: 100-continue\nContent-Length: 1\n";
    check_request(PLAIN, fields, "Expect: 100-continue\n", "X-Request-Id: r1\nContent-Length: 1\n");
    check_request(old, fields, "", "X-Request-Id: r1\nContent-Length: 1\nConnection: keep-alive\n");
    check_request(PLAIN, "Expect: 100-continue\n", "", "X-Request-Id: r1\n");
}

#[test]
fn request_forwarding_fields_of_an_untrusted_peer_never_go_on() {
    check_request(
        PLAIN,
        "X-Forwarded-For: 1\nx-forwarded-proto: https\nX-FORWARDED-HOST: b\nX-Forwarded-Port: 9\n\
         X-Forwarded-Prefix: /\nX-Forwarded: 1\nForwarded: for=1\nX-Real-Ip: 1\nX-Request-ID: 1\n\
         Ssl-Client-Cert: 1\nX-SSL-Client-DN: 1\nA: 1\n",
        "A: 1\n",
        "X-Request-Id: r1\n",
    );
}

#[test]
fn request_options_may_be_passed_on_so_often() {
    //= RFC 9110 §7.6.2
    let check = |count: &str, expected: &str| {
        let bytes = format!("OPTIONS /x HTTP/1.1\r\nHost: a\r\nMax-Forwards: {count}\r\n\r\n");
        let sent = sent_on(bytes.as_bytes(), PLAIN, Underscores::Drop);
        let sent = String::from_utf8_lossy(&sent).into_owned();
        assert!(sent.contains(&format!("\r\nMax-Forwards: {expected}\r\n")), "{sent}");
        assert_eq!(sent.matches("Max-Forwards").count(), 1, "{sent}");
    };
    check("10", "9");
    check("x", "x");
    check_request(PLAIN, "Max-Forwards: 0\n", "Max-Forwards: 0\n", "X-Request-Id: r1\n");
}

#[test]
fn request_via_is_added_behind_those_that_came() {
    //= RFC 9110 §7.6.3
    let via = Sending { via: true, ..PLAIN };
    check_request(
        via,
        "Via: 1.0 fred\n",
        "Via: 1.0 fred\n",
        "Via: 1.1 pointsman-000000ab\nX-Request-Id: r1\n",
    );
    let old = sent_on(b"GET / HTTP/1.0\r\n\r\n", via, Underscores::Drop);
    let old = String::from_utf8_lossy(&old);
    assert!(old.contains("\r\nVia: 1.0 pointsman-000000ab\r\n"), "{old}");
    assert!(!old.contains("X-Forwarded-Host"), "{old}");
    assert!(old.contains("\r\nForwarded: for=192.0.2.1;proto=http\r\n"), "{old}");
}

/// Takes an answer in and sends it on.
pub(crate) fn answered(
    method: &str,
    bytes: &str,
    client: Version,
    persistence: Persistence,
) -> String {
    let limits = HeadLimits::response(Underscores::Drop);
    let bytes = bytes.replace('\n', "\r\n");
    let cut = cut_all_ways(bytes.as_bytes(), &limits).expect("a right head").expect("a whole head");
    let mut index = Vec::new();
    let head = &bytes.as_bytes()[cut.start..cut.end];
    let head = parse_response(head, &mut index, method.as_bytes(), &limits).expect("a right head");
    let mut out = Vec::new();
    if head.is_interim() {
        write_interim_head(&mut out, &head);
    } else {
        write_response_head(
            &mut out,
            &OutgoingResponse {
                status: head.status,
                reason: head.reason,
                fields: head.fields,
                seen: head.seen,
                names_fields: head.connection.names_fields,
                body: framing_to_client(&head, client),
                client_version: client,
                persistence,
                date: DATE,
            },
        );
    }
    String::from_utf8_lossy(&out).replace("\r\n", "\n")
}

const DATED: &str = "Date: Sun, 06 Nov 1994 08:49:37 GMT\n";

#[test]
fn response_fields_go_on_in_order_and_date_is_added() {
    let check = |answer: &str, expected: &str| {
        assert_eq!(answered("GET", answer, Version::Http11, Persistence::Keep), expected);
    };
    check(
        "HTTP/1.1 200 OK\nA: 1\nContent-Length: 5\nA: 2\n\n",
        &format!("HTTP/1.1 200 OK\nA: 1\nA: 2\n{DATED}Content-Length: 5\n\n"),
    );
    check(
        "HTTP/1.1 200 \nDate: x\nServer: s\nContent-Length: 5\n\n",
        "HTTP/1.1 200 \nDate: x\nServer: s\nContent-Length: 5\n\n",
    );
    check(
        "HTTP/1.0 200 OK\nContent-Length: 5\n\n",
        &format!("HTTP/1.1 200 OK\n{DATED}Content-Length: 5\n\n"),
    );
    //= RFC 9110 §7.6.1
    check(
        "HTTP/1.1 200 OK\nConnection: close, x-a, set-cookie\nX-A: 1\nKeep-Alive: 1\nUpgrade: h2c\n\
         Proxy-Authenticate: Basic\nProxy-Connection: x\nSet-Cookie: 2\nTE: x\nContent-Length: 5\n\n",
        &format!("HTTP/1.1 200 OK\nSet-Cookie: 2\n{DATED}Content-Length: 5\n\n"),
    );
}

#[test]
fn response_is_framed_for_the_clients_version() {
    let check = |method: &str, answer: &str, client: Version, expected: &str| {
        let found = answered(method, answer, client, Persistence::Close);
        assert_eq!(found, format!("{expected}Connection: close\n\n"), "{answer:?}");
    };
    let chunked = "HTTP/1.1 200 OK\nDate: x\nTransfer-Encoding: chunked\nTrailer: T\n\n";
    let open = "HTTP/1.1 200 OK\nDate: x\n\n";
    let start = "HTTP/1.1 200 OK\nDate: x\n";
    check(
        "GET",
        chunked,
        Version::Http11,
        &format!("{start}Trailer: T\nTransfer-Encoding: chunked\n"),
    );
    //= RFC 9112 §6.1 (no chunks to HTTP/1.0)
    check("GET", chunked, Version::Http10, start);
    check("GET", open, Version::Http11, &format!("{start}Transfer-Encoding: chunked\n"));
    check("GET", open, Version::Http10, start);
    //= RFC 9110 §8.6 (HEAD and 304 keep their length, 204 has none)
    check(
        "HEAD",
        "HTTP/1.1 200 OK\nDate: x\nContent-Length: 500\n\n",
        Version::Http11,
        &format!("{start}Content-Length: 500\n"),
    );
    check("HEAD", open, Version::Http11, start);
    check(
        "GET",
        "HTTP/1.1 304 Not Modified\nDate: x\nContent-Length: 5\n\n",
        Version::Http11,
        "HTTP/1.1 304 Not Modified\nDate: x\nContent-Length: 5\n",
    );
    check(
        "GET",
        "HTTP/1.1 204 No\nDate: x\nContent-Length: 5\n\n",
        Version::Http11,
        "HTTP/1.1 204 No\nDate: x\n",
    );
    // No promise that the framing breaks.
    let promised = answered("GET", open, Version::Http10, Persistence::Keep);
    assert_eq!(promised, format!("{start}Connection: close\n\n"));
    let kept = answered(
        "GET",
        "HTTP/1.1 200 OK\nDate: x\nContent-Length: 5\n\n",
        Version::Http10,
        Persistence::Keep,
    );
    assert_eq!(kept, format!("{start}Content-Length: 5\nConnection: keep-alive\n\n"));
}

#[test]
fn response_interim_goes_on_without_framing() {
    //= RFC 9110 §15.2
    let found = answered(
        "GET",
        "HTTP/1.1 103 Early Hints\nLink: x\nContent-Length: 9\nConnection: x\n\n",
        Version::Http11,
        Persistence::Keep,
    );
    assert_eq!(found, "HTTP/1.1 103 Early Hints\nLink: x\n\n");
}

#[test]
fn own_answer_is_short_and_framed() {
    let check = |status: u16,
                 text: &str,
                 head_only: bool,
                 client: Version,
                 persistence: Persistence,
                 expected: &str| {
        let mut out = Vec::new();
        let fields: &[(&[u8], &[u8])] =
            if status == 405 { &[(b"Allow", b"GET, HEAD")] } else { &[] };
        write_own_answer(
            &mut out,
            &OwnAnswer {
                status,
                text,
                fields,
                head_only,
                client_version: client,
                persistence,
                date: DATE,
            },
        );
        let expected = expected.replace("DATED", DATED.trim_end());
        assert_eq!(
            String::from_utf8_lossy(&out),
            expected.replace('\n', "\r\n").replace("¶", "\n")
        );
    };
    check(
        404,
        "no route",
        false,
        Version::Http11,
        Persistence::Keep,
        "HTTP/1.1 404 Not Found\nDATED\nContent-Type: text/plain; charset=utf-8\nContent-Length: 9\n\nno route¶",
    );
    check(
        405,
        "x",
        true,
        Version::Http11,
        Persistence::Close,
        "HTTP/1.1 405 Method Not Allowed\nDATED\nContent-Type: text/plain; charset=utf-8\nAllow: GET, HEAD\nContent-Length: 2\nConnection: close\n\n",
    );
    check(
        200,
        "",
        false,
        Version::Http10,
        Persistence::Keep,
        "HTTP/1.1 200 OK\nDATED\nContent-Length: 0\nConnection: keep-alive\n\n",
    );
    check(204, "", false, Version::Http11, Persistence::Keep, "HTTP/1.1 204 No Content\nDATED\n\n");
}

#[test]
fn own_answer_has_a_phrase_for_each_status_of_the_fault_table() {
    for status in
        [400, 404, 405, 408, 411, 413, 414, 417, 421, 431, 500, 501, 502, 503, 504, 505, 508]
    {
        assert!(!pointsman_core::http1::answer::reason_phrase(status).is_empty(), "{status}");
    }
}
