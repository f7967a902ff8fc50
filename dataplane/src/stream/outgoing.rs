//! What is owed to a client: bytes that wait until they can leave together with a read.

use super::relay::{Broken, send_all};
use crate::buffer::Buffers;
use crate::sys::Socket;

/// Bytes that go to the client before anything else does.
#[derive(Default)]
pub struct Outgoing {
    /// The bytes; what stands before `from` is no part of them.
    pub buffer: Vec<u8>,
    /// Where they begin.
    pub from: usize,
}

impl Outgoing {
    /// There is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.from >= self.buffer.len()
    }

    /// Sends all of it and gives the buffer back.
    ///
    /// # Errors
    /// [`Broken::Receiver`] when the client is gone.
    pub async fn flush(&mut self, socket: &Socket, buffers: &Buffers) -> Result<(), Broken> {
        let sent = send_all(socket, &mut self.buffer, self.from).await;
        buffers.give(std::mem::take(&mut self.buffer));
        self.from = 0;
        sent
    }
}
