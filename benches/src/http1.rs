//! Heads as they come: of a small client, of a browser, of something that sends many fields.

/// A request of a small client: two fields.
pub const SMALL: &[u8] = b"GET /api/users/42/bills?x=1 HTTP/1.1\r\nHost: edge.example.test\r\n\
Accept: */*\r\n\r\n";

/// A request of a browser: fourteen fields.
pub const BROWSER: &[u8] = b"GET /shop/search?q=blue+shoes&page=2 HTTP/1.1\r\n\
Host: www.example.test\r\n\
Connection: keep-alive\r\n\
sec-ch-ua: \"Chromium\";v=\"120\", \"Not?A_Brand\";v=\"8\"\r\n\
sec-ch-ua-mobile: ?0\r\n\
sec-ch-ua-platform: \"Linux\"\r\n\
Upgrade-Insecure-Requests: 1\r\n\
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36\r\n\
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n\
Sec-Fetch-Site: same-origin\r\n\
Sec-Fetch-Mode: navigate\r\n\
Referer: https://www.example.test/shop\r\n\
Accept-Encoding: gzip, deflate, br\r\n\
Accept-Language: en-US,en;q=0.9\r\n\
Cookie: session=5f1d7a84db00d2fce00b31a7fc73224f; theme=dark; consent=yes\r\n\r\n";

/// An answer: eight fields.
pub const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\n\
Server: origin\r\n\
Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
Content-Type: application/json; charset=utf-8\r\n\
Content-Length: 512\r\n\
Connection: keep-alive\r\n\
ETag: \"34aa387-d-1568eb00\"\r\n\
Cache-Control: max-age=60\r\n\
Vary: Accept-Encoding\r\n\r\n";

/// A request with 64 fields.
#[must_use]
pub fn many_fields() -> Vec<u8> {
    let mut head = b"POST /rpc HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n".to_vec();
    for number in 0..62 {
        head.extend_from_slice(
            format!("X-Trace-Baggage-{number:02}: {number:032x}\r\n").as_bytes(),
        );
    }
    head.extend_from_slice(b"\r\n");
    head
}
