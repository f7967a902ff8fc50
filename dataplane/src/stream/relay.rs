//! Moves a known number of body bytes from one socket to another with backpressure: what is read is
//! written before more is read. Large rests go through a pipe in the kernel and never through us.

use std::cell::RefCell;
use std::os::fd::OwnedFd;

use rustix::pipe::{PipeFlags, SpliceFlags};

use crate::buffer::Buffers;
use crate::driver::Driver;
use crate::limits::{PIPE_BYTES, PIPES_KEPT_MAX, SPLICE_FROM_BYTES};
use crate::sys::{self, Socket};

/// Which side ended a relay before all was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The sender's connection failed or ended early.
    Sender,
    /// The receiver's connection failed.
    Receiver,
}

/// What a relay tells on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It waits for the sender now.
    Reading,
    /// That many bytes came from the sender.
    Read(u64),
}

/// Idle pipes of one worker.
#[derive(Default)]
pub struct Pipes {
    idle: RefCell<Vec<Pipe>>,
}

struct Pipe {
    read: OwnedFd,
    write: OwnedFd,
}

impl Pipes {
    fn take(&self) -> Option<Pipe> {
        if let Some(pipe) = self.idle.borrow_mut().pop() {
            return Some(pipe);
        }
        let (read, write) =
            rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).ok()?;
        // Without the right to a larger one the pipe keeps its 64 KiB, which works as well.
        let _ = rustix::pipe::fcntl_setpipe_size(&write, PIPE_BYTES);
        Some(Pipe { read, write })
    }

    /// Only a pipe that is empty may come back.
    fn give(&self, pipe: Pipe) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < PIPES_KEPT_MAX {
            idle.push(pipe);
        }
    }
}

/// What a relay takes from its worker, and how it may move bytes.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Nothing else is or comes in flight on the receiver meanwhile: only then may a rest be
    /// spliced, since splicing needs a receiver that does not block, and on the ring an operation on
    /// such a one fails instead of waiting.
    pub may_splice: bool,
    /// How input and output are done.
    pub driver: Driver,
    /// For rests that are copied.
    pub buffers: &'a Buffers,
    /// For rests that are spliced.
    pub pipes: &'a Pipes,
}

/// Moves `left` bytes. `progress` is told each step.
///
/// # Errors
/// Which side broke; what was moved by then was told.
pub async fn relay(
    from: &Socket,
    to: &Socket,
    left: u64,
    means: Means<'_>,
    mut progress: impl FnMut(Step),
) -> Result<(), Broken> {
    if means.may_splice
        && left >= SPLICE_FROM_BYTES
        && let Some(pipe) = means.pipes.take()
    {
        let not_blocking = NotBlocking::new(to, means.driver);
        let result = splice(from, to, left, &pipe, &mut progress).await;
        drop(not_blocking);
        if result.is_ok() {
            means.pipes.give(pipe);
        }
        return result;
    }
    let mut buffer = means.buffers.large();
    let result = copy(from, to, left, &mut buffer, &mut progress).await;
    means.buffers.give(buffer);
    result
}

async fn copy(
    from: &Socket,
    to: &Socket,
    mut left: u64,
    buffer: &mut Vec<u8>,
    progress: &mut impl FnMut(Step),
) -> Result<(), Broken> {
    while left > 0 {
        buffer.clear();
        // What stands behind the body is another message's: it stays in the socket.
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        progress(Step::Reading);
        let (read, slice) = from.read(std::mem::take(buffer), 0, most).await;
        *buffer = slice.into_inner();
        let count = match read {
            Ok(0) | Err(_) => return Err(Broken::Sender),
            Ok(count) => count as u64,
        };
        left -= count;
        progress(Step::Read(count));
        send_all(to, buffer, 0).await?;
    }
    Ok(())
}

/// Writes `buffer` from its byte `from` on, all of it.
///
/// # Errors
/// [`Broken::Receiver`].
pub async fn send_all(to: &Socket, buffer: &mut Vec<u8>, mut from: usize) -> Result<(), Broken> {
    while from < buffer.len() {
        let (written, slice) = to.write(std::mem::take(buffer), from).await;
        *buffer = slice.into_inner();
        match written {
            Ok(0) | Err(_) => return Err(Broken::Receiver),
            Ok(count) => from += count,
        }
    }
    Ok(())
}

/// Keeps a socket from blocking as long as it lives. On epoll no socket blocks anyway.
struct NotBlocking<'a>(Option<&'a Socket>);

impl<'a> NotBlocking<'a> {
    fn new(socket: &'a Socket, driver: Driver) -> Self {
        let changed = driver == Driver::IoUring && sys::set_blocking(socket.fd(), false);
        Self(changed.then_some(socket))
    }
}

impl Drop for NotBlocking<'_> {
    fn drop(&mut self) {
        if let Some(socket) = self.0 {
            sys::set_blocking(socket.fd(), true);
        }
    }
}

async fn splice(
    from: &Socket,
    to: &Socket,
    mut left: u64,
    pipe: &Pipe,
    progress: &mut impl FnMut(Step),
) -> Result<(), Broken> {
    let flags = SpliceFlags::MOVE | SpliceFlags::NONBLOCK;
    while left > 0 {
        // Neither descriptor may block the worker. Reading is asked for only when there is
        // something. Writing does not wait because of the socket's own mode: the flag of the call
        // speaks of the pipe alone.
        if !sys::is_readable(from.fd()) {
            progress(Step::Reading);
            from.readable().await.map_err(|_| Broken::Sender)?;
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(PIPE_BYTES);
        let mut held =
            match rustix::pipe::splice(from.borrow(), None, &pipe.write, None, most, flags) {
                Ok(0) => return Err(Broken::Sender),
                Ok(count) => count,
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => continue,
                Err(_) => return Err(Broken::Sender),
            };
        left -= held as u64;
        progress(Step::Read(held as u64));
        while held > 0 {
            match rustix::pipe::splice(&pipe.read, None, to.borrow(), None, held, flags) {
                Ok(0) => return Err(Broken::Receiver),
                Ok(count) => held -= count,
                Err(rustix::io::Errno::AGAIN) => {
                    to.writable().await.map_err(|_| Broken::Receiver)?;
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(Broken::Receiver),
            }
        }
    }
    Ok(())
}
