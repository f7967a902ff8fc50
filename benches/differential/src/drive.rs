//! Drives a future to where it waits, without a runtime. What it is given never waits for anything
//! but bytes, and those are there or never come.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// How often a future may ask to be polled again before it counts as one that spins.
const POLLS_MAX: usize = 100_000;

#[derive(Default)]
struct Calls(AtomicUsize);

impl Wake for Calls {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Polls until the future is done, or waits for what nobody but the caller can bring.
///
/// Panics: when it asks to be polled again without end.
pub fn until_it_waits<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    let calls = Arc::new(Calls::default());
    let waker = Waker::from(Arc::clone(&calls));
    let mut context = Context::from_waker(&waker);
    for _ in 0..POLLS_MAX {
        let before = calls.0.load(Ordering::Relaxed);
        let polled = future.as_mut().poll(&mut context);
        if polled.is_ready() || calls.0.load(Ordering::Relaxed) == before {
            return polled;
        }
    }
    panic!("the future wakes itself for ever");
}

/// The result of a future that waits for nothing.
///
/// Errors: `None` when it waits.
pub fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match until_it_waits(&mut Box::pin(future)) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
