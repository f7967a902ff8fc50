//! A connection that panics ends alone: its neighbours and its worker go on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Runs a connection's future and catches its panic, whose message is on stderr by then.
pub async fn contain(inner: impl Future<Output = ()>) {
    let mut inner = pin!(inner);
    std::future::poll_fn(|task| {
        // What a panic may leave half done is the connection's own and is dropped with it; what it
        // shares with others is changed in single steps.
        match catch_unwind(AssertUnwindSafe(|| inner.as_mut().poll(task))) {
            Ok(poll) => poll,
            Err(_) => Poll::Ready(()),
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Waker};

    fn poll(future: impl Future<Output = ()>) -> Poll<()> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn contain_panic_is_an_end_like_any_other() {
        assert_eq!(
            poll(contain(async { std::panic::panic_any("as a bug would") })),
            Poll::Ready(())
        );
        assert_eq!(poll(contain(async {})), Poll::Ready(()));
        assert_eq!(poll(contain(std::future::pending())), Poll::Pending);
    }
}
