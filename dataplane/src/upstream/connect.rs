//! Opens a connection to one address. The descriptor stays ours throughout, so that a deadline can
//! end the attempt by shutting it down; no operation is cancelled.

use std::io;
use std::net::SocketAddr;

use pointsman_core::fault::Fault;
use rustix::io::Errno;
use socket2::{Domain, Protocol, SockRef, Socket as RawSocket, Type};

use crate::deadline::Slot;
use crate::driver::Driver;
use crate::sys::{self, Socket};

/// Connects to `address`, which `slot` may end meanwhile.
///
/// # Errors
/// The fault that stands in the log. A deadline that passed shows as a refused connection; the
/// exchange knows better, since it looks at the time first.
pub async fn connect(address: SocketAddr, driver: Driver, slot: &Slot) -> Result<Socket, Fault> {
    let (raw, in_progress) = start(address).map_err(|error| fault(&error))?;
    let socket = sys::adopt(raw.into()).map_err(|_| Fault::Internal)?;
    if in_progress {
        slot.set_target(socket.fd());
        let waited = socket.writable().await;
        slot.forget_target();
        waited.map_err(|error| fault(&error))?;
        finish(&socket).map_err(|error| fault(&error))?;
    }
    if driver == Driver::IoUring {
        // On the ring, a descriptor that does not block makes an operation fail instead of wait.
        let raw = sys::borrow(socket.fd());
        SockRef::from(&raw).set_nonblocking(false).map_err(|_| Fault::Internal)?;
    }
    Ok(socket)
}

fn start(address: SocketAddr) -> io::Result<(RawSocket, bool)> {
    let kind = Type::STREAM.nonblocking().cloexec();
    let raw = RawSocket::new(Domain::for_address(address), kind, Some(Protocol::TCP))?;
    raw.set_tcp_nodelay(true)?;
    match raw.connect(&address.into()) {
        Ok(()) => Ok((raw, false)),
        Err(error) if error.raw_os_error() == Some(Errno::INPROGRESS.raw_os_error()) => {
            Ok((raw, true))
        }
        Err(error) => Err(error),
    }
}

/// Whether the connection was made: an error that waits says no, and so does a missing peer.
fn finish(socket: &Socket) -> io::Result<()> {
    let raw = sys::borrow(socket.fd());
    let raw = SockRef::from(&raw);
    if let Some(error) = raw.take_error()? {
        return Err(error);
    }
    raw.peer_addr().map(|_| ())
}

fn fault(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::TimedOut => Fault::ConnectTimeout,
        _ if is_ours(error) => Fault::Internal,
        _ => Fault::ConnectRefused,
    }
}

/// Whether this host had nothing to connect with, be it descriptors or memory: no target is to
/// blame, and another one would fare no better. Local ports are counted a target, and an address of
/// a family that this host lacks is the target's: neither is ours.
fn is_ours(error: &io::Error) -> bool {
    const OURS: [Errno; 4] = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
    OURS.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pointsman_core::fault::Reason;

    #[test]
    fn connect_error_blames_the_target_unless_it_is_ours() {
        let check = |errno: Errno, reason: Reason, blames: bool| {
            let fault = fault(&io::Error::from(errno));
            assert_eq!(
                (fault.reason(), fault.counts_against_target()),
                (reason, blames),
                "{errno}"
            );
        };
        check(Errno::CONNREFUSED, Reason::ConnectRefused, true);
        check(Errno::CONNRESET, Reason::ConnectRefused, true);
        check(Errno::NETUNREACH, Reason::ConnectRefused, true);
        check(Errno::HOSTUNREACH, Reason::ConnectRefused, true);
        check(Errno::TIMEDOUT, Reason::ConnectTimeout, true);
        check(Errno::MFILE, Reason::Internal, false);
        check(Errno::NFILE, Reason::Internal, false);
        check(Errno::NOBUFS, Reason::Internal, false);
        check(Errno::NOMEM, Reason::Internal, false);
        check(Errno::ADDRNOTAVAIL, Reason::ConnectRefused, true);
    }
}
