//! All `unsafe` of the project, and the few calls that need it: one page to audit.

use std::cell::UnsafeCell;
use std::io;
use std::net::{SocketAddr, TcpStream as StdStream};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use monoio::BufResult;
use monoio::buf::{IoBuf, IoBufMut, SliceMut};
use monoio::io::{AsyncReadRent, AsyncWriteRent};
use monoio::net::TcpStream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A TCP socket on a worker that reads and writes at the same time.
///
/// monoio's own halves do the same, but hide readiness, which splicing needs.
pub struct Socket {
    stream: UnsafeCell<TcpStream>,
    fd: RawFd,
}

impl Socket {
    /// Takes the stream.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        let fd = stream.as_raw_fd();
        Self { stream: UnsafeCell::new(stream), fd }
    }

    #[expect(unsafe_code, reason = "reading and writing need not exclude each other")]
    #[expect(clippy::mut_from_ref, reason = "see SAFETY")]
    fn stream(&self) -> &mut TcpStream {
        // SAFETY: `Socket` is neither `Send` nor `Sync`, so calls never overlap in time. The calls
        // made through this reference (`read`, `write`) only clone the descriptor's counted handle
        // into an operation of their own and return; nothing keeps the reference, and monoio states
        // that a `TcpStream` may read and write concurrently (`unsafe impl Split for TcpStream`).
        unsafe { &mut *self.stream.get() }
    }

    /// Reads into `buffer` behind its first `from` bytes, at most `most` bytes and at most up to its
    /// capacity.
    ///
    /// The operation is submitted at once, not when the future is first polled. The future must not
    /// be dropped unfinished unless the connection is given up: bytes would be lost.
    pub fn read(
        &self,
        buffer: Vec<u8>,
        from: usize,
        most: usize,
    ) -> impl Future<Output = BufResult<usize, SliceMut<Vec<u8>>>> + use<'_> {
        let end = buffer.capacity().min(from.saturating_add(most));
        self.stream().read(buffer.slice_mut(from..end))
    }

    /// Writes some of `buffer` from its byte `from` on.
    ///
    /// The operation is submitted at once, not when the future is first polled.
    pub fn write(
        &self,
        buffer: Vec<u8>,
        from: usize,
    ) -> impl Future<Output = BufResult<usize, monoio::buf::Slice<Vec<u8>>>> + use<'_> {
        self.stream().write(buffer.slice(from..))
    }

    /// Waits until there is something to read, or the end.
    ///
    /// # Errors
    /// As the descriptor's.
    pub async fn readable(&self) -> io::Result<()> {
        self.stream().readable(false).await
    }

    /// Waits until there is room to write, or the connection failed.
    ///
    /// # Errors
    /// As the descriptor's.
    pub async fn writable(&self) -> io::Result<()> {
        self.stream().writable(false).await
    }

    /// The descriptor's number, valid as long as this lives.
    #[must_use]
    pub fn fd(&self) -> RawFd {
        self.fd
    }

    /// Borrows the descriptor.
    #[must_use]
    pub fn borrow(&self) -> BorrowedFd<'_> {
        borrow(self.fd)
    }
}

/// Borrows a descriptor by its number.
///
/// The caller keeps the owner alive meanwhile; a stale number would at worst reach another socket
/// of this process, never memory.
#[must_use]
#[expect(unsafe_code, reason = "monoio's streams give their number only")]
pub fn borrow<'fd>(fd: RawFd) -> BorrowedFd<'fd> {
    debug_assert!(fd >= 0, "no descriptor is negative");
    // SAFETY: `fd` is not -1, the one value that `BorrowedFd` forbids; callers hold the socket that
    // owns it (see the deadline table, which forgets a number before its socket is dropped).
    unsafe { BorrowedFd::borrow_raw(fd) }
}

/// Half or all of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Nothing more is read: what waits for bytes sees the end.
    Read,
    /// Nothing more is written: the peer sees the end.
    Write,
    /// Both.
    Both,
}

/// Ends reading, writing or both, whatever is in flight: operations complete by themselves.
pub fn shutdown(fd: RawFd, half: Half) {
    let how = match half {
        Half::Read => rustix::net::Shutdown::Read,
        Half::Write => rustix::net::Shutdown::Write,
        Half::Both => rustix::net::Shutdown::Both,
    };
    // A peer that is gone already makes this fail; then there is nothing to end.
    let _ = rustix::net::shutdown(borrow(fd), how);
}

/// Whether an idle connection is as it should be: open, and nothing arrived on it.
#[must_use]
pub fn is_quiet(fd: RawFd) -> bool {
    matches!(peek(fd), Err(rustix::io::Errno::AGAIN))
}

/// Whether closing would throw away bytes of the peer's, and so reset the connection.
#[must_use]
pub fn has_unread(fd: RawFd) -> bool {
    matches!(peek(fd), Ok(1..))
}

fn peek(fd: RawFd) -> rustix::io::Result<usize> {
    let mut byte = [0_u8; 1];
    let flags = rustix::net::RecvFlags::PEEK | rustix::net::RecvFlags::DONTWAIT;
    rustix::net::recv(borrow(fd), &mut byte, flags).map(|(count, _)| count)
}

/// Appends what is there to be read, up to the buffer's capacity, without waiting. Returns how many
/// bytes that were; 0 also at the end and on failure, which the next read tells.
pub fn read_now(fd: RawFd, buffer: &mut Vec<u8>) -> usize {
    if buffer.len() == buffer.capacity() {
        return 0;
    }
    let flags = rustix::net::RecvFlags::DONTWAIT;
    rustix::net::recv(borrow(fd), rustix::buffer::spare_capacity(buffer), flags)
        .map_or(0, |(count, _)| count)
}

