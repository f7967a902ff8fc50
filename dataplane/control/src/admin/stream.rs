//! One connection of the admin socket: one question, one answer. Whoever says nothing, or takes
//! nothing, loses it after a while, so that those who are stuck do not keep others away. It
//! understands nothing but where the head ends.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep, sleep};

use crate::limits::QUESTION_HEAD_BYTES_MAX;

/// How long is waited for the other side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For a head to come whole.
    pub(super) head: Duration,
    /// For some of an answer to be taken, and for the other side to close after it.
    pub(super) answer: Duration,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The other side's: its head is not whole.
    Head,
    /// Ours, however long that takes: a drain may be waited for.
    Ours,
    /// The other side's: it takes an answer, or sends the body that we asked it to go on with.
    Answer,
}

/// A connection that does not wait for ever.
#[derive(Debug)]
pub(super) struct Stream {
    inner: UnixStream,
    turn: Turn,
    head: Head,
    patience: Patience,
    until: Pin<Box<Sleep>>,
    /// One of those that there may be at once.
    _place: OwnedSemaphorePermit,
}

impl Stream {
    pub(super) fn new(inner: UnixStream, place: OwnedSemaphorePermit, patience: Patience) -> Self {
        Self {
            inner,
            turn: Turn::Head,
            head: Head::default(),
            patience,
            until: Box::pin(sleep(patience.head)),
            _place: place,
        }
    }

    fn set(&mut self, turn: Turn) {
        self.turn = turn;
        let patience = match turn {
            Turn::Ours => return,
            Turn::Head => self.patience.head,
            Turn::Answer => self.patience.answer,
        };
        self.until.as_mut().reset(Instant::now() + patience);
    }

    fn came(&mut self, bytes: &[u8]) -> io::Result<()> {
        // What follows the head is its body, even where `100 Continue` was written in between: how
        // long that may be is looked at elsewhere.
        if bytes.is_empty() || self.turn != Turn::Head {
            return Ok(());
        }
        let is_whole = self.head.take(bytes);
        if self.head.bytes > QUESTION_HEAD_BYTES_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if is_whole {
            self.set(Turn::Ours);
        }
        Ok(())
    }

    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if self.turn == Turn::Ours || self.until.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn wrote(
        &mut self,
        context: &mut Context<'_>,
        wrote: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if wrote.is_ready() || self.turn == Turn::Ours {
            self.set(Turn::Answer);
        }
        if wrote.is_pending() { self.wait(context) } else { wrote }
    }
}

/// Where a head ends: at the first empty line after one that is not.
#[derive(Debug, Default)]
struct Head {
    bytes: usize,
    line_bytes: usize,
    is_begun: bool,
}

impl Head {
    /// Whether it is whole with these bytes. What follows it in them is its body.
    fn take(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            self.bytes += 1;
            match byte {
                b'\r' => {}
                b'\n' if self.line_bytes == 0 && self.is_begun => return true,
                b'\n' => self.line_bytes = 0,
                _ => {
                    self.is_begun = true;
                    self.line_bytes += 1;
                }
            }
        }
        false
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.inner).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                Poll::Ready(self.came(buffer.filled().get(before..).unwrap_or_default()))
            }
            Poll::Pending => self.wait(context),
            failed => failed,
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.wrote(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.wrote(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Semaphore;

    /// Runs `said` on one end; on ours a head of at most that patience is read, then `answer` sent.
    fn serve(said: &[u8], answer: &[u8]) -> io::Result<usize> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let places = Arc::new(Semaphore::new(1));
            let place = Arc::clone(&places).acquire_owned().await.expect("a place");
            let (mut other, inner) = UnixStream::pair().expect("a pair");
            let short = Duration::from_millis(20);
            let patience = Patience { head: short, answer: short };
            let mut stream = Stream::new(inner, place, patience);
            other.write_all(said).await?;
            let mut buffer = vec![0; 64 * 1024];
            while stream.turn == Turn::Head {
                let read = stream.read(&mut buffer).await?;
                assert!(read > 0, "the other end is kept");
            }
            stream.write_all(answer).await?;
            let next = stream.read(&mut buffer).await;
            drop(stream);
            assert_eq!(places.available_permits(), 1);
            next
        })
    }

    fn kind(served: io::Result<usize>) -> io::ErrorKind {
        served.expect_err("no patience").kind()
    }

    #[test]
    fn stream_that_is_stuck_is_given_up() {
        let timed_out = io::ErrorKind::TimedOut;
        assert_eq!(kind(serve(b"", b"")), timed_out, "says nothing");
        assert_eq!(kind(serve(b"\r\n\r\n\r\n", b"")), timed_out, "begins nothing");
        assert_eq!(kind(serve(b"GET / HTTP/1.1\r\nhost: x\r\n", b"")), timed_out, "half a head");
        let whole = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        assert_eq!(kind(serve(whole, b"ok")), timed_out, "never closes");
        assert_eq!(kind(serve(whole, &vec![0; 16 << 20])), timed_out, "takes no answer");
        let large = [b"GET / HTTP/1.1\r\nx: ".as_slice(), &[b'a'; 17 * 1024]].concat();
        assert_eq!(kind(serve(&large, b"")), io::ErrorKind::InvalidData);
        let whole = [&large[..], b"\r\n\r\n"].concat();
        assert_eq!(kind(serve(&whole, b"")), io::ErrorKind::InvalidData);
    }

    #[test]
    fn head_ends_at_its_empty_line_however_it_comes() {
        for text in ["GET / HTTP/1.1\r\nhost: x\r\n\r\n", "\r\nGET / HTTP/1.1\nhost: x\n\n"] {
            for at in 0..text.len() {
                let (first, last) = text.as_bytes().split_at(at);
                let mut head = Head::default();
                assert!(!head.take(first), "{at}");
                assert!(head.take(last), "{at}");
            }
        }
    }
}
