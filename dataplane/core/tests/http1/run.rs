//! Runs a head through scan and parser in any pieces, and says in one line what came out.

use pointsman_core::fault::Fault;
use pointsman_core::fields::name::Underscores;
use pointsman_core::http1::client::parse_response;
use pointsman_core::http1::framing::BodyLength;
use pointsman_core::http1::head::{HeadEnd, HeadLimits, HeadScan};
use pointsman_core::http1::server::parse_request;
use pointsman_core::http1::target::Target;

/// What a client may send in these tests: the defaults of the product.
pub(crate) fn request_limits() -> HeadLimits {
    HeadLimits::request(32 * 1024, 100, 8 * 1024, Underscores::Drop)
}

/// Cuts a head out of bytes that come in pieces of these lengths, the rest at once.
pub(crate) fn cut(
    bytes: &[u8],
    pieces: impl Iterator<Item = usize>,
    limits: &HeadLimits,
) -> Result<Option<HeadEnd>, Fault> {
    let mut scan = HeadScan::new();
    let mut have = 0_usize;
    for piece in pieces.chain([usize::MAX]) {
        have = bytes.len().min(have.saturating_add(piece));
        match scan.advance(&bytes[..have], limits) {
            Ok(None) if have < bytes.len() => {}
            ended => return ended,
        }
    }
    Ok(None)
}

/// The same, whole, byte by byte and split at every point, which must agree.
pub(crate) fn cut_all_ways(bytes: &[u8], limits: &HeadLimits) -> Result<Option<HeadEnd>, Fault> {
    let whole = cut(bytes, std::iter::empty(), limits);
    assert_eq!(cut(bytes, std::iter::repeat_n(1, bytes.len()), limits), whole, "byte by byte");
    // A long head is split at a sample of points.
    for at in (0..bytes.len()).step_by(1 + bytes.len() / 2000) {
        assert_eq!(cut(bytes, std::iter::once(at), limits), whole, "split at {at}");
    }
    whole
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn body(body: BodyLength) -> String {
    match body {
        BodyLength::None => "none".to_owned(),
        BodyLength::Length(length) => length.to_string(),
        BodyLength::Chunked => "chunked".to_owned(),
        BodyLength::UntilClose => "until-close".to_owned(),
    }
}

/// A request in one line: `GET /x 1.1 host=a body=none fields=1 keep`, or its fault, or `more`.
pub(crate) fn request(bytes: &[u8]) -> String {
    let limits = request_limits();
    let mut index = Vec::new();
    let parsed = match cut_all_ways(bytes, &limits) {
        Ok(None) => return "more".to_owned(),
        Ok(Some(head)) => parse_request(&bytes[head.start..head.end], &mut index, &limits),
        Err(fault) => Err(fault),
    };
    let head = match parsed {
        Ok(head) => head,
        Err(fault) => return format!("{fault:?} {}", fault.status()),
    };
    let target = match head.target {
        Target::Origin(path) => text(path),
        Target::Absolute { secured, path_and_query, .. } => {
            format!("{}:{}", if secured { "https" } else { "http" }, text(path_and_query))
        }
        Target::Asterisk => "*".to_owned(),
    };
    let mut line = format!(
        "{} {target} {} host={} body={} fields={}",
        text(head.method),
        &head.version.as_str()[5..],
        head.host.map_or_else(|| "none".to_owned(), text),
        body(head.body),
        head.fields.len(),
    );
    for (is, word) in [
        (head.keep_alive, " keep"),
        (head.expect_continue, " expect"),
        (head.has_upgrade, " upgrade"),
        (head.accepts_trailers, " trailers"),
        (head.is_for_us(), " for-us"),
    ] {
        if is {
            line.push_str(word);
        }
    }
    line
}

/// A response in one line: `200 OK 1.1 body=5 fields=1 keep`, or its fault, or `more`.
pub(crate) fn response(method: &str, bytes: &[u8]) -> String {
    let limits = HeadLimits::response(Underscores::Drop);
    let mut index = Vec::new();
    let parsed = match cut_all_ways(bytes, &limits) {
        Ok(None) => return "more".to_owned(),
        Ok(Some(head)) => {
            let head = &bytes[head.start..head.end];
            parse_response(head, &mut index, method.as_bytes(), &limits)
        }
        Err(fault) => Err(fault),
    };
    match parsed {
        Ok(head) => {
            let mut line = format!(
                "{} {} {} body={} fields={}",
                head.status,
                text(head.reason),
                &head.version.as_str()[5..],
                body(head.body),
                head.fields.len(),
            );
            if let Some(length) = head.declared_length
                && head.body == BodyLength::None
            {
                line.push_str(&format!(" says={length}"));
            }
            if head.keep_alive {
                line.push_str(" keep");
            }
            line
        }
        Err(fault) => format!("{fault:?}"),
    }
}