/// Whether reading would not wait: there are bytes, or the end.
#[must_use]
pub fn is_readable(fd: RawFd) -> bool {
    let mut polled = [PollFd::from_borrowed_fd(borrow(fd), PollFlags::IN)];
    matches!(poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })), Ok(1..))
}

/// Whether calls on a socket wait. Returns whether that could be set.
pub fn set_blocking(fd: RawFd, blocks: bool) -> bool {
    rustix::io::ioctl_fionbio(borrow(fd), !blocks).is_ok()
}

/// Whether the connection is gone in both directions: a half-closed one is not.
#[must_use]
pub fn is_reset(fd: RawFd) -> bool {
    let mut is_gone = false;
    find_reset(&[fd], |_| is_gone = true);
    is_gone
}

/// Resets a connection at once; what is in flight on it completes by itself.
pub fn reset(fd: RawFd) {
    if fd < 0 {
        return;
    }
    if rustix::net::connect_unspec(borrow(fd)).is_err() {
        reset_on_close(fd);
        shutdown(fd, Half::Both);
    }
}

/// How many connections [`find_reset`] looks at in one call.
pub const RESET_LOOK_MAX: usize = 64;

/// Of these clients, at most [`RESET_LOOK_MAX`], tells `gone` the places of those whose connection
/// was reset.
///
/// A half-closed client is not gone: it waits for its answer.
pub fn find_reset(fds: &[RawFd], mut gone: impl FnMut(usize)) {
    let Some(&first) = fds.first() else { return };
    let mut polled: [PollFd<'_>; RESET_LOOK_MAX] = std::array::from_fn(|at| {
        let fd = fds.get(at).copied().unwrap_or(first);
        PollFd::from_borrowed_fd(borrow(fd), PollFlags::empty())
    });
    let polled = &mut polled[..fds.len().min(RESET_LOOK_MAX)];
    if poll(polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_err() {
        return;
    }
    for (place, polled) in polled.iter().enumerate() {
        if polled.revents().intersects(PollFlags::HUP | PollFlags::ERR) {
            gone(place);
        }
    }
}

/// Makes closing reset the connection, so that a peer never takes a cut message for a whole one.
pub fn reset_on_close(fd: RawFd) {
    let socket = borrow(fd);
    let _ = rustix::net::sockopt::set_socket_linger(socket, Some(std::time::Duration::ZERO));
}

/// Hands a socket from `std` to the runtime of this worker.
///
/// # Errors
/// When the runtime cannot register it.
pub fn adopt(stream: StdStream) -> io::Result<Socket> {
    TcpStream::from_std(stream).map(Socket::new)
}

/// The connections that wait in a listener's queue, without waiting for more.
pub fn accept_queued(listener: &impl AsRawFd) -> impl Iterator<Item = (StdStream, SocketAddr)> {
    use rustix::net::SocketFlags;
    let fd = listener.as_raw_fd();
    std::iter::from_fn(move || {
        if !is_readable(fd) {
            return None;
        }
        let (stream, peer) = rustix::net::acceptfrom_with(borrow(fd), SocketFlags::CLOEXEC).ok()?;
        let peer = SocketAddr::try_from(peer?).ok()?;
        Some((StdStream::from(stream), peer))
    })
}

/// Pins this thread to one CPU.
///
/// # Errors
/// As the kernel's.
pub fn pin(cpu: usize) -> io::Result<()> {
    let mut set = rustix::thread::CpuSet::new();
    set.set(cpu);
    rustix::thread::sched_setaffinity(None, &set).map_err(Into::into)
}

/// The CPUs that this process may run on.
#[must_use]
pub fn allowed_cpus() -> Vec<usize> {
    match rustix::thread::sched_getaffinity(None) {
        Ok(set) => (0..rustix::thread::CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu)).collect(),
        Err(_) => vec![0],
    }
}

/// How many CPUs' worth of time this process may use, when a control group says so: rounded up.
#[must_use]
pub fn cpu_quota() -> Option<usize> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    // The tightest limit on the way to the root counts.
    std::path::Path::new(group.trim_start_matches('/'))
        .ancestors()
        .filter_map(|group| {
            let file = std::path::Path::new("/sys/fs/cgroup").join(group).join("cpu.max");
            quota(&std::fs::read_to_string(file).ok()?)
        })
        .min()
}

/// `200000 100000` is two CPUs, `max 100000` is no limit.
fn quota(text: &str) -> Option<usize> {
    let (most, period) = text.trim().split_once(' ')?;
    let (most, period): (usize, usize) = (most.parse().ok()?, period.parse().ok()?);
    (period > 0).then(|| most.div_ceil(period).max(1))
}

/// Raises the soft limit of descriptors to the hard one.
pub fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Refused, the lower limit stays: `status` shows it.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// A random number from the kernel.
#[must_use]
pub fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    match rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty()) {
        Ok(_) => u64::from_ne_bytes(bytes),
        // Identifiers stay unique by their worker and time then; nothing secret hangs on them.
        Err(_) => u64::from(std::process::id()).wrapping_mul(0x9e37_79b9_7f4a_7c15),
    }
}

#[cfg(test)]
mod tests {
    use super::quota;

    #[test]
    fn quota_is_rounded_up_to_whole_cpus() {
        assert_eq!(quota("max 100000\n"), None);
        assert_eq!(quota("200000 100000\n"), Some(2));
        assert_eq!(quota("150000 100000"), Some(2));
        assert_eq!(quota("1000 100000"), Some(1));
        assert_eq!(quota("100000 0"), None);
        assert_eq!(quota(""), None);
    }
}
