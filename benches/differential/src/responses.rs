//! What targets answer, well and badly: the bytes of one connection each, behind one request.

/// What comes back to one request.
#[derive(Clone, Debug)]
pub struct Input {
    /// To speak of it.
    pub name: &'static str,
    /// The method of the request.
    pub method: &'static str,
    /// What comes back.
    pub bytes: Vec<u8>,
}

/// All inputs.
#[must_use]
pub fn all() -> Vec<Input> {
    let table = TABLE.iter().map(|(name, method, bytes)| Input {
        name,
        method,
        bytes: bytes.as_bytes().to_vec(),
    });
    let mut inputs: Vec<_> = table.collect();
    let head = |fields: String| format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{fields}\r\n");
    let fields = |count: usize| (0..count).map(|at| format!("X-{at}: 1\r\n")).collect();
    for (name, text) in [
        ("101 fields", head(fields(100))),
        ("201 fields", head(fields(200))),
        ("value of 40 KB", head(format!("X: {}\r\n", "x".repeat(40_000)))),
        ("name of 70,000 bytes", head(format!("{}: 1\r\n", "x".repeat(70_000)))),
    ] {
        inputs.push(Input { name, method: "GET", bytes: text.into_bytes() });
    }
    inputs
}

/// One input.
///
/// Panics: there is none of that name.
#[must_use]
pub fn named(name: &str) -> Input {
    let found = all().into_iter().find(|input| input.name == name);
    found.unwrap_or_else(|| panic!("no input is named {name:?}"))
}

#[rustfmt::skip]
const TABLE: &[(&str, &str, &str)] = &[
    ("length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("length of zero", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("no phrase", "GET", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"),
    ("no phrase and no space", "GET", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"),
    ("204 with a length", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"),
    ("204 with a body", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"),
    ("304 with a length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
    ("304 with a coding", "GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ("HEAD with a length", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
    ("HEAD with a coding", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ("until close", "GET", "HTTP/1.1 200 OK\r\n\r\nall of it"),
    ("until close, looks like an answer", "GET", "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("100 first", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("103 first", "GET", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("101 unasked", "GET", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    ("surplus bytes", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"),
    ("body cut", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"),
    ("head cut", "GET", "HTTP/1.1 200 OK\r\nContent-Le"),
    ("nothing", "GET", ""),
    ("two lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\nok"),
    ("equal lengths twice", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"),
    ("length with a plus", "GET", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok"),
    ("length and coding", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    ("chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    ("chunks with trailers", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"),
    ("chunk extension", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\n\r\n"),
    ("chunks cut", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"),
    ("empty chunk size", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n"),
    ("coding that is not ours", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    ("coding that is not final", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nraw"),
    ("coding in HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    ("connection close", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
    ("HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("HTTP/1.0 kept alive", "GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"),
    ("line feeds alone", "GET", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    ("folded line", "GET", "HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"),
    ("space before the colon", "GET", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"),
    ("empty line in front", "GET", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("status 999", "GET", "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
    ("status 099", "GET", "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n"),
    ("status of four digits", "GET", "HTTP/1.1 2000 Odd\r\nContent-Length: 0\r\n\r\n"),
    ("HTTP/1.2", "GET", "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("HTTP/2.0", "GET", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("no HTTP", "GET", "SSH-2.0-OpenSSH_9.2\r\n"),
];
