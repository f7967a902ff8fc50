//! Heads made at random: what holds for all of them.

use pointsman_core::fields::name::{Name, Underscores};
use pointsman_core::http1::client::parse_response;
use pointsman_core::http1::encode::Persistence;
use pointsman_core::http1::framing::{BodyLength, Version};
use pointsman_core::http1::head::HeadLimits;
use pointsman_core::http1::server::parse_request;
use pointsman_core::http1::{fuzz_request_head, fuzz_response_head, fuzz_split};
use proptest::prelude::*;

use super::encode::{PLAIN, Sending, answered, sent_on};
use super::run::{cut, cut_all_ways, request_limits};

/// Pieces that heads are made of, right and wrong ones.
const PIECES: [&str; 44] = [
    "GET",
    " ",
    "/",
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/",
    "1",
    ".",
    "\r\n",
    "\r",
    "\n",
    "\r\n\r\n",
    ":",
    ": ",
    "Host",
    "Host: a\r\n",
    "a",
    "Content-Length",
    "Content-Length: 5\r\n",
    "5",
    ",",
    "\t",
    "Transfer-Encoding: chunked\r\n",
    "chunked",
    "Connection: close\r\n",
    "X: y\r\n",
    "\0",
    "\x7f",
    "_",
    "-",
    "#",
    "?",
    "*",
    "http://",
    "@",
    "[",
    "]",
    "200",
    "200 OK\r\n",
    "POST / HTTP/1.1\r\n",
    "HTTP/1.1 200 OK\r\n",
    "Expect: 100-continue\r\n",
    "TE: trailers\r\n",
    "\u{e9}",
];

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..16)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// Names as they come: managed ones, ordinary ones, all in odd spellings.
const NAMES: [&str; 26] = [
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "forwarded",
    "x-real-ip",
    "x-request-id",
    "via",
    "keep-alive",
    "upgrade",
    "proxy-connection",
    "te",
    "http2-settings",
    "trailer",
    "connection",
    "ssl-client-cert",
    "accept",
    "cookie",
    "x-a",
    "x-b",
    "user-agent",
    "authorization",
    "content-type",
    "date",
    "proxy-authorization",
];

fn field() -> impl Strategy<Value = (String, String)> {
    let name = (prop::sample::select(&NAMES[..]), any::<u64>(), any::<u64>()).prop_map(
        |(name, upper, underscore)| {
            let spelled = name.bytes().enumerate().map(|(at, byte)| match byte {
                b'-' if underscore >> at & 3 == 0 => '_',
                byte if upper >> at & 1 == 1 => char::from(byte.to_ascii_uppercase()),
                byte => char::from(byte),
            });
            spelled.collect::<String>()
        },
    );
    (name, "[ -~\t]{0,12}|x-a|close|x-b, te|cookie")
}

/// A request that is taken, and its body's framing.
fn request() -> impl Strategy<Value = (Vec<u8>, BodyLength)> {
    let framing = prop_oneof![
        Just((String::new(), BodyLength::None)),
        (0_u64..1 << 50).prop_map(|n| (format!("Content-Length: {n}\r\n"), BodyLength::Length(n))),
        Just(("Transfer-Encoding: chunked\r\n".to_owned(), BodyLength::Chunked)),
    ];
    let fields = prop::collection::vec(field(), 0..10);
    ("[A-Z]{1,8}", "/[!-\"$-~]{0,20}", framing, fields, any::<prop::sample::Index>()).prop_map(
        |(method, target, (framing, body), fields, place)| {
            let mut lines: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}:{value}\r\n")).collect();
            lines.insert(place.index(lines.len() + 1), framing);
            let head = format!("{method} {target} HTTP/1.1\r\nHost: a\r\n{}\r\n", lines.concat());
            (head.into_bytes(), body)
        },
    )
}

/// Name and value of each line that went out, names in lower case with `-` for `_`.
fn lines_of(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(bytes);
    text.strip_suffix("\r\n\r\n")
        .expect("one empty line at the end")
        .split("\r\n")
        .skip(1)
        .map(|line| {
            let (name, value) = line.split_once(':').expect("a field line");
            (
                name.to_ascii_lowercase().replace('_', "-"),
                value.trim_matches([' ', '\t']).to_owned(),
            )
        })
        .collect()
}

fn is_taken(bytes: &[u8]) -> bool {
    let limits = request_limits();
    matches!(cut(bytes, std::iter::empty(), &limits), Ok(Some(head))
        if parse_request(&bytes[head.start..head.end], &mut Vec::new(), &limits).is_ok())
}

