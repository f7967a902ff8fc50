//! Where routes are written.

use super::super::id::RouteId;
use super::super::layout::SectionKind;
use super::super::places::Provenance;
use super::artifact::Artifact;

/// A place in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file, relative to the configuration's folder.
    pub file: &'a str,
    /// The line, from 1.
    pub line: u32,
}

impl Artifact {
    pub(super) fn place(&self, route: RouteId) -> Option<Place<'_>> {
        let all = Provenance::parse(self.section(SectionKind::PROVENANCE))?;
        let name = all.name(all.places.first(route.index()) as usize)?;
        let line = all.places.second(route.index());
        Some(Place { file: std::str::from_utf8(name).ok()?, line })
    }
}
