//! The field lines of a head: offsets into its bytes, and how to look one up. It copies nothing and
//! changes no order.

/// Where one field line's name and value stand in the head's bytes.
///
/// Shape: a head has at most 65,535 bytes; optional white space around the value is not part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldIndex {
    /// Offset of the name's first byte.
    pub name_at: u16,
    /// Bytes of the name.
    pub name_len: u16,
    /// Offset of the value's first byte.
    pub value_at: u16,
    /// Bytes of the value.
    pub value_len: u16,
}

/// The field lines of one head, in order, duplicates kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    index: &'a [FieldIndex],
}

impl<'a> Fields<'a> {
    /// Field lines of `bytes` that stand where `index` says.
    #[must_use]
    pub fn new(bytes: &'a [u8], index: &'a [FieldIndex]) -> Self {
        Self { bytes, index }
    }

    /// How many lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// The bytes that the index points into.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the lines stand.
    #[must_use]
    pub fn index(&self) -> &'a [FieldIndex] {
        self.index
    }

    /// Name and value of each line, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let bytes = self.bytes;
        self.index.iter().map(move |at| (name(bytes, *at), value(bytes, *at)))
    }

    /// The value of the first line of that name, case ignored; `name_lower` is lower-case.
    #[must_use]
    pub fn get(&self, name_lower: &[u8]) -> Option<&'a [u8]> {
        self.all(name_lower).next()
    }

    /// The values of all lines of that name, case ignored, in order.
    pub fn all<'n>(&self, name_lower: &'n [u8]) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.iter()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(name_lower))
            .map(|(_, value)| value)
    }
}

fn slice(bytes: &[u8], at: u16, len: u16) -> &[u8] {
    let start = usize::from(at);
    bytes.get(start..start + usize::from(len)).unwrap_or_default()
}

fn name(bytes: &[u8], at: FieldIndex) -> &[u8] {
    slice(bytes, at.name_at, at.name_len)
}

fn value(bytes: &[u8], at: FieldIndex) -> &[u8] {
    slice(bytes, at.value_at, at.value_len)
}