proptest! {
    #[test]
    fn head_of_any_bytes_never_panics(bytes: Vec<u8>) {
        fuzz_request_head(&bytes);
        fuzz_response_head(&bytes);
        fuzz_split(&bytes);
    }

    #[test]
    fn head_nearly_right_never_panics_and_hangs_on_no_split(bytes in pieces()) {
        fuzz_request_head(&bytes);
        fuzz_response_head(&bytes);
        let _ = cut_all_ways(&bytes, &request_limits());
        let _ = cut_all_ways(&bytes, &HeadLimits::response(Underscores::Pass));
        let small = HeadLimits::request(48, 2, 8, Underscores::Drop);
        let _ = cut_all_ways(&bytes, &small);
    }

    #[test]
    fn request_sent_on_is_read_back_with_the_same_meaning(
        (bytes, body) in request(),
        trusted: bool,
        via: bool,
    ) {
        prop_assume!(is_taken(&bytes));
        let sending = Sending { trusted, via, ..PLAIN };
        let sent = sent_on(&bytes, sending, Underscores::Drop);
        let limits = HeadLimits::request(60_000, 200, 8192, Underscores::Drop);
        let cut = cut_all_ways(&sent, &limits).expect("a right head").expect("a whole head");
        prop_assert_eq!((cut.start, cut.end), (0, sent.len()));
        let mut index = Vec::new();
        let head = parse_request(&sent, &mut index, &limits).expect("a right head");
        let line = bytes.split(|byte| *byte == b' ').take(2).collect::<Vec<_>>();
        prop_assert_eq!(head.method, line[0]);
        prop_assert_eq!(head.target.path_and_query(), Some(line[1]));
        prop_assert_eq!(head.version, Version::Http11);
        prop_assert_eq!(head.host, Some(&b"t"[..]));
        prop_assert_eq!(head.body, body);
        prop_assert!(head.keep_alive);
        // Sent on once more from a trusted peer, ordinary fields do not change any further.
        let ordinary = |bytes: &[u8]| -> Vec<(String, String)> {
            let other = |(name, _): &(String, String)| Name::of(name.as_bytes()) == Name::Other;
            lines_of(bytes).into_iter().filter(other).collect()
        };
        let again = sent_on(&sent, sending, Underscores::Drop);
        prop_assert_eq!(ordinary(&again), ordinary(&sent));
    }

    #[test]
    fn request_of_an_untrusted_peer_sets_no_managed_field(
        (bytes, body) in request(),
        passes: bool,
    ) {
        prop_assume!(is_taken(&bytes));
        let underscores = if passes { Underscores::Pass } else { Underscores::Drop };
        let sent = sent_on(&bytes, PLAIN, underscores);
        let lines = lines_of(&sent);
        let values = |name: &str| -> Vec<&str> {
            lines.iter().filter(|(found, _)| found == name).map(|(_, value)| &**value).collect()
        };
        for (name, value) in [
            ("host", "t"), ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "http"),
            ("x-forwarded-host", "a"), ("x-forwarded-port", "80"), ("x-real-ip", "192.0.2.1"),
            ("forwarded", "for=192.0.2.1;host=a;proto=http"), ("x-request-id", "r1"),
        ] {
            prop_assert_eq!(values(name), [value], "{}", name);
        }
        for name in ["x-forwarded-prefix", "keep-alive", "upgrade", "proxy-connection", "http2-settings", "ssl-client-cert", "proxy-authorization"] {
            prop_assert!(values(name).is_empty(), "{}", name);
        }
        let expected: (Vec<String>, Vec<&str>) = match body {
            BodyLength::Length(length) => (vec![length.to_string()], vec![]),
            BodyLength::Chunked => (vec![], vec!["chunked"]),
            _ => (vec![], vec![]),
        };
        prop_assert_eq!(values("content-length"), expected.0);
        prop_assert_eq!(values("transfer-encoding"), expected.1);
    }

    #[test]
    fn response_sent_on_is_read_back_with_the_same_meaning(
        status in prop::sample::select(&[200_u16, 204, 206, 301, 304, 404, 502][..]),
        framing in prop::sample::select(&["Content-Length: 7\n", "Transfer-Encoding: chunked\n", ""][..]),
        fields in prop::collection::vec(field(), 0..10),
        is_head: bool,
        is_old: bool,
    ) {
        let lines: String = fields.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let answer = format!("HTTP/1.1 {status} X\n{lines}{framing}\n");
        let method = if is_head { "HEAD" } else { "GET" };
        let client = if is_old { Version::Http10 } else { Version::Http11 };
        let limits = HeadLimits::response(Underscores::Drop);
        let mut index = Vec::new();
        let answer_bytes = answer.replace('\n', "\r\n");
        let parsed = parse_response(answer_bytes.as_bytes(), &mut index, method.as_bytes(), &limits);
        prop_assume!(parsed.is_ok());
        let came = parsed.expect("just looked");
        let (came_body, came_says) = (came.body, came.declared_length);

        let sent = answered(method, &answer, client, Persistence::Keep).replace('\n', "\r\n");
        let mut index = Vec::new();
        let head = parse_response(sent.as_bytes(), &mut index, method.as_bytes(), &limits)
            .expect("a right head");
        prop_assert_eq!(head.status, status);
        prop_assert_eq!(head.declared_length, came_says);
        let expected = match (came_body, client) {
            (BodyLength::Chunked | BodyLength::UntilClose, Version::Http11) => BodyLength::Chunked,
            (BodyLength::Chunked | BodyLength::UntilClose, _) => BodyLength::UntilClose,
            (body, _) => body,
        };
        prop_assert_eq!(head.body, expected);
        prop_assert!(head.seen.contains(Name::Date));
        prop_assert!(!head.seen.contains(Name::KeepAlive));
        prop_assert!(!head.seen.contains(Name::Upgrade));
    }

    #[test]
    fn request_cookie_and_credentials_are_never_named_away((bytes, _) in request()) {
        prop_assume!(is_taken(&bytes));
        let count = |bytes: &[u8], name: &str| {
            lines_of(bytes).iter().filter(|(found, _)| found == name).count()
        };
        let sent = sent_on(&bytes, PLAIN, Underscores::Drop);
        for name in ["cookie", "authorization", "accept", "date", "via"] {
            prop_assert_eq!(count(&sent, name), count(&bytes, name), "{}", name);
        }
    }
}
