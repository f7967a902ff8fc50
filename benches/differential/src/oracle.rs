//! hyper over a wire in memory: the oracle. Its settings are its defaults, but for the `Date` that
//! it would read a clock for.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::service::service_fn;
use hyper::{Request, Response};

use crate::drive::until_it_waits;
use crate::transcript::{Body, End, Message, Transcript};

/// One end of a connection whose other end has sent some bytes, and then closes or does not.
#[derive(Clone, Default)]
struct Wire {
    received: Rc<RefCell<Vec<u8>>>,
    sent: Rc<RefCell<Vec<u8>>>,
    /// The other end speaks only when it is spoken to.
    answers: bool,
    /// Who waits for it to speak.
    waiting: Rc<RefCell<Option<Waker>>>,
    ended: Rc<Cell<bool>>,
}

impl Wire {
    fn holding(bytes: &[u8]) -> Self {
        Self { received: Rc::new(RefCell::new(bytes.to_vec())), ..Self::default() }
    }
}

impl Read for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.answers && self.sent.borrow().is_empty() {
            *self.waiting.borrow_mut() = Some(context.waker().clone());
            return Poll::Pending;
        }
        let mut received = self.received.borrow_mut();
        let len = received.len().min(into.remaining());
        if len > 0 {
            into.put_slice(&received[..len]);
            received.drain(..len);
        }
        if len > 0 || self.ended.get() { Poll::Ready(Ok(())) } else { Poll::Pending }
    }
}

impl Write for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.sent.borrow_mut().extend_from_slice(bytes);
        if let Some(waker) = self.waiting.borrow_mut().take() {
            waker.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn fields(map: &hyper::HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    map.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))
}

type Seen = Rc<RefCell<Vec<Message>>>;

/// Takes one request down and answers it with an empty 200.
async fn answer(request: Request<Incoming>, seen: Seen) -> hyper::Result<Response<Empty<Bytes>>> {
    let (head, mut body) = request.into_parts();
    let line = format!("{} {} {:?}", head.method, head.uri, head.version);
    let at = seen.borrow().len();
    seen.borrow_mut().push(Message::new(line, fields(&head.headers), Body::Waits(Vec::new())));
    let mut data = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => data.extend_from_slice(frame.data_ref().map_or(&[][..], |bytes| bytes)),
            Err(error) => {
                seen.borrow_mut()[at].body = Body::Broken;
                return Err(error);
            }
        }
        seen.borrow_mut()[at].body = Body::Waits(data.clone());
    }
    seen.borrow_mut()[at].body = Body::Whole(data);
    Ok(Response::new(Empty::new()))
}

/// What hyper's server makes of a connection's bytes.
#[must_use]
pub fn read_requests(bytes: &[u8]) -> Transcript {
    let wire = Wire::holding(bytes);
    let seen = Seen::default();
    let service = service_fn(|request| answer(request, Rc::clone(&seen)));
    let mut connection = Box::pin(
        hyper::server::conn::http1::Builder::new()
            .auto_date_header(false)
            .half_close(true)
            .serve_connection(wire.clone(), service),
    );
    let first = until_it_waits(&mut connection);
    let messages = seen.borrow().clone();
    let end = match first {
        Poll::Ready(_) if messages.last().is_some_and(|last| last.body == Body::Broken) => {
            End::Closed
        }
        Poll::Ready(Ok(())) => End::Closed,
        Poll::Ready(Err(_)) => End::Refused(last_status(&wire.sent.borrow())),
        Poll::Pending => {
            // Whether it was in the middle of something shows when nothing more comes.
            wire.ended.set(true);
            match until_it_waits(&mut connection) {
                Poll::Ready(Ok(())) => End::Idle,
                _ => End::Waiting,
            }
        }
    };
    Transcript { messages, end }
}

/// The status of the last answer that was sent, if it is an error; else 0: closed without a word.
fn last_status(sent: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(sent);
    let last = text.rsplit("HTTP/1.1 ").next().unwrap_or_default();
    last.get(..3)
        .and_then(|status| status.parse().ok())
        .filter(|status| *status >= 400)
        .unwrap_or(0)
}

/// What hyper's client makes of the answer to a request of that method. The connection ends behind
/// the bytes where an answer is not whole before; interim answers are left out.
#[must_use]
pub fn read_response(method: &str, bytes: &[u8]) -> Transcript {
    let wire = Wire { answers: true, ..Wire::holding(bytes) };
    let handshake = hyper::client::conn::http1::handshake(wire.clone());
    let Some(Ok((mut sender, mut connection))) = crate::drive::at_once(handshake) else {
        return Transcript { messages: Vec::new(), end: End::Closed };
    };
    let request = Request::builder().method(method).uri("/").header("host", "a.test");
    let Ok(request) = request.body(Empty::<Bytes>::new()) else {
        return Transcript { messages: Vec::new(), end: End::Closed };
    };
    let seen = Seen::default();
    let mut exchange = Box::pin(take_down(sender.send_request(request), Rc::clone(&seen)));
    let mut over = false;
    let mut both = Box::pin(std::future::poll_fn(|context| {
        over = over || Pin::new(&mut connection).poll(context).is_ready();
        exchange.as_mut().poll(context)
    }));
    let mut polled = until_it_waits(&mut both);
    let ended = polled.is_pending();
    if ended {
        wire.ended.set(true);
        polled = until_it_waits(&mut both);
    }
    drop(both);
    let _ = until_it_waits(&mut Box::pin(std::future::poll_fn(|context| {
        over = over || Pin::new(&mut connection).poll(context).is_ready();
        if over { Poll::Ready(()) } else { Poll::Pending }
    })));
    let messages = seen.borrow().clone();
    let end = match polled {
        Poll::Ready(true) if sender.is_ready() && !ended => End::Idle,
        Poll::Ready(_) if !messages.is_empty() => End::Closed,
        _ if wire.received.borrow().is_empty() && ended => End::Waiting,
        _ => End::Refused(0),
    };
    Transcript { messages, end }
}

/// Takes an answer down. Returns whether it came whole.
async fn take_down(
    response: impl Future<Output = hyper::Result<Response<Incoming>>>,
    seen: Seen,
) -> bool {
    let Ok(response) = response.await else { return false };
    let (head, body) = response.into_parts();
    let status = head.status.as_str().to_owned();
    let body = body.collect().await;
    let whole = body.is_ok();
    let body = body.map_or(Body::Broken, |body| Body::Whole(body.to_bytes().to_vec()));
    seen.borrow_mut().push(Message::new(status, fields(&head.headers), body));
    whole
}
