//! How input and output are done.

/// How a worker does its input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Completion queues of the kernel.
    IoUring,
    /// Readiness, where io_uring is not to be had.
    Epoll,
}

impl Driver {
    /// Its name in `status` and in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::IoUring => "io-uring",
            Self::Epoll => "epoll",
        }
    }
}
