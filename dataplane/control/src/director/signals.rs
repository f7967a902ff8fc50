//! The signals that an operator sends. Nothing else handles signals in this process.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// SIGHUP
    Reload,
    /// SIGUSR1
    ReopenLogs,
    /// SIGTERM or SIGINT
    End,
}

/// The signals that are heard.
#[derive(Debug)]
pub(crate) struct Signals {
    hangup: Signal,
    user1: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on these signals end nothing by themselves. Needs a tokio runtime.
    ///
    /// Errors: the system refuses a handler.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            user1: signal(SignalKind::user_defined1())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one. May be dropped at any await.
    pub(super) async fn next(&mut self) -> Wish {
        tokio::select! {
            Some(()) = self.hangup.recv() => Wish::Reload,
            Some(()) = self.user1.recv() => Wish::ReopenLogs,
            Some(()) = self.terminate.recv() => Wish::End,
            Some(()) = self.interrupt.recv() => Wish::End,
            else => std::future::pending().await,
        }
    }
}
