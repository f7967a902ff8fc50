//! Buffers that go round within a worker: plain `Vec<u8>`, since an operation in flight owns its
//! buffer and gives it back when it completes. Never shared between workers.

use std::cell::RefCell;

/// What an idle client connection holds, bytes.
pub const SMALL_BYTES: usize = 2 * 1024;
/// What an answer is read into at first, bytes: most are shorter, and a worker's many buffers should
/// stay in its caches.
pub const MEDIUM_BYTES: usize = 8 * 1024;
/// What a large head, and a body on its way, is read into, bytes.
pub const LARGE_BYTES: usize = 68 * 1024;
/// Idle buffers of one size that are kept.
const KEPT_MAX: usize = 1024;

/// Idle buffers of one worker, in three sizes.
#[derive(Default)]
pub struct Buffers {
    small: RefCell<Vec<Vec<u8>>>,
    medium: RefCell<Vec<Vec<u8>>>,
    large: RefCell<Vec<Vec<u8>>>,
}

impl Buffers {
    /// An empty buffer of [`SMALL_BYTES`].
    pub fn small(&self) -> Vec<u8> {
        self.small.borrow_mut().pop().unwrap_or_else(|| Vec::with_capacity(SMALL_BYTES))
    }

    /// An empty buffer of [`MEDIUM_BYTES`].
    pub fn medium(&self) -> Vec<u8> {
        self.medium.borrow_mut().pop().unwrap_or_else(|| Vec::with_capacity(MEDIUM_BYTES))
    }

    /// The smallest empty buffer that holds `bytes`; the largest when none does.
    pub fn that_holds(&self, bytes: usize) -> Vec<u8> {
        match bytes {
            0..=SMALL_BYTES => self.small(),
            bytes if bytes <= MEDIUM_BYTES => self.medium(),
            _ => self.large(),
        }
    }

    /// An empty buffer of [`LARGE_BYTES`].
    pub fn large(&self) -> Vec<u8> {
        self.large.borrow_mut().pop().unwrap_or_else(|| Vec::with_capacity(LARGE_BYTES))
    }

    /// Takes a buffer back. One that grew out of its size, or is too many, is freed.
    pub fn give(&self, mut buffer: Vec<u8>) {
        let shelf = match buffer.capacity() {
            SMALL_BYTES => &self.small,
            MEDIUM_BYTES => &self.medium,
            LARGE_BYTES => &self.large,
            _ => return,
        };
        let mut shelf = shelf.borrow_mut();
        if shelf.len() < KEPT_MAX {
            buffer.clear();
            shelf.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffer_given_back_is_handed_out_again_empty() {
        let buffers = Buffers::default();
        let mut buffer = buffers.small();
        buffer.extend_from_slice(b"old");
        let at = buffer.as_ptr();
        buffers.give(buffer);
        let again = buffers.small();
        assert_eq!(again.as_ptr(), at);
        assert!(again.is_empty());
    }

    #[test]
    fn buffer_of_another_size_is_not_kept() {
        let buffers = Buffers::default();
        buffers.give(vec![0; 100]);
        assert_eq!(buffers.small.borrow().len() + buffers.large.borrow().len(), 0);
    }
}
