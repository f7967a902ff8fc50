//! Field lines made in tests. It is built for tests only.

use pointsman_routing::request::fields::{FieldIndex, Fields};

/// Lines as they would stand in a head, with their index.
#[derive(Debug, Default)]
pub(crate) struct TestFields {
    bytes: Vec<u8>,
    index: Vec<FieldIndex>,
}

impl TestFields {
    /// Adds one line.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        let at = |offset: usize| u16::try_from(offset).expect("a test's head is small");
        let name_at = self.bytes.len();
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b": ");
        let value_at = self.bytes.len();
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.extend_from_slice(b"\r\n");
        self.index.push(FieldIndex {
            name_at: at(name_at),
            name_len: at(name.len()),
            value_at: at(value_at),
            value_len: at(value.len()),
        });
    }

    /// The lines.
    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields::new(&self.bytes, &self.index)
    }

    /// What kinds of names stand in them.
    pub(crate) fn seen(&self) -> super::name::Names {
        let mut seen = super::name::Names::default();
        for (name, _) in self.fields().iter() {
            seen.insert(super::name::Name::of(name));
        }
        seen
    }
}
