//! What clients send, well and badly: bytes of one connection each, with a name to speak of them.

/// The bytes of one connection.
#[derive(Clone, Debug)]
pub struct Input {
    /// To speak of it.
    pub name: &'static str,
    /// What is sent.
    pub bytes: Vec<u8>,
}

/// A second request, to see whether it is taken for one.
const NEXT: &str = "GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n";

/// All inputs, in the order of the duties they try.
#[must_use]
pub fn all() -> Vec<Input> {
    let mut inputs = Vec::new();
    for (name, bytes) in LINES.iter().chain(TARGETS).chain(FIELDS).chain(FRAMING).chain(CHUNKS) {
        inputs.push(Input { name, bytes: bytes.as_bytes().to_vec() });
    }
    for (name, bytes) in BYTES {
        inputs.push(Input { name, bytes: bytes.to_vec() });
    }
    inputs.extend(large());
    inputs
}

/// The bytes of one input.
///
/// Panics: there is none of that name.
#[must_use]
pub fn named(name: &str) -> Vec<u8> {
    let found = all().into_iter().find(|input| input.name == name);
    found.unwrap_or_else(|| panic!("no input is named {name:?}")).bytes
}

/// Request lines, empty lines, versions, several requests.
#[rustfmt::skip]
const LINES: &[(&str, &str)] = &[
    ("plain", "GET /x?y=1 HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\n\r\n"),
    ("nothing", ""),
    ("head cut", "GET / HTTP/1.1\r\nHost: a.te"),
    ("empty line in front", "\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("two empty lines in front", "\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("many empty lines in front", "\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("space in front", " GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("three in one go", "GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /3 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("two spaces", "GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("space behind the version", "GET / HTTP/1.1 \r\nHost: a.test\r\n\r\n"),
    ("tab for a space", "GET\t/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("no version", "GET /\r\n\r\n"),
    ("version in small letters", "GET / http/1.1\r\nHost: a.test\r\n\r\n"),
    ("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a.test\r\n\r\n"),
    ("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a.test\r\n\r\n"),
    ("HTTP/1.10", "GET / HTTP/1.10\r\nHost: a.test\r\n\r\n"),
    ("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("HTTP/1.0", "GET / HTTP/1.0\r\nHost: a.test\r\n\r\nGET /next HTTP/1.0\r\n\r\n"),
    ("HTTP/1.0 kept alive", "GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\nGET /next HTTP/1.0\r\n\r\n"),
    ("connection close", "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("close among others", "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: x, Close\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("method in small letters", "get / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("unknown method", "BREW /pot HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("method that is no token", "G(T / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("TRACE", "TRACE / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("HEAD", "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("line feed alone in a line", "GET / HTTP/1.1\nHost: a.test\r\n\r\n"),
    ("line feeds alone", "GET / HTTP/1.1\nHost: a.test\n\n"),
    ("head that ends with two line feeds", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\n\nhello GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("head that ends with CR LF LF", "GET / HTTP/1.1\r\nHost: a.test\r\n\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
];

/// Request targets.
#[rustfmt::skip]
const TARGETS: &[(&str, &str)] = &[
    ("fragment", "GET /a#b HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("no slash", "GET foo HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("authority alone", "GET a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("absolute", "GET http://b.test/x?y HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("absolute without path", "GET http://b.test HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("absolute with a query alone", "GET http://b.test?y HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("absolute with a user", "GET http://u@b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("absolute of another scheme", "GET ftp://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("asterisk of a GET", "GET * HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("backslash", "GET /a\\b HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("broken escape", "GET /%zz HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("two slashes", "GET //x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("quotation mark in the query", "GET /x?a=\"b\" HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("question mark alone", "GET /? HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("CONNECT", "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n"),
];

/// Field lines, Host, expectations.
#[rustfmt::skip]
const FIELDS: &[(&str, &str)] = &[
    ("no Host", "GET / HTTP/1.1\r\n\r\n"),
    ("no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n"),
    ("two Hosts", "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n"),
    ("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    ("Host with a path", "GET / HTTP/1.1\r\nHost: a.test/x\r\n\r\n"),
    ("Host with a user", "GET / HTTP/1.1\r\nHost: u@a.test\r\n\r\n"),
    ("space before the colon", "GET / HTTP/1.1\r\nHost: a.test\r\nX : 1\r\n\r\n"),
    ("folded line", "GET / HTTP/1.1\r\nHost: a.test\r\nX: 1\r\n 2\r\n\r\n"),
    ("space in front of the first field", "GET / HTTP/1.1\r\n Host: a.test\r\n\r\n"),
    ("no colon", "GET / HTTP/1.1\r\nHost: a.test\r\nX\r\n\r\n"),
    ("no name", "GET / HTTP/1.1\r\nHost: a.test\r\n: 1\r\n\r\n"),
    ("name that is no token", "GET / HTTP/1.1\r\nHost: a.test\r\nX(: 1\r\n\r\n"),
    ("empty value", "GET / HTTP/1.1\r\nHost: a.test\r\nX:\r\nY: \t \r\n\r\n"),
    ("white space around a value", "GET / HTTP/1.1\r\nHost: a.test\r\nX: \t a b \t\r\n\r\n"),
    ("one name several times", "GET / HTTP/1.1\r\nHost: a.test\r\nX: 2\r\nx: 1\r\nX: 2\r\n\r\n"),
    ("name with an underscore", "GET / HTTP/1.1\r\nHost: a.test\r\nX_Y: 1\r\n\r\n"),
    ("expectation of 100", "POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok"),
    ("another expectation", "GET / HTTP/1.1\r\nHost: a.test\r\nExpect: 200-ok\r\n\r\n"),
    ("upgrade", "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
];

/// How long the body is.
#[rustfmt::skip]
const FRAMING: &[(&str, &str)] = &[
    ("length", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhelloGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("length of zero", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("length with zeros in front", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0005\r\n\r\nhello"),
    ("body cut", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\nhello"),
    ("GET with a body", "GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello"),
    ("equal lengths twice", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    ("equal lengths in a list", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5, 5\r\n\r\nhello"),
    ("length 0, then 36", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\nContent-Length: 36\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("length with a plus", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: +5\r\n\r\nhello"),
    ("length below zero", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: -1\r\n\r\n"),
    ("length in hex", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0x5\r\n\r\nhello"),
    ("length that overflows", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 18446744073709551621\r\n\r\nhello"),
    ("empty length", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length:\r\n\r\n"),
    ("length in two words", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3 4\r\n\r\nhello"),
    ("length, then coding", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("coding, then length", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\nGET /next HTTP/1.0\r\n\r\n"),
    ("identity, then chunked", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("chunked, then another", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: xx\r\n\r\n0\r\n\r\n"),
    ("chunked twice", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("coding that is not ours", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    ("coding that is not final", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    ("coding that ends like ours", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("identity with a length", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"),
    ("coding in capitals", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"),
];

/// Chunked bodies.
#[rustfmt::skip]
const CHUNKS: &[(&str, &str)] = &[
    ("chunks", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("size with zeros in front", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n000\r\n\r\n"),
    ("empty size", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("size in C's hex", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"),
    ("size with a plus", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n"),
    ("size of 16 digits", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffd\r\nhello"),
    ("size of 17 digits", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"),
    ("space behind a size", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n"),
    ("chunk extension", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n"),
    ("line feed in an extension", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;\nhello\r\n0\r\n\r\n"),
    ("chunk longer than its size", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n"),
    ("line feed behind a size", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"),
    ("line feed behind a chunk", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n"),
    ("chunk cut", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
    ("trailers", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("trailer that frames", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 36\r\n\r\nGET /next HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("trailer that is no field", "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX Y\r\n\r\n"),
];

/// Bytes that no text holds.
#[rustfmt::skip]
const BYTES: &[(&str, &[u8])] = &[
    ("NUL in a value", b"GET / HTTP/1.1\r\nHost: a.test\r\nX: a\0b\r\n\r\n"),
    ("carriage return in a value", b"GET / HTTP/1.1\r\nHost: a.test\r\nX: a\rb\r\n\r\n"),
    ("DEL in a value", b"GET / HTTP/1.1\r\nHost: a.test\r\nX: a\x7fb\r\n\r\n"),
    ("vertical tab before the coding", b"POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n"),
    ("high bytes in a value", b"GET / HTTP/1.1\r\nHost: a.test\r\nX: \xe9\x80\r\n\r\n"),
    ("high byte beside close", b"GET / HTTP/1.1\r\nHost: a.test\r\nConnection: \xff, close\r\n\r\n"),
    ("high bytes in the target", b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
    ("high byte in a name", b"GET / HTTP/1.1\r\nHost: a.test\r\nX\xe9: 1\r\n\r\n"),
    ("TLS spoken to a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
];

fn large() -> Vec<Input> {
    let head =
        |fields: String| format!("GET / HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n").into_bytes();
    let fields = |count: usize| head((0..count).map(|at| format!("X-{at}: 1\r\n")).collect());
    let mut long_target = format!("GET /{} HTTP/1.1\r\n", "x".repeat(9000)).into_bytes();
    long_target.extend_from_slice(b"Host: a.test\r\n\r\n");
    let many = NEXT.repeat(60).into_bytes();
    let method = format!("{} / HTTP/1.1\r\nHost: a.test\r\n\r\n", "M".repeat(100));
    let extension = "x".repeat(2000);
    let chunk = format!(
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;{extension}\r\nhello\r\n0\r\n\r\n"
    );
    vec![
        Input { name: "97 fields", bytes: fields(96) },
        Input { name: "101 fields", bytes: fields(100) },
        Input { name: "sixty requests", bytes: many },
        Input { name: "long target", bytes: long_target },
        Input { name: "long method", bytes: method.into_bytes() },
        Input { name: "value of 40 KB", bytes: head(format!("X: {}\r\n", "x".repeat(40_000))) },
        Input { name: "value of 1 MB", bytes: head(format!("X: {}\r\n", "x".repeat(1_000_000))) },
        Input {
            name: "name of 70,000 bytes",
            bytes: head(format!("{}: 1\r\n", "x".repeat(70_000))),
        },
        Input { name: "long chunk extension", bytes: chunk.into_bytes() },
    ]
}
