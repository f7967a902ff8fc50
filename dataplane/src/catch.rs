//! A connection that panics ends alone: its neighbours and its worker go on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// A connection's future; its panic is its end, and its message is on stderr by then.
    pub struct Contained<F> {
        #[pin]
        inner: F,
    }
}

/// Contains a connection's future.
pub fn contain<F: Future<Output = ()>>(inner: F) -> Contained<F> {
    Contained { inner }
}

impl<F: Future<Output = ()>> Future for Contained<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let inner = self.project().inner;
        // What a panic may leave half done is the connection's own and is dropped with it; what it
        // shares with others is changed in single steps.
        catch_unwind(AssertUnwindSafe(|| inner.poll(context))).unwrap_or(Poll::Ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    fn poll(future: impl Future<Output = ()>) -> Poll<()> {
        std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop()))
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
