//! monoio-http 0.3.12 over bytes in memory: not an oracle but a warning. Its faults are why the
//! codec is our own; they are replayed so that the reason stays checked.

use monoio::io::stream::Stream;
use monoio_http::common::body::Body as _;
use monoio_http::h1::codec::decoder::{FillPayload, RequestDecoder, ResponseDecoder};
use monoio_http::h1::payload::Payload;

use crate::drive::at_once;
use crate::transcript::{Body, End, Message, Transcript};

/// What its server side makes of a connection's bytes; the connection ends behind them.
///
/// Panics: where it panics.
#[must_use]
pub fn read_requests(bytes: &[u8]) -> Transcript {
    let mut decoder = RequestDecoder::new(bytes);
    let mut messages = Vec::new();
    let end = loop {
        let request = match at_once(decoder.next()) {
            None => break End::Waiting,
            Some(None) => break End::Idle,
            Some(Some(Err(_))) => break End::Refused(0),
            Some(Some(Ok(request))) => request,
        };
        let (head, payload) = request.into_parts();
        let line = format!("{} {} {:?}", head.method, head.uri, head.version);
        let fields = head.headers.iter();
        let fields = fields.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
        let body = read_body(&mut decoder, payload);
        let whole = matches!(body, Body::Whole(_));
        messages.push(Message::new(line, fields, body));
        if !whole {
            break End::Closed;
        }
    };
    Transcript { messages, end }
}

/// What its client side makes of a connection's bytes; it does not ask what was requested.
///
/// Panics: where it panics.
#[must_use]
pub fn read_responses(bytes: &[u8]) -> Transcript {
    let mut decoder = ResponseDecoder::new(bytes);
    let mut messages = Vec::new();
    let end = loop {
        let response = match at_once(decoder.next()) {
            None => break End::Waiting,
            Some(None) => break End::Idle,
            Some(Some(Err(_))) => break End::Refused(0),
            Some(Some(Ok(response))) => response,
        };
        let (head, payload) = response.into_parts();
        let fields = head.headers.iter();
        let fields = fields.map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
        let body = read_body(&mut decoder, payload);
        let whole = matches!(body, Body::Whole(_));
        messages.push(Message::new(head.status.as_str().to_owned(), fields, body));
        if !whole {
            break End::Closed;
        }
    };
    Transcript { messages, end }
}

fn read_body(decoder: &mut impl FillPayload, mut payload: Payload) -> Body {
    if at_once(decoder.fill_payload()).is_none_or(|filled| filled.is_err()) {
        return Body::Broken;
    }
    let mut body = Vec::new();
    loop {
        match at_once(payload.next_data()) {
            Some(None) => return Body::Whole(body),
            Some(Some(Ok(bytes))) => body.extend_from_slice(&bytes),
            None | Some(Some(Err(_))) => return Body::Broken,
        }
    }
}
