//! A record as a line: JSON with the fields of the reference in their order, or NCSA combined.

use crate::civil;
use crate::json::{self, Writer};
use crate::record::Record;

/// Appends one JSON object and a newline. What is not known is `null`.
pub(crate) fn json_line(out: &mut Vec<u8>, record: &Record<'_>) {
    let mut line = Writer::object(out);
    let time = line.field("time");
    time.push(b'"');
    civil::rfc3339(time, record.time_us);
    time.push(b'"');
    line.text_or_null("request_id", record.request_id);
    line.text("client", record.client.to_string().as_bytes());
    line.text_or_null("listener", record.listener.as_bytes());
    line.text_or_null("protocol", record.protocol.name().unwrap_or_default().as_bytes());
    match record.tls {
        None => line.null("tls"),
        Some(seen) => {
            let mut tls = Writer::object(line.field("tls"));
            tls.text("version", seen.version.as_bytes());
            tls.text_or_null("sni", seen.sni);
            tls.close();
        }
    }
    line.text_or_null("method", record.method);
    line.text_or_null("host", record.host);
    line.text_or_null("path", record.path);
    line.number_or_null("status", (record.status != 0).then_some(u64::from(record.status)));
    line.text_or_null("route", record.route.as_bytes());
    line.text_or_null("backend", record.backend.as_bytes());
    line.text_or_null("target", record.target.as_bytes());
    line.number("attempts", u64::from(record.attempts));
    line.number("received_bytes", record.received_bytes);
    line.number("sent_bytes", record.sent_bytes);
    line.number("total_us", record.total_us);
    line.number_or_null("connect_us", record.connect_us);
    line.number_or_null("first_byte_us", record.first_byte_us);
    line.text_or_null("reason", record.reason.as_bytes());
    line.close();
    out.push(b'\n');
}

/// Appends one line of NCSA combined. The path stands there without its query.
pub(crate) fn text_line(out: &mut Vec<u8>, record: &Record<'_>) {
    out.extend_from_slice(record.client.ip().to_string().as_bytes());
    out.extend_from_slice(b" - - [");
    civil::ncsa(out, record.time_us);
    out.extend_from_slice(b"] \"");
    match record.method {
        b"" => out.push(b'-'),
        method => {
            text(out, method);
            out.push(b' ');
            text(out, if record.path.is_empty() { b"-" } else { record.path });
            out.push(b' ');
            out.extend_from_slice(record.protocol.name().unwrap_or("-").as_bytes());
        }
    }
    out.extend_from_slice(b"\" ");
    match record.status {
        0 => out.push(b'-'),
        status => json::number(out, u64::from(status)),
    }
    out.push(b' ');
    json::number(out, record.sent_bytes);
    for quoted in [record.referer, record.user_agent] {
        out.extend_from_slice(b" \"");
        text(out, if quoted.is_empty() { b"-" } else { quoted });
        out.push(b'"');
    }
    out.push(b'\n');
}

/// Text inside quotes, escaped as nginx and Apache do: printable ASCII stays.
fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        match byte {
            b'"' | b'\\' | 0..=0x1f | 0x7f.. => {
                let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
                out.extend_from_slice(&[b'\\', b'x', DIGITS[high], DIGITS[low]]);
            }
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Protocol, TlsSeen, sample};
    use proptest::prelude::*;

    fn line(write: fn(&mut Vec<u8>, &Record<'_>), record: &Record<'_>) -> String {
        let mut out = Vec::new();
        write(&mut out, record);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn json_line_has_the_fields_in_their_order() {
        let expected = concat!(
            r#"{"time":"2023-11-14T22:13:20.123456Z","request_id":"4b1f","client":"192.0.2.7:50123","#,
            r#""listener":"web","protocol":"HTTP/1.1","tls":null,"method":"GET","host":"shop.tld","#,
            r#""path":"/api/users/42","status":200,"route":"bills","backend":"users","target":"a","#,
            r#""attempts":1,"received_bytes":0,"sent_bytes":512,"total_us":1834,"connect_us":null,"#,
            r#""first_byte_us":1500,"reason":null}"#,
            "\n"
        );
        assert_eq!(line(json_line, &sample()), expected);
    }

    #[test]
    fn json_line_of_request_that_never_parsed_has_nulls() {
        let record = Record {
            protocol: Protocol::Unknown,
            method: b"",
            host: b"",
            path: b"",
            route: "",
            backend: "",
            target: "",
            status: 400,
            attempts: 0,
            reason: "bad_request",
            tls: Some(TlsSeen { version: "TLSv1.3", sni: b"" }),
            client: "[2001:db8::1]:9".parse().expect("an address"),
            ..sample()
        };
        let got: serde_json::Value =
            serde_json::from_str(&line(json_line, &record)).expect("valid JSON");
        for key in ["protocol", "method", "host", "path", "route", "backend", "target"] {
            assert!(got[key].is_null(), "{key}");
        }
        assert_eq!(got["reason"], "bad_request");
        assert_eq!(got["client"], "[2001:db8::1]:9");
        assert_eq!(got["tls"]["version"], "TLSv1.3");
        assert!(got["tls"]["sni"].is_null());
    }

    #[test]
    fn text_line_is_ncsa_combined() {
        let check = |record: Record<'_>, expected: &str| {
            assert_eq!(line(text_line, &record), format!("{expected}\n"));
        };
        check(
            Record { user_agent: b"curl/8 \"x\"\n", referer: b"https://a.tld/p", ..sample() },
            r#"192.0.2.7 - - [14/Nov/2023:22:13:20 +0000] "GET /api/users/42 HTTP/1.1" 200 512 "https://a.tld/p" "curl/8 \x22x\x22\x0A""#,
        );
        check(
            Record { method: b"", path: b"", status: 0, sent_bytes: 0, ..sample() },
            r#"192.0.2.7 - - [14/Nov/2023:22:13:20 +0000] "-" - 0 "-" "-""#,
        );
    }

    proptest! {
        #[test]
        fn line_of_any_bytes_is_one_line(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let record = Record {
                request_id: &bytes,
                method: &bytes,
                host: &bytes,
                path: &bytes,
                referer: &bytes,
                user_agent: &bytes,
                ..sample()
            };
            for write in [json_line, text_line] {
                let got = line(write, &record);
                prop_assert_eq!(got.matches('\n').count(), 1);
            }
            let json = line(json_line, &record);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        }
    }
}
