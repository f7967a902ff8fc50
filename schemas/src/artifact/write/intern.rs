//! Tables without duplicates, in the order of first use.

use std::collections::HashMap;

use zerocopy::{Immutable, IntoBytes};

/// Records that are each kept once.
#[derive(Debug, Default)]
pub struct Interner<T> {
    known: HashMap<Vec<u8>, u32>,
    records: Vec<T>,
}

impl<T: IntoBytes + Immutable> Interner<T> {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self { known: HashMap::new(), records: Vec::new() }
    }

    /// The number of `record`, which is added where it is new.
    pub fn number(&mut self, record: T) -> u32 {
        if let Some(number) = self.known.get(record.as_bytes()) {
            return *number;
        }
        let number = self.records.len() as u32;
        self.known.insert(record.as_bytes().to_vec(), number);
        self.records.push(record);
        number
    }

    /// All records, by number.
    #[must_use]
    pub fn records(&self) -> &[T] {
        &self.records
    }
}

/// Strings that are each kept once.
#[derive(Debug)]
pub(super) struct Strings {
    known: HashMap<String, u32>,
    pub(super) offsets: Vec<u32>,
    pub(super) bytes: Vec<u8>,
}

impl Strings {
    pub(super) fn new() -> Self {
        Self { known: HashMap::new(), offsets: vec![0], bytes: Vec::new() }
    }

    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.offsets.push(self.bytes.len() as u32);
        let number = self.offsets.len() as u32 - 2;
        self.known.insert(text.to_owned(), number);
        number
    }
}
