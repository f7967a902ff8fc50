//! What the winner's pattern captured: places in the canonical path, no copies.

use pointsman_schemas::artifact::{Shape, StrId};
use pointsman_schemas::limits::CAPTURES_MAX;

use crate::request::path::Segments;

/// What one pattern captured.
///
/// Shape: places in the canonical path that was matched, by name, from the left.
#[derive(Clone, Debug)]
pub struct Captures {
    names: [StrId; CAPTURES_MAX],
    places: [(u32, u32); CAPTURES_MAX],
    len: usize,
}

impl Default for Captures {
    fn default() -> Self {
        Self::new()
    }
}

impl Captures {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { names: [StrId(0); CAPTURES_MAX], places: [(0, 0); CAPTURES_MAX], len: 0 }
    }

    /// Forgets all.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Takes what `shape` names among `segments`.
    #[inline]
    pub(super) fn bind(&mut self, shape: Shape<'_>, segments: &Segments) {
        self.len = 0;
        for (index, name) in shape.captures() {
            let Some((at, len)) = segments.get(index) else { return };
            let (Some(slot), Some(place)) =
                (self.names.get_mut(self.len), self.places.get_mut(self.len))
            else {
                return;
            };
            *slot = name;
            *place = (at as u32, len as u32);
            self.len += 1;
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The segment that was captured under a name, as it stands in `path`.
    #[inline]
    #[must_use]
    pub fn get<'p>(&self, name: StrId, path: &'p [u8]) -> Option<&'p [u8]> {
        let names = self.names.get(..self.len)?;
        let index = names.iter().position(|known| *known == name)?;
        let (at, len) = *self.places.get(index)?;
        path.get(at as usize..at as usize + len as usize)
    }

    /// Names and segments, as they stand in `path`, from the left.
    pub fn iter<'p>(&self, path: &'p [u8]) -> impl Iterator<Item = (StrId, &'p [u8])> + use<'p> {
        let (names, places) = (self.names, self.places);
        (0..self.len).map(move |index| {
            let (at, len) = places[index];
            let segment = path.get(at as usize..at as usize + len as usize).unwrap_or_default();
            (names[index], segment)
        })
    }
}
