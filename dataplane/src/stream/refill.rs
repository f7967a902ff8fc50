//! More of a body that is looked at on its way.

use super::relay::Broken;
use crate::buffer::{Buffers, LARGE_BYTES};
use crate::sys::Socket;

/// More of a body: reads once behind what is there, whose consumed part is dropped first.
///
/// # Errors
/// [`Broken::Sender`].
pub async fn refill(
    socket: &Socket,
    inbound: &mut Vec<u8>,
    at: &mut usize,
    buffers: &Buffers,
) -> Result<usize, Broken> {
    inbound.drain(..*at);
    *at = 0;
    if inbound.capacity() < LARGE_BYTES {
        let mut larger = buffers.large();
        larger.extend_from_slice(inbound);
        buffers.give(std::mem::replace(inbound, larger));
    }
    let from = inbound.len();
    let (read, slice) = socket.read(std::mem::take(inbound), from, usize::MAX).await;
    *inbound = slice.into_inner();
    read.map_err(|_| Broken::Sender)
}
